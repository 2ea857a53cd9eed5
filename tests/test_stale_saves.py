"""Of two who opened the same form, the later one sees both texts and overwrites nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from govern.db import db
from govern.documents.models import Document, DocumentFiling, DocumentKind
from govern.formats import today
from govern.meetings.models import ItemKind, ItemResult, MeetingState, StandingItem
from tests.conftest import Client
from tests.factories import (
    make,
    make_administrator,
    make_committee,
    make_coordinator,
    make_evaluation,
    make_function,
    make_guest,
    make_item,
    make_mandate,
    make_meeting,
    make_officer,
    make_person,
    make_place,
    make_resolution,
    make_seat,
    make_seat_group,
    make_user,
)


def a_document() -> tuple[Any, str, dict[str, Any], str]:
    committee = make_committee()
    document = make(
        Document(body_id=committee.body_id, title="Anfang", sort_title="anfang", kind=DocumentKind.OTHER,
                 filings=[DocumentFiling(committee=committee)])
    )  # fmt: skip
    return document, f"/dokumente/{document.id}/bearbeiten", {"kind": "other", "committee_ids": [committee.id]}, "title"


def a_place() -> tuple[Any, str, dict[str, Any], str]:
    place = make_place()
    return place, f"/orte/{place.id}/bearbeiten", {"name": place.name}, "note"


def a_guest() -> tuple[Any, str, dict[str, Any], str]:
    guest = make_guest()
    return guest, f"/gaeste/{guest.id}/bearbeiten", {"name": guest.name}, "reason"


def a_standing_item() -> tuple[Any, str, dict[str, Any], str]:
    item = make(StandingItem(committee=make_committee(), title="Anfang", kind=ItemKind.REPORT, position=1))
    return item, f"/standardpunkte/{item.id}/bearbeiten", {"kind": "report", "at_end": "anfang"}, "title"


def a_function() -> tuple[Any, str, dict[str, Any], str]:
    held = make_function(make_person())
    path = f"/personen/{held.person_id}/funktionen/{held.id}"
    return held, path, {"organisation_id": held.organisation_id}, "function"


def a_heading() -> tuple[Any, str, dict[str, Any], str]:
    group = make_seat_group(make_committee())
    return group, f"/sitzgruppen/{group.id}/umbenennen", {}, "name"


FORMS = [a_document, a_place, a_guest, a_standing_item, a_function, a_heading]


@pytest.mark.proves("D-12")
@pytest.mark.parametrize("a_form", FORMS, ids=lambda make_row: make_row.__name__)
def test_a_stale_save_shows_both_texts_and_overwrites_nothing(
    client: Client, a_form: Callable[[], tuple[Any, str, dict[str, Any], str]]
) -> None:
    row, path, data, field = a_form()
    client.sign_in(make_coordinator())
    data["version"] = hidden(client.get(path).text, "version")
    assert client.post(path, data={**data, field: "Die Erste"}).status_code == 303
    stale = client.post(path, data={**data, field: "Der Zweite"})
    assert stale.status_code == 409
    assert "Die Erste" in stale.text and "Der Zweite" in stale.text
    db.session.expire_all()
    assert getattr(row, field) == "Die Erste"
    data["version"] = hidden(stale.text, "version")
    assert client.post(path, data={**data, field: "Beide"}).status_code == 303  # knowingly, after seeing both
    db.session.expire_all()
    assert getattr(row, field) == "Beide"


@pytest.mark.proves("D-12")
@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["page", "fragment"])
def test_of_two_results_the_later_one_is_a_conflict(client: Client, headers: dict[str, str]) -> None:
    item = make_item(make_meeting(state=MeetingState.IN_SESSION))
    page = f"/sitzungen/{item.meeting_id}/protokollieren?punkt={item.id}"
    path = f"/sitzungen/{item.meeting_id}/punkte/{item.id}/ergebnis"
    client.sign_in(make_coordinator())
    text = client.get(page).text
    data = {"version": 0, "minutes_text": "", "result_version": hidden(text, "result_version")}
    first = client.post(path, data={**data, "result": "noted", "result_note": "Die Erste"}, headers=headers)
    assert first.status_code < 400
    late = {**data, "result": "postponed", "result_note": "Der Zweite"}
    stale = client.post(path, data=late, headers=headers)
    assert stale.status_code == 409
    assert "Die Erste" in stale.text and "Der Zweite" in stale.text
    db.session.expire_all()
    assert (item.result, item.result_note) == (ItemResult.NOTED, "Die Erste")
    late["result_version"] = hidden(stale.text, "result_version")
    assert client.post(path, data=late, headers=headers).status_code < 400
    db.session.expire_all()
    assert (item.result, item.result_note) == (ItemResult.POSTPONED, "Der Zweite")


@pytest.mark.proves("D-12")
def test_of_two_changes_of_an_account_the_later_one_is_a_conflict(client: Client) -> None:
    account = make_user()
    path = f"/konten/{account.id}/bearbeiten"
    client.sign_in(make_administrator())
    data = {"version": hidden(client.get(path).text, "version")}
    assert client.post(path, data={**data, "email": "erste@muster.example"}).status_code == 303
    stale = client.post(path, data={**data, "email": "zweite@muster.example"})
    assert stale.status_code == 409
    assert "erste@muster.example" in stale.text and "zweite@muster.example" in stale.text
    db.session.expire_all()
    assert account.email == "erste@muster.example"


def a_mandate() -> tuple[Any, str, dict[str, Any], str, list[Any]]:
    mandate = make_mandate(starts_on=today() - timedelta(days=30))
    return mandate, f"/mandate/{mandate.id}/beenden", {}, "ends_on", [today(), today() - timedelta(days=2)]


def a_task() -> tuple[Any, str, dict[str, Any], str, list[Any]]:
    officer = make_officer(make_committee(), make_person(), starts_on=today() - timedelta(days=30))
    path = f"/gremien/personen/{officer.id}/beenden"
    return officer, path, {}, "ends_on", [today(), today() - timedelta(days=2)]


def a_seat() -> tuple[Any, str, dict[str, Any], str, list[Any]]:
    seat = make_seat()
    return seat, f"/sitze/{seat.id}/beenden", {}, "ends_on", [today(), today() - timedelta(days=2)]


def a_name() -> tuple[Any, str, dict[str, Any], str, list[Any]]:
    committee = make_committee()
    data = {"from_day": today().isoformat()}
    return committee, f"/gremien/{committee.id}/umbenennen", data, "name", ["Die Erste", "Der Zweite"]


def a_parent() -> tuple[Any, str, dict[str, Any], str, list[Any]]:
    committee, parents = make_committee(), [make_committee(name="Die Erste"), make_committee(name="Der Zweite")]
    data = {"from_day": today().isoformat()}
    return committee, f"/gremien/{committee.id}/einordnen", data, "parent_id", [p.id for p in parents]


def an_end() -> tuple[Any, str, dict[str, Any], str, list[Any]]:
    committee = make_committee()
    return committee, f"/gremien/{committee.id}/beenden", {}, "ended_on", [today(), today() - timedelta(days=2)]


CHANGES = [a_mandate, a_task, a_seat, a_name, a_parent, an_end]


@pytest.mark.proves("D-12")
@pytest.mark.parametrize("a_change", CHANGES, ids=lambda make_row: make_row.__name__)
def test_of_two_who_end_move_or_rename_something_the_later_one_sees_both(
    client: Client, a_change: Callable[[], tuple[Any, str, dict[str, Any], str, list[Any]]]
) -> None:
    row, path, data, field, (first, second) = a_change()
    client.sign_in(make_coordinator())
    data["version"] = hidden(client.get(path).text, "version")
    assert client.post(path, data={**data, field: first}).status_code == 303
    stale = client.post(path, data={**data, field: second})
    assert stale.status_code == 409
    assert "Inzwischen gespeichert" in stale.text and "Ihre Eingabe" in stale.text
    assert hidden(stale.text, "version") != data["version"]
    db.session.expire_all()
    assert getattr(row, field) == first
    without = {name: value for name, value in data.items() if name != "version"}
    assert client.post(path, data={**without, field: second}).status_code == 409


@pytest.mark.proves("A19", "D-12")
def test_a_committee_is_not_merged_on_what_no_longer_holds(client: Client) -> None:
    committee, into = make_committee(name="Alt"), make_committee(name="Ziel")
    client.sign_in(make_coordinator())
    path = f"/gremien/{committee.id}/zusammenfuehren"
    data = {"into_id": into.id, "on": today().isoformat(), "version": hidden(client.get(path).text, "version")}
    committee.name = "Inzwischen umbenannt"
    db.session.commit()
    assert client.post(path, data=data).status_code == 409
    db.session.expire_all()
    assert committee.merged_into is None and committee.ended_on is None
    data["version"] = hidden(client.get(path).text, "version")
    assert client.post(path, data=data).status_code == 303
    db.session.expire_all()
    assert committee.merged_into is into


def hidden(text: str, name: str) -> str:
    """The value of a hidden field as the page holds it."""
    tag = next(tag for tag in re.findall("<input[^>]*>", text) if f'name="{name}"' in tag)
    found = re.search('value="([^"]*)"', tag)
    assert found is not None
    return found[1]


@pytest.mark.proves("D-12")
def test_a_form_that_was_just_opened_tells_of_no_other_who_saved(client: Client) -> None:
    resolution = make_resolution()
    committee, evaluation = resolution.committee_id, make_evaluation()
    client.sign_in(make_coordinator())
    for path in (
        f"/gremien/{committee}/anschreiben/bearbeiten?anlass=topic_call",
        f"/beschluesse/{resolution.id}/umsetzung",
        f"/luecken/{evaluation.matter_id}/bearbeiten",
        f"/wirkungspruefungen/{evaluation.id}/termin",
        "/berichte-an-kommunen/neu",
    ):
        page = client.get(path)
        assert page.status_code == 200, path
        assert "hat inzwischen gespeichert" not in page.text, path
