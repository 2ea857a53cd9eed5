"""Take a matter along the route of its body: onwards, over a shortcut, back, or onto a newer route."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from govern.actions.models import LocalOutcome, Matter, MatterStep, StepKind
from govern.actions.queries.matter_steps import Option, load_way, matter_steps, options_of
from govern.actions.small_numbers import demand_no_small_numbers
from govern.committees.models import Committee, RouteStep, StepDirection, StepPlace
from govern.committees.queries.routes import highest_committee_id, route_on
from govern.db import db
from govern.errors import Conflict, DomainError
from govern.formats import date_text, today
from govern.meetings.models import Resolution
from govern.people.models import User

COORDINATION = "Koordination"
STALE = "Die Lücke ist inzwischen einen Schritt weiter; ihr Weg steht auf ihrer Seite."


@dataclass(frozen=True, kw_only=True)
class Move:
    """A step somebody wants a matter to take."""

    step_id: int
    kind: StepKind
    taken_on: date
    function: str = COORDINATION
    reason: str = ""
    committee: Committee | None = None
    outcome: LocalOutcome | None = None
    resolution: Resolution | None = None


def begin_route(
    matter: Matter, *, by: User, like: Matter | None = None, on: date | None = None
) -> MatterStep | None:  # fmt: skip
    """Put a new matter on the first step of the route of today; what was split off stands where its origin stands.

    ``on``: the day on which it began, where that was earlier.
    """
    if like is not None and (taken := matter_steps(like)):
        last = taken[-1]
        return _add(
            matter, last.step, number=1, kind=StepKind.BEGUN, direction=last.direction, committee_id=last.committee_id,
            taken_on=today(), by_id=by.id, function=COORDINATION, resolution_id=last.resolution_id,
            reason=f"Abgetrennt von {like.number}",
        )  # fmt: skip
    route = route_on(matter.body, today())
    if route is None:
        return None
    first = route.steps[0]
    return _add(
        matter, first, number=1, kind=StepKind.BEGUN, direction=first.direction, committee_id=first.committee_id,
        taken_on=on or today(), by_id=by.id, function=COORDINATION,
    )  # fmt: skip


def take_step(matter: Matter, move: Move, *, after: int, by: User) -> MatterStep:
    """Take the next step; ``after`` is how many the person saw. A step that needs a resolution is refused without."""
    db.session.execute(sa.select(Matter.id).where(Matter.id == matter.id).with_for_update())
    db.session.refresh(matter, ["state", "version"])
    way = load_way(matter)
    taken = way.taken
    if len(taken) != after:
        raise Conflict(STALE)
    if not matter.is_open:
        raise Conflict(f"Die Lücke ist inzwischen im Stand „{matter.state.label}“; sie geht keinen Schritt mehr.")
    option = _option(options_of(matter, way), move)
    _check_day(move, taken)
    _check_reason(move, taken)
    demand_no_small_numbers(move.reason, matter.body.small_count_threshold, "reason")
    check_resolution(move.resolution, matter, move.taken_on, is_needed=option.step.needs_resolution)
    committee = _committee(option, move)
    db.session.flush()
    return _add(
        matter, option.step, number=len(taken) + 1, from_step_id=taken[-1].step_id if taken else None, kind=option.kind,
        direction=StepDirection.BACK if option.kind is StepKind.BACK else option.step.direction,
        committee_id=committee.id if committee else None, taken_on=move.taken_on, by_id=by.id,
        function=move.function.strip() or COORDINATION, reason=move.reason.strip() or None, outcome=move.outcome,
        resolution_id=move.resolution.id if move.resolution else None,
    )  # fmt: skip


def check_resolution(found: Resolution | None, matter: Matter, day: date, *, is_needed: bool) -> None:
    """Refuse what needs a resolution of the highest committee and has none, or names one that does not hold (E-31)."""
    if found is None:
        if is_needed:
            message = "Dieser Schritt braucht einen Beschluss. Bitte den Beschluss wählen."
            raise DomainError(message, field="resolution_id")
        return
    if not found.is_adopted or found.cancelled_at is not None:
        raise DomainError("Dieser Beschluss ist nicht gefasst oder aufgehoben.", field="resolution_id")
    if found.item_id is not None and found.number is None:
        raise DomainError("Der Beschluss ist vorläufig, bis die Sitzung abgeschlossen ist.", field="resolution_id")
    if is_needed and found.committee_id != highest_committee_id(matter.body):
        raise DomainError("Es muss ein Beschluss des höchsten KIM-Gremiums sein.", field="resolution_id")
    if found.resolved_on > day:
        raise DomainError(f"Der Beschluss ist erst vom {date_text(found.resolved_on)}.", field="resolution_id")


def _add(matter: Matter, step: RouteStep, **values: object) -> MatterStep:
    row = MatterStep(matter_id=matter.id, step_id=step.id, needs_resolution=step.needs_resolution, **values)
    db.session.add(row)
    db.session.flush()
    return row


def _option(options: Sequence[Option], move: Move) -> Option:
    for option in options:
        if (option.step.id, option.kind) == (move.step_id, move.kind):
            return option
    raise DomainError("Diesen Schritt sieht der Weg von hier aus nicht vor.", field="step")


def _check_day(move: Move, taken: Sequence[MatterStep]) -> None:
    if move.taken_on > today():
        raise DomainError("Der Tag liegt in der Zukunft.", field="taken_on")
    if taken and move.taken_on < taken[-1].taken_on:
        raise DomainError(f"Der vorige Schritt war erst am {date_text(taken[-1].taken_on)}.", field="taken_on")


def _check_reason(move: Move, taken: Sequence[MatterStep]) -> None:
    leaves_local = bool(taken) and taken[-1].step.is_local and move.kind in (StepKind.FORWARD, StepKind.SHORTCUT)
    if leaves_local and move.outcome is None:
        raise DomainError("Bitte angeben, warum die Lücke vor Ort nicht bleibt.", field="outcome")
    if move.outcome is not None and not leaves_local:
        raise DomainError("Das Ergebnis vor Ort gibt es nur, wenn die Lücke von dort weitergeht.", field="outcome")
    if leaves_local and not move.reason.strip():
        raise DomainError("Bitte begründen, was vor Ort versucht wurde und warum es nicht reicht.", field="reason")
    if move.kind not in (StepKind.BEGUN, StepKind.FORWARD) and not move.reason.strip():
        raise DomainError("Bitte begründen: Dieser Schritt weicht vom vorgesehenen Weg ab.", field="reason")


def _committee(option: Option, move: Move) -> Committee | None:
    step, chosen = option.step, move.committee
    if step.place is not StepPlace.COMMITTEE:
        return None
    if step.committee is not None:
        return step.committee
    if chosen is None:
        if option.kind is StepKind.BEGUN:
            return None
        raise DomainError("Bitte das Gremium wählen, bei dem die Lücke dann liegt.", field="committee_id")
    wanted = [(step.committee_kind, chosen.kind), (step.level, chosen.level)]
    if chosen.is_over or any(asked is not None and asked != has for asked, has in wanted):
        raise DomainError(f"Für „{step.name}“ kommt dieses Gremium nicht in Frage.", field="committee_id")
    return chosen
