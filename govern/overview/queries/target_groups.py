"""Figures of target groups: the newest version of each year, and what was released of it (E14)."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload, selectinload

from govern.actions.models import TermKind
from govern.actions.queries.vocabularies import Terms, terms_of
from govern.db import db, sort_key
from govern.overview.models import TargetGroupCount, TargetGroupRelease, TargetGroupYear
from govern.overview.policies import can_keep_target_groups
from govern.overview.target_groups import TOTAL, Line, TargetFigures, from_content, published_figures, true_figures
from govern.overview.target_tables import Choices
from govern.people.models import Body, Organisation, User


@dataclass(frozen=True)
class YearTotals:
    """What the whole county has in one year, by group: None where it is hidden, missing where it is not known."""

    year: int
    totals: dict[str, int | None]


@dataclass(frozen=True)
class TargetPage:
    """Everything the page and its workbook say, for one reader and year."""

    year: int | None
    years: Sequence[int]
    """The years this reader may choose, the newest first."""
    version: TargetGroupYear | None
    figures: TargetFigures | None
    release: TargetGroupRelease | None
    versions: Sequence[TargetGroupYear]
    """All versions of the year, for those who keep them."""
    trend: Sequence[YearTotals]
    """Of every year shown, the oldest first."""


def target_page(user: User, year: int | None) -> TargetPage:
    """The figures of one year for ``user``, of the newest without one; seven statements at most."""
    releases = {release.year: release for release in list_releases(user.body)}
    if not can_keep_target_groups(user):
        return _released_page(releases, year)
    newest = _newest_versions(user.body)
    years = sorted({version.year for version in newest}, reverse=True)
    year = year if year is not None else next(iter(years), None)
    if year not in years:
        return TargetPage(year, years, None, None, None, [], [])
    version = next(version for version in newest if version.year == year)
    return TargetPage(
        year, years, version, figures_of(version), releases.get(version.year), list_versions(user.body, version.year),
        _trend(newest),
    )  # fmt: skip


def _released_page(releases: dict[int, TargetGroupRelease], year: int | None) -> TargetPage:
    years = sorted(releases, reverse=True)
    release = releases.get(year if year is not None else next(iter(years), 0))
    trend = []
    for each in years[::-1]:
        totals = {group: cell.value for (place, group), cell in released_figures(releases[each]).cells.items()
                  if place == TOTAL}  # fmt: skip
        trend.append(YearTotals(each, totals))
    if release is None:
        return TargetPage(year, years, None, None, None, [], trend)
    return TargetPage(release.year, years, release.version, released_figures(release), release, [], trend)


def figures_of(version: TargetGroupYear) -> TargetFigures:
    """True figures of a version."""
    places, groups, counts = _lines(version)
    return true_figures(places, groups, counts)


def figures_to_publish(version: TargetGroupYear) -> TargetFigures:
    """What everybody would read of a version."""
    places, groups, counts = _lines(version)
    body = version.body
    return published_figures(
        places, groups, counts, threshold=body.small_count_threshold, is_rounded=body.rounds_counts
    )


def released_figures(release: TargetGroupRelease) -> TargetFigures:
    """What was released, as it was shown then."""
    return from_content(release.content, threshold=release.threshold, is_rounded=release.is_rounded)


def list_releases(body: Body) -> Sequence[TargetGroupRelease]:
    """What was released of each year; one statement."""
    return db.session.scalars(
        sa.select(TargetGroupRelease)
        .where(TargetGroupRelease.body_id == body.id)
        .options(joinedload(TargetGroupRelease.version))
        .order_by(TargetGroupRelease.year.desc())
    ).all()


def list_versions(body: Body, year: int) -> Sequence[TargetGroupYear]:
    """All versions of a year without their figures, the newest first."""
    return db.session.scalars(
        sa.select(TargetGroupYear)
        .where(TargetGroupYear.body_id == body.id, TargetGroupYear.year == year)
        .order_by(TargetGroupYear.number.desc())
    ).all()


def newest_version(body: Body, year: int) -> TargetGroupYear | None:
    """The version of a year that counts."""
    return next(iter(list_versions(body, year)), None)


def find_release(body: Body, year: int) -> TargetGroupRelease | None:
    """What was released of a year."""
    return db.session.scalars(
        sa.select(TargetGroupRelease).where(TargetGroupRelease.body_id == body.id, TargetGroupRelease.year == year)
    ).one_or_none()


def cells_of(version: TargetGroupYear) -> dict[tuple[str, str], TargetGroupCount]:
    """The numbers of a version with the cells they stood in, by municipality and group; one statement."""
    rows = db.session.scalars(
        sa.select(TargetGroupCount)
        .where(TargetGroupCount.version_id == version.id)
        .options(joinedload(TargetGroupCount.municipality))
        .order_by(TargetGroupCount.id)
    )
    return {(str(row.municipality_id), row.target_group): row for row in rows}


def list_choices(
    body: Body, day: date | None = None, used: AbstractSet[str] = frozenset()
) -> tuple[Choices, Sequence[Line], Sequence[Line]]:
    """What the table of a day may name, with the municipalities and groups its template offers; three statements.

    Municipalities that ended since were there on that day; groups no longer offered stay where they are ``used``.
    """
    towns = db.session.scalars(
        sa.select(Organisation)
        .where(Organisation.body_id == body.id, Organisation.is_municipality, _was_there(day))
        .options(selectinload(Organisation.aliases))
        .order_by(Organisation.sort_name, Organisation.id)
    ).all()
    terms = terms_of(body)
    offered = terms.offered(TermKind.TARGET_GROUP)
    gone = _groups(terms, used - {key for key, _words in offered})
    groups = {words: key for key, words in [*gone, *offered]}
    return Choices(_names_of(towns), groups), [(str(t.id), t.name) for t in towns], [*offered, *gone]


def _names_of(towns: Sequence[Organisation]) -> dict[str, int]:
    """Name → id. A full name is that of its municipality; another one that two have tells nothing, so it is none."""
    others = [(name, town.id) for town in towns for name in (town.short_name, town.key, *(a.name for a in town.aliases))
              if name]  # fmt: skip
    of: dict[str, set[int]] = {}
    for name, town_id in others:
        of.setdefault(sort_key(name), set()).add(town_id)
    full = {town.name: town.id for town in towns}
    known = {sort_key(name) for name in full}
    clear = {name: key for name, key in others if sort_key(name) not in known and len(of[sort_key(name)]) == 1}
    return {**clear, **full}


def _was_there(day: date | None) -> sa.ColumnElement[bool]:
    is_there = Organisation.ended_on.is_(None)
    return is_there if day is None else sa.or_(is_there, Organisation.ended_on >= day)


Template = tuple[Sequence[Line], Sequence[Line], dict[tuple[str, str], int]]
"""Municipalities, groups, and the numbers that are there."""


def prepare_template(body: Body, year: int | None) -> Template:
    """What the table to fill in begins with; with a year, the numbers of its newest version."""
    newest = newest_version(body, year) if year is not None else None
    known = {key: row.amount for key, row in cells_of(newest).items()} if newest is not None else {}
    used = {group for _place, group in known}
    _choices, places, groups = list_choices(body, newest.as_of if newest is not None else None, used)
    return places, groups, known


def _places(towns: Sequence[Line], counts: dict[tuple[str, str], TargetGroupCount]) -> list[Line]:
    known = {key for key, _words in towns}
    gone = {place: row.municipality.name for (place, _group), row in counts.items() if place not in known}
    return [*towns, *sorted(gone.items(), key=lambda line: (line[1], line[0]))]


def _groups(terms: Terms, used: AbstractSet[str]) -> list[Line]:
    """Only the groups that have a number, in the order of the list."""
    every = [(term.key, term.label) for term in terms.lists[TermKind.TARGET_GROUP].values()]
    missing = sorted(used - {key for key, _words in every})
    return [*((k, w) for k, w in every if k in used), *((k, terms.target_group(k) or k) for k in missing)]


def _lines(version: TargetGroupYear) -> tuple[list[Line], list[Line], dict[tuple[str, str], int]]:
    """Lines and true counts of a version; three statements."""
    rows = db.session.execute(
        sa.select(Organisation.id, Organisation.name)
        .where(Organisation.body_id == version.body_id, Organisation.is_municipality, _was_there(version.as_of))
        .order_by(Organisation.sort_name, Organisation.id)
    )
    counts = cells_of(version)
    places = _places([(str(row.id), row.name) for row in rows], counts)
    groups = _groups(terms_of(version.body), {group for _place, group in counts})
    return places, groups, {key: row.amount for key, row in counts.items()}


def _newest_versions(body: Body) -> Sequence[TargetGroupYear]:
    """The version of each year that counts; one statement."""
    later = aliased(TargetGroupYear)
    is_followed = sa.exists().where(
        later.body_id == TargetGroupYear.body_id, later.year == TargetGroupYear.year,
        later.number > TargetGroupYear.number,
    )  # fmt: skip
    return db.session.scalars(
        sa.select(TargetGroupYear)
        .where(TargetGroupYear.body_id == body.id, ~is_followed)
        .order_by(TargetGroupYear.year)
    ).all()


def _trend(versions: Sequence[TargetGroupYear]) -> list[YearTotals]:
    """The totals of several versions; one statement."""
    rows = db.session.execute(
        sa.select(TargetGroupCount.version_id, TargetGroupCount.target_group, sa.func.sum(TargetGroupCount.amount))
        .where(TargetGroupCount.version_id.in_([version.id for version in versions]))
        .group_by(TargetGroupCount.version_id, TargetGroupCount.target_group)
    )
    totals: dict[int, dict[str, int | None]] = {}
    for version_id, group, amount in rows:
        totals.setdefault(version_id, {})[group] = int(amount)
    return [YearTotals(version.year, totals.get(version.id, {})) for version in versions]
