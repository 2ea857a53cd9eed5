"""Who may do what: policies are plain functions, views name the one they need, no view goes without."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, TypeVar

from flask import Flask, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.orm.interfaces import ORMOption

from govern.db import Base, db

View = TypeVar("View", bound=Callable[..., Any])
Policy = Callable[[Any, Any], bool]
PolicyT = TypeVar("PolicyT", bound=Policy)


def presumes(visible: Policy) -> Callable[[PolicyT], PolicyT]:
    """Mark a policy as stricter than ``visible``: who may not see the object gets 404, who may not do this 403."""

    def decorate(policy: PolicyT) -> PolicyT:
        policy.presumes = visible  # type: ignore[attr-defined]
        return policy

    return decorate


def public(view: View) -> View:
    """Anyone may see this page, signed in or not."""
    view.access_rule = "public"  # type: ignore[attr-defined]
    return view


def by_token(view: View) -> View:
    """The address itself is the key (feed, guest link, one-time link); the view checks the token and answers 404."""
    view.access_rule = "token"  # type: ignore[attr-defined]
    return view


def reader() -> Any:
    """Whoever asks, the account itself: `current_user` looks it up anew with every attribute that is read."""
    return current_user._get_current_object()


def signed_in(view: Callable[..., Any]) -> Callable[..., Any]:
    """Every signed-in person may use this page; what it lists comes from `viewable_by(user)`."""

    @wraps(view)
    def wrapper(**values: Any) -> Any:
        if not current_user.is_authenticated:
            return to_sign_in()
        return view(**values)

    wrapper.access_rule = "signed_in"  # type: ignore[attr-defined]
    return wrapper


def allowed(policy: Callable[[Any], bool]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Signed-in persons for whom ``policy(user)`` holds may use this page; others get 403."""

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def wrapper(**values: Any) -> Any:
            user = reader()
            if not user.is_authenticated:
                return to_sign_in()
            if not policy(user):
                abort(403)
            return view(**values)

        wrapper.access_rule = _name(policy)  # type: ignore[attr-defined]
        return wrapper

    return decorate


def requires(
    model: type[Base], policy: Policy, *, parameter: str = "id", loads: Sequence[ORMOption] = ()
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Load ``<int:parameter>`` as ``model`` and let the view run only if ``policy(user, object)`` agrees.

    The view gets the object as first argument. Missing or not visible: 404; visible but forbidden: 403.
    ``loads``: what the page needs along with the object, in the same statement.
    """

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def wrapper(**values: Any) -> Any:
            user = reader()
            if not user.is_authenticated:
                return to_sign_in()
            obj = _load(model, values.pop(parameter), loads)
            visible = getattr(policy, "presumes", policy)
            if obj is None or not visible(user, obj):
                abort(404)
            if not policy(user, obj):
                abort(403)
            return view(obj, **values)

        wrapper.access_rule = _name(policy)  # type: ignore[attr-defined]
        wrapper.access_model = model  # type: ignore[attr-defined]
        wrapper.access_parameter = parameter  # type: ignore[attr-defined]
        return wrapper

    return decorate


def to_sign_in() -> ResponseReturnValue:
    """Send an anonymous visitor to the sign-in page and back afterwards; htmx moves the whole window (401).

    A form that was filled in answers 401 itself: its page asks to sign in and keeps what was typed (C-15).
    """
    target = url_for("accounts.sign_in", weiter=way_back())
    if request.headers.get("HX-Request") == "true":
        return "", 401, {"HX-Redirect": target}
    if request.method == "POST" and request.form:
        abort(401)
    return redirect(target, 303)


def check_every_view_has_a_rule(app: Flask) -> None:
    """Refuse to start when a view forgot to say who may use it."""
    open_views = [e for e, view in app.view_functions.items() if not hasattr(view, "access_rule")]
    if open_views:
        raise RuntimeError(f"Views without an access rule: {', '.join(sorted(open_views))}")


def way_back() -> str:
    """The path of the page from which this request came, or of the page it asked for."""
    if request.headers.get("HX-Request") == "true" or request.method != "GET":
        from_page = request.headers.get("HX-Current-URL") or request.referrer or ""
        host = request.host_url
        return "/" + from_page[len(host) :] if from_page.startswith(host) else "/"
    return request.full_path.rstrip("?")


def _load(model: type[Base], identity: Any, loads: Sequence[ORMOption]) -> Any:
    # PostgreSQL refuses numbers beyond its integers, SQLite those beyond 2^63; nothing can have such an id.
    if isinstance(identity, int) and identity >= 2**31:
        return None
    return db.session.get(model, identity, options=loads or None, populate_existing=bool(loads))


def _name(policy: Callable[..., bool]) -> str:
    return f"{policy.__module__}.{policy.__qualname__}"
