"""Work orders and evaluations as deadlines in a calendar; the task of a confidential order is not named (B-17)."""

from __future__ import annotations

from datetime import date, datetime, time

from govern.actions.models import (
    Evaluation,
    EvaluationRequest,
    EvaluationState,
    OrderEvent,
    Priority,
    WorkOrder,
    WorkOrderState,
)
from govern.calendars import Deadline
from govern.formats import at


def deadline_of(order: WorkOrder, changed_at: datetime, base_url: str, host: str) -> Deadline | None:
    """The deadline of ``order``, which was last changed at ``changed_at``; None without a due date."""
    if order.due_on is None:
        return None
    url = f"{base_url}/arbeitsauftraege/{order.id}"
    title = f"{order.number}: {order.task}" if order.is_public else f"{order.number} (nicht öffentlich)"
    return Deadline(
        uid=f"auftrag-{order.id}@{host}",
        title=f"Zurückgezogen: {title}" if order.state is WorkOrderState.WITHDRAWN else f"Frist: {title}",
        day=order.due_on,
        changed_at=changed_at,
        sequence=order.version,
        url=url,
        description=f"{order.committee.name}\nStand: {order.state.label}\nZum Auftrag: {url}",
        done_at=at(order.done_on, time(12, 0)) if order.done_on else None,
        is_started=order.state is WorkOrderState.IN_PROGRESS,
        is_cancelled=order.state is WorkOrderState.WITHDRAWN,
        percent=order.percent,
        is_urgent=order.priority is Priority.HIGH,
    )


def last_change(order: WorkOrder, event: OrderEvent | None) -> datetime:
    """When the order last changed in a way people see."""
    return event.noted_at if event is not None else order.created_at


def deadline_of_evaluation(evaluation: Evaluation, base_url: str, host: str) -> Deadline:
    """The day on which the effect is looked at; it names the number of the matter only."""
    return _effect(evaluation, f"wirkung-{evaluation.id}@{host}", f"Wirkung prüfen: {evaluation.matter.number}",
                   evaluation.due_on, f"{base_url}/wirkungspruefungen/{evaluation.id}", None)  # fmt: skip


def deadline_of_request(request: EvaluationRequest, base_url: str, host: str) -> Deadline | None:
    """Until when somebody is asked for an answer; None where no day was named."""
    evaluation = request.evaluation
    if evaluation.answers_until is None:
        return None
    answered = request.answer.answered_at if request.answer else None
    return _effect(evaluation, f"wirkungsbefragung-{request.id}@{host}",
                   f"Einschätzung zur Wirkung: {evaluation.matter.number}", evaluation.answers_until,
                   f"{base_url}/wirkungsbefragungen/{request.id}", answered)  # fmt: skip


def _effect(
    evaluation: Evaluation, uid: str, title: str, day: date, url: str, done_at: datetime | None
) -> Deadline:  # fmt: skip
    is_cancelled = evaluation.state is EvaluationState.CANCELLED
    if done_at is None and evaluation.state is EvaluationState.CONCLUDED:
        done_at = at(day, time(12, 0))
    changed_at = max((event.happened_at for event in evaluation.events), default=evaluation.created_at)
    return Deadline(
        uid=uid, title=f"Entfällt: {title}" if is_cancelled else title, day=day, url=url, changed_at=changed_at,
        sequence=evaluation.version, description=f"Öffnen: {url}", done_at=done_at, is_cancelled=is_cancelled,
    )  # fmt: skip
