"""The words of a dispatch: the product's own, or those the committee wrote, with placeholders filled in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from govern.errors import DomainError
from govern.formats import date_short, date_text, timespan
from govern.meetings.models import MailText, Meeting, MeetingMode, TextKind

PLACEHOLDERS: dict[str, str] = {
    "gremium": "Name des Gremiums",
    "sitzung": "Bezeichnung der Sitzung, z. B. „9. Sitzung der Lenkungsgruppe KIM“",
    "datum": "Tag der Sitzung, z. B. „26. Mai 2026“",
    "termin": "Tag mit Uhrzeit von–bis",
    "ort": "Ort, oder „wird noch bekannt gegeben“",
    "leitung": "wer die Sitzung leitet",
    "anlass": "Grund der Änderung oder Absage, Bezeichnung des Nachtrags",
}
"""What a text may name in curly braces, and what stands there afterwards."""
OF_TOPIC_CALLS: dict[str, str] = {
    "themenfrist": "„bis“ mit dem letzten Tag für Themen; ohne solche Regel: „rechtzeitig vor der Sitzung“",
    "unterlagenfrist": "dasselbe für Unterlagen",
    "adresse": "Adresse der Seite, auf der man Themen vorschlägt",
}
"""What the call for topics may name besides."""
WITHOUT_DISPATCH = {"anlass"}
"""What has a meaning in dispatches only."""

PLACEHOLDER = re.compile(r"\{([^{}\s]{1,40})\}")


@dataclass(frozen=True)
class Words:
    """Subject and text of a kind of mail, placeholders not filled in yet."""

    subject: str
    text: str


DEFAULTS: dict[TextKind, Words] = {
    TextKind.INVITATION: Words(
        "Einladung: {sitzung}, {datum}",
        "wir laden Sie herzlich ein: {sitzung}.\n\nBitte geben Sie uns mit einem Klick Bescheid, ob Sie teilnehmen.",
    ),
    TextKind.SUPPLEMENT: Words(
        "{anlass}: {sitzung}, {datum}",
        "zur Tagesordnung dieser Sitzung gibt es eine Ergänzung ({anlass}). Unten steht nur, was neu oder anders ist.",
    ),
    TextKind.CHANGE: Words(
        "Geändert: {sitzung}, jetzt {datum}",
        "Termin oder Ort dieser Sitzung haben sich geändert. {anlass}\n\n"
        "Bitte geben Sie uns Bescheid, ob Sie unter den neuen Bedingungen teilnehmen.",
    ),
    TextKind.CANCELLATION: Words(
        "Abgesagt: {sitzung}, {datum}", "diese Sitzung findet nicht statt: {sitzung}.\n\nGrund: {anlass}"
    ),
    TextKind.REMINDER: Words(
        "Erinnerung: {sitzung}, {datum}",
        "zu dieser Sitzung haben wir noch keine Antwort von Ihnen. Bitte sagen Sie kurz zu oder ab; so können "
        "wir die Sitzung planen und, wo es eine gibt, rechtzeitig die Vertretung einladen.",
    ),
    TextKind.MINUTES: Words("Protokoll: {sitzung}, {datum}", "das Protokoll dieser Sitzung liegt vor: {sitzung}."),
    TextKind.TOPIC_CALL: Words(
        "Bitte Themen {themenfrist} vorschlagen: {sitzung}",
        "Guten Tag,\n\ndie nächste Sitzung wird vorbereitet: {sitzung}, {termin}.\n\n"
        "Was soll dort beraten oder beschlossen werden? Bitte schlagen Sie Ihre Themen {themenfrist} vor, am "
        "einfachsten hier:\n{adresse}\n\n"
        "Unterlagen zu den Themen brauchen wir {unterlagenfrist}. Sie lassen sich gleich mit dem Vorschlag "
        "hochladen.\n\nWas daraus wird, lesen Sie am Thema; über die Entscheidung bekommen Sie eine Mail.\n\n"
        "Mit freundlichen Grüßen\nIhre Geschäftsführung",
    ),
}
"""What is written where the committee has no words of its own."""


def placeholders_of(kind: TextKind) -> dict[str, str]:
    """What a text of this kind may name."""
    if kind is not TextKind.TOPIC_CALL:
        return PLACEHOLDERS
    return {name: meaning for name, meaning in PLACEHOLDERS.items() if name not in WITHOUT_DISPATCH} | OF_TOPIC_CALLS


def words_of(kind: TextKind, own: MailText | None) -> Words:
    """The committee's words for ``kind`` where it has some, else the product's."""
    default = DEFAULTS[kind]
    if own is None:
        return default
    return Words((own.subject or "").strip() or default.subject, own.text.strip() or default.text)


def values_of(meeting: Meeting, *, place: str | None, chair: str | None, occasion: str = "") -> dict[str, str]:
    """What the placeholders mean for ``meeting``."""
    return {
        "gremium": meeting.committee.name,
        "sitzung": meeting.full_name,
        "datum": date_text(meeting.starts_at),
        "termin": timespan(meeting.starts_at, meeting.ends_at),
        "ort": place or "wird noch bekannt gegeben",
        "leitung": chair or "noch offen",
        "anlass": occasion,
    }


def values_of_call(topics: date | None, papers: date | None, link: str) -> dict[str, str]:
    """What the further placeholders of a call for topics mean."""
    return {"themenfrist": _until(topics), "unterlagenfrist": _until(papers), "adresse": link}


def _until(day: date | None) -> str:
    return f"bis {date_short(day)}" if day is not None else "rechtzeitig vor der Sitzung"


def example_values(committee: str) -> dict[str, str]:
    """What placeholders could mean, for the preview of a text that belongs to no meeting yet."""
    return {
        "gremium": committee,
        "sitzung": f"9. Sitzung: {committee}",
        "datum": "26. Mai 2026",
        "termin": "Di., 26. Mai 2026, 14:00–16:30",
        "ort": "Kreishaus, Raum 130",
        "leitung": "Vorsitz",
        "anlass": "Der Raum ist nicht verfügbar.",
        **values_of_call(date(2026, 5, 12), date(2026, 5, 19), "(Adresse)"),
    }


def fill(text: str, values: Mapping[str, str]) -> str:
    """``text`` with its placeholders filled in; a word in braces that is none stays as typed."""
    return PLACEHOLDER.sub(lambda m: values.get(m[1].casefold(), m[0]), text).strip()


def facts_of(meeting: Meeting, *, place: str | None, chair: str | None, old_time: str | None = None) -> list[str]:
    """What, when, where; one line each."""
    lines = [meeting.full_name, f"Wann: {timespan(meeting.starts_at, meeting.ends_at)}"]
    if old_time:
        lines.append(f"Bisher: {old_time}")
    where = place or "wird noch bekannt gegeben"
    address = meeting.place.address if meeting.place is not None else None
    lines.append(f"Wo: {where}{f', {address}' if address and meeting.mode is not MeetingMode.ONLINE else ''}")
    if meeting.video_link:
        lines.append(f"Videolink: {meeting.video_link}")
    if chair:
        lines.append(f"Leitung: {chair}")
    return lines


def demand_known(text: str, field: str, kind: TextKind) -> None:
    """Raise DomainError when ``text`` names a placeholder that does not exist."""
    possible = placeholders_of(kind)
    unknown = [name for name in PLACEHOLDER.findall(text) if name.casefold() not in possible]
    if unknown:
        known = ", ".join(f"{{{name}}}" for name in possible)
        raise DomainError(f"Den Platzhalter {{{unknown[0]}}} gibt es nicht. Möglich sind: {known}.", field=field)
