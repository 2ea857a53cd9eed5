"""Link a change of a concept to the matter, resolution or work order behind it."""

from __future__ import annotations

from govern.actions.models import ChangeCause, Matter
from govern.actions.queries.change_causes import FROM_PRACTICE, ORDERED, RESOLVED, find_by_number
from govern.db import db
from govern.documents.contributions import ChangeReason
from govern.documents.models import ConceptChange
from govern.meetings.models import Resolution
from govern.people.models import User


def reason_of(user: User, number: str) -> ChangeReason | None:
    """What bears ``number`` as the reason of a change, if ``user`` may see it."""
    found = find_by_number(user, number)
    if found is None:
        return None
    if isinstance(found, Matter):
        return ChangeReason(FROM_PRACTICE, lambda change: _keep(change, matter_id=found.id))
    if isinstance(found, Resolution):
        return ChangeReason(RESOLVED, lambda change: _keep(change, resolution_id=found.id))
    return ChangeReason(ORDERED, lambda change: _keep(change, work_order_id=found.id))


def _keep(change: ConceptChange, **cause: int) -> None:
    db.session.add(ChangeCause(change_id=change.id, **cause))
    db.session.flush()
