"""Gather what minutes say for one reader: page, DOCX and PDF are set from the same content."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from govern.committees.models import Committee, RuleKind, Seat
from govern.committees.policies import can_view_holders
from govern.committees.procedures import MinutesMode, Procedure
from govern.db import db, now
from govern.formats import WEEKDAYS, clock_time, date_text, local
from govern.meetings import contributions
from govern.meetings.agenda_numbers import in_order
from govern.meetings.consents import effect_of
from govern.meetings.contributions import ItemSection
from govern.meetings.minutes_content import (
    AttendanceGroup,
    AttendanceLine,
    ItemMinutes,
    MinutesContent,
    Part,
    ResolutionBox,
    RevisionNote,
    from_json,
)
from govern.meetings.models import (
    AgendaItem,
    Attendance,
    AttendanceState,
    ImplementerConsent,
    ItemResult,
    Meeting,
    MeetingGuest,
    MeetingRoleKind,
    MinutesRevision,
    MinutesVersion,
    MinutesVersionKind,
    Objection,
    Recusal,
    Resolution,
    Vote,
)
from govern.meetings.policies import can_view_item, in_circle
from govern.meetings.queries.agendas import NAME, rapporteur_names, rapporteur_of
from govern.meetings.queries.asked import ASKED, values_of
from govern.meetings.queries.attendances import (
    deputy_label,
    figures,
    is_vacant,
    list_attendances,
    list_guests,
    times_text,
)
from govern.meetings.queries.heads import place_of
from govern.meetings.queries.meetings import has_parts, load_parts
from govern.meetings.queries.minutes import item_numbers
from govern.meetings.queries.minutes_notes import formal_facts, item_notes, objection_note, vote_note, votes_of
from govern.meetings.queries.minutes_versions import latest_version
from govern.meetings.queries.objections import list_objections
from govern.meetings.queries.own_sections import minuted_sections
from govern.meetings.queries.procedures import procedure_of_meeting
from govern.meetings.votes import outcome_text
from govern.people.models import Organisation, Standing, User

TITLES = {
    MinutesMode.RESULT: "Ergebnisprotokoll",
    MinutesMode.EXTENDED: "Erweitertes Ergebnisprotokoll",
    MinutesMode.VERBATIM: "Verlaufsprotokoll",
}


def minutes_content(
    meeting: Meeting, user: User, *, public_only: bool = False, procedure: Procedure | None = None
) -> MinutesContent:
    """The minutes of ``meeting`` as ``user`` may read them; ``public_only`` leaves the confidential part out.

    A draft is what stands there now. Released minutes are the last version that was kept: the whole of it for the
    circle of the committee, the public one for everybody else. ``procedure``, the rules of the day, saves a statement.
    """
    version = latest_version(meeting)
    if version is not None:
        return content_of_version(version, is_full=in_circle(user, meeting) and not public_only)
    meeting = meeting if has_parts(meeting) else load_parts(meeting)
    everything = _items(meeting)
    items = [i for i in everything if can_view_item(user, i) and (i.is_public or not public_only)]
    with_names = in_circle(user, meeting) or can_view_holders(user, meeting.committee)
    numbers = item_numbers(everything)
    return _content(
        meeting, user, items, numbers, with_names=with_names, is_marked_public=public_only, procedure=procedure
    )


def whole_contents(meeting: Meeting) -> tuple[MinutesContent, MinutesContent]:
    """What the minutes say at this moment to the circle of the committee and to everybody: what a version keeps."""
    meeting = load_parts(meeting)
    items = list(_items(meeting))
    office = User(body_id=meeting.committee.body_id)
    office.standing = Standing(office_committees=frozenset({meeting.committee_id}))
    anybody = User(body_id=meeting.committee.body_id)
    anybody.standing = Standing()
    numbers, public = item_numbers(items), [i for i in items if i.is_public]
    return (
        _content(meeting, office, items, numbers, with_names=True, objections=list_objections(meeting)),
        _content(meeting, anybody, public, numbers, with_names=False, is_marked_public=True),
    )


def content_of_version(version: MinutesVersion, *, is_full: bool) -> MinutesContent:
    """A version as it was kept, ready to be set."""
    values = version.content["full" if is_full else "public"]
    meeting = version.meeting
    digest = version.sha256 if is_full else version.public_sha256
    return from_json(
        values, status=version_status(version), is_draft=False, file_name=_file_name(meeting, public_only=not is_full),
        made_at=version.made_at,
        stamp=f"Fassung {version.number} vom {date_text(version.made_at)} · "
        f"{'vollständig' if is_full else 'öffentlicher Teil'} · SHA-256 {digest}",
    )  # fmt: skip


def version_status(version: MinutesVersion) -> str:
    """„freigegeben am 3. Juni 2026", „genehmigt am …"."""
    meeting = version.meeting
    if version.kind is MinutesVersionKind.APPROVED and meeting.approval is not None:
        return f"genehmigt am {date_text(meeting.approved_at)} ({meeting.approval.label})"
    if version.kind is MinutesVersionKind.CORRECTED:
        return f"freigegeben am {date_text(meeting.released_at)}, berichtigt am {date_text(version.made_at)}"
    return f"freigegeben am {date_text(meeting.released_at)}"


def _content(
    meeting: Meeting, user: User, items: Sequence[AgendaItem], numbers: Mapping[int, str], *, with_names: bool,
    is_marked_public: bool = False, objections: Sequence[Objection] = (), procedure: Procedure | None = None,
) -> MinutesContent:  # fmt: skip
    procedure = procedure or procedure_of_meeting(meeting)
    mode = procedure.mode(RuleKind.MINUTES_MODE) or MinutesMode.RESULT
    sections = _sections(user, items, public_only=is_marked_public)
    attendances, guests = list_attendances(meeting), list_guests(meeting)
    votes = votes_of(items)
    set_items = {
        item.id: _item(item, numbers[item.id], sections.get(item.id, []), votes, mode, with_names=with_names)
        for item in items
    }
    public = tuple(set_items[i.id] for i in items if i.is_public)
    confidential = tuple(set_items[i.id] for i in items if not i.is_public)
    parts = [Part(heading="Öffentlicher Teil" if confidential else None, items=public)]
    if confidential:
        parts.append(Part(heading="Nicht öffentlicher Teil", items=confidential))
    return MinutesContent(
        body=meeting.committee.body.name,
        committee=meeting.committee.name,
        meeting=meeting.name,
        title=f"{TITLES[mode]}: {meeting.name}",
        facts=(
            *_facts(meeting, with_names=with_names),
            *formal_facts(meeting, procedure, {i.id for i in items}, numbers),
        ),
        status=f"freigegeben am {date_text(meeting.released_at)}"
        if meeting.is_released
        else "Entwurf, noch nicht freigegeben",
        is_draft=not meeting.is_released,
        attendance=tuple(_attendance(attendances, guests, with_names=with_names)),
        attendance_summary=figures(attendances, guests).text,
        opening=meeting.general_minutes,
        parts=tuple(p for p in parts if p.items),
        has_confidential_part=bool(confidential),
        signatures=("Leitung der Sitzung", "Protokollführung"),
        file_name=_file_name(meeting, public_only=is_marked_public),
        made_at=now(),
        objections=tuple(objection_note(o, numbers) for o in objections),
    )


def _file_name(meeting: Meeting, *, public_only: bool) -> str:
    name = meeting.committee.short_name or meeting.committee.name
    words = ["Protokoll", name, local(meeting.starts_at).date().isoformat()]
    words += [] if meeting.is_released else ["Entwurf"]
    return " ".join([*words, *(["öffentlicher Teil"] if public_only else [])])


def _items(meeting: Meeting) -> Sequence[AgendaItem]:
    return in_order(db.session.scalars(_items_of_meeting(), values_of(meeting)).unique().all())


@cache
def _items_of_meeting() -> sa.Select[AgendaItem]:
    # All in one statement: of what hangs on an item there is little. The meeting itself is there already.
    return (
        sa.select(AgendaItem)
        .where(AgendaItem.meeting_id == ASKED.id)
        .options(
            joinedload(AgendaItem.referred_to).load_only(Committee.name, Committee.short_name),
            joinedload(AgendaItem.supplement),
            *rapporteur_names(),
            joinedload(AgendaItem.resolutions)
            .joinedload(Resolution.implementer_consents)
            .joinedload(ImplementerConsent.organisation)
            .load_only(Organisation.name),
            joinedload(AgendaItem.recusals)
            .joinedload(Recusal.attendance)
            .options(
                joinedload(Attendance.seat)
                .load_only(Seat.function)
                .joinedload(Seat.organisations)
                .load_only(Organisation.name),
                joinedload(Attendance.person).load_only(*NAME),
            ),
            joinedload(AgendaItem.revisions).joinedload(MinutesRevision.revised_by).selectinload(User.roles),
        )
    )


def _sections(user: User, items: Sequence[AgendaItem], *, public_only: bool) -> dict[int, list[ItemSection]]:
    gathered = minuted_sections(user, items, public_only=public_only)
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
        if words or kind is not MeetingRoleKind.MODERATOR:
            yield kind.label, words or "nicht angegeben"


def _same_day(meeting: Meeting) -> bool:
    return meeting.started_at is not None and local(meeting.started_at).date() == local(meeting.starts_at).date()


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
        return AttendanceLine(seat=attendance.label, person="", note=", ".join(filter(None, notes)))
    if deputy and holder:
        notes.insert(0, f"für {holder}")
    return AttendanceLine(seat=attendance.label, person=deputy or holder or "", note=", ".join(filter(None, notes)))


def _guest_line(guest: MeetingGuest, *, with_names: bool) -> AttendanceLine:
    institution = guest.organisation.name if guest.organisation else guest.organisation_name
    seat = ": ".join(part for part in (institution, guest.function) if part) or "Gast"
    return AttendanceLine(seat=seat, person=guest.name if with_names else "", note="")


def _item(
    item: AgendaItem, number: str, sections: list[ItemSection], votes: Mapping[int, Sequence[Vote]], mode: MinutesMode,
    *, with_names: bool,
) -> ItemMinutes:  # fmt: skip
    return ItemMinutes(
        id=item.id,
        number=number,
        title=item.title,
        level=2 if "." in number else 1,
        facts=" · ".join(_item_facts(item, mode, with_names=with_names)),
        text=item.minutes_text,
        result=_result(item),
        resolutions=tuple(resolution_box(r, votes.get(r.id, ())) for r in item.resolutions),
        sections=tuple(sections),
        revisions=tuple(_revision(r) for r in item.revisions),
        notes=tuple(item_notes(item, with_names=with_names)),
        explanation="" if mode is MinutesMode.RESULT else item.description,
    )


def _item_facts(item: AgendaItem, mode: MinutesMode, *, with_names: bool) -> Iterable[str]:
    yield item.kind.label
    rapporteur = rapporteur_of(item)
    if rapporteur and (with_names or item.rapporteur_seat is not None):
        yield item.kind.said_of(rapporteur)
    if mode is MinutesMode.VERBATIM and item.opened_at is not None and item.done_at is not None:
        yield f"{clock_time(item.opened_at)}–{clock_time(item.done_at)} Uhr"


def _result(item: AgendaItem) -> str:
    if item.result is None:
        return "Ergebnis noch offen"
    words = item.result.label
    if item.result is ItemResult.REFERRED and item.referred_to is not None:
        words += f" an: {item.referred_to.name}"
    return f"{words} ({item.result_note})" if item.result_note else words


def resolution_box(resolution: Resolution, votes: Sequence[Vote]) -> ResolutionBox:
    """A resolution as minuted, with its closed votes."""
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
        votes=tuple(vote_note(vote, resolution) for vote in votes),
        consent=effect.text if (effect := effect_of(resolution)) else "",
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
