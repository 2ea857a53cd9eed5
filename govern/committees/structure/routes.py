"""The routes of matters between file and tables: what holds is never rewritten, only followed by a newer version."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from govern.committees.models import (
    SINCE_EVER,
    Committee,
    CommitteeKind,
    Level,
    Route,
    RoutePhase,
    RouteStep,
    StepDirection,
    StepPlace,
)
from govern.committees.structure.entries import PartialDate, RouteEntry, RouteStepEntry
from govern.committees.structure.writing import clean
from govern.db import db
from govern.people.models import Body


def routes_of(rows: Iterable[Route], committee_keys: Mapping[int, str]) -> tuple[RouteEntry, ...]:
    """The routes of the tables as a file would say them; of two that begin on one day only the later counts."""
    by_day = {row.starts_on: row for row in sorted(rows, key=lambda row: (row.starts_on, row.id))}
    return tuple(entry_of(row, committee_keys) for row in by_day.values())


def entry_of(row: Route, committee_keys: Mapping[int, str]) -> RouteEntry:
    """A route as a file would say it."""
    first = row.starts_on
    return RouteEntry(
        name=clean(row.name) or "–",
        steps=tuple(_entry_of_step(step, committee_keys) for step in row.steps),
        starts_on=PartialDate(first.year, first.month, first.day) if first > SINCE_EVER else None,
        note=clean(row.note),
        source=clean(row.source),
    )


def with_new_routes(old: tuple[RouteEntry, ...], new: tuple[RouteEntry, ...]) -> tuple[RouteEntry, ...]:
    """The routes of the database, and those of the file that they do not say yet.

    What the file says without a first day holds from the day of the import on, where there is a route already.
    """
    result = list(old)
    for entry in new:
        latest = max(result, key=_first_day, default=None)
        if entry in result or (latest is not None and latest.content == entry.content):
            continue
        result.append(entry)
    return tuple(result)


def add_routes(
    body: Body, known: Iterable[RouteEntry], wanted: Iterable[RouteEntry], committees: Mapping[str, Committee],
    *, effective_on: date,
) -> None:  # fmt: skip
    """Add the routes that the database lacks."""
    held = list(known)
    for entry in wanted:
        if entry in held:
            continue
        stated = entry.starts_on.first_day if entry.starts_on is not None else None
        add_route(body, entry, committees, starts_on=stated or (effective_on if held else SINCE_EVER))
        held.append(entry)


def add_route(
    body: Body, entry: RouteEntry, committees: Mapping[str, Committee], *, starts_on: date, by_id: int | None = None
) -> Route:
    """One more version of the route of a body; the database refuses to change it later."""
    route = Route(body=body, name=entry.name, note=entry.note, source=entry.source, starts_on=starts_on,
                  created_by_id=by_id)  # fmt: skip
    for position, step in enumerate(entry.steps, start=1):
        route.steps.append(_row_of_step(step, position, committees))
    db.session.add(route)
    db.session.flush()
    return route


def faults_of_steps(steps: Sequence[RouteStepEntry]) -> Iterator[tuple[int, tuple[str | int, ...], str]]:
    """What the steps of a route may not say together: (place of the step, field, sentence)."""
    places = {step.key: place for place, step in reversed(list(enumerate(steps)))}
    for place, step in enumerate(steps):
        named = [name for name in ("committee", "committee_kind", "level") if getattr(step, name)]
        if step.place == StepPlace.COMMITTEE and not named:
            sentence = "Bei einem Gremium fehlt, welches: „committee“, „committee_kind“ (Art) oder „level“ (Ebene)."
            yield place, ("place",), sentence
        if step.place and step.place != StepPlace.COMMITTEE and named:
            yield (
                place,
                (named[0],),
                "Ein Gremium, seine Art oder Ebene gibt es nur bei einem Schritt „committee“ (Gremium).",
            )
        if place == 0 and step.needs_resolution:
            yield place, ("needs_resolution",), "Der erste Schritt kann keinen Beschluss brauchen."
        for index, key in enumerate(step.shortcut_to):
            if places.get(key, place + 1) <= place:
                yield (
                    place,
                    ("shortcut_to", index),
                    f"Eine Abkürzung führt nach vorn; „{key}“ liegt nicht hinter diesem Schritt.",
                )


def _first_day(entry: RouteEntry) -> date:
    return entry.starts_on.first_day if entry.starts_on is not None else date.min


def _entry_of_step(row: RouteStep, committee_keys: Mapping[int, str]) -> RouteStepEntry:
    return RouteStepEntry(
        key=row.key, name=clean(row.name) or "–", text=clean(row.text), phase=row.phase.value,
        direction=row.direction.value, place=row.place.value,
        committee=committee_keys.get(row.committee_id) if row.committee_id is not None else None,
        committee_kind=row.committee_kind.value if row.committee_kind else None,
        level=row.level.value if row.level else None, needs_resolution=row.needs_resolution,
        is_optional=row.is_optional, is_local=row.is_local, shortcut_to=tuple(row.shortcut_to),
        note=clean(row.note), source=clean(row.source),
    )  # fmt: skip


def _row_of_step(entry: RouteStepEntry, position: int, committees: Mapping[str, Committee]) -> RouteStep:
    return RouteStep(
        position=position, key=entry.key, name=entry.name, text=entry.text, phase=RoutePhase(entry.phase),
        direction=StepDirection(entry.direction), place=StepPlace(entry.place),
        committee=committees[entry.committee] if entry.committee else None,
        committee_kind=CommitteeKind(entry.committee_kind) if entry.committee_kind else None,
        level=Level(entry.level) if entry.level else None, needs_resolution=entry.needs_resolution,
        is_optional=entry.is_optional, is_local=entry.is_local, shortcut_to=list(entry.shortcut_to),
        note=entry.note, source=entry.source,
    )  # fmt: skip
