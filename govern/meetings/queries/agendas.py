"""Read the agenda of a meeting as a person may see it: numbers, clock times, rapporteurs, papers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.strategy_options import _AbstractLoad

from govern.committees.models import Seat
from govern.db import db, kept
from govern.documents.models import ConceptVersion
from govern.meetings.agenda_content import Agenda, Entry, build_agenda, rapporteur_of
from govern.meetings.announced import announced
from govern.meetings.models import AgendaChange, AgendaItem, Meeting, MeetingGuest, Paper
from govern.meetings.policies import can_prepare, in_circle, items_viewable_by
from govern.meetings.queries.asked import ASKED, values_of
from govern.people.models import Organisation, Person, User

__all__ = [
    "NAME",
    "WITH_MEETING",
    "Agenda",
    "Entry",
    "agenda_of",
    "build_agenda",
    "item_parts",
    "next_position",
    "public_agenda",
    "rapporteur_names",
    "rapporteur_of",
    "visible_items",
    "whole_agenda",
]


def agenda_of(meeting: Meeting, user: User) -> Agenda:
    """The agenda of ``meeting`` as ``user`` may see it; one statement, two for those outside the circle."""
    visible: Sequence[AgendaItem] = db.session.scalars(_of_meeting(user), values_of(meeting)).unique().all()
    times: Sequence[AgendaItem] = visible if in_circle(user, meeting) else _times_of(meeting)
    return build_agenda(meeting, visible, times, with_drafts=can_prepare(user, meeting))


def whole_agenda(meeting: Meeting, *, with_changes: bool = False) -> Agenda:
    """Every item, confidential ones too: for services that give each reader the part to be read; one statement.

    Items and papers of a supplement that was not sent yet are left out. ``with_changes`` loads what supplements say.
    """
    more = [joinedload(AgendaItem.changes).joinedload(AgendaChange.supplement)] if with_changes else []
    items = (
        db.session.scalars(
            sa.select(AgendaItem)
            .where(AgendaItem.meeting_id == meeting.id, announced(AgendaItem))
            .options(*item_parts(), *more)
            .order_by(AgendaItem.position, AgendaItem.id)
        )
        .unique()
        .all()
    )
    return build_agenda(meeting, items)


def public_agenda(meeting: Meeting) -> Agenda:
    """The public items with the clock times of the whole agenda: for those who are invited and not signed in."""
    whole = whole_agenda(meeting, with_changes=True)
    return build_agenda(meeting, [item for item in whole.items if item.is_public], whole.items)


@kept
def _of_meeting(user: User) -> sa.Select[AgendaItem]:
    # The meeting itself is there already: it need not come along with each item.
    return visible_items(user).where(AgendaItem.meeting_id == ASKED.id).order_by(AgendaItem.position, AgendaItem.id)


def visible_items(user: User) -> sa.Select[AgendaItem]:
    """Items ``user`` may see, with papers, rapporteurs and changes loaded; call `.unique()` on the answer."""
    return (
        sa.select(AgendaItem)
        .join(AgendaItem.meeting)
        .where(items_viewable_by(user))
        .options(
            joinedload(AgendaItem.changes).joinedload(AgendaChange.supplement),
            *item_parts(),
        )
    )


NAME = (Person.title, Person.given_name, Person.family_name)
"""What the name of a person is put together from."""


def rapporteur_names() -> list[_AbstractLoad]:
    """Who reports on an item, names only: the columns would be read with every item, also where nobody is named."""
    return [
        joinedload(AgendaItem.rapporteur_seat)
        .load_only(Seat.function)
        .joinedload(Seat.organisations)
        .load_only(Organisation.name),
        joinedload(AgendaItem.rapporteur_person).load_only(*NAME),
        joinedload(AgendaItem.rapporteur_guest).load_only(MeetingGuest.name),
    ]


def item_parts() -> list[_AbstractLoad]:
    """What the page shows of an item, in the same statement."""
    return [
        *rapporteur_names(),
        joinedload(AgendaItem.papers).options(
            joinedload(Paper.supplement),
            joinedload(Paper.concept_version).load_only(ConceptVersion.state, ConceptVersion.label),
        ),
    ]


WITH_MEETING = (joinedload(AgendaItem.meeting).joinedload(Meeting.committee),)
"""What the page of an item loads along with it, besides its agenda."""


def next_position(items: Iterable[AgendaItem]) -> int:
    """The position after the last of ``items``."""
    return max((item.position for item in items), default=0) + 1


def _times_of(meeting: Meeting) -> Sequence[AgendaItem]:
    # Only what a clock time needs; what the items say is not read.
    rows = db.session.execute(
        sa.select(
            AgendaItem.id,
            AgendaItem.parent_id,
            AgendaItem.position,
            AgendaItem.is_public,
            AgendaItem.planned_minutes,
        ).where(AgendaItem.meeting_id == meeting.id, announced(AgendaItem))
    )
    return rows.all()  # type: ignore[return-value]
