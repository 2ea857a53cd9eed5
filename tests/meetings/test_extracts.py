"""The extract of a single resolution: as DOCX and PDF, and by mail to whoever is charged with something."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import docx
import pytest
import sqlalchemy as sa
from flask import Flask
from pypdf import PdfReader

from govern.actions.services.work_orders import Order, draft_order
from govern.committees.models import MailTarget
from govern.db import db
from govern.mail import OutgoingMail
from govern.meetings.models import Meeting, Resolution, ResolutionExtract, VoteMode
from govern.meetings.models.votes import Ballot
from govern.meetings.queries.extract_recipients import recipients_of
from govern.meetings.queries.extracts import resolutions_to_extract
from govern.meetings.services import minutes_life
from govern.people.models import Organisation, User
from tests.conftest import Client
from tests.factories import (
    make,
    make_coordinator,
    make_item,
    make_mandate,
    make_member,
    make_municipality,
    make_person,
    make_seat,
    make_user,
)
from tests.meetings.held import close, decide, finished_meeting


def decided_meeting(by: User) -> tuple[Meeting, list[Organisation]]:
    """A closed meeting: a public resolution with orders to two municipalities, a confidential one with one."""
    meeting = finished_meeting(by, items=2)
    cities = [make_municipality(name=n, email=f"{n.lower()}@stadt.example") for n in ("Beispielstadt", "Musterdorf")]
    public, confidential = meeting.items
    public.title, confidential.title = "Kita-Zugang", "Vertraulicher Vertrag"
    confidential.is_public = False
    for item, orders in ((public, cities), (confidential, cities[:1])):
        decide(item, by).text = f"Beschluss zu {item.title}"
        for city in orders:
            draft_order(
                item, Order(task=f"{item.title}: {city.name} handelt", addressee=f"organisation:{city.id}"), by=by
            )
    db.session.commit()
    close(meeting, by)
    return meeting, cities


def public_resolution(meeting: Meeting) -> Resolution:
    return next(r for item in meeting.items if item.is_public for r in item.resolutions)


def words_of(data: bytes) -> str:
    """All words of a DOCX or PDF on one line."""
    if data.startswith(b"%PDF"):
        return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages).split())
    document = docx.Document(io.BytesIO(data))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return " ".join(" ".join([*(p.text for p in document.paragraphs), *cells]).split())


@pytest.mark.proves("W-19", "C11")
@pytest.mark.parametrize("ending", ["docx", "pdf"])
def test_an_extract_says_what_was_decided_and_is_preliminary_until_the_minutes_are_released(
    client: Client, ending: str
) -> None:
    user = make_coordinator()
    meeting, _cities = decided_meeting(user)
    resolution = public_resolution(meeting)
    resolution.proviso = "Zustimmung des Rates"
    db.session.commit()
    url = f"/beschluesse/{resolution.id}/auszug.{ending}"
    answer = client.sign_in(user).get(url)
    words = words_of(answer.data)
    for part in (resolution.number or "", "Beschluss zu Kita-Zugang", "TOP 1 Kita-Zugang", "einvernehmlich angenommen",
                 "Unter Vorbehalt: Zustimmung des Rates", "Kita-Zugang: Beispielstadt handelt", meeting.committee.name,
                 "vorläufig: Das Protokoll ist noch nicht freigegeben"):  # fmt: skip
        assert part in words
    assert "Vertrag" not in words
    assert f"auszug.{ending}" in client.get(f"/beschluesse/{resolution.id}").text
    minutes_life.release_minutes(db.session.get_one(Meeting, meeting.id), by=user)
    db.session.commit()
    released = words_of(client.get(url).data)
    assert "vorläufig" not in released
    assert "Auszug aus dem Protokoll, freigegeben am" in released


@pytest.mark.proves("W-19", "D-38", "E-08")
@pytest.mark.parametrize(("mode", "is_told"), [(VoteMode.NAMED, True), (VoteMode.SECRET, False)])
def test_an_extract_tells_who_voted_how_only_where_the_vote_was_by_name(
    client: Client, mode: VoteMode, is_told: bool
) -> None:
    user = make_coordinator()
    meeting, _cities = decided_meeting(user)
    resolution = public_resolution(meeting)
    ballot = Ballot.YES if mode is VoteMode.NAMED else None
    vote = resolution.votes[0]
    vote.mode, vote.votes_yes, vote.votes_no, vote.votes_abstain = mode, 1, 0, 0
    vote.roll[0].seat_label, vote.roll[0].ballot = "Amt für Beispiele", ballot
    db.session.commit()
    words = words_of(client.sign_in(user).get(f"/beschluesse/{resolution.id}/auszug.pdf").data)
    assert "1 Ja, 0 Nein" in words
    assert ("Amt für Beispiele: Ja" in words) is is_told
    assert ("Amt für Beispiele" in words) is is_told


@pytest.mark.proves("W-19", "E-12", "D-10")
def test_the_extract_of_a_confidential_resolution_is_for_those_who_may_read_it(client: Client) -> None:
    user = make_coordinator()
    meeting, _cities = decided_meeting(user)
    meeting.is_public = True
    member, stranger = make_member(meeting.committee), make_user()
    confidential = next(r for item in meeting.items if not item.is_public for r in item.resolutions)
    urls = {r: f"/beschluesse/{r.id}/auszug.pdf" for r in (public_resolution(meeting), confidential)}
    public, secret = urls.values()
    db.session.commit()
    client.sign_in(member)
    assert "Vertraulicher Vertrag" in words_of(client.get(secret).data)
    client.sign_in(stranger)
    assert client.get(public).status_code == 200
    assert client.get(secret).status_code == 404
    assert client.get(secret.replace(".pdf", ".docx")).status_code == 404


@pytest.mark.proves("W-19")
def test_there_is_no_extract_while_the_meeting_runs(client: Client) -> None:
    user = make_coordinator()
    meeting = finished_meeting(user)
    resolution = decide(meeting.items[0], user)
    client.sign_in(user)
    assert client.get(f"/beschluesse/{resolution.id}/auszug.pdf").status_code == 403
    assert "auszug.pdf" not in client.get(f"/beschluesse/{resolution.id}").text
    assert client.get(f"/sitzungen/{meeting.id}/auszuege").status_code == 403


@pytest.mark.proves("W-19", "L-8", "L-10", "D-10")
def test_all_extracts_of_a_meeting_leave_at_once_each_with_what_its_addressee_was_given(client: Client) -> None:
    user = make_coordinator()
    meeting, cities = decided_meeting(user)
    public = public_resolution(meeting)
    public.responsible_organisation = make_municipality(name="Ohnepost", email=None)
    db.session.commit()
    url = f"/sitzungen/{meeting.id}/auszuege"
    page = client.sign_in(user).get(url).text
    assert "beispielstadt@stadt.example" in page
    assert page.count("nicht per E-Mail") == 2  # no address; and the confidential one goes to no mailbox
    assert page.count(" checked") == 2
    assert "Auszüge senden" in client.get(f"/sitzungen/{meeting.id}/protokoll").text
    keys = [f"{public.id}-organisation:{city.id}" for city in cities]
    assert client.post(url, data={"recipients": keys}).status_code == 303
    mails = [mail for mail in db.session.scalars(sa.select(OutgoingMail).order_by(OutgoingMail.to_address))
             if mail.attachments]  # fmt: skip
    assert [m.to_address for m in mails] == ["beispielstadt@stadt.example", "musterdorf@stadt.example"]
    assert public.number in mails[0].subject
    assert "Vertrag" not in mails[0].text
    inside = words_of(mails[0].attachments[0].file.content)
    assert "Kita-Zugang: Beispielstadt handelt" in inside
    assert "Musterdorf" not in inside
    assert "vorläufig" in inside
    proofs = db.session.scalars(sa.select(ResolutionExtract)).all()
    assert {(p.recipient, p.is_preliminary, p.resolution_id) for p in proofs} == {
        ("Beispielstadt", True, public.id), ("Musterdorf", True, public.id),
    }  # fmt: skip
    again = client.get(url).text
    assert " checked" not in again
    assert "zuletzt gesendet am" in again
    assert client.post(url, data={}).status_code == 422
    assert client.post(url, data={"recipients": [f"{public.id}-organisation:{public.responsible_organisation_id}"]}
                       ).status_code == 422  # fmt: skip
    assert db.session.query(ResolutionExtract).count() == 2


@pytest.mark.proves("W-19", "E-12")
def test_a_confidential_extract_goes_to_the_holder_of_the_seat_and_never_to_a_mailbox(app: Flask) -> None:
    user = make_coordinator()
    meeting = finished_meeting(user)
    seat = make_seat(meeting.committee, mailbox="amt@stadt.example", mail_target=MailTarget.MAILBOX)
    make_mandate(seat, make_person(email="kim@stadt.example"))
    item = meeting.items[0]
    decide(item, user)
    draft_order(item, Order(task="Handeln", addressee=f"seat:{seat.id}"), by=user)
    db.session.commit()
    seat_id = seat.id
    for row in meeting.attendances:
        row.state = row.state or "absent"
    close(meeting, user)
    resolutions = resolutions_to_extract(meeting)
    assert [r.address for r in recipients_of(resolutions)] == ["amt@stadt.example"]
    resolutions[0].is_public = False
    assert [r.address for r in recipients_of(resolutions)] == [None]
    meeting.committee.seats[-1].mail_target = MailTarget.PERSON
    assert meeting.committee.seats[-1].id == seat_id
    assert [r.address for r in recipients_of(resolutions)] == ["kim@stadt.example"]


@pytest.mark.proves("W-19")
def test_the_extract_stands_on_the_letterhead_of_the_minutes_unless_it_has_its_own(client: Client, app: Flask) -> None:
    user = make_coordinator()
    meeting, _cities = decided_meeting(user)
    url = f"/beschluesse/{public_resolution(meeting).id}/auszug.docx"
    folder: Path = app.config["SETTINGS"].office_templates
    folder.mkdir(parents=True, exist_ok=True)
    client.sign_in(user)
    try:
        for name, text in (
            ("protokoll", "Wappen {{ tag }} {{ leitung }}"),
            ("beschlussauszug", "{{ nummer }} eigen"),
        ):
            paper = docx.Document()
            paper.add_paragraph(text)
            paper.save(str(folder / f"{name}.docx"))
            words = words_of(client.get(url).data)
            assert ("Wappen" in words) is (name == "protokoll")
        assert "eigen" in words
    finally:
        for file in folder.glob("*.docx"):
            file.unlink()


@pytest.mark.proves("W-19")
def test_the_preview_costs_the_same_for_many_resolutions(client: Client, count_queries: Callable) -> None:  # type: ignore[type-arg]
    user = make_coordinator()
    meeting, _cities = decided_meeting(user)
    client.sign_in(user)
    url = f"/sitzungen/{meeting.id}/auszuege"
    client.get(url)
    with count_queries() as few:
        client.get(url)
    item = make_item(meeting)
    for _ in range(6):
        resolution = make(Resolution(
            item=item, committee=meeting.committee, text="x", outcome=public_resolution(meeting).outcome,
            resolved_on=public_resolution(meeting).resolved_on, number=f"N-{_}",
            responsible_organisation=make_municipality(),
        ))  # fmt: skip
        assert resolution.id
    with count_queries() as many:
        client.get(url)
    assert len(many) == len(few) <= 14
