"""Days in the calendar: notice periods in all their ways of counting, deadlines, holidays of the Land."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govern.committees import deadlines
from govern.committees.deadlines import days_of_notice, earliest_meeting, is_kept, latest_notice
from govern.committees.models import RuleKind, RuleState
from govern.committees.procedures import DayCount, Procedure, Rule
from govern.free_days import (
    HolidayPeriod,
    is_working_day,
    next_working_day,
    public_holiday,
    public_holidays,
    school_holiday,
    school_holidays,
    school_holidays_known_until,
    working_days_between,
)

MONDAY = date(2026, 3, 30)
"""The meeting of the examples; clocks changed the day before."""
FULL, NTH, CALENDAR, WORKING = (
    DayCount.FULL_DAYS, DayCount.NTH_DAY_BEFORE, DayCount.CALENDAR_DAYS, DayCount.WORKING_DAYS,
)  # fmt: skip


def on(kind: RuleKind, number: int | None, mode: str | None = None) -> Procedure:
    return Procedure({kind: Rule(kind=kind, state=RuleState.ON, number=number, mode=mode)})


@pytest.mark.proves("E-01")
@pytest.mark.parametrize(
    ("meeting", "number", "mode", "latest"),
    [
        (MONDAY, 10, FULL, date(2026, 3, 19)),
        (MONDAY, 7, NTH, date(2026, 3, 23)),
        (MONDAY, 6, CALENDAR, date(2026, 3, 23)),
        (MONDAY, 0, FULL, date(2026, 3, 29)),
        (MONDAY, 0, NTH, MONDAY),
        (date(2026, 3, 1), 1, FULL, date(2026, 2, 27)),
        (date(2028, 3, 1), 1, NTH, date(2028, 2, 29)),
        # Fri 27 is the one working day between; Thursday is the last day that leaves it whole.
        (MONDAY, 1, WORKING, date(2026, 3, 26)),
        (MONDAY, 5, WORKING, date(2026, 3, 22)),
        (MONDAY, 6, WORKING, date(2026, 3, 19)),
        (MONDAY, 0, WORKING, date(2026, 3, 29)),
        # Good Friday and Easter Monday do not count: 9, 8, 7, 2, 1 April do.
        (date(2026, 4, 10), 5, WORKING, date(2026, 3, 31)),
        # Corpus Christi is a holiday in this Land.
        (date(2026, 6, 5), 1, WORKING, date(2026, 6, 2)),
        # Epiphany is none in this Land; over the turn of the year only New Year's Day is free.
        (date(2026, 1, 7), 3, WORKING, date(2026, 1, 1)),
    ],
)
def test_the_last_day_to_invite(meeting: date, number: int, mode: DayCount, latest: date) -> None:
    assert latest_notice(meeting, number, mode) == latest


@pytest.mark.proves("E-01")
@given(st.dates(date(2024, 1, 1), date(2029, 12, 31)), st.integers(0, 40), st.sampled_from(list(DayCount)))
def test_the_last_day_is_in_time_and_the_next_is_late(meeting: date, number: int, mode: DayCount) -> None:
    latest = latest_notice(meeting, number, mode)
    procedure = on(RuleKind.NOTICE_PERIOD, number, mode)
    rule = procedure.rule(RuleKind.NOTICE_PERIOD)
    assert is_kept(latest, meeting, rule)
    assert not is_kept(latest + timedelta(days=1), meeting, rule)
    assert days_of_notice(latest, meeting, mode) >= number
    if number:
        assert days_of_notice(latest + timedelta(days=1), meeting, mode) < number
    first = earliest_meeting(latest, number, mode)
    assert first <= meeting
    assert latest_notice(first, number, mode) >= latest
    assert deadlines.invitation_due(procedure, meeting) == latest


def test_an_invitation_on_the_day_or_later_gives_no_notice() -> None:
    for mode in DayCount:
        assert days_of_notice(MONDAY, MONDAY, mode) == 0
        assert days_of_notice(MONDAY + timedelta(days=3), MONDAY, mode) == 0


@pytest.mark.proves("E-01")
def test_where_the_counting_is_not_stated_the_careful_way_is_taken_and_known_as_such() -> None:
    rule = on(RuleKind.NOTICE_PERIOD, 14).rule(RuleKind.NOTICE_PERIOD)
    assert deadlines.is_assumed(rule)
    assert deadlines.notice_due(rule, MONDAY) == date(2026, 3, 15)
    assert all(latest_notice(MONDAY, 14, mode) >= date(2026, 3, 15) for mode in (FULL, NTH, CALENDAR))
    assert not deadlines.is_assumed(on(RuleKind.NOTICE_PERIOD, 14, FULL).rule(RuleKind.NOTICE_PERIOD))


def test_nothing_is_due_where_nothing_is_settled() -> None:
    nothing = Procedure()
    off = Procedure({kind: Rule(kind=kind, state=RuleState.OFF) for kind in RuleKind})
    for procedure in (nothing, off):
        assert deadlines.invitation_due(procedure, MONDAY) is None
        assert deadlines.shortened_invitation_due(procedure, MONDAY) is None
        assert deadlines.topics_due(procedure, MONDAY) is None
        assert deadlines.papers_due(procedure, MONDAY) is None
        assert deadlines.minutes_due(procedure, MONDAY) is None
        assert deadlines.objections_until(procedure, MONDAY) is None
        assert deadlines.circular_until(procedure, MONDAY) is None
        assert is_kept(MONDAY, MONDAY, procedure.rule(RuleKind.NOTICE_PERIOD)) is None


def test_the_other_deadlines() -> None:
    assert deadlines.topics_due(on(RuleKind.TOPIC_DEADLINE, 21), MONDAY) == date(2026, 3, 9)
    assert deadlines.papers_due(on(RuleKind.PAPER_DEADLINE, 7), MONDAY) == date(2026, 3, 23)
    assert deadlines.shortened_invitation_due(on(RuleKind.SHORTENED_NOTICE, 3, FULL), MONDAY) == date(2026, 3, 26)
    assert deadlines.minutes_due(on(RuleKind.MINUTES_DEADLINE, 14), MONDAY) == date(2026, 4, 13)


@pytest.mark.proves("E-14")
def test_objections_may_come_until_a_working_day() -> None:
    fortnight = on(RuleKind.OBJECTION_PERIOD, 14)
    assert deadlines.objections_until(fortnight, date(2026, 5, 4)) == date(2026, 5, 18)
    # From Maundy Thursday's week: the last day would be Good Friday.
    assert deadlines.objections_until(fortnight, date(2026, 3, 20)) == date(2026, 4, 7)


@pytest.mark.proves("E-11")
def test_a_circular_resolution_runs_for_working_days() -> None:
    ten = on(RuleKind.CIRCULAR_RESOLUTIONS, 10)
    assert deadlines.circular_until(ten, date(2026, 5, 4)) == date(2026, 5, 19)  # Ascension Day between
    assert deadlines.circular_until(ten, date(2026, 5, 2)) == date(2026, 5, 18)  # a Saturday


def test_public_holidays_are_those_of_the_land() -> None:
    names = [period.name for period in public_holidays(date(2026, 1, 1), date(2026, 12, 31))]
    assert len(names) == 11
    assert "Fronleichnam" in names
    assert public_holiday(date(2026, 11, 1)) == "Allerheiligen"
    assert public_holiday(date(2026, 10, 31)) is None  # Reformation Day is a holiday elsewhere
    assert not is_working_day(date(2026, 5, 14))
    assert is_working_day(date(2026, 1, 6))
    assert not is_working_day(date(2026, 5, 16))  # Saturday
    assert next_working_day(date(2026, 4, 3)) == date(2026, 4, 7)
    assert working_days_between(date(2026, 4, 2), date(2026, 4, 8)) == 1


def test_school_holidays_come_as_periods_cut_to_the_days_asked_for() -> None:
    found = school_holidays(date(2026, 4, 1), date(2026, 7, 31))
    assert found == [
        HolidayPeriod("Osterferien", date(2026, 4, 1), date(2026, 4, 11)),
        HolidayPeriod("Pfingstferien", date(2026, 5, 26), date(2026, 5, 26)),
        HolidayPeriod("Sommerferien", date(2026, 7, 20), date(2026, 7, 31)),
    ]
    assert found[0].covers(date(2026, 4, 11))
    assert not found[0].covers(date(2026, 4, 12))
    christmas = school_holidays(date(2026, 12, 1), date(2027, 1, 31))
    assert [(p.name, p.first.year, p.last.year) for p in christmas] == [("Weihnachtsferien", 2026, 2027)]
    assert school_holiday(date(2026, 10, 20)) == "Herbstferien"


def test_what_nobody_has_fixed_is_not_claimed() -> None:
    last = school_holidays_known_until()
    assert last >= date(2029, 1, 1)
    assert school_holiday(last) is not None
    assert school_holidays(last + timedelta(days=1), last + timedelta(days=700)) == []
    assert public_holidays(date(1985, 1, 1), date(1985, 12, 31)) == []
