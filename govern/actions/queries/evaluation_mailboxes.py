"""Where questions about the effect go: to the mailbox of the institution, to the office of the committee."""

from __future__ import annotations

from govern.actions.mailboxes import Mailbox
from govern.actions.models import EvaluationRequest
from govern.actions.queries.order_mailboxes import office_mailboxes, organisation_mailboxes


def asked_mailboxes(request: EvaluationRequest) -> list[Mailbox]:
    """The mailbox of whoever is asked; empty: none is known."""
    if request.organisation is not None:
        return organisation_mailboxes(request.organisation)
    return office_mailboxes(request.committee) if request.committee is not None else []
