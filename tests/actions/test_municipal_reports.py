"""The regular report to all municipalities, and what their own page shows of matters from their area (I4, B7)."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
import sqlalchemy as sa
from docx import Document

from govern.actions.models import MatterTopic, MunicipalReport, WorkOrder
from govern.db import db, now
from govern.formats import today
from govern.mail import OutgoingMail
from govern.meetings.models import MeetingState, Topic, TopicInput
from govern.people.models import Role
from tests.conftest import Client
from tests.factories import (
    make,
    make_committee,
    make_coordinator,
    make_gap_report,
    make_item,
    make_matter,
    make_meeting,
    make_municipality,
    make_resolution,
    make_user,
    make_work_order,
)

pytestmark = pytest.mark.usefixtures("app")


def period() -> dict[str, str]:
    """The form's fields for the last thirty days; asked for when needed, as a run of the tests may cross midnight."""
    return {"starts_on": (today() - timedelta(days=30)).isoformat(), "ends_on": today().isoformat()}


def decide(word: str, *, is_public: bool) -> WorkOrder:
    """A resolution and an order of today."""
    committee = make_committee(name=f"Gremium {word}")
    meeting = make_meeting(committee, state=MeetingState.CLOSED, closed_at=now())
    topic = make(Topic(committee=committee, title=word, input_kind=TopicInput.BUNDLED_GAPS, is_public=is_public))
    item = make_item(meeting, topic=topic, is_public=is_public)
    resolution = make_resolution(item, text=f"Beschluss {word}", number=word, is_public=is_public, resolved_on=today())
    return make_work_order(committee, item=item, resolution=resolution, task=f"Auftrag {word}", is_public=is_public,
                           issued_on=today(), addressee_organisation=make_municipality())  # fmt: skip


@pytest.mark.proves("I4", "D-52", "E-12")
def test_all_municipalities_get_the_public_part_of_a_period_frozen_as_it_was_sent(client: Client) -> None:
    decide("Offen", is_public=True)
    decide("Verdeckt", is_public=False)
    shared, internal = make_matter(title="Freigegeben", shared_at=now()), make_matter(title="Intern")
    for matter in (shared, internal):
        for _report in range(7):
            make_gap_report(matter=matter)
    without_seat = make_municipality(name="Gemeinde Ohnesitz", email="post@ohnesitz.example")
    without_mailbox = make_user(Role.ORGANISATION, organisation=make_municipality(name="Gemeinde Ohnepost", email=None))
    make_municipality(name="Gemeinde Stumm", email=None)
    client.sign_in(make_coordinator())
    made = client.post("/berichte-an-kommunen/neu", data=period() | {"foreword": "Guten Tag"})
    assert made.status_code == 303
    report = db.session.scalars(sa.select(MunicipalReport)).one()
    path = f"/berichte-an-kommunen/{report.id}"
    page = client.get(path).text
    for word in ("Beschluss Offen", "Auftrag Offen", "Freigegeben", "rund 5 Meldungen"):
        assert word in page
    assert "Verdeckt" not in page
    assert "Intern" not in page
    assert "Gemeinde Ohnepost, Gemeinde Stumm" in page
    assert "Dort geht er an die Konten, die für sie handeln" in page
    keys = [f"matter:{shared.id}"]
    assert client.post(f"{path}/auswahl", data={"hinein": keys}).status_code == 303
    stale = client.post(f"{path}/versenden", data={"version": "1"}, follow_redirects=True)
    assert "inzwischen geändert" in stale.text
    version = str(db.session.get_one(MunicipalReport, report.id).version)
    assert client.post(f"{path}/versenden", data={"version": version}).status_code == 303
    mail = db.session.scalars(sa.select(OutgoingMail).where(OutgoingMail.to_address == without_seat.email)).one()
    sent_to = set(db.session.scalars(sa.select(OutgoingMail.to_address)))
    assert sent_to == {without_seat.email, without_mailbox.email}
    text = "\n".join(p.text for p in Document(io.BytesIO(mail.attachments[0].file.content)).paragraphs)
    assert "Freigegeben" in text
    assert "Werte unter 5 sind aus Datenschutzgründen nicht ausgewiesen" in text
    assert "Beschluss Offen" not in text
    shared.title = "Später umbenannt"
    db.session.commit()
    assert client.post(f"{path}/versenden", data={"version": version}).status_code == 403
    client.sign_in(make_user(Role.ORGANISATION, organisation=without_seat))
    page = client.get(path).text
    assert "Freigegeben" in page
    assert "Später umbenannt" not in page
    assert client.get(f"{path}/bericht.docx").status_code == 200
    assert path in client.get("/unsere-auftraege").text
    later = make_municipality(name="Gemeinde Später")
    assert client.sign_in(make_user(Role.ORGANISATION, organisation=later)).get(path).status_code == 404


@pytest.mark.proves("I4")
def test_a_draft_is_the_coordinations_own_and_checked_before_it_leaves(client: Client) -> None:
    client.sign_in(make_coordinator())
    wrong = {"starts_on": period()["ends_on"], "ends_on": period()["starts_on"]}
    assert client.post("/berichte-an-kommunen/neu", data=wrong).status_code == 422
    small = period() | {"foreword": "Es waren 3 Familien."}
    assert client.post("/berichte-an-kommunen/neu", data=small).status_code == 422
    client.post("/berichte-an-kommunen/neu", data=period())
    report = db.session.scalars(sa.select(MunicipalReport)).one()
    path = f"/berichte-an-kommunen/{report.id}"
    sent = period() | {"foreword": "Neu", "version": "1"}
    assert client.post(f"{path}/bearbeiten", data=sent).status_code == 303
    assert client.post(f"{path}/bearbeiten", data=sent | {"foreword": "Anders"}).status_code == 409
    client.sign_in(make_user(Role.ORGANISATION, organisation=make_municipality()))
    assert client.get(path).status_code == 404
    assert client.get("/berichte-an-kommunen/neu").status_code == 403
    client.sign_in(make_coordinator())
    assert client.post(f"{path}/verwerfen").status_code == 303
    assert client.get(path).status_code == 404


@pytest.mark.proves("B7", "D-50", "L-13")
def test_a_municipality_sees_released_matters_of_its_area_and_nothing_of_few_reports(client: Client) -> None:
    ours, theirs = make_municipality(), make_municipality()
    many, few, hidden = (make_matter(title=title, shared_at=now()) for title in ("Viele", "Wenige", "Verborgen"))
    hidden.shared_at = None
    for _report in range(7):
        make_gap_report(matter=many, municipality=ours)
        make_gap_report(matter=few, municipality=theirs)
        make_gap_report(matter=hidden, municipality=ours)
    make_gap_report(matter=few, municipality=ours)
    order = decide("Kita", is_public=True)
    ordered = make_matter(title="Mit Auftrag", shared_at=now())
    make(MatterTopic(matter=ordered, topic=order.item.topic if order.item else None))
    order.addressee_organisation = ours
    db.session.commit()
    page = client.sign_in(make_user(Role.ORGANISATION, organisation=ours)).get("/unsere-auftraege").text
    assert "rund 5 Meldungen aus unserem Gebiet" in page
    assert "Mit Auftrag" in page
    assert "Wenige" not in page
    assert "Verborgen" not in page
