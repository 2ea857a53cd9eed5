"""The attendance sheet and the name cards as PDF."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from govern.errors import DomainError
from govern.formats import local
from govern.meetings.models import Meeting
from govern.meetings.room_content import AttendanceSheet, NameCard
from govern.typesetting.pdf import set_pdf

HERE = Path(__file__).parent


def sheet_pdf(sheet: AttendanceSheet) -> bytes:
    """The attendance sheet, to be signed."""
    return set_pdf(HERE / "attendance_sheet.typ", {
        "title": f"{sheet.title}, {sheet.when}",
        "heading": sheet.title,
        "body": sheet.body,
        "when": sheet.when,
        "place": sheet.place,
        "made_on": list(local(sheet.made_at).timetuple()[:3]),
        "footer": sheet.title,
        "stamp": "",
        "groups": [asdict(group) for group in sheet.groups],
    })  # fmt: skip


def cards_pdf(cards: Sequence[NameCard], meeting: Meeting) -> bytes:
    """Two name cards on every sheet, to be cut and folded."""
    if not cards:
        raise DomainError("Zu dieser Sitzung ist niemand bekannt, für den es ein Tischkärtchen gäbe.")
    return set_pdf(HERE / "name_cards.typ", {
        "title": f"Tischkärtchen: {meeting.full_name}",
        "body": meeting.committee.body.name,
        "made_on": list(local(meeting.starts_at).timetuple()[:3]),
        "cards": [asdict(card) for card in cards],
    }, standards=("ua-1",))  # fmt: skip
