"""Annexes of a version: hand in, rename, replace, order, remove. They stand still once the version is adopted."""

from __future__ import annotations

import sqlalchemy as sa

from govern import files
from govern.db import db, fingerprint, now
from govern.documents.models import ConceptAnnex, ConceptVersion, VersionState
from govern.documents.rendering import new_key
from govern.documents.services.documents import Store, Upload
from govern.documents.services.versions import DECIDED, lock
from govern.errors import Conflict, DomainError
from govern.files import StoredFile
from govern.people.models import User

MOST = 50
LONGEST_TITLE = 300
STALE = "Diese Anlage wurde inzwischen geändert. Nichts wurde überschrieben."
GONE = "Diese Anlage wurde inzwischen entfernt."


def why_fixed(version: ConceptVersion) -> str | None:
    """Why the annexes of a version cannot be changed now; None: they can."""
    if version.frozen_at is not None:
        return "Diese Fassung steht fest; ihre Anlagen ändern sich nicht mehr."
    if version.state in (VersionState.CONSULTATION, VersionState.SUBMITTED):
        return f"Diese Fassung ist {version.state.label}; solange ändern sich ihre Anlagen nicht."
    return None


def add_annex(version: ConceptVersion, title: str, upload: Upload | None, *, store: Store, by: User) -> ConceptAnnex:
    """Hand in a file with a version; without a title it is called as its file.

    An adopted version of which nothing but the fact is known takes further annexes, but never changes one.
    """
    _lock(version)
    if upload is None:
        raise DomainError("Bitte eine Datei wählen.", field="upload")
    if len(version.annexes) >= MOST:
        raise DomainError(f"Eine Fassung hat höchstens {MOST} Anlagen.", field="upload")
    stored = _keep(upload, store)
    annex = ConceptAnnex(
        version_id=version.id, key=new_key(), position=len(version.annexes) + 1,
        title=_title(title or stored.file_name.rsplit(".", 1)[0]), added_by_id=by.id, **_facts(stored),
    )  # fmt: skip
    version.annexes.append(annex)
    _changed(version)
    return annex


def fingerprint_of(annex: ConceptAnnex) -> str:
    """What a form for an annex is based on."""
    return fingerprint([annex.title, annex.sha256])


def change_annex(annex: ConceptAnnex, title: str, upload: Upload | None, *, seen: str, store: Store, by: User) -> None:
    """Give an annex another title or, with ``upload``, another file.

    Raises Conflict when somebody did so since ``seen``.
    """
    version = annex.version
    _lock_annex(annex)
    db.session.refresh(annex)
    if seen != fingerprint_of(annex):
        raise Conflict(STALE)
    annex.title = _title(title)
    if upload is not None:
        stored, before = _keep(upload, store), annex.stored_name
        for name, value in _facts(stored).items():
            setattr(annex, name, value)
        annex.added_at, annex.added_by_id = now(), by.id
        db.session.flush()
        _forget(before, store)
    _changed(version)


def move_annex(annex: ConceptAnnex, direction: str, *, by: User) -> None:
    """Move an annex before the one above it, or behind the one below; the numbers follow."""
    _lock_annex(annex)
    rows = list(annex.version.annexes)
    place = rows.index(annex)
    other = place + {"up": -1, "down": 1}.get(direction, 0)
    if not 0 <= other < len(rows) or other == place:
        return
    rows[place], rows[other] = rows[other], rows[place]
    _count(rows)
    _changed(annex.version)


def remove_annex(annex: ConceptAnnex, *, store: Store, by: User) -> None:
    """Take an annex out of a draft; the versions before keep theirs."""
    version = annex.version
    _lock_annex(annex)
    stored_name = annex.stored_name
    version.annexes.remove(annex)
    _count(version.annexes)
    _changed(version)
    _forget(stored_name, store)


def carry_over(base: ConceptVersion, draft: ConceptVersion, *, by: User) -> None:
    """A new draft begins with the annexes of the version it starts from: the same keys and the same stored files."""
    draft.annexes = [
        ConceptAnnex(key=row.key, position=row.position, title=row.title, file_name=row.file_name,
                     media_type=row.media_type, size=row.size, sha256=row.sha256, stored_name=row.stored_name,
                     added_by_id=by.id)
        for row in base.annexes
    ]  # fmt: skip
    db.session.flush()


def _lock(version: ConceptVersion, *, but_adopted: bool = False) -> None:
    """One change of the annexes of a concept at a time, and none while its version is adopted."""
    lock(version.concept_id)
    db.session.execute(sa.select(ConceptVersion.id).where(ConceptVersion.id == version.id).with_for_update())
    db.session.refresh(version, ["state", "frozen_at", "annex_revision", "annexes"])
    why = why_fixed(version)
    if why is None and but_adopted and version.state in DECIDED:
        why = "Diese Fassung ist beschlossen; ihre Anlagen ändern sich nicht mehr."
    if why is not None:
        raise DomainError(why)


def _lock_annex(annex: ConceptAnnex) -> None:
    """The same, for an annex that may have been removed meanwhile."""
    _lock(annex.version, but_adopted=True)
    if annex not in annex.version.annexes:
        raise DomainError(GONE)


def _keep(upload: Upload, store: Store) -> StoredFile:
    try:
        return files.keep(store.folder, upload.data, upload.name, most_bytes=store.most_bytes)
    except DomainError as error:
        raise DomainError(str(error), field="upload") from error


def _facts(stored: StoredFile) -> dict[str, str | int]:
    return {"file_name": stored.file_name, "media_type": stored.media_type, "size": stored.size,
            "sha256": stored.sha256, "stored_name": stored.stored_name}  # fmt: skip


def _title(title: str) -> str:
    title = " ".join(title.split())[:LONGEST_TITLE]
    if not title:
        raise DomainError("Bitte einen Titel angeben.", field="title")
    return title


def _count(rows: list[ConceptAnnex]) -> None:
    for position, row in enumerate(rows, start=1):
        row.position = position


def _changed(version: ConceptVersion) -> None:
    version.annex_revision += 1
    db.session.flush()
    db.session.refresh(version, ["annexes"])


def _forget(stored_name: str, store: Store) -> None:
    """Delete a file that no version has any more."""
    if db.session.scalar(sa.select(ConceptAnnex.id).where(ConceptAnnex.stored_name == stored_name).limit(1)) is None:
        files.forget(store.folder, [stored_name])
