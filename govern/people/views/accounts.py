"""Signing in and out."""

from __future__ import annotations

from flask import Blueprint, Response, request, session

from govern import access
from govern.people.forms.accounts import SignInForm
from govern.people.queries import accounts as queries
from govern.people.services import sessions
from govern.web import redirect, render, safe_target

bp = Blueprint("accounts", __name__)


@bp.route("/anmelden", methods=["GET", "POST"])
@access.public
def sign_in() -> Response:
    """The sign-in page."""
    form = SignInForm()
    target = safe_target(request.values.get("weiter"))
    if form.validate_on_submit():
        user = queries.find_user_by_email(form.email.data)
        if sessions.verify_password(user, form.password.data) and user is not None and user.is_active:
            session.clear()
            session["_user_id"] = sessions.start_session(user, user_agent=request.user_agent.string)
            return redirect(target)
        form.form_errors.append("E-Mail-Adresse oder Passwort stimmen nicht.")
    return render(
        "people/sign_in.html", status=422 if form.errors or form.form_errors else 200, form=form, target=target
    )


@bp.post("/abmelden")
@access.signed_in
def sign_out() -> Response:
    """End this session on the server and forget the cookie."""
    sessions.end_session(session.get("_user_id", ""))
    session.clear()
    response = redirect("/anmelden")
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response
