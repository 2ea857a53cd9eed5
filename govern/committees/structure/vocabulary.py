"""The fixed words of the format, each with the German word that people know; taken from the models."""

from __future__ import annotations

from typing import Final

from govern.committees.concept_words import AdoptionResult, ConceptKind, VersionState
from govern.committees.models import (
    CadenceInterval,
    CommitteeKind,
    CommitteeNameKind,
    CommitteeStatus,
    Level,
    Participation,
    RepresentsMode,
    RoutePhase,
    RuleKind,
    RuleState,
    StepDirection,
    StepPlace,
)
from govern.committees.procedures import MODES
from govern.people.models import ORGANISATION_KINDS as ALL_ORGANISATION_KINDS
from govern.people.models import BodyKind

BODY_KINDS: Final = {kind.value: kind.label for kind in BodyKind}
MUNICIPALITY_KINDS: Final = {"stadt": "Stadt", "gemeinde": "Gemeinde"}
ORGANISATION_KINDS: Final = {key: label for key, label in ALL_ORGANISATION_KINDS.items() if key != "municipality"}
COMMITTEE_KINDS: Final = {kind.value: kind.label for kind in CommitteeKind}
LEVELS: Final = {level.value: level.label for level in Level}
STATUSES: Final = {status.value: status.label for status in CommitteeStatus}
INTERVALS: Final = {interval.value: interval.label for interval in CadenceInterval}
NAME_KINDS: Final = {kind.value: kind.label for kind in CommitteeNameKind}
PARTICIPATIONS: Final = {participation.value: participation.label for participation in Participation}
RULE_KINDS: Final = {kind.value: kind.label for kind in RuleKind}
RULE_STATES: Final = {state.value: state.label for state in RuleState}
RULE_MODES: Final = {
    mode.value: str(getattr(mode, "label", mode)) for modes in reversed(MODES.values()) for mode in modes
}
REPRESENTS_MODES: Final = {mode.value: mode.label for mode in RepresentsMode}
ROUTE_PHASES: Final = {phase.value: phase.label for phase in RoutePhase}
STEP_DIRECTIONS: Final = {direction.value: direction.label for direction in StepDirection}
STEP_PLACES: Final = {place.value: place.label for place in StepPlace}
CONCEPT_KINDS: Final = {kind.value: kind.label for kind in ConceptKind}
VERSION_STATES: Final = {
    state.value: state.label
    for state in VersionState
    if state not in (VersionState.DRAFT, VersionState.CONSULTATION, VersionState.SUBMITTED)
}
"""A file tells the history; what is being written stands there as planned."""
ADOPTION_RESULTS: Final = {result.value: result.label for result in AdoptionResult}
