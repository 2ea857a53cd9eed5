"""Choosing a person in a form of a committee's meetings."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from wtforms import Field

from govern.meetings.queries.choices import PersonsAround
from govern.people.forms.choices import PersonChoiceField
from govern.people.models import Person
from govern.people.queries.choices import Choice


class PersonNearField(PersonChoiceField):
    """One person: those near the committee are named at once, everybody else is found by searching.

    The form gives it what it offers, by :func:`offer`, before it is checked or shown.
    """

    placeholder = "Weitere Person suchen"
    around: PersonsAround

    @cached_property
    def chosen(self) -> list[Choice]:
        """The chosen person, if on offer."""
        return self.around.chosen(self.chosen_ids)

    @cached_property
    def found(self) -> list[Choice]:
        """What the search finds; without one those near the committee."""
        return self.around.find(self.text) if self.text else self.around.near

    @property
    def is_short(self) -> bool:
        """True for the few near ones, who stand side by side."""
        return not self.text

    @property
    def is_in_use(self) -> bool:
        """True when somebody is chosen or searched for, or something is wrong."""
        return bool(self.chosen_ids or self.text or self.errors)

    @property
    def person(self) -> Person | None:
        """The chosen person."""
        return next((self.around.person(identity) for identity in self.chosen_ids), None)


def offer(fields: Sequence[Field], around: PersonsAround, path: str) -> None:
    """Let the fields offer the same persons, read together; scripts get their lists at ``path``."""
    near = [field for field in fields if isinstance(field, PersonNearField)]
    around.load({identity for field in near for identity in field.chosen_ids})
    for field in near:
        field.around, field.path = around, path
