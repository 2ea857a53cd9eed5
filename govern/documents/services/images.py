"""Pictures of texts: kept as they are read in, moved to the version that is made of it, shared with the next draft."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path

import sqlalchemy as sa

from govern import files
from govern.db import db
from govern.documents.models import ConceptImage, ConceptImport, ConceptVersion
from govern.documents.pictures import ENDINGS, MOST_BYTES, Picture


def keep_pictures(row: ConceptImport, pictures: Iterable[Picture], *, folder: Path) -> None:
    """Store the pictures of a file that was read in."""
    for picture in pictures:
        name = f"{picture.key}.{ENDINGS[picture.media_type]}"
        stored = files.keep(folder, picture.data, name, most_bytes=2 * MOST_BYTES)
        db.session.add(ConceptImage(import_id=row.id, key=picture.key, media_type=picture.media_type, size=stored.size,
                                    sha256=stored.sha256, stored_name=stored.stored_name))  # fmt: skip
    db.session.flush()


def known_of(concept_id: int, keys: Collection[str]) -> dict[str, ConceptImage]:
    """Pictures with these keys that a version of the concept has: our Markdown names them, but does not hold them."""
    rows = db.session.scalars(
        sa.select(ConceptImage)
        .join(ConceptImage.version)
        .where(ConceptVersion.concept_id == concept_id, ConceptImage.key.in_(sorted(keys)))
        .order_by(ConceptImage.id)
    )
    return {row.key: row for row in rows}


def hand_over(row: ConceptImport, version: ConceptVersion, keys: Collection[str], *, folder: Path) -> None:
    """The pictures that the mended text still names become those of the version; the others are gone."""
    own = {image.key: image for image in _of_imports([row.id])}
    for key, image in own.items():
        if key in keys:
            image.import_id, image.version_id = None, version.id
    db.session.flush()
    drop_pictures([row.id], folder=folder)
    _share(known_of(row.concept_id, set(keys) - own.keys()).values(), version)


def carry_pictures(base: ConceptVersion, draft: ConceptVersion) -> None:
    """A new draft has the pictures of the version it starts from: the same keys and the same stored files."""
    _share(db.session.scalars(sa.select(ConceptImage).where(ConceptImage.version_id == base.id)).all(), draft)


def drop_pictures(import_ids: Collection[int], *, folder: Path) -> None:
    """Forget the pictures of texts that are not kept; files that a version has too stay."""
    gone = _of_imports(import_ids)
    for image in gone:
        db.session.delete(image)
    db.session.flush()
    names = {image.stored_name for image in gone}
    used = set(db.session.scalars(sa.select(ConceptImage.stored_name).where(ConceptImage.stored_name.in_(names))))
    if names - used:
        files.forget(folder, names - used)


def _of_imports(import_ids: Collection[int]) -> list[ConceptImage]:
    wanted = sa.select(ConceptImage).where(ConceptImage.import_id.in_(import_ids)).order_by(ConceptImage.id)
    return list(db.session.scalars(wanted))


def _share(images: Iterable[ConceptImage], version: ConceptVersion) -> None:
    db.session.add_all(
        ConceptImage(version_id=version.id, key=row.key, media_type=row.media_type, size=row.size, sha256=row.sha256,
                     stored_name=row.stored_name)
        for row in images
    )  # fmt: skip
    db.session.flush()
