"""Names of a committee: renaming from a day on, second spellings, predecessors (A10)."""

from __future__ import annotations

from datetime import date, timedelta

from govern.committees.models import Committee, CommitteeName, CommitteeNameKind
from govern.db import db, sort_key
from govern.errors import DomainError
from govern.people.models import User


def rename_committee(
    committee: Committee, name: str, *, short_name: str | None, from_day: date, today: date, note: str | None, by: User
) -> Committee:
    """Give a committee a new name from a day on; it is still found under the old one."""
    name = name.strip()
    if not name:
        raise DomainError("Bitte einen Namen angeben.", field="name")
    if from_day > today:
        raise DomainError("Bitte einen Tag bis heute angeben.", field="from_day")
    if name == committee.name and short_name == committee.short_name:
        raise DomainError("So heißt das Gremium schon.", field="name")
    last = from_day - timedelta(days=1)
    ended = [n.ends_on for n in committee.names if n.kind is CommitteeNameKind.FORMER and n.ends_on is not None]
    if any(day > last for day in ended):
        raise DomainError("An diesem Tag trug das Gremium einen noch früheren Namen.", field="from_day")
    committee.names.append(
        CommitteeName(
            name=committee.name,
            short_name=committee.short_name,
            kind=CommitteeNameKind.FORMER,
            starts_on=max(ended) + timedelta(days=1) if ended else None,
            ends_on=last,
            note=note,
        )
    )
    committee.name = name
    committee.short_name = short_name
    db.session.flush()
    return committee


def add_name(committee: Committee, name: str, *, kind: CommitteeNameKind, note: str | None, by: User) -> CommitteeName:
    """Record under which other name the committee is found: a second spelling or a predecessor."""
    name = name.strip()
    if not name:
        raise DomainError("Bitte einen Namen angeben.", field="name")
    if any(sort_key(n.name) == sort_key(name) and n.kind is kind for n in committee.names):
        raise DomainError("Dieser Name ist schon eingetragen.", field="name")
    entry = CommitteeName(name=name, kind=kind, note=note)
    committee.names.append(entry)
    db.session.flush()
    return entry


def remove_name(entry: CommitteeName, *, by: User) -> None:
    """Take back a second spelling or predecessor that was entered by mistake; former names stay."""
    if entry.kind is CommitteeNameKind.FORMER:
        raise DomainError("Frühere Namen gehören zur Geschichte des Gremiums und bleiben stehen.")
    entry.committee.names.remove(entry)
    db.session.flush()
