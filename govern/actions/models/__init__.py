"""Tables of work orders: one module per noun."""

from govern.actions.models.work_orders import (
    DONE_STATES,
    OPEN_STATES,
    WORK_ORDER_TRANSITIONS,
    WORKING_STATES,
    Effect,
    OrderEvent,
    OrderEventKind,
    OrderFile,
    Priority,
    WorkOrder,
    WorkOrderState,
)

__all__ = [
    "DONE_STATES",
    "OPEN_STATES",
    "WORKING_STATES",
    "WORK_ORDER_TRANSITIONS",
    "Effect",
    "OrderEvent",
    "OrderEventKind",
    "OrderFile",
    "Priority",
    "WorkOrder",
    "WorkOrderState",
]
