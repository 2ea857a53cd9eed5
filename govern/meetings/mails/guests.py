"""Mails to guests: built here, sent by the outbox."""

from __future__ import annotations

from govern.formats import date_text, timespan
from govern.meetings.models import MeetingGuest
from govern.people.models import Body


def invitation_text(guest: MeetingGuest, body: Body, url: str) -> str:
    """The mail that brings a guest the personal link."""
    meeting = guest.meeting
    lines = [
        f"Guten Tag, {guest.name},",
        "",
        "wir laden Sie als Gast zu dieser Sitzung ein:",
        "",
        meeting.full_name,
        timespan(meeting.starts_at, meeting.ends_at),
    ]
    if meeting.place is not None:
        lines.append(meeting.place.name + (f", {meeting.place.address}" if meeting.place.address else ""))
    if guest.reason:
        lines += ["", f"Anlass: {guest.reason}"]
    lines += [
        "",
        "Ihre Punkte der Tagesordnung und die Unterlagen dazu finden Sie hier:",
        url,
        "",
        f"Der Link ist nur für Sie bestimmt und gilt bis zum {date_text(guest.expires_at)}.",
        "",
        "Mit freundlichen Grüßen",
        body.sender_name or body.name,
    ]
    return "\n".join(lines)
