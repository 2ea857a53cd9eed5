"""What the office does with documents: file, correct, withdraw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from govern import files
from govern.committees.models import Committee
from govern.db import db, fingerprint, now, sort_key
from govern.documents.models import Document, DocumentFiling, DocumentKind
from govern.documents.services.titles import demand_title
from govern.errors import Conflict, DomainError
from govern.people.models import User

FIELDS = frozenset({"title", "kind", "adopted_on", "adopted_by", "status_date", "note", "is_confidential"})


@dataclass(frozen=True)
class Upload:
    """A file as a browser sent it."""

    name: str
    data: bytes


@dataclass(frozen=True)
class Store:
    """Where files are kept, and how large one may be."""

    folder: Path
    most_bytes: int


def file_document(
    values: dict[str, Any], committees: Sequence[Committee], *, upload: Upload | None, store: Store, by: User
) -> Document:
    """File a document under one or several committees; without a file only the fact is recorded."""
    title = _check(values, committees)
    document = Document(
        body_id=committees[0].body_id, **{**values, "title": title}, sort_title=sort_key(title), filed_by_id=by.id,
        filings=[DocumentFiling(committee=c) for c in committees],
    )  # fmt: skip
    if upload is not None:
        try:
            stored = files.keep(store.folder, upload.data, upload.name, most_bytes=store.most_bytes)
        except DomainError as error:
            raise DomainError(str(error), field="upload") from error
        document.stored_name, document.file_name = stored.stored_name, stored.file_name
        document.media_type, document.size, document.sha256 = stored.media_type, stored.size, stored.sha256
    db.session.add(document)
    _note_rules(document, committees)
    db.session.flush()
    return document


def version_of(document: Document) -> str:
    """What a form for a document is based on."""
    filed = sorted(filing.committee_id for filing in document.filings)
    return fingerprint([getattr(document, name) for name in sorted(FIELDS)], filed)


def update_document(
    document: Document, values: dict[str, Any], committees: Sequence[Committee], *, version: str,
    may_file: Sequence[Committee], by: User,
) -> Document:  # fmt: skip
    """Correct what is known of a document and where it is filed; only filings under ``may_file`` change.

    Raises Conflict when somebody saved since ``version``.
    """
    db.session.refresh(document, [*FIELDS, "filings"], with_for_update=True)
    if version != version_of(document):
        raise Conflict("Dieses Dokument wurde inzwischen geändert. Nichts wurde überschrieben.")
    changeable = {c.id for c in may_file}
    kept = [f.committee for f in document.filings if f.committee_id not in changeable]
    title = _check(values, [*kept, *committees])
    for name, value in {**values, "title": title}.items():
        setattr(document, name, value)
    document.sort_title = sort_key(title)
    wanted = {c.id: c for c in committees}
    for filing in list(document.filings):
        if filing.committee_id in changeable and filing.committee_id not in wanted:
            document.filings.remove(filing)
    present = {f.committee_id for f in document.filings}
    document.filings.extend(DocumentFiling(committee=c) for i, c in wanted.items() if i not in present)
    _note_rules(document, committees)
    db.session.flush()
    return document


def withdraw_document(document: Document, *, by: User) -> None:
    """Take a document back: only the office still sees it; nothing is deleted."""
    if document.withdrawn_at is not None:
        raise DomainError("Dieses Dokument ist schon zurückgezogen.")
    document.withdrawn_at = now()
    db.session.flush()


def restore_document(document: Document, *, by: User) -> None:
    """Make a withdrawn document available again."""
    document.withdrawn_at = None
    db.session.flush()


def _check(values: dict[str, Any], committees: Sequence[Committee]) -> str:
    title = demand_title(values, FIELDS)
    if not committees:
        raise DomainError("Bitte mindestens ein Gremium wählen.", field="committee_ids")
    return title


def _note_rules(document: Document, committees: Sequence[Committee]) -> None:
    # Filed rules of procedure say that the committee has some (A15); a date stated there already is kept.
    if document.kind is not DocumentKind.RULES_OF_PROCEDURE:
        return
    for committee in committees:
        committee.rules_exist = True
        if committee.rules_adopted_on is None:
            committee.rules_adopted_on = document.adopted_on
