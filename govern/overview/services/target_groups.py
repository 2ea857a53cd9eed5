"""Bring the yearly figures of target groups from an office's table, and release them masked (E14)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain, combinations

import sqlalchemy as sa

from govern.db import db
from govern.errors import Conflict, DomainError
from govern.formats import today
from govern.overview.models import TargetGroupCount, TargetGroupRelease, TargetGroupYear
from govern.overview.queries.target_groups import (
    cells_of,
    figures_of,
    figures_to_publish,
    find_release,
    list_choices,
    newest_version,
)
from govern.overview.target_groups import Line, to_content
from govern.overview.target_tables import ReadCount, read_table
from govern.people.models import Body, User


@dataclass(frozen=True, kw_only=True)
class Told:
    """What is said about a table beside its numbers."""

    year: int
    as_of: date
    source: str
    file_name: str


@dataclass(frozen=True)
class Preview:
    """What a table would bring: its numbers, what each was before, and what it no longer names."""

    counts: Sequence[ReadCount]
    places: Sequence[Line]
    groups: Sequence[Line]
    before: dict[tuple[str, str], int]
    number: int
    """Of the version that counts now; 0 before the first."""

    @property
    def amounts(self) -> dict[tuple[str, str], int]:
        return {(str(count.place), count.group): count.amount for count in self.counts}

    @property
    def silent(self) -> list[str]:
        """Municipalities without a single number."""
        named = {str(count.place) for count in self.counts}
        return [words for key, words in self.places if key not in named]

    @property
    def dropped(self) -> int:
        """How many numbers of the version before would no longer stand there."""
        return len(self.before.keys() - self.amounts.keys())

    @property
    def changes_nothing(self) -> bool:
        return self.before == self.amounts


def preview_table(body: Body, data: bytes, told: Told) -> Preview:
    """What a table would bring. Raises FaultyRosterError naming every faulty cell."""
    _demand_possible(told)
    newest = newest_version(body, told.year)
    before = {key: row.amount for key, row in cells_of(newest).items()} if newest is not None else {}
    choices, towns, groups = list_choices(body, told.as_of, {group for _place, group in before})
    counts = read_table(data, choices)
    used = {count.group for count in counts} | {group for _place, group in before}
    shown = [line for line in groups if line[0] in used]
    return Preview(counts, towns, shown, before, newest.number if newest is not None else 0)


def take_over_table(body: Body, data: bytes, told: Told, *, based_on: int, by: User) -> TargetGroupYear:
    """Keep a table as the version of its year that counts. Raises Conflict when somebody brought one meanwhile."""
    db.session.execute(sa.select(Body.id).where(Body.id == body.id).with_for_update())
    preview = preview_table(body, data, told)
    if preview.number != based_on:
        raise Conflict(
            "Inzwischen wurde für dieses Jahr eine andere Tabelle übernommen. Bitte prüfen Sie die Vorschau."
        )
    version = TargetGroupYear(
        body_id=body.id, year=told.year, number=based_on + 1, as_of=told.as_of, source=told.source,
        file_name=told.file_name, function=by.function_label, created_by_id=by.id,
        counts=[
            TargetGroupCount(municipality_id=count.place, target_group=count.group, amount=count.amount,
                             cell=count.cell)
            for count in preview.counts
        ],
    )  # fmt: skip
    db.session.add(version)
    db.session.flush()
    return version


def release_year(body: Body, year: int, *, seen: int, by: User) -> TargetGroupRelease:
    """Let everybody read the masked figures of a year; there is no second version (D-53)."""
    db.session.execute(sa.select(Body.id).where(Body.id == body.id).with_for_update())
    version = newest_version(body, year)
    if version is None:
        raise DomainError(f"Für {year} liegen keine Zahlen vor.")
    if find_release(body, year) is not None:
        raise DomainError("Dieses Jahr ist schon freigegeben. Eine zweite Fassung würde verdeckte Zahlen verraten.")
    if version.number != seen:
        raise Conflict(
            "Inzwischen wurde für dieses Jahr eine andere Tabelle übernommen. Bitte prüfen Sie die Vorschau."
        )
    _demand_no_sum(version)
    release = TargetGroupRelease(
        body_id=body.id, year=year, version_id=version.id, threshold=body.small_count_threshold,
        is_rounded=body.rounds_counts, content=to_content(figures_to_publish(version)), released_by_id=by.id,
    )  # fmt: skip
    db.session.add(release)
    db.session.flush()
    return release


def _demand_no_sum(version: TargetGroupYear) -> None:
    """Refuse groups of which one is the sum of others: what is hidden of one followed from the rest (D-51)."""
    words = dict(figures_of(version).groups)
    amounts: dict[str, dict[str, int]] = {group: {} for group in words}
    for (place, group), row in cells_of(version).items():
        amounts[group][place] = row.amount
    for whole in words:
        others = [group for group in words if group != whole]
        for parts in chain.from_iterable(combinations(others, size) for size in (2, 3)):
            if _is_sum(amounts[whole], [amounts[part] for part in parts]):
                names = f"{', '.join(f'„{words[part]}“' for part in parts[:-1])} und „{words[parts[-1]]}“"
                raise DomainError(
                    f"„{words[whole]}“ ist überall die Summe von {names}. Was in einer dieser Zielgruppen verdeckt "
                    "wird, ließe sich aus den anderen errechnen. Bitte lassen Sie eine davon aus der Tabelle."
                )


def _is_sum(whole: dict[str, int], parts: list[dict[str, int]]) -> bool:
    """In every municipality that gave all of them; one alone may be chance."""
    common = [place for place in whole if all(place in part for part in parts)]
    filled = [place for place in common if sum(1 for part in parts if part[place]) > 1]
    return len(filled) > 1 and all(whole[place] == sum(part[place] for part in parts) for place in common)


def _demand_possible(told: Told) -> None:
    if told.as_of > today():
        raise DomainError("Der Stichtag liegt in der Zukunft.", field="as_of")
    if not date(told.year, 1, 1) <= told.as_of <= date(told.year + 1, 3, 31):
        possible = f"1. Januar {told.year} bis 31. März {told.year + 1}"
        sentence = f"Der Stichtag passt nicht zum Jahr {told.year}: möglich ist der {possible}."
        raise DomainError(sentence, field="as_of")
