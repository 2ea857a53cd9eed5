"""The Ergebnisprotokoll as page, DOCX and PDF: the same content, real structure."""

from __future__ import annotations

import io
import re
import subprocess
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import docx
import pikepdf
import pytest
from docx.oxml.ns import qn
from flask import Flask
from pypdf import PdfReader

from govern.actions.services.work_orders import Order, draft_order
from govern.db import db
from govern.meetings.contributions import Line
from govern.meetings.exports import minutes_docx, minutes_pdf
from govern.meetings.minutes_content import MinutesContent
from govern.meetings.models import AttendanceState, ItemResult, Meeting, ResolutionOutcome
from govern.meetings.queries.attendances import list_attendances
from govern.meetings.queries.minutes_contents import minutes_content
from govern.meetings.services import attendances, minutes, minutes_life
from govern.meetings.services.attendances import Presence
from govern.meetings.services.resolutions import Decision, take_resolution
from govern.people.models import User
from govern.typesetting.text_blocks import text_blocks
from tests.conftest import Client
from tests.environment import libreoffice
from tests.factories import make_coordinator, make_item, make_mandate, make_member, make_municipality, make_seat
from tests.meetings.held import close, finished_meeting

HOSTILE = '#read("/etc/passwd") #evil[x] $math$ \\ <b>fett</b> & „Zitat“'
TEXT = f"""Die Sache wurde **ausführlich** beraten.

- erster Punkt
- zweiter Punkt

| Kommune | Zahl |
|---|---|
| Jülich | 3 |

{HOSTILE}
"""


def minuted_meeting(by: User) -> Meeting:
    """A closed meeting with everything minutes can hold."""
    meeting = finished_meeting(by, items=2)
    make_mandate(make_seat(meeting.committee))
    attendances.renew_places(meeting, by=by)
    row = list_attendances(meeting)[-1]
    attendances.record_attendance(row, Presence(state=AttendanceState.DEPUTY, deputy_name="Robin Ersatz"), by=by)
    first = meeting.items[0]
    first.title = "Kita-Zugang"
    minutes.save_text(first, TEXT, version=0, by=by)
    first.result = None
    vote = Decision(
        text="Wir machen das.", outcome=ResolutionOutcome.COUNTED, votes_yes=2, proviso="Zustimmung des Rates"
    )
    take_resolution(first, vote, by=by)
    stadt = make_municipality(name="Stadt Beispielstadt")
    draft_order(first, Order(task="Hinweisblatt aushändigen", addressee=f"organisation:{stadt.id}"), by=by)
    make_item(meeting, is_public=False, title="Vertrauliches", minutes_text="Geheim", result=ItemResult.NOTED)
    db.session.commit()
    close(meeting, by)
    return meeting


def content_of(meeting: Meeting, user: User, **options: Any) -> MinutesContent:
    return minutes_content(meeting, user, **options)


@pytest.mark.proves("C9", "E-13")
def test_the_content_holds_what_minutes_must_hold(app: Flask) -> None:
    user = make_coordinator()
    meeting = minuted_meeting(user)
    content = content_of(meeting, user)
    assert [term for term, _ in content.facts] == [
        "Gremium", "Tag", "Beginn", "Ende", "Ort", "Leitung", "Protokollführung", "Einladung", "Beschlussfähigkeit",
    ]  # fmt: skip
    assert content.is_draft
    assert {g.heading: len(g.lines) for g in content.attendance} == {"Anwesend": 1, "Vertreten": 1}
    assert content.attendance[1].lines[0].note.startswith("für Kim Beispiel")
    item = content.parts[0].items[0]
    assert (item.number, item.result) == ("1", "beschlossen")
    assert item.resolutions[0].number.startswith("LG-B-")
    assert item.resolutions[0].outcome == "einstimmig angenommen (2 Ja, 0 Nein, 0 Enthaltungen)"
    assert item.resolutions[0].proviso == "Zustimmung des Rates"
    assert item.sections[0].heading == "Arbeitsaufträge"
    assert "Stadt Beispielstadt" in item.sections[0].lines[0].detail
    assert [p.heading for p in content.parts] == ["Öffentlicher Teil", "Nicht öffentlicher Teil"]
    assert content.parts[1].items[0].number == "N 1"


