"""What a closing meeting leaves undone stays: it waits in a topic store, linked to the item it comes from."""

from __future__ import annotations

from collections.abc import Sequence

from govern.db import db
from govern.errors import DomainError
from govern.meetings.models import AgendaItem, ItemResult, Meeting, Topic, TopicState
from govern.meetings.queries.minutes import list_items
from govern.meetings.services import phases
from govern.meetings.services.topics import is_on_another_agenda
from govern.people.models import User

NOT_REACHED = "nicht erreicht"
"""The note on items that were postponed in one go because time ran out."""

TOPIC_AFTERWARDS = {
    ItemResult.DECIDED: TopicState.DONE,
    ItemResult.REJECTED: TopicState.DONE,
    ItemResult.NOTED: TopicState.DONE,
    ItemResult.REFERRED: TopicState.DONE,
    ItemResult.WITHDRAWN: TopicState.WITHDRAWN,
}
"""What becomes of the topic behind an item; a postponed one goes back to the store."""


def postpone_rest(meeting: Meeting, *, by: User) -> Sequence[AgendaItem]:
    """Postpone every item that has no result yet as „nicht erreicht"; returns them."""
    phases.require_in_session(meeting)
    rest = [item for item in list_items(meeting) if item.result is None]
    if not rest:
        raise DomainError("Jeder Punkt hat schon ein Ergebnis.")
    for item in rest:
        item.result, item.result_note = ItemResult.POSTPONED, NOT_REACHED
    db.session.flush()
    return rest


def carry_over(item: AgendaItem, *, by: User) -> None:
    """Nothing vanishes: what was postponed waits in the topic store, what was referred in the other committee's.

    Items that every agenda gets again by itself need no topic.
    """
    assert item.result is not None  # noqa: S101 - closing was refused otherwise
    if item.result is ItemResult.POSTPONED:
        if item.topic is None and (item.standing_item_id is not None or item.purpose is not None):
            return
        if item.topic is None:
            item.topic = _new_topic(item, item.meeting.committee_id, TopicState.ACCEPTED, by)
        elif is_on_another_agenda(item):
            return
        item.topic.state, item.topic.from_item_id = TopicState.ACCEPTED, item.id
        item.topic.is_public = item.topic.is_public and item.is_public  # what became confidential stays so
        item.topic.from_committee_id = item.topic.moved_from_id = None
        item.topic.state_reason = f"{item.result_note or 'vertagt'} in: {item.meeting.name}"
        return
    # A topic that went back to the store, or waits on another agenda too, is not done.
    if item.topic is not None and item.topic.state is TopicState.SCHEDULED and not is_on_another_agenda(item):
        item.topic.state = TOPIC_AFTERWARDS[item.result]
    if item.result is ItemResult.REFERRED and item.referred_to_id is not None:
        topic = _new_topic(item, item.referred_to_id, TopicState.PROPOSED, by)
        topic.moved_from_id = item.meeting.committee_id
        topic.from_item_id = item.id
        topic.state_reason = f"verwiesen von: {item.meeting.committee.name}, {item.meeting.name}"
        db.session.add(topic)


def _new_topic(item: AgendaItem, committee_id: int, state: TopicState, by: User) -> Topic:
    return Topic(
        committee_id=committee_id,
        title=item.title,
        purpose=item.description,
        wished_outcome=item.proposed_resolution,
        wished_kind=item.kind,
        planned_minutes=item.planned_minutes,
        is_public=item.is_public,
        state=state,
        proposed_by_id=by.id,
    )
