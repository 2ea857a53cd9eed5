"""Signing in and out, and how long a session lasts."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from statistics import median

import pytest
import sqlalchemy as sa
import time_machine
from argon2 import PasswordHasher
from flask import Flask

from govern.db import db
from govern.people.models import Attempt, BrowserSession, Role, User
from govern.people.queries.accounts import token_hash
from govern.people.services import accounts, sessions, throttling
from govern.web import safe_target
from tests.conftest import Client
from tests.factories import PASSWORD, make_administrator, make_coordinator, make_user

START = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)


def attempt(client: Client, user: User | str, password: str = PASSWORD, address: str = "192.0.2.1", **data: str):  # type: ignore[no-untyped-def]
    email = user if isinstance(user, str) else user.email
    return client.post(
        "/anmelden", data={"email": email, "password": password, **data}, environ_base={"REMOTE_ADDR": address}
    )


def test_signing_in_leads_to_where_one_wanted_to_go(client: Client) -> None:
    user = make_user(password=PASSWORD)
    answer = client.get("/profil?x=1")
    assert answer.location == "/anmelden?weiter=/profil?x%3D1"
    assert 'value="/profil?x=1"' in client.get(answer.location).text
    assert attempt(client, user, weiter="/profil?x=1").location == "/profil?x=1"
    assert client.get("/profil").status_code == 200
    assert client.get("/anmelden?weiter=/konten").location == "/konten"


@pytest.mark.proves("D-17")
@pytest.mark.parametrize(
    "target",
    ["https://evil.example", "//evil.example", "/\\evil.example", "\\\\evil.example", "/a\r\nSet-Cookie: x=1", "evil",
     "javascript:alert(1)", "/\t/evil.example", ""],
)  # fmt: skip
def test_nobody_is_sent_to_a_foreign_page(client: Client, target: str) -> None:
    assert safe_target(target) == "/"
    assert attempt(client, make_user(password=PASSWORD), weiter=target).location == "/"


@pytest.mark.proves("C-12")
def test_password_managers_and_paste_work(client: Client) -> None:
    page = client.get("/anmelden").text
    assert 'autocomplete="username"' in page
    assert 'autocomplete="current-password"' in page
    assert "onpaste" not in page


@pytest.mark.proves("D-07")
def test_the_answer_does_not_tell_whether_an_account_exists(client: Client) -> None:
    known, locked = make_user(password=PASSWORD), make_user(password=PASSWORD, is_locked=True)
    invited = make_user()
    tries = [(known.email, "falsch und lang genug"), ("niemand@muster.example", PASSWORD), (locked.email, PASSWORD),
             (invited.email, PASSWORD)]  # fmt: skip
    with time_machine.travel(START, tick=False):  # form tokens hold the time
        answers = [attempt(client, email, password) for email, password in tries]
    assert {a.status_code for a in answers} == {422}
    texts = {a.text.replace(email, "") for a, (email, _) in zip(answers, tries, strict=True)}
    assert len(texts) == 1
    assert "E-Mail-Adresse oder Passwort stimmen nicht." in texts.pop()


@pytest.mark.proves("D-07")
def test_an_unknown_account_takes_as_long_as_a_known_one(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "_hasher", PasswordHasher(time_cost=2, memory_cost=8192, parallelism=1))
    user = make_user(password=PASSWORD)

    def duration(whom: User | None) -> float:
        start = time.process_time()
        assert not sessions.matches(whom.password_hash if whom else None, "falsch und lang genug")
        return time.process_time() - start

    known, unknown = (median(duration(whom) for _ in range(5)) for whom in (user, None))
    assert 1 / 3 < known / unknown < 3


@pytest.mark.proves("D-07")
@pytest.mark.parametrize("exists", [True, False])
def test_guessing_has_to_wait_longer_and_longer(client: Client, exists: bool) -> None:
    email = make_user(password=PASSWORD).email if exists else "niemand@muster.example"
    with time_machine.travel(START, tick=False) as clock:
        for _ in range(5):
            assert attempt(client, email, "falsch").status_code == 422
        answer = attempt(client, email)
        assert answer.status_code == 429
        assert "Bitte warten Sie 4 Sekunden" in answer.text
        clock.shift(5)
        assert attempt(client, email, "falsch").status_code == 422
        assert "Bitte warten Sie 8 Sekunden" in attempt(client, email).text
        clock.shift(9)
        assert attempt(client, email).status_code == (303 if exists else 422)


@pytest.mark.proves("D-07")
def test_no_wait_is_longer_than_five_minutes(client: Client) -> None:
    user = make_user(password=PASSWORD)
    with time_machine.travel(START, tick=False) as clock:
        for _ in range(20):
            assert attempt(client, user, "falsch").status_code == 422
            clock.shift(301)
        attempt(client, user, "falsch")
        clock.shift(200)
        assert attempt(client, user).status_code == 429
        clock.shift(101)
        assert attempt(client, user).status_code == 303


@pytest.mark.proves("D-07")
def test_strangers_who_guess_do_not_lock_the_owner_out(app: Flask, client: Client) -> None:
    user = make_user(password=PASSWORD)
    attempt(client, user)
    client.post("/abmelden")
    stranger = app.test_client()
    assert isinstance(stranger, Client)
    for _ in range(6):
        attempt(stranger, user, "falsch", address="198.51.100.7")
    assert attempt(stranger, user, address="198.51.100.7").status_code == 429
    assert attempt(client, user).status_code == 303


def test_another_persons_browser_opens_no_second_try(app: Flask, client: Client) -> None:
    attempt(client, make_user(password=PASSWORD))
    victim = make_user(password=PASSWORD)
    for _ in range(5):
        attempt(client, victim, "falsch")
    assert attempt(client, victim, "falsch").status_code == 429


@pytest.mark.proves("D-07")
def test_a_network_that_tries_many_accounts_has_to_wait(client: Client) -> None:
    with time_machine.travel(START, tick=False):
        for n in range(throttling.NETWORK.free):
            attempt(client, f"konto{n}@muster.example", address=f"2001:db8:1:2::{n:x}")
        user = make_user(password=PASSWORD)
        assert attempt(client, user, address="2001:db8:1:2:ffff::1").status_code == 429
        assert attempt(client, user, address="2001:db8:1:3::1").status_code == 303


@pytest.mark.proves("D-07")
def test_a_town_hall_behind_one_address_signs_in_all_morning(app: Flask) -> None:
    user = make_user(password=PASSWORD)
    with time_machine.travel(START, tick=False):
        for n in range(throttling.NETWORK.free - 1):
            assert attempt(Client(app), f"fremd{n}@muster.example").status_code == 422
        for _ in range(5):
            assert attempt(Client(app), user).status_code == 303, "what succeeds does not count for the others"
        attempt(Client(app), "noch-ein-fremd@muster.example")
        assert attempt(Client(app), user).status_code == 429, "what was guessed in between still counts"


@pytest.mark.parametrize(
    ("address", "network"),
    [("192.0.2.7", "192.0.2.7"), ("::ffff:192.0.2.7", "192.0.2.7"), ("2001:db8::1", "2001:db8::/64"),
     ("fe80::1%eth0", "fe80::/64"), ("unix:", "unknown"), (None, "unknown")],
)  # fmt: skip
def test_an_address_counts_for_its_network(address: str | None, network: str) -> None:
    assert throttling.network_of(address) == network


def test_counted_attempts_hold_no_addresses_and_are_forgotten_after_a_day(client: Client) -> None:
    with time_machine.travel(START, tick=False) as clock:
        attempt(client, "niemand@muster.example")
        rows = db.session.scalars(sa.select(Attempt)).all()
        assert len(rows) == 2
        assert all(len(row.subject) == 64 and "muster" not in row.subject for row in rows)
        clock.shift(timedelta(days=1, seconds=1))
        attempt(client, "anders@muster.example")
        assert {row.happened_at for row in db.session.scalars(sa.select(Attempt))} == {
            START + timedelta(days=1, seconds=1)
        }


@pytest.mark.proves("D-02")
def test_signing_in_gives_a_new_session_that_is_kept_as_a_hash(client: Client) -> None:
    user = make_user(password=PASSWORD)
    with client.session_transaction() as cookie:
        cookie["_user_id"] = "untergeschoben"
    attempt(client, user)
    with client.session_transaction() as cookie:
        token = cookie["_user_id"]
    assert token != "untergeschoben"
    assert len(token) * 6 >= 128
    assert db.session.scalars(sa.select(BrowserSession.token_hash)).all() == [token_hash(token)]


@pytest.mark.proves("D-02")
@pytest.mark.parametrize("how", ["sign_out", "password", "lock", "reset"])
def test_a_copied_cookie_is_dead_afterwards(app: Flask, client: Client, how: str) -> None:
    user = make_user(Role.COORDINATOR, password=PASSWORD)
    attempt(client, user)
    cookie = client.get_cookie("session")
    assert cookie is not None
    thief = app.test_client()
    thief.set_cookie("session", cookie.value)
    assert thief.get("/profil").status_code == 200
    if how == "sign_out":
        client.post("/abmelden")
    elif how == "password":
        new = "ganz anderer Satz mit Birnen"
        assert client.post("/profil/passwort", data={"old_password": PASSWORD, "password": new}).status_code == 303
        assert client.get("/profil").status_code == 200
    elif how == "lock":
        accounts.lock(user, by=make_administrator())
        db.session.commit()
    else:
        sessions.end_all_sessions(user)
        db.session.commit()
    assert thief.get("/profil").status_code == 303


@pytest.mark.proves("D-03")
def test_a_session_ends_when_it_is_not_used(client: Client) -> None:
    with time_machine.travel(START, tick=False) as clock:
        client.sign_in(make_coordinator())
        for _ in range(3):
            clock.shift(timedelta(minutes=119))
            assert client.get("/profil").status_code == 200
        clock.shift(timedelta(minutes=121))
        assert client.get("/profil").status_code == 303


@pytest.mark.proves("D-03")
def test_a_session_ends_after_twelve_hours_in_any_case(client: Client) -> None:
    with time_machine.travel(START, tick=False) as clock:
        client.sign_in(make_coordinator())
        for _ in range(7):
            clock.shift(timedelta(minutes=100))
            assert client.get("/profil").status_code == 200
        clock.shift(timedelta(minutes=21))
        assert client.get("/profil").status_code == 303


@pytest.mark.proves("D-03")
def test_requests_a_page_makes_by_itself_do_not_prolong_it(client: Client) -> None:
    with time_machine.travel(START, tick=False) as clock:
        client.sign_in(make_coordinator())
        for _ in range(3):
            clock.shift(timedelta(minutes=30))
            assert client.get("/profil", headers={"X-Govern-Passive": "1"}).status_code == 200
        clock.shift(timedelta(minutes=31))
        assert client.get("/profil", headers={"X-Govern-Passive": "1"}).status_code == 303


@pytest.mark.proves("C-15")
def test_staying_signed_in_moves_the_end(client: Client) -> None:
    with time_machine.travel(START, tick=False) as clock:
        client.sign_in(make_coordinator())
        page = client.get("/profil").text
        assert f'name="govern-session-ends" content="{(START + timedelta(hours=2)).isoformat()}"' in page
        assert 'name="govern-session-extend" content="/anmelden/verlaengern"' in page
        clock.shift(timedelta(minutes=118))
        passive = client.get("/profil", headers={"X-Govern-Passive": "1"})
        assert passive.headers["X-Session-Ends"] == (START + timedelta(hours=2)).isoformat()
        answer = client.post("/anmelden/verlaengern", headers={"HX-Request": "true"})
        assert answer.status_code == 204
        assert answer.headers["X-Session-Ends"] == (START + timedelta(minutes=238)).isoformat()


def test_staying_is_refused_when_the_session_is_over(client: Client) -> None:
    assert client.post("/anmelden/verlaengern", headers={"HX-Request": "true"}).status_code == 401


def test_a_hash_of_weaker_settings_is_renewed(client: Client) -> None:
    user = make_user()
    user.password_hash = PasswordHasher(time_cost=2, memory_cost=8, parallelism=1).hash(PASSWORD)
    db.session.commit()
    before = user.password_hash
    attempt(client, user)
    assert user.password_hash != before
    assert sessions.matches(user.password_hash, PASSWORD)


def test_umlauts_taken_apart_are_the_same_password(client: Client) -> None:
    user = make_user(password="Frühstück über Brücken")
    assert attempt(client, user, "Fru\u0308hstu\u0308ck u\u0308ber Bru\u0308cken").status_code == 303


def test_a_huge_password_keeps_nobody_busy(client: Client) -> None:
    assert attempt(client, make_user(password=PASSWORD), "x" * 1_000_000).status_code == 422


def test_ended_sessions_are_removed_with_the_next_sign_in(client: Client) -> None:
    user = make_user(password=PASSWORD)
    with time_machine.travel(START, tick=False) as clock:
        attempt(client, user)
        clock.shift(timedelta(days=31))
        attempt(client, user)
    assert len(db.session.scalars(sa.select(BrowserSession)).all()) == 1


@pytest.mark.proves("D-04")
def test_other_browsers_can_be_signed_out(app: Flask, client: Client) -> None:
    user, other = make_coordinator(), make_coordinator()
    client.sign_in(user)
    elsewhere = app.test_client()
    elsewhere.sign_in(user)
    foreign = app.test_client()
    foreign.sign_in(other)
    ids = {s.user_id: s.id for s in db.session.scalars(sa.select(BrowserSession).order_by(BrowserSession.id))}
    assert client.post(f"/profil/anmeldungen/{ids[user.id]}/beenden").status_code == 303
    client.post(f"/profil/anmeldungen/{ids[other.id]}/beenden")
    assert elsewhere.get("/profil").status_code == 303
    assert foreign.get("/profil").status_code == 200
    assert client.get("/profil").status_code == 200
