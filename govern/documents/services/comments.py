"""Say something to a draft that is laid open: to a passage, a section or the whole, with another text (F5)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa

from govern.db import db, now
from govern.documents.merging import clean_text
from govern.documents.models import Comment, Consultation, ConsultedSection
from govern.documents.passages import Passage, find_quote, paragraphs
from govern.errors import Conflict, DomainError
from govern.formats import date_text
from govern.people.models import User

LONGEST_COMMENT = 20_000


class Wish(StrEnum):
    """What somebody wants to happen with a passage."""

    REMARK = "remark"
    CHANGE = "change"
    STRIKE = "strike"

    @property
    def label(self) -> str:
        return {
            "remark": "etwas anmerken",
            "change": "eine andere Fassung vorschlagen",
            "strike": "die Stelle streichen",
        }[self.value]


@dataclass(frozen=True, kw_only=True)
class Statement:
    """What was typed: about which place, with which wish."""

    wish: Wish
    paragraph: int | None = None
    """Counted from 1; None: the section as a whole."""
    quote: str = ""
    """Words of the section, where a few are meant."""
    proposal: str = ""
    text: str = ""


@dataclass(frozen=True)
class Voice:
    """For whom somebody speaks: an institution, or a seat that has none; as it is called now."""

    label: str
    organisation_id: int | None = None


def write_comment(
    consultation: Consultation, section: ConsultedSection | None, said: Statement, *, voice: Voice, by: User
) -> Comment:
    """Say something to a section, or to the draft as a whole; it has a number of its own from now on.

    Sent twice it is written once.
    """
    _demand_running(consultation)
    values = _checked(section, said)
    same = {**values, "consultation_id": consultation.id, "section_id": section.id if section is not None else None,
            "on_behalf_of": voice.label, "author_id": by.id, "withdrawn_at": None}  # fmt: skip
    known = db.session.scalars(sa.select(Comment).filter_by(**same).order_by(Comment.id)).first()
    if known is not None:
        return known
    newest = sa.select(sa.func.max(Comment.number)).where(Comment.consultation_id == consultation.id)
    made = Comment(
        consultation_id=consultation.id, number=(db.session.scalar(newest) or 0) + 1, on_behalf_of=voice.label,
        section_id=section.id if section is not None else None, organisation_id=voice.organisation_id,
        author_id=by.id, **values,
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    return made


def change_comment(comment: Comment, said: Statement, *, revision: int) -> None:
    """Put a comment otherwise, until the last day. Raises Conflict when somebody saved after ``revision``."""
    _demand_running(comment.consultation)
    db.session.refresh(comment, ["revision", "withdrawn_at"])
    if comment.withdrawn_at is not None:
        raise Conflict("Diese Stellungnahme ist inzwischen zurückgezogen.")
    if revision != comment.revision:
        raise Conflict("Diese Stellungnahme wurde inzwischen geändert. Nichts wurde überschrieben.")
    for name, value in _checked(comment.section, said).items():
        setattr(comment, name, value)
    comment.revision += 1
    comment.changed_at = now()
    db.session.flush()


def withdraw_comment(comment: Comment) -> None:
    """Take a comment back, until the last day; only its institution reads it from then on."""
    _demand_running(comment.consultation)
    db.session.refresh(comment, ["withdrawn_at"])
    if comment.withdrawn_at is None:
        comment.withdrawn_at = now()
        db.session.flush()


def _demand_running(consultation: Consultation) -> None:
    """One comment at a time, so that numbers are not given twice."""
    db.session.execute(sa.select(Consultation.id).where(Consultation.id == consultation.id).with_for_update())
    db.session.refresh(consultation, ["until", "ended_at"])
    if not consultation.is_running:
        raise DomainError(
            f"Die Beteiligung ist beendet (Frist: {date_text(consultation.until)}). "
            "Bitte wenden Sie sich an die Koordination."
        )


def _checked(section: ConsultedSection | None, said: Statement) -> dict[str, object]:
    text, proposal = clean_text(said.text).strip(), clean_text(said.proposal).strip("\n")
    if max(len(text), len(proposal)) > LONGEST_COMMENT:
        raise DomainError("Das ist zu lang; bitte teilen Sie es auf mehrere Stellungnahmen auf.", field="text")
    passage = _passage(section, said)
    values: dict[str, object] = {
        "text": text, "passage": passage.text if passage else None,
        "starts_at": passage.starts_at if passage else None, "proposal": None,
    }  # fmt: skip
    if said.wish is Wish.REMARK:
        if not text:
            raise DomainError("Bitte schreiben Sie, was Sie anmerken möchten.", field="text")
        return values
    if passage is None:
        raise DomainError("Bitte wählen Sie den Absatz, oder nennen Sie die Wörter, um die es geht.", field="paragraph")
    if said.wish is Wish.STRIKE:
        return {**values, "proposal": ""}
    if not proposal.strip():
        raise DomainError("Bitte schreiben Sie, was dort stehen soll.", field="proposal")
    if proposal.strip() == passage.text.strip():
        raise DomainError("Das ist derselbe Text. Bitte ändern Sie, was anders werden soll.", field="proposal")
    return {**values, "proposal": proposal}


def _passage(section: ConsultedSection | None, said: Statement) -> Passage | None:
    if section is None:
        if said.wish is not Wish.REMARK or said.quote.strip() or said.paragraph:
            raise DomainError("Bitte wählen Sie zuerst den Abschnitt, um den es geht.", field="wish")
        return None
    parts = paragraphs(section.text)
    if said.paragraph is not None and not 0 < said.paragraph <= len(parts):
        raise DomainError("Diesen Absatz gibt es nicht.", field="paragraph")
    chosen = parts[said.paragraph - 1] if said.paragraph is not None else None
    if not said.quote.strip():
        is_only = chosen is None and len(parts) == 1 and said.wish is not Wish.REMARK
        return parts[0] if is_only else chosen
    found = find_quote(section.text, said.quote)
    if chosen is not None:
        found = [one for one in found if chosen.starts_at <= one.starts_at and one.ends_at <= chosen.ends_at]
    if not found:
        raise DomainError("Diese Wörter stehen dort nicht. Bitte übernehmen Sie sie genau aus dem Text.", field="quote")
    if len(found) > 1:
        raise DomainError("Diese Wörter stehen dort mehrmals. Bitte nehmen Sie Wörter davor oder danach hinzu.",
                          field="quote")  # fmt: skip
    return found[0]
