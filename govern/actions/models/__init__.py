"""Tables of work orders: one module per noun."""

from govern.actions.models.work_orders import (
    OPEN_STATES,
    WORK_ORDER_TRANSITIONS,
    ProgressNote,
    WorkOrder,
    WorkOrderState,
)

__all__ = ["OPEN_STATES", "WORK_ORDER_TRANSITIONS", "ProgressNote", "WorkOrder", "WorkOrderState"]
