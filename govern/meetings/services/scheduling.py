"""Put topics of the store on agendas: new ones, late ones with consent, and what earlier meetings left over."""

from __future__ import annotations

from collections.abc import Sequence

from govern.db import db
from govern.errors import Conflict, DomainError
from govern.meetings.announced import is_announced
from govern.meetings.mails import topics as mails
from govern.meetings.models import AgendaItem, ItemKind, Meeting, Topic, TopicInput, TopicState
from govern.meetings.queries.concept_submissions import list_open
from govern.meetings.queries.topic_deadlines import TopicDeadline, deadlines_of
from govern.meetings.services import papers
from govern.meetings.services.agenda_order import append_item
from govern.meetings.services.changes import demand_open
from govern.meetings.services.papers import PaperStore
from govern.meetings.services.supplements import note_new_item
from govern.meetings.services.topics import consent_to_late
from govern.people.models import User

FREE = (TopicState.PROPOSED, TopicState.ACCEPTED, TopicState.SCHEDULED)
"""States in which a topic may come on an agenda."""


def take_topics(
    meeting: Meeting, chosen: Sequence[Topic], *, store: PaperStore, by: User, late_note: str = ""
) -> list[AgendaItem]:
    """Put topics of the store on the agenda, with their papers; one topic may be on several agendas.

    Their authors are told, on a frozen agenda only when the supplement is sent: until then it may still be taken back.

    A topic that came after the deadline needs ``late_note``: who agreed that it is still treated, and why (E-18).
    """
    demand_open(meeting)
    deadline = deadlines_of([meeting])[0]
    for topic in chosen:
        _demand_free(meeting, topic)
        _demand_in_time(topic, deadline, late_note)
    return [_take(meeting, topic, deadline, store=store, by=by, late_note=late_note) for topic in chosen]


def _demand_free(meeting: Meeting, topic: Topic) -> None:
    if topic.state not in FREE:
        raise Conflict(f"„{topic.title}“ ist inzwischen im Stand „{topic.state.label}“.")
    if topic.committee_id != meeting.committee_id:
        raise DomainError(f"„{topic.title}“ liegt bei einem anderen Gremium.")
    if any(item.meeting_id == meeting.id for item in topic.items):
        raise Conflict(f"„{topic.title}“ steht schon auf dieser Tagesordnung.")


def _demand_in_time(topic: Topic, deadline: TopicDeadline, late_note: str) -> None:
    if not deadline.is_late(topic):
        return
    if deadline.refuses_late:
        source = f" ({deadline.admission.source})" if deadline.admission.source else ""
        raise DomainError(
            f"„{topic.title}“ kam nach der Frist, und dringliche Punkte sind nicht zugelassen{source}. "
            "Setzen Sie es auf die Tagesordnung einer späteren Sitzung.",
            field="late_note",
        )
    if not late_note.strip():
        raise DomainError(
            f"„{topic.title}“ kam nach der Frist: Bitte angeben, wer zugestimmt hat und warum es nicht warten kann.",
            field="late_note",
        )


def _take(
    meeting: Meeting, topic: Topic, deadline: TopicDeadline, *, store: PaperStore, by: User, late_note: str
) -> AgendaItem:
    is_late = deadline.is_late(topic)
    predecessor_id = _carried_on(topic)
    before = db.session.get(AgendaItem, predecessor_id) if predecessor_id is not None else None
    proposal = before.proposed_resolution if before is not None and topic.is_carried_over else ""
    if not proposal and _wishes_a_wording(topic):
        proposal = topic.wished_outcome
    item = AgendaItem(
        meeting=meeting,
        topic=topic,
        predecessor_id=predecessor_id,
        title=topic.title,
        kind=topic.wished_kind,
        is_public=topic.is_public,
        planned_minutes=topic.planned_minutes,
        description=_words_of(topic, proposal),
        proposed_resolution=proposal,
        rapporteur_seat=topic.proposed_for_seat,
        consent_note=late_note.strip() if is_late else None,
    )
    db.session.add(item)
    topic.state, topic.state_reason = TopicState.SCHEDULED, None
    append_item(meeting, item, by=by)
    note_new_item(meeting, item, by=by)
    if is_late:
        consent_to_late(topic, late_note.strip(), by=by)
    _bring_papers(topic, before if topic.is_carried_over else None, item, store=store, by=by)
    if is_announced(item):
        mails.tell_scheduled(topic, meeting, by=by)
    return item


def _wishes_a_wording(topic: Topic) -> bool:
    # Of a submitted draft and of a matter brought in for a decision the wish is the proposed resolution.
    if topic.input_kind is TopicInput.BUNDLED_GAPS:
        return topic.wished_kind is ItemKind.DECISION
    return topic.input_kind is TopicInput.CONCEPT_VERSION and bool(list_open([topic.id]))


def _carried_on(topic: Topic) -> int | None:
    # The item of an earlier meeting of the committee that it carries on.
    if topic.is_carried_over:
        return topic.from_item_id
    return max((item.id for item in topic.items if item.meeting.is_closed), default=None)


def _bring_papers(topic: Topic, before: AgendaItem | None, item: AgendaItem, *, store: PaperStore, by: User) -> None:
    # What lay before the earlier meeting comes along; papers of the topic that were copied there do not come twice.
    # A draft and its Synopse come from the topic alone: there they were renewed when the draft was changed.
    known = set()
    if before is not None:
        shown = {p.concept_version_id for p in topic.papers if p.concept_version_id is not None}
        renewed = {(p.file_name, p.size) for p in before.papers if p.concept_version_id in shown}
        known = {(p.file_name, p.size) for p in before.papers} - renewed
        papers.copy_papers(before, item, store=store, by=by, but=renewed)
    papers.copy_papers(topic, item, store=store, by=by, but=known)


def _words_of(topic: Topic, proposal: str) -> str:
    is_said = topic.wished_outcome.strip() == proposal.strip()
    wish = f"**Gewünschtes Ergebnis:** {topic.wished_outcome}" if topic.wished_outcome and not is_said else ""
    return "\n\n".join(part for part in (topic.purpose, wish) if part)
