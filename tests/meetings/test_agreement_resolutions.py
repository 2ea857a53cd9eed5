"""The resolution that decided an agreement: from each of them one comes to the other (F7)."""

from __future__ import annotations

import pytest

from govern.db import db, now
from govern.documents.models import AgreementState
from govern.meetings.models import AgreementResolution, MeetingState
from tests.conftest import Client
from tests.documents.test_agreements import make_agreement
from tests.factories import make_coordinator, make_item, make_meeting, make_municipality, make_resolution, make_user


@pytest.mark.proves("F7")
def test_agreement_and_resolution_lead_to_each_other_for_those_who_may_read_both(client: Client) -> None:
    town = make_municipality()
    agreement = make_agreement(town, title="Zusammenarbeit Jülich", state=AgreementState.NEGOTIATION)
    item = make_item(make_meeting(state=MeetingState.CLOSED, closed_at=now()), is_public=False)
    resolution = make_resolution(item, number="LG-B-2026-07", text="Die Vereinbarung wird geschlossen.")
    path, back = f"/vereinbarungen/{agreement.id}", f"/beschluesse/{resolution.id}"
    client.sign_in(make_coordinator())
    assert "Noch kein Beschluss genannt" in client.get(path).text
    unknown = client.post(f"{path}/beschluss", data={"number": "LG-B-1999-99"})
    assert (unknown.status_code, "gibt es nicht" in unknown.text) == (422, True)
    assert client.post(f"{path}/beschluss", data={"number": " lg-b-2026-07 "}).status_code == 303
    assert client.post(f"{path}/beschluss", data={"number": "LG-B-2026-07"}).status_code == 422
    assert db.session.query(AgreementResolution).count() == 1
    assert f'href="{back}"' in client.get(path).text
    assert f'href="{path}"' in client.get(back).text
    assert "Beschluss zur Vereinbarung „LG-B-2026-07“" in client.get(f"{path}/verlauf").text

    client.sign_in(make_user(organisation=town))
    page = client.get(path)
    assert page.status_code == 200
    assert back not in page.text  # what was decided in private stays there
    assert client.post(f"{path}/beschluesse/{resolution.id}/loesen").status_code == 403

    client.sign_in(make_coordinator())
    assert client.post(f"{path}/beschluesse/{resolution.id}/loesen").status_code == 303
    assert client.post(f"{path}/beschluesse/{resolution.id}/loesen").status_code == 404
    assert f'href="{path}"' not in client.get(back).text
