"""Read the way a matter has gone on the route of its body, and where it may go from there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from govern.actions.models import Matter, MatterStep, StepKind
from govern.committees.contributions import KnownResolution
from govern.committees.models import Committee, RouteStep, StepPlace
from govern.committees.queries.routes import highest_committee_id, route_on
from govern.db import db
from govern.formats import today
from govern.meetings.models import AgendaItem, Meeting, Resolution
from govern.meetings.queries.resolutions import adopted_resolutions
from govern.people.models import User


@dataclass(frozen=True)
class Option:
    """A step that a matter may take next, and how it comes there."""

    step: RouteStep
    kind: StepKind

    @property
    def label(self) -> str:
        """„Weiter: Lenkungsgruppe (braucht einen Beschluss)"."""
        words = f"{OPTION_WORDS[self.kind]}: {self.step.name}"
        where = self.step.where
        if where not in (self.step.name, ""):
            words += f" – {where}"
        return f"{words} (braucht einen Beschluss)" if self.step.needs_resolution else words


OPTION_WORDS = {
    StepKind.BEGUN: "Beginn",
    StepKind.FORWARD: "Weiter",
    StepKind.SHORTCUT: "Auf direktem Weg",
    StepKind.BACK: "Zurück",
    StepKind.MOVED: "Auf den neuen Weg",
}


@dataclass(frozen=True)
class Way:
    """The steps a matter has taken, oldest first, and all steps of the route it is on; both empty before it begins."""

    taken: list[MatterStep]
    steps: list[RouteStep]


def load_way(matter: Matter) -> Way:
    """The way of a matter in one statement, each step with its committee and its resolution.

    Whether a reader may see the resolution is for the page to ask (``can_view_resolution``).
    """
    rows = db.session.execute(_way(), {"matter": matter.id}).all()
    found: list[MatterStep | None] = [row for _step, row in rows]
    taken = sorted((row for row in found if row is not None), key=lambda row: row.number)
    current = taken[-1].step.route_id if taken else None
    return Way(taken, list(dict.fromkeys(step for step, _row in rows if step.route_id == current)))


@cache
def _way() -> sa.Select[RouteStep, MatterStep]:
    matter: Any = sa.bindparam("matter", type_=sa.Integer)
    routes = sa.select(RouteStep.route_id).join(MatterStep, MatterStep.step_id == RouteStep.id)
    return (
        sa.select(RouteStep, MatterStep)
        .outerjoin(MatterStep, sa.and_(MatterStep.step_id == RouteStep.id, MatterStep.matter_id == matter))
        .where(RouteStep.route_id.in_(routes.where(MatterStep.matter_id == matter)))
        .options(joinedload(RouteStep.committee), *_loaded())
        .order_by(RouteStep.position)
    )


def matter_steps(matter: Matter) -> list[MatterStep]:
    """The steps a matter has taken, oldest first; see :func:`load_way`."""
    return steps_of_matters([matter.id]).get(matter.id, [])


def steps_of_matters(ids: Sequence[int]) -> dict[int, list[MatterStep]]:
    """Matter id → the steps it has taken, oldest first, one statement for all."""
    rows = db.session.scalars(
        sa.select(MatterStep)
        .where(MatterStep.matter_id.in_(ids))
        .options(joinedload(MatterStep.step).joinedload(RouteStep.committee), *_loaded())
        .order_by(MatterStep.matter_id, MatterStep.number)
    )
    found: dict[int, list[MatterStep]] = {}
    for row in rows:
        found.setdefault(row.matter_id, []).append(row)
    return found


def _loaded() -> list[Any]:
    resolution = joinedload(MatterStep.resolution)
    meeting = resolution.joinedload(Resolution.item).joinedload(AgendaItem.meeting)
    return [joinedload(MatterStep.committee), resolution.joinedload(Resolution.committee),
            meeting.joinedload(Meeting.committee)]  # fmt: skip


def options_of(matter: Matter, way: Way) -> list[Option]:
    """The steps a matter may take next: onwards, over a shortcut, back, or onto the route that holds today."""
    newest = route_on(matter.body, today())
    if not way.taken:
        return [Option(newest.steps[0], StepKind.BEGUN)] if newest is not None else []
    here, steps = way.taken[-1].step, way.steps
    found = [Option(step, StepKind.FORWARD) for step in onwards(steps, here)]
    ahead = {option.step.id for option in found}
    found += [
        Option(step, StepKind.SHORTCUT) for step in steps if step.key in here.shortcut_to and step.id not in ahead
    ]
    found += [Option(step, StepKind.BACK) for step in reversed(steps) if step.position < here.position]
    if newest is not None and newest.id != here.route_id:
        found += [Option(step, StepKind.MOVED) for step in newest.steps]
    return found


def onwards(steps: Sequence[RouteStep], here: RouteStep) -> list[RouteStep]:
    """The next steps: all optional ones up to the first that every matter takes, and that one."""
    found = []
    for step in steps:
        if step.position > here.position:
            found.append(step)
            if not step.is_optional:
                break
    return found


def committees_for(options: Sequence[Option], matter: Matter) -> Sequence[Committee]:
    """The running committees at which one of these steps may be taken."""
    kinds = {o.step.committee_kind for o in options if o.step.committee_kind is not None}
    levels = {o.step.level for o in options if o.step.level is not None}
    if not kinds and not levels:
        return []
    return db.session.scalars(
        sa.select(Committee)
        .where(
            Committee.body_id == matter.body_id, Committee.ended_on.is_(None), Committee.merged_into_id.is_(None),
            sa.or_(Committee.kind.in_(kinds), Committee.level.in_(levels)),
        )
        .order_by(Committee.sort_name)
    ).all()  # fmt: skip


def deciding_resolutions(user: User, matter: Matter) -> list[KnownResolution]:
    """Adopted resolutions that let a matter take a step that needs one; those taken on the matter itself come first."""
    highest = highest_committee_id(matter.body)
    if highest is None:
        return []
    own = set(own_resolution_ids(matter))
    return sorted(adopted_resolutions(user, [highest]), key=lambda known: known.id not in own)


def proposed_resolution_id(matter: Matter, known: Sequence[KnownResolution], way: Way) -> int | None:
    """The newest resolution taken on the matter itself that no earlier step rests on."""
    used = {step.resolution_id for step in way.taken}
    own = set(own_resolution_ids(matter)) - used
    return next((resolution.id for resolution in known if resolution.id in own), None)


def proposed_for_state(matter: Matter, known: Sequence[KnownResolution]) -> int | None:
    """The resolution to propose for a forwarding to the Land, where the route asks for one."""
    way = load_way(matter)
    needs_one = any(step.place is StepPlace.STATE and step.needs_resolution for step in way.steps)
    return proposed_resolution_id(matter, known, way) if needs_one else None


def own_resolution_ids(matter: Matter) -> list[int]:
    """Resolutions taken at agenda items of the topics of a matter."""
    return list(db.session.scalars(
        sa.select(Resolution.id).join(AgendaItem, AgendaItem.id == Resolution.item_id)
        .where(AgendaItem.topic_id.in_([link.topic_id for link in matter.topics]))
    ))  # fmt: skip
