"""Rules of procedure: dated, with their source, the committee's own before the body's; never guessed."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask

from govern.committees.models import RuleKind, RuleState
from govern.committees.procedures import MODES, DayCount, QuorumMode, procedure_from_json
from govern.committees.queries.procedures import procedure_of, procedures_of
from tests.factories import make_committee, make_procedure_rule


def test_nothing_is_claimed_where_nothing_is_stated(app: Flask) -> None:
    procedure = procedure_of(make_committee(), date(2026, 5, 1))
    assert not procedure.is_on(RuleKind.QUORUM)
    assert not procedure.is_off(RuleKind.QUORUM)
    assert procedure.rule(RuleKind.QUORUM).state is RuleState.NOT_SETTLED
    assert procedure.number(RuleKind.NOTICE_PERIOD) is None
    assert procedure.mode(RuleKind.NOTICE_PERIOD) is None


@pytest.mark.proves("E-19")
def test_a_day_is_judged_by_the_rules_of_that_day(app: Flask) -> None:
    committee = make_committee()
    make_procedure_rule(committee, RuleKind.NOTICE_PERIOD, date(2026, 1, 1), number=14, mode=DayCount.FULL_DAYS,
              source="Geschäftsordnung § 5")  # fmt: skip
    make_procedure_rule(committee, RuleKind.NOTICE_PERIOD, date(2026, 6, 1), number=7, mode=DayCount.NTH_DAY_BEFORE)
    make_procedure_rule(committee, RuleKind.NOTICE_PERIOD, date(2026, 9, 1), state=RuleState.OFF)
    assert procedure_of(committee, date(2025, 12, 31)).number(RuleKind.NOTICE_PERIOD) is None
    old = procedure_of(committee, date(2026, 5, 31))
    assert old.number(RuleKind.NOTICE_PERIOD) == 14
    assert old.mode(RuleKind.NOTICE_PERIOD) is DayCount.FULL_DAYS
    assert old.rule(RuleKind.NOTICE_PERIOD).source == "Geschäftsordnung § 5"
    assert procedure_of(committee, date(2026, 6, 1)).number(RuleKind.NOTICE_PERIOD) == 7
    assert procedure_of(committee, date(2026, 9, 1)).is_off(RuleKind.NOTICE_PERIOD)


def test_a_committees_own_rule_goes_before_the_bodys_even_if_it_is_older(app: Flask) -> None:
    own, other = make_committee(), make_committee()
    make_procedure_rule(None, RuleKind.SUBGROUP_RESOLUTION, date(2026, 3, 1))
    make_procedure_rule(own, RuleKind.SUBGROUP_RESOLUTION, date(2026, 1, 1), state=RuleState.OFF)
    found = procedures_of([own, other], date(2026, 5, 1))
    assert found[own.id].is_off(RuleKind.SUBGROUP_RESOLUTION)
    assert found[other.id].is_on(RuleKind.SUBGROUP_RESOLUTION)


@pytest.mark.proves("E-19")
def test_frozen_rules_read_back_as_they_were(app: Flask) -> None:
    committee = make_committee()
    make_procedure_rule(
        committee, RuleKind.QUORUM, date(2026, 1, 1), mode=QuorumMode.DEEMED, source="GO § 3", is_proposal=True
    )
    make_procedure_rule(committee, RuleKind.TIE, date(2026, 1, 1), state=RuleState.OFF)
    procedure = procedure_of(committee, date(2026, 5, 1))
    assert procedure_from_json(procedure.as_json()) == procedure


def test_every_way_a_rule_can_be_meant_has_a_german_word() -> None:
    for modes in MODES.values():
        labels = [mode.label for mode in modes]  # type: ignore[attr-defined]
        assert len(set(labels)) == len(labels)
