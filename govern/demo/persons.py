"""Invented persons on the seats of a county, and the accounts one signs in with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa

from govern.committees.models import Committee, CommitteeOfficer, Mandate, MandateKind, OfficerRole, Participation, Seat
from govern.db import db, name_sort_key, now
from govern.demo.counties import County
from govern.people.models import Body, Organisation, Person, PersonFunction, Role, User, UserRole
from govern.people.services.sessions import hash_password

PASSWORD = "wolke sieben probe"  # noqa: S105 - shown on the screen: the demo answers on this machine only

GIVEN_NAMES = (
    "Aylin", "Bernd", "Carla", "Deniz", "Elif", "Frank", "Gülay", "Henrik", "Ines", "Jamal", "Katrin", "Levent",
    "Miriam", "Nils", "Olena", "Piotr", "Rania", "Stefan", "Tanja", "Uwe", "Vera", "Wiebke", "Yusuf", "Zeynep",
    "Anke", "Bojan", "Claudia", "Dmytro", "Esra", "Felix", "Greta",
)  # fmt: skip
FAMILY_NAMES = (
    "Ahornfeld", "Birkenhain", "Buchwinkel", "Dornacker", "Distelrath", "Eichgrund", "Erlenbrink", "Eschental",
    "Farnholt", "Fichtenau", "Ginsterberg", "Haselhof", "Heckenbrand", "Holunderbusch", "Immergrün", "Johannistal",
    "Kastanienberg", "Kleefeld", "Kornblumer", "Lärchenau", "Lindenbach", "Lupinski", "Malvenhoff", "Mohnheide",
    "Moosgarten", "Nelkenau", "Ölbaum", "Pappelrain", "Quittenbaum", "Rainfarner", "Rosmarinsky", "Rüsterholz",
    "Salbeihof", "Schilfgrund", "Schlehdorner", "Sonnenkamp", "Tannhagen", "Thymianek", "Ulmenhorst", "Veilchenau",
    "Wacholderheide", "Weidenbruch", "Wiesengrund",
)  # fmt: skip
"""Names that nobody bears, as far as one can tell: all of them grow in gardens and hedges."""


@dataclass(frozen=True)
class Account:
    """One account of the demo as the command prints it."""

    role: str
    email: str


class Cast:
    """The invented persons of one county, made one after the other, always the same for the same county."""

    def __init__(self, body: Body, county: County, today: date) -> None:
        self.body = body
        self.county = county
        self.since = date(today.year - 2, 1, 1)
        self.password_changed_at = now()
        self.accounts: dict[str, User] = {}
        self._names = _names(sum(map(ord, county.key)))

    def person(self, function: str, organisation: Organisation | None = None, email: str | None = None) -> Person:
        """A new person with one function."""
        given, family = next(self._names)
        person = Person(body_id=self.body.id, given_name=given, family_name=family, is_invented=True)
        person.email = email or f"{_slug(given)}.{_slug(family)}@{self._domain(organisation)}"
        if organisation is not None:
            person.functions.append(PersonFunction(organisation=organisation, function=function, starts_on=self.since))
        db.session.add(person)
        return person

    def fill_seats(self, committee: Committee) -> None:
        """Put a person on every stated place of the highest committee, and deputies on some seats."""
        for seat in committee.seats:
            if seat.key in self.county.vacant_seats or seat.participation is Participation.INVITED:
                continue
            for place in range(seat.person_count or 1):
                self._hold(seat, place)
            if seat.key in (self.county.deputy_seat, *self.county.deputy_seats):
                deputy = self.person(f"Stellvertretung: {seat.function}", _first(seat))
                seat.mandates.append(Mandate(person=deputy, kind=MandateKind.DEPUTY, starts_on=self.since))

    def fill_circle(self, committee: Committee) -> None:
        """One person on each standing seat of a smaller committee."""
        for seat in committee.seats:
            if seat.participation is Participation.STANDING:
                self._hold(seat, 0)

    def open_account(self, name: str, email: str, person: Person, *roles: Role) -> User:
        """An account with the password of the demo."""
        person.email = email
        user = User(body_id=self.body.id, email=email, person=person, password_hash=hash_password(PASSWORD),
                    password_changed_at=self.password_changed_at)  # fmt: skip
        user.roles = [UserRole(role=role) for role in roles]
        db.session.add(user)
        self.accounts[name] = user
        return user

    def open_accounts(self, highest: Committee, circle: Committee, organisations: dict[str, Organisation]) -> None:
        """All accounts; the chair, the office of a circle, a member and a deputy get theirs through mandates."""
        ki, at = organisations["ki"], f"@{self.county.domain}"
        self.open_account("administrator", f"administration{at}", self.person("Fachadministration", ki),
                          Role.ADMINISTRATOR)  # fmt: skip
        self.open_account("coordinator", f"koordination{at}", self.person("KIM-Koordination", ki), Role.COORDINATOR)
        office = self.open_account("office", f"geschaeftsfuehrung-ak{at}", self.person("Geschäftsführung", ki))
        self._make_officer(circle, office.person, OfficerRole.OFFICE)
        chair = self.open_account("chair", f"vorsitz{at}", self._chair_person(highest))
        self._make_officer(highest, chair.person, OfficerRole.CHAIR)
        self.open_account(
            "member", f"mitglied{at}", self._on_seat(highest, self.county.member_seat, MandateKind.HOLDER)
        )
        self.open_account(
            "deputy", f"stellvertretung{at}", self._on_seat(highest, self.county.deputy_seat, MandateKind.DEPUTY)
        )
        self.open_account("case_manager", f"case-management{at}",
                          self.person("Case-Management", organisations["welfare"]), Role.CASE_MANAGER)  # fmt: skip
        acting = self.open_account("organisation", self.county.organisation_account,
                                   self.person("Ansprechperson", organisations["m1"]))  # fmt: skip
        acting.roles.append(UserRole(role=Role.ORGANISATION, organisation=organisations["m1"]))

    def _hold(self, seat: Seat, place: int) -> None:
        organisation = seat.organisations[place % len(seat.organisations)] if seat.organisations else None
        function = seat.alternatives[0] if seat.alternatives else seat.function
        shared = organisation if len(seat.organisations) > 1 and seat.person_count != 1 else None
        seat.mandates.append(
            Mandate(person=self.person(function, organisation), kind=MandateKind.HOLDER, starts_on=self.since,
                    organisation=shared, function_held=function if seat.alternatives else None)
        )  # fmt: skip

    def _chair_person(self, highest: Committee) -> Person:
        seat = highest.chair_seat
        if seat is not None and seat.mandates:
            return seat.mandates[0].person
        return self.person(highest.chair_function or "Vorsitz", highest.chair_organisation)

    def _make_officer(self, committee: Committee, person: Person | None, role: OfficerRole) -> None:
        assert person is not None  # noqa: S101 - every account of the demo has a person
        committee.officers.append(CommitteeOfficer(person=person, role=role, starts_on=self.since))

    def _on_seat(self, committee: Committee, key: str, kind: MandateKind) -> Person:
        seat = next(seat for seat in committee.seats if seat.key == key)
        return next(mandate.person for mandate in seat.mandates if mandate.kind is kind)

    def _domain(self, organisation: Organisation | None) -> str:
        if organisation is None or organisation.belongs_to_body:
            return self.county.domain
        return f"{_slug(organisation.short_name or organisation.name)[:40].strip('-')}.example"


def list_accounts() -> list[Account]:
    """The accounts with the demo's addresses, as they are today: who is who, in the order they were opened."""
    users = db.session.scalars(sa.select(User).where(User.password_hash.is_not(None)).order_by(User.id))
    return [Account(_role(user), user.email) for user in users if user.person and user.person.is_invented]


