"""A matter becomes a project group: mandate in writing, members by institution, deadline, duty to report (E-32)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError

from govern.actions.models import Matter, Project, ProjectReport
from govern.actions.services.projects import Charge, follow_up_projects, report_days
from govern.committees.models import CadenceInterval, CommitteeKind, RuleKind
from govern.db import db, now
from govern.errors import DomainError
from govern.formats import date_text, today
from govern.mail import OutgoingMail
from tests.conftest import Client
from tests.factories import (
    make_committee,
    make_coordinator,
    make_matter,
    make_member,
    make_office_user,
    make_organisation,
    make_procedure_rule,
    make_seat,
    make_user,
)

from .test_matter_steps import decide


def dates(starts_on: date, due_on: date, **values: Any) -> list[date]:
    return report_days(Charge(mandate="x", starts_on=starts_on, due_on=due_on, reports_to=None, **values))


@pytest.mark.proves("E-32")
def test_reports_are_due_by_rhythm_on_named_days_and_at_the_deadline() -> None:
    start, due = date(2027, 1, 31), date(2027, 6, 30)
    assert dates(start, due) == [due]
    assert dates(start, due, interval=CadenceInterval.TWO_MONTHLY, report_days=[date(2027, 2, 15)]) == [
        date(2027, 2, 15), date(2027, 3, 31), date(2027, 5, 31), due,
    ]  # fmt: skip
    assert dates(start, date(2027, 2, 28), interval=CadenceInterval.MONTHLY) == [date(2027, 2, 28)]
    assert dates(start, date(2027, 2, 14), interval=CadenceInterval.WEEKLY) == [date(2027, 2, 7), date(2027, 2, 14)]
    with pytest.raises(DomainError, match="vor dem Beginn"):
        dates(due, start)
    with pytest.raises(DomainError, match="nicht zwischen"):
        dates(start, due, report_days=[date(2028, 1, 1)])
    with pytest.raises(DomainError, match="mehr als 60"):
        dates(start, date(2029, 1, 1), interval=CadenceInterval.WEEKLY)


def said(**values: Any) -> dict[str, Any]:
    return {"mandate": "Konzept für Kurse mit Kinderbetreuung erarbeiten", "starts_on": today().isoformat(),
            "due_on": (today() + timedelta(days=90)).isoformat(), **values}  # fmt: skip


@pytest.mark.usefixtures("app")
@pytest.mark.proves("E-32", "A4")
def test_a_new_project_group_needs_mandate_members_resolution_and_reports(client: Client) -> None:
    office = make_coordinator()
    above = make_committee(name="Lenkungsgruppe KIM", is_highest=True)
    make_procedure_rule(above, RuleKind.SUBGROUP_RESOLUTION)
    city = make_organisation(name="Stadt Musterfeld")
    matter = make_matter(title="Kurse ohne Kinderbetreuung")
    resolution = decide(above, matter)
    db.session.commit()
    client.sign_in(office)
    address = f"/luecken/{matter.id}/projektgruppe"
    assert "neue Projektgruppe" in client.get(address).text
    sent = said(name="Projektgruppe Kinderbetreuung", parent_id=above.id, reports_to_id=above.id, reason="Eilt",
                interval="monthly")  # fmt: skip
    for missing, words in (({}, "nur durch Beschluss"), ({"resolution_id": resolution.id}, "eine Institution wählen")):
        refused = client.post(address, data=sent | missing)
        assert refused.status_code == 422
        assert words in refused.text
        assert "Konzept für Kurse mit Kinderbetreuung" in refused.text
    assert db.session.scalar(sa.select(sa.func.count(Project.id))) == 0
    sent |= {"resolution_id": resolution.id, "organisation_ids": city.id}
    assert client.post(address, data=sent | {"report_days": "bald"}).status_code == 422
    assert client.post(address, data=sent).status_code == 303
    project = db.session.scalars(sa.select(Project)).one()
    group = project.committee
    assert (group.kind, group.parent_id, group.opening_resolution_id) == (
        CommitteeKind.PROJECT_GROUP, above.id, resolution.id,
    )  # fmt: skip
    assert [o.id for seat in group.seats for o in seat.organisations] == [city.id]
    again = client.post(address, data=sent | {"group_id": group.id, "name": ""})
    assert again.status_code == 422
    assert "ihr Auftrag läuft noch" in again.text
    assert [day.due_on for day in project.days][-1] == project.due_on
    page = client.get(f"/projektgruppen/{project.id}").text
    for words in ("Kurse ohne Kinderbetreuung", "Konzept für Kurse", resolution.number, date_text(project.due_on)):
        assert words in page
    assert f"/projektgruppen/{project.id}" in client.get(f"/luecken/{matter.id}").text
    assert f"/projektgruppen/{project.id}" in client.get(f"/gremien/{group.id}").text
    outsider = client.sign_in(make_user()).get(f"/gremien/{group.id}").text
    assert group.name in outsider
    assert "Konzept für Kurse" not in outsider, "the mandate is for the group, whom it reports to and the coordination"
    assert client.get(f"/projektgruppen/{project.id}").status_code == 404
    for column in (Project.mandate, Project.reason):
        with pytest.raises(DBAPIError, match="never change"), db.session.begin_nested():
            db.session.execute(sa.update(Project).values({column: "anders"}))
    with pytest.raises(IntegrityError, match="resolution_where_needed"), db.session.begin_nested():
        db.session.add(Project(matter=matter, committee=group, mandate="x", reason="x", needs_resolution=True,
                               starts_on=today(), due_on=today(), reports_to=above))  # fmt: skip
        db.session.flush()


@pytest.mark.usefixtures("app")
@pytest.mark.proves("E-32", "A5")
def test_reports_of_a_group_are_asked_for_noted_once_and_end_with_the_mandate(client: Client) -> None:
    office = make_coordinator()
    above = make_committee(name="Lenkungsgruppe KIM", is_highest=True)
    group = make_committee(name="Projektgruppe Wege", kind=CommitteeKind.PROJECT_GROUP, parent=above)
    make_seat(group)
    lead = make_office_user(group)
    matter = make_matter(title="Interne Lücke")
    topical = decide(above)
    assert topical.item is not None
    topical.item.meeting.starts_at = now() - timedelta(days=3)
    topical.item.meeting.ends_at = now() - timedelta(days=2)
    db.session.commit()
    client.sign_in(office)
    past, soon = today() - timedelta(days=10), today() + timedelta(days=5)
    sent = said(group_id=group.id, reports_to_id=above.id, starts_on=(today() - timedelta(days=30)).isoformat(),
                report_days=f"{past:%d.%m.%Y}\n{soon:%d.%m.%Y}")  # fmt: skip
    without = client.post(f"/luecken/{matter.id}/projektgruppe", data=sent)
    assert without.status_code == 422
    assert "warum ohne Beschluss" in without.text
    answer = client.post(f"/luecken/{matter.id}/projektgruppe", data=sent | {"reason": "Auftrag der Koordination"})
    assert answer.status_code == 303
    project = db.session.scalars(sa.select(Project)).one()
    start = client.get("/").text
    assert "Projektgruppe Wege" in start
    assert "überfällig" in start
    assert "Bericht überfällig" in client.get("/projektgruppen").text
    days = [day.id for day in project.days]
    report = {"day_id": days[0], "reported_on": today().isoformat(), "text": "Zwei Wege geprüft",
              "item_id": topical.item_id}  # fmt: skip
    address = f"/projektgruppen/{project.id}"
    box = lead.person.email if lead.person else ""
    told = sa.select(OutgoingMail.to_address).where(OutgoingMail.subject.startswith("Bericht steht aus"))
    follow_up_projects(today())
    follow_up_projects(today())
    assert sorted(db.session.scalars(told)) == sorted([office.email, box])
    mail = db.session.scalars(sa.select(OutgoingMail.text).where(OutgoingMail.to_address == box)).one()
    assert "Projektgruppe Wege" in mail
    assert matter.title not in mail
    open_points = client.get(f"/luecken/{matter.id}").text.split("Was offen ist</h2>")[1]
    assert f"Bericht: Projektgruppe Wege, überfällig seit {date_text(past)}" in open_points
    named = report | {"text": "Frau Sabine Meier, geboren 12.03.1987, findet keinen Platz"}
    refused = client.post(f"{address}/bericht", data=named)
    assert refused.status_code == 422
    assert "einzelnen Menschen" in refused.text
    early = report | {"reported_on": (today() + timedelta(days=1)).isoformat()}
    assert client.post(f"{address}/bericht", data=early).status_code == 422
    assert client.post(f"{address}/bericht", data=report).status_code == 303
    again = client.post(f"{address}/bericht", data=report)
    assert again.status_code == 422
    assert db.session.scalars(sa.select(ProjectReport.text)).all() == ["Zwei Wege geprüft"]
    for change in (sa.update(ProjectReport).values(text="anders"), sa.delete(ProjectReport)):
        with pytest.raises(DBAPIError, match="never change"), db.session.begin_nested():
            db.session.execute(change)
    page = client.get(address).text
    assert "Zwei Wege geprüft" in page
    assert f"/luecken/{matter.id}" in page.split("Die ganze Kette")[1]
    assert topical.item.title in page
    assert "überfällig" not in page
    member, stranger = make_member(group), make_member(make_committee())
    db.session.commit()
    shown = client.sign_in(member).get(address)
    assert shown.status_code == 200
    assert "Interne Lücke" not in shown.text
    assert "Interne Lücke" not in client.get("/projektgruppen").text
    assert "Interne Lücke" not in client.get(f"/gremien/{group.id}").text
    assert client.post(f"{address}/bericht", data=report).status_code == 403
    assert client.post(f"{address}/ende", data={}).status_code == 403
    assert client.sign_in(stranger).get(address).status_code == 404
    assert "Projektgruppe Wege" not in client.get("/projektgruppen").text
    assert "Projektgruppe Wege" not in client.get("/").text
    client.sign_in(office)
    project = db.session.get_one(Project, project.id)
    end = {"ended_on": today().isoformat(), "end_note": "Konzept liegt vor", "version": project.version}
    assert client.post(f"{address}/ende", data=end | {"version": 99}).status_code == 409
    assert client.post(f"{address}/ende", data=end).status_code == 303
    page = client.get(address).text
    assert "Konzept liegt vor" in page
    assert "entfällt" in page
    assert client.post(f"{address}/bericht", data=report).status_code == 403
    assert "Projektgruppe Wege" not in client.get("/projektgruppen").text
    assert "Projektgruppe Wege" in client.get("/projektgruppen", query_string={"stand": "alle"}).text
    assert "Bericht an" not in client.get("/").text
    assert db.session.get_one(Matter, matter.id).is_open
