"""Every page in the browser, as several people, wide and narrow, light and dark: axe and what axe does not see."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from scripts.demo_server import DemoServer, demo_server
from tests.browser.conftest import axe, loaded_into, shared_folder, watched, windows
from tests.browser.engines import Engines
from tests.browser.walk import LOOK, Delivered, Seen, is_page, kind_of, way_of
from tests.environment import AXE

pytestmark = [pytest.mark.browser, pytest.mark.slow]

Visit = Callable[..., Page]
WIDE, NARROW, NARROWEST = (
    {"width": 1280, "height": 900},
    {"width": 360, "height": 780},
    {"width": 320, "height": 780},
)
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


WALKS: list[tuple[str | None, int, int | None]] = [
    ("coordinator", 0, 40),
    ("coordinator", 40, 120),
    ("coordinator", 120, None),
    ("member", 0, None),
    ("organisation", 0, None),
    ("administrator", 0, None),
    (None, 0, None),
]
"""As whom, and from which to which page; whoever sees most has parts, so that the processes of a run share them.

The first pages hold most that is new and take longest.
"""


@pytest.fixture(scope="session")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoServer]:
    """A server on a copy of the demo of its own, in which nobody changes anything: ids are the same for all."""
    with demo_server("dueren", loaded_into(shared_folder(tmp_path_factory))) as server:
        yield server


@pytest.fixture(scope="session")
def signed_in_there(
    browser: Browser, untouched: DemoServer, browser_context_args: dict[str, Any]
) -> Callable[..., BrowserContext]:
    return windows(browser, untouched, browser_context_args)


@pytest.fixture
def walk(signed_in_there: Callable[..., BrowserContext], untouched: DemoServer) -> Iterator[Visit]:
    with watched(signed_in_there, untouched) as open_page:
        yield open_page


@pytest.mark.proves("C-01", "C-02", "C-03", "C-07", "C-08", "C-09", "C-14", "D-13", "D-36")
@pytest.mark.parametrize(("role", "start", "end"), WALKS, ids=[f"{role}-{start}" for role, start, _end in WALKS])
def test_no_page_has_a_barrier(
    walk: Visit,
    engines: Engines,
    tmp_path_factory: pytest.TempPathFactory,
    role: str | None,
    start: int,
    end: int | None,
) -> None:
    """Wide and light; those of the coordination, who sees most, also narrow and dark with everything unfolded."""
    page = walk(role, viewport=WIDE)
    folder = shared_folder(tmp_path_factory)
    way, seen = way_of(role, folder, page.context.request), Seen(folder)
    assert len(way.pages) >= (4 if role is None else 15)
    assert start < len(way.pages)
    page.add_init_script(path=AXE)  # sent once instead of with every page
    faults = titles_of_several_kinds(way.pages)
    for delivered in way.pages[start:end]:
        answer = page.goto(delivered.address)
        assert answer is not None and answer.status == 200, delivered.address
        shown = page.evaluate(LOOK)
        found = [f"only a script leads to {link}" for link in shown["links"]
                 if is_page(link) and kind_of(link) not in way.kinds]  # fmt: skip
        if shown["title"] != delivered.title:
            found.append(f"title „{shown['title']}“, delivered „{delivered.title}“")
        found += faults_on_a_wide_light_screen(page, engines, seen, shown, delivered)
        if role == "coordinator":
            night = faults_on_a_narrow_dark_screen(page, asks_axe=seen.is_new("night", shown["classes"]))
            found += [f"narrow: {fault}" for fault in night]
        faults += [f"{delivered.address}: {fault}" for fault in found]
    assert not faults, "\n" + "\n".join(faults)


def titles_of_several_kinds(pages: list[Delivered]) -> list[str]:
    kinds: dict[str, str] = {}
    return [
        f"{page.address}: title „{page.title}“ as on {kinds[page.title]}"
        for page in pages
        if kinds.setdefault(page.title, kind_of(page.address)) != kind_of(page.address)
    ]


def faults_on_a_wide_light_screen(
    page: Page, engines: Engines, seen: Seen, shown: dict[str, Any], delivered: Delivered
) -> Iterator[str]:
    """html-validate and the skip link are asked about every page, axe about every kind of page whoever gets it.

    What another role gets, and what alfa takes long for, is asked about again where an element on it is new.
    """
    colours_are_new = seen.is_new("contrast", shown["nested"])
    elements_are_new = seen.is_new("axe", shown["full"])
    if seen.is_new("page", [kind_of(delivered.address)]) or elements_are_new or colours_are_new:
        yield from axe(page, asks_for_contrast=colours_are_new)
    if seen.is_new("alfa", shown["bare"]):
        yield from engines.faults(page, delivered.source)
    else:
        yield from engines.faults_of_html(delivered.source)
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("Tab")
    if not page.evaluate("(document.activeElement.getAttribute('href') || '').startsWith('#')"):
        yield "the first stop is no skip link"


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
