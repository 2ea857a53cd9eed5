"""Gather what result minutes say for one reader: page, DOCX and PDF are set from the same content."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from govern.committees.models import Seat
from govern.committees.policies import can_view_holders
from govern.db import db, now
from govern.formats import WEEKDAYS, clock_time, date_text, local
from govern.meetings import contributions
from govern.meetings.agenda_numbers import in_order
from govern.meetings.contributions import ItemSection, Line
from govern.meetings.minutes_content import (
    AttendanceGroup,
    AttendanceLine,
    ItemMinutes,
    MinutesContent,
    Part,
    ResolutionBox,
    RevisionNote,
)
from govern.meetings.models import (
    AgendaItem,
    Attendance,
    AttendanceState,
    ItemResult,
    Meeting,
    MeetingGuest,
    MeetingRoleKind,
    MinutesRevision,
    Resolution,
)
from govern.meetings.policies import can_view_item, in_circle
from govern.meetings.queries.agendas import rapporteur_of
from govern.meetings.queries.attendances import (
    deputy_label,
    figures,
    is_vacant,
    list_attendances,
    list_guests,
    seat_label,
    times_text,
)
from govern.meetings.queries.heads import place_of
from govern.meetings.queries.meetings import load_parts
from govern.meetings.queries.minutes import item_numbers
from govern.meetings.queries.own_sections import minuted_sections
from govern.meetings.queries.votes import vote_notes
from govern.meetings.votes import outcome_text
from govern.people.models import User


def minutes_content(meeting: Meeting, user: User, *, public_only: bool = False) -> MinutesContent:
    """The minutes of ``meeting`` as ``user`` may read them; ``public_only`` leaves the confidential part out."""
    meeting = load_parts(meeting)
    all_items = _items(meeting)
    numbers = item_numbers(all_items)
    items = [i for i in all_items if can_view_item(user, i) and (i.is_public or not public_only)]
    sections = _sections(user, items, public_only=public_only)
    with_names = in_circle(user, meeting) or can_view_holders(user, meeting.committee)
    attendances, guests = list_attendances(meeting), list_guests(meeting)
    set_items = [_item(item, numbers[item.id], sections.get(item.id, []), with_names=with_names) for item in items]
    by_id = dict(zip((i.id for i in items), set_items, strict=True))
    public = tuple(by_id[i.id] for i in items if i.is_public)
    confidential = tuple(by_id[i.id] for i in items if not i.is_public)
    parts = [Part(heading="Öffentlicher Teil" if confidential else None, items=public)]
    if confidential:
        parts.append(Part(heading="Nicht öffentlicher Teil", items=confidential))
    day = local(meeting.starts_at).date()
    name = meeting.committee.short_name or meeting.committee.name
    return MinutesContent(
        body=meeting.committee.body.name,
        committee=meeting.committee.name,
        meeting=meeting.name,
        title=f"Ergebnisprotokoll: {meeting.name}",
        facts=tuple(_facts(meeting, with_names=with_names)),
        status=_status(meeting),
        is_draft=not meeting.is_released,
        attendance=tuple(_attendance(attendances, guests, with_names=with_names)),
        attendance_summary=figures(attendances, guests).text,
        opening=meeting.general_minutes,
        parts=tuple(p for p in parts if p.items),
        has_confidential_part=bool(confidential),
        signatures=("Leitung der Sitzung", "Protokollführung"),
        file_name=f"Protokoll {name} {day.isoformat()}"
        + (" Entwurf" if not meeting.is_released else "")
        + (" öffentlicher Teil" if public_only else ""),
        made_at=now(),
    )


def _items(meeting: Meeting) -> Sequence[AgendaItem]:
    items = (
        db.session.scalars(
            sa.select(AgendaItem)
            .where(AgendaItem.meeting_id == meeting.id)
            .options(
                joinedload(AgendaItem.meeting),
                joinedload(AgendaItem.referred_to),
                joinedload(AgendaItem.rapporteur_person),
                joinedload(AgendaItem.rapporteur_guest),
                joinedload(AgendaItem.rapporteur_seat).joinedload(Seat.organisations),
                joinedload(AgendaItem.resolutions),
                selectinload(AgendaItem.revisions).joinedload(MinutesRevision.revised_by).selectinload(User.roles),
            )
        )
        .unique()
        .all()
    )
    return in_order(items)


def _sections(user: User, items: Sequence[AgendaItem], *, public_only: bool) -> dict[int, list[ItemSection]]:
    gathered = minuted_sections(user, items, public_only=public_only)
    for item_id, notes in (vote_notes(items[0].meeting, items) if items else {}).items():
        if notes:
            lines = tuple(Line(note) for note in notes)
            gathered.setdefault(item_id, []).append(ItemSection(heading="Abstimmung und Teilnahme", lines=lines))
    for contribute in contributions.item_sections:
        for item_id, sections in contribute(user, items).items():
            gathered.setdefault(item_id, []).extend(sections)
    return gathered


def _facts(meeting: Meeting, *, with_names: bool) -> Iterable[tuple[str, str]]:
    yield "Gremium", meeting.committee.name
    day = local(meeting.starts_at).date()
    yield "Tag", f"{WEEKDAYS[day.weekday()]}, {date_text(day)}"
    began = meeting.started_at if _same_day(meeting) else None
    yield "Beginn", f"{clock_time(began or meeting.starts_at)} Uhr"
    yield "Ende", f"{clock_time(meeting.ended_at)} Uhr" if meeting.ended_at else "noch offen"
    yield "Ort", place_of(meeting) or "nicht angegeben"
    for kind, function in (
        (MeetingRoleKind.CHAIR, meeting.chair_function),
        (MeetingRoleKind.MODERATOR, meeting.moderator_function),
        (MeetingRoleKind.MINUTE_TAKER, None),
    ):
        names = [r.person.name for r in meeting.roles if r.kind is kind] if with_names else []
        words = ", ".join([*names, *([function] if function else [])])
        if words or kind is MeetingRoleKind.CHAIR:
            yield kind.label, words or "nicht angegeben"


def _same_day(meeting: Meeting) -> bool:
    return meeting.started_at is not None and local(meeting.started_at).date() == local(meeting.starts_at).date()


def _status(meeting: Meeting) -> str:
    if meeting.released_at is not None:
        return f"freigegeben am {date_text(meeting.released_at)}"
    return "Entwurf, noch nicht freigegeben"


def _attendance(
    attendances: Sequence[Attendance], guests: Sequence[MeetingGuest], *, with_names: bool
) -> Iterable[AttendanceGroup]:
    headings: list[tuple[str, Callable[[Attendance], bool]]] = [
        ("Anwesend", lambda a: a.state is AttendanceState.PRESENT),
        ("Vertreten", lambda a: a.state is AttendanceState.DEPUTY),
        ("Entschuldigt", lambda a: a.state is AttendanceState.EXCUSED),
        ("Abwesend", lambda a: a.state is AttendanceState.ABSENT),
        ("Nicht besetzt", lambda a: is_vacant(a, attendances)),
    ]
    for heading, belongs in headings:
        lines = tuple(_attendance_line(a, with_names=with_names) for a in attendances if belongs(a))
        if lines:
            yield AttendanceGroup(heading=heading, lines=lines)
    came = tuple(_guest_line(g, with_names=with_names) for g in guests if g.attended)
    if came:
        yield AttendanceGroup(heading="Gäste", lines=came)


def _attendance_line(attendance: Attendance, *, with_names: bool) -> AttendanceLine:
    deputy = deputy_label(attendance)
    holder = attendance.holder_label or (
        attendance.person.name if attendance.person and attendance.state is not AttendanceState.DEPUTY else ""
    )
    notes = [times_text(attendance)]
    if not with_names:
        return AttendanceLine(seat=seat_label(attendance), person="", note=", ".join(filter(None, notes)))
    if deputy and holder:
        notes.insert(0, f"für {holder}")
    return AttendanceLine(
        seat=seat_label(attendance), person=deputy or holder or "", note=", ".join(filter(None, notes))
    )


def _guest_line(guest: MeetingGuest, *, with_names: bool) -> AttendanceLine:
    institution = guest.organisation.name if guest.organisation else guest.organisation_name
    seat = ": ".join(part for part in (institution, guest.function) if part) or "Gast"
    return AttendanceLine(seat=seat, person=guest.name if with_names else "", note="")


def _item(item: AgendaItem, number: str, sections: list[ItemSection], *, with_names: bool) -> ItemMinutes:
    return ItemMinutes(
        id=item.id,
        number=number,
        title=item.title,
        level=2 if "." in number else 1,
        facts=" · ".join(_item_facts(item, with_names=with_names)),
        text=item.minutes_text,
        result=_result(item),
        resolutions=tuple(_resolution(r) for r in item.resolutions),
        sections=tuple(sections),
        revisions=tuple(_revision(r) for r in item.revisions),
    )


def _item_facts(item: AgendaItem, *, with_names: bool) -> Iterable[str]:
    yield item.kind.label
    rapporteur = rapporteur_of(item)
    if rapporteur and (with_names or item.rapporteur_seat is not None):
        yield f"Bericht: {rapporteur}"


def _result(item: AgendaItem) -> str:
    if item.result is None:
        return "Ergebnis noch offen"
    words = item.result.label
    if item.result is ItemResult.REFERRED and item.referred_to is not None:
        words += f" an: {item.referred_to.name}"
    return f"{words} ({item.result_note})" if item.result_note else words


def _resolution(resolution: Resolution) -> ResolutionBox:
    cancelled = None
    if resolution.cancelled_at is not None:
        cancelled = f"aufgehoben am {date_text(resolution.cancelled_at)}: {resolution.cancellation_reason}"
    return ResolutionBox(
        id=resolution.id,
        number=resolution.number or "vorläufig",
        text=resolution.text,
        outcome=outcome_text(resolution),
        proviso=resolution.proviso,
        cancelled=cancelled,
    )


def _revision(revision: MinutesRevision) -> RevisionNote:
    return RevisionNote(
        number=revision.number,
        on=date_text(revision.revised_at),
        by=revision.revised_by.function_label if revision.revised_by else "",
        reason=revision.reason,
        old_text=revision.old_text,
        new_text=revision.new_text,
    )
