"""Link a change of a concept to the matter, resolution or work order behind it."""

from __future__ import annotations

from govern.actions.models import ChangeCause, Matter
from govern.actions.queries.change_causes import find_by_number
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
    # The word alone: who reads the concept need not be allowed to read the number.
    if isinstance(found, Matter):
        return ChangeReason("Lücke aus der Praxis", lambda change: _keep(change, matter_id=found.id))
    if isinstance(found, Resolution):
        return ChangeReason("Beschluss", lambda change: _keep(change, resolution_id=found.id))
    return ChangeReason("Arbeitsauftrag", lambda change: _keep(change, work_order_id=found.id))


def _keep(change: ConceptChange, **cause: int) -> None:
    db.session.add(ChangeCause(change_id=change.id, **cause))
    db.session.flush()
