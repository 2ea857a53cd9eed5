"""The paper that agendas and minutes are written on: the county's own letterhead, or a plain A4 page in German.

A county lays `tagesordnung.docx` or `protokoll.docx` into `GOVERN_INSTANCE/vorlagen/`. Header, footer, margins and
styles of that file are used as they are; placeholders such as ``{{ gremium }}`` are filled in, and the content takes
the place of the paragraph ``{{ inhalt }}`` (without one it follows the existing text). The file is rendered in a
sandbox.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from docx import Document
from docx.document import Document as DocumentObject
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.table import Table, _Row
from docx.text.paragraph import Paragraph
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment

from govern.errors import DomainError

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
NOT_IN_XML = re.compile("[^\\t\\n\\r\\u0020-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")
CONTENT_MARK = "\u27e6Inhalt\u27e7"
INK = RGBColor(0x1A, 0x1A, 0x1A)
HEADINGS = {"Title": 20, "Heading 1": 15, "Heading 2": 12.5, "Heading 3": 11}


class Letterhead:
    """A Word document under way: content is appended to ``document``; `as_bytes` puts it where it belongs."""

    def __init__(self, document: DocumentObject, mark: Paragraph | None) -> None:
        self.document = document
        self._mark = mark
        self._before = set(document.element.body.iterchildren())

    def as_bytes(self) -> bytes:
        """The finished file."""
        if self._mark is not None:
            self._move_before(self._mark)
            self._mark = None
        data = io.BytesIO()
        self.document.save(data)
        return data.getvalue()

    def _move_before(self, mark: Paragraph) -> None:
        for element in list(self.document.element.body.iterchildren()):
            if element not in self._before:
                mark._p.addprevious(element)
        mark._p.getparent().remove(mark._p)


def open_letterhead(
    folder: Path, name: str, *, title: str, author: str, created_at: datetime, fields: Mapping[str, str] | None = None,
    keywords: str = "",
) -> Letterhead:  # fmt: skip
    """A new document on the letterhead ``name`` of ``folder`` if the county has laid one there, else on plain paper.

    ``fields`` are what placeholders may name, ``keywords`` what is kept with the file's properties.
    Raises DomainError when the letterhead cannot be used.
    """
    letterhead = folder / f"{name}.docx"
    sheet = _on_letterhead(letterhead, fields or {}) if letterhead.exists() else Letterhead(_plain_page(), None)
    properties = sheet.document.core_properties
    properties.title, properties.author = clean(title)[:255], clean(author)[:255]
    properties.last_modified_by = properties.author
    properties.language, properties.comments, properties.keywords = "de-DE", "", clean(keywords)[:255]
    properties.created = properties.modified = created_at.replace(tzinfo=None)
    properties.revision = 1
    return sheet


def add_table(sheet: Letterhead, columns: list[tuple[str, float]]) -> Table:
    """A table with a header row that repeats on every page; ``columns`` are headings with widths in centimetres."""
    table: Table = sheet.document.add_table(rows=1, cols=len(columns))
    if "Table Grid" in (style.name for style in sheet.document.styles):
        table.style = "Table Grid"
    table.autofit = False
    for cell, (heading, width) in zip(table.rows[0].cells, columns, strict=True):
        cell.width = Cm(width)
        cell.paragraphs[0].add_run(heading).bold = True
    for column, (_heading, width) in zip(table.columns, columns, strict=True):
        column.width = Cm(width)
    _row_property(table.rows[0], "w:cantSplit")
    _row_property(table.rows[0], "w:tblHeader")
    return table


def add_row(table: Table, *texts: str, is_long: bool = False) -> _Row:
    """One more row; it is not torn apart between pages unless it is so long that half a page would stay empty."""
    row: _Row = table.add_row()  # type: ignore[no-untyped-call]
    for cell, column, text in zip(row.cells, table.columns, texts, strict=True):
        if column.width is not None:
            cell.width = column.width
        cell.paragraphs[0].text = clean(text)
    if not is_long:
        _row_property(row, "w:cantSplit")
    return row


def add_link(paragraph: Paragraph, text: str, address: str) -> None:
    """Words that lead to ``address``; underlined, so that they are seen as a link on paper too."""
    link = OxmlElement("w:hyperlink")
    relation = paragraph.part.relate_to(clean(address), RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    link.set(qn("r:id"), relation)
    run = paragraph.add_run(clean(text))
    run.underline = True
    paragraph._p.append(link)
    link.append(run._r)


def add_page_number(paragraph: Paragraph) -> None:
    """„Seite 1 von 3", counted by the reader's word processor."""
    for text, field in (("Seite ", "PAGE"), (" von ", "NUMPAGES")):
        paragraph.add_run(text)
        run = paragraph.add_run()
        for kind, content in (("begin", None), (None, field), ("separate", None), ("text", "1"), ("end", None)):
            run._r.append(_field_part(kind, content))


