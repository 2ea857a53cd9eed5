"""Signing in, staying signed in, signing out."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, make_response, request, session
from flask_login import current_user

from govern import access, audit
from govern.errors import DomainError, TooManyTries
from govern.people.forms.accounts import SignInForm
from govern.people.models import User
from govern.people.services import sessions, sign_ins
from govern.people.views import kept_inputs
from govern.web import redirect, render, safe_target

bp = Blueprint("accounts", __name__)

BROWSER_KEPT_FOR = 90 * 24 * 3600


@bp.route("/anmelden", methods=["GET", "POST"])
@access.public
def sign_in() -> Response:
    """The sign-in page."""
    form = SignInForm()
    target = safe_target(request.values.get("weiter"))
    status = 422
    if form.validate_on_submit():
        try:
            return _welcome(_proven_user(form), target, form.kept_input.data)
        except TooManyTries as error:
            form.refuse(error)
            status = 429
        except DomainError as error:
            form.refuse(error)
    elif request.method == "GET":
        if current_user.is_authenticated:
            return redirect(target)
        status = 200
    return render("people/sign_in.html", status=status, form=form, target=target, notice=None)


@bp.post("/anmelden/verlaengern")
@access.signed_in
def stay() -> Response:
    """Stay signed in: any request prolongs the session, this one does nothing else."""
    return make_response("", 204)


@bp.post("/abmelden")
@access.signed_in
def sign_out() -> Response:
    """End this session on the server and forget the cookie."""
    audit.record("signed_out", kind="user", object_id=current_user.id, label=current_user.email)
    sessions.end_session(session.get("_user_id", ""))
    person = current_user.id
    session.clear()
    session[kept_inputs.LAST_PERSON] = person
    response = redirect("/anmelden")
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def begin_session(user: User) -> None:
    """Start a new session for ``user``, with a new token and a new form token (D-02)."""
    session.clear()
    session["_user_id"] = sessions.start_session(user, user_agent=request.user_agent.string)
    session[kept_inputs.LAST_PERSON] = user.id


def _proven_user(form: SignInForm) -> User:
    return sign_ins.sign_in(
        form.email.data or "",
        form.password.data or "",
        network=request.remote_addr or "",
        known_browser=request.cookies.get(_browser_cookie(), ""),
        key=current_app.config["SETTINGS"].secret_key,
    )


def _welcome(user: User, target: str, kept_input: str | None) -> Response:
    begin_session(user)
    response = kept_inputs.offer_after_sign_in(user, kept_input) or redirect(target)
    settings = current_app.config["SETTINGS"]
    response.set_cookie(
        _browser_cookie(), sign_ins.remember_browser(user, settings.secret_key), max_age=BROWSER_KEPT_FOR, path="/",
        httponly=True, samesite="Lax", secure=not settings.is_loopback,
    )  # fmt: skip
    return response


def _browser_cookie() -> str:
    return "browser" if current_app.config["SETTINGS"].is_loopback else "__Host-browser"
