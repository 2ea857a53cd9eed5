"""Commands: `flask --app wsgi …`. Each package's commands are registered here."""

from __future__ import annotations

import click
from flask import Flask, current_app

from govern import mail
from govern.committees import commands as committees


def init_app(app: Flask) -> None:
    """Register every command."""
    app.cli.add_command(send_mail)
    app.cli.add_command(committees.structure)


@click.command("send-mail")
def send_mail() -> None:
    """Sendet, was im Postausgang wartet (für einen Zeitgeber)."""
    mail_url = current_app.config["SETTINGS"].mail_url
    if not mail_url:
        raise click.ClickException("GOVERN_MAIL_URL ist nicht gesetzt; es wurde nichts gesendet.")
    sent, failed = mail.deliver(mail_url)
    click.echo(f"{sent} gesendet, {failed} nicht zugestellt.")
