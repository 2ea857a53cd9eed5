"""Word and Excel files are what Word and Excel expect, by the Open XML SDK; LibreOffice forgives more."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from docx import Document
from docx.oxml import OxmlElement
from flask import Flask
from werkzeug.routing import Rule

from govern.db import db
from govern.demo.counties import COUNTIES
from govern.demo.loading import load_demo
from govern.formats import today
from govern.people.models import User
from tests import office
from tests.conftest import Client
from tests.world import build_world

pytestmark = [pytest.mark.slow, pytest.mark.office]
on_sqlite = pytest.mark.parametrize("app", ["sqlite"], indirect=True)

NOT_IN_THE_DEMO = {"/jahresberichte/<int:id>/bericht.docx", "/veranstaltungen/<int:id>/teilnahme.xlsx"}
WITH_PICTURES = "/fassungen/<int:id>/text.docx"
WRITTEN_ALIKE = ("/tagesordnungspunkte/<int:id>/beschlusskontrolle", "/vereinbarungen/<int:id>/synopse")
"""By the same lines as those of a committee and of a concept."""
TRIED = 40


@pytest.mark.proves("C10", "F5")
@on_sqlite
def test_word_and_excel_read_every_file_of_the_demo(app: Flask, client: Client) -> None:
    """Of each kind the newest that the coordination may fetch."""
    load_demo(COUNTIES["dueren"], app.config["SETTINGS"], today=today())
    client.sign_in(db.session.scalars(sa.select(User).where(User.email.startswith("koordination@"))).one())
    assert faults_of(app, client, {r.rule for r in files(app)} - NOT_IN_THE_DEMO) == []


@on_sqlite
def test_word_and_excel_read_what_the_demo_has_nothing_of(app: Flask, client: Client) -> None:
    build_world()
    client.sign_in(next(user for user in db.session.scalars(sa.select(User)) if user.is_coordinator))
    assert faults_of(app, client, NOT_IN_THE_DEMO | {WITH_PICTURES}) == []


def files(app: Flask) -> list[Rule]:
    found = [rule for rule in app.url_map.iter_rules() if rule.rule.endswith((".docx", ".xlsx"))]
    return [rule for rule in found if not rule.rule.startswith(WRITTEN_ALIKE)]


def faults_of(app: Flask, client: Client, kinds: set[str]) -> list[str]:
    """What is wrong with the newest file of each kind; that there is none is a fault too."""
    assert len(kinds) > 2
    found = []
    for rule in (rule for rule in files(app) if rule.rule in kinds):
        data = next(contents(client, rule, app.view_functions[rule.endpoint]), None)
        faults = ["answers nowhere"] if data is None else office.faults(data, Path(rule.rule).suffix)
        found += [f"{rule.rule}: {fault}" for fault in faults]
    return found


def contents(client: Client, rule: Rule, view: Any) -> Iterator[bytes]:
    """The files of a kind, newest first, as far as the account may fetch them."""
    paths = [rule.rule]
    if rule.arguments:
        model = view.access_model
        ids = db.session.scalars(sa.select(model.id).order_by(model.id.desc()).limit(TRIED))
        paths = [rule.rule.replace(f"<int:{view.access_parameter}>", str(identity)) for identity in ids]
    for path in paths:
        answer = client.get(path)
        if answer.status_code == 200 and answer.data.startswith(b"PK"):
            yield answer.data


def test_what_word_would_have_to_repair_is_found() -> None:
    document, data = Document(), io.BytesIO()
    properties = document.add_paragraph("Text").paragraph_format.element.get_or_add_pPr()
    properties.extend([OxmlElement("w:jc"), OxmlElement("w:keepNext")])  # the wrong way round
    document.save(data)
    assert any("keepNext" in fault for fault in office.faults(data.getvalue(), ".docx"))
