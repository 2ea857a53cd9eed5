"""To which addresses the members of committees are written."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date

import pytest
from flask import Flask

from govern.committees.models import MailTarget, MandateKind
from govern.committees.queries.addresses import HOLDERS_AND_DEPUTIES, addresses_of, without_duplicates
from govern.db import db
from tests.factories import make_committee, make_mandate, make_person, make_seat, make_user

DAY = date(2026, 5, 26)


@pytest.mark.proves("I1")
def test_lists_follow_from_membership_on_the_day(app: Flask) -> None:
    committee, other = make_committee(), make_committee()
    seat = make_seat(committee)
    make_mandate(seat, make_person(email="frueher@muster.example"), ends_on=date(2026, 5, 25))
    make_mandate(seat, make_person(email="heute@muster.example"), starts_on=DAY)
    make_mandate(seat, make_person(email="vertretung@muster.example"), kind=MandateKind.DEPUTY)
    make_mandate(make_seat(committee, ends_on=date(2026, 1, 1)), make_person(email="sitzweg@muster.example"))
    make_mandate(make_seat(other), make_person(email="anderswo@muster.example"))
    assert [a.address for a in addresses_of([committee], DAY)] == ["heute@muster.example"]
    both = addresses_of([committee], DAY, HOLDERS_AND_DEPUTIES)
    assert [(a.address, a.kind) for a in both] == [
        ("heute@muster.example", MandateKind.HOLDER),
        ("vertretung@muster.example", MandateKind.DEPUTY),
    ]


@pytest.mark.proves("I1", "C1")
@pytest.mark.parametrize(
    ("target", "email", "expected"),
    [
        (MailTarget.PERSON, "p@muster.example", [("p@muster.example", False)]),
        (MailTarget.MAILBOX, "p@muster.example", [("amt@muster.example", True)]),
        (MailTarget.BOTH, "p@muster.example", [("p@muster.example", False), ("amt@muster.example", True)]),
        (MailTarget.BOTH, None, [("amt@muster.example", True)]),
        (MailTarget.PERSON, None, [(None, False)]),
    ],
)
def test_the_seat_says_where_its_mail_goes(
    app: Flask, target: MailTarget, email: str | None, expected: list[tuple[str | None, bool]]
) -> None:
    committee = make_committee()
    make_mandate(make_seat(committee, mailbox="amt@muster.example", mail_target=target), make_person(email=email))
    assert [(a.address, a.is_mailbox) for a in addresses_of([committee], DAY)] == expected


def test_a_person_without_an_address_is_written_at_the_one_of_the_account(app: Flask) -> None:
    committee = make_committee()
    user = make_user(person=make_person(email=None))
    make_mandate(make_seat(committee), user.person)
    assert [a.address for a in addresses_of([committee], DAY)] == [user.email]


@pytest.mark.proves("I1")
def test_who_sits_in_two_committees_gets_one_mail(app: Flask) -> None:
    first, second = make_committee(), make_committee()
    person, nameless = make_person(email="Kim@muster.example"), make_person(email=None)
    for committee in (first, second):
        make_mandate(make_seat(committee), person)
        make_mandate(make_seat(committee), nameless)
    make_mandate(make_seat(second), make_person(email="kim@MUSTER.example"))
    found = addresses_of([first, second], DAY)
    assert len(found) == 5
    assert [(a.person, a.address) for a in without_duplicates(found)] == [
        (person, "Kim@muster.example"),
        (nameless, None),
    ]


def test_many_members_cost_as_many_statements_as_few(
    app: Flask, count_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    committee = make_committee()
    numbers = []
    for _ in range(2):
        for _ in range(4):
            make_mandate(make_seat(committee), make_user().person)
        db.session.expire_all()
        with count_queries() as statements:
            for entry in addresses_of([committee], DAY):
                assert entry.address
                assert entry.seat.label
                assert entry.seat.committee.name
        numbers.append(len(statements))
    assert numbers[0] == numbers[1]
