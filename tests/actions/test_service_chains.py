"""Service chains: stations and interfaces as data, drawn, with the gaps met there counted or masked (E13)."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
import sqlalchemy as sa

from govern.actions.chain_drawings import draw_service_chain
from govern.actions.models import ChainInterface, ChainPlace, ChainStation, ChainVersion
from govern.db import db, now
from govern.people.models import Role
from tests.conftest import Client
from tests.factories import (
    make_coordinator,
    make_gap_report,
    make_matter,
    make_municipality,
    make_organisation,
    make_user,
)

pytestmark = pytest.mark.usefixtures("app")
INDEX = "/dienstleistungsketten"


def sent(**values: Any) -> dict[str, Any]:
    stations = [("Zuzug", "arrival", "Bürgerbüro"), ("Beratung", "first_counselling", "KI\nBürgerbüro"),
                ("Sprachkurs", "offer", "")]  # fmt: skip
    found: dict[str, Any] = {"name": "Vom Zuzug zum Kurs", "action_field": "language", "is_in_use": "y", "version": "0"}
    for n, (name, place, organisations) in enumerate(stations):
        found |= {f"stations-{n}-number": str(n + 1), f"stations-{n}-name": name, f"stations-{n}-place": place,
                  f"stations-{n}-organisations": organisations}  # fmt: skip
    interfaces = [("1", "2", "Zettel mit Termin", "handover"), ("2", "3", "", "waiting"), ("3", "1", "Rückruf", "")]
    for n, (start, end, text, place) in enumerate(interfaces):
        found |= {f"interfaces-{n}-start": start, f"interfaces-{n}-end": end, f"interfaces-{n}-text": text,
                  f"interfaces-{n}-place": place}  # fmt: skip
    return found | values


@pytest.mark.proves("E13", "D-50", "D-55")
def test_the_coordination_describes_a_chain_and_only_it_reads_true_numbers(client: Client) -> None:
    make_organisation(name="Bürgerbüro")
    make_organisation(name="Kommunales Integrationszentrum", short_name="KI")
    for _matter in range(3):
        make_matter(chain_place=ChainPlace.ARRIVAL, action_field="language", shared_at=now())
    make_matter(chain_place=ChainPlace.ARRIVAL, action_field="work", shared_at=now())
    make_matter(chain_place=ChainPlace.WAITING, action_field="language")
    client.sign_in(make_coordinator())
    unknown = client.post(f"{INDEX}/neu", data=sent(**{"stations-2-organisations": "Bürgerbürro"}))
    assert unknown.status_code == 422
    assert "„Bürgerbürro“ steht nicht unter den Organisationen. Meinten Sie „Bürgerbüro“?" in unknown.text
    assert "Zettel mit Termin" in unknown.text
    made = client.post(f"{INDEX}/neu", data=sent())
    assert made.status_code == 303
    path = made.location
    page = client.get(path).text
    for words in ("3 Lücken", "1 Lücke", "stelle=arrival", "Bürgerbüro", "Zettel mit Termin", "Beratung → Sprachkurs"):
        assert words in page
    assert path in client.get(INDEX).text
    rows = client.get("/luecken?feld=language&stelle=arrival").text
    assert len(re.findall(r"L-20\d\d-\d+", rows)) == 3
    reader = make_user(Role.ORGANISATION, organisation=make_municipality())
    page = client.sign_in(reader).get(path).text
    assert "unter 5 Lücken" in page
    assert "3 Lücken" not in page
    assert "Werte unter 5 sind aus Datenschutzgründen nicht ausgewiesen" in page
    assert client.get(f"{path}/bearbeiten").status_code == 403
    outsider = client.sign_in(make_user()).get(path)
    assert outsider.status_code == 200
    assert "unter 5" not in outsider.text


@pytest.mark.proves("E13")
def test_a_changed_chain_is_a_new_version_and_a_stale_one_overwrites_nothing(client: Client) -> None:
    client.sign_in(make_coordinator())
    plain = {f"stations-{n}-organisations": "" for n in range(3)}
    path = client.post(f"{INDEX}/neu", data=sent(**plain)).location
    more = client.post(f"{path}/bearbeiten", data=sent(**plain, version="1", add_station="1"))
    assert more.status_code == 200
    assert "Station 4" in more.text
    renamed = sent(
        **plain, version="1", reason="Anmeldung zuerst", **{"stations-1-number": "1", "stations-0-number": "2"}
    )
    assert client.post(f"{path}/bearbeiten", data=renamed).status_code == 303
    stale = client.post(f"{path}/bearbeiten", data=sent(**plain, version="1", name="Anders"))
    assert stale.status_code == 409
    assert "Anders" in stale.text
    versions = db.session.scalars(sa.select(ChainVersion).order_by(ChainVersion.number)).all()
    assert [[s.name for s in v.stations] for v in versions] == [
        ["Zuzug", "Beratung", "Sprachkurs"], ["Beratung", "Zuzug", "Sprachkurs"],
    ]  # fmt: skip
    page = client.get(path).text
    assert "Anmeldung zuerst" in page
    old = client.get(f"{path}?fassung=1").text
    assert "Das ist eine frühere Fassung." in old
    assert client.get(f"{path}?fassung=9").status_code == 404
    ended = {name: value for name, value in renamed.items() if name != "is_in_use"} | {"version": "2"}
    assert client.post(f"{path}/bearbeiten", data=ended).status_code == 303
    assert "gilt nicht mehr" in client.get(INDEX).text


@pytest.mark.proves("E13")
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"stations-1-name": "", "stations-2-name": ""}, "mindestens zwei Stationen"),
        ({"stations-1-number": "1"}, "Die Nummer 1 haben zwei Stationen"),
        ({"interfaces-0-end": "7"}, "die Station 7, die es nicht gibt"),
        ({"interfaces-0-end": "1"}, "nicht die Station 1 mit sich"),
        ({"interfaces-0-end": ""}, "entfällt, wenn beide Nummern und der Text leer sind"),
        ({"interfaces-0-start": "", "interfaces-0-end": ""}, "entfällt, wenn beide Nummern und der Text leer sind"),
        ({"interfaces-0-text": "Anruf bei 0171 2345678"}, "Bitte noch einmal ansehen"),
    ],
)
def test_a_faulty_chain_is_refused_with_everything_typed(client: Client, changes: dict[str, str], words: str) -> None:
    client.sign_in(make_coordinator())
    answer = client.post(f"{INDEX}/neu", data=sent(**{f"stations-{n}-organisations": "" for n in range(3)}, **changes))
    assert answer.status_code == 422
    assert words in answer.text
    assert "Vom Zuzug zum Kurs" in answer.text
    assert db.session.query(ChainVersion).count() == 0


def test_the_drawing_holds_every_station_and_interface_without_overlaps() -> None:
    stations = [ChainStation(position=n, name=f"Station mit langem Namen {n} " * n, text="", organisations=[])
                for n in range(1, 6)]  # fmt: skip
    pairs = [(1, 2), (2, 3), (3, 4), (4, 5), (1, 4), (5, 2)]
    interfaces = [ChainInterface(number=n, from_position=a, to_position=b, text="Wort " * 60)
                  for n, (a, b) in enumerate(pairs, 1)]  # fmt: skip
    drawing = draw_service_chain(ChainVersion(name="Kette", stations=stations, interfaces=interfaces), {})
    assert sorted(arrow.interface.number for arrow in drawing.arrows) == [1, 2, 3, 4, 5, 6]
    for upper, lower in zip(drawing.boxes, drawing.boxes[1:], strict=False):
        assert upper.y + upper.height < lower.y
    for arrow in drawing.arrows:
        assert 0 < arrow.badge[0] < drawing.width
        for _x, y, _words in arrow.words:
            assert not any(box.y < y < box.y + box.height for box in drawing.boxes)
    assert drawing.height > drawing.boxes[-1].y + drawing.boxes[-1].height


def test_a_chain_costs_the_same_however_long_it_is(
    client: Client, count_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    coordinator = make_coordinator()
    names = "\n".join(make_organisation().name for _ in range(5))
    client.sign_in(coordinator)
    organisations = {f"stations-{n}-organisations": names for n in range(3)}
    path = client.post(f"{INDEX}/neu", data=sent(**organisations)).location
    for _matter in range(3):
        make_gap_report(matter=make_matter(chain_place=ChainPlace.OFFER, action_field="language"))
    db.session.expunge_all()
    with count_queries() as statements:
        assert client.get(path).status_code == 200
    assert len(statements) <= 12, "\n".join(statements)
