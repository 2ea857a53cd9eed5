"""Read what a meeting still lacks before it can be closed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time

import sqlalchemy as sa

from govern.committees.models import CommitteeKind, RuleKind
from govern.committees.queries.names import short_name_for
from govern.db import db, now
from govern.formats import count, local
from govern.meetings import contributions
from govern.meetings.models import AgendaItem, Attendance, ConflictingText, ItemKind, Meeting
from govern.meetings.queries.attendances import AttendanceFigures, figures, list_attendances, list_guests, list_open
from govern.meetings.queries.implementer_consents import consent_words
from govern.meetings.queries.minutes import item_numbers, list_items, what_is_missing
from govern.meetings.queries.procedures import procedure_of_meeting
from govern.meetings.queries.resolutions import prefix_of, resolution_number
from govern.meetings.queries.rolls import rolls_of
from govern.meetings.votes import count_of, on_the_day
from govern.people.models import NumberRange, User

HEAVY = (RuleKind.QUORUM, RuleKind.OBJECTION_PERIOD, RuleKind.MINUTES_APPROVAL)
"""Rules with which every item and every seat is recorded by hand before the meeting is closed."""


@dataclass(frozen=True)
class Missing:
    """One thing that must be mended before closing, and where."""

    text: str
    item_id: int | None = None
    """The item it concerns; None: the attendance."""


def missing_for_closing(
    meeting: Meeting, items: Sequence[AgendaItem], attendances: Sequence[Attendance]
) -> list[Missing]:
    """Everything that stands against closing, items first in their order."""
    numbers = item_numbers(items)
    ill_fitting = _ill_fitting(meeting, items, attendances)
    found: list[Missing] = []
    for item in items:
        lack = what_is_missing(item)
        if lack:
            found.append(Missing(f"TOP {numbers[item.id]} {item.title}: {lack}", item.id))
        found += [Missing(f"TOP {numbers[item.id]}: {text}", item.id) for text in ill_fitting.get(item.id, [])]
    unrecorded = list_open(attendances)
    if unrecorded:
        found.append(Missing(f"Anwesenheit: {count(len(unrecorded), 'Sitz ist', 'Sitze sind')} noch offen"))
    return found


def _ill_fitting(
    meeting: Meeting, items: Sequence[AgendaItem], attendances: Sequence[Attendance]
) -> dict[int, list[str]]:
    """Item id → counts that do not fit those who, as things are recorded now, could vote."""
    counted = [(i, r, c) for i in items for r in i.resolutions if not r.is_being_voted and (c := count_of(r))]
    if not counted:
        return {}
    procedures = {c.id: procedure_of_meeting(meeting, c) for c in meeting.committees}
    found: dict[int, list[str]] = {}
    for item, resolution, cast in counted:
        vote = next((v for v in resolution.votes if v.committee_id == meeting.committee_id), None)
        when = vote.opened_at if vote else item.done_at
        recused = {r.attendance_id for r in item.recusals if (when is None or r.declared_at <= when)}
        roll = rolls_of(meeting, item, on_the_day(item, when) if when else None, attendances=attendances,
                        recused=recused, findings=meeting.quorum_findings, committees=meeting.committees[:1],
                        procedures=procedures)[meeting.committee_id]  # fmt: skip
        if cast.total > roll.possible:
            found.setdefault(item.id, []).append(
                f"{cast.total} Stimmen gezählt, aber nur {roll.possible} Stimmen im Raum"
            )
    return found


@dataclass(frozen=True)
class ClosingReview:
    """What the review page shows before a meeting is closed."""

    items: Sequence[AgendaItem]
    numbers: dict[int, str]
    figures: AttendanceFigures
    missing: list[Missing]
    next_numbers: dict[int, str]
    """Resolution id → the number it is going to get, as things stand."""
    extras: list[tuple[str, str]]
    """What closing does with what higher packages add to the items: („Arbeitsaufträge", „3, sie werden erteilt")."""
    short_name: str | None
    """A short name to propose for the numbers, where the committee has none."""
    consents: str | None
    """What is to be said of the consent of those who must implement (E-10)."""
    is_light: bool
    """No steering group, and no rule asks for a quorum, objections or an approval: all may come with the same click."""
    to_note: int
    """Items without a result that decide nothing, so that they can only have been noted."""
    to_mark: int
    """Places nobody has recorded."""

    @property
    def in_the_way(self) -> list[Missing]:
        """What must be mended before; a light circle has the rest done with the same click."""
        if not self.is_light:
            return self.missing
        noted = {item.id for item in self.items if is_only_noted(item)}
        return [m for m in self.missing if m.item_id is not None and m.item_id not in noted]


def closing_review(meeting: Meeting, user: User) -> ClosingReview:
    """Everything that closing will freeze, number and issue."""
    items = list_items(meeting)
    attendances = list_attendances(meeting)
    numbers = _next_numbers(meeting, items)
    is_unnamed = bool(numbers) and not meeting.committee.short_name
    rules = procedure_of_meeting(meeting)
    return ClosingReview(
        items=items,
        numbers=item_numbers(items),
        figures=figures(attendances, list_guests(meeting)),
        missing=missing_for_closing(meeting, items, attendances),
        next_numbers=numbers,
        short_name=short_name_for(meeting.committee) if is_unnamed else None,
        extras=_extras(user, items),
        consents=consent_words(meeting, items),
        is_light=meeting.committee.kind is not CommitteeKind.STEERING_GROUP
        and not any(rules.is_on(kind) for kind in HEAVY),
        to_note=sum(1 for item in items if is_only_noted(item)),
        to_mark=len(list_open(attendances)),
    )


def is_only_noted(item: AgendaItem) -> bool:
    """True for an item without a result that decides nothing."""
    return item.result is None and item.kind is not ItemKind.DECISION and not item.resolutions


def proposed_times(meeting: Meeting) -> dict[str, date | time]:
    """When the meeting probably began and ended: as opened and now while its day lasts, else as planned."""
    moment = now()
    if local(moment).date() != local(meeting.starts_at).date() or moment < meeting.starts_at:
        moment = meeting.ends_at
    began = meeting.started_at
    if began is None or local(began).date() != local(meeting.starts_at).date() or began > moment:
        began = meeting.starts_at
    return {
        "began_at": local(began).time().replace(second=0, microsecond=0),
        "ended_on": local(moment).date(),
        "ended_at": local(moment).time().replace(second=0, microsecond=0),
    }


def count_open_conflicts(meeting: Meeting) -> int:
    """Texts that came too late and are not worked in yet."""
    return (
        db.session.scalar(
            sa.select(sa.func.count(ConflictingText.id))
            .join(ConflictingText.item)
            .where(AgendaItem.meeting_id == meeting.id, ConflictingText.settled_at.is_(None))
        )
        or 0
    )


def _extras(user: User, items: Sequence[AgendaItem]) -> list[tuple[str, str]]:
    counted: Counter[tuple[str, str]] = Counter()
    for contribute in contributions.item_sections:
        for sections in contribute(user, items).values():
            counted.update({(s.heading, s.at_closing): len(s.lines) for s in sections if s.at_closing})
    return [(heading, f"{number}, {words}") for (heading, words), number in counted.items()]


def _next_numbers(meeting: Meeting, items: Sequence[AgendaItem]) -> dict[int, str]:
    resolutions = [r for item in items for r in sorted(item.resolutions, key=lambda r: r.id)]
    if not resolutions:
        return {}
    year = resolutions[0].resolved_on.year
    last = db.session.scalar(
        sa.select(NumberRange.last_number).where(
            NumberRange.body_id == meeting.committee.body_id,
            NumberRange.series == f"resolution:{meeting.committee_id}",
            NumberRange.year == year,
        )
    )
    prefix = prefix_of(meeting.committee)
    return {r.id: resolution_number(prefix, year, (last or 0) + n) for n, r in enumerate(resolutions, 1)}
