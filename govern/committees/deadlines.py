"""From the rules of procedure to days in the calendar (E-01). No database; whole days only, so that no clock matters.

How the days of a notice period are counted:

- full days between: neither the day of sending nor the day of the meeting counts;
- by the nth day before: the day of the meeting is day 0;
- calendar days: a period of n days that begins on the day after sending and is over before the day of the meeting
  (as §§ 187 and 188 BGB count), so it leaves the same n days between;
- working days: as full days, but only Monday to Friday without the public holidays of the Land count.

Where a rule names a number but not how it is counted, full days are taken, the most careful way; :func:`is_assumed`
tells, and pages say so.
"""

from __future__ import annotations

from datetime import date, timedelta

from govern.committees.models import RuleKind
from govern.committees.procedures import DayCount, Procedure, Rule
from govern.free_days import DAY, is_working_day, next_working_day, working_days_between


def latest_notice(meeting_day: date, number: int, mode: DayCount = DayCount.FULL_DAYS) -> date:
    """The last day on which the invitation to a meeting keeps a notice period of ``number`` days."""
    if mode is DayCount.NTH_DAY_BEFORE:
        return meeting_day - timedelta(days=number)
    if mode is not DayCount.WORKING_DAYS:
        return meeting_day - timedelta(days=number + 1)
    day = meeting_day - DAY
    while number > 0:
        number -= is_working_day(day)
        day -= DAY
    return day


def earliest_meeting(sent_on: date, number: int, mode: DayCount = DayCount.FULL_DAYS) -> date:
    """The first day for a meeting that is invited to on ``sent_on``."""
    if mode is DayCount.NTH_DAY_BEFORE:
        return sent_on + timedelta(days=number)
    if mode is not DayCount.WORKING_DAYS:
        return sent_on + timedelta(days=number + 1)
    day = sent_on + DAY
    while number > 0:
        number -= is_working_day(day)
        day += DAY
    return day


def days_of_notice(sent_on: date, meeting_day: date, mode: DayCount = DayCount.FULL_DAYS) -> int:
    """How many days of notice an invitation gave, counted as ``mode`` says; 0 if it came on the day or later."""
    days = (meeting_day - sent_on).days
    if mode is DayCount.NTH_DAY_BEFORE:
        return max(0, days)
    return working_days_between(sent_on, meeting_day) if mode is DayCount.WORKING_DAYS else max(0, days - 1)


def is_kept(sent_on: date, meeting_day: date, rule: Rule) -> bool | None:
    """Whether an invitation of ``sent_on`` keeps a notice period; None where the rule does not hold."""
    last = notice_due(rule, meeting_day)
    return None if last is None else sent_on <= last


def notice_due(rule: Rule, meeting_day: date) -> date | None:
    """The last day to invite by a notice period; None where the rule does not hold or names no number."""
    if not rule.is_on or rule.number is None:
        return None
    return latest_notice(meeting_day, rule.number, day_count(rule))


def day_count(rule: Rule) -> DayCount:
    """How the days of a notice period are counted; full days where it does not say."""
    return DayCount(rule.mode) if rule.mode else DayCount.FULL_DAYS


def is_assumed(rule: Rule) -> bool:
    """True if a notice period names its number but not how it is counted."""
    return rule.is_on and rule.number is not None and rule.mode is None


def invitation_due(procedure: Procedure, meeting_day: date) -> date | None:
    """The last day for the invitation in time; None where nothing is settled."""
    return notice_due(procedure.rule(RuleKind.NOTICE_PERIOD), meeting_day)


def shortened_invitation_due(procedure: Procedure, meeting_day: date) -> date | None:
    """The last day for an invitation with the shortened notice (E-02); None where nothing is settled."""
    return notice_due(procedure.rule(RuleKind.SHORTENED_NOTICE), meeting_day)


def topics_due(procedure: Procedure, meeting_day: date) -> date | None:
    """The last day to bring topics for a meeting."""
    return _before(procedure, RuleKind.TOPIC_DEADLINE, meeting_day)


def papers_due(procedure: Procedure, meeting_day: date) -> date | None:
    """The last day to send papers for a meeting."""
    return _before(procedure, RuleKind.PAPER_DEADLINE, meeting_day)


def minutes_due(procedure: Procedure, meeting_day: date) -> date | None:
    """The last day for the draft of the minutes."""
    number = procedure.number(RuleKind.MINUTES_DEADLINE)
    return None if number is None else meeting_day + timedelta(days=number)


def objections_until(procedure: Procedure, sent_on: date) -> date | None:
    """The last day to object to minutes sent on ``sent_on``.

    The day of sending does not count; a period that would end on a Saturday, Sunday or public holiday ends on the
    next working day (§ 193 BGB, § 31 VwVfG).
    """
    number = procedure.number(RuleKind.OBJECTION_PERIOD)
    return None if number is None else next_working_day(sent_on + timedelta(days=number))


def circular_until(procedure: Procedure, starts_on: date) -> date | None:
    """The last day to answer a circular resolution that goes out on ``starts_on``; its period counts working days."""
    number = procedure.number(RuleKind.CIRCULAR_RESOLUTIONS)
    return None if number is None else working_days_after(starts_on, number)


def working_days_after(day: date, number: int) -> date:
    """The ``number``-th working day after ``day``, which itself does not count."""
    while number > 0:
        day += DAY
        number -= is_working_day(day)
    return day


def _before(procedure: Procedure, kind: RuleKind, meeting_day: date) -> date | None:
    number = procedure.number(kind)
    return None if number is None else meeting_day - timedelta(days=number)
