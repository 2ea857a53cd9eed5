"""The command `flask --app wsgi demo`: set up one county's demo where it is missing, say what to try, serve it."""

from __future__ import annotations

import logging
import socket
from typing import IO, Any
from urllib.parse import urlsplit

import click
import sqlalchemy as sa
import waitress
from flask import Flask, current_app
from flask.cli import with_appcontext
from flask_migrate import downgrade, upgrade

from govern import jobs
from govern.config import Settings
from govern.db import db
from govern.demo.counties import COUNTIES, County
from govern.demo.loading import holds_demo, load_demo
from govern.demo.persons import PASSWORD, days_since_loading, list_accounts
from govern.demo.year import upcoming_meeting
from govern.documents.models import ConceptAnnex, ConceptImage, Document
from govern.errors import DomainError
from govern.formats import date_short, today
from govern.meetings.models import Paper
from govern.people.models import Body

OLD_DAYS = 14
"""After so many days the example year no longer lies well around today."""


class Refusal(click.ClickException):
    """A German sentence on the terminal, and the exit status 1."""

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the sentence without an English word before it."""
        click.echo(self.message, file=file, err=file is None)


def _county(_context: click.Context, _parameter: click.Parameter, key: str) -> County:
    if key not in COUNTIES:
        raise Refusal(f"Einen Kreis „{key}“ gibt es hier nicht. Möglich sind: {', '.join(COUNTIES)}.")
    return COUNTIES[key]


@click.command("demo")
@click.option("--kreis", "county", default="dueren", show_default=True, metavar="KREIS", callback=_county,
              help="dueren, neuss, euskirchen, aachen oder paderborn")  # fmt: skip
@click.option("--renew", is_flag=True, help="Verwirft die Vorführung und lädt die Beispieldaten neu.")
@click.option("--nur-laden", "only_load", is_flag=True, help="Lädt die Beispieldaten, ohne den Server zu starten.")
@with_appcontext
def demo(county: County, renew: bool, only_load: bool) -> None:
    """Startet die Vorführung eines Kreises mit Beispieldaten."""
    settings: Settings = current_app.config["SETTINGS"]
    if not settings.is_loopback:
        raise Refusal("Die Vorführung läuft nur auf diesem Rechner: GOVERN_BASE_URL muss http://127.0.0.1 sein.")
    if not only_load:
        _need_free_port(settings)
    try:
        _prepare(county, settings, renew=renew)
    except DomainError as error:
        raise Refusal(str(error)) from None
    _introduce(county, settings)
    db.session.remove()
    if not only_load:
        _serve(settings)


def _prepare(county: County, settings: Settings, *, renew: bool) -> None:
    logging.getLogger("alembic").setLevel(logging.WARNING)
    if renew and sa.inspect(db.engine).has_table("body") and holds_demo(county):
        _throw_away(settings)
    upgrade()
    if not holds_demo(county):
        click.echo(f"Die Vorführung wird eingerichtet: {county.name} …")
        load_demo(county, settings, today=today())
        db.session.commit()
        return
    age = days_since_loading(today())
    if age >= OLD_DAYS:
        click.echo(f"Die Beispieldaten sind {age} Tage alt, Fristen passen nicht mehr zu heute. Neu laden (verwirft "
                   f"Ihre Änderungen): .venv/bin/flask --app wsgi demo --kreis {county.key} --renew")  # fmt: skip


def _throw_away(settings: Settings) -> None:
    click.echo("Alle Änderungen an der Vorführung gehen verloren.")
    if click.prompt("Neu laden? (ja/nein)", default="nein").strip().lower() not in ("ja", "j"):
        raise Refusal("Es wurde nichts geändert.")
    kept = (Paper.stored_name, Document.stored_name, ConceptAnnex.stored_name, ConceptImage.stored_name, Body.logo_file)
    stored = [name for column in kept for name in db.session.scalars(sa.select(column)) if name]
    db.session.remove()
    downgrade(revision="base")
    for name in stored:
        (settings.files / name).unlink(missing_ok=True)


def _introduce(county: County, settings: Settings) -> None:
    accounts = list_accounts()
    width = max(len(account.email) for account in accounts)
    click.echo(f"\nGovern · {county.name} · Beispieldaten\n\n  {settings.base_url}\n")
    click.echo(f"Konten (Passwort für alle: {PASSWORD})")
    for account in accounts:
        click.echo(f"  {account.email:<{width}}  {account.role}")
    click.echo("\nZuerst ausprobieren")
    for number, line in enumerate(_first_steps(county), start=1):
        click.echo(f"  {number}. {line}")


def _first_steps(county: County) -> list[str]:
    meeting = upcoming_meeting()
    name = f"{meeting.full_name} ({date_short(meeting.starts_at)})" if meeting else "Die nächste Sitzung"
    accounts = {account.email.split("@")[0]: account.email for account in list_accounts()}
    return [
        f"Als {accounts['koordination']} anmelden und öffnen: {name}",
        "Zwei Themen aus dem Speicher aufnehmen, einen Beschluss mit Unterlage anlegen, umsortieren, als DOCX laden",
        "Sitzung starten, Anwesenheit erfassen, jeden Punkt protokollieren, Beschlüsse und Arbeitsaufträge festhalten",
        "Sitzung schließen, Ergebnisprotokoll als DOCX und PDF laden, Beschlüsse und Arbeitsaufträge ansehen",
        f"Als {county.organisation_account} sehen, was eine Institution sieht; danach „Kalender abonnieren“",
    ]


def _need_free_port(settings: Settings) -> None:
    host, port = _address(settings)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            other = port + 1 if 1024 <= port < 65535 else 8000
            raise Refusal(f"Port {port} ist belegt oder nicht erlaubt. Ein anderer: make demo PORT={other}") from None


def _address(settings: Settings) -> tuple[str, int]:
    parts = urlsplit(settings.base_url)
    return parts.hostname or "127.0.0.1", parts.port or 80


def _serve(settings: Settings) -> None:
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    host, port = _address(settings)
    logging.getLogger("waitress").setLevel(logging.ERROR)
    click.echo("\nBeenden mit Strg+C")
    logging.getLogger("huey").setLevel(logging.WARNING)
    worker = jobs.Worker(app, is_embedded=True)
    worker.start()
    try:
        waitress.serve(app, host=host, port=port, threads=8, ident="Govern")
    finally:
        worker.stop(graceful=True)
    click.echo("\nDie Vorführung ist beendet; Ihre Änderungen bleiben erhalten.")
