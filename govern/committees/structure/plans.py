"""What a file would change: the structure of the database and that of the file, compared field by field."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any, Final, TypeVar

from govern.committees.structure import entries, fields
from govern.committees.structure.entries import CommitteeEntry, PartialDate, SeatEntry, Structure
from govern.committees.structure.exporting import headings_of
from govern.committees.structure.labels import LABELS, PART_LABELS
from govern.committees.structure.routes import with_new_routes
from govern.committees.structure.shapes import Choice, Entry, Field, Key, ListOf, Shape
from govern.formats import today

_KEPT: Final = ("starts_on", "parent_since", "parent_reason")
"""Fields that stay as they are when the file does not state them."""
NOT_STATED: Final = "nicht angegeben"

EntryT = TypeVar("EntryT", entries.MunicipalityEntry, entries.OrganisationEntry, CommitteeEntry)


class Action(StrEnum):
    """What happens to an entry."""

    NEW = "new"
    CHANGED = "changed"
    ENDS = "ends"

    @property
    def label(self) -> str:
        return {"new": "neu", "changed": "geändert", "ends": "endet"}[self.value]


@dataclass(frozen=True)
class FieldChange:
    """One field of an entry before and after."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Step:
    """One entry that is new, changes or ends."""

    action: Action
    noun: str
    """„Gremium“, „Sitz“, „Organisation“, „Kommune“, „Körperschaft“, „Konzept“ or „Fassung“."""
    name: str
    within: str | None = None
    """The committee of a seat, the concept of a version."""
    changes: tuple[FieldChange, ...] = ()


@dataclass(frozen=True)
class Plan:
    """All that taking over a file would change, in the order of the file."""

    steps: tuple[Step, ...]

    @property
    def is_empty(self) -> bool:
        """True when the database already says what the file says."""
        return not self.steps

    def of(self, action: Action) -> tuple[Step, ...]:
        """The steps of one kind."""
        return tuple(step for step in self.steps if step.action == action)

    @property
    def summary(self) -> str:
        """„3 neu, 1 geändert, 0 enden“."""
        count = Counter(step.action for step in self.steps)
        ends = count[Action.ENDS]
        return f"{count[Action.NEW]} neu, {count[Action.CHANGED]} geändert, {ends} {'endet' if ends == 1 else 'enden'}"


