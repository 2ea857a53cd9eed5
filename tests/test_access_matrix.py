"""Every route × every role × own and foreign things: who gets in, and that nobody reads what is not theirs.

The routes, the rules they name and the objects are taken as they are, so a new page is tested from its first day.
"""

from __future__ import annotations

import functools
import re
import sys
import tempfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask, Response
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from govern import audit, failures, files
from govern.app import create_app
from govern.db import Base, db
from govern.people.models import Standing
from tests.conftest import Client, make_settings, one_connection
from tests.world import ROLES, WORD, World, build_world, child_model, children_of, points_to, readers
from tests.world.unpacking import mails_overheard, pdfs_overheard, words_in

ROUTES = Path(__file__).parent / "routes.txt"
DONE = {200, 204, 303, 304, 400, 409, 422}
"""Answers of a view that was let run; 400, 409 and 422: it found the request itself wanting."""
LOOKED_FOR = {"q": "geheimw", "feld": "person_id", "person_id-suche": "Name", "zeitraum": "2025-1"}
"""Added to addresses without an id: what searches, lists to choose from and figures are asked for."""
ASKED_FOR_A_FIELD = {"meetings.persons"}
"""Addresses with an id that answer for one field of a form, as those of LOOKED_FOR."""
MAY_BE_GONE = {
    "adjustments.by_order",
    "figures.release",
    "matters.take_in",
    "matters.take_out",
    "structures.take_over",
    "rosters.take_over",
    "settings.logo",
    "target_groups.release",
    "target_groups.take_over",
    "trackings.item_docx",
    "trackings.item_xlsx",
}
"""What they speak of is named in the form and may be gone, or only some items have it: 404."""
SKIPPED = {"accounts.sign_out", "profile.end_session"}
"""They end the session the test goes on with."""
WORLDS = 6
"""Into how many tests the roles are dealt."""
SHARE = 3
"""On PostgreSQL each route is asked by the coordinator and every third role; only the SQL differs."""


NONSENSE = (2**31 - 1, 2**31, 2**63)
"""Ids that are not there: the largest PostgreSQL knows, larger ones, larger than SQLite knows; each route gets one."""

Sort = Callable[[type[Base], Any], dict[frozenset[int], list[int]]]


@dataclass(frozen=True)
class Case:
    """One request and what the rule named by its view says about it."""

    method: str
    path: str
    expected: set[int]

    @property
    def is_refused(self) -> bool:
        """Whether the person may not so much as ask: as invisible, as forbidden, or because it is not there."""
        return self.expected <= {403, 404}


def rules(app: Flask) -> list[Rule]:
    return sorted((r for r in app.url_map.iter_rules() if r.endpoint not in SKIPPED), key=lambda r: r.rule)


def policy_of(view: Any) -> Any:
    module, _, name = view.access_rule.rpartition(".")
    return getattr(sys.modules[module], name)


def cases(app: Flask, world: World, user: Any) -> Iterator[Case]:
    sort = functools.cache(functools.partial(sorted_by_expectation, world, user))
    for rule in rules(app):
        if not is_this_roles_turn(rule, user):
            continue
        view = app.view_functions[rule.endpoint]
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            if not hasattr(view, "access_model"):
                yield from cases_without_object(rule, method, view, user)
            elif method == "GET" or is_coordinator(user) or db.engine.dialect.name == "sqlite":
                yield from cases_with_object(rule, method, view, user, sort)


def is_this_roles_turn(rule: Rule, user: Any) -> bool:
    """On SQLite all roles ask for every route."""
    if db.engine.dialect.name == "sqlite" or is_coordinator(user) or not user.is_authenticated:
        return True
    return zlib.crc32(f"{rule.rule}{known_as(user)}".encode()) % SHARE == 0


def known_as(user: Any) -> str:
    """What tells a role from the others and is the same in every run, as ids are not."""
    return str(getattr(user, "email", "nobody"))


def is_coordinator(user: Any) -> bool:
    """The one role that gets in everywhere; what does not depend on roles is asked once, as coordinator."""
    return bool(user.is_authenticated and user.is_coordinator)


