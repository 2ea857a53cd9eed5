"""Answer what was said to a draft, take proposals over into its text, and release the answers (F5)."""

from __future__ import annotations

import sqlalchemy as sa

from govern.db import db, now
from govern.documents import mails
from govern.documents.models import (
    Comment,
    CommentAnswer,
    ConceptChange,
    ConceptSection,
    Consultation,
    Outcome,
)
from govern.documents.passages import edits_of, take_over
from govern.documents.queries.comments import CREDIT, count_unanswered, current_section, list_authors, list_mailboxes
from govern.documents.services.drafts import save_section
from govern.errors import Conflict, DomainError
from govern.formats import count
from govern.people.models import User

CHANGED = "Diese Wörter wurden im Entwurf inzwischen geändert. Bitte arbeiten Sie den Vorschlag von Hand ein."
GONE = "Diesen Abschnitt gibt es im Entwurf nicht mehr. Bitte arbeiten Sie den Vorschlag von Hand ein."
LONGEST_REASON = 5_000


def answer_comment(comment: Comment, outcome: Outcome, reason: str | None, *, seen: int, by: User) -> CommentAnswer:
    """Say what becomes of a comment, and why; raises Conflict when another answer came after ``seen`` ones."""
    _demand_answerable(comment, seen)
    return _answer(comment, outcome, reason, None, by)


def take_proposal_over(comment: Comment, reason: str | None, *, seen: int, by: User) -> CommentAnswer:
    """Put what is proposed into the section of the draft, credited to the institution.

    Raises Conflict when the same words were changed since the draft was laid open: nothing is overwritten.
    """
    _demand_answerable(comment, seen)
    if comment.section is None or comment.passage is None or comment.proposal is None or comment.starts_at is None:
        raise DomainError("Diese Stellungnahme schlägt keine andere Fassung vor.")
    section = current_section(comment)
    if section is None:
        raise Conflict(GONE)
    edits = edits_of(comment.starts_at, comment.passage, comment.proposal)
    text = take_over(comment.section.text, section.text, edits)
    if text is None:
        raise Conflict(CHANGED)
    change = _save(comment, section, text, section.revision, by)
    return _answer(comment, Outcome.TAKEN_OVER, reason, change, by)


def work_in_by_hand(
    comment: Comment, text: str, outcome: Outcome, reason: str | None, *, revision: int, seen: int, by: User
) -> CommentAnswer:
    """Save the section as it was written because of a comment; Conflict when somebody saved it after ``revision``."""
    _demand_answerable(comment, seen)
    if outcome is Outcome.NOT_TAKEN:
        raise DomainError("Wird nichts übernommen, bleibt der Abschnitt, wie er ist.", field="outcome")
    section = current_section(comment)
    if section is None:
        raise Conflict(GONE)
    _demand_reason(outcome, reason)
    change = _save(comment, section, text, revision, by)
    return _answer(comment, outcome, reason, change, by)


def release_answers(consultation: Consultation, *, by: User) -> int:
    """Let those who commented read what became of it, and tell them; returns how many mails that are."""
    db.session.execute(sa.select(Consultation.id).where(Consultation.id == consultation.id).with_for_update())
    db.session.refresh(consultation, ["ended_at", "answers_released_at"])
    if consultation.ended_at is None:
        raise DomainError("Antworten werden freigegeben, wenn die Beteiligung beendet ist.")
    if consultation.answers_released_at is not None:
        return 0
    missing = count_unanswered(consultation)
    if missing:
        raise DomainError(f"Noch {count(missing, 'Stellungnahme hat', 'Stellungnahmen haben')} keine Antwort.")
    consultation.answers_released_at = now()
    told: dict[str, str | None] = {
        author.email: author.person.name if author.person else None for author in list_authors(consultation)
    }
    for row in list_mailboxes(consultation):
        told.setdefault(row.address, row.name)
    for address, name in told.items():
        mails.tell_answers(consultation, address, name)
    db.session.flush()
    return len(told)


def _demand_answerable(comment: Comment, seen: int) -> None:
    consultation = comment.consultation
    db.session.execute(sa.select(Consultation.id).where(Consultation.id == consultation.id).with_for_update())
    db.session.refresh(consultation, ["ended_at"])
    db.session.refresh(comment, ["withdrawn_at", "answers"])
    if consultation.ended_at is None:
        raise DomainError("Geantwortet wird, wenn die Beteiligung beendet ist: Bis dahin ändert sich manches noch.")
    if comment.withdrawn_at is not None:
        raise DomainError("Diese Stellungnahme ist zurückgezogen.")
    if seen != len(comment.answers):
        raise Conflict("Inzwischen wurde eine andere Antwort gegeben. Nichts wurde überschrieben.")


def _demand_reason(outcome: Outcome, reason: str | None) -> None:
    if outcome is not Outcome.TAKEN_OVER and not (reason or "").strip():
        raise DomainError("Bitte begründen Sie das: Wer Stellung genommen hat, liest es.", field="reason")


def _answer(
    comment: Comment, outcome: Outcome, reason: str | None, change: ConceptChange | None, by: User
) -> CommentAnswer:  # fmt: skip
    _demand_reason(outcome, reason)
    made = CommentAnswer(number=len(comment.answers) + 1, outcome=outcome, reason=(reason or "").strip() or None,
                         change=change, given_by_id=by.id)  # fmt: skip
    comment.answers.append(made)
    db.session.flush()
    return made


def _save(
    comment: Comment, section: ConceptSection, text: str, revision: int, by: User
) -> ConceptChange:  # fmt: skip
    """Save the section with the credit: the institution, never the person."""
    credit = f"{CREDIT}Stellungnahme Nr. {comment.number}: {comment.on_behalf_of}"
    save_section(section, section.heading, text, revision=revision, reason=credit, link=None, by=by)
    newest = (
        sa.select(ConceptChange)
        .where(ConceptChange.version_id == section.version_id, ConceptChange.section_key == section.key)
        .order_by(ConceptChange.id.desc())
        .limit(1)
    )
    return db.session.scalars(newest).one()
