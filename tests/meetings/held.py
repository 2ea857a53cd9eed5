"""A meeting held to its end, an item with its resolution, and closing, for tests of what comes of them."""

from __future__ import annotations

from datetime import timedelta

from govern.committees.models import Committee, Voting
from govern.db import db, now
from govern.meetings.models import AgendaItem, ItemKind, ItemResult, Meeting, Resolution, ResolutionOutcome
from govern.meetings.services import attendances, closing, minutes, resolutions
from govern.meetings.services.resolutions import Decision
from govern.people.models import User
from tests.factories import make_committee, make_item, make_mandate, make_meeting, make_seat

AGREED = Decision(text="Wir machen das.", outcome=ResolutionOutcome.CONSENSUS)


def finished_meeting(by: User, committee: Committee | None = None, *, items: int = 1) -> Meeting:
    """A meeting in session with every item noted and everybody present: ready to be closed."""
    committee = committee or make_committee(short_name="LG")
    make_mandate(make_seat(committee, voting=Voting.YES))
    meeting = make_meeting(committee, starts_at=now(), published_at=now())
    for _ in range(items):
        make_item(meeting, kind=ItemKind.DECISION)
    attendances.start_meeting(meeting, by=by)
    attendances.record_everybody(meeting, by=by)
    for item in meeting.items:
        minutes.record_result(item, ItemResult.NOTED, by=by)
    db.session.commit()
    return meeting


def close(meeting: Meeting, by: User) -> None:
    closing.close_meeting(meeting, ended_at=now() + timedelta(hours=1), by=by)
    db.session.commit()


def decide(item: AgendaItem, by: User, vote: Decision = AGREED) -> Resolution:
    item.result = None
    resolution = resolutions.take_resolution(item, vote, by=by)
    db.session.commit()
    return resolution
