"""Read agreements. Lists start from what a person may see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, defer, joinedload, selectinload

from govern import search
from govern.db import count_rows, db
from govern.documents.agreement_coverage import Line, cell_of
from govern.documents.models import (
    OPEN_AGREEMENT_STATES,
    Agreement,
    AgreementKind,
    AgreementParty,
    AgreementReminder,
    AgreementState,
    AgreementVersion,
    Concept,
)
from govern.documents.models.agreements import last_day_sql
from govern.documents.policies_agreements import agreement_texts_viewable_by, agreements_viewable_by, with_party
from govern.documents.policies_concepts import concepts_viewable_by
from govern.people.models import Organisation, Person, Role, User, UserRole

PAGE_SIZE = 50
MOST_ROWS = 5_000
"""So many agreements one file holds."""
MOST_ON_CONCEPT = 200
"""So many agreements the page of a concept names."""
LAST_DAY: sa.ColumnElement[str] = sa.literal_column(last_day_sql("agreement.valid_to"), sa.String())


@dataclass(frozen=True)
class Wanted:
    """What a list is narrowed to."""

    text: str = ""
    kind: AgreementKind | None = None
    state: AgreementState | None = None
    party_id: int | None = None
    ends_until: date | None = None
    """In force or signed, and ending up to this day."""

    @property
    def is_narrowed(self) -> bool:
        """True if anything is left out."""
        return self != Wanted()


def list_agreements(user: User, wanted: Wanted, *, page: int = 1) -> tuple[Sequence[Agreement], int]:
    """One page of the agreements ``user`` may see, by title, and how many there are in all."""
    rules = _rules(user, wanted)
    total = count_rows(sa.select(Agreement.id).where(*rules), seen=page * PAGE_SIZE)
    rows = db.session.scalars(_in_lists().where(*rules).limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE))
    return rows.all(), total


def list_for_file(user: User, wanted: Wanted) -> Sequence[Agreement]:
    """All the agreements of a narrowed list, for a file."""
    return db.session.scalars(_in_lists().where(*_rules(user, wanted)).limit(MOST_ROWS)).all()


def list_of_organisation(user: User, organisation_id: int, *, most: int) -> tuple[Sequence[Agreement], bool]:
    """The first agreements of an institution and its offices, those that still hold first; whether there is more.

    One statement: the parties are not loaded.
    """
    found = db.session.scalars(
        sa.select(Agreement)
        .where(agreements_viewable_by(user), with_party(organisation_id))
        .order_by(Agreement.state.not_in(OPEN_AGREEMENT_STATES), Agreement.sort_title, Agreement.id)
        .limit(most + 1)
    ).all()
    return found[:most], len(found) > most


def list_of_concept(user: User, concept_id: int) -> Sequence[Agreement]:
    """The agreements that rest on a concept, those that still hold first; their parties are not loaded."""
    return db.session.scalars(
        sa.select(Agreement)
        .where(agreements_viewable_by(user), Agreement.concept_id == concept_id)
        .order_by(Agreement.state.not_in(OPEN_AGREEMENT_STATES), Agreement.sort_title, Agreement.id)
        .limit(MOST_ON_CONCEPT)
    ).all()


def list_parties(user: User) -> list[tuple[int, str]]:
    """Id and name of the institutions that take part in an agreement ``user`` may see, by name."""
    ids = sa.select(AgreementParty.organisation_id).join(AgreementParty.agreement).where(agreements_viewable_by(user))
    rows = db.session.execute(
        sa.select(Organisation.id, Organisation.name)
        .where(Organisation.id.in_(ids))
        .order_by(Organisation.sort_name, Organisation.id)
        .limit(500)
    )
    return [(identity, name) for identity, name in rows]


WITH_PARTIES = (selectinload(Agreement.parties).joinedload(AgreementParty.organisation),)
"""What the rules ask of one agreement."""
WHOLE = (
    *WITH_PARTIES, joinedload(Agreement.responsible), joinedload(Agreement.responsible_person),
    joinedload(Agreement.concept).selectinload(Concept.filings),
    selectinload(Agreement.steps), selectinload(Agreement.reviews),
)  # fmt: skip
"""What the page of an agreement shows, but for its texts."""
OF_TEXT = (joinedload(AgreementVersion.agreement).selectinload(Agreement.parties)
           .joinedload(AgreementParty.organisation),)  # fmt: skip
"""What the rules ask of one version of a text."""


def list_texts(user: User, agreement: Agreement) -> Sequence[AgreementVersion]:
    """The versions of its text that ``user`` may read, the newest first; their words are not loaded."""
    return db.session.scalars(
        sa.select(AgreementVersion)
        .where(agreement_texts_viewable_by(user, agreement))
        .options(defer(AgreementVersion.text))
        .order_by(AgreementVersion.number.desc())
    ).all()


def list_concept_choices(user: User) -> list[tuple[int, str]]:
    """Id and title of the concepts an agreement may rest on."""
    rows = db.session.execute(
        sa.select(Concept.id, Concept.title)
        .where(concepts_viewable_by(user))
        .order_by(Concept.sort_title, Concept.id)
        .limit(500)
    )
    return [(identity, title) for identity, title in rows]


# --- which municipality, which carrier has none -----------------------------------------------------------------------
CARRIERS = (
    "welfare_association", "counselling_service", "education_provider", "adult_education", "youth_agency",
    "migrant_organisation",
)  # fmt: skip
"""Kinds of institution that carry offers (Träger)."""


def coverage(*, carriers: bool) -> list[Line]:
    """All municipalities, or all carriers, with their agreements; for the coordination, who may see everything."""
    is_asked = (
        sa.and_(Organisation.kind.in_(CARRIERS), Organisation.is_municipality.is_(False),
                Organisation.is_collective.is_(False))
        if carriers
        else Organisation.is_municipality
    )  # fmt: skip
    organisations = db.session.scalars(
        sa.select(Organisation)
        .where(is_asked, Organisation.ended_on.is_(None))
        .order_by(Organisation.sort_name, Organisation.id)
        .limit(1_000)
    ).all()
    office = aliased(Organisation)
    rows = db.session.execute(
        sa.select(office.id, office.parent_id, Agreement)
        .join(AgreementParty, AgreementParty.organisation_id == office.id)
        .join(Agreement, Agreement.id == AgreementParty.agreement_id)
        .order_by(Agreement.id)
    ).all()
    found: dict[tuple[int, AgreementKind], dict[int, Agreement]] = {}
    for identity, parent_id, agreement in rows:
        for owner in {identity, parent_id or identity}:
            found.setdefault((owner, agreement.kind), {})[agreement.id] = agreement
    return [
        Line(one, {kind: cell_of(found.get((one.id, kind), {}).values()) for kind in AgreementKind})
        for one in organisations
    ]


# --- what is due ------------------------------------------------------------------------------------------------------
def list_looked_after() -> Sequence[Agreement]:
    """Agreements somebody may have to be reminded of, with whom that is; for the daily job."""
    return db.session.scalars(
        sa.select(Agreement)
        .where(Agreement.state.in_(OPEN_AGREEMENT_STATES))
        .where(sa.or_(Agreement.review_on.is_not(None), Agreement.valid_to.is_not(None)))
        .options(
            joinedload(Agreement.body), joinedload(Agreement.responsible),
            joinedload(Agreement.responsible_person).joinedload(Person.user),
        )
        .order_by(Agreement.id)
    ).all()  # fmt: skip


def list_reminders() -> Sequence[AgreementReminder]:
    """What went out about agreements that are looked after."""
    return db.session.scalars(
        sa.select(AgreementReminder)
        .join(AgreementReminder.agreement)
        .where(Agreement.state.in_(OPEN_AGREEMENT_STATES))
        .order_by(AgreementReminder.id)
    ).all()


def list_turning(day: date) -> Sequence[Agreement]:
    """Signed agreements whose term has begun, and those in force whose last day is over."""
    begins = sa.and_(Agreement.state == AgreementState.SIGNED, Agreement.valid_from <= day.isoformat())
    ended = sa.and_(Agreement.state.in_((AgreementState.SIGNED, AgreementState.IN_FORCE)), day.isoformat() > LAST_DAY)
    return db.session.scalars(sa.select(Agreement).where(sa.or_(begins, ended)).order_by(Agreement.id)).all()


def list_own_days(user: User) -> Sequence[Agreement]:
    """Agreements whose review or end stands in the calendar of ``user``: the person responsible, the coordination."""
    own = Agreement.responsible_person_id == user.person_id if user.person_id is not None else sa.false()
    return db.session.scalars(
        sa.select(Agreement)
        .where(Agreement.state.in_(OPEN_AGREEMENT_STATES), sa.true() if user.is_coordinator else own)
        .where(sa.or_(Agreement.review_on.is_not(None), Agreement.valid_to.is_not(None)))
        .order_by(Agreement.id)
    ).all()


def waiting_agreements(user: User, until: Any, most: int) -> list[sa.Select[*tuple[Any, ...]]]:
    """Reviews due and terms that end up to a day, for the overview; ``until`` is a parameter of a kept statement."""
    near = sa.and_(
        Agreement.state.in_(OPEN_AGREEMENT_STATES),
        sa.true() if user.is_coordinator else Agreement.responsible_person_id == (user.person_id or 0),
    )
    holds = Agreement.state.in_((AgreementState.SIGNED, AgreementState.IN_FORCE))
    kind = sa.type_coerce(Agreement.kind, sa.String)
    reviewed = (
        sa.select(sa.literal("agreement_review").label("kind"), Agreement.id, kind, Agreement.title,
                  Agreement.review_on)
        .where(near, Agreement.review_on <= until)
        .order_by(Agreement.review_on, Agreement.id)
        .limit(most)
    )  # fmt: skip
    ending = (
        sa.select(sa.literal("agreement_end").label("kind"), Agreement.id, Agreement.valid_to, Agreement.title,
                  sa.cast(sa.null(), sa.Date))
        .where(near, holds, sa.cast(until, sa.String) >= LAST_DAY)
        .order_by(LAST_DAY, Agreement.id)
        .limit(most)
    )  # fmt: skip
    return [reviewed, ending]


def reminder_addresses(agreement: Agreement) -> list[tuple[str, str | None]]:
    """Who is reminded: the person responsible, else the mailbox of the responsible office, else the coordination.

    Who has left, may no longer sign in, or was dissolved is responsible no more.
    """
    person, office = agreement.responsible_person, agreement.responsible
    if person is not None and person.ended_on is None and not (person.user is not None and person.user.is_locked):
        account = person.user.email if person.user is not None else None
        if address := person.email or account:
            return [(address, person.name)]
    if office is not None and office.ended_on is None and office.email:
        return [(office.email, office.name)]
    accounts = db.session.scalars(
        sa.select(User.email)
        .join(UserRole, UserRole.user_id == User.id)
        .where(User.body_id == agreement.body_id, UserRole.role == Role.COORDINATOR, User.is_locked.is_(False))
        .order_by(User.id)
    )
    return [(address, None) for address in dict.fromkeys(accounts)]


def _in_lists() -> sa.Select[Agreement]:
    return sa.select(Agreement).options(*WITH_PARTIES).order_by(Agreement.sort_title, Agreement.id)


def _rules(user: User, wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    rules = [agreements_viewable_by(user)]
    if wanted.text.strip():
        rules.append(search.found_in(Agreement, wanted.text))
    if wanted.kind is not None:
        rules.append(Agreement.kind == wanted.kind)
    if wanted.state is not None:
        rules.append(Agreement.state == wanted.state)
    if wanted.party_id is not None:
        rules.append(with_party(wanted.party_id))
    if wanted.ends_until is not None:
        rules += [Agreement.state.in_((AgreementState.SIGNED, AgreementState.IN_FORCE)),
                  wanted.ends_until.isoformat() >= LAST_DAY]  # fmt: skip
    return rules
