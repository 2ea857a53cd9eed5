"""Reading a text from a file, mending its tree, saving it as a version."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from govern.db import db
from govern.documents.importing import mending
from govern.documents.importing.mending import Flat, FlatSection
from govern.documents.importing.progress import Tell, silent
from govern.documents.importing.reading import read_document
from govern.documents.importing.report import WHOLE
from govern.documents.models import Concept, ConceptImport, ConceptVersion
from govern.documents.services.documents import Upload
from govern.documents.services.images import drop_pictures, hand_over, keep_pictures, known_of
from govern.documents.services.versions import record_version
from govern.documents.text_images import image_keys
from govern.errors import Conflict, DomainError, NotFound
from govern.formats import count
from govern.people.models import User

KEPT_DAYS = 30
STALE = "Dieser Text wurde inzwischen an anderer Stelle geändert. Nichts wurde überschrieben."
GONE = "Dieser eingelesene Text ist inzwischen gespeichert oder verworfen."


def read_in(
    concept: Concept, upload: Upload | None, *, folder: Path, by: User, tell: Tell = silent
) -> ConceptImport:  # fmt: skip
    """Read a file; what it became is kept for mending, its pictures in ``folder``.

    Raises DomainError when it cannot be read.
    """
    if upload is None:
        raise DomainError("Bitte eine Datei wählen.", field="upload")
    try:
        found = read_document(upload.data, upload.name, tell)
    except DomainError as error:
        raise DomainError(str(error), field="upload") from error
    made = ConceptImport(
        concept_id=concept.id, file_name=upload.name[-150:], title=found.title[:300],
        sections=[asdict(section) for section in mending.flattened(found.sections)],
        notes=[[note.place, note.sentence] for note in found.notes], created_by_id=by.id,
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    keep_pictures(made, found.pictures, folder=folder)
    _note_missing(made, {picture.key for picture in found.pictures})
    return made


def _note_missing(row: ConceptImport, held: set[str]) -> None:
    named = _keys_of(row) - held
    missing = len(named - known_of(row.concept_id, named).keys())
    if missing:
        said = f"{count(missing, 'Abbildung fehlt', 'Abbildungen fehlen')} in der Datei und in allen Fassungen"
        row.notes = [[WHOLE, f"{said}; es bleibt der Alternativtext."], *row.notes]
        db.session.flush()


def _keys_of(row: ConceptImport) -> set[str]:
    return {key for section in flat_of(row) for key in image_keys(section.text)}


def flat_of(row: ConceptImport) -> Flat:
    """The sections as they stand now."""
    return tuple(FlatSection(**section) for section in row.sections)


def mend(row: ConceptImport, step: str, n: int, *, revision: int, by: User, **values: Any) -> None:
    """One step of mending at the section ``n``. Raises Conflict when somebody mended since ``revision``."""
    _lock(row, revision)
    flat = flat_of(row)
    if not 0 <= n < len(flat):
        raise DomainError("Diesen Abschnitt gibt es nicht.")
    row.sections = [asdict(section) for section in _mended(flat, step, n, values)]
    row.revision += 1
    db.session.flush()


def save_import(
    row: ConceptImport, values: dict[str, Any], *, revision: int, folder: Path, by: User
) -> ConceptVersion:  # fmt: skip
    """Make a version of the mended text; what was read in is gone then."""
    _lock(row, revision)

    def with_pictures(version: ConceptVersion) -> None:
        hand_over(row, version, _keys_of(row), folder=folder)

    version = record_version(row.concept, values, text=mending.tree_of(flat_of(row)), by=by, with_text=with_pictures)
    db.session.delete(row)
    db.session.flush()
    return version


def discard_import(row: ConceptImport, *, folder: Path, by: User) -> None:
    """Throw away what was read in; no version is touched."""
    _lock_row(row)
    drop_pictures([row.id], folder=folder)
    db.session.delete(row)
    db.session.flush()


def drop_old_imports(day: date, *, folder: Path) -> None:
    """What was read in and neither saved nor thrown away for :data:`KEPT_DAYS` is gone."""
    limit = datetime.combine(day - timedelta(days=KEPT_DAYS), time(), tzinfo=UTC)
    wanted = sa.select(ConceptImport.id).where(ConceptImport.created_at < limit).order_by(ConceptImport.id)
    old = db.session.scalars(wanted.with_for_update()).all()
    drop_pictures(old, folder=folder)
    db.session.execute(sa.delete(ConceptImport).where(ConceptImport.id.in_(old)))


def _mended(flat: Flat, step: str, n: int, values: dict[str, Any]) -> Flat:
    if step == "rename":
        return mending.rename(flat, n, values.get("heading", ""), values.get("number"))
    if step == "split":
        return mending.split(flat, n, values.get("paragraph", -1))
    plain = {"join": mending.join, "drop": mending.drop}
    turned = {"deeper": (mending.shift, 1), "higher": (mending.shift, -1), "down": (mending.move, 1),
              "up": (mending.move, -1)}  # fmt: skip
    if step in plain:
        return plain[step](flat, n)
    if step in turned:
        change, by = turned[step]
        return change(flat, n, by)
    if step == "numbers":
        return mending.count_anew(flat)
    raise DomainError("Diesen Schritt gibt es nicht.")


def _lock(row: ConceptImport, revision: int) -> None:
    _lock_row(row)
    db.session.refresh(row, ["revision", "sections"])
    if row.revision != revision:
        raise Conflict(STALE)


def _lock_row(row: ConceptImport) -> None:
    """Whoever saves or throws away the same text at once waits here, and finds it gone."""
    if db.session.scalar(sa.select(ConceptImport.id).where(ConceptImport.id == row.id).with_for_update()) is None:
        raise NotFound(GONE)
