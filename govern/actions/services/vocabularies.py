"""Change the lists of a body: add, reword, switch off and on."""

from __future__ import annotations

import sqlalchemy as sa

from govern.actions.models import TermKind, VocabularyTerm
from govern.actions.queries.vocabularies import every_term
from govern.db import db, sort_key
from govern.errors import DomainError
from govern.people.models import Body, User


def add_term(body: Body, kind: TermKind, label: str, *, by: User) -> VocabularyTerm:
    """Add an entry to a list."""
    label = label.strip()
    if not label:
        raise DomainError("Bitte den Eintrag angeben.", field="label")
    taken = every_term(body, kind)
    if any(sort_key(label) == sort_key(known.label) for known in taken.values()):
        raise DomainError("Diesen Eintrag gibt es schon.", field="label")
    key = sort_key(label).replace(" ", "_")[:60] or "eintrag"
    while key in taken:
        key += "_"
    term = VocabularyTerm(body_id=body.id, kind=kind, key=key, label=label)
    db.session.add(term)
    db.session.flush()
    return term


def change_term(body: Body, kind: TermKind, key: str, *, label: str | None = None, is_offered: bool | None = None,
                by: User) -> None:  # fmt: skip
    """Reword an entry, or switch it off or on; reports keep what was chosen."""
    known = every_term(body, kind).get(key)
    if known is None:
        raise DomainError("Diesen Eintrag gibt es nicht.")
    row = db.session.scalars(
        sa.select(VocabularyTerm).where(
            VocabularyTerm.body_id == body.id, VocabularyTerm.kind == kind, VocabularyTerm.key == key
        )
    ).first()
    if row is None:
        row = VocabularyTerm(body_id=body.id, kind=kind, key=key, label=known.label, is_offered=known.is_offered)
        db.session.add(row)
    if label is not None and label.strip():
        row.label = label.strip()
    if is_offered is not None:
        row.is_offered = is_offered
    db.session.flush()
