"""Keep versions of minutes: what was released, corrected and approved, each with its hash (E-14)."""

from __future__ import annotations

import sqlalchemy as sa

from govern.db import db, now
from govern.meetings.minutes_content import as_json, digest_of
from govern.meetings.models import Meeting, MinutesVersion, MinutesVersionKind
from govern.meetings.queries.minutes_contents import whole_contents
from govern.people.models import User


def keep_version(meeting: Meeting, kind: MinutesVersionKind, *, by: User | None) -> MinutesVersion:
    """Keep the minutes as they stand now, with the hashes of the whole and of the public part."""
    db.session.flush()
    whole, public = whole_contents(meeting)
    content = {"full": as_json(whole), "public": as_json(public)}
    last = db.session.scalar(
        sa.select(sa.func.max(MinutesVersion.number)).where(MinutesVersion.meeting_id == meeting.id)
    )
    version = MinutesVersion(
        meeting=meeting, number=(last or 0) + 1, kind=kind, content=content, sha256=digest_of(content["full"]),
        public_sha256=digest_of(content["public"]), made_at=now(), made_by_id=by.id if by is not None else None,
    )  # fmt: skip
    db.session.add(version)
    db.session.flush()
    return version
