"""Reading a text from a file in a browser: the form goes out, and meanwhile the page asks how far the file is read."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TEXT = "\n\n".join(f"# {n} Abschnitt\n\nDie Beratung wird fortgeführt." for n in range(1, 40)).encode()


@pytest.mark.proves("F1")
def test_a_file_is_sent_and_the_page_asks_how_far_it_is_read(visit: Callable[..., Page]) -> None:
    page = visit("coordinator")
    page.goto("/konzepte")
    addresses = page.locator("main a").evaluate_all("links => links.map(link => link.getAttribute('href'))")
    concept = next(each for each in addresses if re.fullmatch(r"/konzepte/\d+", each or ""))
    page.goto(f"{concept}/einlesen")
    page.locator("input[type=file]").set_input_files({"name": "k.md", "mimeType": "text/markdown", "buffer": TEXT})
    with page.expect_request(re.compile(r"/einlesen/stand\?zeichen=[0-9a-f]{16}")):
        page.get_by_role("button", name="Einlesen", exact=True).click()
    page.wait_for_url(re.compile(r"/einlesungen/\d+$"))
    assert page.locator(".import__title").count() == 39
