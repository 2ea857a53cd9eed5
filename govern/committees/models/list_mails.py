"""Mails to the mailing lists of committees, which follow from membership (I1, I2)."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from govern.committees.models.committees import Committee
from govern.db import Base, UtcDateTime, now
from govern.mail import OutgoingMail
from govern.people.models import Body, Person, User


class ListMail(Base):
    """One mail to the members of one or several committees; everybody gets it once."""

    __tablename__ = "list_mail"
    __audit__ = {"subject": "Betreff", "sent_at": "gesendet"}

    id: Mapped[int] = mapped_column(primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"))
    subject: Mapped[str]
    text: Mapped[str]
    with_deputies: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    to_case_managers: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """Also to everybody with the role case manager, across carriers (I2)."""
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    sent_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))

    body: Mapped[Body] = relationship()
    sent_by: Mapped[User | None] = relationship()
    committees: Mapped[list[Committee]] = relationship(secondary="list_mail_committee", order_by="Committee.sort_name")
    recipients: Mapped[list[ListMailRecipient]] = relationship(
        back_populates="list_mail", cascade="all, delete-orphan", order_by="ListMailRecipient.id"
    )

    __table_args__ = (
        CheckConstraint("length(trim(subject)) > 0", name="subject_not_blank"),
        CheckConstraint("length(trim(text)) > 0", name="text_not_blank"),
    )


list_mail_committee = sa.Table(
    "list_mail_committee",
    Base.metadata,
    sa.Column("list_mail_id", sa.ForeignKey("list_mail.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("committee_id", sa.ForeignKey("committee.id"), primary_key=True, index=True),
)


class ListMailRecipient(Base):
    """Who got a list mail: the log of its dispatch."""

    __tablename__ = "list_mail_recipient"
    __audit__ = None

    id: Mapped[int] = mapped_column(primary_key=True)
    list_mail_id: Mapped[int] = mapped_column(ForeignKey("list_mail.id", ondelete="CASCADE"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    address: Mapped[str | None]
    """None: the person has no address, and was told apart before sending."""
    mail_id: Mapped[int | None] = mapped_column(ForeignKey("outgoing_mail.id"))

    list_mail: Mapped[ListMail] = relationship(back_populates="recipients")
    person: Mapped[Person | None] = relationship()
    mail: Mapped[OutgoingMail | None] = relationship()

    __table_args__ = (
        UniqueConstraint("list_mail_id", "address"),
        Index("ix_list_mail_recipient_person_id", "person_id"),
        Index("ix_list_mail_recipient_mail_id", "mail_id"),
    )
