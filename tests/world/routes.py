"""What the ids in addresses point to."""

from __future__ import annotations

from govern.actions.models import (
    WorkOrder,
)
from govern.committees.models import (
    Committee,
    CommitteeOfficer,
    CompositionRule,
    Mandate,
    Seat,
    SeatGroup,
)
from govern.db import Base, db
from govern.documents.models import Document
from govern.meetings.models import (
    AgendaChange,
    AgendaItem,
    Attendance,
    ConflictingText,
    ImplementerConsent,
    Meeting,
    MeetingGuest,
    Paper,
    Resolution,
    StandingItem,
    Topic,
)
from govern.people.models import (
    Organisation,
    Person,
    PersonFunction,
    UserRole,
)


def child_model(parameter: str, folder: str) -> type[Base]:
    """What a further id of a route points to, by its name (`item_id`) or the word before it (`…/gaeste/<int:id>`)."""
    return CHILDREN[folder if parameter == "id" else parameter]


def children_of(model: type[Base], row: Base) -> list[tuple[int, bool]]:
    """Ids of rows of ``model``: one that belongs to ``row`` and one that does not."""
    found: dict[bool, int] = {}
    for child in db.session.query(model).order_by(model.id).limit(500):
        found.setdefault(belongs_to(child, row), child.id)  # type: ignore[attr-defined]
    return [(identity, belongs) for belongs, identity in found.items()]


def belongs_to(one: Base, other: Base) -> bool:
    """True if one of two rows points to the other, itself or through its agenda item."""
    return points_to(one, other) or points_to(other, one)


def points_to(row: Base, target: Base) -> bool:
    keys = [c.name for c in row.__table__.columns if any(f.column.table is target.__table__ for f in c.foreign_keys)]
    item = getattr(row, "item", None)
    return any(getattr(row, key) == target.id for key in keys) or (  # type: ignore[attr-defined]
        isinstance(target, Meeting) and item is not None and item.meeting_id == target.id
    )


CHILDREN: dict[str, type[Base]] = {
    "function_id": PersonFunction,
    "role_id": UserRole,
    "seat_id": Seat,
    "group_id": SeatGroup,
    "mandate_id": Mandate,
    "officer_id": CommitteeOfficer,
    "rule_id": CompositionRule,
    "item_id": AgendaItem,
    "paper_id": Paper,
    "line_id": AgendaChange,
    "attendance_id": Attendance,
    "guest_id": MeetingGuest,
    "resolution_id": Resolution,
    "topic_id": Topic,
    "order_id": WorkOrder,
    "committee_id": Committee,
    "organisation_id": Organisation,
    "person_id": Person,
    "meeting_id": Meeting,
    "standing_item_id": StandingItem,
    "document_id": Document,
    "conflict_id": ConflictingText,
    "sitzungen": Meeting,
    "gremien": Committee,
    "anwesenheit": Attendance,
    "gaeste": MeetingGuest,
    "beschluesse": Resolution,
    "einvernehmen": ImplementerConsent,
}
"""What the second parameters of routes point to."""
