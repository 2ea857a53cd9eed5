"""The page „Personen und Mandate“: the office's own table, from template to take-over."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, url_for
from flask_login import current_user

from govern import access
from govern.committees.forms.rosters import ConfirmRosterForm, RosterFileForm
from govern.committees.queries.rosters import list_roster_choices
from govern.committees.rosters.columns import COLUMNS
from govern.committees.rosters.importing import RosterPlan
from govern.committees.rosters.sheets import FaultyRosterError
from govern.committees.rosters.templates import csv_template, xlsx_template
from govern.committees.services import rosters
from govern.committees.structure.stash import Stash
from govern.errors import Conflict, DomainError
from govern.files import TYPES
from govern.formats import today
from govern.people.policies import can_coordinate
from govern.web import download, flash, redirect, render

bp = Blueprint("rosters", __name__)
SHOWN_FAULTS = 300


@bp.get("/struktur/personen")
@access.allowed(can_coordinate)
def index() -> Response:
    """The template, what belongs into it, and the way to a filled-in table."""
    return _index(RosterFileForm())


@bp.get("/struktur/personen/vorlage.xlsx")
@access.allowed(can_coordinate)
def template_xlsx() -> Response:
    """The table to fill in, with lists to choose from."""
    return download(xlsx_template(list_roster_choices()), "personen-und-mandate.xlsx", TYPES["xlsx"])


@bp.get("/struktur/personen/vorlage.csv")
@access.allowed(can_coordinate)
def template_csv() -> Response:
    """The headings alone."""
    return download(csv_template(), "personen-und-mandate.csv", TYPES["csv"])


@bp.post("/struktur/personen/vorschau")
@access.allowed(can_coordinate)
def preview() -> Response:
    """What a table would change, or which cells are wrong."""
    form = RosterFileForm()
    if not form.validate_on_submit():
        return _index(form, status=422)
    data = form.content
    try:
        found = rosters.preview_roster(data, today=today(), by=current_user)
    except FaultyRosterError as error:
        return _faults(error, form.file_name)
    except DomainError as error:
        form.refuse(error, "file")
        return _index(form, status=422)
    return _preview(found, ConfirmRosterForm(formdata=None, token=_stash().keep(data)), form.file_name)


@bp.post("/struktur/personen/uebernehmen")
@access.allowed(can_coordinate)
def take_over() -> Response:
    """Take over what the preview showed."""
    form = ConfirmRosterForm()
    data = _stash().find(form.token.data or "")
    try:
        taken = rosters.take_over_roster(
            data, fingerprint=form.fingerprint.data or "", today=today(), by=current_user
        )  # fmt: skip
    except FaultyRosterError as error:
        return _faults(error, "Tabelle")
    except Conflict as error:
        form.refuse(error)
        found = rosters.preview_roster(data, today=today(), by=current_user)
        return _preview(found, form, "Tabelle", status=409)
    _stash().forget(form.token.data or "")
    flash(f"Die Tabelle ist übernommen: {taken.plan.summary}.")
    return redirect(url_for(".index"))


def _stash() -> Stash:
    return Stash(current_app.config["SETTINGS"].instance / "vorschau", current_user.id)


def _index(form: RosterFileForm, *, status: int = 200) -> Response:
    return render("committees/rosters/index.html", status=status, form=form, columns=COLUMNS)


def _faults(error: FaultyRosterError, name: str) -> Response:
    return render(
        "committees/rosters/faults.html", status=422, name=name, count=len(error.faults),
        faults=error.faults[:SHOWN_FAULTS], form=RosterFileForm(formdata=None),
    )  # fmt: skip


def _preview(found: RosterPlan, form: ConfirmRosterForm, name: str, *, status: int = 200) -> Response:
    if found.plan.is_empty:
        flash(f"„{name}“ ändert nichts: Alles ist schon so.", "info")
        return redirect(url_for(".index"))
    form.fingerprint.data = found.fingerprint
    return render("committees/rosters/preview.html", status=status, form=form, found=found, plan=found.plan)
