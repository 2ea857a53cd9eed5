"""Typing the minutes when something goes wrong: two at once, no connection, no mouse, the session at its end."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from scripts.demo_server import DemoServer
from tests.browser.conftest import ACCOUNTS, axe, sign_in
from tests.browser.journeys import Meeting, plan_meeting

pytestmark = [pytest.mark.browser, pytest.mark.slow]

Visit = Callable[..., Page]
STAND = "#protokolltext-stand"
SHOWS_FOCUS = """
() => [document.activeElement, document.activeElement.nextElementSibling, document.activeElement.closest('label')]
  .filter(e => e).map(e => getComputedStyle(e)).some(s => s.outlineStyle !== 'none' || s.boxShadow !== 'none')
"""
"""A ring around the control itself, or around the word that stands for it."""
IN_SIGHT = """
() => {
  const focused = document.activeElement, place = focused.closest('label') || focused;
  const r = place.getBoundingClientRect();
  const top = document.elementFromPoint(r.left + r.width / 2, r.top + Math.min(r.height / 2, 20));
  return top !== null && (place.contains(top) || top.contains(place));
}
"""
"""Nothing, such as a bar that stays in place, lies over what has the focus (2.4.11)."""


@pytest.fixture
def running(visit: Visit) -> Meeting:
    """A meeting of the steering group that was just opened."""
    meeting = plan_meeting(visit("coordinator", viewport={"width": 1280, "height": 900}))
    meeting.start()
    meeting.page.goto(f"{meeting.path}/protokollieren")
    return meeting


@pytest.mark.proves("C9", "C-01", "C-05")
def test_two_minute_takers_lose_no_words(visit: Visit, running: Meeting) -> None:
    first, second = running.page, visit("coordinator")
    second.goto(f"{running.path}/protokollieren")
    running.write("Die Erste schreibt vom Bedarf.")
    second.locator("#protokolltext").fill("Der Zweite schreibt von den Kosten.")
    conflict = second.locator("#meetings-live_conflict .conflict")
    expect(conflict).to_be_visible()
    expect(conflict).to_contain_text("Die Erste schreibt vom Bedarf.")
    expect(conflict).to_contain_text("Der Zweite schreibt von den Kosten.")
    assert axe(second) == []
    merged = second.locator("#zusammengefuehrt")
    both = merged.input_value()
    assert "Bedarf" in both and "Kosten" in both
    second.get_by_role("button", name="Zusammengeführten Text speichern").click()
    expect(second.locator("#meetings-live_conflict .conflict")).to_have_count(0)
    first.reload()
    text = first.locator("#protokolltext").input_value()
    assert "Bedarf" in text and "Kosten" in text


@pytest.mark.proves("C9")
def test_a_dropped_connection_loses_nothing_typed(running: Meeting) -> None:
    page = running.page
    running.write("Vor der Unterbrechung.")
    page.context.set_offline(True)
    page.locator("#protokolltext").press_sequentially(" Und währenddessen.")
    expect(page.locator(STAND)).to_contain_text("keine Verbindung")
    page.context.set_offline(False)
    expect(page.locator(STAND)).to_contain_text("✓ gespeichert", timeout=15_000)
    page.reload()
    assert "Und währenddessen." in page.locator("#protokolltext").input_value()


@pytest.mark.proves("C9")
def test_what_was_not_sent_is_there_after_a_crash(running: Meeting) -> None:
    page = running.page
    page.context.set_offline(True)
    page.locator("#protokolltext").fill("Nicht mehr gesendet.")
    expect(page.locator(STAND)).to_contain_text("keine Verbindung")
    page.close()
    page.context.set_offline(False)
    again = page.context.new_page()
    again.goto(f"{running.path}/protokollieren")
    expect(again.locator("#protokolltext")).to_have_value("Nicht mehr gesendet.")
    expect(again.locator(STAND)).to_contain_text("✓ gespeichert", timeout=15_000)
    again.reload()
    expect(again.locator("#protokolltext")).to_have_value("Nicht mehr gesendet.")
    assert again.evaluate("Object.keys(localStorage).filter(k => k.startsWith('govern-unsent'))") == []


@pytest.mark.proves("C-03", "C-04", "C-13")
def test_the_main_job_with_the_keyboard_alone(visit: Visit) -> None:
    """Reorder, open the meeting, minute and close an item without ever touching a pointer."""
    meeting = plan_meeting(visit("coordinator", viewport={"width": 1280, "height": 900}))
    page = meeting.page
    titles = meeting.titles()
    reach(page, "button[data-drag-handle]")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#live-status")).to_contain_text("Stelle 2 von")
    expect(page.locator(".agenda > li h3").nth(1)).to_contain_text(titles[0])
    page.wait_for_load_state("networkidle")
    page.goto(f"{meeting.path}/protokollieren")
    reach(page, "form[action$='/eroeffnen'] button")
    page.keyboard.press("Enter")
    expect(page.locator("#protokolltext")).to_be_visible()
    reach(page, "#protokolltext")
    page.keyboard.type("Nur getippt.")
    expect(page.locator(STAND)).to_contain_text("✓ gespeichert")
    page.keyboard.press("Alt+b")
    page.keyboard.press("Escape")
    reach(page, "#meetings-live_result input[type=radio]")
    with page.expect_response(lambda answer: answer.url.endswith("/ergebnis")):
        page.keyboard.press("ArrowUp")  # from the first to the last: withdrawn
    expect(page.locator("#meetings-live_result input[type=radio]:checked")).to_have_count(1)
    heading = page.locator("h1").inner_text()
    reach(page, "button[name=weiter]")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).not_to_have_text(heading)
    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator("h1")).to_have_text(heading)
    assert page.locator("#protokolltext").input_value() == "Nur getippt."


def reach(page: Page, selector: str) -> None:
    """Press Tab until an element has the focus, and see that the focus shows."""
    for _ in range(150):
        page.keyboard.press("Tab")
        if page.evaluate("s => document.activeElement.matches(s)", selector):
            assert page.evaluate(SHOWS_FOCUS), f"no focus ring on {selector}"
            assert page.evaluate(IN_SIGHT), f"{selector} is hidden when it has the focus"
            return
    raise AssertionError(f"Tab does not reach {selector}")


@pytest.mark.proves("C-15")
def test_typed_text_survives_signing_in_again(visit: Visit, demo: DemoServer) -> None:
    """The session was ended from another browser while somebody typed: sign in again, the words are still there."""
    page, elsewhere = visit(None), visit(None)
    for window in (page, elsewhere):
        sign_in(window, ACCOUNTS["office"], demo.password)
    page.goto("/themen/neu")
    page.locator("[name=title]").fill("Ein Thema, das nicht verloren geht")
    elsewhere.goto("/profil")
    elsewhere.get_by_role("button", name="beenden").first.click()
    page.locator("main form[method=post] button[type=submit]").last.click()
    page.locator("input[name=password]").fill(demo.password)
    page.locator("input[name=email]").fill(ACCOUNTS["office"])
    page.get_by_role("button", name="Anmelden", exact=True).click()
    page.get_by_role("button", name="Eingaben jetzt absenden").click()
    expect(page.locator("[name=title]")).to_have_value(
        "Ein Thema, das nicht verloren geht"
    )  # what it is about is missing


@pytest.mark.proves("C-16")
def test_who_wishes_no_motion_sees_none(visit: Visit) -> None:
    page = visit("coordinator", reduced_motion="reduce")
    for address in ("/", "/gremien", "/sitzungen"):
        page.goto(address)
        moving = page.evaluate(
            "() => [...document.querySelectorAll('*')].filter(e => { const s = getComputedStyle(e);"
            " return [s.transitionDuration, s.animationDuration].some(d => parseFloat(d) > 0.01)"
            " && (s.animationName !== 'none' || parseFloat(s.transitionDuration) > 0.01) }).length"
        )
        assert moving == 0
