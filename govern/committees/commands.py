"""Commands: `flask --app wsgi structure check|import|export`."""

from __future__ import annotations

import sys
from datetime import date, datetime
from pathlib import Path
from typing import NoReturn

import click
import sqlalchemy as sa
from flask.cli import with_appcontext

from govern.committees.models import Committee
from govern.committees.structure.entries import Structure
from govern.committees.structure.exporting import exported_file
from govern.committees.structure.faults import FaultyStructureError
from govern.committees.structure.importing import import_structure, read_for_body
from govern.committees.structure.nodes import MAX_BYTES
from govern.committees.structure.plans import Plan
from govern.committees.structure.reading import read_structure
from govern.db import db
from govern.errors import DomainError
from govern.formats import today

structure = click.Group("structure", help="Strukturdateien prüfen, übernehmen und ausgeben.")


@structure.command("check")
@click.argument("file", metavar="DATEI")
def check(file: str) -> None:
    """Prüft eine Strukturdatei, ohne etwas zu ändern."""
    try:
        found = read_structure(_read(file))
    except FaultyStructureError as error:
        _refuse(file, error)
    click.echo(f"{file}: kein Fehler. {_contents(found)}")


@structure.command("import")
@click.argument("file", metavar="DATEI")
@click.option("--am", "effective_on", metavar="TT.MM.JJJJ", default=None,
              help="Tag, an dem endet, was in der Datei fehlt; ohne Angabe heute.")  # fmt: skip
@with_appcontext
def import_file(file: str, effective_on: str | None) -> None:
    """Übernimmt eine Strukturdatei; bei einem Fehler bleibt alles, wie es war."""
    data = _read(file)
    _need_tables()
    try:
        plan = import_structure(read_for_body(data), effective_on=_day(effective_on))
    except FaultyStructureError as error:
        db.session.rollback()
        _refuse(file, error)
    except DomainError as error:
        db.session.rollback()
        raise click.ClickException(f"Nichts wurde übernommen. {error}") from error
    db.session.commit()
    _tell(file, plan)


@structure.command("export")
@with_appcontext
def export() -> None:
    """Gibt den heutigen Stand als Strukturdatei aus."""
    _need_tables()
    text = exported_file()
    if text is None:
        raise click.ClickException("Hier ist noch keine Körperschaft angelegt; es gibt nichts auszugeben.")
    sys.stdout.buffer.write(text.encode())


def _read(file: str) -> bytes:
    try:
        with Path(file).open("rb") as opened:
            return opened.read(MAX_BYTES + 1)
    except OSError:
        raise click.ClickException(f"„{file}“ gibt es nicht oder lässt sich nicht lesen.") from None


def _refuse(file: str, error: FaultyStructureError) -> NoReturn:
    for fault in error.faults:
        click.echo(fault.text(file), err=True)
    count = len(error.faults)
    click.echo(f"{'Ein Fehler' if count == 1 else f'{count} Fehler'}. Es wurde nichts geändert.", err=True)
    sys.exit(1)


def _need_tables() -> None:
    try:
        is_ready = sa.inspect(db.engine).has_table(Committee.__tablename__)
    except sa.exc.OperationalError:
        raise click.ClickException("Die Datenbank ist nicht erreichbar.") from None
    if not is_ready:
        raise click.ClickException(
            "Die Datenbank ist noch nicht eingerichtet. Bitte zuerst ausführen: .venv/bin/flask --app wsgi db upgrade"
        )


def _day(text: str | None) -> date:
    for form in ("%d.%m.%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(text, form).date() if text else today()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    raise click.ClickException(f"„{text}“ ist kein Tag. Bitte wie 26.05.2026 angeben.")


def _contents(found: Structure) -> str:
    seats = sum(len(committee.seats) for committee in found.committees)
    versions = sum(len(concept.versions) for concept in found.concepts)
    return (
        f"{found.body.name}: {len(found.municipalities)} Kommunen, {len(found.organisations)} Organisationen, "
        f"{len(found.committees)} Gremien, {seats} Sitze, {len(found.concepts)} Konzepte, {versions} Fassungen."
    )


def _tell(file: str, plan: Plan) -> None:
    if plan.is_empty:
        click.echo(f"{file}: Alles war schon so. Es wurde nichts geändert.")
        return
    click.echo(f"{file}: übernommen ({plan.summary}).")
    for step in plan.steps:
        within = f" ({step.within})" if step.within else ""
        changes = "; ".join(f"{change.label}: {change.before} → {change.after}" for change in step.changes)
        click.echo(f"  {step.action.label}: {step.noun} „{step.name}“{within}{f': {changes}' if changes else ''}")
