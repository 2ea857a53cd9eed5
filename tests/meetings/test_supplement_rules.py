"""What the rules ask of late items and papers: reasons, consent, and what is said while the meeting runs."""

from __future__ import annotations

import pytest

from govern.committees.models import RuleKind, RuleState
from govern.committees.procedures import Admission, DayCount
from govern.db import db, now
from govern.meetings.models import (
    AgendaItem,
    AgendaSupplement,
    ItemResult,
    MeetingState,
    Paper,
    PaperKind,
    SupplementKind,
)
from tests.conftest import Client
from tests.factories import (
    make_procedure_rule,
)
from tests.meetings.invited import Room, decide, started


@pytest.mark.proves("E-02", "E-05")
def test_new_items_after_the_notice_period_need_a_reason_or_are_refused(client: Client) -> None:
    room = Room(
        client, days=5, notice_period={"number": 10, "mode": DayCount.FULL_DAYS}, urgent_items={"mode": Admission.FREE}
    )
    room.add("Spät")
    page = room.send()
    assert page.status_code == 422 and "nicht warten können" in page.text
    assert room.send(reason="Frist des Landes").status_code == 303
    other = db.session.query(AgendaSupplement).one()
    assert other.reason == "Frist des Landes"
    make_procedure_rule(room.meeting.committee, RuleKind.URGENT_ITEMS, now().date(), state=RuleState.OFF)
    room.add("Noch später")
    page = room.send(reason="Trotzdem")
    assert page.status_code == 422 and "nicht zugelassen" in page.text


@pytest.mark.proves("E-05")
def test_table_papers_are_marked_and_refused_where_the_rules_exclude_them(client: Client) -> None:
    room = Room(client)
    room.upload(room.first, "tisch.pdf")
    room.send(kind="table_paper")
    paper = db.session.query(Paper).one()
    assert paper.kind is PaperKind.TABLE_PAPER and paper.supplement is not None
    page = room.agenda_for(room.holder)
    assert "1. Nachtrag (Tischvorlage)" in page and "Tischvorlage" in client.get(room.path("unterlagen")).text
    make_procedure_rule(room.meeting.committee, RuleKind.TABLE_PAPERS, state=RuleState.OFF, source="GO § 7")
    room.as_office()
    answer = room.upload(room.first, "noch-eine.pdf", paper_kind="table_paper")
    assert answer.status_code == 422 and "Tischvorlagen sind in diesem Gremium nicht zugelassen (GO § 7)" in answer.text
    room.upload(room.first, "nachgereicht.pdf")
    assert room.send(kind="table_paper").status_code == 422


def test_a_meeting_does_not_begin_with_an_unsent_supplement(client: Client) -> None:
    room = Room(client)
    room.add("Offen")
    answer = client.post(room.path("eroeffnen"))
    assert answer.status_code == 422 and "noch nicht versandt" in answer.text
    db.session.expire_all()
    assert room.meeting.state is MeetingState.PUBLISHED
    room.send(tisch="1")
    assert client.post(room.path("eroeffnen")).status_code == 303


