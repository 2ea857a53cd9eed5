"""The main job in a browser: a meeting of the steering group from its topics to its minutes and orders."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

import icalendar
import pytest
from playwright.sync_api import Page, expect

from tests.browser.journeys import Meeting, plan_meeting, text_of_docx

pytestmark = [pytest.mark.browser, pytest.mark.slow]

Visit = Callable[..., Page]
DUE = (date.today() + timedelta(days=30)).isoformat()  # noqa: DTZ011 - a day far enough away in any zone
ORDERS = {
    "Stadt Jülich": "Die Sprechzeiten für Neuzugewanderte bündeln und melden",
    "Linnich": "Die Dolmetscherliste prüfen und ergänzen",
    "Gemeinde Langerwehe": "Einen Raum für die Sprachberatung benennen",
}


@pytest.mark.proves("A1", "C3", "C7", "C9", "C10", "C11", "C16", "D1", "D2", "D3", "C-13", "B7", "D-10")
def test_a_meeting_from_its_topics_to_its_orders(visit: Visit) -> None:
    page = visit("coordinator", viewport={"width": 1280, "height": 900})
    page.goto("/sitzungen")
    page.locator("main").get_by_role("link", name="9. Sitzung").first.click()
    meeting = Meeting(page, re.sub(r"^https?://[^/]+", "", page.url).partition("?")[0])

    topics = meeting.take_topics(2)
    meeting.add_decision("Übergänge aus dem Sprachkurs", "Die Übergänge werden gemeinsam geplant.")
    before = meeting.titles()
    meeting.move_up("Übergänge aus dem Sprachkurs")
    expect(page.locator(".agenda > li h3").nth(before.index("Übergänge aus dem Sprachkurs") - 1)).to_contain_text(
        "Übergänge aus dem Sprachkurs"
    )
    agenda = text_of_docx(meeting.download(page.get_by_role("link", name="Als DOCX")))
    assert all(title in agenda for title in [*topics, "Übergänge aus dem Sprachkurs"])

    meeting.start()
    assert re.search(r"20 .*\b3 .*\b5 ", meeting.record_attendance(deputies=3, excused=5), re.DOTALL)
    page.goto(f"{meeting.path}/protokollieren")
    minute_all_items(meeting)
    meeting.close()

    page.goto(f"{meeting.path}/protokoll")
    minutes = text_of_docx(meeting.download(page.get_by_role("link", name="DOCX").first))
    assert "Unter Vorbehalt der Mittel" in minutes and ORDERS["Stadt Jülich"] in minutes
    assert meeting.download(page.get_by_role("link", name="PDF").first).startswith(b"%PDF-")

    page.goto("/beschluesse")
    expect(page.locator("main")).to_contain_text("Der Bedarf wird anerkannt.")
    expect(page.locator("main")).to_contain_text("Unter Vorbehalt der Mittel")
    page.goto("/arbeitsauftraege")
    for task in ORDERS.values():
        expect(page.locator("main")).to_contain_text(task)
    town_sees_only_its_own(visit)


def minute_all_items(meeting: Meeting) -> None:
    """One resolution counted, one unanimous with a proviso, three orders, a result for every item."""
    n, goes_on = 0, True
    while goes_on:
        meeting.write(f"Ergebnis der Beratung zu Punkt {n}.")
        if n == 0:
            meeting.resolve("Der Bedarf wird anerkannt.", "counted", votes=(15, 3, 1))
        if n == 1:
            meeting.resolve("Das Vorhaben beginnt.", "unanimous", proviso="unter Vorbehalt der Mittel")
            for addressee, task in ORDERS.items():
                meeting.order(task, addressee, DUE)
        goes_on = meeting.finish_item("decided" if n < 2 else "noted")
        n += 1


def town_sees_only_its_own(visit: Visit) -> None:
    page = visit("organisation")
    page.goto("/arbeitsauftraege")
    main = page.locator("main")
    expect(main).to_contain_text(ORDERS["Stadt Jülich"])
    for name in ("Linnich", "Gemeinde Langerwehe"):
        expect(main).not_to_contain_text(ORDERS[name])
    page.goto("/suche?q=Dolmetscherliste")
    expect(page.locator("main")).not_to_contain_text(ORDERS["Linnich"])


@pytest.mark.proves("C-06")
def test_a_meeting_without_scripts(visit: Visit) -> None:
    page = visit("coordinator", java_script_enabled=False)
    meeting = plan_meeting(page, has_scripts=False)
    topics = meeting.take_topics(1)
    meeting.add_decision("Beschluss ohne Skripte", "Es geht auch so.")
    meeting.move_up("Beschluss ohne Skripte")
    titles = meeting.titles()
    assert titles.index("Beschluss ohne Skripte") < titles.index(topics[0])
    meeting.start()
    assert re.search(r"25 .*\b1 .*\b2 ", meeting.record_attendance(deputies=1, excused=2), re.DOTALL)
    page.goto(f"{meeting.path}/protokollieren")
    goes_on = first = True
    while goes_on:
        meeting.write("Niedergeschrieben ohne Skripte.")
        if first:
            meeting.resolve("So wird verfahren.", "unanimous")
            meeting.order("Das Verfahren beschreiben und verteilen", "Stadt Jülich", DUE)
        goes_on = meeting.finish_item("decided" if first else "noted")
        first = False
    meeting.close()
    page.goto(f"{meeting.path}/protokoll")
    expect(page.locator("main")).to_contain_text("So wird verfahren.")
    expect(page.locator("main")).to_contain_text("Das Verfahren beschreiben und verteilen")


@pytest.mark.proves("B-09", "B-13")
def test_a_moved_meeting_moves_in_the_feed(visit: Visit) -> None:
    page = visit("coordinator")
    page.goto("/gremien/1")
    meeting = plan_meeting(page)
    page.goto("/kalender")
    page.get_by_role("button", name="Adresse anlegen für Lenkungsgruppe KIM Kreis Düren").click()
    address = page.locator("#adresse-1").input_value()
    uid, start, sequence = entry(page, address, meeting)
    page.goto(f"{meeting.path}/verschieben")
    day = page.locator("input[type=date]").first
    moved = date.fromisoformat(day.input_value()) + timedelta(days=1)
    day.fill(moved.isoformat())
    page.locator("#sitzung-verschieben [name=reason]").fill("Raum belegt")
    page.get_by_role("button", name="Verschieben", exact=True).click()
    page.wait_for_url(f"**{meeting.path}*")
    after = entry(page, address, meeting)
    assert after[0] == uid
    assert after[1] - start == timedelta(days=1)
    assert after[2] > sequence


def entry(page: Page, address: str, meeting: Meeting) -> tuple[str, object, int]:
    """UID, start and SEQUENCE of a meeting in a feed, fetched by somebody who is not signed in."""
    answer = page.context.browser.new_context().request.get(address)  # type: ignore[union-attr]
    assert answer.status == 200
    for event in icalendar.Calendar.from_ical(answer.body()).walk("VEVENT"):
        if str(event["URL"]).endswith(meeting.path):
            return str(event["UID"]), event["DTSTART"].dt, int(event["SEQUENCE"])
    raise AssertionError(f"{meeting.path} is not in the feed")
