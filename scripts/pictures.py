"""Take the pictures in docs/bilder/ from the running demo (`make pictures`): as a coordinator, in Chromium."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from scripts.demo_server import DemoServer, demo_server
from tests import environment

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "bilder"
COUNTY = "dueren"
WIDE = (1440, 1000)
NARROW = (390, 844)


@dataclass(frozen=True, kw_only=True)
class Picture:
    """One picture: where to start, which links to follow by their words, how to look at it."""

    name: str
    path: str
    follow: tuple[str, ...] = ()
    size: tuple[int, int] = WIDE
    dark: bool = False


PICTURES = (
    Picture(name="01-uebersicht", path="/"),
    Picture(name="02-gremien", path="/gremien"),
    Picture(name="03-gremium", path="/gremien", follow=("Lenkungsgruppe",)),
    Picture(name="04-organigramm", path="/gremien", follow=("Organigramm",)),
    Picture(name="05-sitzung", path="/", follow=("Lenkungsgruppe",)),
    Picture(name="06-sitzungsmodus", path="/", follow=("Lenkungsgruppe", "Sitzungsmodus")),
    Picture(name="07-beschluesse", path="/beschluesse"),
    Picture(name="08-arbeitsauftraege", path="/arbeitsauftraege"),
    Picture(name="09-organisationen", path="/organisationen"),
    Picture(name="10-kalender", path="/", follow=("Kalender abonnieren",)),
    Picture(name="11-sitzung-schmal", path="/", follow=("Lenkungsgruppe",), size=NARROW),
    Picture(name="12-uebersicht-dunkel", path="/", dark=True),
)


def main() -> int:
    """Take all pictures, or those whose names are given; returns the exit status."""
    wanted = [picture for picture in PICTURES if not sys.argv[1:] or picture.name in sys.argv[1:]]
    FOLDER.mkdir(parents=True, exist_ok=True)
    with demo_server(COUNTY) as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=environment.chromium(), args=environment.CHROMIUM_ARGUMENTS
        )
        page = browser.new_page(
            base_url=server.url, locale="de-DE", timezone_id="Europe/Berlin", reduced_motion="reduce"
        )
        sign_in(page, server)
        for picture in wanted:
            take(page, picture)
            print(f"docs/bilder/{picture.name}.png")
        browser.close()
    return 0


def sign_in(page: Page, server: DemoServer) -> None:
    """Sign in as the script's coordinator."""
    page.goto("/anmelden")
    page.locator("input[name=email]").fill(server.email)
    page.locator("input[name=password]").fill(server.password)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url(lambda address: "/anmelden" not in address)


def take(page: Page, picture: Picture) -> None:
    """Go to the page as a person would and write the picture."""
    page.set_viewport_size({"width": picture.size[0], "height": picture.size[1]})
    page.emulate_media(color_scheme="dark" if picture.dark else "light")
    page.goto(picture.path)
    for words in picture.follow:
        page.locator("main").get_by_role("link", name=words).first.click()
        page.wait_for_load_state()
    page.evaluate("document.fonts.ready")
    page.screenshot(path=FOLDER / f"{picture.name}.png", animations="disabled", caret="hide")


if __name__ == "__main__":
    raise SystemExit(main())
