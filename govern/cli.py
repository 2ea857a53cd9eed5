"""Commands: `flask --app wsgi …`. Each package's commands are registered here."""

from __future__ import annotations

import logging
from datetime import datetime
from functools import wraps
from typing import Any

import click
from flask import Flask, current_app
from sqlalchemy.exc import OperationalError, ProgrammingError

from govern import jobs, search, search_merging
from govern.committees import commands as committees
from govern.db import db
from govern.delivery import deliver
from govern.demo.commands import demo
from govern.formats import today
from govern.meetings.commands import empty_trash_command, minutes_group
from govern.overview.commands import figures_group
from govern.people import commands as people
from govern.people.queries.accounts import find_body


def init_app(app: Flask) -> None:
    """Register every command."""
    for command in (send_mail, worker, daily, search_group, figures_group, people.accounts_group):
        _in_german(command)
        app.cli.add_command(command)
    app.cli.add_command(committees.structure)
    app.cli.add_command(demo)
    app.cli.add_command(empty_trash_command)
    app.cli.add_command(minutes_group)


def _in_german(command: click.Command) -> None:
    """Let ``command``, and what is below it, say in one German sentence that there is no database."""
    for below in command.commands.values() if isinstance(command, click.Group) else ():
        _in_german(below)
    run = command.callback
    if run is None:
        return

    @wraps(run)
    def guarded(*args: Any, **values: Any) -> Any:
        try:
            return run(*args, **values)
        except (OperationalError, ProgrammingError) as error:
            raise click.ClickException(
                "Die Datenbank ist nicht erreichbar oder noch nicht eingerichtet. Bitte GOVERN_DATABASE_URL prüfen und "
                "dann ausführen: .venv/bin/flask --app wsgi db upgrade"
            ) from error

    command.callback = guarded


@click.command("send-mail")
def send_mail() -> None:
    """Sendet jetzt, was im Postausgang wartet (ohne Worker)."""
    body = find_body()
    if body is not None and body.is_demo:
        raise click.ClickException(
            "Das ist eine Vorführung: Es werden keine Mails verschickt. Sie stehen auf der Seite „Postausgang“."
        )
    mail_url = current_app.config["SETTINGS"].mail_url
    if not mail_url:
        raise click.ClickException("GOVERN_MAIL_URL ist nicht gesetzt; es wurde nichts gesendet.")
    sent, failed = deliver(mail_url)
    click.echo(f"{sent} gesendet, {failed} nicht zugestellt.")


@click.command("worker")
def worker() -> None:
    """Sendet Mails und erledigt Fristen, bis er beendet wird (Strg+C)."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s: %(message)s")
    find_body()  # fails with one sentence where there is no database
    db.session.remove()
    if not current_app.config["SETTINGS"].mail_url:
        click.echo("GOVERN_MAIL_URL ist nicht gesetzt: Mails bleiben im Postausgang, Fristen werden erledigt.")
    jobs.Worker(current_app).run()


@click.command("daily")
@click.option("--tag", "day", type=click.DateTime(["%Y-%m-%d"]), help="für diesen Tag statt für heute")
def daily(day: datetime | None) -> None:
    """Erledigt, was einmal am Tag ansteht (ohne Worker); ein zweiter Aufruf am selben Tag ändert nichts."""
    done = jobs.run_daily(day.date() if day else today())
    click.echo("Erledigt: " + ", ".join(done) if done else "Für diesen Tag ist nichts mehr zu tun.")


@click.group("search")
def search_group() -> None:
    """Der Suchindex."""


@search_group.command("rebuild")
def rebuild() -> None:
    """Baut den Suchindex aus dem Bestand neu auf."""
    found = search.rebuild()
    db.session.commit()
    search_merging.put_together(today())
    click.echo(f"{sum(found.values())} Einträge: " + ", ".join(f"{kind} {number}" for kind, number in found.items()))
