"""What the coordination does around a meeting, step by step as on the pages: with scripts and without."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import Download, Locator, Page, expect

from govern.formats import today

PAPER = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


@dataclass
class Meeting:
    """A meeting in a browser; `has_scripts` says how changes are confirmed."""

    page: Page
    path: str
    has_scripts: bool = True

    # --- preparing ----------------------------------------------------------------------------------------------------
    def open(self) -> None:
        self.page.goto(self.path)

    def titles(self) -> list[str]:
        """The items as the agenda lists them, all of them: the page may have begun only just now."""
        self.page.wait_for_load_state()
        return [text.strip() for text in self.page.locator(".agenda li h3 a").all_inner_texts()]

    def take_topics(self, count: int) -> list[str]:
        """Put the first topics of the store on the agenda; returns their titles."""
        self.open()
        self.page.get_by_role("link", name="Punkt aus dem Themenspeicher").click()
        boxes = self.page.locator("#themen-waehlen input[type=checkbox]")
        taken = []
        for n in range(count):
            boxes.nth(n).check()
            taken.append(self.page.locator(f"label[for={boxes.nth(n).get_attribute('id')}]").inner_text().strip())
        self.page.get_by_role("button", name="Auf die Tagesordnung").click()
        self.page.wait_for_url(f"**{self.path}*")
        return taken

    def add_decision(self, title: str, proposal: str) -> None:
        """Add a decision item with a paper."""
        self.open()
        self.page.get_by_role("link", name="Neuer Punkt", exact=True).click()
        form = self.page.locator("#punkt-neu")
        form.locator("input[name=title]").fill(title)
        form.locator("input[name=kind][value=decision]").check(force=True)
        form.locator("[name=proposed_resolution]").fill(proposal)
        form.locator("input[type=file]").set_input_files({"name": "Vorlage Übergänge.pdf",
                                                          "mimeType": "application/pdf", "buffer": PAPER})  # fmt: skip
        form.locator("button[type=submit]").last.click()
        expect(self.page.locator(".agenda").get_by_role("link", name=title)).to_be_visible()

    def move_up(self, title: str) -> None:
        """Move an item one place up with the button in its menu."""
        row = self.page.locator(".agenda > li", has=self.page.get_by_role("link", name=title))
        row.locator("summary").first.click()
        with self.page.expect_response(lambda answer: answer.request.method == "POST"):
            row.get_by_role("button", name="Nach oben", exact=True).click()
        self.page.wait_for_load_state()

    def download(self, link: Locator) -> bytes:
        """Follow a link to a file and return what arrives."""
        with self.page.expect_download() as info:
            link.click()
        arrived: Download = info.value
        return Path(arrived.path()).read_bytes()

    # --- minuting -----------------------------------------------------------------------------------------------------
    def start(self) -> None:
        self.page.goto(f"{self.path}/protokollieren")
        self.page.get_by_role("button", name="Sitzung starten").click()
        self.page.wait_for_load_state()

    def record_attendance(self, *, deputies: int, excused: int) -> str:
        """Some seats are represented, some excused, all others present; returns the sentence that sums it up."""
        self.page.goto(f"{self.path}/anwesenheit")
        rows = self.page.locator(".attendance__row", has=self.page.locator("[role=radiogroup]"))
        if not self.has_scripts:
            for n in range(rows.count()):
                state = "deputy" if n < deputies else "excused" if n < deputies + excused else "present"
                rows.nth(n).locator(f"input[value={state}]").check(force=True)
                if state == "deputy":
                    self.name_deputy(rows.nth(n), f"Kim Vertretung {n}")
            self.page.get_by_role("button", name="Anwesenheit speichern").click()
        else:
            for n in range(deputies):
                rows.nth(n).locator("input[value=deputy]").check(force=True)
                self.name_deputy(rows.nth(n), f"Kim Vertretung {n}")
                rows.nth(n).get_by_role("button", name="Übernehmen").click()
                expect(rows.nth(n)).to_contain_text("vertreten durch")
            for n in range(deputies, deputies + excused):
                with self.page.expect_response(re.compile(r"/anwesenheit/\d+")):
                    rows.nth(n).locator("input[value=excused]").check(force=True)
            self.page.get_by_role("button", name="Alle übrigen sind anwesend").click()
        self.page.wait_for_load_state()
        return self.page.locator("#meetings-attendance_figures").inner_text()

    def name_deputy(self, row: Locator, name: str) -> None:
        more = row.locator("details")
        if more.get_attribute("open") is None:
            more.locator("summary").click()
        row.locator("input[name$=deputy_name]").fill(name)

    def write(self, text: str) -> None:
        """Type the minutes of the item that is open and see them saved."""
        self.page.locator("#protokolltext").fill(text)
        if self.has_scripts:
            expect(self.page.locator("#protokolltext-stand")).to_contain_text("✓ gespeichert")
        else:
            self.page.get_by_role("button", name="Text speichern").click()

    def resolve(self, text: str, outcome: str, *, proviso: str = "", votes: tuple[int, int, int] | None = None) -> None:
        """Record a resolution at the item that is open."""
        self.unfold("#beschluss")
        form = self.page.locator("#beschluss")
        form.locator("[name=text]").fill(text)
        form.locator(f"input[name=outcome][value={outcome}]").check(force=True)
        for name, number in zip(("votes_yes", "votes_no", "votes_abstain"), votes or (), strict=False):
            form.locator(f"[name={name}]").fill(str(number))
        form.locator("[name=proviso]").fill(proviso)
        form.get_by_role("button", name="Beschluss speichern").click()
        expect(self.page.locator("#meetings-live_decision .resolution").last).to_contain_text(text)

    def order(self, task: str, addressee: str, due_on: str) -> None:
        """Note a work order at the item that is open."""
        self.unfold("#auftrag")
        form = self.page.locator("#auftrag")
        form.locator("[name=task]").fill(task)
        form.locator("select[name=addressee]").select_option(label=addressee)
        form.locator("[name=due_on]").fill(due_on)
        form.get_by_role("button", name="Auftrag notieren").click()
        expect(self.page.locator("#actions-minuting .orders")).to_contain_text(task)

    def unfold(self, form: str) -> None:
        details = self.page.locator("details", has=self.page.locator(form)).last
        if details.get_attribute("open") is None:
            details.locator("summary").first.click()

    def finish_item(self, result: str) -> bool:
        """Give the item its result and go on; False when it was the last one."""
        radio = self.page.locator(f"#meetings-live_result input[value={result}]")
        if self.has_scripts and not radio.is_checked():  # a resolution has set it already
            with self.page.expect_response(re.compile("/ergebnis")):
                radio.check(force=True)
        elif not self.has_scripts:
            radio.check(force=True)
        heading = self.page.locator("h1").inner_text()
        button = self.page.locator("button[name=weiter]")
        is_last = "Letzten" in button.inner_text()
        button.click()
        if not is_last:
            expect(self.page.locator("h1")).not_to_have_text(heading)
        self.page.wait_for_load_state()
        return not is_last

    def close(self) -> None:
        self.page.goto(f"{self.path}/protokollieren")
        self.page.get_by_role("link", name="Sitzung schließen").first.click()
        self.page.get_by_role("button", name="Sitzung schließen").click()
        self.page.wait_for_load_state()


def plan_meeting(page: Page, *, has_scripts: bool = True) -> Meeting:
    """Plan another meeting of the steering group with its standing items, as proposed by its cadence."""
    page.goto("/gremien/1/sitzungen/neu")
    page.locator("main form[method=post] button[type=submit]").last.click()
    page.wait_for_url(re.compile(r"/sitzungen/\d+$"))
    return Meeting(page, re.sub(r"^https?://[^/]+", "", page.url), has_scripts)


def found_committee(page: Page, name: str, kind: str, *, preset: bool = False) -> str:
    """A new committee, with the rules proposed for steering groups if wanted; returns its address.

    The forms are sent as the pages send them, without looking at each: the walk begins after it.
    """
    page.goto("/gremien/neu")
    committee = send(page, "/gremien/neu", name=name, kind=kind, level="strategic", status="active",
                     short_name="".join(word[:2] for word in name.split()).upper(), opening_reason="Probe")  # fmt: skip
    if preset:
        page.goto(f"{committee}/geschaeftsordnung/vorschlag?vorschlag=lenkungsgruppe")
        press(page, "Als Vorschlag eintragen")
    return committee


def appoint(page: Page, committee: str, function: str, holder: str, *, deputy: str = "") -> None:
    """A seat that votes, with its holder and deputy, found by their names."""
    send(page, f"{committee}/sitze/neu", function=function, voting="yes", participation="standing", person_count="1",
         mail_target="person")  # fmt: skip
    page.goto(f"{committee}/zusammensetzung")
    seat = page.get_by_role("link", name=re.compile(function)).first.get_attribute("href") or ""
    for kind, name in (("holder", holder), ("deputy", deputy)):
        if name:
            page.goto(f"{seat}/besetzen")
            page.locator("#person_id").fill(name)
            found = page.locator("#person_id-auswahl .check", has_text=name).locator("input").first
            send(page, f"{seat}/besetzen", kind=kind, person_id=found.get_attribute("value") or "",
                 starts_on="2026-01-01")  # fmt: skip


def send(page: Page, path: str, **fields: str) -> str:
    """Send a form as the page would; returns where it leads."""
    token = page.locator("input[name=csrf_token]").first.input_value()
    answer = page.request.post(path, form={"csrf_token": token, **fields})
    assert answer.ok, (path, re.findall(r"kern-error[^>]*>.*?</p>", answer.text(), re.DOTALL))
    return re.sub(r"^https?://[^/]+", "", answer.url)


def plan(page: Page, committee: str, *, in_days: int) -> Meeting:
    """Plan a meeting of a committee for a day."""
    page.goto(f"{committee}/sitzungen/neu")
    fill_time(page, in_days)
    press(page, "Sitzung planen")
    page.wait_for_url(re.compile(r"/sitzungen/\d+$"))
    return Meeting(page, path_of(page))


def fill_time(page: Page, in_days: int) -> None:
    """Day and times of a meeting, in the form that is open."""
    day = today() + timedelta(days=in_days)
    page.locator("[name=day]").fill(day.isoformat())
    page.locator("[name=starts]").fill("14:00")
    page.locator("[name=ends]").fill("16:00")


def press(page: Page, name: str | re.Pattern[str]) -> None:
    """Press a button of the page itself and wait for what comes."""
    page.locator("main").get_by_role("button", name=name).last.click()
    page.wait_for_load_state()


def path_of(page: Page) -> str:
    """The address of the page without host and query."""
    return re.sub(r"^https?://[^/]+", "", page.url).partition("?")[0].partition("#")[0]


def text_of_docx(data: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        xml = archive.read("word/document.xml").decode()
    return re.sub(r"<[^>]+>", "", xml.replace("</w:p>", "\n"))
