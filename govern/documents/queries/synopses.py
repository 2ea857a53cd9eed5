"""Two versions of a concept side by side, and one of them as it is handed out."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from govern.db import db, fingerprint, now
from govern.documents.annex_changes import annex_changes
from govern.documents.concept_content import AnnexLine, ChangeLine, ConceptContent
from govern.documents.contributions import CauseLink, change_causes
from govern.documents.models import Concept, ConceptChange, ConceptSection, ConceptVersion
from govern.documents.queries.comments import comments_behind
from govern.documents.queries.concepts import list_versions, versions_with_text
from govern.documents.queries.images import pictures_of
from govern.documents.queries.sections import outline, sections_of
from govern.documents.rendering import reading_order
from govern.documents.sections import SectionText, Tree, from_levels
from govern.documents.synopsis import Synopsis, compare
from govern.documents.synopsis_content import SynopsisContent
from govern.formats import date_text, local, partial_date
from govern.people.models import User

KEPT = 24
"""So many comparisons are kept in memory; what one was made of is part of its name, so none is ever stale."""
_kept: OrderedDict[tuple[str, str, str], Synopsis] = OrderedDict()
_lock = threading.Lock()


@dataclass(frozen=True)
class Comparison:
    """What can be compared, and what was chosen; nothing is chosen while fewer than two versions have a text."""

    versions: Sequence[ConceptVersion]
    old: ConceptVersion | None = None
    new: ConceptVersion | None = None


def tree_of(rows: Sequence[ConceptSection]) -> Tree:
    """Stored sections as a tree."""
    return from_levels(
        (depth, SectionText(row.heading, row.text, row.printed_number, key=row.key))
        for row, depth in reading_order(rows)
    )


def comparison(user: User, concept: Concept, old_id: int | None, new_id: int | None) -> Comparison | None:
    """The two versions asked for; without one the newest and its predecessor. None: no such version to be seen."""
    with_text = versions_with_text(concept)
    versions = [version for version in list_versions(user, concept) if version.id in with_text]
    by_id = {version.id: version for version in versions}
    if any(asked is not None and asked not in by_id for asked in (old_id, new_id)):
        return None
    if len(versions) < 2:
        return Comparison(versions)
    new = by_id[new_id] if new_id is not None else next(v for v in versions if v.id != old_id)
    if old_id is not None:
        return Comparison(versions, by_id[old_id], new)
    before = next((v for v in versions if v.number < new.number), None)
    if before is None:  # the first one: beside the one that follows, the older always as the old one
        return Comparison(versions, new, versions[versions.index(new) - 1])
    return Comparison(versions, before, new)


def synopsis_of(old: ConceptVersion, new: ConceptVersion) -> Synopsis:
    """Two versions compared, with the reasons given while the new one was written; the same texts are compared once."""
    reasons = _reasons(old, new)
    name = print_of(old), print_of(new), fingerprint(sorted(reasons.items()))
    with _lock:
        if name in _kept:
            _kept.move_to_end(name)
            return _kept[name]
    made = compare(tree_of(sections_of(old)), tree_of(sections_of(new)), reasons=reasons)
    with _lock:
        _kept[name] = made
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return made


def _written(old: ConceptVersion, new: ConceptVersion) -> list[int]:
    """Ids of the versions in which the changes between ``old`` and ``new`` were made; none where they do not follow.

    Of versions in between only those that were in force count: others may not be for everybody's eyes.
    """
    written, step = [new.id], new.based_on
    while step is not None and step.id != old.id:
        written += [step.id] if step.was_in_force else []
        step = step.based_on
    return written if step is not None else []


def _reasons(old: ConceptVersion, new: ConceptVersion) -> dict[str, str]:
    """Key → why a section was changed between ``old`` and ``new``."""
    written = _written(old, new)
    found: dict[str, dict[str, None]] = {}
    for key, reason, link in db.session.execute(
        sa.select(ConceptChange.section_key, ConceptChange.reason, ConceptChange.link)
        .where(ConceptChange.version_id.in_(written))
        .order_by(ConceptChange.id)
    ):
        found.setdefault(key, {}).update(dict.fromkeys(word for word in (reason or link,) if word))
    return {key: "; ".join(words) for key, words in found.items() if words}


def _causes(user: User, old: ConceptVersion, new: ConceptVersion) -> dict[str, list[CauseLink]]:
    """Key → what led to the change of a section, as far as ``user`` may see it."""
    found: dict[str, list[CauseLink]] = {}
    written = _written(old, new)
    for contribute in [comments_behind, *change_causes] if written else []:
        for key, links in contribute(user, written).items():
            found.setdefault(key, []).extend(links)
    return found


def print_of(version: ConceptVersion) -> str:
    """What a version is made of: its hash once it is frozen, else how far each section and the annexes were saved."""
    if version.sha256:
        return f"{version.id} {version.sha256}"
    lines = [
        (line.row.id, line.row.key, line.depth, line.number, line.row.heading, line.row.revision)
        for line in outline(version)
    ]
    annexes = f" {version.annex_revision}" if version.annex_revision else ""
    return f"{version.id} {fingerprint(lines)}{annexes}"


def synopsis_content(
    concept: Concept, old: ConceptVersion, new: ConceptVersion, *, only_changes: bool, reader: User | None = None
) -> SynopsisContent:  # fmt: skip
    """The Synopse as it is handed out; with a ``reader`` it names the numbers behind the changes they may see."""
    return SynopsisContent(concept.title, concept.body.name, label_of(old), label_of(new), now(), synopsis_of(old, new),
                           only_changes=only_changes, is_draft=new.is_open,
                           annexes=annex_changes(old.annexes, new.annexes),
                           causes=_causes(reader, old, new) if reader is not None else {})  # fmt: skip


def label_of(version: ConceptVersion) -> str:
    """„Fassung 3.2 (Stand Mai 2026)“."""
    return f"{version.label} (Stand {partial_date(version.status_date)})" if version.status_date else version.label


def concept_content(user: User, version: ConceptVersion, *, folder: Path) -> ConceptContent:
    """A version as it is handed out: the table of what changed since the one before, pictures out of ``folder``."""
    concept, compared = version.concept, comparison(user, version.concept, None, version.id)
    before = compared.old if compared is not None and compared.old is not None else None
    before = before if before is not None and before.number < version.number else None
    return ConceptContent(
        concept.title, concept.body.name, version.label, now(), tree_of(sections_of(version)), _facts(version),
        is_draft=version.is_open, compared_with=label_of(before) if before is not None else "",
        changes=_changes(synopsis_of(before, version)) if before is not None else [],
        stamp=f"Text fest seit {date_text(local(version.frozen_at).date())}, SHA-256: {version.sha256}"
        if version.frozen_at and version.sha256 else "",
        images=pictures_of(version, folder=folder),
        annexes=[AnnexLine(row.number, row.title, row.file_name, row.sha256) for row in version.annexes],
    )  # fmt: skip


def _changes(synopsis: Synopsis) -> list[ChangeLine]:
    return [ChangeLine(change.shown.title, ", ".join(change.marks), change.reason) for change in synopsis.changes]


def _facts(version: ConceptVersion) -> list[tuple[str, str]]:
    adopted = [version.result.label if version.result else "",
               version.adopted_committee.name if version.adopted_committee else version.adopted_by or "",
               partial_date(version.adopted_on) if version.adopted_on else ""]  # fmt: skip
    facts = [
        ("Fassung", version.label),
        ("Stand", partial_date(version.status_date) if version.status_date else "undatiert"),
        ("Status", version.state.label),
        ("Beschluss", ", ".join(word for word in adopted if word)),
        ("Vorbehalt", version.proviso or ""),
        ("In Kraft ab", partial_date(version.in_force_from) if version.in_force_from else ""),
        ("In Kraft bis", partial_date(version.ended_on) if version.ended_on else ""),
    ]
    return [(name, value) for name, value in facts if value]
