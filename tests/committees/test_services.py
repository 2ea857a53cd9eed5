"""What the office does with committees, their names, seats and mandates."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from govern.committees.models import (
    Committee,
    CommitteeKind,
    CommitteeNameKind,
    CommitteeStatus,
    Level,
    MandateKind,
    OfficerRole,
    Participation,
    RepresentsMode,
    Seat,
    Voting,
)
from govern.committees.queries.committees import CommitteeFilter, list_committees
from govern.committees.queries.compositions import composition
from govern.committees.queries.histories import name_on, parent_on
from govern.committees.queries.standings import standing_of
from govern.committees.services import committees, mandates, names, officers, seats
from govern.db import db
from govern.errors import Conflict, DomainError
from govern.people.models import User
from tests.factories import (
    make_body,
    make_committee,
    make_coordinator,
    make_mandate,
    make_meeting,
    make_municipality,
    make_office_user,
    make_organisation,
    make_person,
    make_seat,
    make_seat_group,
    make_steering_group,
    make_user,
)

TODAY = date(2026, 5, 26)
DAY = timedelta(days=1)


@pytest.fixture
def by(app: Flask) -> User:
    return make_coordinator()


def seat_values(**changes: Any) -> dict[str, Any]:
    values: dict[str, Any] = {"function": "Leitung", "person_count": 1, "organisations": [make_organisation()]}
    return {**values, **changes}


# --- committees ------------------------------------------------------------------------------------------------------


@pytest.mark.proves("A1", "A3", "A5")
def test_a_committee_hangs_below_another_with_its_reason(by: User) -> None:
    top = make_steering_group()
    values = {"name": "AG Wohnen", "kind": CommitteeKind.WORKING_GROUP, "status": CommitteeStatus.BEING_SET_UP,
              "level": Level.STRUCTURAL, "opening_reason": "Viele Meldungen zum Wohnungsmarkt"}  # fmt: skip
    made = committees.create_committee(make_body(), values, parent=top, by=by)
    assert made.opening_reason == "Viele Meldungen zum Wohnungsmarkt"
    assert (made.parent, made.level) == (top, Level.STRUCTURAL)
    assert parent_on(made, TODAY) == top.id


@pytest.mark.proves("A2")
def test_only_one_committee_is_the_highest_and_only_deliberately(by: User) -> None:
    old = make_steering_group(name="Lenkungsgruppe KI/KIM")
    new = make_committee()
    with pytest.raises(DomainError, match="Lenkungsgruppe KI/KIM"):
        committees.mark_as_highest(new, instead_of=None, by=by)
    committees.mark_as_highest(new, instead_of=old, by=by)
    assert (old.is_highest, new.is_highest) == (False, True)
    network = make_committee(is_kim=False)
    with pytest.raises(DomainError):
        committees.mark_as_highest(network, instead_of=new, by=by)


@pytest.mark.proves("A8")
def test_a_new_parent_keeps_the_old_one_in_the_history(by: User) -> None:
    first, unit = make_steering_group(), make_committee(kind=CommitteeKind.COORDINATION_UNIT)
    child = make_committee(parent=first)
    committees.move_committee(child, unit, from_day=date(2025, 2, 1), today=TODAY, reason="Abschnitt 3.3", by=by)
    assert (parent_on(child, date(2025, 1, 31)), parent_on(child, date(2025, 2, 1))) == (first.id, unit.id)
    committees.move_committee(child, None, from_day=TODAY, today=TODAY, reason=None, by=by)
    days = (date(2025, 1, 31), date(2025, 12, 1), TODAY)
    assert [parent_on(child, d) for d in days] == [first.id, unit.id, None]
    assert [p.reason for p in child.parents] == [None, "Abschnitt 3.3", None]
    with pytest.raises(DomainError, match="an anderer Stelle"):
        committees.move_committee(child, first, from_day=date(2025, 6, 1), today=TODAY, reason=None, by=by)


@pytest.mark.proves("A8")
def test_a_committee_never_hangs_below_itself(by: User) -> None:
    top = make_committee()
    middle = make_committee(parent=top)
    low = make_committee(parent=middle)
    with pytest.raises(DomainError, match="unter sich selbst"):
        committees.move_committee(top, low, from_day=TODAY, today=TODAY, reason=None, by=by)


@pytest.mark.proves("A10")
def test_a_renamed_committee_is_found_under_both_names(by: User) -> None:
    committee = make_committee(name="Integrationskonferenz", short_name="IK")
    names.rename_committee(committee, "Fachkonferenz Teilhabe", short_name="FT", from_day=date(2025, 7, 1),
                           today=TODAY, note=None, by=by)  # fmt: skip
    names.add_name(committee, "Runder Tisch Asyl", kind=CommitteeNameKind.PREDECESSOR, note=None, by=by)
    assert name_on(committee, date(2025, 6, 30)) == "Integrationskonferenz"
    assert name_on(committee, date(2025, 7, 1)) == "Fachkonferenz Teilhabe"
    for text in ("integrationskonf", "Teilhabe", "runder asyl"):
        found = list_committees(by, TODAY, CommitteeFilter(text=text), today=TODAY)
        assert [node.line.committee for node in found.tree] == [committee]
    assert list_committees(by, TODAY, CommitteeFilter(text="Wohnen"), today=TODAY).found == 0


@pytest.mark.proves("A18")
def test_the_end_of_a_committee_ends_seats_mandates_and_rights_but_nothing_is_lost(by: User) -> None:
    committee = make_committee()
    member, office = make_user(), make_office_user(committee)
    make_mandate(make_seat(committee), member.person)
    committees.end_committee(committee, ended_on=TODAY, today=TODAY, by=by)
    assert committee.status is CommitteeStatus.COMPLETED
    assert composition(committee, TODAY).holder_count == 1
    assert composition(committee, TODAY + DAY).entry_count == 0
    assert committee.id in standing_of(member, TODAY).member_committees
    assert committee.id not in standing_of(member, TODAY + DAY).member_committees
    assert committee.id not in standing_of(office, TODAY + DAY).office_committees
    assert list_committees(by, TODAY, CommitteeFilter(), today=TODAY).total == 1
    after = list_committees(by, TODAY + DAY, CommitteeFilter(), today=TODAY)
    assert (after.total, after.ended) == (0, 1)


@pytest.mark.proves("A19")
def test_merging_moves_nothing_silently_and_both_names_lead_to_it(by: User) -> None:
    into = make_committee(name="Arbeitskreis Migration")
    other = make_committee(name="AK Zuwanderung", short_name="AKZ")
    child = make_committee(parent=other)
    seat = make_seat(other)
    make_mandate(seat)
    meeting = make_meeting(other)
    committees.merge_committees(other, into, on=TODAY - DAY, today=TODAY, take_seats=False, take_children=False,
                                reason=None, by=by)  # fmt: skip
    assert (other.merged_into, other.is_over, child.parent) == (into, True, other)
    assert (meeting.committee, seat.committee) == (other, other)
    assert composition(into, TODAY).entry_count == 0
    assert composition(other, TODAY - DAY).holder_count == 1
    found = list_committees(by, TODAY, CommitteeFilter(text="akz"), today=TODAY).tree
    assert [node.line.committee for node in found] == [into]


@pytest.mark.proves("A19")
def test_merging_takes_seats_and_sub_committees_over_if_asked(by: User) -> None:
    into, other = make_committee(), make_committee()
    child = make_committee(parent=other)
    group = make_seat_group(other, name="Verbände")
    holder = make_mandate(make_seat(other, group=group, function="Führungsebene")).person
    committees.merge_committees(other, into, on=TODAY - DAY, today=TODAY, take_seats=True, take_children=True,
                                reason="derselbe Kreis", by=by)  # fmt: skip
    db.session.expire_all()
    taken = composition(into, TODAY)
    assert [(g.name, [f.seat.function for f in g.seats]) for g in taken.groups] == [("Verbände", ["Führungsebene"])]
    assert [m.person for m in taken.seats[0].holders] == [holder]
    assert composition(into, TODAY - DAY).entry_count == 0
    assert child.parent is into


@pytest.mark.proves("A19")
def test_a_committee_is_not_merged_into_itself_or_one_below(by: User) -> None:
    committee = make_committee()
    below = make_committee(parent=committee)
    for into in (committee, below):
        with pytest.raises(DomainError):
            committees.merge_committees(committee, into, on=TODAY, today=TODAY, take_seats=False, take_children=False,
                                        reason=None, by=by)  # fmt: skip


def test_a_stale_save_is_refused(by: User) -> None:
    committee = make_committee()
    version = committee.version
    committees.update_committee(committee, {"name": "Neu"}, version=version, by=by)
    with pytest.raises(Conflict):
        committees.update_committee(committee, {"name": "Anders"}, version=version, by=by)
    assert committee.name == "Neu"


@pytest.mark.proves("A11", "A12")
def test_chair_and_office_are_persons_from_a_day_to_a_day(by: User) -> None:
    committee = make_committee()
    below = make_committee(parent=committee)
    user = make_user()
    assert user.person is not None
    officer = officers.name_officer(committee, user.person, role=OfficerRole.OFFICE, starts_on=TODAY, ends_on=None,
                                    by=by)  # fmt: skip
    assert standing_of(user, TODAY).office_committees == {committee.id, below.id}
    with pytest.raises(DomainError, match="schon eingetragen"):
        officers.name_officer(committee, user.person, role=OfficerRole.OFFICE, starts_on=TODAY + DAY, ends_on=None,
                              by=by)  # fmt: skip
    officers.name_officer(committee, user.person, role=OfficerRole.CHAIR, starts_on=TODAY, ends_on=None, by=by)
    officers.end_officer(officer, ends_on=TODAY, by=by)
    assert standing_of(user, TODAY + DAY).office_committees == frozenset()
    assert standing_of(user, TODAY + DAY).chair_committees == {committee.id}


# --- seats -----------------------------------------------------------------------------------------------------------


@pytest.mark.proves("B4", "B16")
def test_one_line_of_the_concept_becomes_one_seat_for_each_municipality(by: User) -> None:
    committee = make_committee()
    towns = [make_municipality() for _ in range(8)]
    values = seat_values(function="Sozialdezernat", participation=Participation.BY_TOPIC)
    made = seats.add_seats(committee, values, towns, by=by)
    assert [s.organisations for s in made] == [[t] for t in towns]
    assert composition(committee, TODAY).total_text == "8"


@pytest.mark.proves("B6", "B8", "B9", "B10", "B11", "B18", "B19")
def test_a_seat_carries_all_that_the_concepts_state(by: User) -> None:
    committee = make_committee()
    council = make_organisation(kind="integration_council", name="Integrationsrat")
    foreign = make_organisation(name="StädteRegion", belongs_to_body=False)
    towns = [make_municipality(), make_municipality()]
    seat = seats.add_seat(
        committee,
        seat_values(organisations=[council, foreign], voting=Voting.NO, participation=Participation.INVITED,
                    alternatives=["Bürgermeister:in", "Leitung des Sozialamts"], represents=towns,
                    represents_mode=RepresentsMode.SPOKESPERSON, represents_scope="alle kreisangehörigen Kommunen",
                    represents_count=15),
        by=by,
    )  # fmt: skip
    db.session.expire_all()
    assert {o.name for o in seat.organisations} == {"Integrationsrat", "StädteRegion"}
    assert (seat.voting, seat.participation, seat.represents_count) == (Voting.NO, Participation.INVITED, 15)
    assert set(seat.represents) == set(towns)
    assert seats.add_seat(committee, seat_values(), by=by).voting is Voting.NOT_STATED


@pytest.mark.proves("B12")
def test_a_change_from_a_day_on_keeps_the_earlier_composition_and_carries_mandates_over(by: User) -> None:
    committee = make_committee()
    seat = make_seat(committee, function="Amtsleitung")
    running = make_mandate(seat, starts_on=date(2024, 1, 1))
    over = make_mandate(seat, starts_on=date(2020, 1, 1), ends_on=date(2023, 12, 31))
    new = seats.change_seat(seat, seat_values(function="Dezernatsleitung"), from_day=date(2026, 1, 1),
                            version=seat.version, by=by)  # fmt: skip
    db.session.expire_all()
    before = composition(committee, date(2025, 12, 31)).seats
    after = composition(committee, date(2026, 1, 1)).seats
    assert [(f.seat.function, [m.person for m in f.holders]) for f in before] == [("Amtsleitung", [running.person])]
    assert [(f.seat.function, [m.person for m in f.holders]) for f in after] == [("Dezernatsleitung", [running.person])]
    assert (running.ends_on, over.ends_on, new.replaces_id) == (date(2025, 12, 31), date(2023, 12, 31), seat.id)


@pytest.mark.proves("B12")
def test_a_mistake_is_corrected_in_place(by: User) -> None:
    seat = make_seat(function="Amtsleittung")
    make_mandate(seat)
    seats.correct_seat(seat, seat_values(function="Amtsleitung"), version=seat.version, by=by)
    assert (seat.function, db.session.query(Seat).count()) == ("Amtsleitung", 1)


@pytest.mark.proves("B3", "B12")
def test_nested_seats_stay_below_the_seat_that_replaced_theirs(by: User) -> None:
    committee = make_committee()
    department = make_seat(committee, function="Abteilung")
    make_seat(committee, function="Team", parent=department)
    second = seats.change_seat(department, seat_values(function="Fachbereich"), from_day=date(2025, 1, 1),
                               version=department.version, by=by)  # fmt: skip
    seats.change_seat(second, seat_values(function="Amt"), from_day=date(2026, 1, 1), version=second.version, by=by)
    for day, name in ((date(2024, 6, 1), "Abteilung"), (date(2025, 6, 1), "Fachbereich"), (TODAY, "Amt")):
        assert [(f.seat.function, f.depth) for f in composition(committee, day)] == [(name, 0), ("Team", 1)]


def test_a_seat_cannot_stand_below_itself_or_in_another_list(by: User) -> None:
    committee = make_committee()
    upper = make_seat(committee)
    lower = make_seat(committee, parent=upper)
    with pytest.raises(DomainError, match="unter sich selbst"):
        seats.correct_seat(upper, seat_values(parent_id=lower.id), version=upper.version, by=by)
    with pytest.raises(DomainError, match="nicht zu diesem Gremium"):
        seats.correct_seat(upper, seat_values(parent_id=make_seat().id), version=upper.version, by=by)
    with pytest.raises(DomainError, match="nicht zu diesem Gremium"):
        seats.correct_seat(upper, seat_values(group_id=make_seat_group(make_committee()).id), version=upper.version,
                           by=by)  # fmt: skip


@pytest.mark.proves("B2")
def test_seats_are_ordered_among_their_neighbours(by: User) -> None:
    committee = make_committee()
    group = make_seat_group(committee)
    a, b, c = (make_seat(committee, function=f, group=group, position=1) for f in "ABC")
    other = make_seat(committee, function="X")
    seats.order_seats(committee, [c.id, a.id, b.id], day=TODAY, by=by)
    assert [f.seat.function for f in composition(committee, TODAY)] == ["X", "C", "A", "B"]
    seats.shift_seat(a, down=True, day=TODAY, by=by)
    assert [f.seat.function for f in composition(committee, TODAY)] == ["X", "C", "B", "A"]
    with pytest.raises(DomainError, match="geändert"):
        seats.order_seats(committee, [a.id, other.id], day=TODAY, by=by)


@pytest.mark.proves("B2")
def test_headings_are_added_renamed_moved_and_removed_while_empty(by: User) -> None:
    committee = make_committee()
    first = seats.add_group(committee, "Kommunen", by=by)
    second = seats.add_group(committee, "Verbände", by=by)
    make_seat(committee, group=first)
    with pytest.raises(DomainError, match="gibt es schon"):
        seats.rename_group(second, "Kommunen", version=seats.version_of_group(second), by=by)
    seats.shift_group(second, down=False, by=by)
    assert (second.position, first.position) == (1, 2)
    with pytest.raises(DomainError, match="stehen oder standen"):
        seats.remove_group(first, by=by)
    seats.remove_group(second, by=by)
    assert [g.name for g in committee.seat_groups] == ["Kommunen"]


@pytest.mark.proves("B12")
def test_only_a_seat_never_used_is_deleted_others_end(by: User) -> None:
    committee = make_committee()
    used, unused = make_seat(committee), make_seat(committee)
    make_mandate(used)
    with pytest.raises(DomainError, match="beenden"):
        seats.delete_seat(used, by=by)
    nested = make_seat(committee, parent=unused)
    with pytest.raises(DomainError, match="verwendet"):
        seats.delete_seat(unused, by=by)
    seats.delete_seat(nested, by=by)
    seats.end_seat(used, ends_on=TODAY, by=by)
    assert used.mandates[0].ends_on == TODAY
    assert [f.seat for f in composition(committee, TODAY + DAY)] == [unused]


def test_an_ended_committee_takes_no_seats(by: User) -> None:
    committee = make_committee(ended_on=TODAY)
    with pytest.raises(DomainError, match="beendet"):
        seats.add_seat(committee, seat_values(), by=by)


# --- mandates --------------------------------------------------------------------------------------------------------


@pytest.mark.proves("B1", "B13", "W-1", "L-1")
def test_a_successor_ends_the_mandate_before_and_the_seat_stays(by: User) -> None:
    seat = make_seat()
    first = make_mandate(seat, starts_on=date(2024, 1, 1))
    second = mandates.name_person(seat, make_person(), kind=MandateKind.HOLDER, starts_on=TODAY, ends_on=None,
                                  succeeds=True, by=by)  # fmt: skip
    assert first.ends_on == TODAY - DAY
    assert [m for m in seat.mandates if m.is_held_on(TODAY)] == [second]


@pytest.mark.proves("B13", "W-3", "L-1")
def test_the_same_person_does_not_hold_a_seat_twice_at_a_time(by: User) -> None:
    seat, person = make_seat(), make_person()
    make_mandate(seat, person, starts_on=date(2024, 1, 1), ends_on=date(2024, 12, 31))
    holder = MandateKind.HOLDER
    with pytest.raises(DomainError, match="schon"):
        mandates.name_person(seat, person, kind=holder, starts_on=date(2024, 12, 31), ends_on=None, by=by)
    again = mandates.name_person(seat, person, kind=holder, starts_on=date(2025, 1, 1), ends_on=None, by=by)
    assert [m for m in seat.mandates if m.is_held_on(TODAY)] == [again]
    assert {m.ends_on for m in seat.mandates} == {date(2024, 12, 31), None}  # both terms are kept


@pytest.mark.proves("B20")
def test_nobody_is_holder_and_deputy_of_the_same_seat(by: User) -> None:
    seat, person = make_seat(), make_person()
    make_mandate(seat, person)
    with pytest.raises(DomainError, match="nicht zugleich"):
        mandates.name_person(seat, person, kind=MandateKind.DEPUTY, starts_on=TODAY, ends_on=None, by=by)
    other = make_seat(seat.committee)
    mandates.name_person(other, person, kind=MandateKind.DEPUTY, starts_on=TODAY, ends_on=None, by=by)
    assert standing_of(make_user(person=person), TODAY).deputy_seats == {other.id}


@pytest.mark.proves("B11")
def test_a_person_may_hold_several_seats_and_a_seat_several_persons(by: User) -> None:
    seat, person = make_seat(person_count=1), make_person()
    make_mandate(make_seat(), person)
    mandates.name_person(seat, person, kind=MandateKind.HOLDER, starts_on=TODAY, ends_on=None, by=by)
    mandates.name_person(seat, make_person(), kind=MandateKind.HOLDER, starts_on=TODAY, ends_on=None, by=by)
    assert mandates.too_many_holders(seat, TODAY) == 1


@pytest.mark.parametrize(
    ("starts_on", "ends_on"),
    [(date(2025, 1, 1), date(2024, 12, 31)), (date(2023, 12, 31), date(2024, 2, 1)), (date(2025, 1, 1), None)],
)
def test_a_mandate_stays_within_its_seat(by: User, starts_on: date, ends_on: date | None) -> None:
    seat = make_seat(starts_on=date(2024, 1, 1), ends_on=date(2025, 12, 31))
    with pytest.raises(DomainError):
        mandates.name_person(seat, make_person(), kind=MandateKind.HOLDER, starts_on=starts_on, ends_on=ends_on, by=by)


@pytest.mark.proves("B13")
def test_only_a_mandate_that_has_not_begun_is_taken_back(by: User) -> None:
    seat = make_seat()
    running, coming = make_mandate(seat, starts_on=TODAY), make_mandate(seat, starts_on=TODAY + DAY)
    with pytest.raises(DomainError, match="beenden"):
        mandates.withdraw_mandate(running, today=TODAY, by=by)
    mandates.withdraw_mandate(coming, today=TODAY, by=by)
    assert seat.mandates == [running]
    with pytest.raises(DomainError, match="vor dem Beginn"):
        mandates.end_mandate(running, ends_on=TODAY - DAY, by=by)


def test_committees_of_the_tree(by: User) -> None:
    top = make_steering_group()
    child = make_committee(parent=top, name="AK Migration")
    network: Committee = make_committee(is_kim=False, kind=CommitteeKind.COUNCIL)
    listed = list_committees(by, TODAY, CommitteeFilter(), today=TODAY)
    assert [(n.line.committee, [c.line.committee for c in n.children]) for n in listed.tree] == [(top, [child])]
    assert [(kind, [x.committee for x in lines]) for kind, lines in listed.network] == [
        (CommitteeKind.COUNCIL, [network])
    ]
