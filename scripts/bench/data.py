"""Ten years of Rhein-Kreis Neuss: 48 committees, 2,000 meetings with 20,000 items, and what hangs on them.

Written in bulk, with fixed choices (no chance), on top of the demo of the county. ``scale`` 10 makes ten times as much.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

import sqlalchemy as sa

from govern import search
from govern.actions.models import GapReport, Matter, MatterTopic, WorkOrder, WorkOrderState
from govern.committees.models import Committee, CommitteeStatus, Seat
from govern.db import db, now, sort_key
from govern.formats import today
from govern.meetings.models import (
    AgendaItem,
    Attendance,
    AttendanceState,
    ItemKind,
    ItemResult,
    Meeting,
    MeetingState,
    Paper,
    Resolution,
    ResolutionOutcome,
    Topic,
    TopicState,
)
from govern.overview.services.kept_figures import keep_figures
from govern.people.models import Body, Organisation
from scripts.bench.concepts import fill_concept
from scripts.bench.more import fill_more

MEETINGS, ITEMS_EACH = 2_000, 10
BIG_ITEMS, BIG_MEETINGS = 30, 3
"""So many items have the meetings whose pages are measured: one released, one with a draft of minutes, one running."""
CHAIN_REPORTS = 200
"""So many reports has the matter whose whole chain is measured."""
BATCH = 5_000
SUBJECTS = (
    "Wohnraum für zugewanderte Familien", "Übergang von der Schule in den Beruf", "Sprachkurse im ländlichen Raum",
    "Anerkennung ausländischer Abschlüsse", "Kita-Zugang für spät zugezogene Kinder", "Dolmetscherpool des Kreises",
    "Zusammenarbeit mit den Ausländerbehörden", "Gesundheitsversorgung neu Zugewanderter",
)  # fmt: skip
WORDS = "Das Gremium berät über den Bericht der Verwaltung und hält die nächsten Schritte mit Zuständigkeiten fest. "

Rows = Iterator[dict[str, Any]]


def fill(scale: int) -> dict[str, int]:
    """Fill the database around today and return the ids of what is measured."""
    body = db.session.scalars(sa.select(Body)).one()
    committees = list(db.session.scalars(sa.select(Committee.id).where(Committee.is_kim).order_by(Committee.id)))
    highest = db.session.scalars(sa.select(Committee).where(Committee.is_highest)).one()
    _keep_active(committees)
    first = {table: (db.session.scalar(sa.select(sa.func.max(table.id))) or 0) + 1 for table in COUNTED}
    seats = _seats()
    organisations = list(db.session.scalars(sa.select(Organisation.id).order_by(Organisation.id)))
    meetings = MEETINGS * scale
    _insert(Meeting, _meetings(first[Meeting], meetings, committees, highest.id))
    _insert(AgendaItem, _items(first[AgendaItem], first[Meeting], meetings))
    _insert(Attendance, _attendances(first[Meeting], meetings, committees, highest.id, seats))
    _insert(Resolution, _resolutions(first, meetings, committees, highest.id))
    _insert(Paper, _papers(first[AgendaItem], meetings))
    _insert(WorkOrder, _orders(first, meetings, body.id, committees, highest.id, organisations))
    _insert(Topic, _topics(first[Topic], meetings // 2, committees))
    _renew_sequences()  # before rows without ids of their own
    db.session.commit()
    big = first[Meeting]
    more = fill_more(scale, body=body.id, committees=committees, highest=highest.id, first_meeting=big)
    more |= fill_concept(body.id, highest.id)
    _link_chain(first[WorkOrder], first[Topic], more["chain_matter"])
    keep_figures(today())  # as on the first morning
    _renew_sequences()
    search.rebuild()  # rows written in bulk pass by the session that keeps the index
    db.session.commit()
    return {
        **more,
        "committee": highest.id,
        "past": big,
        "coming": _coming(highest.id),
        "item": first[AgendaItem],
        "resolution": first[Resolution],
        "organisation": organisations[len(organisations) // 2],
        "order": first[WorkOrder],
        "topic": first[Topic],
    }


def _link_chain(order_id: int, topic_id: int, matter_id: int) -> None:
    """A matter with many reports, its topic, item, resolution and orders, linked by id."""
    order = db.session.get_one(WorkOrder, order_id)
    item = db.session.get_one(AgendaItem, order.item_id)
    topic = db.session.get_one(Topic, topic_id)
    topic.committee_id, topic.state, item.topic_id = item.meeting.committee_id, TopicState.SCHEDULED, topic_id
    db.session.add(MatterTopic(matter_id=matter_id, topic_id=topic_id))
    order.resolution_id = db.session.scalar(sa.select(Resolution.id).where(Resolution.item_id == item.id))
    assigned = sa.select(GapReport.id).where(GapReport.state == "assigned").order_by(GapReport.id.desc())
    reports = db.session.scalars(assigned.limit(CHAIN_REPORTS)).all()
    db.session.execute(sa.update(GapReport).where(GapReport.id.in_(reports)).values(matter_id=matter_id))


COUNTED = (Meeting, AgendaItem, Resolution, WorkOrder, Topic)
"""Tables written with ids of their own."""


def _keep_active(committees: Sequence[int]) -> None:
    db.session.execute(sa.update(Committee).where(Committee.id.in_(committees)).values(status=CommitteeStatus.ACTIVE))


def _seats() -> dict[int, list[int]]:
    seats: dict[int, list[int]] = {}
    for committee_id, seat_id in db.session.execute(sa.select(Seat.committee_id, Seat.id).order_by(Seat.id)):
        seats.setdefault(committee_id, []).append(seat_id)
    return seats


def _coming(committee_id: int) -> int:
    found = db.session.scalars(
        sa.select(Meeting.id)
        .where(Meeting.committee_id == committee_id, Meeting.starts_at > datetime.now(UTC))
        .order_by(Meeting.starts_at)
        .limit(1)
    ).one()
    start = db.session.scalar(sa.select(sa.func.max(AgendaItem.id))) or 0
    there = db.session.scalar(sa.select(sa.func.count()).select_from(AgendaItem).where(AgendaItem.meeting_id == found))
    _insert(AgendaItem, (_item(start + n, found, 100 + n) for n in range(1, BIG_ITEMS + 1 - (there or 0))))
    db.session.commit()
    return found


def _committee_of(n: int, committees: Sequence[int], highest: int) -> int:
    return highest if n < BIG_MEETINGS else committees[n % len(committees)]


def _meetings(first: int, count: int, committees: Sequence[int], highest: int) -> Rows:
    start = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0)
    numbers: dict[int, int] = {}
    for n in range(count):
        committee = _committee_of(n, committees, highest)
        numbers[committee] = numbers.get(committee, 0) + 1
        begins = start - timedelta(days=20 + n * 3650 // count)
        title = f"{numbers[committee]}. Sitzung"
        yield {
            "id": first + n, "committee_id": committee, "number": 1000 + numbers[committee],
            "sort_title": sort_key(title),
            "starts_at": begins, "ends_at": begins + timedelta(hours=2), "state": MeetingState.RELEASED,
            "is_public": n % 2 == 0, "ical_uid": f"bench-{first + n}@neuss.example", "published_at": begins,
            "invited_at": begins, "closed_at": begins, "released_at": begins, "started_at": begins, "ended_at": begins,
            "created_at": begins, "ical_changed_at": begins, "general_minutes": WORDS,
        }  # fmt: skip


def _items_of(n: int) -> int:
    return BIG_ITEMS if n < BIG_MEETINGS else ITEMS_EACH


def _item(identity: int, meeting_id: int, position: int) -> dict[str, Any]:
    subject = SUBJECTS[identity % len(SUBJECTS)]
    kind = (ItemKind.REPORT, ItemKind.DISCUSSION, ItemKind.DECISION)[identity % 3]
    return {
        "id": identity, "meeting_id": meeting_id, "position": position, "kind": kind, "title": subject,
        "description": WORDS * 2, "is_public": identity % 7 != 0,
        "proposed_resolution": WORDS if kind is ItemKind.DECISION else "", "planned_minutes": 10,
    }  # fmt: skip


def _items(first: int, first_meeting: int, meetings: int) -> Rows:
    identity = first
    for n in range(meetings):
        for position in range(_items_of(n)):
            row = _item(identity, first_meeting + n, position)
            decided = row["kind"] is ItemKind.DECISION
            row |= {"minutes_text": WORDS * 3, "minutes_version": 1, "frozen_number": str(position + 1),
                    "result": ItemResult.DECIDED if decided else ItemResult.NOTED}  # fmt: skip
            yield row
            identity += 1


def _attendances(first: int, count: int, committees: Sequence[int], highest: int, seats: dict[int, list[int]]) -> Rows:
    states = (AttendanceState.PRESENT, AttendanceState.PRESENT, AttendanceState.PRESENT, AttendanceState.EXCUSED)
    for n in range(count):
        for position, seat in enumerate(seats.get(_committee_of(n, committees, highest), [])[:30]):
            yield {"meeting_id": first + n, "seat_id": seat, "place_in_seat": 1, "position": position,
                   "state": states[(n + position) % 4], "seat_label": f"Sitz {seat}"}  # fmt: skip


def _decisions(first_item: int, meetings: int) -> Iterator[tuple[int, int]]:
    """Item and place of the meeting, for every item that decides."""
    identity = first_item
    for n in range(meetings):
        for _position in range(_items_of(n)):
            if identity % 3 == 2:
                yield identity, n
            identity += 1


def _resolutions(first: dict[Any, int], meetings: int, committees: Sequence[int], highest: int) -> Rows:
    today = datetime.now(UTC).date()
    for n, (item, meeting) in enumerate(_decisions(first[AgendaItem], meetings)):
        committee = _committee_of(meeting, committees, highest)
        yield {
            "id": first[Resolution] + n, "committee_id": committee, "item_id": item, "text": WORDS,
            "outcome": ResolutionOutcome.UNANIMOUS,
            "resolved_on": today - timedelta(days=20 + meeting * 3650 // meetings), "is_public": item % 7 != 0,
            "year": 1900, "sequence_number": n + 1, "number": f"X-B-{n + 1}", "implementation": "done",
        }  # fmt: skip


def _papers(first_item: int, meetings: int) -> Rows:
    identity = first_item
    for n in range(meetings):
        for position in range(_items_of(n)):
            if position % 3 == 0:
                yield {"item_id": identity, "position": 1, "title": f"Vorlage {identity}", "file_name": "vorlage.pdf",
                       "media_type": "application/pdf", "size": 12_345, "sha256": "0" * 64,
                       "stored_name": f"bench-{identity}"}  # fmt: skip
            identity += 1


def _orders(
    first: dict[Any, int], meetings: int, body: int, committees: Sequence[int], highest: int,
    organisations: Sequence[int],
) -> Rows:  # fmt: skip
    today = datetime.now(UTC).date()
    for n, (item, meeting) in enumerate(islice(_decisions(first[AgendaItem], meetings), 0, None, 3)):
        is_open = n % 20 == 0
        yield {
            "id": first[WorkOrder] + n, "body_id": body, "committee_id": _committee_of(meeting, committees, highest),
            "item_id": item, "task": f"{SUBJECTS[n % len(SUBJECTS)]}: Stand berichten",
            "state": WorkOrderState.ISSUED if is_open else WorkOrderState.ACKNOWLEDGED,
            "done_on": None if is_open else today - timedelta(days=10), "number": f"X-{n + 1}", "year": 1900,
            "sequence_number": n + 1, "issued_on": today - timedelta(days=30), "due_on": today + timedelta(days=n % 60),
            "addressee_organisation_id": organisations[n % len(organisations)],
        }  # fmt: skip


def _topics(first: int, count: int, committees: Sequence[int]) -> Rows:
    for n in range(count):
        yield {"id": first + n, "committee_id": committees[n % len(committees)], "title": SUBJECTS[n % len(SUBJECTS)],
               "purpose": WORDS, "state": TopicState.ACCEPTED if n % 10 == 0 else TopicState.DONE,
               "created_at": now() - timedelta(hours=n)}  # fmt: skip


def _insert(model: Any, rows: Rows) -> None:
    while batch := list(islice(rows, BATCH)):
        db.session.execute(sa.insert(model), batch)


def _renew_sequences() -> None:
    # Rows with ids of their own leave PostgreSQL's sequences behind.
    if db.engine.dialect.name != "postgresql":
        return
    for model in (*COUNTED, Matter, GapReport):
        top = sa.select(sa.func.max(model.id)).scalar_subquery()
        sequence = sa.func.pg_get_serial_sequence(model.__tablename__, "id")
        db.session.execute(sa.select(sa.func.setval(sequence, top)))
