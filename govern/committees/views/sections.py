"""What committees show on pages of lower packages: seats of an organisation, mandates of a person."""

from __future__ import annotations

from govern.committees import policies
from govern.committees.queries import seats as queries
from govern.formats import today
from govern.people.models import Person, User
from govern.web import Section, section


def seats_of_organisation(user: User, organisation_id: int) -> Section | None:
    """Where an organisation sits and who speaks for it (B7)."""
    organisation = queries.find_organisation(organisation_id)
    if organisation is None:
        return None
    seats, speakers = queries.seats_and_speakers(organisation_id, today(), at_once=True)
    return section(
        "sitze",
        "Sitze und Vertretung",
        "committees/_organisation.html",
        organisation=organisation,
        seats=seats,
        speakers=speakers,
    )


def seats_of_person(user: User, person: Person) -> Section | None:
    """Where a person sits today, as far as the reader may know."""
    held = [
        (mandate, entry)
        for mandate, entry in queries.seats_of_person(person.id, today())
        if person.id == user.person_id or policies.can_view_mandate(user, mandate)
    ]
    return section("sitze", "Sitze in Gremien", "committees/_person.html", person=person, held=held)
