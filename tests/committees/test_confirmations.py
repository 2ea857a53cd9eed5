"""Sub-groups by resolution or with a reason; members confirmed by resolution, where the rules ask for it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from govern.committees.models import Committee, CommitteeKind, Mandate, RuleKind, RuleState
from govern.committees.queries.confirmations import committees_above, list_unconfirmed, needs_confirmation
from govern.db import db, now
from govern.formats import today
from govern.meetings.models import Resolution, ResolutionOutcome
from tests.conftest import Client
from tests.factories import (
    make,
    make_committee,
    make_coordinator,
    make_mandate,
    make_member,
    make_procedure_rule,
    make_seat,
    make_steering_group,
    make_user,
)


def resolution_of(committee: Committee, text: str, **values: Any) -> Resolution:
    """An earlier resolution, as it stands on old paper."""
    defaults = {"committee": committee, "text": text, "outcome": ResolutionOutcome.CONSENSUS, "number": "12/2026",
                "resolved_on": date(2026, 3, 12)}  # fmt: skip
    return make(Resolution(**{**defaults, **values}))


def new(parent: Committee, **values: str) -> dict[str, str]:
    return {"name": "Arbeitskreis Sprache", "kind": "working_circle", "status": "active", "is_kim": "y", "level": "",
            "parent_id": str(parent.id), **values}  # fmt: skip


def found(name: str = "Arbeitskreis Sprache") -> Committee | None:
    return db.session.query(Committee).filter_by(name=name).one_or_none()


@pytest.mark.proves("A4")
def test_where_the_rule_is_on_a_sub_group_needs_the_resolution_of_its_parent_and_shows_it(client: Client) -> None:
    parent, elsewhere = make_steering_group(), make_committee()
    make_procedure_rule(None, RuleKind.SUBGROUP_RESOLUTION, source="Konzept 2.3.2")
    right = resolution_of(parent, "Ein Arbeitskreis Sprache wird eingerichtet.")
    wrong = resolution_of(elsewhere, "Etwas anderes.", number="13/2026")
    cancelled = resolution_of(parent, "Aufgehoben.", number="14/2026", cancelled_at=now())
    rejected = resolution_of(parent, "Abgelehnt.", number="15/2026", is_adopted=False)
    client.sign_in(make_coordinator())
    page = client.get(f"/gremien/neu?unter={parent.id}").text
    assert "12/2026, 12. März 2026: Ein Arbeitskreis Sprache wird eingerichtet." in page
    assert "14/2026" not in page
    assert "15/2026" not in page
    for chosen in ("", str(wrong.id), str(cancelled.id), str(rejected.id)):
        answer = client.post("/gremien/neu", data=new(parent, opening_resolution_id=chosen, opening_reason="Bedarf"))
        assert answer.status_code == 422, chosen
    assert "richtet Untergruppen nur durch Beschluss ein" in client.post("/gremien/neu", data=new(parent)).text
    assert found() is None
    made = client.post("/gremien/neu", data=new(parent, opening_resolution_id=str(right.id)))
    assert made.status_code == 303
    committee = found()
    assert committee is not None
    assert committee.opening_resolution_id == right.id
    assert f'href="/beschluesse/{right.id}"' in client.get(f"/gremien/{committee.id}").text


@pytest.mark.proves("A4")
def test_who_may_not_read_the_resolution_learns_only_that_there_was_one(client: Client) -> None:
    parent = make_steering_group()
    secret = resolution_of(parent, "Geheimer Wortlaut.", is_public=False)
    committee = make_committee(name="AK", parent_id=parent.id, opening_resolution_id=secret.id)
    client.sign_in(make_user())
    page = client.get(f"/gremien/{committee.id}").text
    assert "Eingesetzt durch" in page
    assert "Geheimer" not in page
    assert "12/2026" not in page


@pytest.mark.proves("A5")
def test_where_the_rule_is_off_the_reason_is_named(client: Client) -> None:
    parent = make_steering_group()
    make_procedure_rule(parent, RuleKind.SUBGROUP_RESOLUTION, state=RuleState.OFF)
    client.sign_in(make_coordinator())
    refused = client.post("/gremien/neu", data=new(parent))
    assert refused.status_code == 422
    assert "Bitte den Anlass nennen" in refused.text
    assert client.post("/gremien/neu", data=new(parent, opening_reason="Viele Anfragen")).status_code == 303
    committee = found()
    assert committee is not None
    assert "Viele Anfragen" in client.get(f"/gremien/{committee.id}").text


@pytest.mark.proves("A5")
def test_where_nothing_is_settled_neither_is_demanded(client: Client) -> None:
    parent = make_steering_group()
    client.sign_in(make_coordinator())
    assert client.post("/gremien/neu", data=new(parent)).status_code == 303


@pytest.mark.proves("B17")
def test_members_of_working_groups_wait_for_the_resolution_that_confirms_them(client: Client) -> None:
    top = make_steering_group()
    unit = make_committee(name="Koordinierende Stelle", kind=CommitteeKind.COORDINATION_UNIT, parent_id=top.id)
    group = make_committee(name="AG Fallebene", kind=CommitteeKind.WORKING_GROUP, parent_id=unit.id)
    first, second = make_mandate(make_seat(group)), make_mandate(make_seat(group))
    client.sign_in(make_coordinator())
    address = f"/gremien/{group.id}/zusammensetzung"
    assert "noch nicht bestätigt" not in client.get(address).text
    make_procedure_rule(None, RuleKind.MEMBER_CONFIRMATION, source="Konzept 3.2")
    assert client.get(address).text.count("noch nicht bestätigt") == 2
    own = resolution_of(group, "Wir selbst.", number="1/2026")
    right = resolution_of(top, "Die Mitglieder werden bestätigt.")
    confirm = f"/gremien/{group.id}/bestaetigen"
    assert "Die Mitglieder werden bestätigt." in client.get(confirm).text
    for data in ({"mandates": [first.id]}, {"mandates": [first.id], "resolution_id": own.id},
                 {"resolution_id": right.id}):  # fmt: skip
        assert client.post(confirm, data=data).status_code == 422
    assert client.post(confirm, data={"mandates": [first.id], "resolution_id": right.id}).status_code == 303
    assert client.get(address).text.count("noch nicht bestätigt") == 1
    assert db.session.get_one(Mandate, first.id).confirmed_resolution_id == right.id
    assert list_unconfirmed(group, today()) == [db.session.get_one(Mandate, second.id)]
    client.post(confirm, data={"mandates": [second.id], "resolution_id": right.id})
    assert "Nichts zu bestätigen" in client.get(confirm).text
    client.sign_in(make_member(group))
    assert client.get(confirm).status_code == 403


@pytest.mark.proves("B17")
def test_only_working_groups_below_such_a_committee_need_it(app: Flask) -> None:
    top = make_steering_group()
    make_procedure_rule(top, RuleKind.MEMBER_CONFIRMATION, date(2026, 1, 1))
    group = make_committee(kind=CommitteeKind.WORKING_GROUP, parent_id=top.id)
    circle = make_committee(kind=CommitteeKind.EXCHANGE_FORMAT, parent_id=top.id)
    alone = make_committee(kind=CommitteeKind.WORKING_GROUP)
    assert committees_above(group) == [top]
    assert needs_confirmation(group, date(2026, 5, 1))
    assert not needs_confirmation(group, date(2026, 1, 1) - timedelta(days=1))
    for other in (top, circle, alone):
        assert not needs_confirmation(other, date(2026, 5, 1))
