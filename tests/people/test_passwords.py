"""Which passwords are accepted, how they are changed, and the links that set them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine

from govern.db import db
from govern.errors import DomainError
from govern.mail import OutgoingMail
from govern.people.models import UserToken
from govern.people.services import one_time_links, sessions
from govern.people.services.passwords import check_password
from tests.conftest import Client
from tests.factories import PASSWORD, make_administrator, make_coordinator, make_user

NEW = "Birne Laterne Kieselstein"
START = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)


@pytest.mark.proves("D-05")
@pytest.mark.parametrize(
    "password",
    ["vier Wörter ohne Sinn", "x7" + "q!pl0v-ebn", "ÄÖÜ äöü ß €uro!", "a" * 60 + "b" * 60 + "cdefghij",
     "aaaa bbbb cccc dddd e", "nurkleinbuchstabenhier"],
)  # fmt: skip
def test_a_long_password_needs_no_digits_or_signs(password: str) -> None:
    check_password(password)


@pytest.mark.proves("D-05")
@pytest.mark.parametrize(
    ("password", "reason"),
    [("zu kurz 123", "zu kurz"), ("x" * 64 + "y" * 65, "zu lang"), ("qwerty123456", "verbreitet"),
     ("1q2w3e4r5t6y", "verbreitet"), ("Password12345", "verbreitet"), ("P@ssw0rt!2026!", "verbreitet"),
     ("Sommer20262026", "verbreitet"), ("aaaaaaaaaaaaaa", "verbreitet"), ("geheimgeheim", "verbreitet"),
     ("abcdefghijklmn", "verbreitet"), ("123456789012345", "verbreitet"), ("Willkommen 1234", "verbreitet"),
     ("mein Govern Zugang", "„govern“"), ("der Kreis ist rund", "„kreis“"), ("AMSEL im Baum sitzt", "„amsel“")],
)  # fmt: skip
def test_weak_passwords_are_refused_with_the_reason(password: str, reason: str) -> None:
    with pytest.raises(DomainError, match=reason) as refused:
        check_password(password, words=["Amsel", "de", "am"])
    assert refused.value.field == "password"


@pytest.mark.proves("D-05")
def test_changing_the_password_asks_for_the_old_one_and_names_what_is_wrong(client: Client) -> None:
    user = make_user(password=PASSWORD)
    assert user.person is not None
    client.sign_in(user)
    page = client.post("/profil/passwort", data={"old_password": "falsch", "password": NEW})
    assert page.status_code == 422
    assert "Das bisherige Passwort stimmt nicht." in page.text
    page = client.post(
        "/profil/passwort", data={"old_password": PASSWORD, "password": f"mit {user.person.family_name} drin"}
    )
    assert page.status_code == 422
    assert "sind leicht zu erraten" in page.text
    assert 'aria-describedby="password-error password-hint"' in page.text
    assert client.post("/profil/passwort", data={"old_password": PASSWORD, "password": PASSWORD}).status_code == 422
    assert client.post("/profil/passwort", data={"old_password": PASSWORD, "password": NEW}).status_code == 303
    assert "Ihr Passwort ist geändert." in client.get("/profil").text
    db.session.refresh(user)
    assert sessions.matches(user.password_hash, NEW)
    mail = db.session.scalars(sa.select(OutgoingMail)).one()
    assert (mail.to_address, mail.subject) == (user.email, "Ihr Passwort wurde geändert")
    assert NEW not in mail.text


def test_no_password_is_ever_sent_back(client: Client) -> None:
    client.sign_in(make_user(password=PASSWORD))
    page = client.post("/profil/passwort", data={"old_password": "geheimes Wort", "password": "zu kurz"}).text
    assert "geheimes Wort" not in page
    assert 'value="zu kurz"' not in page


@pytest.mark.proves("D-07")
def test_guessing_the_old_password_has_to_wait(client: Client) -> None:
    client.sign_in(make_user(password=PASSWORD))
    for _ in range(5):
        client.post("/profil/passwort", data={"old_password": "falsch", "password": NEW})
    answer = client.post("/profil/passwort", data={"old_password": PASSWORD, "password": NEW})
    assert answer.status_code == 429


def link_in_the_mail() -> str:
    mail = db.session.scalars(sa.select(OutgoingMail).order_by(OutgoingMail.id.desc())).first()
    assert mail is not None
    found = re.search(r"^http://127\.0\.0\.1:8000(/passwort/neu/\S+)$", mail.text, re.MULTILINE)
    assert found is not None
    return found.group(1)


@pytest.mark.proves("D-05", "D-07")
def test_a_forgotten_password_is_set_anew_through_a_link_that_works_once(client: Client) -> None:
    user = make_user(password=PASSWORD)
    answer = client.post("/passwort/vergessen", data={"email": user.email.upper()})
    assert answer.location == "/passwort/unterwegs"
    link = link_in_the_mail()
    assert client.get(link).status_code == 200  # mail scanners open links: that uses nothing up
    assert client.post(link, data={"password": "zu kurz"}).status_code == 422
    assert client.post(link, data={"password": NEW}).status_code == 303
    assert client.post(link, data={"password": PASSWORD}).status_code == 404
    assert client.get(link).status_code == 404
    db.session.refresh(user)
    assert sessions.matches(user.password_hash, NEW)


@pytest.mark.proves("D-07")
def test_asking_for_a_link_tells_nothing_about_accounts(client: Client) -> None:
    locked = make_user(password=PASSWORD, is_locked=True)
    for email in (locked.email, "niemand@muster.example", make_user(password=PASSWORD).email):
        answer = client.post("/passwort/vergessen", data={"email": email})
        assert (answer.status_code, answer.location) == (303, "/passwort/unterwegs")
    assert len(db.session.scalars(sa.select(OutgoingMail)).all()) == 1
    assert client.post("/passwort/vergessen", data={"email": ""}).status_code == 422


@pytest.mark.proves("D-07")
def test_nobodys_mailbox_is_flooded_and_networks_that_ask_a_lot_wait(client: Client) -> None:
    user = make_user(password=PASSWORD)
    with time_machine.travel(START, tick=False):
        for n in range(40):
            answer = client.post(
                "/passwort/vergessen", data={"email": user.email}, environ_base={"REMOTE_ADDR": f"2001:db8::{n}"}
            )
            assert answer.location == "/passwort/unterwegs"
        assert len(db.session.scalars(sa.select(OutgoingMail)).all()) == 3
        answer = client.post(
            "/passwort/vergessen", data={"email": "a@muster.example"}, environ_base={"REMOTE_ADDR": "2001:db8::ffff"}
        )
        assert answer.status_code == 429


@pytest.mark.parametrize(("invitation", "lasts"), [(True, timedelta(days=7)), (False, timedelta(hours=1))])
def test_links_end(client: Client, invitation: bool, lasts: timedelta) -> None:
    user, by = make_user(password=None if invitation else PASSWORD), make_administrator()
    with time_machine.travel(START, tick=False) as clock:
        if invitation:
            one_time_links.send_invitation(user, by=by)
        else:
            one_time_links.request_reset(user.email, network="192.0.2.1")
        db.session.commit()
        link = link_in_the_mail()
        clock.shift(lasts - timedelta(seconds=1))
        assert client.get(link).status_code == 200
        clock.shift(1)
        assert client.get(link).status_code == 404
        assert client.post(link, data={"password": NEW}).status_code == 404


def test_a_link_is_kept_as_a_hash_and_a_new_one_replaces_it(client: Client) -> None:
    user = make_user()
    first = one_time_links.send_invitation(user, by=make_administrator()).removeprefix("http://127.0.0.1:8000")
    second = one_time_links.send_invitation(user, by=make_administrator()).removeprefix("http://127.0.0.1:8000")
    db.session.commit()
    assert all(row.token_hash not in first + second for row in db.session.scalars(sa.select(UserToken)))
    assert client.get(first).status_code == 404
    assert client.get(second).status_code == 200
    user.is_locked = True
    db.session.commit()
    assert client.get(second).status_code == 404


@pytest.mark.proves("D-02")
def test_a_password_set_by_link_ends_every_session(client: Client) -> None:
    user = make_coordinator()
    client.sign_in(user)
    link = one_time_links.send_invitation(user, by=None).removeprefix("http://127.0.0.1:8000")
    db.session.commit()
    client.post(link, data={"password": NEW})
    assert client.get("/profil").status_code == 303
