"""Write the yearly report for the Land and council, and freeze it: an edition is a row that never changes."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa

from govern.actions.periods import Period
from govern.actions.services.gap_reports import Confirmation, demand_harmless
from govern.actions.small_numbers import demand_no_small_numbers
from govern.db import db, now
from govern.errors import Conflict, DomainError
from govern.formats import today
from govern.overview.models import YearlyReport
from govern.overview.queries.yearly_reports import prepare
from govern.overview.yearly_content import fingerprint
from govern.people.models import Body, User


def write_texts(
    body: Body, year: int, texts: Mapping[str, str], *, confirmation: Confirmation, version: int, by: User
) -> YearlyReport:  # fmt: skip
    """Keep the texts of the draft. A stale save is a Conflict; small numbers of people are refused (ADR 0021)."""
    _demand_begun(year)
    draft = _lock(body, year)
    if version != (draft.version if draft else 0):
        raise Conflict("Der Bericht wurde inzwischen geändert. Nichts wurde überschrieben.")
    for chapter, text in texts.items():
        demand_no_small_numbers(text, body.small_count_threshold, chapter)
        demand_harmless(text, confirmation, chapter)
    if draft is None:
        draft = YearlyReport(body_id=body.id, year=year)
        db.session.add(draft)
    draft.texts = dict(texts)
    db.session.flush()
    return draft


def freeze(body: Body, year: int, *, seen: str, by: User) -> YearlyReport:
    """Keep the report as it was ``seen`` as a new edition. Figures or texts that changed since are a Conflict."""
    _lock(body, year)
    if not Period(year).is_over(today()):
        raise DomainError(f"Eingefroren wird nur ein Jahr, das vorbei ist: {year} ab dem 1. Januar {year + 1}.")
    found = prepare(body, year)
    if seen != fingerprint(found.content):
        raise Conflict("Zahlen oder Texte haben sich inzwischen geändert. Bitte sehen Sie den Bericht noch einmal an.")
    edition, frozen_at = (found.editions[0].edition if found.editions else 0) + 1, now().replace(microsecond=0)
    report = YearlyReport(
        body_id=body.id, year=year, edition=edition, texts=dict(found.draft.texts) if found.draft else {},
        content=found.content, frozen_at=frozen_at, frozen_by_id=by.id,
    )  # fmt: skip
    report.sha256 = checksum(report)
    db.session.add(report)
    db.session.flush()
    return report


def checksum(report: YearlyReport) -> str:
    """The SHA-256 over figures, texts, year, edition and moment of a frozen report."""
    moment = report.frozen_at.isoformat() if report.frozen_at else ""
    return fingerprint(report.content or {}, year=report.year, edition=report.edition, frozen_at=moment)


def _demand_begun(year: int) -> None:
    if year > today().year:
        raise DomainError("Das Jahr hat noch nicht begonnen.")


def _lock(body: Body, year: int) -> YearlyReport | None:
    db.session.execute(sa.select(Body.id).where(Body.id == body.id).with_for_update())
    return db.session.scalar(
        sa.select(YearlyReport)
        .where(YearlyReport.body_id == body.id, YearlyReport.year == year, YearlyReport.edition == 0)
        .execution_options(populate_existing=True)
    )
