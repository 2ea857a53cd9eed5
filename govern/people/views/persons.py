"""Pages of persons: the directory, one person, their forms, and the list to choose from."""

from __future__ import annotations

from flask import Blueprint, Response

from govern import access
from govern.people.forms.choices import PersonChoiceField, PersonsChoiceField, choice_from_query
from govern.web import render

bp = Blueprint("persons", __name__)


@bp.get("/personen/auswahl")
@access.signed_in
def choose() -> Response:
    """The list of a field for choosing persons, while somebody types."""
    return render("people/_choices.html", field=choice_from_query(PersonChoiceField, PersonsChoiceField))