@pytest.mark.proves("E-12", "D-10")
def test_the_confidential_part_is_left_out_for_others_and_on_request(client: Client) -> None:
    user = make_coordinator()
    meeting = minuted_meeting(user)
    minutes_life.release_minutes(meeting, by=user)
    meeting.is_public = True
    db.session.commit()
    stranger = make_member(finished_meeting(user).committee)
    for reader, url, is_in in (
        (user, "protokoll.docx", True),
        (user, "protokoll.docx?teil=oeffentlich", False),
        (stranger, "protokoll.docx", False),
    ):
        answer = client.sign_in(reader).get(f"/sitzungen/{meeting.id}/{url}")
        words = _docx_text(answer.data)
        assert ("Vertrauliches" in words) is is_in
        assert ("Geheim" in words) is is_in
        assert "Kita-Zugang" in words
    assert b"Vertrauliches" not in client.get(f"/sitzungen/{meeting.id}/protokoll").data


@pytest.mark.proves("C9", "D-15", "W-18")
def test_the_docx_has_real_structure(client: Client) -> None:
    user = make_coordinator()
    meeting = minuted_meeting(user)
    answer = client.sign_in(user).get(f"/sitzungen/{meeting.id}/protokoll.docx")
    assert answer.status_code == 200
    assert "attachment" in answer.headers["Content-Disposition"]
    document = docx.Document(io.BytesIO(answer.data))
    styles = [p.style.name for p in document.paragraphs if p.style is not None]
    assert styles[0] == "Title"
    for name in ("Heading 1", "Heading 2", "Heading 3", "List Bullet"):
        assert name in styles
    headers = [t.rows[0]._tr.find(f".//{qn('w:tblHeader')}") for t in document.tables]
    assert headers
    assert None not in headers
    assert "PAGE" in document.sections[0].footer._element.xml
    assert abs(document.sections[0].page_width.cm - 21) < 0.1
    properties = document.core_properties
    assert properties.title.startswith("Ergebnisprotokoll")
    assert (properties.author, properties.language) == (meeting.committee.body.name, "de-DE")
    assert 'w:val="de-DE"' in document.styles.element.xml
    words = _docx_text(answer.data)
    for expected in (HOSTILE, "Unter Vorbehalt: Zustimmung des Rates", "Hinweisblatt aushändigen", "Entwurf"):
        assert expected in words


def test_a_county_lays_its_own_letterhead(app: Flask, tmp_path: Path) -> None:
    user = make_coordinator()
    letterhead = docx.Document()
    letterhead.sections[0].header.paragraphs[0].text = "{{ koerperschaft }} · {{ sitzung }}"
    letterhead.add_paragraph("{{ inhalt }}")
    letterhead.add_paragraph("Fuß des Kreises")
    letterhead.save(str(tmp_path / "protokoll.docx"))
    data = minutes_docx.as_docx(content_of(minuted_meeting(user), user), folder=tmp_path)
    document = docx.Document(io.BytesIO(data))
    assert "Kreis Muster" in document.sections[0].header.paragraphs[0].text
    assert document.paragraphs[-1].text == "Fuß des Kreises"
    assert "Kita-Zugang" in _docx_text(data)


