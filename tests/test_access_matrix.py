"""Every route × every role × own and foreign things: who gets in, and that nobody reads what is not theirs.

The routes, the rules they name and the objects are taken as they are, so a new page is tested from its first day.
"""

from __future__ import annotations

import io
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from govern.app import create_app
from govern.db import Base, db
from tests.conftest import Client, make_settings
from tests.world import ROLES, WORD, World, build_world, children_of

ROUTES = Path(__file__).parent / "routes.txt"
DONE = {200, 204, 303, 304, 400, 409, 422}
"""Answers of a view that was let run; 400, 409 and 422: it found the request itself wanting."""
LOOKED_FOR = {"q": "geheimw", "feld": "person_id", "person_id-suche": "Name"}
"""Added to addresses without an id: what searches and lists to choose from are asked for."""
MAY_BE_GONE = {"structures.take_over", "rosters.take_over"}
"""What they speak of is named in the form and may be gone: 404."""
SKIPPED = {"accounts.sign_out", "profile.end_session"}
"""They end the session the test goes on with."""


@dataclass(frozen=True)
class Case:
    """One request and what the rule named by its view says about it."""

    method: str
    path: str
    expected: set[int]


def rules(app: Flask) -> list[Rule]:
    return sorted((r for r in app.url_map.iter_rules() if r.endpoint not in SKIPPED), key=lambda r: r.rule)


def policy_of(view: Any) -> Any:
    module, _, name = view.access_rule.rpartition(".")
    return getattr(sys.modules[module], name)


def cases(app: Flask, world: World, user: Any) -> Iterator[Case]:
    for rule in rules(app):
        view = app.view_functions[rule.endpoint]
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            yield from cases_of(rule, method, view, world, user)


def cases_of(rule: Rule, method: str, view: Any, world: World, user: Any) -> Iterator[Case]:
    named = sorted(rule.arguments)
    model: type[Base] | None = getattr(view, "access_model", None)
    if model is None:
        values = [{}] if not named else [dict.fromkeys(named, 987654321) if named != ["token"] else {"token": "falsch"}]
        expected = {404} if named else DONE
        if view.access_rule not in ("public", "signed_in", "token"):
            expected = expected if policy_of(view)(user) else {403}
        if rule.endpoint in MAY_BE_GONE or (named and method == "POST"):
            expected = expected | {303, 404, 422}
        if method == "GET" and not named:
            yield Case(method, f"{rule.rule}?{urlencode(LOOKED_FOR)}", expected)
            expected = expected | {404}
        yield Case(method, build(rule, values[0]), expected)
        return
    main = "id" if "id" in named else named[0]
    rest = [name for name in named if name != main]
    policy = policy_of(view)
    seen: set[frozenset[int]] = set()
    for _name, identity in world.objects[model]:
        row = db.session.get_one(model, identity)
        expected = expectation(policy, user, row)
        if method == "POST" and frozenset(expected) in seen:
            continue
        seen.add(frozenset(expected))
        if not rest:
            yield Case(method, build(rule, {main: identity}), expected)
            continue
        for child, belongs in children_of(world, rest[0], row):
            wanted = expected if belongs or expected != DONE else {404}
            yield Case(method, build(rule, {main: identity, rest[0]: child}), wanted)
    yield Case(method, build(rule, {main: 2**40, **dict.fromkeys(rest, 1)}), {404})


def expectation(policy: Any, user: Any, row: Base) -> set[int]:
    if not getattr(policy, "presumes", policy)(user, row):
        return {404}
    return DONE if policy(user, row) else {403}


def build(rule: Rule, values: dict[str, Any]) -> str:
    path = rule.rule
    for name, value in values.items():
        path = path.replace(f"<int:{name}>", str(value)).replace(f"<{name}>", str(value))
    return path


