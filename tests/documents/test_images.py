"""Pictures of texts: read in with their words, decoded first, shown to readers, frozen, handed out, read in again."""

from __future__ import annotations

import base64
import io
import re
import struct
import zipfile
import zlib
from pathlib import Path
from typing import Any

import pikepdf
import pytest
import sqlalchemy as sa
from docx import Document
from docx.shared import Cm
from lxml import html
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from govern import files
from govern.db import db
from govern.documents.importing import word_text
from govern.documents.importing.docx import read_docx
from govern.documents.markdown_text import blocks_of, canonical
from govern.documents.models import (
    ConceptImage,
    ConceptImport,
    ConceptSection,
    ConceptVersion,
    LateText,
    VersionState,
)
from govern.documents.pictures import Picture, read_picture
from govern.documents.rendering import render_text
from govern.documents.sections import SectionText
from govern.documents.services import drafts, imports
from govern.documents.text_images import IMAGE, count_of, image_keys, replaced
from govern.documents.word_diff import compare_texts
from govern.errors import DomainError, NotFound
from govern.formats import today, with_references
from govern.people.models import User
from govern.typesetting.pdf import takes_picture
from tests import office
from tests.conftest import Client
from tests.documents.test_concepts import make_concept, make_version
from tests.documents.test_consultations import open_to
from tests.factories import make_committee, make_coordinator, make_member, make_user


def picture(kind: str = "PNG", colour: str = "navy", **saved: Any) -> bytes:
    data = io.BytesIO()
    Image.new("RGB", (60, 40), colour).save(data, kind, **saved)
    return data.getvalue()


def with_a_footnote(data: bytes, shown: bytes) -> bytes:
    """A Word file whose last words have a footnote with a picture and a link, under ids that the text has as well."""
    main = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    refers = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    drawn = "http://schemas.openxmlformats.org/drawingml/2006/main"
    note = (
        f'<w:footnotes xmlns:w="{main}" xmlns:r="{refers}" xmlns:a="{drawn}"><w:footnote w:id="2"><w:p>'
        '<w:hyperlink r:id="rId1"><w:r><w:t>Quelle</w:t></w:r></w:hyperlink>'
        '<w:r><w:drawing><a:blip r:embed="rId9"/></w:drawing></w:r></w:p></w:footnote></w:footnotes>'
    )
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{refers}/hyperlink" Target="https://quelle.example/" TargetMode="External"/>'
        f'<Relationship Id="rId9" Type="{refers}/image" Target="../word/media/im%20Fu%C3%9F.png"/></Relationships>'
    )
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "word/document.xml":
                part = part.replace(b"kommen an.</w:t>", b'kommen an.</w:t><w:footnoteReference w:id="2"/>')
            new.writestr(name, part)
        new.writestr("word/footnotes.xml", note)
        new.writestr("word/_rels/footnotes.xml.rels", relations)
        new.writestr("word/media/im Fuß.png", shown)
    return written.getvalue()


def word_file(*pictures: tuple[bytes, str]) -> bytes:
    document = Document()
    document.add_heading("Wege der Beratung", 1)
    document.add_paragraph("So greifen die Stellen ineinander:")
    for data, alt in pictures:
        shape = document.add_picture(io.BytesIO(data), width=Cm(4))
        shape._inline.docPr.set("descr", alt)
    document.add_heading("Ziele", 1)
    document.add_paragraph("Alle kommen an.")
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def read_in(client: Client, concept_id: int, data: bytes, name: str = "konzept.docx") -> str:
    answer = client.post(f"/konzepte/{concept_id}/einlesen", data={"upload": (io.BytesIO(data), name)})
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def save(client: Client, path: str, state: str, label: str) -> ConceptVersion:
    row = db.session.query(ConceptImport).order_by(ConceptImport.id.desc()).first()
    data = {"label": label, "state": state, "mended": str(row.revision if row else 0)}
    assert client.post(f"{path}/speichern", data=data).status_code == 303
    return db.session.query(ConceptVersion).filter_by(label=label).one()


