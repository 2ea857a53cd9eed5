"""The protective headers of every answer (D-13, D-14): nothing inline or foreign, nothing kept, nothing framed."""

from __future__ import annotations

from wsgiref.headers import Headers

from flask import Response, current_app, g

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "object-src 'none'"
)
HSTS = "max-age=31536000; includeSubDomains"


def protect(response: Response) -> Response:
    """Add the headers to a page, a refusal or a download; a download may bring a policy of its own."""
    headers = response.headers
    headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "same-origin"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
    headers["X-Frame-Options"] = "DENY"
    headers.setdefault("Cache-Control", "no-store")
    if "session_ends_at" in g:
        headers["X-Session-Ends"] = g.session_ends_at.isoformat()
    if not current_app.config["SETTINGS"].is_loopback:
        headers["Strict-Transport-Security"] = HSTS
    return response


def protect_static(headers: Headers, *, is_loopback: bool) -> None:
    """Add the headers to a static file."""
    headers["Content-Security-Policy"] = "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self' data:"
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "no-referrer"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    headers["X-Frame-Options"] = "DENY"
    if not is_loopback:
        headers["Strict-Transport-Security"] = HSTS
