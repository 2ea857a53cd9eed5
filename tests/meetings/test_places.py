"""The list of places, and the standing items of a committee."""

from __future__ import annotations

from govern.db import db
from govern.meetings.models import ItemKind, Place, StandingItem
from govern.meetings.services import places, standing_items
from tests.conftest import Client
from tests.factories import make, make_committee, make_meeting, make_member, make_office_user, make_place


def test_places_are_listed_added_changed_and_retired(client: Client) -> None:
    committee = make_committee()
    client.sign_in(make_office_user(committee))
    assert "Noch keine Orte" in client.get("/orte").text
    client.post("/orte/neu", data={"name": "Kreishaus", "video_url": "https://v.example/1"})
    place = db.session.query(Place).one()
    assert client.post("/orte/neu", data={"name": " Kreishaus "}).status_code == 422
    assert client.post("/orte/neu", data={"name": "Saal", "video_url": "http://unsicher"}).status_code == 422
    client.post(
        f"/orte/{place.id}/bearbeiten",
        data={
            "name": "Kreishaus, Raum 130",
            "note": "Ohne Stufen",
            "video_url": "",
            "version": places.version_of(place),
        },
    )
    assert (place.name, place.note, place.video_url) == ("Kreishaus, Raum 130", "Ohne Stufen", None)
    client.post(f"/orte/{place.id}/stilllegen")
    client.get("/orte")  # the notice is read
    assert "Kreishaus" not in client.get(f"/gremien/{committee.id}/sitzungen/neu").text
    meeting = make_meeting(committee, place=place)
    assert "Kreishaus" in client.get(f"/sitzungen/{meeting.id}/bearbeiten").text  # it keeps the place it has
    client.post(f"/orte/{place.id}/wieder-anbieten")
    assert "Kreishaus" in client.get(f"/gremien/{committee.id}/sitzungen/neu").text


def test_places_are_kept_by_those_who_plan(client: Client) -> None:
    place = make_place()
    client.sign_in(make_member(make_committee()))
    assert client.get("/orte").status_code == 403
    assert client.post("/orte/neu", data={"name": "x"}).status_code == 403
    assert client.post(f"/orte/{place.id}/bearbeiten", data={"name": "x"}).status_code == 403


def test_standing_items_are_kept_in_order_at_start_and_end(client: Client) -> None:
    committee = make_committee()
    client.sign_in(make_office_user(committee))
    url = f"/gremien/{committee.id}/standardpunkte"
    for title, at_end in (("Eröffnung", "anfang"), ("Berichte", "anfang"), ("Verschiedenes", "ende")):
        client.post(
            url, data={"title": title, "kind": "report", "at_end": at_end, "planned_minutes": "5", "is_public": "y"}
        )
    items = db.session.query(StandingItem).order_by(StandingItem.id).all()
    assert [(i.title, i.at_end, i.position) for i in items] == [
        ("Eröffnung", False, 1), ("Berichte", False, 2), ("Verschiedenes", True, 1),
    ]  # fmt: skip
    client.post(f"/standardpunkte/{items[1].id}/verschieben", data={"direction": "up"})
    client.post(f"/standardpunkte/{items[2].id}/verschieben", data={"direction": "up"})
    assert [i.position for i in items] == [2, 1, 1]
    client.post(
        f"/standardpunkte/{items[0].id}/bearbeiten",
        data={"title": "Begrüßung", "kind": "discussion", "at_end": "ende",
              "version": standing_items.version_of(items[0])},
    )  # fmt: skip
    assert (items[0].title, items[0].kind, items[0].at_end, items[0].position, items[0].is_public) == (
        "Begrüßung", ItemKind.DISCUSSION, True, 2, False,
    )  # fmt: skip
    client.post(f"/standardpunkte/{items[2].id}/streichen")
    assert f"/standardpunkte/{items[2].id}/bearbeiten" not in client.get(url).text
    assert client.post(url, data={"title": "", "kind": "report", "at_end": "anfang"}).status_code == 422


def test_confidential_standing_items_are_for_those_who_plan(client: Client) -> None:
    committee = make_committee()
    item = make(StandingItem(committee=committee, title="Personal", kind=ItemKind.REPORT, is_public=False))
    assert client.sign_in(make_member(committee)).get(f"/standardpunkte/{item.id}/bearbeiten").status_code == 404
    assert client.get(f"/gremien/{committee.id}/standardpunkte").status_code == 403
