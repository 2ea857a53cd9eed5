"""Find what others read already although it counts few: words from before the rule or before a higher threshold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa

from govern.actions.models import (
    Evaluation,
    EvaluationResult,
    GapReport,
    Matter,
    MatterPublication,
    MatterState,
    ReportRelease,
    ReportState,
)
from govern.actions.policies_gaps import matters_viewable_by, reports_viewable_by
from govern.actions.small_numbers import small_numbers_in
from govern.db import db
from govern.people.models import User

PAGE = 25


class ToldIn(StrEnum):
    """Where others read the words."""

    MATTER = "matter"
    REPORT = "report"
    RESULT = "result"
    PUBLICATION = "publication"

    @property
    def label(self) -> str:
        return {"matter": "Lücke", "report": "freigegebene Meldung", "result": "Ergebnis der Wirkungsprüfung",
                "publication": "öffentliche Seite"}[self.value]  # fmt: skip


@dataclass(frozen=True)
class Told:
    """Released words with the passages in them that count fewer than may be told."""

    where: ToldIn
    id: int
    """Of the matter, the report or the evaluation on whose page the words are changed."""
    name: str
    passages: list[str]


@dataclass(frozen=True)
class ToldPage:
    """One page of what is to be checked."""

    entries: Sequence[Told]
    total: int
    number: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE))


def told_of_matter(matter: Matter) -> list[str]:
    """The passages in the shared words of a matter that count few; none while only the coordination reads it."""
    if matter.shared_at is None:
        return []
    return _few((matter.title, matter.summary, matter.closing_note), matter.body.small_count_threshold)


def list_told(user: User, number: int = 1) -> ToldPage:
    """Everything released that counts few by today's threshold, for the coordination, a page of it; four statements.

    Which words count few no database can say: all released ones are read, whatever page is asked for.
    """
    told = [*_matters(user), *_reports(user), *_results(user), *_publications(user)]
    number = min(number, max(1, -(-len(told) // PAGE)))  # what was mended may have been the last on its page
    return ToldPage(told[(number - 1) * PAGE : number * PAGE], len(told), number)


def _matters(user: User) -> Iterator[Told]:
    rows = db.session.execute(
        sa.select(Matter.id, Matter.number, Matter.title, Matter.summary, Matter.closing_note)
        .where(matters_viewable_by(user), Matter.shared_at.is_not(None), Matter.state != MatterState.MERGED)
        .order_by(Matter.id)
    )
    for id, number, *words in rows:
        yield from _told(user, ToldIn.MATTER, id, f"{number} {words[0]}", words)


def _reports(user: User) -> Iterator[Told]:
    rows = db.session.execute(
        sa.select(GapReport.id, GapReport.number, ReportRelease.headline, ReportRelease.text)
        .join(ReportRelease, ReportRelease.report_id == GapReport.id)
        .where(reports_viewable_by(user), ReportRelease.revoked_at.is_(None))
        .where(GapReport.state != ReportState.WITHDRAWN)
        .order_by(GapReport.id)
    )
    for id, number, *words in rows:
        yield from _told(user, ToldIn.REPORT, id, f"{number} {words[0]}", words)


def _results(user: User) -> Iterator[Told]:
    newer = sa.select(sa.func.max(EvaluationResult.number)).where(
        EvaluationResult.evaluation_id == Evaluation.id
    ).correlate(Evaluation).scalar_subquery()  # fmt: skip
    rows = db.session.execute(
        sa.select(Evaluation.id, Evaluation.number, Matter.number, EvaluationResult.reason)
        .join(EvaluationResult, EvaluationResult.evaluation_id == Evaluation.id)
        .join(Matter, Matter.id == Evaluation.matter_id)
        .where(matters_viewable_by(user), Matter.shared_at.is_not(None), EvaluationResult.number == newer)
        .order_by(Evaluation.id)
    )
    for id, number, of, reason in rows:
        yield from _told(user, ToldIn.RESULT, id, f"{number}. Wirkungsprüfung zu {of}", [reason])


def _publications(user: User) -> Iterator[Told]:
    rows = db.session.execute(
        sa.select(Matter.id, Matter.number, MatterPublication.title, MatterPublication.text)
        .join(MatterPublication, MatterPublication.matter_id == Matter.id)
        .where(matters_viewable_by(user), MatterPublication.revoked_at.is_(None))
        .order_by(Matter.id)
    )
    for id, number, *words in rows:
        yield from _told(user, ToldIn.PUBLICATION, id, f"{number} {words[0]}", words)


def _told(user: User, where: ToldIn, id: int, name: str, words: Iterable[str | None]) -> Iterator[Told]:
    if passages := _few(words, user.body.small_count_threshold):
        yield Told(where, id, name, passages)


def _few(words: Iterable[str | None], threshold: int) -> list[str]:
    return list(dict.fromkeys(passage for text in words if text for passage in small_numbers_in(text, threshold)))
