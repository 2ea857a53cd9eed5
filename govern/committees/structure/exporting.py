"""Database → `Structure`: what the tables hold, in the words of the format. Reads only."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date
from typing import Protocol, TypeVar

from govern.committees import contributions, models
from govern.committees.models import Voting
from govern.committees.structure import entries
from govern.committees.structure.concepts import KnownConcepts
from govern.committees.structure.entries import PartialDate, Structure
from govern.committees.structure.fields import SCHEMA_VERSION
from govern.committees.structure.loading import Rows, load_rows
from govern.committees.structure.routes import routes_of
from govern.committees.structure.writing import clean, write_structure
from govern.db import sort_key
from govern.people.models import Organisation
from govern.people.queries.accounts import find_body

_VOTES = {Voting.YES: True, Voting.NO: False, Voting.NOT_STATED: None}


class Keyed(Protocol):
    """A row that the file knows by its key; rows entered by hand have none yet."""

    id: int
    key: str | None


RowT = TypeVar("RowT", bound=Keyed)
EntryT = TypeVar("EntryT")


def exported_file() -> str | None:
    """The structure of this installation as a file, None before there is a body."""
    body = find_body()
    if body is None:
        return None
    heading = (
        f"{body.name}: Kommunen, Organisationen, Gremien, Sitze und Konzepte\n\nDas Format erklärt docs/structure.md."
    )
    return write_structure(structure_of(load_rows(body)), heading=heading)


def structure_of(rows: Rows) -> Structure:
    """What the database holds, as a file would say it."""
    organisation_keys = keys_of(rows.organisations, lambda row: row.name)
    committee_keys = keys_of(rows.committees, lambda row: row.name)
    return Structure(
        schema_version=SCHEMA_VERSION,
        body=_body(rows, committee_keys),
        municipalities=tuple(
            _municipality(row, organisation_keys) for row in rows.organisations if row.is_municipality
        ),
        organisations=tuple(
            _organisation(row, organisation_keys) for row in rows.organisations if not row.is_municipality
        ),
        committees=tuple(
            _committee(row, committee_keys, organisation_keys, _procedure(rows, row.id)) for row in rows.committees
        ),
        concepts=known_concepts(rows).entries,
    )


def known_concepts(rows: Rows) -> KnownConcepts:
    """The concepts of the tables as a file would say them; none where nobody keeps concepts."""
    organisation_keys = keys_of(rows.organisations, lambda row: row.name)
    committee_keys = keys_of(rows.committees, lambda row: row.name)
    for store in contributions.concept_stores:
        return store.read(rows.body, organisation_keys, committee_keys)
    return KnownConcepts()


def keys_of(rows: Iterable[RowT], name: Callable[[RowT], str]) -> dict[int, str]:
    """Row id → key; a row entered by hand gets one made from its name, always the same for the same rows."""
    rows = sorted(rows, key=lambda row: row.id)
    keys = {row.id: row.key for row in rows if row.key}
    taken = set(keys.values())
    for row in rows:
        if row.id in keys:
            continue
        stem = key = made_from(name(row))
        number = 1
        while key in taken:
            number += 1
            key = f"{stem}_{number}"
        keys[row.id] = key
        taken.add(key)
    return keys


def made_from(name: str) -> str:
    """A key that resembles `name`: „AG Übergang“ → `ag_uebergang`."""
    for letter, pair in (("ä", "ae"), ("ö", "oe"), ("ü", "ue")):
        name = name.replace(letter, pair).replace(letter.upper(), pair)
    letters = "".join(sign if sign.isascii() else " " for sign in sort_key(name))
    key = "_".join(letters.split())[:60].rstrip("_")
    return key if key[:1].isalpha() else f"x_{key}".rstrip("_")


def seat_keys_of(committee: models.Committee) -> dict[int, str]:
    """Seat id → key within the committee; a seat that takes the place of another bears the other's key."""
    stated = stated_seat_keys(committee)
    keys: dict[int, str] = {}
    taken: set[tuple[str, date | None]] = set()
    for seat in sorted(committee.seats, key=lambda row: (row.id not in stated, row.id)):
        # Of two seats that run (or ended) together only the first may bear the key of the one both came from.
        stem = key = stated.get(seat.id) or made_from(seat.function)
        number = 1
        while (key, seat.ends_on) in taken:
            number += 1
            key = f"{stem}_{number}"
        keys[seat.id] = key
        taken.add((key, seat.ends_on))
    return keys


