"""Pages of organisations: the directory, one organisation, its forms, and the list to choose from."""

from __future__ import annotations

from flask import Blueprint, Response

from govern import access
from govern.people.forms.choices import OrganisationChoiceField, OrganisationsChoiceField, choice_from_query
from govern.web import render

bp = Blueprint("organisations", __name__)


@bp.get("/organisationen/auswahl")
@access.signed_in
def choose() -> Response:
    """The list of a field for choosing organisations, while somebody types."""
    return render("people/_choices.html", field=choice_from_query(OrganisationChoiceField, OrganisationsChoiceField))
