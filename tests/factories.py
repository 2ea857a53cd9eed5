"""Rows for tests: plain functions that fill in what a test does not care about, and commit."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import count
from typing import Any, TypeVar

from govern.actions.models import (
    Evaluation,
    Frequency,
    GapKind,
    GapReport,
    Matter,
    ReportEvent,
    ReportEventKind,
    ReportSource,
    ReportState,
    ReportText,
    WorkOrder,
    WorkOrderState,
)
from govern.committees.models import (
    Committee,
    CommitteeKind,
    CommitteeOfficer,
    CommitteeStatus,
    Level,
    Mandate,
    MandateKind,
    OfficerRole,
    ProcedureRule,
    RuleKind,
    RuleState,
    Seat,
    SeatGroup,
)
from govern.db import db, now
from govern.meetings.models import (
    AgendaItem,
    ItemKind,
    Meeting,
    MeetingGuest,
    Place,
    Resolution,
    ResolutionOutcome,
    Topic,
)
from govern.people.models import Body, BodyKind, Organisation, Person, PersonFunction, Role, User, UserRole
from govern.people.queries.accounts import find_body
from govern.people.services.sessions import hash_password

PASSWORD = "ein langes Passwort für Tests"
FIRST_DAY = date(2020, 1, 1)
_numbers = count(1)
_T = TypeVar("_T")


def make(row: _T) -> _T:
    """Add ``row`` and commit."""
    db.session.add(row)
    db.session.commit()
    return row


def make_body(**values: Any) -> Body:
    """The one body of the test database, made on first use."""
    found = find_body()
    if found is not None:
        return found
    defaults: dict[str, Any] = {"key": "muster", "name": "Kreis Muster", "short_name": "Muster",
                                "kind": BodyKind.COUNTY}  # fmt: skip
    return make(Body(**{**defaults, **values}))


def make_organisation(**values: Any) -> Organisation:
    defaults = {"body_id": make_body().id, "name": f"Amt {next(_numbers)}", "kind": "kreis_unit"}
    return make(Organisation(**{**defaults, **values}))


def make_municipality(**values: Any) -> Organisation:
    defaults = {"name": f"Stadt {next(_numbers)}", "kind": "municipality", "is_municipality": True}
    return make_organisation(**{**defaults, **values})


def make_person(**values: Any) -> Person:
    n = next(_numbers)
    defaults = {"body_id": make_body().id, "given_name": "Kim", "family_name": f"Beispiel{n}", "is_invented": True,
                "email": f"kim.beispiel{n}@muster.example"}  # fmt: skip
    return make(Person(**{**defaults, **values}))


def make_function(person: Person, organisation: Organisation | None = None, **values: Any) -> PersonFunction:
    organisation = organisation or make_organisation()
    defaults = {"person": person, "organisation": organisation, "function": "Leitung"}
    return make(PersonFunction(**{**defaults, **values}))


def make_user(*roles: Role, person: Person | None = None, organisation: Organisation | None = None,
              password: str | None = None, **values: Any) -> User:  # fmt: skip
    """An account with ``roles``; ``organisation`` makes it act for one. Without a role: whatever its person holds."""
    person = person or make_person()
    user = User(body_id=make_body().id, email=f"konto{next(_numbers)}@muster.example", person=person,
                password_hash=hash_password(password) if password else None, **values)  # fmt: skip
    user.roles = [UserRole(role=role) for role in roles if role is not Role.ORGANISATION]
    if organisation is not None:
        user.roles.append(UserRole(role=Role.ORGANISATION, organisation=organisation))
    return make(user)


def make_coordinator() -> User:
    return make_user(Role.COORDINATOR)


def make_administrator() -> User:
    return make_user(Role.ADMINISTRATOR)


def make_committee(**values: Any) -> Committee:
    n = next(_numbers)
    defaults = {"body_id": make_body().id, "name": f"Gremium {n}", "short_name": f"G{n}",
                "kind": CommitteeKind.WORKING_CIRCLE, "level": Level.OPERATIVE,
                "status": CommitteeStatus.ACTIVE}  # fmt: skip
    return make(Committee(**{**defaults, **values}))


def make_steering_group(**values: Any) -> Committee:
    defaults = {"name": "Lenkungsgruppe KIM", "short_name": "LG", "kind": CommitteeKind.STEERING_GROUP,
                "level": Level.STRATEGIC, "is_highest": True}  # fmt: skip
    return make_committee(**{**defaults, **values})


def make_seat_group(committee: Committee, **values: Any) -> SeatGroup:
    return make(SeatGroup(**{"committee": committee, "name": f"Gruppe {next(_numbers)}", **values}))


def make_procedure_rule(
    committee: Committee | None, kind: RuleKind, starts_on: date = FIRST_DAY, **values: Any
) -> ProcedureRule:
    """A rule of procedure that holds from ``starts_on``; without a committee it is the body's."""
    defaults = {"body": make_body(), "committee": committee, "kind": kind, "state": RuleState.ON}
    return make(ProcedureRule(**{**defaults, "starts_on": starts_on, **values}))


def make_seat(committee: Committee | None = None, *, organisations: list[Organisation] | None = None,
              **values: Any) -> Seat:  # fmt: skip
    committee = committee or make_committee()
    n = next(_numbers)
    organisations = organisations if organisations is not None else [make_organisation()]
    return make(Seat(**{"committee": committee, "function": f"Leitung {n}", "position": n, "person_count": 1,
                        "organisations": organisations, **values}))  # fmt: skip


