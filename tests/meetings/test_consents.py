"""The consent of those who must implement: asked for, given or refused, and what it makes of a resolution (E-10)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
import sqlalchemy as sa

from govern.actions.services.work_orders import Order, draft_order
from govern.committees.models import RuleKind
from govern.db import db, now
from govern.formats import date_text, today
from govern.meetings.consents import effect_of
from govern.meetings.models import (
    ConsentState,
    ImplementerConsent,
    ItemKind,
    ItemPurpose,
    ItemResult,
    Meeting,
    MeetingState,
    Resolution,
)
from govern.meetings.queries.minutes_contents import minutes_content
from govern.meetings.services import minutes_life
from govern.people.models import Organisation, User
from tests.conftest import Client
from tests.factories import (
    make,
    make_committee,
    make_coordinator,
    make_item,
    make_meeting,
    make_member,
    make_municipality,
    make_procedure_rule,
    make_user,
)
from tests.meetings.held import close, decide, finished_meeting
from tests.meetings.test_topic_store import close as close_held


def asked_meeting(by: User, *, with_rule: bool = True) -> tuple[Meeting, Resolution, list[Organisation]]:
    """A closed meeting whose resolution charged two municipalities, where the rule asks for their consent."""
    committee = make_committee(short_name="LG")
    if with_rule:
        make_procedure_rule(committee, RuleKind.IMPLEMENTER_CONSENT)
    meeting = finished_meeting(by, committee)
    cities = [make_municipality(name=name) for name in ("Beispielstadt", "Musterdorf")]
    resolution = decide(meeting.items[0], by)
    for city in cities:
        draft_order(meeting.items[0], Order(task="Handeln", addressee=f"organisation:{city.id}"), by=by)
    db.session.commit()
    close(meeting, by)
    return meeting, resolution, cities


def consent_of(city: Organisation) -> ImplementerConsent:
    return db.session.scalars(sa.select(ImplementerConsent).filter_by(organisation_id=city.id)).one()


def answer(client: Client, city: Organisation, **values: str) -> int:
    """Answer for ``city`` by the form; returns the status."""
    url = f"/einvernehmen/{consent_of(city).id}"
    page = client.get(url)
    assert "hat inzwischen gespeichert" not in page.text
    version = page.text.split('name="version"')[1].split('value="')[1].split('"')[0]
    return client.post(url, data={"version": version, **values}).status_code


@pytest.mark.proves("E-10", "C11")
def test_closing_asks_everybody_charged_and_the_resolution_waits_for_all_of_them(client: Client) -> None:
    user = make_coordinator()
    _meeting, resolution, (first, second) = asked_meeting(user)
    url = f"/beschluesse/{resolution.id}"
    client.sign_in(user)
    assert "noch nicht wirksam: Einvernehmen offen von Beispielstadt, Musterdorf" in client.get(url).text
    assert answer(client, first, state="given") == 303
    assert answer(client, second, state="refused") == 422  # a refusal needs a reason
    assert answer(client, second, state="refused", note="Kein Personal") == 303
    page = client.get(url).text
    assert f"nicht wirksam: Einvernehmen verweigert von Musterdorf ({date_text(today())})" in page
    assert "Kein Personal" in page
    assert "nicht wirksam" in client.get("/beschluesse").text
    assert answer(client, second, state="given") == 303
    said = f"wirksam mit Einvernehmen von Beispielstadt ({date_text(today())}), Musterdorf ({date_text(today())})"
    assert said in client.get(url).text
    assert said in client.get("/beschluesse").text
    assert "Koordination" in (consent_of(first).answered_by_label or "")


@pytest.mark.proves("E-10", "E-13")
def test_the_minutes_keep_who_consented_when_they_were_released(client: Client) -> None:
    user = make_coordinator()
    meeting, _resolution, (first, second) = asked_meeting(user)
    client.sign_in(user)
    answer(client, first, state="given")
    assert "Einvernehmen offen von Musterdorf" in client.get(f"/sitzungen/{meeting.id}/protokoll").text
    answer(client, second, state="given")
    meeting = db.session.get_one(Meeting, meeting.id)
    minutes_life.release_minutes(meeting, by=user)
    db.session.commit()
    (box,) = minutes_content(meeting, user).parts[0].items[0].resolutions
    assert box.consent.startswith("wirksam mit Einvernehmen von Beispielstadt")
    for ending in ("docx", "pdf"):
        assert client.get(f"/sitzungen/{meeting.id}/protokoll.{ending}").status_code == 200


@pytest.mark.proves("E-10", "D4", "E-16")
def test_the_next_meeting_and_the_beschlusskontrolle_say_whose_consent_is_missing(client: Client) -> None:
    user = make_coordinator()
    meeting, _resolution, (first, second) = asked_meeting(user)
    following = make_meeting(meeting.committee, starts_at=now() + timedelta(days=20))
    make_item(following, title="Neues", position=1, kind=ItemKind.DECISION)
    make_item(following, title="Beschlusskontrolle", position=2, kind=ItemKind.REPORT,
              purpose=ItemPurpose.RESOLUTION_TRACKING)  # fmt: skip
    client.sign_in(user)
    panel = client.get(f"/sitzungen/{following.id}").text
    assert "Einvernehmen der Umsetzenden zu früheren Beschlüssen: 2 offen" in panel
    assert "TOP 1: ein Beschluss braucht das Einvernehmen derer, die ihn umsetzen" in panel
    answer(client, first, state="given")
    answer(client, second, state="refused", note="Kein Personal")
    assert "zu früheren Beschlüssen: 1 verweigert" in client.get(f"/sitzungen/{following.id}").text
    tracking = client.get(f"/gremien/{meeting.committee_id}/beschlusskontrolle").text
    said = f"nicht wirksam: Einvernehmen verweigert von Musterdorf ({date_text(today())})"
    assert said in tracking
    following.state, following.started_at, following.published_at = MeetingState.IN_SESSION, now(), now()
    for item in following.items:
        item.result = ItemResult.NOTED
    db.session.commit()
    close_held(following)
    answer(client, second, state="given")
    frozen = client.get(f"/sitzungen/{following.id}/protokoll").text
    assert said in frozen  # the minutes keep what the committee was told


@pytest.mark.proves("E-10", "B7")
def test_the_account_of_the_institution_answers_for_itself_and_for_nobody_else(client: Client) -> None:
    user = make_coordinator()
    _meeting, resolution, (first, second) = asked_meeting(user)
    account = make_user(organisation=first)
    client.sign_in(account)
    own, other = consent_of(first).id, consent_of(second).id
    assert f"/einvernehmen/{own}" in client.get(f"/organisationen/{first.id}").text
    assert client.get(f"/einvernehmen/{other}").status_code == 404
    assert answer(client, first, state="given", answered_on="2020-01-01") == 303
    consent = consent_of(first)
    assert consent.state is ConsentState.GIVEN
    assert consent.answered_at is not None
    assert consent.answered_at.year == today().year  # only who notes it for others dates it back
    assert consent.answered_by_label == "Beispielstadt"
    assert f"/einvernehmen/{own}" not in client.get(f"/organisationen/{first.id}").text
    assert client.get(f"/beschluesse/{resolution.id}/einvernehmen").status_code == 404


@pytest.mark.proves("E-10", "E-12", "D-10")
def test_a_confidential_resolution_is_not_shown_to_the_institution_that_is_asked(client: Client) -> None:
    user = make_coordinator()
    meeting, resolution, (first, _second) = asked_meeting(user)
    resolution.is_public = meeting.items[0].is_public = False
    account = make_user(organisation=first)
    client.sign_in(account)
    assert client.get(f"/einvernehmen/{consent_of(first).id}").status_code == 404
    assert "einvernehmen/" not in client.get(f"/organisationen/{first.id}").text
    client.sign_in(user)
    assert answer(client, first, state="given", answered_on=(today() - timedelta(days=2)).isoformat()) == 303


@pytest.mark.proves("E-10")
def test_the_office_names_institutions_and_takes_unanswered_questions_back(client: Client) -> None:
    user = make_coordinator()
    _meeting, resolution, _cities = asked_meeting(user, with_rule=False)
    assert effect_of(resolution) is None  # without the rule nobody is asked by itself
    city = make_municipality(name="Neustadt")
    client.sign_in(user)
    url = f"/beschluesse/{resolution.id}/einvernehmen"
    for _ in range(2):
        assert client.post(url, data={"organisation_id": str(city.id)}).status_code == 303
    assert "Neustadt" in client.get(url).text
    identity = consent_of(city).id
    answer(client, city, state="given")
    assert client.post(f"/einvernehmen/{identity}/zuruecknehmen").status_code == 422
    further = make_municipality(name="Altdorf")
    client.post(url, data={"organisation_id": str(further.id)})
    assert client.post(f"/einvernehmen/{consent_of(further).id}/zuruecknehmen").status_code == 303
    assert db.session.query(ImplementerConsent).count() == 1
    client.sign_in(make_member(resolution.committee))
    assert client.get(url).status_code == 403


@pytest.mark.proves("E-10", "C-11")
def test_the_panel_before_closing_says_whose_consent_is_missing(client: Client) -> None:
    user = make_coordinator()
    committee = make_committee(short_name="LG")
    make_procedure_rule(committee, RuleKind.IMPLEMENTER_CONSENT)
    meeting = finished_meeting(user, committee)
    resolution = decide(meeting.items[0], user)
    client.sign_in(user)
    assert "Einvernehmen der Umsetzenden" in client.get(f"/sitzungen/{meeting.id}/schliessen").text
    make(ImplementerConsent(resolution=resolution, organisation=make_municipality()))
    page = client.get(f"/sitzungen/{meeting.id}/schliessen").text
    assert "1 offen. Ohne das Einvernehmen aller ist ein Beschluss nicht wirksam." in page
    assert f"/beschluesse/{resolution.id}/einvernehmen" in client.get(
        f"/sitzungen/{meeting.id}/protokollieren?punkt={meeting.items[0].id}"
    ).text  # fmt: skip


@pytest.mark.proves("E-10")
def test_a_stale_answer_overwrites_nothing(client: Client) -> None:
    user = make_coordinator()
    _meeting, _resolution, (first, _second) = asked_meeting(user)
    client.sign_in(user)
    assert answer(client, first, state="refused", note="Erst ein Beschluss des Rates") == 303
    stale = client.post(f"/einvernehmen/{consent_of(first).id}", data={"version": "asked", "state": "given"})
    assert stale.status_code == 409
    assert "Erst ein Beschluss des Rates" in stale.text
    assert consent_of(first).state is ConsentState.REFUSED


@pytest.mark.proves("E-10", "W-19")
def test_extracts_go_to_those_who_are_asked_with_the_way_to_answer(client: Client) -> None:
    user = make_coordinator()
    meeting, resolution, _cities = asked_meeting(user)
    asked = make_municipality(name="Neustadt", email="post@neustadt.example")
    make(ImplementerConsent(resolution=resolution, organisation=asked))
    page = client.sign_in(user).get(f"/sitzungen/{meeting.id}/auszuege").text
    assert "post@neustadt.example" in page
    assert "Ihr Einvernehmen wird erbeten" in page


@pytest.mark.proves("E-10")
def test_the_register_costs_the_same_with_consents(
    client: Client, count_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    user = make_coordinator()
    _meeting, resolution, _cities = asked_meeting(user)
    client.sign_in(user).get("/beschluesse")
    with count_queries() as few:
        client.get("/beschluesse")
    for _ in range(5):
        make(ImplementerConsent(resolution=resolution, organisation=make_municipality()))
    with count_queries() as many:
        client.get("/beschluesse")
    assert len(many) == len(few) <= 12