@pytest.mark.proves("F1", "D-15")
def test_pictures_of_a_word_file_are_kept_with_their_words_and_seen_by_readers_only(client: Client) -> None:
    concept_id = make_concept(is_confidential=True).id
    client.sign_in(make_coordinator())
    data = word_file((picture(), "Wege zwischen den [fünf] Stellen"), (picture("JPEG", "teal"), ""))
    path = read_in(client, concept_id, data)
    shown = db.session.query(ConceptImage).order_by(ConceptImage.id).all()
    page = client.get(path).text
    assert (
        f'<img src="/bilder/{shown[0].id}" alt="Wege zwischen den [fünf] Stellen" width="191" loading="lazy">' in page
    )
    assert "Eine Abbildung hat keinen Alternativtext." in page
    answer = client.get(f"/bilder/{shown[0].id}")
    assert (answer.data, answer.headers["Content-Type"]) == (picture(), "image/png")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    version = save(client, path, "in_force", "Erste")
    image = db.session.query(ConceptImage).filter_by(version_id=version.id, media_type="image/png").one()
    assert f'src="/bilder/{image.id}"' in client.get(f"/fassungen/{version.id}").text
    text = f"/fassungen/{version.id}/text"
    assert base64.b64encode(picture()).decode() in client.get(text + ".html").text
    word = client.get(text + ".docx").data
    again = read_docx(word)
    assert {p.key for p in again.pictures} == {p.key for p in read_docx(data).pictures}
    assert r"![Wege zwischen den \[fünf\] Stellen](bild:" in again.sections[0].text
    with pikepdf.open(io.BytesIO(client.get(text + ".pdf").data)) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert sorted(alternatives(pdf)) == ["Abbildung ohne Beschreibung", "Wege zwischen den [fünf] Stellen"]
    client.sign_in(make_user())
    assert client.get(f"/bilder/{image.id}").status_code == 404
    with pytest.raises(sa.exc.DBAPIError), db.session.begin_nested():
        db.session.execute(sa.update(ConceptImage).values(sha256="x"))
    with pytest.raises(sa.exc.DBAPIError), db.session.begin_nested():
        db.session.execute(sa.delete(ConceptImage))


@pytest.mark.office
def test_word_reads_a_concept_with_pictures_and_footnotes(client: Client) -> None:
    client.sign_in(make_coordinator())
    data = with_a_footnote(word_file((picture(), "Oben"), (picture("JPEG", "teal"), "")), picture(colour="red"))
    version = save(client, read_in(client, make_concept().id, data), "in_force", "Erste")
    assert office.faults(client.get(f"/fassungen/{version.id}/text.docx").data, ".docx") == []


def alternatives(pdf: pikepdf.Pdf) -> list[str]:
    """The alternative texts in a PDF."""
    found = [o for o in pdf.objects if isinstance(o, pikepdf.Dictionary) and "/Alt" in o]
    return [str(o["/Alt"]) for o in found]


@pytest.mark.proves("F1")
def test_the_next_draft_shares_the_pictures_and_our_markdown_finds_them_again(client: Client) -> None:
    concept = make_concept()
    concept_id = concept.id
    client.sign_in(make_coordinator())
    first = save(client, read_in(client, concept_id, word_file((picture(), "Wege"))), "in_force", "Erste")
    draft = drafts.start_draft(first.concept, label="Zweite", day=today(), by=db.session.query(User).first())
    db.session.commit()
    stored = {row.stored_name for row in db.session.query(ConceptImage)}
    assert (db.session.query(ConceptImage).count(), len(stored)) == (2, 1)
    section = db.session.query(ConceptSection).filter_by(version_id=draft.id, heading="Wege der Beratung").one()
    (key,) = image_keys(section.text)
    assert drafts.replace_words(draft, key[:2], "zz", reason=None, by=db.session.query(User).first()) == 0
    markdown = client.get(f"/fassungen/{first.id}/text.md").data
    past = save(client, read_in(client, concept_id, markdown, "k.md"), "not_stated", "Aus Markdown")
    assert [row.stored_name for row in db.session.query(ConceptImage).filter_by(version_id=past.id)] == list(stored)
    other = make_concept(title="Anderes").id
    path = read_in(client, other, markdown, "k.md")
    assert "1 Abbildung fehlt in der Datei und in allen Fassungen" in client.get(path).text
    assert "(Abbildung: Wege)" in client.get(path).text


