"""Agreements as workbooks: the list, and which institution has none; text never becomes a formula (D-16)."""

from __future__ import annotations

from collections.abc import Iterable

from govern.documents.agreement_coverage import Line
from govern.documents.exports.workbooks import XLSX, as_workbook
from govern.documents.models import Agreement, AgreementKind
from govern.formats import date_text, partial_date

__all__ = ["XLSX", "coverage_xlsx", "list_xlsx"]

COLUMNS = (("Vereinbarung", 50), ("Art", 26), ("Aktenzeichen", 18), ("Beteiligte", 50), ("Stand", 26),
           ("Gültig ab", 18), ("Gültig bis", 18), ("Überprüfung", 18), ("Kündigungsfrist", 36),
           ("für alle lesbar", 14))  # fmt: skip


def list_xlsx(agreements: Iterable[Agreement]) -> bytes:
    """The list, one line each."""
    return as_workbook("Vereinbarungen", COLUMNS, [_cells(agreement) for agreement in agreements])


def coverage_xlsx(lines: Iterable[Line], noun: str) -> bytes:
    """Which institution has an agreement of which kind, and which has none."""
    columns = ((noun, 44), *((kind.label, 40) for kind in AgreementKind), ("Fehlt ganz", 12))
    rows = [
        [line.organisation.name, *(line.cells[kind].words for kind in AgreementKind),
         "ja" if line.has_none else "nein"]
        for line in lines
    ]  # fmt: skip
    return as_workbook("Übersicht", columns, rows)


def _cells(agreement: Agreement) -> list[str]:
    parties = "; ".join(f"{party.organisation.name} ({party.role.label})" for party in agreement.parties)
    days = [partial_date(day) if day else "" for day in (agreement.valid_from, agreement.valid_to)]
    review = date_text(agreement.review_on) if agreement.review_on is not None else ""
    return [agreement.title, agreement.kind_label, agreement.number or "", parties, agreement.state.label, *days,
            review, agreement.notice_period or "", "ja" if agreement.is_public else "nein"]  # fmt: skip