@dataclass(frozen=True)
class KeptKeys:
    """Keys of entries that were entered by hand and never stood in a file: they do not end."""

    organisations: frozenset[str] = frozenset()
    committees: frozenset[str] = frozenset()
    seats: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Key of the committee → keys of such seats."""


def compare(before: Structure | None, after: Structure, *, kept: KeptKeys | None = None) -> Plan:
    """What changes when `after` is taken over; `kept` names entries that do not end though the file lacks them."""
    kept = kept or KeptKeys()
    names = names_of(after) | (names_of(before) if before is not None else {})
    steps: list[Step] = []
    if before is None:
        steps.append(Step(Action.NEW, "Körperschaft", after.body.name))
        before = Structure(schema_version=after.schema_version, body=after.body)
    elif changes := changes_of(fields.BODY, before.body, aligned(before.body, after.body), names):
        steps.append(Step(Action.CHANGED, "Körperschaft", after.body.name, changes=changes))
    steps += _steps(
        "Kommune", fields.MUNICIPALITY, before.municipalities, after.municipalities, names, kept.organisations
    )
    steps += _steps("Organisation", fields.ORGANISATION, before.organisations, after.organisations, names,
                    kept.organisations)  # fmt: skip
    steps += _steps("Gremium", fields.COMMITTEE, before.committees, after.committees, names, kept.committees)
    steps += _order_of_committees(before, after)
    old_committees = {committee.key: committee for committee in before.committees}
    for committee in after.committees:
        steps += _seat_steps(
            old_committees.get(committee.key), committee, names, kept.seats.get(committee.key, frozenset())
        )
    return Plan(tuple(steps))


def current_seats(committee: CommitteeEntry) -> dict[str, SeatEntry]:
    """The seats that have not ended, by key."""
    return {seat.key: seat for seat in committee.seats if seat.ends_on is None}


def ended_seats(committee: CommitteeEntry) -> dict[tuple[str, PartialDate], SeatEntry]:
    """The seats that have ended, by key and last day."""
    return {(seat.key, seat.ends_on): seat for seat in committee.seats if seat.ends_on is not None}


def ending_seats(old: CommitteeEntry, new: CommitteeEntry) -> set[str]:
    """Keys of running seats to which the file gives a last day; an older one of the same key is only added."""
    before, past = current_seats(old), ended_seats(old)
    return {
        key
        for key, last in ended_seats(new)
        if (key, last) not in past and key in before and (before[key].starts_on or last) <= last
    }


def keeps_order(old: Iterable[str], new: Iterable[str]) -> bool:
    """True if the entries that both lists hold stand in the same order in both."""
    old, new = list(old), list(new)
    shared = set(old) & set(new)
    return [key for key in old if key in shared] == [key for key in new if key in shared]


def aligned(old: Any, new: Any) -> Any:
    """`new`, filled up from `old` where leaving a field out does not take anything back.

    A first day that the file does not state stays; former names, former parents and rules of procedure are history
    and are only added to; an order that means nothing is that of the database.
    """
    changes: dict[str, Any] = {}
    for name in _KEPT:
        if getattr(new, name, ()) is None:
            changes[name] = getattr(old, name)
    if isinstance(new, CommitteeEntry):
        changes |= _aligned_committee(old, new)
    if isinstance(new, CommitteeEntry | entries.BodyEntry):
        changes["procedure"] = with_new_rules(old.procedure, new.procedure)
    if isinstance(new, entries.BodyEntry):
        changes["routes"] = with_new_routes(old.routes, new.routes)
    if isinstance(new, SeatEntry):
        changes |= _aligned_represents(old, new)
    if hasattr(new, "aliases") and set(new.aliases) == set(old.aliases):
        changes["aliases"] = old.aliases
    return replace(new, **changes) if changes else new


def _aligned_committee(old: CommitteeEntry, new: CommitteeEntry) -> dict[str, Any]:
    history = [name for name in old.other_names if name.kind != "alias" and not _is_among(name, new.other_names)]
    names = (*new.other_names, *history)
    parents = (*(parent for parent in old.former_parents if parent not in new.former_parents), *new.former_parents)
    changes: dict[str, Any] = {
        "other_names": old.other_names if _same(old.other_names, names) else names,
        "former_parents": old.former_parents if _same(old.former_parents, parents) else parents,
    }
    for group in ("chair", "office", "cadence", "founded", "rules_of_procedure"):
        entry = getattr(new, group)
        if entry is not None and all(value is None for value in vars(entry).values()):
            changes[group] = None
    ordered, known = wanted_groups(new), wanted_groups(old)
    if set(new.groups) <= set(known) and keeps_order(known, ordered):
        changes["groups"] = old.groups
    return changes


def with_new_rules(
    old: tuple[entries.ProcedureRuleEntry, ...], new: tuple[entries.ProcedureRuleEntry, ...]
) -> tuple[entries.ProcedureRuleEntry, ...]:
    """The rules of procedure of the database, and those of the file that they do not say yet.

    A rule that has held stays as it is: what the file says otherwise holds from the day of the import on, which
    an entry without a first day stands for here. Only the rule of a day to come is corrected.
    """
    result = list(old)
    for entry in new:
        place = next((i for i, known in enumerate(old) if _same_place(known, entry)), None)
        latest = max((e for e in result if e.kind == entry.kind), key=_first_day, default=None)
        if place is None and (latest is None or entry.starts_on is not None):
            result.append(entry)
        elif place is not None and old[place].content == entry.content:
            continue
        elif place is not None and _first_day(entry) > today():
            result[place] = entry
        elif latest is None or latest.content != entry.content:
            result.append(replace(entry, starts_on=None))
    return tuple(result)


def _same_place(known: entries.ProcedureRuleEntry, entry: entries.ProcedureRuleEntry) -> bool:
    return (known.kind, known.starts_on) == (entry.kind, entry.starts_on)


def _first_day(entry: entries.ProcedureRuleEntry) -> date:
    return entry.starts_on.first_day if entry.starts_on is not None else date.min


def _aligned_represents(old: SeatEntry, new: SeatEntry) -> dict[str, Any]:
    if new.represents is None or old.represents is None:
        return {}
    if set(new.represents.organisations) != set(old.represents.organisations):
        return {}
    return {"represents": replace(new.represents, organisations=old.represents.organisations)}


def wanted_groups(committee: CommitteeEntry) -> tuple[str, ...]:
    """The headings of the list in their order, as the file wants them."""
    return tuple(dict.fromkeys((*committee.groups, *headings_of(committee.seats))))


def _is_among(name: entries.NameEntry, names: Iterable[entries.NameEntry]) -> bool:
    return any((other.kind, other.name) == (name.kind, name.name) for other in names)


def _same(old: Iterable[Any], new: Iterable[Any]) -> bool:
    return Counter(old) == Counter(new)


def _steps(
    noun: str,
    entry: Entry,
    old: Iterable[EntryT],
    new: Iterable[EntryT],
    names: Mapping[str, str],
    kept: frozenset[str],
) -> list[Step]:
    before = {each.key: each for each in old}
    steps = []
    each: EntryT
    for each in new:
        if each.key not in before:
            steps.append(Step(Action.NEW, noun, each.name))
        elif changes := changes_of(entry, before[each.key], aligned(before[each.key], each), names):
            steps.append(Step(Action.CHANGED, noun, each.name, changes=changes))
        before.pop(each.key, None)
    ending = [each for key, each in before.items() if each.ended_on is None and key not in kept]
    return steps + [Step(Action.ENDS, noun, each.name) for each in ending]


def _seat_steps(
    old: CommitteeEntry | None, new: CommitteeEntry, names: Mapping[str, str], kept: frozenset[str]
) -> list[Step]:
    if old is None:
        # The seats of a new committee are counted with it; naming each would bury what matters.
        return [Step(Action.NEW, "Sitz", seat_name(seat, names), within=new.name) for seat in new.seats]
    names = {**names, **{f"seats.{seat.key}": seat.function for seat in (*old.seats, *new.seats)}}
    before, after = current_seats(old), current_seats(new)
    ending = ending_seats(old, new)
    steps = [
        Step(Action.ENDS if key in ending else Action.NEW, "Sitz", seat_name(seat, names), within=new.name)
        for (key, _last), seat in ended_seats(new).items()
        if (key, _last) not in ended_seats(old)
    ]
    for key, seat in after.items():
        if key not in before or key in ending:
            steps.append(Step(Action.NEW, "Sitz", seat_name(seat, names), within=new.name))
        elif changes := changes_of(fields.SEAT, before[key], aligned(before[key], seat), names):
            steps.append(Step(Action.CHANGED, "Sitz", seat_name(seat, names), within=new.name, changes=changes))
    for key, seat in before.items():
        if key not in after and key not in ending and key not in kept:
            steps.append(Step(Action.ENDS, "Sitz", seat_name(seat, names), within=new.name))
    if not keeps_order(before, after):
        change = FieldChange("Reihenfolge der Sitze", "", "wie in der Datei")
        steps.append(Step(Action.CHANGED, "Gremium", new.name, changes=(change,)))
    return steps


def _order_of_committees(before: Structure, after: Structure) -> list[Step]:
    steps = []
    names = {committee.key: committee.name for committee in after.committees}
    old, new = siblings(before), siblings(after)
    for parent, keys in new.items():
        if not keeps_order(old.get(parent, ()), keys):
            change = FieldChange("Reihenfolge der Gremien darunter", "", "wie in der Datei")
            steps.append(Step(Action.CHANGED, "Gremium", names.get(parent, "Oberste Ebene"), changes=(change,)))
    return steps


def siblings(structure: Structure) -> dict[str, list[str]]:
    """Key of the parent (empty for none) → keys of the committees below it, in order."""
    below: dict[str, list[str]] = {}
    for committee in structure.committees:
        below.setdefault(committee.parent or "", []).append(committee.key)
    return below


def changes_of(entry: Entry, old: Any, new: Any, names: Mapping[str, str]) -> tuple[FieldChange, ...]:
    """The fields in which two entries differ; seats and versions are entries of their own."""
    changes: list[FieldChange] = []
    for each in entry.fields:
        before, after = getattr(old, each.name), getattr(new, each.name)
        if each.name not in ("seats", "versions") and before != after:
            changes += _field_changes(LABELS[each.name], each, before, after, names)
    return tuple(changes)


def _field_changes(
    label: str, of: Field, before: Any, after: Any, names: Mapping[str, str]
) -> Iterable[FieldChange]:  # fmt: skip
    if isinstance(of.shape, Entry) and before is not None and after is not None:
        for part in of.shape.fields:
            old, new = getattr(before, part.name), getattr(after, part.name)
            if old != new:
                yield from _field_changes(f"{label}, {PART_LABELS[part.name]}", part, old, new, names)
    elif isinstance(of.shape, ListOf) and before and after:
        yield _list_change(label, of.shape, before, after, names)
    else:
        yield FieldChange(label, shown(of, before, names), shown(of, after, names))


def _list_change(
    label: str, shape: ListOf, before: tuple[Any, ...], after: tuple[Any, ...], names: Mapping[str, str]
) -> FieldChange:
    # Long lists differ in a word or two: only those are shown.
    gone = "; ".join(_shown(shape.item, item, names) for item in before if item not in after)
    come = "; ".join(_shown(shape.item, item, names) for item in after if item not in before)
    if not gone and not come:
        return FieldChange(label, "", "andere Reihenfolge")
    return FieldChange(label, f"ohne {gone}" if gone and not come else gone, f"dazu {come}" if come else "")


def shown(of: Field, value: Any, names: Mapping[str, str]) -> str:
    """A value as people read it."""
    if of.name == "count" and value is None:
        return "Zahl offen"
    return _shown(of.shape, value, names)


def _shown(shape: Shape, value: Any, names: Mapping[str, str]) -> str:
    if value is None or value == ():
        return NOT_STATED
    if isinstance(shape, ListOf):
        return "; ".join(_shown(shape.item, item, names) for item in value)
    if isinstance(shape, Entry):
        stated = [(each, getattr(value, each.name)) for each in shape.fields]
        return ", ".join(_shown(each.shape, part, names) for each, part in stated if part not in (None, (), False))
    if isinstance(shape, Choice):
        return shape.words.get(value, value)
    if isinstance(shape, Key) and shape.to is not None:
        return names.get(f"{shape.to}.{value}", value)
    if isinstance(value, bool):
        return "ja" if value else "nein"
    return str(value)


def seat_name(seat: SeatEntry, names: Mapping[str, str]) -> str:
    """„Caritasverband …: Führungsebene“."""
    institutions = ", ".join(names.get(f"organisations.{key}", key) for key in seat.organisations[:3])
    more = " und weitere" if len(seat.organisations) > 3 else ""
    return f"{institutions}{more}: {seat.function}" if institutions else seat.function


def names_of(structure: Structure) -> dict[str, str]:
    """How people call what keys stand for: "organisations.amt" → „Amt für Integration"."""
    names = {f"organisations.{entry.key}": entry.name for entry in structure.municipalities}
    names |= {f"organisations.{entry.key}": entry.name for entry in structure.organisations}
    names |= {f"committees.{entry.key}": entry.name for entry in structure.committees}
    return names | {f"concepts.{entry.key}": entry.title for entry in structure.concepts}
