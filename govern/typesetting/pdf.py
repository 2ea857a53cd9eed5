"""Setting PDFs with typst: typed text only ever travels as data, nothing of it is evaluated (C-19)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import typst

PDF = "application/pdf"
HERE = Path(__file__).resolve().parent
PACKAGE = Path(__file__).resolve().parents[1]
FONTS = PACKAGE / "static" / "vendor" / "fonts-ttf"
LASTING = ("a-2a", "ua-1")
"""PDF/A-2a and PDF/UA-1: what is kept for years and read by everybody."""


def set_pdf(
    template: Path, values: dict[str, Any], *, standards: tuple[str, ...] = LASTING,
    images: Mapping[str, bytes] | None = None,
) -> bytes:  # fmt: skip
    """The typst file ``template`` of this package set with ``values``, which it reads as JSON.

    ``images`` are pictures by the path under which the template finds them (`/bilder/….png`).

    Characters that our own font lacks are taken from the machine's fonts. If it has none for them either, the standards
    cannot be kept: rather a PDF with a box in it than none.
    """
    data = json.dumps(values)
    with _root(template, images or {}) as root:
        place = root / template.relative_to(PACKAGE)
        for machine_fonts in (False, True):
            with suppress(typst.TypstError):
                return _compiled(place, data, root=root, machine_fonts=machine_fonts, standards=list(standards))
        return _compiled(place, data, root=root, machine_fonts=True, standards=[])


def takes_picture(data: bytes, name: str) -> bool:
    """Whether a picture, called by its ending (`.png`), can be set: readers of pictures differ in what they forgive."""
    with TemporaryDirectory(prefix="govern-pdf-") as folder:
        root = Path(folder)
        (root / name).write_bytes(data)
        (root / "picture.typ").write_text(f'#image("{name}")', encoding="utf-8")
        try:
            typst.compile(str(root / "picture.typ"), root=folder, ignore_system_fonts=True, format="pdf", sys_inputs={})
        except typst.TypstError:
            return False
        return True


@contextmanager
def _root(template: Path, images: Mapping[str, bytes]) -> Iterator[Path]:
    """The folder beyond which typst reads nothing: the package, or one with templates and pictures for a while."""
    if not images:
        yield PACKAGE
        return
    with TemporaryDirectory(prefix="govern-pdf-") as folder:
        root = Path(folder)
        for source in (template, *HERE.glob("*.typ")):
            copy = root / source.relative_to(PACKAGE)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(source.read_bytes())
        for path, data in images.items():
            picture = root / path.lstrip("/")
            picture.parent.mkdir(parents=True, exist_ok=True)
            picture.write_bytes(data)
        yield root


def _compiled(template: Path, data: str, *, root: Path, machine_fonts: bool, standards: list[Any]) -> bytes:
    pdf: bytes = typst.compile(
        str(template),
        root=str(root),
        font_paths=[str(FONTS)] if FONTS.is_dir() else [],
        ignore_system_fonts=not machine_fonts,
        format="pdf",
        pdf_standards=standards,
        sys_inputs={"data": data},
    )
    return pdf
