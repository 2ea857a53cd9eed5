"""Nonsense in addresses and forms: every page answers it with a sentence, none fails, nothing is half saved."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from flask import Flask
from lxml import html

from govern.db import db
from tests.conftest import Client
from tests.test_access_matrix import Case, ask, build, rules
from tests.world import World, build_world

MARKUP = "\U0001f600 ' \" <b> =1+1 % \ud7ff\u202e"
ODD = ["9" * 12, "9" * 30, "\x00", MARKUP, "x" * 20_000]
"""Too large for PostgreSQL, for SQLite, a sign databases refuse, markup, formulas and turns of direction, too long."""


def forms(app: Flask, world: World, client: Client) -> Iterator[tuple[str, str, list[str]]]:
    """Method, address and field names of every form on the pages the coordination gets."""
    seen = set()
    for rule in rules(app):
        model = getattr(app.view_functions[rule.endpoint], "access_model", None)
        if "GET" not in (rule.methods or set()) or len(rule.arguments) > (1 if model else 0):
            continue
        identity = world.objects[model][0][1] if model else 0
        path = build(rule, dict.fromkeys(rule.arguments, identity))
        answer = client.get(path)
        if answer.status_code != 200 or answer.mimetype != "text/html":
            continue
        for form in html.fromstring(answer.get_data(as_text=True)).iter("form"):
            action = (form.get("action") or path).partition("#")[0]
            method = (form.get("method") or "get").upper()
            names = sorted({e.get("name") for e in form.xpath(".//*[@name]") if e.get("type") != "file"})
            if names and action.startswith("/") and (method, action) not in seen and "abmelden" not in action:
                seen.add((method, action))
                yield method, action, names


def fillings(names: list[str], seed: str) -> Iterator[dict[str, str]]:
    """The odd values dealt to the fields, from form to form another way; on PostgreSQL, which refuses more, twice."""
    start = zlib.crc32(seed.encode())
    for turn in range(2 if db.engine.dialect.name == "postgresql" else 1):
        yield {name: ODD[(start + turn * 2 + i) % len(ODD)] for i, name in enumerate(names)}


@pytest.mark.slow
@pytest.mark.proves("C-10", "D-16", "D-21")
def test_no_form_fails_on_nonsense(app: Flask, client: Client) -> None:
    world = build_world()
    client.sign_in(world.user("coordinator"))
    found = list(forms(app, world, client))
    assert len(found) > 60
    faults = []
    for method, action, names in found:
        for values in fillings(names, action):
            if method == "GET":
                answer = client.get(f"{action.partition('?')[0]}?{urlencode(values, errors='ignore')}")
            else:
                answer = ask(client, Case(method, action, set()), data=values)
            if answer.status_code >= 500:
                faults.append(f"{method} {action} with {ascii(values)[:60]}: {answer.status_code}")
            if MARKUP in answer.get_data(as_text=True):
                faults.append(f"{method} {action}: echoes markup")
    assert not faults, "\n" + "\n".join(faults)
