"""A long concept with its history: 80 sections and 60,000 words in 20 versions, and what it takes to compare two."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from datetime import date

from govern.committees.concept_words import ConceptKind, VersionState
from govern.db import db, sort_key
from govern.documents.models import Concept, ConceptFiling, ConceptSection, ConceptVersion
from scripts.bench.load import Load
from scripts.demo_server import ROOT

CHAPTERS, SECTIONS_EACH, WORDS_EACH, VERSIONS = 8, 10, 750, 20
CHANGED = 10
"""So many sections differ from one version to the next."""
MOST_CHANGED, MOST_WHOLE = 1_000, 5_000
"""Milliseconds for the Synopse as PDF in a fresh process: of the changed sections, of all."""
WORDS = (
    "Beratung", "Kommune", "Lenkungsgruppe", "Übergang", "Sprachkurs", "Warteliste", "Zuständigkeit", "Kreis", "Amt",
    "Vereinbarung", "begleitet", "vermittelt", "klärt", "zweimal", "jährlich", "gemeinsam", "der", "die", "das", "und",
    "mit", "für", "eine", "neu", "zugewanderte", "Menschen", "Stelle", "Ziel", "Angebot", "Bericht", "legt", "vor",
)  # fmt: skip
SCRIPT = """
import sys, time
from govern.app import create_app
from govern.config import load_settings
from govern.db import db
from govern.documents.exports import synopsis_pdf
from govern.documents.models import ConceptVersion
from govern.documents.queries.synopses import synopsis_content
app = create_app(load_settings())
with app.app_context():
    start = time.perf_counter()
    old, new = (db.session.get_one(ConceptVersion, int(n)) for n in sys.argv[1:3])
    content = synopsis_content(new.concept, old, new, only_changes=sys.argv[3] == "changed")
    data = synopsis_pdf.as_pdf(content)
    print((time.perf_counter() - start) * 1000, len(data))
"""


def fill_concept(body: int, committee: int) -> dict[str, int]:
    """Write the concept; returns its id, those of the last two versions, and the key of a chapter is `k1`."""
    chance = random.Random(5)  # noqa: S311 - figures, not secrets
    concept = Concept(body_id=body, title="Langes Konzept", sort_title=sort_key("Langes Konzept"),
                      kind=ConceptKind.CONCEPT, filings=[ConceptFiling(committee_id=committee)])  # fmt: skip
    db.session.add(concept)
    db.session.flush()
    texts = [_text(chance) for _ in range(CHAPTERS * SECTIONS_EACH)]
    versions = [_version(concept.id, number, texts, chance) for number in range(1, VERSIONS + 1)]
    return {"concept": concept.id, "concept_old": versions[-2], "concept_new": versions[-1]}


def _version(concept: int, number: int, texts: list[tuple[str, str]], chance: random.Random) -> int:
    for n in chance.sample(range(len(texts)), CHANGED if number > 1 else 0):
        words = texts[n][0].split(" ")
        words[5:9] = chance.sample(WORDS, 4)
        texts[n] = _rendered(" ".join(words))
    state = VersionState.IN_FORCE if number == VERSIONS else VersionState.SUPERSEDED
    version = ConceptVersion(concept_id=concept, number=number, label=f"Fortschreibung {number}", state=state,
                             in_force_from=date(2000 + number, 1, 1).isoformat())  # fmt: skip
    db.session.add(version)
    db.session.flush()
    for chapter in range(CHAPTERS):
        parent: int | None = None
        for n in range(SECTIONS_EACH):
            text, html = texts[chapter * SECTIONS_EACH + n]
            row = ConceptSection(
                version_id=version.id, key=f"k{chapter}-{n}", parent_id=parent, heading=f"Kapitel {chapter}, Teil {n}",
                position=n if parent else chapter + 1, text=text, html=html, words=WORDS_EACH,
            )  # fmt: skip
            db.session.add(row)
            if parent is None:
                db.session.flush()
                parent = row.id
    db.session.flush()
    return version.id


def _text(chance: random.Random) -> tuple[str, str]:
    paragraphs = [" ".join(chance.choices(WORDS, k=WORDS_EACH // 5)) + "." for _ in range(5)]
    return _rendered("\n\n".join(paragraphs))


def _rendered(text: str) -> tuple[str, str]:
    return text, "\n".join(f"<p>{paragraph}</p>" for paragraph in text.split("\n\n"))


def fresh_pdf(folder: str, url: str | None, ids: dict[str, int], *, whole: bool) -> tuple[Load, int]:
    """The Synopse as PDF in a process that has done nothing before: its time, and its size in bytes."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GOVERN_")}
    environment |= {"GOVERN_INSTANCE": folder, **({"GOVERN_DATABASE_URL": url} if url else {})}
    chosen = [str(ids["concept_old"]), str(ids["concept_new"]), "whole" if whole else "changed"]
    times, size = [], 0
    for _n in range(3):
        done = subprocess.run([sys.executable, "-c", SCRIPT, *chosen], cwd=ROOT, env=environment, check=True,
                              capture_output=True, text=True)  # fmt: skip
        time, length = done.stdout.split()
        times.append(float(time))
        size = int(length)
    times.sort()
    return Load(clients=1, requests_per_second=1000 / times[1], median=times[1], late=times[2]), size
