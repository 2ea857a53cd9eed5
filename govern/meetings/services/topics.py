"""Bring topics, decide on them, and put them on agendas (C3)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from govern import files
from govern.committees.models import Committee, Seat
from govern.db import SENT_TWICE, db, now
from govern.errors import Conflict, DomainError
from govern.meetings.mails import topics as mails
from govern.meetings.models import AgendaItem, ItemKind, ItemResult, PaperKind, Topic, TopicInput, TopicState
from govern.meetings.services import papers
from govern.meetings.services.changes import STALE
from govern.meetings.services.concept_outcomes import withdraw_with
from govern.meetings.services.concept_publicity import demand_not_public
from govern.meetings.services.papers import PaperStore, Upload
from govern.people.models import User

OPEN_STATES = (TopicState.PROPOSED, TopicState.ACCEPTED, TopicState.RETURNED)


def propose_topic(
    committee: Committee,
    *,
    by: User,
    title: str,
    purpose: str,
    wished_outcome: str,
    input_kind: TopicInput,
    wished_kind: ItemKind,
    planned_minutes: int | None,
    is_public: bool,
) -> Topic:
    """Bring a topic for ``committee``; it waits until the office decides."""
    if committee.is_over:
        raise DomainError("Dieses Gremium ist abgeschlossen und nimmt keine Themen mehr an.")
    topic = Topic(
        committee=committee,
        title=title.strip(),
        purpose=purpose.strip(),
        wished_outcome=wished_outcome.strip(),
        input_kind=input_kind,
        wished_kind=wished_kind,
        planned_minutes=planned_minutes,
        is_public=is_public,
        proposed_by=by,
        proposed_for_seat_id=_own_seat(committee, by),
    )
    db.session.add(topic)
    db.session.flush()
    return topic


def send_topic(
    committee: Committee, uploads: Sequence[Upload], *, paper_kind: PaperKind | None, store: PaperStore, by: User,
    **facts: Any,
) -> Topic:  # fmt: skip
    """Bring a topic with its papers, as :func:`propose_topic`; a form sent twice is one topic.

    Another choice, another word or another file makes another topic.
    """
    papers.check_uploads(uploads, store)
    db.session.execute(sa.select(User.id).where(User.id == by.id).with_for_update(key_share=True))
    said = {name: value.strip() if isinstance(value, str) else value for name, value in facts.items()}
    just_sent = sa.select(Topic).where(
        Topic.committee_id == committee.id, Topic.proposed_by_id == by.id, Topic.state == TopicState.PROPOSED,
        Topic.created_at >= now() - SENT_TWICE,
        *(getattr(Topic, name).is_not_distinct_from(value) for name, value in said.items()),
    ).order_by(Topic.id)  # fmt: skip
    sent = sorted(files.digest(upload.data) for upload in uploads)
    for topic in db.session.scalars(just_sent).all():
        kinds = {paper.kind for paper in topic.papers}
        if sorted(paper.sha256 for paper in topic.papers) == sent and kinds <= {paper_kind or kind for kind in kinds}:
            return topic
    topic = propose_topic(committee, by=by, **facts)
    papers.add_papers(topic, uploads, kind=paper_kind, store=store, by=by)
    return topic


def update_topic(
    topic: Topic,
    *,
    by: User,
    version: int | None,
    title: str,
    purpose: str,
    wished_outcome: str,
    input_kind: TopicInput,
    wished_kind: ItemKind,
    planned_minutes: int | None,
    is_public: bool,
) -> None:
    """Change a topic; one that was returned waits again. Raises Conflict when somebody saved in the meantime."""
    if version is not None and version != topic.version:
        raise Conflict(STALE)
    demand_not_public(topic.id, is_public=is_public)
    topic.title, topic.purpose, topic.wished_outcome = title.strip(), purpose.strip(), wished_outcome.strip()
    topic.input_kind, topic.wished_kind = input_kind, wished_kind
    topic.planned_minutes, topic.is_public = planned_minutes, is_public
    if topic.state is TopicState.RETURNED and topic.proposed_by_id == by.id:
        topic.state, topic.state_reason = TopicState.PROPOSED, None
    db.session.flush()


def accept_topic(topic: Topic, *, by: User) -> None:
    """Take a topic into the store, ready for an agenda; its author is told."""
    _demand(topic, TopicState.PROPOSED, TopicState.RETURNED)
    topic.state, topic.state_reason = TopicState.ACCEPTED, None
    db.session.flush()
    mails.tell_accepted(topic, by=by)


def return_topic(topic: Topic, *, by: User, reason: str) -> None:
    """Give a topic back to its proposer, who is told and reads the reason."""
    _demand(topic, TopicState.PROPOSED, TopicState.ACCEPTED)
    if not reason.strip():
        raise DomainError("Bitte begründen: Wer das Thema vorgeschlagen hat, liest es.", field="reason")
    topic.state, topic.state_reason = TopicState.RETURNED, reason.strip()
    db.session.flush()
    mails.tell_returned(topic, by=by)


def move_topic(topic: Topic, committee: Committee, *, by: User, reason: str) -> None:
    """Hand a topic to another committee, whose office decides anew; its author is told."""
    _demand(topic, TopicState.PROPOSED, TopicState.ACCEPTED)
    if committee.id == topic.committee_id:
        raise DomainError("Das Thema liegt schon bei diesem Gremium.", field="committee_id")
    if committee.is_over:
        raise DomainError("Dieses Gremium ist abgeschlossen und nimmt keine Themen mehr an.", field="committee_id")
    topic.moved_from, topic.committee = topic.committee, committee
    topic.state, topic.state_reason = TopicState.PROPOSED, reason.strip() or None
    db.session.flush()
    mails.tell_moved(topic, by=by)


def consent_to_late(topic: Topic, note: str, *, by: User) -> None:
    """Record who agreed, and why, that ``topic`` comes on an agenda although its deadline had passed (E-18)."""
    topic.late_consent_at, topic.late_consent_by, topic.late_consent_note = now(), by, note
    db.session.flush()


def hand_up(item: AgendaItem, committee: Committee, *, store: PaperStore, by: User) -> Topic:
    """Make the result of a working group a topic of ``committee``, with its papers; done twice it is one topic (C6)."""
    if not item.meeting.is_closed:
        raise DomainError("Erst wenn die Sitzung geschlossen ist, steht ein Ergebnis fest.")
    if committee.id == item.meeting.committee_id:
        raise DomainError("Der Punkt gehört schon zu diesem Gremium.")
    known = db.session.scalars(
        sa.select(Topic).where(
            Topic.from_item_id == item.id,
            Topic.committee_id == committee.id,
            Topic.from_committee_id == item.meeting.committee_id,
        )
    ).first()
    if known is not None:
        return known
    resolutions = [r.text for r in item.resolutions if r.is_adopted and r.cancelled_at is None]
    topic = Topic(
        committee=committee,
        title=item.title,
        purpose="\n\n".join(part for part in (item.minutes_text, *(f"> {text}" for text in resolutions)) if part)
        or item.description,
        input_kind=TopicInput.WORKING_GROUP_RESULT,
        wished_kind=item.kind,
        is_public=item.is_public,
        proposed_by=by,
        from_committee_id=item.meeting.committee_id,
        from_item_id=item.id,
    )
    db.session.add(topic)
    db.session.flush()
    papers.copy_papers(item, topic, store=store, by=by)
    return topic


def withdraw_topic(topic: Topic, *, by: User) -> None:
    """The proposer, or the office, takes a topic back before it is on an agenda."""
    _demand(topic, *OPEN_STATES)
    topic.state = TopicState.WITHDRAWN
    withdraw_with(topic)
    db.session.flush()


def give_back(items: Iterable[AgendaItem]) -> None:
    """Topics of ``items`` that leave an agenda undone go back to the store, unless another meeting has them."""
    leaving = list(items)
    ids = {item.id for item in leaving}
    for item in leaving:
        topic = item.topic
        if topic is None or topic.state is not TopicState.SCHEDULED:
            continue
        if not any(_holds(other) for other in topic.items if other.id not in ids):
            topic.state = TopicState.ACCEPTED
            if item.result is ItemResult.WITHDRAWN:
                topic.from_item_id = item.id


def take_again(items: Iterable[AgendaItem]) -> None:
    """Items that come back from the trash take their topics again, where those are still free."""
    for item in items:
        if item.topic is None:
            continue
        if item.topic.state is TopicState.ACCEPTED:
            item.topic.state = TopicState.SCHEDULED
        elif item.topic.state is not TopicState.SCHEDULED:
            item.topic = None


def _own_seat(committee: Committee, by: User) -> int | None:
    # The seat somebody speaks for, where there is no doubt about it.
    own = sorted(by.standing.holder_seats or by.standing.deputy_seats)
    found = db.session.scalars(sa.select(Seat.id).where(Seat.committee_id == committee.id, Seat.id.in_(own))).all()
    return found[0] if len(found) == 1 else None


def is_on_another_agenda(item: AgendaItem) -> bool:
    """True if the topic of ``item`` waits on the agenda of another meeting as well."""
    others = item.topic.items if item.topic is not None else []
    return any(_holds(other) for other in others if other.id != item.id and not other.meeting.is_closed)


def _holds(item: AgendaItem) -> bool:
    meeting = item.meeting
    return meeting.deleted_at is None and not meeting.is_cancelled and item.result not in (
        ItemResult.POSTPONED, ItemResult.WITHDRAWN,
    )  # fmt: skip


def _demand(topic: Topic, *states: TopicState) -> None:
    if topic.state not in states:
        raise Conflict(f"Das Thema ist inzwischen im Stand „{topic.state.label}“; das geht jetzt nicht mehr.")