def cases_without_object(rule: Rule, method: str, view: Any, user: Any) -> Iterator[Case]:
    expected = {404} if rule.arguments else DONE
    if view.access_rule not in ("public", "signed_in", "token") and not policy_of(view)(user):
        expected = {403}
    if rule.endpoint in MAY_BE_GONE or (rule.arguments and method == "POST"):
        expected = expected | {303, 404, 422}
    if method == "GET" and not rule.arguments:
        yield Case(method, f"{rule.rule}?{urlencode(LOOKED_FOR)}", expected)
        expected = expected | {404}
    yield Case(method, build(rule, {name: "falsch" if name == "token" else 98765 for name in rule.arguments}), expected)


def cases_with_object(rule: Rule, method: str, view: Any, user: Any, sort: Sort) -> Iterator[Case]:
    main: str = view.access_parameter
    model: type[Base] = view.access_model
    further = {name: folder for folder, name in re.findall(r"([a-z-]+)/<int:(\w+)>", rule.rule) if name != main}
    rest = list(further)
    for identity, expected in sample(sort(model, policy_of(view)), f"{rule.rule}{method}{known_as(user)}"):
        row = db.session.get_one(model, identity)
        if rule.endpoint in MAY_BE_GONE:
            expected = expected | {404}
        for values, belongs in descend(further, row):
            foreign = ({404} if method == "GET" else {404, 422}) if expected == DONE else expected | {404}
            query = f"?{urlencode(LOOKED_FOR)}" if rule.endpoint in ASKED_FOR_A_FIELD else ""
            yield Case(method, build(rule, {main: identity, **values}) + query, expected if belongs else foreign)
    if is_coordinator(user):
        nonsense = NONSENSE[zlib.crc32(rule.rule.encode()) % len(NONSENSE)]
        yield Case(method, build(rule, {main: nonsense, **dict.fromkeys(rest, 1)}), {404, 405})


def sorted_by_expectation(world: World, user: Any, model: type[Base], policy: Any) -> dict[frozenset[int], list[int]]:
    """The ids of all things of a kind, by what a rule promises a person about them."""
    found: dict[frozenset[int], list[int]] = {}
    for _name, identity in world.objects[model]:
        expected = expectation(policy, user, db.session.get_one(model, identity))
        found.setdefault(frozenset(expected), []).append(identity)
    return found


def sample(found: dict[frozenset[int], list[int]], seed: str) -> list[tuple[int, set[int]]]:
    """Of the things the rule lets in, of those it refuses as invisible and of those it refuses as forbidden one each.

    Which ones differs from route to route and from role to role, so that all of them have their turn.
    """
    start = zlib.crc32(seed.encode())
    return [(identities[start % len(identities)], set(expected)) for expected, identities in found.items()]


def descend(parameters: dict[str, str], row: Base) -> Iterator[tuple[dict[str, int], bool]]:
    """Values for the further ids of a route: all belonging to ``row`` if there are such, and one that does not."""
    if not parameters:
        yield {}, True
        return
    (name, folder), *rest = parameters.items()
    model = child_model(name, folder)
    for identity, belongs in children_of(model, row):
        found = db.session.get_one(model, identity)
        for values, belongs_too in descend(dict(rest), row if points_to(row, found) else found):
            yield {name: identity, **values}, belongs and belongs_too
    yield {name: 2**31 - 1, **dict.fromkeys(dict(rest), 1)}, False


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
    """Everything an answer says: headers, body, and what lies inside files."""
    return f"{answer.headers}\n{words_in(answer.get_data())}"


def ask(client: Client, case: Case, look: Callable[[], object] = lambda: None, **values: Any) -> TestResponse:
    """Send a request, ``look`` at what it did and undo it."""
    db.session.rollback()  # its own savepoint would take ours along
    connection: Any = db.engine
    savepoint = connection.begin_nested()
    try:
        answer = client.open(case.path, method=case.method, **values)
        look()
        return answer
    finally:
        db.session.rollback()
        db.session.expire_all()
        savepoint.rollback()


