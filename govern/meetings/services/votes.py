"""Freeze who may vote, count, keep ballots secret, find the quorum. What is resolved stands in `resolutions`."""

from __future__ import annotations

import random
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa

from govern.committees.models import Committee, RuleKind
from govern.committees.procedures import TieRule
from govern.db import db, now
from govern.errors import Conflict, DomainError
from govern.meetings.models import (
    AgendaItem,
    Ballot,
    Meeting,
    QuorumFinding,
    Resolution,
    RollEntry,
    SecretBallot,
    Vote,
    VoteMode,
)
from govern.meetings.queries import rolls as queries
from govern.meetings.queries.attendances import list_attendances
from govern.meetings.queries.procedures import procedure_of_meeting
from govern.meetings.rolls import Roll
from govern.meetings.services import phases
from govern.meetings.votes import Count, moment_of, on_the_day
from govern.people.models import User

BALLOT_MODES = (VoteMode.NAMED, VoteMode.SECRET)
"""Ways to vote whose result comes from ballots, not from what is typed into the resolution."""


def rolls_at(item: AgendaItem, when: datetime, *, is_earlier: bool = False) -> dict[int, Roll]:
    """The rolls of all committees for a vote cast at ``when``; recusals count from when they were declared.

    What is voted on an item that is done was voted when it was done, unless ``is_earlier`` says when.
    """
    moment = on_the_day(item, when) if is_earlier else moment_of(item, when)
    return queries.rolls_for(item, moment, when, list_attendances(item.meeting))


def require_sense(count: Count) -> None:
    """A count has votes, and none below zero."""
    if min(count.yes, count.no, count.abstain) < 0:
        raise DomainError("Stimmen können nicht negativ sein.", field="votes_yes")
    if count.total == 0:
        raise DomainError("Bitte die Stimmen angeben oder eine andere Art der Abstimmung wählen.", field="votes_yes")


def check_counts(rolls: Mapping[int, Roll], counts: Mapping[int, Count]) -> dict[int, Count]:
    """Counts add up to the votes in the room, abstentions included; where rights are not stated, at most (E-09)."""
    if not counts:
        return {}
    if missing := set(rolls) - set(counts):
        raise DomainError("Bitte die Stimmen jedes Gremiums angeben.", field=f"votes_{min(missing)}_yes")
    for committee_id, roll in rolls.items():
        require_sense(counts[committee_id])
        _require_fit(counts[committee_id].total, roll)
    return {committee_id: counts[committee_id] for committee_id in rolls}


def _require_fit(total: int, roll: Roll) -> None:
    if total > roll.possible:
        raise DomainError(
            f"{total} Stimmen sind mehr, als im Raum waren: möglich sind {roll.possible}. "
            "Bitte Stimmen oder Anwesenheit prüfen.",
            field="votes_yes",
        )
    if roll.is_exact and total < roll.possible:
        raise DomainError(
            f"{total} Stimmen sind zu wenige: {roll.possible} sind im Raum und dürfen abstimmen. Wer sich nicht "
            "äußert, zählt als Enthaltung.",
            field="votes_yes",
        )


def require_quorum(rolls: Mapping[int, Roll]) -> None:
    """Refuse a resolution where a rule asks for a quorum that is missing (E-06)."""
    for roll in rolls.values():
        if roll.is_quorate is False:
            raise DomainError(
                f"Das Gremium ist nicht beschlussfähig: {roll.present} Stimmen sind da, nötig sind {roll.needed}. "
                "Der Punkt lässt sich vertagen; sind inzwischen mehr da, bitte die Anwesenheit erfassen"
                + ("." if roll.rules.is_strict else " und die Beschlussfähigkeit neu feststellen.")
            )


def freeze(resolution: Resolution, rolls: Mapping[int, Roll], counts: Mapping[int, Count],
           *, mode: VoteMode | None = None) -> None:  # fmt: skip
    """Write down who could vote in each committee, and the counts; an open ``mode`` leaves the vote open."""
    known = {vote.committee_id: vote for vote in resolution.votes}
    for committee_id, roll in rolls.items():
        vote = known.get(committee_id)
        if vote is None:
            vote = Vote(committee_id=committee_id, opened_at=now())
            resolution.votes.append(vote)
        vote.mode = mode or (VoteMode.COUNTED if counts else VoteMode.ANNOUNCED)
        vote.closed_at = None if mode in BALLOT_MODES else vote.closed_at or vote.opened_at
        vote.votes_present, vote.votes_needed, vote.is_quorate = roll.possible, roll.needed, roll.is_quorate
        vote.steps = [f"{roll.sentence}.", *roll.steps]
        _set_count(vote, counts.get(committee_id))
        _write_roll(vote, roll)


