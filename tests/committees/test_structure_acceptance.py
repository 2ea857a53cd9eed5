"""What the pages show after each county's file was taken over."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup

from govern.committees.models import Committee
from govern.committees.structure.importing import import_structure, read_for_body
from govern.db import db
from tests import factories
from tests.conftest import Client

from .test_structure_files import COUNTIES


@pytest.mark.proves("A1", "A2", "B5")
@pytest.mark.parametrize(
    ("name", "committees", "entries", "organisations", "persons"),
    [
        ("dueren", 11, 28, 41, "28"),
        ("neuss", 48, 9, 77, "16"),
        ("euskirchen", 16, 19, 31, "19"),
        ("aachen", 9, 8, 24, "mindestens 8"),
        ("paderborn", 14, 15, 29, "mindestens 13"),
    ],
)
def test_the_pages_show_what_the_concept_states(
    client: Client, name: str, committees: int, entries: int, organisations: int, persons: str
) -> None:
    import_structure(read_for_body((COUNTIES / f"{name}.yaml").read_bytes()), effective_on=date(2026, 1, 1))
    db.session.commit()
    highest = db.session.scalars(sa.select(Committee).where(Committee.is_highest)).one().id
    client.sign_in(factories.make_coordinator())

    def shown(path: str) -> str:
        answer = client.get(path)
        assert answer.status_code == 200
        main = BeautifulSoup(answer.data, "html5lib").find("main")
        assert main is not None
        return " ".join(main.get_text(" ").split())

    assert f"{organisations} Organisationen" in shown("/organisationen")
    assert f"{committees} Gremien" in shown("/gremien")
    assert f"{persons} Personen in {entries} Einträgen" in shown(f"/gremien/{highest}/zusammensetzung")
