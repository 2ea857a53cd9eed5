"""Mails as messages: what is in them, read back by the standard library and two calendar readers."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any

import pytest
import sqlalchemy as sa
import vobject
from flask import Flask
from icalendar import Calendar

from govern import mail
from govern.calendars import CalendarMethod, invitation_object
from govern.db import db
from govern.mail import Attachment, MailAttachment, MailFile, OutgoingMail
from tests.factories import make_body

REQUEST, CANCEL = CalendarMethod.REQUEST, CalendarMethod.CANCEL


def queue(**values: Any) -> OutgoingMail:
    defaults: dict[str, Any] = {
        "body_id": make_body().id, "to_address": "aenne@muster.example", "to_name": "Dr. Änne Müller",
        "from_address": "kim@kreis.example", "from_name": "Kreis Muster, Geschäftsstelle",
        "subject": "Einladung: 9. Sitzung", "text": "Guten Tag,\n\nwir laden Sie ein …\n",
        "host": "govern.kreis.example",
    }  # fmt: skip
    return mail.queue(**{**defaults, **values})


def an_object(method: CalendarMethod = REQUEST, **values: Any) -> str:
    defaults: dict[str, Any] = {
        "uid": "sitzung-9@govern.kreis.example", "sequence": 0, "changed_at": datetime(2026, 5, 1, 8, 0, tzinfo=UTC),
        "starts_at": datetime(2026, 5, 26, 12, 0, tzinfo=UTC), "ends_at": datetime(2026, 5, 26, 14, 30, tzinfo=UTC),
        "summary": "Lenkungsgruppe: 9. Sitzung; Größe, „Ziele“", "description": "Zeile 1\nZeile 2",
        "location": "Kreishaus, Raum 1", "url": "https://govern.kreis.example/sitzungen/9",
        "organizer_address": "kim@kreis.example", "organizer_name": 'Kreis "Muster"; Geschäftsstelle',
        "attendee_address": "aenne@muster.example", "attendee_name": "Dr. Änne Müller",
    }  # fmt: skip
    return invitation_object(method=method, **{**defaults, **values})


def received(row: OutgoingMail) -> EmailMessage:
    """What the person's program reads from the bytes on the way."""
    db.session.commit()
    data = mail.build_message(row).as_bytes()
    assert data.isascii()  # no server on the way needs to know 8BITMIME
    message = email.message_from_bytes(data, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def parts(message: EmailMessage, media_type: str) -> list[EmailMessage]:
    return [p for p in message.walk() if p.get_content_type() == media_type]  # type: ignore[misc]


@pytest.mark.proves("B-20", "B-22", "B-24", "C-21", "C1")
def test_an_invitation_is_a_correct_imip_message(app: Flask) -> None:
    message = received(queue(calendar=an_object(), calendar_method=REQUEST))
    assert message.get_content_type() == "multipart/mixed"
    alternative, file = message.iter_parts()
    assert [p.get_content_type() for p in alternative.iter_parts()] == ["text/plain", "text/calendar"]  # type: ignore[attr-defined]
    assert message.get_body(("plain",)).get_content().startswith("Guten Tag")  # type: ignore[union-attr]
    (part,) = parts(message, "text/calendar")
    assert (part.get_param("method"), part.get_param("charset")) == ("REQUEST", "utf-8")
    assert part.get_filename() is None
    assert (file.get_content_type(), file.get_filename()) == ("application/ics", "einladung.ics")
    assert file.get_content().decode() == part.get_content().replace("\r\n", "\n").replace("\n", "\r\n")  # type: ignore[attr-defined]
    calendar = Calendar.from_ical(part.get_content())
    (event,) = calendar.walk("VEVENT")
    assert (calendar["METHOD"], event["STATUS"], event["SEQUENCE"]) == ("REQUEST", "CONFIRMED", 0)
    assert str(event["ORGANIZER"]) == "mailto:kim@kreis.example" == f"mailto:{message['From'].addresses[0].addr_spec}"
    assert event["ORGANIZER"].params["CN"] == "Kreis 'Muster'; Geschäftsstelle"
    attendee = event["ATTENDEE"]
    assert str(attendee) == "mailto:aenne@muster.example"
    assert (attendee.params["PARTSTAT"], attendee.params["RSVP"]) == ("NEEDS-ACTION", "TRUE")
    assert attendee.params["CN"] == "Dr. Änne Müller"
    assert calendar.walk("VALARM") == []
    assert (event.decoded("DTSTART").isoformat(), event["SUMMARY"]) == (
        "2026-05-26T14:00:00+02:00",
        "Lenkungsgruppe: 9. Sitzung; Größe, „Ziele“",
    )
    assert [str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE")] == ["Europe/Berlin"]


@pytest.mark.proves("B-21")
def test_a_cancellation_names_the_same_event_with_a_higher_number(app: Flask) -> None:
    before = received(queue(calendar=an_object(sequence=1), calendar_method=REQUEST))
    message = received(queue(calendar=an_object(CANCEL, sequence=2), calendar_method=CANCEL))
    first, last = (
        Calendar.from_ical(parts(m, "text/calendar")[0].get_content()).walk("VEVENT")[0] for m in (before, message)
    )
    assert first["UID"] == last["UID"]
    assert last["SEQUENCE"] > first["SEQUENCE"]
    assert last["STATUS"] == "CANCELLED"
    assert str(last["ATTENDEE"]) == "mailto:aenne@muster.example"
    (part,) = parts(message, "text/calendar")
    assert part.get_param("method") == "CANCEL"
    assert "METHOD:CANCEL" in part.get_content()
    assert parts(message, "application/ics")[0].get_filename() == "absage.ics"


@pytest.mark.proves("B-20")
def test_another_reader_understands_the_object(app: Flask) -> None:
    event = vobject.readOne(an_object()).vevent
    assert event.dtstart.value.utcoffset().total_seconds() == 7200
    assert event.attendee.params["RSVP"] == ["TRUE"]
    assert event.description.value == "Zeile 1\nZeile 2"


@pytest.mark.proves("D-16")
def test_names_break_neither_the_object_nor_the_headers(app: Flask) -> None:
    bad = 'X"\r\nATTENDEE:mailto:all@muster.example'
    text = an_object(attendee_name=bad, summary=bad, location=bad)
    (event,) = Calendar.from_ical(text).walk("VEVENT")
    assert str(event["ATTENDEE"]) == "mailto:aenne@muster.example"
    message = received(queue(to_name=bad, from_name=bad, subject=bad))
    assert "ATTENDEE" not in message
    assert [a.addr_spec for a in message["To"].addresses] == ["aenne@muster.example"]


@pytest.mark.proves("D-16")
@pytest.mark.parametrize("name", ["to_address", "from_address", "reply_to"])
@pytest.mark.parametrize(
    "bad", ["a@muster.example\r\nBcc: b@muster.example", "ohne", "a@b@c.example", "änne@x.example"]
)
def test_what_is_no_address_is_not_sent(app: Flask, name: str, bad: str) -> None:
    with pytest.raises(mail.UnsendableMail, match="keine E-Mail-Adresse"):
        mail.build_message(queue(**{name: bad}))


@pytest.mark.parametrize("name", [
    "Kommunales Integrationsmanagement des Kreises Muster, Geschäftsstelle der Lenkungsgruppe, Raum 1",
    "Kommunales Integrationsmanagement des Kreises Muster, Stelle der Lenkungsgruppe, Raum 12345", 'Amt "x" (y), ' * 9,
])  # fmt: skip
def test_a_long_name_does_not_become_several_recipients(app: Flask, name: str) -> None:
    message = received(queue(to_name=name))
    assert [a.addr_spec for a in message["To"].addresses] == ["aenne@muster.example"]


def test_addresses_with_umlauts_in_the_domain_are_written_as_servers_know_them(app: Flask) -> None:
    message = received(queue(to_address="kim@müller.example", reply_to="amt@kreis.example"))
    assert message["To"].addresses[0].addr_spec == "kim@xn--mller-kva.example"
    assert message["Reply-To"] == "amt@kreis.example"


def test_files_go_along_and_are_kept_once(app: Flask) -> None:
    minutes = Attachment("Protokoll – Größe.pdf", "application/pdf", b"%PDF-1.7 " + bytes(range(256)))
    rows = [queue(attachments=[minutes, Attachment("a.txt", "text/plain; charset=utf-8", b"x")]) for _ in range(3)]
    message = received(rows[2])
    files = {p.get_filename(): p for p in message.iter_attachments()}
    assert set(files) == {"Protokoll – Größe.pdf", "a.txt"}
    assert files["Protokoll – Größe.pdf"].get_content() == minutes.content  # type: ignore[attr-defined]
    counts = [db.session.scalar(sa.select(sa.func.count()).select_from(t)) for t in (MailFile, MailAttachment)]
    assert counts == [2, 6]


@pytest.mark.proves("C1")
def test_sixty_mails_are_queued_with_few_statements(
    app: Flask, count_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    body_id = make_body().id
    minutes = Attachment("Protokoll.pdf", "application/pdf", b"x" * 500_000)
    with count_queries() as statements:
        for number in range(60):
            mail.queue(
                body_id=body_id, to_address=f"p{number}@muster.example", to_name=None, text="Guten Tag", subject="x",
                from_address="kim@kreis.example", from_name=None, host="kreis.example", attachments=[minutes],
                calendar=an_object(), calendar_method=REQUEST,
            )  # fmt: skip
        db.session.commit()
    # SQLite inserts row by row, PostgreSQL many at once; neither asks once per mail.
    assert len(statements) <= (2 * 60 if db.engine.dialect.name == "sqlite" else 3) + 3
    assert len(db.session.scalars(sa.select(OutgoingMail.message_id)).unique().all()) == 60
