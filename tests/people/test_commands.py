"""`flask user create`: the first account, and accounts without the pages."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from govern.app import create_app
from govern.db import db
from govern.formats import today
from govern.people.models import Role, User
from govern.people.services.sessions import matches
from tests.conftest import make_settings
from tests.factories import make_body, make_municipality, make_person, make_user

PASSWORD = "Birne Laterne Kieselstein"


def create(app: Flask, *args: str, password: str | None = PASSWORD):  # type: ignore[no-untyped-def]
    stdin = ["--password-stdin"] if password is not None else []
    return app.test_cli_runner().invoke(args=["user", "create", *args, *stdin], input=f"{password}\n")


def only_account() -> User:
    return db.session.scalars(sa.select(User)).one()


def test_the_first_administrator_comes_from_the_command_line(app: Flask) -> None:
    make_body()
    result = create(app, "--email", "Erste@Muster.example", "--role", "administrator", "--name", "Robin van den Berg")
    assert (result.exit_code, result.output) == (0, "Konto erste@muster.example angelegt.\n")
    user = only_account()
    assert [r.role for r in user.roles] == [Role.ADMINISTRATOR]
    assert user.person is not None
    assert (user.person.given_name, user.person.family_name) == ("Robin van den", "Berg")
    assert matches(user.password_hash, PASSWORD)


def test_an_account_for_an_institution_names_it(app: Flask) -> None:
    town = make_municipality(name="Stadt Musterhausen", short_name="Musterhausen")
    result = create(app, "--email", "stadt@muster.example", "--role", "organisation", "--organisation", "musterhausen")
    assert result.exit_code == 0
    assert only_account().organisations_on(today()) == (town,)


def test_a_person_of_the_directory_with_that_address_gets_the_account(app: Flask) -> None:
    person = make_person(email="Kim@muster.example")
    assert create(app, "--email", "kim@muster.example", "--role", "coordinator").exit_code == 0
    assert only_account().person_id == person.id


def test_without_a_password_a_link_is_printed_and_mailed(app: Flask) -> None:
    make_body()
    result = create(
        app, "--email", "neu@muster.example", "--role", "coordinator", "--role", "administrator", password=None
    )
    assert result.exit_code == 0
    assert "http://127.0.0.1:8000/passwort/neu/" in result.output
    assert only_account().password_hash is None
    assert {r.role for r in only_account().roles} == {Role.COORDINATOR, Role.ADMINISTRATOR}


def test_before_there_is_a_structure_the_command_says_what_to_do(app: Flask) -> None:
    result = create(app, "--email", "a@muster.example", "--role", "administrator")
    assert result.exit_code == 1
    assert "structure import" in result.output


@pytest.mark.parametrize(
    ("args", "password", "sentence"),
    [
        (["--email", "da@muster.example", "--role", "coordinator"], PASSWORD, "gibt es schon ein Konto"),
        (["--email", "unsinn", "--role", "coordinator"], PASSWORD, "gültige E-Mail-Adresse"),
        (["--email", "a@muster.example", "--role", "coordinator"], "zu kurz", "zu kurz"),
        (["--email", "a@muster.example", "--role", "organisation"], PASSWORD, "gehört --organisation"),
        (["--email", "a@muster.example", "--role", "coordinator", "--organisation", "X"], PASSWORD, "gehört"),
        (["--email", "a@muster.example", "--role", "organisation", "--organisation", "X"], PASSWORD, "gibt es nicht"),
        (
            ["--email", "a@muster.example", "--role", "organisation", "--organisation", "Amt"],
            PASSWORD,
            "nicht eindeutig",
        ),
    ],
)
def test_what_cannot_be_done_is_said_and_leaves_nothing(
    app: Flask, args: list[str], password: str, sentence: str
) -> None:
    make_user().email = "da@muster.example"
    for name in ("Amt Nord", "Amt Süd"):
        make_municipality(name=name, short_name="Amt")
    db.session.commit()
    result = create(app, *args, password=password)
    assert result.exit_code == 1
    assert sentence in result.output
    assert only_account().email == "da@muster.example"


def test_an_unknown_role_is_refused(app: Flask) -> None:
    make_body()
    assert create(app, "--email", "a@muster.example", "--role", "member").exit_code == 2


def test_without_a_database_commands_say_so_in_german(tmp_path: Path) -> None:
    app = create_app(make_settings(tmp_path, f"sqlite:///{tmp_path / 'empty.sqlite'}"))
    result = create(app, "--email", "a@muster.example", "--role", "administrator")
    assert result.exit_code == 1
    assert result.output.startswith("Error: Die Datenbank ist nicht erreichbar oder noch nicht eingerichtet.")
