"""The page „Struktur“: the structure of the body from and into a file."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, url_for
from flask_login import current_user

from govern import access
from govern.committees.forms.structures import ConfirmStructureForm, StructureFileForm
from govern.committees.queries.structures import count_structure
from govern.committees.services import structures
from govern.committees.structure.exporting import exported_file
from govern.committees.structure.faults import FaultyStructureError
from govern.committees.structure.stash import Stash
from govern.errors import Conflict, NotFound
from govern.formats import today
from govern.people.policies import can_coordinate
from govern.web import download, flash, redirect, render

bp = Blueprint("structures", __name__)
SHOWN_FAULTS = 300


@bp.get("/struktur")
@access.allowed(can_coordinate)
def index() -> Response:
    """The counts of today, the download, and the way to a new file."""
    return _index(StructureFileForm())


@bp.get("/struktur/datei")
@access.allowed(can_coordinate)
def export() -> Response:
    """The structure of today as YAML."""
    text = exported_file()
    if text is None:
        raise NotFound("Hier ist noch keine Körperschaft angelegt.")
    return download(text.encode(), f"struktur-{today().isoformat()}.yaml", "application/yaml; charset=utf-8")


@bp.post("/struktur/vorschau")
@access.allowed(can_coordinate)
def preview() -> Response:
    """What a file would change, or what is wrong with it."""
    form = StructureFileForm()
    if not form.validate_on_submit():
        return _index(form, status=422)
    data = form.content
    try:
        found = structures.preview_structure(data)
    except FaultyStructureError as error:
        return _faults(error, form.file_name)
    if found.plan.is_empty:
        flash(f"„{form.file_name}“ ändert nichts: Alles ist schon so.", "info")
        return redirect(url_for(".index"))
    return _preview(found, ConfirmStructureForm(formdata=None, token=_stash().keep(data), effective_on=today()))


@bp.post("/struktur/uebernehmen")
@access.allowed(can_coordinate)
def take_over() -> Response:
    """Take over what the preview showed."""
    form = ConfirmStructureForm()
    data = _stash().find(form.token.data or "")
    if not form.validate_on_submit():
        return _preview(structures.preview_structure(data), form, status=422)
    try:
        plan = structures.take_over_structure(
            data, fingerprint=form.fingerprint.data, effective_on=form.effective_on.data, by=current_user
        )
    except Conflict as error:
        form.refuse(error)
        return _preview(structures.preview_structure(data), form, status=409)
    _stash().forget(form.token.data)
    flash(f"Die Datei ist übernommen: {plan.summary}.")
    return redirect(url_for(".index"))


def _stash() -> Stash:
    return Stash(current_app.config["SETTINGS"].instance / "vorschau", current_user.id)


def _index(form: StructureFileForm, *, status: int = 200) -> Response:
    return render("committees/structures/index.html", status=status, form=form, counts=count_structure())


def _faults(error: FaultyStructureError, name: str) -> Response:
    return render(
        "committees/structures/faults.html", status=422, name=name, count=len(error.faults),
        faults=error.faults[:SHOWN_FAULTS], form=StructureFileForm(formdata=None),
    )  # fmt: skip


def _preview(found: structures.Preview, form: ConfirmStructureForm, *, status: int = 200) -> Response:
    form.fingerprint.data = found.fingerprint
    return render("committees/structures/preview.html", status=status, form=form, plan=found.plan)
