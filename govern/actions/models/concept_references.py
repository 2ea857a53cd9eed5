"""Table of the concepts that work orders refer to."""

from __future__ import annotations

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from govern.actions.models.work_orders import WorkOrder
from govern.db import Base
from govern.documents.models import ConceptReference


class OrderReference(ConceptReference, Base):
    """That a work order refers to a concept."""

    __tablename__ = "order_reference"
    __audit__ = {"section_title": "Abschnitt", "removed_at": "entfernt"}
    __audit_root__ = ("work_order", "work_order_id")

    work_order_id: Mapped[int] = mapped_column(ForeignKey("work_order.id"), index=True)

    work_order: Mapped[WorkOrder] = relationship()
