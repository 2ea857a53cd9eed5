"""Feedback to authors: proposed from what is public, guarded, told without contents; nobody else learns of them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from govern import audit
from govern.actions.models import (
    AuthorFeedback,
    FeedbackNotice,
    FeedbackStage,
    Matter,
    MatterState,
    MatterTopic,
    StateForwarding,
)
from govern.actions.small_numbers import small_numbers_in
from govern.db import db, now
from govern.mail import OutgoingMail
from govern.meetings.models import MeetingState, Topic, TopicInput
from govern.people.models import Role, User
from tests.conftest import Client
from tests.factories import (
    make,
    make_administrator,
    make_committee,
    make_coordinator,
    make_gap_report,
    make_item,
    make_matter,
    make_meeting,
    make_member,
    make_municipality,
    make_office_user,
    make_person,
    make_resolution,
    make_user,
    make_work_order,
)


def mails_to(user: User) -> list[OutgoingMail]:
    return list(db.session.scalars(sa.select(OutgoingMail).where(OutgoingMail.to_address == user.email)))


def release(client: Client, matter: Matter, **values: Any) -> int:
    sent = {"stage": "bundled", "text": "Der Kreis richtet eine zentrale Anmeldung ein.", **values}
    return client.post(f"/luecken/{matter.id}/rueckmeldung", data=sent).status_code


@pytest.mark.usefixtures("app")
@pytest.mark.proves("E6", "L-13")
def test_authors_read_the_released_text_and_get_one_mail_without_contents(client: Client) -> None:
    author, silent = make_user(Role.CASE_MANAGER), make_user(Role.CASE_MANAGER)
    matter = make_matter(title="Geheimer Titel")
    mine = [make_gap_report(author, matter=matter), make_gap_report(author, matter=matter)]
    theirs = make_gap_report(silent, matter=matter)
    client.sign_in(silent)
    assert client.post("/lueckenmeldungen/rueckmeldungen", data={"stages": ["done"]}).status_code == 303
    client.sign_in(make_coordinator())
    assert release(client, matter) == 303
    assert release(client, matter) == 303  # sent twice, told once
    (mail,) = mails_to(author)
    assert not mails_to(silent)
    assert mail.is_veiled
    told = mail.subject + mail.text
    assert not any(word in told for word in ("Titel", "Anmeldung ein", "Meldung", mine[0].number, matter.number))
    client.sign_in(author)
    assert "zentrale Anmeldung" in client.get(f"/lueckenmeldungen/{mine[1].id}").text
    assert f"/lueckenmeldungen/{mine[0].id}" in client.get("/").text
    assert "zentrale Anmeldung" in client.sign_in(silent).get(f"/lueckenmeldungen/{theirs.id}").text
    assert f"/lueckenmeldungen/{mine[0].id}" not in client.get("/").text
    feedback = db.session.scalars(sa.select(AuthorFeedback)).one()
    client.sign_in(make_coordinator())
    assert client.post(f"/rueckmeldungen/{feedback.id}/zuruecknehmen").status_code == 303
    assert "zentrale Anmeldung" not in client.sign_in(author).get(f"/lueckenmeldungen/{mine[1].id}").text


@pytest.mark.usefixtures("app")
@pytest.mark.proves("E6")
def test_every_stage_is_proposed_from_what_is_public_only(client: Client) -> None:
    matter, committee = make_matter(), make_committee(name="Lenkungsgruppe")
    make_gap_report(matter=matter)
    meeting = make_meeting(committee, state=MeetingState.CLOSED, closed_at=now())
    for title, is_public in (("Offen", True), ("Verdeckt", False)):
        topic = make(Topic(committee=committee, title=title, input_kind=TopicInput.BUNDLED_GAPS, is_public=is_public))
        make(MatterTopic(matter=matter, topic=topic))
        item = make_item(meeting, topic=topic, is_public=is_public)
        resolution = make_resolution(item, text=f"Beschluss {title}", number=title, is_public=is_public)
        make_work_order(committee, item=item, resolution=resolution, task=f"Auftrag {title}", is_public=is_public)
    client.sign_in(make_coordinator())
    for stage, word in (
        ("in_committee", "Lenkungsgruppe"),
        ("decided", "Beschluss Offen"),
        ("ordered", "Auftrag Offen"),
    ):
        page = client.get(f"/luecken/{matter.id}/rueckmeldung?schritt={stage}").text
        assert word in page
        assert "Verdeckt" not in page


@pytest.mark.usefixtures("app")
@pytest.mark.proves("E6", "E9")
def test_that_the_land_was_told_and_answered_is_proposed_without_what_it_says(client: Client) -> None:
    matter = make_matter()
    make_gap_report(matter=matter)
    sent = make(StateForwarding(matter=matter, addressee="Ministerium", problem="p", effect="e", proposal="v",
                                forwarded_on=date(2026, 3, 2)))  # fmt: skip
    client.sign_in(make_coordinator())
    address = f"/luecken/{matter.id}/rueckmeldung"
    page = client.get(f"{address}?schritt=forwarded").text
    assert "Gemeldet an das Land (Ministerium) am 2. März 2026." in page
    assert "beauftragt (noch nicht erreicht)" in page
    assert "Gemeldet an das Land" not in client.get(f"{address}?schritt=ordered").text
    assert "Geantwortet hat" not in client.get(f"{address}?schritt=done").text
    sent.answered_on, sent.answer = date(2026, 4, 1), "Nur für die Koordination."
    db.session.commit()
    page = client.get(f"{address}?schritt=done").text
    assert "Geantwortet hat Ministerium am 1. April 2026." in page
    assert "Nur für die Koordination" not in page
    assert release(client, matter, stage="done", text="Das Land prüft eine Regelung.") == 303


@pytest.mark.usefixtures("app")
@pytest.mark.proves("E6", "E9")
def test_authors_choose_to_be_told_that_it_went_to_the_land(client: Client) -> None:
    matter, told, other = make_matter(), make_user(Role.CASE_MANAGER), make_user(Role.CASE_MANAGER)
    make(StateForwarding(matter=matter, addressee="Ministerium", problem="p", effect="e", proposal="v",
                         forwarded_on=date(2026, 3, 2)))  # fmt: skip
    for author, stages in ((told, ["forwarded"]), (other, ["ordered"])):
        make_gap_report(matter=matter, author=author)
        page = client.sign_in(author).get("/lueckenmeldungen/rueckmeldungen").text
        assert "an das Land gemeldet" in page
        assert client.post("/lueckenmeldungen/rueckmeldungen", data={"stages": stages}).status_code == 303
    client.sign_in(make_coordinator())
    assert release(client, matter, stage="forwarded", text="Die Lücke liegt beim Ministerium.") == 303
    assert len(mails_to(told)) == 1
    assert not mails_to(other)


@pytest.mark.usefixtures("app")
@pytest.mark.proves("E6")
def test_nobody_is_told_of_a_stage_that_was_not_reached_but_of_what_happened_out_of_the_public_eye(
    client: Client,
) -> None:
    matter, committee = make_matter(), make_committee(name="Lenkungsgruppe")
    make_gap_report(matter=matter)
    client.sign_in(make_coordinator())
    address = f"/luecken/{matter.id}/rueckmeldung"
    early = client.post(address, data={"stage": "decided", "text": "Es ist beschlossen."})
    assert early.status_code == 422
    assert "„Beschlossen“ ist bei dieser Lücke noch nicht festgehalten." in early.text
    assert "Es ist beschlossen." in early.text
    meeting = make_meeting(committee, state=MeetingState.CLOSED, closed_at=now())
    topic = make(Topic(committee=committee, title="x", input_kind=TopicInput.BUNDLED_GAPS, is_public=False))
    make(MatterTopic(matter=matter, topic=topic))
    make_resolution(make_item(meeting, topic=topic, is_public=False), number="B-1", is_public=False)
    page = client.get(address).text
    assert "im Gremium (noch nicht erreicht)" not in page
    assert "beauftragt (noch nicht erreicht)" in page
    assert release(client, matter, stage="decided", text="Es ist beschlossen.") == 303
    assert release(client, matter, stage="ordered", text="Es ist beauftragt.") == 422
    matter.state, matter.closed_on, matter.closing_note = MatterState.SETTLED, date(2026, 4, 1), "Vor Ort gelöst."
    db.session.commit()
    assert release(client, matter, stage="done", text="Es ist gelöst.") == 303


@pytest.mark.usefixtures("app")
@pytest.mark.proves("E6", "D-50", "D-52", "L-15")
def test_a_text_with_client_data_or_small_numbers_is_not_released(client: Client) -> None:
    matter = make_matter()
    make_gap_report(matter=matter)
    client.sign_in(make_coordinator())
    assert release(client, matter, text="Bitte anrufen: 0170 1234567") == 422
    assert release(client, matter, text="Es lagen drei Meldungen vor.") == 422
    assert release(client, matter, text="") == 422
    assert db.session.scalar(sa.select(sa.func.count(AuthorFeedback.id))) == 0


@pytest.mark.proves("D-52")
def test_small_numbers_of_people_cases_and_reports_are_found_in_texts() -> None:
    text = "Zwei Familien, 3 weitere Fälle und eine einzige Person; 12 Meldungen, drei Kurse, 4 Kommunen, 1.000 Kinder."
    assert small_numbers_in(text, 5) == ["Zwei Familien", "3 weitere Fälle", "einzige Person"]


@pytest.mark.usefixtures("app")
@pytest.mark.proves("E6", "L-13", "D-52")
def test_nobody_but_the_coordination_learns_who_reported(client: Client) -> None:
    """Through pages, exports, outbox, audit trail, search and addresses, as everybody who has to do with the matter."""
    with audit.silent():  # that there is such a person and account is no secret
        author = make_user(Role.CASE_MANAGER, person=make_person(given_name="Verborgene", family_name="Meldestelle"))
    committee, town = make_committee(), make_municipality()
    matter = make_matter(shared_at=now())
    report = make_gap_report(author, matter=matter, author_function="Fachdienst Verborgen")
    topic = make(Topic(committee=committee, title="Thema", input_kind=TopicInput.BUNDLED_GAPS))
    make(MatterTopic(matter=matter, topic=topic))
    item = make_item(make_meeting(committee, state=MeetingState.CLOSED, closed_at=now()), topic=topic)
    resolution = make_resolution(item, number="1/2026")
    order = make_work_order(committee, item=item, resolution=resolution, addressee_organisation=town)
    client.sign_in(make_coordinator())
    assert release(client, matter, stage="decided") == 303
    feedback = db.session.scalars(sa.select(AuthorFeedback)).one()
    assert author.email in client.get("/postausgang").text
    paths = [
        "/", "/luecken", f"/luecken/{matter.id}", f"/themen/{topic.id}", f"/tagesordnungspunkte/{item.id}",
        f"/beschluesse/{resolution.id}", f"/arbeitsauftraege/{order.id}", "/arbeitsauftraege.xlsx", "/postausgang",
        f"/postausgang?q={author.email}", "/verlauf", "/suche?q=Fachdienst", f"/lueckenmeldungen/{report.id}",
        f"/lueckenmeldungen?q={report.number}", f"/luecken/{matter.id}/rueckmeldung", "/wirkungspruefungen",
        "/unsere-auftraege",
    ]  # fmt: skip
    others = [make_member(committee), make_office_user(committee), make_user(Role.ORGANISATION, organisation=town),
              make_administrator(), make_user(Role.CASE_MANAGER)]  # fmt: skip
    secrets = [author.email, "Verborgene", "Meldestelle", "Fachdienst Verborgen", "zentrale Anmeldung", report.number]
    for user in others:
        client.sign_in(user)
        for path in paths:
            answer = client.get(path)
            shown = answer.text if path.startswith("/postausgang") else answer.text.replace(path.split("=")[-1], "")
            found = [word for word in secrets if word in shown and not (word == author.email and f"q={word}" in path)]
            assert not found, (user.function_label, path, answer.status_code, found)
        assert client.get(f"/lueckenmeldungen/{report.id}").status_code == 404
        assert client.post(f"/rueckmeldungen/{feedback.id}/zuruecknehmen").status_code == 404
    assert db.session.scalars(sa.select(FeedbackNotice)).one().is_wanted
    assert feedback.stage is FeedbackStage.DECIDED
