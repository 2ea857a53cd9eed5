"""Mails to guests: built here, sent by the outbox."""

from __future__ import annotations

from collections.abc import Sequence

from govern import mail
from govern.formats import date_text, timespan
from govern.meetings.models import AgendaItem, MeetingGuest, Paper
from govern.people.mails import sender
from govern.people.models import Body, Person


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


def tell_handed_in(
    guest: MeetingGuest, item: AgendaItem, papers: Sequence[Paper], to: Person, *, url: str, host: str
) -> None:
    """Tell the office that a guest handed something in; a confidential item is not named."""
    body = guest.meeting.committee.body
    name, address = sender(body)
    which = f"zu „{item.title}“" if item.is_public else "zu einem nicht öffentlichen Punkt"
    files = [f"– {paper.file_name}" for paper in papers] if item.is_public else []
    lines = [
        f"Guten Tag, {to.name},",
        "",
        f"ein Gast hat {which} etwas eingereicht:",
        guest.meeting.full_name,
        *files,
        "",
        "Sie können es ansehen und, wenn nötig, zurückziehen:",
        url,
        "",
        "Mit freundlichen Grüßen",
        name,
    ]
    mail.queue(
        body_id=body.id, to_address=to.email or "", to_name=to.name, from_address=address, from_name=name,
        subject=f"Unterlage eines Gastes: {guest.meeting.full_name}", text="\n".join(lines), host=host,
    )  # fmt: skip
