"""Rules that the composition of a committee must keep, checked whenever it is shown (B15)."""

from __future__ import annotations

from govern.committees.models import Committee, CompositionRule
from govern.db import db, sort_key
from govern.errors import DomainError
from govern.people.models import User


def add_rule(
    committee: Committee, *, text: str, minimum: int, function_contains: str, source: str | None, by: User
) -> CompositionRule:
    """Enter a rule: at least so many holders whose function contains a word."""
    if not sort_key(function_contains):
        raise DomainError("Bitte ein Wort angeben, das in der Funktion vorkommt.", field="function_contains")
    if minimum < 1:
        raise DomainError("Bitte eine Zahl ab 1 angeben.", field="minimum")
    rule = CompositionRule(
        committee=committee, text=text.strip(), minimum=minimum, function_contains=function_contains.strip(),
        source=source,
    )  # fmt: skip
    db.session.add(rule)
    db.session.flush()
    return rule


def remove_rule(rule: CompositionRule, *, by: User) -> None:
    """The rule no longer holds; the history of the committee keeps it."""
    rule.committee.composition_rules.remove(rule)
    db.session.flush()
