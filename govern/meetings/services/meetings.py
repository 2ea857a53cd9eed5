"""Plan, change, move, publish and cancel meetings; put drafts into the trash and take them out again."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import sqlalchemy as sa

from govern import files
from govern.committees.models import Committee
from govern.db import db, now
from govern.errors import Conflict, DomainError
from govern.formats import at, date_short, local
from govern.meetings.models import (
    MEETING_TRANSITIONS,
    AgendaItem,
    JointCommittee,
    Meeting,
    MeetingMode,
    MeetingMove,
    MeetingRole,
    MeetingRoleKind,
    MeetingState,
    Place,
)
from govern.meetings.queries.meetings import next_number
from govern.meetings.services import agendas, circulars, topics
from govern.meetings.services.changes import demand_open, demand_version, note_calendar_change
from govern.people.models import Person, User

TRASH_DAYS = 30


def plan_meeting(
    committee: Committee,
    *,
    by: User,
    host: str,
    day: date,
    starts: time,
    ends: time,
    number: int | None,
    title: str | None,
    mode: MeetingMode,
    place: Place | None,
    place_note: str | None,
    video_url: str | None,
    is_public: bool,
    chair_function: str | None,
    chair: Person | None,
    moderator_function: str | None,
    moderator: Person | None,
    minute_takers: Collection[Person],
    joint: Collection[Committee] = (),
    copy_from: Meeting | None = None,
    with_standing_items: bool = True,
) -> Meeting:
    """Plan a meeting of ``committee``, with its standing items and the structure of ``copy_from``'s agenda if given.

    ``host`` is the installation's host name, for the UID of the calendar entry.
    """
    if committee.is_over:
        raise DomainError("Dieses Gremium ist abgeschlossen; neue Sitzungen sind nicht möglich.")
    starts_at, ends_at = _moments(day, starts, ends)
    _demand_free_number(committee, number, day)
    meeting = Meeting(
        committee=committee,
        number=number,
        title=title or None,
        starts_at=starts_at,
        ends_at=ends_at,
        mode=mode,
        place=place if mode is not MeetingMode.ONLINE else None,
        place_note=place_note or None,
        video_url=_video_url(video_url, mode, place),
        is_public=is_public,
        chair_function=chair_function or None,
        moderator_function=moderator_function or None,
        ical_uid=f"{secrets.token_hex(12)}@{host}",
        state=MeetingState.PREPARING,
    )
    meeting.roles = _roles(chair, moderator, minute_takers)
    _set_joint(meeting, joint)
    db.session.add(meeting)
    db.session.flush()
    agendas.fill_agenda(meeting, copy_from=copy_from, with_standing_items=with_standing_items)
    circulars.announce_untold(committee)
    return meeting


def update_meeting(
    meeting: Meeting,
    *,
    by: User,
    version: int | None,
    number: int | None,
    title: str | None,
    mode: MeetingMode,
    place: Place | None,
    place_note: str | None,
    video_url: str | None,
    is_public: bool,
    chair_function: str | None,
    chair: Person | None,
    moderator_function: str | None,
    moderator: Person | None,
    minute_takers: Collection[Person],
    joint: Collection[Committee] | None = None,
) -> None:
    """Change what is stated of a meeting except its time. Raises Conflict when somebody saved in the meantime.

    ``joint`` None leaves the committees that meet as they are.
    """
    demand_open(meeting)
    demand_version(meeting, version)
    before = _where(meeting)
    heading = _heading(meeting)
    if number != meeting.number:
        _demand_free_number(meeting.committee, number, local(meeting.starts_at).date())
    meeting.number, meeting.title, meeting.mode = number, title or None, mode
    meeting.place = place if mode is not MeetingMode.ONLINE else None
    meeting.place_note = place_note or None
    meeting.video_url = _video_url(video_url, mode, place, stored=meeting.video_url)
    meeting.is_public = is_public
    meeting.chair_function, meeting.moderator_function = chair_function or None, moderator_function or None
    _set_roles(meeting, _roles(chair, moderator, minute_takers))
    if joint is not None:
        _set_joint(meeting, joint)
    db.session.flush()
    if before != _where(meeting):
        note_calendar_change(meeting, is_scheduling=True)
    elif heading != _heading(meeting):
        note_calendar_change(meeting, is_scheduling=False)
    db.session.flush()


def move_meeting(
    meeting: Meeting, *, by: User, version: int | None, day: date, starts: time, ends: time, reason: str | None
) -> None:
    """Move a meeting to another time; the old one stays visible with the reason."""
    demand_open(meeting)
    if meeting.state is MeetingState.IN_SESSION:
        raise DomainError("Die Sitzung läuft schon und lässt sich nicht mehr verschieben.")
    demand_version(meeting, version)
    starts_at, ends_at = _moments(day, starts, ends)
    if (starts_at, ends_at) == (meeting.starts_at, meeting.ends_at):
        raise DomainError(
            "Das ist der bisherige Termin. Bitte einen anderen Tag oder eine andere Uhrzeit angeben.", field="day"
        )
    if meeting.published_at is not None and not (reason or "").strip():
        raise DomainError("Die Tagesordnung ist veröffentlicht: Bitte einen Grund nennen.", field="reason")
    if day.year != local(meeting.starts_at).year:
        _keep_number_unique(meeting, day)
    meeting.moves.append(
        MeetingMove(old_starts_at=meeting.starts_at, old_ends_at=meeting.ends_at, reason=(reason or "").strip() or None)
    )
    later = ends_at - meeting.ends_at
    for guest in meeting.guests:
        guest.expires_at += later
    for invitation in meeting.invitations:
        invitation.expires_at = ends_at
    meeting.starts_at, meeting.ends_at = starts_at, ends_at
    note_calendar_change(meeting, is_scheduling=True)
    db.session.flush()


def publish_agenda(meeting: Meeting, *, by: User) -> None:
    """Let everyone who sees the meeting read its agenda."""
    demand_open(meeting)
    _demand_transition(meeting, MeetingState.PUBLISHED)
    if not db.session.scalar(sa.select(sa.exists().where(AgendaItem.meeting_id == meeting.id))):
        raise DomainError("Die Tagesordnung ist noch leer. Legen Sie zuerst einen Punkt an.")
    meeting.state, meeting.published_at = MeetingState.PUBLISHED, now()
    meeting.version += 1
    note_calendar_change(meeting, is_scheduling=False)
    db.session.flush()


def cancel_meeting(meeting: Meeting, *, by: User, reason: str) -> None:
    """Call a meeting off; it stays visible with the reason, and its topics go back to the store."""
    demand_open(meeting)
    _demand_transition(meeting, MeetingState.CANCELLED)
    if not reason.strip():
        raise DomainError("Bitte einen Grund nennen; er steht bei der abgesagten Sitzung.", field="reason")
    meeting.state, meeting.cancelled_at = MeetingState.CANCELLED, now()
    meeting.cancellation_reason = reason.strip()
    meeting.version += 1
    note_calendar_change(meeting, is_scheduling=True)
    topics.give_back(meeting.items)
    db.session.flush()


def trash_meeting(meeting: Meeting, *, by: User) -> None:
    """Put a draft that nobody has received into the trash; whatever was published is only cancelled."""
    demand_open(meeting)
    if meeting.published_at is not None or meeting.state is not MeetingState.PREPARING:
        raise DomainError("Diese Sitzung wurde schon veröffentlicht. Sie kann nur noch abgesagt werden.")
    meeting.deleted_at = now()
    note_calendar_change(meeting, is_scheduling=True)
    topics.give_back(meeting.items)
    db.session.flush()


def restore_meeting(meeting: Meeting, *, by: User) -> None:
    """Take a meeting out of the trash; topics still free are on its agenda again.

    Refused while another meeting of the year bears its number.
    """
    if meeting.deleted_at is None:
        raise Conflict("Diese Sitzung liegt nicht im Papierkorb.")
    _demand_free_number(meeting.committee, meeting.number, local(meeting.starts_at).date())
    meeting.deleted_at = None
    note_calendar_change(meeting, is_scheduling=True)
    topics.take_again(meeting.items)
    db.session.flush()


def empty_trash(folder: Path, *, at: datetime | None = None) -> int:
    """Delete for good what has been in the trash for more than thirty days, with its files; returns how many."""
    limit = (at or now()) - timedelta(days=TRASH_DAYS)
    meetings = db.session.scalars(sa.select(Meeting).where(Meeting.deleted_at < limit)).all()
    for meeting in meetings:
        _delete(meeting, folder)
    db.session.flush()
    return len(meetings)


def _delete(meeting: Meeting, folder: Path) -> None:
    files.forget(folder, [paper.stored_name for item in meeting.items for paper in item.papers])
    ids = [item.id for item in meeting.items]
    for item in meeting.items:
        item.rapporteur_guest = None
    db.session.execute(sa.update(AgendaItem).where(AgendaItem.predecessor_id.in_(ids)).values(predecessor_id=None))
    db.session.flush()
    for item in sorted(meeting.items, key=lambda item: item.parent_id is None):
        db.session.delete(item)
    db.session.flush()
    db.session.expire(meeting, ["items"])
    db.session.delete(meeting)


def _demand_free_number(committee: Committee, number: int | None, day: date) -> None:
    """Refuse a number that another meeting of the same year bears; also what two clicks would plan twice."""
    if number is None:
        return
    db.session.execute(sa.select(Committee.id).where(Committee.id == committee.id).with_for_update())
    taken = db.session.scalars(
        sa.select(Meeting)
        .where(
            Meeting.committee_id == committee.id,
            Meeting.number == number,
            Meeting.starts_at >= at(date(day.year, 1, 1), time()),
            Meeting.starts_at < at(date(day.year + 1, 1, 1), time()),
            Meeting.state != MeetingState.CANCELLED,
            Meeting.deleted_at.is_(None),
        )
        .limit(1)
    ).first()
    if taken is not None:
        raise DomainError(f"Die {number}. Sitzung gibt es schon: {date_short(taken.starts_at)}.", field="number")


def _keep_number_unique(meeting: Meeting, day: date) -> None:
    """In another year the number may be taken: a draft then counts on, one the members know of is refused."""
    try:
        _demand_free_number(meeting.committee, meeting.number, day)
    except DomainError as error:
        if meeting.published_at is not None:
            raise DomainError(f"{error} Bitte ändern Sie vorher die Nummer dieser Sitzung.", field="day") from error
        meeting.number = next_number(meeting.committee)


def _moments(day: date, starts: time, ends: time) -> tuple[datetime, datetime]:
    starts_at, ends_at = at(day, starts), at(day, ends)
    if ends_at <= starts_at:
        raise DomainError("Das Ende muss nach dem Beginn liegen.", field="ends")
    return starts_at, ends_at


def checked_video_url(url: str | None) -> str | None:
    """``url`` if it can be offered as a link, None if nothing was stated; raises DomainError otherwise."""
    url = (url or "").strip()
    if not url:
        return None
    try:
        parts = urlsplit(url)
        usable = parts.scheme == "https" and bool(parts.hostname) and not any(c.isspace() for c in url)
    except ValueError:
        usable = False
    if not usable:
        raise DomainError(
            "Der Videolink muss mit https:// beginnen und eine vollständige Adresse sein.", field="video_url"
        )
    return url


def _video_url(url: str | None, mode: MeetingMode, place: Place | None, *, stored: str | None = None) -> str | None:
    # What was stored goes with the change to „vor Ort"; a link just typed is never dropped without a word.
    if mode is MeetingMode.ON_SITE:
        if (url or "").strip() not in ("", stored):
            raise DomainError(
                "Bei einer Sitzung vor Ort gibt es keinen Videolink. Bitte „online“ oder „vor Ort und online“ wählen "
                "oder den Link leeren.", field="video_url",
            )  # fmt: skip
        return None
    return checked_video_url(url) or (place.video_url if place is not None else None)


def _where(meeting: Meeting) -> tuple[object, ...]:
    place_id = meeting.place.id if meeting.place is not None else None
    return meeting.mode, place_id, meeting.place_note, meeting.video_url


def _heading(meeting: Meeting) -> tuple[object, ...]:
    return meeting.title, meeting.number, sorted(joint.committee_id for joint in meeting.joint_committees)


def _set_joint(meeting: Meeting, wanted: Collection[Committee]) -> None:
    there = {joint.committee_id: joint for joint in meeting.joint_committees}
    ids = {committee.id for committee in wanted}
    if ids == set(there):
        return
    if meeting.committee.id in ids:
        raise DomainError("Ein Gremium tagt nicht mit sich selbst gemeinsam.", field="joint_ids")
    if any(committee.is_over for committee in wanted if committee.id not in there):
        raise DomainError("Ein abgeschlossenes Gremium tagt nicht mehr.", field="joint_ids")
    if meeting.state is MeetingState.IN_SESSION:
        raise DomainError("Die Sitzung läuft schon; welche Gremien tagen, steht fest.", field="joint_ids")
    meeting.joint_committees = [
        there.get(committee.id) or JointCommittee(committee_id=committee.id) for committee in wanted
    ]


def _roles(chair: Person | None, moderator: Person | None, minute_takers: Collection[Person]) -> list[MeetingRole]:
    wanted = [(MeetingRoleKind.CHAIR, chair), (MeetingRoleKind.MODERATOR, moderator)]
    wanted += [(MeetingRoleKind.MINUTE_TAKER, person) for person in minute_takers]
    return [MeetingRole(kind=kind, person=person) for kind, person in wanted if person is not None]


def _set_roles(meeting: Meeting, wanted: Sequence[MeetingRole]) -> None:
    keys = {(role.kind, role.person.id): role for role in wanted}
    meeting.roles = [
        *(role for role in meeting.roles if keys.pop((role.kind, role.person_id), None) is not None),
        *keys.values(),
    ]


def _demand_transition(meeting: Meeting, state: MeetingState) -> None:
    if state not in MEETING_TRANSITIONS[meeting.state]:
        raise Conflict(f"Die Sitzung ist inzwischen im Stand „{meeting.state.label}“; das geht jetzt nicht mehr.")
