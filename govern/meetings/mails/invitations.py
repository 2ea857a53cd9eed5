"""Mails of a dispatch: the text part says everything, with or without a calendar program. Sent by the outbox.

Only items the recipient may read are named. Subject and calendar hold nothing of the agenda.
"""

from __future__ import annotations

from dataclasses import dataclass

from govern.formats import clock_time, minutes_text
from govern.meetings.agenda_content import SECOND_CALL, Agenda, Entry
from govern.meetings.models import InvitationAnswer, Meeting
from govern.meetings.words import facts_of

ANSWER_WORDS = {
    InvitationAnswer.YES: "ja",
    InvitationAnswer.NO: "nein",
    InvitationAnswer.DEPUTY: "vertretung",
}
"""How an answer is written in an address."""


@dataclass(frozen=True, kw_only=True)
class Letter:
    """What one mail says. Parts that are None or empty are left out."""

    meeting: Meeting
    cover_text: str
    place: str | None
    chair: str | None
    signature: str
    name: str | None = None
    agenda: Agenda | None = None
    standing: str = ""
    """Why this recipient gets it, e.g. „in Vertretung für …"."""
    changes: tuple[str, ...] = ()
    """The lines of a supplement."""
    answer_url: str | None = None
    """Where to answer without signing in."""
    offers_deputy: bool = False
    answers_for_all: bool = False
    """The reader holds several seats; one answer goes for all."""
    page_url: str | None = None
    """The meeting's page, for those who sign in."""
    guest_url: str | None = None
    old_time: str | None = None


def letter_text(letter: Letter) -> str:
    """The text part of the mail."""
    parts = [
        [f"Guten Tag, {letter.name}," if letter.name else "Guten Tag,"],
        [letter.cover_text],
        [letter.standing] if letter.standing else [],
        facts_of(letter.meeting, place=letter.place, chair=letter.chair, old_time=letter.old_time),
        list(letter.changes),
        agenda_lines(letter.agenda) if letter.agenda is not None else [],
        _answer_lines(letter),
        _links(letter),
        ["Mit freundlichen Grüßen", letter.signature],
    ]
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def agenda_lines(agenda: Agenda) -> list[str]:
    """The agenda, line by line; the confidential part after the public one."""
    if not agenda.entries:
        return []
    public = [e for e in agenda.entries if e.item.is_public]
    confidential = [e for e in agenda.entries if not e.item.is_public]
    lines = ["Tagesordnung", *(line for e in public for line in _entry_lines(e))]
    if confidential:
        lines += ["", "Nicht öffentlicher Teil", *(line for e in confidential for line in _entry_lines(e))]
    return lines


def _entry_lines(entry: Entry) -> list[str]:
    facts = [entry.item.kind.label, clock_time(entry.starts_at)]
    if entry.minutes:
        facts.append(minutes_text(entry.minutes))
    if entry.rapporteur:
        facts.append(entry.item.kind.said_of(entry.rapporteur))
    lines = [f"{entry.number}  {entry.item.title} ({', '.join(facts)})"]
    lines += [f"     {SECOND_CALL}"] if entry.item.is_second_call else []
    lines += [f"     Unterlage: {paper.file_name}" for paper in entry.papers]
    return lines + [line for sub in entry.sub_entries for line in _entry_lines(sub)]


def _answer_lines(letter: Letter) -> list[str]:
    if letter.answer_url is None:
        return []
    offered = [
        ("Ich nehme teil", InvitationAnswer.YES),
        ("Ich kann nicht teilnehmen", InvitationAnswer.NO),
    ]
    if letter.offers_deputy:
        offered.append(("Meine Vertretung kommt", InvitationAnswer.DEPUTY))
    lines = [f"Ihre Antwort{', für alle Ihre Sitze' if letter.answers_for_all else ''}, ohne Anmeldung:"]
    lines += [f"{label}: {letter.answer_url}?antwort={ANSWER_WORDS[answer]}" for label, answer in offered]
    return [*lines, "Diese Adressen sind nur für Sie bestimmt und gelten bis zum Ende der Sitzung."]


def _links(letter: Letter) -> list[str]:
    lines = []
    if letter.guest_url:
        lines.append(f"Ihre Punkte und die Unterlagen dazu: {letter.guest_url}")
    elif letter.answer_url:
        lines.append(f"Tagesordnung und öffentliche Unterlagen, ohne Anmeldung: {letter.answer_url}")
    if letter.page_url:
        lines.append(f"Mit Anmeldung, alle Unterlagen: {letter.page_url}")
    return lines
