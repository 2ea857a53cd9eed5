"""The concepts of a structure file into the tables: what changed is corrected, what is gone ends, texts stay."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from govern.committees.contributions import ConceptStore
from govern.committees.structure.concepts import ENDED_STATES, WantedConcepts, ordered, settled
from govern.committees.structure.entries import ConceptEntry, PartialDate, VersionEntry
from govern.db import db, sort_key
from govern.documents.models import (
    AdoptionResult,
    Concept,
    ConceptBasis,
    ConceptFiling,
    ConceptKind,
    ConceptSending,
    ConceptVersion,
    VersionState,
)
from govern.documents.queries.structure_concepts import list_rows, read_concepts
from govern.documents.services.concepts import demand_nothing_public
from govern.documents.services.versions import lock

_OUT_OF_THE_WAY: Final = 100_000
"""Numbers are unique within a concept: while an order changes, the old ones are put aside."""


def take_concepts(wanted: WantedConcepts) -> None:
    """Bring the concepts to what a file says; nothing is deleted, and what was written here is not changed."""
    known = wanted.known
    rows = {known.ids[row.id]: row for row in list_rows(wanted.body)}
    before = {entry.key: entry for entry in known.entries}
    after: dict[str, ConceptEntry] = {}
    for entry in wanted.wanted:
        old = before.get(entry.key)
        after[entry.key] = entry = settled(old, entry, known) if old is not None else entry
        row = rows.get(entry.key)
        if row is None:
            row = rows[entry.key] = Concept(body_id=wanted.body.id, versions=[])
            db.session.add(row)
        row.key = entry.key
        if old is not None and entry.is_confidential and not old.is_confidential:
            demand_nothing_public(row)
        if old is None or old != entry:
            _take_concept(row, entry, wanted)
    db.session.flush()
    for entry in after.values():
        rows[entry.key].merged_into_id = rows[entry.merged_into].id if entry.merged_into else None
        _Versions(rows[entry.key], before.get(entry.key), entry, wanted).run()
    for key, old in before.items():
        if key not in after and old.ended_on is None and key not in known.kept:
            rows[key].ended_on = wanted.effective_on
            for version in rows[key].versions:
                _end(version, wanted)
    db.session.flush()


CONCEPT_STORE: Final = ConceptStore(read=read_concepts, take=take_concepts)


def _take_concept(row: Concept, entry: ConceptEntry, wanted: WantedConcepts) -> None:
    row.title, row.sort_title, row.kind = entry.title, sort_key(entry.title), ConceptKind(entry.kind)
    row.responsible_id = wanted.organisations[entry.responsible].id if entry.responsible else None
    row.responsible_words, row.revision_rule, row.note = entry.responsible_words, entry.revision_rule, entry.note
    row.is_confidential = bool(entry.is_confidential)
    row.ended_on = entry.ended_on.first_day if entry.ended_on is not None else None
    if [basis.title for basis in row.bases] != list(entry.bases):
        row.bases = [ConceptBasis(position=place, title=title) for place, title in enumerate(entry.bases, start=1)]
    filed = {wanted.committees[key].id: key for key in entry.committees}
    for filing in list(row.filings):
        filing.is_responsible = False
        if filing.committee_id not in filed:
            row.filings.remove(filing)
    db.session.flush()  # the database allows one responsible committee at any moment
    present = {filing.committee_id for filing in row.filings}
    row.filings.extend(ConceptFiling(committee_id=each) for each in filed if each not in present)
    for filing in row.filings:
        filing.is_responsible = filed[filing.committee_id] == entry.lead_committee


class _Versions:
    """The versions of one concept, from the file into the table."""

    def __init__(self, concept: Concept, old: ConceptEntry | None, new: ConceptEntry, wanted: WantedConcepts) -> None:
        self.concept = concept
        self.old = {version.key: version for version in old.versions} if old is not None else {}
        self.new = {version.key: version for version in new.versions}
        self.wanted = wanted
        self.written = wanted.known.written.get(new.key, frozenset())
        self.kept = wanted.known.kept_versions.get(new.key, frozenset())
        self.rows = {wanted.known.version_ids[row.id]: row for row in concept.versions}

    def run(self) -> None:
        """Correct, add, end and order."""
        lock(self.concept.id)
        for key, row in self.rows.items():
            is_out = key not in self.new or self.new[key].state != VersionState.IN_FORCE
            is_ours = key in self.new and key not in self.written
            if is_out and (is_ours or key not in self.kept) and row.state is VersionState.IN_FORCE:
                row.state = VersionState.SUPERSEDED
        db.session.flush()  # the database allows one in force at any moment
        for entry in self.new.values():
            self._take(entry)
        for key, old in self.old.items():
            if key not in self.new and key not in self.kept:
                _end(self.rows[key], self.wanted, was_in_force=old.state == VersionState.IN_FORCE)
        self._order()
        db.session.flush()

    def _take(self, entry: VersionEntry) -> None:
        row = self.rows.get(entry.key)
        if row is None:
            number = max((each.number for each in self.rows.values()), default=0) + 1
            row = self.rows[entry.key] = ConceptVersion(concept_id=self.concept.id, number=number, sendings=[])
            db.session.add(row)
        row.key = entry.key
        if entry.key not in self.written and self.old.get(entry.key) != entry:
            _take_facts(row, entry, self.wanted)
        db.session.flush()

    def _order(self) -> None:
        have = sorted(self.rows, key=lambda key: self.rows[key].number)
        frozen = frozenset(key for key, row in self.rows.items() if row.frozen_at is not None)
        order = ordered(have, list(self.new), frozen)
        if order == have:
            return
        moved = [(n, self.rows[key]) for n, key in enumerate(order, start=1) if self.rows[key].number != n]
        for _number, row in moved:
            row.number += _OUT_OF_THE_WAY
        db.session.flush()
        for number, row in moved:
            row.number = number


def _take_facts(row: ConceptVersion, entry: VersionEntry, wanted: WantedConcepts) -> None:
    row.label, row.status_date, row.state = entry.label, _text(entry.status_date), VersionState(entry.state)
    committees: Mapping[str, int] = {key: committee.id for key, committee in wanted.committees.items()}
    row.adopted_committee_id = committees[entry.adopted_committee] if entry.adopted_committee else None
    row.adopted_by, row.adopted_on = entry.adopted_by, _text(entry.adopted_on)
    row.result = AdoptionResult(entry.result) if entry.result else None
    row.proviso, row.note, row.source = entry.proviso, entry.note, entry.source
    row.in_force_from, row.ended_on = _text(entry.in_force_from), _text(entry.ended_on)
    sent = {(each.recipient, each.sent_on, each.note) for each in row.sendings}
    for sending in entry.sendings:
        facts = (sending.recipient, _text(sending.sent_on), sending.note)
        if facts not in sent:
            row.sendings.append(ConceptSending(recipient=facts[0], sent_on=facts[1], note=facts[2]))


def _end(row: ConceptVersion, wanted: WantedConcepts, *, was_in_force: bool = False) -> None:
    if row.state in ENDED_STATES and not was_in_force:
        return
    is_superseded = was_in_force or row.state is VersionState.IN_FORCE
    row.state = VersionState.SUPERSEDED if is_superseded else VersionState.WITHDRAWN
    last = wanted.effective_on.isoformat()
    row.ended_on = row.ended_on or max(last, row.in_force_from or last)


def _text(day: PartialDate | None) -> str | None:
    return str(day) if day is not None else None
