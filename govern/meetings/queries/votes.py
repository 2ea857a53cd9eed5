"""Read votes and what stands beside them: open ones, and recusals found out later."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import sqlalchemy as sa
from sqlalchemy.orm.attributes import set_committed_value

from govern.db import db
from govern.errors import DomainError
from govern.meetings.models import (
    Attendance,
    Ballot,
    Meeting,
    Recusal,
    Resolution,
    ResolutionOutcome,
    RollEntry,
    Vote,
    VoteMode,
)
from govern.meetings.votes import Count


def find_attendance(meeting: Meeting, identity: int | None) -> Attendance:
    """A place of the meeting's list. Raises DomainError when it is none."""
    found = db.session.get(Attendance, identity) if identity is not None and identity < 2**31 else None
    if found is None or found.meeting_id != meeting.id:
        raise DomainError("Dieser Sitz gehört nicht zu dieser Sitzung.")
    return found


def doubts(vote: Vote, resolution: Resolution, recusals: Iterable[Recusal]) -> list[str]:
    """Who took part in a vote although recused, found out later, and whether it can have decided (E-08)."""
    late = {r.attendance_id for r in recusals if r.item_id == resolution.item_id and r.declared_at > vote.opened_at}
    entries = [entry for entry in vote.roll if entry.may_vote and entry.attendance_id in late]
    if not entries or vote.closed_at is None:
        return []
    who = ", ".join(entry.seat_label for entry in entries)
    plural = len(entries) > 1
    head = f"Zu prüfen: {who} {'haben' if plural else 'hat'} mitgestimmt, {'sind' if plural else 'ist'} aber befangen."
    return [f"{head} {_without(vote, resolution, sum(e.votes for e in entries), [e.ballot for e in entries])}"]


def _without(vote: Vote, resolution: Resolution, votes: int, ballots: list[Ballot | None]) -> str:
    if vote.mode is VoteMode.ANNOUNCED:
        if resolution.outcome is ResolutionOutcome.MAJORITY:
            return "Ohne Stimmenzahlen lässt sich nicht sagen, ob die Stimme entscheidend war."
        return "Alle waren sich einig; auch ohne diese Stimme wäre das Ergebnis dasselbe."
    count = Count(vote.votes_yes or 0, vote.votes_no or 0, vote.votes_abstain or 0)
    if vote.mode is VoteMode.NAMED:
        less = {b: sum(e is b for e in ballots) * (votes // len(ballots)) for b in Ballot}
        possible = [
            Count(count.yes - less[Ballot.YES], count.no - less[Ballot.NO], count.abstain - less[Ballot.ABSTAIN])
        ]
    else:
        possible = list(count.without(votes))
    figures = " oder ".join(dict.fromkeys(c.figures for c in possible))
    if all(c.is_adopted == count.is_adopted for c in possible):
        return f"Ohne: {figures}. Das Ergebnis bliebe dasselbe, die Stimme war nicht entscheidend."
    return f"Ohne: {figures}. Das Ergebnis könnte anders sein; bitte neu abstimmen lassen."


def shows_roll(vote: Vote) -> bool:
    """Pages show the seats of a vote that is open or was by name."""
    return vote.closed_at is None or vote.mode is VoteMode.NAMED


def load_rolls(votes: Sequence[Vote]) -> None:
    """Read the rolls of these votes in one statement."""
    if not votes:
        return
    wanted = sa.select(RollEntry).where(RollEntry.vote_id.in_([v.id for v in votes])).order_by(RollEntry.id)
    entries = db.session.scalars(wanted).all()
    for vote in votes:
        set_committed_value(vote, "roll", [entry for entry in entries if entry.vote_id == vote.id])
