"""A meeting as a calendar entry: no titles of items, so that nothing confidential leaves the house (B-17)."""

from __future__ import annotations

from govern.calendars import CalendarEntry, EventStatus
from govern.formats import timespan
from govern.meetings.models import Meeting, MeetingState


def meeting_entry(meeting: Meeting, base_url: str) -> CalendarEntry:
    """The calendar entry of ``meeting``; needs committees, place and moves loaded."""
    url = f"{base_url}/sitzungen/{meeting.id}"
    gone = meeting.is_cancelled or meeting.deleted_at is not None
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
        location=_location(meeting),
        description="\n".join(_description(meeting, url)),
        is_private=not meeting.is_public,
        categories=(meeting.committee.label,),
    )


def _status(meeting: Meeting, *, gone: bool) -> EventStatus:
    if gone:
        return EventStatus.CANCELLED
    return EventStatus.TENTATIVE if meeting.state is MeetingState.PREPARING else EventStatus.CONFIRMED


def _location(meeting: Meeting) -> str | None:
    parts = [meeting.place.name, meeting.place.address] if meeting.place else []
    parts += [meeting.place_note, meeting.video_url or (meeting.place.video_url if meeting.place else None)]
    return ", ".join(p for p in parts if p) or None


def _description(meeting: Meeting, url: str) -> list[str]:
    lines = [", ".join(committee.name for committee in meeting.committees), f"Form: {meeting.mode.label}"]
    if meeting.is_cancelled and meeting.cancellation_reason:
        lines.append(f"Abgesagt: {meeting.cancellation_reason}")
    lines += [f"Verschoben, bisher {timespan(m.old_starts_at, m.old_ends_at)}" for m in meeting.moves]
    # Many clients ignore URL, so the address stands here too.
    lines.append(f"Tagesordnung und Unterlagen: {url}")
    return lines