def loaded_on() -> date:
    """The day on which the example data was loaded."""
    first = db.session.scalar(sa.select(sa.func.min(User.created_at)))
    moment = first or now()
    return moment.date()


def _role(user: User) -> str:
    if user.roles:
        return user.function_label
    office = _officer(user, OfficerRole.OFFICE)
    if office is not None:
        return f"Geschäftsführung {office.label}"
    chair = _officer(user, OfficerRole.CHAIR)
    if chair is not None:
        return f"Vorsitz {chair.label}"
    mandate = db.session.scalars(sa.select(Mandate).where(Mandate.person_id == user.person_id)).first()
    if mandate is None:
        return "ohne Mandat"
    kind = "Stellvertretung" if mandate.kind is MandateKind.DEPUTY else "Mitglied"
    return f"{kind} {mandate.seat.committee.label} ({mandate.seat.label})"


def _officer(user: User, role: OfficerRole) -> Committee | None:
    found = sa.select(Committee).join(CommitteeOfficer, CommitteeOfficer.committee_id == Committee.id)
    return db.session.scalars(
        found.where(CommitteeOfficer.person_id == user.person_id, CommitteeOfficer.role == role)
    ).first()


def _first(seat: Seat) -> Organisation | None:
    return seat.organisations[0] if seat.organisations else None


def _names(start: int) -> Iterator[tuple[str, str]]:
    # 31 and 43 have no common divisor: 1333 different names.
    n = start
    while True:
        yield GIVEN_NAMES[n % len(GIVEN_NAMES)], FAMILY_NAMES[n % len(FAMILY_NAMES)]
        n += 1


def _slug(text: str) -> str:
    return name_sort_key(text).replace(" ", "-")


def days_since_loading(today: date) -> int:
    """How old the example data is."""
    return (today - loaded_on()) // timedelta(days=1)
