"""The directory of organisations."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date

import pytest
import sqlalchemy as sa
from flask import Flask

from govern.db import db
from govern.formats import today
from govern.overview.standings import load_standing
from govern.people import policies
from govern.people.models import Organisation, OrganisationAlias, Person
from govern.people.queries import organisations as queries
from tests.conftest import Client
from tests.factories import (
    make,
    make_committee,
    make_coordinator,
    make_function,
    make_municipality,
    make_office_user,
    make_organisation,
    make_person,
    make_user,
)

FORM = {"name": "Caritasverband", "kind": "welfare_association", "belongs_to_body": "nein", "aliases": ""}


def test_organisations_and_municipalities_are_counted_apart(client: Client) -> None:
    make_organisation()
    make_organisation()
    make_municipality()
    make_organisation(ended_on=date(2024, 1, 1))
    assert "2 Organisationen, 1 Kommune<" in client.sign_in(make_coordinator()).get("/organisationen").text


def test_the_directory_sorts_as_in_din_5007(client: Client) -> None:
    for name in ("Zoo", "Ämter", "Arbeitsagentur", "Öffentliche Bücherei", "Olympiaverein"):
        make_organisation(name=name)
    found, total = queries.list_organisations(make_coordinator())
    assert [o.name for o in found] == ["Ämter", "Arbeitsagentur", "Öffentliche Bücherei", "Olympiaverein", "Zoo"]
    assert total == 5


@pytest.mark.parametrize("text", ["KI", "zentrum kreis", "KREIS  zentrum", "kommunales-integration"])
def test_a_name_or_an_alias_in_any_order_finds_the_organisation(client: Client, text: str) -> None:
    centre = make_organisation(name="Kommunales Integrationszentrum Kreis Muster")
    make(OrganisationAlias(organisation=centre, name="KI"))
    make_organisation(name="Volkshochschule")
    answer = client.sign_in(make_coordinator()).get("/organisationen", query_string={"q": text})
    assert "Integrationszentrum" in answer.text
    assert "Volkshochschule" not in answer.text


@pytest.mark.parametrize("text", ["%", "_", "'", "\\", "!?"])
def test_signs_find_nothing(client: Client, text: str) -> None:
    make_organisation(name="Jobcenter")
    answer = client.sign_in(make_coordinator()).get("/organisationen", query_string={"q": text})
    assert "Jobcenter" not in answer.text
    assert "Nichts gefunden" in answer.text


@pytest.mark.proves("C-05")
def test_a_search_as_one_types_answers_the_list_alone_and_says_how_many(client: Client) -> None:
    make_organisation(name="Jobcenter")
    client.sign_in(make_coordinator())
    page = client.get("/organisationen?q=job")
    assert 'data-hx-push-url="true"' in page.text and 'data-hx-target="#people-organisations_list"' in page.text
    part = client.get("/organisationen?q=job", headers={"HX-Request": "true"})
    assert part.text.lstrip().startswith('<div id="people-organisations_list" data-announce="1 Institution gefunden"')
    assert "<html" not in part.text


def test_the_list_is_paged(client: Client) -> None:
    body_id = make_organisation(name="Aaa").body_id
    db.session.add_all(Organisation(body_id=body_id, name=f"Verein {n:02}", kind="civil_society") for n in range(60))
    db.session.commit()
    client.sign_in(make_coordinator())
    first, second = client.get("/organisationen"), client.get("/organisationen?seite=2")
    assert "Verein 48" in first.text and "Verein 49" not in first.text
    assert "Verein 59" in second.text and "Seite 2 von 2" in second.text
    assert "So viele" in client.get("/organisationen?seite=9").text
    assert client.get("/organisationen?seite=x").status_code == 404


def test_a_kind_can_be_picked_out(client: Client) -> None:
    make_municipality(name="Stadt Testheim")
    make_organisation(name="Jobcenter", kind="jobcenter")
    client.sign_in(make_coordinator())
    assert "Jobcenter</a>" not in client.get("/organisationen?art=municipality").text
    assert "Testheim" not in client.get("/organisationen?art=jobcenter").text
    assert "Nichts gefunden" in client.get("/organisationen?art=unbekannt").text


def test_the_list_does_not_grow_queries(
    client: Client, count_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    client.sign_in(make_coordinator())
    parent = make_organisation()
    with count_queries() as few:
        client.get("/organisationen")
    for _ in range(20):
        make(OrganisationAlias(organisation=make_organisation(parent=parent), name="auch so"))
    with count_queries() as many:
        client.get("/organisationen")
    assert len(many) <= len(few) + 1 <= 12  # aliases are loaded once there are rows


@pytest.mark.proves("B19")
def test_an_organisation_of_another_authority_is_entered(client: Client) -> None:
    client.sign_in(make_coordinator())
    answer = client.post("/organisationen/neu", data={**FORM, "aliases": "Caritas\n\n CV \ncaritas"})
    made = db.session.query(Organisation).filter_by(name="Caritasverband").one()
    assert answer.location == f"/organisationen/{made.id}"
    assert made.belongs_to_body is False
    assert [alias.name for alias in made.aliases] == ["CV", "Caritas"]
    page = client.get(answer.location).text
    assert "nein, anderer Träger" in page and "Wohlfahrtsverband" in page


def test_not_stated_stays_not_stated(client: Client) -> None:
    client.sign_in(make_coordinator())
    answer = client.post("/organisationen/neu", data={**FORM, "belongs_to_body": ""})
    assert db.session.query(Organisation).filter_by(name="Caritasverband").one().belongs_to_body is None
    assert "nicht angegeben" in client.get(answer.location).text


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": "  "}, "Bitte den Namen angeben."),
        ({"name": "…"}, "Bitte einen Namen mit Buchstaben oder Ziffern angeben."),
        ({"kind": "erfunden"}, "Bitte eine Art aus der Liste wählen."),
        ({"email": "kein postfach"}, "Bitte eine E-Mail-Adresse"),
        ({"website": "javascript:alert(1)"}, "https://"),
        ({"parent_id": "99999"}, "steht nicht zur Auswahl"),
    ],
)
def test_bad_input_is_refused_in_german_and_kept(client: Client, changes: dict[str, str], sentence: str) -> None:
    client.sign_in(make_coordinator())
    answer = client.post("/organisationen/neu", data={**FORM, "note": "bleibt stehen", **changes})
    assert answer.status_code == 422
    assert sentence in answer.text and "bleibt stehen" in answer.text
    assert db.session.query(Organisation).filter_by(note="bleibt stehen").count() == 0


def test_a_second_one_of_the_same_name_needs_a_word(client: Client) -> None:
    known = make_organisation(name="Caritas-Verband")
    make(OrganisationAlias(organisation=known, name="Caritasverband"))
    client.sign_in(make_coordinator())
    warned = client.post("/organisationen/neu", data=FORM)
    assert warned.status_code == 422
    assert "Unter diesem Namen gibt es schon „Caritas-Verband“." in warned.text
    assert f'href="/organisationen/{known.id}"' in warned.text
    assert client.post("/organisationen/neu", data={**FORM, "is_another": "y"}).status_code == 303


def test_a_stale_save_shows_both_versions_and_overwrites_nothing(client: Client) -> None:
    organisation = make_organisation(name="Alt", kind="other")
    client.sign_in(make_coordinator())
    data = {**FORM, "name": "Erste", "version": "1"}
    assert client.post(f"/organisationen/{organisation.id}/bearbeiten", data=data).status_code == 303
    stale = client.post(f"/organisationen/{organisation.id}/bearbeiten", data={**data, "name": "Zweite"})
    assert stale.status_code == 409
    assert '<td data-label="Ihre Eingabe">Zweite</td><td data-label="Inzwischen gespeichert">Erste</td>' in stale.text
    assert 'name="version" type="hidden" value="2"' in stale.text
    db.session.expire_all()
    assert organisation.name == "Erste"
    settled = {**data, "name": "Zweite", "version": "2"}
    assert client.post(f"/organisationen/{organisation.id}/bearbeiten", data=settled).status_code == 303


def test_an_organisation_cannot_belong_to_one_of_its_own_units(client: Client) -> None:
    top = make_organisation(name="Oben")
    unit = make_organisation(name="Unten", parent=make_organisation(name="Mitte", parent=top))
    client.sign_in(make_coordinator())
    data = {**FORM, "name": "Oben", "version": "1", "parent_id": str(unit.id)}
    answer = client.post(f"/organisationen/{top.id}/bearbeiten", data=data)
    assert answer.status_code == 422 and "zu einer ihrer Stellen" in answer.text


def test_an_ended_organisation_stays_readable_and_is_not_offered(client: Client) -> None:
    organisation = make_organisation(name="Altes Amt")
    client.sign_in(make_coordinator())
    client.post(f"/organisationen/{organisation.id}/aufloesen", data={"on": "31.12.2024"})
    assert "aufgelöst am 31. Dezember 2024" in client.get(f"/organisationen/{organisation.id}").text
    assert "Altes Amt" not in client.get("/organisationen").text
    assert "Altes Amt" in client.get("/organisationen?aufgeloest=y").text
    assert "Altes Amt" not in client.get("/organisationen/auswahl?feld=o&o_q=altes").text
    client.post(f"/organisationen/{organisation.id}/aufloesen", data={"zuruecknehmen": "1"})
    assert "Altes Amt" in client.get("/organisationen").text


@pytest.mark.proves("D-37", "D-10")
def test_names_of_persons_are_for_the_office_and_their_own_institution(client: Client) -> None:
    office, other = make_organisation(), make_organisation()
    person = make_person(family_name="Sichtbar", email="sichtbar@muster.example")
    make_function(person, office)
    former = make_person(family_name="Ehemalig")
    make_function(former, office, ends_on=date(2020, 1, 1))
    path = f"/organisationen/{office.id}"
    for user in (make_coordinator(), make_office_user(make_committee()), make_user(organisation=office)):
        page = client.sign_in(user).get(path).text
        assert "Sichtbar" in page and "sichtbar@" not in page and "Ehemalig" not in page
    for user in (make_user(), make_user(organisation=other)):
        page = client.sign_in(user).get(path).text
        assert "Sichtbar" not in page and "Namen sehen nur" in page


def test_only_those_who_keep_the_directory_change_it(client: Client) -> None:
    organisation = make_organisation()
    assert client.get("/organisationen").status_code == 303  # signed out
    client.sign_in(make_user(organisation=organisation))
    assert client.get("/organisationen").status_code == 200
    assert "Organisation eintragen" not in client.get("/organisationen").text
    for path in ("/organisationen/neu", f"/organisationen/{organisation.id}/bearbeiten",
                 f"/organisationen/{organisation.id}/aufloesen"):  # fmt: skip
        assert client.get(path).status_code == 403
        assert client.post(path, data=FORM).status_code == 403
    assert client.get("/organisationen/999999999999999999999").status_code == 404


def test_persons_rule_and_its_twin_agree(app: Flask) -> None:
    office = make_organisation()
    persons = [make_person(), make_person()]
    make_function(persons[0], office)
    make_function(persons[1], office, ends_on=date(2020, 1, 1))
    users = [make_coordinator(), make_user(), make_user(organisation=office), make_office_user(make_committee())]
    everyone = [*persons, *(u.person for u in users)]
    for user in users:
        load_standing(user, today())
        seen = set(db.session.scalars(sa.select(Person.id).where(policies.persons_viewable_by(user))))
        assert {p.id for p in everyone if p and policies.can_view_person(user, p)} == seen


def test_the_history_of_an_organisation_names_functions(client: Client) -> None:
    organisation = make_organisation(name="Alt", kind="other")
    client.sign_in(make_coordinator())
    client.post(f"/organisationen/{organisation.id}/bearbeiten", data={**FORM, "version": "1"})
    page = client.get(f"/organisationen/{organisation.id}/verlauf").text
    assert "<del>Alt</del>" in page and "<ins>Caritasverband</ins>" in page and "Koordination" in page
