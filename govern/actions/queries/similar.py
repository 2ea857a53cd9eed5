"""Which reports and matters are alike, and why: shared choices and shared word stems; no service outside."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from govern.actions.models import (
    GapReport,
    Matter,
    MatterState,
    MatterStem,
    ReportState,
    ReportStem,
)
from govern.actions.stems import stems_of
from govern.db import db

MOST = 6
FREQUENT = 1_000
"""Stems in more reports than this say little and cost much: they are not looked for."""
STEMS = 12
"""The rarest stems of a text are looked for."""
CANDIDATES = 80
LEAST_SCORE = 4.0


@dataclass(frozen=True)
class Suggestion:
    """A report or matter that is alike, and the reasons in words."""

    score: float
    reasons: tuple[str, ...]
    report: GapReport | None = None
    matter: Matter | None = None


@dataclass(frozen=True)
class _Traits:
    """What is compared."""

    action_field: str
    gap_kind: str
    municipality_id: int | None
    target_group: str | None
    legal_areas: frozenset[str]


def similar_to_report(
    report: GapReport, *, most: int = MOST, with_settled: bool = False
) -> tuple[list[Suggestion], list[Suggestion]]:
    """Unassigned reports and open matters alike to ``report``; matters also by the reports they consist of.

    ``with_settled`` adds matters that are settled and hold an alike report: what was settled may be back.
    """
    states = (MatterState.OPEN, MatterState.SETTLED) if with_settled else (MatterState.OPEN,)
    words = stems_of(f"{report.headline}. {report.full_text}")
    rare = _rare_stems(words)
    hits = _reports_with(rare, but=report.id)
    rows = _load_candidates(hits, _traits(report), but=report.id)
    scored = [_scored(row, _traits(report), hits.get(row.id, []), rare, words) for row in rows]
    free = [s for s in scored if s.report is not None and s.report.state is ReportState.RECEIVED]
    best: dict[int, Suggestion] = {}
    for found in scored:
        matter = found.report.matter if found.report is not None else None
        if matter is None or matter.state not in states:
            continue
        if matter.id not in best or best[matter.id].score < found.score:
            reason = f"enthält eine ähnliche Meldung: {'; '.join(found.reasons)}"
            best[matter.id] = Suggestion(found.score, (reason,), matter=matter)
    for found in _matters_alike(_traits(report), rare, words):
        assert found.matter is not None  # noqa: S101 - made of matters
        if found.matter.id not in best or best[found.matter.id].score < found.score:
            best[found.matter.id] = found
    return _top(free, most), _top(
        [s for s in best.values() if s.matter is not None and s.matter.id != report.matter_id], most
    )


def similar_to_matter(matter: Matter, *, most: int = MOST) -> list[Suggestion]:
    """Unassigned reports alike to a matter's words and classification."""
    words = stems_of(f"{matter.title}. {matter.summary}")
    rare = _rare_stems(words)
    hits = _reports_with(rare, but=0)
    traits = _traits(matter)
    rows = [r for r in _load_candidates(hits, traits, but=0) if r.state is ReportState.RECEIVED]
    return _top([_scored(row, traits, hits.get(row.id, []), rare, words) for row in rows], most)


def matters_like(matter: Matter, *, most: int = MOST) -> list[Suggestion]:
    """Other open matters alike by words and classification: perhaps the same gap, to be merged."""
    words = stems_of(f"{matter.title}. {matter.summary}")
    found = _matters_alike(_traits(matter), _rare_stems(words), words)
    return _top([each for each in found if each.matter is not None and each.matter.id != matter.id], most)


def _rare_stems(words: Iterable[str]) -> dict[str, float]:
    """The rarest of the stems with their weight; one statement, which counts no further than it has to."""
    asked = list(words)
    if not asked:
        return {}
    counts = []
    for stem in asked:
        some = sa.select(sa.literal(1)).where(ReportStem.stem == stem).limit(FREQUENT + 1).subquery()
        counts.append(sa.select(sa.func.count()).select_from(some).scalar_subquery())
    row = db.session.execute(sa.select(*counts)).one()
    known = sorted((count, stem) for stem, count in zip(asked, row, strict=True) if 0 < count <= FREQUENT)
    return {stem: 1.0 + math.log(FREQUENT / count) / 2 for count, stem in known[:STEMS]}


