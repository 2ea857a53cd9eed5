"""Read resolutions: the register across committees, and one with its chain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from govern import search
from govern.committees.contributions import KnownResolution
from govern.committees.models import Committee
from govern.db import count_rows, db, kept
from govern.formats import date_text, one_line
from govern.meetings import contributions
from govern.meetings.agenda_numbers import numbering
from govern.meetings.contributions import ItemSection, Line
from govern.meetings.models import (
    AgendaItem,
    Implementation,
    ImplementerConsent,
    Resolution,
    ResolutionOutcome,
)
from govern.meetings.policies import can_view_item, planning_committees, resolutions_viewable_by
from govern.meetings.queries.concept_submissions import concept_lines
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
    implementation: Implementation | None = None
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
    ids = _joined(search.newest(Resolution, wanted.text) if wanted.text.strip() else sa.select(Resolution.id))
    ids = ids.where(resolutions_viewable_by(user), *_conditions(wanted))
    if wanted.text.strip():
        chosen, total = search.one_page(ids, _NEWEST_FIRST, size=PAGE_SIZE, number=page)
        are_shown = Resolution.id.in_(chosen)
    else:
        total = count_rows(ids, seen=page * PAGE_SIZE)
        # The ids of the page first: its wide rows are read for these only, not for all that have to be put in order.
        shown = ids.order_by(*_NEWEST_FIRST).limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE).subquery("shown")
        are_shown = Resolution.id.in_(sa.select(shown.c.id))
    rows = db.session.scalars(
        _joined(sa.select(Resolution))
        .where(are_shown)
        .options(
            contains_eager(Resolution.item).contains_eager(AgendaItem.meeting),
            joinedload(Resolution.committee),
            selectinload(Resolution.implementer_consents).joinedload(ImplementerConsent.organisation),
        )
        .order_by(*_NEWEST_FIRST)
    ).all()
    return ResolutionPage(rows, total, page)


_NEWEST_FIRST = (Resolution.resolved_on.desc(), Resolution.number.desc(), Resolution.id.desc())


def list_committees_with_resolutions(user: User) -> Sequence[sa.Row[int, str]]:
    """Id and name of the committees of which ``user`` may read at least one resolution."""
    return db.session.execute(_committees(user)).all()


@kept
def _committees(user: User) -> sa.Select[int, str]:
    first = _visible(user).with_only_columns(Resolution.id).where(Resolution.committee_id == Committee.id)
    return sa.select(Committee.id, Committee.name).where(first.exists()).order_by(Committee.sort_name, Committee.id)


def list_years(user: User) -> list[int]:
    """The years from the last resolution ``user`` may read back to the first."""
    last, first = db.session.execute(_first_and_last_day(user)).one()
    return list(range(last.year, first.year - 1, -1)) if last and first else []


@kept
def _first_and_last_day(user: User) -> sa.Select[date | None, date | None]:
    days = _visible(user).with_only_columns(Resolution.resolved_on).limit(1)
    last, first = (days.order_by(order).scalar_subquery() for order in
                   (Resolution.resolved_on.desc(), Resolution.resolved_on.asc()))  # fmt: skip
    return sa.select(last, first)


def list_own_committees(user: User) -> Sequence[Committee]:
    """Committees for which ``user`` may record earlier resolutions."""
    return db.session.scalars(
        sa.select(Committee)
        .where(planning_committees(user))
        .order_by(Committee.is_highest.desc(), Committee.is_kim.desc(), Committee.sort_name)
    ).all()


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


def _visible(user: User) -> sa.Select[Resolution]:
    statement: sa.Select[Resolution] = _joined(sa.select(Resolution)).where(resolutions_viewable_by(user))
    return statement


def _joined(statement: Any) -> Any:
    return statement.outerjoin(Resolution.item).outerjoin(AgendaItem.meeting)


def _conditions(wanted: ResolutionFilter) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
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
    if wanted.implementation is not None:
        found += [Resolution.implementation == wanted.implementation, Resolution.is_adopted.is_(True),
                  Resolution.cancelled_at.is_(None)]  # fmt: skip
    if wanted.cancelled is not None:
        found.append(Resolution.cancelled_at.is_not(None) if wanted.cancelled else Resolution.cancelled_at.is_(None))
    return found


@dataclass(frozen=True)
class Chain:
    """What a resolution hangs on, as far as the reader may see it."""

    item: AgendaItem | None
    number: str | None
    sections: Sequence[ItemSection]
    acknowledged: AgendaItem | None = None
    """The Beschlusskontrolle at which the committee took note that it is finished, if the reader may see it."""
    actions: Sequence[Line] = ()
    """What may be done with it besides, e.g. give an order that carries it out."""


ORIGIN = (joinedload(Resolution.committee), joinedload(Resolution.item).joinedload(AgendaItem.meeting))
"""Where a resolution was made: load it with the resolution."""


def chain_of(resolution: Resolution, user: User) -> Chain:
    """Meeting, item, and what came of it (work orders)."""
    item = resolution.item
    sections = [
        section
        for contribute in contributions.resolution_sections
        for section in contribute(user, [resolution]).get(resolution.id, [])
    ]
    sections = [*concept_lines(user, resolution), *sections]
    actions = [line for contribute in contributions.resolution_actions for line in contribute(user, resolution)]
    acknowledged = _acknowledged(resolution, user)
    if item is None:
        return Chain(None, None, sections, acknowledged, actions)
    number = item.frozen_number or numbering(item.meeting.items)[item.id]
    return Chain(item, number, sections, acknowledged, actions)


def _acknowledged(resolution: Resolution, user: User) -> AgendaItem | None:
    item = resolution.acknowledged_item
    return item if item is not None and can_view_item(user, item) else None


def order_counts(user: User, resolutions: Sequence[Resolution]) -> dict[int, str]:
    """Resolution id → „2 Aufträge", as higher packages tell."""
    found: dict[int, str] = {}
    for contribute in contributions.resolution_sections:
        for identity, sections in contribute(user, resolutions).items():
            words = [f"{s.heading}: {len(s.lines)}" for s in sections if s.lines]
            if words:
                found[identity] = " · ".join(words)
    return found


def adopted_resolutions(user: User, committee_ids: Sequence[int]) -> list[KnownResolution]:
    """Adopted resolutions of these committees that ``user`` may read, for what they set up or confirm (A4, B17)."""
    rows = db.session.scalars(
        _visible(user)
        .where(
            Resolution.committee_id.in_(list(committee_ids)),
            Resolution.is_adopted,
            Resolution.cancelled_at.is_(None),
            sa.or_(Resolution.number.is_not(None), Resolution.item_id.is_(None)),
        )
        .order_by(Resolution.resolved_on.desc(), Resolution.id.desc())
        .limit(300)
    ).all()
    return [KnownResolution(r.id, r.committee_id, label_of(r), r.resolved_on) for r in rows]


def find_readable(user: User, resolution_id: int) -> Resolution | None:
    """A resolution by id, if ``user`` may read it."""
    return db.session.scalars(_visible(user).where(Resolution.id == resolution_id)).one_or_none()


def label_of(resolution: Resolution) -> str:
    """„LG-B-2026-07, 12. März 2026: Ein Arbeitskreis Sprache wird eingerichtet"."""
    words = f"{resolution.number or 'ohne Nummer'}, {date_text(resolution.resolved_on)}"
    return f"{words}: {one_line(resolution.text, 90)}"
