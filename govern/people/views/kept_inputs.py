"""What somebody typed while their sign-in ended is not lost (C-15).

The sign-in page carries the words of the refused form, signed, in a hidden field. After the same person signed in, a
page offers to send them again. Nothing is sent without that press of a button, and the form's page checks everything
as usual. Works without scripts.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

from flask import Response, current_app, g, request, session, url_for
from flask_login import current_user
from itsdangerous import BadData, URLSafeTimedSerializer

from govern import access
from govern.people.forms.accounts import SignInForm
from govern.people.models import User
from govern.web import redirect, render, safe_target

LAST_PERSON = "last_person"
"""Key of the cookie: whose sign-in it was, to give typed words back to nobody else."""
KEPT_FOR = 7 * 24 * 3600
LONGEST = 1_000_000
NEVER_KEPT = ("csrf_token", "weiter", "kept_input")
SECRET_WORDS = ("password", "passwort", "token")
AGAIN = "Ihre Anmeldung ist abgelaufen. Ihre Eingaben sind noch da: Nach dem Anmelden können Sie sie absenden."


@dataclass(frozen=True)
class KeptInput:
    """The fields of a form that could not be sent, and where they belong."""

    path: str
    owner: int
    fields: list[list[str]]
    had_files: bool

    @property
    def texts(self) -> list[str]:
        """What was written in words, to read and copy."""
        return [value for _name, value in self.fields if len(value.strip()) >= 20 or " " in value.strip()]


def ask_to_sign_in(_error: Exception | None = None) -> Response:
    """Answer a form sent after the session ended: the sign-in page, with the words kept."""
    kept = _from_request()
    if kept is None:
        return redirect(url_for("accounts.sign_in", weiter=access.way_back()))
    form = SignInForm(formdata=None)
    form.kept_input.data = _serializer().dumps(asdict(kept))
    return render("people/sign_in.html", status=401, form=form, target=access.way_back(), notice=AGAIN)


def after_csrf_refusal() -> Response | None:
    """Answer a form whose token is stale because of a new sign-in elsewhere in this browser; None: not our case."""
    if request.headers.get("HX-Request") == "true" or not _is_same_origin():
        return None
    if request.endpoint == "accounts.sign_in":
        form = SignInForm()
        notice = "Die Seite war länger offen. Bitte melden Sie sich noch einmal an."
        return render("people/sign_in.html", status=400, form=form, target=safe_target(request.form.get("weiter")),
                      notice=notice)  # fmt: skip
    kept = _from_request()
    if kept is None:
        return None
    if not current_user.is_authenticated:
        return ask_to_sign_in()
    return _offer(kept, current_user, status=400) if kept.owner == current_user.id else None


def offer_after_sign_in(user: User, blob: str | None) -> Response | None:
    """The page that gives typed words back to ``user``; None if there are none, or they are somebody else's."""
    if not blob:
        return None
    try:
        kept = KeptInput(**_serializer().loads(blob, max_age=KEPT_FOR))
    except (BadData, TypeError):
        return None
    return _offer(kept, user) if kept.owner == user.id else None


def _offer(kept: KeptInput, user: User, status: int = 200) -> Response:
    g.pop("csrf_token", None)  # the page needs the token of the session just begun
    return render("people/kept_input.html", status=status, kept=kept, person=user)


def _from_request() -> KeptInput | None:
    owner = session.get(LAST_PERSON)
    if request.method != "POST" or not isinstance(owner, int) or request.endpoint is None:
        return None
    fields = [[name, value] for name, value in request.form.items(multi=True) if not _is_secret(name)]
    if not any(value.strip() for _name, value in fields) or sum(len(v) for _n, v in fields) > LONGEST:
        return None
    if any(word in request.path for word in SECRET_WORDS) or request.endpoint.startswith("accounts."):
        return None
    path = safe_target(request.full_path.rstrip("?"))
    return KeptInput(path, owner, fields, any(f.filename for f in request.files.values()))


def _is_secret(name: str) -> bool:
    return name in NEVER_KEPT or any(word in name.lower() for word in SECRET_WORDS)


def _is_same_origin() -> bool:
    # Without a valid token the browser itself must say that the form stood on a page of ours (D-08).
    origin = request.headers.get("Origin")
    if origin is not None:
        return origin in (current_app.config["SETTINGS"].base_url, request.host_url.rstrip("/"))
    return request.headers.get("Sec-Fetch-Site") == "same-origin"


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SETTINGS"].secret_key, salt="govern.kept_input")