def style_of(sheet: Letterhead, *names: str) -> str | None:
    """The first of ``names`` the document knows; a letterhead need not have all styles."""
    known = {style.name for style in sheet.document.styles if style.type is WD_STYLE_TYPE.PARAGRAPH}
    return next((name for name in names if name in known), None)


def add_heading(sheet: Letterhead, text: str, level: int) -> Paragraph:
    """A heading of the outline; level 0 is the title."""
    name = style_of(sheet, "Title" if level == 0 else f"Heading {level}", f"Heading {max(level, 1)}")
    return sheet.document.add_paragraph(clean(text), style=name)


def xml_text(text: str) -> str:
    """``text`` without the characters that XML does not know, else as it is stored: for tables that are searched."""
    return NOT_IN_XML.sub("", text)


def clean(text: str) -> str:
    """The same for what is read: no line ends between „e.“ and „V.“."""
    return xml_text(text).replace("e. V.", "e.\u00a0V.")


def _on_letterhead(path: Path, fields: Mapping[str, str]) -> Letterhead:
    try:
        template = DocxTemplate(str(path))
        environment = SandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
        values = {name: clean(value) for name, value in fields.items()}
        template.render({**values, "inhalt": CONTENT_MARK}, jinja_env=environment)
        rendered = io.BytesIO()
        template.save(rendered)
        document = Document(io.BytesIO(rendered.getvalue()))
    except TemplateError as error:
        raise DomainError(
            f"Die Vorlage „{path.name}“ enthält einen Platzhalter, der nicht ausgefüllt werden kann ({error.message}). "
            f"Möglich sind: {', '.join(sorted([*fields, 'inhalt']))}."
        ) from error
    except Exception as error:
        raise DomainError(
            f"Die Vorlage „{path.name}“ lässt sich nicht öffnen. Ist es eine Word-Datei (.docx)?"
        ) from error
    _set_language(document)
    mark = next((p for p in document.paragraphs if CONTENT_MARK in p.text), None)
    return Letterhead(document, mark)


def _plain_page() -> DocumentObject:
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin, section.right_margin = Cm(2.5), Cm(2)
    section.top_margin, section.bottom_margin = Cm(2.2), Cm(2)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Arial", Pt(10.5)
    normal.paragraph_format.space_after = Pt(4)
    normal.paragraph_format.line_spacing = 1.15
    for name, size in HEADINGS.items():
        style = document.styles[name]
        style.font.name, style.font.size, style.font.bold, style.font.color.rgb = "Arial", Pt(size), True, INK
        style.paragraph_format.space_before = Pt(0 if name == "Title" else 12)
        style.paragraph_format.space_after = Pt(4)
        style.paragraph_format.keep_with_next = True
        _plain_font(style.element)
    border = document.styles["Title"].element.find(f".//{qn('w:pBdr')}")
    if border is not None:
        border.getparent().remove(border)
    footer = section.footer.paragraphs[0]
    footer.paragraph_format.tab_stops.add_tab_stop(Cm(16.5), WD_TAB_ALIGNMENT.RIGHT)
    footer.add_run("\t" if footer.style is None or footer.style.name != "Footer" else "\t\t")
    add_page_number(footer)
    _set_language(document)
    _modern_layout(document)
    return document


def _plain_font(style: Any) -> None:
    # Word's headings name a theme font, which would win over the font set here.
    fonts = style.find(f".//{qn('w:rFonts')}")
    if fonts is not None:
        for name in list(fonts.attrib):
            if "Theme" in name:
                del fonts.attrib[name]
        for slot in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
            fonts.set(qn(slot), "Arial")


def _set_language(document: DocumentObject) -> None:
    styles = document.styles.element
    defaults = styles.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}")
    if defaults is None:
        return
    language = defaults.find(qn("w:lang"))
    if language is None:
        language = OxmlElement("w:lang")
        defaults.append(language)
    language.set(qn("w:val"), "de-DE")
    language.set(qn("w:eastAsia"), "de-DE")


def _modern_layout(document: DocumentObject) -> None:
    # Without it Word opens the file in compatibility mode.
    settings = document.settings.element
    compat = settings.find(qn("w:compat"))
    if compat is None:
        compat = OxmlElement("w:compat")
        settings.append(compat)
    for setting in compat.findall(qn("w:compatSetting")):
        if setting.get(qn("w:name")) == "compatibilityMode":
            setting.set(qn("w:val"), "15")
            return
    setting = OxmlElement("w:compatSetting")
    setting.set(qn("w:name"), "compatibilityMode")
    setting.set(qn("w:uri"), "http://schemas.microsoft.com/office/word")
    setting.set(qn("w:val"), "15")
    compat.append(setting)


def _row_property(row: _Row, name: str) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement(name))


def _field_part(kind: str | None, content: str | None) -> Any:
    if kind == "text":
        part = OxmlElement("w:t")
        part.text = content
    elif kind is None:
        part = OxmlElement("w:instrText")
        part.set(qn("xml:space"), "preserve")
        part.text = f" {content} "
    else:
        part = OxmlElement("w:fldChar")
        part.set(qn("w:fldCharType"), kind)
    return part
