"""What scripts add to every page: shortcuts, menus, drafts, the warning before a session ends."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import axe
from tests.browser.journeys import plan_meeting

pytestmark = [pytest.mark.browser, pytest.mark.slow]

Visit = Callable[..., Page]


@pytest.mark.proves("C-03")
def test_shortcuts_menus_and_the_dark_theme(visit: Visit) -> None:
    page = visit("coordinator", viewport={"width": 1280, "height": 900})
    page.goto("/sitzungen")
    page.keyboard.press("/")
    expect(page.locator(":focus")).to_have_attribute("type", "search")
    summary = page.locator(".topbar summary").first
    summary.click()
    expect(page.get_by_role("link", name="Mein Profil")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Mein Profil")).to_be_hidden()
    expect(summary).to_be_focused()
    page.get_by_role("button", name="Dunkel").click()
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-kern-theme", "dark")


@pytest.mark.proves("C-15")
def test_a_draft_is_there_again_until_it_is_sent(visit: Visit) -> None:
    page = visit("coordinator")
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.goto("/gremien/1/themen/neu")
    page.locator("[name=purpose]").fill("Ein langer Text, der nicht verloren gehen soll.")
    page.goto("/sitzungen")
    page.goto("/gremien/1/themen/neu")
    expect(page.locator("[name=purpose]")).to_have_value("Ein langer Text, der nicht verloren gehen soll.")
    page.get_by_role("button", name="Verwerfen").click()
    expect(page.locator("[name=purpose]")).to_have_value("")


@pytest.mark.proves("C-07")
def test_the_tracking_table_is_never_pushed_sideways(visit: Visit) -> None:
    page = visit("coordinator")
    page.goto("/gremien/1/beschlusskontrolle")
    for width in (1440, 1000, 960, 900, 850, 700, 390):
        page.set_viewport_size({"width": width, "height": 900})
        hidden = "[...document.querySelectorAll('.table-scroll')].map(frame => frame.scrollWidth - frame.clientWidth)"
        assert page.evaluate(hidden) == [0], width


def test_a_double_click_sends_a_form_once(visit: Visit) -> None:
    page = visit("coordinator")
    held: list[Route] = []
    page.goto("/gremien/1/themen/neu")
    page.route(
        "**/themen/neu", lambda route: held.append(route) if route.request.method == "POST" else route.continue_()
    )
    button = page.locator("main form").get_by_role("button").last
    button.scroll_into_view_if_needed()
    box = button.bounding_box()
    assert box is not None
    for _ in range(2):  # while the answer is awaited
        page.mouse.click(box["x"] + 9, box["y"] + 9)
        page.wait_for_timeout(300)
    assert len(held) == 1
    held[0].continue_()
    expect(page.get_by_role("alert").first).to_be_visible()


@pytest.mark.proves("C-01", "C-15")
def test_the_end_of_a_session_is_announced_and_can_be_put_off(visit: Visit) -> None:
    page = visit("coordinator")

    def end_soon(route: Route) -> None:
        answer = route.fetch()
        soon = (datetime.now(UTC) + timedelta(seconds=100)).isoformat()
        body = re.sub(r'(session-ends" content=")[^"]*"', rf'\g<1>{soon}"',
                      answer.text())  # fmt: skip
        route.fulfill(response=answer, body=body)

    page.route("**/sitzungen", end_soon)
    page.goto("/sitzungen")
    warning = page.locator("dialog[open]")
    expect(warning).to_be_visible()
    assert axe(page) == []
    warning.get_by_role("button", name="Angemeldet bleiben").click()
    expect(warning).to_be_hidden()


FITS = """select => {
    const style = getComputedStyle(select), pen = document.createElement("canvas").getContext("2d");
    pen.font = style.font;
    const longest = Math.max(...[...select.options].map(option => pen.measureText(option.text).width));
    return longest + parseFloat(style.paddingLeft) + parseFloat(style.paddingRight) <= select.clientWidth;
}"""


def test_lists_to_choose_from_cut_no_word_off_on_a_phone(visit: Visit) -> None:
    page = visit("coordinator", viewport={"width": 390, "height": 844})
    page.goto("/vereinbarungen/neu")
    for name in ("kind", "state"):
        assert page.locator(f"#{name}").evaluate(FITS), name


def test_long_words_in_titles_widen_no_page_of_a_meeting_on_a_phone(visit: Visit) -> None:
    page = visit("coordinator", viewport={"width": 390, "height": 844})
    page.goto("/sitzungen")
    meeting = plan_meeting(page)
    meeting.add_decision("Zuwanderungskoordinationsstellenbesetzungsverfahrensordnung", "Sie gilt.")
    page.goto(meeting.path)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    meeting.start()
    page.goto(f"{meeting.path}/schliessen")
    cell = page.locator("main td", has_text="Zuwanderungskoord")
    assert cell.evaluate("cell => cell.scrollWidth <= cell.clientWidth")


def test_who_is_invited_fits_beside_the_navigation_at_every_width(visit: Visit) -> None:
    page = visit("coordinator", viewport={"width": 1440, "height": 900})
    page.goto("/sitzungen")
    page.get_by_role("link", name=re.compile("^9. Sitzung der Lenkungsgruppe")).first.click()
    page.get_by_role("link", name=re.compile("^Einladung versenden")).first.click()
    table = page.locator("#empfaenger")
    expect(table).to_contain_text("Zeynep Weidenbruch")
    for width in (1440, 1280, 1100, 1050, 900, 833, 390):
        page.set_viewport_size({"width": width, "height": 900})
        assert table.evaluate("section => section.scrollWidth - section.clientWidth") == 0, width
