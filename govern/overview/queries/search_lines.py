"""What every kind of object that the search finds says of itself, and the columns all of them share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from govern import search
from govern.db import Base, UtcDateTime
from govern.formats import date_text
from govern.people.models import User

Statement = sa.Select[Any]


@dataclass(frozen=True)
class Kind:
    """One kind of object the search finds."""

    key: str
    """In the address: `?art=sitzungen`."""
    heading: str
    model: type[Base]
    texts: search.Texts
    """What is searched: the id, then columns of text."""
    visible: Callable[[Statement, User], Statement]
    """Narrows ids to what the person may see, by the SQL twin of the policy."""
    line: Callable[[], Statement]
    """What is shown of an object, made by :func:`columns`."""
    order: tuple[Any, ...]
    path: str
    facts: Callable[[sa.Row[Any]], str]
    title: Callable[[sa.Row[Any]], str] = lambda row: row.title
    follows: Mapping[type[Base], search.Follow] = field(default_factory=dict)
    begins: Any = None
    """The sort key of the title, where what begins with the words looked for is to stand first."""


def columns(
    identity: Any, title: Any, *, first: Any = None, second: Any = None, third: Any = None, at: Any = None,
    until: Any = None, day: Any = None, is_public: Any = None,
) -> Statement:  # fmt: skip
    """The same columns for every kind, so that one statement asks for all: texts, two moments, a day."""

    def text(column: Any) -> Any:
        return sa.cast(sa.null() if column is None else column, sa.Text)

    return sa.select(
        identity.label("id"), text(title).label("title"), text(first).label("first"), text(second).label("second"),
        text(third).label("third"), _typed(at, UtcDateTime()).label("at"), _typed(until, UtcDateTime()).label("until"),
        _typed(day, sa.Date()).label("day"), _typed(is_public, sa.Boolean()).label("is_public"),
    )  # fmt: skip


def _typed(column: Any, kind: sa.types.TypeEngine[Any]) -> Any:
    if column is not None:
        return sa.type_coerce(column, kind)
    # A bare NULL would be text to PostgreSQL; the column type of the first kind reads the values of all.
    plain = sa.DateTime(timezone=True) if isinstance(kind, UtcDateTime) else kind
    return sa.type_coerce(sa.cast(sa.null(), plain), kind)


def together(*parts: str | None) -> str:
    """The facts that there are, in one line."""
    return " · ".join(part for part in parts if part)


def on_day(value: Any) -> str | None:
    """The day as people read it, if there is one."""
    return date_text(value) if value else None


def closed_word(row: sa.Row[Any]) -> str | None:
    """„nicht öffentlich" where it is."""
    return None if row.is_public else "nicht öffentlich"
