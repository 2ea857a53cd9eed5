"""Matters: bundled, classified, merged, split with full history; brought before committees; masked for others."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup

from govern.actions.models import (
    GapKind,
    GapReport,
    Matter,
    MatterEvent,
    MatterEventKind,
    MatterState,
    MatterTopic,
    ReportState,
)
from govern.actions.services import matters as services
from govern.actions.services.stems import index_matter
from govern.db import db
from govern.errors import Conflict
from govern.formats import today
from govern.meetings.models import MeetingState, Topic, TopicInput
from govern.people.models import Role
from tests.conftest import Client
from tests.factories import (
    make_committee,
    make_coordinator,
    make_gap_report,
    make_item,
    make_matter,
    make_meeting,
    make_member,
    make_municipality,
    make_resolution,
    make_user,
    make_work_order,
)

pytestmark = pytest.mark.usefixtures("app")


def classified(**values: Any) -> dict[str, Any]:
    return {"title": "Kita für späte Zuzüge", "summary": "", "action_field": "education", "gap_kind": "missing_offer",
            **values}  # fmt: skip


def events(matter: Matter) -> list[MatterEventKind]:
    rows = db.session.scalars(sa.select(MatterEvent).where(MatterEvent.matter_id == matter.id).order_by(MatterEvent.id))
    return [event.kind for event in rows]


@pytest.mark.proves("E4", "E-30", "W-32")
def test_reports_are_bundled_into_a_matter_with_a_number(client: Client) -> None:
    reports = [make_gap_report(), make_gap_report()]
    client.sign_in(make_coordinator())
    ids = [str(report.id) for report in reports]
    assert client.get("/luecken/neu", query_string={"meldung": ids}).status_code == 200
    answer = client.post("/luecken/neu", data=classified(meldung=ids))
    assert answer.status_code == 303
    assert client.post("/luecken/neu", data=classified(meldung=ids)).location == answer.location  # sent twice
    matter = db.session.scalars(sa.select(Matter)).one()
    assert matter.number.startswith("L-20")
    assert {report.state for report in matter.reports} == {ReportState.ASSIGNED}
    assert events(matter) == [MatterEventKind.CREATED, *[MatterEventKind.REPORT_ADDED] * 2]
    assert (
        client.post("/luecken/neu", data=classified()).location != answer.location
    )  # without the reports it is another


@pytest.mark.proves("E5")
def test_a_matter_is_classified_without_touching_its_reports(client: Client) -> None:
    matter = make_matter()
    report = make_gap_report(matter=matter)
    client.sign_in(make_coordinator())
    sent = classified(action_field="housing", further_fields=["health"], version=str(matter.version))
    assert client.post(f"/luecken/{matter.id}/bearbeiten", data=sent).status_code == 303
    matter = db.session.get_one(Matter, matter.id)
    assert (matter.action_field, matter.further_fields) == ("housing", ["health"])
    assert db.session.get_one(GapReport, report.id).action_field == "education"
    assert client.post(f"/luecken/{matter.id}/bearbeiten", data=sent | {"title": "Anders"}).status_code == 409


@pytest.mark.proves("E4", "W-32")
def test_merging_keeps_a_signpost_and_the_history_of_both(client: Client) -> None:
    kept, other = make_matter(), make_matter()
    report = make_gap_report(matter=other)
    client.sign_in(make_coordinator())
    assert client.post(f"/luecken/{kept.id}/zusammenfuehren", data={"matter_id": other.id}).status_code == 303
    other = db.session.get_one(Matter, other.id)
    assert (other.state, other.merged_into_id) == (MatterState.MERGED, kept.id)
    assert db.session.get_one(GapReport, report.id).matter_id == kept.id
    assert MatterEventKind.MERGED_INTO in events(other)
    assert MatterEventKind.MERGED_FROM in events(kept)
    assert kept.number in client.get(f"/luecken/{other.id}").text
    assert client.post(f"/luecken/{other.id}/zusammenfuehren", data={"matter_id": kept.id}).status_code == 403


@pytest.mark.proves("E4")
def test_alike_matters_are_suggested_with_the_reason_and_stand_first_where_one_is_taken_in(client: Client) -> None:
    matter = make_matter(title="Sprachkurse am Abend fehlen")
    alike = make_matter(title="Am Abend gibt es keine Sprachkurse")
    closed = make_matter(title="Sprachkurse am Abend", state=MatterState.DROPPED, closed_on=today(), closing_note="x")
    other = make_matter(title="Wohnraum", action_field="housing", gap_kind=GapKind.ACCESS)
    for each in (matter, alike, closed, other):
        index_matter(each)
    db.session.commit()
    client.sign_in(make_coordinator())
    page = BeautifulSoup(client.get(f"/luecken/{matter.id}/aehnliche").text, "lxml")
    (found,) = page.select("#matters-similar li")
    words = found.get_text(" ", strip=True)
    assert f"{alike.number} {alike.title}" in words
    assert "ähnliche Wörter:" in words
    merge = found.select_one("a[href*=zusammenfuehren]")
    assert merge is not None
    form = BeautifulSoup(client.get(str(merge["href"])).text, "lxml")
    choices = form.select("input[name=matter_id]")
    assert [int(str(choice["value"])) for choice in choices] == [alike.id, other.id]
    assert [choice.has_attr("checked") for choice in choices] == [True, False]


@pytest.mark.proves("E4", "W-32")
def test_splitting_moves_the_chosen_reports(client: Client) -> None:
    matter = make_matter(action_field="housing")
    stays, goes = make_gap_report(matter=matter), make_gap_report(matter=matter)
    client.sign_in(make_coordinator())
    sent = {"title": "Nur Wohnungen", "reports": [goes.id]}
    answer = client.post(f"/luecken/{matter.id}/teilen", data=sent)
    assert answer.status_code == 303
    new = db.session.scalars(sa.select(Matter).where(Matter.title == "Nur Wohnungen")).one()
    assert new.action_field == "housing"
    assert db.session.get_one(GapReport, goes.id).matter_id == new.id
    assert db.session.get_one(GapReport, stays.id).matter_id == matter.id
    assert client.post(f"/luecken/{matter.id}/teilen", data={"title": "Leer"}).status_code == 422
    twice = client.post(f"/luecken/{matter.id}/teilen", data=sent)
    assert twice.status_code == 422
    assert "Eine gewählte Angabe steht nicht mehr zur Auswahl." in twice.text


def test_a_report_is_taken_out_and_waits_again(client: Client) -> None:
    matter = make_matter()
    report = make_gap_report(matter=matter)
    client.sign_in(make_coordinator())
    assert client.post(f"/luecken/{matter.id}/herausnehmen", data={"meldung": report.id}).status_code == 303
    assert db.session.get_one(GapReport, report.id).state is ReportState.RECEIVED
    assert client.post(f"/luecken/{matter.id}/aufnehmen", data={"meldung": report.id}).status_code == 303
    assert db.session.get_one(GapReport, report.id).matter_id == matter.id


@pytest.mark.proves("E4", "W-24", "L-5")
def test_a_matter_becomes_a_topic_and_both_know_each_other(client: Client) -> None:
    matter, committee = make_matter(title="Kita-Zugang"), make_committee()
    client.sign_in(make_coordinator())
    sent = {"committee_id": committee.id, "purpose": "Worum es geht", "is_public": "y"}
    assert client.post(f"/luecken/{matter.id}/thema", data=sent).status_code == 303
    topic = db.session.scalars(sa.select(Topic)).one()
    assert topic.input_kind is TopicInput.BUNDLED_GAPS
    assert f"/luecken/{matter.id}" in client.get(f"/themen/{topic.id}").text
    assert f"/themen/{topic.id}" in client.get(f"/luecken/{matter.id}").text
    assert client.post(f"/luecken/{matter.id}/thema", data=sent).location == f"/themen/{topic.id}"  # sent twice
    assert client.post(f"/luecken/{matter.id}/thema", data={**sent, "purpose": "Anderes"}).status_code == 422
    topic.created_at -= timedelta(minutes=3)
    db.session.commit()
    assert client.post(f"/luecken/{matter.id}/thema", data=sent).status_code == 422
    assert events(matter).count(MatterEventKind.TOPIC) == 1
    stranger = make_user()
    assert f"/luecken/{matter.id}" not in client.sign_in(stranger).get(f"/themen/{topic.id}").text


@pytest.mark.proves("E6", "L-5", "W-23")
def test_the_page_of_a_matter_shows_its_chain_to_the_work_order(client: Client) -> None:
    matter, committee = make_matter(), make_committee()
    topic = Topic(committee=committee, title="Thema zur Lücke", input_kind=TopicInput.BUNDLED_GAPS)
    db.session.add_all([topic, MatterTopic(matter=matter, topic=topic)])
    meeting = make_meeting(committee, state=MeetingState.PREPARING)
    item = make_item(meeting, topic=topic, title="Punkt zur Lücke")
    resolution = make_resolution(item, text="Es wird beschlossen.")
    make_work_order(committee, item=item, resolution=resolution, addressee_organisation=make_municipality(),
                    task="Platzvergabe regeln")  # fmt: skip
    page = client.sign_in(make_coordinator()).get(f"/luecken/{matter.id}").text
    for word in ("Thema zur Lücke", "Punkt zur Lücke", "Es wird beschlossen.", "Platzvergabe regeln"):
        assert word in page
    assert f'href="/luecken/{matter.id}"' in client.get(f"/tagesordnungspunkte/{item.id}").text


@pytest.mark.proves("D-50", "D-53", "L-15")
def test_others_read_no_count_from_which_a_report_could_be_told(client: Client) -> None:
    town, matter = make_municipality(name="Stadt Geheimdorf"), make_matter(title="Freigegebene Lücke")
    for _ in range(3):
        make_gap_report(matter=matter, municipality=town)
    office, member = make_coordinator(), make_member(make_committee())
    services.share_matter(matter, by=office)
    db.session.commit()
    page = client.sign_in(office).get(f"/luecken/{matter.id}").text
    assert "Stadt Geheimdorf" in page
    assert "3 Meldungen" in page
    page = client.sign_in(member).get(f"/luecken/{matter.id}").text
    assert "unter 5 Meldungen" in page
    assert "Stadt Geheimdorf" not in page
    assert "3 Meldungen" not in page
    assert "Meldung zugeordnet" not in page
    assert "3 Meldungen" not in client.get("/luecken").text


def test_a_matter_is_the_coordinations_own_until_it_is_shared(client: Client) -> None:
    matter = make_matter()
    member = make_member(make_committee())
    assert client.sign_in(member).get(f"/luecken/{matter.id}").status_code == 404
    assert client.sign_in(make_coordinator()).post(f"/luecken/{matter.id}/freigeben").status_code == 303
    assert client.sign_in(member).get(f"/luecken/{matter.id}").status_code == 200
    assert client.post(f"/luecken/{matter.id}/freigabe-zuruecknehmen").status_code == 403
    assert client.sign_in(make_user()).get(f"/luecken/{matter.id}").status_code == 404


@pytest.mark.proves("E6")
def test_closing_tells_the_authors_why(client: Client) -> None:
    author, matter = make_user(Role.CASE_MANAGER), make_matter()
    report = make_gap_report(author, matter=matter)
    client.sign_in(make_coordinator())
    sent = {"state": "settled", "note": "Die Stadt hat einen Kurs eingerichtet."}
    assert client.post(f"/luecken/{matter.id}/abschliessen", data=sent | {"note": ""}).status_code == 422
    assert client.post(f"/luecken/{matter.id}/abschliessen", data=sent).status_code == 303
    page = client.sign_in(author).get(f"/lueckenmeldungen/{report.id}").text
    assert "gelöst" in page
    assert "Die Stadt hat einen Kurs eingerichtet." in page


def test_the_list_is_searched_by_word_and_number(client: Client) -> None:
    found, other = make_matter(title="Kita-Zugang"), make_matter(title="Wohnraum")
    client.sign_in(make_coordinator())
    for asked in ("kita", found.number):
        page = client.get("/luecken", query_string={"q": asked}).text
        assert found.title in page
        assert other.title not in page


def test_a_closed_matter_takes_nothing_in() -> None:
    office, matter = make_coordinator(), make_matter()
    services.close_matter(matter, MatterState.DROPPED, "Doppelt", by=office)
    with pytest.raises(Conflict):
        services.assign_reports(matter, [make_gap_report()], by=office)


def test_pages_of_matters_cost_the_same_whatever_they_hold(client: Client, count_queries: Any) -> None:
    matter = make_matter()
    make_gap_report(matter=matter, municipality=make_municipality())
    client.sign_in(make_coordinator())
    for address in (f"/luecken/{matter.id}", "/luecken"):
        client.get(address)
        with count_queries() as few:
            client.get(address)
        for _ in range(6):
            make_gap_report(matter=matter, municipality=make_municipality())
            make_matter()
        with count_queries() as many:
            client.get(address)
        assert len(few) == len(many) <= 12, address
