"""Concepts in structure files: the counties' histories, taken over, given out, ended, and never written over."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from govern.committees.structure.exporting import exported_file
from govern.committees.structure.importing import import_structure, read_for_body
from govern.committees.structure.plans import Action, Plan
from govern.committees.structure.reading import read_structure
from govern.db import db
from govern.documents import contributions
from govern.documents.models import Concept, ConceptVersion, VersionState
from govern.documents.sections import SectionText
from govern.documents.services import drafts, versions
from govern.formats import today
from tests.committees.test_structure_files import COUNTIES, MINIMAL, faults_of
from tests.conftest import Client
from tests.factories import make_coordinator

FILE = (
    MINIMAL
    + """\
concepts:
  - key: konzept
    title: KIM-Konzept
    kind: concept
    responsible: amt
    revision_rule: einmal im Jahr
    bases: [Handlungskonzept des Landes]
    committees: [lg]
    lead_committee: lg
    versions:
      - key: erste
        label: Erste Fassung
        state: superseded
        source: Titelseite
      - key: zweite
        label: Fassung 2021
        status_date: 2021-03
        state: in_force
        adopted_committee: lg
        adopted_on: 2021-03-17
        result: unanimous
        proviso: soweit Mittel da sind
        sendings:
          - recipient: LaKI
            sent_on: 2021
  - key: altes
    title: Altes Konzept
    kind: integration_concept
    merged_into: konzept
    versions:
      - key: geplant
        label: geplant
        state: planned
