"""Pages of persons: the directory, one person, their forms, and the list to choose from."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, request, url_for
from flask_login import current_user

from govern import access
from govern.errors import Conflict, DomainError
from govern.formats import today
from govern.people import policies
from govern.people.contributions import person_sections
from govern.people.forms.choices import PersonChoiceField, PersonsChoiceField, choice_from_query
from govern.people.forms.persons import FunctionForm, LeavingForm, PersonFilterForm, PersonForm
from govern.people.models import Person, PersonFunction
from govern.people.queries import persons as queries
from govern.people.queries.history import list_history
from govern.people.services import persons as services
from govern.web import flash, page_number, redirect, render, status_of

bp = Blueprint("persons", __name__)


@bp.get("/personen")
@access.signed_in
def index() -> Response:
    """The directory of persons, as far as the reader may see them."""
    form = PersonFilterForm()
    number = page_number()
    found, total = queries.list_persons(
        current_user, text=form.q.data or "", with_ended=form.ausgeschieden.data, page=number
    )
    return render(
        "people/persons_index.html", fragment="people/_persons_list.html", form=form, persons=found, total=total,
        number=number, pages=-(-total // queries.PAGE_SIZE), day=today(),
    )  # fmt: skip


@bp.get("/personen/auswahl")
@access.signed_in
def choose() -> Response:
    """The list of a field for choosing persons, while somebody types."""
    return render("people/_choices.html", field=choice_from_query(PersonChoiceField, PersonsChoiceField))


@bp.get("/personen/<int:id>")
@access.requires(Person, policies.can_view_person)
def detail(person: Person) -> Response:
    """One person: functions, contact data, seats."""
    sections = [contribute(current_user, person) for contribute in person_sections]
    return render(
        "people/persons_detail.html", person=queries.load_person(person), day=today(),
        sections=[section for section in sections if section is not None],
    )  # fmt: skip


@bp.get("/personen/<int:id>/verlauf")
@access.requires(Person, policies.can_view_person)
def history(person: Person) -> Response:
    """What was changed, by which function."""
    return render("people/directory_history.html", name=person.name, back=url_for(".detail", id=person.id),
                  above=("Personen", url_for(".index")), entries=list_history("person", person.id))  # fmt: skip


@bp.route("/personen/neu", methods=["GET", "POST"])
@access.allowed(policies.can_keep_directory)
def create() -> Response:
    """Enter a person; functions follow on the next page."""
    form = PersonForm()
    same: list[Person] = []
    if form.validate_on_submit():
        try:
            made = services.create_person(current_user.body, **form.facts(), by=current_user)
            flash(f"{made.name} ist eingetragen. Tragen Sie jetzt eine Funktion ein.")
            return redirect(url_for(".add_function", id=made.id))
        except DomainError as error:
            form.refuse(error)
            same = getattr(error, "found", [])
    return _form_page(form, person=None, same=same)


@bp.route("/personen/<int:id>/bearbeiten", methods=["GET", "POST"])
@access.requires(Person, policies.can_edit_person)
def edit(person: Person) -> Response:
    """Correct name and contact data; a stale save shows both versions."""
    form = PersonForm(obj=person)
    same: list[Person] = []
    if form.validate_on_submit():
        try:
            services.update_person(person, version=form.based_on(), **form.facts(), by=current_user)
            flash("Die Änderungen sind gespeichert.")
            return redirect(url_for(".detail", id=person.id))
        except Conflict:
            return _form_page(form, person=person, same=[],
                              conflict=form.differences(PersonForm(formdata=None, obj=person)))  # fmt: skip
        except DomainError as error:
            form.refuse(error)
            same = getattr(error, "found", [])
    return _form_page(form, person=person, same=same)


@bp.route("/personen/<int:id>/funktionen/neu", methods=["GET", "POST"])
@access.requires(Person, policies.can_edit_person)
def add_function(person: Person) -> Response:
    """Add a function; several at once are usual (B11)."""
    form = FunctionForm()
    if form.validate_on_submit():
        try:
            services.add_function(person, **form.facts(), by=current_user)
            flash("Die Funktion ist eingetragen.")
            return redirect(url_for(".detail", id=person.id))
        except DomainError as error:
            form.refuse(error)
    return render("people/persons_function.html", status=status_of(form), form=form, person=person, function=None,
                  conflict=None)  # fmt: skip


@bp.route("/personen/<int:id>/funktionen/<int:function_id>", methods=["GET", "POST"])
@access.requires(Person, policies.can_edit_person)
def edit_function(person: Person, function_id: int) -> Response:
    """Correct a function, or end it with its last day."""
    function = _function(person, function_id)
    form, conflict = _function_form(function), None
    if form.validate_on_submit():
        try:
            services.update_function(function, **form.facts(), version=form.seen(), by=current_user)
            flash("Die Funktion ist gespeichert.")
            return redirect(url_for(".detail", id=person.id))
        except Conflict:
            conflict = form.differences(_function_form(function, formdata=None))
        except DomainError as error:
            form.refuse(error)
    status = 409 if conflict is not None else status_of(form)
    return render("people/persons_function.html", status=status, form=form, person=person, function=function,
                  conflict=conflict)  # fmt: skip


@bp.route("/personen/<int:id>/ausscheiden", methods=["GET", "POST"])
@access.requires(Person, policies.can_edit_person)
def leave(person: Person) -> Response:
    """Note the last day of a person, or take that back."""
    form = LeavingForm(on=today())
    if request.form.get("zuruecknehmen"):
        services.note_return(person, by=current_user)
        return redirect(url_for(".detail", id=person.id))
    if form.validate_on_submit():
        try:
            services.note_leaving(person, on=form.on.data, by=current_user)
            flash(f"{person.name} ist als ausgeschieden eingetragen.")
            return redirect(url_for(".detail", id=person.id))
        except DomainError as error:
            form.refuse(error)
    return render("people/persons_leave.html", status=status_of(form), form=form, person=person)


def _function_form(function: PersonFunction, **sent: Any) -> FunctionForm:
    return FunctionForm(obj=function, version=services.version_of_function(function), **sent)


def _function(person: Person, identity: int) -> PersonFunction:
    found = next((function for function in person.functions if function.id == identity), None)
    return found or abort(404)


def _form_page(
    form: PersonForm, *, person: Person | None, same: list[Person], conflict: list[tuple[str, str, str]] | None = None
) -> Response:
    status = 409 if conflict is not None else status_of(form)
    return render("people/persons_edit.html", status=status, form=form, person=person, same=same, conflict=conflict)
