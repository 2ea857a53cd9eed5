"""Drafts of concepts before committees: where one may be submitted, where it lies, what was decided on it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import time
from functools import cache

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from govern.committees.models import Committee
from govern.db import db
from govern.documents.contributions import Decision
from govern.documents.models import Concept, ConceptFiling, ConceptVersion
from govern.documents.policies_concepts import can_view_version
from govern.formats import at, local, partial_date, today
from govern.meetings.contributions import ItemSection, Line
from govern.meetings.models import (
    AgendaItem,
    ConceptSubmission,
    Meeting,
    MeetingState,
    Resolution,
    SubmissionOutcome,
    Topic,
    TopicState,
)
from govern.meetings.policies import (
    can_view_item,
    can_view_resolution,
    can_view_topic,
    planning_committees,
    resolutions_viewable_by,
)
from govern.meetings.queries.topic_deadlines import deadlines_of
from govern.meetings.queries.topics import committees_for_topics
from govern.people.models import User


@dataclass(frozen=True)
class Place:
    """Where a draft may be submitted: a committee, and a meeting of it that can still take it."""

    committee: Committee
    meeting: Meeting | None = None

    @property
    def key(self) -> str:
        """As a form sends it."""
        return f"s{self.meeting.id}" if self.meeting is not None else f"g{self.committee.id}"


@dataclass(frozen=True)
class Shown:
    """A submission as its reader may know it: what may not be seen is None."""

    submission: ConceptSubmission
    topic: Topic | None
    items: Sequence[AgendaItem]
    resolution: Resolution | None

    @property
    def is_seen(self) -> bool:
        """True if the reader may see any of it."""
        return self.topic is not None or bool(self.items) or self.resolution is not None


_WITH_CONCEPT = joinedload(ConceptSubmission.version).joinedload(ConceptVersion.concept)


def list_places(user: User, concept: Concept) -> list[Place]:
    """Committees for which ``user`` may bring topics, those of the concept first, each after its coming meetings.

    Meetings of today or later that have not begun, of which the user keeps the agenda, to which nobody is invited yet
    and whose deadline for topics is not over: elsewhere the draft waits in the topic store, and what comes late follows
    the rules for late topics.
    """
    filed = {filing.committee_id: filing.is_responsible for filing in concept.filings}
    committees = sorted(committees_for_topics(user), key=lambda c: (not filed.get(c.id, False), c.id not in filed))
    found = db.session.scalars(
        sa.select(Meeting)
        .join(Meeting.committee)
        .where(
            planning_committees(user),
            Meeting.committee_id.in_([c.id for c in committees]),
            Meeting.state.in_([MeetingState.PREPARING, MeetingState.PUBLISHED]),
            Meeting.invited_at.is_(None),
            Meeting.deleted_at.is_(None),
            Meeting.starts_at >= at(today(), time.min),
        )
        .options(joinedload(Meeting.moves), joinedload(Meeting.committee))
        .order_by(Meeting.starts_at, Meeting.id)
    )
    meetings = [d.meeting for d in deadlines_of(found.unique().all()) if not d.is_over]
    return [
        place
        for committee in committees
        for place in (*(Place(committee, m) for m in meetings if m.committee_id == committee.id), Place(committee))
    ]


def find_open(version: ConceptVersion) -> ConceptSubmission | None:
    """The submission of a draft that is not decided yet."""
    return db.session.scalars(
        sa.select(ConceptSubmission)
        .where(ConceptSubmission.version_id == version.id, ConceptSubmission.outcome.is_(None))
        .options(joinedload(ConceptSubmission.topic))
    ).one_or_none()


def list_open(topic_ids: Collection[int]) -> Sequence[ConceptSubmission]:
    """Submissions without an outcome that these topics carry."""
    return db.session.scalars(
        sa.select(ConceptSubmission)
        .where(ConceptSubmission.topic_id.in_(sorted(topic_ids)), ConceptSubmission.outcome.is_(None))
        .options(_WITH_CONCEPT, joinedload(ConceptSubmission.topic))
        .order_by(ConceptSubmission.id)
    ).all()


def find_of_topic(user: User, topic_id: int | None) -> ConceptSubmission | None:
    """The submission that a topic carries, if ``user`` may read the draft; one statement."""
    if topic_id is None:
        return None
    found = db.session.scalars(
        sa.select(ConceptSubmission)
        .where(ConceptSubmission.topic_id == topic_id)
        .options(_WITH_CONCEPT.joinedload(Concept.filings))
    ).unique().one_or_none()  # fmt: skip
    return found if found is not None and can_view_version(user, found.version) else None


def list_shown(user: User, version: ConceptVersion) -> list[Shown]:
    """Before which committees a version lay, the newest first, with what ``user`` may see of it; one statement."""
    rows = db.session.scalars(_of_version(), {"version": version.id})
    return [_shown(user, row) for row in rows.unique()]


@cache
def _of_version() -> sa.Select[ConceptSubmission]:
    return (
        sa.select(ConceptSubmission)
        .where(ConceptSubmission.version_id == sa.bindparam("version", type_=sa.Integer))
        .options(
            joinedload(ConceptSubmission.topic).joinedload(Topic.committee),
            joinedload(ConceptSubmission.topic)
            .joinedload(Topic.items)
            .joinedload(AgendaItem.meeting)
            .joinedload(Meeting.committee),
            joinedload(ConceptSubmission.resolution).joinedload(Resolution.item).joinedload(AgendaItem.meeting),
        )
        .order_by(ConceptSubmission.id.desc())
    )


def _shown(user: User, row: ConceptSubmission) -> Shown:
    resolution = row.resolution
    return Shown(
        row, row.topic if can_view_topic(user, row.topic) else None,
        [item for item in row.topic.items if item.meeting.deleted_at is None and can_view_item(user, item)],
        resolution if resolution is not None and can_view_resolution(user, resolution) else None,
    )  # fmt: skip


def list_choices(user: User, submission: ConceptSubmission) -> list[Resolution]:
    """Resolutions of the item at which a draft was decided, for whoever says which of them counts."""
    return list(
        db.session.scalars(
            sa.select(Resolution)
            .outerjoin(Resolution.item)
            .outerjoin(AgendaItem.meeting)
            .where(Resolution.item_id == submission.item_id, Resolution.cancelled_at.is_(None))
            .where(resolutions_viewable_by(user))
            .order_by(Resolution.id)
        )
    )


def list_circulars(user: User, submission: ConceptSubmission) -> list[Resolution]:
    """Resolutions that the committee took in a circular since the draft lies before it."""
    if submission.item_id is not None or submission.topic.state not in (TopicState.PROPOSED, TopicState.ACCEPTED):
        return []
    since = local(submission.submitted_at).date()
    return list(
        db.session.scalars(
            sa.select(Resolution)
            .outerjoin(Resolution.item)
            .outerjoin(AgendaItem.meeting)
            .where(
                Resolution.item_id.is_(None), Resolution.sequence_number.is_not(None),
                Resolution.committee_id == submission.topic.committee_id, Resolution.resolved_on >= since,
                Resolution.cancelled_at.is_(None), resolutions_viewable_by(user),
            )
            .order_by(Resolution.id.desc())
        )
    )  # fmt: skip


def decisions(user: User, versions: Sequence[ConceptVersion]) -> dict[int, Decision]:
    """Version id → the resolution that decided on it last, as far as ``user`` may read it; one statement."""
    rows = db.session.execute(
        sa.select(ConceptSubmission.version_id, ConceptSubmission.outcome, Resolution)
        .join(ConceptSubmission.resolution)
        .outerjoin(Resolution.item)
        .outerjoin(AgendaItem.meeting)
        .where(
            ConceptSubmission.version_id.in_([version.id for version in versions]),
            ConceptSubmission.outcome.is_not(None),
            resolutions_viewable_by(user),
        )
        .order_by(ConceptSubmission.id)
    )
    undecided = {version.id for version in versions if version.result is None}
    found = {}
    for version_id, outcome, resolution in rows:
        # Submitted again after a rejection, a version has no result; what was decided before needs its word.
        before = "abgelehnt" if outcome is SubmissionOutcome.REJECTED and version_id in undecided else ""
        found[version_id] = Decision(
            f"Beschluss {resolution.number}" if resolution.number else "Beschluss",
            f"/beschluesse/{resolution.id}", "aufgehoben" if resolution.cancelled_at is not None else before,
        )  # fmt: skip
    return found


def concept_lines(user: User, resolution: Resolution) -> list[ItemSection]:
    """The version of a concept that a resolution adopted or rejected, if ``user`` may read it; one statement."""
    rows = db.session.scalars(
        sa.select(ConceptSubmission)
        .where(ConceptSubmission.resolution_id == resolution.id)
        .options(_WITH_CONCEPT.selectinload(Concept.filings).joinedload(ConceptFiling.committee))
        .order_by(ConceptSubmission.id)
    ).all()
    lines = tuple(_line(row) for row in rows if can_view_version(user, row.version))
    return [ItemSection("Konzept", lines)] if lines else []


def _line(row: ConceptSubmission) -> Line:
    version = row.version
    facts = [version.state.label]
    if row.outcome is SubmissionOutcome.ADOPTED and version.in_force_from:
        facts.append(f"in Kraft ab {partial_date(version.in_force_from)}")
    return Line(f"{version.concept.title}: {version.label}", " · ".join(facts), f"/fassungen/{version.id}")
