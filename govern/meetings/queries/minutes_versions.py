"""Read the kept versions of minutes and check them against their hashes (E-14)."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from govern.db import db
from govern.meetings.minutes_content import digest_of
from govern.meetings.models import Meeting, MinutesMail, MinutesVersion
from govern.people.models import User


def latest_version(meeting: Meeting) -> MinutesVersion | None:
    """The last version that was kept of the minutes of ``meeting``; None while they are a draft."""
    if not meeting.is_released:
        return None
    return db.session.scalars(
        sa.select(MinutesVersion)
        .where(MinutesVersion.meeting_id == meeting.id)
        .options(joinedload(MinutesVersion.meeting).joinedload(Meeting.committee))
        .order_by(MinutesVersion.number.desc())
        .limit(1)
    ).first()


def find_by_digest(meeting: Meeting, digest: str) -> MinutesVersion | None:
    """The latest version of ``meeting`` that bears ``digest``, as a whole or in its public part."""
    return db.session.scalars(
        sa.select(MinutesVersion)
        .where(
            MinutesVersion.meeting_id == meeting.id,
            sa.or_(MinutesVersion.sha256 == digest, MinutesVersion.public_sha256 == digest),
        )
        .options(joinedload(MinutesVersion.meeting).joinedload(Meeting.committee))
        .order_by(MinutesVersion.number.desc())
        .limit(1)
    ).first()


def list_versions(meeting: Meeting) -> Sequence[MinutesVersion]:
    """All versions, the oldest first, without their content; one statement."""
    return db.session.scalars(
        sa.select(MinutesVersion)
        .where(MinutesVersion.meeting_id == meeting.id)
        .options(joinedload(MinutesVersion.made_by).selectinload(User.roles), sa.orm.defer(MinutesVersion.content))
        .order_by(MinutesVersion.number)
    ).all()


def list_sent(meeting: Meeting) -> Sequence[MinutesMail]:
    """Who got which version, in the order of sending."""
    return db.session.scalars(
        sa.select(MinutesMail)
        .join(MinutesMail.version)
        .where(MinutesVersion.meeting_id == meeting.id)
        .options(
            selectinload(MinutesMail.mail),
            joinedload(MinutesMail.version).load_only(MinutesVersion.number, MinutesVersion.made_at),
        )
        .order_by(MinutesMail.id)
    ).all()


def is_intact(version: MinutesVersion) -> bool:
    """True if what is kept still has the hashes that were printed."""
    content = version.content
    return (digest_of(content["full"]), digest_of(content["public"])) == (version.sha256, version.public_sha256)
