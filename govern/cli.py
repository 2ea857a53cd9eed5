"""Commands: `flask --app wsgi …`. Each package's commands are registered here."""

from __future__ import annotations

import click
from flask import Flask, current_app

from govern import mail
from govern.committees import commands as committees
from govern.demo.commands import demo
from govern.meetings.commands import empty_trash_command
from govern.people import commands as people
from govern.people.queries.accounts import find_body


def init_app(app: Flask) -> None:
    """Register every command."""
    app.cli.add_command(send_mail)
    app.cli.add_command(people.accounts_group)
    app.cli.add_command(committees.structure)
    app.cli.add_command(demo)
    app.cli.add_command(empty_trash_command)


@click.command("send-mail")
def send_mail() -> None:
    """Sendet, was im Postausgang wartet (für einen Zeitgeber)."""
    body = find_body()
    if body is not None and body.is_demo:
        raise click.ClickException(
            "Das ist eine Vorführung: Es werden keine Mails verschickt. Sie stehen auf der Seite „Postausgang“."
        )
    mail_url = current_app.config["SETTINGS"].mail_url
    if not mail_url:
        raise click.ClickException("GOVERN_MAIL_URL ist nicht gesetzt; es wurde nichts gesendet.")
    sent, failed = mail.deliver(mail_url)
    click.echo(f"{sent} gesendet, {failed} nicht zugestellt.")
