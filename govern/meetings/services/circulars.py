"""Circular resolutions: prepared, sent round, answered, stopped by an objection, counted (E-11)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

import sqlalchemy as sa

from govern import tokens
from govern.committees.deadlines import circular_until
from govern.committees.models import Committee, RuleKind, Voting
from govern.committees.procedures import Procedure
from govern.committees.queries.compositions import composition
from govern.committees.queries.procedures import procedure_of
from govern.db import db, now
from govern.documents.merging import clean_text
from govern.errors import Conflict, DomainError
from govern.formats import at, date_text, local, today
from govern.meetings.mails.circulars import tell_result, tell_stop, tell_withdrawal
from govern.meetings.models import (
    CIRCULAR_TRANSITIONS,
    AgendaItem,
    CircularAnswer,
    CircularChoice,
    CircularResolution,
    CircularState,
    ItemKind,
    MajorityBase,
    Resolution,
    ResolutionOutcome,
    SilenceRule,
    Topic,
    TopicState,
)
from govern.meetings.queries.circulars import list_due, list_untold, next_open_meeting, tally_of
from govern.meetings.services.changes import STALE
from govern.meetings.services.resolutions import give_number
from govern.people.models import User

LAST_MINUTE = time(23, 59, 59)


@dataclass(frozen=True, kw_only=True)
class CircularProposal:
    """What is sent round."""

    title: str
    proposed_resolution: str
    explanation: str = ""
    reason: str = ""
    ends_on: date | None = None
    majority_base: MajorityBase = MajorityBase.ALL_SEATS
    silence: SilenceRule = SilenceRule.NO_VOTE
    is_public: bool = True


def prepare(committee: Committee, proposal: CircularProposal, *, by: User) -> CircularResolution:
    """Prepare a circular resolution; refused where the committee's rules forbid them."""
    _demand_allowed(procedure_of(committee, today()), proposal.reason)
    circular = CircularResolution(committee=committee, created_by_id=by.id)
    _fill(circular, proposal)
    db.session.add(circular)
    db.session.flush()
    return circular


def change(circular: CircularResolution, proposal: CircularProposal, *, version: int, by: User) -> None:
    """Change what has not been sent yet. Raises Conflict when somebody saved in the meantime."""
    _demand(circular, CircularState.DRAFT)
    if version != circular.version:
        raise Conflict(STALE)
    _demand_allowed(procedure_of(circular.committee, today()), proposal.reason)
    _fill(circular, proposal)
    db.session.flush()


def start(circular: CircularResolution, *, by: User, send: Callable[[CircularAnswer], None]) -> None:
    """Send it round: who may vote is frozen, everybody gets a link of their own, the period runs.

    ``send`` puts the mail with the link of one seat into the outbox.
    """
    _demand(circular, CircularState.DRAFT)
    procedure = procedure_of(circular.committee, today())
    _demand_allowed(procedure, circular.reason)
    if circular.ends_at is None:
        until = circular_until(procedure, today())
        if until is None:
            raise DomainError("Bitte den letzten Tag für Antworten angeben; die Regeln nennen keine Frist.")
        circular.ends_at = at(until, LAST_MINUTE)
    shortest = circular_until(procedure, today())
    if shortest is not None and local(circular.ends_at).date() < shortest:
        raise DomainError(f"Nach den Regeln des Gremiums endet die Frist frühestens am {date_text(shortest)}.")
    if circular.ends_at <= now():
        raise DomainError("Die Frist liegt in der Vergangenheit.")
    answers = _freeze(circular, procedure)
    if not answers:
        raise DomainError("Am heutigen Tag ist kein stimmberechtigter Sitz besetzt; niemand könnte antworten.")
    circular.rules = procedure.as_json()
    circular.starts_at = now()
    _move_to(circular, CircularState.RUNNING)
    circular.answers = answers
    db.session.flush()
    for answer in answers:
        send(answer)
    db.session.flush()


