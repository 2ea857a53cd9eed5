"""Two browsers at the same moment, with real transactions on both databases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from govern import audit
from govern.app import create_app
from govern.db import db
from govern.people.models import Attempt, Body, BodyKind, Role, User, UserRole
from govern.people.services import accounts, one_time_links, sessions, throttling
from tests import postgres
from tests.conftest import make_settings

PASSWORD = "Birne Laterne Kieselstein"


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def installation(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An installation of its own, whose changes are really committed."""
    if request.param == "postgresql":
        request.getfixturevalue("postgresql_url")  # leaves the test out where there is no server
        with postgres.fresh_database() as url:
            yield from _installation(url, tmp_path_factory.mktemp("races"))
    else:
        instance = tmp_path_factory.mktemp("races")
        yield from _installation(f"sqlite:///{instance / 'races.sqlite'}", instance)


def _installation(url: str, instance: Path) -> Iterator[Flask]:
    sessions.use_cheap_passwords()
    app = create_app(make_settings(instance, url), TESTING=True, WTF_CSRF_ENABLED=False)
    with app.app_context():
        db.create_all()
        audit.acting(None)
        db.session.add(Body(key="muster", name="Kreis Muster", short_name="Muster", kind=BodyKind.COUNTY))
        db.session.commit()
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def at_once(app: Flask, times: int, act: Callable[[int], object]) -> Counter[object]:
    """What ``act`` answers when it is called that often at the same moment."""

    def run(n: int) -> object:
        with app.app_context():
            try:
                return act(n)
            finally:
                db.session.remove()

    with ThreadPoolExecutor(times) as pool:
        return Counter(pool.map(run, range(times)))


def make_account(email: str, *roles: Role) -> int:
    body = db.session.scalars(sa.select(Body)).one()
    user = User(body_id=body.id, email=email, password_hash=sessions.hash_password(PASSWORD))
    user.roles = [UserRole(role=role) for role in roles]
    db.session.add(user)
    db.session.commit()
    return user.id


@pytest.mark.proves("D-07")
def test_guesses_at_the_same_moment_are_counted_one_by_one(installation: Flask) -> None:
    def take(_n: int) -> bool:
        return throttling.take_attempt("probe", {"account:kim": throttling.ACCOUNT}) == 0

    assert at_once(installation, 12, take) == {True: throttling.ACCOUNT.free, False: 12 - throttling.ACCOUNT.free}
    with installation.app_context():
        counted = db.session.scalar(sa.select(sa.func.count()).select_from(Attempt).where(Attempt.kind == "probe"))
    assert counted == throttling.ACCOUNT.free


@pytest.mark.proves("D-12")
def test_a_one_time_link_works_once_even_if_it_is_sent_twice_at_once(installation: Flask) -> None:
    with installation.app_context():
        audit.acting(None)
        user = db.session.get_one(User, make_account("kim@muster.example"))
        path = one_time_links.send_invitation(user, by=None).removeprefix("http://127.0.0.1:8000")
        db.session.commit()

    def use(n: int) -> int:
        return installation.test_client().post(path, data={"password": f"{PASSWORD} Nummer {n}"}).status_code

    answers = at_once(installation, 4, use)
    assert answers[303] == 1
    assert set(answers) <= {303, 404, 422}


def test_two_administrators_cannot_take_the_role_from_each_other(installation: Flask) -> None:
    with installation.app_context():
        audit.acting(None)
        both = [make_account(f"admin{n}@muster.example", Role.ADMINISTRATOR) for n in range(2)]
        tokens = []
        for identity in both:
            tokens.append(sessions.start_session(db.session.get_one(User, identity), user_agent=None))
        roles = [db.session.get_one(User, identity).roles[0].id for identity in both]
        db.session.commit()

    def remove(n: int) -> int:
        client = installation.test_client()
        with client.session_transaction() as cookie:
            cookie["_user_id"] = tokens[n]
        other = 1 - n
        return client.post(f"/konten/{both[other]}/rollen/{roles[other]}/entziehen").status_code

    answers = at_once(installation, 2, remove)
    assert answers[303] == 1, answers
    with installation.app_context():
        left = db.session.scalar(sa.select(sa.func.count()).select_from(UserRole))
    assert left == 1


def test_one_address_gets_one_account_even_if_it_is_invited_twice_at_once(installation: Flask) -> None:
    def invite(_n: int) -> bool:
        audit.acting(None)
        body = db.session.scalars(sa.select(Body)).one()
        try:
            accounts.create_account(body, email="zwilling@muster.example", roles=[], family_name="Zwilling")
            db.session.commit()
        except accounts.DomainError:
            db.session.rollback()
            return False
        return True

    assert at_once(installation, 4, invite)[True] == 1
