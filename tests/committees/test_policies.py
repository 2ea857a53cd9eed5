"""Rules of committees: function and SQL statement agree, and each rule tells persons apart."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_login import AnonymousUserMixin

from govern.committees import policies
from govern.committees.models import Committee, MandateKind, OfficerRole
from govern.db import db
from govern.formats import today
from govern.overview.standings import load_standing
from govern.people.models import Role, User
from tests.factories import (
    make_administrator,
    make_committee,
    make_coordinator,
    make_mandate,
    make_member,
    make_municipality,
    make_office_user,
    make_officer,
    make_seat,
    make_user,
)


@pytest.fixture
def persons(app: Flask) -> dict[str, User]:
    """One person for each way to have to do with the committee „Mitte", which hangs below „Oben"."""
    above = make_committee(name="Oben")
    committee = make_committee(name="Mitte", parent=above)
    below = make_committee(name="Unten", parent=committee)
    town = make_municipality()
    seat = make_seat(committee, organisations=[town])
    holder, deputy, chair = make_user(), make_user(), make_user()
    assert chair.person is not None
    make_mandate(seat, holder.person)
    make_mandate(seat, deputy.person, kind=MandateKind.DEPUTY)
    make_officer(committee, chair.person, OfficerRole.CHAIR)
    former = make_user()
    make_mandate(seat, former.person, ends_on=date(2024, 12, 31))
    found = {
        "coordinator": make_coordinator(), "administrator": make_administrator(), "office": make_office_user(committee),
        "office above": make_office_user(above), "office below": make_office_user(below), "holder": holder,
        "deputy": deputy, "chair": chair, "former holder": former, "member below": make_member(below),
        "own organisation": make_user(organisation=town),
        "other organisation": make_user(organisation=make_municipality()),
        "case manager": make_user(Role.CASE_MANAGER), "nobody": make_user(),
    }  # fmt: skip
    for user in found.values():
        load_standing(user, today())
    return found


def committee_named(name: str) -> Committee:
    return db.session.scalars(sa.select(Committee).where(Committee.name == name)).one()


@pytest.mark.proves("D-09")
def test_function_and_statement_agree_on_who_sees_committees(persons: dict[str, User]) -> None:
    committees = db.session.scalars(sa.select(Committee)).all()
    for user in [*persons.values(), AnonymousUserMixin()]:
        listed = set(db.session.scalars(sa.select(Committee.id).where(policies.viewable_by(user))))
        assert listed == {c.id for c in committees if policies.can_view(user, c)}


OFFICE = {"coordinator", "office", "office above"}


@pytest.mark.proves("I8", "A12")
def test_who_sees_names_and_changes_a_committee(persons: dict[str, User]) -> None:
    committee = committee_named("Mitte")
    sees = {name for name, user in persons.items() if policies.can_view_holders(user, committee)}
    assert sees == OFFICE | {"holder", "deputy", "chair"}
    edits = {name for name, user in persons.items() if policies.can_edit(user, committee)}
    assert edits == OFFICE
    assert {name for name, user in persons.items() if policies.can_merge(user, committee)} == {"coordinator"}
    creates = {name for name, user in persons.items() if policies.can_create(user)}
    assert creates == OFFICE | {"office below"}


@pytest.mark.proves("B20", "B21")
def test_who_names_holders_and_deputies_and_ends_their_mandates(persons: dict[str, User]) -> None:
    seat = committee_named("Mitte").seats[0]
    representatives = {name for name, user in persons.items() if policies.can_name_representative(user, seat)}
    assert representatives == OFFICE | {"own organisation"}
    deputies = {name for name, user in persons.items() if policies.can_name_deputy(user, seat)}
    assert deputies == OFFICE | {"own organisation", "holder"}
    ends: dict[MandateKind, set[str]] = {}
    for mandate in seat.mandates:
        ends[mandate.kind] = {name for name, user in persons.items() if policies.can_end_mandate(user, mandate)}
    assert ends[MandateKind.HOLDER] == OFFICE | {"own organisation"}
    assert ends[MandateKind.DEPUTY] == OFFICE | {"own organisation", "holder"}


def test_whoever_may_do_more_may_also_see(persons: dict[str, User]) -> None:
    seat = committee_named("Mitte").seats[0]
    for user in persons.values():
        for mandate in seat.mandates:
            assert policies.can_view_mandate(user, mandate) or not policies.can_end_mandate(user, mandate)
