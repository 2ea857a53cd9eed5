"""Items that fill themselves: Beschlusskontrolle (D4), Genehmigung des Protokolls, Berichte der Mitglieder (C4)."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from docx import Document
from flask import Flask
from openpyxl import load_workbook

from govern.actions.models import OrderEvent, OrderEventKind, WorkOrderState
from govern.committees.models import MandateKind, RuleKind
from govern.db import db, now
from govern.formats import today
from govern.meetings.models import (
    AgendaItem,
    Implementation,
    ItemKind,
    ItemPurpose,
    ItemResult,
    Meeting,
    MeetingState,
    Objection,
    Resolution,
    StandingItem,
    TrackingEntry,
    TrackingLight,
)
from govern.meetings.queries import trackings as tracking_queries
from govern.meetings.queries.agendas import agenda_of
from govern.meetings.queries.readiness import own_readiness
from govern.meetings.services import agendas, minutes_life
from govern.meetings.services.resolutions import number_resolutions
from tests.conftest import Client
from tests.factories import (
    make,
    make_committee,
    make_coordinator,
    make_item,
    make_meeting,
    make_member,
    make_office_user,
    make_organisation,
    make_resolution,
    make_seat,
    make_user,
    make_work_order,
)
from tests.meetings.test_topic_store import close, held, rule


def decided(committee: object, *, is_public: bool = True, text: str = "Beschlusstext", **values: object) -> Resolution:
    """A resolution of an earlier, closed meeting."""
    meeting = make_meeting(committee, state=MeetingState.CLOSED, closed_at=now(), published_at=now(),
                           starts_at=now() - timedelta(days=60))  # fmt: skip
    item = make_item(meeting, is_public=is_public, result=ItemResult.DECIDED)
    number = f"LG-B-2026-{item.id:03d}"
    return make_resolution(item, is_public=is_public, text=text, number=number, **values)


def tracking_item(meeting: Meeting, **values: object) -> AgendaItem:
    return make_item(meeting, title="Beschlusskontrolle", kind=ItemKind.REPORT,
                     purpose=ItemPurpose.RESOLUTION_TRACKING, **values)  # fmt: skip


@pytest.mark.proves("D4", "E-15", "L-14")
def test_the_beschlusskontrolle_fills_itself_with_words_and_urgency(client: Client) -> None:
    committee = make_committee()
    late = make_work_order(committee, task="Karte erstellen", due_on=today() - timedelta(days=9),
                           addressee_organisation=make_organisation(name="Jugendamt"))  # fmt: skip
    make(
        OrderEvent(
            work_order=late, kind=OrderEventKind.REPORTED, text="Angebote liegen vor", noted_by_function="Jugendamt"
        )
    )
    make_work_order(committee, task="Später", due_on=today() + timedelta(days=200))
    decided(committee, text="Der Konzeptentwurf wird fortgeschrieben.", due_on=today() + timedelta(days=3))
    decided(committee, text="Nur ein Verfahrensbeschluss", implementation=Implementation.NOT_TRACKED)
    decided(committee, text="Abgelehntes", is_adopted=False)
    make_work_order(task="Anderes Gremium")
    meeting = make_meeting(committee)
    item = tracking_item(meeting)
    client.sign_in(make_office_user(committee))
    page = client.get(f"/tagesordnungspunkte/{item.id}").text
    for words in ("überfällig", "bald fällig", "im Plan", "Karte erstellen", "Jugendamt", "Angebote liegen vor",
                  "Der Konzeptentwurf wird fortgeschrieben.", "überfällig seit 9 Tagen"):  # fmt: skip
        assert words in page, words
    assert page.index("Karte erstellen") < page.index("Konzeptentwurf") < page.index("Später")
    for words in ("Verfahrensbeschluss", "Abgelehntes", "Anderes Gremium"):
        assert words not in page
    agenda = client.get(f"/sitzungen/{meeting.id}").text
    assert "2 offene Arbeitsaufträge, 1 Beschluss nicht abgeschlossen; 1 überfällig" in agenda
    assert "Karte erstellen" in client.get(f"/sitzungen/{meeting.id}/tagesordnung").text
    data = client.get(f"/sitzungen/{meeting.id}/tagesordnung.docx").data
    assert any("Karte erstellen" in p.text for p in Document(io.BytesIO(data)).paragraphs)
    assert "Karte erstellen" in client.get(f"/gremien/{committee.id}/beschlusskontrolle").text


@pytest.mark.proves("E-12", "E-16")
def test_confidential_lines_are_for_the_circle_only(client: Client) -> None:
    committee = make_committee()
    decided(committee, text="Offener Beschluss")
    decided(committee, text="Vertraulicher Beschluss", is_public=False)
    make_work_order(committee, task="Vertraulicher Auftrag", is_public=False)
    meeting = make_meeting(committee, is_public=True, state=MeetingState.PUBLISHED, published_at=now())
    item = tracking_item(meeting)
    path = f"/tagesordnungspunkte/{item.id}"
    circle, deputy, outsider = make_member(committee), make_member(committee, MandateKind.DEPUTY), make_user()
    page = client.sign_in(circle).get(path).text
    assert "Vertraulicher Beschluss" in page and "Vertraulicher Auftrag" in page
    page = client.sign_in(deputy).get(path).text + client.get(f"/sitzungen/{meeting.id}").text
    assert "Offener Beschluss" in page and "Vertraulicher" not in page
    assert "1 Beschluss nicht abgeschlossen" in page and "Arbeitsauftrag" not in page
    page = client.sign_in(outsider).get(path).text + client.get(f"/sitzungen/{meeting.id}").text
    assert "Beschluss nicht abgeschlossen" not in page and "Offener Beschluss" not in page
    assert client.get(f"/gremien/{committee.id}/beschlusskontrolle").status_code == 403


@pytest.mark.proves("D4", "E-15")
def test_closing_freezes_the_list_and_the_minutes_keep_it(client: Client) -> None:
    committee = make_committee()
    resolution = decided(committee, text="Fortschreibung", due_on=today() - timedelta(days=9))
    order = make_work_order(committee, task="Karte erstellen")
    meeting = held(committee)
    item = tracking_item(meeting, result=ItemResult.NOTED)
    close(meeting)
    entries = db.session.query(TrackingEntry).filter_by(item_id=item.id).order_by(TrackingEntry.position).all()
    assert [(e.text, e.light) for e in entries] == [
        ("Fortschreibung", TrackingLight.OVERDUE), ("Karte erstellen", TrackingLight.NO_DATE),
    ]  # fmt: skip
    order.task, resolution.implementation = "Ganz anders", Implementation.IN_PROGRESS
    db.session.commit()
    client.sign_in(make_office_user(committee))
    minutes = client.get(f"/sitzungen/{meeting.id}/protokoll").text
    assert "Karte erstellen" in minutes and "Ganz anders" not in minutes
    assert "überfällig: Beschluss" in minutes
    assert "Karte erstellen" in client.get(f"/tagesordnungspunkte/{item.id}").text
    text = "\n".join(
        p.text for p in Document(io.BytesIO(client.get(f"/sitzungen/{meeting.id}/protokoll.docx").data)).paragraphs
    )
    assert "Karte erstellen" in text and "Fortschreibung" in text


@pytest.mark.proves("D4", "E-15")
def test_a_declined_order_is_neither_in_time_nor_late_but_declined(client: Client) -> None:
    committee = make_committee()
    for task, days in (("Karte erstellen", 40), ("Lotsen gewinnen", -9)):
        make_work_order(committee, task=task, state=WorkOrderState.DECLINED, due_on=today() + timedelta(days=days))
    meeting = held(committee)
    item = tracking_item(meeting, result=ItemResult.NOTED)
    client.sign_in(make_office_user(committee))

    def lights(path: str) -> list[str]:
        page = BeautifulSoup(client.get(path).text, "lxml")
        return [str(cell.get_text(strip=True)) for cell in page.select("td[data-label=Ampel]")]

    live = f"/gremien/{committee.id}/beschlusskontrolle"
    assert lights(live) == ["abgelehnt", "abgelehnt"]
    page = client.get(live).text
    assert "2 offene Arbeitsaufträge; 1 überfällig" in page and "überfällig seit 9 Tagen" in page
    assert "fällig in 40 Tagen" not in page, "nobody works towards that day"
    close(meeting)
    assert lights(f"/tagesordnungspunkte/{item.id}") == ["abgelehnt", "abgelehnt"]
    assert "abgelehnt: Auftrag" in client.get(f"/sitzungen/{meeting.id}/protokoll").text
    table = Document(io.BytesIO(client.get(f"{live}.docx").data)).tables[0]
    assert [row.cells[0].text for row in table.rows[1:]] == ["abgelehnt", "abgelehnt"]


@pytest.mark.proves("E-12", "E-16")
def test_the_public_minutes_leave_confidential_lines_out(client: Client) -> None:
    committee = make_committee()
    decided(committee, text="Vertraulicher Beschluss", is_public=False)
    decided(committee, text="Offener Beschluss")
    meeting = held(committee, is_public=True)
    tracking_item(meeting, result=ItemResult.NOTED)
    make_item(meeting, title="Personalie", is_public=False, result=ItemResult.NOTED)
    close(meeting)
    meeting.state, meeting.released_at = MeetingState.RELEASED, now()
    db.session.commit()
    client.sign_in(make_office_user(committee))

    def docx(query: str = "") -> str:
        data = client.get(f"/sitzungen/{meeting.id}/protokoll.docx{query}").data
        return "\n".join(p.text for p in Document(io.BytesIO(data)).paragraphs)

    assert "Vertraulicher Beschluss" in docx() and "Personalie" in docx()
    assert "Vertraulicher" not in docx("?teil=oeffentlich") and "Personalie" not in docx("?teil=oeffentlich")
    client.sign_in(make_user())
    assert "Vertraulicher" not in docx()
    # What comes from a meeting for members only does not become known through a public one.
    assert "Offener Beschluss" not in docx()


@pytest.mark.proves("E-16")
def test_what_is_done_stays_until_the_committee_has_taken_note(client: Client) -> None:
    committee = make_committee()
    resolution = decided(committee, text="Fortschreibung")
    client.sign_in(make_office_user(committee))
    url = f"/beschluesse/{resolution.id}/umsetzung"
    client.post(url, data={"implementation": "done", "note": "Erschienen", "version": resolution.version})
    assert resolution.implementation is Implementation.DONE
    listed = client.get(f"/gremien/{committee.id}/beschlusskontrolle").text
    assert "erledigt" in listed and "zur Kenntnisnahme" in listed
    meeting = held(committee)
    item = tracking_item(meeting, result=ItemResult.NOTED)
    close(meeting)
    assert resolution.acknowledged_item_id == item.id
    assert "Fortschreibung" not in client.get(f"/gremien/{committee.id}/beschlusskontrolle").text
    page = client.get(f"/beschluesse/{resolution.id}").text
    assert f"/tagesordnungspunkte/{item.id}" in page and "Zur Kenntnis genommen" in page


@pytest.mark.proves("E-16")
def test_a_postponed_beschlusskontrolle_takes_note_of_nothing(app: Flask) -> None:
    committee = make_committee()
    resolution = decided(committee, implementation=Implementation.DONE)
    meeting = held(committee)
    tracking_item(meeting, result=ItemResult.POSTPONED)
    close(meeting)
    assert resolution.acknowledged_item_id is None


@pytest.mark.proves("E-15", "E-16")
def test_a_delay_needs_a_reason_and_a_stale_save_is_refused(client: Client) -> None:
    committee = make_committee()
    organisation = make_organisation(name="Sozialamt")
    resolution = decided(committee, due_on=today() + timedelta(days=5))
    client.sign_in(make_office_user(committee))
    url = f"/beschluesse/{resolution.id}/umsetzung"
    later = {"implementation": "in_progress", "due_on": (today() + timedelta(days=50)).isoformat(),
             "responsible_id": str(organisation.id), "version": resolution.version}  # fmt: skip
    refused = client.post(url, data=later)
    assert refused.status_code == 422 and "Grund des Verzugs" in refused.text
    assert client.post(url, data={**later, "note": "Haushalt noch offen"}).status_code == 303
    assert (resolution.responsible_organisation, resolution.implementation_note) == (
        organisation,
        "Haushalt noch offen",
    )
    stale = client.post(url, data={**later, "note": "Zu spät", "implementation": "open"})
    assert stale.status_code == 409 and resolution.implementation_note == "Haushalt noch offen"
    dropped = client.post(url, data={"implementation": "dropped", "note": "", "version": resolution.version})
    assert dropped.status_code == 422
    page = client.get(f"/beschluesse/{resolution.id}").text
    assert "Sozialamt" in page and "in Umsetzung" in page and "Haushalt noch offen" in page
    assert client.sign_in(make_member(committee)).post(url, data=later).status_code == 403


@pytest.mark.proves("E-15")
def test_the_register_filters_by_implementation(client: Client) -> None:
    committee = make_committee()
    decided(committee, text="Noch nicht angefangen")
    decided(committee, text="Schon umgesetzt", implementation=Implementation.DONE)
    client.sign_in(make_coordinator())
    page = client.get("/beschluesse?umsetzung=done").text
    assert "Schon umgesetzt" in page and "Noch nicht angefangen" not in page


@pytest.mark.proves("E-16", "D-16")
def test_two_files_from_one_list(client: Client) -> None:
    committee = make_committee()
    decided(committee, text="=1+1 Offener Beschluss")
    decided(committee, text="Vertraulicher Beschluss", is_public=False)
    client.sign_in(make_office_user(committee))
    base = f"/gremien/{committee.id}/beschlusskontrolle"

    def sheet(query: str = "") -> list[list[object]]:
        book = load_workbook(io.BytesIO(client.get(f"{base}.xlsx{query}").data))
        return [[cell.value for cell in row] for row in book.active.iter_rows()]

    assert [row[3] for row in sheet()[1:]] == ["=1+1 Offener Beschluss", "Vertraulicher Beschluss"]
    assert "öffentlich" in sheet()[0] and "öffentlich" not in sheet("?teil=oeffentlich")[0]
    assert [row[3] for row in sheet("?teil=oeffentlich")[1:]] == ["=1+1 Offener Beschluss"]
    book = load_workbook(io.BytesIO(client.get(f"{base}.xlsx").data))
    assert book.active["D2"].data_type == "s"  # text, never a formula
    for query, expected in (("", True), ("?teil=oeffentlich", False)):
        document = Document(io.BytesIO(client.get(f"{base}.docx{query}").data))
        words = " ".join(cell.text for table in document.tables for row in table.rows for cell in row.cells)
        assert "Offener Beschluss" in words and ("Vertraulicher Beschluss" in words) is expected
    deputy = make_member(committee, MandateKind.DEPUTY)
    client.sign_in(deputy)
    assert [row[3] for row in sheet()[1:]] == ["=1+1 Offener Beschluss"]


@pytest.mark.proves("C4", "D4", "L-9", "W-16")
def test_items_the_rules_ask_for_come_onto_every_agenda_by_themselves(client: Client) -> None:
    committee = make_committee()
    make(StandingItem(committee=committee, title="Eröffnung", kind=ItemKind.REPORT))
    make(StandingItem(committee=committee, title="Verschiedenes", kind=ItemKind.DISCUSSION, at_end=True, position=2))
    rule(committee, RuleKind.MEMBER_REPORTS)
    rule(committee, RuleKind.RESOLUTION_TRACKING)
    rule(committee, RuleKind.MINUTES_APPROVAL, mode="next_meeting")
    earlier = make_meeting(committee, number=8, starts_at=now() - timedelta(days=90), state=MeetingState.RELEASED,
                           closed_at=now(), released_at=now(), published_at=now())  # fmt: skip
    make(Objection(meeting=earlier, passage="x", wish="y", raised_by_label="Sitz"))
    meeting = make_meeting(committee, number=9)
    agendas.fill_agenda(meeting, copy_from=None, with_standing_items=True)
    db.session.commit()
    items = sorted(meeting.items, key=lambda i: i.position)
    assert [i.title.split(":")[0] for i in items] == [
        "Eröffnung", "Genehmigung des Protokolls", "Beschlusskontrolle", "Berichte der Mitglieder", "Verschiedenes",
    ]  # fmt: skip
    assert items[1].approves_meeting == earlier
    page = client.sign_in(make_office_user(committee)).get(f"/sitzungen/{meeting.id}").text
    assert f"/sitzungen/{earlier.id}/protokoll" in page and "1 Einwand offen" in page
    client.post(f"/sitzungen/{meeting.id}/tagesordnung/standardpunkte")
    assert len(meeting.items) == 5  # nothing comes twice


@pytest.mark.proves("C4")
def test_nothing_comes_by_itself_where_nothing_is_settled(app: Flask) -> None:
    committee = make_committee()
    meeting = make_meeting(committee)
    agendas.fill_agenda(meeting, copy_from=None, with_standing_items=True)
    assert meeting.items == []


@pytest.mark.proves("L-9", "W-16")
def test_releasing_minutes_puts_their_approval_on_the_next_agenda(app: Flask) -> None:
    committee = make_committee()
    rule(committee, RuleKind.MINUTES_APPROVAL, mode="next_meeting")
    following = make_meeting(committee, starts_at=now() + timedelta(days=60))
    make_item(following, title="Begrüßung", planned_minutes=5)
    meeting = held(committee, number=8)
    close(meeting)
    minutes_life.release_minutes(meeting, by=make_coordinator())
    db.session.commit()
    approvals = [i for i in following.items if i.purpose is ItemPurpose.MINUTES_APPROVAL]
    assert [i.approves_meeting for i in approvals] == [meeting]
    assert "wird genehmigt" in approvals[0].proposed_resolution
    lacking = [check.text for check in own_readiness(following, agenda_of(following, make_coordinator()))]
    assert not [text for text in lacking if text.startswith("TOP")]  # an item that came by itself lacks nothing
    resolution = make_resolution(approvals[0])
    number_resolutions([approvals[0]])
    assert resolution.implementation is Implementation.NOT_TRACKED  # nobody has to carry it out


@pytest.mark.proves("D4")
def test_the_sitzungsmodus_shows_the_list(client: Client) -> None:
    committee = make_committee()
    make_work_order(committee, task="Karte erstellen", due_on=today() - timedelta(days=2))
    meeting = held(committee)
    item = tracking_item(meeting, opened_at=now())
    client.sign_in(make_office_user(committee))
    page = client.get(f"/sitzungen/{meeting.id}/protokollieren?punkt={item.id}").text
    assert "Karte erstellen" in page and "überfällig" in page


@pytest.mark.proves("D4", "E-12")
def test_a_page_of_many_lines_costs_no_more_and_is_cut_in_the_order_of_the_files(
    client: Client, count_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tracking_queries, "PAGE", 8)
    committee = make_committee()
    earlier = make_meeting(committee, state=MeetingState.CLOSED, closed_at=now(), published_at=now())
    item = make_item(earlier, result=ItemResult.DECIDED)
    client.sign_in(make_office_user(committee))
    base = f"/gremien/{committee.id}/beschlusskontrolle"

    def fill(first: int, last: int) -> None:
        for n in range(first, last):
            due_on = None if n % 5 == 0 else today() + timedelta(days=n % 7 * 10 - 30)
            make_work_order(committee, task=f"Auftrag {n}.", due_on=due_on, is_public=n % 3 > 0,
                            state=WorkOrderState.REPORTED_DONE if n % 4 == 0 else WorkOrderState.ISSUED,
                            done_on=today() if n % 4 == 0 else None)  # fmt: skip
            make_resolution(item, text=f"Beschluss {n}.", due_on=due_on, is_public=n % 3 > 0, number=f"LG-B-2026-{n}",
                            implementation=Implementation.DONE if n % 4 == 1 else Implementation.OPEN)  # fmt: skip

    def cost() -> int:
        db.session.expire_all()
        with count_queries() as counted:
            assert client.get(base).status_code == 200
        return len(counted)

    fill(1, 4)
    few = cost()
    fill(4, 13)
    assert cost() == few <= 12
    for reader, lines in ((None, 24), (make_member(committee, MandateKind.DEPUTY), 16)):
        if reader is not None:
            client.sign_in(reader)
        book = load_workbook(io.BytesIO(client.get(f"{base}.xlsx").data))
        whole = [str(row[3].value) for row in list(book.active.iter_rows())[1:]]
        pages = "".join(client.get(f"{base}?seite={n}").text for n in range(1, lines // 8 + 1))
        shown = re.findall(r'tracking__text">([^<]*)<', pages)
        assert shown == whole and len(whole) == lines
    assert client.get(f"{base}?seite=3").status_code == 404
    make_work_order(committee, addressee_seat=make_seat(committee))
    client.sign_in(make_office_user(committee))
    running = make_meeting(committee, state=MeetingState.IN_SESSION, published_at=now())
    tracked = make_item(running, purpose=ItemPurpose.RESOLUTION_TRACKING)
    room = f"/sitzungen/{running.id}/protokollieren?punkt={tracked.id}"
    db.session.expunge_all()
    with count_queries() as counted:
        assert "Beschlusskontrolle" in client.get(room).text
    assert len(counted) <= 12
