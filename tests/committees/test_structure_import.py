"""Structure files against the database: plan, import, export, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from govern import search
from govern.committees.models import (
    Committee,
    CommitteeName,
    CommitteeNameKind,
    CommitteeOfficer,
    CommitteeParent,
    CompositionRule,
    Mandate,
    ProcedureRule,
    Route,
    RouteStep,
    Seat,
    SeatGroup,
    Voting,
    seat_organisation,
    seat_represents,
)
from govern.committees.services.committees import end_committee, move_committee
from govern.committees.services.seats import change_seat
from govern.committees.structure import fields
from govern.committees.structure.concept_fields import CONCEPT, VERSION
from govern.committees.structure.exporting import structure_of
from govern.committees.structure.faults import FaultyStructureError
from govern.committees.structure.importing import import_structure, plan_import, read_for_body
from govern.committees.structure.labels import LABELS, PART_LABELS
from govern.committees.structure.loading import load_rows
from govern.committees.structure.plans import Action, Plan
from govern.committees.structure.reading import read_structure
from govern.committees.structure.writing import write_structure
from govern.db import db
from govern.documents.models import Concept, ConceptBasis, ConceptFiling, ConceptSending, ConceptVersion
from govern.people.models import Body, Organisation, OrganisationAlias
from govern.people.queries.accounts import find_body
from tests import factories

from .test_structure_files import COUNTIES, MINIMAL, NAMES

TODAY = date(2026, 5, 26)
pytestmark = pytest.mark.usefixtures("app")

TABLES: list[sa.Table] = [
    *(
        model.__table__  # type: ignore[attr-defined]
        for model in (Body, Organisation, OrganisationAlias, Committee, CommitteeName, CommitteeParent, SeatGroup, Seat,
                      CompositionRule, ProcedureRule, Route, RouteStep, Mandate, CommitteeOfficer, Concept,
                      ConceptFiling, ConceptBasis, ConceptVersion, ConceptSending)
    ),
    seat_organisation,
    seat_represents,
]  # fmt: skip


def take(text: str | bytes, *, on: date = TODAY) -> Plan:
    """Import a file and commit."""
    data = text if isinstance(text, bytes) else text.encode()
    plan = import_structure(read_for_body(data), effective_on=on)
    db.session.commit()
    return plan


def county(name: str) -> bytes:
    return (COUNTIES / f"{name}.yaml").read_bytes()


def exported() -> str:
    """The database as a file."""
    body = find_body()
    assert body is not None
    db.session.expire_all()
    return write_structure(structure_of(load_rows(body)))


def content() -> dict[str, list[Any]]:
    """Every row of every table the import writes."""
    return {
        table.name: sorted((tuple(map(str, row)) for row in db.session.execute(sa.select(table))), key=str)
        for table in TABLES
    }


def seat(committee_key: str, key: str) -> Seat:
    """The current seat of that key."""
    return db.session.scalars(
        sa.select(Seat).join(Seat.committee).where(
            Committee.key == committee_key, Seat.key == key, Seat.ends_on.is_(None)
        )
    ).one()  # fmt: skip


def committee(key: str) -> Committee:
    return db.session.scalars(sa.select(Committee).where(Committee.key == key)).one()


# Taking over


@pytest.mark.slow
@pytest.mark.proves("A1", "A2", "A3", "A9", "B1", "B2", "B5")
@pytest.mark.parametrize("name", NAMES)
def test_a_county_file_fills_an_empty_database_and_changes_nothing_again(name: str) -> None:
    """Nor does what the database writes out itself."""
    structure = read_structure(county(name))
    plan = take(county(name))
    assert len([step for step in plan.of(Action.NEW) if step.noun == "Gremium"]) == len(structure.committees)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Committee)) == len(structure.committees)
    organisations = sa.select(sa.func.count()).select_from(Organisation)
    assert db.session.scalar(organisations.where(~Organisation.is_municipality)) == len(structure.organisations)
    assert db.session.scalar(organisations.where(Organisation.is_municipality)) == len(structure.municipalities)
    highest = db.session.scalars(sa.select(Committee).where(Committee.is_highest)).one()
    assert structure.highest_committee is not None
    assert [row.key for row in highest.seats] == [entry.key for entry in structure.highest_committee.seats]
    before = content()
    assert take(county(name), on=TODAY + timedelta(days=30)).steps == ()
    assert content() == before
    text = exported()
    assert take(text).steps == ()
    assert content() == before
    assert exported() == text


def test_imported_seats_are_found_by_their_institution() -> None:
    take(county("dueren"))
    found = set(db.session.scalars(sa.select(Seat.id).where(search.found_in(Seat, "Caritasverband"))))
    bound = {
        row.id for row in db.session.scalars(sa.select(Seat)) if any("Caritas" in o.name for o in row.organisations)
    }
    assert bound
    assert found == bound


@pytest.mark.slow
@pytest.mark.parametrize("name", ["dueren", "euskirchen"])
def test_the_export_fills_another_database_with_the_same_content(name: str) -> None:
    with undone():
        take(county(name))
        take(without_third_seat(county(name).decode()))
        text = exported()
    take(text)
    assert exported() == text


@pytest.mark.proves("A8", "A10", "B12")
def test_history_made_by_hand_goes_through_a_file() -> None:
    with undone():
        other = "key: mitte\n    name: Mitte\n    kind: network\n    status: active\n    is_kim: true\n    parent: lg\n"
        take(f"{MINIMAL}  - {other}")
        by, group, team = factories.make_coordinator(), committee("ag"), seat("lg", "team")
        move_committee(group, committee("mitte"), from_day=date(2026, 2, 1), today=TODAY, reason="Umbau", by=by)
        change_seat(team, {"function": "Teamleitungen", "person_count": None, "organisations": []},
                    from_day=date(2026, 4, 1), version=team.version, by=by)  # fmt: skip
        factories.make_seat(
            committee("lg"), organisations=[], function="Gast", group=factories.make_seat_group(committee("lg"))
        )
        own = factories.make_committee(name="Runder Tisch Süd", parent=committee("lg"))
        end_committee(own, ended_on=date(2026, 5, 1), by=by)
        db.session.commit()
        text = exported()
        assert "parent_since: 2026-02-01" in text
        assert "reason: Umbau" in text
        assert take(text).is_empty
    take(text)
    assert exported() == text
    assert [(parent.starts_on, parent.ends_on) for parent in committee("ag").parents] == [
        (date(2026, 2, 1), None), (None, date(2026, 1, 31)),
    ]  # fmt: skip
    assert seat("lg", "team").replaces_id is not None


@contextmanager
def undone() -> Iterator[None]:
    """Another database for a while: what is stored within is undone at the end."""
    connection: Any = db.engine
    savepoint = connection.begin_nested()
    try:
        yield
    finally:
        db.session.rollback()
        db.session.expunge_all()
        savepoint.rollback()


def without_third_seat(text: str) -> str:
    """The file without the third seat of the highest committee."""
    structure = read_structure(text.encode())
    highest = structure.highest_committee
    assert highest is not None
    nested = {entry.nested_under for entry in highest.seats}
    gone = next(entry for entry in highest.seats[2:] if entry.key not in nested)
    rest = replace(highest, seats=tuple(entry for entry in highest.seats if entry is not gone))
    committees = tuple(rest if entry is highest else entry for entry in structure.committees)
    return write_structure(replace(structure, committees=committees))


def test_unstated_stays_unstated() -> None:
    take(county("dueren"))
    highest = committee("lenkungsgruppe")
    assert {row.voting for row in highest.seats} == {Voting.NOT_STATED}
    assert (highest.max_size, highest.rules_exist, highest.cadence_as_needed) == (None, None, None)
    assert committee("ak_migration").cadence_text is None


@pytest.mark.proves("A11", "B6", "B11")
def test_chair_without_a_seat_and_a_seat_of_two_institutions() -> None:
    take(county("dueren"))
    highest = committee("lenkungsgruppe")
    assert highest.chair_function is not None
    assert highest.chair_seat_id is None
    assert [row.key for row in seat("lenkungsgruppe", "vhs").organisations] == ["vhs_rureifel", "vhs_juelicher_land"]
    assert len(seat("lenkungsgruppe", "sprecher_buergermeister").represents) == 15


@pytest.mark.proves("A11")
def test_a_chair_with_a_seat_points_to_it() -> None:
    take(county("neuss"))
    assert committee("lenkungsgruppe").chair_seat_id == seat("lenkungsgruppe", "kreisdirektion").id


@pytest.mark.proves("B3")
def test_seats_stand_below_each_other() -> None:
    take(county("euskirchen"))
    below = seat("lenkungsgruppe", "kim_gesamtkoordination")
    assert below.parent is not None
    assert below.parent.key == "kbz"
    assert below.parent.parent is not None
    assert below.parent.parent.key == "abt49"


# Changing


def test_changed_fields_are_named_before_and_after() -> None:
    take(MINIMAL)
    changed = MINIMAL.replace("name: Amt für Integration", "name: Amt für Zuwanderung").replace("planned", "active")
    plan = plan_import(read_structure(changed.encode()))
    shown = {(step.noun, step.name, change.label, change.before, change.after)
             for step in plan.of(Action.CHANGED) for change in step.changes}  # fmt: skip
    assert shown == {
        ("Organisation", "Amt für Zuwanderung", "Name", "Amt für Integration", "Amt für Zuwanderung"),
        ("Gremium", "Arbeitsgruppe", "Status", "geplant", "aktiv"),
    }
    assert plan.summary == "0 neu, 2 geändert, 0 enden"
    take(changed)
    assert committee("ag").status.value == "active"
    assert take(changed).is_empty


@pytest.mark.proves("A10")
def test_a_renamed_committee_is_found_under_both_names() -> None:
    take(MINIMAL)
    changed = MINIMAL.replace("name: Arbeitsgruppe", "name: Arbeitsgruppe Wohnen")
    take(changed)
    (former,) = committee("ag").names
    assert (former.name, former.kind, former.ends_on) == ("Arbeitsgruppe", CommitteeNameKind.FORMER, TODAY)
    assert take(changed).is_empty


@pytest.mark.proves("A8")
def test_a_new_parent_keeps_the_old_one_in_the_history() -> None:
    other = "  - key: mitte\n    name: Mitte\n    kind: network\n    status: active\n    is_kim: true\n    parent: lg\n"
    take(MINIMAL + other)
    changed = (MINIMAL + other).replace("status: planned\n    is_kim: true\n    parent: lg",
                                        "status: planned\n    is_kim: true\n    parent: mitte")  # fmt: skip
    take(changed)
    row = committee("ag")
    assert row.parent is not None
    assert row.parent.key == "mitte"
    assert [(parent.parent.key if parent.parent else None, parent.ends_on) for parent in row.parents] == [
        ("lg", TODAY - timedelta(days=1)),
        ("mitte", None),
    ]
    assert take(changed).is_empty
    assert take(exported()).is_empty


def test_the_highest_committee_can_move() -> None:
    take(MINIMAL)
    changed = MINIMAL.replace("    is_highest: true\n", "").replace("    parent: lg\n", "    is_highest: true\n")
    take(changed)
    assert committee("ag").is_highest
    assert not committee("lg").is_highest
    assert take(changed).is_empty


def test_aliases_and_the_order_follow_the_file() -> None:
    take(MINIMAL)
    changed = MINIMAL.replace("    parent: kreis\n", "    parent: kreis\n    aliases: [KI, Amt 50]\n")
    take(changed)
    assert take(changed).is_empty
    take(MINIMAL)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(OrganisationAlias)) == 0
    first, second = MINIMAL.split("      - key: team\n")
    team, rest = second.split("  - key: ag\n")
    head, amt = first.split("      - key: amt\n        function")
    turned = f"{head}      - key: team\n{team}      - key: amt\n        function{amt}  - key: ag\n{rest}"
    plan = take(turned)
    assert [step.changes[0].label for step in plan.steps] == ["Reihenfolge der Sitze"]
    assert [row.key for row in committee("lg").seats] == ["team", "amt"]
    assert take(turned).is_empty


# Ending


def test_what_disappears_from_the_file_ends_and_stays() -> None:
    take(MINIMAL)
    person = factories.make_person()
    mandate = factories.make_mandate(seat("lg", "team"), person)
    group, team = MINIMAL.split("      - key: team\n")
    rest = group  # neither the seat „team“ nor the committee „ag“
    plan = take(rest)
    assert [(step.noun, step.name) for step in plan.of(Action.ENDS)] == [
        ("Gremium", "Arbeitsgruppe"),
        ("Sitz", "Teamleitung"),
    ]
    assert team
    assert committee("ag").ended_on == TODAY
    gone = db.session.scalars(sa.select(Seat).where(Seat.key == "team")).one()
    assert gone.ends_on == TODAY
    db.session.refresh(mandate)
    assert mandate.ends_on == TODAY
    assert take(rest, on=TODAY + timedelta(days=9)).is_empty
    assert take(exported()).is_empty


def test_an_organisation_that_disappears_ends() -> None:
    take(MINIMAL + "municipalities: [{key: ort, name: Ort}]\n")
    plan = take(MINIMAL)
    assert [(step.action, step.noun, step.name) for step in plan.steps] == [(Action.ENDS, "Kommune", "Ort")]
    ended = db.session.scalars(sa.select(Organisation).where(Organisation.key == "ort")).one()
    assert ended.ended_on == TODAY
    assert take(MINIMAL).is_empty
    plan = take(MINIMAL + "municipalities: [{key: ort, name: Ort}]\n")
    assert [step.action for step in plan.steps] == [Action.CHANGED]
    db.session.refresh(ended)
    assert ended.ended_on is None


def test_a_mandate_that_has_not_begun_never_comes_to_be() -> None:
    take(MINIMAL)
    factories.make_mandate(seat("lg", "team"), starts_on=TODAY + timedelta(days=60))
    take(MINIMAL.split("      - key: team\n")[0])
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Mandate)) == 0


@pytest.mark.proves("B12")
def test_a_seat_follows_another_under_the_same_key() -> None:
    take(MINIMAL)
    first = seat("lg", "amt").id
    old = "      - key: amt\n        function: Amtsleitung\n        organisations: [amt]\n        count: 1\n"
    new = old + "        ends_on: 2026-06-30\n" + old.replace("count: 1", "count: 2")
    changed = MINIMAL.replace(old, new)
    take(changed)
    follower = seat("lg", "amt")
    assert (follower.replaces_id, follower.person_count, follower.starts_on) == (first, 2, date(2026, 7, 1))
    assert db.session.get_one(Seat, first).ends_on == date(2026, 6, 30)
    assert take(changed).is_empty
    assert take(exported()).is_empty


def test_a_seat_that_comes_back_is_a_new_one() -> None:
    take(MINIMAL)
    take(MINIMAL.split("      - key: team\n")[0])
    take(MINIMAL, on=TODAY + timedelta(days=30))
    rows = db.session.scalars(sa.select(Seat).where(Seat.key == "team").order_by(Seat.id)).all()
    assert [(row.starts_on, row.ends_on) for row in rows] == [(None, TODAY), (TODAY + timedelta(days=1), None)]
    assert take(MINIMAL).is_empty


@pytest.mark.proves("B12")
def test_a_seat_changed_by_hand_from_a_day_on_keeps_its_key() -> None:
    take(MINIMAL)
    before, by = seat("lg", "amt"), factories.make_coordinator()
    values = {"function": "Amtsleitung", "person_count": 2, "organisations": before.organisations}
    changed = change_seat(before, values, from_day=date(2026, 4, 1), version=before.version, by=by)
    db.session.commit()
    text = exported()
    assert text.count("      - key: amt\n") == 2
    assert "ends_on: 2026-03-31" in text
    rows = content()
    assert take(text).is_empty
    assert content() == rows
    (step,) = plan_import(read_structure(MINIMAL.encode())).steps
    assert [(change.label, change.before, change.after) for change in step.changes] == [("Anzahl", "2", "1")]
    take(text.replace("      - key: team\n", "      - key: team_neu\n"))
    db.session.refresh(changed)
    assert changed.key == "amt"


# What people entered by hand


def test_entries_made_by_hand_do_not_end() -> None:
    take(MINIMAL)
    own = factories.make_committee(name="Runder Tisch Süd", parent=committee("lg"))
    organisation = factories.make_organisation(name="Verein Ö")
    added = factories.make_seat(committee("lg"), organisations=[organisation], function="Gast")
    assert take(MINIMAL).is_empty
    text = exported()
    assert "key: runder_tisch_sued" in text
    assert "key: verein_oe" in text
    before = content()
    assert take(text).is_empty
    assert content() == before
    take(text.replace("name: Runder Tisch Süd", "name: Runder Tisch Nord"))
    db.session.refresh(own)
    assert (own.name, own.key) == ("Runder Tisch Nord", "runder_tisch_sued")
    db.session.refresh(added)
    assert added.ends_on is None
    plan = plan_import(read_structure(MINIMAL.encode()))
    assert ("Gremium", "Runder Tisch Nord") in {(step.noun, step.name) for step in plan.of(Action.ENDS)}


# Refusing


def test_a_file_of_another_body_is_refused() -> None:
    take(MINIMAL)
    before = content()
    with pytest.raises(FaultyStructureError) as refused:
        take(county("dueren"))
    (fault,) = refused.value.faults
    assert fault.line == 7
    assert fault.sentence == "Die Datei gehört zu „Kreis Düren“, diese Installation führt „Musterkreis“."
    assert content() == before


def test_an_empty_installation_takes_any_body() -> None:
    factories.make_body(key="neu", name="Neu")
    take(MINIMAL)
    body = find_body()
    assert body is not None
    assert (body.key, body.name) == ("musterkreis", "Musterkreis")
    assert take(MINIMAL).is_empty


def test_a_faulty_file_changes_nothing() -> None:
    take(MINIMAL)
    before = content()
    with pytest.raises(FaultyStructureError):
        take(MINIMAL.replace("name: Arbeitsgruppe", "name: Neu").replace("count: open", "count: viele"))
    assert content() == before


def test_every_field_has_a_name_in_the_preview() -> None:
    groups = (fields.BODY, fields.MUNICIPALITY, fields.ORGANISATION, fields.COMMITTEE, fields.SEAT,
              CONCEPT, VERSION)  # fmt: skip
    top = {field.name for group in groups for field in group.fields}
    assert top - {"seats", "versions"} == set(LABELS)


def test_parts_of_a_group_and_of_a_list_are_named_alone() -> None:
    take(county("dueren"))
    text = county("dueren").decode().replace("text: zweimal im Jahr", "text: zweimal jährlich")
    text = text.replace("            - titz\n", "").replace("          count: 15\n", "          count: 14\n")
    plan = plan_import(read_structure(text.encode()))
    assert [(change.label, change.before, change.after) for step in plan.steps for change in step.changes] == [
        ("Turnus, Wortlaut", "zweimal im Jahr", "zweimal jährlich"),
        ("spricht für, Zahl", "15", "14"),
        ("spricht für, Institutionen", "ohne Titz", ""),
    ]


def test_every_part_of_a_group_has_a_name_in_the_preview() -> None:
    groups = (fields.CHAIR, fields.OFFICE, fields.CADENCE, fields.FOUNDING, fields.RULES_OF_PROCEDURE, fields.MAX_SIZE,
              fields.REPRESENTS)  # fmt: skip
    assert {field.name for group in groups for field in group.fields} == set(PART_LABELS)


@pytest.mark.slow
def test_the_export_takes_a_constant_number_of_queries(app: Flask, count_queries: Any) -> None:
    with undone():
        take(county("dueren"))
        with count_queries() as few:
            exported()
    take(county("neuss"))
    with count_queries() as many:
        exported()
    assert len(many) <= len(few) + 2


def test_files_lie_where_the_demo_finds_them() -> None:
    assert sorted(path.stem for path in Path(COUNTIES).glob("*.yaml")) == sorted(NAMES)
