"""What was typed survives the end of a session (C-15), and gives nobody a way around the form token."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
import sqlalchemy as sa
import time_machine
from bs4 import BeautifulSoup
from flask import Flask
from werkzeug.datastructures import MultiDict

from govern.db import db
from govern.people.models import Person, Role, User
from tests.conftest import Client
from tests.factories import PASSWORD, make_user

START = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
ORIGIN = "http://127.0.0.1:8000"
TYPED = {
    "email": "neu@muster.example",
    "given_name": "Kim & Co",
    "family_name": "Neuer\u00a0„Name“",
    "roles": "coordinator",
}


@pytest.fixture(autouse=True)
def _with_tokens(app: Flask) -> Iterator[None]:
    """These tests send form tokens as a browser does."""
    app.config["WTF_CSRF_ENABLED"] = True
    yield
    app.config["WTF_CSRF_ENABLED"] = False


def fields_of(html: str, form: str = "main form") -> tuple[str, list[tuple[str, str]]]:
    """Address and fields of a form as a browser without scripts would send them."""
    found = BeautifulSoup(html, "html.parser").select_one(form)
    assert found is not None
    inputs = found.select("input[name]")
    return str(found.get("action", "")), [
        (str(i["name"]), str(i.get("value", ""))) for i in inputs if i.get("type") not in ("radio", "checkbox")
    ]


def sign_in(client: Client, user: User, html: str | None = None):  # type: ignore[no-untyped-def]
    action, fields = fields_of(html or client.get("/anmelden").text)
    return client.post(action, data={**dict(fields), "email": user.email, "password": PASSWORD})


def token_on(client: Client, path: str) -> str:
    found = re.search(r'name="csrf-token" content="([^"]+)"', client.get(path).text)
    assert found is not None
    return unescape(found.group(1))


@pytest.fixture
def administrator(app: Flask) -> User:
    return make_user(Role.ADMINISTRATOR, password=PASSWORD)


def expired(client: Client, user: User, **typed: str):  # type: ignore[no-untyped-def]
    """The answer to a form that is sent three hours after its page was opened."""
    assert sign_in(client, user).status_code == 303
    token = token_on(client, "/konten/einladen")
    return token, {**(typed or TYPED), "csrf_token": token}


@pytest.mark.proves("C-15", "C-06")
def test_typed_words_are_sent_after_signing_in_again(client: Client, administrator: User) -> None:
    with time_machine.travel(START, tick=False) as clock:
        _, data = expired(client, administrator)
        clock.shift(timedelta(hours=3))
        page = client.post("/konten/einladen", data=data)
        assert page.status_code == 401
        assert "Ihre Eingaben sind noch da" in page.text
        assert "data-signing-in" in page.text
        wrong = client.post(
            "/anmelden", data={**dict(fields_of(page.text)[1]), "email": "x@y.example", "password": "falsch"}
        )
        assert wrong.status_code == 422
        offered = sign_in(client, administrator, wrong.text)
        assert offered.status_code == 200
        assert "Ihre Eingaben sind noch da" in offered.text
        action, fields = fields_of(offered.text)
        assert action == "/konten/einladen"
        assert {k: v for k, v in fields if k != "csrf_token"} == TYPED
        assert db.session.scalar(sa.select(Person).where(Person.given_name == "Kim & Co")) is None
        assert client.post(action, data=MultiDict(fields)).status_code == 303
    person = db.session.scalars(sa.select(Person).where(Person.given_name == "Kim & Co")).one()
    assert person.family_name == TYPED["family_name"].strip()


@pytest.mark.proves("C-15")
def test_line_breaks_and_repeated_fields_survive(client: Client, administrator: User) -> None:
    with time_machine.travel(START, tick=False) as clock:
        token, _ = expired(client, administrator)
        clock.shift(timedelta(hours=3))
        text = "\r\nerste Zeile <b>\r\n\r\nletzte & Zeile"
        data = [("csrf_token", token), ("roles", "coordinator"), ("roles", "case_manager"), ("family_name", text)]
        offered = sign_in(client, administrator, client.post("/konten/einladen", data=MultiDict(data)).text)
        fields = fields_of(offered.text)[1]
    assert [v for k, v in fields if k == "roles"] == ["coordinator", "case_manager"]
    assert dict(fields)["family_name"].replace("\r\n", "\n") == text.replace("\r\n", "\n")


def test_secrets_are_never_kept(client: Client, administrator: User) -> None:
    with time_machine.travel(START, tick=False) as clock:
        token, _ = expired(client, administrator)
        clock.shift(timedelta(hours=3))
        data = {"csrf_token": token, "family_name": "Amsel", "new_password": "hunter2hunter2", "api_token": "geheimnis"}
        offered = sign_in(client, administrator, client.post("/konten/einladen", data=data).text)
        assert {k for k, _ in fields_of(offered.text)[1]} == {"csrf_token", "family_name"}
        token = token_on(client, "/profil")
        clock.shift(timedelta(hours=3))
        answer = client.post("/profil/passwort", data={"csrf_token": token, "old_password": "x y", "password": "z y x"})
    assert answer.status_code == 303
    assert answer.location == "/anmelden?weiter=/"


def test_somebody_else_does_not_get_the_words(client: Client, administrator: User) -> None:
    other = make_user(Role.ADMINISTRATOR, password=PASSWORD)
    with time_machine.travel(START, tick=False) as clock:
        _, data = expired(client, administrator)
        clock.shift(timedelta(hours=3))
        answer = sign_in(client, other, client.post("/konten/einladen", data=data).text)
    assert answer.status_code == 303
    assert "Kim" not in answer.text


def test_kept_words_cannot_be_forged(client: Client, administrator: User) -> None:
    with time_machine.travel(START, tick=False) as clock:
        _, data = expired(client, administrator)
        clock.shift(timedelta(hours=3))
        page = client.post("/konten/einladen", data=data)
        action, fields = fields_of(page.text)
        values = {**dict(fields), "email": administrator.email, "password": PASSWORD}
        values["kept_input"] = values["kept_input"][:-3] + "AAA"
        assert client.post(action, data=values).status_code == 303


@pytest.mark.proves("C-15")
def test_words_typed_before_signing_in_again_in_another_tab_are_offered_too(
    client: Client, administrator: User
) -> None:
    _, data = expired(client, administrator)
    client.post("/abmelden", data={"csrf_token": data["csrf_token"]})
    page = client.post("/konten/einladen", data=data, headers={"Origin": ORIGIN})
    assert page.status_code == 401
    assert sign_in(client, administrator).status_code == 303
    page = client.post("/konten/einladen", data=data, headers={"Origin": "http://localhost"})
    assert page.status_code == 400
    action, fields = fields_of(page.text)
    assert client.post(action, data=MultiDict(fields)).status_code == 303


@pytest.mark.proves("D-08")
@pytest.mark.parametrize("headers", [{}, {"Origin": "https://evil.example"}, {"Origin": "null"},
                                     {"Sec-Fetch-Site": "same-site"}, {"Sec-Fetch-Site": "cross-site"}])  # fmt: skip
def test_a_foreign_page_cannot_plant_words(client: Client, administrator: User, headers: dict[str, str]) -> None:
    sign_in(client, administrator)
    answer = client.post("/konten/einladen", data=TYPED, headers=headers)
    assert answer.status_code == 400
    assert "Kim" not in answer.text


def test_without_an_earlier_sign_in_nothing_is_kept(client: Client) -> None:
    answer = client.post("/konten/einladen", data=TYPED, headers={"Origin": ORIGIN})
    assert answer.status_code == 400
    assert "Kim" not in answer.text


def test_a_stale_sign_in_page_asks_again_instead_of_failing(client: Client, administrator: User) -> None:
    data = {"email": administrator.email, "password": PASSWORD, "weiter": "/profil", "csrf_token": "alt"}
    page = client.post("/anmelden", data=data, headers={"Sec-Fetch-Site": "same-origin"})
    assert page.status_code == 400
    assert f'value="{administrator.email}"' in page.text
    assert PASSWORD not in page.text
    assert sign_in(client, administrator, page.text).location == "/profil"
