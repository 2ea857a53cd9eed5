"""The agenda: items, sub-items, order, both versions after a stale save, in place and on pages."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from govern.committees.models import Committee
from govern.db import db, now
from govern.errors import Conflict, DomainError
from govern.meetings.models import (
    AgendaItem,
    ItemKind,
    ItemResult,
    Meeting,
    MeetingState,
    PaperKind,
    StandingItem,
    TopicState,
)
from govern.meetings.queries.agendas import build_agenda
from govern.meetings.services import agendas as services
from tests.conftest import Client
from tests.factories import (
    make,
    make_committee,
    make_coordinator,
    make_guest,
    make_item,
    make_meeting,
    make_member,
    make_office_user,
    make_person,
    make_seat,
    make_topic,
)

HTMX = {"HX-Request": "true"}
FORM: dict[str, Any] = {"title": "Sprachkurse", "kind": "decision", "planned_minutes": "30", "rapporteur": "",
                        "is_public": "y", "description": "", "proposed_resolution": "", "internal_note": "",
                        "paper_kind": "paper"}  # fmt: skip


@pytest.fixture
def committee(app: Flask) -> Committee:
    return make_committee()


@pytest.fixture
def meeting(committee: Committee) -> Meeting:
    return make_meeting(committee)


def titles(meeting: Meeting) -> list[str]:
    db.session.expire_all()
    return [i.title for i in sorted(meeting.items, key=lambda i: (i.position, i.id)) if i.parent_id is None]


def order(meeting: Meeting) -> list[str]:
    """Numbers and titles as the page shows them, e.g. „2.1 Berichte"."""
    db.session.expire_all()
    return [f"{entry.number} {entry.item.title}" for entry in build_agenda(meeting, meeting.items).flat]


def test_the_office_adds_an_item_with_all_it_says(client: Client, committee: Committee, meeting: Meeting) -> None:
    seat = make_seat(committee)
    client.sign_in(make_office_user(committee))
    answer = client.post(
        f"/sitzungen/{meeting.id}/tagesordnung/neu",
        data={**FORM, "rapporteur": f"seat:{seat.id}", "description": "Worum es geht", "internal_note": "leise",
              "proposed_resolution": "Die Gruppe beschließt …"},
    )  # fmt: skip
    item = db.session.query(AgendaItem).filter_by(meeting_id=meeting.id).one()
    assert answer.location == f"/sitzungen/{meeting.id}#punkt-{item.id}"
    assert (item.kind, item.planned_minutes, item.rapporteur_seat) == (ItemKind.DECISION, 30, seat)
    page = client.get(f"/tagesordnungspunkte/{item.id}").text
    for words in ("Worum es geht", "Die Gruppe beschließt", "leise", seat.label):
        assert words in page


def test_who_reports_is_said_without_a_second_word_for_report(client: Client) -> None:
    committee = make_committee()
    meeting = make_meeting(committee)
    seat = make_seat(committee, function="Amtsleitung")
    for kind in (ItemKind.REPORT, ItemKind.DISCUSSION):
        make_item(meeting, kind=kind, rapporteur_seat=seat)
    client.sign_in(make_office_user(committee))
    page = BeautifulSoup(client.get(f"/sitzungen/{meeting.id}").text, "lxml")
    report, discussion = (facts.get_text(" ", strip=True) for facts in page.select(".agenda__facts"))
    assert report.startswith("Bericht durch: ") and report.count("Bericht") == 1 and "Amtsleitung" in report
    assert discussion.startswith("Beratung Bericht: ")


@pytest.mark.parametrize("kind", ["seat", "person", "guest"])
def test_a_seat_a_person_or_a_guest_reports(client: Client, committee: Committee, meeting: Meeting, kind: str) -> None:
    who = {"seat": make_seat(committee), "person": make_person(), "guest": make_guest(meeting)}[kind]
    item = make_item(meeting)
    client.sign_in(make_office_user(committee))
    chosen = {"rapporteur_person_id": who.id} if kind == "person" else {"rapporteur": f"{kind}:{who.id}"}
    client.post(f"/tagesordnungspunkte/{item.id}/bearbeiten", data={**FORM, "version": 1, **chosen})
    found = {"seat": item.rapporteur_seat, "person": item.rapporteur_person, "guest": item.rapporteur_guest}
    assert found == {**dict.fromkeys(found), kind: who}
    same = client.get(f"/tagesordnungspunkte/{item.id}/bearbeiten").text
    assert (f'value="{who.id}" checked' if kind == "person" else f'selected value="{kind}:{who.id}"') in same


