"""Read resolutions: the register across committees, and one with its chain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload

from govern.committees.models import Committee
from govern.db import db, sort_key
from govern.meetings.models import AgendaItem, Meeting, Resolution, ResolutionOutcome
from govern.meetings.policies import resolutions_viewable_by
from govern.people.models import User

PAGE_SIZE = 25


@dataclass(frozen=True, kw_only=True)
class ResolutionFilter:
    """What the register is narrowed to; None or empty: everything."""

    text: str = ""
    committee_id: int | None = None
    year: int | None = None
    outcome: ResolutionOutcome | None = None
    with_proviso: bool = False
    cancelled: bool | None = None
    adopted: bool | None = None


@dataclass(frozen=True)
class ResolutionPage:
    """One page of the register."""

    rows: Sequence[Resolution]
    total: int
    number: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE_SIZE))


def list_resolutions(user: User, wanted: ResolutionFilter, page: int) -> ResolutionPage:
    """One page of the resolutions ``user`` may read, newest first."""
    statement = _visible(user).where(*_conditions(wanted))
    total = db.session.scalar(sa.select(sa.func.count()).select_from(statement.with_only_columns(Resolution.id).subquery()))
    rows = db.session.scalars(
        statement.options(
            contains_eager(Resolution.item).contains_eager(AgendaItem.meeting), joinedload(Resolution.committee)
        )
        .order_by(Resolution.resolved_on.desc(), Resolution.number.desc(), Resolution.id.desc())
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    ).all()
    return ResolutionPage(rows, total or 0, page)


def list_committees_with_resolutions(user: User) -> Sequence[Committee]:
    """Committees of which ``user`` may read at least one resolution."""
    ids = _visible(user).with_only_columns(Resolution.committee_id).distinct()
    return db.session.scalars(sa.select(Committee).where(Committee.id.in_(ids)).order_by(Committee.sort_name)).all()


def list_years(user: User) -> list[int]:
    """Years of the resolutions ``user`` may read, newest first."""
    year = sa.extract("year", Resolution.resolved_on)
    return sorted((int(y) for y in db.session.scalars(_visible(user).with_only_columns(year).distinct())), reverse=True)


def resolution_number(prefix: str, year: int, sequence_number: int) -> str:
    """„LG-B-2026-07"."""
    return f"{prefix}-B-{year}-{sequence_number:02d}"


def prefix_of(committee: Committee) -> str:
    """The short name of a committee as part of numbers; one that several committees share is told apart by the id."""
    short = "".join((committee.short_name or "").split())
    if not short:
        return f"G{committee.id}"
    others = sa.select(sa.func.count()).where(
        Committee.body_id == committee.body_id,
        Committee.id != committee.id,
        sa.func.lower(Committee.short_name) == short.lower(),
    )
    taken = sa.select(sa.func.count()).where(
        Resolution.committee_id != committee.id, Resolution.number.startswith(f"{short}-B-", autoescape=True)
    )
    if db.session.scalar(others) or db.session.scalar(taken):
        return f"{short}{committee.id}"
    return short


def _visible(user: User) -> sa.Select[tuple[Resolution]]:
    return (
        sa.select(Resolution)
        .outerjoin(Resolution.item)
        .outerjoin(AgendaItem.meeting)
        .where(resolutions_viewable_by(user))
    )


def _conditions(wanted: ResolutionFilter) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = [
        sa.or_(
            Resolution.sort_text.contains(word, autoescape=True),
            sa.func.lower(Resolution.number).contains(word, autoescape=True),
        )
        for word in sort_key(wanted.text).split()
    ]
    if wanted.committee_id is not None:
        found.append(Resolution.committee_id == wanted.committee_id)
    if wanted.year is not None:
        found.append(sa.extract("year", Resolution.resolved_on) == wanted.year)
    if wanted.outcome is not None:
        found.append(Resolution.outcome == wanted.outcome)
    if wanted.with_proviso:
        found.append(Resolution.proviso.is_not(None))
    if wanted.adopted is not None:
        found.append(Resolution.is_adopted.is_(wanted.adopted))
    if wanted.cancelled is not None:
        found.append(Resolution.cancelled_at.is_not(None) if wanted.cancelled else Resolution.cancelled_at.is_(None))
    return found
