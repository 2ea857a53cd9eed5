"""What a browser may send about votes, ballots and recusals."""

from __future__ import annotations

from collections.abc import Mapping

from govern.errors import DomainError
from govern.meetings.models import Ballot, RecusalReason, Vote
from govern.meetings.votes import Count


def ballots_from(sent: Mapping[str, str], vote: Vote) -> dict[int, Ballot | None]:
    """Roll entry id → ballot, for everybody who may vote; None where nothing was chosen."""
    found: dict[int, Ballot | None] = {}
    for entry in vote.roll:
        said = sent.get(f"stimme{entry.id}", "")
        found[entry.id] = Ballot(said) if entry.may_vote and said in set(Ballot) else None
    return found


def seen_from(sent: Mapping[str, str], vote: Vote) -> dict[int, Ballot | None]:
    """Roll entry id → the ballot the page showed when it was opened."""
    said = {entry.id: sent.get(f"gesehen{entry.id}") for entry in vote.roll}
    return {id: Ballot(word) if word in set(Ballot) else None for id, word in said.items() if word is not None}


def count_from(sent: Mapping[str, str]) -> Count:
    """Typed totals; empty is none."""
    try:
        yes, no, abstain = (int(sent.get(ballot.value, "").strip() or 0) for ballot in Ballot)
    except ValueError as error:
        raise DomainError("Bitte ganze Zahlen angeben.", field="votes_yes") from error
    return Count(yes, no, abstain)


def reason_from(sent: Mapping[str, str]) -> RecusalReason:
    """The chosen reason of a recusal."""
    said = sent.get("reason", "")
    if said not in set(RecusalReason):
        raise DomainError("Bitte einen Grund der Befangenheit wählen.")
    return RecusalReason(said)
