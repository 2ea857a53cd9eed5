"""That the members of a committee were asked for topics of a coming meeting (C3)."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from govern.committees.models import ListMail
from govern.db import Base
from govern.meetings.models.meetings import Meeting


class TopicCall(Base):
    """One call for topics: the mail to the mailing list, and the days it named. Append-only."""

    __tablename__ = "topic_call"
    __audit__ = {"topics_until": "Themen bis", "papers_until": "Unterlagen bis", "addresses": "Adressen"}
    __audit_root__ = ("meeting", "meeting_id")

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"), index=True)
    list_mail_id: Mapped[int] = mapped_column(ForeignKey("list_mail.id"), unique=True)
    """Words, sender, day and the log of the dispatch."""
    topics_until: Mapped[date | None]
    """The deadlines of that day, under the committee's rules; None where it has no such rule."""
    papers_until: Mapped[date | None]
    addresses: Mapped[int]
    """So many mails went out."""

    meeting: Mapped[Meeting] = relationship()
    list_mail: Mapped[ListMail] = relationship()
