"""Ask the members of a committee for topics of a coming meeting."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from govern.committees.deadlines import papers_due, topics_due
from govern.committees.models import Committee
from govern.committees.procedures import Procedure
from govern.committees.queries.list_mails import Recipient, fingerprint_of
from govern.committees.services.list_mails import queue_list_mail
from govern.db import db, now
from govern.errors import Conflict
from govern.formats import local
from govern.meetings.models import Meeting, MeetingState, TopicCall
from govern.meetings.queries.topic_calls import calls_of
from govern.meetings.services.changes import demand_open
from govern.people.models import User


def demand_callable(meeting: Meeting) -> None:
    """Raise where it is too late to ask for topics."""
    demand_open(meeting)
    if meeting.state not in (MeetingState.PREPARING, MeetingState.PUBLISHED) or meeting.starts_at <= now():
        raise Conflict("Zu Themen wird vor der Sitzung aufgerufen.")


def shown_to(recipients: Sequence[Recipient], earlier: Sequence[TopicCall]) -> str:
    """What a preview rests on: who would get the mail, and the calls before it. Two clicks send one call."""
    return f"{fingerprint_of(recipients)}_{len(earlier)}"


def send_topic_call(
    meeting: Meeting,
    committees: Sequence[Committee],
    recipients: Sequence[Recipient],
    *,
    subject: str,
    text: str,
    with_deputies: bool,
    procedure: Procedure,
    shown: str,
    sender: tuple[str, str],
    host: str,
    by: User,
) -> TopicCall:
    """Write to the members of all ``committees`` that meet; the mail, its log and the call in one transaction."""
    demand_callable(meeting)
    db.session.execute(sa.select(Meeting.id).where(Meeting.id == meeting.id).with_for_update())
    fingerprint, _, earlier = shown.partition("_")
    if earlier != str(len(calls_of(meeting))):
        raise Conflict(
            "Inzwischen wurde ein Aufruf versandt; er steht unten. Soll noch einer gehen, bitte noch einmal senden."
        )
    sent = queue_list_mail(
        committees, recipients, subject=subject, text=text, with_deputies=with_deputies, to_case_managers=False,
        shown=fingerprint, sender=sender, host=host, by=by,
    )  # fmt: skip
    day = local(meeting.starts_at).date()
    call = TopicCall(
        meeting=meeting, list_mail=sent, topics_until=topics_due(procedure, day),
        papers_until=papers_due(procedure, day), addresses=sum(1 for r in recipients if r.address),
    )  # fmt: skip
    db.session.add(call)
    db.session.flush()
    return call
