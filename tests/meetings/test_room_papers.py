"""What is printed for the room: the attendance sheet to sign and the name cards, from the composition of the day."""

from __future__ import annotations

import io
from datetime import timedelta

import docx
import pytest
from flask import Flask
from pypdf import PdfReader

from govern.committees.models import MandateKind
from govern.db import now
from govern.formats import local
from govern.meetings.exports import room_pdf
from govern.meetings.models import (
    AttendanceState,
    Invitation,
    InvitationAnswer,
    InviteeKind,
    Meeting,
    MeetingRole,
    MeetingRoleKind,
)
from govern.meetings.queries.attendances import list_attendances
from govern.meetings.queries.room_papers import attendance_sheet, name_cards
from govern.meetings.room_content import NameCard
from govern.meetings.services import attendances
from govern.meetings.services.attendances import Presence
from tests.conftest import Client
from tests.factories import (
    make,
    make_coordinator,
    make_guest,
    make_item,
    make_mandate,
    make_meeting,
    make_member,
    make_organisation,
    make_person,
    make_seat,
)


def coming_meeting() -> Meeting:
    """A holder who comes, one whose deputy promised, one who refused, a vacant seat, a mandate of later, a guest."""
    meeting = make_meeting(starts_at=now() + timedelta(days=3), published_at=now(), invited_at=now())
    committee, day = meeting.committee, local(meeting.starts_at).date()
    for name in ("Anwesend", "Vertreten", "Abgesagt"):
        seat = make_seat(committee, organisations=[make_organisation(name=f"Amt {name}")], person_count=1)
        holder = make_mandate(seat, make_person(given_name="Kim", family_name=name))
        deputy = make_mandate(seat, make_person(given_name="Robin", family_name=name), kind=MandateKind.DEPUTY)
        if name == "Anwesend":
            continue
        refused = make(Invitation(
            meeting=meeting, kind=InviteeKind.HOLDER, person=holder.person, seat=seat, nonce=f"h-{name}",
            expires_at=meeting.ends_at, answer=InvitationAnswer.NO, answered_at=now(),
        ))  # fmt: skip
        if name == "Vertreten":
            make(Invitation(
                meeting=meeting, kind=InviteeKind.DEPUTY, person=deputy.person, seat=seat, nonce=f"d-{name}",
                expires_at=meeting.ends_at, stands_in_for_id=refused.id, answer=InvitationAnswer.YES,
                answered_at=now(),
            ))  # fmt: skip
    vacant = make_seat(committee, organisations=[make_organisation(name="Amt Unbesetzt")], person_count=1)
    make_mandate(vacant, make_person(family_name="Zukünftig"), starts_on=day + timedelta(days=1))
    make_guest(meeting, name="Alex Gast", organisation_name="Beratungsstelle")
    leader = make_person(given_name="Sascha", family_name="Leitung")
    make(MeetingRole(meeting=meeting, person=leader, kind=MeetingRoleKind.CHAIR))
    return meeting


@pytest.mark.proves("C16", "B12", "E-17")
def test_the_sheet_names_who_is_expected_on_the_day(app: Flask) -> None:
    sheet = attendance_sheet(coming_meeting())
    lines = {line.seat.split(":")[0]: (line.name, line.note) for group in sheet.groups for line in group.lines}
    assert lines["Amt Anwesend"] == ("Kim Anwesend", "oder Vertretung: Robin Anwesend")
    assert lines["Amt Vertreten"] == ("Robin Vertreten", "für Kim Vertreten")
    assert lines["Amt Abgesagt"] == ("Kim Abgesagt", "abgesagt")
    assert lines["Amt Unbesetzt"] == ("", "")
    assert lines["Beratungsstelle"] == ("Alex Gast", "")
    assert lines["Leitung"] == ("Sascha Leitung", "")
    assert [group.heading for group in sheet.groups][-3:] == ["Leitung und Protokoll", "Gäste", "Weitere Anwesende"]


