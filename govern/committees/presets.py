"""Proposals for rules of procedure that a coordination may take over in one go. They claim nothing about any county."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from govern.committees.models import RuleKind, RuleState
from govern.committees.procedures import (
    Admission,
    ApprovalMode,
    CircularBase,
    DayCount,
    MajorityRule,
    MinutesMode,
    QuorumMode,
    RecusalBase,
    Rule,
    TieRule,
    VotingForm,
)


class PresetKey(StrEnum):
    """Which proposal."""

    STEERING_GROUP = "lenkungsgruppe"
    WORKING_CIRCLE = "arbeitskreis"

    @property
    def label(self) -> str:
        return {"lenkungsgruppe": "Lenkungsgruppe (Vorschlag)", "arbeitskreis": "Arbeitskreis (leicht)"}[self.value]


@dataclass(frozen=True)
class Preset:
    """A set of rules that fit together."""

    key: PresetKey
    description: str
    rules: tuple[Rule, ...]


def _on(kind: RuleKind, number: int | None = None, mode: StrEnum | None = None, text: str | None = None) -> Rule:
    mode_text = mode.value if mode is not None else None
    return Rule(kind=kind, state=RuleState.ON, number=number, mode=mode_text, text=text, is_proposal=True)


def _off(kind: RuleKind) -> Rule:
    return Rule(kind=kind, state=RuleState.OFF, is_proposal=True)


PRESETS: dict[PresetKey, Preset] = {
    PresetKey.STEERING_GROUP: Preset(
        PresetKey.STEERING_GROUP,
        "Mit Fristen, Beschlussfähigkeit und genehmigtem Protokoll, wie es Geschäftsordnungen in NRW oft vorsehen.",
        (
            _on(RuleKind.NOTICE_PERIOD, 14, DayCount.FULL_DAYS),
            _on(RuleKind.SHORTENED_NOTICE, 3, DayCount.FULL_DAYS, "Nur in dringenden Fällen; der Grund ist zu nennen."),
            _on(RuleKind.TOPIC_DEADLINE, 21),
            _on(RuleKind.PAPER_DEADLINE, 7),
            _on(RuleKind.TABLE_PAPERS, mode=Admission.WITH_CONSENT),
            _on(RuleKind.URGENT_ITEMS, mode=Admission.WITH_CONSENT),
            _on(RuleKind.QUORUM, mode=QuorumMode.STRICT),
            _on(RuleKind.DEPUTIES, text="Je Sitz eine benannte Stellvertretung."),
            _on(RuleKind.RECUSAL, mode=RecusalBase.NOT_COUNTED),
            _on(RuleKind.RESOLUTION_TRACKING, text="Bericht zur Umsetzung in jeder Sitzung."),
            _on(RuleKind.MAJORITY, mode=MajorityRule.SIMPLE),
            _on(RuleKind.TIE, mode=TieRule.REJECTED),
            _on(RuleKind.VOTES_PER_SEAT, 1, text="Je Institution eine Stimme."),
            _on(RuleKind.VOTING, mode=VotingForm.COUNTED),
            _on(RuleKind.MINUTES_MODE, mode=MinutesMode.RESULT),
            _on(RuleKind.MINUTES_DEADLINE, 14),
            _on(RuleKind.OBJECTION_PERIOD, 14),
            _on(RuleKind.MINUTES_APPROVAL, mode=ApprovalMode.SILENCE,
                text="Sonst Genehmigung in der nächsten Sitzung."),
            _on(RuleKind.CIRCULAR_RESOLUTIONS, 10, CircularBase.ALL_SEATS,
                "Jedes Mitglied kann stattdessen eine Sitzung verlangen."),
        ),
    ),
    PresetKey.WORKING_CIRCLE: Preset(
        PresetKey.WORKING_CIRCLE,
        "Ohne Fristen und Abstimmungen: einladen, beraten, ein kurzes Ergebnisprotokoll schreiben.",
        (
            _off(RuleKind.NOTICE_PERIOD),
            _off(RuleKind.TOPIC_DEADLINE),
            _off(RuleKind.PAPER_DEADLINE),
            _on(RuleKind.TABLE_PAPERS, mode=Admission.FREE),
            _on(RuleKind.URGENT_ITEMS, mode=Admission.FREE),
            _off(RuleKind.QUORUM),
            _on(RuleKind.DEPUTIES),
            _on(RuleKind.MAJORITY, mode=MajorityRule.CONSENSUS),
            _on(RuleKind.VOTING, mode=VotingForm.ANNOUNCED),
            _on(RuleKind.MINUTES_MODE, mode=MinutesMode.RESULT),
            _off(RuleKind.OBJECTION_PERIOD),
            _off(RuleKind.MINUTES_APPROVAL),
            _off(RuleKind.CIRCULAR_RESOLUTIONS),
        ),
    ),
}  # fmt: skip
"""What the product proposes; each rule is marked as a proposal until somebody decides it."""
