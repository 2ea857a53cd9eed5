"""The directory of persons."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date

import pytest

from govern.db import db
from govern.people.models import Person, PersonFunction
from govern.people.services import persons as services
from govern.people.services.persons import version_of_function
from tests.conftest import Client
from tests.factories import (
    make_administrator,
    make_committee,
    make_coordinator,
    make_function,
    make_member,
    make_office_user,
    make_organisation,
    make_person,
    make_user,
)

FORM = {"title": "Dr.", "given_name": "Ada", "family_name": "Östermann", "email": "Ada@Muster.example", "phone": ""}


def test_a_person_is_entered_and_asked_for_a_function_next(client: Client) -> None:
    client.sign_in(make_coordinator())
    answer = client.post("/personen/neu", data=FORM)
    person = db.session.query(Person).filter_by(family_name="Östermann").one()
    assert answer.location == f"/personen/{person.id}/funktionen/neu"
    assert (person.name, person.email, person.phone) == ("Dr. Ada Östermann", "ada@muster.example", None)


@pytest.mark.proves("B11")
def test_one_person_has_several_functions_at_once(client: Client) -> None:
    person, office, club = make_person(), make_organisation(name="Jugendamt"), make_organisation(name="Verein")
    client.sign_in(make_coordinator())
    for organisation, function in ((office, "Leitung"), (club, "Vorsitz")):
        data = {"organisation_id": organisation.id, "function": function, "starts_on": "2024-01-01"}
        assert client.post(f"/personen/{person.id}/funktionen/neu", data=data).status_code == 303
    page = client.get(f"/personen/{person.id}").text
    assert "Leitung, Jugendamt" in page and "Vorsitz, Verein" in page
    assert "Leitung, Jugendamt · Vorsitz, Verein" in client.get("/personen").text


def test_a_function_ends_with_its_last_day_and_stays_readable(client: Client) -> None:
    function = make_function(make_person(), make_organisation(name="Sozialamt"))
    path = f"/personen/{function.person_id}/funktionen/{function.id}"
    client.sign_in(make_coordinator())
    data = {"organisation_id": function.organisation_id, "function": "Leitung", "starts_on": "01.05.2020",
            "version": version_of_function(function)}  # fmt: skip
    wrong = client.post(path, data={**data, "ends_on": "30.04.2020"})
    assert wrong.status_code == 422 and "Das Ende liegt vor dem Beginn." in wrong.text
    assert client.post(path, data={**data, "ends_on": "31.12.2023"}).status_code == 303
    page = client.get(f"/personen/{function.person_id}").text
    assert "von 1. Mai 2020 bis 31. Dezember 2023" in page and "beendet" in page
    assert client.get(f"/personen/{make_person().id}/funktionen/{function.id}").status_code == 404


@pytest.mark.parametrize("text", ["Müller", "mueller", "MUELLER ada", "ada mül", "jugendamt"])
def test_parts_of_the_name_and_the_institution_find_a_person(client: Client, text: str) -> None:
    person = make_person(given_name="Ada", family_name="Müller")
    make_function(person, make_organisation(name="Jugendamt"))
    make_person(given_name="Bo", family_name="Zander")
    page = client.sign_in(make_coordinator()).get("/personen", query_string={"q": text}).text
    assert "Ada Müller" in page and "Zander" not in page


def test_persons_sort_as_in_din_5007_2(client: Client) -> None:
    for name in ("Mutz", "Müller", "Muehl", "Muller"):
        make_person(given_name="A", family_name=name)
    page = client.sign_in(make_coordinator()).get("/personen").text
    places = [page.index(f"A {name}<") for name in ("Muehl", "Müller", "Muller", "Mutz")]
    assert places == sorted(places)


def test_the_list_does_not_grow_queries(
    client: Client, count_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    client.sign_in(make_coordinator())
    with count_queries() as few:
        client.get("/personen")
    for _ in range(20):
        make_function(make_person())
    with count_queries() as many:
        client.get("/personen")
    assert len(many) <= len(few) + 1 <= 12


def test_a_namesake_needs_a_word(client: Client) -> None:
    known = make_person(given_name="Ada", family_name="Oestermann")
    client.sign_in(make_coordinator())
    warned = client.post("/personen/neu", data=FORM)
    assert warned.status_code == 422 and f'href="/personen/{known.id}"' in warned.text
    assert client.post("/personen/neu", data={**FORM, "is_another": "y"}).status_code == 303


def test_a_postal_address_is_kept_and_shown_to_whom_it_concerns(client: Client) -> None:
    client.sign_in(make_coordinator())
    address = {"street": "Musterweg 7", "postal_code": "52349", "town": "Düren"}
    assert client.post("/personen/neu", data={**FORM, **address, "postal_code": "5234"}).status_code == 422
    assert client.post("/personen/neu", data={**FORM, **address}).status_code == 303
    person = db.session.query(Person).filter_by(family_name="Östermann").one()
    page = client.get(f"/personen/{person.id}").text
    assert "Musterweg 7, 52349 Düren" in page
    assert "Musterweg 7" in client.get(f"/personen/{person.id}/bearbeiten").text
    client.sign_in(make_user())
    assert client.get(f"/personen/{person.id}").status_code == 404


def test_a_stale_save_shows_both_versions(client: Client) -> None:
    person = make_person(given_name="Kim", family_name="Alt")
    client.sign_in(make_coordinator())
    data = {**FORM, "version": "1"}
    client.post(f"/personen/{person.id}/bearbeiten", data=data)
    stale = client.post(f"/personen/{person.id}/bearbeiten", data={**data, "phone": "02421 5"})
    assert stale.status_code == 409
    assert '<td data-label="Ihre Eingabe">02421 5</td>' in stale.text
    db.session.expire_all()
    assert person.phone is None


def test_leaving_ends_functions_and_tells_the_packages_above(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[int, date]] = []
    monkeypatch.setattr(services, "when_person_left", [lambda person, day, _by: told.append((person.id, day))])
    person = make_person(family_name="Gehend")
    over, running = make_function(person, ends_on=date(2019, 1, 1)), make_function(person)
    client.sign_in(make_coordinator())
    assert client.post(f"/personen/{person.id}/ausscheiden", data={"on": "2024-06-30"}).status_code == 303
    db.session.expire_all()
    assert (over.ends_on, running.ends_on) == (date(2019, 1, 1), date(2024, 6, 30))
    assert told == [(person.id, date(2024, 6, 30))]
    client.get("/personen")  # says once that it was entered
    assert "Gehend" not in client.get("/personen").text
    assert "ausgeschieden am 30. Juni 2024" in client.get("/personen?ausgeschieden=y").text
    assert "Gehend" not in client.get("/personen/auswahl?feld=p&p_q=gehend").text
    client.post(f"/personen/{person.id}/ausscheiden", data={"zuruecknehmen": "1"})
    assert "Gehend" in client.get("/personen").text


def test_nobody_leaves_before_a_function_begins(client: Client) -> None:
    function = make_function(make_person(), starts_on=date(2030, 1, 1))
    client.sign_in(make_coordinator())
    answer = client.post(f"/personen/{function.person_id}/ausscheiden", data={"on": "2024-06-30"})
    assert answer.status_code == 422 and "beginnt erst später" in answer.text
    db.session.expire_all()
    assert db.session.get_one(PersonFunction, function.id).ends_on is None


@pytest.mark.proves("D-37", "D-10")
def test_contact_data_are_for_office_administration_institution_and_the_person(client: Client) -> None:
    office = make_organisation()
    person = make_person(email="geheim@muster.example")
    make_function(person, office)
    path = f"/personen/{person.id}"
    for user in (make_coordinator(), make_administrator(), make_office_user(make_committee()),
                 make_user(organisation=office), make_user(person=person)):  # fmt: skip
        assert "geheim@muster.example" in client.sign_in(user).get(path).text
    for user in (make_member(make_committee()), make_user(organisation=make_organisation())):
        client.sign_in(user)
        assert client.get(path).status_code == 404
        assert "geheim@" not in client.get("/personen").text and person.family_name not in client.get("/personen").text
    for user in (make_administrator(), make_user(organisation=office)):
        assert client.sign_in(user).get(f"{path}/bearbeiten").status_code == 403


def test_persons_of_the_demo_are_marked(client: Client) -> None:
    invented, real = make_person(is_invented=True), make_person(is_invented=False)
    client.sign_in(make_coordinator())
    assert "erfundene Person" in client.get(f"/personen/{invented.id}").text
    assert "erfundene Person" not in client.get(f"/personen/{real.id}").text


def test_the_history_shows_functions_and_follows_the_rules_of_the_page(client: Client) -> None:
    person = make_person()
    client.sign_in(make_coordinator())
    client.post(f"/personen/{person.id}/bearbeiten", data={**FORM, "version": "1"})
    page = client.get(f"/personen/{person.id}/verlauf").text
    assert "geändert" in page and "Koordination" in page and "<ins>Östermann</ins>" in page
    assert client.sign_in(make_user()).get(f"/personen/{person.id}/verlauf").status_code == 404
