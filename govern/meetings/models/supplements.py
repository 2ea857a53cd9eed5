"""Changes of a frozen agenda: numbered supplements, and line by line what they change (E-04)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from govern.db import Base, UtcDateTime, now, text_enum
from govern.people.models import User

if TYPE_CHECKING:
    from govern.meetings.models.agendas import AgendaItem
    from govern.meetings.models.meetings import Meeting
    from govern.meetings.models.papers import Paper


class SupplementKind(StrEnum):
    """What kind of change it is."""

    SUPPLEMENT = "supplement"
    TABLE_PAPER = "table_paper"
    URGENT = "urgent"

    @property
    def label(self) -> str:
        return {"supplement": "Nachtrag", "table_paper": "Tischvorlage", "urgent": "Dringlichkeitsantrag"}[self.value]


class AgendaSupplement(Base):
    """A numbered Nachtrag, Tischvorlage or Dringlichkeitsantrag. Open until it is sent; at most one is open."""

    __tablename__ = "agenda_supplement"
    __audit__ = {"number": "Nummer", "kind": "Art", "reason": "Grund", "sent_at": "versandt"}
    __audit_root__ = ("meeting", "meeting_id")

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"))
    number: Mapped[int]
    """Counted per meeting over all kinds, without gaps."""
    kind: Mapped[SupplementKind] = mapped_column(text_enum(SupplementKind))
    reason: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the members got it; None: being prepared, its new items and papers are not visible to them yet."""

    meeting: Mapped[Meeting] = relationship(back_populates="supplements")
    created_by: Mapped[User | None] = relationship()
    items: Mapped[list[AgendaItem]] = relationship(back_populates="supplement", order_by="AgendaItem.id")
    papers: Mapped[list[Paper]] = relationship(back_populates="supplement", order_by="Paper.id")
    changes: Mapped[list[AgendaChange]] = relationship(
        back_populates="supplement", cascade="all, delete-orphan", order_by="AgendaChange.id"
    )

    @property
    def name(self) -> str:
        """„2. Nachtrag", „3. Nachtrag (Tischvorlage)": all kinds of a meeting are counted together."""
        return f"{self.number}. Nachtrag" + ("" if self.kind is SupplementKind.SUPPLEMENT else f" ({self.kind.label})")

    __table_args__ = (
        UniqueConstraint("meeting_id", "number"),
        Index(
            "uq_agenda_supplement_open",
            "meeting_id",
            unique=True,
            sqlite_where=sa.text("sent_at IS NULL"),
            postgresql_where=sa.text("sent_at IS NULL"),
        ),
        CheckConstraint("number > 0", name="number_positive"),
    )


class ChangeKind(StrEnum):
    """What happened to the agenda."""

    ITEM_ADDED = "item_added"
    ITEM_CHANGED = "item_changed"
    ITEM_MOVED = "item_moved"
    ITEM_WITHDRAWN = "item_withdrawn"
    PAPER_ADDED = "paper_added"
    PAPER_WITHDRAWN = "paper_withdrawn"

    @property
    def label(self) -> str:
        return {
            "item_added": "neuer Punkt",
            "item_changed": "geänderter Punkt",
            "item_moved": "anders eingeordnet",
            "item_withdrawn": "Punkt abgesetzt",
            "paper_added": "neue Unterlage",
            "paper_withdrawn": "Unterlage zurückgezogen",
        }[self.value]


class AgendaChange(Base):
    """One line of a supplement: what stood there and what stands there once the members know.

    Until the supplement is sent, an item they have already received stays as it went out; the line holds what it is
    going to say.
    """

    __tablename__ = "agenda_change"
    __audit__ = None

    id: Mapped[int] = mapped_column(primary_key=True)
    supplement_id: Mapped[int] = mapped_column(ForeignKey("agenda_supplement.id", ondelete="CASCADE"), index=True)
    kind: Mapped[ChangeKind] = mapped_column(text_enum(ChangeKind))
    item_id: Mapped[int | None] = mapped_column(ForeignKey("agenda_item.id", ondelete="CASCADE"), index=True)
    paper_id: Mapped[int | None] = mapped_column(ForeignKey("paper.id", ondelete="CASCADE"), index=True)
    field: Mapped[str | None]
    """Which part of the item changes, by its name in `agenda_lines.FIELDS`."""
    old_text: Mapped[str | None]
    new_text: Mapped[str | None]
    new_value: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    """`{"to": …}`: what the part is set to when the supplement is sent; None where nothing is left to do."""
    is_public: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """The item is public before and after: whoever reads the agenda reads this line. Else only the circle does."""
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)

    supplement: Mapped[AgendaSupplement] = relationship(back_populates="changes")
    item: Mapped[AgendaItem | None] = relationship()
    paper: Mapped[Paper | None] = relationship()
