"""Every page in the browser, as several people, wide and narrow, light and dark: axe and what axe does not see."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page

from tests.browser.conftest import axe
from tests.browser.engines import Engines
from tests.environment import AXE

pytestmark = [pytest.mark.browser, pytest.mark.slow]

Visit = Callable[..., Page]
NO_PAGE = re.compile(r"\.(ics|docx|pdf|csv|xlsx|yaml|json)$|/datei$|/logo$|/abmelden|/health|^/static/")
WIDE, NARROW, NARROWEST = (
    {"width": 1280, "height": 900},
    {"width": 360, "height": 780},
    {"width": 320, "height": 780},
)
ALIKE = {"/sitzungen/…": 2, "/sitzungen/…/protokoll": 2, "/gremien/…": 2}
"""Of which kinds of pages more than one is looked at: a coming and a past meeting, two committees."""

SMALL_TARGETS = """
() => {
  const labelled = e => {
    const all = [e, ...e.labels].map(x => x.getBoundingClientRect());
    const [left, top] = [Math.min(...all.map(r => r.left)), Math.min(...all.map(r => r.top))];
    return {width: Math.max(...all.map(r => r.right)) - left, height: Math.max(...all.map(r => r.bottom)) - top};
  };
  return [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [role=button]')]
  .filter(e => e.checkVisibility({visibilityProperty: true, opacityProperty: true}) && !e.disabled)
  .map(e => [e, e.type === 'checkbox' || e.type === 'radio' ? labelled(e) : e.getBoundingClientRect()])
  .filter(([e, r]) => r.width > 1 && r.height > 1 && (r.width < 23.9 || r.height < 23.9))
  .filter(([e]) => !e.closest('p, dd, td, th, li, .meta, .prose, label, h1, h2, h3, footer'))
  .map(([e, r]) => `${e.outerHTML.slice(0, 90)} ${Math.round(r.width)}×${Math.round(r.height)}`);
}
"""
"""Links inside a line of text are exempt (2.5.8), as are controls whose label is the target."""

SCROLLS = "() => document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth"


def kinds_of_pages(page: Page) -> Iterator[tuple[str, str]]:
    """Follow the links from the overview; yields address and source of one page of each kind, being there."""
    todo, seen, counts = ["/", "/profil"], {"/", "/profil"}, {}
    while todo:
        address = todo.pop(0)
        try:
            answer = page.goto(address)
        except PlaywrightError as error:
            assert "Download is starting" in str(error)
            continue
        assert answer is not None
        if answer.headers.get("content-type", "").startswith("text/html"):
            assert answer.status == 200, f"{address}: {answer.status}"
            if urlsplit(page.url).path == address:
                yield address, answer.text()
        for link in page.eval_on_selector_all("a[href^='/']", "all => all.map(a => a.getAttribute('href'))"):
            path = link.split("#")[0].split("?")[0]
            kind = re.sub(r"\d+", "…", path)
            if path in seen or NO_PAGE.search(path) or counts.get(kind, 0) >= ALIKE.get(kind, 1):
                continue
            seen.add(path)
            counts[kind] = counts.get(kind, 0) + 1
            todo.append(path)


KINDS_OF_ELEMENTS = """
() => {
  const classes = e => e?.getAttribute('class') || '';
  const all = [...document.querySelectorAll('*')].map(e => [e, `${e.tagName} ${e.type || ''} ${e.role || ''}`]);
  return [
    all.map(([e, bare]) => `${e.parentElement?.tagName} ${bare}`),
    all.map(([e, bare]) => `${bare} ${classes(e)}`),
    all.map(([e, bare]) => `${bare} ${classes(e)} in ${e.parentElement?.tagName} ${classes(e.parentElement)}`),
  ].map(kinds => [...new Set(kinds)]);
}
"""
"""Name, type and role of every element: with the name of the one around it, with its classes, with those of both."""


@dataclass
class Seen:
    """The kinds of elements that were looked at in this process with what takes longest (ADR 0016).

    It is asked only about pages with a kind new to it: alfa whatever the classes, axe about contrast by the classes.
    """

    by_alfa: set[str] = field(default_factory=set)
    by_axe: set[str] = field(default_factory=set)


@pytest.fixture(scope="session")
def seen() -> Seen:
    return Seen()


@pytest.mark.proves("C-01", "C-02", "C-03", "C-07", "C-08", "C-09", "C-14", "D-13", "D-36")
@pytest.mark.parametrize("role", ["coordinator", "member", "organisation", "administrator", None], ids=str)
def test_no_page_has_a_barrier(visit: Visit, engines: Engines, seen: Seen, role: str | None) -> None:
    """Wide and light; those of the coordination, who sees most, also narrow and dark with everything unfolded."""
    page = visit(role, viewport=WIDE)
    page.add_init_script(path=AXE)  # sent once instead of with every page
    faults, titles, seen_at_night = [], {}, set()
    for address, html in kinds_of_pages(page):
        kind = re.sub(r"\d+", "…", address)
        bare, kinds, nested = map(set, page.evaluate(KINDS_OF_ELEMENTS))
        found = axe(page, asks_for_contrast=not nested <= seen.by_axe)
        seen.by_axe |= nested
        if bare - seen.by_alfa:
            found += engines.faults(page, html)
            seen.by_alfa |= bare
        else:
            found += engines.faults_of_html(html)
        page.evaluate("document.activeElement.blur()")
        page.keyboard.press("Tab")
        if not page.evaluate("(document.activeElement.getAttribute('href') || '').startsWith('#')"):
            found.append("the first stop is no skip link")
        if titles.setdefault(page.title(), kind) != kind:
            found.append(f"title „{page.title()}“ as on {titles[page.title()]}")
        if role == "coordinator":
            found += [
                f"narrow: {fault}"
                for fault in faults_on_a_narrow_dark_screen(page, asks_axe=not kinds <= seen_at_night)
            ]
            seen_at_night |= kinds
        faults += [f"{address}: {fault}" for fault in found]
    assert len(titles) >= (4 if role is None else 15)
    assert not faults, "\n" + "\n".join(faults)


def faults_on_a_narrow_dark_screen(page: Page, *, asks_axe: bool) -> Iterator[str]:
    """What is wrong with the page at hand on a telephone at night; leaves the window wide and light.

    axe is asked where a kind of element is new at night: all that differs from the day is the style of such kinds.
    """
    page.set_viewport_size(NARROWEST)
    if (over := page.evaluate(SCROLLS)) > 0:
        yield f"scrolls sideways by {over} px at 320 px"
    page.set_viewport_size(NARROW)
    yield from (f"small: {target}" for target in page.evaluate(SMALL_TARGETS))
    if asks_axe:
        page.emulate_media(color_scheme="dark")
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        yield from axe(page)
        page.emulate_media(color_scheme="light")
    page.set_viewport_size(WIDE)


REFUSED: list[tuple[str | None, str, dict[str, Any]]] = [
    (None, "/anmelden", {}),
    (None, "/passwort/vergessen", {}),
    ("coordinator", "/gremien/neu", {}),
    ("coordinator", "/organisationen/neu", {}),
    ("coordinator", "/personen/neu", {}),
    ("coordinator", "/orte/neu", {}),
    ("administrator", "/konten/einladen", {}),
]


@pytest.mark.proves("C-01", "C-02", "C-05", "C-10")
@pytest.mark.parametrize(("role", "address", "values"), REFUSED, ids=[address for _r, address, _v in REFUSED])
def test_a_refused_form_names_its_faults(
    visit: Visit, engines: Engines, role: str | None, address: str, values: dict[str, Any]
) -> None:
    page = visit(role, viewport=WIDE)
    page.goto(address)
    page.locator("main form[method=post] button[type=submit]").last.click()
    summary = page.locator("[data-error-summary]")
    summary.wait_for()
    assert page.evaluate("document.activeElement.hasAttribute('data-error-summary')")
    first = summary.get_by_role("link").first
    first.click()
    field = page.evaluate("document.activeElement.getAttribute('aria-invalid') || document.activeElement.type")
    assert field in ("true", "radio", "checkbox")
    assert axe(page) == []
    assert engines.faults(page, page.content()) == []


@pytest.mark.proves("C-02", "C-14", "C-17", "D-21")
def test_error_pages_are_pages_too(visit: Visit, engines: Engines) -> None:
    page = visit("member", viewport=WIDE)
    for address, status in {"/gibt-es-nicht": 404, "/konten": 403, "/sitzungen/99999": 404}.items():
        answer = page.goto(address)
        assert answer is not None and answer.status == status
        assert axe(page) == []
        assert engines.faults(page, answer.text()) == []
        assert page.get_by_role("contentinfo").get_by_role("link", name="Barrierefreiheit").count() == 1


@pytest.mark.proves("C-02")
def test_the_engines_find_what_is_wrong(visit: Visit, engines: Engines) -> None:
    """So that silence means something."""
    page = visit("coordinator", viewport=WIDE)
    page.goto("/orte/neu")
    page.evaluate("document.querySelector('main').insertAdjacentHTML('beforeend', '<form><input><img src=x></form>')")
    found = " ".join(engines.faults(page, page.content().replace("<h1>", "<p><div></p><h1>")))
    assert "alfa sia-r2:" in found and "alfa sia-r8:" in found
    assert "html-validate input-missing-label:" in found and "html-validate close-order:" in found
