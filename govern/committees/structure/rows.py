"""How a value of the file gets into its column; where a field of the format is several columns, all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any, Final

from govern.committees.models import (
    SINCE_EVER,
    CadenceInterval,
    Committee,
    CommitteeKind,
    CommitteeName,
    CommitteeNameKind,
    CommitteeStatus,
    CompositionRule,
    Level,
    ProcedureRule,
    RuleKind,
    RuleState,
)
from govern.committees.structure import entries
from govern.committees.structure.entries import PartialDate
from govern.committees.structure.exporting import entry_of_rule, keys_of
from govern.committees.structure.shapes import Field
from govern.db import db
from govern.people.models import Body, BodyKind, Organisation, OrganisationAlias

BODY_COLUMNS: Final = (
    "key", "name", "short_name", "population", "municipality_count", "note",
)  # fmt: skip
ORGANISATION_COLUMNS: Final = (
    "name", "short_name", "region", "population", "belongs_to_body", "is_collective", "note", "source", "ended_on",
)  # fmt: skip
COMMITTEE_COLUMNS: Final = (
    "name", "short_name", "is_kim", "is_highest", "ended_on", "purpose", "network_relation", "opening_reason",
    "preparation", "invitation", "moderation", "minute_taking", "meetings_public", "composition_rule", "guests_rule",
    "unresolved_rule", "note", "source",
)  # fmt: skip


def differences(of: Iterable[Field], old: Any, new: Any) -> dict[str, Any]:
    """Field → new value, for the fields that differ; all of them when there is no old entry."""
    return {
        each.name: getattr(new, each.name)
        for each in of
        if old is None or getattr(old, each.name) != getattr(new, each.name)
    }


def day(value: PartialDate | None) -> date | None:
    """What a date column holds."""
    return None if value is None else value.first_day


def take_body(row: Body, changed: Mapping[str, Any]) -> None:
    """Write the changed fields of the body."""
    _assign(row, changed, BODY_COLUMNS)
    if "kind" in changed:
        row.kind = BodyKind(changed["kind"])


def take_organisation(row: Organisation, changed: Mapping[str, Any], *, is_municipality: bool) -> None:
    """Write the changed fields of a municipality or organisation, but its parent."""
    row.is_municipality = is_municipality
    _assign(row, changed, ORGANISATION_COLUMNS)
    if is_municipality:
        # What the file calls `kind` of a municipality has a column of its own.
        row.kind = "municipality"
        row.municipality_kind = changed.get("kind", row.municipality_kind)
    elif "kind" in changed:
        row.kind = changed["kind"]
    if "aliases" in changed:
        wanted = dict.fromkeys(changed["aliases"])
        row.aliases = [alias for alias in row.aliases if alias.name in wanted]
        present = {alias.name for alias in row.aliases}
        row.aliases += [OrganisationAlias(name=name) for name in wanted if name not in present]


def take_committee(row: Committee, changed: Mapping[str, Any], organisations: Mapping[str, Organisation]) -> None:
    """Write the changed fields of a committee, but its place in the tree and its seats."""
    _assign(row, changed, COMMITTEE_COLUMNS)
    for name, value in changed.items():
        if name in _SETTERS:
            _SETTERS[name](row, value)
    for part in ("chair", "office"):
        if part in changed:
            _take_part(row, part, changed[part], organisations)
    if "other_names" in changed:
        _take_names(row, changed["other_names"])
    if "rules" in changed:
        _take_rules(row, changed["rules"])


def take_procedure(
    body: Body, committee: Committee | None, rows: Iterable[ProcedureRule],
    wanted: Iterable[entries.ProcedureRuleEntry], *, effective_on: date,
) -> None:  # fmt: skip
    """Add the rules that the database lacks; a rule that has held is never rewritten but replaced from a day on."""
    held = {(row.kind.value, row.starts_on): row for row in rows}
    kinds = {kind for kind, _first in held}
    present = {(kind, first, entry_of_rule(row)) for (kind, first), row in held.items()}
    for entry in wanted:
        is_first = entry.starts_on is None and entry.kind not in kinds
        first = SINCE_EVER if is_first else day(entry.starts_on) or effective_on
        if (entry.kind, SINCE_EVER if entry.starts_on is None else first, entry) in present:
            continue
        row = held.get((entry.kind, first))
        if row is None:
            row = held[entry.kind, first] = ProcedureRule(body=body, committee=committee, starts_on=first)
            row.kind = RuleKind(entry.kind)
            db.session.add(row)
        row.state, row.number, row.mode = RuleState(entry.state), entry.number, entry.mode
        row.text, row.source, row.is_proposal = entry.text, entry.source, entry.is_proposal


def keep_former_name(row: Committee, name: str, short_name: str | None, *, last: date) -> None:
    """Keep `name`, which the committee bore until now, as a former one, unless it is already among its names."""
    if all(other.name != name for other in row.names):
        former = CommitteeName(name=name, short_name=short_name, kind=CommitteeNameKind.FORMER, ends_on=last)
        row.names.append(former)


def _assign(row: Any, changed: Mapping[str, Any], columns: Iterable[str]) -> None:
    for name in columns:
        if name in changed:
            value = changed[name]
            setattr(row, name, value.first_day if isinstance(value, PartialDate) else value)


def _take_part(
    row: Committee, part: str, entry: entries.ChairEntry | entries.OfficeEntry | None,
    organisations: Mapping[str, Organisation],
) -> None:  # fmt: skip
    setattr(row, f"{part}_function", entry.function if entry else None)
    organisation = organisations[entry.organisation] if entry and entry.organisation else None
    setattr(row, f"{part}_organisation_id", organisation.id if organisation else None)


def _set_kind(row: Committee, value: str) -> None:
    row.kind = CommitteeKind(value)


def _set_level(row: Committee, value: str | None) -> None:
    row.level = Level(value) if value else None


def _set_status(row: Committee, value: str) -> None:
    row.status = CommitteeStatus(value)


def _set_cadence(row: Committee, entry: entries.CadenceEntry | None) -> None:
    entry = entry or entries.CadenceEntry()
    row.cadence_text = entry.text
    row.cadence_interval = CadenceInterval(entry.interval) if entry.interval else None
    row.cadence_as_needed = entry.is_as_needed


def _set_founded(row: Committee, entry: entries.FoundingEntry | None) -> None:
    row.founded_on = str(entry.date) if entry and entry.date else None
    row.founding_event = entry.event if entry else None


def _set_procedure(row: Committee, entry: entries.ProcedureEntry | None) -> None:
    entry = entry or entries.ProcedureEntry()
    row.rules_exist = entry.exists
    row.rules_adopted_on = str(entry.adopted_on) if entry.adopted_on else None
    row.rules_note = entry.note


def _set_maximum(row: Committee, entry: entries.MaximumEntry | None) -> None:
    row.max_size = entry.persons if entry else None
    row.max_size_approximate = entry.is_approximate if entry else None


def _list_setter(column: str) -> Callable[[Committee, tuple[str, ...]], None]:
    return lambda row, texts: setattr(row, column, list(texts))


_SETTERS: Final[dict[str, Callable[[Committee, Any], None]]] = {
    "kind": _set_kind,
    "level": _set_level,
    "status": _set_status,
    "cadence": _set_cadence,
    "founded": _set_founded,
    "rules_of_procedure": _set_procedure,
    "max_size": _set_maximum,
    "tasks": _list_setter("tasks"),
    "competences": _list_setter("competences"),
    "minutes_content": _list_setter("minutes_content"),
}


def _take_names(row: Committee, wanted: Iterable[entries.NameEntry]) -> None:
    present = {(name.kind.value, name.name): name for name in row.names}
    kept = []
    for entry in wanted:
        name = present.pop((entry.kind, entry.name), None) or CommitteeName(name=entry.name)
        name.kind = CommitteeNameKind(entry.kind)
        name.short_name, name.note = entry.short_name, entry.note
        name.starts_on, name.ends_on = day(entry.starts_on), day(entry.ends_on)
        kept.append(name)
    row.names = kept


def _take_rules(row: Committee, wanted: Iterable[entries.RuleEntry]) -> None:
    keys = keys_of(row.composition_rules, lambda rule: rule.text)
    present = {keys[rule.id]: rule for rule in row.composition_rules}
    kept = []
    for entry in wanted:
        rule = present.get(entry.key) or CompositionRule()
        rule.key, rule.text, rule.minimum = entry.key, entry.text, entry.minimum
        rule.function_contains, rule.source = entry.function_contains, entry.source
        kept.append(rule)
    row.composition_rules = kept
