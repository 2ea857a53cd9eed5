"""Change the settings of the body."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from govern import files
from govern.actions.masking import LEAST_THRESHOLD
from govern.db import db
from govern.errors import Conflict, DomainError
from govern.people.models import Body, User

LOGO_MOST_BYTES = 1_000_000
FIELDS = (
    "name", "short_name", "sender_name", "sender_email", "imprint", "privacy_notice", "accessibility_status",
    "accessibility_contact", "accessibility_email", "accessibility_reviewed_on", "small_count_threshold",
    "rounds_counts", "publishes_matters",
    "publications_indexed", "order_remind_days", "order_escalate_days", "order_agenda_days",
)  # fmt: skip


def update_settings(body: Body, *, version: int, by: User, **settings: Any) -> None:
    """Keep the settings named in FIELDS. Raises Conflict when somebody saved since ``version``,
    DomainError when the threshold of small numbers is too low, or the days of late orders do not rise."""
    if body.version != version:
        raise Conflict("Die Einstellungen wurden inzwischen geändert.")
    if settings["small_count_threshold"] < LEAST_THRESHOLD:
        raise DomainError(f"Die kleinste ausgewiesene Zahl ist mindestens {LEAST_THRESHOLD}.",
                          field="small_count_threshold")  # fmt: skip
    if not 0 < settings["order_remind_days"] < settings["order_escalate_days"] < settings["order_agenda_days"]:
        raise DomainError("Die Tage müssen von Stufe zu Stufe steigen.", field="order_escalate_days")
    for field in FIELDS:
        setattr(body, field, settings[field])
    db.session.flush()


def replace_logo(body: Body, *, data: bytes, file_name: str, folder: Path, by: User) -> None:
    """Keep a new logo (PNG or JPG). Raises DomainError when it is something else, or larger than 1 MB."""
    if file_name.rsplit(".", 1)[-1].lower() not in ("png", "jpg", "jpeg"):
        raise DomainError("Bitte ein Bild als PNG oder JPG wählen.", field="logo")
    try:
        stored = files.keep(folder, data, file_name, most_bytes=LOGO_MOST_BYTES)
    except DomainError as error:
        raise DomainError(str(error), field="logo") from error
    _forget_logo(body, folder)
    body.logo_file = stored.stored_name
    db.session.flush()


def remove_logo(body: Body, *, folder: Path, by: User) -> None:
    """Show the product's name again instead of a logo."""
    _forget_logo(body, folder)
    body.logo_file = None
    db.session.flush()


def _forget_logo(body: Body, folder: Path) -> None:
    if body.logo_file is not None:
        files.forget(folder, [body.logo_file])
