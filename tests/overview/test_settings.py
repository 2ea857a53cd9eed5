"""The settings of the body and what they show everywhere."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import IntegrityError

from govern.db import db
from govern.errors import DomainError
from govern.overview.services.settings import remove_logo, replace_logo
from govern.people.models import Body, Role
from tests.conftest import Client
from tests.factories import make_administrator, make_body, make_coordinator, make_organisation, make_user

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40


def _form(**changes: Any) -> dict[str, Any]:
    body = make_body()
    return {"name": body.name, "short_name": body.short_name, "version": str(body.version),
            "small_count_threshold": str(body.small_count_threshold), "order_remind_days": "1",
            "order_escalate_days": "14", "order_agenda_days": "28", **changes}  # fmt: skip


def test_only_coordination_and_administration_change_settings(client: Client) -> None:
    make_body()
    for user in (make_coordinator(), make_administrator()):
        assert client.sign_in(user).get("/einstellungen").status_code == 200
    for user in (make_user(), make_user(Role.CASE_MANAGER), make_user(organisation=make_organisation())):
        client.sign_in(user)
        assert client.get("/einstellungen").status_code == 403
        assert client.post("/einstellungen", data=_form(name="Gekapert")).status_code == 403
        assert client.get("/einstellungen/rueckmeldungen").status_code == 403
    assert make_body().name == "Kreis Muster"


def test_what_is_saved_appears_on_the_pages(client: Client) -> None:
    client.sign_in(make_coordinator())
    saved = client.post("/einstellungen", data=_form(
        name="Kreis Neuland", imprint="**Kreis Neuland**\n\nMarktplatz 1", privacy_notice="Fragen an die Stelle.",
        sender_name="Koordination KIM", sender_email="kim@neuland.example",
    ))  # fmt: skip
    assert saved.status_code == 303
    assert "<strong>Kreis Neuland</strong>" in client.get("/impressum").text
    assert "Fragen an die Stelle." in client.get("/datenschutz").text
    assert "kim@neuland.example" in client.get("/hilfe").text


def test_a_stale_save_shows_both_and_overwrites_nothing(client: Client) -> None:
    client.sign_in(make_coordinator())
    stale = _form(name="Zweite Fassung", logo=(io.BytesIO(PNG), "logo.png"))
    client.post("/einstellungen", data=_form(name="Erste Fassung"))
    answer = client.post("/einstellungen", data=stale)
    assert answer.status_code == 409
    assert '<td data-label="Ihre Eingabe">Zweite Fassung</td>' in answer.text
    body = db.session.query(Body).one()
    assert (body.name, body.logo_file) == ("Erste Fassung", None)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": " "}, "Bitte den Namen angeben."),
        ({"order_escalate_days": "40"}, "Die Tage müssen von Stufe zu Stufe steigen."),
        ({"order_remind_days": "0"}, "Bitte eine Zahl von 1 bis 365."),
        ({"small_count_threshold": "2"}, "Bitte eine Zahl von 3 bis 50 angeben."),
        ({"small_count_threshold": ""}, "Bitte eine Zahl ab 3 angeben."),
        ({"sender_email": "kein postfach"}, "Bitte eine E-Mail-Adresse"),
        ({"logo": (b"<svg onload=alert(1)>", "logo.svg")}, "Bitte ein Bild als PNG oder JPG wählen."),
        ({"logo": (b"<svg onload=alert(1)>", "logo.png")}, "Der Inhalt passt nicht zur Endung"),
    ],
)
def test_bad_input_is_refused_and_nothing_half_saved(client: Client, changes: dict[str, Any], sentence: str) -> None:
    client.sign_in(make_coordinator())
    if "logo" in changes:
        changes = {"logo": (io.BytesIO(changes["logo"][0]), changes["logo"][1])}
    answer = client.post("/einstellungen", data=_form(imprint="Bleibt stehen", **changes))
    assert answer.status_code == 422
    assert sentence in answer.text and "Bleibt stehen" in answer.text
    body = db.session.query(Body).one()
    assert (body.imprint, body.logo_file) == (None, None)


@pytest.mark.proves("D-50", "D-54")
def test_the_threshold_of_small_numbers_is_a_setting_of_at_least_three(client: Client) -> None:
    client.sign_in(make_coordinator())
    assert 'name="small_count_threshold"' in client.get("/einstellungen").text
    client.post("/einstellungen", data=_form(small_count_threshold="3", rounds_counts="y"))
    body = db.session.query(Body).one()
    assert (body.small_count_threshold, body.rounds_counts) == (3, True)
    with pytest.raises(IntegrityError, match="small_count_threshold"), db.session.begin_nested():
        db.session.execute(sa.update(Body).values(small_count_threshold=2))


@pytest.mark.proves("D-15")
def test_a_logo_larger_than_a_megabyte_is_refused(app: Flask, tmp_path: Path) -> None:
    with pytest.raises(DomainError, match="zu groß"):
        replace_logo(make_body(), data=PNG + b"x" * 1_000_000, file_name="logo.png", folder=tmp_path,
                     by=make_coordinator())  # fmt: skip
    assert list(tmp_path.iterdir()) == []


@pytest.mark.proves("D-15")
def test_the_logo_is_shown_to_everyone_and_can_be_removed(client: Client) -> None:
    make_body()
    assert client.get("/logo").status_code == 404
    client.sign_in(make_coordinator())
    client.post("/einstellungen", data=_form(logo=(io.BytesIO(PNG), "wappen.PNG")))
    client.post("/abmelden")
    logo = client.get("/logo")
    assert (logo.data, logo.content_type) == (PNG, "image/png")
    assert logo.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert 'src="/logo"' in client.get("/anmelden").text
    client.sign_in(make_coordinator())
    client.post("/einstellungen", data=_form(remove_logo="y"))
    assert client.get("/logo").status_code == 404


def test_the_file_of_a_logo_goes_with_it(app: Flask, tmp_path: Path) -> None:
    body, user = make_body(), make_coordinator()
    for data in (PNG, PNG + b"another"):
        replace_logo(body, data=data, file_name="logo.png", folder=tmp_path, by=user)
        db.session.commit()
        assert [file.read_bytes() for file in tmp_path.iterdir()] == [data]
    replace_logo(body, data=PNG, file_name="logo.png", folder=tmp_path, by=user)
    db.session.rollback()
    assert [file.read_bytes() for file in tmp_path.iterdir()] == [PNG + b"another"]
    remove_logo(body, folder=tmp_path, by=user)
    db.session.commit()
    assert not list(tmp_path.iterdir())
