"""Names of a committee: renaming from a day on, second spellings, predecessors (A10)."""

from __future__ import annotations

from datetime import date, timedelta

import sqlalchemy as sa

from govern.committees.models import Committee, CommitteeName, CommitteeNameKind
from govern.committees.short_names import squeezed
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


def set_short_name(committee: Committee, short_name: str, *, by: User) -> None:
    """Say under which short name the committee stands in numbers; each committee of a body has its own."""
    others = db.session.scalars(
        sa.select(Committee).where(
            Committee.body_id == committee.body_id, Committee.id != committee.id, Committee.short_name.is_not(None)
        )
    )
    same = next((other for other in others if squeezed(other.short_name or "") == squeezed(short_name)), None)
    if same is not None:
        raise DomainError(f"Diesen Kurznamen hat schon: {same.name}. Bitte wählen Sie einen anderen.",
                          field="short_name")  # fmt: skip
    committee.short_name = short_name
    db.session.flush()


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
