"""Old meetings keep the rules of their day; a closed one those it was closed with."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask

from govern.committees.models import RuleKind, RuleState
from govern.db import db, now
from govern.formats import local
from govern.meetings.models import ItemResult, Meeting
from govern.meetings.queries.procedures import procedure_of_meeting
from govern.meetings.services import attendances, closing, minutes
from govern.people.models import User
from tests.factories import (
    make_committee,
    make_coordinator,
    make_item,
    make_mandate,
    make_meeting,
    make_procedure_rule,
    make_seat,
)


def closed_meeting(by: User) -> Meeting:
    committee = make_committee(short_name="LG")
    make_mandate(make_seat(committee))
    make_procedure_rule(committee, RuleKind.TOPIC_DEADLINE, date(2026, 1, 1), number=21, source="GO § 5")
    meeting = make_meeting(committee, starts_at=now(), published_at=now())
    make_item(meeting)
    attendances.start_meeting(meeting, by=by)
    attendances.record_everybody(meeting, by=by)
    minutes.record_result(meeting.items[0], ItemResult.NOTED, by=by)
    closing.close_meeting(meeting, ended_at=now() + timedelta(hours=1), by=by)
    db.session.commit()
    return meeting


@pytest.mark.proves("E-19")
def test_an_open_meeting_has_the_rules_of_its_day(app: Flask) -> None:
    meeting = make_meeting(make_committee(), starts_at=now() + timedelta(days=60))
    day = local(meeting.starts_at).date()
    assert not procedure_of_meeting(meeting).is_on(RuleKind.TOPIC_DEADLINE)
    make_procedure_rule(meeting.committee, RuleKind.TOPIC_DEADLINE, day, number=21)
    make_procedure_rule(meeting.committee, RuleKind.TOPIC_DEADLINE, day + timedelta(days=1), number=7)
    assert procedure_of_meeting(meeting).number(RuleKind.TOPIC_DEADLINE) == 21


@pytest.mark.proves("E-19")
def test_closing_freezes_the_rules(app: Flask) -> None:
    meeting = closed_meeting(make_coordinator())
    row = make_procedure_rule(meeting.committee, RuleKind.TOPIC_DEADLINE, date(2026, 2, 1), number=7)
    make_procedure_rule(meeting.committee, RuleKind.QUORUM, row.starts_on, state=RuleState.OFF)
    db.session.expire_all()
    procedure = procedure_of_meeting(meeting)
    assert procedure.number(RuleKind.TOPIC_DEADLINE) == 21
    assert procedure.rule(RuleKind.TOPIC_DEADLINE).source == "GO § 5"
    assert not procedure.is_off(RuleKind.QUORUM)


@pytest.mark.proves("E-19", "E-20")
def test_the_other_committee_of_a_joint_meeting_has_its_own_rules(app: Flask) -> None:
    meeting, other = make_meeting(make_committee()), make_committee()
    make_procedure_rule(meeting.committee, RuleKind.TOPIC_DEADLINE, date(2020, 1, 1), number=21)
    make_procedure_rule(other, RuleKind.TOPIC_DEADLINE, date(2020, 1, 1), number=5)
    assert procedure_of_meeting(meeting).number(RuleKind.TOPIC_DEADLINE) == 21
    assert procedure_of_meeting(meeting, other).number(RuleKind.TOPIC_DEADLINE) == 5
