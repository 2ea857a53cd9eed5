"""Tables of the feedback to authors (Rückmeldung, E6): released texts by stage, who was told, who wants to be told.

Who was told is who reported: all of it is for the coordination and the author alone, and nothing goes into the audit
trail.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from govern.actions.models.gap_reports import ConfirmReason, GapReport
from govern.actions.models.matters import Matter
from govern.db import Base, UtcDateTime, now, text_enum


class FeedbackStage(StrEnum):
    """How far a matter has come, as its authors are told."""

    BUNDLED = "bundled"
    IN_COMMITTEE = "in_committee"
    DECIDED = "decided"
    ORDERED = "ordered"
    FORWARDED = "forwarded"
    DONE = "done"
    EFFECT_CHECKED = "effect_checked"

    @property
    def label(self) -> str:
        return {
            "bundled": "gebündelt",
            "in_committee": "im Gremium",
            "decided": "beschlossen",
            "ordered": "beauftragt",
            "forwarded": "an das Land gemeldet",
            "done": "erledigt oder beantwortet",
            "effect_checked": "Wirkung geprüft",
        }[self.value]

    @property
    def heading(self) -> str:
        """The label at the beginning of a line."""
        return self.label[0].upper() + self.label[1:]


class AuthorFeedback(Base):
    """A text the coordination released to the authors of a matter at one stage. Append-only; it can be revoked."""

    __tablename__ = "author_feedback"
    __audit__ = None

    id: Mapped[int] = mapped_column(primary_key=True)
    matter_id: Mapped[int] = mapped_column(ForeignKey("matter.id"))
    stage: Mapped[FeedbackStage] = mapped_column(text_enum(FeedbackStage))
    number: Mapped[int]
    """The how manieth text of its stage."""
    text: Mapped[str]
    confirmed_kinds: Mapped[list[str]] = mapped_column(sa.JSON, default=list)
    """What the guard found and was released all the same; kinds only, never the words."""
    confirm_reason: Mapped[ConfirmReason | None] = mapped_column(text_enum(ConfirmReason))
    released_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    released_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    matter: Mapped[Matter] = relationship()
    notices: Mapped[list[FeedbackNotice]] = relationship(
        back_populates="feedback", cascade="all, delete-orphan", order_by="FeedbackNotice.id"
    )

    __table_args__ = (
        UniqueConstraint("matter_id", "stage", "number"),
        CheckConstraint("length(trim(text)) > 0", name="text_not_blank"),
    )


class FeedbackNotice(Base):
    """That the author of a report was told: the report belonged to the matter when the text was released."""

    __tablename__ = "feedback_notice"
    __audit__ = None

    id: Mapped[int] = mapped_column(primary_key=True)
    feedback_id: Mapped[int] = mapped_column(ForeignKey("author_feedback.id", ondelete="CASCADE"))
    report_id: Mapped[int] = mapped_column(ForeignKey("gap_report.id", ondelete="CASCADE"))
    is_wanted: Mapped[bool]
    """False: the author does not care about this stage. The text stands at the report, nothing else is done."""
    told_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)

    feedback: Mapped[AuthorFeedback] = relationship(back_populates="notices")
    report: Mapped[GapReport] = relationship()

    __table_args__ = (
        UniqueConstraint("feedback_id", "report_id"),
        Index("ix_feedback_notice_report_id", "report_id"),
    )


class FeedbackChoice(Base):
    """About which stages an author wants to be told; without a row: about all."""

    __tablename__ = "feedback_choice"
    __audit__ = None

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), primary_key=True)
    stages: Mapped[list[str]] = mapped_column(sa.JSON, default=list)
