"""What the readiness panel names."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from govern.committees.models import OfficerRole
from govern.db import now
from govern.meetings import contributions
from govern.meetings.contributions import Check
from govern.meetings.models import (
    ItemKind,
    Meeting,
    MeetingMode,
    MeetingRole,
    MeetingRoleKind,
    Paper,
    PaperKind,
)
from govern.meetings.queries.readiness import readiness
from tests.conftest import Client
from tests.factories import (
    make,
    make_committee,
    make_coordinator,
    make_item,
    make_meeting,
    make_member,
    make_office_user,
    make_officer,
    make_person,
    make_place,
    make_user,
)


def texts(meeting: Meeting, state: str | None = None) -> list[str]:
    return [check.text for check in readiness(meeting, make_coordinator()) if state in (None, check.state)]


def test_an_empty_meeting_lacks_everything(app: Flask) -> None:
    assert texts(make_meeting(), "bad") == ["Ort der Sitzung fehlt", "Noch keine Tagesordnungspunkte"]
    assert texts(make_meeting(), "todo") == ["Leitung der Sitzung ist offen", "Protokollführung ist offen"]


@pytest.mark.parametrize(
    ("values", "missing"),
    [
        ({"mode": MeetingMode.ONLINE}, ["Videolink fehlt"]),
        ({"mode": MeetingMode.MIXED}, ["Ort der Sitzung fehlt", "Videolink fehlt"]),
        ({"mode": MeetingMode.MIXED, "place_note": "Saal"}, ["Videolink fehlt"]),
        ({"mode": MeetingMode.ONLINE, "video_url": "https://v.example"}, []),
        ({"place_note": "Saal"}, []),
        ({"place_note": "Saal", "starts_at": now() - timedelta(days=1)}, ["Der Termin liegt in der Vergangenheit"]),
    ],
)
@pytest.mark.proves("C12")
def test_place_and_link_follow_the_form_of_the_meeting(app: Flask, values: dict[str, Any], missing: list[str]) -> None:
    meeting = make_meeting(**values)
    make_item(meeting, planned_minutes=5)
    assert texts(meeting, "bad") == missing


def test_a_prepared_meeting_lacks_nothing(app: Flask) -> None:
    meeting = make_meeting(place=make_place(), chair_function="Landrat")
    make(MeetingRole(meeting=meeting, person=make_person(), kind=MeetingRoleKind.MINUTE_TAKER))
    make_item(meeting, position=1, planned_minutes=40)
    decision = make_item(meeting, position=2, planned_minutes=60, kind=ItemKind.DECISION, proposed_resolution="Ja.",
                         rapporteur_person=make_person())  # fmt: skip
    make(Paper(item=decision, kind=PaperKind.DECISION_PAPER, title="V", file_name="v.pdf", media_type="application/pdf",
               size=1, sha256="x", stored_name="readiness1"))  # fmt: skip
    assert {check.state for check in readiness(meeting, make_coordinator())} == {"ok"}
    assert "2 Punkte, 1 h 40 min von 2 h 00 min" in texts(meeting)


@pytest.mark.proves("C7")
def test_decisions_want_a_proposal_a_paper_and_somebody_who_reports(app: Flask) -> None:
    meeting = make_meeting(place=make_place())
    make_item(meeting, position=1, planned_minutes=10)
    item = make_item(meeting, position=2, planned_minutes=10, kind=ItemKind.DECISION)
    found = {check.text: check.url for check in readiness(meeting, make_coordinator())}
    for text in ("TOP 2: Beschlussvorschlag fehlt", "TOP 2: Entscheidungsvorlage fehlt",
                 "TOP 2: Berichterstattung ist offen"):  # fmt: skip
        assert found[text] == f"/tagesordnungspunkte/{item.id}/bearbeiten"


def test_time_is_compared_with_the_plan(app: Flask) -> None:
    meeting = make_meeting()
    make_item(meeting, planned_minutes=121)
    assert "1 Punkt braucht 2 h 01 min, geplant sind 2 h 00 min" in texts(meeting, "bad")
    make_item(meeting)
    assert "2 Punkte brauchen 2 h 01 min, geplant sind 2 h 00 min" in texts(meeting, "bad")


def test_items_without_minutes_are_named_or_counted(app: Flask) -> None:
    meeting = make_meeting()
    for n in range(2):
        make_item(meeting, position=n)
    assert "TOP 1, 2: Minuten fehlen" in texts(meeting, "todo")
    for n in range(2, 6):
        make_item(meeting, position=n)
    assert "6 Punkte: Minuten fehlen" in texts(meeting, "todo")


def test_higher_packages_add_their_lines(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contributions, "readiness_checks", [lambda _user, _meeting: [Check("bad", "Von oben")]])
    assert "Von oben" in texts(make_meeting(), "bad")


def test_the_panel_is_for_those_who_prepare(client: Client) -> None:
    committee = make_committee()
    meeting = make_meeting(committee)
    chair = make_user()
    assert chair.person is not None
    make_officer(committee, chair.person, OfficerRole.CHAIR)
    for user, sees in ((make_office_user(committee), True), (chair, True), (make_member(committee), False)):
        page = client.sign_in(user).get(f"/sitzungen/{meeting.id}").text
        assert ("Bereit zum Versand?" in page) == sees
    fragment = client.sign_in(chair).get(f"/sitzungen/{meeting.id}/bereitschaft", headers={"HX-Request": "true"})
    assert fragment.text.lstrip().startswith('<section class="panel" id="meetings-readiness"')


def test_where_to_mend_it_stands_beside_for_those_who_may(client: Client) -> None:
    committee = make_committee()
    item = make_item(make_meeting(committee), kind=ItemKind.DECISION)
    chair = make_user()
    assert chair.person is not None
    make_officer(committee, chair.person, OfficerRole.CHAIR)
    for user, may in ((make_office_user(committee), True), (chair, False)):
        client.sign_in(user)
        for path in ("/", f"/sitzungen/{item.meeting_id}"):
            page = client.get(path).text
            assert "Beschlussvorschlag fehlt" in page
            assert (f'href="/tagesordnungspunkte/{item.id}/bearbeiten"' in page) == may, (path, may)
