"""Setting PDFs with typst: typed text only ever travels as data, nothing of it is evaluated (C-19)."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import typst

PDF = "application/pdf"
PACKAGE = Path(__file__).resolve().parents[1]
FONTS = PACKAGE / "static" / "vendor" / "fonts-ttf"
LASTING = ("a-2a", "ua-1")
"""PDF/A-2a and PDF/UA-1: what is kept for years and read by everybody."""


def set_pdf(template: Path, values: dict[str, Any], *, standards: tuple[str, ...] = LASTING) -> bytes:
    """The typst file ``template`` of this package set with ``values``, which it reads as JSON.

    Characters that our own font lacks are taken from the machine's fonts. If it has none for them either, the standards
    cannot be kept: rather a PDF with a box in it than none.
    """
    data = json.dumps(values)
    for machine_fonts in (False, True):
        with suppress(typst.TypstError):
            return _compiled(template, data, machine_fonts=machine_fonts, standards=list(standards))
    return _compiled(template, data, machine_fonts=True, standards=[])


def _compiled(template: Path, data: str, *, machine_fonts: bool, standards: list[Any]) -> bytes:
    pdf: bytes = typst.compile(
        str(template),
        root=str(PACKAGE),
        font_paths=[str(FONTS)] if FONTS.is_dir() else [],
        ignore_system_fonts=not machine_fonts,
        format="pdf",
        pdf_standards=standards,
        sys_inputs={"data": data},
    )
    return pdf
