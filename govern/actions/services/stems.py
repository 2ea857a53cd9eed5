"""Keep the index of word stems in step with reports and matters."""

from __future__ import annotations

import sqlalchemy as sa

from govern.actions.guard import FindingKind, find
from govern.actions.models import GapReport, Matter, MatterStem, ReportStem
from govern.actions.stems import stems_of
from govern.db import db


def index_report(report: GapReport) -> None:
    """Write the stems of a report anew; what looks like a person's name is left out."""
    db.session.execute(sa.delete(ReportStem).where(ReportStem.report_id == report.id))
    stems = stems_of(_without_names(f"{report.headline}. {report.full_text}"))
    if stems:
        rows = [{"stem": stem, "report_id": report.id} for stem in stems]
        db.session.execute(sa.insert(ReportStem), rows)


def index_matter(matter: Matter) -> None:
    """Write the stems of a matter's title and summary anew."""
    db.session.execute(sa.delete(MatterStem).where(MatterStem.matter_id == matter.id))
    stems = stems_of(f"{matter.title}. {matter.summary}")
    if stems:
        db.session.execute(sa.insert(MatterStem), [{"stem": stem, "matter_id": matter.id} for stem in stems])


def _without_names(text: str) -> str:
    for finding in sorted(find(text), reverse=True):
        if finding.kind is not FindingKind.SINGLED_OUT:
            text = f"{text[: finding.start]} {text[finding.end :]}"
    return text
