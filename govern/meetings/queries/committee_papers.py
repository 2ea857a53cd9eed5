"""Read all papers of a committee: those of its meetings and of its circular resolutions (I3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload

from govern import search
from govern.db import count_rows, db
from govern.meetings.models import AgendaItem, CircularResolution, Meeting, Paper
from govern.meetings.policies import items_viewable_by
from govern.meetings.policies_minutes import circulars_viewable_by
from govern.meetings.policies_papers import papers_announced_to
from govern.meetings.queries.joint import belongs_to
from govern.people.models import User

PAGE = 50


@dataclass(frozen=True)
class PapersOfEvent:
    """The papers of one meeting or of one circular resolution that stand on a page."""

    papers: Sequence[Paper]

    @property
    def meeting(self) -> Meeting | None:
        """The meeting they were laid before; None for those of a circular resolution."""
        return self.papers[0].item.meeting if self.papers[0].item else None

    @property
    def circular(self) -> CircularResolution | None:
        """The circular resolution they belong to."""
        return self.papers[0].circular_resolution


@dataclass(frozen=True)
class PaperPage:
    """One page of the papers of a committee, the latest meeting first."""

    events: Sequence[PapersOfEvent]
    total: int
    number: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE))


def list_committee_papers(user: User, committee_id: int, *, text: str = "", number: int = 1) -> PaperPage:
    """Papers of the meetings and circular resolutions of a committee, as far as ``user`` may read them.

    ``text`` looks in titles and names of papers and in the items they belong to. Papers that were taken back are not
    listed for anybody; they stand at their meeting.
    """
    found = sa.union_all(_of_meetings(user, committee_id, text), _of_circulars(user, committee_id, text)).subquery()
    total = count_rows(sa.select(found.c.id), seen=number * PAGE)
    papers = db.session.scalars(
        sa.select(Paper)
        .join(found, found.c.id == Paper.id)
        .outerjoin(Paper.item)
        .options(
            contains_eager(Paper.item).joinedload(AgendaItem.meeting).joinedload(Meeting.committee),
            joinedload(Paper.circular_resolution),
            joinedload(Paper.supplement),
        )
        .order_by(
            found.c.at.desc(), AgendaItem.meeting_id, Paper.circular_resolution_id, AgendaItem.position,
            AgendaItem.id, Paper.position, Paper.id,
        )
        .limit(PAGE)
        .offset((number - 1) * PAGE)
    ).all()  # fmt: skip
    events = [PapersOfEvent(list(group)) for _, group in groupby(papers, key=_event_of)]
    return PaperPage(events, total, number)


def _of_meetings(user: User, committee_id: int, text: str) -> sa.Select[int, datetime]:
    statement = (
        sa.select(Paper.id, Meeting.starts_at.label("at"))
        .join(Paper.item)
        .join(AgendaItem.meeting)
        .where(
            belongs_to([committee_id]),
            Meeting.deleted_at.is_(None),
            Paper.withdrawn_at.is_(None),
            items_viewable_by(user),
            papers_announced_to(user),
        )
    )
    if not text.strip():
        return statement
    return statement.where(sa.or_(search.found_in(Paper, text), search.found_in(AgendaItem, text)))


def _of_circulars(user: User, committee_id: int, text: str) -> sa.Select[int, datetime]:
    sent = sa.func.coalesce(CircularResolution.starts_at, CircularResolution.created_at)
    statement = (
        sa.select(Paper.id, sa.type_coerce(sent, CircularResolution.created_at.type).label("at"))
        .join(Paper.circular_resolution)
        .where(
            CircularResolution.committee_id == committee_id,
            Paper.withdrawn_at.is_(None),
            circulars_viewable_by(user),
        )
    )
    return statement.where(search.found_in(Paper, text)) if text.strip() else statement


def _event_of(paper: Paper) -> tuple[int | None, int | None]:
    return (paper.item.meeting_id if paper.item else None, paper.circular_resolution_id)
