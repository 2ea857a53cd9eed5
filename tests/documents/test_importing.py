"""Reading real files: headings without styles, contents typed by hand, odd bullets and characters, hostile archives."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Callable

import pytest
from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt
from docx.text.paragraph import Paragraph

from govern.documents.importing import package
from govern.documents.importing.reading import read_document
from govern.documents.importing.report import Imported
from govern.documents.sections import walk
from govern.errors import DomainError

SENTENCE = (
    "Der Kreis fo\u0308rdert die Zusam\u00admenarbeit und die o\ufb03zielle Vertretung der Gäste*innen und Gäste. "
)


def saved(document: object) -> bytes:
    data = io.BytesIO()
    document.save(data)  # type: ignore[attr-defined]
    return data.getvalue()


def outline(found: Imported) -> list[str]:
    return [f"{'.' * placed.depth} {placed.title}" for placed in walk(found.sections)]


def text_of(found: Imported, title: str) -> str:
    return next(placed.section.text for placed in walk(found.sections) if placed.title == title)


def said(found: Imported) -> str:
    return "\n".join(map(str, found.notes))


def typed_concept() -> bytes:
    """A concept as offices write it: bold instead of styles, contents and lists by hand."""
    d = Document()
    title = d.add_paragraph().add_run("KIM-Konzept des Kreises Muster")
    title.bold, title.font.size = True, Pt(24)
    d.add_paragraph("Stand: Mai 2024")
    d.add_paragraph("Inhaltsverzeichnis")
    for line in (
        "1. Ausgangslage\t3",
        "1.1 Zahlen ........ 4",
        "1.2 Gremien ... 5",
        "2. Stellen\t6",
        "Besetzung heute …… 7",
    ):
        d.add_paragraph(line)
    for number in (1, 2):
        d.add_paragraph().add_run(("1. Ausgangslage", "2. Stellen")[number - 1]).bold = True
        d.add_paragraph(SENTENCE * 5)
        if number == 1:
            d.add_paragraph("1.1 Zahlen")
            d.add_paragraph("1) eins")
            d.add_paragraph("2) zwei")
            d.add_paragraph("1.2 Gremien")
            for bullet in ("• Lenkungsgruppe", "\u2022\tArbeitskreis", "o Jour fixe", "o Runder Tisch"):
                d.add_paragraph(bullet)
            table = d.add_table(rows=2, cols=2)
            for cell, words in zip(table._cells, ("Ort", "Stelle", "A\nB", "1|0"), strict=True):
                cell.text = words
    d.add_paragraph("Besetzung heute")
    d.add_paragraph(SENTENCE * 5)
    d.add_paragraph().add_run("Literatur").bold = True
    d.add_paragraph("Ende.")
    return saved(d)


@pytest.mark.proves("F1")
def test_a_concept_without_styles_is_read_by_numbers_bold_lines_and_its_contents() -> None:
    found = read_document(typed_concept(), "Konzept.docx")
    assert found.title == "KIM-Konzept des Kreises Muster"
    assert outline(found) == [
        ". Vorspann", ". 1 Ausgangslage", ".. 1.1 Zahlen", ".. 1.2 Gremien", ". 2 Stellen", ".. Besetzung heute",
        ". Literatur",
    ]  # fmt: skip
    assert text_of(found, "1 Ausgangslage").startswith(
        "Der Kreis fördert die Zusammenarbeit und die offizielle Vertretung"
    )
    assert text_of(found, "1.1 Zahlen") == "1. eins\n2. zwei"
    assert text_of(found, "1.2 Gremien") == (
        "- Lenkungsgruppe\n- Arbeitskreis\n- Jour fixe\n- Runder Tisch\n\n"
        "| Ort | Stelle |\n| --- | --- |\n| A<br>B | 1\\|0 |"
    )
    for part in ("Inhaltsverzeichnis (5 Zeilen) wurde weggelassen", "weiche Trennstriche", "kein Überschriftformat",
                 "Literatur: Als Überschrift gelesen", "keine gekennzeichnete Kopfzeile",
                 "1.2 Gremien: Einzelne Buchstaben am Zeilenanfang", "(etwa ein Deckblatt)"):  # fmt: skip
        assert part in said(found)


def test_styles_win_but_numbers_say_the_level_and_forgotten_headings_are_named() -> None:
    d = Document()
    for words, style in (("1 Ziele", "Heading 1"), ("1.1 Grundlage", "Heading 3"), ("2 Wege", "Heading 1")):
        d.add_paragraph(words, style=style)
        d.add_paragraph("Text.")
    d.add_paragraph().add_run("2.1 Vergessen").bold = True
    d.add_paragraph("eins", style="List Bullet")
    d.add_paragraph("zwei", style="List Bullet 2")
    d.add_paragraph("drei", style="List Number")
    d.add_paragraph().add_run("Nur fett").bold = True
    found = read_document(saved(d), "k.docx")
    assert outline(found) == [". 1 Ziele", ".. 1.1 Grundlage", ". 2 Wege", ".. 2.1 Vergessen"]
    assert text_of(found, "2.1 Vergessen") == "- eins\n- zwei\n\n1. drei\n\n**Nur fett**"
    assert "passt die Ebene des Formats nicht zur Nummer" in said(found)
    assert "2.1 Vergessen: Ohne Überschriftformat" in said(found)
    assert "1 fett gesetzte Zeile ohne Überschriftformat blieb Text: „Nur fett“." in said(found)


def test_the_same_doubt_about_many_lines_is_said_once() -> None:
    d = Document()
    d.add_paragraph("Inhalt")
    for n in range(1, 7):
        d.add_paragraph(f"{n} Kapitel {n}\t{n}")
    for n in range(1, 7):
        d.add_paragraph(f"{n} Kapitel {n}", style="Heading 1" if n < 3 else None)
        d.add_paragraph("Text.")
    found = read_document(saved(d), "k.docx")
    assert len(outline(found)) == 6
    (doubt,) = [each for each in map(str, found.notes) if "Ohne Überschriftformat" in each]
    assert doubt.startswith("3 Kapitel 3, 4 Kapitel 4 und 2 weitere Abschnitte: ")


def test_cross_references_to_headings_survive_renumbering_and_others_stay_text_and_are_counted() -> None:
    d = Document()
    for title, words, bookmark, shown in (
        ("1 Ziele", "Näheres steht in Abschnitt ", "_Ref2", "2"), ("2 Wege", "Siehe ", "_Ref3", "Tabelle *1*"),
        ("3 Ende", "Dort (", "_Ref2", "2"),
    ):  # fmt: skip
        heading, text = d.add_heading(title, 1), d.add_paragraph(words)
        mark(heading, f"_Ref{title[0]}" if title[0] != "3" else "_Toc3")
        refer(text, bookmark, shown)
    mark(d.add_paragraph("Tabelle 1: Stellen"), "_Ref3")
    found = read_document(saved(d), "k.docx")
    wege = next(placed.section for placed in walk(found.sections) if placed.title == "2 Wege")
    assert wege.key
    assert text_of(found, "1 Ziele") == f"Näheres steht in Abschnitt [[abschnitt:{wege.key}]]."
    assert wege.text == "Siehe Tabelle \\*1\\*."
    assert text_of(found, "3 Ende").startswith(f"Dort ([[abschnitt:{wege.key}]].")
    assert "Ein Querverweis von Word blieb Text" in said(found)


def test_a_reference_whose_code_is_torn_into_several_runs_leads_to_its_heading() -> None:
    d = Document()
    mark(d.add_heading("1 Ziele", 1), "_Ref123456")
    text = d.add_paragraph("Siehe ")
    refer(text, "_Ref123456", "1")
    whole = next(each for each in text._p.iter(qn("w:instrText")))
    whole.text = " REF _Ref12"
    rest = OxmlElement("w:r")
    rest.append(OxmlElement("w:instrText"))
    rest[0].text = "3456 \\r \\h "
    whole.getparent().addnext(rest)
    found = read_document(saved(d), "k.docx")
    (placed,) = walk(found.sections)
    assert placed.section.key and placed.section.text == f"Siehe [[abschnitt:{placed.section.key}]]."


def test_a_reference_that_is_never_closed_takes_no_words_of_later_paragraphs() -> None:
    d = Document()
    mark(d.add_heading("1 Ziele", 1), "_Ref1")
    text = d.add_paragraph("Siehe ")
    refer(text, "_Ref1", "1")
    text._p.remove(text._p[-1])
    d.add_paragraph("Der Kreis lädt ein.")
    d.add_paragraph("Die Kommunen kommen.")
    words = text_of(read_document(saved(d), "k.docx"), "1 Ziele")
    assert words.endswith("Der Kreis lädt ein.\n\nDie Kommunen kommen.")


def mark(paragraph: Paragraph, name: str) -> None:
    """Set a bookmark of Word."""
    paragraph._p.append(OxmlElement("w:bookmarkStart"))
    paragraph._p[-1].set(qn("w:id"), "7")
    paragraph._p[-1].set(qn("w:name"), name)


def refer(paragraph: Paragraph, bookmark: str, shown: str) -> None:
    """Refer to a bookmark as Word does, and end the sentence."""
    for kind, code in (("begin", f" REF {bookmark} \\r \\h "), ("separate", shown), ("end", ".")):
        run = paragraph.add_run()
        run._r.append(OxmlElement("w:fldChar"))
        run._r[-1].set(qn("w:fldCharType"), kind)
        run._r.append(OxmlElement("w:instrText" if kind == "begin" else "w:t"))
        run._r[-1].text = code


PLAIN = """\
KONZEPT
Inhalt
1. Ziele ........ 2
1.1 Gremien ..... 3
2. Wege ......... 4

