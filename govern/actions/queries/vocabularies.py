"""Read the lists of a body: as shipped, with the changes of its coordination."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from govern.actions.models import TermKind, VocabularyTerm
from govern.actions.vocabularies import every_shipped_label, shipped_terms
from govern.committees.models import Committee
from govern.db import db
from govern.people.models import Body, Organisation


@dataclass(frozen=True)
class Term:
    """One entry of a list."""

    key: str
    label: str
    is_offered: bool = True


@dataclass(frozen=True)
class Terms:
    """The three lists of a body, with every label that any report may have."""

    lists: dict[TermKind, dict[str, Term]]

    def offered(self, kind: TermKind) -> list[tuple[str, str]]:
        """Pairs of key and label to choose from."""
        return [(term.key, term.label) for term in self.lists[kind].values() if term.is_offered]

    def label(self, kind: TermKind, key: str | None) -> str | None:
        """The wording of a key, also of one no longer offered; None for none."""
        if key is None:
            return None
        term = self.lists[kind].get(key)
        return term.label if term is not None else every_shipped_label(kind.value).get(key, key)

    def action_field(self, key: str | None) -> str | None:
        """The wording of a field of action."""
        return self.label(TermKind.ACTION_FIELD, key)

    def target_group(self, key: str | None) -> str | None:
        """The wording of a target group."""
        return self.label(TermKind.TARGET_GROUP, key)

    def legal_areas(self, start: str | None, end: str | None) -> str | None:
        """„SGB II", or „AsylbLG → SGB II" of a change."""
        words = [self.label(TermKind.LEGAL_AREA, key) for key in (start, end)]
        if words[0] and words[1] and words[0] != words[1]:
            return f"{words[0]} → {words[1]}"
        return words[0] or words[1]


def terms_of(body: Body) -> Terms:
    """All lists of a body; one statement."""
    rows = db.session.scalars(
        sa.select(VocabularyTerm).where(VocabularyTerm.body_id == body.id).order_by(VocabularyTerm.id)
    ).all()
    return Terms({kind: _list(body, kind, [row for row in rows if row.kind is kind]) for kind in TermKind})


def every_term(body: Body, kind: TermKind) -> dict[str, Term]:
    """One list, with the entries that are switched off."""
    return terms_of(body).lists[kind]


def known_names(body: Body) -> Sequence[str]:
    """Names of institutions, places and committees of a body: nobody's name for the guard."""
    both = sa.select(Organisation.name).where(Organisation.body_id == body.id).union_all(
        sa.select(Committee.name).where(Committee.body_id == body.id)
    )  # fmt: skip
    return db.session.scalars(both).all()


def list_municipalities(body: Body) -> Sequence[Organisation]:
    """Member municipalities of a body, to choose from."""
    return db.session.scalars(
        sa.select(Organisation)
        .where(Organisation.body_id == body.id, Organisation.is_municipality, Organisation.ended_on.is_(None))
        .order_by(Organisation.sort_name)
    ).all()


def _list(body: Body, kind: TermKind, changed: Sequence[VocabularyTerm]) -> dict[str, Term]:
    found = {key: Term(key, label) for key, label in shipped_terms(body.key, kind.value).items()}
    found |= {row.key: Term(row.key, row.label, row.is_offered) for row in changed}
    last = found.pop("other", None) or found.pop("none", None) if kind is not TermKind.TARGET_GROUP else None
    return {**found, last.key: last} if last is not None else found