def shown_pictures(data: bytes) -> list[str]:
    """What a Word file shows, as the text names it."""
    text = "\n".join(section.text for section in read_docx(data).sections)
    return [found[0] for found in IMAGE.finditer(text)]


@pytest.mark.proves("F1")
def test_a_picture_is_as_wide_as_in_word_and_stays_so_in_every_form(client: Client) -> None:
    concept_id = make_concept().id
    client.sign_in(make_coordinator())
    version = save(client, read_in(client, concept_id, word_file((picture(), "Wege"))), "in_force", "Erste")
    key = read_picture(picture()).key
    sized = f"![Wege](bild:{key} 26%)"  # 4 of 15.24 centimetres
    assert sized in db.session.query(ConceptSection).filter_by(heading="Wege der Beratung").one().text
    text = f"/fassungen/{version.id}/text"
    assert f'alt="Wege" width="{26 * 736 // 100}"' in client.get(f"/fassungen/{version.id}").text
    assert 'style="width:26%"' in client.get(text + ".html").text
    word = client.get(text + ".docx").data
    drawn = Document(io.BytesIO(word)).inline_shapes[0]
    assert abs(drawn.width - Cm(16.5 * 0.26)) < 10
    assert abs(drawn.height * 60 - drawn.width * 40) < 100
    assert shown_pictures(word) == [sized]
    assert sized in client.get(text + ".md").text
    again = save(client, read_in(client, concept_id, client.get(text + ".md").data, "k.md"), "not_stated", "Markdown")
    assert f'width="{26 * 736 // 100}"' in client.get(f"/fassungen/{again.id}").text
    with pikepdf.open(io.BytesIO(client.get(text + ".pdf").data)) as pdf:
        (image,) = [o for o in pdf.objects if isinstance(o, pikepdf.Dictionary) and "/Alt" in o]
        left, _bottom, right, _top = (float(each) for each in image["/A"][0]["/BBox"])
    assert abs(right - left - 467 * 0.26) < 8


@pytest.mark.proves("F1")
def test_a_picture_shown_twice_stands_in_the_page_file_once(client: Client) -> None:
    concept_id = make_concept().id
    client.sign_in(make_coordinator())
    data = word_file((picture(), "Wege"), (picture(), "Wege, noch einmal"), (picture("JPEG", "teal"), ""))
    version = save(client, read_in(client, concept_id, data), "in_force", "Erste")
    page = client.get(f"/fassungen/{version.id}/text.html").text
    assert page.count(base64.b64encode(picture()).decode()) == 1
    assert "overflow-wrap:break-word" in page  # the checksum at its end would make a telephone scroll sideways
    shown = html.fromstring(page)
    assert [each.get("aria-label") for each in shown.xpath("//svg[@role='img']")] == ["Wege", "Wege, noch einmal"]
    kept = {each.get("id") for each in shown.xpath("//svg[@aria-hidden]//image")}
    assert {each.get("href").lstrip("#") for each in shown.xpath("//use")} == kept
    assert len(shown.xpath("//img")) == 1


@pytest.mark.proves("F1")
def test_a_picture_dragged_wider_in_our_own_word_file_is_wider(client: Client) -> None:
    concept_id = make_concept().id
    client.sign_in(make_coordinator())
    data = f"# Wege\n\n![Wege](bild:{read_picture(picture()).key})".encode()
    save(client, read_in(client, concept_id, word_file((picture(), "Wege"))), "superseded", "Bilder")
    version = save(client, read_in(client, concept_id, data, "k.md"), "in_force", "Erste")
    word = client.get(f"/fassungen/{version.id}/text.docx").data
    assert shown_pictures(word) == [f"![Wege](bild:{read_picture(picture()).key})"]  # no width, as before
    document = Document(io.BytesIO(word))
    document.inline_shapes[0].width = Cm(8.25)
    written = io.BytesIO()
    document.save(written)
    (sized,) = shown_pictures(written.getvalue())
    assert re.search(r" (4[89]|5[0-3])%\)$", sized)