@pytest.mark.proves("E-05", "E-04")
def test_on_a_paper_laid_on_the_table_nothing_is_decided_without_consent(client: Client) -> None:
    room = started(client, table_papers={"mode": Admission.WITH_CONSENT, "source": "GO § 7"})
    assert room.upload(room.first, "tisch.pdf").status_code == 303
    paper = db.session.query(Paper).one()
    assert paper.kind is PaperKind.TABLE_PAPER and paper.supplement is not None
    assert paper.supplement.sent_at is not None and paper.supplement.kind is SupplementKind.TABLE_PAPER
    assert "tisch.pdf" in room.agenda_for(room.holder), "it lies on the table"
    room.as_office()
    screen = client.get(room.path(f"protokollieren?punkt={room.first.id}")).text
    assert "Tischvorlage: tisch.pdf" in screen and "Ohne Zustimmung wird nicht beschlossen (GO § 7)" in screen
    answer = decide(room, room.first)
    assert answer.status_code == 422 and "Halten Sie die Zustimmung zuerst fest" in answer.text
    consent = room.path(f"punkte/{room.first.id}/zustimmung")
    assert client.post(consent, data={}).status_code == 422
    assert client.post(consent, data={"consent": "nein", "consent_note": ""}).status_code == 303
    db.session.expire_all()
    assert room.first.has_consent is False and room.first.result is ItemResult.POSTPONED
    assert decide(room, room.first).status_code == 422
    assert client.post(consent, data={"consent": "ja", "consent_note": "einstimmig"}).status_code == 303
    assert decide(room, room.first).status_code == 200
    db.session.expire_all()
    assert room.first.result is ItemResult.DECIDED
    page = client.get(room.path("protokoll")).text
    assert "erteilt (einstimmig)" in page
    assert client.post(consent, data={"consent": "nein"}).status_code == 422, "a resolution stands already"
    assert decide(room, room.second).status_code == 200, "nothing late about it"


@pytest.mark.proves("E-05", "E-04")
def test_an_urgent_item_comes_onto_a_running_agenda_with_consent(client: Client) -> None:
    room = started(client, urgent_items={"mode": Admission.WITH_CONSENT, "source": "GO § 8"})
    data = {"title": "Notunterkunft", "kind": "decision", "is_public": "y", "reason": "Zustrom seit Montag"}
    page = client.get(room.path("dringlich"))
    assert page.status_code == 200 and "nur mit seiner Zustimmung (GO § 8)" in page.text
    answer = client.post(room.path("dringlich"), data=data)
    assert answer.status_code == 422 and "nur mit Zustimmung" in answer.text and "Notunterkunft" in answer.text
    answer = client.post(room.path("dringlich"), data={**data, "has_consent": "y", "consent_note": "einstimmig"})
    assert answer.status_code == 303
    item = db.session.query(AgendaItem).filter_by(title="Notunterkunft").one()
    assert item.has_consent is True and item.supplement is not None
    assert item.supplement.kind is SupplementKind.URGENT and item.supplement.reason == "Zustrom seit Montag"
    assert item.supplement.sent_at is not None
    assert decide(room, item).status_code == 200
    text = client.get(room.path("protokoll")).text
    assert "1. Nachtrag (Dringlichkeitsantrag)" in text and "Zustrom seit Montag" in text
    member = room.agenda_for(room.holder)
    assert "neu im 1. Nachtrag" in member
    assert client.get(room.path("dringlich")).status_code == 403
    room.as_office()
    room.add("Von der Tagesordnung aus")
    other = db.session.query(AgendaItem).filter_by(title="Von der Tagesordnung aus").one()
    assert other.supplement is not None and other.supplement.number == 2 and other.has_consent is None
    assert decide(room, other).status_code == 422


def test_where_urgent_items_are_excluded_nobody_adds_one(client: Client) -> None:
    room = started(client, urgent_items={"state": RuleState.OFF})
    data = {"title": "Eilig", "kind": "discussion", "reason": "weil", "has_consent": "y"}
    answer = client.post(room.path("dringlich"), data=data)
    assert answer.status_code == 422 and "nicht zugelassen" in answer.text
    assert db.session.query(AgendaItem).count() == 3


@pytest.mark.proves("E-04")
def test_what_changes_while_the_meeting_runs_is_recorded_at_once(client: Client) -> None:
    room = started(client)
    room.edit(room.second, title="Haushalt 2027")
    assert room.second.title == "Haushalt 2027" and room.draft is None
    room.edit(room.second, planned_minutes="5")
    (supplement,) = db.session.query(AgendaSupplement)
    assert [c.field for c in supplement.changes] == ["title", "planned_minutes"]
    assert "geändert im 1. Nachtrag" in room.agenda_for(room.holder)
