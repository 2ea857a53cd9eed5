"""Accounts as administrators keep them: invite, link, give roles, lock."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response
from flask_login import current_user

from govern import access
from govern.errors import Conflict, DomainError
from govern.people import policies
from govern.people.forms.accounts import (
    ROLE_HINTS,
    AccountFilter,
    ChangeAccountForm,
    InviteForm,
    RoleForm,
    filter_of,
)
from govern.people.models import Role, User
from govern.people.queries import accounts as queries
from govern.people.queries.history import list_history
from govern.people.services import accounts
from govern.web import flash, page_number, redirect, render, status_of

bp = Blueprint("administration", __name__, url_prefix="/konten")


@bp.get("")
@access.allowed(policies.can_administer)
def index() -> Response:
    """All accounts, to search and narrow down."""
    form = filter_of(AccountFilter)
    page = page_number()
    rows, total = queries.list_accounts(current_user, words=form.q.data or "", role=form.rolle.data or "", page=page)
    return render("people/accounts/index.html", fragment="people/accounts/_list.html", form=form, accounts=rows,
                  total=total, number=page, pages=max(1, -(-total // queries.PAGE_SIZE)))  # fmt: skip


@bp.route("/einladen", methods=["GET", "POST"])
@access.allowed(policies.can_administer)
def invite() -> Response:
    """Open an account and mail its person the link to set a password."""
    form = InviteForm()
    if form.validate_on_submit():
        try:
            account, _link = accounts.invite(current_user.body, by=current_user, **form.account_values())
        except DomainError as error:
            form.refuse(error)
        else:
            flash(f"Die Einladung an {account.email} ist im Postausgang.")
            return redirect(f"/konten/{account.id}")
    status = status_of(form)
    return render("people/accounts/invite.html", status=status, form=form, role_hints=ROLE_HINTS)


@bp.get("/<int:id>")
@access.requires(User, policies.can_edit_account)
def detail(account: User) -> Response:
    """One account with its roles and history."""
    return _detail(account, RoleForm())


@bp.route("/<int:id>/bearbeiten", methods=["GET", "POST"])
@access.requires(User, policies.can_edit_account)
def edit(account: User) -> Response:
    """Change address and person of an account."""
    form, conflict = _form(account), None
    if form.validate_on_submit():
        try:
            accounts.change_account(account, **form.values() | {"version": form.seen()})
        except Conflict:
            conflict = form.differences(_form(account, formdata=None))
        except DomainError as error:
            form.refuse(error)
        else:
            flash("Das Konto ist gespeichert.")
            return redirect(f"/konten/{account.id}")
    status = 409 if conflict is not None else status_of(form)
    return render("people/accounts/edit.html", status=status, form=form, account=account, conflict=conflict)


@bp.post("/<int:id>/rollen")
@access.requires(User, policies.can_edit_account)
def give_role(account: User) -> Response:
    """Give the account one more role."""
    form = RoleForm()
    if form.validate_on_submit():
        try:
            accounts.give_role(account, **form.role_values())
        except DomainError as error:
            form.refuse(error)
        else:
            flash(f"Die Rolle „{Role(form.role.data).label.split(' (')[0]}“ ist vergeben.")
            return redirect(f"/konten/{account.id}")
    return _detail(account, form, 422)


@bp.post("/<int:id>/rollen/<int:role_id>/entziehen")
@access.requires(User, policies.can_edit_account)
def remove_role(account: User, role_id: int) -> Response:
    """Take a role away."""
    return _do(account, lambda: accounts.remove_role(account, role_id), "Die Rolle ist entzogen.")


@bp.post("/<int:id>/sperren")
@access.requires(User, policies.can_edit_account)
def lock(account: User) -> Response:
    """Lock the account."""
    return _do(account, lambda: accounts.lock(account, by=current_user),
               "Das Konto ist gesperrt. Alle Anmeldungen damit sind beendet.")  # fmt: skip


@bp.post("/<int:id>/freigeben")
@access.requires(User, policies.can_edit_account)
def unlock(account: User) -> Response:
    """Let a locked account in again."""
    return _do(account, lambda: accounts.unlock(account), "Das Konto ist wieder freigegeben.")


@bp.post("/<int:id>/einladung")
@access.requires(User, policies.can_edit_account)
def resend_invitation(account: User) -> Response:
    """Mail a new invitation."""
    return _do(account, lambda: accounts.resend_invitation(account, by=current_user),
               "Eine neue Einladung ist im Postausgang. Der frühere Link gilt nicht mehr.")  # fmt: skip


def _do(account: User, change: Any, message: str) -> Response:
    try:
        change()
    except DomainError as error:
        return _detail(account, RoleForm(formdata=None), 422, str(error))
    flash(message)
    return redirect(f"/konten/{account.id}")


def _detail(account: User, form: RoleForm, status: int = 200, refusal: str | None = None) -> Response:
    return render(
        "people/accounts/detail.html", status=status, account=account, form=form, refusal=refusal,
        invitation=queries.find_open_invitation(account), history=list_history("user", account.id),
    )  # fmt: skip


def _form(account: User, **sent: Any) -> ChangeAccountForm:
    return ChangeAccountForm(obj=account, version=accounts.version_of(account), **sent)
