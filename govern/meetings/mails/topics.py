"""Mails to those who brought a topic: what became of it. A confidential topic is never named in a mail."""

from __future__ import annotations

from flask import current_app

from govern import mail
from govern.formats import date_text
from govern.meetings.models import Meeting, Topic
from govern.people.mails import sender
from govern.people.models import User
from govern.web import absolute_url


def tell_accepted(topic: Topic, *, by: User) -> None:
    """The office took the topic into the store."""
    _tell(topic, "angenommen", "mail/topic_accepted.txt", by=by)


def tell_returned(topic: Topic, *, by: User) -> None:
    """The office gave it back, with a reason."""
    _tell(topic, "zurückgegeben", "mail/topic_returned.txt", by=by)


def tell_moved(topic: Topic, *, by: User) -> None:
    """It went to another committee."""
    _tell(topic, "an ein anderes Gremium gegeben", "mail/topic_moved.txt", by=by)


def tell_scheduled(topic: Topic, meeting: Meeting, *, by: User) -> None:
    """It stands on the agenda of ``meeting``, or is meant for it while that is not published."""
    what = "auf der Tagesordnung" if meeting.published_at is not None else "für eine Sitzung vorgesehen"
    _tell(topic, what, "mail/topic_scheduled.txt", by=by, meeting=meeting)


def _tell(topic: Topic, what: str, template: str, *, by: User, **values: object) -> None:
    author = topic.proposed_by
    if author is None or author.id == by.id or author.is_locked:
        return
    name, address = sender(author.body)
    called = f"„{topic.title}“" if topic.is_public else f"vom {date_text(topic.created_at)}"
    mail.queue(
        body_id=author.body_id,
        to_address=author.email,
        to_name=author.person.name if author.person else None,
        from_address=address,
        from_name=name,
        subject=f"Ihr Thema {called}: {what}",
        text=mail.compose(
            template, user=author, sender=name, topic=topic, called=called,
            link=absolute_url(f"/themen/{topic.id}"), **values,
        ),
        host=current_app.config["SETTINGS"].host,
    )  # fmt: skip
