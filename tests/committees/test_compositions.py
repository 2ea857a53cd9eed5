"""The composition of a committee on any day."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date

import pytest
from flask import Flask

from govern.committees.models import CompositionRule, MandateKind, Voting
from govern.committees.queries.compositions import check_rules, composition
from govern.db import db
from tests.factories import (
    make,
    make_committee,
    make_mandate,
    make_municipality,
    make_organisation,
    make_person,
    make_seat,
    make_seat_group,
)

DAY = date(2026, 5, 26)


@pytest.mark.proves("B2", "B3")
def test_groups_and_nested_seats_keep_their_order(app: Flask) -> None:
    committee = make_committee()
    second = make_seat_group(committee, name="Zweite", position=2)
    first = make_seat_group(committee, name="Erste", position=1)
    make_seat(committee, function="C", position=1, group=second)
    department = make_seat(committee, function="A", position=2, group=first)
    make_seat(committee, function="B", position=3, group=first)
    make_seat(committee, function="A1", position=4, group=first, parent=department)
    composed = composition(committee, DAY)
    assert [g.name for g in composed.groups] == ["Erste", "Zweite"]
    assert [(f.seat.function, f.depth) for f in composed] == [("A", 0), ("A1", 1), ("B", 0), ("C", 0)]


@pytest.mark.proves("B5")
def test_an_open_number_makes_the_total_at_least(app: Flask) -> None:
    committee = make_committee()
    make_seat(committee, person_count=3)
    assert composition(committee, DAY).total_text == "3"
    make_seat(committee, person_count=None)
    composed = composition(committee, DAY)
    assert (composed.total_text, composed.entry_count, composed.is_exact) == ("mindestens 3", 2, False)


@pytest.mark.proves("B12", "L-2")
def test_the_composition_is_that_of_the_day(app: Flask) -> None:
    committee = make_committee()
    old = make_seat(committee, function="alt", ends_on=date(2024, 12, 31))
    make_mandate(old)
    make_seat(committee, function="neu", starts_on=date(2025, 1, 1), replaces_id=old.id)
    assert [f.seat.function for f in composition(committee, date(2024, 12, 31))] == ["alt"]
    assert [f.seat.function for f in composition(committee, date(2025, 1, 1))] == ["neu"]


@pytest.mark.proves("B1", "B13")
def test_a_seat_stays_when_its_person_goes_and_is_vacant_then(app: Flask) -> None:
    committee = make_committee()
    seat = make_seat(committee, person_count=2)
    first, second, deputy = make_person(), make_person(), make_person()
    make_mandate(seat, first, ends_on=date(2026, 5, 25))
    make_mandate(seat, second)
    make_mandate(seat, deputy, kind=MandateKind.DEPUTY)
    before = composition(committee, date(2026, 5, 25)).seats[0]
    assert [m.person for m in before.holders] == [first, second]
    assert before.vacancies == 0
    today = composition(committee, DAY).seats[0]
    assert today.seat is before.seat
    assert [m.person for m in today.holders] == [second]
    assert [m.person for m in today.deputies] == [deputy]
    assert (today.vacancies, today.is_vacant) == (1, False)


@pytest.mark.proves("B10")
def test_voting_is_counted_with_not_stated_apart(app: Flask) -> None:
    committee = make_committee()
    for voting in (Voting.YES, Voting.YES, Voting.NO, Voting.NOT_STATED):
        make_seat(committee, voting=voting)
    assert composition(committee, DAY).voting == {Voting.YES: 2, Voting.NO: 1, Voting.NOT_STATED: 1}


@pytest.mark.proves("B15")
def test_a_rule_of_the_composition_is_checked_by_the_function_held(app: Flask) -> None:
    committee = make_committee()
    make(CompositionRule(committee=committee, text="Mindestens eine Bürgermeisterin oder ein Bürgermeister",
                         function_contains="Bürgermeister"))  # fmt: skip
    seat = make_seat(committee, function="Vertretung", alternatives=["Bürgermeister:in", "Leitung des Bürgerbüros"])
    check = check_rules(composition(committee, DAY))[0]
    assert (check.is_kept, check.could_be_kept) == (False, True)
    mandate = make_mandate(seat, function_held="Leitung des Bürgerbüros")
    check = check_rules(composition(committee, DAY))[0]
    assert (check.is_kept, check.could_be_kept) == (False, False)
    mandate.function_held = "Bürgermeisterin"
    db.session.commit()
    assert check_rules(composition(committee, DAY))[0].is_kept


def test_two_statements_whatever_the_size(
    app: Flask, count_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    committee = make_committee()
    for _ in range(6):
        seat = make_seat(committee, organisations=[make_organisation(), make_municipality()])
        seat.represents = [make_municipality()]
        make_mandate(seat)
        make_mandate(seat, kind=MandateKind.DEPUTY)
    db.session.expire_all()
    _ = committee.name
    with count_queries() as statements:
        for filled in composition(committee, DAY):
            assert filled.holders[0].person.name
            assert [o.name for o in filled.seat.organisations]
            assert [o.name for o in filled.seat.represents]
    assert len(statements) == 2
