"""Tables of consultations (Beteiligung): who is asked until when, the text they read, what they say (F5)."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from govern.committees.models import Committee
from govern.db import Base, UtcDateTime, now, text_enum
from govern.documents.models.drafts import ConceptChange
from govern.documents.models.versions import ConceptVersion
from govern.formats import today
from govern.people.models import Organisation, Person, User


class Outcome(StrEnum):
    """What became of a comment."""

    TAKEN_OVER = "taken_over"
    PARTLY = "partly"
    NOT_TAKEN = "not_taken"

    @property
    def label(self) -> str:
        return {
            "taken_over": "übernommen",
            "partly": "teilweise übernommen",
            "not_taken": "nicht übernommen",
        }[self.value]


class Consultation(Base):
    """A draft laid open to committees, institutions or all members until a day; its text stands still meanwhile."""

    __tablename__ = "consultation"
    __audit__ = {
        "until": "Frist",
        "shows_others": "Stellungnahmen anderer sichtbar",
        "to_all_members": "an alle Mitglieder",
        "ended_at": "beendet",
        "answers_released_at": "Antworten freigegeben",
    }
    __audit_root__ = ("concept_version", "version_id")

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("concept_version.id"), index=True)
    until: Mapped[date]
    """The last day on which comments are taken, to its end in Berlin."""
    question: Mapped[str | None]
    """What the coordination wants to know, in its words."""
    shows_others: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """Whether those who take part read what others say."""
    to_all_members: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    opened_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the draft was given back to those who write it: by hand, or after the last day."""
    reminded_on: Mapped[date | None]
    answers_released_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Since when those who commented read what became of it."""

    version: Mapped[ConceptVersion] = relationship()
    opened_by: Mapped[User | None] = relationship()
    parties: Mapped[list[ConsultationParty]] = relationship(
        back_populates="consultation", cascade="all, delete-orphan", order_by="ConsultationParty.id"
    )

    __table_args__ = (
        Index("uq_consultation_running", "version_id", unique=True, sqlite_where=sa.text("ended_at IS NULL"),
              postgresql_where=sa.text("ended_at IS NULL")),
        CheckConstraint("question IS NULL OR length(trim(question)) > 0", name="question_not_blank"),
        CheckConstraint("answers_released_at IS NULL OR ended_at IS NOT NULL", name="released_after_end"),
    )  # fmt: skip

    @property
    def is_running(self) -> bool:
        """True while comments are taken: to the end of the last day."""
        return self.ended_at is None and today() <= self.until


class ConsultationParty(Base):
    """A committee or an institution that is asked."""

    __tablename__ = "consultation_party"
    __audit__ = {"committee_id": "Gremium", "organisation_id": "Institution"}
    __audit_root__ = ("consultation", "consultation_id")

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id", ondelete="CASCADE"))
    committee_id: Mapped[int | None] = mapped_column(ForeignKey("committee.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)

    consultation: Mapped[Consultation] = relationship(back_populates="parties")
    committee: Mapped[Committee | None] = relationship()
    organisation: Mapped[Organisation | None] = relationship()

    __table_args__ = (
        UniqueConstraint("consultation_id", "committee_id"),
        UniqueConstraint("consultation_id", "organisation_id"),
        CheckConstraint("(committee_id IS NULL) <> (organisation_id IS NULL)", name="one_kind"),
    )

    @property
    def label(self) -> str:
        """Name of the committee or institution."""
        named = self.committee or self.organisation
        return named.name if named is not None else ""


class ConsultedSection(Base):
    """A section as it was laid open: what a comment speaks of, whatever becomes of the draft. Never changed."""

    __tablename__ = "consulted_section"
    __audit__ = None

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id", ondelete="CASCADE"))
    key: Mapped[str]
    """That of the draft's section."""
    position: Mapped[int]
    """Place in the order of reading, from 1."""
    depth: Mapped[int]
    number: Mapped[str]
    """As it was shown; empty: without one."""
    heading: Mapped[str]
    text: Mapped[str]
    html: Mapped[str]

    __table_args__ = (
        UniqueConstraint("consultation_id", "key"),
        UniqueConstraint("consultation_id", "position"),
        UniqueConstraint("id", "consultation_id"),
        CheckConstraint("depth > 0 AND position > 0", name="place_positive"),
    )

    @property
    def title(self) -> str:
        """„2.3.2 Gremienarbeit"."""
        return f"{self.number} {self.heading}".strip()


