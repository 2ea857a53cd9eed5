"""Minutes from the draft to the approved version: checked, released, objected to, approved, and never changed again."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import docx
import pytest
import sqlalchemy as sa
from flask import Flask
from pypdf import PdfReader
from sqlalchemy.exc import DatabaseError

from govern.committees.models import Committee, OfficerRole, RuleKind
from govern.db import db, now
from govern.errors import Conflict, DomainError
from govern.formats import today
from govern.mail import OutgoingMail
from govern.meetings.exports import minutes_docx, minutes_pdf
from govern.meetings.minutes_content import as_json, digest_of
from govern.meetings.models import (
    AgendaItem,
    AttendanceState,
    ItemResult,
    Meeting,
    MeetingRole,
    MeetingRoleKind,
    MeetingState,
    MinutesApproval,
    MinutesVersion,
    MinutesVersionKind,
    Objection,
    ObjectionState,
    ResolutionOutcome,
)
from govern.meetings.queries.attendances import list_attendances
from govern.meetings.queries.heads import steps_of
from govern.meetings.queries.minutes_contents import minutes_content
from govern.meetings.queries.minutes_versions import is_intact, latest_version
from govern.meetings.queries.objections import open_objections_of
from govern.meetings.queries.procedures import procedure_of_meeting
from govern.meetings.services import (
    attendances,
    closing,
    minutes,
    minutes_life,
    objections,
    resolutions,
    revisions,
)
from govern.meetings.services.attendances import Presence
from govern.meetings.services.objections import Correction
from govern.meetings.services.resolutions import Decision
from govern.people.models import User
from tests.conftest import Client
from tests.factories import (
    make,
    make_committee,
    make_coordinator,
    make_member,
    make_office_user,
    make_officer,
    make_procedure_rule,
    make_user,
)
from tests.meetings.held import close, finished_meeting


def steering_group(*, approval: str | None = "silence", days: int | None = 14) -> Committee:
    """A committee whose rules ask for objections and an approval."""
    committee = make_committee(short_name="LG")
    if days is not None:
        make_procedure_rule(committee, RuleKind.OBJECTION_PERIOD, number=days)
    if approval is not None:
        make_procedure_rule(committee, RuleKind.MINUTES_APPROVAL, mode=approval)
    return committee


def released(by: User, committee: Committee | None = None) -> Meeting:
    """A meeting whose minutes are released."""
    meeting = finished_meeting(by, committee or steering_group())
    minutes.save_text(meeting.items[0], "Es wurde lange beraten.", version=0, by=by)
    close(meeting, by)
    minutes_life.release_minutes(meeting, by=by)
    db.session.commit()
    return meeting


def object_to(meeting: Meeting, by: User) -> Objection:
    return objections.raise_objection(meeting, meeting.items[0], passage="lange", wish="Es muss „kurz“ heißen.", by=by)


def end_period(meeting: Meeting) -> None:
    meeting.objections_until = today() - timedelta(days=1)
    db.session.commit()


@contextmanager
def refused(part: str = ".") -> Iterator[None]:
    with pytest.raises(DomainError, match=part):
        yield
    db.session.rollback()


@pytest.mark.proves("E-14", "C17")
def test_the_chair_checks_the_draft_and_a_new_wording_makes_it_void(client: Client) -> None:
    coordinator = make_coordinator()
    committee = steering_group()
    chair = make_user()
    make_officer(committee, chair.person, OfficerRole.CHAIR)
    member = make_member(committee)
    meeting = finished_meeting(coordinator, committee)
    close(meeting, coordinator)
    url = f"/sitzungen/{meeting.id}/protokoll/geprueft"
    assert client.sign_in(member).post(url).status_code == 403
    assert client.sign_in(chair).post(url).status_code == 303
    db.session.refresh(meeting)
    assert meeting.minutes_checked_by_id == chair.id
    assert "Von der Leitung geprüft am" in client.get(f"/sitzungen/{meeting.id}/protokoll").text
    minutes.save_text(meeting.items[0], "Neu.", version=0, by=coordinator)
    db.session.commit()
    assert meeting.minutes_checked_at is None
    chaired = make_user()
    make(MeetingRole(meeting=meeting, person=chaired.person, kind=MeetingRoleKind.CHAIR))
    meeting.is_public = True
    db.session.commit()
    assert client.sign_in(chaired).post(url).status_code == 303


@pytest.mark.proves("E-14", "E-19")
def test_the_period_for_objections_follows_the_rule_that_held(app: Flask) -> None:
    coordinator = make_coordinator()
    meeting = released(coordinator)
    assert meeting.objections_until is not None
    assert meeting.objections_until >= today() + timedelta(days=14)
    assert released(coordinator, steering_group(days=None)).objections_until is None
    labels = [(s.label, s.state) for s in steps_of(meeting)]
    assert labels[-2:] == [("Protokoll", "done"), ("Genehmigt", "now")]
    assert steps_of(meeting)[4].note.startswith("Einwendungen bis")


@pytest.mark.proves("W-17", "W-26", "E-14")
def test_a_light_circle_is_done_with_the_release(client: Client) -> None:
    coordinator = make_coordinator()
    meeting = released(coordinator, make_committee(short_name="AK"))
    assert meeting.objections_until is None
    assert all(step.state == "done" for step in steps_of(meeting))
    page = client.sign_in(coordinator).get(f"/sitzungen/{meeting.id}/protokoll").text
    assert "Eine Genehmigung ist nicht vorgesehen." in page
    with refused("keine Genehmigung durch Fristablauf"):
        minutes_life.approve_by_silence(meeting, by=coordinator)


@pytest.mark.proves("E-14")
def test_silence_approves_after_the_period_and_only_once(app: Flask) -> None:
    coordinator = make_coordinator()
    meeting = released(coordinator)
    with refused("läuft noch"):
        minutes_life.approve_by_silence(meeting, by=coordinator)
    assert minutes_life.approve_due(today()) == []
    end_period(meeting)
    objection = object_to_late_is_refused(meeting)
    assert objection is None
    runner = app.test_cli_runner()
    assert "1 Protokoll durch Fristablauf genehmigt" in runner.invoke(args=["minutes", "approve"]).output
    db.session.refresh(meeting)
    assert (meeting.state, meeting.approval) == (MeetingState.APPROVED, MinutesApproval.SILENCE)
    assert "0 Protokolle" in runner.invoke(args=["minutes", "approve"]).output
    assert db.session.query(MinutesVersion).filter_by(kind=MinutesVersionKind.APPROVED).count() == 1


def object_to_late_is_refused(meeting: Meeting) -> None:
    with refused("abgelaufen"):
        object_to(meeting, make_coordinator())


@pytest.mark.proves("E-14")
def test_an_open_objection_stands_against_silence(app: Flask) -> None:
    coordinator = make_coordinator()
    meeting = released(coordinator)
    object_to(meeting, coordinator)
    end_period(meeting)
    assert open_objections_of([meeting.id]) == {meeting.id: 1}
    assert minutes_life.approve_due(today()) == []
    with refused("1 Einwendung"):
        minutes_life.approve_by_silence(meeting, by=coordinator)


@pytest.mark.proves("E-14", "C17", "L-7")
def test_an_accepted_objection_becomes_a_visible_correction(client: Client) -> None:
    coordinator = make_coordinator()
    committee = steering_group()
    member, stranger = make_member(committee), make_user()
    meeting = released(coordinator, committee)
    item = meeting.items[0]
    new = f"/sitzungen/{meeting.id}/einwendungen/neu"
    assert client.sign_in(stranger).get(new).status_code == 404
    client.sign_in(member)
    assert client.post(new, data={"item_id": item.id, "wish": ""}).status_code == 422
    answer = client.post(new, data={"item_id": item.id, "passage": "lange", "wish": "Es war kurz."})
    assert answer.status_code == 303
    objection = db.session.query(Objection).one()
    page = client.get(f"/sitzungen/{meeting.id}/protokoll").text
    assert "Es war kurz." in page
    assert client.post(f"/einwendungen/{objection.id}/antwort").status_code == 403
    client.sign_in(coordinator)
    url = f"/einwendungen/{objection.id}/antwort"
    sent = {"state": "accepted", "answer": "Stimmt.", "minutes_text": "Es wurde kurz beraten.", "version": 1,
            "minutes_version": item.minutes_version}  # fmt: skip
    assert client.post(url, data={**sent, "version": 7}).status_code == 409
    assert client.post(url, data={**sent, "minutes_version": 7}).status_code == 409
    assert client.post(url, data=sent).status_code == 303
    db.session.expire_all()
    assert objection.revision is not None
    assert (objection.revision.old_text, objection.revision.new_text) == (
        "Es wurde lange beraten.", "Es wurde kurz beraten.",
    )  # fmt: skip
    page = client.get(f"/sitzungen/{meeting.id}/protokoll").text
    assert '<del><span class="visually-hidden">[entfernt: </span>lange' in page
    assert '<ins><span class="visually-hidden">[eingefügt: </span>kurz' in page
    assert [v.kind for v in meeting.minutes_versions] == [MinutesVersionKind.SENT, MinutesVersionKind.CORRECTED]
    (note,) = meeting.minutes_versions[1].content["full"]["objections"]
    assert (note["state"], note["answer"]) == (ObjectionState.ACCEPTED.label, sent["answer"])  # no longer an open one
    assert 'class="section print-only" aria-labelledby="einwendungen-fassung"' in page  # on the screen they stand below
    first = meeting.minutes_versions[0]
    assert "Es wurde lange beraten." in client.get(f"/protokollfassungen/{first.id}").text


@pytest.mark.proves("E-14")
def test_a_rejected_objection_stays_on_record_with_both_answers(client: Client) -> None:
    coordinator = make_coordinator()
    meeting = released(coordinator)
    objection = object_to(meeting, coordinator)
    objections.answer_objection(objection, ObjectionState.REJECTED, answer="Es war lange.", version=1, by=coordinator)
    db.session.commit()
    with refused("schon erledigt"):
        objections.withdraw_objection(objection, by=coordinator)
    sent = {"committee_answer": "Das Gremium bleibt dabei.", "version": objection.version}
    url = f"/einwendungen/{objection.id}/entscheidung"
    assert client.sign_in(coordinator).post(url, data=sent).status_code == 303
    end_period(meeting)
    minutes_life.approve_by_silence(meeting, by=coordinator)
    db.session.commit()
    content = minutes_content(meeting, coordinator)
    assert [(o.state, o.answer, o.committee_answer) for o in content.objections] == [
        ("nicht übernommen", "Es war lange.", "Das Gremium bleibt dabei.")
    ]
    assert "Das Gremium bleibt dabei." in client.get(f"/sitzungen/{meeting.id}/protokoll").text


@pytest.mark.proves("E-14", "W-16", "L-9")
def test_the_next_meeting_approves_when_it_is_closed(client: Client) -> None:
    coordinator = make_coordinator()
    committee = steering_group(approval="next_meeting")
    meeting = released(coordinator, committee)
    following = finished_meeting(coordinator, committee)
    item = following.items[0]
    item.approves_meeting_id, item.result = meeting.id, None
    resolutions.take_resolution(item, Decision(text="Genehmigt.", outcome=ResolutionOutcome.CONSENSUS), by=coordinator)
    assert steps_of(following, procedure=procedure_of_meeting(following))[-1].note == "in der nächsten Sitzung"
    objection = object_to(meeting, coordinator)
    db.session.commit()
    with refused("1 Einwendung"):
        closing.close_meeting(following, ended_at=now() + timedelta(hours=1), by=coordinator)
    objections.answer_objection(objection, ObjectionState.REJECTED, answer="Nein.", version=1, by=coordinator)
    db.session.commit()
    close(following, coordinator)
    assert (meeting.state, meeting.approval) == (MeetingState.APPROVED, MinutesApproval.NEXT_MEETING)
    version = latest_version(meeting)
    assert version is not None
    assert version.kind is MinutesVersionKind.APPROVED
    assert steps_of(meeting)[-1].note.endswith("in einer späteren Sitzung")
    page = client.sign_in(coordinator).get(f"/sitzungen/{meeting.id}/protokoll").text
    assert page.count(objection.wish) == 1  # the version keeps the objection; it is not shown twice
    assert 'id="einwendungen"' in page


def approved(by: User) -> Meeting:
    meeting = released(by)
    end_period(meeting)
    minutes_life.approve_by_silence(meeting, by=by)
    db.session.commit()
    return meeting


CHANGES: dict[str, Callable[[Meeting, AgendaItem, User], object]] = {
    "text": lambda m, i, by: minutes.save_text(i, "x", version=i.minutes_version, by=by),
    "opening": lambda m, i, by: minutes.save_opening(m, "x", seen="", by=by),
    "result": lambda m, i, by: minutes.record_result(i, ItemResult.POSTPONED, by=by),
    "revision": lambda m, i, by: revisions.revise_minutes(i, "x", reason="y", version=i.minutes_version, by=by),
    "resolution": lambda m, i, by: resolutions.take_resolution(
        i, Decision(text="x", outcome=ResolutionOutcome.CONSENSUS), by=by
    ),
    "attendance": lambda m, i, by: attendances.record_attendance(
        list_attendances(m)[0], Presence(state=AttendanceState.ABSENT), by=by
    ),
    "objection": lambda m, i, by: object_to(m, by),
    "check": lambda m, i, by: minutes_life.check_minutes(m, by=by),
}


@pytest.mark.proves("E-14")
@pytest.mark.parametrize("change", CHANGES)
def test_nothing_of_approved_minutes_can_be_changed(app: Flask, change: str) -> None:
    coordinator = make_coordinator()
    meeting = approved(coordinator)
    before = as_json(minutes_content(meeting, coordinator))
    with refused():
        CHANGES[change](meeting, meeting.items[0], coordinator)
    assert as_json(minutes_content(meeting, coordinator)) == before


@pytest.mark.proves("E-14")
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE minutes_version SET content = '{}'",
        "DELETE FROM minutes_version WHERE kind = 'approved'",
        "UPDATE agenda_item SET minutes_text = 'x'",
        "UPDATE meeting SET general_minutes = 'x'",
        "UPDATE meeting SET state = 'released', approved_at = NULL",
        "INSERT INTO minutes_revision (item_id, number, old_text, new_text, reason, revised_at) "
        "SELECT id, 9, 'a', 'b', 'c', '2026-01-01' FROM agenda_item",
    ],
)
def test_the_database_itself_refuses_to_change_approved_minutes(app: Flask, statement: str) -> None:
    approved(make_coordinator())
    with pytest.raises(DatabaseError, match="approved minutes never change"):
        db.session.execute(sa.text(statement))
    db.session.rollback()


@pytest.mark.proves("E-14", "C9")
def test_the_papers_print_the_hash_and_the_command_verifies_it(app: Flask, tmp_path: Path) -> None:
    coordinator = make_coordinator()
    meeting = approved(coordinator)
    version = latest_version(meeting)
    assert version is not None
    assert version.sha256 == digest_of(version.content["full"])
    content = minutes_content(meeting, coordinator)
    files = {
        "protokoll.pdf": minutes_pdf.as_pdf(content),
        "protokoll.docx": minutes_docx.as_docx(content, folder=tmp_path / "none"),
        "oeffentlich.pdf": minutes_pdf.as_pdf(minutes_content(meeting, coordinator, public_only=True)),
    }
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(files["protokoll.pdf"])).pages)
    assert version.sha256 in "".join(text.split())
    words = [p.text for p in docx.Document(io.BytesIO(files["protokoll.docx"])).paragraphs]
    assert any(version.sha256 in word for word in words)
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
        answer = verify(app, str(tmp_path / name), meeting)
        assert answer == (0, "Bestätigt."), name
    assert verify(app, version.sha256, meeting) == (0, "Bestätigt.")
    assert verify(app, version.public_sha256.upper(), meeting) == (0, "Bestätigt.")
    assert verify(app, "a" * 64, meeting)[0] == 1
    assert verify(app, "unsinn", meeting)[0] == 1


@pytest.mark.proves("E-14")
def test_the_command_finds_a_changed_file_and_a_changed_version(app: Flask, tmp_path: Path) -> None:
    coordinator = make_coordinator()
    meeting = released(coordinator)
    content = minutes_content(meeting, coordinator)
    document = docx.Document(io.BytesIO(minutes_docx.as_docx(content, folder=tmp_path / "none")))
    text = next(p for p in document.paragraphs if "lange beraten" in p.text)
    text.runs[0].text = "Es wurde nie beraten."
    document.save(str(tmp_path / "gefaelscht.docx"))
    code, said = verify(app, str(tmp_path / "gefaelscht.docx"), meeting)
    assert (code, "wurde verändert" in said) == (1, True)
    forged = MinutesVersion(meeting=meeting, number=9, kind=MinutesVersionKind.CORRECTED, sha256="b" * 64,
                            public_sha256="c" * 64, content=meeting.minutes_versions[0].content)  # fmt: skip
    make(forged)
    assert not is_intact(forged)
    code, said = verify(app, "b" * 64, meeting)
    assert (code, "passt nicht mehr" in said) == (1, True)


def verify(app: Flask, what: str, meeting: Meeting) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=["minutes", "verify", what, "--meeting", str(meeting.id)])
    return result.exit_code, result.output.strip().splitlines()[-1]


@pytest.mark.proves("E-14")
def test_a_stale_correction_is_refused(app: Flask) -> None:
    coordinator = make_coordinator()
    meeting = released(coordinator)
    objection = object_to(meeting, coordinator)
    with pytest.raises(Conflict):
        objections.answer_objection(
            objection, ObjectionState.ACCEPTED, answer="Ja", version=1, by=coordinator,
            correction=Correction(text="Neu", version=99),
        )  # fmt: skip


@pytest.mark.proves("E-14")
def test_the_office_is_told_of_an_objection_and_whoever_objected_of_the_answer(client: Client) -> None:
    coordinator = make_coordinator()
    committee = steering_group()
    office = make_office_user(committee)
    office.person.email = "geschaeftsstelle@muster.example"
    member = make_member(committee)
    meeting = released(coordinator, committee)
    client.sign_in(member).post(f"/sitzungen/{meeting.id}/einwendungen/neu", data={"wish": "Geheimer Wunsch"})
    objection = db.session.query(Objection).one()
    told = db.session.query(OutgoingMail).one()
    assert told.to_address == office.person.email
    assert "Geheimer Wunsch" not in told.text
    db.session.delete(told)
    db.session.commit()
    sent = {"state": "rejected", "answer": "Vertraulicher Grund", "version": 1}
    assert client.sign_in(coordinator).post(f"/einwendungen/{objection.id}/antwort", data=sent).status_code == 303
    mail = db.session.query(OutgoingMail).one()
    assert mail.to_address == member.email
    assert "nicht übernommen" in mail.text
    assert "Vertraulicher Grund" not in mail.text
