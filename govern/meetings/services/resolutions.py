"""Take resolutions in a meeting, record earlier ones, cancel one with a reason."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import sqlalchemy as sa

from govern.committees.models import Committee
from govern.db import db, now
from govern.documents.merging import clean_text
from govern.errors import Conflict, DomainError
from govern.formats import local, today
from govern.meetings.models import (
    AgendaItem,
    Implementation,
    ItemPurpose,
    ItemResult,
    Resolution,
    ResolutionOutcome,
    ResolutionReference,
    VoteMode,
)
from govern.meetings.queries.resolutions import prefix_of, resolution_number
from govern.meetings.rolls import Roll
from govern.meetings.services import phases, votes
from govern.meetings.services.consents import require_consent
from govern.meetings.votes import Count
from govern.people.models import User
from govern.people.services.number_ranges import next_number

OWN_NUMBER = re.compile(r"-B-\d{4}-\d+$")
"""How numbers given at closing end; nobody types such a number by hand."""

BEFORE_PROVISO = re.compile(r"unter\s+(?:dem\s+)?vorbehalt\s*:\s*", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What was resolved and how (C10): with counts only where they were counted."""

    text: str
    outcome: ResolutionOutcome
    is_adopted: bool = True
    """For a counted outcome it follows from the counts, but for a tie where the chair decides."""
    votes_yes: int | None = None
    votes_no: int | None = None
    votes_abstain: int | None = None
    further: Mapping[int, Count] = field(default_factory=dict)
    """Committee id → its count, for the further committees of a joint meeting (E-20)."""
    proviso: str = ""


def take_resolution(item: AgendaItem, decision: Decision, *, by: User) -> Resolution:
    """Record a resolution at an item; it is numbered when the meeting is closed. Sent twice it is recorded once.

    Who could vote is written down with it. Refused where the committee's rule asks for a quorum that is not there.
    """
    phases.require_in_session(item.meeting)
    _lock(item)
    resolution = Resolution(
        committee_id=item.meeting.committee_id,
        resolved_on=local(item.meeting.starts_at).date(),
        is_public=item.is_public,
    )
    rolls = votes.rolls_at(item, now())
    counts = votes.check_counts(rolls, _counts_of(decision, item.meeting.committee_id))
    _fill(resolution, decision)
    _settle(resolution, decision, counts, item, rolls)
    for known in item.resolutions:
        if _same(known, resolution):
            return known
    require_consent(item)
    votes.require_quorum(rolls)
    item.resolutions.append(resolution)
    votes.freeze(resolution, rolls, counts)
    set_result(item)
    db.session.flush()
    return resolution


def change_resolution(resolution: Resolution, decision: Decision, *, version: int, by: User) -> None:
    """Change a resolution while the meeting runs. Raises Conflict when somebody changed it after ``version``.

    The roll is called again for the moment of the vote, so that a corrected attendance counts. What was voted by name
    or in secret keeps its result: only the wording changes.
    """
    item = _item_in_session(resolution)
    if resolution.version != version:
        raise Conflict("Dieser Beschluss wurde inzwischen geändert. Nichts wurde überschrieben.")
    if votes.has_ballots(resolution):
        _fill(resolution, decision)
        db.session.flush()
        return
    opened_at = votes.opened_at(resolution)
    rolls = votes.rolls_at(item, opened_at or now(), is_earlier=opened_at is not None)
    counts = votes.check_counts(rolls, _counts_of(decision, item.meeting.committee_id))
    _fill(resolution, decision)
    _settle(resolution, decision, counts, item, rolls)
    votes.freeze(resolution, rolls, counts)
    set_result(item)
    db.session.flush()


def remove_resolution(resolution: Resolution, *, by: User) -> None:
    """Take back what was only noted, with what it refers to: while the meeting runs, before there is a number."""
    item = _item_in_session(resolution)
    db.session.execute(sa.delete(ResolutionReference).where(ResolutionReference.resolution_id == resolution.id))
    item.resolutions.remove(resolution)
    set_result(item)
    db.session.flush()