Kreis Muster                                       3
Seite 3 von 9
1. Ziele
Die Lenkungsgruppe tagt zweimal im Jahr und bereitet gemeinsam mit der Koordi-
nierungsstelle die Sitzungen vor. Haupt- und Ehrenamtliche nehmen daran mit einer
Vertretung teil.

1.1 Gremien
– Lenkungsgruppe
– Arbeitskreis
    * Runder Tisch

- 4 -
2. Wege
Fiir die Gemeinde ist eine halbe Stelle vorgesehen.
"""


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-16"])
def test_plain_text_is_joined_again_and_loses_its_page_numbers(encoding: str) -> None:
    found = read_document(PLAIN.encode(encoding), "konzept.txt")
    assert outline(found)[-3:] == [". 1 Ziele", ".. 1.1 Gremien", ". 2 Wege"]
    assert "der Koordinierungsstelle die Sitzungen vor. Haupt- und Ehrenamtliche" in text_of(found, "1 Ziele")
    assert text_of(found, "1.1 Gremien") == "- Lenkungsgruppe\n- Arbeitskreis\n    - Runder Tisch"
    assert "2 Zeilen mit Seitenzahlen" in said(found)
    assert "Texterkennung" in said(found)


def test_markdown_keeps_footnotes_per_section_and_takes_a_title() -> None:
    source = "# Konzept\n\n## 1 Ziele\n\nA[^x]\n\n## Wege\n\nB[^x] ![Karte](karte.png)\n\n[^x]: Quelle"
    found = read_document(source.encode(), "k.md")
    assert found.title == "Konzept"
    assert outline(found) == [". 1 Ziele", ". Wege"]
    assert text_of(found, "Wege") == "B[^1] (Abbildung: Karte)\n\n[^1]: Quelle"
    assert "Eine Abbildung (Karte) konnte nicht übernommen werden" in said(found)


def archive(**parts: bytes) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return data.getvalue()


def word(document: bytes, **others: bytes) -> bytes:
    return archive(word__document_xml=document, **{"[Content_Types]_xml": b"<x/>"}, **others)


BOMB = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><w:document>&b;</w:document>'
REFUSED: list[tuple[str, Callable[[], bytes], str]] = [
    ("leer.docx", lambda: b"  ", "ist leer"),
    ("k.pdf", lambda: b"%PDF-1.7 x", "Aus PDF lässt sich"),
    ("k.odt", lambda: b"PK\x03\x04", "Dieser Dateityp lässt sich nicht einlesen"),
    ("k.docx", lambda: b"PK\x03\x04 kaputt", "lässt sich nicht als Word-Dokument"),
    ("k.docx", lambda: typed_concept()[:-2_000], "lässt sich nicht als Word-Dokument"),
    ("k.docx", lambda: word(b"<a/>"), "lässt sich nicht als Word-Dokument"),
    ("k.docx", lambda: word(b"<w:document"), "lässt sich nicht als Word-Dokument"),
    ("k.docx", lambda: word(BOMB), "nichts zu suchen haben"),
    ("k.docx", lambda: word(b" " * 5_000_000), "ausgepackt zu groß"),
    ("k.docx", lambda: package.OLD_WORD + "EncryptedPackage".encode("utf-16-le"), "mit einem Kennwort geschützt"),
    ("k.doc", lambda: package.OLD_WORD + b"x", "im alten Word-Format"),
    ("k.docx", lambda: saved(Document()), "kein Text, der sich übernehmen lässt"),
    ("k.txt", lambda: b"a\x00b", "keine Textdatei"),
    ("k.md", lambda: b"x" * 5_000_001, "zu groß"),
]  # fmt: skip


OWN = "---\nformat: govern\n---\n\n"
HOSTILE = ["## **2.1**  A", "## - a  A", "## [^1]:  A", "## [a](https://x.example)  A", f"## {'9' * 5_000}  A"]


@pytest.mark.parametrize("heading", HOSTILE, ids=range(len(HOSTILE)))
def test_an_own_file_changed_by_hand_is_still_read(heading: str) -> None:
    found = read_document(f"{OWN}{heading}\n\nText".encode(), "k.md")
    assert [section.heading for section in found.sections] == ["A"]
    assert len(outline(found)[0]) < 60


def test_keys_and_sizes_of_a_word_file_are_taken_only_as_far_as_they_make_sense() -> None:
    document = Document()
    paragraph = document.add_heading("Ziele", 1)
    mark = OxmlElement("w:bookmarkStart")
    mark.set(qn("w:name"), "abschnitt_" + "X " * 5_000)
    paragraph._p.append(mark)
    size = OxmlElement("w:sz")
    size.set(qn("w:val"), "9" * 400)
    run = document.add_paragraph().add_run("Text")
    run._r.get_or_add_rPr().append(size)
    (section,) = read_document(saved(document), "k.docx").sections
    assert (section.heading, section.text, section.key) == ("Ziele", "Text", None)


@pytest.mark.parametrize("line", ["![" * 30_000, "[" * 30_000, f"x{'.' * 30_000}y", f"x{'. ' * 30_000}y"], ids=range(4))
def test_a_line_made_to_keep_the_reader_busy_is_read_at_once(line: str) -> None:
    started = time.monotonic()
    assert read_document(f"Ziele\n\n{line}".encode(), "k.txt").words >= 1
    assert time.monotonic() - started < 5
    with pytest.raises(DomainError, match="zu viele Zeichen"):
        read_document(b"[" * 30_000, "k.md")


@pytest.mark.parametrize(("name", "data", "sentence"), REFUSED, ids=range(len(REFUSED)))
def test_a_file_that_cannot_be_read_gets_a_german_sentence(name: str, data: Callable[[], bytes], sentence: str) -> None:
    with pytest.raises(DomainError, match=sentence):
        read_document(data(), name)


@pytest.mark.proves("F1")
def test_chapters_below_the_title_of_a_file_do_not_stand_below_what_comes_before_them() -> None:
    text = "# Konzept\n\nEinleitung.\n\n## Ausgangslage\n\nText.\n\n### Zahlen\n\nText.\n\n## Ziele\n\nText.\n"
    found = read_document(text.encode(), "konzept.md")
    assert outline(found) == [". Vorspann", ". Ausgangslage", ".. Zahlen", ". Ziele"]
