"""Extracts of resolutions that were sent to their addressees."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from govern.db import Base, UtcDateTime, now
from govern.mail import OutgoingMail
from govern.meetings.models.resolutions import Resolution
from govern.people.models import User


class ResolutionExtract(Base):
    """That an extract of a resolution (Beschlussauszug) went to an addressee: proof of the sending. Append-only."""

    __tablename__ = "resolution_extract"
    __audit__ = None

    id: Mapped[int] = mapped_column(primary_key=True)
    resolution_id: Mapped[int] = mapped_column(ForeignKey("resolution.id", ondelete="CASCADE"), index=True)
    addressee: Mapped[str]
    """Institution, seat or committee, as `organisation:5`: whom it was for, whatever the address."""
    recipient: Mapped[str]
    """Name of the addressee, as it was."""
    address: Mapped[str]
    is_preliminary: Mapped[bool]
    """Sent before the minutes were released."""
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    sent_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    mail_id: Mapped[int | None] = mapped_column(ForeignKey("outgoing_mail.id"), index=True)

    resolution: Mapped[Resolution] = relationship()
    sent_by: Mapped[User | None] = relationship()
    mail: Mapped[OutgoingMail | None] = relationship()
