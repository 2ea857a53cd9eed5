"""What a file would change in concepts and their versions, compared field by field."""

from __future__ import annotations

from collections.abc import Mapping

from govern.committees.structure.concept_fields import CONCEPT, VERSION
from govern.committees.structure.concepts import KnownConcepts, is_ended, ordered, settled
from govern.committees.structure.entries import ConceptEntry, Structure
from govern.committees.structure.plans import Action, FieldChange, Step, changes_of, names_of


def concept_steps(before: Structure, after: Structure, known: KnownConcepts) -> list[Step]:
    """The steps for concepts; a file that names none leaves them all as they are."""
    if not after.concepts:
        return []
    names = names_of(before) | names_of(after)
    old = {concept.key: concept for concept in before.concepts}
    steps: list[Step] = []
    for concept in after.concepts:
        steps += _steps_of(old.pop(concept.key, None), concept, known, names)
    ending = [c for key, c in old.items() if c.ended_on is None and key not in known.kept]
    return steps + [Step(Action.ENDS, "Konzept", concept.title) for concept in ending]


def _steps_of(
    old: ConceptEntry | None, new: ConceptEntry, known: KnownConcepts, names: Mapping[str, str]
) -> list[Step]:
    if old is None:
        fresh = [Step(Action.NEW, "Fassung", version.label, within=new.title) for version in new.versions]
        return [Step(Action.NEW, "Konzept", new.title), *fresh]
    new = settled(old, new, known)
    changes = list(changes_of(CONCEPT, old, new, names))
    before = {version.key: version for version in old.versions}
    order = ordered(list(before), [v.key for v in new.versions], known.frozen.get(new.key, frozenset()))
    if [key for key in order if key in before] != list(before):
        changes.append(FieldChange("Reihenfolge der Fassungen", "", "wie in der Datei"))
    steps = [Step(Action.CHANGED, "Konzept", new.title, changes=tuple(changes))] if changes else []
    for version in new.versions:
        known_one = before.pop(version.key, None)
        if known_one is None:
            steps.append(Step(Action.NEW, "Fassung", version.label, within=new.title))
        elif different := changes_of(VERSION, known_one, version, names):
            steps.append(Step(Action.CHANGED, "Fassung", version.label, within=new.title, changes=different))
    kept = known.kept_versions.get(new.key, frozenset())
    ending = [version for key, version in before.items() if key not in kept and not is_ended(version)]
    return steps + [Step(Action.ENDS, "Fassung", version.label, within=new.title) for version in ending]
