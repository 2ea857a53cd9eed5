"""What must stand in minutes beside the texts (E-13): notice, quorum, votes, recusals, objections, in words."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from govern.committees.models import RuleKind
from govern.committees.procedures import Procedure, QuorumMode
from govern.db import db
from govern.formats import clock_time, count, date_text
from govern.meetings.minutes_content import ObjectionNote, VoteNote
from govern.meetings.models import (
    AgendaItem,
    Attendance,
    Meeting,
    Objection,
    QuorumFinding,
    Resolution,
    Vote,
    VoteMode,
)
from govern.meetings.queries.asked import ASKED
from govern.meetings.queries.attendances import deputy_label


def formal_facts(
    meeting: Meeting, procedure: Procedure, shown: Collection[int], numbers: Mapping[int, str]
) -> Iterable[tuple[str, str]]:
    """Invitation and quorum; findings at items that the reader does not see are left out."""
    yield "Einladung", _notice(meeting)
    yield "Beschlussfähigkeit", _quorum(meeting, procedure, shown, numbers)


def item_notes(item: AgendaItem, *, with_names: bool) -> Iterable[tuple[str, str]]:
    """Motion, consent to treat the item, and who took no part in it (that, never why)."""
    adopted = {r.text.strip() for r in item.resolutions}
    if item.proposed_resolution.strip() and item.proposed_resolution.strip() not in adopted:
        yield "Antrag", item.proposed_resolution
    if item.supplement is not None and item.supplement.sent_at is not None:
        sent, reason = date_text(item.supplement.sent_at), item.supplement.reason
        words = f"{item.supplement.name}, {sent}, {clock_time(item.supplement.sent_at)} Uhr"
        yield "Nachträglich auf die Tagesordnung gekommen", f"{words} (Grund: {reason})" if reason else words
    if item.has_consent is not None:
        words = "erteilt" if item.has_consent else "nicht erteilt"
        yield "Zustimmung zur Behandlung", f"{words} ({item.consent_note})" if item.consent_note else words
    if item.recusals:
        yield (
            "Wegen Befangenheit nicht mitgewirkt",
            "; ".join(
                _recused(recusal.attendance, with_names=with_names)
                + (" (hat den Raum verlassen)" if recusal.has_left_room else "")
                for recusal in item.recusals
            ),
        )


def votes_of(items: Sequence[AgendaItem]) -> dict[int, list[Vote]]:
    """Resolution id → its closed votes with their rolls; one statement."""
    ids = [r.id for item in items for r in item.resolutions]
    rows = db.session.scalars(_votes(), {"resolutions": ids}).unique().all() if ids else []
    found: dict[int, list[Vote]] = {}
    for vote in rows:
        found.setdefault(vote.resolution_id, []).append(vote)
    return found


@cache
def _votes() -> sa.Select[Vote]:
    return (
        sa.select(Vote)
        .where(Vote.resolution_id.in_(sa.bindparam("resolutions", expanding=True)), Vote.closed_at.is_not(None))
        .options(joinedload(Vote.committee), joinedload(Vote.roll))
        .order_by(Vote.id)
    )


def vote_note(vote: Vote, resolution: Resolution) -> VoteNote:
    """A vote in words. Of a secret one only the totals; who voted how only where it was by name."""
    words = vote.mode.label
    if vote.committee_id != resolution.committee_id:
        words = f"{vote.committee.name}: {words}"
    if vote.votes_yes is not None or vote.votes_no is not None or vote.votes_abstain is not None:
        abstain = vote.votes_abstain or 0
        words += (
            f", {vote.votes_yes or 0} Ja, {vote.votes_no or 0} Nein, {abstain} "
            f"{'Enthaltung' if abstain == 1 else 'Enthaltungen'}"
        )
    if vote.is_quorate is not None:
        quorum = "beschlussfähig" if vote.is_quorate else "nicht beschlussfähig"
        words += f" · {quorum} ({count(vote.votes_present or 0, 'Stimme', 'Stimmen')})"
    roll: tuple[str, ...] = ()
    if vote.mode is VoteMode.NAMED:
        roll = tuple(f"{entry.seat_label}: {entry.ballot.label}" for entry in vote.roll if entry.ballot is not None)
    return VoteNote(text=words, roll=roll)


def objection_note(objection: Objection, numbers: Mapping[int, str]) -> ObjectionNote:
    """An objection as the minutes show it to the circle of the committee."""
    number = numbers.get(objection.item_id or 0)
    return ObjectionNote(
        place=f"TOP {number}" if number else "Protokoll als Ganzes",
        by=objection.raised_by_label,
        on=date_text(objection.raised_at),
        passage=objection.passage,
        wish=objection.wish,
        state=objection.state.label,
        answer=objection.answer or "",
        committee_answer=objection.committee_answer or "",
    )


def _notice(meeting: Meeting) -> str:
    if meeting.invited_at is not None:
        words = f"versandt am {date_text(meeting.invited_at)}"
    elif meeting.published_at is not None:
        words = f"Tagesordnung veröffentlicht am {date_text(meeting.published_at)}"
    else:
        words = "kein Versand erfasst"
    if meeting.short_notice_reason:
        words += f"; Ladungsfrist verkürzt: {meeting.short_notice_reason.rstrip('.')}"
    if meeting.is_notice_healed is not None:
        words += (
            "; Ladungsmangel geheilt: alle waren anwesend oder vertreten, niemand hat widersprochen"
            if meeting.is_notice_healed
            else "; Ladungsmangel nicht geheilt"
        )
    return words


def _quorum(meeting: Meeting, procedure: Procedure, shown: Collection[int], numbers: Mapping[int, str]) -> str:
    findings = db.session.scalars(_findings(), {"meeting_id": meeting.id}).all()
    words = [_finding(f, meeting, numbers) for f in findings if f.item_id is None or f.item_id in shown]
    if words:
        return "; ".join(words)
    if procedure.mode(RuleKind.QUORUM) is QuorumMode.DEEMED:
        return "galt als gegeben; sie wurde nicht angezweifelt"
    if procedure.is_on(RuleKind.QUORUM):
        return "keine Feststellung erfasst"
    return "dafür gilt keine Regel" if procedure.is_off(RuleKind.QUORUM) else "nicht geregelt und nicht festgestellt"


@cache
def _findings() -> sa.Select[QuorumFinding]:
    return (
        sa.select(QuorumFinding)
        .where(QuorumFinding.meeting_id == ASKED.id)
        .options(joinedload(QuorumFinding.committee))
        .order_by(QuorumFinding.found_at, QuorumFinding.id)
    )


def _finding(finding: QuorumFinding, meeting: Meeting, numbers: Mapping[int, str]) -> str:
    words = "gegeben" if finding.is_quorate else "nicht gegeben"
    if finding.committee_id != meeting.committee_id:
        words = f"{finding.committee.name}: {words}"
    number = numbers.get(finding.item_id or 0)
    place = f" zu TOP {number}" if number else ""
    present = count(finding.votes_present, "Stimme", "Stimmen")
    words += f"{place} um {clock_time(finding.found_at)} Uhr ({present}, nötig {finding.votes_needed})"
    return f"{words}, {finding.note}" if finding.note else words


def _recused(attendance: Attendance, *, with_names: bool) -> str:
    name = deputy_label(attendance) or attendance.holder_label or (attendance.person.name if attendance.person else "")
    return f"{attendance.label}, {name}" if with_names and name else attendance.label
