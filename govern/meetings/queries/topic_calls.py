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
from govern.formats import date_short, local, timespan
from govern.meetings.models import Meeting, TopicCall
from govern.meetings.words import Words
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
    """Subject and text of a call: the meeting, the deadlines the committee has, and where to bring a topic."""
    day = local(meeting.starts_at).date()
    topics, papers = topics_due(procedure, day), papers_due(procedure, day)
    paragraphs = [
        "Guten Tag,",
        f"die nächste Sitzung wird vorbereitet: {meeting.full_name}, {timespan(meeting.starts_at, meeting.ends_at)}.",
        "Was soll dort beraten oder beschlossen werden? Bitte schlagen Sie Ihre Themen "
        + (f"bis {date_short(topics)} vor, am einfachsten hier:\n{link}" if topics else f"hier vor:\n{link}"),
        f"Unterlagen zu den Themen brauchen wir bis {date_short(papers)}. "
        "Sie lassen sich gleich mit dem Vorschlag hochladen."
        if papers
        else "Unterlagen lassen sich gleich mit dem Vorschlag hochladen.",
        "Was daraus wird, lesen Sie am Thema; über die Entscheidung bekommen Sie eine Mail.",
        "Mit freundlichen Grüßen\nIhre Geschäftsführung",
    ]
    until = f" (bis {date_short(topics)})" if topics else ""
    return Words(f"Themen gesucht{until}: {meeting.full_name}", "\n\n".join(paragraphs))