def _reports_with(rare: dict[str, float], *, but: int) -> dict[int, list[str]]:
    if not rare:
        return {}
    rows = db.session.execute(
        sa.select(ReportStem.report_id, ReportStem.stem).where(
            ReportStem.stem.in_(list(rare)), ReportStem.report_id != but
        )
    )
    found: dict[int, list[str]] = {}
    for report_id, stem in rows:
        found.setdefault(report_id, []).append(stem)
    scores = Counter({report_id: sum(rare[s] for s in stems) for report_id, stems in found.items()})
    return {report_id: found[report_id] for report_id, _score in scores.most_common(CANDIDATES)}


def _load_candidates(hits: dict[int, list[str]], traits: _Traits, *, but: int) -> Sequence[GapReport]:
    """Reports with shared words, and the newest with the same field and kind."""
    alike = sa.select(GapReport.id).where(
        GapReport.action_field == traits.action_field, GapReport.gap_kind == traits.gap_kind
    ).order_by(GapReport.reported_at.desc()).limit(20)  # fmt: skip
    newest = db.session.scalars(alike).all()
    return db.session.scalars(
        sa.select(GapReport)
        .where(
            GapReport.id.in_([*hits, *newest]), GapReport.id != but,
            GapReport.state.in_([ReportState.RECEIVED, ReportState.ASSIGNED]),
        )
        .options(joinedload(GapReport.municipality), joinedload(GapReport.matter), joinedload(GapReport.texts))
    ).unique().all()  # fmt: skip


def _matters_alike(traits: _Traits, rare: dict[str, float], words: dict[str, str]) -> list[Suggestion]:
    shared = sa.select(MatterStem.matter_id).where(MatterStem.stem.in_(list(words)))
    rows = db.session.scalars(
        sa.select(Matter)
        .where(
            Matter.state == MatterState.OPEN, sa.or_(Matter.id.in_(shared), Matter.action_field == traits.action_field)
        )
        .order_by(Matter.id.desc())
        .limit(CANDIDATES)
    ).all()
    found = []
    for matter in rows:
        stems = [stem for stem in stems_of(f"{matter.title}. {matter.summary}") if stem in words]
        weights = {stem: rare.get(stem, 1.5) for stem in stems}
        score, reasons = _compared(_traits(matter), traits, stems, weights, words)
        found.append(Suggestion(score, reasons, matter=matter))
    return found


def _scored(report: GapReport, traits: _Traits, stems: list[str], rare: dict[str, float],
            words: dict[str, str]) -> Suggestion:  # fmt: skip
    score, reasons = _compared(_traits(report), traits, stems, rare, words)
    return Suggestion(score, reasons, report=report)


def _compared(one: _Traits, other: _Traits, stems: list[str], weights: dict[str, float],
              words: dict[str, str]) -> tuple[float, tuple[str, ...]]:  # fmt: skip
    score = sum(weights[stem] for stem in stems)
    shared = []
    for points, is_same, label in (
        (2.0, one.action_field == other.action_field, "Handlungsfeld"),
        (1.5, one.gap_kind == other.gap_kind, "Art der Lücke"),
        (1.0, one.municipality_id is not None and one.municipality_id == other.municipality_id, "Kommune"),
        (1.0, one.target_group is not None and one.target_group == other.target_group, "Zielgruppe"),
        (1.0, bool(one.legal_areas & other.legal_areas), "Rechtskreis"),
    ):
        if is_same:
            score += points
            shared.append(label)
    reasons = [f"gleich: {', '.join(shared)}"] if shared else []
    if stems:
        told = sorted(stems, key=lambda stem: -weights[stem])[:4]
        reasons.append("ähnliche Wörter: " + ", ".join(words[stem] for stem in told))
    return score, tuple(reasons)


def _traits(row: GapReport | Matter) -> _Traits:
    return _Traits(
        row.action_field,
        row.gap_kind.value,
        getattr(row, "municipality_id", None),
        row.target_group,
        frozenset(area for area in (row.legal_area_from, row.legal_area_to) if area and area != "none"),
    )


def _top(found: list[Suggestion], most: int) -> list[Suggestion]:
    return sorted((s for s in found if s.score >= LEAST_SCORE), key=lambda s: -s.score)[:most]