@contextmanager
def answered_in_short() -> Iterator[None]:
    """What is refused is most of the matrix: answered by a sentence without the frame, by the person at hand.

    The frame and the note of the refusal are the same for everything refused, and tested where they are made. As a
    refusal changes nothing, nothing is undone between them, and what is loaded stays loaded.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(failures, "_error_page", lambda code, message: Response(message or "", code))
        patch.setattr(audit, "record_refusal", lambda *_args, **_values: None)
        patch.setattr(audit, "acting", lambda _user: None)  # nothing is changed that would name them
        patch.setattr(db.session, "rollback", lambda: None)
        yield


def list_of_routes(app: Flask) -> str:
    """One line for each route: its address, methods and rule."""
    lines = [
        f"{rule.rule}  {' '.join(sorted((rule.methods or set()) - {'HEAD', 'OPTIONS'}))}  "
        f"{app.view_functions[rule.endpoint].access_rule.removeprefix('govern.')}"  # type: ignore[attr-defined]
        for rule in app.url_map.iter_rules()
    ]
    return "\n".join([*sorted(lines), ""])


@pytest.fixture(scope="module")
def world(app: Flask) -> Iterator[World]:
    """Takes five seconds to build, so the tests of a process share it; each undoes what it did."""
    with one_connection(app):
        made = build_world()
        db.session.commit()
        db.session.remove()
        yield made


def test_all_routes_are_listed_with_their_rule(app: Flask) -> None:
    """A new route or rule shows in review: `python -m tests.test_access_matrix` writes the list anew."""
    assert ROUTES.read_text(encoding="utf-8") == list_of_routes(app)


@pytest.mark.slow
@pytest.mark.proves("D-09", "D-10", "I8")
@pytest.mark.parametrize("roles", [ROLES[i::WORLDS] for i in range(WORLDS)], ids=" + ".join)
def test_each_role_gets_what_the_rules_say_and_reads_nothing_else(
    app: Flask, client: Client, world: World, roles: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    # Each request is undone, but a deleted file would stay deleted.
    monkeypatch.setattr(files, "forget", lambda *_: None)
    faults = [fault for role in roles for fault in faults_of(app, client, world, role)]
    assert not faults, "\n" + "\n".join(faults)


def faults_of(app: Flask, client: Client, world: World, role: str) -> Iterator[str]:
    """Ask for everything as one role; yields what should not have been answered so, or written in a mail."""
    everything = world.rows()  # kept, or each would be loaded for each question
    user = world.user(role)
    allowed_words = world.words_for(user)
    own = set(WORD.findall(user.email))  # answers go to whoever writes
    known: dict[tuple[str, str], bool] = {}
    todo = list(cases(app, world, user))
    client.sign_in(user).get("/")  # from now on the person at hand

    def may_know(address: str, words: set[str]) -> set[str]:
        new = {word for word in words if (address, word) not in known}
        allowed = readers.words_at(world, address, new) | own if new else set()
        known.update({(address, word): word in allowed for word in new})
        return {word for word in words if known[address, word]}

    def faults(case: Case, answer: TestResponse, *more: str) -> Iterator[str]:
        if answer.status_code not in case.expected:
            wanted = "/".join(map(str, sorted(case.expected)))
            yield f"{role}: {case.method} {case.path}: {answer.status_code}, expected {wanted}"
        leaked = set(WORD.findall("\n".join([texts(answer), *more]))) - allowed_words
        if leaked:
            yield f"{role}: {case.method} {case.path}: leaks {describe(world, leaked)}"

    with answered_in_short():
        for case in todo:
            if case.is_refused:
                yield from faults(case, FlaskClient.open(client, case.path, method=case.method))
    del everything
    db.session.expunge_all()
    with pdfs_overheard() as pdfs, mails_overheard() as mails:
        for case in todo:
            if not case.is_refused:
                yield from faults(case, ask(client, case), *pdfs)
                for told in betrayed(client, case, world, mails, may_know):
                    yield f"{role}: {case.method} {case.path}: {told}"
                pdfs.clear()
                mails.clear()


def betrayed(
    client: Client,
    case: Case,
    world: World,
    mails: list[tuple[str, str]],
    may_know: Callable[[str, set[str]], set[str]],
) -> Iterator[str]:
    """What the mails of a request tell whom, who may not read it: neither before it nor after what it did."""
    suspects: dict[str, set[str]] = {}
    for address, words in mails:
        said = set(WORD.findall(words))
        suspects.setdefault(address, set()).update(said - may_know(address, said))
    suspects = {address: words for address, words in suspects.items() if words}
    mails.clear()
    if not suspects:
        return

    def ask_again() -> None:
        for address, words in suspects.items():
            words -= readers.words_at(world, address, words)

    ask(client, case, ask_again)  # before it is undone
    for address, words in suspects.items():
        if words:
            yield f"writes to {address} of {describe(world, words)}"


@pytest.mark.proves("D-09", "D-10")
def test_without_signing_in_nothing_but_the_public_pages_answers(app: Flask, client: Client, world: World) -> None:
    faults = []
    nobody = type("Anonymous", (), {"is_authenticated": False, "standing": Standing()})()
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
