"""Concepts as a structure file says them: what the tables hold, and what of it a file does not change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from govern.committees.structure.concepts import KnownConcepts
from govern.committees.structure.entries import ConceptEntry, SendingEntry, VersionEntry
from govern.committees.structure.exporting import day_of, keys_of, made_from, partial_of, texts_of
from govern.committees.structure.writing import clean
from govern.db import db
from govern.documents.models import Concept, ConceptSection, ConceptVersion, VersionState
from govern.people.models import Body


def list_rows(body: Body) -> Sequence[Concept]:
    """All concepts of a body with versions and where they were sent, in a constant number of statements."""
    return db.session.scalars(
        sa.select(Concept)
        .where(Concept.body_id == body.id)
        .options(
            selectinload(Concept.filings), selectinload(Concept.bases),
            selectinload(Concept.versions).selectinload(ConceptVersion.sendings),
        )
        .order_by(Concept.id)
        .execution_options(populate_existing=True)
    ).all()  # fmt: skip


def read_concepts(body: Body, organisations: Mapping[int, str], committees: Mapping[int, str]) -> KnownConcepts:
    """All concepts of a body in the words of the format; takes the keys of organisations and committees by id."""
    rows = list_rows(body)
    keys = keys_of(rows, lambda row: row.title)
    with_text = frozenset(
        db.session.scalars(
            sa.select(ConceptSection.version_id)
            .join(ConceptVersion)
            .join(Concept)
            .where(Concept.body_id == body.id)
            .distinct()
        )
    )
    version_keys: dict[int, str] = {}
    kept, written, frozen = {}, {}, {}
    for row in rows:
        own = _version_keys(row)
        version_keys |= own
        mine = [version for version in row.versions if version.is_open or version.id in with_text]
        written[keys[row.id]] = frozenset(own[version.id] for version in mine)
        frozen[keys[row.id]] = frozenset(own[version.id] for version in row.versions if version.frozen_at is not None)
        by_hand = {own[version.id] for version in row.versions if version.key is None}
        kept[keys[row.id]] = written[keys[row.id]] | by_hand
    return KnownConcepts(
        entries=tuple(_entry(row, keys, version_keys, organisations, committees) for row in rows),
        kept=frozenset(keys[row.id] for row in rows if row.key is None or written[keys[row.id]]),
        kept_versions=kept, written=written, frozen=frozen, ids=keys, version_ids=version_keys,
    )  # fmt: skip


def _version_keys(concept: Concept) -> dict[int, str]:
    keys = {version.id: version.key for version in concept.versions if version.key}
    taken = set(keys.values())
    for version in sorted(concept.versions, key=lambda row: row.id):
        if version.id in keys:
            continue
        stem = key = made_from(version.label)
        number = 1
        while key in taken:
            number += 1
            key = f"{stem}_{number}"
        keys[version.id] = key
        taken.add(key)
    return keys


def _entry(
    row: Concept, keys: Mapping[int, str], version_keys: Mapping[int, str], organisations: Mapping[int, str],
    committees: Mapping[int, str],
) -> ConceptEntry:  # fmt: skip
    filed = sorted(row.filings, key=lambda filing: filing.committee_id)
    lead = next((filing.committee_id for filing in filed if filing.is_responsible), None)
    return ConceptEntry(
        key=keys[row.id],
        title=clean(row.title) or "–",
        kind=row.kind.value,
        responsible=organisations.get(row.responsible_id) if row.responsible_id is not None else None,
        responsible_words=clean(row.responsible_words),
        revision_rule=clean(row.revision_rule),
        bases=tuple(dict.fromkeys(texts_of(basis.title for basis in row.bases))),
        committees=tuple(committees[filing.committee_id] for filing in filed),
        lead_committee=committees[lead] if lead is not None else None,
        is_confidential=row.is_confidential or None,
        merged_into=keys.get(row.merged_into_id) if row.merged_into_id is not None else None,
        ended_on=day_of(row.ended_on),
        versions=tuple(
            _version(version, version_keys, committees)
            for version in sorted(row.versions, key=lambda version: version.number)
        ),
        note=clean(row.note),
    )


def _version(row: ConceptVersion, keys: Mapping[int, str], committees: Mapping[int, str]) -> VersionEntry:
    if row.is_open:
        # What is being written is no history yet: the file says that something is on its way.
        return VersionEntry(
            key=keys[row.id], label=clean(row.label) or "–", status_date=partial_of(row.status_date),
            state=VersionState.PLANNED.value, note=clean(row.note), source=clean(row.source),
        )  # fmt: skip
    adopted = row.adopted_committee_id
    return VersionEntry(
        key=keys[row.id],
        label=clean(row.label) or "–",
        status_date=partial_of(row.status_date),
        state=row.state.value,
        adopted_committee=committees.get(adopted) if adopted is not None else None,
        adopted_by=clean(row.adopted_by),
        adopted_on=partial_of(row.adopted_on),
        result=row.result.value if row.result is not None else None,
        proviso=clean(row.proviso),
        in_force_from=partial_of(row.in_force_from),
        ended_on=partial_of(row.ended_on),
        sendings=tuple(
            SendingEntry(
                recipient=clean(sent.recipient) or "–", sent_on=partial_of(sent.sent_on), note=clean(sent.note)
            )
            for sent in row.sendings
        ),
        note=clean(row.note),
        source=clean(row.source),
    )
