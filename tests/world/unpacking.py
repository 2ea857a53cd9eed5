"""Everything that bytes say: text, what lies inside archives and office files, the folded lines of calendars.

PDFs are not read but overheard: what would be set travels as data to `govern.typesetting.pdf`.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import typst

from govern.db import db
from govern.mail import OutgoingMail
from tests.world.roles import WORD

FOLD = re.compile(rb"\r\n[ \t]")
"""Calendars break their lines after 75 octets, in the middle of words."""
TAG = re.compile(r"<[^>]*>")
"""Between the letters of a word, in office files, stand changes of its look."""


def words_in(data: bytes) -> str:
    """The text of ``data``, whatever kind of file it is; of archives in archives too."""
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return "\n".join([*archive.namelist(), *(words_in(archive.read(name)) for name in archive.namelist())])
    text = FOLD.sub(b"", data).decode("utf-8", "replace")
    return f"{text}\n{TAG.sub('', text)}" if text.startswith("<?xml") else text


@contextmanager
def pdfs_overheard() -> Iterator[list[str]]:
    """What is set as PDF meanwhile, as data; to save time each template is really set only once, but for the folder,
    whose pages are taken apart again.

    The one that was set stands for all of its template, so secret words are left out of it; behind it stands, as a
    comment, what this one would say, for whoever looks into files and attachments.
    """
    heard: list[str] = []
    kept: dict[str, bytes] = {}
    really = typst.compile

    def compiled(template: str, *, sys_inputs: dict[str, str], **values: Any) -> bytes:
        heard.extend(sys_inputs.values())
        name = Path(template).name
        if name == "folder.typ":
            return really(template, sys_inputs=sys_inputs, **values)
        if name not in kept:
            without = {key: WORD.sub("Wort", value) for key, value in sys_inputs.items()}
            kept[name] = really(template, sys_inputs=without, **values)
        return b"%b\n%%%b" % (kept[name], json.dumps(sys_inputs).encode())

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(typst, "compile", compiled)
        yield heard


@contextmanager
def mails_overheard() -> Iterator[list[tuple[str, str]]]:
    """Address and words of the mails that are queued meanwhile, whatever becomes of the transaction."""
    heard: list[tuple[str, str]] = []

    def note(session: Any, _context: Any) -> None:
        for row in [row for row in session.new if isinstance(row, OutgoingMail)]:
            files = [words_in(attachment.file.content) for attachment in row.attachments]
            heard.append(
                (row.to_address, "\n".join([row.subject, row.text, words_in((row.calendar or "").encode()), *files]))
            )

    sa.event.listen(db.session, "after_flush", note)
    try:
        yield heard
    finally:
        sa.event.remove(db.session, "after_flush", note)