@pytest.mark.libreoffice
@pytest.mark.slow
@pytest.mark.proves("C9")
def test_the_docx_opens_in_libreoffice(app: Flask, tmp_path: Path) -> None:
    user = make_coordinator()
    content = content_of(minuted_meeting(user), user)
    file = tmp_path / "protokoll.docx"
    file.write_bytes(minutes_docx.as_docx(content, folder=tmp_path / "none"))
    program = libreoffice()
    assert program is not None
    subprocess.run(
        [program, "--headless", f"-env:UserInstallation=file://{tmp_path}/profil", "--convert-to", "pdf", "--outdir",
         str(tmp_path), str(file)],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    with pikepdf.open(tmp_path / "protokoll.pdf") as pdf:
        assert 1 <= len(pdf.pages) <= 4


@pytest.mark.proves("C-19")
def test_the_pdf_is_tagged_titled_and_german(client: Client) -> None:
    user = make_coordinator()
    meeting = minuted_meeting(user)
    answer = client.sign_in(user).get(f"/sitzungen/{meeting.id}/protokoll.pdf")
    assert answer.status_code == 200
    with pikepdf.open(io.BytesIO(answer.data)) as pdf:
        root: Any = pdf.Root
        assert str(root.Lang).startswith("de")
        assert bool(root.MarkInfo.Marked)
        assert bool(root.ViewerPreferences.DisplayDocTitle)
        tags = _tags(root.StructTreeRoot)
        assert {"/H1", "/H2", "/H3", "/Table", "/TH", "/L", "/P"} <= tags
        with pdf.open_metadata() as metadata:
            assert metadata["dc:title"].startswith("Ergebnisprotokoll")
            assert metadata["pdfuaid:part"] == "1"
        assert 1 <= len(pdf.pages) <= 4
        for font in pdf.pages[0].Resources.Font.values():
            assert "Fira" in str(font.BaseFont)
        assert all("/ToUnicode" in font for font in pdf.pages[0].Resources.Font.values())


@pytest.mark.proves("E-13")
@pytest.mark.parametrize("kind", ["paragraphs", "points", "orders"])
def test_no_page_of_the_pdf_holds_the_signatures_alone(app: Flask, kind: str) -> None:
    user = make_coordinator()
    meeting = minuted_meeting(user)
    content = content_of(meeting, user)
    *parts, part = content.parts
    last = part.items[-1]
    pages = set()
    for count in range(33, 46):
        lines = [f"Wort{n}" for n in range(count)]
        if kind == "orders":
            section = replace(content.parts[0].items[0].sections[0], lines=tuple(Line(line, "") for line in lines))
            item = replace(last, text="", sections=(section,))
        else:
            item = replace(last, text=("\n\n" if kind == "paragraphs" else "\n").join(
                line if kind == "paragraphs" else f"- {line}" for line in lines))  # fmt: skip
        data = minutes_pdf.as_pdf(replace(content, parts=(*parts, replace(part, items=(*part.items[:-1], item)))))
        texts = texts_of_pages(data)
        assert lines[-1] in texts[-1]
        pages.add(len(texts))
    assert len(pages) > 1


def test_word_breaks_no_line_within_a_registered_association(app: Flask) -> None:
    user = make_coordinator()
    meeting = minuted_meeting(user)
    meeting.general_minutes = "Die Hilfe e. V. berichtet."
    document = docx.Document(io.BytesIO(minutes_docx.as_docx(content_of(meeting, user), folder=Path("none"))))
    assert "Die Hilfe e.\u00a0V. berichtet." in [paragraph.text for paragraph in document.paragraphs]


@pytest.mark.proves("E-13")
def test_word_keeps_the_signatures_with_the_last_words(app: Flask) -> None:
    user = make_coordinator()
    content = content_of(minuted_meeting(user), user)
    document = docx.Document(io.BytesIO(minutes_docx.as_docx(content, folder=Path("none"))))
    at = next(n for n, p in enumerate(document.paragraphs) if p.text.startswith("____"))
    assert document.paragraphs[at - 1].paragraph_format.keep_with_next


@pytest.mark.proves("E-13")
def test_a_resolution_stays_on_one_page_with_its_proviso_and_votes(app: Flask) -> None:
    user = make_coordinator()
    content = content_of(minuted_meeting(user), user)
    first, *parts = content.parts
    decided, *items = first.items
    pages = set()
    for count in range(8, 24):
        item = replace(decided, text="\n\n".join(f"Wort{n}" for n in range(count)))
        data = minutes_pdf.as_pdf(replace(content, parts=(replace(first, items=(item, *items)), *parts)))
        texts = texts_of_pages(data)
        head = next(n for n, text in enumerate(texts) if "Wir machen das." in text)
        assert "Beschluss" in texts[head] and "Zustimmung des Rates" in texts[head] and "Abstimmung:" in texts[head]
        pages.add(head)
    assert len(pages) > 1


@pytest.mark.proves("E-13")
def test_word_keeps_a_resolution_together(app: Flask) -> None:
    user = make_coordinator()
    document = docx.Document(
        io.BytesIO(minutes_docx.as_docx(content_of(minuted_meeting(user), user), folder=Path("none")))
    )
    texts = [paragraph.text for paragraph in document.paragraphs]
    start = texts.index("Wir machen das.") - 1
    assert texts[start].startswith("Beschluss ")
    end = next(n for n, text in enumerate(texts) if text.startswith("Abstimmung: "))
    assert end - start == 3
    assert all(paragraph.paragraph_format.keep_with_next for paragraph in document.paragraphs[start:end])


@pytest.mark.proves("D-16")
def test_typed_text_is_never_evaluated_by_the_typesetter(app: Flask) -> None:
    user = make_coordinator()
    content = content_of(minuted_meeting(user), user)
    started = time.process_time()
    data = minutes_pdf.as_pdf(content)
    assert time.process_time() - started < 10
    assert b"root:x:0" not in data
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert len(pdf.pages) >= 1


@pytest.mark.parametrize(
    "text", ["Danke 😀", "漢字", "\ue000", "> " * 60 + "a", f"[a](https://a.example/{'a' * 9000})"]
)
def test_whatever_was_typed_there_is_a_pdf(app: Flask, text: str) -> None:
    user = make_coordinator()
    meeting = minuted_meeting(user)
    meeting.items[0].minutes_text = meeting.general_minutes = text
    pdf = minutes_pdf.as_pdf(content_of(meeting, user))
    assert len(pikepdf.open(io.BytesIO(pdf)).pages) > 0


def test_markdown_becomes_plain_data() -> None:
    assert text_blocks("") == []
    blocks = text_blocks("# Kopf\n\nA **b** [c](https://x.example) [d](javascript:x) <i>e</i>\nf\n\n3. drei")
    assert [b["t"] for b in blocks] == ["h", "p", "ol"]
    kinds = [part["t"] for part in blocks[1]["c"]]
    assert kinds.count("link") == 1
    assert "br" in kinds
    assert blocks[2]["start"] == 3
    assert "javascript" not in re.sub(r"'v': '[^']*'", "", str(blocks[1]))


def test_draft_minutes_say_so_and_released_ones_the_day(client: Client) -> None:
    user = make_coordinator()
    meeting = minuted_meeting(user)
    page = client.sign_in(user).get(f"/sitzungen/{meeting.id}/protokoll").text
    assert "Entwurf, noch nicht freigegeben" in page
    assert "Unter Vorbehalt:" in page
    assert content_of(meeting, user).file_name.endswith("Entwurf")
    minutes_life.release_minutes(meeting, by=user)
    db.session.commit()
    assert "freigegeben am" in client.get(f"/sitzungen/{meeting.id}/protokoll").text
    assert not content_of(meeting, user).is_draft


def texts_of_pages(data: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(data)).pages]


def _docx_text(data: bytes) -> str:
    document = docx.Document(io.BytesIO(data))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([p.text for p in document.paragraphs] + cells)


def _tags(element: Any) -> set[str]:
    found: set[str] = set()
    if isinstance(element, pikepdf.Dictionary):
        if "/S" in element:
            found.add(str(element.S))
        children = element.get("/K")
        for child in children if isinstance(children, pikepdf.Array) else [children]:
            found |= _tags(child) if isinstance(child, pikepdf.Dictionary) else set()
    return found
