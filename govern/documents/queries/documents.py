"""Read filed documents. Lists start from what a person may see."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from govern import search
from govern.db import db, kept, number_of_rows
from govern.documents.models import Document, DocumentFiling, DocumentKind
from govern.documents.policies import viewable_by
from govern.people.models import User

PAGE_SIZE = 50


def list_documents(
    user: User, *, text: str = "", kind: DocumentKind | None = None, committee_id: int | None = None, page: int = 1
) -> tuple[Sequence[Document], int]:
    """One page of the documents ``user`` may see, by kind and title, and how many there are in all."""
    wanted = [viewable_by(user)]
    if text.strip():
        wanted.append(search.found_in(Document, text))
    if kind is not None:
        wanted.append(Document.kind == kind)
    if committee_id is not None:
        wanted.append(_filed_under(committee_id))
    total = db.session.scalar(sa.select(sa.func.count()).select_from(Document).where(*wanted)) or 0
    rows = db.session.scalars(
        sa.select(Document)
        .where(*wanted)
        .options(selectinload(Document.filings).joinedload(DocumentFiling.committee))
        .order_by(_kind_order(), Document.sort_title, Document.id)
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    ).all()
    return rows, total


def list_committee_documents(
    user: User, committee_id: int, *, text: str = "", most: int
) -> tuple[Sequence[Document], bool]:
    """The first of what is filed under a committee and ``user`` may see, rules of procedure first (A15).

    Also says whether there is more.
    """
    statement = _of_committee(user)
    if text.strip():
        statement = statement.where(search.found_in(Document, text))
    found = db.session.scalars(statement, {"committee": committee_id, "most": most + 1}).all()
    return found[:most], len(found) > most


@kept
def _of_committee(user: User) -> sa.Select[Document]:
    return (
        sa.select(Document)
        .where(viewable_by(user), _filed_under(sa.bindparam("committee", type_=sa.Integer)))
        .order_by(Document.withdrawn_at.is_not(None), _kind_order(), Document.sort_title, Document.id)
        .limit(number_of_rows("most"))
    )


def load_document(document: Document) -> Document:
    """The document with the committees it is filed under."""
    return db.session.scalars(
        sa.select(Document)
        .where(Document.id == document.id)
        .options(selectinload(Document.filings).joinedload(DocumentFiling.committee), joinedload(Document.filed_by))
    ).one()


def _filed_under(committee_id: Any) -> sa.ColumnElement[bool]:
    return Document.id.in_(sa.select(DocumentFiling.document_id).where(DocumentFiling.committee_id == committee_id))


def _kind_order() -> sa.ColumnElement[int]:
    places = {kind.value: place for place, kind in enumerate(DocumentKind)}
    return sa.case(places, value=sa.cast(Document.kind, sa.Text))