def _write_roll(vote: Vote, roll: Roll) -> None:
    entries = {entry.attendance_id: entry for entry in vote.roll}
    for line in roll.lines:
        entry = entries.pop(line.place.key, None)
        if entry is None:
            entry = RollEntry(attendance_id=line.place.key)
            vote.roll.append(entry)
        entry.seat_label, entry.votes = line.place.label, roll.rules.votes_per_seat
        entry.may_vote, entry.reason = line.may_vote, line.reason.label
    for gone in entries.values():
        vote.roll.remove(gone)


def _set_count(vote: Vote, count: Count | None) -> None:
    vote.votes_yes, vote.votes_no, vote.votes_abstain = (
        (count.yes, count.no, count.abstain) if count is not None else (None, None, None)
    )


def is_adopted(item: AgendaItem, counts: Mapping[int, Count], rolls: Mapping[int, Roll],
               chair_decides: bool | None) -> bool:  # fmt: skip
    """Whether the counts adopt, each under the majority of its committee; a joint meeting needs all of them (E-20)."""
    for committee in item.meeting.committees:
        procedure = procedure_of_meeting(item.meeting, committee)
        by_chair = procedure.mode(RuleKind.TIE) is TieRule.CHAIR_DECIDES
        passed = counts[committee.id].passes(
            procedure.mode(RuleKind.MAJORITY), base=rolls[committee.id].base,
            chair_decides=chair_decides if by_chair else None,
        )  # fmt: skip
        if not passed:
            return False
    return True


def has_ballots(resolution: Resolution) -> bool:
    """The result comes from ballots: by name or secret."""
    return any(vote.mode in BALLOT_MODES for vote in resolution.votes)


def opened_at(resolution: Resolution) -> datetime | None:
    """When it was voted on."""
    return resolution.votes[0].opened_at if resolution.votes else None


def count_of_vote(vote: Vote) -> Count:
    """The count of a closed vote."""
    return Count(vote.votes_yes or 0, vote.votes_no or 0, vote.votes_abstain or 0)


def record_by_name(
    vote: Vote, ballots: Mapping[int, Ballot | None], *, is_final: bool, by: User,
    seen: Mapping[int, Ballot | None] | None = None,
) -> None:  # fmt: skip
    """Record who voted how, by roll entry; ``is_final`` counts and closes, which needs everybody's ballot.

    ``seen`` is what the page showed: only what differs from it was chosen there, all else stays as another
    minute-taker may have recorded it meanwhile. Raises Conflict where both chose differently for one seat.
    """
    roll = _lock(vote)
    _require_open(vote, VoteMode.NAMED)
    for entry in roll:
        chosen, before = ballots.get(entry.id), (seen or {}).get(entry.id, entry.ballot)
        if not entry.may_vote or chosen == before:
            continue
        if entry.ballot not in (before, chosen):
            raise Conflict(f"{entry.seat_label}: Inzwischen ist eine andere Stimme eingetragen. Bitte neu ansehen.")
        entry.ballot = chosen
    if is_final:
        missing = [entry.seat_label for entry in vote.roll if entry.may_vote and entry.ballot is None]
        if missing:
            raise DomainError(f"Noch ohne Stimme: {', '.join(missing[:5])}{' …' if len(missing) > 5 else ''}. "
                              "Wer sich nicht äußert, enthält sich.")  # fmt: skip
        _set_count(vote, Count(*(sum(e.votes for e in vote.roll if e.ballot is b) for b in Ballot)))
        vote.closed_at = now()
    db.session.flush()