@pytest.mark.proves("C16", "B14")
def test_cards_are_for_those_who_come(app: Flask) -> None:
    meeting = coming_meeting()
    cards = {card.name: card.role for card in name_cards(meeting)}
    assert cards == {"Kim Anwesend": "", "Robin Vertreten": "Vertretung", "Sascha Leitung": "Leitung",
                     "Alex Gast": "Gast"}  # fmt: skip
    make_guest(meeting, name="Chris Allein", organisation_name=None)
    assert [(c.seat, c.role) for c in name_cards(meeting) if c.name == "Chris Allein"] == [("", "Gast")]  # said once
    user = make_coordinator()
    make_item(meeting)
    attendances.start_meeting(meeting, by=user)
    row = next(a for a in list_attendances(meeting) if a.seat.organisations[0].name == "Amt Anwesend")
    attendances.record_attendance(row, Presence(state=AttendanceState.DEPUTY, deputy_name="Toni Ersatz"), by=user)
    assert {card.name for card in name_cards(meeting)} >= {"Toni Ersatz", "Robin Vertreten"}


@pytest.mark.proves("C16", "C-19")
def test_sheet_and_cards_are_files_that_can_be_printed(client: Client) -> None:
    meeting = coming_meeting()
    client.sign_in(make_coordinator())
    pdf = PdfReader(io.BytesIO(client.get(f"/sitzungen/{meeting.id}/anwesenheitsliste.pdf").data))
    words = " ".join(" ".join(page.extract_text() for page in pdf.pages).split())
    for part in ("Robin Vertreten für Kim Vertreten", "Unterschrift", "Beratungsstelle", "Seite 1 von"):
        assert part in words
    assert pdf.metadata is not None
    assert "Anwesenheitsliste" in str(pdf.metadata.title)
    document = docx.Document(io.BytesIO(client.get(f"/sitzungen/{meeting.id}/anwesenheitsliste.docx").data))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    assert "Robin Vertreten\nfür Kim Vertreten" in cells
    cards = PdfReader(io.BytesIO(client.get(f"/sitzungen/{meeting.id}/tischkaertchen.pdf").data))
    assert len(cards.pages) == 2  # four cards, two on a sheet
    assert cards.pages[0].extract_text().count("Kim Anwesend") == 2  # read from both sides
    page = client.get(f"/sitzungen/{meeting.id}").text
    assert f"/sitzungen/{meeting.id}/anwesenheitsliste.pdf" in page
    assert f"/sitzungen/{meeting.id}/tischkaertchen.pdf" in page


@pytest.mark.proves("C16", "D-37")
def test_names_in_the_room_are_for_those_who_prepare_the_meeting(client: Client) -> None:
    meeting = coming_meeting()
    client.sign_in(make_member(meeting.committee))
    for name in ("anwesenheitsliste.pdf", "anwesenheitsliste.docx", "tischkaertchen.pdf"):
        assert client.get(f"/sitzungen/{meeting.id}/{name}").status_code == 403
    assert "tischkaertchen" not in client.get(f"/sitzungen/{meeting.id}").text


@pytest.mark.proves("C16")
def test_a_meeting_without_anybody_says_so(client: Client) -> None:
    meeting = make_meeting()
    client.sign_in(make_coordinator())
    answer = client.get(f"/sitzungen/{meeting.id}/tischkaertchen.pdf")
    assert answer.status_code == 422
    assert "niemand bekannt" in answer.text
    assert client.get(f"/sitzungen/{meeting.id}/anwesenheitsliste.pdf").status_code == 200


@pytest.mark.proves("C16")
def test_a_long_name_stays_on_its_card(app: Flask) -> None:
    long = NameCard(name="Dr. Maximiliane-Henriette von Beispielhausen-Musterbergen zu Langenfeld",
                    seat="Amt für " + "Sehr-lange-Bezeichnungen, " * 6)  # fmt: skip
    pdf = PdfReader(io.BytesIO(room_pdf.cards_pdf([long, long, long], make_meeting())))
    assert len(pdf.pages) == 2
