"""Treat something late only with the committee's consent, where its rules ask for it (E-05)."""

from __future__ import annotations

from govern.committees.models import RuleKind
from govern.committees.procedures import Admission
from govern.db import db
from govern.errors import DomainError
from govern.meetings.models import AgendaItem, ItemKind, ItemResult, Meeting, SupplementKind
from govern.meetings.queries.consents import consent_question
from govern.meetings.queries.procedures import procedure_of_meeting
from govern.meetings.services import phases
from govern.meetings.services.agendas import add_item
from govern.meetings.services.supplements import require_admitted
from govern.people.models import User


def require_consent(item: AgendaItem) -> None:
    """Raise DomainError while the consent that the rules ask for was not given."""
    if item.has_consent:
        return
    question = consent_question(item, procedure_of_meeting(item.meeting))
    if question is not None and question.is_needed:
        source = f" ({question.source})" if question.source else ""
        raise DomainError(
            f"{'; '.join(question.why)}: Darüber entscheidet das Gremium nur, wenn es der Behandlung zustimmt{source}. "
            "Halten Sie die Zustimmung zuerst fest."
        )


def record_consent(item: AgendaItem, *, has_consent: bool, note: str | None, by: User) -> None:
    """Note whether the committee agrees to treat ``item``; without it the item is postponed, not decided."""
    phases.require_in_session(item.meeting)
    if not has_consent and item.resolutions:
        raise DomainError("Zu diesem Punkt ist schon ein Beschluss festgehalten.", field="consent")
    was_refused = item.has_consent is False and item.result is ItemResult.POSTPONED
    item.has_consent, item.consent_note = has_consent, (note or "").strip() or item.consent_note
    if has_consent and was_refused:
        item.result = None
    elif not has_consent and item.result is None:
        item.result = ItemResult.POSTPONED
    db.session.flush()


def add_urgent_item(
    meeting: Meeting, *, title: str, kind: ItemKind, is_public: bool, proposed_resolution: str, reason: str,
    has_consent: bool, consent_note: str | None, by: User,
) -> AgendaItem:  # fmt: skip
    """Put an urgent item on the agenda of a running meeting, unless the rules exclude it or consent is missing."""
    phases.require_in_session(meeting)
    require_admitted(meeting, SupplementKind.URGENT, field="title")
    rule = procedure_of_meeting(meeting).rule(RuleKind.URGENT_ITEMS)
    if rule.is_on and rule.mode == Admission.WITH_CONSENT and not has_consent:
        source = f" ({rule.source})" if rule.source else ""
        raise DomainError(f"Das geht nur mit Zustimmung des Gremiums{source}.", field="has_consent")
    item = add_item(
        meeting, by=by, title=title, kind=kind, is_public=is_public, planned_minutes=None, rapporteur=None,
        description="", proposed_resolution=proposed_resolution, internal_note="", reason=reason.strip(),
    )  # fmt: skip
    if has_consent:
        item.has_consent = True
    notes = [(consent_note or "").strip(), reason.strip() if item.supplement is None else ""]
    item.consent_note = "; ".join(note for note in notes if note) or None
    db.session.flush()
    return item
