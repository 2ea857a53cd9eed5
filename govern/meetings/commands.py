"""Commands about meetings."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import with_appcontext

from govern.db import db
from govern.formats import count
from govern.meetings.services.meetings import empty_trash


@click.command("empty-trash")
@with_appcontext
def empty_trash_command() -> None:
    """Löscht endgültig, was länger als 30 Tage im Papierkorb liegt (für einen Zeitgeber)."""
    number = empty_trash(current_app.config["SETTINGS"].files)
    db.session.commit()
    click.echo(f"{count(number, 'Sitzung', 'Sitzungen')} endgültig gelöscht.")
