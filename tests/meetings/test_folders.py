"""The Sitzungsmappe (E-22), the chair's Regiebuch (W-13), and what guests hand in (C18)."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from docx import Document
from flask import Flask, current_app
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NumberObject

from govern import files
from govern.committees.models import OfficerRole
from govern.db import db, now
from govern.errors import DomainError
from govern.mail import OutgoingMail
from govern.meetings.exports import folder
from govern.meetings.models import AgendaItem, ItemPurpose, Meeting, MeetingState, Paper
from govern.meetings.queries.guests import guest_token
from govern.typesetting.pdf import set_pdf
from tests.conftest import SECRET, Client
from tests.factories import (
    make,
    make_committee,
    make_guest,
    make_item,
    make_meeting,
    make_member,
    make_office_user,
    make_officer,
    make_user,
)


def pdf_of(pages: int) -> bytes:
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(595, 842)
    data = io.BytesIO()
    writer.write(data)
    return data.getvalue()


def attach(item: AgendaItem, name: str, data: bytes, **values: object) -> Paper:
    stored = files.store(current_app.config["SETTINGS"].files, data, name, most_bytes=10_000_000)
    facts = {k: getattr(stored, k) for k in ("stored_name", "file_name", "media_type", "size", "sha256")}
    return make(Paper(item=item, title=name.rsplit(".", 1)[0], **facts, **values))


def prepared() -> tuple[Meeting, AgendaItem, AgendaItem]:
    meeting = make_meeting(make_committee(), state=MeetingState.PUBLISHED, published_at=now())
    make_item(meeting, title="Eröffnung", position=1)
    item = make_item(meeting, title="Kita-Zugang", position=2)
    secret = make_item(meeting, title="Personalie", position=3, is_public=False)
    attach(item, "Vorlage.pdf", pdf_of(3), position=1)
    attach(item, "Zahlen.csv", b"a;b\n", position=2)
    attach(item, "Zurückgezogen.pdf", pdf_of(1), position=3, withdrawn_at=now())
    attach(secret, "Vertraulich.pdf", pdf_of(2))
    return meeting, item, secret


def text_of(reader: PdfReader) -> str:
    return "\n".join(page.extract_text() for page in reader.pages)


def bookmarks(reader: PdfReader) -> list[str]:
    found: list[str] = []
    for entry in reader.outline:
        found += [str(e.title) for e in entry] if isinstance(entry, list) else [str(entry.title)]
    return found


@pytest.mark.proves("E-22", "C2")
def test_the_folder_holds_what_the_screen_shows_in_its_order(client: Client) -> None:
    meeting, _item, _secret = prepared()
    client.sign_in(make_member(meeting.committee))
    reader = PdfReader(io.BytesIO(client.get(f"/sitzungen/{meeting.id}/sitzungsmappe.pdf").data))
    assert bookmarks(reader) == ["Tagesordnung", "TOP 2  Kita-Zugang", "Vorlage", "TOP N 1  Personalie", "Vertraulich"]
    assert len(reader.pages) == 1 + (1 + 3) + (1 + 2)
    text = text_of(reader)
    assert "Zahlen.csv" in text and "Zurückgezogen" not in text
    assert text.index("Eröffnung") < text.index("Kita-Zugang")
    assert reader.trailer["/Root"]["/Lang"] == "de-DE"
    assert reader.metadata is not None and meeting.full_name in str(reader.metadata.title)
    with zipfile.ZipFile(io.BytesIO(client.get(f"/sitzungen/{meeting.id}/sitzungsmappe.zip").data)) as archive:
        names = archive.namelist()
    assert names == [
        "00 Tagesordnung.pdf", "01 TOP 2  Kita-Zugang/01 Vorlage.pdf", "01 TOP 2  Kita-Zugang/02 Zahlen.csv",
        "02 TOP N 1  Personalie/01 Vertraulich.pdf",
    ]  # fmt: skip


def tagged_pdf(*headings: str) -> bytes:
    """Written as the folder's own pages are, one page for each heading."""
    parts: dict[str, object] = {"facts": "", "inside": ["Anlage"], "attached": [], "outside": []}
    dividers = [{"heading": each, **parts} for each in headings]
    return set_pdf(folder.HERE / "folder.typ", {
        "title": "T", "heading": "Überschrift", "body": "B", "footer": "F", "facts": [], "made_on": [2026, 1, 1],
        "agenda": [], "dividers": dividers,
    })  # fmt: skip


def test_no_line_of_the_folder_ends_within_an_abbreviated_association() -> None:
    text = PdfReader(io.BytesIO(tagged_pdf("Bericht der Hilfe e. V."))).pages[1].extract_text()
    assert "Hilfe e.\u00a0V." in text


