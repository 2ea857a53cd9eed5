"""Plan evaluations, ask for answers, write down what was found (D8)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from govern.actions.mails import evaluations as mails
from govern.actions.models import (
    EVALUATION_TRANSITIONS,
    QUESTIONS,
    Effect,
    Evaluation,
    EvaluationAnswer,
    EvaluationEvent,
    EvaluationEventKind,
    EvaluationRequest,
    EvaluationResult,
    EvaluationState,
    Matter,
    MatterState,
    Verdict,
)
from govern.actions.queries import evaluations as queries
from govern.actions.queries.evaluation_mailboxes import asked_mailboxes
from govern.actions.queries.order_mailboxes import coordination_mailboxes
from govern.actions.redaction import plain
from govern.actions.services.gap_reports import Confirmation, demand_harmless
from govern.actions.small_numbers import demand_no_small_numbers
from govern.committees.models import Committee
from govern.db import SENT_TWICE, db, now
from govern.errors import Conflict, DomainError
from govern.formats import date_text, today
from govern.people.models import Organisation, User

COORDINATION, SYSTEM = "Koordination", "System"
ANSWERS_LATE_AFTER = timedelta(days=1)
"""So long after the day they were asked for, missing answers are reminded of."""


@dataclass(frozen=True, kw_only=True)
class Answers:
    """The three verdicts, each with a word if wished."""

    verdicts: dict[str, Verdict]
    notes: dict[str, str] = field(default_factory=dict)
    wants_adjustment: bool = False
    confirmation: Confirmation = field(default_factory=Confirmation)


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What the coordination concludes."""

    effect: Effect
    verdicts: dict[str, Verdict]
    reason: str
    confirmation: Confirmation = field(default_factory=Confirmation)


def plan_evaluation(
    matter: Matter, due_on: date, compared_from: date, *, by: User, source: str = ""
) -> Evaluation:  # fmt: skip
    """Plan to look at the effect on a day; ``source`` names the order or resolution whose effect it is.

    A form sent twice is one evaluation: the one that is there is returned.
    """
    db.session.execute(sa.select(Matter.id).where(Matter.id == matter.id).with_for_update())
    db.session.refresh(matter, ["state"])
    if matter.state not in (MatterState.OPEN, MatterState.SETTLED):
        raise Conflict(f"Die Lücke ist inzwischen im Stand „{matter.state.label}“.")
    _demand_days(due_on, compared_from)
    kind, _, identity = source.partition(":")
    wanted: dict[str, Any] = {
        "due_on": due_on, "compared_from": compared_from,
        "work_order_id": int(identity) if kind == "order" else None,
        "resolution_id": int(identity) if kind == "resolution" else None,
    }  # fmt: skip
    just_sent = sa.select(Evaluation).where(
        Evaluation.matter_id == matter.id, Evaluation.state == EvaluationState.PLANNED,
        Evaluation.created_at >= now() - SENT_TWICE,
        *(getattr(Evaluation, name).is_not_distinct_from(value) for name, value in wanted.items()),
    )  # fmt: skip
    if (sent := db.session.scalars(just_sent).first()) is not None:
        return sent
    made = Evaluation(matter=matter, number=queries.next_number(matter), **wanted)
    db.session.add(made)
    _note(made, EvaluationEventKind.PLANNED, by=by, due=(None, due_on))
    db.session.flush()
    return made


def move_evaluation(
    evaluation: Evaluation, due_on: date, compared_from: date, reason: str, *, version: int, by: User
) -> None:
    """Look at the effect on another day, or compare from another; both days stay in the history."""
    _lock(evaluation)
    _demand_planned(evaluation)
    if version != evaluation.version:
        raise Conflict("Die Wirkungsprüfung wurde inzwischen geändert. Nichts wurde überschrieben.")
    if due_on < today():
        raise DomainError("Der neue Tag liegt in der Vergangenheit.", field="due_on")
    _demand_days(due_on, compared_from)
    before = evaluation.due_on
    words = [reason.strip()]
    if compared_from != evaluation.compared_from:
        words.insert(
            0, f"Verglichen wird ab {date_text(compared_from)} statt ab {date_text(evaluation.compared_from)}."
        )
    evaluation.due_on, evaluation.compared_from, evaluation.reminded_on = due_on, compared_from, None
    _note(evaluation, EvaluationEventKind.MOVED, " ".join(filter(None, words)), by=by, due=(before, due_on))
    db.session.flush()


