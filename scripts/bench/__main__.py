"""Run the benchmark: `make bench`, or `python -m scripts.bench --only sqlite --scale 1` for a part.

Starts the production server on data of its own, warms it up, prints a table and writes `.bench/results.json`. Targets
that are missed are marked; they never fail a build.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from flask_migrate import upgrade

from govern.app import create_app
from govern.config import load_settings
from govern.db import db
from govern.demo.counties import COUNTIES
from govern.demo.loading import load_demo
from govern.demo.persons import PASSWORD
from govern.formats import today
from scripts.bench import concepts, growth, guard, similar
from scripts.bench.data import fill
from scripts.bench.load import WARM_UP, Browser, Load, by_turns, many_clients, one_after_the_other, one_client
from scripts.bench.more import DISPATCHES, RECIPIENTS
from scripts.bench.pages import PAGES, Page
from scripts.demo_server import ROOT, free_port, wait_for
from tests import postgres

RESULTS = ROOT / ".bench" / "results.json"
CALLS, CLIENTS = 40, 8
TIMES_FLOOR, MOST_STATEMENTS, TIMES_TEN = 15, 12, 1.2
MOST_FOR_DISPATCH = 300
COUNTY = COUNTIES["neuss"]
FLOOR = "/boden/"


@dataclass(frozen=True, kw_only=True)
class Result:
    """One page on one database with one amount of data."""

    database: str
    scale: int
    page: str
    path: str
    statements: int
    size: int
    floor: float
    """Median of the floor beside it, in milliseconds."""
    one: Load
    many: Load | None
    ratio: float
    """Median of one client, in floors."""
    missed: str
    """Which target it misses, in German; empty if none."""
    first: float = 0
    """The very first answer, in milliseconds, where the target is an absolute one."""


def main() -> int:
    """Measure, print, write; always 0."""
    options = _options()
    for part, report in (("guard", guard.report), ("similar", similar.report)):
        if options.part in ("all", part):
            report()
    if options.part == "growth":
        for database in options.only:
            _compare_by_turns(database, min(options.scale), max(options.scale))
    if options.part not in ("all", "pages"):
        return 0
    results: list[Result] = []
    for database in options.only:
        for scale in options.scale:
            results += _measured(database, scale, quick=options.quick)
    _compare_scales(results)
    RESULTS.parent.mkdir(exist_ok=True)
    content = {"measured_at": datetime.now(UTC).isoformat(timespec="seconds"), "results": [asdict(r) for r in results]}
    RESULTS.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(f"\nAlle Werte: {RESULTS.relative_to(ROOT)}")
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--only", nargs="+", choices=("sqlite", "postgresql"), default=["sqlite", "postgresql"])
    parser.add_argument("--scale", nargs="+", type=int, default=[1, 10])
    parser.add_argument("--part", choices=("all", "guard", "similar", "pages", "growth"), default="all",
                        help="guard: nur der Wächter der Meldungen, similar: nur ähnliche unter 100.000, "
                        "pages: nur die Seiten, growth: jede Seite im Wechsel mit mehr und weniger Daten")  # fmt: skip
    parser.add_argument("--quick", action="store_true", help="ohne die Messung mit acht gleichzeitigen Anfragen")
    return parser.parse_args()


def _measured(database: str, scale: int, *, quick: bool) -> list[Result]:
    print(f"\n{COUNTY.name}, zehn Jahre × {scale}, {database}")
    with tempfile.TemporaryDirectory(prefix="govern-bench-") as folder, _database(database) as url:
        ids = _prepare(folder, url, scale)
        with _server(folder, url) as address:
            cookies = {who: _signed_in(address, who) for who in {page.who for page in PAGES}}
            print(_heading())
            return [
                *(
                    _show(_page(Browser(address, cookies[page.who]), address, page, ids, database, scale, quick=quick))
                    for page in PAGES
                ),
                *(
                    _show(_fresh_pdf(Browser(address), folder, url, ids, database, scale, whole=whole))
                    for whole in (False, True)
                ),
                _show(_dispatch(Browser(address, cookies["koordination"]), ids, database, scale)),
            ]


def _compare_by_turns(database: str, small: int, large: int) -> None:
    print(f"\n{COUNTY.name}, {database}: Daten × {large} neben Daten × {small}, im Wechsel gefragt")
    with ExitStack() as stack:
        # Both are filled before anybody signs in: who does nothing for that long is signed out.
        filled = []
        for scale in (small, large):
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="govern-bench-"))
            url = stack.enter_context(_database(database))
            filled.append((folder, url, _prepare(folder, url, scale)))
        sides = [_side(stack.enter_context(_server(folder, url)), ids) for folder, url, ids in filled]
        growth.report(sides[0], sides[1], PAGES)


def _side(address: str, ids: dict[str, int]) -> growth.Side:
    cookies = {who: _signed_in(address, who) for who in {page.who for page in PAGES}}
    return growth.Side(lambda who: Browser(address, cookies[who]), ids)


def _signed_in(address: str, who: str) -> str:
    """The cookie of an account; each page asks on a connection of its own, as the server closes idle ones."""
    return Browser(address).sign_in(who if "@" in who else f"{who}@{COUNTY.domain}", PASSWORD)


@contextmanager
def _database(kind: str) -> Iterator[str | None]:
    if kind == "sqlite":
        with nullcontext():
            yield None
        return
    with postgres.fresh_database() as url:
        yield url


def _prepare(folder: str, url: str | None, scale: int) -> dict[str, int]:
    start = time.perf_counter()
    environment = {"GOVERN_INSTANCE": folder, **({"GOVERN_DATABASE_URL": url} if url else {})}
    app = create_app(load_settings(environment))
    with app.app_context():
        upgrade(directory=str(ROOT / "migrations"))
        load_demo(COUNTY, app.config["SETTINGS"], today=today())
        db.session.commit()
        ids = fill(scale)
        db.session.commit()
        db.session.remove()
        if url:  # what PostgreSQL does by itself in the hours after so much was written; SQLite does nothing
            with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.execute(db.text("VACUUM ANALYZE"))
        db.engine.dispose()
    print(f"Daten geschrieben in {time.perf_counter() - start:.0f} s")
    return ids


@contextmanager
def _server(folder: str, database_url: str | None) -> Iterator[str]:
    """The production server of docs/betrieb.md: gunicorn, two workers with four threads."""
    address = f"http://127.0.0.1:{free_port()}"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GOVERN_")}
    environment |= {"GOVERN_INSTANCE": folder, "GOVERN_BASE_URL": address}
    if database_url:
        environment["GOVERN_DATABASE_URL"] = database_url
    command = [sys.executable, "-m", "gunicorn", "--worker-class", "gthread", "--workers", "2", "--threads", "4",
               "--keep-alive", "30", "--bind", address.removeprefix("http://"), "scripts.bench.wsgi:app"]  # fmt: skip
    with (Path(folder) / "server.log").open("w+", encoding="utf-8") as log:
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
        try:
            wait_for(address, server, log.name)
            yield address
        finally:
            server.terminate()
            server.wait(timeout=30)


def _floor(browser: Browser) -> Load:
    one_client(browser, FLOOR, WARM_UP)
    return one_client(browser, FLOOR, CALLS)


def _page(
    browser: Browser, address: str, page: Page, ids: dict[str, int], database: str, scale: int, *, quick: bool
) -> Result:  # fmt: skip
    path = page.path.format_map(ids)
    first = browser.get(path)
    if first.status != 200:
        print(f"{page.name}: {path} antwortet {first.status}", file=sys.stderr)
    one_client(browser, path, WARM_UP)
    one_client(browser, FLOOR, WARM_UP)
    floor, one = by_turns(browser, FLOOR, path, page.calls or CALLS)
    answer = browser.get(path)
    many = None if quick else many_clients(address, browser.cookie, path, CLIENTS)
    ratio = one.median / floor.median
    missed = []
    if answer.status != 200:
        missed.append(f"antwortet {answer.status}")
    if answer.statements > MOST_STATEMENTS:
        missed.append(f"mehr als {MOST_STATEMENTS} Anfragen")
    if page.most_ms is None and ratio > TIMES_FLOOR:
        missed.append(f"über {TIMES_FLOOR}× Boden")
    if page.most_ms is not None and one.median > page.most_ms:
        missed.append(f"über {page.most_ms} ms")
    if page.most_first_ms is not None and first.milliseconds > page.most_first_ms:
        missed.append(f"zuerst über {page.most_first_ms:.0f} ms")
    return Result(
        database=database, scale=scale, page=page.name, path=path, statements=answer.statements, size=answer.size,
        floor=floor.median, one=one, many=many, ratio=ratio, missed=", ".join(missed),
        first=first.milliseconds if page.most_ms is not None else 0,
    )  # fmt: skip


def _fresh_pdf(
    browser: Browser, folder: str, url: str | None, ids: dict[str, int], database: str, scale: int, *, whole: bool
) -> Result:  # fmt: skip
    """The Synopse of two versions of the long concept as PDF, in a process of its own."""
    floor = _floor(browser)
    one, size = concepts.fresh_pdf(folder, url, ids, whole=whole)
    most = concepts.MOST_WHOLE if whole else concepts.MOST_CHANGED
    return Result(
        database=database, scale=scale, page=f"Synopse, PDF, {'ganz' if whole else 'Änderungen'}, neuer Prozess",
        path=f"/konzepte/{ids['concept']}/synopse.pdf{'?alle=y' if whole else ''}", statements=0, size=size,
        floor=floor.median, one=one, many=None, ratio=one.median / floor.median,
        missed=f"über {most} ms" if one.median > most else "",
    )  # fmt: skip


def _dispatch(browser: Browser, ids: dict[str, int], database: str, scale: int) -> Result:
    """Invitations to 60 recipients, each queued in one request; last, because it changes the data."""
    paths = [f"/sitzungen/{ids['large'] + n}/einladung" for n in range(DISPATCHES)]
    floor = _floor(browser)
    form = {"subject": "Einladung", "cover_text": "wir laden Sie ein.", "senden": "1"}
    answers = [browser.post(path, form) for path in paths]
    one = one_after_the_other(answers[1:])  # the first warms up
    missed = [f"über {MOST_FOR_DISPATCH} ms"] if one.median > MOST_FOR_DISPATCH else []
    missed += [f"antwortet {answer.status}" for answer in answers if answer.status != 303]
    return Result(
        database=database, scale=scale, page=f"Einladung an {RECIPIENTS} Personen, Versand", path=paths[-1],
        statements=answers[-1].statements, size=answers[-1].size, floor=floor.median, one=one, many=None,
        ratio=one.median / floor.median, missed=", ".join(missed),
    )  # fmt: skip


def _heading() -> str:
    figures = f"{'p50':>7} {'p95':>7} {'1/s':>6}"
    return (
        f"Eine Anfrage nach der anderen, dann {CLIENTS} zugleich; Zeiten in ms\n"
        f"{'Seite':<34} {figures} │ {figures} │ {'SQL':>4} {'kB':>5} {'Boden':>6} {'×Boden':>7}"
    )


def _show(result: Result) -> Result:
    def figures(load: Load | None) -> str:
        return f"{load.median:>7.1f} {load.late:>7.1f} {load.requests_per_second:>6.0f}" if load else " " * 22

    print(
        f"{result.page:<34} {figures(result.one)} │ {figures(result.many)} │ {result.statements:>4} "
        f"{result.size / 1000:>5.0f} {result.floor:>6.1f} {result.ratio:>7.1f}  "
        f"{f'zuerst {result.first:.0f} ms  ' if result.first else ''}{result.missed}"
    )
    return result


def _compare_scales(results: Sequence[Result]) -> None:
    by_key: dict[tuple[str, str], dict[int, Result]] = {}
    for result in results:
        by_key.setdefault((result.database, result.page), {})[result.scale] = result
    pairs = [(key, found[1], found[10]) for key, found in by_key.items() if {1, 10} <= set(found)]
    if not pairs:
        return
    print("\nZehnfache Daten: Median im Verhältnis (Boden im Verhältnis zum Boden herausgerechnet)")
    for (database, page), small, large in pairs:
        times = large.ratio / small.ratio
        note = f"  mehr als {TIMES_TEN}×" if times > TIMES_TEN else ""
        if large.statements != small.statements:
            note += f"  Anfragen: {small.statements} → {large.statements}"
        if large.size > small.size * TIMES_TEN:
            note += f"  zeigt mehr: {small.size / 1000:.0f} → {large.size / 1000:.0f} kB"
        print(f"{database:<11} {page:<34} {times:>5.2f}{note}")


if __name__ == "__main__":
    sys.exit(main())
