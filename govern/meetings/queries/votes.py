"""Read votes and what stands beside them: open ones, late recusals, what minutes say of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from govern.db import db
from govern.errors import DomainError
from govern.formats import clock_time
from govern.meetings.models import (
    AgendaItem,
    Attendance,
    Ballot,
    Meeting,
    QuorumFinding,
    Recusal,
    Resolution,
    ResolutionOutcome,
    RollEntry,
    Vote,
    VoteMode,
)
from govern.meetings.queries.attendances import seat_label
from govern.meetings.queries.rolls import list_findings, list_recusals
from govern.meetings.votes import Count


def find_attendance(meeting: Meeting, identity: int | None) -> Attendance:
    """A place of the meeting's list. Raises DomainError when it is none."""
    found = db.session.get(Attendance, identity) if identity is not None and identity < 2**31 else None
    if found is None or found.meeting_id != meeting.id:
        raise DomainError("Dieser Sitz gehört nicht zu dieser Sitzung.")
    return found


def list_votes(item_ids: Sequence[int]) -> Sequence[Vote]:
    """All votes at these items with their rolls and committees, in order."""
    if not item_ids:
        return []
    return (
        db.session.scalars(
            sa.select(Vote)
            .join(Vote.resolution)
            .where(Resolution.item_id.in_(item_ids))
            .options(joinedload(Vote.committee), selectinload(Vote.roll))
            .order_by(Vote.id)
        )
        .unique()
        .all()
    )


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


def vote_notes(meeting: Meeting, items: Sequence[AgendaItem]) -> dict[int, list[str]]:
    """Item id → what minutes say of its votes: who took no part (never why), the quorum, votes by name."""
    recusals, findings = list_recusals(meeting), list_findings(meeting)
    resolutions = {r.id: r for item in items for r in item.resolutions}
    votes = list_votes([item.id for item in items if item.resolutions])
    notes: dict[int, list[str]] = {item.id: [] for item in items}
    for finding in findings:
        if finding.item_id in notes:
            notes[finding.item_id].append(finding_text(finding, meeting))
    for recusal in recusals:
        if recusal.item_id in notes:
            notes[recusal.item_id].append(recusal_text(recusal))
    for vote in votes:
        resolution = resolutions[vote.resolution_id]
        if resolution.item_id in notes:
            notes[resolution.item_id] += vote_lines(vote, resolution, meeting)
            notes[resolution.item_id] += doubts(vote, resolution, recusals)
    return notes


def finding_text(finding: QuorumFinding, meeting: Meeting) -> str:
    """„14:32: Beschlussfähigkeit festgestellt, 18 Stimmen, nötig 10"."""
    words = "festgestellt" if finding.is_quorate else "verneint"
    whose = f" ({finding.committee.name})" if len(meeting.committees) > 1 else ""
    note = f" ({finding.note})" if finding.note else ""
    return (
        f"{clock_time(finding.found_at)} Uhr: Beschlussfähigkeit{whose} {words}, "
        f"{finding.votes_present} Stimmen, nötig {finding.votes_needed}{note}"
    )


def recusal_text(recusal: Recusal) -> str:
    """That a seat took no part; never why."""
    left = " und hat den Raum verlassen" if recusal.has_left_room else ""
    return f"{seat_label(recusal.attendance)} hat an Beratung und Abstimmung nicht teilgenommen{left} (befangen)"


def vote_lines(vote: Vote, resolution: Resolution, meeting: Meeting) -> Iterable[str]:
    """How it was voted, where that says more than the result itself."""
    if vote.closed_at is None:
        return
    whose = f"{vote.committee.name}: " if len(meeting.committees) > 1 else ""
    name = f"Beschluss {resolution.number}, " if resolution.number else ""
    if vote.is_quorate is not None:
        yield f"{name}{whose}{vote.steps[0] if vote.steps else ''}".strip()
    if whose and vote.votes_yes is not None:
        yield f"{name}{whose}{Count(vote.votes_yes, vote.votes_no or 0, vote.votes_abstain or 0).figures}"
    if vote.mode is VoteMode.SECRET:
        yield f"{name}{whose}geheim abgestimmt"
    if vote.mode is VoteMode.NAMED:
        for ballot in Ballot:
            seats = [entry.seat_label for entry in vote.roll if entry.ballot is ballot]
            if seats:
                yield f"{name}{whose}namentlich {ballot.label}: {', '.join(seats)}"


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
