"""Pages of agreements: the list, one agreement, its form, and which municipality or carrier has none."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request, url_for
from flask_login import current_user

from govern import access
from govern.documents import policies_agreements as policies
from govern.documents.contributions import sections_of_agreement
from govern.documents.exports import agreement_tables
from govern.documents.forms.agreements import AgreementFilterForm, AgreementForm, NewAgreementForm
from govern.documents.models import Agreement, AgreementKind, Concept, PartyRole
from govern.documents.policies_concepts import can_view_concept
from govern.documents.queries import agreements as queries
from govern.documents.queries.agreement_texts import is_comparable
from govern.documents.services import agreements as services
from govern.errors import Conflict, DomainError
from govern.formats import today
from govern.people.models import User
from govern.people.policies import can_coordinate
from govern.people.queries.history import list_history
from govern.web import Section, download, flash, number_argument, page_number, redirect, render, section, status_of

PAGES = "documents/agreements/"
bp = Blueprint("agreements", __name__)
SHOWN_FIRST = 10


@bp.get("/vereinbarungen")
@access.signed_in
def index() -> Response:
    """Agreements, as far as the reader may see them."""
    form, page = AgreementFilterForm(queries.list_parties(current_user)), page_number()
    form.validate()
    found, total = queries.list_agreements(current_user, form.wanted(), page=page)
    return render(PAGES + "index.html", fragment=PAGES + "_list.html", form=form, agreements=found, total=total,
                  number=page, pages=-(-total // queries.PAGE_SIZE), day=today(),
                  may_create=can_coordinate(current_user))  # fmt: skip


@bp.get("/vereinbarungen/liste.xlsx")
@access.signed_in
def listed() -> Response:
    """The same list as a workbook."""
    form = AgreementFilterForm(queries.list_parties(current_user))
    form.validate()
    rows = queries.list_for_file(current_user, form.wanted())
    return download(agreement_tables.list_xlsx(rows), "Vereinbarungen.xlsx", agreement_tables.XLSX)


@bp.get("/vereinbarungen/uebersicht")
@access.allowed(can_coordinate)
def coverage() -> Response:
    """Which municipality, or which carrier (`?wer=traeger`), has an agreement of which kind, and which has none."""
    carriers = _asks_for_carriers()
    lines = queries.coverage(carriers=carriers)
    return render(PAGES + "coverage.html", lines=lines, carriers=carriers, kinds=list(AgreementKind),
                  missing=[line for line in lines if line.has_none])  # fmt: skip


@bp.get("/vereinbarungen/uebersicht.xlsx")
@access.allowed(can_coordinate)
def coverage_file() -> Response:
    """The same overview as a workbook."""
    carriers = _asks_for_carriers()
    noun = "Träger" if carriers else "Kommune"
    data = agreement_tables.coverage_xlsx(queries.coverage(carriers=carriers), noun)
    name = f"Vereinbarungen_{'Traeger' if carriers else 'Kommunen'}.xlsx"
    return download(data, name, agreement_tables.XLSX)


@bp.get("/vereinbarungen/<int:id>")
@access.requires(Agreement, policies.can_view_agreement, loads=queries.WHOLE)
def detail(agreement: Agreement) -> Response:
    """One agreement: parties, states with their dates, texts, reviews."""
    concept, texts = agreement.concept, queries.list_texts(current_user, agreement)
    return render(
        PAGES + "detail.html", agreement=agreement, texts=texts, day=today(),
        is_comparable=is_comparable(current_user, agreement, texts),
        concept=concept if concept is not None and can_view_concept(current_user, concept) else None,
        is_near=policies.is_near(current_user, agreement), sections=sections_of_agreement(current_user, agreement),
        may_keep=policies.can_keep_agreement(current_user, agreement),
    )  # fmt: skip


@bp.get("/vereinbarungen/<int:id>/verlauf")
@access.requires(Agreement, policies.can_keep_agreement, loads=queries.WITH_PARTIES)
def history(agreement: Agreement) -> Response:
    """What was changed, by which function."""
    return render("people/directory_history.html", name=agreement.title, back=url_for(".detail", id=agreement.id),
                  above=("Vereinbarungen", url_for(".index")),
                  entries=list_history("agreement", agreement.id, include_restricted=True))  # fmt: skip


@bp.route("/vereinbarungen/neu", methods=["GET", "POST"])
@access.allowed(can_coordinate)
def create() -> Response:
    """Begin to keep an agreement; `?partei=` and `?art=` choose who takes part and what it is."""
    form = NewAgreementForm(**_preset()).offer(queries.list_concept_choices(current_user))
    if form.validate_on_submit():
        try:
            made = services.create_agreement(current_user.body, form.facts(), form.parties(), form.turn(),
                                             by=current_user)  # fmt: skip
            flash(f"„{made.title}“ ist angelegt. Nun folgt der Text.")
            return redirect(url_for(".detail", id=made.id))
        except DomainError as error:
            form.refuse(error)
    return render(PAGES + "edit.html", status=status_of(form), form=form, agreement=None, conflict=None)


@bp.route("/vereinbarungen/<int:id>/bearbeiten", methods=["GET", "POST"])
@access.requires(Agreement, policies.can_keep_agreement, loads=queries.WITH_PARTIES)
def edit(agreement: Agreement) -> Response:
    """Change what is known of an agreement; a stale save shows both versions."""
    form, differences = _form(agreement), None
    if form.validate_on_submit():
        try:
            services.update_agreement(agreement, form.facts(), form.parties(), version=form.seen(), by=current_user)
            flash("Die Änderungen sind gespeichert.")
            return redirect(url_for(".detail", id=agreement.id))
        except Conflict:
            differences = form.differences(_form(agreement, formdata=None))
        except DomainError as error:
            form.refuse(error)
    return render(PAGES + "edit.html", status=409 if differences is not None else status_of(form), form=form,
                  agreement=agreement, conflict=differences)  # fmt: skip


def agreements_of_organisation(user: User, organisation_id: int) -> Section | None:
    """The section „Vereinbarungen" of an institution's page; nothing if there is nothing to see."""
    found, has_more = queries.list_of_organisation(user, organisation_id, most=SHOWN_FIRST)
    if not found:
        return None
    return section("vereinbarungen", "Vereinbarungen", PAGES + "_organisation.html", agreements=found,
                   organisation_id=organisation_id, has_more=has_more, day=today())  # fmt: skip