def answer(row: CircularAnswer, choice: CircularChoice, *, note: str = "", by: User | None) -> None:
    """Record the answer of one seat; the last word before the end counts.

    An objection to the procedure stops it at once; when everybody has answered it ends early.
    """
    circular = row.circular_resolution
    db.session.refresh(circular, ["state", "ends_at", "version"], with_for_update=True)
    if circular.state is CircularState.RUNNING and circular.ends_at is not None and circular.ends_at < now():
        raise DomainError("Die Frist für Antworten ist abgelaufen.")
    _demand(circular, CircularState.RUNNING)
    if not row.may_vote:
        raise DomainError("Dieser Sitz ist nicht stimmberechtigt.")
    row.choice, row.answered_at = choice, now()
    row.note = clean_text(note).strip() or None
    row.answered_by_id = by.id if by is not None else None
    db.session.flush()
    if choice is CircularChoice.OBJECTION:
        _stop(circular, row)
    elif all(a.choice is not None for a in circular.answers if a.may_vote):
        _end(circular)


def cancel(circular: CircularResolution, reason: str, *, by: User) -> None:
    """Break a circular resolution off before there is a result; those who were asked are told."""
    db.session.refresh(circular, ["state", "ends_at", "version"], with_for_update=True)
    if not reason.strip():
        raise DomainError("Bitte den Grund angeben.", field="reason")
    was_running = circular.state is CircularState.RUNNING
    _move_to(circular, CircularState.CANCELLED)
    circular.ended_at, circular.end_reason = now(), reason.strip()
    db.session.flush()
    if was_running:
        tell_withdrawal(circular)


def count_out(circular: CircularResolution, *, by: User | None) -> bool:
    """Count a circular resolution whose period is over; False if it was ended already."""
    db.session.refresh(circular, ["state", "ends_at", "version"], with_for_update=True)
    if circular.state is not CircularState.RUNNING:
        return False
    if circular.ends_at is None or circular.ends_at >= now():
        raise DomainError("Die Frist für Antworten läuft noch.")
    _end(circular)
    return True


def end_due(moment: datetime) -> list[CircularResolution]:
    """Count everything whose period is over and tell results in coming meetings; the second time nothing is left."""
    ended = [circular for circular in list_due(moment) if count_out(circular, by=None)]
    for circular in list_untold():
        announce(circular)
    return ended


def end_circulars(day: date) -> None:
    """The daily job: count what ended before ``day`` and put results on coming agendas."""
    end_due(min(now(), at(day, time())))


def announce_untold(committee: Committee) -> None:
    """A meeting of ``committee`` was planned: what was resolved in the meantime stands on its agenda at once."""
    for circular in list_untold(committee):
        announce(circular)


def announce(circular: CircularResolution) -> AgendaItem | None:
    """Put the result on the next agenda that is still open; None if there is no such meeting or it is told already."""
    if circular.told_item_id is not None or circular.resolution is None:
        return None
    meeting = next_open_meeting(circular.committee)
    if meeting is None:
        return None
    last = db.session.scalar(sa.select(sa.func.max(AgendaItem.position)).where(AgendaItem.meeting_id == meeting.id))
    item = AgendaItem(
        meeting=meeting, kind=ItemKind.REPORT, is_public=circular.is_public, position=(last or 0) + 1,
        title=f"Bekanntgabe: Umlaufbeschluss {circular.resolution.number}: {circular.title}",
        description=f"Im Umlauf {circular.state.label} am {date_text(circular.ended_at)}: "
        f"{tally_of(circular).text}.\n\n{circular.proposed_resolution}",
    )  # fmt: skip
    circular.told_item = item
    db.session.add(item)
    db.session.flush()
    return item


