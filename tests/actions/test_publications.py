"""The public page of settled matters: behind a switch, with released texts only, without internal content (E15)."""

from __future__ import annotations

import re
from datetime import date

import pytest

from govern.actions.models import Matter, MatterPublication, MatterState
from govern.db import db, now
from tests.conftest import Client
from tests.factories import make, make_coordinator, make_gap_report, make_matter, make_user

pytestmark = pytest.mark.usefixtures("app")
PAGE = "/geloeste-luecken"
TEXT = "Kinder im Vorschulalter haben jetzt Vorrang bei der Vergabe."


def settled(**values: str) -> Matter:
    return make_matter(state=MatterState.SETTLED, closed_on=date(2026, 5, 4), closing_note="Intern: Streit im Amt",
                       shared_at=now(), **{"title": "Interner Titel", **values})  # fmt: skip


def switch_on(matter: Matter, *, indexed: bool = False) -> None:
    matter.body.publishes_matters, matter.body.publications_indexed = True, indexed
    db.session.commit()


def sign_out(client: Client) -> Client:
    with client.session_transaction() as cookie:
        cookie.clear()
    return client


@pytest.mark.proves("E15", "D-50")
def test_the_public_reads_released_texts_of_settled_matters_and_nothing_else(client: Client) -> None:
    matter, silent = settled(), settled(title="Nie veröffentlicht")
    make_gap_report(matter=matter, headline="Wortlaut einer Meldung")
    path = f"/luecken/{matter.id}/veroeffentlichen"
    client.sign_in(make_coordinator())
    assert path in client.get(f"/luecken/{matter.id}").text
    sent = {"title": "Kita-Plätze", "text": TEXT, "version": "0"}
    small = client.post(path, data=sent | {"text": "Geholfen hat es 3 Familien."})
    assert small.status_code == 422
    assert "keine Zahlen unter 5" in small.text
    assert client.post(path, data=sent | {"text": "Rückruf unter 0171 2345678"}).status_code == 422
    assert client.post(path, data=sent).status_code == 303
    late = client.post(path, data=sent | {"text": "Zu spät"})
    assert late.status_code == 409
    assert "Zu spät" in late.text
    assert TEXT in late.text
    assert re.search(r'name="version"[^>]* value="2"', late.text), "who has read both may release the own words"
    assert sign_out(client).get(PAGE).status_code == 404
    switch_on(matter)
    page = client.get(PAGE)
    assert page.status_code == 200
    assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert TEXT in page.text
    assert "Kita-Plätze" in page.text
    for secret in ("Intern", "Nie veröffentlicht", "Wortlaut", matter.number, silent.number, "Meldung"):
        assert secret not in page.text, secret
    switch_on(matter, indexed=True)
    page = client.get(PAGE)
    assert "X-Robots-Tag" not in page.headers
    assert 'content="noindex"' not in page.text


@pytest.mark.proves("E15")
def test_what_is_replaced_taken_back_or_open_again_is_gone(client: Client) -> None:
    matter = settled()
    switch_on(matter)
    path = f"/luecken/{matter.id}/veroeffentlichen"
    client.sign_in(make_coordinator())
    client.post(path, data={"title": "Alt", "text": "Erste Fassung.", "version": "0"})
    client.post(path, data={"title": "Neu", "text": "Zweite Fassung.", "version": "2"})
    page = client.get(PAGE).text
    assert "Zweite Fassung." in page
    assert "Erste Fassung." not in page
    assert client.post(f"/luecken/{matter.id}/wieder-aufnehmen").status_code == 303
    assert "Zweite Fassung." not in client.get(PAGE).text
    assert client.get(path).status_code == 403
    again = db.session.get_one(Matter, matter.id)
    again.state, again.closed_on = MatterState.SETTLED, date(2026, 6, 1)
    db.session.commit()
    assert "Zweite Fassung." not in client.get(PAGE).text, "nobody released it for the new solution"
    client.post(path, data={"title": "Neu", "text": "Dritte Fassung.", "version": "5"})
    assert "Dritte Fassung." in client.get(PAGE).text
    withdraw = f"/luecken/{matter.id}/veroeffentlichung-zuruecknehmen"
    client.post(withdraw, data={"version": "2"})
    assert "Dritte Fassung." in client.get(PAGE).text
    client.post(withdraw, data={"version": "6"})
    assert "Dritte Fassung." not in client.get(PAGE).text
    assert db.session.query(MatterPublication).count() == 3


@pytest.mark.proves("E15")
def test_only_the_coordination_publishes_and_the_switch_is_off_at_first(client: Client) -> None:
    matter = settled()
    assert matter.body.publishes_matters is False
    make(MatterPublication(matter=matter, number=1, title="x", text="y"))
    client.sign_in(make_user())
    assert client.get(f"/luecken/{matter.id}/veroeffentlichen").status_code == 404
    assert client.get(PAGE).status_code == 404
