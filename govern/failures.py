"""Pages for what went wrong: expected refusals with their sentence, everything else without a detail (D-21)."""

from __future__ import annotations

import logging
import secrets
from contextlib import suppress

import sqlalchemy as sa
from flask import Flask, Response, current_app, render_template, request
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from govern import audit
from govern.db import db
from govern.errors import Conflict, DomainError, NotFound, TooManyTries
from govern.people.views import kept_inputs

log = logging.getLogger("govern")

EXPIRED_FORM = "Das Formular war abgelaufen. Bitte laden Sie die Seite neu und senden Sie es noch einmal."

ERROR_TEXTS = {
    400: (
        "Das hat nicht geklappt",
        "Die Anfrage war unvollständig. Bitte gehen Sie zurück und versuchen Sie es erneut.",
    ),
    401: ("Bitte anmelden", "Für diese Seite müssen Sie angemeldet sein."),
    403: (
        "Dafür fehlt die Berechtigung",
        "Sie dürfen das ansehen, aber nicht ändern, oder es ist inzwischen schon geschehen: Laden Sie die Seite davor "
        "neu. Fragen Sie bei Bedarf die Koordination.",
    ),
    404: ("Seite nicht gefunden", "Diese Seite gibt es nicht, oder sie ist für Sie nicht sichtbar."),
    405: ("So geht es nicht", "Diese Adresse lässt sich so nicht aufrufen."),
    409: ("In der Zwischenzeit geändert", "Jemand anderes hat inzwischen gespeichert. Nichts wurde überschrieben."),
    413: ("Zu groß", "Die Dateien oder der Text sind zu groß."),
    429: ("Bitte etwas warten", "Das waren zu viele Versuche. Bitte versuchen Sie es in einigen Minuten erneut."),
    500: ("Das war unser Fehler", "Es ist ein Fehler aufgetreten. Nichts wurde gespeichert."),
    503: (
        "Gerade nicht erreichbar",
        "Govern ist im Augenblick nicht erreichbar. Bitte versuchen Sie es gleich erneut.",
    ),
}


def register(app: Flask) -> None:
    """Let every failure answer with a page of ours, after what was begun is rolled back."""
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(CSRFError, _csrf_error)
    app.register_error_handler(401, kept_inputs.ask_to_sign_in)
    app.register_error_handler(403, _forbidden)
    app.register_error_handler(TooManyTries, _too_many_tries)
    # Numbers beyond the database's integers and signs it cannot store: nonsense that got past a form.
    app.register_error_handler(sa.exc.DataError, lambda _e: _after_rollback(400, None))
    app.register_error_handler(OverflowError, lambda _e: _after_rollback(400, None))
    app.register_error_handler(StaleDataError, lambda _e: _after_rollback(409, None))
    app.register_error_handler(Conflict, lambda e: _after_rollback(409, str(e)))
    app.register_error_handler(NotFound, lambda e: _after_rollback(404, str(e)))
    app.register_error_handler(DomainError, lambda e: _after_rollback(422, str(e)))
    app.register_error_handler(Exception, _server_error)


def _http_error(error: HTTPException) -> Response:
    if error.response is not None:
        return error.response  # type: ignore[return-value]
    if isinstance(getattr(error, "original_exception", None), OperationalError):
        return _static_error_page(503, None)  # even the error page found no database
    response = _error_page(error.code or 500, None)
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After"):
            response.headers[name] = value
    return response


def _csrf_error(_error: CSRFError) -> Response:
    return kept_inputs.after_csrf_refusal() or _error_page(400, EXPIRED_FORM)


def _forbidden(_error: HTTPException) -> Response:
    user = current_user if current_user.is_authenticated else None
    audit.record_refusal("refused", kind="access", label=f"{request.method} {request.path}", user=user)
    return _error_page(403, None)


def _too_many_tries(error: TooManyTries) -> Response:
    response = _after_rollback(429, str(error))
    response.headers["Retry-After"] = str(error.seconds)
    return response


def _after_rollback(code: int, message: str | None) -> Response:
    db.session.rollback()
    return _error_page(code, message)


def _server_error(error: Exception) -> Response:
    error_id = secrets.token_hex(4)
    log.exception("error %s at %s", error_id, request.endpoint)
    with suppress(SQLAlchemyError):
        db.session.rollback()
    return _static_error_page(503 if isinstance(error, OperationalError) else 500, error_id)


def _static_error_page(code: int, error_id: str | None) -> Response:
    # Rendered without what pages know of person and body: the database may be the very thing that fails.
    page = current_app.jinja_env.get_template(f"errors/{code}.html")
    return Response(page.render(error_id=error_id), code, mimetype="text/html")


def _error_page(code: int, message: str | None) -> Response:
    if code in (500, 503):
        return _static_error_page(code, None)
    title, default = ERROR_TEXTS.get(code, ERROR_TEXTS[400])
    html = render_template([f"errors/{code}.html", "errors/error.html"], code=code, title=title,
                           message=message or default, error_id=None)  # fmt: skip
    return Response(html, code, mimetype="text/html")
