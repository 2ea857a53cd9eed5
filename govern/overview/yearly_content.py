"""The yearly report for the Land and council as data: chapters with texts, tables and the rows behind each figure.

Pure functions. Gap reports stand in it only as they were released (ADR 0021); matters are masked as one table.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from govern.actions.masking import Axis, Table, mask, masking_note, round_to_five, rounding_note

DISCLAIMER = (
    "Dieser Bericht ist aus den Daten entstanden, die in Govern geführt werden. Er folgt keinem Formular und keiner "
    "Kennzahlenliste des Landes oder eines Förderprogramms und beansprucht nicht, solchen Vorgaben zu entsprechen; "
    "sie lagen nicht vor."
)
SCOPE = (
    "Gezählt sind Sitzungen der Gremien mit geschlossenem Protokoll, öffentliche Beschlüsse und Arbeitsaufträge und "
    "freigegebene Lücken."
)
TITLES = {
    "foreword": "Vorwort",
    "meetings": "Gremien und Sitzungen",
    "resolutions": "Beschlüsse",
    "orders": "Arbeitsaufträge",
    "reports": "Lückenmeldungen",
    "matters": "Lücken",
    "projects": "Projektgruppen",
    "evaluations": "Wirkungsprüfungen",
    "forwardings": "Meldungen an das Land",
    "chains": "Dienstleistungsketten",
    "outlook": "Ausblick",
}
"""The chapters in their order."""
TOTAL = "total"
MATTER_COLUMNS = {TOTAL: "alle", "new": "neu im Jahr", "earlier": "aus Vorjahren", "open": "offen am Jahresende",
                  "closed": "abgeschlossen im Jahr"}  # fmt: skip

Source = tuple[str, str, str]
"""Kind, id and words of a row that was counted."""


@dataclass(frozen=True)
class Row:
    """A line of a table: what it says, and what it was counted from."""

    cells: Sequence[str]
    sources: Sequence[Source] = ()


@dataclass(frozen=True)
class Figures:
    """One table of a chapter."""

    caption: str
    columns: Sequence[str]
    rows: Sequence[Row]


@dataclass(frozen=True)
class Chapter:
    """What a chapter says by itself: the proposal for its text, its tables, and what has to be said about them."""

    proposal: str = ""
    tables: Sequence[Figures] = ()
    notes: Sequence[str] = field(default=())


def assemble(chapters: Mapping[str, Chapter], texts: Mapping[str, str]) -> dict[str, Any]:
    """The whole report as it is kept and shown: plain lists and words."""
    found = [
        {"key": key, "title": title, "text": texts.get(key, chapter.proposal), "notes": chapter.notes,
         "tables": [asdict(table) for table in chapter.tables]}
        for key, title in TITLES.items()
        for chapter in (chapters.get(key, Chapter()),)
    ]  # fmt: skip
    plain: dict[str, Any] = json.loads(json.dumps({"disclaimer": DISCLAIMER, "scope": SCOPE, "chapters": found}))
    return plain


def fingerprint(content: Mapping[str, Any], **facts: str | int) -> str:
    """The SHA-256 of a report and what belongs to it, the same wherever it is worked out."""
    written = json.dumps({"content": content, **facts}, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()


def matters_of(content: Mapping[str, Any]) -> Chapter:
    """The matters of a frozen edition, for those after it: a second masking would give hidden numbers away."""
    kept = next(chapter for chapter in content["chapters"] if chapter["key"] == "matters")
    tables = [
        Figures(table["caption"], table["columns"],
                [Row(row["cells"], [(kind, key, words) for kind, key, words in row["sources"]])
                 for row in table["rows"]])
        for table in kept["tables"]
    ]  # fmt: skip
    return Chapter(kept["text"], tables, kept["notes"])


def mask_matters(
    fields: Sequence[tuple[str, str]], counts: Mapping[tuple[str, str], int],
    sources: Mapping[str, Sequence[Source]], *, threshold: int, is_rounded: bool,
) -> Chapter:  # fmt: skip
    """Matters by field, new or earlier and open or closed: both breakdowns masked as one table."""
    columns = Axis(TOTAL, {TOTAL: (("new", "earlier"), ("open", "closed"))})
    table = Table(Axis.flat([key for key, _ in fields], TOTAL), columns, counts)
    masked = (round_to_five if is_rounded else mask)(table, threshold)
    rows = [
        Row([words, *(masked[key, column].text for column in MATTER_COLUMNS)], sources.get(key, ()))
        for key, words in [*fields, (TOTAL, "Alle Handlungsfelder")]
    ]
    rows = [row for row in rows if row.cells[1] != "0"]
    if not rows:
        return Chapter("Im Berichtsjahr gab es keine freigegebenen Lücken.")
    whole, new, closed = (masked[TOTAL, column] for column in (TOTAL, "new", "closed"))
    proposal = f"Im Berichtsjahr wurde an {whole.text} freigegebenen Lücken gearbeitet." if whole.value else ""
    if whole.value and not new.is_hidden and not closed.is_hidden:
        proposal += f" Neu kamen {new.text} hinzu, abgeschlossen wurden {closed.text}."
    note = rounding_note() if is_rounded else masking_note(threshold) if masked.has_hidden else None
    figures = Figures("Lücken nach Handlungsfeld", ["Handlungsfeld", *MATTER_COLUMNS.values()], rows)
    return Chapter(proposal, [figures], [note] if note else [])
