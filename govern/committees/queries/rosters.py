"""What the template of the table of persons offers to choose from."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from govern.committees.models import Committee, Seat
from govern.committees.rosters.templates import RosterChoices
from govern.db import db
from govern.people.models import Organisation


def list_roster_choices() -> RosterChoices:
    """Organisations, committees and seats that have not ended, by name."""
    organisations = db.session.scalars(
        sa.select(Organisation.name).where(Organisation.ended_on.is_(None)).order_by(Organisation.sort_name)
    ).all()
    committees = db.session.scalars(
        sa.select(Committee)
        .where(Committee.ended_on.is_(None))
        .order_by(Committee.sort_name)
        .options(selectinload(Committee.seats).selectinload(Seat.organisations))
    ).all()
    seats = [seat.label for committee in committees for seat in committee.seats if seat.ends_on is None]
    return RosterChoices(
        organisations=tuple(dict.fromkeys(organisations)),
        committees=tuple(dict.fromkeys(committee.name for committee in committees)),
        seats=tuple(dict.fromkeys(seats)),
    )
