"""Read what projector and phones show while a meeting runs, and whether anything of it changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from govern.audit import AuditEntry
from govern.db import db, now
from govern.meetings.models import (
    AgendaItem,
    Ballot,
    Meeting,
    MeetingState,
    Resolution,
    RollEntry,
    Vote,
    VoteMode,
)
from govern.meetings.policies import can_view_item, can_view_resolution
from govern.meetings.queries.agendas import item_parts, rapporteur_of
from govern.meetings.queries.attendances import list_attendances
from govern.meetings.queries.minutes import item_numbers
from govern.meetings.queries.rolls import rolls_now
from govern.meetings.votes import moment_of, outcome_text
from govern.people.models import User

WITH_COMMITTEES = (joinedload(Meeting.committee), joinedload(Meeting.joint_committees))
"""What the pages of the room load along with the meeting."""


@dataclass(frozen=True, kw_only=True)
class RoomView:
    """What is going on, as one person may see it."""

    version: str
    item: AgendaItem | None = None
    number: str = ""
    is_hidden: bool = False
    """The item called up is confidential and not for this reader or screen."""
    shows_confidential: bool = False
    rapporteur: str | None = None
    resolutions: Sequence[Resolution] = ()
    sentences: Sequence[str] = ()
    own_votes: Sequence[Vote] = ()
    """Open secret votes in which the reader has a ballot left."""
    has_cast: bool = False
    ballots: Sequence[Ballot] = field(default_factory=lambda: list(Ballot))

    @property
    def announcement(self) -> str:
        """What a screen reader says when something changed."""
        if self.is_hidden:
            return f"TOP {self.number}: nicht öffentlicher Punkt"
        if self.item is None:
            return ""
        results = [outcome_text(r) for r in self.resolutions]
        return ". ".join([f"TOP {self.number}: {self.item.title}", *results])


def room_version(meeting: Meeting) -> str:
    """Another one as soon as anything recorded about the meeting changed; one statement.

    Changes leave an entry in the audit trail; ballots and which item is called up leave none.
    """
    entries = sa.select(sa.func.count(), sa.func.max(AuditEntry.id)).where(
        AuditEntry.root_kind == Meeting.__tablename__, AuditEntry.root_id == meeting.id
    )
    cast = (
        sa.select(sa.func.count(RollEntry.id))
        .join(RollEntry.vote)
        .join(Vote.resolution)
        .join(Resolution.item)
        .where(AgendaItem.meeting_id == meeting.id, RollEntry.has_voted)
    )
    number, last, ballots = db.session.execute(entries.add_columns(cast.scalar_subquery())).one()
    return f"{number}-{last or 0}-{ballots}-{meeting.called_item_id or 0}"


def room_view(meeting: Meeting, user: User, *, on_screen: bool, with_confidential: bool = False) -> RoomView:
    """What the room sees of ``meeting``; a screen shows confidential items only on demand."""
    version = room_version(meeting)
    if meeting.called_item_id is None or meeting.state is not MeetingState.IN_SESSION:
        return RoomView(version=version, shows_confidential=with_confidential)
    item, number = _called(meeting)
    may_see = can_view_item(user, item) and (item.is_public or with_confidential or not on_screen)
    if not may_see:
        return RoomView(version=version, number=number, is_hidden=True)
    resolutions = [r for r in _resolutions(item) if can_view_resolution(user, r)]
    mine = [] if on_screen else [
        (vote, entry) for r in resolutions for vote in r.votes
        if vote.mode is VoteMode.SECRET and vote.closed_at is None
        for entry in vote.roll
        if entry.may_vote and user.person_id is not None and entry.attendance.person_id == user.person_id
    ]  # fmt: skip
    rolls = rolls_now(meeting, item, moment_of(item, now()), list_attendances(meeting))
    is_joint = len(meeting.committees) > 1
    return RoomView(
        version=version, item=item, number=number, shows_confidential=with_confidential, resolutions=resolutions,
        rapporteur=rapporteur_of(item),
        sentences=[
            f"{c.short_name or c.name}: {rolls[c.id].sentence}" if is_joint else rolls[c.id].sentence
            for c in meeting.committees
        ],
        own_votes=list(dict.fromkeys(vote for vote, entry in mine if not entry.has_voted)),
        has_cast=any(entry.has_voted for _vote, entry in mine),
    )  # fmt: skip


def _called(meeting: Meeting) -> tuple[AgendaItem, str]:
    items = (
        db.session.scalars(sa.select(AgendaItem).where(AgendaItem.meeting_id == meeting.id).options(*item_parts()))
        .unique()
        .all()
    )
    item = next(i for i in items if i.id == meeting.called_item_id)
    return item, item_numbers(items)[item.id]


def _resolutions(item: AgendaItem) -> Sequence[Resolution]:
    return (
        db.session.scalars(
            sa.select(Resolution)
            .where(Resolution.item_id == item.id, Resolution.cancelled_at.is_(None))
            .options(
                joinedload(Resolution.votes).selectinload(Vote.roll).joinedload(RollEntry.attendance),
                selectinload(Resolution.item),
            )
            .order_by(Resolution.id)
        )
        .unique()
        .all()
    )
