"""Lay a draft open for comments until a day, invite, remind, and give it back to those who write it (F5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa

from govern.committees.models import Committee
from govern.db import db, fingerprint, now
from govern.documents import mails
from govern.documents.models import (
    ConceptVersion,
    Consultation,
    ConsultationInvitation,
    ConsultationParty,
    ConsultedSection,
    VersionState,
)
from govern.documents.queries.consultations import (
    Invitee,
    fingerprint_of,
    list_asked,
    list_invited,
    list_over,
    list_silent,
    list_to_remind,
)
from govern.documents.queries.sections import lines_of, sections_of
from govern.documents.services.drafts import require_draft
from govern.documents.services.versions import texts_wait
from govern.errors import Conflict, DomainError
from govern.formats import date_text, local, today
from govern.people.models import Organisation, User

REMIND_BEFORE = timedelta(days=3)
"""So long before the last day those who have said nothing are reminded."""
STALE = "Die Beteiligung wurde inzwischen geändert. Nichts wurde überschrieben."


@dataclass(frozen=True, kw_only=True)
class Audience:
    """Who is asked: committees, institutions, or all members."""

    committees: Sequence[Committee] = ()
    organisations: Sequence[Organisation] = ()
    all_members: bool = False


def open_consultation(
    version: ConceptVersion, audience: Audience, invitees: Sequence[Invitee], *, until: date, question: str | None,
    shows_others: bool, shown: str, by: User,
) -> Consultation:  # fmt: skip
    """Lay a draft open and invite; its text stands still until the end.

    ``shown`` is the fingerprint of the addresses the person saw: Conflict if it would go to others.
    """
    _lock(version)
    require_draft(version)
    _demand_day(until)
    _demand_audience(version, audience)
    if shown != fingerprint_of(invitees):
        raise Conflict("Inzwischen ginge die Einladung an andere. Bitte sehen Sie die Empfänger:innen noch einmal an.")
    lines = lines_of(sections_of(version, is_fresh=True))
    if not lines:
        raise DomainError("Der Entwurf hat noch keinen Text.")
    if texts_wait(version):
        raise DomainError("Im Entwurf warten noch aufgehobene Texte. Bitte arbeiten Sie sie zuerst ein.")
    made = Consultation(version=version, until=until, question=question, shows_others=shows_others,
                        to_all_members=audience.all_members, opened_by_id=by.id)  # fmt: skip
    made.parties = [
        *(ConsultationParty(committee=committee) for committee in audience.committees),
        *(ConsultationParty(organisation=organisation) for organisation in audience.organisations),
    ]
    db.session.add(made)
    version.state = VersionState.CONSULTATION
    db.session.flush()
    db.session.add_all(
        ConsultedSection(consultation_id=made.id, key=line.row.key, position=position, depth=line.depth,
                         number=line.number, heading=line.row.heading, text=line.row.text, html=line.row.html)
        for position, line in enumerate(lines, start=1)
    )  # fmt: skip
    _invite(made, invitees)
    return made


def _invite(consultation: Consultation, invitees: Sequence[Invitee]) -> None:
    for one in invitees:
        if one.address:
            row = ConsultationInvitation(consultation=consultation, address=one.address, name=one.name,
                                         person_id=one.person_id, organisation_id=one.organisation_id)  # fmt: skip
            db.session.add(row)
            mails.invite(row)
    db.session.flush()


def fingerprint_of_terms(consultation: Consultation) -> str:
    """What a form for day and openness is based on."""
    return fingerprint(consultation.until, consultation.shows_others, consultation.question)


def change_consultation(
    consultation: Consultation, *, until: date, question: str | None, shows_others: bool, seen: str
) -> None:  # fmt: skip
    """Move the last day, change the question, show comments to others or not. Raises Conflict after another save.

    Who was invited is told of a new day, and that others read the comments from now on.
    """
    _lock(consultation.version)
    db.session.refresh(consultation, ["until", "shows_others", "question", "ended_at"])
    if seen != fingerprint_of_terms(consultation):
        raise Conflict(STALE)
    if consultation.ended_at is not None:
        raise DomainError("Die Beteiligung ist schon beendet.")
    changes = []
    if until != consultation.until:
        _demand_day(until)
        consultation.reminded_on = None
        before = date_text(consultation.until)
        changes.append(f"Die Frist hat sich geändert: Sie endet jetzt am {date_text(until)} (Ende des Tages), "
                       f"bisher am {before}.")  # fmt: skip
    if shows_others and not consultation.shows_others:
        changes.append("Alle Beteiligten lesen jetzt die Stellungnahmen der anderen, auch die, die schon vorliegen. "
                       "Ihre können Sie bis zum Ende der Frist ändern oder zurückziehen.")  # fmt: skip
    consultation.until, consultation.question, consultation.shows_others = until, question, shows_others
    db.session.flush()
    if changes:
        for row in _still_asked(consultation, list_invited(consultation), today()):
            mails.tell_changed(row, changes)
        db.session.flush()


def end_consultation(consultation: Consultation) -> None:
    """Take no more comments; the draft can be written on. Ending twice changes nothing."""
    _lock(consultation.version)
    db.session.refresh(consultation, ["ended_at"])
    if consultation.ended_at is not None:
        return
    consultation.ended_at = now()
    if consultation.version.state is VersionState.CONSULTATION:
        consultation.version.state = VersionState.DRAFT
    db.session.flush()


def follow_up_consultations(day: date) -> None:
    """The daily job: end what is over; before the end remind once those who are still asked and have said nothing."""
    for consultation in list_over(day):
        end_consultation(consultation)
    for consultation in list_to_remind(day, REMIND_BEFORE):
        if local(consultation.opened_at).date() < day:
            consultation.reminded_on = day
            for row in _still_asked(consultation, list_silent(consultation, day), day):
                row.reminded_on = day
                mails.invite(row, is_reminder=True)
    db.session.flush()


def _still_asked(
    consultation: Consultation, rows: Sequence[ConsultationInvitation], day: date
) -> list[ConsultationInvitation]:  # fmt: skip
    asked = list_asked(consultation, day)
    persons, addresses = {one.person_id for one in asked} - {None}, {one.address for one in asked}
    return [row for row in rows if row.person_id in persons or row.address in addresses]


def _lock(version: ConceptVersion) -> None:
    db.session.execute(sa.select(ConceptVersion.id).where(ConceptVersion.id == version.id).with_for_update())
    db.session.refresh(version, ["state", "frozen_at"])


def _demand_day(until: date) -> None:
    if until < today():
        raise DomainError("Dieser Tag ist schon vorbei.", field="until")


def _demand_audience(version: ConceptVersion, audience: Audience) -> None:
    if not (audience.committees or audience.organisations or audience.all_members):
        raise DomainError("Bitte wählen, wer beteiligt wird.", field="committee_ids")
    if version.concept.is_confidential:
        filed = {filing.committee_id for filing in version.concept.filings}
        if audience.all_members or audience.organisations or any(c.id not in filed for c in audience.committees):
            raise DomainError(
                "Das Konzept ist nicht öffentlich: Beteiligt werden nur Gremien, unter denen es abgelegt ist.",
                field="committee_ids",
            )
