"""Gather what the extract of a resolution says, and which of them were sent to whom."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from govern.db import db, now
from govern.formats import WEEKDAYS, date_text, local
from govern.meetings import contributions
from govern.meetings.agenda_numbers import numbering
from govern.meetings.contributions import ItemSection
from govern.meetings.extract_content import ExtractContent
from govern.meetings.models import AgendaItem, CircularResolution, Meeting, Resolution, ResolutionExtract
from govern.meetings.queries.asked import ASKED
from govern.meetings.queries.heads import place_of
from govern.meetings.queries.minutes_contents import resolution_box
from govern.meetings.queries.minutes_notes import votes_of
from govern.people.models import User


def extract_of(resolution: Resolution, user: User) -> ExtractContent:
    """The extract as ``user`` may read it, with the work orders they may see."""
    sections = [
        section
        for contribute in contributions.resolution_sections
        for section in contribute(user, [resolution]).get(resolution.id, [])
    ]
    return extract_with(resolution, sections)


def extract_with(resolution: Resolution, sections: Sequence[ItemSection]) -> ExtractContent:
    """The extract with ``sections`` of what is to be done, e.g. only what its addressee was given."""
    item, committee = resolution.item, resolution.committee
    meeting = item.meeting if item is not None else None
    number = resolution.number or date_text(resolution.resolved_on)
    votes = votes_of([item]).get(resolution.id, []) if item is not None else []
    return ExtractContent(
        body=committee.body.name,
        committee=committee.name,
        meeting=meeting.name if meeting is not None else "",
        title=f"Beschlussauszug {number}",
        facts=tuple(_facts(resolution, item)),
        status=_status(meeting),
        is_preliminary=meeting is not None and not meeting.is_released,
        resolution=resolution_box(resolution, votes),
        sections=tuple(sections),
        signature="Für die Richtigkeit: Geschäftsführung",
        file_name=f"Beschlussauszug {number}".replace("/", "-"),
        made_at=now(),
    )


def _facts(resolution: Resolution, item: AgendaItem | None) -> Iterable[tuple[str, str]]:
    yield "Gremium", resolution.committee.name
    yield "Tag", f"{WEEKDAYS[resolution.resolved_on.weekday()]}, {date_text(resolution.resolved_on)}"
    if item is not None:
        meeting = item.meeting
        yield "Sitzung", meeting.name
        if place := place_of(meeting):
            yield "Ort", place
        number = item.frozen_number or numbering(meeting.items)[item.id]
        yield "Tagesordnung", f"TOP {number}  {item.title}"
    else:
        circular = db.session.scalars(
            sa.select(CircularResolution).where(CircularResolution.resolution_id == resolution.id)
        ).one_or_none()
        if circular is not None:
            yield "Verfahren", f"Umlaufbeschluss: {circular.title}"
    if not resolution.is_public:
        yield "Öffentlichkeit", "nicht öffentlich"


def _status(meeting: Meeting | None) -> str:
    if meeting is None:
        return "Auszug aus dem Beschlussverzeichnis"
    if not meeting.is_released:
        return "vorläufig: Das Protokoll ist noch nicht freigegeben."
    if meeting.approved_at is not None:
        return f"Auszug aus dem Protokoll, genehmigt am {date_text(meeting.approved_at)}"
    return f"Auszug aus dem Protokoll, freigegeben am {date_text(local(meeting.released_at or now()))}"


def resolutions_to_extract(meeting: Meeting) -> Sequence[Resolution]:
    """The adopted resolutions of a closed meeting that hold, in the order of their numbers."""
    return db.session.scalars(
        sa.select(Resolution)
        .join(Resolution.item)
        .where(
            AgendaItem.meeting_id == meeting.id,
            Resolution.number.is_not(None),
            Resolution.is_adopted,
            Resolution.cancelled_at.is_(None),
        )
        .options(joinedload(Resolution.item), joinedload(Resolution.responsible_organisation))
        .order_by(Resolution.sequence_number, Resolution.id)
    ).all()


def list_sent(resolutions: Sequence[Resolution]) -> Sequence[ResolutionExtract]:
    """What was sent of these resolutions, the latest first."""
    return db.session.scalars(
        sa.select(ResolutionExtract)
        .where(ResolutionExtract.resolution_id.in_([r.id for r in resolutions]))
        .options(joinedload(ResolutionExtract.mail))
        .order_by(ResolutionExtract.sent_at.desc(), ResolutionExtract.id)
    ).all()


@dataclass(frozen=True)
class ExtractFigures:
    """How many resolutions of a meeting could be sent on, and when the last extract left."""

    resolutions: int
    sent: int
    last_sent_at: datetime | None


def extract_figures(meeting: Meeting) -> ExtractFigures:
    """For the page of the minutes; one statement."""
    row = db.session.execute(_figures(), {"meeting_id": meeting.id}).one()
    return ExtractFigures(row[0] or 0, row[1] or 0, row[2])


@cache
def _figures() -> sa.Select[int, int, datetime | None]:
    return (
        sa.select(
            sa.func.count(sa.distinct(Resolution.id)),
            sa.func.count(sa.distinct(ResolutionExtract.resolution_id)),
            sa.func.max(ResolutionExtract.sent_at),
        )
        .join(Resolution.item)
        .outerjoin(ResolutionExtract, ResolutionExtract.resolution_id == Resolution.id)
        .where(
            AgendaItem.meeting_id == ASKED.id, Resolution.is_adopted, Resolution.cancelled_at.is_(None),
            Resolution.number.is_not(None),
        )
    )  # fmt: skip
