"""Plan meetings in one go: by the cadence over a year, or one per municipality (C14)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time

from govern.committees.models import Committee
from govern.db import db
from govern.errors import DomainError
from govern.meetings.models import Meeting, MeetingMode, MeetingSeries, Place, SeriesKind
from govern.meetings.queries.meetings import next_number
from govern.meetings.services.meetings import plan_meeting
from govern.people.models import Organisation, User

MOST_MEETINGS = 60
MUNICIPALITY = "{Kommune}"
"""Stands for the name of the municipality in the titles of a tour."""


@dataclass(frozen=True)
class Entry:
    """One meeting of a series."""

    day: date
    starts: time
    ends: time
    place: Place | None = None
    place_note: str | None = None
    municipality: Organisation | None = None


def plan_year(
    committee: Committee,
    entries: Sequence[Entry],
    *,
    by: User,
    host: str,
    title: str,
    mode: MeetingMode,
    with_standing_items: bool,
) -> MeetingSeries:
    """Plan all meetings of a year at once, numbered on from the last one, with the standing items as agenda."""
    series = _open(committee, SeriesKind.CADENCE, title, entries, by)
    number = next_number(committee)
    for n, entry in enumerate(sorted(entries, key=lambda e: (e.day, e.starts))):
        _plan(series, entry, by, host, mode, number=number + n, title=None, with_standing_items=with_standing_items)
    db.session.flush()
    return series


def plan_tour(
    committee: Committee,
    entries: Sequence[Entry],
    *,
    by: User,
    host: str,
    title: str,
    meeting_title: str,
    mode: MeetingMode,
    with_standing_items: bool,
) -> MeetingSeries:
    """Plan one meeting per municipality, titled by a pattern; they do not count as numbered meetings."""
    if MUNICIPALITY not in meeting_title and len(entries) > 1:
        raise DomainError(f"Bitte {MUNICIPALITY} in den Titel schreiben, damit man die Sitzungen unterscheidet.",
                          field="meeting_title")  # fmt: skip
    series = _open(committee, SeriesKind.TOUR, title, entries, by)
    for entry in entries:
        name = entry.municipality.name if entry.municipality is not None else ""
        meeting = _plan(series, entry, by, host, mode, number=None, title=meeting_title.replace(MUNICIPALITY, name),
                        with_standing_items=with_standing_items)  # fmt: skip
        meeting.municipality = entry.municipality
    db.session.flush()
    return series


def _open(committee: Committee, kind: SeriesKind, title: str, entries: Sequence[Entry], by: User) -> MeetingSeries:
    if committee.is_over:
        raise DomainError("Dieses Gremium ist abgeschlossen; neue Sitzungen sind nicht möglich.")
    if not entries:
        raise DomainError("Bitte mindestens einen Termin angeben.")
    if len(entries) > MOST_MEETINGS:
        raise DomainError(f"Höchstens {MOST_MEETINGS} Sitzungen auf einmal.")
    times = [(entry.day, entry.starts) for entry in entries]
    if kind is SeriesKind.CADENCE and len(set(times)) != len(times):
        raise DomainError("Zwei Sitzungen beginnen zur selben Zeit.")
    series = MeetingSeries(committee=committee, kind=kind, title=title.strip())
    db.session.add(series)
    db.session.flush()
    return series


def _plan(
    series: MeetingSeries, entry: Entry, by: User, host: str, mode: MeetingMode, *, number: int | None,
    title: str | None, with_standing_items: bool,
) -> Meeting:  # fmt: skip
    committee = series.committee
    meeting = plan_meeting(
        committee, by=by, host=host, day=entry.day, starts=entry.starts, ends=entry.ends, number=number, title=title,
        mode=mode, place=entry.place, place_note=entry.place_note, video_url=None, is_public=committee.meetings_public,
        chair_function=committee.chair_function, chair=None, moderator_function=committee.moderation, moderator=None,
        minute_takers=(), with_standing_items=with_standing_items,
    )  # fmt: skip
    meeting.series_id = series.id
    return meeting
