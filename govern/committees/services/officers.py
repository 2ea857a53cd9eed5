"""Who chairs a committee and who acts for its office, from a day to a day (A11, A12)."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa

from govern.committees.models import Committee, CommitteeOfficer, OfficerRole
from govern.db import db
from govern.errors import DomainError
from govern.people.models import Person, User


def name_officer(
    committee: Committee, person: Person, *, role: OfficerRole, starts_on: date, ends_on: date | None, by: User
) -> CommitteeOfficer:
    """Name a person who chairs the committee or acts for its office; rights follow and end with it (I8)."""
    if committee.is_over:
        raise DomainError("Dieses Gremium ist beendet.")
    if ends_on is not None and ends_on < starts_on:
        raise DomainError("Das Ende liegt vor dem Beginn.", field="ends_on")
    overlapping = db.session.scalars(
        sa.select(CommitteeOfficer.id).where(
            CommitteeOfficer.committee_id == committee.id,
            CommitteeOfficer.person_id == person.id,
            CommitteeOfficer.role == role,
            sa.true() if ends_on is None else CommitteeOfficer.starts_on <= ends_on,
            sa.or_(CommitteeOfficer.ends_on.is_(None), CommitteeOfficer.ends_on >= starts_on),
        )
    ).first()
    if overlapping is not None:
        raise DomainError(f"{person.name} ist in dieser Zeit schon eingetragen ({role.label}).", field="person_id")
    officer = CommitteeOfficer(committee=committee, person=person, role=role, starts_on=starts_on, ends_on=ends_on)
    db.session.add(officer)
    db.session.flush()
    return officer


def end_officer(officer: CommitteeOfficer, *, ends_on: date, by: User) -> None:
    """End the task of a person on a day; one that had not begun is taken back."""
    if ends_on < officer.starts_on:
        raise DomainError("Das Ende liegt vor dem Beginn.", field="ends_on")
    officer.ends_on = ends_on
    db.session.flush()
