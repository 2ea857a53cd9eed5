"""Measure how long the main pages take to answer (`make bench`): the demo of the largest county, one person.

The slow end counts: a page is fine while 95 of 100 answers take less than the limit.
"""

from __future__ import annotations

import re
import statistics
import sys
import time
from http.cookiejar import CookieJar
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener

from scripts.demo_server import DemoServer, demo_server

COUNTY = "neuss"
PATHS = ("/", "/gremien", "/sitzungen", "/beschluesse", "/arbeitsauftraege", "/organisationen")
DETAILS = ("/gremien", "/sitzungen", "/organisationen")
REQUESTS = 40
LIMIT_MS = 300


def main() -> int:
    """Print one line per page; returns 1 when a page is over the limit."""
    with demo_server(COUNTY) as server:
        browser = signed_in(server)
        paths = list(PATHS)
        for path in DETAILS:
            html = read(browser, server.url + path)
            found = re.search(rf'href="({path}/\d+)"', html)
            if found:
                paths.append(found[1])
        print(f"{'Seite':<24} {'Median':>9} {'95 %':>9} {'Größe':>9}   (je {REQUESTS} Aufrufe, {COUNTY})")
        slow = 0
        for path in paths:
            durations, size = measure(browser, server.url + path)
            median, late = statistics.median(durations), statistics.quantiles(durations, n=20)[-1]
            slow += late > LIMIT_MS
            mark = "  zu langsam" if late > LIMIT_MS else ""
            print(f"{path:<24} {median:>6.0f} ms {late:>6.0f} ms {size / 1000:>6.0f} kB{mark}")
    return 1 if slow else 0


def signed_in(server: DemoServer) -> OpenerDirector:
    """Return a client with a session of its own."""
    browser = build_opener(HTTPCookieProcessor(CookieJar()))
    page = read(browser, f"{server.url}/anmelden")
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    if token is None:
        raise SystemExit("Auf /anmelden fehlt das Formular.")
    form = {"csrf_token": token[1], "email": server.email, "password": server.password}
    with browser.open(f"{server.url}/anmelden", urlencode(form).encode(), timeout=30) as answer:
        if "/anmelden" in answer.url:
            raise SystemExit("Die Anmeldung hat nicht geklappt.")
    return browser


def read(browser: OpenerDirector, url: str) -> str:
    """Return a page's HTML."""
    with browser.open(url, timeout=30) as answer:
        html: str = answer.read().decode()
        return html


def measure(browser: OpenerDirector, url: str) -> tuple[list[float], int]:
    """Return the milliseconds of each request and the size of the page."""
    size = len(read(browser, url).encode())
    durations = []
    for _ in range(REQUESTS):
        start = time.perf_counter()
        read(browser, url)
        durations.append((time.perf_counter() - start) * 1000)
    return durations, size


if __name__ == "__main__":
    sys.exit(main())
