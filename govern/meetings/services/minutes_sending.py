"""Send released minutes to the members, and tell people what became of their objections."""

from __future__ import annotations

from collections.abc import Sequence

from govern.db import db, now
from govern.errors import DomainError
from govern.formats import today
from govern.mail import Attachment
from govern.meetings.exports import minutes_pdf
from govern.meetings.mails.minutes import answer_mail, guest_mail, minutes_mail, objection_mail
from govern.meetings.minutes_content import part_for_guest
from govern.meetings.models import Meeting, MeetingGuest, MeetingState, MinutesMail, MinutesPart, Objection
from govern.meetings.queries.guests import office_of
from govern.meetings.queries.minutes_contents import content_of_version
from govern.meetings.queries.minutes_recipients import Recipient
from govern.meetings.queries.minutes_versions import latest_version
from govern.meetings.services import phases
from govern.meetings.services.minutes_life import start_objection_period
from govern.people.models import User


def send_minutes(meeting: Meeting, recipients: Sequence[Recipient], *, host: str, url: str, by: User) -> int:
    """Put the released minutes as PDF into the outbox, each reader's own version; returns to how many addresses.

    The first sending begins the period for objections. What went to whom is kept with the version.
    """
    phases.lock(meeting, exclusively=True)
    if meeting.state is not MeetingState.RELEASED:
        raise DomainError("Versandt wird ein freigegebenes Protokoll, solange es nicht genehmigt ist.")
    version = latest_version(meeting)
    if version is None:
        raise DomainError("Von diesem Protokoll ist keine Fassung festgehalten; es lässt sich nicht versenden.")
    if meeting.minutes_sent_at is None:
        start_objection_period(meeting, today())
    meeting.minutes_sent_at = now()
    files: dict[MinutesPart, Attachment] = {}
    for part in {r.part for r in recipients if r.address}:
        content = content_of_version(version, is_full=part is MinutesPart.FULL)
        files[part] = Attachment(f"{content.file_name}.pdf", minutes_pdf.MEDIA_TYPE, minutes_pdf.as_pdf(content))
    for r in recipients:
        mail = None
        if r.address:
            mail = minutes_mail(meeting, r.address, None if r.is_mailbox else r.person.name, files[r.part], host=host,
                                url=url)  # fmt: skip
        db.session.add(
            MinutesMail(version=version, person_id=r.person.id, recipient=r.label, address=r.address, part=r.part,
                        mail=mail)
        )  # fmt: skip
    db.session.flush()
    return sum(1 for r in recipients if r.address)


def send_to_guests(meeting: Meeting, guests: Sequence[MeetingGuest], *, host: str, by: User) -> int:
    """Send every guest what the released minutes say of their public items; returns to how many."""
    version = latest_version(meeting)
    if version is None or not meeting.is_released:
        raise DomainError("Gästen wird nur aus einem freigegebenen Protokoll etwas gesendet.")
    public, sent = content_of_version(version, is_full=False), 0
    for guest in guests:
        content = part_for_guest(public, {item.id for item in guest.items})
        if content.parts:
            file = Attachment(f"{content.file_name}.pdf", minutes_pdf.MEDIA_TYPE, minutes_pdf.as_pdf(content))
            guest_mail(guest, file, host=host)
            sent += 1
    db.session.flush()
    return sent


def tell_objector(objection: Objection, *, host: str, url: str) -> None:
    """Tell whoever objected what became of it."""
    if objection.raised_by is not None:
        answer_mail(objection, objection.raised_by, host=host, url=url)


def tell_office(objection: Objection, *, host: str, url: str) -> None:
    """Tell the office of the committee that somebody objected."""
    for person in office_of(objection.meeting):
        if person.email and (objection.raised_by is None or person.id != objection.raised_by.person_id):
            objection_mail(objection, person.email, person.name, host=host, url=url)
