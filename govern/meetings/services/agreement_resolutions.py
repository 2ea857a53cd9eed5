"""Say which resolution decided an agreement, and take that back."""

from __future__ import annotations

import sqlalchemy as sa

from govern.db import db
from govern.documents.models import Agreement
from govern.errors import DomainError, NotFound
from govern.meetings.models import AgreementResolution, Resolution
from govern.meetings.queries.agreement_resolutions import find_link
from govern.people.models import User


def link_resolution(agreement: Agreement, resolution: Resolution | None, *, by: User) -> None:
    """Note that ``resolution`` decided on the agreement; None: no such resolution was found."""
    if resolution is None:
        raise DomainError("Einen Beschluss mit dieser Nummer gibt es nicht.", field="number")
    db.session.execute(sa.select(Agreement.id).where(Agreement.id == agreement.id).with_for_update())
    if find_link(agreement, resolution.id) is not None:
        raise DomainError("Dieser Beschluss steht schon bei der Vereinbarung.", field="number")
    db.session.add(AgreementResolution(agreement_id=agreement.id, resolution=resolution, linked_by_id=by.id))
    db.session.flush()


def unlink_resolution(agreement: Agreement, resolution_id: int, *, by: User) -> None:
    """Take back a link that was a mistake."""
    link = find_link(agreement, resolution_id)
    if link is None:
        raise NotFound("Dieser Beschluss steht nicht bei der Vereinbarung.")
    db.session.delete(link)
    db.session.flush()
