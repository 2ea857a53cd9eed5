"""Daily jobs that need to know where files lie."""

from __future__ import annotations

from datetime import date

from flask import current_app

from govern.documents.services import imports


def drop_old_imports(day: date) -> None:
    """What was read in and neither saved nor thrown away is gone, with its pictures."""
    imports.drop_old_imports(day, folder=current_app.config["SETTINGS"].files)
