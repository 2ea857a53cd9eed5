"""Mails about minutes: the minutes themselves, and answers to objections. Nothing confidential stands in their text."""

from __future__ import annotations

from govern import mail
from govern.formats import date_short, date_text
from govern.mail import Attachment, OutgoingMail
from govern.meetings.models import Meeting, MeetingGuest, Objection
from govern.people.mails import sender
from govern.people.models import Body, User


def minutes_mail(
    meeting: Meeting, address: str, name: str | None, file: Attachment, *, host: str, url: str
) -> OutgoingMail:
    """The mail that brings somebody the minutes."""
    lines = [
        f"anbei erhalten Sie das Protokoll: {meeting.full_name}, {date_short(meeting.starts_at)}.",
        f"Sie finden es auch hier: {url}",
    ]
    if meeting.objections_until is not None:
        lines.append(f"Einwendungen sind bis {date_short(meeting.objections_until)} möglich, am einfachsten dort.")
    return _queue(meeting.committee.body, address, name, f"Protokoll: {meeting.committee.label}, {meeting.name}", lines,
                  host, [file])  # fmt: skip


def guest_mail(guest: MeetingGuest, file: Attachment, *, host: str) -> OutgoingMail:
    """The mail that brings a guest what the minutes say of their item; it leads nowhere else."""
    meeting = guest.meeting
    lines = [
        f"Sie waren als Gast eingeladen: {meeting.full_name}, {date_short(meeting.starts_at)}.",
        "Anbei erhalten Sie, was das Protokoll zu Ihrem Punkt der Tagesordnung festhält.",
    ]
    subject = f"Auszug aus dem Protokoll: {meeting.committee.label}, {meeting.name}"
    return _queue(meeting.committee.body, guest.email or "", guest.name, subject, lines, host, [file])


def answer_mail(objection: Objection, user: User, *, host: str, url: str) -> OutgoingMail:
    """The mail that tells somebody what became of an objection."""
    meeting = objection.meeting
    lines = [
        f"Ihre Einwendung vom {date_text(objection.raised_at)} zum Protokoll „{meeting.full_name}“ ist beantwortet. "
        f"Stand: {objection.state.label}.",
        f"Die Antwort steht hier: {url}",
    ]
    name = user.person.name if user.person else None
    subject = f"Ihre Einwendung: {meeting.committee.label}, {meeting.name}"
    return _queue(meeting.committee.body, user.email, name, subject, lines, host, [])


def objection_mail(objection: Objection, address: str, name: str | None, *, host: str, url: str) -> OutgoingMail:
    """The mail that tells the office of an objection; which item it concerns and what it says stand on the page."""
    meeting = objection.meeting
    lines = [
        f"zum Protokoll „{meeting.full_name}“ ist eine Einwendung eingegangen: {objection.raised_by_label}, "
        f"{date_text(objection.raised_at)}.",
        f"Sie steht hier und lässt sich dort beantworten: {url}",
    ]
    subject = f"Einwendung zum Protokoll: {meeting.committee.label}, {meeting.name}"
    return _queue(meeting.committee.body, address, name, subject, lines, host, [])


def _queue(
    body: Body, address: str, name: str | None, subject: str, lines: list[str], host: str, files: list[Attachment]
) -> OutgoingMail:
    from_name, from_address = sender(body)
    greeting = f"Guten Tag, {name}," if name else "Guten Tag,"
    text = "\n\n".join([greeting, *lines, f"Mit freundlichen Grüßen\n{from_name}"]) + "\n"
    return mail.queue(
        body_id=body.id, to_address=address, to_name=name, from_address=from_address, from_name=from_name,
        subject=subject, text=text, host=host, attachments=files,
    )  # fmt: skip
