"""Short names: proposed from the name, chosen by the office, never set by themselves."""

from __future__ import annotations

import pytest

from govern.committees.services.versions import version_of
from govern.committees.short_names import proposed_short_name
from govern.db import db
from tests.conftest import Client
from tests.factories import make_committee, make_office_user


@pytest.mark.parametrize(
    ("name", "taken", "proposal"),
    [
        ("Arbeitskreis Frühe Bildung", [], "AK FB"),
        ("Arbeitskreis Frühe Bildung", ["AK FB"], "AK FrBi"),
        ("Arbeitskreis Frühe Bildung", ["akfb", "AK FrBi", "AK FrüBil"], "AK FB 2"),
        ("Arbeitskreis Migration im Kreis Muster", [], "AK Mig"),
        ("Lenkungsgruppe KIM Kreis Muster", [], "LG KIM"),
        ("Jour fixe der Case-Manager:innen", [], "JCM"),
        ("AG Wohnen", ["LG"], "AG Woh"),
        ("???", [], None),
    ],
)
def test_a_short_name_is_made_of_kind_and_initials(name: str, taken: list[str], proposal: str | None) -> None:
    assert proposed_short_name(name, "Kreis Muster", taken) == proposal


@pytest.mark.proves("A1", "E-21")
def test_a_short_name_is_proposed_and_only_set_when_somebody_saves_it(client: Client) -> None:
    make_committee(name="Andere", short_name="AK FB")
    committee = make_committee(name="Arbeitskreis Frühe Bildung", short_name=None)
    client.sign_in(make_office_user(committee))
    assert "Vorschlag: AK FrBi" in client.get(f"/gremien/{committee.id}/bearbeiten").text
    path = f"/gremien/{committee.id}/kurzname"
    assert 'value="AK FrBi"' in client.get(path).text
    db.session.refresh(committee)
    assert committee.short_name is None
    seen = {"version": version_of(committee)}
    for typed, sentence in (
        ("ak fb", "Diesen Kurznamen hat schon: Andere."),
        ("–", "mit einem Buchstaben oder einer Ziffer"),
        ("x" * 21, "Höchstens 20 Zeichen."),
        (" ", "Bitte einen Kurznamen angeben."),
    ):
        answer = client.post(path, data={**seen, "short_name": typed})
        assert (answer.status_code, sentence in answer.text) == (422, True), typed
    assert client.post(f"{path}?zurueck=/sitzungen", data={**seen, "short_name": " Frühe B "}).location == "/sitzungen"
    assert committee.short_name == "Frühe B"
    assert client.post(path, data={**seen, "short_name": "Zu spät"}).status_code == 409