class ConsultationInvitation(Base):
    """That somebody was written to: an address once, however many ways lead there."""

    __tablename__ = "consultation_invitation"
    __audit__ = None

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id", ondelete="CASCADE"))
    address: Mapped[str]
    name: Mapped[str]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    """The institution, where its mailbox or an account that acts for it was written to."""
    invited_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    reminded_on: Mapped[date | None]

    consultation: Mapped[Consultation] = relationship()
    person: Mapped[Person | None] = relationship()
    organisation: Mapped[Organisation | None] = relationship()

    __table_args__ = (
        UniqueConstraint("consultation_id", "address"),
        CheckConstraint("length(trim(address)) > 2", name="address_not_blank"),
        CheckConstraint("person_id IS NOT NULL OR organisation_id IS NOT NULL", name="somebody_invited"),
    )


class Comment(Base):
    """What an institution says to a draft, a section or a passage of it, perhaps with another text for the passage."""

    __tablename__ = "consultation_comment"
    __audit__ = {"number": "Nummer", "on_behalf_of": "für", "withdrawn_at": "zurückgezogen"}
    __audit_root__ = ("consultation", "consultation_id")

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id", ondelete="CASCADE"))
    number: Mapped[int]
    """In its consultation, from 1; never used twice."""
    section_id: Mapped[int | None]
    """None: on the draft as a whole."""
    starts_at: Mapped[int | None]
    """Where the passage begins in the text of the section as it was laid open; None: the section as a whole."""
    passage: Mapped[str | None]
    """The words spoken of."""
    proposal: Mapped[str | None]
    """What is to stand there instead; empty: the passage is to go; None: nothing is proposed."""
    text: Mapped[str]
    """The comment, or why the proposal is made."""
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    on_behalf_of: Mapped[str]
    """The institution or seat as it was called then; a person is never named."""
    author_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    written_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revision: Mapped[int] = mapped_column(default=1, server_default="1")
    """Counts the saves; whoever saves names the one that was read."""

    consultation: Mapped[Consultation] = relationship()
    section: Mapped[ConsultedSection | None] = relationship(
        primaryjoin="Comment.section_id == ConsultedSection.id", foreign_keys="Comment.section_id"
    )
    organisation: Mapped[Organisation | None] = relationship()
    author: Mapped[User | None] = relationship()
    answers: Mapped[list[CommentAnswer]] = relationship(
        back_populates="comment", cascade="all, delete-orphan", order_by="CommentAnswer.number"
    )

    __table_args__ = (
        ForeignKeyConstraint(["section_id", "consultation_id"],
                             ["consulted_section.id", "consulted_section.consultation_id"],
                             name="fk_consultation_comment_section_id_consulted_section"),
        UniqueConstraint("consultation_id", "number"),
        Index("ix_consultation_comment_section_id", "section_id"),
        CheckConstraint("length(trim(on_behalf_of)) > 0", name="on_behalf_of_not_blank"),
        CheckConstraint("length(trim(text)) > 0 OR proposal IS NOT NULL", name="says_something"),
        CheckConstraint("(passage IS NULL) = (starts_at IS NULL)", name="passage_complete"),
        CheckConstraint("passage IS NULL OR section_id IS NOT NULL", name="passage_in_section"),
        CheckConstraint("proposal IS NULL OR passage IS NOT NULL", name="proposal_for_passage"),
    )  # fmt: skip

    @property
    def answer(self) -> CommentAnswer | None:
        """The latest answer, which counts."""
        return self.answers[-1] if self.answers else None


class CommentAnswer(Base):
    """What the coordination made of a comment, and why; a later answer stands beside the earlier one. Append-only."""

    __tablename__ = "comment_answer"
    __audit__ = {"number": "Nummer", "outcome": "Ergebnis"}
    __audit_root__ = ("consultation_comment", "comment_id")

    id: Mapped[int] = mapped_column(primary_key=True)
    comment_id: Mapped[int] = mapped_column(ForeignKey("consultation_comment.id", ondelete="CASCADE"))
    number: Mapped[int]
    """Of the answers to this comment, from 1."""
    outcome: Mapped[Outcome] = mapped_column(text_enum(Outcome))
    reason: Mapped[str | None]
    change_id: Mapped[int | None] = mapped_column(ForeignKey("concept_change.id"), index=True)
    """What changed in the draft because of it."""
    given_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    given_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))

    comment: Mapped[Comment] = relationship(back_populates="answers")
    change: Mapped[ConceptChange | None] = relationship()

    __table_args__ = (
        UniqueConstraint("comment_id", "number"),
        CheckConstraint("outcome = 'taken_over' OR (reason IS NOT NULL AND length(trim(reason)) > 0)",
                        name="reason_given"),
        CheckConstraint("change_id IS NULL OR outcome <> 'not_taken'", name="change_taken"),
    )  # fmt: skip
