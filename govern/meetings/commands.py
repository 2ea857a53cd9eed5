"""Commands about meetings."""

from __future__ import annotations

from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext

from govern.db import db
from govern.formats import count, today
from govern.meetings.exports.minutes_files import compare, digest_in
from govern.meetings.minutes_content import as_json, places_that_differ
from govern.meetings.models import Meeting
from govern.meetings.queries.minutes_contents import content_of_version, whole_contents
from govern.meetings.queries.minutes_versions import find_by_digest, is_intact, latest_version
from govern.meetings.services.meetings import empty_trash
from govern.meetings.services.minutes_life import approve_due


@click.command("empty-trash")
@with_appcontext
def empty_trash_command() -> None:
    """Löscht endgültig, was länger als 30 Tage im Papierkorb liegt (für einen Zeitgeber)."""
    number = empty_trash(current_app.config["SETTINGS"].files)
    db.session.commit()
    click.echo(f"{count(number, 'Sitzung', 'Sitzungen')} endgültig gelöscht.")


minutes_group = AppGroup("minutes", help="Protokolle: Fristen und Prüfsummen.")


@minutes_group.command("approve")
def approve_command() -> None:
    """Genehmigt Protokolle, deren Einwendungsfrist ohne offene Einwendung abgelaufen ist (für einen Zeitgeber)."""
    approved = approve_due(today())
    db.session.commit()
    click.echo(f"{count(len(approved), 'Protokoll', 'Protokolle')} durch Fristablauf genehmigt.")


@minutes_group.command("verify")
@click.argument("file_or_hash", metavar="DATEI_ODER_PRÜFSUMME")
@click.option(
    "--meeting", "meeting_id", type=int, required=True, metavar="N", help="Nummer der Sitzung in ihrer Adresse."
)
def verify_command(file_or_hash: str, meeting_id: int) -> None:
    """Prüft, ob ein Protokoll (DOCX, PDF oder seine Prüfsumme) eine festgehaltene Fassung ist.

    Die Datei muss genau das Dokument sein, das Govern aus dieser Fassung erzeugt. Ausgang 0: bestätigt, 1: nicht.
    """
    meeting = db.session.get(Meeting, meeting_id)
    if meeting is None:
        raise click.ClickException(f"Es gibt keine Sitzung {meeting_id}.")
    path = Path(file_or_hash)
    data = path.read_bytes() if path.is_file() else None
    digest = digest_in(data) if data is not None else digest_in(file_or_hash.encode())
    if digest is None:
        raise click.ClickException("Darin steht keine Prüfsumme (64 Zeichen 0–9, a–f) eines Protokolls aus Govern.")
    version = find_by_digest(meeting, digest)
    if version is None:
        raise click.ClickException(f"Keine Fassung dieses Protokolls trägt die Prüfsumme {digest}.")
    part = "vollständig" if digest == version.sha256 else "öffentlicher Teil"
    click.echo(f"Sitzung: {meeting.full_name}")
    click.echo(f"Fassung {version.number}, {version.kind.label}, {part}: SHA-256 {digest}")
    if not is_intact(version):
        raise click.ClickException("Der festgehaltene Inhalt passt nicht mehr zu seiner Prüfsumme: Er wurde verändert.")
    click.echo("Der festgehaltene Inhalt hat noch diese Prüfsumme.")
    if data is not None:
        content = content_of_version(version, is_full=digest == version.sha256)
        if not compare(data, content, folder=current_app.config["SETTINGS"].office_templates):
            raise click.ClickException(
                "Die Datei trägt diese Prüfsumme, sagt aber nicht dasselbe wie das Dokument, das Govern aus dieser "
                "Fassung erzeugt: Sie wurde verändert oder stammt von einer anderen Programmfassung oder Vorlage."
            )
        click.echo("Die Datei ist das Dokument, das Govern aus dieser Fassung erzeugt.")
    latest = latest_version(meeting)
    if latest is not None and latest.id != version.id:
        click.echo(f"Hinweis: Es gilt inzwischen Fassung {latest.number} ({latest.kind.label}).")
    elif differing := places_that_differ(version.content["full"], as_json(whole_contents(meeting)[0])):
        click.echo(
            "Hinweis: Die Daten der Sitzung würden heute anderes ergeben ("
            + ", ".join(differing)
            + "); gezeigt und ausgegeben wird die festgehaltene Fassung."
        )
    click.echo("Bestätigt.")
