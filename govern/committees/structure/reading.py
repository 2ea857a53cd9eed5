"""Bytes of a file → a `Structure`, or every fault with its line."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TypeVar, cast

from govern.committees.concept_words import VersionState
from govern.committees.models import RuleKind, RuleState
from govern.committees.procedures import MODES, UNITS
from govern.committees.structure.entries import (
    BodyEntry,
    CommitteeEntry,
    ConceptEntry,
    PartialDate,
    ProcedureRuleEntry,
    RouteEntry,
    RouteStepEntry,
    SeatEntry,
    Structure,
    VersionEntry,
)
from govern.committees.structure.faults import FaultyStructureError
from govern.committees.structure.fields import STRUCTURE
from govern.committees.structure.nodes import read_nodes
from govern.committees.structure.routes import faults_of_steps
from govern.committees.structure.shapes import Path, Reading
from govern.formats import today

T = TypeVar("T")

_Above = dict[str, tuple[str, Path]]
"""Key → key of the entry above it, and where that is written."""


def read_structure(data: bytes, *, body: tuple[str, str] | None = None) -> Structure:
    """What the file says; with `body` (key and name) only a file of that body is accepted.

    Raises FaultyStructureError with all faults of the file: first those of the YAML itself, and once that can be
    read, those of fields, values and references together.
    """
    root = read_nodes(data)
    reading = Reading()
    structure = cast("Structure | None", STRUCTURE.read(root, "", (), reading))
    if structure is not None:
        _Checks(structure, reading).run()
        found = cast("BodyEntry | None", structure.body)
        if body is not None and found is not None and found.key not in ("", body[0]):
            sentence = f"Die Datei gehört zu „{found.name}“, diese Installation führt „{body[1]}“."
            reading.report(reading.lines[("body", "key")], sentence)
    if reading.faults or structure is None:
        raise FaultyStructureError(reading.faults)
    return structure


class _Checks:
    """The rules that concern more than one field: keys that occur twice, references to nowhere, cycles."""

    def __init__(self, structure: Structure, reading: Reading) -> None:
        self.structure = structure
        self.reading = reading
        self.organisations: dict[str, Path] = {}
        self.committees: dict[str, Path] = {}
        self.concepts: dict[str, Path] = {}

    def run(self) -> None:
        """Report every broken rule."""
        noun = "eine Kommune oder Organisation"
        for path, municipality in _with_paths("municipalities", self.structure.municipalities):
            self._add_key(self.organisations, municipality.key, path, noun)
        for path, organisation in _with_paths("organisations", self.structure.organisations):
            self._add_key(self.organisations, organisation.key, path, noun)
        for path, committee in _with_paths("committees", self.structure.committees):
            self._add_key(self.committees, committee.key, path, "ein Gremium")
        for path, concept in _with_paths("concepts", self.structure.concepts):
            self._add_key(self.concepts, concept.key, path, "ein Konzept")
        if self.structure.body is not None:
            self._check_procedure(self.structure.body.procedure, ("body",))
            self._check_routes(self.structure.body.routes)
        self._check_organisations()
        self._check_committees()
        self._check_highest()
        self._check_concepts()

    def _check_organisations(self) -> None:
        parents: _Above = {}
        for path, organisation in _with_paths("organisations", self.structure.organisations):
            if organisation.parent:
                place = (*path, "parent")
                self._check_organisation(organisation.parent, place)
                parents[organisation.key] = (organisation.parent, place)
        self._check_cycles(parents, "Die Organisationen sind im Kreis einander zugeordnet")

    def _check_committees(self) -> None:
        parents: _Above = {}
        mergers: _Above = {}
        for path, committee in _with_paths("committees", self.structure.committees):
            for field, above in (("parent", parents), ("merged_into", mergers)):
                key = getattr(committee, field)
                if key:
                    self._check_committee_key(key, (*path, field))
                    above[committee.key] = (key, (*path, field))
            self._check_parts(committee, path)
            self._check_seats(committee, path)
        self._check_cycles(parents, "Die Gremien sind im Kreis untereinander gehängt")
        self._check_cycles(mergers, "Die Gremien gehen im Kreis ineinander auf")

    def _check_highest(self) -> None:
        first: Path | None = None
        for path, committee in _with_paths("committees", self.structure.committees):
            if not committee.is_highest:
                continue
            place = (*path, "is_highest")
            if first is not None:
                line = self._line(first)
                self._report(place, f"Höchstes KIM-Gremium kann nur eines sein; es steht schon in Zeile {line}.")
            first = first or place
            if committee.parent:
                self._report((*path, "parent"), "Das höchste KIM-Gremium kann nicht unter einem anderen stehen.")
            if committee.is_kim is False:
                self._report(place, "Das höchste KIM-Gremium muss ein KIM-Gremium sein („is_kim: true“).")

    def _check_parts(self, committee: CommitteeEntry, path: Path) -> None:
        for field, part in (("chair", committee.chair), ("office", committee.office)):
            if part is not None and part.organisation:
                self._check_organisation(part.organisation, (*path, field, "organisation"))
        for place, name in _with_paths("other_names", committee.other_names, path):
            self._check_period(name.starts_on, name.ends_on, place)
        for place, former in _with_paths("former_parents", committee.former_parents, path):
            self._check_period(former.starts_on, former.ends_on, place)
            if former.parent:
                self._check_committee_key(former.parent, (*place, "parent"))
            if former.parent and former.parent == committee.key:
                self._report((*place, "parent"), "Ein Gremium kann nicht unter sich selbst gestanden haben.")
        self._check_procedure(committee.procedure, path)
        rules: dict[str, Path] = {}
        for place, rule in _with_paths("rules", committee.rules, path):
            self._add_key(rules, rule.key, place, "eine Regel dieses Gremiums")

    def _check_procedure(self, rules: Iterable[ProcedureRuleEntry | None], path: Path) -> None:
        seen: dict[tuple[str, PartialDate | None], Path] = {}
        for place, rule in _with_paths("procedure", rules, path):
            if not rule.kind:
                continue
            kind = RuleKind(rule.kind)
            if (first := seen.setdefault((rule.kind, rule.starts_on), place)) is not place:
                line = self._line((*first, "kind"))
                self._report(place, f"Die Regel „{kind.label}“ steht für denselben Tag schon in Zeile {line}.")
            for field in ("number", "mode"):
                if getattr(rule, field) is not None and rule.state and rule.state != RuleState.ON:
                    self._report((*place, field), f"„{field}“ steht nur bei einer Regel, die gilt („state: on“).")
            if rule.number is not None and kind not in UNITS:
                self._report((*place, "number"), f"Die Regel „{kind.label}“ kennt keine Zahl.")
            known = [mode.value for mode in MODES.get(kind, ())]
            if rule.mode and rule.mode not in known:
                allowed = f"Erlaubt sind: {', '.join(known)}." if known else "Sie kennt kein „mode“."
                self._report((*place, "mode"), f"Die Regel „{kind.label}“ kennt „{rule.mode}“ nicht. {allowed}")

    def _check_routes(self, routes: Iterable[RouteEntry | None]) -> None:
        days: dict[PartialDate | None, Path] = {}
        for path, route in _with_paths("routes", routes, ("body",)):
            if (first := days.setdefault(route.starts_on, path)) is not path:
                self._report(path, f"Für denselben ersten Tag steht schon ein Weg in Zeile {self._line(first)}.")
            if not route.steps and (*path, "steps") not in self.reading.broken:
                self._report((*path, "steps"), "Ein Weg hat mindestens einen Schritt.")
            self._check_steps(_with_paths("steps", route.steps, path))

    def _check_steps(self, steps: list[tuple[Path, RouteStepEntry]]) -> None:
        keys: dict[str, Path] = {}
        known = [step.key for _path, step in steps]
        for path, step in steps:
            self._add_key(keys, step.key, path, "ein Schritt dieses Weges")
            if step.committee:
                self._check_committee_key(step.committee, (*path, "committee"))
            for index, key in enumerate(step.shortcut_to):
                self._check_reference(key, (*path, "shortcut_to", index), known, "Den Schritt", "in diesem Weg")
        for place, field, sentence in faults_of_steps([step for _path, step in steps]):
            self._report((*steps[place][0], *field), sentence)

    def _check_seats(self, committee: CommitteeEntry, path: Path) -> None:
        # A seat that ended may bear the same key as the one that took its place.
        current: dict[str, Path] = {}
        ended: dict[str, Path] = {}
        for place, seat in _with_paths("seats", committee.seats, path):
            if seat.ends_on is None:
                self._add_key(current, seat.key, place, "ein Sitz dieses Gremiums")
            else:
                self._add_key(ended, f"{seat.key} bis {seat.ends_on}", place, "ein Sitz dieses Gremiums")
        keys = {seat.key for _, seat in _with_paths("seats", committee.seats)}
        above: _Above = {}
        for place, seat in _with_paths("seats", committee.seats, path):
            self._check_seat(seat, place)
            if seat.nested_under:
                nested = (*place, "nested_under")
                self._check_reference(seat.nested_under, nested, keys, "Den Sitz", "in diesem Gremium")
                above[seat.key] = (seat.nested_under, nested)
        self._check_cycles(above, "Die Sitze sind im Kreis untereinander gestellt")
        if committee.chair is not None and committee.chair.seat:
            self._check_reference(committee.chair.seat, (*path, "chair", "seat"), keys, "Den Sitz", "in diesem Gremium")

    def _check_seat(self, seat: SeatEntry, path: Path) -> None:
        self._check_period(seat.starts_on, seat.ends_on, path)
        for index, key in enumerate(seat.organisations):
            self._check_organisation(key, (*path, "organisations", index))
        represents = seat.represents
        if represents is None:
            return
        for index, key in enumerate(represents.organisations):
            self._check_organisation(key, (*path, "represents", "organisations", index))
        named = len(represents.organisations)
        if represents.count is not None and named > represents.count:
            place = (*path, "represents", "count")
            self._report(place, f"„count“ ist {represents.count}, genannt sind aber {named} Stellen.")

    def _check_concepts(self) -> None:
        mergers: _Above = {}
        for path, concept in _with_paths("concepts", self.structure.concepts):
            if concept.responsible:
                self._check_organisation(concept.responsible, (*path, "responsible"))
            for index, key in enumerate(concept.committees):
                self._check_committee_key(key, (*path, "committees", index))
            lead = concept.lead_committee
            if lead and lead not in concept.committees:
                sentence = f"„{lead}“ ist verantwortlich, steht aber nicht unter „committees“."
                self._report((*path, "lead_committee"), sentence)
            if concept.merged_into:
                place = (*path, "merged_into")
                self._check_reference(concept.merged_into, place, self.concepts, "Das Konzept", "in dieser Datei")
                mergers[concept.key] = (concept.merged_into, place)
            self._check_versions(concept, path)
        self._check_cycles(mergers, "Die Konzepte gehen im Kreis ineinander auf")

    def _check_versions(self, concept: ConceptEntry, path: Path) -> None:
        keys: dict[str, Path] = {}
        running: Path | None = None
        for place, version in _with_paths("versions", concept.versions, path):
            self._add_key(keys, version.key, place, "eine Fassung dieses Konzepts")
            if version.adopted_committee:
                self._check_committee_key(version.adopted_committee, (*place, "adopted_committee"))
            self._check_dates(version, place)
            if version.state != VersionState.IN_FORCE:
                continue
            if running is not None:
                line = self._line((*running, "state"))
                self._report((*place, "state"), f"In Kraft ist nur eine Fassung; es ist schon die in Zeile {line}.")
            running = running or place

    def _check_dates(self, version: VersionEntry, path: Path) -> None:
        starts, ends = version.in_force_from, version.ended_on
        if starts is not None and ends is not None and ends.first_day < starts.first_day:
            self._report((*path, "ended_on"), f"„ended_on“ ({ends}) liegt vor „in_force_from“ ({starts}).")
        if version.state == VersionState.IN_FORCE and ends is not None:
            self._report((*path, "ended_on"), "Was in Kraft ist, hat noch kein Ende.")
        if version.state == VersionState.IN_FORCE and starts is not None and starts.first_day > today():
            self._report((*path, "in_force_from"), "Dieser Tag kommt erst: Bis dahin ist der Stand „adopted“.")

    # What the checks above are made of

    def _check_period(self, starts: PartialDate | None, ends: PartialDate | None, path: Path) -> None:
        if starts is not None and ends is not None and ends < starts:
            self._report((*path, "ends_on"), f"„ends_on“ ({ends}) liegt vor „starts_on“ ({starts}).")

    def _add_key(self, keys: dict[str, Path], key: str, path: Path, noun: str) -> None:
        if not key:
            return
        if key in keys:
            line = self._line((*keys[key], "key"))
            self._report((*path, "key"), f"Das Kürzel „{key}“ hat schon {noun} in Zeile {line}.")
        else:
            keys[key] = path

    def _check_organisation(self, key: str, path: Path) -> None:
        if not self._is_broken("organisations") and not self._is_broken("municipalities"):
            self._check_reference(key, path, self.organisations, "Die Organisation oder Kommune", "in dieser Datei")

    def _check_committee_key(self, key: str, path: Path) -> None:
        if not self._is_broken("committees"):
            self._check_reference(key, path, self.committees, "Das Gremium", "in dieser Datei")

    def _check_reference(self, key: str, path: Path, known: Collection[str], noun: str, where: str) -> None:
        if key and key not in known:
            hint = self.reading.suggestion(key, known)
            self._report(path, f"{noun} „{key}“ gibt es {where} nicht.{hint}")

    def _check_cycles(self, above: _Above, sentence: str) -> None:
        done: set[str] = set()
        for start in above:
            chain: dict[str, int] = {}
            key = start
            while key in above and key not in done and key not in chain:
                chain[key] = len(chain)
                key = above[key][0]
            if key in chain:
                ring = list(chain)[chain[key] :]
                shown = " → ".join([*ring[:8], "…"] if len(ring) > 8 else [*ring, key])
                self._report(above[ring[-1]][1], f"{sentence}: {shown}.")
            done.update(chain)

    def _is_broken(self, section: str) -> bool:
        return (section,) in self.reading.broken

    def _line(self, path: Path) -> int:
        lengths = range(len(path), -1, -1)
        return next(line for length in lengths if (line := self.reading.lines.get(path[:length])) is not None)

    def _report(self, path: Path, sentence: str) -> None:
        self.reading.report(self._line(path), sentence, path)


def _with_paths(section: str, entries: Iterable[T | None], above: Path = ()) -> list[tuple[Path, T]]:
    # An entry that could not be read is None here; it has been reported.
    return [((*above, section, index), entry) for index, entry in enumerate(entries) if entry is not None]
