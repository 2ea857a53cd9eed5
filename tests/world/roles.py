"""Who is who in the small county, and which words they may read."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from govern.db import Base, db
from govern.formats import today
from govern.overview.standings import load_standing
from govern.people.models import (
    User,
)

WORD = re.compile(r"geheimw\d{4}")
Rule = Callable[[User], bool]


@dataclass
class World:
    """Ids of everything, because objects do not outlive a request that was rolled back."""

    users: dict[str, int] = field(default_factory=dict)
    objects: dict[type[Base], list[tuple[str, int]]] = field(default_factory=dict)
    words: dict[str, Rule] = field(default_factory=dict)

    def note(self, name: str, row: Any) -> Any:
        """Remember a row under its type."""
        self.objects.setdefault(type(row), []).append((name, row.id))
        return row

    def word(self, rule: Rule) -> str:
        """A new secret word that only users for whom ``rule`` holds may read."""
        word = f"geheimw{len(self.words):04d}"
        self.words[word] = rule
        return word

    def word_on(self, row: Base, policy: Callable[[User, Any], bool], *more: Callable[[User, Any], bool]) -> str:
        """A word that follows a policy on ``row``."""
        model, identity = type(row), row.id  # type: ignore[attr-defined]
        checks = (policy, *more)
        return self.word(lambda user: all(check(user, db.session.get_one(model, identity)) for check in checks))

    def user(self, role: str) -> User:
        """The account of a role, with its standing."""
        user = db.session.get_one(User, self.users[role])
        load_standing(user, today())
        return user

    def words_for(self, user: Any, among: set[str] | None = None) -> set[str]:
        """The words ``user`` may read: all of them, or those ``among`` some."""
        asked = self.words if among is None else self.words.keys() & among
        return {word for word in asked if self.words[word](user)}

    def rows(self) -> list[Base]:
        """Everything; who keeps the list keeps the session from loading it anew for each question."""
        return [db.session.get_one(model, identity) for model, rows in self.objects.items() for _name, identity in rows]

    def id_of(self, model: type[Base], name: str) -> int:
        """The id of a noted row."""
        return dict(self.objects[model])[name]


ROLES = (
    "nobody",
    "holder",
    "deputy",
    "attending deputy",
    "former holder",
    "future holder",
    "holder elsewhere",
    "chair",
    "office",
    "office above",
    "office elsewhere",
    "minute-taker",
    "coordinator",
    "case manager",
    "organisation",
    "organisation elsewhere",
    "administrator",
)