def test_seats_and_guests_from_elsewhere_cannot_report(client: Client, committee: Committee, meeting: Meeting) -> None:
    client.sign_in(make_office_user(committee))
    for foreign in (f"seat:{make_seat().id}", f"guest:{make_guest().id}", "unsinn"):
        answer = client.post(f"/sitzungen/{meeting.id}/tagesordnung/neu", data={**FORM, "rapporteur": foreign})
        assert answer.status_code == 422, foreign
    both = {**FORM, "rapporteur": f"seat:{make_seat(committee).id}", "rapporteur_person_id": make_person().id}
    answer = client.post(f"/sitzungen/{meeting.id}/tagesordnung/neu", data=both)
    assert answer.status_code == 422
    assert "entweder einen Sitz oder Gast wählen oder eine Person" in answer.text
    item = make_item(meeting)
    with pytest.raises(DomainError):
        services.update_item(item, by=make_coordinator(), version=None, title="x", kind=ItemKind.REPORT, is_public=True,
                             planned_minutes=None, rapporteur=make_seat(), description="", proposed_resolution="",
                             internal_note=None)  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"title": "  "}, "Bitte einen Titel angeben."),
        ({"planned_minutes": "601"}, "Bitte eine Zahl von 0 bis 600 angeben."),
        ({"planned_minutes": "-1"}, "Bitte eine Zahl von 0 bis 600 angeben."),
        ({"kind": "party"}, "Art"),
    ],
)
@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
def test_a_faulty_item_is_refused_at_its_field(
    client: Client,
    committee: Committee,
    meeting: Meeting,
    changes: dict[str, str],
    sentence: str,
    headers: dict[str, str],
) -> None:
    client.sign_in(make_office_user(committee))
    answer = client.post(
        f"/sitzungen/{meeting.id}/tagesordnung/neu", data={**FORM, "description": "Getippt", **changes}, headers=headers
    )
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "Getippt" in answer.text
    assert ("<html" in answer.text) == (not headers)
    assert not meeting.items


def test_in_place_the_agenda_itself_comes_back(client: Client, committee: Committee, meeting: Meeting) -> None:
    item = make_item(meeting, title="Vorher")
    client.sign_in(make_office_user(committee))
    form = client.get(f"/tagesordnungspunkte/{item.id}/bearbeiten", headers=HTMX)
    assert form.text.lstrip().startswith('<section id="meetings-agenda"')
    assert 'value="Vorher"' in form.text
    answer = client.post(
        f"/tagesordnungspunkte/{item.id}/bearbeiten", data={**FORM, "version": 1, "title": "Nachher"}, headers=HTMX
    )
    assert answer.status_code == 200
    assert answer.headers["HX-Trigger-After-Settle"] == "agenda-changed"
    assert "Nachher" in answer.text
    assert "data-announce=" in answer.text
    assert "HX-Request" in answer.headers["Vary"]


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
def test_a_stale_save_shows_both_versions(
    client: Client, committee: Committee, meeting: Meeting, headers: dict[str, str]
) -> None:
    item = make_item(meeting, title="Anfang")
    client.sign_in(make_office_user(committee))
    url = f"/tagesordnungspunkte/{item.id}/bearbeiten"
    client.post(url, data={**FORM, "version": 1, "title": "Von der anderen"})
    answer = client.post(url, data={**FORM, "version": 1, "title": "Von mir"}, headers=headers)
    assert answer.status_code == 409
    assert "Von der anderen" in answer.text
    assert 'value="Von mir"' in answer.text
    assert item.title == "Von der anderen"
    assert client.post(url, data={**FORM, "version": 2, "title": "Von mir"}).status_code == 303
    assert item.title == "Von mir"


# Order


