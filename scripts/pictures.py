"""Take the pictures in docs/bilder/ from a demo of their own (`make pictures`): as a coordinator, in Chromium.

`python -m scripts.pictures sitzung gremien` takes only these. The meeting mode comes last: it opens the meeting.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from scripts.demo_server import DemoServer, demo_server
from tests import environment

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "bilder"
COUNTY = "dueren"
WIDE = (1440, 1000)
NARROW = (390, 844)
MEETING = "9. Sitzung"
MOST_BYTES = 200_000

# Chromium writes dates as its own language pack says, which Debian ships apart; people see what is set here.
GERMAN_DATES = """
for (const field of document.querySelectorAll('input[type=date]')) {
  const day = field.value.split('-').reverse().join('.');
  field.type = 'text';
  field.value = day;
  field.placeholder = 'tt.mm.jjjj';
}
"""


@dataclass(frozen=True, kw_only=True)
class Picture:
    """One picture: where to start, which links to follow by their words, what to do there."""

    name: str
    path: str
    follow: tuple[str, ...] = ()
    do: Callable[[Page], None] | None = None
    size: tuple[int, int] = WIDE


def open_meeting_mode(page: Page) -> None:
    """Open the meeting, record who is there, and write at the item about the Kita."""
    meeting = page.url.split("?")[0]
    page.goto(f"{meeting}/protokollieren")
    page.get_by_role("button", name="Sitzung starten").click()
    page.wait_for_load_state()
    page.goto(f"{meeting}/anwesenheit")
    for row in (7, 11, 19):
        with page.expect_response(re.compile("/anwesenheit|/sitzungen/")):
            page.get_by_text("entschuldigt", exact=True).nth(row).click()
    page.get_by_role("button", name="Alle übrigen sind anwesend").click()
    page.wait_for_load_state()
    page.goto(f"{meeting}/protokollieren")
    page.get_by_role("link", name="Kita-Zugang").first.click()
    page.wait_for_load_state()
    if (call := page.get_by_role("button", name="Jetzt aufrufen")).count():
        call.click()
        page.wait_for_load_state()
    with page.expect_response(re.compile("/protokolltext")):
        page.locator("#protokolltext").fill(
            "Das Amt für Kinder, Jugend und Familie stellt den Entwurf vor. Die Mitglieder regen an, das Hinweisblatt "
            "schon bei der Anmeldung im Bürgerbüro auszugeben.\n\n- Übersetzungen übernimmt der Dolmetscherpool.\n"
            "- Nach einem Jahr wird ausgewertet, wie viele Familien einen Platz gefunden haben."
        )
    page.get_by_text("einstimmig", exact=True).first.click()
    page.evaluate("document.activeElement.blur(); window.scrollTo(0, 0)")


PICTURES = (
    Picture(name="uebersicht", path="/"),
    Picture(name="gremien", path="/gremien"),
    Picture(name="zusammensetzung", path="/gremien", follow=("Lenkungsgruppe KIM Kreis Düren", "Zusammensetzung")),
    Picture(name="organigramm", path="/gremien/organigramm"),
    Picture(name="organisation", path="/suche?q=Stadt+Jülich", follow=("Stadt Jülich",)),
    Picture(name="sitzung", path="/sitzungen", follow=(MEETING,)),
    Picture(name="protokoll", path="/sitzungen", follow=("Vergangene", "8. Sitzung", "Protokoll")),
    Picture(name="beschluesse", path="/beschluesse"),
    Picture(name="arbeitsauftraege", path="/arbeitsauftraege"),
    Picture(name="luecke", path="/luecken", follow=("Kita-Zugang für spät im Jahr zugezogene Vorschulkinder",)),
    Picture(name="luecke-melden-schmal", path="/lueckenmeldungen/neu", size=NARROW),
    Picture(name="kalender", path="/kalender"),
    Picture(name="uebersicht-schmal", path="/", size=NARROW),
    Picture(name="sitzung-schmal", path="/sitzungen", follow=(MEETING,), size=NARROW),
    Picture(name="sitzungsmodus", path="/sitzungen", follow=(MEETING,), do=open_meeting_mode),
)


def main() -> int:
    """Take all pictures, or those whose names are given; returns the exit status."""
    wanted = [picture for picture in PICTURES if not sys.argv[1:] or picture.name in sys.argv[1:]]
    FOLDER.mkdir(parents=True, exist_ok=True)
    too_large = 0
    with demo_server(COUNTY) as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=environment.chromium(), args=environment.CHROMIUM_ARGUMENTS
        )
        page = browser.new_page(
            base_url=server.url, locale="de-DE", timezone_id="Europe/Berlin", reduced_motion="reduce",
            color_scheme="light",
        )  # fmt: skip
        sign_in(page, server)
        for picture in wanted:
            size = take(page, picture)
            too_large += size > MOST_BYTES
            print(f"docs/bilder/{picture.name}.png  {size // 1000} kB{'  zu groß' if size > MOST_BYTES else ''}")
        browser.close()
    return 1 if too_large else 0


def sign_in(page: Page, server: DemoServer) -> None:
    """Sign in as the demo's coordinator."""
    page.goto("/anmelden")
    page.locator("input[name=email]").fill(server.email)
    page.locator("input[name=password]").fill(server.password)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url(lambda address: "/anmelden" not in address)


def take(page: Page, picture: Picture) -> int:
    """Go to the page as a person would and write the picture; returns its size in bytes."""
    page.set_viewport_size({"width": picture.size[0], "height": picture.size[1]})
    page.goto(picture.path)
    for words in picture.follow:
        links = page.locator("main").get_by_role("link", name=words, exact=True)
        (links if links.count() else page.locator("main").get_by_role("link", name=words)).first.click()
        page.wait_for_load_state()
    if picture.do is not None:
        picture.do(page)
    page.evaluate(GERMAN_DATES)
    page.evaluate("document.fonts.ready")
    file = FOLDER / f"{picture.name}.png"
    page.screenshot(path=file, animations="disabled", caret="hide")
    with Image.open(file) as image:
        # A third of the size. This method keeps rare colours, too: a red sign stays red.
        palette = image.convert("RGB").quantize(256, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    palette.save(file, optimize=True)
    return file.stat().st_size


if __name__ == "__main__":
    raise SystemExit(main())
