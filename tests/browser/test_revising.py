"""A concept revised in a browser: read in, drafted by two, consulted, decided with a proviso, in force, referred to."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.journeys import Meeting, fill_time, path_of, press

pytestmark = [pytest.mark.browser, pytest.mark.slow]

Visit = Callable[..., Page]
WIDE = {"width": 1440, "height": 900}
TEXT = """# 1 Auftrag

Die Beratung beginnt in der Behörde.

# 2 Meldung von Lücken

Lücken werden schriftlich gemeldet.
"""
PROVISO = "der Zustimmung des Kreistags"
MATTER = "L-2026-001"


@pytest.mark.proves("F1", "F2", "F3", "F5")
def test_a_revised_concept_is_in_force_after_the_meeting_and_references_know_it(visit: Visit) -> None:
    page = visit("coordinator", viewport=WIDE)
    concept, old = read_in(page)
    dynamic, fixed = "/beschluesse/1", "/beschluesse/2"
    refer(page, dynamic, concept, "in der jeweils geltenden Fassung")
    refer(page, fixed, concept, "in der Fassung „Fassung 2021“")

    draft, sections = begin_draft(page, concept)
    write_at_once(page, visit("office", viewport=WIDE), sections["1 Auftrag"])
    give_reason(page, sections["2 Meldung von Lücken"], "Rückmeldung fehlt", MATTER)
    consult(page, draft, visit("organisation", java_script_enabled=False))

    meeting = submit(page, draft)
    hold(meeting)

    page.goto(f"{concept}/geltend")
    expect(page.locator("main")).to_contain_text("mit Vorbehalt")
    expect(page.locator("main")).to_contain_text(PROVISO)
    expect(page.locator("main")).to_contain_text("Die Beratung beginnt am Wohnort.")
    assert path_of(page) == draft
    assert leads_to(page, dynamic) == draft
    assert leads_to(page, fixed) == old
    expect(page.locator("main")).to_contain_text("Diese Fassung gilt nicht mehr")
    page.goto(f"{concept}/geltend?am=2021-09-01")
    assert path_of(page) == old

    page.goto("/luecken/1")  # the chain of the matter shows the passage that changed because of it
    expect(page.locator("main")).to_contain_text(MATTER)
    expect(page.locator("main").get_by_role("link", name="Meldung von Lücken").first).to_be_visible()


def read_in(page: Page) -> tuple[str, str]:
    """A concept whose text in force was read in from a file and adopted by hand; the addresses of both."""
    page.goto("/konzepte/neu")
    page.locator("[name=title]").fill("Probekonzept")
    for committee in ("1", "2"):
        page.locator(f"[name=committee_ids][value='{committee}']").check(force=True)
    press(page, "Anlegen")
    concept = path_of(page)
    page.goto(f"{concept}/einlesen")
    page.locator("input[type=file]").set_input_files(
        {"name": "k.md", "mimeType": "text/markdown", "buffer": TEXT.encode()}
    )
    press(page, re.compile("^Einlesen"))
    page.wait_for_url(re.compile(r"/einlesungen/\d+$"))
    page.goto(f"{path_of(page)}/speichern")
    page.locator("[name=label]").fill("Fassung 2021")
    page.locator("[name=state]").select_option(label="in Kraft")
    page.locator("[name=adopted_committee_id]").select_option("1")
    page.locator("[name=adopted_on]").fill("12.05.2021")
    page.locator("[name=in_force_from]").fill("Juni 2021")
    press(page, "Speichern")
    return concept, path_of(page)


def refer(page: Page, resolution: str, concept: str, how: str) -> None:
    page.goto(f"{resolution}/konzepte?konzept={concept.rpartition('/')[2]}")
    page.locator("[name=fassung]").select_option(label=how)
    press(page, "Bezug eintragen")


def leads_to(page: Page, resolution: str) -> str:
    """Where the reference of a resolution leads."""
    page.goto(resolution)
    page.locator("main").get_by_role("link", name="Probekonzept").first.click()
    page.wait_for_load_state()
    return path_of(page)


def begin_draft(page: Page, concept: str) -> tuple[str, dict[str, str]]:
    """A draft from what is in force: its address, and its sections by their titles."""
    page.goto(f"{concept}/entwurf")
    page.locator("[name=label]").fill("Fortschreibung")
    press(page, "Entwurf beginnen")
    links = page.locator("main a[href^='/abschnitte/']").evaluate_all(
        "links => links.map(link => [link.innerText.trim(), link.getAttribute('href')])"
    )
    return path_of(page).removesuffix("/entwurf"), {title: href for title, href in links if href.count("/") == 2}


def write_at_once(first: Page, second: Page, section: str) -> None:
    """Two write in the same section; the later one merges both by hand."""
    for page in (first, second):
        page.goto(section)
    for page, words in ((first, "am Wohnort"), (second, "in der Kommune")):
        text = page.locator("textarea[name=text]")
        with page.expect_response(lambda answer: answer.request.method == "POST"):
            text.fill(text.input_value().replace("in der Behörde", words))
    expect(second.locator(".conflict")).to_contain_text("am Wohnort")
    second.locator("#zusammengefuehrt").fill("Die Beratung beginnt am Wohnort. Sie bleibt in der Kommune.")
    second.get_by_role("button", name="Zusammengeführten Text speichern").click()
    expect(second.locator(".conflict")).to_have_count(0)
    give_reason(second, section, "Wunsch der Kommunen")


def give_reason(page: Page, section: str, reason: str, link: str = "") -> None:
    page.goto(section)
    if link:
        text = page.locator("textarea[name=text]")
        text.fill(text.input_value() + "\n\nSie werden binnen zwei Wochen beantwortet.")
    page.locator("[name=reason]").first.fill(reason)
    page.locator("[name=link]").first.fill(link)
    page.locator("main").get_by_role("button", name="Speichern", exact=True).first.click()
    page.wait_for_url(re.compile(r"/fassungen/\d+/entwurf"))


def consult(page: Page, draft: str, town: Page) -> None:
    """Ask two committees and a town; the town proposes other words without scripts, one click takes them over."""
    page.goto(f"{draft}/beteiligung")
    for committee in ("1", "2"):
        page.locator(f"[name=committee_ids][value='{committee}']").check(force=True)
    page.locator("#organisation_ids").press_sequentially("Stadt Jü")
    page.locator("#organisation_ids-auswahl label", has_text=re.compile("^Stadt Jülich")).first.click()
    press(page, re.compile("Empfänger:innen ansehen"))
    press(page, "Eröffnen und einladen")
    consultation = path_of(page)

    town.goto(consultation)
    town.locator(".outline").get_by_role("link", name="2 Meldung von Lücken").click()
    town.get_by_role("link", name=re.compile("^Stellung nehmen *zu 2 Meldung")).click()
    town.get_by_role("link", name=re.compile("Andere Fassung vorschlagen")).first.click()
    town.locator("[name=proposal]").fill("Lücken werden über den Meldebogen gemeldet.")
    press(town, "Stellungnahme speichern")
    expect(town.locator("main")).to_contain_text("Nr. 1 ist gespeichert")

    page.goto(consultation)
    page.locator("summary", has_text="Beteiligung beenden").click()
    press(page, "Beteiligung beenden")
    page.goto(f"{consultation}/stellungnahmen")
    page.get_by_role("link", name="Antworten zu Nr. 1").click()
    press(page, "Vorschlag in den Entwurf übernehmen")
    page.locator("summary", has_text="Antworten freigeben").click()
    press(page, "Antworten freigeben")
    town.goto("/meine-stellungnahmen")
    expect(town.locator("main")).to_contain_text("übernommen")


def submit(page: Page, draft: str) -> Meeting:
    """Put the draft on the agenda of a meeting of today."""
    page.goto("/gremien/1/sitzungen/neu")
    fill_time(page, in_days=0)
    press(page, "Sitzung planen")
    meeting = Meeting(page, path_of(page))
    page.goto(f"{draft}/vorlegen")
    page.locator("[name=place]").select_option("s" + meeting.path.rpartition("/")[2])
    press(page, "Vorlegen")
    expect(page.locator("main")).to_contain_text("Synopse Probekonzept, Fortschreibung.pdf")
    return meeting


def hold(meeting: Meeting) -> None:
    """Decide on the draft unanimously with a proviso, pass over everything else, and close."""
    meeting.start()
    meeting.record_attendance(deputies=0, excused=0)
    page, goes_on = meeting.page, True
    page.goto(f"{meeting.path}/protokollieren")
    while goes_on:
        is_it = "Probekonzept" in page.locator("h1").inner_text()
        if is_it:
            meeting.unfold("#beschluss")
            proposed = page.locator("#beschluss [name=text]").input_value()
            meeting.resolve(proposed, "unanimous", proviso=f"vorbehaltlich {PROVISO}")
        goes_on = meeting.finish_item("decided" if is_it else "noted")
    meeting.close()
