"""The Ist- und Bedarfsanalyse of a municipality: written by it or the coordination, dated, never overwritten (E12)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from govern.actions.models import FindingSort, NeedsAnalysis
from govern.db import db
from govern.formats import today
from govern.people.models import Role
from tests.conftest import Client
from tests.factories import make_coordinator, make_municipality, make_organisation, make_user

pytestmark = pytest.mark.usefixtures("app")


def sent(version: int = 0, text: str = "Kurse am Abend", **values: Any) -> dict[str, Any]:
    lines = [("missing", "language", text), ("offer", "health", "Sprechstunde"), ("need", "work", "")]
    found: dict[str, Any] = {"version": str(version), "as_of": today().isoformat(), "summary": "Vieles ist da."}
    for n, (sort, field, words) in enumerate(lines):
        found |= {f"lines-{n}-sort": sort, f"lines-{n}-action_field": field, f"lines-{n}-text": words,
                  f"lines-{n}-target_group": "families", f"lines-{n}-provider": "VHS"}  # fmt: skip
    return found | values


@pytest.mark.proves("E12")
def test_municipality_and_coordination_write_on_and_every_version_stays(client: Client) -> None:
    town = make_municipality(name="Stadt Jülich")
    path = f"/organisationen/{town.id}/bedarfsanalyse"
    client.sign_in(make_user(Role.ORGANISATION, organisation=town))
    assert "Noch keine Analyse" in client.get(path).text
    assert client.post(f"{path}/fortschreiben", data=sent(add_lines="1")).text.count('aria-label="Zeile') == 6
    assert client.post(f"{path}/fortschreiben", data=sent()).status_code == 303
    page = client.get(path).text
    for words in ("Kurse am Abend", "Sprechstunde", "Vieles ist da.", "Familien und Alleinerziehende", "Fassung 1"):
        assert words in page
    client.sign_in(make_coordinator())
    assert client.post(f"{path}/fortschreiben", data=sent(1, "Kurse mit Kinderbetreuung")).status_code == 303
    stale = client.post(f"{path}/fortschreiben", data=sent(1, "Zu spät"))
    assert stale.status_code == 409
    assert "Zu spät" in stale.text
    versions = db.session.scalars(sa.select(NeedsAnalysis).order_by(NeedsAnalysis.number)).all()
    assert [v.lines_of(FindingSort.MISSING)[0].text for v in versions] == [
        "Kurse am Abend",
        "Kurse mit Kinderbetreuung",
    ]
    assert [len(v.lines) for v in versions] == [2, 2]
    assert versions[0].function != versions[1].function
    assert "Kurse am Abend" in client.get(f"{path}?fassung=1").text
    assert client.get(f"{path}?fassung=3").status_code == 404
    assert path in client.get(f"/organisationen/{town.id}").text
    assert "Stadt Jülich" in client.get("/bedarfsanalysen").text


@pytest.mark.proves("E12", "D-50")
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"as_of": (today() + timedelta(days=2)).isoformat()}, "Der Stand liegt in der Zukunft"),
        ({"lines-0-text": "", "lines-1-text": ""}, "mindestens einen Bedarf"),
        ({"summary": "Betroffen sind 3 Familien."}, "keine Zahlen unter 5"),
        ({"lines-0-text": "Rückruf unter 0171 2345678"}, "Bitte noch einmal ansehen"),
    ],
)
def test_a_faulty_analysis_is_refused_with_everything_typed(
    client: Client, changes: dict[str, str], words: str
) -> None:
    client.sign_in(make_coordinator())
    path = f"/organisationen/{make_municipality().id}/bedarfsanalyse/fortschreiben"
    answer = client.post(path, data=sent(**{"lines-0-provider": "Volkshochschule", **changes}))
    assert answer.status_code == 422
    assert words in answer.text
    assert "Volkshochschule" in answer.text
    assert db.session.query(NeedsAnalysis).count() == 0


@pytest.mark.proves("E12")
def test_others_read_but_do_not_write_and_only_municipalities_have_one(client: Client) -> None:
    town, other, office = make_municipality(), make_municipality(), make_organisation()
    path = f"/organisationen/{town.id}/bedarfsanalyse"
    client.sign_in(make_user(Role.ORGANISATION, organisation=other))
    assert client.get(path).status_code == 200
    assert client.get(f"{path}/fortschreiben").status_code == 403
    assert client.get(f"/organisationen/{office.id}/bedarfsanalyse").status_code == 404
    client.sign_in(make_user())
    assert client.get(path).status_code == 404
    assert client.get("/bedarfsanalysen").status_code == 403
    assert "bedarfsanalyse" not in client.get(f"/organisationen/{town.id}").text


def test_the_list_costs_the_same_for_many_municipalities(
    client: Client, count_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    client.sign_in(make_coordinator())
    for _town in range(4):
        client.post(f"/organisationen/{make_municipality().id}/bedarfsanalyse/fortschreiben", data=sent())
    db.session.expunge_all()
    for path in ("/bedarfsanalysen", f"/organisationen/{make_municipality().id}"):
        with count_queries() as statements:
            assert client.get(path).status_code == 200
        assert len(statements) <= 12, "\n".join(statements)
