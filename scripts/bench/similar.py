"""How long it takes to find similar reports among many, without a server: `python -m scripts.bench.similar`."""

from __future__ import annotations

import random
import statistics
import tempfile
import time
from functools import cache

import sqlalchemy as sa
from flask_migrate import upgrade

from govern.actions.models import GapReport, ReportStem, ReportText
from govern.actions.queries.similar import similar_to_report
from govern.actions.stems import stems_of
from govern.app import create_app
from govern.config import load_settings
from govern.db import db, now
from govern.people.models import Body, BodyKind
from scripts.demo_server import ROOT

REPORTS, CALLS, MOST_MS = 100_000, 15, 100
WORDS = tuple(
    [
        "Kinderbetreuung",
        "Integrationskurs",
        "Wohnung",
        "Sprachkurs",
        "Abendkurs",
        "Termin",
        "Ausländerbehörde",
        "Jobcenter",
        "Übersetzung",
        "Zeugnis",
        "Anerkennung",
        "Pflege",
        "Schule",
        "Kindergarten",
        "Warteliste",
        "Therapie",
        "Krankenkasse",
        "Antrag",
        "Formular",
        "Beratung",
        "Führerschein",
        "Busverbindung",
        "Praktikum",
        "Ausbildung",
        "Einbürgerung",
        "Duldung",
        "Familiennachzug",
        "Unterkunft",
        "Sprachmittlung",
        "Hebamme",
        "Kinderarzt",
        "Nachhilfe",
        "Stipendium",
        "Werkstatt",
        "Verein",
        "Rechtskreis",
        "Bescheid",
        "Wohnsitz",
        "Zuständigkeit",
        "Alphabetisierung",
        "Elternabend",
    ]
)


def report() -> None:
    """Fill a database, look for similar ones, print median and slowest."""
    with tempfile.TemporaryDirectory(prefix="govern-bench-") as folder:
        app = create_app(load_settings({"GOVERN_INSTANCE": folder}))
        with app.app_context():
            upgrade(directory=str(ROOT / "migrations"))
            _fill()
            times = _measured()
            db.session.remove()
            db.engine.dispose()
    median = statistics.median(times)
    missed = "" if median <= MOST_MS else f"  über {MOST_MS} ms"
    print(f"\nÄhnliche unter {REPORTS:,} Meldungen: Median {median:.0f} ms, höchstens {max(times):.0f} ms{missed}")


def _fill() -> None:
    chance = random.Random(7)  # noqa: S311 - figures, not secrets
    body = Body(key="muster", name="Kreis Muster", short_name="Muster", kind=BodyKind.COUNTY)
    db.session.add(body)
    db.session.flush()
    moment = now()
    reports, texts, stems = [], [], []
    for n in range(1, REPORTS + 1):
        # Four words of all reports, eight of a few hundred reports each: as telling as words of the trade are.
        rarer = [f"Wort{chr(97 + w % 26)}{chr(97 + w // 26)}" for w in chance.sample(range(676), 4)]
        rarer += [f"Fach{chr(97 + w % 26)}{chr(97 + w // 26)}" for w in chance.sample(range(676), 4)]
        headline = " ".join([*chance.sample(WORDS, 4), *rarer])
        reports.append({
            "id": n, "body_id": body.id, "number": f"M-2026-{n}", "year": 2026, "sequence_number": n,
            "source": "case_work",
            "state": "received", "reported_at": moment, "author_function": "x", "version": 1,
            "action_field": chance.choice(["education", "housing", "health", "work"]),
            "gap_kind": chance.choice(["access", "capacity", "supply"]), "frequency": "once",
        })  # fmt: skip
        texts.append({"report_id": n, "number": 1, "headline": headline, "text": "", "confirmed_kinds": []})
        stems += [{"report_id": n, "stem": stem} for stem in {_stem(word) for word in headline.split()}]
    for table, rows in ((GapReport, reports), (ReportText, texts), (ReportStem, stems)):
        for start in range(0, len(rows), 20_000):
            db.session.execute(sa.insert(table), rows[start : start + 20_000])
    db.session.execute(db.text("ANALYZE"))
    db.session.commit()


@cache
def _stem(word: str) -> str:
    return next(iter(stems_of(word)))


def _measured() -> list[float]:
    times = []
    for n in range(CALLS):
        found = db.session.get_one(GapReport, 1 + n * 997)
        assert found.headline
        start = time.perf_counter()
        similar_to_report(found)
        times.append((time.perf_counter() - start) * 1000)
        db.session.expire_all()
    return times


if __name__ == "__main__":
    report()
