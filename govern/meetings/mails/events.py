"""Mails about events: the announcement, a change, the cancellation (C15)."""

from __future__ import annotations

from govern.formats import date_text, timespan
from govern.meetings.models import Event
from govern.people.models import Body, Person

OPENINGS = {
    "announcement": "wir laden Sie ein:",
    "change": "zu dieser Veranstaltung hat sich etwas geändert. Es gilt jetzt:",
    "cancellation": "diese Veranstaltung ist abgesagt:",
}
SUBJECTS = {"announcement": "", "change": "Geändert: ", "cancellation": "Abgesagt: "}


def event_subject(event: Event, kind: str) -> str:
    """„Schulung: Moderation“, with what happened before it."""
    return f"{SUBJECTS[kind]}{event.kind.label}: {event.title}"


def event_text(event: Event, person: Person, body: Body, url: str, kind: str) -> str:
    """The mail for one person; ``kind`` is announcement, change or cancellation."""
    lines = [f"Guten Tag, {person.name},", "", OPENINGS[kind], "", f"{event.kind.label}: {event.title}"]
    lines.append(timespan(event.starts_at, event.ends_at))
    where = ", ".join(p for p in (event.place.name if event.place else None, event.place_note, event.video_url) if p)
    if where and kind != "cancellation":
        lines.append(where)
    if event.description and kind == "announcement":
        lines += ["", event.description]
    if kind != "cancellation" and event.register_until is not None:
        lines += ["", f"Anmeldung bis zum {date_text(event.register_until)}."]
    closing = "Alles Weitere:" if kind == "cancellation" else "Anmelden, abmelden und in den Kalender übernehmen:"
    return "\n".join([*lines, "", closing, url, "", "Mit freundlichen Grüßen", body.sender_name or body.name])
