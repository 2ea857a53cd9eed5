"""What gap reports and matters are described with: fixed lists, and lists each body keeps for itself."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from govern.db import Base, text_enum


class GapKind(StrEnum):
    """Kinds of gap (domain.md 3.9)."""

    MISSING_OFFER = "missing_offer"
    INFORMATION = "information"
    SUPPLY = "supply"
    PROCEDURE = "procedure"
    INTERFACE = "interface"
    TRANSITION = "transition"
    COORDINATION_NEED = "coordination_need"
    INSTITUTIONAL_BARRIER = "institutional_barrier"
    ACCESS = "access"
    CAPACITY = "capacity"
    DUPLICATION = "duplication"
    SUPRA_LOCAL = "supra_local"
    STATE_MATTER = "state_matter"
    QUALIFICATION = "qualification"

    @property
    def label(self) -> str:
        return {
            "missing_offer": "Angebot fehlt",
            "information": "Information fehlt",
            "supply": "Versorgung reicht nicht",
            "procedure": "Ablauf des Verfahrens hakt",
            "interface": "Schnittstelle zwischen Stellen",
            "transition": "Bruch am Übergang oder Rechtskreiswechsel",
            "coordination_need": "Abstimmung zwischen Stellen fehlt",
            "institutional_barrier": "Hürde der Institution",
            "access": "Zugang (Weg, Sprache, ländlicher Raum)",
            "capacity": "Personal fehlt, Anträge stauen sich",
            "duplication": "Doppelstruktur",
            "supra_local": "überörtliches Problem",
            "state_matter": "Sache des Landes oder des Bundes",
            "qualification": "Fortbildung fehlt",
        }[self.value]


class ChainPlace(StrEnum):
    """Where in the service chain it breaks, from arriving to the time after an offer."""

    ARRIVAL = "arrival"
    FIRST_COUNSELLING = "first_counselling"
    APPLICATION = "application"
    WAITING = "waiting"
    OFFER = "offer"
    HANDOVER = "handover"
    AFTERWARDS = "afterwards"

    @property
    def label(self) -> str:
        return {
            "arrival": "Ankommen und Anmelden",
            "first_counselling": "Erstberatung und Verweis",
            "application": "Antrag und Bewilligung",
            "waiting": "Warten auf Platz oder Termin",
            "offer": "Im Angebot selbst",
            "handover": "Übergabe an die nächste Stelle",
            "afterwards": "Nach dem Angebot",
        }[self.value]


class Frequency(StrEnum):
    """How often it is met; never a number of cases."""

    ONCE = "once"
    SEVERAL = "several"
    MONTHLY = "monthly"
    WEEKLY = "weekly"

    @property
    def label(self) -> str:
        return {
            "once": "einmal",
            "several": "mehrmals im Jahr",
            "monthly": "etwa jeden Monat",
            "weekly": "jede Woche oder öfter",
        }[self.value]


class TermKind(StrEnum):
    """Lists that each body keeps for itself."""

    ACTION_FIELD = "action_fields"
    LEGAL_AREA = "legal_areas"
    TARGET_GROUP = "target_groups"

    @property
    def label(self) -> str:
        return {"action_fields": "Handlungsfelder", "legal_areas": "Rechtskreise", "target_groups": "Zielgruppen"}[
            self.value
        ]


class VocabularyTerm(Base):
    """A change the coordination made to a list of its body: a new entry, another wording, or one no longer offered.

    Reports keep the key, so that a reworded or switched-off entry stays readable where it was chosen.
    """

    __tablename__ = "vocabulary_term"
    __audit__ = {"kind": "Liste", "label": "Eintrag", "is_offered": "zur Auswahl"}

    id: Mapped[int] = mapped_column(primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"))
    kind: Mapped[TermKind] = mapped_column(text_enum(TermKind))
    key: Mapped[str]
    label: Mapped[str]
    is_offered: Mapped[bool] = mapped_column(default=True)

    __table_args__ = (
        UniqueConstraint("body_id", "kind", "key"),
        CheckConstraint("length(trim(label)) > 0", name="label_not_blank"),
    )
