"""A meeting in the room: two people minute it, the wall and a phone follow, all at once."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Response, expect

from tests.browser.journeys import plan_meeting

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SAVED = "#protokolltext-stand"
IN_TIME = 8_000
"""Two seconds until the page asks again; the rest is for the answer of a busy machine."""


@pytest.mark.proves("C9", "C10", "D-03", "C-05")
def test_two_minute_takers_a_projector_and_a_phone_at_once(visit: Callable[..., Page]) -> None:
    meeting = plan_meeting(visit("coordinator", viewport={"width": 1280, "height": 900}))
    meeting.start()
    first, second = meeting.page, visit("coordinator")
    wall, phone = visit("chair"), visit("member", viewport={"width": 390, "height": 844})
    first.goto(f"{meeting.path}/protokollieren")
    agenda = [(link.get_attribute("href") or "", link) for link in first.locator(".live__items a").all()]
    opening, last = agenda[0][0], agenda[-1][0]
    wall.goto(f"{meeting.path}/beamer")
    phone.goto(f"{meeting.path}/mitverfolgen")
    asked: list[Response] = []
    wall.on("response", lambda answer: asked.append(answer) if "stand=" in answer.url else None)

    # Each at another item, then both at the same one: every word is kept, and who came second sees both texts.
    second.goto(last)
    meeting.write("Die Erste begrüßt die Runde.")
    second.locator("#protokolltext").fill("Der Zweite schreibt zum Schluss.")
    expect(second.locator(SAVED)).to_contain_text("✓ gespeichert")
    second.goto(opening)
    meeting.write("Die Erste begrüßt die Runde und den Gast.")
    second.locator("#protokolltext").fill("Der Zweite ergänzt die Uhrzeit.")
    conflict = second.locator("#meetings-live_conflict .conflict")
    expect(conflict).to_contain_text("Die Erste begrüßt die Runde und den Gast.")
    expect(conflict).to_contain_text("Der Zweite ergänzt die Uhrzeit.")
    second.get_by_role("button", name="Zusammengeführten Text speichern").click()
    expect(conflict).to_have_count(0)

    # What is called up and what is resolved stands on the wall and on the phone within two seconds.
    first.goto(last)
    with first.expect_response(re.compile("/aufrufen$")):
        first.get_by_role("button", name="Jetzt aufrufen").click()  # though the second has written there before
    title = first.locator("h1").inner_text()
    for screen in (wall, phone):
        assert screen.locator("#meetings-room").get_attribute("data-hx-trigger") == "every 2s"
        expect(screen.locator("h1")).to_have_text(title, timeout=IN_TIME)
    meeting.resolve("Die Runde trifft sich im Herbst wieder.", "unanimous")
    for screen in (wall, phone):
        expect(screen.locator("#meetings-room")).to_contain_text("im Herbst wieder", timeout=IN_TIME)
        expect(screen.locator("#meetings-room")).to_contain_text("einstimmig angenommen")

    second.goto(f"{meeting.path}/protokoll")
    minutes = second.locator("main").inner_text()
    assert "den Gast" in minutes and "die Uhrzeit" in minutes and "zum Schluss" in minutes
    assert all(answer.request.headers.get("x-govern-passive") == "1" for answer in asked)
    assert len({answer.headers["x-session-ends"] for answer in asked}) == 1  # looking on prolongs no sign-in
