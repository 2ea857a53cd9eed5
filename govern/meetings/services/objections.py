"""Objections of members to minutes, and what became of them. Every one is kept, also if it is rejected (E-14)."""

from __future__ import annotations

from dataclasses import dataclass

from govern.db import db, now
from govern.documents.merging import clean_text
from govern.errors import Conflict, DomainError
from govern.formats import date_text, today
from govern.meetings.models import AgendaItem, Meeting, MeetingState, MinutesVersionKind, Objection, ObjectionState
from govern.meetings.queries.objections import seat_label_of
from govern.meetings.services import phases
from govern.meetings.services.changes import STALE
from govern.meetings.services.minutes_versions import keep_version
from govern.meetings.services.revisions import correct_wording
from govern.people.models import User

APPROVED = "Das Protokoll ist genehmigt; daran ändert sich nichts mehr."


@dataclass(frozen=True, kw_only=True)
class Correction:
    """The wording an objection leads to; ``version`` is the one it was based on."""

    text: str
    version: int


def raise_objection(meeting: Meeting, item: AgendaItem | None, *, passage: str, wish: str, by: User) -> Objection:
    """Object to a passage of released minutes, or to them as a whole, while the period lasts."""
    phases.lock(meeting)
    if meeting.state is MeetingState.APPROVED:
        raise DomainError(APPROVED)
    if not meeting.is_released:
        raise DomainError("Einwendungen sind möglich, wenn das Protokoll freigegeben ist.")
    until = meeting.objections_until
    if until is not None and today() > until:
        raise DomainError(
            f"Die Frist für Einwendungen ist am {date_text(until)} abgelaufen. Bitte wenden Sie sich an die "
            "Geschäftsführung oder bringen Sie die Sache in die nächste Sitzung ein."
        )
    wish = clean_text(wish).strip()
    if not wish:
        raise DomainError("Bitte schreiben, was dort stehen sollte und warum.", field="wish")
    objection = Objection(
        meeting=meeting, item=item, passage=clean_text(passage).strip(), wish=wish, raised_by=by,
        raised_by_label=seat_label_of(by, meeting),
    )  # fmt: skip
    db.session.add(objection)
    db.session.flush()
    return objection


def withdraw_objection(objection: Objection, *, by: User) -> None:
    """Whoever objected takes it back; it stays on record as withdrawn."""
    _demand_open(objection)
    objection.state = ObjectionState.WITHDRAWN
    db.session.flush()


def answer_objection(
    objection: Objection, state: ObjectionState, *, answer: str, version: int, correction: Correction | None = None,
    by: User,
) -> None:  # fmt: skip
    """Answer an objection: accepted or in part, with a visible correction of the item, or rejected with a reason."""
    _demand_open(objection)
    if version != objection.version:
        raise Conflict(STALE)
    if state not in (ObjectionState.ACCEPTED, ObjectionState.PARTLY, ObjectionState.REJECTED):
        raise DomainError("Bitte wählen, was aus der Einwendung wird.", field="state")
    answer = clean_text(answer).strip()
    if not answer:
        raise DomainError("Bitte eine Antwort schreiben; wer eingewendet hat, liest sie.", field="answer")
    if state is not ObjectionState.REJECTED and objection.item is not None:
        if correction is None:
            raise DomainError("Bitte den berichtigten Wortlaut eintragen.", field="minutes_text")
        objection.revision = correct_wording(
            objection.item, correction.text, reason=f"Einwendung vom {date_text(objection.raised_at)}: {answer}",
            version=correction.version, by=by,
        )  # fmt: skip
    objection.state, objection.answer, objection.answered_at = state, answer, now()
    db.session.flush()
    if objection.revision is not None:
        # After the answer, which the corrected version holds with the objection.
        keep_version(objection.meeting, MinutesVersionKind.CORRECTED, by=by)


def record_committee_answer(
    objection: Objection, text: str, *, item: AgendaItem | None, version: int, by: User
) -> None:
    """Record what the committee decided on an objection, at the item at which it approves the minutes."""
    phases.lock(objection.meeting)
    if objection.meeting.state is MeetingState.APPROVED:
        raise DomainError(APPROVED)
    if version != objection.version:
        raise Conflict(STALE)
    text = clean_text(text).strip()
    if not text:
        raise DomainError("Bitte schreiben, was das Gremium entschieden hat.", field="committee_answer")
    objection.committee_answer, objection.decided_item = text, item
    db.session.flush()


def _demand_open(objection: Objection) -> None:
    phases.lock(objection.meeting)
    if objection.meeting.state is MeetingState.APPROVED:
        raise DomainError(APPROVED)
    if objection.state is not ObjectionState.OPEN:
        raise DomainError(f"Diese Einwendung ist schon erledigt: {objection.state.label}.")
