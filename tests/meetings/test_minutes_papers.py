"""What minutes say on the page, in the Word document and in the PDF, for the circle and for everybody (E-13)."""

from __future__ import annotations

import io
from datetime import timedelta

import docx
import pytest
from flask import Flask
from pypdf import PdfReader

from govern.committees.models import MailTarget, MandateKind, OfficerRole, RuleKind, Voting
from govern.db import db, now
from govern.mail import OutgoingMail
from govern.meetings.minutes_content import as_json, digest_of
from govern.meetings.models import (
    AttendanceState,
    ItemKind,
    ItemResult,
    Meeting,
    MeetingRole,
    MeetingRoleKind,
    MinutesMail,
    MinutesPart,
    QuorumFinding,
    Recusal,
    ResolutionOutcome,
    VoteMode,
)
from govern.meetings.models import (
    Vote as RecordedVote,
)
from govern.meetings.models.votes import Ballot, RecusalReason
from govern.meetings.queries.attendances import list_attendances
from govern.meetings.queries.minutes_contents import content_of_version, minutes_content
from govern.meetings.services import (
    attendances,
    minutes_life,
    resolutions,
)
from govern.meetings.services.attendances import Presence
from govern.meetings.services.resolutions import Decision
from govern.people.models import User
from tests.conftest import Client
from tests.factories import (
    make,
    make_coordinator,
    make_guest,
    make_item,
    make_mandate,
    make_member,
    make_officer,
    make_person,
    make_procedure_rule,
    make_seat,
    make_user,
)
from tests.meetings.held import close, finished_meeting
from tests.meetings.test_minutes_life import steering_group


def full_meeting(by: User, mode: str = "result") -> Meeting:
    """A closed meeting that has something of everything E-13 asks for."""
    committee = steering_group()
    make_procedure_rule(committee, RuleKind.MINUTES_MODE, mode=mode)
    meeting = finished_meeting(by, committee, items=2)
    for state in (AttendanceState.DEPUTY, AttendanceState.EXCUSED, AttendanceState.ABSENT):
        make_mandate(make_seat(committee, voting=Voting.YES))
        attendances.renew_places(meeting, by=by)
        name = "Robin Ersatz" if state is AttendanceState.DEPUTY else None
        attendances.record_attendance(list_attendances(meeting)[-1], Presence(state=state, deputy_name=name), by=by)
    present = list_attendances(meeting)[0]
    present.left_at = meeting.starts_at + timedelta(minutes=50)
    make(MeetingRole(meeting=meeting, person=make_person(family_name="Leitung"), kind=MeetingRoleKind.CHAIR))
    make(MeetingRole(meeting=meeting, person=make_person(family_name="Schreibt"), kind=MeetingRoleKind.MINUTE_TAKER))
    make_guest(meeting, name="Mika Gast", attended=True)
    meeting.place_note, meeting.invited_at = "Saal 1", now()
    meeting.short_notice_reason, meeting.is_notice_healed = "Eilbedürftig", True
    meeting.general_minutes = "Die Leitung eröffnet."
    item = meeting.items[0]
    item.title, item.proposed_resolution, item.description = "Kita-Zugang", "Antrag auf mehr Plätze", "Hintergrund"
    item.has_consent, item.consent_note, item.result = True, "einstimmig", None
    make(Recusal(item=item, attendance=list_attendances(meeting)[1], reason=RecusalReason.RELATIVE,
                 note="die Schwester", has_left_room=True))  # fmt: skip
    resolution = resolutions.take_resolution(
        item, Decision(text="Wir machen das.", outcome=ResolutionOutcome.COUNTED, votes_yes=1), by=by
    )
    vote = resolution.votes[0]
    vote.mode = VoteMode.NAMED
    entry = next(e for e in vote.roll if e.may_vote)
    entry.ballot, entry.seat_label = Ballot.YES, "Stadt Jülich"
    make(QuorumFinding(meeting=meeting, committee=committee, is_quorate=True, votes_present=2, votes_needed=1))
    make_item(meeting, is_public=False, title="Vertrauliches", minutes_text="Geheim", result=ItemResult.NOTED,
              kind=ItemKind.REPORT)  # fmt: skip
    close(meeting, by)
    return meeting


