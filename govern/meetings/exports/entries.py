"""A meeting as a calendar entry: no titles of items, so that nothing confidential leaves the house (B-17)."""

from __future__ import annotations

from govern.calendars import CalendarEntry, EventStatus
from govern.formats import date_text, timespan
from govern.meetings.models import Event, Meeting, MeetingState, Place


def meeting_entry(meeting: Meeting, base_url: str) -> CalendarEntry:
    """The calendar entry of ``meeting``; needs committees, place and moves loaded."""
    url = f"{base_url}/sitzungen/{meeting.id}"
    is_trashed = meeting.deleted_at is not None  # its page is closed: the calendar says no more than that
    gone = meeting.is_cancelled or is_trashed
    title = f"{meeting.committee.label}: {meeting.name}"
    return CalendarEntry(
        uid=meeting.ical_uid,
        title=f"Abgesagt: {title}" if gone else title,
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        changed_at=meeting.ical_changed_at,
        sequence=meeting.ical_sequence,
        url=url,
        status=_status(meeting, gone=gone),
        location=None if is_trashed else _location(meeting),
        description=None if is_trashed else "\n".join(_description(meeting, url)),
        is_private=not meeting.is_public,
        categories=(meeting.committee.label,),
    )


def event_entry(event: Event, base_url: str) -> CalendarEntry:
    """The calendar entry of an event; needs committees and place loaded."""
    url = f"{base_url}/veranstaltungen/{event.id}"
    is_cancelled = event.cancelled_at is not None
    title = f"{event.kind.label}: {event.title}"
    lines = [", ".join(committee.name for committee in event.committees)]
    if event.register_until is not None and not is_cancelled:
        lines.append(f"Anmeldung bis zum {date_text(event.register_until)}")
    return CalendarEntry(
        uid=event.ical_uid,
        title=f"Abgesagt: {title}" if is_cancelled else title,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        changed_at=event.ical_changed_at,
        sequence=event.ical_sequence,
        url=url,
        status=EventStatus.CANCELLED if is_cancelled else EventStatus.CONFIRMED,
        location=where_words(
            event.place, event.place_note, event.video_url or (event.place.video_url if event.place else None)
        ),
        description="\n".join([*lines, f"Näheres und Anmeldung: {url}"]),
        categories=(event.kind.label,),
    )


def where_words(place: Place | None, note: str | None, video_url: str | None) -> str | None:
    """Room, address, addition and video link in one line; None while all is open."""
    parts = [place.name, place.address] if place else []
    parts += [note, video_url]
    return ", ".join(part for part in parts if part) or None


def _status(meeting: Meeting, *, gone: bool) -> EventStatus:
    if gone:
        return EventStatus.CANCELLED
    return EventStatus.TENTATIVE if meeting.state is MeetingState.PREPARING else EventStatus.CONFIRMED


def _location(meeting: Meeting) -> str | None:
    return where_words(meeting.place, meeting.place_note, meeting.video_link)


def _description(meeting: Meeting, url: str) -> list[str]:
    lines = [", ".join(committee.name for committee in meeting.committees), f"Form: {meeting.mode.label}"]
    if meeting.is_cancelled and meeting.cancellation_reason:
        lines.append(f"Abgesagt: {meeting.cancellation_reason}")
    lines += [f"Verschoben, bisher {timespan(m.old_starts_at, m.old_ends_at)}" for m in meeting.moves]
    # Many clients ignore URL, so the address stands here too.
    lines.append(f"Tagesordnung und Unterlagen: {url}")
    return lines