def agreements_on_concept(user: User, concept: Concept) -> Section | None:
    """The section of a concept's page with the agreements that rest on it; nothing if there is nothing to see."""
    found = queries.list_of_concept(user, concept.id)
    if not found:
        return None
    return section("vereinbarungen", "Vereinbarungen, die darauf beruhen", PAGES + "_organisation.html",
                   agreements=found, has_more=False, day=today())  # fmt: skip


def _form(agreement: Agreement, **sent: Any) -> AgreementForm:
    ids = {f"{role.value}_ids": [p.organisation_id for p in agreement.parties if p.role is role] for role in PartyRole}
    form = AgreementForm(obj=agreement, version=services.version_of(agreement), **ids, **sent)
    return form.offer(queries.list_concept_choices(current_user), kept=agreement.concept_id)


def _preset() -> dict[str, Any]:
    party, kind = number_argument("partei"), request.args.get("art", "")
    known = {member.value for member in AgreementKind}
    is_passed_on = kind in (AgreementKind.PASS_ON_CONTRACT, AgreementKind.PASS_ON_NOTICE)
    chosen = {("recipient_ids" if is_passed_on else "partner_ids"): [party]} if party is not None else {}
    return {**chosen, **({"kind": AgreementKind(kind)} if kind in known else {})}


def _asks_for_carriers() -> bool:
    return request.args.get("wer") == "traeger"
