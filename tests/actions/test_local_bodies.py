"""A municipality registers its local body, or founds one with the coordination (A6)."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from govern.actions.models import LocalBodyRegistration
from govern.committees.models import Committee, CommitteeKind, CommitteeStatus, RuleKind
from govern.db import db
from govern.formats import today
from govern.mail import OutgoingMail
from govern.people.models import Organisation, User
from tests.conftest import Client
from tests.factories import (
    make_coordinator,
    make_municipality,
    make_organisation,
    make_procedure_rule,
    make_steering_group,
    make_user,
)

PAGE = "/oertliche-gremien"


@pytest.fixture
def town(app: object) -> Organisation:
    return make_municipality(name="Stadt Delbrück", email="integration@delbrueck.example")


def _register(client: Client, town: Organisation, **values: Any) -> Any:
    told = {"municipality_id": town.id, "name": "Runder Tisch Delbrück", "kind": "round_table", "wish": "existing",
            "purpose": "Anliegen vor Ort lösen", "members": "Sozialamt, Caritas", "cadence": "monatlich"}  # fmt: skip
    return client.post(f"{PAGE}/anmelden", data={**told, **values})


def _subjects() -> list[tuple[str, str]]:
    rows = db.session.execute(sa.select(OutgoingMail.to_address, OutgoingMail.subject).order_by(OutgoingMail.id))
    return [(address, subject) for address, subject in rows]


@pytest.mark.proves("A6", "B21")
def test_a_registered_local_body_becomes_a_committee_in_which_the_municipality_has_a_seat(
    client: Client, town: Organisation
) -> None:
    coordinator, account = make_coordinator(), make_user(organisation=town)
    db.session.commit()
    assert _register(client.sign_in(account), town, name=" ").status_code == 422
    answer = _register(client, town)
    assert answer.status_code == 303
    assert _subjects() == [(coordinator.email, "Örtliches Gremium angemeldet: Runder Tisch Delbrück")]
    again = _register(client, town, name="runder tisch delbrück")
    assert again.status_code == 422 and "schon angemeldet" in again.text and "Sozialamt, Caritas" in again.text
    path = answer.headers["Location"]
    assert client.get(f"{path}/entscheiden").status_code == 403
    assert "Runder Tisch Delbrück" not in client.get("/gremien").text  # not before the coordination took it in
    client.sign_in(coordinator)
    assert "1 neu" in client.get(PAGE).text
    assert client.post(f"{path}/entscheiden", data={"decision": "accept", "answer": "Danke!"}).status_code == 303
    committee = db.session.scalars(sa.select(Committee).where(Committee.name == "Runder Tisch Delbrück")).one()
    assert (committee.kind, committee.status) == (CommitteeKind.ROUND_TABLE, CommitteeStatus.ACTIVE)
    assert [seat.organisations for seat in committee.seats] == [[town]]
    assert client.post(f"{path}/entscheiden", data={"decision": "accept"}).status_code == 403  # decided once
    assert ("integration@delbrueck.example", "Örtliches Gremium aufgenommen: Runder Tisch Delbrück") in _subjects()
    page = client.sign_in(account).get(path).text
    assert f"/gremien/{committee.id}" in page and "Danke!" in page
    assert "Runder Tisch Delbrück" in client.get("/meine-sitze").text  # where the municipality names who speaks for it
    assert _register(client, town).status_code == 422  # it stands there already


@pytest.mark.proves("A6")
def test_a_second_municipality_may_call_its_round_table_the_same(client: Client, town: Organisation) -> None:
    coordinator = make_coordinator()
    for place in (town, make_municipality(name="Stadt Lichtenau")):
        client.sign_in(make_user(organisation=place))
        answer = _register(client, place, name="Runder Tisch")
        assert answer.status_code == 303, place.name
        path = answer.headers["Location"]
        assert client.sign_in(coordinator).post(f"{path}/entscheiden", data={"decision": "accept"}).status_code == 303
    names = db.session.scalars(sa.select(Committee.name).order_by(Committee.id)).all()
    assert names == ["Runder Tisch", "Runder Tisch (Stadt Lichtenau)"]
    client.sign_in(make_user(organisation=town))
    assert _register(client, town, name="runder tisch").status_code == 422  # its own stands there already
    make_steering_group(name="Lenkungsgruppe")
    assert _register(client, town, name="Lenkungsgruppe").status_code == 422  # and so does one of the county


@pytest.mark.proves("A6", "A4")
def test_founding_one_together_keeps_the_rules_of_the_committee_above(client: Client, town: Organisation) -> None:
    above = make_steering_group()
    make_procedure_rule(above, RuleKind.SUBGROUP_RESOLUTION, today())
    coordinator, account = make_coordinator(), make_user(organisation=town)
    db.session.commit()
    path = _register(client.sign_in(account), town, wish="new").headers["Location"]
    client.sign_in(coordinator)
    refused = client.post(f"{path}/entscheiden", data={"decision": "accept", "parent_id": above.id, "answer": "Gern."})
    assert refused.status_code == 422 and "nur durch Beschluss" in refused.text and "Gern." in refused.text
    assert client.post(f"{path}/entscheiden", data={"decision": "accept"}).status_code == 303
    committee = db.session.scalars(sa.select(Committee).where(Committee.name == "Runder Tisch Delbrück")).one()
    assert committee.status is CommitteeStatus.BEING_SET_UP and committee.parent_id is None


@pytest.mark.proves("A6")
def test_what_is_not_taken_in_gets_a_reason_and_stays_with_its_municipality(client: Client, town: Organisation) -> None:
    accounts: list[User] = [make_user(organisation=town), make_user(organisation=make_municipality())]
    other = make_user(organisation=make_organisation(name="Caritasverband"))
    coordinator = make_coordinator()
    db.session.commit()
    path = _register(client.sign_in(accounts[0]), town).headers["Location"]
    for stranger in (accounts[1], make_user()):
        assert client.sign_in(stranger).get(path).status_code == 404
    assert "Runder Tisch" not in client.sign_in(accounts[1]).get(PAGE).text
    assert _register(client, town).status_code == 422  # not for another municipality
    assert "nur Kommunen" in client.sign_in(other).get(f"{PAGE}/anmelden").text
    client.sign_in(coordinator)
    assert client.get(f"{PAGE}/anmelden").status_code == 403
    assert client.post(f"{path}/entscheiden", data={"decision": "decline", "answer": " "}).status_code == 422
    answer = "Den gibt es schon auf Kreisebene."
    assert client.post(f"{path}/entscheiden", data={"decision": "decline", "answer": answer}).status_code == 303
    assert answer in client.sign_in(accounts[0]).get(path).text
    trail = client.sign_in(accounts[1]).get(f"/organisationen/{town.id}/verlauf").text  # open to everybody
    assert town.name in trail and "Runder Tisch Delbrück" not in trail and answer not in trail
    client.sign_in(accounts[0])
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Committee)) == 0
    assert _register(client, town).status_code == 303  # it may be registered anew


@pytest.mark.proves("A6")
def test_the_list_costs_the_same_for_many(client: Client, town: Organisation, count_queries: Any) -> None:
    for number in range(60):
        db.session.add(LocalBodyRegistration(municipality=town, name=f"Tisch {number}", is_existing=True, purpose="x",
                                             kind=CommitteeKind.ROUND_TABLE, function="x"))  # fmt: skip
    db.session.commit()
    client.sign_in(make_coordinator())
    db.session.expunge_all()
    with count_queries() as statements:
        page = client.get(PAGE).text
    assert len(statements) <= 12 and "60 Anmeldungen" in page