def _fill(circular: CircularResolution, proposal: CircularProposal) -> None:
    title, text = proposal.title.strip(), clean_text(proposal.proposed_resolution).strip()
    if not title:
        raise DomainError("Bitte den Gegenstand nennen.", field="title")
    if not text:
        raise DomainError("Bitte den Beschlussvorschlag schreiben.", field="proposed_resolution")
    if proposal.ends_on is not None and proposal.ends_on <= today():
        raise DomainError("Der letzte Tag für Antworten muss in der Zukunft liegen.", field="ends_on")
    circular.title, circular.proposed_resolution = title, text
    circular.explanation, circular.reason = clean_text(proposal.explanation), clean_text(proposal.reason).strip()
    circular.ends_at = at(proposal.ends_on, LAST_MINUTE) if proposal.ends_on is not None else None
    circular.majority_base, circular.silence = proposal.majority_base, proposal.silence
    circular.is_public = proposal.is_public


def _demand_allowed(procedure: Procedure, reason: str) -> None:
    if procedure.is_off(RuleKind.CIRCULAR_RESOLUTIONS):
        raise DomainError("Die Regeln dieses Gremiums lassen Umlaufbeschlüsse nicht zu.")
    if not procedure.is_on(RuleKind.CIRCULAR_RESOLUTIONS) and not reason.strip():
        raise DomainError(
            "Ob dieses Gremium im Umlauf beschließen darf, ist nicht geregelt. Bitte begründen, warum es trotzdem "
            "geschieht.", field="reason",
        )  # fmt: skip


def _freeze(circular: CircularResolution, procedure: Procedure) -> list[CircularAnswer]:
    # As everywhere: seats whose right to vote is not stated count as possible votes while somebody sits on them.
    votes = procedure.number(RuleKind.VOTES_PER_SEAT) or 1
    return [
        CircularAnswer(
            seat=filled.seat,
            person=mandate.person,
            seat_label=mandate.seat_label,
            votes=votes,
            nonce=tokens.new_nonce(),
        )
        for filled in composition(circular.committee, today())
        if filled.seat.voting is not Voting.NO
        for mandate in filled.holders
    ]


def _stop(circular: CircularResolution, row: CircularAnswer) -> None:
    _move_to(circular, CircularState.STOPPED)
    circular.ended_at = now()
    circular.end_reason = f"Widerspruch gegen das Verfahren: {row.seat_label}"
    db.session.add(
        Topic(
            committee_id=circular.committee_id, title=circular.title, purpose=circular.explanation,
            wished_outcome=circular.proposed_resolution, wished_kind=ItemKind.DECISION, is_public=circular.is_public,
            state=TopicState.ACCEPTED, state_reason="aus dem Umlaufverfahren, dem widersprochen wurde",
            proposed_by_id=circular.created_by_id,
        )
    )  # fmt: skip
    db.session.flush()
    tell_stop(circular)


def _end(circular: CircularResolution) -> None:
    tally = tally_of(circular)
    circular.ended_at = min(now(), circular.ends_at or now())
    resolution = Resolution(
        committee=circular.committee, text=circular.proposed_resolution, is_public=circular.is_public,
        outcome=ResolutionOutcome.COUNTED,
        votes_yes=tally.yes, votes_no=tally.no, votes_abstain=tally.abstain, is_adopted=tally.is_adopted,
        resolved_on=local(circular.ended_at).date(),
    )  # fmt: skip
    give_number(resolution)
    db.session.add(resolution)
    circular.resolution = resolution
    _move_to(circular, CircularState.ADOPTED if tally.is_adopted else CircularState.REJECTED)
    db.session.flush()
    announce(circular)
    tell_result(circular, tally.text)


def _move_to(circular: CircularResolution, state: CircularState) -> None:
    if state not in CIRCULAR_TRANSITIONS[circular.state]:
        raise DomainError(f"Das geht nicht: Der Umlaufbeschluss ist im Stand „{circular.state.label}“.")
    circular.state = state


def _demand(circular: CircularResolution, *states: CircularState) -> None:
    if circular.state not in states:
        raise DomainError(f"Das geht nicht mehr: Der Umlaufbeschluss ist im Stand „{circular.state.label}“.")


def own_rows(circular: CircularResolution, by: User) -> Sequence[CircularAnswer]:
    """The rows ``by`` may answer."""
    return [a for a in circular.answers if a.may_vote and a.person_id is not None and a.person_id == by.person_id]
