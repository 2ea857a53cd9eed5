"""The rules of procedure that hold for a committee on a day, ready to be asked. Rules without a database.

A rule that is not settled is neither on nor off: whoever asks gets None and must say so to people instead of guessing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from govern.committees.models import SINCE_EVER, ProcedureRule, RuleKind, RuleState


class DayCount(StrEnum):
    """How the days of a notice period are counted (E-01)."""

    FULL_DAYS = "full_days"
    NTH_DAY_BEFORE = "nth_day_before"
    CALENDAR_DAYS = "calendar_days"
    WORKING_DAYS = "working_days"

    @property
    def label(self) -> str:
        return {
            "full_days": "volle Tage dazwischen",
            "nth_day_before": "spätestens am n-ten Tag vor der Sitzung",
            "calendar_days": "Kalendertage",
            "working_days": "Werktage (Feiertage in NRW)",
        }[self.value]


class QuorumMode(StrEnum):
    """Whether the quorum is checked before every vote or deemed given until somebody doubts it (GO NRW § 49)."""

    STRICT = "strict"
    DEEMED = "deemed"

    @property
    def label(self) -> str:
        return {
            "strict": "vor jeder Abstimmung festzustellen",
            "deemed": "gilt als gegeben, bis sie angezweifelt wird",
        }[self.value]


class MajorityRule(StrEnum):
    """What a resolution needs."""

    SIMPLE = "simple"
    ABSOLUTE = "absolute"
    TWO_THIRDS = "two_thirds"
    CONSENSUS = "consensus"

    @property
    def label(self) -> str:
        return {
            "simple": "Mehrheit der abgegebenen Stimmen",
            "absolute": "Mehrheit aller stimmberechtigten Sitze",
            "two_thirds": "zwei Drittel der abgegebenen Stimmen",
            "consensus": "Einvernehmen aller Anwesenden",
        }[self.value]


class TieRule(StrEnum):
    """What a tie means."""

    REJECTED = "rejected"
    CHAIR_DECIDES = "chair_decides"

    @property
    def label(self) -> str:
        return {"rejected": "abgelehnt", "chair_decides": "die Leitung entscheidet"}[self.value]


class VotingForm(StrEnum):
    """How the committee votes unless it decides otherwise."""

    ANNOUNCED = "announced"
    COUNTED = "counted"
    NAMED = "named"
    SECRET = "secret"  # noqa: S105 - a way to vote

    @property
    def label(self) -> str:
        return {"announced": "Ergebnis nur angesagt", "counted": "gezählt", "named": "namentlich", "secret": "geheim"}[
            self.value
        ]


class MinutesMode(StrEnum):
    """How much the minutes tell (E-13)."""

    RESULT = "result"
    EXTENDED = "extended"
    VERBATIM = "verbatim"

    @property
    def label(self) -> str:
        return {
            "result": "Ergebnisprotokoll",
            "extended": "erweitertes Ergebnisprotokoll",
            "verbatim": "Verlaufsprotokoll",
        }[self.value]


class ApprovalMode(StrEnum):
    """How minutes are approved (E-14)."""

    NEXT_MEETING = "next_meeting"
    SILENCE = "silence"

    @property
    def label(self) -> str:
        return {"next_meeting": "in der nächsten Sitzung", "silence": "durch Ablauf der Einwendungsfrist"}[self.value]


class CircularBase(StrEnum):
    """What the majority of a circular resolution is counted from (E-11)."""

    ALL_SEATS = "all_seats"
    ANSWERS = "answers"

    @property
    def label(self) -> str:
        return {"all_seats": "Mehrheit aller stimmberechtigten Sitze", "answers": "Mehrheit der Antworten"}[self.value]


class Admission(StrEnum):
    """On what condition something late is treated in the meeting (E-05)."""

    FREE = "free"
    WITH_CONSENT = "with_consent"

    @property
    def label(self) -> str:
        return {"free": "ohne Weiteres", "with_consent": "nur mit Zustimmung des Gremiums"}[self.value]


class RecusalBase(StrEnum):
    """Whether a recused seat counts for the quorum (E-08)."""

    NOT_COUNTED = "not_counted"
    COUNTED = "counted"

    @property
    def label(self) -> str:
        return {"not_counted": "zählt beim Punkt nicht mit", "counted": "zählt für die Beschlussfähigkeit mit"}[
            self.value
        ]


MODES: dict[RuleKind, type[StrEnum]] = {
    RuleKind.NOTICE_PERIOD: DayCount,
    RuleKind.SHORTENED_NOTICE: DayCount,
    RuleKind.QUORUM: QuorumMode,
    RuleKind.MAJORITY: MajorityRule,
    RuleKind.TIE: TieRule,
    RuleKind.VOTING: VotingForm,
    RuleKind.MINUTES_MODE: MinutesMode,
    RuleKind.MINUTES_APPROVAL: ApprovalMode,
    RuleKind.CIRCULAR_RESOLUTIONS: CircularBase,
    RuleKind.TABLE_PAPERS: Admission,
    RuleKind.URGENT_ITEMS: Admission,
    RuleKind.RECUSAL: RecusalBase,
}
"""The ways a rule can be meant; a rule of another kind has none."""

UNITS: dict[RuleKind, str] = {
    RuleKind.NOTICE_PERIOD: "Tage",
    RuleKind.SHORTENED_NOTICE: "Tage",
    RuleKind.TOPIC_DEADLINE: "Tage vor der Sitzung",
    RuleKind.PAPER_DEADLINE: "Tage vor der Sitzung",
    RuleKind.QUORUM: "Stimmen; ohne Zahl: mehr als die Hälfte",
    RuleKind.VOTES_PER_SEAT: "Stimmen",
    RuleKind.MINUTES_DEADLINE: "Tage nach der Sitzung",
    RuleKind.OBJECTION_PERIOD: "Tage nach dem Versand",
    RuleKind.CIRCULAR_RESOLUTIONS: "Werktage Frist",
}
"""What the number of a rule counts; a rule of another kind has none."""

NEEDS_NUMBER = frozenset(UNITS) - {RuleKind.QUORUM}
"""Rules that say nothing without their number."""

MODE_NEEDED = frozenset({
    RuleKind.NOTICE_PERIOD, RuleKind.SHORTENED_NOTICE, RuleKind.QUORUM, RuleKind.MAJORITY, RuleKind.TIE,
    RuleKind.VOTING, RuleKind.MINUTES_MODE, RuleKind.MINUTES_APPROVAL, RuleKind.RECUSAL,
})  # fmt: skip
"""Rules that people have to say the way of. What a paper states without it may be taken over all the same."""

OF_THE_BODY = frozenset({RuleKind.SUBGROUP_RESOLUTION, RuleKind.MEMBER_CONFIRMATION})
"""Rules usually set once for the whole county or city; a committee may have its own all the same."""


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One rule as it holds on a day."""

    kind: RuleKind
    state: RuleState = RuleState.NOT_SETTLED
    number: int | None = None
    mode: str | None = None
    text: str | None = None
    source: str | None = None
    is_proposal: bool = False
    starts_on: date | None = None
    """First day; None where nothing is settled, or the source names no day."""

    @property
    def is_on(self) -> bool:
        return self.state is RuleState.ON