def test_items_move_up_down_in_and_out(client: Client, committee: Committee, meeting: Meeting) -> None:
    a, b, c = (make_item(meeting, title=t, position=n) for n, t in enumerate("ABC", start=1))
    client.sign_in(make_office_user(committee))

    def move(item: AgendaItem, direction: str) -> int:
        return client.post(f"/tagesordnungspunkte/{item.id}/verschieben", data={"direction": direction}).status_code

    move(c, "up")
    assert order(meeting) == ["1 A", "2 C", "3 B"]
    move(c, "up")
    move(c, "up")  # already first: nothing happens
    assert order(meeting) == ["1 C", "2 A", "3 B"]
    move(a, "in")
    move(b, "in")
    assert order(meeting) == ["1 C", "1.1 A", "1.2 B"]
    move(b, "up")
    assert order(meeting) == ["1 C", "1.1 B", "1.2 A"]
    move(b, "out")
    assert order(meeting) == ["1 C", "1.1 A", "2 B"]
    assert move(c, "in") == 422  # nothing stands before it, and it has a sub-item
    assert move(a, "sideways") == 400


def test_a_confidential_item_never_becomes_public_by_moving(
    client: Client, committee: Committee, meeting: Meeting
) -> None:
    public = make_item(meeting, title="Offen", position=1)
    secret = make_item(meeting, title="Geheim", position=2, is_public=False)
    third = make_item(meeting, title="Dritter", position=3)
    client.sign_in(make_office_user(committee))
    assert client.post(f"/tagesordnungspunkte/{secret.id}/verschieben", data={"direction": "in"}).status_code == 422
    assert secret.parent_id is None
    client.post(f"/tagesordnungspunkte/{third.id}/verschieben", data={"direction": "in"})
    assert (third.parent_id, third.is_public) == (secret.id, False)
    client.post(f"/tagesordnungspunkte/{secret.id}/bearbeiten", data={**FORM, "version": 1, "is_public": "y"})
    assert third.is_public
    assert public.is_public


def test_a_new_order_comes_by_dragging(client: Client, committee: Committee, meeting: Meeting) -> None:
    a, b, c = (make_item(meeting, title=t, position=n) for n, t in enumerate("ABC", start=1))
    client.sign_in(make_office_user(committee))
    url = f"/sitzungen/{meeting.id}/tagesordnung/ordnung"
    answer = client.post(url, data={"order": f"{c.id},{a.id},{b.id}"}, headers=HTMX)
    assert answer.status_code == 200
    assert titles(meeting) == ["C", "A", "B"]
    assert [re.search(t, answer.text).start() for t in (">C<", ">A<", ">B<")] == sorted(  # type: ignore[union-attr]
        re.search(t, answer.text).start()
        for t in (">C<", ">A<", ">B<")  # type: ignore[union-attr]
    )
    other = make_item()
    stale = [f"{a.id},{b.id}", f"{a.id},{b.id},{other.id}", f"{a.id},{a.id},{b.id}", f"{a.id},{b.id},{c.id},{other.id}"]
    for value in stale:
        assert client.post(url, data={"order": value}).status_code == 409, value
    for value in ("", "a,b", "1;2", "9" * 40):
        assert client.post(url, data={"order": value}).status_code == 400, value
    assert titles(meeting) == ["C", "A", "B"]


def test_new_items_stand_before_the_standing_items_of_the_end(
    client: Client, committee: Committee, meeting: Meeting
) -> None:
    end = make(StandingItem(committee=committee, title="Verschiedenes", kind=ItemKind.DISCUSSION, at_end=True))
    start = make(StandingItem(committee=committee, title="Eröffnung", kind=ItemKind.REPORT))
    client.sign_in(make_office_user(committee))
    client.post(f"/sitzungen/{meeting.id}/tagesordnung/neu", data={**FORM, "title": "Erster"})
    client.post(f"/sitzungen/{meeting.id}/tagesordnung/standardpunkte")
    client.post(f"/sitzungen/{meeting.id}/tagesordnung/standardpunkte")  # nothing is added twice
    client.post(f"/sitzungen/{meeting.id}/tagesordnung/neu", data={**FORM, "title": "Zweiter"})
    assert titles(meeting) == [start.title, "Erster", "Zweiter", end.title]