def tags_of(element: Any) -> list[str]:
    """What the elements of a tree are, in the order in which they are read; headings and parts with their words."""
    found = element.get_object()
    if not isinstance(found, DictionaryObject):
        return []
    kids = found.get("/K", [])
    below = [tag for kid in (kids if isinstance(kids, ArrayObject) else [kids]) for tag in tags_of(kid)]
    if found.get("/S") in ("/H1", "/Part"):
        return [f"{found['/S']} {found['/T']}", *below]
    return ["/Table", *below] if found.get("/S") == "/Table" else below


@pytest.mark.proves("C-19", "E-22")
def test_what_we_write_of_the_folder_is_tagged_and_papers_keep_their_tags(client: Client) -> None:
    meeting = make_meeting(make_committee(), state=MeetingState.PUBLISHED, published_at=now())
    first, second = (make_item(meeting, title=title, position=n) for n, title in enumerate(("Kita", "Sprache"), 1))
    attach(first, "Bericht.pdf", tagged_pdf("Lage", "Ziele"), position=1)
    attach(first, "Ohne.pdf", pdf_of(2), position=2)
    attach(second, "Plan.pdf", tagged_pdf("Kosten"), position=1)
    client.sign_in(make_member(meeting.committee))
    reader = PdfReader(io.BytesIO(client.get(f"/sitzungen/{meeting.id}/sitzungsmappe.pdf").data))
    root: Any = reader.root_object
    assert root["/MarkInfo"]["/Marked"] and "/Metadata" not in root
    assert tags_of(root["/StructTreeRoot"]["/K"][0]) == [
        "/H1 Tagesordnung", "/Table", "/H1 TOP 1  Kita", "/Part Bericht", "/H1 Tagesordnung", "/H1 Lage", "/H1 Ziele",
        "/H1 TOP 2  Sprache", "/Part Plan", "/H1 Tagesordnung", "/H1 Kosten",
    ]  # fmt: skip
    numbers = root["/StructTreeRoot"]["/ParentTree"]["/Nums"]
    elements = dict(zip(numbers[::2], numbers[1::2], strict=True))
    pages: list[Any] = list(reader.pages)
    borne = [page.get("/StructParents") for page in pages]
    assert [n for n, number in enumerate(borne) if number is None] == [5, 6]  # the paper that has none
    assert len({number for number in borne if number is not None}) == len(pages) - 2
    for page in pages:
        for element in elements[page["/StructParents"]].get_object() if "/StructParents" in page else ():
            assert element.get_object()["/Pg"].get_object() == page.get_object()


