"""„Rundmails": write to the members of committees, see what was sent, take a list of addresses as a file."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, request, url_for
from flask_login import current_user

from govern import access
from govern.committees import policies
from govern.committees.forms.list_mails import ListMailForm
from govern.committees.models import Committee, ListMail
from govern.committees.queries import list_mails as queries
from govern.committees.queries.addresses import HOLDERS_AND_DEPUTIES, addresses_of
from govern.committees.queries.names import committee_names
from govern.committees.rosters.addresses import addresses_csv, addresses_xlsx
from govern.committees.services import list_mails as services
from govern.errors import Conflict, DomainError
from govern.files import TYPES
from govern.formats import count, today
from govern.people.mails import sender
from govern.web import download, flash, page_number, redirect, render

bp = Blueprint("list_mails", __name__)


@bp.get("/rundmails")
@access.allowed(policies.can_write_list_mails)
def index() -> Response:
    """What was sent to lists, newest first."""
    page = page_number()
    mails, total = queries.list_list_mails(current_user, page)
    return render("committees/list_mails/index.html", mails=mails, total=total, number=page,
                  pages=max(1, -(-total // queries.PAGE_SIZE)))  # fmt: skip


@bp.get("/rundmails/<int:id>")
@access.requires(ListMail, policies.can_view_list_mail)
def detail(list_mail: ListMail) -> Response:
    """One mail to lists, and what became of it at each recipient."""
    return render("committees/list_mails/detail.html", list_mail=queries.load_list_mail(list_mail))


@bp.route("/rundmails/neu", methods=["GET", "POST"])
@access.allowed(policies.can_write_list_mails)
def create() -> Response:
    """Write; the first sending shows exactly who gets it, the second sends."""
    form = _form()
    if not form.is_submitted():
        form.committee_ids.data = [int(i) for i in request.args.getlist("gremium") if i.isdigit()]
        return render("committees/list_mails/edit.html", form=form)
    if not form.validate():
        return render("committees/list_mails/edit.html", form=form, status=422)
    try:
        return _send(form) if "senden" in request.form else _preview(form)
    except Conflict as error:
        return _preview(form, notice=str(error), status=409)
    except DomainError as error:
        form.refuse(error, "committee_ids")
        return render("committees/list_mails/edit.html", form=form, status=422)


@bp.get("/gremien/<int:id>/verteiler.xlsx")
@access.requires(Committee, policies.can_write_to)
def addresses_as_xlsx(committee: Committee) -> Response:
    """The addresses of members and deputies of today as XLSX."""
    found = addresses_of([committee], today(), HOLDERS_AND_DEPUTIES)
    return download(addresses_xlsx(committee.name, found), f"verteiler-{committee.id}.xlsx", TYPES["xlsx"])


@bp.get("/gremien/<int:id>/verteiler.csv")
@access.requires(Committee, policies.can_write_to)
def addresses_as_csv(committee: Committee) -> Response:
    """The addresses of members and deputies of today as CSV."""
    found = addresses_of([committee], today(), HOLDERS_AND_DEPUTIES)
    return download(addresses_csv(found), f"verteiler-{committee.id}.csv", TYPES["csv"])


def _form() -> ListMailForm:
    may = [(i, name) for i, name in committee_names(current_user) if policies.is_office(current_user, i)]
    return ListMailForm().offer(may, with_case_managers=policies.can_write_to_case_managers(current_user))


def _chosen(form: ListMailForm) -> tuple[list[Committee], list[queries.Recipient]]:
    committees = queries.committees_of(form.committee_ids.data or [], current_user)
    services.check_lists(committees, to_case_managers=form.goes_to_case_managers, by=current_user)
    return committees, queries.list_recipients(committees, today(), with_deputies=bool(form.with_deputies.data),
                                               to_case_managers=form.goes_to_case_managers)  # fmt: skip


def _preview(form: ListMailForm, *, notice: str | None = None, status: int = 200) -> Response:
    _committees, recipients = _chosen(form)
    form.shown.data = queries.fingerprint_of(recipients)
    return render("committees/list_mails/edit.html", form=form, recipients=recipients, notice=notice,
                  sender=sender(current_user.body), status=status)  # fmt: skip


def _send(form: ListMailForm) -> Response:
    committees, recipients = _chosen(form)
    sent = services.send_list_mail(
        committees, recipients, subject=form.subject.data or "", text=form.text.data or "",
        with_deputies=bool(form.with_deputies.data), to_case_managers=form.goes_to_case_managers,
        shown=form.shown.data or "", sender=sender(current_user.body), host=current_app.config["SETTINGS"].host,
        by=current_user,
    )  # fmt: skip
    number = sum(1 for r in recipients if r.address)
    flash(f"Die Rundmail an {count(number, 'Adresse', 'Adressen')} liegt im Postausgang.")
    return redirect(url_for(".detail", id=sent.id))
