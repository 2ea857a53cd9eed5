"""Uploaded files between preview and confirmation: outside the web root, under random names, for a day."""

from __future__ import annotations

import re
import secrets
import time
from pathlib import Path

from govern.errors import NotFound

_KEPT_SECONDS = 24 * 3600
_TOKEN = re.compile(r"[A-Za-z0-9_-]{20,60}")


class Stash:
    """A folder in which a person's uploads wait until they are confirmed or forgotten."""

    def __init__(self, folder: Path, owner_id: int) -> None:
        self.folder = folder
        self.owner_id = owner_id

    def keep(self, data: bytes) -> str:
        """Keep `data` and return the token under which this person finds it again."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._forget_old()
        token = secrets.token_urlsafe(24)
        place = self._place(token)
        place.touch(mode=0o600)
        place.write_bytes(data)
        return token

    def find(self, token: str) -> bytes:
        """What was kept under `token`; raises NotFound when it is somebody else's or was forgotten."""
        if not _TOKEN.fullmatch(token) or not self._place(token).is_file():
            raise NotFound("Die hochgeladene Datei ist nicht mehr da. Bitte laden Sie sie noch einmal hoch.")
        return self._place(token).read_bytes()

    def forget(self, token: str) -> None:
        """Delete what was kept under `token`."""
        if _TOKEN.fullmatch(token):
            self._place(token).unlink(missing_ok=True)

    def _place(self, token: str) -> Path:
        return self.folder / f"{self.owner_id}-{token}"

    def _forget_old(self) -> None:
        oldest = time.time() - _KEPT_SECONDS
        for place in self.folder.iterdir():
            if place.is_file() and place.stat().st_mtime < oldest:
                place.unlink(missing_ok=True)