MANDATORY = {
    "place": "Saal 1",
    "start": "Beginn",
    "end": "Ende",
    "chair": "Leitung",
    "minute-taker": "Schreibt",
    "present": "Anwesend (1)",
    "deputy": "Robin Ersatz",
    "excused": "Entschuldigt (1)",
    "absent": "Abwesend (1)",
    "guest": "Mika Gast",
    "times": "bis ",
    "notice": "Ladungsfrist verkürzt: Eilbedürftig",
    "healed": "Ladungsmangel geheilt",
    "quorum": "gegeben um",
    "opening": "Die Leitung eröffnet.",
    "item": "TOP 1",
    "title": "Kita-Zugang",
    "motion": "Antrag auf mehr Plätze",
    "consent": "Zustimmung zur Behandlung",
    "resolution": "Wir machen das.",
    "number": "Beschluss LG-B-",
    "result": "beschlossen",
    "vote": "namentlich, 1 Ja, 0 Nein, 0 Enthaltungen",
    "roll": "Stadt Jülich: Ja",
    "recusal": "Wegen Befangenheit nicht mitgewirkt",
    "confidential": "TOP N 1",
    "chair signs": "Leitung der Sitzung",
    "minute-taker signs": "Protokollführung",
}


@pytest.mark.proves("E-13", "L-6", "W-15", "W-6")
@pytest.mark.parametrize("is_released", [False, True])
def test_page_docx_and_pdf_hold_everything_minutes_must_say(client: Client, is_released: bool) -> None:
    coordinator = make_coordinator()
    meeting = full_meeting(coordinator)
    if is_released:
        minutes_life.release_minutes(meeting, by=coordinator)
        db.session.commit()
    client.sign_in(coordinator)
    for name, words in texts_of(client, meeting).items():
        missing = [field for field, word in MANDATORY.items() if squeezed(word) not in words]
        assert not missing, f"{name}: {missing}"
        assert "dieSchwester" not in words, name


@pytest.mark.proves("E-12", "E-13")
def test_public_minutes_of_the_same_source_leave_the_confidential_part_and_names_out(client: Client) -> None:
    coordinator = make_coordinator()
    meeting = full_meeting(coordinator)
    minutes_life.release_minutes(meeting, by=coordinator)
    meeting.is_public = True
    db.session.commit()
    client.sign_in(make_user())
    for name, words in texts_of(client, meeting).items():
        assert "Kita-Zugang" in words, name
        for secret in ("Vertrauliches", "Geheim", "RobinErsatz", "Schreibt"):
            assert secret not in words, (name, secret)
    version = meeting.minutes_versions[0]
    assert client.get(f"/protokollfassungen/{version.id}").status_code == 404
    public = content_of_version(version, is_full=False)
    assert digest_of(as_json(public)) == version.public_sha256


@pytest.mark.proves("E-13")
@pytest.mark.parametrize(
    ("mode", "title", "explains"),
    [("result", "Ergebnisprotokoll", False), ("extended", "Erweitertes Ergebnisprotokoll", True),
     ("verbatim", "Verlaufsprotokoll", True)],
)  # fmt: skip
def test_the_mode_gives_the_title_and_what_is_told(app: Flask, mode: str, title: str, explains: bool) -> None:
    coordinator = make_coordinator()
    content = minutes_content(full_meeting(coordinator, mode), coordinator)
    item = content.parts[0].items[0]
    assert content.title.startswith(f"{title}:")
    assert bool(item.explanation) is explains
    assert (" Uhr" in item.facts) is (mode == "verbatim")


@pytest.mark.proves("E-13")
def test_of_a_secret_vote_only_the_totals_are_told(app: Flask) -> None:
    coordinator = make_coordinator()
    meeting = full_meeting(coordinator)
    vote = db.session.query(RecordedVote).one()
    vote.mode = VoteMode.SECRET
    db.session.commit()
    noted = minutes_content(meeting, coordinator).parts[0].items[0].resolutions[0].votes[0]
    assert noted.text.startswith("geheim, 1 Ja")
    assert noted.roll == ()


def texts_of(client: Client, meeting: Meeting) -> dict[str, str]:
    base = f"/sitzungen/{meeting.id}/protokoll"
    document = docx.Document(io.BytesIO(client.get(f"{base}.docx").data))
    cells = [c.text for t in document.tables for row in t.rows for c in row.cells]
    pdf = PdfReader(io.BytesIO(client.get(f"{base}.pdf").data))
    return {
        "html": squeezed(client.get(base).text.replace("<b>", "").replace("</b>", "").replace("</span>", "")),
        "docx": squeezed(" ".join([p.text for p in document.paragraphs] + cells)),
        "pdf": squeezed(" ".join(page.extract_text() for page in pdf.pages)),
    }


def squeezed(text: str) -> str:
    return "".join(text.replace("\u00ad", "").replace("-\n", "-").split())


