"""Adjust (Nachsteuerung) where an evaluation found too little effect; whatever is begun links back to it (D8)."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa

from govern.actions.models import (
    Adjustment,
    Effect,
    Evaluation,
    EvaluationEvent,
    EvaluationEventKind,
    Matter,
    MatterState,
    WorkOrder,
)
from govern.actions.services.matters import Classification, TopicWish, create_matter, make_topic, reopen_matter
from govern.actions.services.order_life import reopen
from govern.actions.services.work_orders import Order, issue_order
from govern.committees.models import Committee
from govern.db import db
from govern.errors import DomainError
from govern.meetings.models import Resolution, Topic
from govern.people.models import User

COORDINATION = "Koordination"


def adjust_by_topic(
    evaluation: Evaluation, committee: Committee, *, purpose: str, is_public: bool, by: User
) -> Topic:  # fmt: skip
    """Bring the matter before a committee once more; a settled one is open again with it."""
    _demand_too_little(evaluation)
    matter = evaluation.matter
    if matter.state is MatterState.SETTLED:
        reopen_matter(matter, f"Nachsteuerung nach der {evaluation.title}", by=by)
    topic = make_topic(matter, committee, TopicWish(purpose=purpose, is_public=is_public), by=by)
    if any(known.topic_id == topic.id for known in evaluation.adjustments):
        return topic  # its form was sent twice
    _link(evaluation, f"Thema bei {committee.name}", by=by, topic_id=topic.id)
    return topic


def adjust_by_matter(evaluation: Evaluation, *, title: str, summary: str, by: User) -> Matter:
    """Begin a new matter for what remains; it starts with the classification of the old one."""
    _demand_too_little(evaluation)
    old = evaluation.matter
    new = create_matter(
        Classification(
            title=title, summary=summary, action_field=old.action_field, further_fields=old.further_fields,
            legal_area_from=old.legal_area_from, legal_area_to=old.legal_area_to, target_group=old.target_group,
            gap_kind=old.gap_kind, chain_place=old.chain_place,
        ),
        [], by=by,
    )  # fmt: skip
    if any(known.matter_id == new.id for known in evaluation.adjustments):
        return new  # its form was sent twice
    _link(evaluation, f"Neue Lücke {new.number}", by=by, matter_id=new.id)
    return new


def adjust_by_reopening(
    evaluation: Evaluation, order: WorkOrder, reason: str, *, version: int, by: User, due_on: date | None = None
) -> None:
    """Take a finished order up again."""
    _demand_too_little(evaluation)
    reopen(order, reason, version=version, by=by, due_on=due_on)
    _link(evaluation, f"Auftrag {order.number} wieder aufgenommen", by=by, work_order_id=order.id)


def adjust_by_order(evaluation: Evaluation, resolution: Resolution, order: Order, *, by: User) -> WorkOrder:
    """Give a further order that carries a resolution on the matter out."""
    _demand_too_little(evaluation)
    made = issue_order(resolution.committee, order, by=by, resolution=resolution, item=resolution.item)
    if any(known.work_order_id == made.id for known in evaluation.adjustments):
        return made  # its form was sent twice
    _link(evaluation, f"Neuer Auftrag {made.number}", by=by, work_order_id=made.id)
    return made


def _demand_too_little(evaluation: Evaluation) -> None:
    db.session.execute(sa.select(Evaluation.id).where(Evaluation.id == evaluation.id).with_for_update())
    db.session.refresh(evaluation, ["state", "results", "adjustments"])
    if evaluation.result is None or evaluation.result.effect is Effect.EFFECTIVE:
        raise DomainError("Nachgesteuert wird, wenn die Wirkung fehlt oder nur teilweise da ist.")


def _link(evaluation: Evaluation, text: str, *, by: User, **link: Any) -> None:
    evaluation.adjustments.append(Adjustment(by_id=by.id, function=COORDINATION, **link))
    evaluation.events.append(
        EvaluationEvent(kind=EvaluationEventKind.ADJUSTED, text=text, by_id=by.id, function=COORDINATION)
    )
    db.session.flush()