def stated_seat_keys(committee: models.Committee) -> dict[int, str]:
    """Seat id → key, for seats that stood in a file themselves or took the place of one that did."""
    by_id = {seat.id: seat for seat in committee.seats}
    stated = {}
    for seat in committee.seats:
        origin: models.Seat | None = seat
        while origin is not None and origin.key is None:
            origin = by_id.get(origin.replaces_id) if origin.replaces_id is not None else None
        if origin is not None and origin.key is not None:
            stated[seat.id] = origin.key
    return stated


def texts_of(texts: Iterable[str] | None) -> tuple[str, ...]:
    """The texts as the file can hold them."""
    return tuple(kept for text in texts or () if (kept := clean(text)))


def _unique(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))


def _name(text: str) -> str:
    return clean(text) or "–"


def day_of(day: date | None) -> PartialDate | None:
    """A day as the file says it."""
    return None if day is None else PartialDate(day.year, day.month, day.day)


def partial_of(text: str | None) -> PartialDate | None:
    """A date to the day, month or year as the file says it."""
    parts = re.fullmatch(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?", text or "")
    return PartialDate(*(int(part) for part in parts.groups() if part)) if parts else None


def _key(keys: dict[int, str], row_id: int | None) -> str | None:
    return None if row_id is None else keys.get(row_id)


def _body(rows: Rows, committee_keys: dict[int, str]) -> entries.BodyEntry:
    row = rows.body
    return entries.BodyEntry(
        key=row.key,
        name=_name(row.name),
        short_name=_name(row.short_name),
        kind=row.kind.value,
        population=row.population,
        municipality_count=row.municipality_count,
        procedure=_procedure(rows, None),
        routes=routes_of(rows.routes, committee_keys),
        note=clean(row.note),
    )


def _municipality(row: Organisation, keys: dict[int, str]) -> entries.MunicipalityEntry:
    return entries.MunicipalityEntry(
        key=keys[row.id],
        name=_name(row.name),
        short_name=clean(row.short_name),
        kind=row.municipality_kind,
        region=clean(row.region),
        population=row.population,
        aliases=_unique(texts_of(alias.name for alias in row.aliases)),
        note=clean(row.note),
        source=clean(row.source),
        ended_on=day_of(row.ended_on),
    )


def _organisation(row: Organisation, keys: dict[int, str]) -> entries.OrganisationEntry:
    return entries.OrganisationEntry(
        key=keys[row.id],
        name=_name(row.name),
        short_name=clean(row.short_name),
        kind=row.kind,
        parent=_key(keys, row.parent_id),
        belongs_to_body=row.belongs_to_body,
        is_collective=row.is_collective,
        aliases=_unique(texts_of(alias.name for alias in row.aliases)),
        note=clean(row.note),
        source=clean(row.source),
        ended_on=day_of(row.ended_on),
    )


def _committee(
    row: models.Committee, keys: dict[int, str], organisation_keys: dict[int, str],
    procedure: tuple[entries.ProcedureRuleEntry, ...],
) -> entries.CommitteeEntry:  # fmt: skip
    seat_keys = seat_keys_of(row)
    running = next((parent for parent in row.parents if parent.ends_on is None), None)
    seats = tuple(_seat(seat, seat_keys, organisation_keys) for seat in row.seats)
    return entries.CommitteeEntry(
        key=keys[row.id],
        name=_name(row.name),
        short_name=clean(row.short_name),
        other_names=tuple(_other_name(name) for name in row.names),
        kind=row.kind.value,
        level=row.level.value if row.level else None,
        status=row.status.value,
        is_kim=row.is_kim,
        is_highest=row.is_highest,
        parent=_key(keys, row.parent_id),
        parent_since=day_of(running.starts_on) if running is not None else None,
        parent_reason=clean(running.reason) if running is not None else None,
        former_parents=tuple(
            entries.FormerParentEntry(
                parent=_key(keys, parent.parent_id),
                starts_on=day_of(parent.starts_on),
                ends_on=ends_on,
                reason=clean(parent.reason),
            )
            for parent in row.parents
            if (ends_on := day_of(parent.ends_on)) is not None
        ),
        merged_into=_key(keys, row.merged_into_id),
        ended_on=day_of(row.ended_on),
        purpose=clean(row.purpose),
        network_relation=clean(row.network_relation),
        opening_reason=clean(row.opening_reason),
        chair=_or_none(
            entries.ChairEntry(
                function=clean(row.chair_function),
                organisation=_key(organisation_keys, row.chair_organisation_id),
                seat=_key(seat_keys, row.chair_seat_id),
            )
        ),
        office=_or_none(
            entries.OfficeEntry(
                function=clean(row.office_function),
                organisation=_key(organisation_keys, row.office_organisation_id),
            )
        ),
        preparation=clean(row.preparation),
        invitation=clean(row.invitation),
        moderation=clean(row.moderation),
        minute_taking=clean(row.minute_taking),
        cadence=_or_none(
            entries.CadenceEntry(
                text=clean(row.cadence_text),
                interval=row.cadence_interval.value if row.cadence_interval else None,
                is_as_needed=row.cadence_as_needed,
            )
        ),
        founded=_or_none(entries.FoundingEntry(date=partial_of(row.founded_on), event=clean(row.founding_event))),
        rules_of_procedure=_or_none(
            entries.ProcedureEntry(
                exists=row.rules_exist, adopted_on=partial_of(row.rules_adopted_on), note=clean(row.rules_note)
            )
        ),
        procedure=procedure,
        max_size=(
            entries.MaximumEntry(persons=row.max_size, is_approximate=row.max_size_approximate)
            if row.max_size is not None
            else None
        ),
        meetings_public=row.meetings_public,
        tasks=texts_of(row.tasks),
        competences=texts_of(row.competences),
        composition_rule=clean(row.composition_rule),
        rules=_rules(row),
        guests_rule=clean(row.guests_rule),
        unresolved_rule=clean(row.unresolved_rule),
        minutes_content=texts_of(row.minutes_content),
        groups=_groups(row, seats),
        seats=seats,
        note=clean(row.note),
        source=clean(row.source),
    )


def _other_name(row: models.CommitteeName) -> entries.NameEntry:
    return entries.NameEntry(
        name=_name(row.name),
        kind=row.kind.value,
        short_name=clean(row.short_name),
        starts_on=day_of(row.starts_on),
        ends_on=day_of(row.ends_on),
        note=clean(row.note),
    )


def _rules(row: models.Committee) -> tuple[entries.RuleEntry, ...]:
    keys = keys_of(row.composition_rules, lambda rule: rule.text)
    return tuple(
        entries.RuleEntry(
            key=keys[rule.id],
            text=_name(rule.text),
            function_contains=_name(rule.function_contains),
            minimum=rule.minimum,
            source=clean(rule.source),
        )
        for rule in row.composition_rules
    )


def entry_of_rule(row: models.ProcedureRule) -> entries.ProcedureRuleEntry:
    """A rule of procedure as a file would say it."""
    return entries.ProcedureRuleEntry(
        kind=row.kind.value,
        state=row.state.value,
        number=row.number,
        mode=row.mode,
        text=clean(row.text),
        source=clean(row.source),
        is_proposal=row.is_proposal,
        starts_on=day_of(row.starts_on) if row.starts_on > models.SINCE_EVER else None,
    )


def _procedure(rows: Rows, committee_id: int | None) -> tuple[entries.ProcedureRuleEntry, ...]:
    order = list(models.RuleKind)
    own = [row for row in rows.procedure if row.committee_id == committee_id]
    return tuple(entry_of_rule(row) for row in sorted(own, key=lambda row: (order.index(row.kind), row.starts_on)))


def _groups(row: models.Committee, seats: Iterable[entries.SeatEntry]) -> tuple[str, ...]:
    headings = _unique(texts_of(group.name for group in row.seat_groups))
    return () if headings == headings_of(seats) else headings


def headings_of(seats: Iterable[entries.SeatEntry]) -> tuple[str, ...]:
    """The headings of the list as the order of the seats gives them."""
    return _unique(seat.group for seat in seats if seat.group is not None)


def _seat(row: models.Seat, keys: dict[int, str], organisation_keys: dict[int, str]) -> entries.SeatEntry:
    represents = entries.RepresentsEntry(
        mode=row.represents_mode.value if row.represents_mode is not None else None,
        scope=clean(row.represents_scope),
        count=row.represents_count,
        organisations=tuple(organisation_keys[organisation.id] for organisation in row.represents),
    )
    return entries.SeatEntry(
        key=keys[row.id],
        group=clean(row.group.name) if row.group is not None else None,
        function=_name(row.function),
        organisations=tuple(organisation_keys[organisation.id] for organisation in row.organisations),
        count=row.person_count,
        participation=row.participation.value,
        is_voting=_VOTES[row.voting],
        represents=_or_none(represents),
        alternatives=_unique(texts_of(row.alternatives)),
        nested_under=_key(keys, row.parent_id),
        is_example=row.is_example,
        note=clean(row.note),
        starts_on=day_of(row.starts_on),
        ends_on=day_of(row.ends_on),
    )


def _or_none(entry: EntryT) -> EntryT | None:
    # A group of fields of which none is stated is not stated itself.
    return None if all(value in (None, ()) for value in vars(entry).values()) else entry