@pytest.mark.proves("F1")
@pytest.mark.parametrize("typed", ["0%", "101%", "x", "5", "50% 2"])
def test_a_width_that_is_none_stays_as_it_was_typed(typed: str) -> None:
    assert "<img" not in render_text(f"![Wege](bild:ab {typed})")


def test_a_synopsis_says_that_a_picture_got_another_width() -> None:
    (row,) = compare_texts("![Wege](bild:ab 40%)", "![Wege](bild:ab 60 %)", {})
    assert [run.text for run in row.new if run.kind == "inserted"] == ["60"]


@pytest.mark.proves("F1", "F5")
def test_who_writes_or_comments_on_a_section_sees_its_picture_and_where_references_lead(client: Client) -> None:
    committee = make_committee()
    make_member(committee)
    concept_id = make_concept(committee).id
    client.sign_in(make_coordinator())
    first = save(client, read_in(client, concept_id, word_file((picture(), "Wege"))), "in_force", "Erste")
    draft = drafts.start_draft(first.concept, label="Zweite", day=today(), by=db.session.query(User).first())
    ways, goals = db.session.query(ConceptSection).filter_by(version_id=draft.id).order_by(ConceptSection.id)
    ways.text += f"\n\nSiehe [[abschnitt:{goals.key}]]."
    db.session.commit()
    image = db.session.query(ConceptImage).filter_by(version_id=draft.id).one()
    shown, link = f'<img src="/bilder/{image.id}" alt="Wege"', f'?abschnitt={goals.key}#a-{goals.key}">Ziele</a>'
    edit = f"/abschnitte/{ways.id}"
    page = client.get(edit).text
    assert shown in page
    assert link in page
    stale = {"heading": ways.heading, "text": ways.text + " Anders.", "version": "77"}
    assert client.post(edit, data=stale).text.count(shown) == 1  # the preview; where two differ is said in words
    late = db.session.query(LateText).one()
    assert client.post(f"{edit}/eingearbeitet", data={"late": late.id}).status_code == 303
    consultation = open_to(client, draft, committee_ids=[committee.id])
    page = client.get(f"/beteiligungen/{consultation.id}/stellung-nehmen?abschnitt={ways.key}").text
    assert shown in page
    assert link in page


@pytest.mark.proves("F1")
def test_a_picture_that_is_shown_often_is_decoded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    decoded: list[bytes] = []

    def read(data: bytes) -> Picture:
        decoded.append(data)
        return read_picture(data)

    monkeypatch.setattr(word_text, "read_picture", read)
    found = read_docx(word_file(*[(picture(), "Wege")] * 5))
    assert (len(decoded), found.sections[0].text.count("![Wege]")) == (1, 5)