def make_mandate(seat: Seat | None = None, person: Person | None = None, **values: Any) -> Mandate:
    defaults = {"seat": seat or make_seat(), "person": person or make_person(), "kind": MandateKind.HOLDER,
                "starts_on": FIRST_DAY}  # fmt: skip
    return make(Mandate(**{**defaults, **values}))


def make_officer(committee: Committee, person: Person, role: OfficerRole = OfficerRole.OFFICE,
                 **values: Any) -> CommitteeOfficer:  # fmt: skip
    defaults = {"committee": committee, "person": person, "role": role, "starts_on": FIRST_DAY}
    return make(CommitteeOfficer(**{**defaults, **values}))


def make_member(committee: Committee, kind: MandateKind = MandateKind.HOLDER) -> User:
    """An account whose person holds (or is deputy of) a seat of its own in ``committee``."""
    user = make_user()
    make_mandate(make_seat(committee), user.person, kind=kind)
    return user


def make_office_user(committee: Committee) -> User:
    """An account whose person acts for the office of ``committee``."""
    user = make_user()
    assert user.person is not None
    make_officer(committee, user.person)
    return user


def make_place(**values: Any) -> Place:
    n = next(_numbers)
    return make(Place(**{"body_id": make_body().id, "name": f"Raum {n}", "sort_name": f"raum {n}", **values}))


def make_meeting(committee: Committee | None = None, *, starts_at: datetime | None = None, **values: Any) -> Meeting:
    committee = committee or make_committee()
    n = next(_numbers)
    starts_at = starts_at or now() + timedelta(days=14)
    defaults = {"committee": committee, "number": n % 9_999 + 1, "starts_at": starts_at,
                "ends_at": starts_at + timedelta(hours=2), "ical_uid": f"sitzung-{n}@muster.example"}  # fmt: skip
    return make(Meeting(**{**defaults, **values}))


def make_item(meeting: Meeting | None = None, **values: Any) -> AgendaItem:
    meeting = meeting or make_meeting()
    n = next(_numbers)
    defaults = {"meeting": meeting, "title": f"Punkt {n}", "kind": ItemKind.DISCUSSION, "position": n}
    return make(AgendaItem(**{**defaults, **values}))


def make_guest(meeting: Meeting | None = None, **values: Any) -> MeetingGuest:
    meeting = meeting or make_meeting()
    defaults = {"meeting": meeting, "name": "Robin Gast", "nonce": f"nonce-{next(_numbers)}",
                "expires_at": meeting.ends_at + timedelta(days=1)}  # fmt: skip
    return make(MeetingGuest(**{**defaults, **values}))


def make_topic(committee: Committee | None = None, **values: Any) -> Topic:
    defaults = {"committee": committee or make_committee(), "title": f"Thema {next(_numbers)}"}
    return make(Topic(**{**defaults, **values}))


def make_resolution(item: AgendaItem | None = None, **values: Any) -> Resolution:
    item = item or make_item(kind=ItemKind.DECISION)
    defaults = {"item": item, "committee": item.meeting.committee, "text": f"Beschlusstext {next(_numbers)}",
                "outcome": ResolutionOutcome.CONSENSUS, "resolved_on": item.meeting.starts_at.date()}  # fmt: skip
    return make(Resolution(**{**defaults, **values}))


def make_work_order(committee: Committee | None = None, **values: Any) -> WorkOrder:
    n = next(_numbers)
    defaults = {"body_id": make_body().id, "committee": committee or make_committee(), "task": f"Auftrag {n}",
                "state": WorkOrderState.ISSUED, "number": f"A-2026-{n:03d}", "year": 2026, "sequence_number": n,
                "issued_on": date(2026, 1, 1)}  # fmt: skip
    if not any(k.startswith("addressee_") for k in values):
        defaults["addressee_organisation"] = make_organisation()
    return make(WorkOrder(**{**defaults, **values}))


def make_gap_report(author: User | None = None, *, headline: str = "Es fehlt ein Kurs am Abend.", text: str = "",
                    **values: Any) -> GapReport:  # fmt: skip
    n = next(_numbers)
    author = author or make_user(Role.CASE_MANAGER)
    defaults = {"body": make_body(), "number": f"M-2026-{n:03d}", "year": 2026, "sequence_number": n, "author": author,
                "source": ReportSource.CASE_WORK, "author_function": "Case-Management", "action_field": "education",
                "gap_kind": GapKind.MISSING_OFFER, "frequency": Frequency.SEVERAL}  # fmt: skip
    if (matter := values.pop("matter", None)) is not None:
        defaults |= {"state": ReportState.ASSIGNED, "matter_id": matter.id}
    report = GapReport(**{**defaults, **values})
    report.texts = [ReportText(number=1, headline=headline, text=text)]
    report.events = [ReportEvent(kind=ReportEventKind.REPORTED, by_id=author.id, function="Meldende Stelle")]
    return make(report)


def make_matter(**values: Any) -> Matter:
    n = next(_numbers)
    defaults = {"body": make_body(), "number": f"L-2026-{n:03d}", "year": 2026, "sequence_number": n,
                "title": f"Lücke {n}", "action_field": "education", "gap_kind": GapKind.MISSING_OFFER}  # fmt: skip
    return make(Matter(**{**defaults, **values}))


def make_evaluation(matter: Matter | None = None, **values: Any) -> Evaluation:
    matter = matter or make_matter()
    number = db.session.query(Evaluation).filter_by(matter_id=matter.id).count() + 1
    defaults = {"matter": matter, "number": number, "due_on": date(2026, 6, 1), "compared_from": date(2026, 1, 1)}
    return make(Evaluation(**{**defaults, **values}))
