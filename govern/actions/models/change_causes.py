"""Table of why passages of concepts changed: the matter, resolution or work order behind a change."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from govern.actions.models.matters import Matter
from govern.actions.models.work_orders import WorkOrder
from govern.db import Base
from govern.documents.models import ConceptChange
from govern.meetings.models import Resolution


class ChangeCause(Base):
    """What led to a change of a section: one thing of the chain, by its id. Rows are added, never changed."""

    __tablename__ = "change_cause"
    __audit__ = None

    change_id: Mapped[int] = mapped_column(ForeignKey(ConceptChange.id, ondelete="CASCADE"), primary_key=True)
    matter_id: Mapped[int | None] = mapped_column(ForeignKey(Matter.id), index=True)
    resolution_id: Mapped[int | None] = mapped_column(ForeignKey(Resolution.id), index=True)
    work_order_id: Mapped[int | None] = mapped_column(ForeignKey(WorkOrder.id), index=True)

    __table_args__ = (
        CheckConstraint(
            "(CASE WHEN matter_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN resolution_id IS NULL THEN 0 ELSE 1 END) "
            "+ (CASE WHEN work_order_id IS NULL THEN 0 ELSE 1 END) = 1",
            name="one_cause",
        ),
    )
