"""Tables of the regular report to all municipalities (I4): drafted for a period, frozen when it is sent."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from govern.db import Base, UtcDateTime, now
from govern.formats import date_text
from govern.people.models import Body, Organisation


class MunicipalReport(Base):
    """What was decided, ordered and worked on in a period, for every municipality, with a seat or without."""

    __tablename__ = "municipal_report"
    __audit__ = {"starts_on": "von", "ends_on": "bis", "sent_at": "versandt"}

    id: Mapped[int] = mapped_column(primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    foreword: Mapped[str] = mapped_column(default="", server_default="")
    left_out: Mapped[list[str]] = mapped_column(sa.JSON, default=list)
    """What the coordination does not report: `resolution:5`, `order:7`, `matter:3`."""
    content: Mapped[dict[str, list[dict[str, Any]]] | None] = mapped_column(sa.JSON(none_as_null=True))
    """What was sent, word for word; None in a draft, which is worked out anew each time."""
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    version: Mapped[int] = mapped_column(default=1, server_default="1")

    body: Mapped[Body] = relationship()
    recipients: Mapped[list[MunicipalReportRecipient]] = relationship(
        back_populates="report", cascade="all, delete-orphan", order_by="MunicipalReportRecipient.id"
    )

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        CheckConstraint("starts_on <= ends_on", name="starts_before_end"),
        CheckConstraint("(sent_at IS NULL) = (content IS NULL)", name="frozen_when_sent"),
    )

    @property
    def title(self) -> str:
        """„Bericht an die Kommunen, 1. Halbjahr 2026"."""
        year, first = self.starts_on.year, (self.starts_on.month, self.starts_on.day)
        last = (self.ends_on.month, self.ends_on.day)
        names = {((1, 1), (6, 30)): f"1. Halbjahr {year}", ((7, 1), (12, 31)): f"2. Halbjahr {year}",
                 ((1, 1), (12, 31)): str(year)}  # fmt: skip
        name = names.get((first, last)) if self.ends_on.year == year else None
        return f"Bericht an die Kommunen, {name or f'{date_text(self.starts_on)} bis {date_text(self.ends_on)}'}"

    @property
    def is_sent(self) -> bool:
        return self.sent_at is not None


class MunicipalReportRecipient(Base):
    """A municipality the report went to, and the mailbox of that day."""

    __tablename__ = "municipal_report_recipient"
    __audit__ = None

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("municipal_report.id", ondelete="CASCADE"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    address: Mapped[str | None]
    """None: no mailbox was known; the municipality reads it on its page."""

    report: Mapped[MunicipalReport] = relationship(back_populates="recipients")
    organisation: Mapped[Organisation] = relationship()

    __table_args__ = (UniqueConstraint("report_id", "organisation_id"),)
