"""Register a local body, take it in as a committee, or say why not (A6)."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from govern.actions.mails import local_bodies as mails
from govern.actions.models import LocalBodyRegistration, RegistrationState
from govern.actions.queries.order_mailboxes import coordination_mailboxes, organisation_mailboxes
from govern.committees.contributions import KnownResolution
from govern.committees.models import Committee, CommitteeKind, CommitteeStatus, Level
from govern.committees.services.committees import create_committee
from govern.committees.services.seats import add_seat
from govern.db import db, now, sort_key
from govern.errors import Conflict, DomainError
from govern.people.models import Organisation, User

KINDS = (
    CommitteeKind.ROUND_TABLE, CommitteeKind.WORKING_CIRCLE, CommitteeKind.WORKING_GROUP, CommitteeKind.NETWORK,
    CommitteeKind.INTEGRATION_COUNCIL, CommitteeKind.CONFERENCE,
)  # fmt: skip
"""What a local body may be."""


@dataclass(frozen=True, kw_only=True)
class LocalBody:
    """What a municipality tells."""

    name: str
    kind: CommitteeKind
    is_existing: bool
    purpose: str
    since: str = ""
    members: str = ""
    chair_function: str = ""
    cadence: str = ""


def register_local_body(municipality: Organisation, wanted: LocalBody, *, by: User) -> LocalBodyRegistration:
    """Tell the coordination of a local body; the same one does not wait twice."""
    if not municipality.is_municipality or municipality.ended_on is not None:
        raise DomainError("Örtliche Gremien melden Kommunen an.", field="municipality_id")
    db.session.execute(sa.select(Organisation.id).where(Organisation.id == municipality.id).with_for_update())
    _demand_new(municipality, wanted.name)
    registration = LocalBodyRegistration(
        municipality=municipality, name=wanted.name, kind=wanted.kind, is_existing=wanted.is_existing,
        since=wanted.since, purpose=wanted.purpose, members=wanted.members, chair_function=wanted.chair_function,
        cadence=wanted.cadence, function=by.function_label, registered_by_id=by.id,
    )  # fmt: skip
    db.session.add(registration)
    db.session.flush()
    mails.tell_registered(registration, by.body, coordination_mailboxes(by.body_id))
    return registration


def accept(
    registration: LocalBodyRegistration, answer: str, *, parent: Committee | None, resolution: KnownResolution | None,
    by: User,
) -> Committee:  # fmt: skip
    """Take a local body in: a committee with a seat of the municipality, which names its representatives itself."""
    _lock(registration)
    town = registration.municipality
    committee = create_committee(by.body, _facts(registration), parent=parent, resolution=resolution, by=by)
    add_seat(committee, {"function": "Vertretung der Kommune", "organisations": [town]}, by=by)
    _decide(registration, RegistrationState.ACCEPTED, answer, by=by, committee=committee)
    return committee


def decline(registration: LocalBodyRegistration, answer: str, *, by: User) -> None:
    """Say why a local body is not taken in."""
    _lock(registration)
    if not answer.strip():
        raise DomainError("Bitte schreiben Sie der Kommune, warum nicht.", field="answer")
    _decide(registration, RegistrationState.DECLINED, answer, by=by)


def _facts(registration: LocalBodyRegistration) -> dict[str, object]:
    town = registration.municipality
    # „Runder Tisch" may be what several municipalities call theirs: the second one is told apart by its town.
    is_taken = db.session.scalars(_named(town, registration.name)).first() is not None
    return {
        "name": f"{registration.name} ({town.name})" if is_taken else registration.name,
        "kind": registration.kind, "level": Level.CASE, "purpose": registration.purpose,
        "status": CommitteeStatus.ACTIVE if registration.is_existing else CommitteeStatus.BEING_SET_UP,
        "chair_function": registration.chair_function or None, "cadence_text": registration.cadence or None,
        "founding_event": registration.since or None, "office_organisation_id": town.id,
        "opening_reason": f"Von {town.name} angemeldet: {registration.wish}.",
        "note": f"Dabei, laut Anmeldung: {registration.members}" if registration.members else None,
    }  # fmt: skip


def _decide(
    registration: LocalBodyRegistration, state: RegistrationState, answer: str, *, by: User,
    committee: Committee | None = None,
) -> None:  # fmt: skip
    registration.state, registration.answer = state, answer.strip()
    registration.decided_at, registration.decided_by_id = now(), by.id
    registration.committee_id = committee.id if committee is not None else None
    db.session.flush()
    mails.tell_decided(registration, by.body, organisation_mailboxes(registration.municipality))


def _lock(registration: LocalBodyRegistration) -> None:
    table = LocalBodyRegistration
    db.session.execute(sa.select(table.id).where(table.id == registration.id).with_for_update())
    db.session.refresh(registration, ["state"])
    if not registration.is_waiting:
        raise Conflict("Über diese Anmeldung ist inzwischen entschieden.")


def _demand_new(municipality: Organisation, name: str) -> None:
    waiting = sa.select(LocalBodyRegistration.name).where(
        LocalBodyRegistration.municipality_id == municipality.id,
        LocalBodyRegistration.state == RegistrationState.WAITING,
    )
    if sort_key(name) in {sort_key(each) for each in db.session.scalars(waiting)}:
        raise DomainError("Dieses Gremium ist schon angemeldet und wartet auf die Koordination.", field="name")
    found = db.session.scalars(_named(municipality, name).where(~_is_of_another(municipality))).first()
    if found is not None:
        raise DomainError(f"„{found}“ steht schon unter „Gremien“.", field="name")


def _named(municipality: Organisation, name: str) -> sa.Select[str]:
    """The committees of the body that bear a name today."""
    return (
        sa.select(Committee.name)
        .where(Committee.body_id == municipality.body_id, Committee.sort_name == sort_key(name),
               Committee.ended_on.is_(None))
        .order_by(Committee.id)
    )  # fmt: skip


def _is_of_another(municipality: Organisation) -> sa.ColumnElement[bool]:
    """True for a local body of another municipality: it was registered by that one, or is kept by it."""
    registered = sa.exists().where(
        LocalBodyRegistration.committee_id == Committee.id, LocalBodyRegistration.municipality_id != municipality.id
    )
    kept = sa.exists().where(
        Organisation.id == Committee.office_organisation_id, Organisation.is_municipality,
        Organisation.id != municipality.id,
    )  # fmt: skip
    return sa.or_(registered, kept)
