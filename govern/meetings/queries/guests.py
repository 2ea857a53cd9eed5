"""Read guests by their personal link."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from govern import tokens
from govern.committees.models import CommitteeOfficer, OfficerRole
from govern.db import db, now
from govern.formats import today
from govern.meetings.models import Meeting, MeetingGuest, Paper
from govern.meetings.queries.agendas import Entry, whole_agenda
from govern.meetings.queries.asked import ASKED
from govern.people.models import Person, Role, User, UserRole


def guest_token(guest: MeetingGuest, key: str) -> str:
    """The token of a guest's personal link."""
    return tokens.sign("guest", guest.nonce, key)


def find_guest(token: str, key: str) -> MeetingGuest | None:
    """The guest of ``token`` while the invitation stands; None when it is wrong, revoked, expired or was deleted."""
    nonce = tokens.verify("guest", token, key)
    if nonce is None:
        return None
    return (
        db.session.scalars(
            sa.select(MeetingGuest)
            .join(MeetingGuest.meeting)
            .where(
                MeetingGuest.nonce == nonce,
                MeetingGuest.revoked_at.is_(None),
                MeetingGuest.expires_at > now(),
                Meeting.deleted_at.is_(None),
            )
            .options(
                joinedload(MeetingGuest.meeting).joinedload(Meeting.committee),
                joinedload(MeetingGuest.meeting).joinedload(Meeting.place),
                selectinload(MeetingGuest.items),
            )
        )
        .unique()
        .one_or_none()
    )


def is_open(guest: MeetingGuest) -> bool:
    """True while the link of ``guest`` opens the page."""
    return guest.revoked_at is None and guest.expires_at > now()


def entries_of(guest: MeetingGuest) -> list[Entry]:
    """The items a guest is invited to, numbered as on the agenda; nothing else of the agenda.

    What the guest has handed in stands there, too, while the office has not sent it to the members.
    """
    invited = {item.id for item in guest.items}
    entries = [entry for entry in whole_agenda(guest.meeting, with_changes=True).flat if entry.item.id in invited]
    return [replace(entry, papers=tuple(_papers_for(guest, entry))) for entry in entries]


def _papers_for(guest: MeetingGuest, entry: Entry) -> list[Paper]:
    shown = {paper.id for paper in entry.papers}
    return [
        paper for paper in entry.item.papers
        if paper.id in shown or (paper.uploaded_by_guest_id == guest.id and paper.withdrawn_at is None)
    ]  # fmt: skip


def list_guests(meeting: Meeting) -> Sequence[MeetingGuest]:
    """All guests of a meeting with their items, for the circle of its committee; one statement."""
    return db.session.scalars(_guests(), {"meeting_id": meeting.id}).unique().all()


@cache
def _guests() -> sa.Select[MeetingGuest]:
    return (
        sa.select(MeetingGuest)
        .where(MeetingGuest.meeting_id == ASKED.id)
        .options(joinedload(MeetingGuest.items))
        .order_by(MeetingGuest.revoked_at.is_not(None), MeetingGuest.name, MeetingGuest.id)
    )


def office_of(meeting: Meeting) -> Sequence[Person]:
    """Who acts for the office of the committee today and can be written to; else the coordination."""
    day = today()
    officers = db.session.scalars(
        sa.select(Person)
        .join(CommitteeOfficer, CommitteeOfficer.person_id == Person.id)
        .where(
            CommitteeOfficer.committee_id == meeting.committee_id,
            CommitteeOfficer.role == OfficerRole.OFFICE,
            CommitteeOfficer.starts_on <= day,
            sa.or_(CommitteeOfficer.ends_on.is_(None), CommitteeOfficer.ends_on >= day),
            Person.email.is_not(None),
        )
        .order_by(Person.id)
    ).all()
    if officers:
        return officers
    return db.session.scalars(
        sa.select(Person)
        .join(User, User.person_id == Person.id)
        .join(UserRole, UserRole.user_id == User.id)
        .where(
            User.body_id == meeting.committee.body_id,
            UserRole.role == Role.COORDINATOR,
            User.is_locked.is_(False),
            Person.email.is_not(None),
        )
        .order_by(Person.id)
    ).all()