def test_sub_items_are_added_below_and_are_as_public_as_their_parent(
    client: Client, committee: Committee, meeting: Meeting
) -> None:
    parent = make_item(meeting, is_public=False)
    client.sign_in(make_office_user(committee))
    client.post(f"/sitzungen/{meeting.id}/tagesordnung/neu?unter={parent.id}", data=FORM)
    sub_item = parent.sub_items[0]
    assert not sub_item.is_public
    assert client.get(f"/sitzungen/{meeting.id}/tagesordnung/neu?unter={sub_item.id}").status_code == 404
    assert client.get(f"/sitzungen/{meeting.id}/tagesordnung/neu?unter={make_item().id}").status_code == 404
    with pytest.raises(DomainError):
        services.add_item(meeting, by=make_coordinator(), title="x", kind=ItemKind.REPORT, is_public=True,
                          planned_minutes=None, rapporteur=None, description="", proposed_resolution="",
                          internal_note="", parent=sub_item)  # fmt: skip


# Leaving the agenda


def test_a_deleted_item_takes_its_sub_items_along_and_frees_its_topic(
    client: Client, committee: Committee, meeting: Meeting
) -> None:
    topic = make_topic(committee, state=TopicState.SCHEDULED)
    item = make_item(meeting, topic=topic)
    make_item(meeting, parent=item)
    make_item(predecessor=item)
    client.sign_in(make_office_user(committee))
    assert client.post(f"/tagesordnungspunkte/{item.id}/loeschen").status_code == 303
    assert not titles(meeting)
    assert topic.state is TopicState.ACCEPTED


def test_a_topic_on_another_agenda_stays_scheduled(client: Client, committee: Committee, meeting: Meeting) -> None:
    topic = make_topic(committee, state=TopicState.SCHEDULED)
    item = make_item(meeting, topic=topic)
    make_item(make_meeting(committee), topic=topic)
    client.sign_in(make_office_user(committee)).post(f"/tagesordnungspunkte/{item.id}/loeschen")
    assert topic.state is TopicState.SCHEDULED


def test_after_publication_an_item_is_only_withdrawn_and_the_history_says_so(
    client: Client, committee: Committee
) -> None:
    meeting = make_meeting(committee, state=MeetingState.PUBLISHED, published_at=now())
    topic = make_topic(committee, state=TopicState.SCHEDULED)
    item = make_item(meeting, title="Wohnraum", topic=topic)
    client.sign_in(make_office_user(committee))
    assert client.post(f"/tagesordnungspunkte/{item.id}/loeschen").status_code == 422
    client.post(f"/tagesordnungspunkte/{item.id}/absetzen", data={"reason": "Zahlen fehlen noch"})
    assert (item.result, topic.state) == (ItemResult.WITHDRAWN, TopicState.ACCEPTED)
    history = client.get(f"/sitzungen/{meeting.id}/verlauf").text
    assert "Wohnraum" in history and "zurückgezogen" in history
    page = client.sign_in(make_member(committee)).get(f"/sitzungen/{meeting.id}").text
    assert "abgesetzt" in page and "Zahlen fehlen noch" in page
    with pytest.raises(Conflict):
        services.withdraw_item(item, by=make_coordinator(), reason=None)


# Reading


def test_public_items_have_no_gap_for_those_outside_and_no_trace_of_the_others(
    client: Client, committee: Committee
) -> None:
    meeting = make_meeting(committee, state=MeetingState.PUBLISHED, published_at=now(), is_public=True)
    make_item(meeting, title="Erster", position=1, planned_minutes=10)
    make_item(meeting, title="Personalsache", position=2, planned_minutes=20, is_public=False)
    make_item(meeting, title="Letzter", position=3)
    stranger = client.sign_in(make_member(make_committee()))
    for path in ("", "/tagesordnung", "/unterlagen", "/tagesordnung.docx", "/teilnahme"):
        answer = stranger.get(f"/sitzungen/{meeting.id}{path}")
        assert answer.status_code == 200
        assert b"Personalsache" not in answer.data
    page = stranger.get(f"/sitzungen/{meeting.id}").text
    assert re.findall(r'agenda__no">([^<]+)<', page) == ["1", "2"]
    assert "N 1" not in page
    inside = client.sign_in(make_member(committee)).get(f"/sitzungen/{meeting.id}").text
    assert re.findall(r'agenda__no">([^<]+)<', inside) == ["1", "N 1", "2"]


