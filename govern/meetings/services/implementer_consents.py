"""Ask those who must implement a resolution for their consent, and record it (E-10)."""

from __future__ import annotations

from datetime import date, time

import sqlalchemy as sa

from govern.committees.models import RuleKind
from govern.db import db, now
from govern.errors import Conflict, DomainError
from govern.formats import at, today
from govern.meetings.models import AgendaItem, ConsentState, ImplementerConsent, Meeting, Resolution
from govern.meetings.queries.implementer_consents import charged_organisations, list_consents
from govern.meetings.queries.procedures import procedure_of_meeting
from govern.people.models import Organisation, User


def ask_consent(resolution: Resolution, organisation: Organisation, *, by: User) -> ImplementerConsent:
    """Say that ``organisation`` must implement the resolution, so that its consent is needed. Asked twice it is one."""
    if not resolution.is_adopted or resolution.cancelled_at is not None:
        raise DomainError("Nur ein angenommener, nicht aufgehobener Beschluss wird umgesetzt.")
    db.session.execute(sa.select(Resolution.id).where(Resolution.id == resolution.id).with_for_update())
    known = next((c for c in list_consents(resolution) if c.organisation_id == organisation.id), None)
    if known is not None:
        return known
    made = ImplementerConsent(resolution=resolution, organisation=organisation, state=ConsentState.ASKED)
    db.session.add(made)
    db.session.flush()
    return made


def take_back(consent: ImplementerConsent, *, by: User) -> None:
    """Take a question back that was not answered; an answer stays."""
    _lock(consent)
    if consent.state is not ConsentState.ASKED:
        raise DomainError("Eine gegebene Antwort bleibt stehen; sie lässt sich nur durch eine neue ersetzen.")
    consent.resolution.implementer_consents.remove(consent)
    db.session.flush()


def answer_consent(
    consent: ImplementerConsent, state: ConsentState, note: str, *, seen: str, answered_on: date | None, by: User
) -> None:
    """Record what the institution answers: its own account or the office. A later answer replaces it; both are kept.

    A refusal needs a reason. Raises Conflict when somebody answered since ``seen``.
    """
    _lock(consent)
    if seen != fingerprint(consent):
        raise Conflict("Inzwischen wurde hierzu etwas anderes festgehalten. Nichts wurde überschrieben.")
    note = note.strip()
    if state is ConsentState.REFUSED and not note:
        raise DomainError("Bitte begründen Sie, warum das Einvernehmen verweigert wird.", field="note")
    day = answered_on or today()
    if day > today():
        raise DomainError("Der Tag liegt in der Zukunft.", field="answered_on")
    consent.state, consent.note = state, note or None
    if state is ConsentState.ASKED:
        consent.answered_at = consent.answered_by_label = None
    else:
        consent.answered_at = now() if day == today() else at(day, time(12))
        consent.answered_by_label = by.function_label
    db.session.flush()


def ask_implementers(meeting: Meeting, by: User) -> None:
    """After closing, where the rule holds: ask every institution that was charged because of a resolution."""
    if not procedure_of_meeting(meeting).is_on(RuleKind.IMPLEMENTER_CONSENT):
        return
    resolutions = db.session.scalars(
        sa.select(Resolution)
        .join(Resolution.item)
        .where(AgendaItem.meeting_id == meeting.id, Resolution.is_adopted)
        .order_by(Resolution.id)
    ).all()
    charged = charged_organisations(resolutions)
    for resolution in resolutions:
        for organisation in charged[resolution.id]:
            ask_consent(resolution, organisation, by=by)


def fingerprint(consent: ImplementerConsent) -> str:
    """What a form was based on."""
    moment = consent.answered_at.isoformat() if consent.answered_at is not None else ""
    return f"{consent.state.value}{moment}"


def _lock(consent: ImplementerConsent) -> None:
    db.session.execute(sa.select(ImplementerConsent.id).where(ImplementerConsent.id == consent.id).with_for_update())
    db.session.refresh(consent, ["state", "answered_at", "note"])
