"""Mails about consultations and agreements, put into the outbox in the same transaction as what they tell.

Of a confidential concept they name nothing; comments are read after signing in only. An agreement that is not for
everybody is named by its kind and reference number.
"""

from __future__ import annotations

from collections.abc import Sequence

from flask import current_app

from govern import mail
from govern.documents.models import CONCLUDED_STATES, Agreement, Consultation, ConsultationInvitation, ReminderOccasion
from govern.formats import date_text, partial_date
from govern.people.mails import sender
from govern.web import absolute_url


def invite(invitation: ConsultationInvitation, *, is_reminder: bool = False) -> None:
    """Ask for comments, or remind of it before the last day."""
    consultation = invitation.consultation
    version = consultation.version
    concept = version.concept
    what = "zu einem nicht öffentlichen Konzept" if concept.is_confidential else f"zu „{concept.title}“"
    question = "" if concept.is_confidential else consultation.question
    name, address = sender(concept.body)
    text = mail.compose(
        "mail/consultation.txt", sender=name, is_reminder=is_reminder, question=question or "",
        draft="" if concept.is_confidential else version.label, what=what, until=date_text(consultation.until),
        link=absolute_url(f"/beteiligungen/{consultation.id}"),
    )  # fmt: skip
    mail.queue(
        body_id=concept.body_id, to_address=invitation.address, to_name=invitation.name, from_address=address,
        from_name=name, subject=f"{'Erinnerung: ' if is_reminder else ''}Ihre Stellungnahme {what}", text=text,
        host=current_app.config["SETTINGS"].host,
    )  # fmt: skip


def tell_changed(invitation: ConsultationInvitation, changes: Sequence[str]) -> None:
    """Tell who was invited that the last day moved, or that others read the comments from now on."""
    consultation = invitation.consultation
    concept = consultation.version.concept
    what = "zu einem nicht öffentlichen Konzept" if concept.is_confidential else f"zu „{concept.title}“"
    name, address = sender(concept.body)
    mail.queue(
        body_id=concept.body_id, to_address=invitation.address, to_name=invitation.name, from_address=address,
        from_name=name, subject=f"Beteiligung geändert: Ihre Stellungnahme {what}",
        text=mail.compose("mail/consultation_changed.txt", sender=name, what=what, changes=changes,
                          link=absolute_url(f"/beteiligungen/{consultation.id}")),
        host=current_app.config["SETTINGS"].host,
    )  # fmt: skip


def tell_answers(consultation: Consultation, to: str, to_name: str | None) -> None:
    """Tell whoever commented, or the mailbox of the institution for which that was, that the answers can be read."""
    concept = consultation.version.concept
    what = "zu einem nicht öffentlichen Konzept" if concept.is_confidential else f"zu „{concept.title}“"
    name, address = sender(concept.body)
    mail.queue(
        body_id=concept.body_id, to_address=to, to_name=to_name,
        from_address=address, from_name=name, subject=f"Antworten auf Ihre Stellungnahme {what}",
        text=mail.compose("mail/consultation_answers.txt", sender=name, what=what,
                          link=absolute_url(f"/beteiligungen/{consultation.id}/stellungnahmen?eigene=1")),
        host=current_app.config["SETTINGS"].host,
    )  # fmt: skip


def remind_of_agreement(
    agreement: Agreement, occasion: ReminderOccasion, boxes: Sequence[tuple[str, str | None]]
) -> None:
    """Tell those who look after an agreement that its review or its end comes near."""
    is_review = occasion is ReminderOccasion.REVIEW
    day = date_text(agreement.review_on) if is_review else partial_date(agreement.valid_to)
    name, address = sender(agreement.body)
    text = mail.compose(
        "mail/agreement.txt", sender=name, what=agreement.name_for_outside, is_review=is_review, day=day,
        notice=agreement.notice_period if agreement.is_public and agreement.state in CONCLUDED_STATES else None,
        link=absolute_url(f"/vereinbarungen/{agreement.id}"),
    )  # fmt: skip
    subject = f"{occasion.label}: {agreement.name_for_outside}"
    for to, to_name in boxes:
        mail.queue(
            body_id=agreement.body_id, to_address=to, to_name=to_name, from_address=address, from_name=name,
            subject=subject, text=text, host=current_app.config["SETTINGS"].host,
        )  # fmt: skip