def cancel_resolution(resolution: Resolution, reason: str, *, by: User) -> None:
    """Cancel a numbered resolution: it stays in the register with its number and the reason (E-21)."""
    # The row alone: PostgreSQL locks no outer joins, and how the resolution was loaded may have brought some.
    db.session.execute(sa.select(Resolution.id).where(Resolution.id == resolution.id).with_for_update())
    db.session.refresh(resolution, ["number", "cancelled_at"])
    if resolution.number is None:
        raise DomainError("Nur ein nummerierter Beschluss lässt sich aufheben.")
    if resolution.cancelled_at is not None:
        raise DomainError("Dieser Beschluss ist schon aufgehoben.")
    if not reason.strip():
        raise DomainError("Bitte den Grund angeben.", field="reason")
    resolution.cancelled_at = now()
    resolution.cancellation_reason = reason.strip()
    db.session.flush()


def record_past_resolution(
    committee: Committee, decision: Decision, *, resolved_on: date, is_public: bool, number: str, by: User
) -> Resolution:
    """Record a resolution from before the product was used, with the number it has on paper, if any."""
    if resolved_on > today():
        raise DomainError("Der Tag liegt in der Zukunft.", field="resolved_on")
    number = " ".join(number.split())
    if OWN_NUMBER.search(number):
        raise DomainError(
            "Nummern dieser Form vergibt Govern selbst, wenn eine Sitzung geschlossen wird.", field="number"
        )
    if number and db.session.query(Resolution).filter_by(number=number).first() is not None:
        raise DomainError("Diese Nummer ist schon vergeben.", field="number")
    resolution = Resolution(committee_id=committee.id, resolved_on=resolved_on, is_public=is_public)
    counts = _counts_of(decision, committee.id)
    for count in counts.values():
        votes.require_sense(count)
    _fill(resolution, decision)
    _settle(resolution, decision, counts, None, {})
    resolution.number = number or None  # takes no part in the gap-free series: no sequence number
    db.session.add(resolution)
    db.session.flush()
    return resolution


def give_number(resolution: Resolution) -> None:
    """Give one resolution its number, gap-free per committee and year (E-21)."""
    committee, year = resolution.committee, resolution.resolved_on.year
    prefix = prefix_of(committee)
    # Asked first: a query between the assignments would write half a number.
    sequence = next_number(committee.body_id, f"resolution:{committee.id}", year)
    resolution.year, resolution.sequence_number = year, sequence
    resolution.number = resolution_number(prefix, year, sequence)


def number_resolutions(items: list[AgendaItem]) -> None:
    """Give the resolutions of a meeting their numbers, gap-free per committee and year (E-21)."""
    if not any(item.resolutions for item in items):
        return
    committee = items[0].meeting.committee
    prefix = prefix_of(committee)
    for item in items:
        for resolution in sorted(item.resolutions, key=lambda r: r.id):
            year = resolution.resolved_on.year
            # Asked first: a query between the assignments would write half a number.
            sequence = next_number(committee.body_id, f"resolution:{committee.id}", year)
            resolution.year, resolution.sequence_number = year, sequence
            resolution.number = resolution_number(prefix, year, sequence)
            resolution.is_public = item.is_public
            if item.purpose is ItemPurpose.MINUTES_APPROVAL:  # carried out by being taken
                resolution.implementation = Implementation.NOT_TRACKED


def _item_in_session(resolution: Resolution) -> AgendaItem:
    if resolution.item is None:
        raise DomainError("Dieser Beschluss gehört zu keiner laufenden Sitzung.")
    phases.require_in_session(resolution.item.meeting)
    return resolution.item


def _same(a: Resolution, b: Resolution) -> bool:
    if a.is_being_voted:
        return False
    fields = ("text", "outcome", "is_adopted", "votes_yes", "votes_no", "votes_abstain", "proviso")
    return all(getattr(a, name) == getattr(b, name) for name in fields)


def _lock(item: AgendaItem) -> None:
    # The row alone: PostgreSQL locks no outer joins, and how the item was loaded may have brought some.
    db.session.execute(sa.select(AgendaItem.id).where(AgendaItem.id == item.id).with_for_update())
    db.session.refresh(item, ["result", "resolutions"])


