"""Write to the mailing lists of committees (I1, I2)."""

from __future__ import annotations

from collections.abc import Sequence

from govern import mail
from govern.committees.models import Committee, ListMail, ListMailRecipient
from govern.committees.policies import can_write_to, can_write_to_case_managers
from govern.committees.queries.list_mails import Recipient, fingerprint_of
from govern.db import db
from govern.errors import Conflict, DomainError
from govern.people.models import User

CHANGED = "Die Liste der Empfänger:innen hat sich seit der Vorschau geändert. Bitte sehen Sie sie noch einmal an."


def send_list_mail(
    committees: Sequence[Committee],
    recipients: Sequence[Recipient],
    *,
    subject: str,
    text: str,
    with_deputies: bool,
    to_case_managers: bool,
    shown: str,
    sender: tuple[str, str],
    host: str,
    by: User,
) -> ListMail:
    """Put one mail for each recipient into the outbox and keep the log. ``shown``: fingerprint of the preview."""
    check_lists(committees, to_case_managers=to_case_managers, by=by)
    return queue_list_mail(
        committees, recipients, subject=subject, text=text, with_deputies=with_deputies,
        to_case_managers=to_case_managers, shown=shown, sender=sender, host=host, by=by,
    )  # fmt: skip


def queue_list_mail(
    committees: Sequence[Committee],
    recipients: Sequence[Recipient],
    *,
    subject: str,
    text: str,
    with_deputies: bool,
    to_case_managers: bool,
    shown: str,
    sender: tuple[str, str],
    host: str,
    by: User,
) -> ListMail:
    """The same where who may write to these lists was settled elsewhere, e.g. by the right to plan a meeting."""
    if fingerprint_of(recipients) != shown:
        raise Conflict(CHANGED)
    if not any(r.address for r in recipients):
        raise DomainError("Niemand von diesen Personen hat eine Adresse.", field="committee_ids")
    sent = ListMail(body_id=by.body_id, subject=subject.strip(), text=text.strip(), with_deputies=with_deputies,
                    to_case_managers=to_case_managers, sent_by_id=by.id, committees=list(committees))  # fmt: skip
    name, address = sender
    for recipient in recipients:
        entry = ListMailRecipient(person_id=recipient.person.id, address=recipient.address)
        if recipient.address:
            entry.mail = mail.queue(
                body_id=by.body_id, to_address=recipient.address,
                to_name=None if recipient.is_mailbox else recipient.person.name, from_address=address, from_name=name,
                subject=sent.subject, text=sent.text + "\n", host=host, reply_to=by.email,
            )  # fmt: skip
        sent.recipients.append(entry)
    db.session.add(sent)
    db.session.flush()
    return sent


def check_lists(committees: Sequence[Committee], *, to_case_managers: bool, by: User) -> None:
    """Raise DomainError when no list was chosen, or one to which this person may not write."""
    if not committees and not to_case_managers:
        raise DomainError("Bitte mindestens einen Verteiler wählen.", field="committee_ids")
    if any(not can_write_to(by, c) for c in committees):
        raise DomainError("An eines dieser Gremien dürfen Sie nicht schreiben.", field="committee_ids")
    if to_case_managers and not can_write_to_case_managers(by):
        raise DomainError("An das Case-Management dürfen Sie nicht schreiben.", field="to_case_managers")
