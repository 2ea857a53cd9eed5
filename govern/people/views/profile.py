"""One's own account: who I am here, my password, the browsers I am signed in with."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, g, request
from flask_login import current_user

from govern import access
from govern.errors import DomainError, TooManyTries
from govern.people.forms.accounts import ChangePasswordForm
from govern.people.queries.accounts import list_browser_sessions
from govern.people.services import accounts, sessions
from govern.people.views.accounts import begin_session
from govern.web import flash, redirect, render

bp = Blueprint("profile", __name__, url_prefix="/profil")


@bp.get("")
@access.signed_in
def show() -> Response:
    """The page „Mein Profil"."""
    return _page(ChangePasswordForm())


@bp.post("/passwort")
@access.signed_in
def change_password() -> Response:
    """Change the own password; every other session ends, this browser gets a new one."""
    form, user, status = ChangePasswordForm(), current_user._get_current_object(), 422
    if form.validate_on_submit():
        try:
            accounts.change_password(
                user, old=form.old_password.data, new=form.password.data, network=request.remote_addr or ""
            )
        except TooManyTries as error:
            form.refuse(error)
            status = 429
        except DomainError as error:
            form.refuse(error)
        else:
            begin_session(user)
            flash("Ihr Passwort ist geändert. Andere Anmeldungen mit Ihrem Konto sind beendet.")
            return redirect("/profil")
    return _page(form, status)


@bp.post("/anmeldungen/<int:id>/beenden")
@access.signed_in
def end_session(id: int) -> Response:
    """End one's own session in another browser."""
    sessions.end_session_by_id(current_user, id)
    flash("Die Anmeldung ist beendet.")
    return redirect("/profil")


def _page(form: ChangePasswordForm, status: int = 200, **values: Any) -> Response:
    return render("people/profile.html", status=status, form=form, sessions=list_browser_sessions(current_user),
                  this_session=g.get("browser_session_id"), **values)  # fmt: skip