@pytest.mark.proves("D-15")
@pytest.mark.parametrize("kind", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_damaged_archive_is_refused_in_words(kind: int) -> None:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", kind) as archive:
        for name in ("mimetype", "word/document.xml", "[Content_Types].xml"):
            archive.writestr(name, "Wort " * 40)
    data = bytearray(written.getvalue())
    for start in (data.find(b"mimetype") + 8, data.find(b"word/document.xml") + 17):
        data[start : start + 25] = b"\xff" * 25
    with pytest.raises(DomainError, match="Inhalt passt nicht"):
        files.check(bytes(data), "liste.odt", most_bytes=10_000)
    with pytest.raises(DomainError, match="lässt sich nicht als Word"):
        read_docx(bytes(data))


@pytest.mark.proves("D-15")
def test_what_is_thrown_away_takes_its_pictures_along(client: Client) -> None:
    concept_id = make_concept().id
    client.sign_in(make_coordinator())
    path = read_in(client, concept_id, word_file((picture(), "Wege")))
    (name,) = (row.stored_name for row in db.session.query(ConceptImage))
    stored = Path(client.application.config["SETTINGS"].files) / name
    assert stored.exists()
    client.post(f"{path}/verwerfen")
    assert (db.session.query(ConceptImage).count(), stored.exists()) == (0, False)


@pytest.mark.proves("F1")
def test_whoever_saves_or_throws_away_what_another_just_did_is_told_so(client: Client) -> None:
    client.sign_in(make_coordinator())
    read_in(client, make_concept().id, word_file((picture(), "Wege")))
    row, by = db.session.query(ConceptImport).one(), db.session.query(User).one()
    for image in db.session.query(ConceptImage):  # what was read in became a version while this request waited
        image.import_id, image.version_id = None, make_version(row.concept, VersionState.DRAFT, label="Andere").id
    db.session.flush()
    revision, _concept = row.revision, row.concept
    db.session.execute(sa.delete(ConceptImport).execution_options(synchronize_session=False))
    folder = Path(client.application.config["SETTINGS"].files)
    with pytest.raises(NotFound, match="gespeichert oder verworfen"):
        imports.save_import(row, {"label": "Meine"}, revision=revision, folder=folder, by=by)
    with pytest.raises(NotFound, match="gespeichert oder verworfen"):
        imports.discard_import(row, folder=folder, by=by)


@pytest.mark.proves("D-15")
@pytest.mark.parametrize(
    "data", [b"", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"GIF89a", picture()[:60], picture("BMP")]
)
def test_only_what_decodes_as_png_or_jpeg_is_a_picture(data: bytes) -> None:
    with pytest.raises(DomainError, match="kein PNG oder JPEG"):
        read_picture(data)


@pytest.mark.proves("D-15")
def test_what_hides_in_a_picture_is_left_out() -> None:
    exif = Image.Exif()
    exif[0x010F] = "Kamera"
    for data in (picture("JPEG", exif=exif), picture("PNG") + b"<script>", picture("JPEG", comment=b"Anschrift")):
        clean = read_picture(data)
        assert clean.data != data
        assert not any(word in clean.data for word in (b"Kamera", b"<script>", b"Anschrift"))
        assert read_picture(clean.data) == clean  # the same again: its key stays
    assert read_picture(picture()) == Picture(picture(), "image/png")


def part_of_jpeg(sign: int, words: bytes) -> bytes:
    data = picture("JPEG")
    return data[:20] + struct.pack(">BBH", 255, sign, len(words) + 2) + words + data[20:]


def part_of_png(name: bytes, words: bytes) -> bytes:
    part = struct.pack(">I", len(words)) + name + words + struct.pack(">I", zlib.crc32(name + words))
    return picture()[:33] + part + picture()[33:]


@pytest.mark.proves("D-15")
@pytest.mark.parametrize(
    "data",
    [
        part_of_jpeg(0xE1, b"http://ns.adobe.com/xap/1.0/\0Anschrift"), part_of_jpeg(0xED, b"Photoshop 3.0\0Anschrift"),
        part_of_png(b"prVt", b"Anschrift"), picture("JPEG") + b"PK Anschrift\xff\xd9",
        picture() + b"AnschriftIEND\xaeB`\x82",
    ],
)  # fmt: skip
def test_of_a_picture_nothing_but_what_is_seen_stays(data: bytes) -> None:
    clean = read_picture(data)
    assert b"Anschrift" not in clean.data
    assert read_picture(clean.data) == clean


@pytest.mark.proves("F1")
@pytest.mark.parametrize(
    "data",
    [
        picture("JPEG")[:13] + b"\1\0\0\0\0" + picture("JPEG")[18:], part_of_png(b"pHYs", struct.pack(">IIB", 9, 9, 1)),
        part_of_png(b"pHYs", struct.pack(">IIB", 4_000_000_000, 4_000_000_000, 1)),
    ],
)  # fmt: skip
def test_a_picture_that_tells_no_size_is_exported_all_the_same(data: bytes) -> None:
    sheet = Document().part.new_pic_inline(io.BytesIO(read_picture(data).data))
    assert sheet.extent.cx > 0


def test_what_one_can_see_through_stays_so_in_a_picture_written_anew() -> None:
    words = PngInfo()
    words.add_text("Software", "Malprogramm")
    data = picture("PNG", "white", transparency=(255, 255, 255), pnginfo=words)
    with Image.open(io.BytesIO(read_picture(data).data)) as image:
        assert image.convert("RGBA").getchannel("A").getextrema() == (0, 0)


@pytest.mark.proves("F1")
def test_a_picture_is_one_that_pdfs_take_too() -> None:
    long = io.BytesIO()
    Image.new("L", (2, 17_000)).save(long, "PNG")
    with pytest.raises(DomainError, match="eine Seite länger als 16000 Bildpunkte"):
        read_picture(long.getvalue())
    at = picture("JPEG").index(b"\xff\xda") + 12  # Pillow forgives what is wrong there, typst does not
    odd = picture("JPEG")[:at] + b"\xff" + picture("JPEG")[at + 1 :]
    assert not takes_picture(odd, "bild.jpg")
    assert takes_picture(read_picture(odd).data, "bild.jpg")


def test_a_picture_keeps_its_words_in_every_form() -> None:
    text = r'Davor ![Ein "Plan" \[2\] <b> | & mehr](bild:ab-12) danach' + "\n\n| A |\n| --- |\n| ![x](bild:cd) |"
    (paragraph, table) = blocks_of(text)
    assert paragraph["c"][1] == {"t": "img", "key": "ab-12", "alt": 'Ein "Plan" [2] <b> | & mehr'}
    assert table["rows"][0][0] == [{"t": "img", "key": "cd", "alt": "x"}]
    assert canonical(canonical(text)) == canonical(text)
    html = with_references(render_text(text), images={"ab-12": "/bilder/1"})
    assert '<img src="/bilder/1" alt="Ein &quot;Plan&quot; [2] &lt;b&gt; | &amp; mehr" loading="lazy">' in html
    assert "<em>(Abbildung: x)</em>" in html
    assert "<img" not in with_references(render_text("[a](https://x.example/![b](bild:c)) \\![d](bild:e)"))
    assert (count_of(text, "ab"), replaced("ab ![ab](bild:ab)", "ab", "x")) == (0, "x ![x](bild:ab)")


def test_a_draft_shows_whose_picture_changed(client: Client) -> None:
    concept = make_concept()
    for number, (state, key) in enumerate(((VersionState.SUPERSEDED, "aaaaaa1"), (VersionState.IN_FORCE, "bbbbbb2"))):
        text = (SectionText("Wege", f"![Wege](bild:{key})", key="wege"),)
        make_version(concept, state, text, label=f"Fassung {number}")
    client.sign_in(make_user())
    page = client.get(f"/konzepte/{concept.id}/synopse").text
    assert "aaaaaa" in page
    assert "bbbbbb" in page


def test_footnotes_have_pictures_and_links_of_their_own() -> None:
    above, below = picture(colour="navy"), picture(colour="red")
    found = read_docx(with_a_footnote(word_file((above, "Oben")), below))
    text = "\n".join(section.text for section in found.sections)
    assert "https://quelle.example/" in text
    assert text.count(read_picture(below).key) == text.count(read_picture(above).key) == 1


def test_all_pictures_of_a_file_together_may_have_so_many_points(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(word_text, "MOST_POINTS", 60 * 40)
    found = read_docx(word_file(*((picture(colour=colour), colour) for colour in ("navy", "red", "green"))))
    assert len(found.pictures) == 2
    assert any("zu viele große Bilder" in str(note) for note in found.notes)


@pytest.mark.proves("F1")
def test_a_lost_picture_keeps_no_text_from_being_exported(client: Client) -> None:
    concept_id = make_concept().id
    client.sign_in(make_coordinator())
    version = save(client, read_in(client, concept_id, word_file((picture(), "Wege"))), "in_force", "Erste")
    text = f"/fassungen/{version.id}/text"
    folder: Path = client.application.config["SETTINGS"].files
    (folder / db.session.query(ConceptImage).filter_by(version_id=version.id).one().stored_name).unlink()
    for ending in ("html", "docx", "pdf", "md"):
        assert client.get(f"{text}.{ending}").status_code == 200, ending
    assert "Wege" in client.get(f"{text}.html").text
