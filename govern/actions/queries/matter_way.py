"""What the page of a matter shows of its way: the row of steps at the top, what is open, and what happened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time

from govern.actions.models import (
    OPEN_STATES,
    Evaluation,
    EvaluationResult,
    EvaluationState,
    ForwardingState,
    Matter,
    MatterEvent,
    MatterState,
    MatterStep,
    ProjectState,
    StepKind,
    WorkOrder,
)
from govern.actions.queries.chain_links import Link, Stage
from govern.actions.queries.matter_steps import Way, onwards
from govern.actions.queries.matters import OF_REPORTS, Chain
from govern.committees.models import RoutePhase, RouteStep, StepPlace
from govern.formats import at, count, date_text, local, today
from govern.meetings.models import Resolution
from govern.meetings.policies import can_view_resolution
from govern.people.models import User

Step = dict[str, object]
_NOON = time(12)
"""Where a day is all that is known, it stands among the moments of that day."""
_EVENING = time(23, 59)
"""What answers something comes after it, also on the same day."""


@dataclass(frozen=True)
class Entry:
    """One line of the history: an event, a step or an order; a resolution only where its reader may see it."""

    day: date
    moment: datetime
    event: MatterEvent | None = None
    step: MatterStep | None = None
    resolution: Resolution | None = None
    order: WorkOrder | None = None
    link: Link | None = None
    """A Meldung an das Land, on the day it went there."""
    is_answer: bool = False
    """True of a link on the day the Land answered."""
    result: EvaluationResult | None = None
    more: tuple[MatterEvent, ...] = ()
    """Further events of the same kind on the same day: seventeen reports put into a matter are one line."""


def history_of(
    user: User, taken: Sequence[MatterStep], events: Sequence[MatterEvent], chain: Chain,
    evaluations: Sequence[Evaluation],
) -> list[Entry]:  # fmt: skip
    """Events, steps, orders, what went to the Land and what was found of the effect, the newest first.

    Only what ``user`` sees, as ``chain`` and ``evaluations`` hold it.
    """
    entries = [Entry(local(event.happened_at).date(), event.happened_at, event=event) for event in events]
    entries += [Entry(order.issued_on, order.created_at, order=order) for order in chain.orders if order.issued_on]
    entries += _with_the_land(taken, chain)
    entries += [Entry(result.decided_on, result.decided_at, result=result)
                for evaluation in evaluations for result in evaluation.results]  # fmt: skip
    for step in reversed(taken):  # of what was noted in the same second the later step stays above
        found = step.resolution if step.resolution is not None and can_view_resolution(user, step.resolution) else None
        entries.append(Entry(step.taken_on, step.recorded_at, step=step, resolution=found))
    return _bundled(sorted(entries, key=lambda entry: (entry.day, entry.moment), reverse=True))


def _with_the_land(taken: Sequence[MatterStep], chain: Chain) -> list[Entry]:
    # Where the route has a step to the Land, that step says that it went there.
    said = {step.taken_on for step in taken if step.step.place is StepPlace.STATE}
    links = [link for there in chain.stages if there.stage is Stage.FORWARDING for link in there.links]
    sent = [Entry(link.begun, at(link.begun, _NOON), link=link) for link in links
            if link.begun is not None and link.begun not in said]  # fmt: skip
    return sent + [
        Entry(link.ended, at(link.ended, _EVENING), link=link, is_answer=True) for link in links if link.ended
    ]


def _bundled(entries: Sequence[Entry]) -> list[Entry]:
    found: list[Entry] = []
    for entry in entries:
        if found and _is_alike(found[-1].event, entry.event) and found[-1].day == entry.day:
            assert entry.event is not None  # noqa: S101 - alike are two events
            found[-1] = replace(found[-1], more=(*found[-1].more, entry.event))
        else:
            found.append(entry)
    return found


def _is_alike(event: MatterEvent | None, other: MatterEvent | None) -> bool:
    if event is None or other is None or event.kind not in OF_REPORTS or event.reason or other.reason:
        return False
    return (event.kind, event.function, event.other_matter_id) == (other.kind, other.function, other.other_matter_id)


def told_of(taken: Sequence[MatterStep], events: Sequence[MatterEvent]) -> list[Entry]:
    """What authors are told of a matter that they may not read: where it went, never a reason or a resolution (E6)."""
    entries = [Entry(local(event.happened_at).date(), event.happened_at, event=event) for event in events]
    entries += [Entry(step.taken_on, step.recorded_at, step=step) for step in reversed(taken)
                if step.kind is not StepKind.BEGUN]  # fmt: skip
    return sorted(entries, key=lambda entry: (entry.day, entry.moment), reverse=True)


def row_of(matter: Matter, way: Way, chain: Chain, reports: Sequence[str]) -> list[Step]:
    """Where a matter stands on its route, with what is known of each step; of one on no route, in five words."""
    if not way.taken:
        return _plain_row(matter, chain, reports)
    here = way.taken[-1].step.position
    last = {step.step_id: step for step in way.taken}
    row: list[Step] = []
    for step in way.steps:
        visit = last.get(step.id)
        state = _state(matter, step, here, visit)
        if (state == "skipped" and step.is_optional) or (not matter.is_open and state == "next"):
            continue
        row.append({"label": step.name, "note": _notes(step, visit, state, chain, reports), "state": state})
    if not matter.is_open:
        state = "done" if matter.state is MatterState.SETTLED else "stopped"
        row.append({"label": "Ergebnis", "note": [matter.state.label], "state": state})
    return row


def _state(matter: Matter, step: RouteStep, here: int, visit: MatterStep | None) -> str:
    if step.position > here:
        return "next"
    if step.position == here:
        return "now" if matter.is_open else "done"
    return "done" if visit is not None else "skipped"


def _notes(step: RouteStep, visit: MatterStep | None, state: str, chain: Chain, reports: Sequence[str]) -> list[str]:
    if state == "skipped":
        return ["übersprungen"]
    notes = [note for note in reports if note] if step.position == 1 else []
    if visit is None:
        hints = ["bei Bedarf" if step.is_optional else "", "braucht Beschluss" if step.needs_resolution else ""]
        return notes + [hint for hint in hints if hint]
    where = visit.committee.label if visit.committee is not None else step.where
    if where != step.name and step.position > 1:
        notes.append(where)
    day = date_text(visit.taken_on)
    if f"seit {day}" not in notes:
        notes.append(day)
    decided = [resolution for resolution in chain.resolutions if resolution.is_adopted]
    if step.phase is RoutePhase.PLAN and decided and step.committee_id == decided[-1].committee_id:
        notes.append(decided[-1].number or "beschlossen")
    if step.phase is RoutePhase.IMPLEMENT and chain.orders:
        notes.extend(_orders(chain))
    return notes


def _orders(chain: Chain) -> list[str]:
    done = sum(order.state not in OPEN_STATES for order in chain.orders)
    late = sum(
        order.state in OPEN_STATES and order.due_on is not None and order.due_on < today() for order in chain.orders
    )
    words = [f"{count(len(chain.orders), 'Auftrag', 'Aufträge')}, {done} erledigt"]
    return [*words, f"{late} überfällig"] if late else words


def open_points(way: Way, chain: Chain, evaluations: Sequence[Evaluation]) -> list[dict[str, str]]:
    """What a running matter waits for, what is late first; items of a checklist."""
    points = [_point(f"{order.task} ({order.addressee_label})", order.due_on, "Frist", f"/arbeitsauftraege/{order.id}")
              for order in chain.orders if order.state in OPEN_STATES]  # fmt: skip
    points += [_point(f"Bericht: {link.title}" if link.day else f"Auftrag beenden: {link.title}", link.day, "bis",
                      link.url)
               for there in chain.stages if there.stage is Stage.PROJECT
               for link in there.links if link.state != ProjectState.ENDED]  # fmt: skip
    points += [_point(f"Antwort: {link.title}", link.day, "erbeten bis", link.url)
               for there in chain.stages if there.stage is Stage.FORWARDING
               for link in there.links if link.state != ForwardingState.ANSWERED]  # fmt: skip
    points += [_point(f"{evaluation.number}. Wirkungsprüfung", evaluation.due_on, "am",
                      f"/wirkungspruefungen/{evaluation.id}")
               for evaluation in evaluations if evaluation.state is EvaluationState.PLANNED]  # fmt: skip
    following = onwards(way.steps, way.taken[-1].step) if way.taken else []
    points += [
        {
            "state": "todo",
            "text": f"Schritt „{step.name}“" + (", braucht einen Beschluss" if step.needs_resolution else ""),
        }
        for step in following
        if not step.is_optional
    ]
    return sorted(points, key=lambda point: point["state"])


def _point(text: str, due_on: date | None, word: str, url: str) -> dict[str, str]:
    if due_on is None:
        return {"state": "todo", "text": text, "url": url}
    is_late = due_on < today()
    when = f"überfällig seit {date_text(due_on)}" if is_late else f"{word} {date_text(due_on)}"
    return {"state": "bad" if is_late else "todo", "text": f"{text}, {when}", "url": url}


def _plain_row(matter: Matter, chain: Chain, reports: Sequence[str]) -> list[Step]:
    decided = [r for r in chain.resolutions if r.is_adopted]
    reached = 3 if chain.orders else 2 if decided else 1 if chain.committees else 0
    names = ", ".join(chain.committees)
    notes = [
        [note for note in reports if note], [names or "noch kein Thema"],
        [decided[-1].number or "beschlossen"] if decided else ["kein Beschluss bisher"],
        _orders(chain) if chain.orders else ["keine Aufträge"], ["offen" if matter.is_open else matter.state.label],
    ]  # fmt: skip
    labels = ("Meldungen", "Beratung", "Beschluss", "Umsetzung", "Ergebnis")
    row: list[Step] = []
    for place, (label, note) in enumerate(zip(labels, notes, strict=True)):
        state = "done" if place < reached or not matter.is_open else "now" if place == reached else "next"
        if not matter.is_open and reached < place < len(labels) - 1:
            state = "skipped"
        if place == len(labels) - 1 and not matter.is_open and matter.state is not MatterState.SETTLED:
            state = "stopped"
        row.append({"label": label, "note": note, "state": state})
    return row
