"""What meetings do once a day without being asked."""

from __future__ import annotations

from datetime import date

from flask import current_app

from govern.config import Settings
from govern.meetings.queries.invitations import meetings_to_remind, standing_invitations
from govern.meetings.services.dispatches import Post, remind


def remind_unanswered(day: date) -> None:
    """Remind, once for each meeting, those who have not answered, where the committee has set so many days before."""
    settings: Settings = current_app.config["SETTINGS"]
    for meeting in meetings_to_remind(day):
        post = Post(
            body=meeting.committee.body, host=settings.host, base_url=settings.base_url, key=settings.secret_key
        )  # fmt: skip
        if standing_invitations(meeting, unanswered=True):
            remind(meeting, post=post, by=None)
