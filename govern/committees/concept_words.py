"""The fixed words for concepts and their versions: those of the tables, and those of structure files."""

from __future__ import annotations

from enum import StrEnum


class ConceptKind(StrEnum):
    """What is kept in versions (domain.md 3.10)."""

    CONCEPT = "concept"
    ACTION_CONCEPT = "action_concept"
    TECHNICAL_CONCEPT = "technical_concept"
    INTEGRATION_CONCEPT = "integration_concept"
    PROJECT_OUTLINE = "project_outline"
    STRATEGY = "strategy"
    GUIDELINE = "guideline"
    RULES_OF_PROCEDURE = "rules_of_procedure"
    COOPERATION_AGREEMENT = "cooperation_agreement"
    PASS_ON_CONTRACT = "pass_on_contract"  # noqa: S105 - no password
    FUNDING_GUIDELINE = "funding_guideline"
    FUNDING_NOTICE = "funding_notice"
    APPLICATION = "application"
    PRESENTATION = "presentation"
    FORM = "form"

    @property
    def label(self) -> str:
        return {
            "concept": "Konzept",
            "action_concept": "Handlungskonzept",
            "technical_concept": "Fachkonzept",
            "integration_concept": "Integrationskonzept",
            "project_outline": "Projektskizze",
            "strategy": "Strategie",
            "guideline": "Leitlinien",
            "rules_of_procedure": "Geschäftsordnung",
            "cooperation_agreement": "Kooperationsvereinbarung",
            "pass_on_contract": "Weiterleitungsvertrag oder -bescheid",
            "funding_guideline": "Förderrichtlinie",
            "funding_notice": "Zuwendungsbescheid",
            "application": "Antrag",
            "presentation": "Präsentation",
            "form": "Formular",
        }[self.value]


class VersionState(StrEnum):
    """Where a version stands."""

    PLANNED = "planned"
    """Somebody announced it; there is nothing to read."""
    DRAFT = "draft"
    CONSULTATION = "consultation"
    SUBMITTED = "submitted"
    ADOPTED = "adopted"
    IN_FORCE = "in_force"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"
    NOT_STATED = "not_stated"
    """It exists; whether it is in force no source says."""

    @property
    def label(self) -> str:
        return {
            "planned": "geplant",
            "draft": "Entwurf",
            "consultation": "in Beteiligung",
            "submitted": "zum Beschluss vorgelegt",
            "adopted": "beschlossen",
            "in_force": "in Kraft",
            "superseded": "abgelöst",
            "withdrawn": "zurückgezogen",
            "not_stated": "Geltung nicht angegeben",
        }[self.value]


class AdoptionResult(StrEnum):
    """How a version was adopted (domain.md 3.10); a proviso stands beside it in words."""

    UNANIMOUS = "unanimous"
    ADOPTED = "adopted"
    AGREED = "agreed"
    REJECTED = "rejected"

    @property
    def label(self) -> str:
        return {
            "unanimous": "einstimmig",
            "adopted": "beschlossen",
            "agreed": "einvernehmlich, ohne Abstimmung",
            "rejected": "abgelehnt",
        }[self.value]
