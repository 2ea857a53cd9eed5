"""Commands about accounts: `flask --app wsgi user …`."""

from __future__ import annotations

import sys
from typing import Any

import click
from flask.cli import with_appcontext

from govern import audit
from govern.db import db
from govern.errors import DomainError
from govern.people.models import Role, User
from govern.people.queries import accounts as queries
from govern.people.services import accounts

NO_BODY = (
    "Es ist noch keine Körperschaft eingerichtet. Lesen Sie bitte zuerst eine Struktur ein, zum Beispiel:\n"
    "  flask --app wsgi structure import govern/committees/structure/counties/dueren.yaml"
)


@click.group("user")
def accounts_group() -> None:
    """Konten anlegen."""


@accounts_group.command("create")
@click.option("--email", required=True, help="E-Mail-Adresse, mit der sich die Person anmeldet.")
@click.option("--role", "roles", required=True, multiple=True, type=click.Choice([r.value for r in Role]),
              help="Rolle; mehrfach möglich.")  # fmt: skip
@click.option("--organisation", help="Name der Institution, für die das Konto handelt.")
@click.option("--name", help="Vor- und Nachname, wenn die Person noch nicht im Verzeichnis steht.")
@click.option("--password-stdin", is_flag=True, help="Liest das Passwort von der Standardeingabe.")
@with_appcontext
def create(
    email: str, roles: tuple[str, ...], organisation: str | None, name: str | None, password_stdin: bool
) -> None:
    """Legt ein Konto an. Ohne --password-stdin entsteht ein Link, mit dem die Person ihr Passwort festlegt."""
    audit.acting(None)
    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else None
    try:
        link = _create(email, [Role(r) for r in roles], organisation, name, password)
    except DomainError as error:
        db.session.rollback()
        raise click.ClickException(str(error)) from error
    db.session.commit()
    click.echo(f"Konto {email.strip().lower()} angelegt.")
    if link:
        click.echo(f"Link zum Festlegen des Passworts (7 Tage gültig): {link}")


def _create(email: str, roles: list[Role], organisation: str | None, name: str | None, password: str | None) -> str:
    body = queries.find_body()
    if body is None:
        raise DomainError(NO_BODY)
    given_name, _blank, family_name = (name or "").strip().rpartition(" ")
    person = None if name else queries.find_person_by_email(email)
    values: dict[str, Any] = {
        "email": email, "roles": roles, "organisation_ids": _organisations(roles, organisation),
        "person_id": person.id if person else None, "given_name": given_name, "family_name": family_name,
    }  # fmt: skip
    if password is None:
        return accounts.invite(body, by=None, **values)[1]
    account: User = accounts.create_account(body, **values)
    accounts.set_password(account, password)
    return ""


def _organisations(roles: list[Role], name: str | None) -> list[int]:
    if (Role.ORGANISATION in roles) != bool(name):
        raise DomainError("Zur Rolle „organisation“ gehört --organisation NAME, zu den anderen Rollen nicht.")
    if not name:
        return []
    found = queries.list_organisations_named(name)
    if len(found) != 1:
        raise DomainError(
            f"Die Institution „{name}“ gibt es nicht." if not found else f"„{name}“ ist nicht eindeutig: "
            + ", ".join(o.name for o in found)
        )  # fmt: skip
    return [found[0].id]
