"""Commands about figures."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from govern.db import db
from govern.formats import count
from govern.overview.services.kept_figures import recount

figures_group = AppGroup("figures", help="Zahlen der Seite „Auswertung“.")


@figures_group.command("recount")
def recount_command() -> None:
    """Zählt alles neu, was die Auswertung mitführt, und sagt, was davon abwich.

    Ausgang 0: Die mitgeführten Zahlen stimmten. Ausgang 1: Es gab Abweichungen; sie sind jetzt behoben.
    """
    differed = recount()
    db.session.commit()
    lines = (("Meldungen", differed.reports), ("Arbeitsaufträge", differed.orders), ("Wege der Lücken", differed.ways))
    for name, amount in lines:
        click.echo(f"{name}: {count(amount, 'Zahl', 'Zahlen')} berichtigt." if amount else f"{name}: stimmt.")
    if any(amount for _name, amount in lines):
        raise SystemExit(1)
