"""Pages of organisations: the directory, one organisation, its forms, and the list to choose from."""

from __future__ import annotations

from flask import Blueprint, Response, request, url_for
from flask_login import current_user

from govern import access
from govern.errors import Conflict, DomainError
from govern.formats import today
from govern.people import policies
from govern.people.contributions import before_ending_organisation, organisation_sections
from govern.people.forms.choices import OrganisationChoiceField, OrganisationsChoiceField, choice_from_query
from govern.people.forms.organisations import EndForm, OrganisationFilterForm, OrganisationForm
from govern.people.models import Organisation
from govern.people.queries import organisations as queries
from govern.people.queries.history import list_history
from govern.people.services import organisations as services
from govern.web import flash, page_number, redirect, render, status_of

bp = Blueprint("organisations", __name__)


@bp.get("/organisationen")
@access.signed_in
def index() -> Response:
    """The directory of organisations, with search and filters."""
    form = OrganisationFilterForm(queries.list_used_kinds(current_user))
    number = page_number()
    found, total = queries.list_organisations(
        current_user, text=form.q.data or "", kind=form.art.data or "", with_ended=form.aufgeloest.data, page=number
    )
    return render(
        "people/organisations_index.html", fragment="people/_organisations_list.html", form=form, organisations=found,
        total=total, number=number, pages=-(-total // queries.PAGE_SIZE),
        counts=queries.count_organisations(current_user),
    )  # fmt: skip


@bp.get("/organisationen/auswahl")
@access.signed_in
def choose() -> Response:
    """The list of a field for choosing organisations, while somebody types."""
    return render("people/_choices.html", field=choice_from_query(OrganisationChoiceField, OrganisationsChoiceField))


@bp.get("/organisationen/<int:id>")
@access.requires(Organisation, policies.can_view_organisation, loads=queries.WITH_UNITS)
def detail(organisation: Organisation) -> Response:
    """One organisation: facts, units, persons, and what other parts of the product know of it."""
    sections = [contribute(current_user, organisation.id) for contribute in organisation_sections]
    return render(
        "people/organisations_detail.html", organisation=organisation,
        functions=queries.list_functions_in(current_user, organisation, today()), most=queries.PAGE_SIZE,
        sections=[section for section in sections if section is not None],
    )  # fmt: skip


@bp.get("/organisationen/<int:id>/verlauf")
@access.requires(Organisation, policies.can_view_organisation)
def history(organisation: Organisation) -> Response:
    """What was changed, by which function."""
    return render("people/directory_history.html", name=organisation.name, back=url_for(".detail", id=organisation.id),
                  above=("Organisationen", url_for(".index")),
                  entries=list_history("organisation", organisation.id))  # fmt: skip


@bp.route("/organisationen/neu", methods=["GET", "POST"])
@access.allowed(policies.can_keep_directory)
def create() -> Response:
    """Enter an organisation."""
    form = OrganisationForm()
    similar: list[Organisation] = []
    if form.validate_on_submit():
        try:
            made = services.create_organisation(current_user.body, **form.facts(), by=current_user)
            flash(f"{made.name} ist eingetragen.")
            return redirect(url_for(".detail", id=made.id))
        except DomainError as error:
            form.refuse(error)
            similar = getattr(error, "found", [])
    return _form_page(form, organisation=None, similar=similar)


@bp.route("/organisationen/<int:id>/bearbeiten", methods=["GET", "POST"])
@access.requires(Organisation, policies.can_edit_organisation)
def edit(organisation: Organisation) -> Response:
    """Correct an organisation; a stale save shows both versions."""
    form = OrganisationForm(obj=organisation)
    similar: list[Organisation] = []
    if form.validate_on_submit():
        try:
            services.update_organisation(organisation, version=form.based_on(), **form.facts(), by=current_user)
            flash("Die Änderungen sind gespeichert.")
            return redirect(url_for(".detail", id=organisation.id))
        except Conflict:
            differences = form.differences(OrganisationForm(formdata=None, obj=organisation))
            return _form_page(form, organisation=organisation, similar=[], conflict=differences)
        except DomainError as error:
            form.refuse(error)
            similar = getattr(error, "found", [])
    return _form_page(form, organisation=organisation, similar=similar)


@bp.route("/organisationen/<int:id>/aufloesen", methods=["GET", "POST"])
@access.requires(Organisation, policies.can_edit_organisation)
def end(organisation: Organisation) -> Response:
    """Note the last day of an organisation, or take that back."""
    form = EndForm(on=today())
    if request.form.get("zuruecknehmen"):
        services.resume_organisation(organisation, by=current_user)
        return redirect(url_for(".detail", id=organisation.id))
    if form.validate_on_submit():
        try:
            services.end_organisation(organisation, on=form.on.data, by=current_user)
            flash(f"{organisation.name} ist als aufgelöst eingetragen.")
            return redirect(url_for(".detail", id=organisation.id))
        except DomainError as error:
            form.refuse(error)
    hints = [hint for contribute in before_ending_organisation for hint in contribute(organisation)]
    hints += queries.accounts_left(organisation)
    return render("people/organisations_end.html", status=status_of(form), form=form,
                  organisation=organisation, hints=hints)  # fmt: skip


def _form_page(
    form: OrganisationForm, *, organisation: Organisation | None, similar: list[Organisation],
    conflict: list[tuple[str, str, str]] | None = None,
) -> Response:  # fmt: skip
    status = 409 if conflict is not None else status_of(form)
    return render("people/organisations_edit.html", status=status, form=form, organisation=organisation,
                  similar=similar, conflict=conflict)  # fmt: skip
