"""Forms of committees, seats and mandates: what is refused, what is kept, who may use them."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest

from govern.committees.models import (
    CadenceInterval,
    Committee,
    CommitteeKind,
    CommitteeNameKind,
    CommitteeStatus,
    Level,
    Mandate,
    MandateKind,
    OfficerRole,
    RepresentsMode,
    Seat,
    SeatGroup,
    Voting,
)
from govern.committees.queries.compositions import composition
from govern.db import db, fingerprint
from govern.formats import today
from govern.people.models import Person, Role
from tests.conftest import Client
from tests.factories import (
    make_committee,
    make_coordinator,
    make_function,
    make_mandate,
    make_meeting,
    make_member,
    make_municipality,
    make_office_user,
    make_organisation,
    make_person,
    make_seat,
    make_seat_group,
    make_steering_group,
    make_user,
)

DAY = timedelta(days=1)


def committee_fields(**changes: Any) -> dict[str, Any]:
    fields: dict[str, Any] = {"name": "AG Wohnen", "kind": "working_group", "status": "active", "level": "",
                              "is_kim": "y"}  # fmt: skip
    return {**fields, **changes}


def seat_fields(**changes: Any) -> dict[str, Any]:
    fields: dict[str, Any] = {"function": "Leitung", "person_count": "1", "participation": "standing",
                              "voting": "not_stated"}  # fmt: skip
    return {**fields, **changes}


# --- committees ------------------------------------------------------------------------------------------------------


@pytest.mark.proves("A1", "A5", "A13", "A14", "A16", "A17", "A18")
def test_a_committee_is_opened_with_everything_it_has(client: Client) -> None:
    top = make_steering_group()
    client.sign_in(make_coordinator())
    assert client.get(f"/gremien/neu?unter={top.id}").status_code == 200
    answer = client.post("/gremien/neu", data=committee_fields(
        short_name="AGW", level="structural", status="being_set_up", parent_id=top.id, opening_reason="Viele Meldungen",
        cadence_interval="monthly", cadence_as_needed="ja", founded_on="März 2021", founding_event="Beschluss",
        max_size="10", max_size_approximate="ja", rules_exist="nein", tasks="Bedarfe klären\n\nBerichten\n",
        competences="Vorschlagen", meetings_public="y",
    ))  # fmt: skip
    made = db.session.query(Committee).filter_by(name="AG Wohnen").one()
    assert (answer.status_code, answer.location) == (303, f"/gremien/{made.id}")
    assert (made.kind, made.level, made.status) == (
        CommitteeKind.WORKING_GROUP, Level.STRUCTURAL, CommitteeStatus.BEING_SET_UP)  # fmt: skip
    assert (made.parent, made.opening_reason, made.founded_on) == (top, "Viele Meldungen", "2021-03")
    assert (made.cadence_interval, made.cadence_as_needed) == (CadenceInterval.MONTHLY, True)
    assert (made.max_size, made.max_size_approximate, made.rules_exist) == (10, True, False)
    assert (made.tasks, made.competences) == (["Bedarfe klären", "Berichten"], ["Vorschlagen"])
    assert made.meetings_public
    assert client.get(f"/gremien/{made.id}").status_code == 200


@pytest.mark.proves("A14")
@pytest.mark.parametrize(
    ("typed", "stored"),
    [("2021", "2021"), ("März 2021", "2021-03"), ("17.03.2021", "2021-03-17"), ("17. März 2021", "2021-03-17"),
     ("", None)],
)  # fmt: skip
def test_a_founding_date_is_as_exact_as_it_is_known(client: Client, typed: str, stored: str | None) -> None:
    client.sign_in(make_coordinator()).post("/gremien/neu", data=committee_fields(founded_on=typed))
    made = db.session.query(Committee).filter_by(name="AG Wohnen").one()
    assert made.founded_on == stored
    if stored:
        page = client.get(f"/gremien/{made.id}/bearbeiten").text
        shown = re.search(r'<input[^>]*id="founded_on"[^>]*value="([^"]*)"', page)
        assert shown
        client.post(f"/gremien/{made.id}/bearbeiten", data=committee_fields(version=made.version, founded_on=shown[1]))
        db.session.expire_all()
        assert made.founded_on == stored


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": " "}, "Bitte einen Namen angeben."),
        ({"founded_on": "31.02.2021"}, "Bitte ein Datum angeben"),
        ({"founded_on": "neulich"}, "Bitte ein Datum angeben"),
        ({"kind": "unsinn"}, "Bitte einen Eintrag der Liste wählen."),
        ({"status": ""}, "Bitte einen Eintrag der Liste wählen."),
        ({"max_size": "0"}, "Bitte eine Zahl ab 1 angeben."),
        ({"max_size": "viele"}, "Bitte eine Zahl ab 1 angeben."),
        ({"parent_id": "99999"}, "Keine gültige Auswahl"),
        ({"office_organisation_id": "99999"}, "Diese Institution steht nicht zur Auswahl."),
    ],
)
def test_bad_input_is_refused_and_kept(client: Client, changes: dict[str, str], sentence: str) -> None:
    client.sign_in(make_coordinator())
    answer = client.post("/gremien/neu", data=committee_fields(note="Bitte nicht vergessen", **changes))
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "Bitte nicht vergessen" in answer.text
    assert db.session.query(Committee).count() == 0


def test_a_stale_form_shows_both_texts_and_overwrites_nothing(client: Client) -> None:
    committee = make_committee(name="Erster", kind=CommitteeKind.WORKING_GROUP)
    version = committee.version
    client.sign_in(make_coordinator())
    assert client.post(f"/gremien/{committee.id}/bearbeiten",
                       data=committee_fields(name="Zweiter", version=version)).status_code == 303  # fmt: skip
    answer = client.post(f"/gremien/{committee.id}/bearbeiten", data=committee_fields(name="Dritter", version=version))
    assert answer.status_code == 409
    assert "Zweiter" in answer.text
    assert 'value="Dritter"' in answer.text
    db.session.expire_all()
    assert committee.name == "Zweiter"
    again = committee_fields(name="Dritter", version=committee.version)
    assert client.post(f"/gremien/{committee.id}/bearbeiten", data=again).status_code == 303


@pytest.mark.proves("A12", "I8")
def test_an_office_opens_committees_below_its_own_only(client: Client) -> None:
    own, other = make_committee(), make_committee()
    client.sign_in(make_office_user(own))
    assert client.post("/gremien/neu", data=committee_fields(name="Darunter", parent_id=own.id)).status_code == 303
    for parent_id in (other.id, ""):
        answer = client.post("/gremien/neu", data=committee_fields(name="Woanders", parent_id=parent_id))
        assert answer.status_code == 422
    assert db.session.query(Committee).filter_by(name="Woanders").count() == 0


@pytest.mark.proves("A2", "A8", "A10", "A18", "A19")
def test_a_committee_is_moved_renamed_marked_merged_and_ended_by_forms(client: Client) -> None:
    top, unit, into = make_steering_group(), make_committee(), make_committee(name="Ziel")
    committee = make_committee(name="Alt", parent=top)
    make_mandate(make_seat(committee))
    meeting = make_meeting(committee)
    client.sign_in(make_coordinator())
    base, day = f"/gremien/{committee.id}", today().isoformat()

    def post(path: str, **fields: Any) -> int:
        return post_based_on_page(client, base + path, **fields)

    assert post("/einordnen", parent_id=unit.id, from_day=day, reason="Abschnitt 3.3") == 303
    assert post("/einordnen", parent_id=committee.id, from_day=day) == 422
    assert post("/umbenennen", name="Neu", from_day=day) == 303
    assert post("/umbenennen", name="Neuer", from_day=(today() + DAY).isoformat()) == 422
    assert post("/namen", name="AG Altbau", kind="predecessor") == 303
    assert post("/hoechstes", instead_of="") == 422
    assert post("/hoechstes", instead_of=top.id) == 303
    db.session.expire_all()
    assert (committee.parent, committee.name, committee.is_highest, top.is_highest) == (unit, "Neu", True, False)
    assert post("/zusammenfuehren", into_id="", on=day) == 422
    assert (
        "Sitzungen, Beschlüsse, Aufträge und Dokumente werden nicht verschoben"
        in client.get(base + "/zusammenfuehren").text
    )
    yesterday = (today() - DAY).isoformat()
    assert post("/zusammenfuehren", into_id=into.id, on=yesterday, take_seats="y") == 303
    db.session.expire_all()
    assert (committee.merged_into, into.is_highest, meeting.committee) == (into, True, committee)
    assert client.get(f"/sitzungen/{meeting.id}").status_code == 200
    assert {n.name for n in into.names} == {"Neu", "Alt", "AG Altbau"}
    assert post_based_on_page(client, f"/gremien/{into.id}/beenden", ended_on=day) == 303
    db.session.expire_all()
    assert (into.ended_on, into.status) == (today(), CommitteeStatus.COMPLETED)
    assert client.post(f"/gremien/{into.id}/wiederaufnehmen").status_code == 303
    db.session.expire_all()
    assert (into.ended_on, into.status) == (None, CommitteeStatus.ACTIVE)


@pytest.mark.proves("A10")
def test_other_names_are_taken_back_former_ones_stay(client: Client) -> None:
    committee = make_committee()
    client.sign_in(make_coordinator())
    client.post(f"/gremien/{committee.id}/namen", data={"name": "Zweitname", "kind": "alias"})
    assert client.post(f"/gremien/{committee.id}/namen", data={"name": "zweitname", "kind": "alias"}).status_code == 422
    post_based_on_page(client, f"/gremien/{committee.id}/umbenennen", name="Neu", from_day=today().isoformat())
    db.session.expire_all()
    statuses = {n.kind: client.post(f"/gremien/namen/{n.id}/entfernen").status_code for n in list(committee.names)}
    assert statuses == {CommitteeNameKind.ALIAS: 303, CommitteeNameKind.FORMER: 422}


@pytest.mark.proves("A11", "A12")
def test_chair_and_office_are_named_and_ended(client: Client) -> None:
    committee, person = make_committee(), make_person(family_name="Talblick")
    client.sign_in(make_coordinator())
    path = f"/gremien/{committee.id}/personen"
    fields = {"role": "chair", "person_id": person.id, "starts_on": today().isoformat()}
    assert client.post(path, data={**fields, "person_id": ""}).status_code == 422
    assert client.post(path, data=fields).status_code == 303
    assert client.post(path, data=fields).status_code == 422
    assert "Talblick" in client.get(path).text
    db.session.expire_all()
    officer = committee.officers[0]
    assert officer.role is OfficerRole.CHAIR
    end = f"/gremien/personen/{officer.id}/beenden"
    assert post_based_on_page(client, end, ends_on=(today() - DAY).isoformat()) == 422
    assert post_based_on_page(client, end, ends_on=today().isoformat()) == 303


@pytest.mark.proves("B15")
def test_a_rule_of_the_composition_is_entered_checked_and_removed(client: Client) -> None:
    committee = make_committee()
    make_mandate(make_seat(committee, function="Bürgermeister:in"))
    client.sign_in(make_coordinator())
    path = f"/gremien/{committee.id}/regeln"
    assert "Noch keine Regel" in client.get(path).text
    fields = {"text": "Mindestens zwei Bürgermeister:innen", "minimum": "2", "function_contains": "Bürgermeister"}
    for wrong in ({"minimum": "0"}, {"function_contains": "!"}, {"text": ""}):
        assert client.post(path, data={**fields, **wrong}).status_code == 422
    assert client.post(path, data=fields).status_code == 303
    assert "nicht erfüllt" in client.get(path).text
    make_mandate(make_seat(committee, function="Bürgermeister:in"))
    assert "nicht erfüllt" not in client.get(path).text
    db.session.expire_all()
    rule = committee.composition_rules[0]
    assert client.post(f"/gremien/regeln/{rule.id}/entfernen").status_code == 303
    assert "Noch keine Regel" in client.get(path).text


# --- seats -----------------------------------------------------------------------------------------------------------


@pytest.mark.proves("B1", "B2", "B3", "B5", "B6", "B8", "B9", "B10", "B11")
def test_a_seat_is_entered_with_everything_it_has(client: Client) -> None:
    committee = make_committee()
    group, upper = make_seat_group(committee), make_seat(committee)
    one, two, town = make_organisation(), make_organisation(), make_municipality()
    client.sign_in(make_coordinator())
    assert client.get(f"/gremien/{committee.id}/sitze/neu").status_code == 200
    answer = client.post(f"/gremien/{committee.id}/sitze/neu", data=seat_fields(
        function="Sprecher:in", organisation_ids=[one.id, two.id], group_id=group.id, parent_id=upper.id,
        is_open_number="y", person_count="", participation="by_topic", voting="yes",
        alternatives="Bürgermeister:in\nLeitung", represents_mode="spokesperson", represents_scope="alle Kommunen",
        represents_count="15", represents_ids=[town.id],
    ))  # fmt: skip
    assert answer.status_code == 303
    seat = db.session.query(Seat).filter_by(function="Sprecher:in").one()
    assert set(seat.organisations) == {one, two}
    assert (seat.group, seat.parent, seat.person_count, seat.voting) == (group, upper, None, Voting.YES)
    assert (seat.alternatives, seat.represents) == (["Bürgermeister:in", "Leitung"], [town])
    assert (seat.represents_mode, seat.represents_count) == (RepresentsMode.SPOKESPERSON, 15)


@pytest.mark.proves("B4", "B16")
def test_several_seats_come_from_one_line(client: Client) -> None:
    committee, towns = make_committee(), [make_municipality() for _ in range(3)]
    client.sign_in(make_coordinator())
    path = f"/gremien/{committee.id}/sitze/neu"
    assert client.post(path, data=seat_fields(one_each="y")).status_code == 422
    assert client.post(path, data=seat_fields(one_each="y", organisation_ids=[t.id for t in towns])).status_code == 303
    assert [f.seat.organisations for f in composition(committee, today())] == [[t] for t in towns]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"function": ""}, "Bitte eine Funktion angeben."),
        ({"person_count": ""}, "Bitte eine Zahl angeben oder"),
        ({"person_count": "0"}, "Bitte eine Zahl von 1 bis 1000 angeben."),
        ({"voting": "vielleicht"}, "Bitte einen Eintrag der Liste wählen."),
        ({"organisation_ids": "99999"}, "Diese Institution steht nicht zur Auswahl."),
        ({"group_id": "99999"}, "Keine gültige Auswahl"),
        ({"starts_on": "gestern"}, "Kein gültiges Datum"),
    ],
)
def test_bad_seats_are_refused_and_kept(client: Client, changes: dict[str, str], sentence: str) -> None:
    committee = make_committee()
    client.sign_in(make_coordinator())
    answer = client.post(f"/gremien/{committee.id}/sitze/neu", data={**seat_fields(note="Bitte behalten"), **changes})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "Bitte behalten" in answer.text
    assert db.session.query(Seat).count() == 0


@pytest.mark.proves("B12")
def test_a_seat_is_changed_from_a_day_on_or_corrected(client: Client) -> None:
    committee = make_committee()
    seat = make_seat(committee, function="Alt")
    make_mandate(seat)
    ids = [o.id for o in seat.organisations]
    client.sign_in(make_coordinator())
    path = f"/sitze/{seat.id}/bearbeiten"
    assert 'value="Alt"' in client.get(path).text
    version = seat.version
    correct = seat_fields(function="Altbau", how="correct", version=version, organisation_ids=ids)
    assert client.post(path, data=correct).status_code == 303
    stale = client.post(path, data={**correct, "function": "Anders"})
    assert stale.status_code == 409
    assert "Altbau" in stale.text
    db.session.expire_all()
    change = seat_fields(function="Neu", how="change", from_day=today().isoformat(), version=seat.version,
                         organisation_ids=ids)  # fmt: skip
    assert client.post(path, data={**change, "from_day": ""}).status_code == 422
    assert client.post(path, data=change).status_code == 303
    assert [f.seat.function for f in composition(committee, today() - DAY)] == ["Altbau"]
    new = composition(committee, today()).seats[0]
    assert (new.seat.function, len(new.holders), [o.id for o in new.seat.organisations]) == ("Neu", 1, ids)


@pytest.mark.proves("B2", "B12")
def test_seats_and_headings_are_ordered_ended_and_deleted_by_forms(client: Client) -> None:
    committee = make_committee()
    first, second = make_seat(committee, function="Eins"), make_seat(committee, function="Zwei")
    client.sign_in(make_coordinator())
    assert client.post(f"/sitze/{first.id}/verschieben", data={"direction": "down"}).status_code == 303
    assert [f.seat for f in composition(committee, today())] == [second, first]
    fragment = client.post(f"/sitze/{first.id}/verschieben", data={"direction": "up"}, headers={"HX-Request": "true"})
    assert fragment.text.strip().startswith('<div id="committees-composition"')
    assert fragment.text.index("Eins") < fragment.text.index("Zwei")
    order = {"order": f"{second.id},{first.id}"}
    assert client.post(f"/gremien/{committee.id}/sitze/ordnen", data=order).status_code == 303
    assert [f.seat for f in composition(committee, today())] == [second, first]
    assert client.post(f"/gremien/{committee.id}/sitze/ordnen", data={"order": "x,1"}).status_code == 422
    assert client.post(f"/sitze/{second.id}/loeschen").status_code == 303
    make_mandate(first)
    assert client.post(f"/sitze/{first.id}/loeschen").status_code == 422
    assert post_based_on_page(client, f"/sitze/{first.id}/beenden", ends_on=today().isoformat()) == 303
    assert composition(committee, today() + DAY).entry_count == 0
    path = f"/gremien/{committee.id}/sitzgruppen"
    for name in ("Kommunen", "Verbände"):
        assert client.post(path, data={"name": name}).status_code == 303
    assert client.post(path, data={"name": "Kommunen"}).status_code == 422
    group = db.session.query(SeatGroup).filter_by(name="Verbände").one()
    assert client.post(f"/sitzgruppen/{group.id}/verschieben", data={"direction": "up"}).status_code == 303
    assert client.get(f"/sitzgruppen/{group.id}/umbenennen").status_code == 200
    renamed = {"name": "Träger", "version": fingerprint(group.name)}
    assert client.post(f"/sitzgruppen/{group.id}/umbenennen", data=renamed).status_code == 303
    page = client.get(path).text.partition("<main")[2]
    assert page.index("Träger") < page.index("Kommunen")
    assert client.post(f"/sitzgruppen/{group.id}/entfernen").status_code == 303


# --- mandates --------------------------------------------------------------------------------------------------------


@pytest.mark.proves("B13")
def test_a_person_is_named_succeeded_and_ended(client: Client) -> None:
    seat = make_seat(alternatives=["Bürgermeister:in", "Leitung"])
    first, second = make_person(), make_person(family_name="Nachfolge")
    client.sign_in(make_coordinator())
    path = f"/sitze/{seat.id}/besetzen"
    assert client.get(path).status_code == 200
    fields = {"kind": "holder", "person_id": first.id, "starts_on": "2025-01-01", "function_held": "Leitung"}
    assert client.post(path, data={**fields, "person_id": ""}).status_code == 422
    assert client.post(path, data={**fields, "starts_on": ""}).status_code == 422
    assert client.post(path, data=fields).status_code == 303
    assert client.post(path, data=fields).status_code == 422
    assert "checked" in re.findall(r'<input[^>]*name="succeeds"[^>]*>', client.get(path).text)[0]
    assert client.post(path, data={"kind": "holder", "person_id": second.id, "starts_on": today().isoformat(),
                                   "succeeds": "y"}).status_code == 303  # fmt: skip
    mandates = db.session.query(Mandate).order_by(Mandate.starts_on).all()
    assert [(m.person, m.ends_on, m.function_held) for m in mandates] == [
        (first, today() - DAY, "Leitung"), (second, None, None)
    ]  # fmt: skip
    assert "Nachfolge" in client.get(f"/sitze/{seat.id}").text
    end = f"/mandate/{mandates[1].id}/beenden"
    assert post_based_on_page(client, end, ends_on="2024-01-01") == 422
    assert post_based_on_page(client, end, ends_on=today().isoformat()) == 303


@pytest.mark.proves("B11", "B13")
def test_a_person_not_in_the_directory_is_entered_with_function(client: Client) -> None:
    organisation = make_organisation()
    seat = make_seat(organisations=[organisation], function="Amtsleitung")
    client.sign_in(make_coordinator())
    fields = {"kind": "holder", "given_name": "Toni", "family_name": "Ährenkamp", "email": "Toni@muster.example",
              "starts_on": today().isoformat()}  # fmt: skip
    assert client.post(f"/sitze/{seat.id}/besetzen", data={**fields, "email": "keine"}).status_code == 422
    assert client.post(f"/sitze/{seat.id}/besetzen", data=fields).status_code == 303
    person = db.session.query(Person).filter_by(family_name="Ährenkamp").one()
    assert [(f.organisation, f.function) for f in person.functions] == [(organisation, "Amtsleitung")]
    assert [m.person for m in seat.mandates] == [person]
    again = client.post(f"/sitze/{seat.id}/besetzen", data=fields)
    assert again.status_code == 422
    assert "gibt es schon" in again.text


@pytest.mark.proves("B20")
def test_a_member_names_a_deputy_for_the_own_seat_only(client: Client) -> None:
    committee = make_committee()
    seat, other = make_seat(committee), make_seat(committee)
    member, colleague = make_user(), make_person(family_name="Bachmühle")
    for person in (member.person, colleague):
        make_function(person, seat.organisations[0])
    make_mandate(seat, member.person)
    client.sign_in(member)
    assert f"/sitze/{seat.id}/besetzen" in client.get("/meine-sitze").text
    fields = {"kind": "deputy", "person_id": colleague.id, "starts_on": today().isoformat()}
    assert client.post(f"/sitze/{other.id}/besetzen", data=fields).status_code == 403
    assert "Bachmühle" in client.get(f"/sitze/{seat.id}/besetzen").text
    assert client.post(f"/sitze/{seat.id}/besetzen", data={**fields, "kind": "holder"}).status_code == 303
    deputy = db.session.query(Mandate).filter_by(person_id=colleague.id).one()
    assert deputy.kind is MandateKind.DEPUTY  # a holder never names another holder
    assert "Bachmühle" in client.get("/meine-sitze").text
    assert post_based_on_page(client, f"/mandate/{deputy.id}/beenden", ends_on=today().isoformat()) == 303
    own = db.session.query(Mandate).filter_by(person_id=member.person_id).one()
    assert client.post(f"/mandate/{own.id}/beenden", data={"ends_on": today().isoformat()}).status_code == 403


@pytest.mark.proves("B21")
def test_an_organisation_names_representatives_for_its_own_seats(client: Client) -> None:
    town, other = make_municipality(name="Stadt Musterau"), make_municipality()
    own, foreign = make_seat(organisations=[town]), make_seat(organisations=[other])
    shared = make_seat(organisations=[town, other])
    stranger = make_person()
    client.sign_in(make_user(organisation=town))
    page = client.get("/meine-sitze").text
    assert "Sitze: Stadt Musterau" in page
    assert f"/sitze/{own.id}/besetzen" in page
    assert f"/sitze/{foreign.id}" not in page
    fields = {"kind": "holder", "given_name": "Nike", "family_name": "Rathaus", "starts_on": today().isoformat()}
    assert client.post(f"/sitze/{foreign.id}/besetzen", data=fields).status_code == 403
    assert client.post(f"/sitze/{own.id}/besetzen", data={**fields, "given_name": "", "family_name": "",
                                                          "person_id": stranger.id}).status_code == 422  # fmt: skip
    assert client.post(f"/sitze/{own.id}/besetzen", data=fields).status_code == 303
    named = db.session.query(Person).filter_by(family_name="Rathaus").one()
    again = {"kind": "holder", "person_id": named.id, "starts_on": today().isoformat()}
    assert client.post(f"/sitze/{shared.id}/besetzen", data=again).status_code == 303
    assert db.session.query(Mandate).filter_by(seat_id=shared.id).one().organisation == town
    theirs = make_mandate(shared, organisation=other)
    end = {"ends_on": today().isoformat()}
    assert client.post(f"/mandate/{theirs.id}/beenden", data=end).status_code == 404
    assert "Rathaus" in client.get("/meine-sitze").text


@pytest.mark.proves("B7")
def test_a_municipality_sees_where_it_sits_and_who_speaks_for_it(client: Client) -> None:
    town = make_municipality(name="Stadt Musterau")
    steering = make_steering_group()
    make_seat(steering, function="Sprecher:in der Bürgermeister:innen", organisations=[], represents=[town],
              represents_mode=RepresentsMode.SPOKESPERSON, represents_scope="alle Kommunen")  # fmt: skip
    make_seat(make_committee(name="AK Migration"), function="Integrationsbeauftragte:r", organisations=[town])
    make_seat(make_committee(name="AK Fremd"), function="Anderswo")
    make_seat(steering, function="Früher", organisations=[town], ends_on=date(2024, 12, 31))
    unit = make_organisation(parent=town, name="Integrationsrat Musterau")
    make_seat(steering, function="Vorsitz", organisations=[unit])
    for user, path in ((make_user(organisation=town), "/meine-sitze"), (make_user(), f"/organisationen/{town.id}")):
        page = client.sign_in(user).get(path).text
        assert "Wer sonst für diese Institution spricht" in page
        for words in ("Sprecher:in der Bürgermeister:innen", "AK Migration", "Integrationsbeauftragte:r", "Vorsitz"):
            assert words in page
        assert "Anderswo" not in page
        assert "Früher" not in page


@pytest.mark.proves("B6", "B20")
def test_at_my_seat_i_see_for_whom_i_speak(client: Client) -> None:
    seat = make_seat(represents=[make_municipality(name="Stadt Musterau")], represents_count=15,
                     represents_scope="alle kreisangehörigen Kommunen")  # fmt: skip
    member = make_user()
    make_mandate(seat, member.person)
    page = client.sign_in(member).get("/meine-sitze").text
    assert "Sie sprechen für: alle kreisangehörigen Kommunen (15): Stadt Musterau" in page
    assert "keine Stellvertretung benannt" in page


@pytest.mark.proves("I8")
def test_who_leaves_loses_mandates_with_the_last_day(client: Client) -> None:
    person = make_person()
    mandate = make_mandate(make_seat(), person)
    coming = make_mandate(make_seat(), person, starts_on=today() + 30 * DAY)
    client.sign_in(make_coordinator())
    assert client.post(f"/personen/{person.id}/ausscheiden", data={"on": today().isoformat()}).status_code == 303
    db.session.expire_all()
    assert mandate.ends_on == today()
    assert db.session.get(Mandate, coming.id) is None


# --- who may use them ------------------------------------------------------------------------------------------------


def test_forms_are_for_the_office_and_the_coordination(client: Client) -> None:
    committee = make_committee()
    seat = make_seat(committee)
    group = make_seat_group(committee)
    mandate = make_mandate(seat)
    for_office = [
        f"/gremien/{committee.id}/bearbeiten", f"/gremien/{committee.id}/einordnen", f"/gremien/{committee.id}/namen",
        f"/gremien/{committee.id}/umbenennen", f"/gremien/{committee.id}/beenden", f"/gremien/{committee.id}/personen",
        f"/gremien/{committee.id}/regeln",
        f"/gremien/{committee.id}/sitze/neu", f"/gremien/{committee.id}/sitzgruppen", f"/sitze/{seat.id}/bearbeiten",
        f"/gremien/{committee.id}/stimmrechte",
        f"/sitze/{seat.id}/beenden", f"/sitze/{seat.id}/besetzen", f"/sitzgruppen/{group.id}/umbenennen",
        f"/mandate/{mandate.id}/beenden",
    ]  # fmt: skip
    for_coordination = [f"/gremien/{committee.id}/zusammenfuehren", f"/gremien/{committee.id}/hoechstes"]
    persons = {
        make_coordinator(): (200, 200),
        make_office_user(committee): (200, 403),
        make_member(committee): (403, 403),
        make_office_user(make_committee()): (403, 403),
        make_user(Role.CASE_MANAGER): (403, 403),
        make_user(organisation=make_municipality()): (403, 403),
    }
    for user, (office, coordination) in persons.items():
        client.sign_in(user)
        for path in for_office:
            # Who may not even see who sits there gets 404 for a mandate.
            hidden = path.startswith("/mandate") and office == 403 and user.standing.member_committees == frozenset()
            status = client.get(path).status_code
            assert status == office or (hidden and status == 404), (path, user.function_label)
        for path in for_coordination:
            assert client.get(path).status_code == coordination, (path, user.function_label)


def post_based_on_page(client: Client, path: str, **fields: Any) -> int:
    """Open a form, fill in its fields and send it; returns the status."""
    page = client.get(path)
    assert page.status_code == 200
    versions = re.findall(r'<input[^>]*name="version"[^>]*value="([^"]*)"', page.text)
    return client.post(
        path, data={**dict.fromkeys(["version"] if versions else [], versions[-1:]), **fields}
    ).status_code