def ask_for_answers(
    evaluation: Evaluation, asked: Iterable[Organisation | Committee], text: str, until: date, *,
    confirmation: Confirmation, by: User,
) -> list[EvaluationRequest]:  # fmt: skip
    """Ask institutions and committees the three questions; who was asked already is not asked twice.

    ``text`` is what they read of the matter. Returns those whose mailbox is not known: they have to be asked otherwise.
    """
    _lock(evaluation)
    _demand_planned(evaluation)
    text = plain(text)
    if not text:
        raise DomainError("Bitte schreiben Sie, worum es geht: Die Gefragten lesen es.", field="text")
    if until < today():
        raise DomainError("Die Frist liegt in der Vergangenheit.", field="until")
    demand_no_small_numbers(text, evaluation.matter.body.small_count_threshold, "text")
    demand_harmless(text, confirmation, "text")
    known = {(r.organisation_id, r.committee_id): r for r in evaluation.requests}
    fresh = []
    for one in asked:
        key = (one.id, None) if isinstance(one, Organisation) else (None, one.id)
        request = known.get(key)
        if request is None:
            request = EvaluationRequest(organisation=one) if key[0] else EvaluationRequest(committee=one)
            evaluation.requests.append(request)
        elif request.withdrawn_at is None:
            continue
        request.withdrawn_at = request.reminded_on = None
        fresh.append(request)
    if not fresh and text == evaluation.asked_text and until == evaluation.answers_until:
        raise DomainError("Bitte wählen Sie, wer gefragt wird.", field="organisation_ids")
    evaluation.asked_text, evaluation.answers_until = text, until
    db.session.flush()
    for request in fresh:
        _note(evaluation, EvaluationEventKind.ASKED, f"{request.label}, bis {date_text(until)}", by=by)
    unknown = [request for request in fresh if not mails.ask(request, asked_mailboxes(request))]
    db.session.flush()
    return unknown


def take_back_request(request: EvaluationRequest, *, by: User) -> None:
    """Do not ask any more; an answer that was given stays."""
    evaluation = request.evaluation
    _lock(evaluation)
    if request.answers:
        raise DomainError("Die Antwort ist schon da und bleibt stehen.")
    request.withdrawn_at = now()
    _note(evaluation, EvaluationEventKind.TAKEN_BACK, request.label, by=by)
    db.session.flush()


def answer_request(request: EvaluationRequest, given: Answers, *, seen: str, by: User, for_others: bool) -> None:
    """Answer the three questions; a later answer replaces the earlier one, and both are kept.

    ``for_others``: the coordination notes it for an institution. Raises Conflict when another answer came after
    ``seen``.
    """
    _lock(request.evaluation)
    _demand_planned(request.evaluation)
    db.session.refresh(request, ["withdrawn_at", "answers"])
    if request.withdrawn_at is not None:
        raise Conflict("Die Bitte um Antwort ist inzwischen zurückgenommen.")
    if seen != str(len(request.answers)):
        raise Conflict("Für Ihre Stelle wurde inzwischen eine andere Antwort gegeben. Nichts wurde überschrieben.")
    notes = {name: plain(given.notes.get(name)) for name in QUESTIONS}
    kinds = demand_harmless("\n".join(notes.values()), given.confirmation, "breaks_avoided_note")
    request.answers.append(
        EvaluationAnswer(
            number=len(request.answers) + 1, **given.verdicts, **{f"{name}_note": notes[name] for name in QUESTIONS},
            wants_adjustment=given.wants_adjustment, confirmed_kinds=kinds,
            confirm_reason=given.confirmation.reason if kinds else None, by_id=by.id,
            function=COORDINATION if for_others else request.label,
        )
    )  # fmt: skip
    _note(request.evaluation, EvaluationEventKind.ANSWERED, request.label, by=by,
          function=COORDINATION if for_others else request.label)  # fmt: skip
    db.session.flush()


def remind_unanswered(evaluation: Evaluation, *, by: User) -> int:
    """Remind everybody who was asked and has not answered; returns how many mails that are."""
    _lock(evaluation)
    _demand_planned(evaluation)
    waiting = [r for r in evaluation.requests if r.withdrawn_at is None and not r.answers]
    if not waiting:
        raise DomainError("Alle Gefragten haben geantwortet.")
    return sum(_remind(request, today(), by=by) for request in waiting)


