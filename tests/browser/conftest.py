"""A demo of its own for the browser tests: loaded once per run, served as in production, seen by Chromium."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, StorageState

from scripts.demo_server import DemoServer, demo_server
from tests.browser.engines import Engines, running_engines
from tests.environment import AXE
from tests.processes import flask_process

ACCOUNTS = {
    "coordinator": "koordination@kreis-dueren.example",
    "office": "geschaeftsfuehrung-ak@kreis-dueren.example",
    "member": "mitglied@kreis-dueren.example",
    "deputy": "stellvertretung@kreis-dueren.example",
    "chair": "vorsitz@kreis-dueren.example",
    "organisation": "integration@stadt-juelich.example",
    "administrator": "administration@kreis-dueren.example",
}
EXPECTED_ERRORS = (
    "status of 401",
    "status of 403",
    "status of 404",
    "status of 409",
    "status of 422",
    "ERR_INTERNET_DISCONNECTED",
    "ERR_FAILED",
)
"""Lines Chromium writes about answers that a test provokes."""


@dataclass
class Watch:
    """What a browser did that it should not: errors in its console, requests to other hosts."""

    host: str
    faults: list[str] = field(default_factory=list)

    def look_at(self, page: Page) -> None:
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        page.on("request", self._request)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not any(words in message.text for words in EXPECTED_ERRORS):
            self.faults.append(f"console: {message.text}")

    def _request(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme not in ("data", "blob") and address.netloc != self.host:
            self.faults.append(f"request to {request.url}")


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoServer]:
    """A server of its own for each process, on a copy of what the first of them loaded."""
    with demo_server("dueren", loaded_into(shared_folder(tmp_path_factory))) as server:
        yield server


def shared_folder(factory: pytest.TempPathFactory) -> Path:
    """A folder that all processes of a run of the tests see."""
    own = factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


def loaded_into(folder: Path) -> Path:
    """Load the demo once; whoever comes later waits for it."""
    with (folder / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "demo").exists():
            (folder / "loading").mkdir()
            environment = {"GOVERN_INSTANCE": str(folder / "loading"), "GOVERN_BASE_URL": "http://127.0.0.1:8000"}
            loading = flask_process(
                ["demo", "--kreis", "dueren", "--nur-laden"], environment, output=folder / "demo.log"
            )
            loading.join()
            assert loading.exitcode == 0, (folder / "demo.log").read_text(encoding="utf-8")
            (folder / "loading").rename(folder / "demo")
    return folder / "demo"


@pytest.fixture(scope="session")
def engines() -> Iterator[Engines]:
    """alfa and html-validate, to ask beside axe."""
    with running_engines() as running:
        yield running


@pytest.fixture(scope="session")
def signed_in(
    browser: Browser, demo: DemoServer, browser_context_args: dict[str, Any]
) -> Callable[..., BrowserContext]:
    """Open a browser window of its own in which somebody is signed in already."""
    return windows(browser, demo, browser_context_args)


def windows(browser: Browser, server: DemoServer, arguments: dict[str, Any]) -> Callable[..., BrowserContext]:
    """What opens a window on a server for a role; each signs in once."""
    cookies: dict[str, StorageState] = {}

    def window(role: str | None, **options: Any) -> BrowserContext:
        if role is not None and role not in cookies:
            first = browser.new_context(**arguments, base_url=server.url)
            sign_in(first.new_page(), ACCOUNTS[role], server.password)
            cookies[role] = first.storage_state()
            first.close()
        state = cookies[role] if role is not None else None
        return browser.new_context(**arguments, base_url=server.url, storage_state=state, **options)

    return window


@pytest.fixture
def visit(signed_in: Callable[..., BrowserContext], demo: DemoServer) -> Iterator[Callable[..., Page]]:
    """`visit("coordinator")` is a page in a watched window; at the end nothing forbidden may have happened."""
    with watched(signed_in, demo) as open_page:
        yield open_page


@contextmanager
def watched(open_window: Callable[..., BrowserContext], server: DemoServer) -> Iterator[Callable[..., Page]]:
    """Opens pages for roles; closes their windows in the end and asserts that nothing forbidden happened in them."""
    opened: list[BrowserContext] = []
    watch = Watch(urlsplit(server.url).netloc)

    def open_page(role: str | None, **options: Any) -> Page:
        window = open_window(role, **options)
        window.set_default_timeout(20_000)
        opened.append(window)
        page = window.new_page()
        watch.look_at(page)
        return page

    yield open_page
    for window in opened:
        window.close()
    assert watch.faults == []


def sign_in(page: Page, email: str, password: str) -> None:
    """Sign in as a person does."""
    page.goto("/anmelden")
    page.locator("input[name=email]").fill(email)
    page.locator("input[name=password]").fill(password)
    page.get_by_role("button", name="Anmelden", exact=True).click()
    page.wait_for_url(lambda address: "/anmelden" not in address)


def axe(page: Page, *, asks_for_contrast: bool = True) -> list[str]:
    """What axe finds on the page as it stands: rule, element and reason."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[str] = page.evaluate(FAULTS, asks_for_contrast)
    return found


FAULTS = """
async (asksForContrast) => {
  const rules = asksForContrast ? {} : {'color-contrast': {enabled: false}};
  // Nothing comes from elsewhere, so there is nothing to load before.
  const {violations} = await axe.run(document, {resultTypes: ['violations'], preload: false, rules});
  const plain = text => text.split(/\\s+/).join(' ').slice(0, 160);
  return violations.flatMap(rule => rule.nodes.slice(0, 2).map(
    node => `${rule.id}: ${node.html.slice(0, 140)} (${plain(node.failureSummary)})`));
}
"""
"""Puts the lines together in the browser: Playwright is slow to bring out all that axe says of every rule."""
