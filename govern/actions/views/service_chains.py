"""Pages of service chains: the list, one drawn and as a list, its earlier versions, and the form (E13)."""

from __future__ import annotations

from flask import Blueprint, Response, abort, request, url_for
from flask_login import current_user

from govern import access
from govern.actions import policies_planning as policies
from govern.actions.chain_drawings import draw_service_chain
from govern.actions.forms.service_chains import ChainForm
from govern.actions.masking import masking_note
from govern.actions.models import ServiceChain
from govern.actions.policies_gaps import counts_of_reports_are_open_to
from govern.actions.queries import service_chains as queries
from govern.actions.queries.vocabularies import known_names, terms_of
from govern.actions.services import service_chains as services
from govern.errors import Conflict, DomainError
from govern.web import flash, number_argument, page_number, redirect, render, status_of

bp = Blueprint("service_chains", __name__)


@bp.get("/dienstleistungsketten")
@access.signed_in
def index() -> Response:
    """All chains of the body."""
    return render("actions/service_chains/index.html", terms=terms_of(current_user.body),
                  found=queries.list_chains(current_user, page_number()),
                  may_describe=policies.can_describe_chains(current_user))  # fmt: skip


@bp.get("/dienstleistungsketten/<int:id>")
@access.requires(ServiceChain, policies.can_view_chain)
def detail(chain: ServiceChain) -> Response:
    """One chain: drawn, the same as a list, and its earlier versions."""
    version = queries.load_version(chain, number_argument("fassung")) or abort(404)
    versions = queries.list_versions(chain)
    is_newest = version.number == versions[0].number
    gaps = queries.gaps_along(current_user, version) if is_newest and version.is_in_use else {}
    is_masked = bool(gaps) and not counts_of_reports_are_open_to(current_user)
    return render(
        "actions/service_chains/detail.html", chain=chain, version=version, versions=versions, is_newest=is_newest,
        gaps=gaps, drawing=draw_service_chain(version, gaps), terms=terms_of(chain.body),
        note=masking_note(chain.body.small_count_threshold) if is_masked else None,
    )  # fmt: skip


@bp.route("/dienstleistungsketten/neu", methods=["GET", "POST"])
@access.allowed(policies.can_describe_chains)
def create() -> Response:
    """Describe a chain."""
    return _form_page(None)


@bp.route("/dienstleistungsketten/<int:id>/bearbeiten", methods=["GET", "POST"])
@access.requires(ServiceChain, policies.can_edit_chain)
def edit(chain: ServiceChain) -> Response:
    """Give a chain another version."""
    return _form_page(chain)


def _form_page(chain: ServiceChain | None) -> Response:
    version = queries.load_version(chain) if chain is not None else None
    form = ChainForm.of(version, terms_of(current_user.body), known_names(current_user.body))
    status = None
    if "add_station" in request.form:
        form.add_station()
    elif "add_interface" in request.form:
        form.add_interface()
    elif form.validate_on_submit():
        try:
            return redirect(url_for(".detail", id=_save(chain, form).id))
        except Conflict as error:
            form.refuse(error)
            form.version.data, status = str(version.number if version else 0), 409
        except DomainError as error:
            form.refuse(error)
    return render("actions/service_chains/edit.html", status=status or _status(form), form=form, chain=chain,
                  version=version)  # fmt: skip


def _save(chain: ServiceChain | None, form: ChainForm) -> ServiceChain:
    directory, wanted = queries.organisation_names(current_user), form.description()
    if chain is None:
        chain = services.describe_chain(wanted, directory, confirmation=form.confirmation(), by=current_user)
    else:
        services.change_chain(chain, wanted, directory, confirmation=form.confirmation(), version=form.based_on(),
                              by=current_user)  # fmt: skip
    flash("Die Kette ist gespeichert. Was vorher galt, bleibt lesbar.")
    return chain


def _status(form: ChainForm) -> int:
    is_growing = "add_station" in request.form or "add_interface" in request.form
    return 200 if is_growing else status_of(form)
