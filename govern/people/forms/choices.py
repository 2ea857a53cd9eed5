"""Choosing persons and organisations in any form: a search field with a list, with scripts and without.

Without scripts the button „Suchen“ sends the form; the field then refuses it with what it found, and everything typed
is kept. With scripts the list follows the typing (`/personen/auswahl`, `/organisationen/auswahl`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date
from functools import cached_property
from typing import Any

from flask import abort, request
from flask_login import current_user
from wtforms import Field
from wtforms.form import BaseForm
from wtforms.utils import unset_value
from wtforms.validators import InputRequired, StopValidation
from wtforms.widgets import TextInput

from govern.formats import count, today
from govern.people.models import User
from govern.people.queries import choices
from govern.people.queries.choices import Choice

Finder = Callable[[User, str, date], list[Choice]]
Getter = Callable[[User, Iterable[int], date], list[Choice]]


class ChoiceField(Field):
    """One or several rows of a directory, by id; see the macros in `templates/components/choice.html`."""

    widget = TextInput()
    path: str
    """Where scripts get the list while somebody types."""
    is_multiple = False
    nothing_label: str
    placeholder = "Suchen"
    nobody_found: str
    gone: str
    find: Finder
    get: Getter

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:
        """Read the chosen ids, what was typed into the search, and whether „Suchen“ was pressed."""
        super().process(formdata, data, extra_filters)
        given = formdata or {}
        self.text = (given.get(f"{self.name}_q") or "").strip()
        listed_for = (given.get(f"{self.name}_listed") or "").strip()
        pressed = f"{self.name}_search" in given
        # Enter in another field presses the first button of a form, which may be ours: an unchanged search is none.
        self.is_searching = pressed and bool(self.text) and not (self.text == listed_for and self.chosen_ids)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Ids as sent; anything else is refused."""
        ids = [value for value in valuelist if value]
        if not all(value.isascii() and value.isdigit() and len(value) < 20 for value in ids):
            raise ValueError("Bitte aus der Liste wählen.")
        numbers = [int(value) for value in ids]
        self.data = numbers if self.is_multiple else (numbers[0] if numbers else None)

    def pre_validate(self, form: Any) -> None:
        """Refuse a search that was only pressed, and ids that cannot be chosen."""
        if self.is_searching:
            number = len(self.found)
            more = "mehr als " if number > choices.MOST else ""
            raise StopValidation(
                f"{more}{count(min(number, choices.MOST), 'Treffer', 'Treffer')}: bitte auswählen."
                if number
                else self.nobody_found
            )
        if len(self.chosen) < len(self.chosen_ids):
            raise StopValidation(self.gone)
        if self.text and not self.chosen_ids:
            raise StopValidation("Bitte aus der Liste wählen oder das Suchfeld leeren.")

    @property
    def chosen_ids(self) -> set[int]:
        """What is chosen now."""
        data: list[int] | int | None = self.data
        if data is None:
            return set()
        return set(data) if isinstance(data, list) else {data}

    @cached_property
    def chosen(self) -> list[Choice]:
        """The chosen rows, with name and facts."""
        return type(self).get(current_user, self.chosen_ids, today()) if self.chosen_ids else []

    @cached_property
    def found(self) -> list[Choice]:
        """What the search finds; without a search all there is, if that is not more than one list holds."""
        found = type(self).find(current_user, self.text, today())
        return found if self.text or len(found) <= choices.MOST else []

    @property
    def options(self) -> list[Choice]:
        """The list to show: what is chosen first, then what was found."""
        return self.chosen + [choice for choice in self.found[: choices.MOST] if choice.id not in self.chosen_ids]

    @property
    def is_short(self) -> bool:
        """True when the list is a few names only, which then stand side by side."""
        return False

    @property
    def has_more(self) -> bool:
        """True when the search finds more than the list shows."""
        return len(self.found) > choices.MOST


class PersonChoiceField(ChoiceField):
    """One person; `data` is the id or None."""

    path = "/personen/auswahl"
    nothing_label = "niemand"
    nobody_found = "Niemand gefunden. Versuchen Sie es mit einem Teil des Namens oder der Institution."
    gone = "Diese Person steht nicht zur Auswahl."
    find = staticmethod(choices.list_person_choices)
    get = staticmethod(choices.list_persons_chosen)


class PersonsChoiceField(PersonChoiceField):
    """Several persons; `data` is a list of ids."""

    is_multiple = True


class OrganisationChoiceField(ChoiceField):
    """One organisation; `data` is the id or None."""

    path = "/organisationen/auswahl"
    nothing_label = "keine Institution"
    nobody_found = "Keine Institution gefunden. Versuchen Sie es mit einem Teil des Namens."
    gone = "Diese Institution steht nicht zur Auswahl."
    find = staticmethod(choices.list_organisation_choices)
    get = staticmethod(choices.list_organisations_chosen)


class OrganisationsChoiceField(OrganisationChoiceField):
    """Several organisations; `data` is a list of ids."""

    is_multiple = True


def choice_from_query(one: type[ChoiceField], several: type[ChoiceField]) -> ChoiceField:
    """The field a script asks the list for: its name and kind stand in the address. Nonsense is 404."""
    name = request.args.get("feld", "")
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]{0,60}", name):
        abort(404)
    kind = several if request.args.get("mehrere") else one
    form = BaseForm({name: kind("", [InputRequired()] if request.args.get("pflicht") else [])})
    form.process(request.args)
    field: ChoiceField = form[name]
    return field
