"""How far the reading of a file is: noted in a small file, as the request that reads ends only when it is done."""

from __future__ import annotations

import os
import re
import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

Tell = Callable[[int, int], None]
"""So many of so many paragraphs and tables are read."""
_SIGN = re.compile(r"[0-9a-f]{16}")
_NOTED = re.compile(r"(\d{1,9}) (\d{1,9})")
NOTES = "einlesen"
"""The folder, in that of the instance."""
STEPS = 100
"""So often it is noted for one file."""
STALE_SECONDS = 24 * 60 * 60
UNFINISHED = ".neu"
SOON, LATER = 400, 2_000
"""Milliseconds until it is asked again."""
ASKED_SOON = 25
MOST_BEFORE, MOST_AFTER = 600, 60
"""So often it is asked in a row where nothing is noted: a large file on its way over a slow line, or a page being made
after all is read. Then the sending was stopped."""


@dataclass(frozen=True)
class Progress:
    """What was noted."""

    done: int
    total: int

    @property
    def percent(self) -> int:
        """From 0 to 100."""
        return min(100 * self.done // self.total, 100) if self.total else 0


def silent(_done: int, _total: int) -> None:
    """Tells nobody."""


def new_sign() -> str:
    """What a form sends along so that its progress can be asked for."""
    return secrets.token_hex(8)


class ProgressNote:
    """Notes how far a reading is until it is over; a sign that is none, or a full disk, keeps nobody from reading."""

    def __init__(self, folder: Path, sign: str) -> None:
        self._path = _path(folder, sign)
        self._step = -1

    def __enter__(self) -> Tell:
        return self._tell

    def __exit__(self, *_error: object) -> None:
        self._drop()

    def _tell(self, done: int, total: int) -> None:
        step = STEPS * done // total if total else STEPS
        if self._path is None or step == self._step:
            return
        self._step = step
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            written = self._path.with_suffix(UNFINISHED)
            written.write_text(f"{done} {total}", encoding="ascii")
            os.replace(written, self._path)
        except OSError:
            self._drop()  # rather none than one that stands still

    def _drop(self) -> None:
        if self._path is None:
            return
        for path in (self._path, self._path.with_suffix(UNFINISHED)):
            with suppress(OSError):
                path.unlink(missing_ok=True)
        self._path = None


def read_progress(folder: Path, sign: str) -> Progress | None:
    """How far the reading with this sign is; None: it has not begun, is over, or there is none."""
    path = _path(folder, sign)
    try:
        found = _NOTED.fullmatch(path.read_text(encoding="ascii")) if path is not None else None
    except OSError:
        return None
    return Progress(int(found[1]), int(found[2])) if found is not None else None


def asked_again_in(unanswered: int, *, has_begun: bool) -> int | None:
    """Milliseconds until the page asks again that asked so often in a row and learned nothing; None: no more."""
    if unanswered > (MOST_AFTER if has_begun else MOST_BEFORE):
        return None
    return SOON if unanswered < ASKED_SOON else LATER


def drop_stale(folder: Path) -> None:
    """Notes of readings that were cut off are gone after a day."""
    limit = time.time() - STALE_SECONDS
    for path in folder.glob("*") if folder.is_dir() else ():
        with suppress(FileNotFoundError):  # a reading that ends just now takes its note along
            if path.stat().st_mtime < limit:
                path.unlink()


def _path(folder: Path, sign: str) -> Path | None:
    return folder / sign if _SIGN.fullmatch(sign) else None
