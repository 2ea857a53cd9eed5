"""Tables of agreements: cooperation agreements, contracts and notices that pass money on, with parties and states."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from govern.db import Base, SortText, UtcDateTime, now, text_enum
from govern.documents.models.concepts import Concept
from govern.people.models import Body, Organisation, Person, User


class AgreementKind(StrEnum):
    """What kind of agreement it is."""

    COOPERATION_AGREEMENT = "cooperation_agreement"
    PASS_ON_CONTRACT = "pass_on_contract"  # noqa: S105 - no password
    PASS_ON_NOTICE = "pass_on_notice"  # noqa: S105 - no password
    OTHER = "other"

    @property
    def label(self) -> str:
        return {
            "cooperation_agreement": "Kooperationsvereinbarung",
            "pass_on_contract": "Weiterleitungsvertrag",
            "pass_on_notice": "Weiterleitungsbescheid",
            "other": "Sonstige Vereinbarung",
        }[self.value]


class AgreementState(StrEnum):
    """Where an agreement stands."""

    PLANNED = "planned"
    DRAFT = "draft"
    NEGOTIATION = "negotiation"
    SIGNED = "signed"
    IN_FORCE = "in_force"
    EXPIRED = "expired"
    TERMINATED = "terminated"
    REVOKED = "revoked"
    DROPPED = "dropped"

    @property
    def label(self) -> str:
        return {
            "planned": "vorgesehen",
            "draft": "Entwurf",
            "negotiation": "in Abstimmung",
            "signed": "unterzeichnet oder erlassen",
            "in_force": "in Kraft",
            "expired": "ausgelaufen",
            "terminated": "gekündigt",
            "revoked": "aufgehoben",
            "dropped": "nicht zustande gekommen",
        }[self.value]

    @property
    def following(self) -> list[AgreementState]:
        """What may come next."""
        return [state for state in AgreementState if state in AGREEMENT_TRANSITIONS[self]]


_S = AgreementState
AGREEMENT_TRANSITIONS: dict[AgreementState, frozenset[AgreementState]] = {
    _S.PLANNED: frozenset({_S.DRAFT, _S.NEGOTIATION, _S.SIGNED, _S.DROPPED}),
    _S.DRAFT: frozenset({_S.NEGOTIATION, _S.SIGNED, _S.DROPPED}),
    _S.NEGOTIATION: frozenset({_S.DRAFT, _S.SIGNED, _S.DROPPED}),
    _S.SIGNED: frozenset({_S.IN_FORCE, _S.TERMINATED, _S.REVOKED}),
    _S.IN_FORCE: frozenset({_S.EXPIRED, _S.TERMINATED, _S.REVOKED}),
    _S.EXPIRED: frozenset({_S.IN_FORCE}),
    _S.TERMINATED: frozenset({_S.IN_FORCE}),
    _S.REVOKED: frozenset(),
    _S.DROPPED: frozenset({_S.DRAFT}),
}
"""An expired agreement is prolonged, a notice to terminate is taken back; what was revoked is concluded anew."""

INTERNAL_STATES = frozenset({_S.PLANNED, _S.DRAFT})
"""Nobody but the coordination and the person responsible reads it yet, not even the parties."""
CONCLUDED_STATES = frozenset({_S.SIGNED, _S.IN_FORCE, _S.EXPIRED, _S.TERMINATED, _S.REVOKED})
"""It was concluded once; a public one is read by everybody."""
OPEN_STATES = frozenset({_S.PLANNED, _S.DRAFT, _S.NEGOTIATION, _S.SIGNED, _S.IN_FORCE})
"""Still to be looked after: it is reviewed, and its end is watched."""


class PartyRole(StrEnum):
    """What an institution is in an agreement."""

    GIVER = "giver"
    RECIPIENT = "recipient"
    PARTNER = "partner"

    @property
    def label(self) -> str:
        return {"giver": "Geber:in", "recipient": "Empfänger:in", "partner": "Partner:in"}[self.value]


class ReminderOccasion(StrEnum):
    """Why somebody is reminded of an agreement."""

    REVIEW = "review"
    END = "end"

    @property
    def label(self) -> str:
        return {"review": "Überprüfung steht an", "end": "Laufzeit endet"}[self.value]


def last_day_sql(column: str) -> str:
    """The last day of a partial date as SQL text that compares with days."""
    return f"CASE length({column}) WHEN 4 THEN {column} || '-12-31' WHEN 7 THEN {column} || '-31' ELSE {column} END"


class Agreement(Base):
    """A cooperation agreement, or a contract or notice by which money is passed on (F7)."""

    __tablename__ = "agreement"
    __audit__ = {
        "title": "Titel",
        "kind": "Art",
        "kind_words": "Art, in Worten",
        "number": "Aktenzeichen",
        "state": "Stand",
        "valid_from": "gültig ab",
        "valid_to": "gültig bis",
        "review_on": "Überprüfung",
        "lead_days": "Vorlauf in Tagen",
        "notice_period": "Kündigungsfrist",
        "responsible_id": "zuständige Stelle",
        "responsible_person_id": "zuständige Person",
        "concept_id": "beruht auf",
        "is_public": "für alle lesbar",
        "note": "Anmerkung",
    }
    __audit_closed__ = True
    """Its history tells of drafts, notes and reviews, which are for nobody but the parties, whatever is public."""

    id: Mapped[int] = mapped_column(primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"))
    kind: Mapped[AgreementKind] = mapped_column(text_enum(AgreementKind))
    kind_words: Mapped[str | None]
    """What it calls itself; needed where it is of another kind."""
    title: Mapped[str]
    sort_title: Mapped[str] = mapped_column(SortText)
    number: Mapped[str | None]
    """Reference number (Aktenzeichen)."""
    state: Mapped[AgreementState] = mapped_column(text_enum(AgreementState))
    """That of the latest step."""
    valid_from: Mapped[str | None]
    """To the day, month or year; None: not stated."""
    valid_to: Mapped[str | None]
    """To the day, month or year; None: not stated, or without end."""
    review_on: Mapped[date | None] = mapped_column(index=True)
    """When it is to be looked at again."""
    lead_days: Mapped[int] = mapped_column(default=42, server_default="42")
    """So many days before its review and before its end somebody is reminded."""
    notice_period: Mapped[str | None]
    """In words."""
    responsible_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    responsible_person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    concept_id: Mapped[int | None] = mapped_column(ForeignKey("concept.id"), index=True)
    """The concept it rests on."""
    is_public: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """Once concluded, every signed-in person reads it."""
    note: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    revision: Mapped[int] = mapped_column(default=1, server_default="1")
    """Counts the changes, for calendars."""

    body: Mapped[Body] = relationship()
    responsible: Mapped[Organisation | None] = relationship()
    responsible_person: Mapped[Person | None] = relationship()
    concept: Mapped[Concept | None] = relationship()
    parties: Mapped[list[AgreementParty]] = relationship(
        back_populates="agreement", cascade="all, delete-orphan",
        order_by="(AgreementParty.position, AgreementParty.id)",
    )  # fmt: skip
    steps: Mapped[list[AgreementStep]] = relationship(back_populates="agreement", order_by="AgreementStep.number")
    texts: Mapped[list[AgreementVersion]] = relationship(
        back_populates="agreement", order_by="AgreementVersion.number.desc()"
    )
    reviews: Mapped[list[AgreementReview]] = relationship(
        back_populates="agreement", order_by="AgreementReview.number.desc()"
    )

    __table_args__ = (
        UniqueConstraint("body_id", "number"),
        CheckConstraint("length(trim(title)) > 0", name="title_not_blank"),
        CheckConstraint("number IS NULL OR length(trim(number)) > 0", name="number_not_blank"),
        CheckConstraint("kind <> 'other' OR (kind_words IS NOT NULL AND length(trim(kind_words)) > 0)",
                        name="other_kind_named"),
        CheckConstraint("lead_days BETWEEN 0 AND 366", name="lead_within_a_year"),
        CheckConstraint("(valid_from IS NULL OR length(valid_from) IN (4, 7, 10)) "
                        "AND (valid_to IS NULL OR length(valid_to) IN (4, 7, 10))", name="dates_precision"),
        CheckConstraint(f"valid_from IS NULL OR valid_to IS NULL OR valid_from <= {last_day_sql('valid_to')}",
                        name="dates_in_order"),
    )  # fmt: skip

    @property
    def kind_label(self) -> str:
        """What it is called, as people read it."""
        if not self.kind_words:
            return self.kind.label
        return self.kind_words if self.kind is AgreementKind.OTHER else f"{self.kind.label} ({self.kind_words})"

    @property
    def name_for_outside(self) -> str:
        """How mails and calendars call it: one that is not for everybody, or not yet, by kind and reference number."""
        if self.is_public and self.state in CONCLUDED_STATES:
            return self.title
        kind = self.kind_label if self.kind is AgreementKind.OTHER else self.kind.label
        return f"{kind} {self.number}" if self.number else f"{kind} (nicht öffentlich)"

    @property
    def last_day(self) -> str | None:
        """The last day on which it may be valid, to compare with days; None: without end."""
        if self.valid_to is None:
            return None
        return self.valid_to + {4: "-12-31", 7: "-31"}.get(len(self.valid_to), "")

    @property
    def reminds_of_review_on(self) -> date | None:
        """From when on somebody is reminded of the review."""
        return self.review_on - timedelta(days=self.lead_days) if self.review_on is not None else None

    def is_past_its_end(self, day: date) -> bool:
        """True from the day after its last one."""
        return self.last_day is not None and self.last_day < day.isoformat()

    def is_review_due(self, day: date) -> bool:
        """True from when on somebody is reminded of the review, while it is looked after."""
        start = self.reminds_of_review_on
        return self.state in OPEN_STATES and start is not None and start <= day

    def ends_soon(self, day: date) -> bool:
        """True while it is in force or signed and its last day is no further away than the lead."""
        if self.state not in (AgreementState.SIGNED, AgreementState.IN_FORCE) or self.last_day is None:
            return False
        return self.last_day <= (day + timedelta(days=self.lead_days)).isoformat()


class AgreementParty(Base):
    """An institution that takes part in an agreement, and as what."""

    __tablename__ = "agreement_party"
    __audit__ = {"organisation_id": "Institution", "role": "Rolle"}
    __audit_root__ = ("agreement", "agreement_id")

    id: Mapped[int] = mapped_column(primary_key=True)
    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreement.id", ondelete="CASCADE"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    role: Mapped[PartyRole] = mapped_column(text_enum(PartyRole))
    position: Mapped[int]

    agreement: Mapped[Agreement] = relationship(back_populates="parties")
    organisation: Mapped[Organisation] = relationship()

    __table_args__ = (UniqueConstraint("agreement_id", "organisation_id"),)


class AgreementStep(Base):
    """That an agreement came into a state, on which day. Append-only; the first one is where its record begins."""

    __tablename__ = "agreement_step"
    __audit__ = {"state": "Stand", "taken_on": "am", "reason": "Anlass"}
    __audit_root__ = ("agreement", "agreement_id")

    id: Mapped[int] = mapped_column(primary_key=True)
    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreement.id"))
    number: Mapped[int]
    state: Mapped[AgreementState] = mapped_column(text_enum(AgreementState))
    taken_on: Mapped[str | None]
    """To the day, month or year; None: not stated."""
    reason: Mapped[str | None]
    noted_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    noted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    """None: by itself, as its term began or ended."""

    agreement: Mapped[Agreement] = relationship(back_populates="steps")
    noted_by: Mapped[User | None] = relationship()

    __table_args__ = (
        UniqueConstraint("agreement_id", "number"),
        CheckConstraint("taken_on IS NULL OR length(taken_on) IN (4, 7, 10)", name="taken_on_precision"),
    )


class AgreementVersion(Base):
    """The text of an agreement as it was at a time: as a file, as words, or both. Append-only."""

    __tablename__ = "agreement_version"
    __audit__ = {"label": "Fassung", "status_date": "Stand", "is_signed": "unterzeichnet", "file_name": "Datei"}
    __audit_root__ = ("agreement", "agreement_id")

    id: Mapped[int] = mapped_column(primary_key=True)
    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreement.id"))
    number: Mapped[int]
    label: Mapped[str]
    status_date: Mapped[str | None]
    """Stand, to the day, month or year; None: undated."""
    is_signed: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """This is what was signed or issued; of a public agreement everybody reads these versions only."""
    text: Mapped[str | None]
    """Markdown."""
    note: Mapped[str | None]
    stored_name: Mapped[str | None] = mapped_column(unique=True)
    file_name: Mapped[str | None]
    media_type: Mapped[str | None]
    size: Mapped[int | None]
    sha256: Mapped[str | None]
    added_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))

    agreement: Mapped[Agreement] = relationship(back_populates="texts")
    added_by: Mapped[User | None] = relationship()

    __table_args__ = (
        UniqueConstraint("agreement_id", "number"),
        CheckConstraint("length(trim(label)) > 0", name="label_not_blank"),
        CheckConstraint("status_date IS NULL OR length(status_date) IN (4, 7, 10)", name="status_date_precision"),
        CheckConstraint("text IS NOT NULL OR stored_name IS NOT NULL", name="says_something"),
        CheckConstraint("(stored_name IS NULL) = (file_name IS NULL) AND (stored_name IS NULL) = (media_type IS NULL) "
                        "AND (stored_name IS NULL) = (size IS NULL) AND (stored_name IS NULL) = (sha256 IS NULL)",
                        name="file_complete"),
    )  # fmt: skip


class AgreementReview(Base):
    """That an agreement was looked at again, with which result. Append-only."""

    __tablename__ = "agreement_review"
    __audit__ = {"reviewed_on": "überprüft am", "outcome": "Ergebnis", "next_on": "nächste Überprüfung"}
    __audit_root__ = ("agreement", "agreement_id")

    id: Mapped[int] = mapped_column(primary_key=True)
    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreement.id"))
    number: Mapped[int]
    reviewed_on: Mapped[date]
    outcome: Mapped[str]
    next_on: Mapped[date | None]
    noted_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    noted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))

    agreement: Mapped[Agreement] = relationship(back_populates="reviews")
    noted_by: Mapped[User | None] = relationship()

    __table_args__ = (
        UniqueConstraint("agreement_id", "number"),
        CheckConstraint("length(trim(outcome)) > 0", name="outcome_not_blank"),
        CheckConstraint("next_on IS NULL OR next_on > reviewed_on", name="next_after_review"),
    )


class AgreementReminder(Base):
    """That a reminder went out: once for each occasion, day and lead."""

    __tablename__ = "agreement_reminder"
    __audit__ = None

    id: Mapped[int] = mapped_column(primary_key=True)
    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreement.id", ondelete="CASCADE"))
    occasion: Mapped[ReminderOccasion] = mapped_column(text_enum(ReminderOccasion))
    day: Mapped[str]
    """The day of the review, or the end as it is stated."""
    lead_days: Mapped[int]
    sent_on: Mapped[date]

    agreement: Mapped[Agreement] = relationship()

    __table_args__ = (UniqueConstraint("agreement_id", "occasion", "day", "lead_days"),)
