"""The route of matters as data: checked, imported and exported, changed from a day on by the coordination."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from govern.committees.models import SINCE_EVER, Route, RoutePhase
from govern.committees.queries.routes import route_on
from govern.committees.structure.reading import read_structure
from govern.db import db
from govern.formats import today
from govern.people.queries.accounts import find_body
from tests.conftest import Client
from tests.factories import make_coordinator, make_steering_group, make_user

from .test_structure_files import MINIMAL, faults_of
from .test_structure_import import county, exported, take

pytestmark = pytest.mark.usefixtures("app")
KIND = "  kind: county\n"
ROUTE = """\
  routes:
    - name: Kurz
      steps:
        - key: gemeldet
          name: Gemeldet
          phase: collect
          direction: up
          place: coordination
          shortcut_to: [umgesetzt]
        - key: beraten
          name: Beraten
          phase: plan
          direction: up
          place: committee
          level: strategic
        - key: umgesetzt
          name: Umgesetzt
          phase: implement
          direction: down
          place: organisations
          needs_resolution: true
"""


def with_route(route: str = ROUTE) -> str:
    return MINIMAL.replace(KIND, KIND + route, 1)


def routes() -> list[Route]:
    return db.session.query(Route).order_by(Route.starts_on, Route.id).all()


@pytest.mark.proves("E7", "E8", "E9", "E11")
@pytest.mark.parametrize(
    ("name", "steps"),
    [
        ("dueren", ["Benannt", "Gebündelt", "Leitungsebenen", "Lenkungsgruppe", "Neuer Arbeitskreis", "Arbeitsauftrag",
                    "Rückmeldung"]),
        ("neuss", ["Gemeldet", "Fallebene", "Strukturebene", "Lenkungsgruppe", "Auftrag", "Umsetzung"]),
        ("euskirchen", ["Festgestellt", "Fallrekonstruktion", "Arbeitsgruppe", "Lenkungsgruppe", "Übertragen",
                        "Bewertet"]),
        ("aachen", ["Erhebung", "Analyse", "Planung und Steuerung", "Umsetzung", "Evaluation", "Nachsteuerung"]),
        ("paderborn", ["Erkannt", "Vor Ort", "Gebündelt", "Lenkungsgruppe", "Arbeitsgruppe", "Land", "Rückgabe"]),
    ],
)  # fmt: skip
def test_each_county_brings_the_route_of_its_concept(name: str, steps: list[str]) -> None:
    route = read_structure(county(name)).body.routes[0]
    by_name = {step.name: step for step in route.steps}
    assert [step.name for step in route.steps] == steps
    if name == "neuss":
        assert by_name["Fallebene"].shortcut_to == ("lenkungsgruppe",)
    if name == "paderborn":
        assert by_name["Vor Ort"].is_local
        assert by_name["Land"].needs_resolution
        assert by_name["Land"].is_optional
    if name == "aachen":
        assert [step.phase for step in route.steps] == [phase.value for phase in RoutePhase]


@pytest.mark.proves("E11")
@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("[umgesetzt]", "[umgesetz]", "Den Schritt „umgesetz“ gibt es in diesem Weg nicht. Meinten Sie „umgesetzt“?"),
        ("          level: strategic\n", "", "Bei einem Gremium fehlt, welches"),
        ("          level: strategic", "          committee: nirgends", "Das Gremium „nirgends“ gibt es"),
        ("key: beraten", "key: gemeldet", "Das Kürzel „gemeldet“ hat schon ein Schritt dieses Weges"),
        ("place: coordination\n", "place: coordination\n          needs_resolution: true\n", "Der erste Schritt kann"),
        ("phase: plan", "phase: Planung", "„phase“ kennt „Planung“ nicht."),
        ("place: organisations", "place: organisations\n          level: case", "gibt es nur bei einem Schritt"),
        ("level: strategic", "level: strategic\n          shortcut_to: [gemeldet]", "Eine Abkürzung führt nach vorn"),
    ],
)
def test_a_faulty_route_is_answered_with_its_line(old: str, new: str, words: str) -> None:
    assert old in ROUTE
    text = with_route(ROUTE.replace(old, new, 1))
    (fault,) = faults_of(text)
    assert words in fault.sentence
    assert fault.text("k.yaml").startswith(f"k.yaml:{fault.line}: ")
    assert 1 < fault.line < len(text.splitlines())


@pytest.mark.proves("E11")
def test_a_route_comes_in_and_goes_out_and_a_changed_one_holds_from_its_day() -> None:
    take(with_route())
    assert ROUTE in exported()
    assert take(with_route()).is_empty
    assert take(exported()).is_empty
    day = date(2026, 7, 1)
    changed = with_route(ROUTE.replace("name: Beraten", "name: Besprochen"))
    assert not take(changed, on=day).is_empty
    assert [route.starts_on for route in routes()] == [SINCE_EVER, day]
    body = find_body()
    assert body is not None
    for when, name in ((day - timedelta(days=1), "Beraten"), (day, "Besprochen")):
        route = route_on(body, when)
        assert route is not None
        assert route.steps[1].name == name
    assert take(changed, on=date(2026, 8, 1)).is_empty
    assert take(exported()).is_empty
    assert "starts_on: 2026-07-01" in exported()


def sent(**values: Any) -> dict[str, Any]:
    step = {"phase": "collect", "direction": "up", "place": "coordination"}
    rows = [{"position": 2, "name": "Lenkungsgruppe", "needs_resolution": "y", **step, "phase": "plan"},
            {"position": 1, "name": "Gemeldet", **step}, {"position": 3, "name": "", **step}]  # fmt: skip
    fields = {f"steps-{n}-{name}": value for n, row in enumerate(rows) for name, value in row.items()}
    return {"name": "Unser Weg", "starts_on": today().isoformat(), "version": "0", **fields, **values}


@pytest.mark.proves("E11")
def test_the_coordination_gives_the_body_another_route_and_the_old_one_stays(client: Client) -> None:
    make_steering_group()
    client.sign_in(make_coordinator())
    page = client.get("/weg-der-luecken/bearbeiten").text
    assert "Schritt 1" in page
    more = client.post("/weg-der-luecken/bearbeiten", data=sent(add="1"))
    assert more.status_code == 200
    assert "Schritt 4" in more.text
    assert client.post("/weg-der-luecken/bearbeiten", data=sent()).status_code == 303
    (route,) = routes()
    assert [(s.name, s.key, s.needs_resolution) for s in route.steps] == [
        ("Gemeldet", "gemeldet", False), ("Lenkungsgruppe", "lenkungsgruppe", True),
    ]  # fmt: skip
    assert client.post("/weg-der-luecken/bearbeiten", data=sent()).status_code == 409
    version = str(route.id)
    early = sent(version=version, starts_on=(today() - timedelta(days=1)).isoformat())
    assert client.post("/weg-der-luecken/bearbeiten", data=early).status_code == 422
    wrong = client.post("/weg-der-luecken/bearbeiten", data=sent(version=version) | {"steps-1-place": "committee"})
    assert wrong.status_code == 422
    assert "Bei einem Gremium fehlt, welches" in wrong.text
    later = sent(version=version, name="Neuer Weg", starts_on=(today() + timedelta(days=9)).isoformat())
    assert client.post("/weg-der-luecken/bearbeiten", data=later).status_code == 303
    page = client.get("/weg-der-luecken").text
    assert "Kommt: Neuer Weg" in page
    reader = client.sign_in(make_user())
    assert "Unser Weg" in reader.get("/weg-der-luecken").text
    assert reader.get("/weg-der-luecken/bearbeiten").status_code == 403
