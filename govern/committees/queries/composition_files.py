"""What the files of a composition say, from the composition of a day (B12)."""

from __future__ import annotations

from collections.abc import Callable

from govern.committees.composition_content import CompositionFile
from govern.committees.models import Mandate, Seat
from govern.committees.queries.compositions import ComposedGroup, Composition, FilledSeat
from govern.committees.queries.histories import name_on
from govern.formats import count, partial_date

SeesNames = Callable[[Seat], bool]


def file_of(composed: Composition, *, sees_names: SeesNames) -> CompositionFile:
    """What the page of the composition says, for a file; ``sees_names`` says whose holders its reader may know."""
    committee, day = composed.committee, composed.day
    founded = committee.founded_on
    before = founded is not None and founded > day.isoformat()
    numbers = {filled.seat.id: n for n, filled in enumerate(composed, start=1)}
    groups = () if before else tuple(
        (_heading(group, composed), tuple(_line(f, numbers[f.seat.id], group.name, sees_names) for f in group.seats))
        for group in composed.groups
    )  # fmt: skip
    return CompositionFile(committee=name_on(committee, day), day=day, groups=groups, total=(
        f"Noch nicht gegründet: Gegründet wurde das Gremium {_on(founded)}." if before and founded else _total(composed)
    ))  # fmt: skip


def _heading(group: ComposedGroup, composed: Composition) -> str:
    return group.name or ("Ohne Überschrift" if len(composed.groups) > 1 else "")


def _on(founded: str) -> str:
    return f"am {partial_date(founded)}" if len(founded) == len("2026-05-26") else partial_date(founded)


def _total(composed: Composition) -> str:
    if not composed.entry_count:
        return "An diesem Tag gab es keine Sitze."
    persons = "Person" if composed.person_count == 1 else "Personen"
    total = f"{composed.total_text} {persons}" if composed.person_count else "Offene Zahl von Personen"
    vacant = f", {composed.vacancies} vakant" if composed.vacancies else ""
    return f"{total} in {count(composed.entry_count, 'Eintrag', 'Einträgen')}{vacant}"


def _line(filled: FilledSeat, number: int, group: str | None, sees_names: SeesNames) -> tuple[str, ...]:
    seat = filled.seat
    function = " oder ".join((seat.function, *seat.alternatives))
    holders, deputies = _persons(filled, sees=sees_names(seat))
    places = str(seat.person_count) if seat.person_count is not None else "offen"
    institutions = ", ".join(organisation.name for organisation in seat.organisations)
    return (str(number), group or "", function, institutions, _speaks_for(seat), places, seat.participation.label,
            seat.voting.label.removeprefix("Stimmrecht "), holders, deputies, seat.note or "")  # fmt: skip


def _persons(filled: FilledSeat, *, sees: bool) -> tuple[str, str]:
    vacant = "vakant" if filled.seat.person_count is not None else "niemand benannt"
    if not sees:
        return "besetzt" if filled.holders else vacant, "benannt" if filled.holders and filled.deputies else ""
    names = [_name(mandate) for mandate in filled.holders]
    if not names:
        names = [vacant]
    elif filled.vacancies:
        names.append(f"{filled.vacancies} von {filled.seat.person_count} vakant")
    return "; ".join(names), "; ".join(_name(mandate) for mandate in filled.deputies)


def _name(mandate: Mandate) -> str:
    invented = " (erfunden)" if mandate.person.is_invented else ""
    more = [mandate.function_held, mandate.organisation.name if mandate.organisation else None]
    return ", ".join([f"{mandate.person.name}{invented}", *(word for word in more if word)])


def _speaks_for(seat: Seat) -> str:
    if not (seat.represents_mode or seat.represents_scope):
        return ""
    words = [seat.represents_mode.label if seat.represents_mode else "", seat.represents_scope or ""]
    names = ", ".join(organisation.name for organisation in seat.represents)
    return ": ".join(word for word in words if word) + (f" ({names})" if names else "")