@dataclass(frozen=True)
class Procedure:
    """All rules of a committee on one day; every kind has an answer, „nicht geregelt" where nothing is stated."""

    rules: Mapping[RuleKind, Rule] = field(default_factory=dict)

    def rule(self, kind: RuleKind) -> Rule:
        """The rule of ``kind``."""
        return self.rules.get(kind) or Rule(kind=kind)

    def is_on(self, kind: RuleKind) -> bool:
        """True if the rule holds; False where it does not, or nothing is settled."""
        return self.rule(kind).is_on

    def is_off(self, kind: RuleKind) -> bool:
        """True only if it is stated that the rule does not hold."""
        return self.rule(kind).state is RuleState.OFF

    def is_settled(self, kind: RuleKind) -> bool:
        """True if it is stated whether the rule holds."""
        return self.rule(kind).state is not RuleState.NOT_SETTLED

    def number(self, kind: RuleKind) -> int | None:
        """The number of a rule that holds."""
        return self.rule(kind).number if self.is_on(kind) else None

    def mode(self, kind: RuleKind) -> Any:
        """How a rule that holds is meant, as a member of ``MODES[kind]``; None where it does not say."""
        rule = self.rule(kind)
        return MODES[kind](rule.mode) if rule.is_on and rule.mode else None

    def as_json(self) -> dict[str, Any]:
        """Plain values to be frozen with a meeting; :func:`procedure_from_json` reads them back."""
        return {
            rule.kind.value: {
                "state": rule.state.value,
                "number": rule.number,
                "mode": rule.mode,
                "text": rule.text,
                "source": rule.source,
                "is_proposal": rule.is_proposal,
                "starts_on": rule.starts_on.isoformat() if rule.starts_on else None,
            }
            for rule in self.rules.values()
        }


def procedure_from_rows(rows: Iterable[ProcedureRule], day: date) -> Procedure:
    """The rules that hold on ``day``: of every kind the latest row, a committee's own before the body's."""
    held: dict[RuleKind, ProcedureRule] = {}
    for row in sorted(rows, key=lambda r: (r.committee_id is not None, r.starts_on)):
        if row.starts_on <= day:
            held[row.kind] = row
    return Procedure({kind: rule_of(row) for kind, row in held.items()})


def procedure_from_json(values: Mapping[str, Any]) -> Procedure:
    """What :meth:`Procedure.as_json` wrote."""
    rules = {}
    for name, entry in values.items():
        kind = RuleKind(name)
        starts_on = date.fromisoformat(entry["starts_on"]) if entry["starts_on"] else None
        rules[kind] = Rule(**{**entry, "kind": kind, "state": RuleState(entry["state"]), "starts_on": starts_on})
    return Procedure(rules)


def rule_of(row: ProcedureRule) -> Rule:
    """A row as a rule."""
    return Rule(
        kind=row.kind, state=row.state, number=row.number, mode=row.mode, text=row.text, source=row.source,
        is_proposal=row.is_proposal, starts_on=row.starts_on if row.starts_on > SINCE_EVER else None,
    )  # fmt: skip
