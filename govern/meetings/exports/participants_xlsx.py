"""The list of participants of an event as a table for the office."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date

from openpyxl import Workbook
from openpyxl.styles import Font

from govern.formats import datetime_short, timespan, today
from govern.meetings.models import Event, EventRegistration
from govern.people.models import Person

HEADINGS = ("Name", "Institution und Funktion", "E-Mail", "Telefon", "Angemeldet am")
WIDTHS = (32, 60, 36, 22, 26)
DANGEROUS = ("=", "+", "-", "@", "\t")
"""A cell that begins like this would be calculated when the file is opened."""


def participants_xlsx(event: Event, registrations: Sequence[EventRegistration]) -> bytes:
    """One row per participant; needs persons with functions loaded."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None  # noqa: S101 - a new workbook has a sheet
    sheet.title = "Teilnahme"
    sheet.append([_safe(f"{event.kind.label}: {event.title}")])
    sheet.append([timespan(event.starts_at, event.ends_at)])
    sheet.append([])
    sheet.append(list(HEADINGS))
    for row in (1, 4):
        for cell in sheet[row]:
            cell.font = Font(bold=True)
    for found in registrations:
        person = found.person
        email = person.email or (person.user.email if person.user is not None else None)
        facts = (person.name, functions_of(person, today()), email, person.phone, datetime_short(found.registered_at))
        sheet.append([_safe(value) for value in facts])
    for letter, width in zip("ABCDE", WIDTHS, strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "A5"
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def functions_of(person: Person, day: date) -> str:
    """„Leitung, Jobcenter; Beigeordnete, Stadt Jülich“: functions held on ``day``."""
    return "; ".join(held.label for held in person.functions if held.is_held_on(day))


def _safe(value: str | None) -> str | None:
    return f"'{value}" if value and value.startswith(DANGEROUS) else value
