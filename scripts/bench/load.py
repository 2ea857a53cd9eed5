"""Ask a running server for pages, with one or several clients at once, and note how long it took."""

from __future__ import annotations

import http.client
import re
import statistics
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

WARM_UP = 6
SECONDS = 1.5
"""So long a page is asked for with several clients."""


@dataclass(frozen=True, kw_only=True)
class Load:
    """How a page answered one number of clients; times in milliseconds."""

    clients: int
    requests_per_second: float
    median: float
    late: float


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a page is like: one answer."""

    status: int
    size: int
    statements: int
    milliseconds: float


class Browser:
    """A client with one connection and the cookies of one person."""

    def __init__(self, url: str, cookie: str = "") -> None:
        parts = urlsplit(url)
        self.connection = http.client.HTTPConnection(parts.hostname or "127.0.0.1", parts.port, timeout=120)
        self.cookie = cookie

    def get(self, path: str) -> Answer:
        """Ask for ``path`` once."""
        return self._ask("GET", path, None)[0]

    def post(self, path: str, form: dict[str, str]) -> Answer:
        """Send ``form`` with what the page at ``path`` hides in its own: the token, what was seen. Timed without it."""
        return self._ask("POST", path, urlencode({**self._hidden(path), **form}))[0]

    def sign_in(self, email: str, password: str) -> str:
        """Sign in and return the cookie that other browsers may use too."""
        answer = self.post("/anmelden", {"email": email, "password": password})
        if answer.status not in (302, 303):
            raise SystemExit(f"Die Anmeldung hat nicht geklappt ({answer.status}).")
        return self.cookie

    def _hidden(self, path: str) -> dict[str, str]:
        _answer, page = self._ask("GET", path, None)
        fields = re.findall(r'<input[^>]*type="hidden"[^>]*>', page.decode())
        found = {
            name[1]: value[1]
            for f in fields
            if (name := re.search(r'name="([^"]+)"', f)) and (value := re.search(r'value="([^"]*)"', f))
        }
        if "csrf_token" not in found:
            raise SystemExit(f"Auf {path} fehlt das Formular.")
        return found

    def _ask(self, method: str, path: str, body: str | None) -> tuple[Answer, bytes]:
        headers = {"Cookie": self.cookie} if self.cookie else {}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        start = time.perf_counter()
        self.connection.request(method, path, body, headers)
        response = self.connection.getresponse()
        data = response.read()
        elapsed = (time.perf_counter() - start) * 1000
        for name, value in response.getheaders():
            if name.lower() == "set-cookie":
                self.cookie = value.split(";", 1)[0]
        statements = int(response.headers.get("X-Statements", "0"))
        return Answer(status=response.status, size=len(data), statements=statements, milliseconds=elapsed), data


def one_client(browser: Browser, path: str, count: int) -> Load:
    """Ask ``count`` times, one after the other."""
    times = [browser.get(path).milliseconds for _ in range(count)]
    return _load(1, times, sum(times) / 1000)


def by_turns(browser: Browser, first: str, second: str, count: int) -> tuple[Load, Load]:
    """Ask for both paths ``count`` times, by turns: what else the machine does, and how fast it is, weighs on both."""
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(count):
        for path, noted in zip((first, second), times, strict=True):
            noted.append(browser.get(path).milliseconds)
    return _load(1, times[0], sum(times[0]) / 1000), _load(1, times[1], sum(times[1]) / 1000)


def one_after_the_other(answers: Sequence[Answer]) -> Load:
    """What single requests took that cannot be repeated."""
    times = [answer.milliseconds for answer in answers]
    return _load(1, times, sum(times) / 1000)


def many_clients(url: str, cookie: str, path: str, clients: int) -> Load:
    """Ask with ``clients`` browsers at once for :data:`SECONDS`."""
    times: list[float] = []
    end = time.perf_counter() + SECONDS

    def ask() -> None:
        browser = Browser(url, cookie)
        while time.perf_counter() < end:
            times.append(browser.get(path).milliseconds)

    start = time.perf_counter()
    threads = [threading.Thread(target=ask) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return _load(clients, times, time.perf_counter() - start)


def _load(clients: int, times: list[float], seconds: float) -> Load:
    late = statistics.quantiles(times, n=20)[-1] if len(times) > 1 else times[0]
    return Load(clients=clients, requests_per_second=len(times) / seconds, median=statistics.median(times), late=late)