def cast_secret(vote: Vote, ballot: Ballot, *, by: User) -> None:
    """Cast the ballot of the person behind ``by``: that it was cast and what it says are written apart (D-38).

    All ballots of the vote are written anew in random order, so that neither row order nor transaction tells which
    one came last.
    """
    _lock(vote)
    _require_open(vote, VoteMode.SECRET)
    entries = entries_of(vote, by)
    if not entries:
        raise DomainError("In dieser Abstimmung haben Sie keine Stimme.")
    entry = next((e for e in entries if not e.has_voted), None)
    if entry is None:
        raise DomainError(
            "Ihre Stimme ist schon abgegeben. Sie lässt sich nicht ändern, weil sie niemand wiederfindet."
        )
    entry.has_voted = True
    cast = [row.ballot for row in db.session.query(SecretBallot).filter_by(vote_id=vote.id)]
    cast += [ballot] * entry.votes
    db.session.query(SecretBallot).filter_by(vote_id=vote.id).delete(synchronize_session="fetch")
    random.SystemRandom().shuffle(cast)
    db.session.add_all(SecretBallot(key=secrets.token_hex(16), vote_id=vote.id, ballot=b) for b in cast)
    db.session.flush()


def entries_of(vote: Vote, user: User) -> list[RollEntry]:
    """The places on the roll with a vote that the person behind ``user`` sits on."""
    if user.person_id is None:
        return []
    return [e for e in vote.roll if e.may_vote and e.attendance.person_id == user.person_id]


def count_secret(vote: Vote, on_paper: Count, *, by: User) -> None:
    """Count: ballots cast on the page plus those on paper; only the totals stay, the ballots are destroyed."""
    _lock(vote)
    _require_open(vote, VoteMode.SECRET)
    if min(on_paper.yes, on_paper.no, on_paper.abstain) < 0:
        raise DomainError("Stimmen können nicht negativ sein.", field="votes_yes")
    cast = [row.ballot for row in db.session.query(SecretBallot).filter_by(vote_id=vote.id)]
    remaining = vote.votes_present - len(cast)
    if on_paper.total > remaining:
        raise DomainError(f"{on_paper.total} Stimmen auf Papier sind mehr, als noch möglich sind: {remaining}.",
                          field="votes_yes")  # fmt: skip
    typed = {Ballot.YES: on_paper.yes, Ballot.NO: on_paper.no, Ballot.ABSTAIN: on_paper.abstain}
    count = Count(*(cast.count(b) + typed[b] for b in Ballot))
    if count.total == 0:
        raise DomainError("Es ist noch keine Stimme abgegeben.", field="votes_yes")
    _set_count(vote, count)
    vote.closed_at = now()
    db.session.query(SecretBallot).filter_by(vote_id=vote.id).delete(synchronize_session="fetch")
    db.session.flush()


def find_quorum(
    meeting: Meeting, committee: Committee, item: AgendaItem | None, *, note: str, by: User
) -> QuorumFinding:
    """Find at this moment whether there is a quorum, e.g. because somebody doubts it; it stays on record."""
    phases.require_in_session(meeting)
    moment = moment_of(item, now()) if item is not None else now()
    roll = queries.rolls_now(meeting, item, moment, list_attendances(meeting))[committee.id]
    if roll.needed is None or roll.is_enough is None:
        raise DomainError("Für dieses Gremium ist keine Beschlussfähigkeit geregelt.")
    finding = QuorumFinding(
        meeting=meeting, committee_id=committee.id, item_id=item.id if item else None,
        is_quorate=roll.is_enough or roll.is_second_call, votes_present=roll.present, votes_needed=roll.needed,
        note=note.strip() or None,
    )  # fmt: skip
    db.session.add(finding)
    db.session.flush()
    return finding


def _lock(vote: Vote) -> Sequence[RollEntry]:
    # Waits for whoever votes or counts at this moment, and reads afresh what the checks before have read too early.
    db.session.refresh(vote, with_for_update=True)
    mine = sa.select(RollEntry).where(RollEntry.vote_id == vote.id).order_by(RollEntry.id)
    return db.session.scalars(mine.execution_options(populate_existing=True)).all()


def _require_open(vote: Vote, mode: VoteMode) -> None:
    item = vote.resolution.item
    assert item is not None  # noqa: S101 - votes are taken at items
    phases.require_in_session(item.meeting)
    if vote.mode is not mode or vote.closed_at is not None:
        raise DomainError("Diese Abstimmung ist schon beendet.")