def test_the_clock_times_are_worked_out(client: Client, committee: Committee, meeting: Meeting) -> None:
    make_item(meeting, title="A", position=1, planned_minutes=100)
    make_item(meeting, title="B", position=2, planned_minutes=40)
    page = client.sign_in(make_office_user(committee)).get(f"/sitzungen/{meeting.id}").text
    assert "Zusammen 2 h 20 min" in page
    assert "20 min länger als geplant" in page
    meeting.state, meeting.closed_at = MeetingState.CLOSED, now()
    db.session.commit()
    page = client.get(f"/sitzungen/{meeting.id}").text
    assert "Zusammen 2 h 20 min" in page
    assert "länger als geplant" not in page  # nothing is planned any more


@pytest.mark.proves("C7")
def test_a_decision_paper_comes_with_its_proposed_resolution(
    client: Client, committee: Committee, meeting: Meeting
) -> None:
    client.sign_in(make_office_user(committee))
    answer = client.post(
        f"/sitzungen/{meeting.id}/tagesordnung/neu",
        data={**FORM, "proposed_resolution": "Der Kreis **richtet** eine Stelle ein.", "paper_kind": "decision_paper",
              "papers": [(io.BytesIO(b"%PDF-1.7 a"), "Vorlage.pdf"), (io.BytesIO(b"%PDF-1.7 b"), "Anlage.pdf")]},
        content_type="multipart/form-data",
    )  # fmt: skip
    assert answer.status_code == 303
    item = db.session.query(AgendaItem).filter_by(meeting_id=meeting.id).one()
    assert [(p.file_name, p.kind) for p in item.papers] == [
        ("Vorlage.pdf", PaperKind.DECISION_PAPER), ("Anlage.pdf", PaperKind.DECISION_PAPER),
    ]  # fmt: skip
    page = client.get(f"/tagesordnungspunkte/{item.id}").text
    assert "<strong>richtet</strong>" in page
    assert "Entscheidungsvorlage" in page
    assert "Beschlussvorschlag liegt vor" in client.get(f"/sitzungen/{meeting.id}").text


@pytest.mark.proves("C7")
def test_the_count_of_papers_follows_what_is_added_in_place(
    client: Client, committee: Committee, meeting: Meeting
) -> None:
    client.sign_in(make_office_user(committee))
    files = [(io.BytesIO(f"%PDF-1.7 {n}".encode()), f"Anlage {n}.pdf") for n in range(3)]
    answer = client.post(
        f"/sitzungen/{meeting.id}/tagesordnung/neu", data={**FORM, "papers": files}, headers=HTMX,
        content_type="multipart/form-data",
    )  # fmt: skip
    assert '<span class="tabs__count" id="unterlagen-zahl" data-hx-swap-oob="true">3</span>' in answer.text
    page = client.get(f"/sitzungen/{meeting.id}").text
    assert page.count('id="unterlagen-zahl"') == 1
    assert '<span class="tabs__count" id="unterlagen-zahl">3</span>' in page


def test_what_people_write_is_text_not_markup(client: Client, committee: Committee, meeting: Meeting) -> None:
    evil = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    item = make_item(meeting, title=evil, description=evil, proposed_resolution=evil, internal_note=evil)
    client.sign_in(make_office_user(committee))
    for path in (
        f"/sitzungen/{meeting.id}",
        f"/tagesordnungspunkte/{item.id}",
        f"/sitzungen/{meeting.id}/tagesordnung",
    ):
        page = client.get(path).text
        assert "<script>alert" not in page
        assert "<img src=x" not in page


def test_every_form_field_is_on_the_page(client: Client, committee: Committee, meeting: Meeting) -> None:
    client.sign_in(make_office_user(committee))
    page = client.get(f"/sitzungen/{meeting.id}/tagesordnung/neu").text
    for name in (*FORM, "papers"):
        assert f'name="{name}"' in page, name
