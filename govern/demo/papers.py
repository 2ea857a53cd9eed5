"""The papers of the example year: small real PDF files, set by typst with the product's own fonts."""

from __future__ import annotations

import re
import textwrap
from datetime import date
from pathlib import Path

import typst

from govern import files
from govern.formats import date_text

FONTS = Path(files.__file__).parent / "static" / "vendor" / "fonts-ttf"

PAGE = """
#set document(title: [{title}], author: "{body}")
#set page(paper: "a4", margin: 2.5cm, numbering: "1",
  header: text(8pt, fill: luma(90))[Beispieldaten – erfundenes Dokument der Vorführung])
#set text(lang: "de", size: 11pt, font: ({fonts}))
#set par(leading: 0.75em, spacing: 1.2em)
#text(9pt, fill: luma(90))[{body} · {date}]

= {title}

{text}
"""


def paper_bytes(title: str, text: str, *, body: str, day: date) -> bytes:
    """A paper with a heading and paragraphs; `**words**` are bold."""
    source = PAGE.format(
        title=_typst(title), body=_typst(body), date=_typst(date_text(day)), fonts='"Fira Sans", "DejaVu Sans"',
        text=_typst(text),
    )  # fmt: skip
    fonts = [str(FONTS)] if FONTS.is_dir() else []
    data: bytes = typst.compile(source.encode(), font_paths=fonts)  # type: ignore[misc]  # its stubs are incomplete
    return data


def _typst(text: str) -> str:
    paragraphs = [" ".join(p.split()) for p in textwrap.dedent(text).split("\n\n")]
    escaped = [re.sub(r"([#$@<>\\`_~\[\]=])", r"\\\1", p) for p in paragraphs]
    return "\n\n".join(re.sub(r"\*\*(.+?)\*\*", r"*\1*", p) for p in escaped)
