"""Rules of the house that no single feature owns."""

from __future__ import annotations

import pytest
from flask import Flask, Response
from markupsafe import Markup
from werkzeug.datastructures import MultiDict
from wtforms import Form, StringField, TextAreaField

from govern.committees.models import Committee
from govern.db import db, in_one_transaction, kept, name_sort_key, own_transaction, sort_key
from govern.formats import address_text, field_attributes, unbroken
from govern.people.models import Attempt, Standing, User
from tests.conftest import Client
from tests.factories import PASSWORD, make_committee, make_coordinator, make_user


@pytest.mark.parametrize(("status", "kept"), [(200, "neu"), (422, "alt"), (500, "alt")])
def test_only_success_is_kept(app: Flask, status: int, kept: str) -> None:
    committee = make_committee(name="alt")

    def view() -> Response:
        db.session.get_one(Committee, committee.id).name = "neu"
        db.session.flush()
        if status == 500:
            raise RuntimeError
        return Response("x", status)

    with app.test_request_context(method="POST"):
        if status == 500:
            with pytest.raises(RuntimeError):
                in_one_transaction(view)()
        else:
            in_one_transaction(view)()
    db.session.expire_all()
    assert db.session.get_one(Committee, committee.id).name == kept


def test_what_is_written_beside_the_request_survives_its_rollback(app: Flask) -> None:
    with own_transaction() as session:
        session.add(Attempt(kind="sign_in", subject="x"))
    db.session.rollback()
    assert db.session.query(Attempt).count() == 1


def test_health_answers_after_a_query(client: Client) -> None:
    answer = client.get("/health")
    assert answer.status_code == 200
    assert answer.json == {"status": "ok", "database": "ok", "revision": answer.json["revision"]}


def test_names_sort_as_in_din_5007() -> None:
    assert sorted(["Zülpich", "Ärzte", "Arbeit", "Öffnung", "Straße", "Strasbourg"], key=sort_key) == [
        "Arbeit", "Ärzte", "Öffnung", "Strasbourg", "Straße", "Zülpich",
    ]  # fmt: skip
    assert sorted(["Mutz", "Müller", "Mueller"], key=name_sort_key)[2] == "Mutz"


def test_signing_in_with_the_password_opens_the_door(client: Client) -> None:
    user = make_user(password=PASSWORD)
    answer = client.post("/anmelden", data={"email": user.email.upper(), "password": PASSWORD})
    assert answer.status_code == 303
    assert client.post("/abmelden").status_code == 303


def test_a_signed_out_cookie_is_worthless(client: Client) -> None:
    client.sign_in(make_coordinator())
    cookie = client.get_cookie("session")
    assert cookie is not None
    client.post("/abmelden")
    client.set_cookie("session", cookie.value)
    assert client.post("/abmelden").location.startswith("/anmelden")


def test_statements_are_kept_for_the_same_rights_only() -> None:
    built: list[int] = []

    @kept
    def statement(user: User, kind: str) -> str:
        built.append(user.id)
        return f"{kind} for {sorted(user.standing.office_committees)}"

    def reader(**offices: frozenset[int]) -> User:
        user = User(id=1, body_id=1)
        user.standing = Standing(**offices)
        return user

    assert statement(reader(), "a") is statement(reader(), "a")
    assert statement(reader(office_committees=frozenset({7})), "a") == "a for [7]"
    assert statement(reader(), "a") == "a for []"
    assert statement(reader(), "b") == "b for []"
    assert len(built) == 3


def test_official_numbers_stay_on_one_line_and_addresses_break_before_the_sign() -> None:
    one = '<span class="nowrap">{}</span>'
    assert unbroken("A-2026-003 · Beschluss LG-B-2026-07, <b>") == (
        f"{one.format('A-2026-003')} · Beschluss {one.format('LG-B-2026-07')}, &lt;b&gt;"
    )
    assert unbroken("Düren-Jülich, 2026-11-28, AK-Ü-B-2026-1") == (
        f"Düren-Jülich, 2026-11-28, {one.format('AK-Ü-B-2026-1')}"
    )
    assert unbroken(Markup("<b>A-2026-003</b>")) == "<b>A-2026-003</b>"
    for text, whole in (
        ("9. Sitzung der Lenkungsgruppe", "9. Sitzung"), ("Konzept, Fassung 3", "Fassung 3"),
        ("Beschluss LG-B-2026-07", "LG-B-2026-07"), ("zum Stand 11/2024", "Stand 11/2024"),
    ):  # fmt: skip
        assert unbroken(text, with_word=True) == text.replace(whole, one.format(whole))
        assert (unbroken(text) == text) is ("LG" not in text)
    assert address_text("a<b@x.example") == (
        '<span class="address">a&lt;b<wbr><span class="address__host">@x.example</span></span>'
    )


def test_attributes_of_fields_are_written_like_those_of_wtforms_and_escaped() -> None:
    written = field_attributes(
        name="a", class_="control", data_hx_post="/x?a=1&b=2", aria_invalid="true", required=True, disabled=False,
        value='„<b>" & \'', title=Markup('&amp; "x"'), rows=4, placeholder=None,
    )  # fmt: skip
    assert written == (
        'aria-invalid="true" class="control" data-hx-post="/x?a=1&amp;b=2" name="a" placeholder="None" required '
        'rows="4" title="&amp; &quot;x&quot;" value="„&lt;b&gt;&#34; &amp; &#39;"'
    )

    class AForm(Form):
        line, lines = StringField("Zeile"), TextAreaField("Zeilen")

    form = AForm(MultiDict([("line", '"><script>'), ("lines", "</textarea>")]))
    assert "<script>" not in form.line() + form.lines(title='"><script>')