@pytest.mark.parametrize("damage", ["/K", "/ParentTree", "endless", "illegible", "too many"])
def test_damaged_tags_of_a_paper_and_too_many_are_left_out(
    client: Client, damage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    meeting = make_meeting(make_committee(), state=MeetingState.PUBLISHED, published_at=now())
    writer = PdfWriter(clone_from=io.BytesIO(tagged_pdf("Lage")))
    tree: Any = writer.root_object["/StructTreeRoot"]
    if damage == "endless":
        tree["/ParentTree"][NameObject("/Kids")] = ArrayObject([writer._add_object(tree["/ParentTree"])])
    elif damage == "too many":
        monkeypatch.setattr(folder, "MOST_TAGGED_PAGES", 1)
    elif damage != "illegible":
        tree[NameObject(damage)] = NumberObject(3)
    data = io.BytesIO()
    writer.write(data)
    written, heading = data.getvalue(), b"<<\n/Type /StructElem\n/S /H1"
    if damage == "illegible":
        assert heading in written
        written = written.replace(heading, heading.replace(b"<<", b"?<"))
    attach(make_item(meeting, title="Kita", position=1), "Bericht.pdf", written)
    client.sign_in(make_member(meeting.committee))
    reader = PdfReader(io.BytesIO(client.get(f"/sitzungen/{meeting.id}/sitzungsmappe.pdf").data))
    assert ["/StructParents" in page for page in reader.pages] == [True, True, False, False]
    root: Any = reader.root_object
    assert tags_of(root["/StructTreeRoot"]["/K"][0]) == ["/H1 Tagesordnung", "/Table", "/H1 TOP 1  Kita"]
    assert "Lage" in text_of(reader)


@pytest.mark.proves("E-12", "E-22")
def test_the_folder_obeys_the_rights_of_its_reader(client: Client) -> None:
    meeting, _item, _secret = prepared()
    meeting.is_public = True
    db.session.commit()
    client.sign_in(make_user())
    data = client.get(f"/sitzungen/{meeting.id}/sitzungsmappe.pdf").data
    reader = PdfReader(io.BytesIO(data))
    assert bookmarks(reader) == ["Tagesordnung", "TOP 2  Kita-Zugang", "Vorlage"]
    assert "Personalie" not in text_of(reader)
    with zipfile.ZipFile(io.BytesIO(client.get(f"/sitzungen/{meeting.id}/sitzungsmappe.zip").data)) as archive:
        assert not any("Vertraulich" in name or "Personalie" in name for name in archive.namelist())


@pytest.mark.proves("E-22")
def test_a_damaged_or_locked_pdf_is_named_instead_of_breaking_the_folder(client: Client) -> None:
    meeting = make_meeting(make_committee(), state=MeetingState.PUBLISHED, published_at=now())
    item = make_item(meeting, title="Kita-Zugang")
    attach(item, "Kaputt.pdf", b"%PDF-1.7 nothing more")
    writer = PdfWriter()
    writer.add_blank_page(595, 842)
    writer.encrypt("geheim", algorithm="RC4-128")
    locked = io.BytesIO()
    writer.write(locked)
    attach(item, "Verschlossen.pdf", locked.getvalue())
    client.sign_in(make_office_user(meeting.committee))
    reader = PdfReader(io.BytesIO(client.get(f"/sitzungen/{meeting.id}/sitzungsmappe.pdf").data))
    assert len(reader.pages) == 2
    assert "Kaputt.pdf" in text_of(reader) and "Verschlossen.pdf" in text_of(reader)


@pytest.mark.proves("E-22")
def test_files_inside_a_paper_are_named_because_the_folder_has_its_pages_alone(client: Client) -> None:
    meeting = make_meeting(make_committee(), state=MeetingState.PUBLISHED, published_at=now())
    item = make_item(meeting, title="Kita-Zugang")
    writer = PdfWriter(clone_from=io.BytesIO(pdf_of(1)))
    for n in range(folder.MOST_NAMED + 2):
        writer.add_attachment(f"Übersicht {n}.xlsx", b"Zahlen")
    data = io.BytesIO()
    writer.write(data)
    attach(item, "Vorlage.pdf", data.getvalue())
    attach(item, "Anlagenlos.pdf", pdf_of(1))
    client.sign_in(make_office_user(meeting.committee))
    reader = PdfReader(io.BytesIO(client.get(f"/sitzungen/{meeting.id}/sitzungsmappe.pdf").data))
    words = " ".join(text_of(reader).split())
    said = words.split("Mit eigenen Anlagen, die nur im Original zu öffnen sind, im Programm oder aus der ZIP-Datei:")[
        1
    ]
    assert "Vorlage: Übersicht 0.xlsx, Übersicht 1.xlsx" in said and "2 weitere" in said and "Anlagenlos" not in said


@pytest.mark.proves("E-22")
def test_names_of_files_inside_a_paper_fit_on_the_page_and_hide_nothing(client: Client) -> None:
    meeting = make_meeting(make_committee(), state=MeetingState.PUBLISHED, published_at=now())
    writer = PdfWriter(clone_from=io.BytesIO(pdf_of(1)))
    for name in ("a\0b.txt", "\u202ebild.exe", "x" * 400 + ".pdf", "zwei\nZeilen.txt", ""):
        writer.add_attachment(name, b"x")
    data = io.BytesIO()
    writer.write(data)
    attach(make_item(meeting, title="Kita-Zugang"), "Vorlage.pdf", data.getvalue())
    client.sign_in(make_office_user(meeting.committee))
    reader = PdfReader(io.BytesIO(client.get(f"/sitzungen/{meeting.id}/sitzungsmappe.pdf").data))
    words = " ".join(text_of(reader).split())
    for said in ("ab.txt", "bild.exe", "x" * 40 + "…" + "x" * 15 + ".pdf", "zwei Zeilen.txt", "ohne Namen"):
        assert said in words
    assert "x" * 41 not in words


@pytest.mark.proves("E-22")
def test_too_much_for_one_file_is_said(app: Flask) -> None:
    folder.demand_size([folder.MOST_BYTES])
    with pytest.raises(DomainError, match="200 MB"):
        folder.demand_size([folder.MOST_BYTES, 1])


@pytest.mark.proves("W-16", "L-9")
def test_minutes_up_for_approval_lie_in_the_folder(client: Client) -> None:
    committee = make_committee()
    earlier = make_meeting(committee, number=8, state=MeetingState.RELEASED, closed_at=now(), released_at=now(),
                           published_at=now())  # fmt: skip
    meeting = make_meeting(committee, state=MeetingState.PUBLISHED, published_at=now())
    make_item(meeting, title="Genehmigung", purpose=ItemPurpose.MINUTES_APPROVAL, approves_meeting_id=earlier.id)
    client.sign_in(make_member(committee))
    reader = PdfReader(io.BytesIO(client.get(f"/sitzungen/{meeting.id}/sitzungsmappe.pdf").data))
    assert any("8. Sitzung" in title for title in bookmarks(reader))
    assert len(reader.pages) >= 3


@pytest.mark.proves("W-13")
def test_the_script_is_for_chair_office_and_coordination(client: Client) -> None:
    meeting, item, _secret = prepared()
    item.internal_note, item.proposed_resolution = "Bürgermeisterin vorher anrufen", "Der Plan wird beschlossen."
    make_guest(meeting, name="Robin Gast", items=[item])
    chair = make_user()
    make_officer(meeting.committee, chair.person, OfficerRole.CHAIR)
    path = f"/sitzungen/{meeting.id}/regiebuch"
    page = client.sign_in(chair).get(path)
    for words in ("Bürgermeisterin vorher anrufen", "Der Plan wird beschlossen.", "Robin Gast", "Personalie"):
        assert words in page.text, words
    data = Document(io.BytesIO(client.get(f"{path}.docx").data))
    words = "\n".join(p.text for p in data.paragraphs)
    assert "Bürgermeisterin vorher anrufen" in words and "Personalie" in words
    client.sign_in(make_member(meeting.committee))
    assert client.get(path).status_code == client.get(f"{path}.docx").status_code == 403
    assert "Regiebuch" not in client.get(f"/sitzungen/{meeting.id}").text


@pytest.mark.proves("C18", "C13", "B14", "D-15")
def test_a_guest_hands_in_papers_for_the_own_item_and_the_office_is_told(client: Client) -> None:
    committee = make_committee()
    office = make_office_user(committee)
    meeting = make_meeting(committee, state=MeetingState.PUBLISHED, published_at=now())
    item, other = make_item(meeting, title="Gesundheitsamt"), make_item(meeting, title="Anderes")
    guest = make_guest(meeting, items=[item])
    link = f"/gast/{guest_token(guest, SECRET)}"
    assert "Unterlagen einreichen" in client.get(link).text

    def send(item_id: int, name: str, data: bytes) -> object:
        return client.post(f"{link}/unterlagen", data={"item_id": item_id, "papers": [(io.BytesIO(data), name)]},
                           content_type="multipart/form-data").status_code  # fmt: skip

    assert send(item.id, "Folien.pdf", pdf_of(1)) == 303
    paper = db.session.query(Paper).one()
    assert (paper.item, paper.uploaded_by_guest, paper.uploaded_by) == (item, guest, None)
    told = db.session.query(OutgoingMail).one()
    assert office.person is not None and told.to_address == office.person.email
    assert "Folien.pdf" in told.text and f"/tagesordnungspunkte/{item.id}" in told.text
    assert send(other.id, "Folien.pdf", pdf_of(1)) == 422
    assert send(item.id, "Programm.exe", b"MZ") == 422
    assert send(item.id, "Falsch.pdf", b"kein PDF") == 422
    assert db.session.query(Paper).count() == 1
    page = client.sign_in(office).get(f"/sitzungen/{meeting.id}/unterlagen").text
    assert "eingereicht von Gast" in page
    client.post(f"/unterlagen/{paper.id}/zurueckziehen")
    client.get(f"/sitzungen/{meeting.id}")  # shows the message with the name
    assert "Folien.pdf" not in client.get(link).text


@pytest.mark.proves("C18", "E-12")
def test_the_office_reads_nothing_confidential_in_the_mail(client: Client) -> None:
    committee = make_committee()
    make_office_user(committee)
    meeting = make_meeting(committee, state=MeetingState.PUBLISHED, published_at=now())
    item = make_item(meeting, title="Personalie", is_public=False)
    link = f"/gast/{guest_token(make_guest(meeting, items=[item]), SECRET)}"
    client.post(f"{link}/unterlagen", content_type="multipart/form-data",
                data={"item_id": item.id, "papers": [(io.BytesIO(pdf_of(1)), "Personalakte.pdf")]})  # fmt: skip
    told = db.session.query(OutgoingMail).one()
    assert "Personal" not in told.subject + told.text


@pytest.mark.proves("C18")
def test_nothing_is_handed_in_once_the_meeting_is_over_or_the_link_revoked(client: Client) -> None:
    meeting = make_meeting(make_committee(), state=MeetingState.CLOSED, closed_at=now(), published_at=now())
    item = make_item(meeting)
    guest = make_guest(meeting, items=[item])
    link = f"/gast/{guest_token(guest, SECRET)}"
    data = {"item_id": item.id, "papers": [(io.BytesIO(pdf_of(1)), "Folien.pdf")]}
    assert "Unterlagen einreichen" not in client.get(link).text
    assert client.post(f"{link}/unterlagen", data=data, content_type="multipart/form-data").status_code == 422
    guest.revoked_at = now()
    db.session.commit()
    data = {"item_id": item.id, "papers": [(io.BytesIO(pdf_of(1)), "Folien.pdf")]}
    assert client.post(f"{link}/unterlagen", data=data, content_type="multipart/form-data").status_code == 404
    assert db.session.query(Paper).count() == 0
