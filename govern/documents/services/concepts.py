"""What the coordination does with concepts: keep them, say who revises them, merge them into a successor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from govern.committees.models import Committee
from govern.db import db, fingerprint, sort_key
from govern.documents import contributions
from govern.documents.models import Concept, ConceptBasis, ConceptFiling
from govern.documents.services.titles import demand_title
from govern.errors import Conflict, DomainError
from govern.people.models import Body, User

FIELDS = frozenset({"title", "kind", "responsible_id", "responsible_words", "revision_rule", "note", "is_confidential"})
STALE = "Dieses Konzept wurde inzwischen geändert. Nichts wurde überschrieben."


def create_concept(
    body: Body, values: dict[str, Any], committees: Sequence[Committee], *, responsible: Committee | None = None,
    bases: Sequence[str] = (), by: User | None,
) -> Concept:  # fmt: skip
    """Begin to keep a concept; its versions are recorded or written afterwards."""
    title = _check(values, committees, responsible)
    concept = Concept(body_id=body.id, **{**values, "title": title}, sort_title=sort_key(title))
    db.session.add(concept)
    _file(concept, committees, responsible)
    _rest_on(concept, bases)
    db.session.flush()
    return concept


def version_of(concept: Concept) -> str:
    """What a form for a concept is based on."""
    filed = sorted((f.committee_id, f.is_responsible) for f in concept.filings)
    bases = [basis.title for basis in concept.bases]
    values = [getattr(concept, name) for name in sorted(FIELDS)]
    return fingerprint(values, filed, bases, concept.merged_into_id)


def update_concept(
    concept: Concept, values: dict[str, Any], committees: Sequence[Committee], *, responsible: Committee | None,
    bases: Sequence[str], merged_into: Concept | None, version: str, by: User,
) -> Concept:  # fmt: skip
    """Change what is known of a concept. Raises Conflict when somebody saved since ``version``."""
    db.session.refresh(concept, [*FIELDS, "merged_into_id", "filings", "bases"], with_for_update=True)
    if version != version_of(concept):
        raise Conflict(STALE)
    title = _check(values, committees, responsible)
    if values.get("is_confidential") and not concept.is_confidential:
        demand_nothing_public(concept)
    for name, value in {**values, "title": title}.items():
        setattr(concept, name, value)
    concept.sort_title = sort_key(title)
    _merge(concept, merged_into)
    _file(concept, committees, responsible)
    _rest_on(concept, bases)
    db.session.flush()
    return concept


def demand_nothing_public(concept: Concept) -> None:
    """Refuse to make a concept confidential while something of it lies somewhere in public."""
    for find in contributions.before_confidential:
        why_not = find(concept)
        if why_not is not None:
            raise DomainError(why_not, field="is_confidential")


def _merge(concept: Concept, target: Concept | None) -> None:
    above, seen = target, set[int]()
    while above is not None and above.id not in seen:
        if above.id == concept.id:
            raise DomainError("Ein Konzept kann nicht in sich selbst aufgehen, auch nicht auf einem Umweg.",
                              field="merged_into_id")  # fmt: skip
        seen.add(above.id)
        above = above.merged_into
    concept.merged_into = target


def _check(values: dict[str, Any], committees: Sequence[Committee], responsible: Committee | None) -> str:
    title = demand_title(values, FIELDS)
    if responsible is not None and responsible.id not in {c.id for c in committees}:
        raise DomainError("Das verantwortliche Gremium gehört zu denen, unter denen das Konzept abgelegt ist.",
                          field="lead_committee_id")  # fmt: skip
    return title


def _file(concept: Concept, committees: Sequence[Committee], responsible: Committee | None) -> None:
    wanted = {c.id: c for c in committees}
    for filing in list(concept.filings):
        if filing.committee_id not in wanted:
            concept.filings.remove(filing)
        filing.is_responsible = False
    db.session.flush()  # the database allows one responsible committee at any moment
    present = {filing.committee_id for filing in concept.filings}
    concept.filings.extend(ConceptFiling(committee=c, committee_id=i) for i, c in wanted.items() if i not in present)
    for filing in concept.filings:
        filing.is_responsible = responsible is not None and filing.committee_id == responsible.id


def _rest_on(concept: Concept, bases: Sequence[str]) -> None:
    titles = list(dict.fromkeys(text for text in (" ".join(base.split()) for base in bases) if text))
    if [basis.title for basis in concept.bases] != titles:
        concept.bases = [ConceptBasis(position=place, title=title) for place, title in enumerate(titles, start=1)]
