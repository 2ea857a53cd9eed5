"""Take resolutions in a meeting, record earlier ones, cancel one with a reason."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from govern.committees.models import Committee
from govern.db import db, now, sort_key
from govern.errors import Conflict, DomainError
from govern.formats import local, today
from govern.meetings.models import AgendaItem, ItemResult, Resolution, ResolutionOutcome
from govern.meetings.queries.attendances import list_attendances
from govern.meetings.queries.resolutions import prefix_of, resolution_number
from govern.meetings.services import phases
from govern.meetings.services.minutes import clean_text
from govern.meetings.votes import Count, moment_of, voting_base
from govern.people.models import User
from govern.people.services.number_ranges import next_number

OWN_NUMBER = re.compile(r"-B-\d{4}-\d+$")
"""How numbers given at closing end; nobody types such a number by hand."""


@dataclass(frozen=True, kw_only=True)
class Vote:
    """What was resolved and how (C10): with counts only where they were counted."""

    text: str
    outcome: ResolutionOutcome
    is_adopted: bool = True
    """For a counted outcome it follows from the counts."""
    votes_yes: int | None = None
    votes_no: int | None = None
    votes_abstain: int | None = None
    proviso: str = ""


def take_resolution(item: AgendaItem, vote: Vote, *, by: User) -> Resolution:
    """Record a resolution at an item; it is numbered when the meeting is closed. Sent twice it is recorded once."""
    phases.require_in_session(item.meeting)
    db.session.refresh(item, ["result", "resolutions"], with_for_update=True)
    resolution = Resolution(
        committee_id=item.meeting.committee_id,
        resolved_on=local(item.meeting.starts_at).date(),
        is_public=item.is_public,
    )
    _fill(resolution, vote, item)
    for known in item.resolutions:
        if _same(known, resolution):
            return known
    item.resolutions.append(resolution)
    _set_result(item)
    db.session.flush()
    return resolution


def change_resolution(resolution: Resolution, vote: Vote, *, version: int, by: User) -> None:
    """Change a resolution while the meeting runs. Raises Conflict when somebody changed it after ``version``."""
    item = _item_in_session(resolution)
    if resolution.version != version:
        raise Conflict("Dieser Beschluss wurde inzwischen geändert. Nichts wurde überschrieben.")
    _fill(resolution, vote, item)
    _set_result(item)
    db.session.flush()


def remove_resolution(resolution: Resolution, *, by: User) -> None:
    """Take back what was only noted: possible while the meeting runs, before there is a number."""
    item = _item_in_session(resolution)
    item.resolutions.remove(resolution)
    _set_result(item)
    db.session.flush()


def cancel_resolution(resolution: Resolution, reason: str, *, by: User) -> None:
    """Cancel a numbered resolution: it stays in the register with its number and the reason (E-21)."""
    db.session.refresh(resolution, with_for_update=True)
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
    committee: Committee, vote: Vote, *, resolved_on: date, is_public: bool, number: str, by: User
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
    _fill(resolution, vote, None)
    resolution.number = number or None  # takes no part in the gap-free series: no sequence number
    db.session.add(resolution)
    db.session.flush()
    return resolution


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


def _item_in_session(resolution: Resolution) -> AgendaItem:
    if resolution.item is None:
        raise DomainError("Dieser Beschluss gehört zu keiner laufenden Sitzung.")
    phases.require_in_session(resolution.item.meeting)
    return resolution.item


def _same(a: Resolution, b: Resolution) -> bool:
    fields = ("text", "outcome", "is_adopted", "votes_yes", "votes_no", "votes_abstain", "proviso")
    return all(getattr(a, name) == getattr(b, name) for name in fields)


def _fill(resolution: Resolution, vote: Vote, item: AgendaItem | None) -> None:
    text = clean_text(vote.text)
    if not text.strip():
        raise DomainError("Bitte den Beschlusstext angeben.", field="text")
    resolution.text = text
    resolution.sort_text = sort_key(f"{text} {item.title if item else ''}")
    resolution.proviso = clean_text(vote.proviso).strip() or None
    resolution.outcome = vote.outcome
    if vote.outcome is ResolutionOutcome.COUNTED:
        count = _count(vote, item)
        resolution.votes_yes, resolution.votes_no, resolution.votes_abstain = count.yes, count.no, count.abstain
        resolution.is_adopted = count.is_adopted
    else:
        resolution.votes_yes = resolution.votes_no = resolution.votes_abstain = None
        resolution.is_adopted = vote.is_adopted


def _count(vote: Vote, item: AgendaItem | None) -> Count:
    count = Count(vote.votes_yes or 0, vote.votes_no or 0, vote.votes_abstain or 0)
    if min(count.yes, count.no, count.abstain) < 0:
        raise DomainError("Stimmen können nicht negativ sein.", field="votes_yes")
    if count.total == 0:
        raise DomainError("Bitte die Stimmen angeben oder eine andere Art der Abstimmung wählen.", field="votes_yes")
    if item is not None:
        possible = voting_base(list_attendances(item.meeting), moment_of(item, now())).possible
        if count.total > possible:
            raise DomainError(
                f"{count.total} Stimmen sind mehr, als im Raum waren: möglich sind {possible}. "
                "Bitte Stimmen oder Anwesenheit prüfen.",
                field="votes_yes",
            )
    return count


def _set_result(item: AgendaItem) -> None:
    # The result follows the resolutions unless another one was chosen by hand.
    if item.result not in (None, ItemResult.DECIDED, ItemResult.REJECTED):
        return
    adopted = [r.is_adopted for r in item.resolutions]
    if not adopted:
        item.result = None
    else:
        item.result = ItemResult.DECIDED if any(adopted) else ItemResult.REJECTED
