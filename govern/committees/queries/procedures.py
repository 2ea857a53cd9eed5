"""Read the rules of procedure of committees. Nothing here changes anything."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache

import sqlalchemy as sa

from govern.committees.consequences import GROUPS, consequence, value_text
from govern.committees.contributions import committee_dates
from govern.committees.models import Committee, ProcedureRule, RuleKind, RuleState
from govern.committees.procedures import Procedure, Rule, procedure_from_rows, rule_of
from govern.db import db
from govern.people.models import Body


def procedure_of(committee: Committee, day: date) -> Procedure:
    """The rules that hold for ``committee`` on ``day``; one statement."""
    return procedures_of([committee], day)[committee.id]


def procedures_of(committees: Collection[Committee], day: date) -> dict[int, Procedure]:
    """The rules that hold for each of ``committees`` on ``day``, by committee id; one statement."""
    rows = db.session.scalars(
        _rules_on(),
        {
            "day": day,
            "committees": sorted(c.id for c in committees),
            "bodies": sorted({c.body_id for c in committees}),
        },
    ).all()
    return {c.id: procedure_from_rows((r for r in rows if r.committee_id in (c.id, None)), day) for c in committees}


@cache
def _rules_on() -> sa.Select[ProcedureRule]:
    # Asked on every page of a meeting: put together once.
    of_body = sa.and_(
        ProcedureRule.committee_id.is_(None), ProcedureRule.body_id.in_(sa.bindparam("bodies", expanding=True))
    )
    return sa.select(ProcedureRule).where(
        ProcedureRule.starts_on <= sa.bindparam("day", type_=sa.Date),
        sa.or_(ProcedureRule.committee_id.in_(sa.bindparam("committees", expanding=True)), of_body),
    )


def list_rows(body: Body, committee: Committee | None, kind: RuleKind | None = None) -> list[ProcedureRule]:
    """The rows of ``committee`` itself (None: of the body), of one kind or all, oldest first."""
    owner = ProcedureRule.committee_id.is_(None) if committee is None else ProcedureRule.committee_id == committee.id
    query = sa.select(ProcedureRule).where(ProcedureRule.body_id == body.id, owner)
    if kind is not None:
        query = query.where(ProcedureRule.kind == kind)
    return list(db.session.scalars(query.order_by(ProcedureRule.starts_on, ProcedureRule.id)))


@dataclass(frozen=True)
class RuleRow:
    """One dated row as the history of a rule shows it."""

    id: int
    rule: Rule
    value: str
    is_of_body: bool
    entered_at: datetime


@dataclass(frozen=True)
class RuleLine:
    """One rule as a page shows it."""

    rule: Rule
    value: str
    consequence: str
    is_inherited: bool
    """The body's rule, because the committee has none of its own."""
    coming: Sequence[RuleRow]
    """Rows of the same owner that hold from a later day on."""
    past: Sequence[RuleRow]
    """Earlier rows of the committee and of the body, the latest first."""


@dataclass(frozen=True)
class RulesPage:
    """All rules of a committee or of the body on a day, under their headings."""

    groups: Sequence[tuple[str, Sequence[RuleLine]]]
    meeting_day: date
    """The day of the meeting that the deadlines are worked out for."""
    has_meeting: bool
    """Such a meeting is planned; otherwise the day is an example."""

    @property
    def lines(self) -> list[RuleLine]:
        """All rules."""
        return [line for _heading, lines in self.groups for line in lines]

    @property
    def settled(self) -> int:
        """How many rules are settled."""
        return sum(line.rule.state is not RuleState.NOT_SETTLED for line in self.lines)

    @property
    def proposals(self) -> int:
        """How many of them are only proposed."""
        return sum(line.rule.is_proposal for line in self.lines)


def rules_page(body: Body, committee: Committee | None, day: date, *, next_meeting: date | None) -> RulesPage:
    """Every rule as it holds on ``day``, with its history; one statement."""
    owner_id = committee.id if committee is not None else None
    own = sa.or_(ProcedureRule.committee_id.is_(None), ProcedureRule.committee_id == owner_id)
    rows = db.session.scalars(
        sa.select(ProcedureRule)
        .where(ProcedureRule.body_id == body.id, own)
        .order_by(ProcedureRule.starts_on, ProcedureRule.id)
    ).all()
    procedure = procedure_from_rows(rows, day)
    meeting_day = next_meeting or example_day(day)
    groups = []
    for heading, kinds in GROUPS:
        lines = [
            _line(procedure.rule(kind), [r for r in rows if r.kind is kind], committee, day, meeting_day)
            for kind in kinds
        ]
        groups.append((heading, lines))
    return RulesPage(groups, meeting_day, has_meeting=next_meeting is not None)


def rule_on(body: Body, committee: Committee | None, kind: RuleKind, day: date) -> Rule:
    """The rule that holds on ``day`` for a committee, or (None) for the body as a whole."""
    if committee is not None:
        return procedure_of(committee, day).rule(kind)
    return procedure_from_rows(list_rows(body, None, kind), day).rule(kind)


def example_day(day: date) -> date:
    """A Monday in some weeks, to show deadlines by while no meeting is planned."""
    later = day + timedelta(days=42)
    return later + timedelta(days=-later.weekday() % 7)


def next_meeting_of(committee: Committee) -> date | None:
    """The day of the next planned meeting, as far as meetings are kept here."""
    found = [find([committee.id]).get(committee.id) for find in committee_dates]
    return next((dates.next_planned for dates in found if dates is not None and dates.next_planned is not None), None)


def _line(
    rule: Rule, rows: Sequence[ProcedureRule], committee: Committee | None, day: date, meeting_day: date
) -> RuleLine:
    owner = committee.id if committee is not None else None
    own = [row for row in rows if row.committee_id == owner]
    held = [row for row in rows if row.starts_on <= day]
    has_own = any(row.committee_id == owner for row in held)
    now_holds = max((r for r in held if r.committee_id == owner or not has_own), key=_start, default=None)
    return RuleLine(
        rule=rule,
        value=value_text(rule),
        consequence=consequence(rule, meeting_day),
        is_inherited=committee is not None and bool(held) and not has_own,
        coming=[_row(row) for row in own if row.starts_on > day],
        past=[_row(row) for row in reversed(held) if row is not now_holds],
    )


def _row(row: ProcedureRule) -> RuleRow:
    rule = rule_of(row)
    return RuleRow(row.id, rule, value_text(rule), row.committee_id is None, row.created_at)


def _start(row: ProcedureRule) -> date:
    return row.starts_on
