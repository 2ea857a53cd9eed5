"""The agenda as DOCX: real styles, German, A4, the county's letterhead, nothing confidential for outsiders."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from docx import Document
from docx.document import Document as DocumentObject
from docx.oxml.ns import qn
from docx.shared import Cm
from flask import Flask

from govern.db import now
from govern.meetings.models import ItemKind, Meeting, MeetingState
from tests.conftest import Client
from tests.factories import make_committee, make_item, make_meeting, make_member, make_office_user, make_place


@pytest.fixture
def meeting(app: Flask) -> Meeting:
    meeting = make_meeting(
        make_committee(name="Lenkungsgruppe KIM", short_name="LG"), number=9, state=MeetingState.PUBLISHED,
        published_at=now(), is_public=True, place=make_place(name="Kreishaus"), chair_function="Landrat",
    )  # fmt: skip
    make_item(meeting, title="Eröffnung & Begrüßung", position=1, kind=ItemKind.REPORT, planned_minutes=5)
    parent = make_item(meeting, title="Kita-Zugang", position=2, kind=ItemKind.DECISION, planned_minutes=30,
                       description="Worum es **geht**\n\n- erstens", proposed_resolution="Die Gruppe beschließt.",
                       internal_note="Geheime Notiz")  # fmt: skip
    make_item(meeting, title="Zahlen", parent=parent, kind=ItemKind.REPORT, planned_minutes=10)
    make_item(meeting, title="Personalsache", position=3, is_public=False, planned_minutes=15)
    return meeting


@pytest.fixture
def letterhead(app: Flask) -> Path:
    folder: Path = app.config["SETTINGS"].office_templates
    folder.mkdir(exist_ok=True)
    path = folder / "tagesordnung.docx"
    yield path  # type: ignore[misc]
    path.unlink(missing_ok=True)


def fetch(client: Client, meeting: Meeting, part: str = "") -> DocumentObject:
    answer = client.get(f"/sitzungen/{meeting.id}/tagesordnung.docx{part}")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment")
    return Document(io.BytesIO(answer.data))


def words(document: DocumentObject) -> str:
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([p.text for p in document.paragraphs] + cells)


def test_it_has_styles_language_size_title_and_a_header_row(client: Client, meeting: Meeting) -> None:
    document = fetch(client.sign_in(make_member(meeting.committee)), meeting)
    styles = {p.text: p.style.name for p in document.paragraphs if p.style is not None}
    assert styles["Tagesordnung"] == "Title"
    assert styles["9. Sitzung der Lenkungsgruppe KIM"] == "Heading 1"
    assert styles["TOP 2  Kita-Zugang"] == "Heading 2"
    assert styles["Beschlussvorschlag"] == "Heading 3"
    section = document.sections[0]
    assert (section.page_width, section.page_height) == pytest.approx((Cm(21), Cm(29.7)), abs=Cm(0.01))
    properties = document.core_properties
    assert (properties.title, properties.author, properties.language) == (
        "Tagesordnung: 9. Sitzung der Lenkungsgruppe KIM", "Kreis Muster", "de-DE",
    )  # fmt: skip
    language = document.styles.element.find(f".//{qn('w:docDefaults')}//{qn('w:lang')}")
    assert language is not None
    assert language.get(qn("w:val")) == "de-DE"
    header = document.tables[0].rows[0]._tr
    assert header.find(f".//{qn('w:tblHeader')}") is not None
    assert [row.cells[0].text for row in document.tables[0].rows] == ["TOP", "1", "2", "2.1", "N 1"]
    assert "NUMPAGES" in section.footer._element.xml


def test_it_holds_what_the_reader_may_see(client: Client, meeting: Meeting) -> None:
    inside = words(fetch(client.sign_in(make_member(meeting.committee)), meeting))
    outside = words(fetch(client.sign_in(make_member(make_committee())), meeting))
    office = words(fetch(client.sign_in(make_office_user(meeting.committee)), meeting))
    assert "Personalsache" in inside and "Personalsache" not in outside
    assert "Kita-Zugang" in outside and "Die Gruppe beschließt." in outside
    assert all("Geheime Notiz" not in text for text in (inside, outside, office))


@pytest.mark.proves("E-12")
def test_who_reads_all_of_it_can_hand_out_the_public_part(client: Client, meeting: Meeting) -> None:
    client.sign_in(make_office_user(meeting.committee))
    assert "teil=oeffentlich" in client.get(f"/sitzungen/{meeting.id}").text
    public = words(fetch(client, meeting, "?teil=oeffentlich"))
    assert "Kita-Zugang" in public and "Personalsache" not in public and "N 1" not in public


def test_the_letterhead_of_the_county_is_used(client: Client, meeting: Meeting, letterhead: Path) -> None:
    base = Document()
    base.sections[0].header.paragraphs[0].text = "Kreis Muster · Der Landrat"
    base.add_paragraph("Einladung: {{ gremium }}, {{ termin }}")
    base.add_paragraph("{{ inhalt }}")
    base.add_paragraph("Mit freundlichen Grüßen")
    base.save(str(letterhead))
    document = fetch(client.sign_in(make_member(meeting.committee)), meeting)
    texts = [p.text for p in document.paragraphs]
    assert texts[0].startswith("Einladung: Lenkungsgruppe KIM, ")
    assert texts[-1] == "Mit freundlichen Grüßen"
    assert 0 < texts.index("Tagesordnung") < len(texts) - 1
    assert document.sections[0].header.paragraphs[0].text == "Kreis Muster · Der Landrat"
    assert not any("inhalt" in text.lower() or "⟦" in text for text in texts)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [("{{ unbekannt }}", "kann"), ("{{ gremium.__class__.__mro__ }}", "Platzhalter"), ("{% for %}", "Platzhalter")],
)
def test_a_faulty_letterhead_is_named(
    client: Client, meeting: Meeting, letterhead: Path, text: str, sentence: str
) -> None:
    base = Document()
    base.add_paragraph(text)
    base.save(str(letterhead))
    answer = client.sign_in(make_member(meeting.committee)).get(f"/sitzungen/{meeting.id}/tagesordnung.docx")
    assert answer.status_code == 422
    assert "tagesordnung.docx" in answer.text
    assert sentence in answer.text


def test_a_letterhead_that_is_no_document_is_named(client: Client, meeting: Meeting, letterhead: Path) -> None:
    letterhead.write_bytes(b"not a document")
    answer = client.sign_in(make_member(meeting.committee)).get(f"/sitzungen/{meeting.id}/tagesordnung.docx")
    assert answer.status_code == 422
    assert "lässt sich nicht öffnen" in answer.text


def test_an_empty_agenda_is_a_document_too(client: Client) -> None:
    meeting = make_meeting(state=MeetingState.PUBLISHED, published_at=now(), is_public=True)
    assert "Noch keine Tagesordnungspunkte." in words(fetch(client.sign_in(make_member(meeting.committee)), meeting))


def test_signs_that_a_document_cannot_hold_are_left_out(client: Client) -> None:
    meeting = make_meeting(state=MeetingState.PUBLISHED, published_at=now(), chair_function="Land\x0crat\ufffe")
    make_item(meeting, title="Ki\x0bta\uffff 🏫", description="Text\x0b mit **fett**", planned_minutes=5)
    text = words(fetch(client.sign_in(make_office_user(meeting.committee)), meeting))
    assert "Kita 🏫" in text and "Landrat" in text and "Text mit fett" in text
