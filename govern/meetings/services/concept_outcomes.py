"""What a committee decided on a draft of a concept: the resolution sets the version in force, or it stays a draft."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from govern.db import db
from govern.documents.models import AdoptionResult, VersionState
from govern.documents.queries.synopses import print_of
from govern.documents.services import versions
from govern.errors import DomainError
from govern.formats import local, today
from govern.meetings.models import (
    AgendaItem,
    ConceptSubmission,
    ItemResult,
    Resolution,
    ResolutionOutcome,
    SubmissionOutcome,
    Topic,
    TopicInput,
    TopicState,
)
from govern.meetings.queries.concept_submissions import list_open
from govern.meetings.services import papers
from govern.meetings.services.papers import PaperStore
from govern.people.models import User


def settle_submissions(items: Sequence[AgendaItem], *, store: PaperStore | None, by: User) -> None:
    """Take over what a closing meeting decided on the drafts before it, after its topics were carried over.

    What was postponed stays submitted with its topic. Where it is not plain what was decided (other
    words than proposed, a text changed after it was submitted, or not at rest, a confidential resolution on a concept
    that others read), nothing happens by itself: the coordination says what counts.
    """
    by_topic = {item.topic_id: item for item in items if item.topic_id is not None}
    for submission in list_open(by_topic.keys()) if by_topic else []:
        _settle(submission, by_topic[submission.topic_id], store, by)
    db.session.flush()


def _settle(submission: ConceptSubmission, item: AgendaItem, store: PaperStore | None, by: User) -> None:
    if item.result in (ItemResult.DECIDED, ItemResult.REJECTED):
        submission.item_id = item.id
        resolution = _deciding(item)
        if resolution is not None and _is_plain(submission, resolution):
            take_over(submission, resolution, by=by)
    elif item.result is ItemResult.REFERRED:
        _end(submission, SubmissionOutcome.REFERRED, item)
        _follow(submission, item, store, by)
    elif item.result is ItemResult.NOTED:
        _end(submission, SubmissionOutcome.NOTED, item)
        _back_to_draft(submission)
    elif item.result is ItemResult.WITHDRAWN and submission.topic.state is TopicState.WITHDRAWN:
        _end(submission, SubmissionOutcome.WITHDRAWN, item)
        _back_to_draft(submission)


def take_over(submission: ConceptSubmission, resolution: Resolution, *, by: User) -> None:
    """The version becomes what ``resolution`` says: in force with result and proviso, or a draft again.

    Later corrections of the resolution do not change the version. One that was decided on by hand stays as it is.
    """
    if submission.outcome is not None:
        raise DomainError("Was beschlossen wurde, ist schon übernommen.")
    if resolution.item_id != submission.item_id:
        raise DomainError("Dieser Beschluss gehört zu einem anderen Punkt.", field="resolution")
    _demand_own(submission, resolution)
    version = submission.version
    if version.is_open:
        versions.adopt(version, {
            "adopted_committee_id": resolution.committee_id, "adopted_by": None,
            "adopted_on": resolution.resolved_on.isoformat(), "result": _result_of(resolution),
            "proviso": resolution.proviso,
            "in_force_from": submission.in_force_from.isoformat() if submission.in_force_from else None,
        }, by=by)  # fmt: skip
    submission.resolution_id, submission.decided_on = resolution.id, resolution.resolved_on
    submission.outcome = SubmissionOutcome.ADOPTED if resolution.is_adopted else SubmissionOutcome.REJECTED
    db.session.flush()


def _demand_own(submission: ConceptSubmission, resolution: Resolution) -> None:
    """Without an item it was decided in a circular of the same committee: the topic is dealt with by that."""
    if resolution.item_id is not None:
        return
    topic = submission.topic
    if resolution.committee_id != topic.committee_id:
        raise DomainError("Diesen Beschluss hat ein anderes Gremium gefasst.", field="resolution")
    if topic.state not in (TopicState.PROPOSED, TopicState.ACCEPTED):
        raise DomainError("Der Entwurf steht auf einer Tagesordnung; dort wird über ihn entschieden.")
    if submission.version.state is VersionState.DRAFT:
        raise DomainError("Am Entwurf wird wieder geschrieben. Erneuern Sie zuerst die Synopse, damit feststeht, über "
                          "welchen Text entschieden wurde.")  # fmt: skip
    topic.state, topic.state_reason = TopicState.DONE, f"im Umlauf entschieden: {resolution.number}"


def take_none(submission: ConceptSubmission, *, by: User) -> None:
    """None of the resolutions decides on the draft: it can be written on."""
    if submission.outcome is not None or submission.item is None:
        raise DomainError("Was beschlossen wurde, ist schon übernommen.")
    _end(submission, SubmissionOutcome.NOTED, submission.item)
    _back_to_draft(submission)
    db.session.flush()


def withdraw_with(topic: Topic) -> None:
    """A topic is taken back before it is on an agenda; so is the draft it carries."""
    for submission in list_open([topic.id]):
        submission.outcome, submission.decided_on = SubmissionOutcome.WITHDRAWN, today()
        _back_to_draft(submission)


def _deciding(item: AgendaItem) -> Resolution | None:
    # The one that says what was proposed: other words may mean another text, a later day, or no decision at all.
    found = [r for r in item.resolutions if r.cancelled_at is None]
    found = [r for r in found if r.text.split() == item.proposed_resolution.split()]
    return found[0] if len(found) == 1 else None


def _is_plain(submission: ConceptSubmission, resolution: Resolution) -> bool:
    version = submission.version
    if not version.is_open:  # decided by hand meanwhile: only the link is added
        return True
    if not resolution.is_public and not version.concept.is_confidential:
        return False
    if versions.is_consulted(version) or versions.texts_wait(version):  # nothing can be decided on it yet
        return False
    return not resolution.is_adopted or submission.text_print == print_of(version)


def _result_of(resolution: Resolution) -> AdoptionResult:
    if not resolution.is_adopted:
        return AdoptionResult.REJECTED
    if resolution.outcome is ResolutionOutcome.CONSENSUS:
        return AdoptionResult.AGREED
    is_unanimous = resolution.outcome is ResolutionOutcome.UNANIMOUS or (
        resolution.outcome is ResolutionOutcome.COUNTED and not (resolution.votes_no or resolution.votes_abstain)
    )
    return AdoptionResult.UNANIMOUS if is_unanimous else AdoptionResult.ADOPTED


def _end(submission: ConceptSubmission, outcome: SubmissionOutcome, item: AgendaItem) -> None:
    submission.item_id = item.id
    submission.outcome, submission.decided_on = outcome, local(item.meeting.starts_at).date()
    db.session.flush()


def _back_to_draft(submission: ConceptSubmission) -> None:
    if submission.version.is_open:
        versions.reopen(submission.version)


def _follow(submission: ConceptSubmission, item: AgendaItem, store: PaperStore | None, by: User) -> None:
    # Where the item was referred to a committee kept here, the draft lies before that one now, with its papers.
    topic = db.session.scalars(
        sa.select(Topic)
        .where(Topic.from_item_id == item.id, Topic.committee_id == item.referred_to_id)
        .order_by(Topic.id.desc())
    ).first()
    if topic is not None:
        topic.input_kind = TopicInput.CONCEPT_VERSION
        if store is not None:
            papers.copy_papers(submission.topic, topic, store=store, by=by)
        db.session.add(
            ConceptSubmission(
                version_id=submission.version_id, topic_id=topic.id, in_force_from=submission.in_force_from,
                submitted_by_id=submission.submitted_by_id,
                text_print=submission.text_print if store is not None else None,
            )
        )  # fmt: skip
