"""One search across everything: one statement for all kinds, each by what the person may see (D-10)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from govern import search as index
from govern.db import db, kept, name_sort_key, sort_key
from govern.formats import today
from govern.overview.queries.search_kinds import KINDS
from govern.overview.queries.search_lines import Kind
from govern.people.models import User

FEW, MANY = 10, 50


@dataclass(frozen=True)
class Hit:
    """One line of the answer."""

    title: str
    url: str
    facts: str = ""


@dataclass(frozen=True)
class Hits:
    """What was found of one kind."""

    key: str
    heading: str
    hits: list[Hit]
    found: int
    """How many the reader may see; the index counts no further than one above its limit."""

    @property
    def total(self) -> int:
        return min(self.found, index.CAP)

    @property
    def is_all(self) -> bool:
        return self.found <= index.CAP

    @property
    def count(self) -> str:
        """„12“, or „mehr als 500“."""
        return str(self.found) if self.is_all else f"mehr als {index.CAP}"


def _how_far(title: str, text: str) -> int:
    """„Stadt Jülich“ is nearest to what is called so, then to what begins so; the other kinds keep their order."""
    pairs = [(key(title), key(text)) for key in (sort_key, name_sort_key)]
    if any(name == words for name, words in pairs):
        return 0
    return 1 if any(name.startswith(words) for name, words in pairs) else 2


def search(user: User, text: str, *, kind: str = "", page: int = 1) -> list[Hits]:
    """What ``text`` finds, by kind, the nearest kind first: the first few of each, or one page of a single ``kind``."""
    if not index.query_words(text):
        return []
    kinds = _kinds(kind)
    most, offset = (MANY, (page - 1) * MANY) if kind else (FEW, 0)
    values = {"most": most, "offset": offset, **_beginnings(text), **index.wanted([each.model for each in kinds], text)}
    rows: dict[str, list[sa.Row[Any]]] = {}
    for row in db.session.execute(_statement(user, kind, today(), index.dialect()), values):
        rows.setdefault(row.key, []).append(row)
    found = [_hits(each, rows[each.key]) for each in kinds if each.key in rows]
    return sorted(found, key=lambda hits: _how_far(hits.hits[0].title, text))


def _kinds(kind: str) -> list[Kind]:
    return [KINDS[kind]] if kind else list(KINDS.values())


@kept
def _statement(user: User, kind: str, _day: date, _dialect: str) -> sa.CompoundSelect[Any]:
    # Day and database are asked for by the parts.
    return sa.union_all(*(_lines(each, user) for each in _kinds(kind)))


def _lines(kind: Kind, user: User) -> sa.Select[Any]:
    hits = kind.visible(index.newest_of(kind.model), user)
    order = (*_beginning_first(kind), *kind.order)
    found, turned = index.in_order(hits, order, name=f"found_{kind.model.__tablename__}")
    places = sa.select(
        found.c.id,
        sa.func.count().over().label("found"),
        sa.func.row_number().over(order_by=turned).label("place"),
    ).subquery()
    # By their places, not by a limit: PostgreSQL would walk through all meetings in their order to come upon a few.
    offset = sa.bindparam("offset", type_=sa.Integer)
    chosen: Any = (
        sa.select(places)
        .where(places.c.place > offset, places.c.place <= offset + sa.bindparam("most", type_=sa.Integer))
        .cte(f"chosen_{kind.model.__tablename__}")
    )
    identity = kind.model.__mapper__.primary_key[0]
    return (
        kind.line()
        .add_columns(sa.literal(kind.key).label("key"), chosen.c.found.label("found"), chosen.c.place.label("place"))
        .join(chosen, identity == chosen.c.id)
    )


def _beginnings(text: str) -> dict[str, str]:
    return {"beginning": sort_key(text), "name_beginning": name_sort_key(text)}


def _beginning_first(kind: Kind) -> list[sa.ColumnElement[int]]:
    """„Stadt Jü“ means „Stadt Jülich“ before „Integrationsrat der Stadt Jülich“."""
    if kind.begins is None:
        return []
    looked_for = [sa.bindparam(name, type_=sa.Text) for name in ("beginning", "name_beginning")]
    begins = [sa.func.substr(kind.begins, 1, sa.func.length(text)) == text for text in looked_for]
    return [sa.case((sa.or_(*begins), 0), else_=1)]


def _hits(kind: Kind, rows: list[sa.Row[Any]]) -> Hits:
    rows = sorted(rows, key=lambda row: row.place)
    lines = [Hit(kind.title(row), f"{kind.path}{row.id}", kind.facts(row)) for row in rows]
    return Hits(kind.key, kind.heading, lines, rows[0].found)