def conclude(evaluation: Evaluation, found: Finding, *, by: User) -> EvaluationResult:
    """Write down what was found, with the reports before and after as they stand today.

    A further result corrects an earlier one, which stays.
    """
    _lock(evaluation)
    is_correction = evaluation.state is EvaluationState.CONCLUDED
    if not is_correction:
        _move(evaluation, EvaluationState.CONCLUDED)
    reason = plain(found.reason)
    if not reason:
        raise DomainError("Bitte begründen Sie das Ergebnis: Wer die Lücke lesen darf, liest es.", field="reason")
    demand_no_small_numbers(reason, evaluation.matter.body.small_count_threshold, "reason")
    demand_harmless(reason, found.confirmation, "reason")
    day = today()
    if is_correction and evaluation.result is not None:
        figures = queries.comparison_of(evaluation.result)
    else:
        figures = queries.compare_reports(evaluation.matter, evaluation.compared_from, day)
    result = EvaluationResult(
        number=len(evaluation.results) + 1, effect=found.effect, **found.verdicts, reason=reason,
        compared_from=figures.compared_from, compared_days=figures.days, reports_before=figures.before,
        reports_after=figures.after, decided_on=day, by_id=by.id, function=COORDINATION,
    )  # fmt: skip
    evaluation.results.append(result)
    kind = EvaluationEventKind.CORRECTED if is_correction else EvaluationEventKind.CONCLUDED
    _note(evaluation, kind, found.effect.label, by=by)
    db.session.flush()
    return result


def cancel_evaluation(evaluation: Evaluation, reason: str, *, by: User) -> None:
    """Do not look at the effect; it stays visible that it was planned, and why not."""
    _lock(evaluation)
    if not reason.strip():
        raise DomainError("Bitte den Grund angeben.", field="reason")
    _move(evaluation, EvaluationState.CANCELLED)
    _note(evaluation, EvaluationEventKind.CANCELLED, reason.strip(), by=by)
    db.session.flush()


def follow_up_evaluations(day: date) -> None:
    """Once for each planned day tell the coordination; once remind those whose answer is missing."""
    for evaluation in queries.list_to_tell(day):
        evaluation.reminded_on = day
        mails.tell_due(evaluation, coordination_mailboxes(evaluation.matter.body_id))
    for request in queries.list_late_requests(day - ANSWERS_LATE_AFTER):
        _remind(request, day, by=None)
    db.session.flush()


def _remind(request: EvaluationRequest, day: date, *, by: User | None) -> int:
    request.reminded_on = day
    sent = mails.ask(request, asked_mailboxes(request), is_reminder=True)
    if sent:
        _note(request.evaluation, EvaluationEventKind.REMINDED, request.label, by=by)
    return sent


def _demand_days(due_on: date, compared_from: date) -> None:
    if compared_from > due_on:
        raise DomainError("Verglichen wird ab einem Tag vor der Prüfung.", field="compared_from")


def _demand_planned(evaluation: Evaluation) -> None:
    if evaluation.state is not EvaluationState.PLANNED:
        raise Conflict(f"Die Wirkungsprüfung ist inzwischen {evaluation.state.label}.")


def _move(evaluation: Evaluation, state: EvaluationState) -> None:
    if state not in EVALUATION_TRANSITIONS[evaluation.state]:
        raise Conflict(f"Die Wirkungsprüfung ist inzwischen {evaluation.state.label}.")
    evaluation.state = state


def _lock(evaluation: Evaluation) -> None:
    db.session.execute(sa.select(Evaluation.id).where(Evaluation.id == evaluation.id).with_for_update())
    db.session.refresh(evaluation, ["state", "version", "due_on"])


def _note(
    evaluation: Evaluation, kind: EvaluationEventKind, text: str = "", *, by: User | None, function: str | None = None,
    due: tuple[date | None, date | None] = (None, None), **values: Any,
) -> None:  # fmt: skip
    evaluation.events.append(
        EvaluationEvent(
            kind=kind, text=text, by_id=by.id if by else None, due_before=due[0], due_after=due[1],
            function=function or (COORDINATION if by else SYSTEM), **values,
        )
    )  # fmt: skip