def texts(answer: TestResponse) -> str:
    """Everything an answer says: headers, body, and what lies inside office files."""
    data = answer.get_data()
    said = [str(answer.headers), data.decode("utf-8", "replace")]
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            said += [archive.read(name).decode("utf-8", "replace") for name in archive.namelist()]
    return "\n".join(said)


def ask(client: Client, case: Case, **values: Any) -> TestResponse:
    """Send a request and undo whatever it did."""
    db.session.rollback()  # its own savepoint would take ours along
    connection: Any = db.engine
    savepoint = connection.begin_nested()
    try:
        return client.open(case.path, method=case.method, **values)
    finally:
        db.session.rollback()
        db.session.expire_all()
        savepoint.rollback()


def list_of_routes(app: Flask) -> str:
    """One line for each route: its address, methods and rule."""
    lines = [
        f"{rule.rule}  {' '.join(sorted((rule.methods or set()) - {'HEAD', 'OPTIONS'}))}  "
        f"{app.view_functions[rule.endpoint].access_rule.removeprefix('govern.')}"  # type: ignore[attr-defined]
        for rule in app.url_map.iter_rules()
    ]
    return "\n".join([*sorted(lines), ""])


@pytest.fixture
def world(app: Flask) -> World:
    return build_world()


def test_all_routes_are_listed_with_their_rule(app: Flask) -> None:
    """A new route or rule shows in review: `python -m tests.test_access_matrix` writes the list anew."""
    assert ROUTES.read_text(encoding="utf-8") == list_of_routes(app)


@pytest.mark.slow
@pytest.mark.proves("D-09", "D-10", "I8")
@pytest.mark.parametrize("role", ROLES)
def test_each_role_gets_what_the_rules_say_and_reads_nothing_else(
    app: Flask, client: Client, world: World, role: str
) -> None:
    user = world.user(role)
    allowed_words = world.words_for(user)
    todo = list(cases(app, world, user))
    client.sign_in(user)
    faults = []
    for case in todo:
        answer = ask(client, case)
        if answer.status_code not in case.expected:
            wanted = "/".join(map(str, sorted(case.expected)))
            faults.append(f"{case.method} {case.path}: {answer.status_code}, expected {wanted}")
        leaked = set(WORD.findall(texts(answer))) - allowed_words
        if leaked:
            faults.append(f"{case.method} {case.path}: leaks {describe(world, leaked)}")
    assert not faults, "\n" + "\n".join(faults)


@pytest.mark.proves("D-09", "D-10")
def test_without_signing_in_nothing_but_the_public_pages_answers(app: Flask, client: Client, world: World) -> None:
    faults = []
    nobody = type("Anonymous", (), {"is_authenticated": False})()
    for case in cases(app, world, nobody):
        answer = ask(client, case)
        view = app.view_functions[app.url_map.bind("127.0.0.1").match(case.path.partition("?")[0], case.method)[0]]
        if view.access_rule in ("public", "token"):  # type: ignore[attr-defined]
            is_fine = answer.status_code in case.expected
        else:
            to_sign_in = answer.status_code == 303 and answer.location.startswith("/anmelden")
            is_fine = to_sign_in or (case.method == "POST" and answer.status_code == 401)
        if not is_fine or WORD.search(texts(answer)):
            faults.append(f"{case.method} {case.path}: {answer.status_code}")
    assert not faults, "\n" + "\n".join(faults)


def describe(world: World, words: set[str]) -> list[str]:
    """Where the words stand, for the message of a failure."""
    found = []
    for model, rows in world.objects.items():
        for name, identity in rows:
            row = db.session.get(model, identity)
            columns = model.__table__.columns.keys() if row is not None else []
            found += [
                f"{model.__name__}({name}).{column}"
                for column in columns
                if any(word in str(getattr(row, column)) for word in words)
            ]
    return found or sorted(words)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        made = create_app(make_settings(Path(folder), "sqlite://"))
        ROUTES.write_text(list_of_routes(made), encoding="utf-8")
