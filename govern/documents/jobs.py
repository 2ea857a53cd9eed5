"""Daily jobs that need to know where files lie."""

from __future__ import annotations

from datetime import date

from flask import current_app

from govern.documents.importing.progress import NOTES, drop_stale
from govern.documents.services import imports


def drop_old_imports(day: date) -> None:
    """What was read in and neither saved nor thrown away is gone, with its pictures."""
    settings = current_app.config["SETTINGS"]
    imports.drop_old_imports(day, folder=settings.files)
    drop_stale(settings.instance / NOTES)
