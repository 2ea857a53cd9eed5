"""Choosing persons and organisations in a form."""

from __future__ import annotations

import pytest
from flask import Flask, g
from werkzeug.datastructures import MultiDict
from wtforms.form import BaseForm
from wtforms.validators import InputRequired

from govern.people.forms.choices import OrganisationsChoiceField, PersonChoiceField
from tests.conftest import Client
from tests.factories import make_coordinator, make_function, make_organisation, make_person, make_user


def _validated(app: Flask, field: object, data: dict[str, str]) -> BaseForm:
    user = make_coordinator()
    with app.test_request_context():
        g._login_user = user
        form = BaseForm({"person": field})  # type: ignore[dict-item]
        form.process(MultiDict(data))
        form.validate()
    return form


def test_the_list_follows_the_typing(client: Client) -> None:
    client.sign_in(make_coordinator())
    mueller = make_person(given_name="Ada", family_name="Müller")
    make_function(mueller, make_organisation(name="Jugendamt"), function="Fachberatung")
    make_person(given_name="Bo", family_name="Ander")
    answer = client.get("/personen/auswahl?feld=person_id&person_id_q=mueller ada")
    assert f'value="{mueller.id}"' in answer.text
    assert "Fachberatung, Jugendamt" in answer.text
    assert "Ander" not in answer.text


def test_what_is_chosen_stays_on_the_list_whatever_is_typed(client: Client) -> None:
    client.sign_in(make_coordinator())
    chosen = make_organisation(name="Volkshochschule Rureifel")
    answer = client.get(f"/organisationen/auswahl?feld=o&o={chosen.id}&o_q=nirgends")
    assert f'value="{chosen.id}" checked' in answer.text


@pytest.mark.proves("D-37")
def test_a_choice_never_shows_contact_data(client: Client) -> None:
    client.sign_in(make_coordinator())
    person = make_person(email="geheim@muster.example", phone="02421 000")
    answer = client.get(f"/personen/auswahl?feld=p&p_q={person.family_name}")
    assert person.family_name in answer.text
    assert "geheim@" not in answer.text and "02421" not in answer.text


@pytest.mark.proves("D-10")
def test_members_find_colleagues_only(client: Client) -> None:
    office = make_organisation()
    user = make_user()
    assert user.person is not None
    make_function(user.person, office)
    colleague, stranger = make_person(family_name="Kollegin"), make_person(family_name="Fremd")
    make_function(colleague, office)
    make_function(stranger)
    client.sign_in(user)
    answer = client.get("/personen/auswahl?feld=p&p_q=kollegin")
    assert "Kollegin" in answer.text
    assert "Fremd" not in client.get("/personen/auswahl?feld=p&p_q=fremd").text
    assert "Fremd" not in client.get(f"/personen/auswahl?feld=p&p={stranger.id}").text


@pytest.mark.parametrize("query", ["", "?feld=", "?feld=<x>", "?feld=1a"])
def test_a_list_for_no_field_is_not_found(client: Client, query: str) -> None:
    client.sign_in(make_coordinator())
    assert client.get(f"/personen/auswahl{query}").status_code == 404


@pytest.mark.proves("C-06")
def test_without_scripts_the_search_button_shows_what_it_finds(app: Flask) -> None:
    office = make_organisation(name="Jobcenter")
    make_organisation(name="Schulamt")
    form = _validated(app, OrganisationsChoiceField("Institution"), {"person_q": "job", "person_search": "1"})
    assert form["person"].errors == ["1 Treffer: bitte auswählen."]
    assert [option.id for option in form["person"].options] == [office.id]
    chosen = {"person": str(office.id), "person_q": "job", "person_listed": "job", "person_search": "1"}
    form = _validated(app, OrganisationsChoiceField("Institution"), chosen)
    assert not form["person"].errors  # Enter in another field pressed the button; the choice was made before
    assert form["person"].data == [office.id]


def test_words_without_a_choice_are_refused(app: Flask) -> None:
    form = _validated(app, PersonChoiceField("Person"), {"person_q": "irgendwer"})
    assert form["person"].errors == ["Bitte aus der Liste wählen oder das Suchfeld leeren."]


@pytest.mark.parametrize("value", ["99999999999999999999999", "-1", "x", "0"])
def test_only_persons_on_offer_can_be_chosen(app: Flask, value: str) -> None:
    form = _validated(app, PersonChoiceField("Person"), {"person": value})
    assert form["person"].errors


def test_a_required_choice_must_be_made(app: Flask) -> None:
    form = _validated(app, PersonChoiceField("Person", [InputRequired("Bitte wählen.")]), {})
    assert form["person"].errors == ["Bitte wählen."]
