"""Impressum, Datenschutz, the statement on accessibility and its feedback form."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from govern.db import db, now
from govern.formats import today
from govern.mail import OutgoingMail
from govern.overview.queries.feedback import ANSWER_WITHIN
from govern.overview.views.notices import REVIEWED_ON
from govern.people.models import AccessibilityFeedback
from tests.conftest import Client
from tests.factories import make_body, make_coordinator, make_user

NOTICES = ("/impressum", "/datenschutz", "/barrierefreiheit", "/hilfe")


@pytest.mark.parametrize("path", NOTICES)
def test_notices_are_for_everybody_even_before_anything_was_set_up(client: Client, path: str) -> None:
    assert client.get(path).status_code == 200
    make_body()
    assert client.get(path).status_code == 200
    assert client.sign_in(make_user()).get(path).status_code == 200


@pytest.mark.proves("C-17")
@pytest.mark.parametrize("path", ["/anmelden", "/gibt-es-nicht", "/", "/organisationen", *NOTICES])
def test_every_page_links_the_notices(client: Client, path: str) -> None:
    make_body()
    if path in ("/", "/organisationen"):
        client.sign_in(make_coordinator())
    page = client.get(path).text
    for notice in NOTICES:
        assert f'href="{notice}"' in page


@pytest.mark.proves("C-17")
def test_the_statement_says_what_the_law_asks_for(client: Client) -> None:
    body = make_body()
    body.accessibility_contact, body.accessibility_email = "Stelle für Inklusion", "inklusion@muster.example"
    body.accessibility_status = "Alte Karten sind nur Bilder."
    db.session.commit()
    page = client.get("/barrierefreiheit").text
    for words in ("teilweise vereinbar", "Selbstbewertung", "Warum", "Alternative", "§ 10d BGG NRW",
                  "https://www.mags.nrw/ombudsstelle-barrierefreie-informationstechnik",
                  "ombudsstelle-barrierefreie-it@mags.nrw.de", "Stelle für Inklusion", "inklusion@muster.example",
                  "Alte Karten sind nur Bilder."):  # fmt: skip
        assert words in page
    assert re.search(r"Zuletzt geprüft am \d+\. \w+ \d{4}", page)


@pytest.mark.proves("C-17")
def test_the_statement_was_reviewed_within_a_year() -> None:
    assert REVIEWED_ON <= today() < REVIEWED_ON + timedelta(days=365), "Erklärung zur Barrierefreiheit neu prüfen"


@pytest.mark.proves("C-18", "C-06")
def test_a_report_without_an_account_is_kept_and_sent_to_the_office(client: Client) -> None:
    body = make_body()
    body.accessibility_email = "inklusion@muster.example"
    db.session.commit()
    page = client.get("/barrierefreiheit").text
    assert re.search(r'<form[^>]*action="/barrierefreiheit#[^"]*"[^>]*method="post"', page)
    answer = client.post("/barrierefreiheit", data={
        "text": "Die Tabelle wird nicht vorgelesen.", "page": "Gremien", "sender_name": "Robin Beispiel",
        "sender_email": "robin@muster.example",
    })  # fmt: skip
    assert answer.location == "/barrierefreiheit"
    assert "Sie ist angekommen." in client.get("/barrierefreiheit").text
    kept = db.session.query(AccessibilityFeedback).one()
    assert (kept.text, kept.page, kept.answered_on) == ("Die Tabelle wird nicht vorgelesen.", "Gremien", None)
    mail = db.session.query(OutgoingMail).one()
    assert mail.to_address == "inklusion@muster.example"
    assert "Die Tabelle wird nicht vorgelesen." in mail.text and "robin@muster.example" in mail.text


@pytest.mark.proves("C-18")
def test_a_report_is_kept_even_without_an_address_to_send_it_to(client: Client) -> None:
    make_body()
    assert client.post("/barrierefreiheit", data={"text": "Kontrast"}).status_code == 303
    assert db.session.query(AccessibilityFeedback).count() == 1
    assert db.session.query(OutgoingMail).count() == 0


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"text": " "}, "Bitte beschreiben Sie kurz, worum es geht."),
        ({"text": "x", "sender_email": "robin"}, "Bitte eine E-Mail-Adresse"),
        ({"text": "x", "sender_email": "a@b.example\nBcc: c@d.example"}, "Bitte eine E-Mail-Adresse"),
    ],
)
def test_a_report_that_cannot_be_used_is_refused_and_kept_in_the_form(
    client: Client, data: dict[str, str], sentence: str
) -> None:
    make_body()
    answer = client.post("/barrierefreiheit", data={**data, "page": "Startseite"})
    assert answer.status_code == 422
    assert sentence in answer.text and 'value="Startseite"' in answer.text
    assert db.session.query(AccessibilityFeedback).count() == 0


@pytest.mark.proves("C-18", "D-07")
def test_reports_are_throttled_and_the_words_stay(client: Client) -> None:
    make_body()
    for _ in range(5):
        assert client.post("/barrierefreiheit", data={"text": "noch einer"}).status_code == 303
    answer = client.post("/barrierefreiheit", data={"text": "einer zu viel"})
    assert answer.status_code == 429
    assert "einer zu viel" in answer.text and "zu viele Versuche" in answer.text
    assert db.session.query(AccessibilityFeedback).count() == 5


@pytest.mark.proves("C-18")
def test_open_reports_show_their_deadline_until_they_are_answered(client: Client) -> None:
    body = make_body()
    report = AccessibilityFeedback(body_id=body.id, text="Kontrast <b>", received_at=now() - timedelta(days=3))
    db.session.add(report)
    db.session.commit()
    client.sign_in(make_coordinator())
    assert "1 Rückmeldung<" in client.get("/").text
    page = client.get("/einstellungen/rueckmeldungen").text
    due = today() - timedelta(days=3) + ANSWER_WITHIN
    assert f"Antwort bis {due.day}. " in page and "Kontrast &lt;b&gt;" in page
    path = f"/einstellungen/rueckmeldungen/{report.id}/beantwortet"
    assert client.sign_in(make_user()).post(path).status_code == 404
    client.sign_in(make_coordinator())
    assert client.post(path).status_code == 303
    assert "beantwortet am" in client.get("/einstellungen/rueckmeldungen").text
    assert "1 Rückmeldung<" not in client.get("/").text
    assert client.post(path).status_code == 422


@pytest.mark.proves("D-36")
@pytest.mark.parametrize("path", ["/anmelden", *NOTICES])
def test_public_pages_load_nothing_from_elsewhere(client: Client, path: str) -> None:
    make_body()
    page = client.get(path).text
    assert not re.findall(r'(?:src|srcset|action)="(?:https?:)?//|<link[^>]+href="(?:https?:)?//', page)


@pytest.mark.proves("D-37")
@pytest.mark.parametrize("path", ["/", "/organisationen", "/personen", "/suche?q=kim", "/einstellungen",
                                  "/personen/auswahl?feld=p", "/organisationen/auswahl?feld=o"])  # fmt: skip
def test_without_an_account_nothing_of_persons_is_seen(client: Client, path: str) -> None:
    user = make_user()
    assert user.person is not None
    answer = client.get(path, follow_redirects=True)
    assert "Anmelden" in answer.text
    assert user.person.family_name not in answer.text and "@muster.example" not in answer.text
