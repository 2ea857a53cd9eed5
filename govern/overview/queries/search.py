"""One search across everything; each kind starts from what the person may see (D-10)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from govern.actions.models import WorkOrder
from govern.actions.policies import viewable_by as orders_viewable_by
from govern.committees.models import Committee, CommitteeName
from govern.committees.policies import viewable_by as committees_viewable_by
from govern.db import LONGEST_WORD, db, search_words
from govern.formats import date_text, one_line, timespan, today
from govern.meetings.models import AgendaItem, Meeting, Resolution
from govern.meetings.policies import items_viewable_by, resolutions_viewable_by
from govern.meetings.policies import viewable_by as meetings_viewable_by
from govern.people.models import Organisation, Person, PersonFunction, User
from govern.people.policies import organisations_viewable_by, persons_viewable_by
from govern.people.queries.organisations import organisation_matches
from govern.people.queries.persons import person_matches, running_functions

FEW, MANY = 10, 50


@dataclass(frozen=True)
class Hit:
    """One line of the answer."""

    title: str
    url: str
    facts: str = ""


@dataclass(frozen=True)
class Hits:
    """What was found of one kind."""

    key: str
    heading: str
    hits: list[Hit]
    total: int


def search(user: User, text: str, *, kind: str = "", page: int = 1) -> list[Hits]:
    """What ``text`` finds, by kind: the first few of each, or one page of a single ``kind``."""
    words = search_words(text)
    if not words:
        return []
    kinds = [kind] if kind in KINDS else list(KINDS)
    most, offset = (MANY, (page - 1) * MANY) if kind in KINDS else (FEW, 0)
    found = []
    for key in kinds:
        heading, statement_of, hit_of = KINDS[key]
        # The number of all rides along as a window function: one statement a kind.
        statement = statement_of(user, text, words).add_columns(sa.func.count().over()).limit(most).offset(offset)
        rows = db.session.execute(statement).unique().all()
        found.append(Hits(key, heading, [hit_of(row[0]) for row in rows], rows[0][1] if rows else 0))
    return [hits for hits in found if hits.hits]


def _committees(user: User, _text: str, words: list[str]) -> sa.Select[Any]:
    also = sa.select(CommitteeName.id).where(
        CommitteeName.committee_id == Committee.id, *(CommitteeName.sort_name.contains(w) for w in words)
    )
    named = sa.and_(*(Committee.sort_name.contains(w) for w in words))
    short = sa.func.lower(Committee.short_name) == " ".join(words)
    return (
        sa.select(Committee)
        .where(committees_viewable_by(user), sa.or_(named, short, also.exists()))
        .order_by(Committee.is_highest.desc(), Committee.sort_name, Committee.id)
    )


def _organisations(user: User, text: str, _words: list[str]) -> sa.Select[Any]:
    return (
        sa.select(Organisation)
        .where(organisations_viewable_by(user), organisation_matches(text))
        .options(joinedload(Organisation.parent))
        .order_by(Organisation.sort_name, Organisation.id)
    )


def _persons(user: User, text: str, _words: list[str]) -> sa.Select[Any]:
    return (
        sa.select(Person)
        .where(persons_viewable_by(user), person_matches(text))
        .options(sa.orm.selectinload(Person.functions).joinedload(PersonFunction.organisation))
        .order_by(Person.sort_name, Person.id)
    )


def _meetings(user: User, _text: str, words: list[str]) -> sa.Select[Any]:
    return (
        sa.select(Meeting)
        .join(Meeting.committee)
        .where(
            meetings_viewable_by(user),
            Meeting.deleted_at.is_(None),
            *(sa.or_(Meeting.sort_title.contains(w), Committee.sort_name.contains(w)) for w in words),
        )
        .options(sa.orm.contains_eager(Meeting.committee))
        .order_by(Meeting.starts_at.desc(), Meeting.id)
    )


def _items(user: User, _text: str, words: list[str]) -> sa.Select[Any]:
    return (
        sa.select(AgendaItem)
        .join(AgendaItem.meeting)
        .where(
            items_viewable_by(user),
            Meeting.deleted_at.is_(None),
            *(AgendaItem.sort_title.contains(w) for w in words),
        )
        .options(sa.orm.contains_eager(AgendaItem.meeting).joinedload(Meeting.committee))
        .order_by(Meeting.starts_at.desc(), AgendaItem.position, AgendaItem.id)
    )


def _resolutions(user: User, text: str, words: list[str]) -> sa.Select[Any]:
    numbered = sa.func.lower(Resolution.number).contains(text.strip().lower()[:LONGEST_WORD], autoescape=True)
    return (
        sa.select(Resolution)
        .outerjoin(Resolution.item)
        .outerjoin(AgendaItem.meeting)
        .where(
            resolutions_viewable_by(user),
            sa.or_(Meeting.id.is_(None), Meeting.deleted_at.is_(None)),
            sa.or_(numbered, sa.and_(*(Resolution.sort_text.contains(w) for w in words))),
        )
        .options(joinedload(Resolution.committee))
        .order_by(Resolution.resolved_on.desc(), Resolution.id.desc())
    )


def _orders(user: User, text: str, words: list[str]) -> sa.Select[Any]:
    numbered = sa.func.lower(WorkOrder.number).contains(text.strip().lower()[:LONGEST_WORD], autoescape=True)
    return (
        sa.select(WorkOrder)
        .where(
            orders_viewable_by(user),
            sa.or_(numbered, sa.and_(*(WorkOrder.sort_text.contains(w) for w in words))),
        )
        .options(joinedload(WorkOrder.committee))
        .order_by(WorkOrder.id.desc())
    )


def _committee_hit(committee: Committee) -> Hit:
    return Hit(committee.name, f"/gremien/{committee.id}", f"{committee.kind.label} · {committee.status.label}")


def _organisation_hit(organisation: Organisation) -> Hit:
    parent = f" · {organisation.parent.name}" if organisation.parent else ""
    return Hit(organisation.name, f"/organisationen/{organisation.id}", organisation.kind_label + parent)


def _person_hit(person: Person) -> Hit:
    functions = " · ".join(f.label for f in running_functions(person, today()))
    return Hit(person.name, f"/personen/{person.id}", functions or "ohne Funktion")


def _meeting_hit(meeting: Meeting) -> Hit:
    facts = f"{timespan(meeting.starts_at, meeting.ends_at)} · {meeting.state.label}"
    return Hit(f"{meeting.name} · {meeting.committee.name}", f"/sitzungen/{meeting.id}", facts)


def _item_hit(item: AgendaItem) -> Hit:
    facts = f"{item.meeting.name} · {item.meeting.committee.label} · {date_text(item.meeting.starts_at)}"
    if not item.is_public:
        facts += " · nicht öffentlich"
    return Hit(item.title, f"/tagesordnungspunkte/{item.id}", facts)


def _resolution_hit(resolution: Resolution) -> Hit:
    number = resolution.number or "vorläufig"
    facts = f"{number} · {resolution.committee.label} · {date_text(resolution.resolved_on)}"
    return Hit(one_line(resolution.text), f"/beschluesse/{resolution.id}", facts)


def _order_hit(order: WorkOrder) -> Hit:
    due = f" · Frist {date_text(order.due_on)}" if order.due_on else ""
    facts = f"{order.number or 'Entwurf'} · {order.committee.label} · {order.state.label}{due}"
    return Hit(order.task, f"/arbeitsauftraege/{order.id}", facts)


_Statement = Callable[[User, str, list[str]], sa.Select[Any]]

KINDS: dict[str, tuple[str, _Statement, Callable[[Any], Hit]]] = {
    "gremien": ("Gremien", _committees, _committee_hit),
    "sitzungen": ("Sitzungen", _meetings, _meeting_hit),
    "punkte": ("Tagesordnungspunkte", _items, _item_hit),
    "beschluesse": ("Beschlüsse", _resolutions, _resolution_hit),
    "auftraege": ("Arbeitsaufträge", _orders, _order_hit),
    "organisationen": ("Organisationen", _organisations, _organisation_hit),
    "personen": ("Personen", _persons, _person_hit),
}
"""Kind in the address → heading, statement, line."""
