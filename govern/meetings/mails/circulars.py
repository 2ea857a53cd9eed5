"""Mails about circular resolutions: the link to answer at, that it was stopped, and the result."""

from __future__ import annotations

from urllib.parse import urlsplit

from govern import mail
from govern.formats import datetime_short
from govern.meetings.models import CircularAnswer, CircularResolution
from govern.people.mails import sender


def send_question(answer: CircularAnswer, url: str) -> None:
    """Ask one seat; ``url`` is the link that only this seat has."""
    circular = answer.circular_resolution
    _send(answer, f"Umlaufbeschluss: {circular.committee.label}", [
        f"im Gremium {circular.committee.name} wird im Umlauf beschlossen.",
        f"Gegenstand: {_subject(circular)}",
        f"Ihre Antwort wird bis {datetime_short(circular.ends_at)} Uhr erbeten, mit einem Klick und ohne Anmeldung:",
        url,
        f"Grundlage der Mehrheit: {circular.majority_base.label}. {circular.silence.label}.",
        "Sie können dem Verfahren auch widersprechen; dann wird in der nächsten Sitzung beraten.",
        "Der Link ist nur für Ihren Sitz bestimmt.",
    ], is_secret=True)  # fmt: skip


def tell_stop(circular: CircularResolution) -> None:
    """Tell everybody who was asked that there was an objection to the procedure."""
    _tell(circular, f"Umlaufverfahren gestoppt: {circular.committee.label}", [
        f"dem Umlaufverfahren zu „{_subject(circular)}“ wurde widersprochen. Es ist damit beendet, ein Beschluss kam "
        "nicht zustande. Die Sache liegt im Themenspeicher für die nächste Sitzung.",
    ])  # fmt: skip


def tell_withdrawal(circular: CircularResolution) -> None:
    """Tell everybody who was asked that it was broken off."""
    _tell(circular, f"Umlaufverfahren abgebrochen: {circular.committee.label}", [
        f"das Umlaufverfahren zu „{_subject(circular)}“ wurde abgebrochen. Eine Antwort ist nicht mehr nötig.",
    ])  # fmt: skip


def tell_result(circular: CircularResolution, figures: str) -> None:
    """Tell everybody who was asked what came of it."""
    number = circular.resolution.number if circular.resolution else ""
    _tell(circular, f"Ergebnis des Umlaufbeschlusses: {circular.committee.label}", [
        f"der Umlaufbeschluss zu „{_subject(circular)}“ ist {circular.state.label} ({figures}).",
        f"Nummer: {number}. Das Ergebnis wird in der nächsten Sitzung bekannt gegeben.",
    ])  # fmt: skip


def _subject(circular: CircularResolution) -> str:
    # What is confidential is read behind the link, not in a mailbox.
    return circular.title if circular.is_public else "(nicht öffentlich, siehe Govern)"


def _tell(circular: CircularResolution, subject: str, lines: list[str]) -> None:
    for answer in circular.answers:
        _send(answer, subject, lines)


def _send(answer: CircularAnswer, subject: str, lines: list[str], *, is_secret: bool = False) -> None:
    person = answer.person
    address = (person.email or (person.user.email if person.user else None)) if person is not None else None
    if person is None or address is None:
        return
    body = answer.circular_resolution.committee.body
    name, from_address = sender(body)
    sent = mail.queue(
        body_id=body.id, to_address=address, to_name=person.name, from_address=from_address, from_name=name,
        subject=subject, host=urlsplit(f"//{from_address.rpartition('@')[2]}").hostname or "localhost.example",
        text="\n\n".join([f"Guten Tag, {person.name},", *lines, f"Mit freundlichen Grüßen\n{name}"]) + "\n",
        is_secret=is_secret,
    )  # fmt: skip
    if is_secret:
        answer.mail = sent
