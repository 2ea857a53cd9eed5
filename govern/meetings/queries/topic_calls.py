"""Read calls for topics, and what a new one would say."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from govern.committees.deadlines import papers_due, topics_due
from govern.committees.models import ListMail
from govern.committees.procedures import Procedure
from govern.db import db
from govern.formats import local
from govern.meetings.models import Meeting, TextKind, TopicCall
from govern.meetings.queries.heads import chair_of, place_of
from govern.meetings.queries.invitations import mail_text_of
from govern.meetings.words import Words, fill, values_of, values_of_call, words_of
from govern.people.models import User


def calls_of(meeting: Meeting) -> Sequence[TopicCall]:
    """The calls for topics of a meeting, the latest first; one statement."""
    return db.session.scalars(
        sa.select(TopicCall)
        .where(TopicCall.meeting_id == meeting.id)
        .options(joinedload(TopicCall.list_mail).joinedload(ListMail.sent_by).joinedload(User.person))
        .order_by(TopicCall.id.desc())
    ).all()


def last_called(meeting: Meeting) -> date | None:
    """The day of the latest call for topics of a meeting; None before the first. One statement."""
    at = db.session.scalar(
        sa.select(sa.func.max(ListMail.sent_at))
        .join(TopicCall, TopicCall.list_mail_id == ListMail.id)
        .where(TopicCall.meeting_id == meeting.id)
    )
    return local(at).date() if at is not None else None


def proposed_words(meeting: Meeting, procedure: Procedure, link: str) -> Words:
    """Subject and text of a call, in the committee's own words where it has some; one statement.

    With the meeting, the deadlines the committee has, and where to bring a topic.
    """
    day = local(meeting.starts_at).date()
    words = words_of(TextKind.TOPIC_CALL, mail_text_of(meeting.committee_id, TextKind.TOPIC_CALL))
    values = values_of(meeting, place=place_of(meeting), chair=chair_of(meeting))
    values |= values_of_call(topics_due(procedure, day), papers_due(procedure, day), link)
    return Words(fill(words.subject, values), fill(words.text, values))
