"""Setting a password without being signed in: through a link sent by mail."""

from __future__ import annotations

from flask import Blueprint, Response, request

from govern import access
from govern.errors import DomainError, TooManyTries
from govern.people.forms.accounts import ForgotForm, NewPasswordForm
from govern.people.queries.accounts import find_one_time_link
from govern.people.services import accounts, one_time_links
from govern.web import flash, redirect, render, status_of

bp = Blueprint("passwords", __name__, url_prefix="/passwort")


@bp.route("/vergessen", methods=["GET", "POST"])
@access.public
def forgot() -> Response:
    """Ask for a link; the answer is the same whether there is such an account or not."""
    form = ForgotForm()
    if form.validate_on_submit():
        try:
            one_time_links.request_reset(form.email.data, network=request.remote_addr or "")
        except TooManyTries as error:
            form.refuse(error)
            return render("people/forgot_password.html", status=429, form=form)
        return redirect("/passwort/unterwegs")
    return render("people/forgot_password.html", status=422 if form.errors else 200, form=form)


@bp.get("/unterwegs")
@access.public
def on_its_way() -> Response:
    """Say that a mail leaves if the address is known."""
    return render("people/link_sent.html")


@bp.route("/neu/<token>", methods=["GET", "POST"])
@access.by_token
def use_link(token: str) -> Response:
    """Set a password through a link of an invitation or reset; opening it uses nothing up."""
    link = find_one_time_link(token)
    if link is None:
        return render("people/link_void.html", status=404)
    form = NewPasswordForm()
    if form.validate_on_submit():
        try:
            accounts.use_one_time_link(token, form.password.data)
        except DomainError as error:
            form.refuse(error)
        else:
            flash("Ihr Passwort ist gesetzt. Melden Sie sich jetzt damit an.")
            return redirect("/anmelden")
    status = status_of(form)
    return render("people/new_password.html", status=status, form=form, account=link.user, purpose=link.purpose)
