"""Pictures of texts: where a page finds them, and what exports put in."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from pathlib import Path

import sqlalchemy as sa

from govern import files
from govern.db import db
from govern.documents.models import ConceptImage, ConceptImport, ConceptVersion
from govern.documents.text_images import image_keys
from govern.errors import NotFound

log = logging.getLogger(__name__)
OPEN = '<img src="bild:'
"""How a picture begins in stored HTML."""


def addresses_of(owner: ConceptVersion | ConceptImport, html: Iterable[str]) -> dict[str, str]:
    """Key → address of the pictures of a text; asks only if one of these parts shows any."""
    return _addresses(owner) if any(OPEN in part for part in html) else {}


def addresses_in(owner: ConceptVersion | ConceptImport, texts: Iterable[str]) -> dict[str, str]:
    """The same for texts in Markdown."""
    return _addresses(owner) if any(image_keys(text) for text in texts) else {}


def _addresses(owner: ConceptVersion | ConceptImport) -> dict[str, str]:
    rows = db.session.execute(sa.select(ConceptImage.key, ConceptImage.id).where(_of(owner)))
    return {key: f"/bilder/{identity}" for key, identity in rows}


def pictures_of(version: ConceptVersion, *, folder: Path) -> dict[str, bytes]:
    """Key → bytes of the pictures of a version; one whose file is lost is left out, as its alternative text remains."""
    rows = db.session.execute(
        sa.select(ConceptImage.key, ConceptImage.stored_name).where(_of(version)).order_by(ConceptImage.id)
    )
    found = {}
    for key, stored_name in rows:
        try:
            found[key] = files.read(folder, stored_name)
        except NotFound:
            log.error("The file of the picture %s of version %s is lost", key, version.id)
    return found


def _of(owner: ConceptVersion | ConceptImport) -> sa.ColumnElement[bool]:
    column = ConceptImage.version_id if isinstance(owner, ConceptVersion) else ConceptImage.import_id
    return column == owner.id
