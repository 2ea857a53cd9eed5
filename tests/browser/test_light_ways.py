"""The light ways in a browser: a working circle in five clicks from date to minutes, and a resolution sent round."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.journeys import appoint, fill_time, found_committee, path_of, plan, press

pytestmark = [pytest.mark.browser, pytest.mark.slow]

Visit = Callable[..., Page]
WIDE = {"width": 1440, "height": 900}


@pytest.mark.proves("C9", "C17", "W-17")
def test_a_working_circle_needs_five_clicks_from_the_date_to_the_minutes_sent(visit: Visit) -> None:
    page = visit("coordinator", viewport=WIDE)
    circle = found_committee(page, "Arbeitskreis Probe", "working_circle")
    appoint(page, circle, "Jugendamt", "Kornblumer")
    page.goto(f"{circle}/sitzungen/neu")
    fill_time(page, in_days=0)
    press(page, "Sitzung planen")  # 1
    meeting = path_of(page)
    page.get_by_role("link", name="Sitzung starten").click()  # 2
    press(page, "Sitzung starten")  # 3
    page.get_by_role("link", name=re.compile("^Sitzung schließen")).first.click()  # 4
    expect(page.locator("main")).not_to_contain_text("Es fehlt noch etwas")
    press(page, "Sitzung schließen")  # 5
    expect(page.locator("main")).to_contain_text("Austausch")
    page.goto(f"{meeting}/protokoll")
    expect(page.locator("main")).to_contain_text(re.compile("Freigegeben am .*versandt am"))
    page.goto("/postausgang")
    expect(page.locator("main")).to_contain_text("Protokoll: 1. Sitzung: Arbeitskreis Probe")


@pytest.mark.proves("E-11", "E-21")
def test_a_resolution_sent_round_is_counted_with_the_last_answer_and_announced(visit: Visit) -> None:
    office, first, second = (visit(role, viewport=WIDE) for role in ("coordinator", "member", "deputy"))
    committee = found_committee(office, "Lenkungsgruppe Umlauf", "steering_group", preset=True)
    for function, name in (("Jugendamt", "Kornblumer"), ("Sozialamt", "Distelrath")):
        appoint(office, committee, function, name)

    office.goto(f"{committee}/umlaufbeschluesse/neu")
    office.locator("[name=title]").fill("Beitritt zum Netzwerk")
    office.locator("[name=proposed_resolution]").fill("Der Kreis tritt dem Netzwerk bei.")
    office.locator("[name=reason]").fill("Die Frist endet vor der nächsten Sitzung.")
    office.locator("[name=is_public]").check()
    press(office, "Speichern")
    circular = path_of(office)
    office.get_by_role("link", name=re.compile("In Umlauf geben")).click()
    press(office, "In Umlauf geben")
    for page, choice in ((first, "yes"), (second, "yes")):
        page.goto(circular)
        expect(page.locator("main")).to_contain_text("Der Kreis tritt dem Netzwerk bei.")
        page.locator(f"input[name=choice][value={choice}]").check(force=True)
        press(page, "Antwort senden")
    office.goto(circular)
    resolution = office.get_by_role("link", name=re.compile(r"Beschluss \S+-B-\d{4}-01"))
    expect(resolution).to_be_visible()
    resolution.click()
    expect(office.locator("main")).to_contain_text("Der Kreis tritt dem Netzwerk bei.")

    # The next meeting announces it, without anybody thinking of it.
    meeting = plan(office, committee, in_days=40)
    assert any("Beitritt zum Netzwerk" in title for title in meeting.titles()), meeting.titles()