"""
)
REST = "  - key: altes\n" + FILE.split("  - key: altes\n")[1]


def take(text: str, *, on: date | None = None) -> Plan:
    plan = import_structure(read_for_body(text.encode()), effective_on=on or today())
    db.session.commit()
    return plan


def exported() -> str:
    db.session.expire_all()
    text = exported_file()
    assert text is not None
    return text


def concept(key: str = "konzept") -> Concept:
    return db.session.scalars(sa.select(Concept).where(Concept.key == key)).one()


def version(key: str) -> ConceptVersion:
    return db.session.scalars(sa.select(ConceptVersion).where(ConceptVersion.key == key)).one()


def told(plan: Plan) -> list[tuple[Action, str, str]]:
    return [(step.action, step.noun, step.name) for step in plan.steps]


@pytest.mark.proves("F1", "F2", "F9")
@pytest.mark.parametrize(
    ("name", "concepts", "facts", "undated", "in_force"),
    [("dueren", 4, 4, 3, 1), ("neuss", 8, 8, 1, 1), ("euskirchen", 9, 11, 6, 3), ("aachen", 6, 7, 4, 1),
     ("paderborn", 5, 8, 5, 2)],
)  # fmt: skip
def test_the_county_files_tell_the_real_histories(
    name: str, concepts: int, facts: int, undated: int, in_force: int
) -> None:
    found = read_structure((COUNTIES / f"{name}.yaml").read_bytes()).concepts
    told_of = [each for entry in found for each in entry.versions]
    assert (len(found), len(told_of)) == (concepts, facts)
    assert sum(each.status_date is None for each in told_of) == undated
    assert sum(each.state == "in_force" for each in told_of) == in_force
    assert all(each.source for each in told_of)


@pytest.mark.slow
@pytest.mark.proves("F1", "F2", "F4", "F9", "F10")
@pytest.mark.parametrize(
    ("name", "key", "label", "adopted", "words"),
    [("dueren", "kim_konzept", "vorliegende Fassung", None, "undatiert"),
     ("neuss", "integrationskonzept", "Fassung 2013", "2013-03-06", "Vorbehalt: Zustimmung der Vertretungen"),
     ("euskirchen", "cm_handlungskonzept", "Neufassung", "2024-11-18", "18. November 2024"),
     ("aachen", "projektskizze", "Entwurf zur ersten Lenkungsgruppensitzung", "2021-01-12", "gesendet an Kompetenz"),
     ("paderborn", "integrationskonzept", "Fortschreibung 2014", None, "abgelöst")],
)  # fmt: skip
def test_the_pages_show_the_counties_histories(
    client: Client, name: str, key: str, label: str, adopted: str | None, words: str
) -> None:
    text = (COUNTIES / f"{name}.yaml").read_text(encoding="utf-8")
    take(text)
    assert take(exported()).is_empty
    row = next(each for each in concept(key).versions if each.label == label)
    assert row.adopted_on == adopted
    client.sign_in(make_coordinator())
    page = client.get(f"/konzepte/{concept(key).id}").text
    assert label in page
    assert words in page


@pytest.mark.proves("F1", "F2", "F4", "F8", "F9", "F10")
def test_a_history_is_taken_over_once_and_given_out_as_it_came(app: object) -> None:
    plan = take(FILE)
    assert (Action.NEW, "Konzept", "Altes Konzept") in told(plan)
    assert (Action.NEW, "Fassung", "Fassung 2021") in told(plan)
    row = concept()
    assert [(v.key, v.number) for v in row.versions] == [("zweite", 2), ("erste", 1)]
    second = version("zweite")
    assert (second.adopted_on, second.proviso) == ("2021-03-17", "soweit Mittel da sind")
    assert [(s.recipient, s.sent_on) for s in second.sendings] == [("LaKI", "2021")]
    assert (row.responsible_name, [b.title for b in row.bases]) == (
        "Amt für Integration",
        ["Handlungskonzept des Landes"],
    )
    assert concept("altes").merged_into is row
    assert take(FILE).is_empty
    text = exported()
    assert read_structure(text.encode()).concepts == read_structure(FILE.encode()).concepts
    assert take(text).is_empty
    assert exported() == text


@pytest.mark.proves("F1")
def test_what_a_file_corrects_is_shown_before_and_what_it_leaves_out_stays_filed(app: object) -> None:
    take(FILE)
    changed = FILE.replace("label: Erste Fassung", "label: Konzept zum Antrag").replace("2021-03\n", "2021-02\n")
    changed = changed.replace("    committees: [lg]\n    lead_committee: lg\n", "")
    changed = changed.replace(
        "      - key: zweite", "      - key: mitte\n        label: Dazwischen\n      - key: zweite"
    )
    plan = take(changed)
    assert told(plan) == [
        (Action.CHANGED, "Fassung", "Konzept zum Antrag"), (Action.NEW, "Fassung", "Dazwischen"),
        (Action.CHANGED, "Fassung", "Fassung 2021"),
    ]  # fmt: skip
    assert [(c.label, c.before, c.after) for c in plan.steps[2].changes] == [("Stand", "2021-03", "2021-02")]
    db.session.expire_all()
    assert [v.key for v in concept().versions] == ["zweite", "mitte", "erste"]
    assert [f.is_responsible for f in concept().filings] == [True]


@pytest.mark.proves("F1", "F3")
def test_what_a_file_no_longer_names_ends_and_stays_readable(app: object) -> None:
    take(FILE)
    day = today() - timedelta(days=3)
    short = FILE.split("      - key: zweite")[0]
    plan = take(short, on=day)
    assert told(plan) == [(Action.ENDS, "Fassung", "Fassung 2021"), (Action.ENDS, "Konzept", "Altes Konzept")]
    db.session.expire_all()
    ended = version("zweite")
    assert (ended.state, ended.ended_on) == (VersionState.SUPERSEDED, day.isoformat())
    assert (concept("altes").ended_on, version("geplant").state) == (day, VersionState.WITHDRAWN)
    assert take(short).is_empty
    assert take(exported()).is_empty
    assert told(take(MINIMAL)) == [], "a file without concepts says nothing of them"
    take(FILE)
    db.session.expire_all()
    assert (version("zweite").state, concept("altes").ended_on) == (VersionState.IN_FORCE, None)


@pytest.mark.proves("F2", "F5")
def test_a_file_never_touches_what_was_written_here(app: object) -> None:
    take(FILE)
    by = make_coordinator()
    text = (SectionText("Ziele", "Ankommen.", key="ziele"),)
    own = versions.record_version(
        concept(), {"label": "Unsere", "state": VersionState.IN_FORCE, "in_force_from": "2025-01-01"}, text=text, by=by
    )
    draft = drafts.start_draft(concept(), label="Nächste", day=today(), by=by)
    db.session.commit()
    own_id, draft_id = own.id, draft.id
    assert take(FILE).is_empty
    out = exported()
    assert read_structure(out.encode()).concepts[0].versions[-1].state == "planned"
    assert take(out).is_empty
    take(f"{MINIMAL}concepts:\n{REST}".replace("    merged_into: konzept\n", ""))
    db.session.expire_all()
    assert concept().ended_on is None
    found = {v.id: v.state for v in concept().versions}
    assert (found[own_id], found[draft_id]) == (VersionState.IN_FORCE, VersionState.DRAFT)


@pytest.mark.proves("A9", "F1")
def test_every_fault_of_a_history_is_named_with_its_line() -> None:
    faulty = FILE
    for right, wrong in (
        ("state: superseded", "state: in_force\n        ended_on: 2020"), ("responsible: amt", "responsible: amd"),
        ("lead_committee: lg", "lead_committee: ag"), ("adopted_committee: lg", "adopted_committee: gl"),
        ("key: zweite", "key: erste"), ("kind: integration_concept", "kind: Konzept"),
        ("    revision_rule", "    merged_into: altes\n    revision_rule"),
    ):  # fmt: skip
        faulty = faulty.replace(right, wrong)
    found = {fault.sentence.split(".")[0] for fault in faults_of(faulty)}
    for words in (
        "Die Organisation oder Kommune „amd“ gibt es in dieser Datei nicht", "Was in Kraft ist, hat noch kein Ende",
        "„ag“ ist verantwortlich, steht aber nicht unter „committees“",
        "Das Gremium „gl“ gibt es in dieser Datei nicht",
    ):  # fmt: skip
        assert words in found
    assert any("Das Kürzel „erste“ hat schon eine Fassung" in sentence for sentence in found)
    assert any("In Kraft ist nur eine Fassung" in sentence for sentence in found)
    assert any("gehen im Kreis ineinander auf" in sentence for sentence in found)
    assert any("„kind“ kennt „Konzept“ nicht" in sentence for sentence in found)


@pytest.mark.proves("F1", "F2")
def test_an_older_version_comes_into_a_history_with_a_frozen_text(app: object) -> None:
    take(FILE.replace("      - key: erste\n        label: Erste Fassung\n        state: superseded\n        source: "
                      "Titelseite\n", ""))  # fmt: skip
    versions.add_text(version("zweite"), (SectionText("Ziele", "Ankommen.", key="ziele"),))
    versions.freeze(version("zweite"))
    db.session.commit()
    take(FILE)
    db.session.expire_all()
    assert {v.key: v.number for v in concept().versions} == {"zweite": 1, "erste": 2}, "a frozen text keeps its number"
    assert take(FILE).is_empty
    assert take(exported()).is_empty


@pytest.mark.proves("F1", "F3")
def test_a_version_entered_by_hand_that_a_file_names_gives_way_to_the_one_in_force_there(app: object) -> None:
    take(FILE)
    by_hand = versions.record_version(concept(), {"label": "Fassung 2025", "state": VersionState.IN_FORCE}, by=None)
    db.session.commit()
    newer = "      - key: neue\n        label: Neue\n        state: in_force\n"
    named = "      - key: fassung_2025\n        label: Fassung 2025\n        state: superseded\n"
    text = FILE.replace("state: in_force", "state: superseded").replace("      - key: erste", newer + named
                                                                        + "      - key: erste")  # fmt: skip
    take(text)
    db.session.expire_all()
    assert (by_hand.state, version("neue").state) == (VersionState.SUPERSEDED, VersionState.IN_FORCE)
    assert take(text).is_empty


@pytest.mark.proves("F1")
def test_a_file_closes_no_concept_whose_draft_lies_open(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(FILE)
    monkeypatch.setattr(contributions, "before_confidential", [lambda found: f"{found.title} liegt öffentlich vor."])
    file = tmp_path / "struktur.yaml"
    file.write_text(FILE.replace("    kind: concept\n", "    kind: concept\n    is_confidential: true\n"), "utf-8")
    result = app.test_cli_runner().invoke(args=["structure", "import", str(file)])
    assert result.exit_code == 1
    assert "Nichts wurde übernommen. KIM-Konzept liegt öffentlich vor." in result.output
    assert not concept().is_confidential