@pytest.mark.proves("E-14", "E-12", "W-17")
def test_release_and_sending_are_one_click_and_everybody_gets_their_own_version(client: Client) -> None:
    coordinator = make_coordinator()
    meeting = full_meeting(coordinator)
    committee = meeting.committee
    holder = make_member(committee)
    deputy = make_member(committee, MandateKind.DEPUTY)
    office = make_mandate(make_seat(committee, mailbox="amt@muster.example", mail_target=MailTarget.MAILBOX))
    silent = make_mandate(make_seat(committee), make_person(email=None))
    chair, taker = make_person(), make_person()
    make_officer(committee, chair, OfficerRole.CHAIR)
    make(MeetingRole(meeting=meeting, person=taker, kind=MeetingRoleKind.MINUTE_TAKER))
    url = f"/sitzungen/{meeting.id}/freigeben"
    preview = client.sign_in(coordinator).get(url).text
    assert "amt<wbr>" in preview and "@muster.example" in preview
    assert "keine Adresse" in preview
    assert db.session.query(OutgoingMail).count() == 0
    assert client.post(url, data={"send": "y"}).status_code == 303
    sent = {m.person_id: m for m in db.session.query(MinutesMail)}
    parts = {who: (sent[who].part, sent[who].mail is not None) for who in (
        holder.person_id, deputy.person_id, office.person_id, silent.person_id)}  # fmt: skip
    assert list(parts.values()) == [
        (MinutesPart.FULL, True), (MinutesPart.PUBLIC, True), (MinutesPart.PUBLIC, True), (MinutesPart.FULL, False),
    ]  # fmt: skip
    assert {sent[p.id].part for p in (chair, taker)} == {MinutesPart.FULL}, "they read all of it without a seat"
    for who, is_full in ((holder.person_id, True), (deputy.person_id, False), (office.person_id, False)):
        mail = sent[who].mail
        assert mail is not None
        assert "Vertrauliches" not in mail.text
        pdf = PdfReader(io.BytesIO(mail.attachments[0].file.content))
        words = squeezed(" ".join(page.extract_text() for page in pdf.pages))
        assert ("Geheim" in words) is is_full
    number = len(sent)
    client.post(url, data={"send": "y", "again": ""})  # the second of two clicks
    assert db.session.query(MinutesMail).count() == number
    client.post(url, data={"send": "y", "again": "1"})  # „Noch einmal senden“
    assert db.session.query(MinutesMail).count() == 2 * number
    db.session.refresh(meeting)
    assert meeting.minutes_sent_at is not None
    assert "Empfänger:innen" in client.get(f"/sitzungen/{meeting.id}/protokoll").text


@pytest.mark.proves("C13", "C18", "B14", "E-12")
def test_guests_get_what_concerns_their_item_if_the_office_says_so(client: Client) -> None:
    coordinator = make_coordinator()
    meeting = full_meeting(coordinator)
    first, hidden = meeting.items[0], next(item for item in meeting.items if not item.is_public)
    first.minutes_text = "Die Beratungsstelle berichtet."
    make_item(meeting, title="Anderer Punkt", minutes_text="Nicht für Gäste", position=90, kind=ItemKind.REPORT,
              result=ItemResult.NOTED)  # fmt: skip
    make_guest(meeting, name="Robin Erster", email="robin@gast.example", items=[first, hidden])
    make_guest(meeting, name="Toni Geheim", email="toni@gast.example", items=[hidden])
    make_guest(meeting, name="Kim Weg", email="kim@gast.example", items=[first], revoked_at=now())
    url = f"/sitzungen/{meeting.id}/freigeben"
    page = client.sign_in(coordinator).get(url).text
    assert ("Robin Erster" in page, "Toni Geheim" in page) == (True, False)
    assert client.post(url, data={"send": "y"}).status_code == 303
    assert db.session.query(OutgoingMail).filter(OutgoingMail.to_address.like("%gast.example")).count() == 0
    assert client.post(url, data={"send": "y", "guests": "y"}).status_code == 303
    (mail,) = db.session.query(OutgoingMail).filter(OutgoingMail.to_address.like("%gast.example"))
    assert mail.to_address == "robin@gast.example"
    assert "/sitzungen/" not in mail.text
    pdf = PdfReader(io.BytesIO(mail.attachments[0].file.content))
    words = squeezed(" ".join(page.extract_text() for page in pdf.pages))
    for told in ("Kita-Zugang", "DieBeratungsstelleberichtet.", "Wirmachendas.", "1Ja"):
        assert told in words, told
    for kept in ("Geheim", "NichtfürGäste", "RobinErsatz", "StadtJülich:Ja", "Befangenheit", "Anwesend", "Schreibt"):
        assert kept not in words, kept