def open_resolution(item: AgendaItem, decision: Decision, mode: VoteMode, *, by: User) -> Resolution:
    """Open a vote by name or in secret: the roll is frozen now, the ballots follow."""
    phases.require_in_session(item.meeting)
    _lock(item)
    if any(r.is_being_voted for r in item.resolutions):
        raise DomainError("Zu diesem Punkt läuft schon eine Abstimmung. Bitte erst feststellen oder abbrechen.")
    require_consent(item)
    rolls = votes.rolls_at(item, now())
    votes.require_quorum(rolls)
    if not any(roll.possible for roll in rolls.values()):
        raise DomainError("Niemand im Raum darf abstimmen. Bitte zuerst die Anwesenheit erfassen.", field="outcome")
    resolution = Resolution(
        committee_id=item.meeting.committee_id, resolved_on=local(item.meeting.starts_at).date(),
        is_public=item.is_public, outcome=ResolutionOutcome.COUNTED, is_adopted=False,
        votes_yes=0, votes_no=0, votes_abstain=0,
    )  # fmt: skip
    _fill(resolution, decision)
    item.resolutions.append(resolution)
    votes.freeze(resolution, rolls, {}, mode=mode)
    db.session.flush()
    return resolution


def settle_ballots(resolution: Resolution, *, chair_decides: bool | None = None) -> None:
    """Take the result from the votes once those of all committees are closed."""
    item = _item_in_session(resolution)
    if any(vote.closed_at is None for vote in resolution.votes):
        return
    first = next(v for v in resolution.votes if v.committee_id == resolution.committee_id)
    resolution.votes_yes, resolution.votes_no, resolution.votes_abstain = (
        first.votes_yes, first.votes_no, first.votes_abstain,
    )  # fmt: skip
    counts = {vote.committee_id: votes.count_of_vote(vote) for vote in resolution.votes}
    resolution.is_adopted = votes.is_adopted(
        item, counts, votes.rolls_at(item, first.opened_at, is_earlier=True), chair_decides
    )
    set_result(item)
    db.session.flush()


def _fill(resolution: Resolution, decision: Decision) -> None:
    text = clean_text(decision.text)
    if not text.strip():
        raise DomainError("Bitte den Beschlusstext angeben.", field="text")
    resolution.text = text
    resolution.proviso = proviso_of(decision.proviso)


def proviso_of(text: str) -> str | None:
    """What a resolution depends on, without „unter Vorbehalt:“: that stands before it wherever it is read."""
    typed = clean_text(text).strip()
    words = BEFORE_PROVISO.match(typed)
    return (typed[words.end() :] if words else "") or typed or None


def _settle(resolution: Resolution, decision: Decision, counts: Mapping[int, Count], item: AgendaItem | None,
            rolls: Mapping[int, Roll]) -> None:  # fmt: skip
    resolution.outcome = decision.outcome
    count = counts.get(resolution.committee_id)
    if count is None:
        resolution.votes_yes = resolution.votes_no = resolution.votes_abstain = None
        resolution.is_adopted = decision.is_adopted
        return
    resolution.votes_yes, resolution.votes_no, resolution.votes_abstain = count.yes, count.no, count.abstain
    resolution.is_adopted = (
        votes.is_adopted(item, counts, rolls, decision.is_adopted) if item is not None else count.is_adopted
    )


def _counts_of(decision: Decision, committee_id: int) -> dict[int, Count]:
    if decision.outcome is not ResolutionOutcome.COUNTED:
        return {}
    own = Count(decision.votes_yes or 0, decision.votes_no or 0, decision.votes_abstain or 0)
    return {committee_id: own, **decision.further}


def set_result(item: AgendaItem) -> None:
    """The result of an item follows its resolutions, unless another one was chosen by hand."""
    if item.result not in (None, ItemResult.DECIDED, ItemResult.REJECTED):
        return
    adopted = [r.is_adopted for r in item.resolutions if not r.is_being_voted]
    if not adopted:
        item.result = None
    else:
        item.result = ItemResult.DECIDED if any(adopted) else ItemResult.REJECTED
