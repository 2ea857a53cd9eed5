"""Read matters: the list, one with its reports and its whole chain, and what other pages show of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload

from govern import search
from govern.actions.models import (
    ChainPlace,
    GapReport,
    Matter,
    MatterEvent,
    MatterEventKind,
    MatterState,
    MatterTopic,
    ReportRelease,
    ReportSource,
    ReportText,
    WorkOrder,
    WorkOrderState,
)
from govern.actions.periods import Period, Quarter, moments_of
from govern.actions.policies_gaps import counts_of_reports_are_open_to, matters_viewable_by
from govern.actions.queries.chain_links import Stage, StageLinks
from govern.actions.queries.chains import whole_chain
from govern.committees.models import Committee, Seat
from govern.db import db, search_words, sort_key
from govern.formats import at, local, today
from govern.meetings.contributions import ItemSection, Line
from govern.meetings.models import AgendaItem, Meeting, Resolution, Topic
from govern.people.models import Organisation, User

PAGE_SIZE = 25
REPORTS_SHOWN = 25
HEADING = "Lücke aus der Praxis"
OF_REPORTS = (MatterEventKind.REPORT_ADDED, MatterEventKind.REPORT_TAKEN_OUT)
"""Steps that come in numbers; a history shows the newest of them, and all others."""
EVENTS_OF_REPORTS = 200


class Age(StrEnum):
    """How long a matter has been open."""

    NEW = "bis-90"
    MIDDLE = "91-180"
    OLD = "181-365"
    OLDEST = "ab-366"

    @property
    def label(self) -> str:
        return {"bis-90": "bis 90 Tage", "91-180": "91 bis 180 Tage", "181-365": "181 Tage bis ein Jahr",
                "ab-366": "über ein Jahr"}[self.value]  # fmt: skip

    @property
    def days(self) -> tuple[int, int | None]:
        """The least and the most days."""
        return {"bis-90": (0, 90), "91-180": (91, 180), "181-365": (181, 365), "ab-366": (366, None)}[self.value]

    def condition(self, day: date) -> list[sa.ColumnElement[bool]]:
        """Matters of this age on ``day``, as SQL."""
        least, most = self.days
        found = [Matter.created_at < at(day - timedelta(days=least - 1), time())] if least else []
        return [*found, Matter.created_at >= at(day - timedelta(days=most), time())] if most is not None else found


@dataclass(frozen=True, kw_only=True)
class MatterFilter:
    """What the list is narrowed to."""

    state: MatterState | None = MatterState.OPEN
    action_field: str = ""
    chain_place: ChainPlace | None = None
    text: str = ""
    created: Period | Quarter | None = None
    closed: Period | Quarter | None = None
    age: Age | None = None
    leaves_merged_out: bool = False


@dataclass(frozen=True)
class MatterRow:
    """A matter in the list; its number of reports is None for those who may not see it."""

    matter: Matter
    reports: int | None


@dataclass(frozen=True)
class MatterPage:
    """One page of matters."""

    rows: list[MatterRow]
    total: int
    number: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE_SIZE))


@dataclass(frozen=True)
class Figures:
    """True counts of the reports of a matter; for the coordination only."""

    total: int
    municipalities: list[tuple[str, int]]
    quarters: list[tuple[str, int]]
    fields: list[tuple[str, int]]
    places: int
    """How many municipalities are named."""
    first_at: datetime | None


@dataclass(frozen=True)
class Chain:
    """What hangs on a matter, as far as its reader may see it."""

    stages: list[StageLinks]
    resolutions: Sequence[Resolution]
    orders: Sequence[WorkOrder]

    @property
    def committees(self) -> list[str]:
        """The committees before which it was brought."""
        found = [link.place for there in self.stages if there.stage is Stage.TOPIC for link in there.links]
        return list(dict.fromkeys(found))


def list_matters(user: User, wanted: MatterFilter, number: int) -> MatterPage:
    """One page of the matters ``user`` may see, the newest first."""
    conditions = [matters_viewable_by(user)]
    if wanted.state is not None:
        conditions.append(Matter.state == wanted.state)
    if wanted.action_field:
        conditions.append(Matter.action_field == wanted.action_field)
    if wanted.chain_place is not None:
        conditions.append(Matter.chain_place == wanted.chain_place)
    if wanted.created is not None:
        first, after = moments_of(wanted.created)
        conditions += [Matter.created_at >= first, Matter.created_at < after]
    if wanted.closed is not None:
        conditions.append(Matter.closed_on.between(wanted.closed.starts_on, wanted.closed.ends_on))
    if wanted.age is not None:
        conditions += wanted.age.condition(today())
    if wanted.leaves_merged_out:
        conditions.append(Matter.state != MatterState.MERGED)
    if search.is_too_short(wanted.text):
        conditions.append(sa.false())
    elif words := search_words(wanted.text, sort_key):
        by_number = sa.func.lower(Matter.number).contains(wanted.text.strip().lower(), autoescape=True)
        conditions.append(sa.or_(sa.and_(*(Matter.sort_text.contains(w, autoescape=True) for w in words)), by_number))
    total = db.session.scalar(sa.select(sa.func.count(Matter.id)).where(*conditions)) or 0
    amount = sa.select(sa.func.count(GapReport.id)).where(GapReport.matter_id == Matter.id).scalar_subquery()
    rows = db.session.execute(
        sa.select(Matter, amount if counts_of_reports_are_open_to(user) else sa.null())
        .where(*conditions)
        .order_by(Matter.created_at.desc(), Matter.id.desc())
        .limit(PAGE_SIZE)
        .offset((number - 1) * PAGE_SIZE)
    ).all()
    return MatterPage([MatterRow(matter, amount) for matter, amount in rows], total, number)


def list_all_reports_of(matter: Matter) -> Sequence[GapReport]:
    """Every report of a matter with the author's sentence, the newest first, for the coordination; one statement."""
    return db.session.scalars(
        sa.select(GapReport)
        .where(GapReport.matter_id == matter.id)
        .options(joinedload(GapReport.municipality), joinedload(GapReport.texts))
        .order_by(GapReport.reported_at.desc(), GapReport.id.desc())
    ).unique().all()  # fmt: skip


class ReportLine(NamedTuple):
    """What the page of a matter says about one of its reports: many of them are counted, few of them shown."""

    id: int
    number: str
    source: ReportSource
    action_field: str
    reported_at: datetime
    place: str | None
    """The municipality; None for several or all."""
    headline: str


def list_report_lines_of(matter: Matter) -> list[ReportLine]:
    """Every report of a matter in short, the newest first, for the coordination; one statement."""
    return [ReportLine(*row) for row in db.session.execute(_report_lines(), {"matter": matter.id})]


_ASKED: Any = sa.bindparam("matter", type_=sa.Integer)


@cache
def _report_lines() -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(
            GapReport.id, GapReport.number, GapReport.source, GapReport.action_field, GapReport.reported_at,
            Organisation.name, sa.func.coalesce(ReportText.headline, ""),
        )
        .outerjoin(Organisation, Organisation.id == GapReport.municipality_id)
        .outerjoin(ReportText, sa.and_(ReportText.report_id == GapReport.id, ReportText.number == 1))
        .where(GapReport.matter_id == _ASKED)
        .order_by(GapReport.reported_at.desc(), GapReport.id.desc())
    )  # fmt: skip


def told_of_reports(matter: Matter) -> tuple[int, list[ReportRelease]]:
    """How many reports a matter has, which its page gives as „rund“ (:func:`masking.about`), and what was released.

    The words stand in an order that tells nothing of when they came in; one statement.
    """
    total = sa.select(sa.func.count(GapReport.id)).where(GapReport.matter_id == matter.id).scalar_subquery()
    of_it = sa.select(GapReport.id).where(GapReport.matter_id == matter.id)
    rows = db.session.execute(
        sa.select(total, ReportRelease)
        .select_from(Matter)
        .outerjoin(ReportRelease, sa.and_(ReportRelease.report_id.in_(of_it), ReportRelease.revoked_at.is_(None)))
        .where(Matter.id == matter.id)
        .order_by(ReportRelease.headline, ReportRelease.id)
    ).all()
    return rows[0][0], [release for _total, release in rows if release is not None]


def figures_of(reports: Sequence[ReportLine]) -> Figures:
    """Reports by municipality, quarter and field; whoever shows it has been checked."""
    names = [report.place for report in reports]
    return Figures(
        len(reports),
        _counted([name or "mehrere oder alle" for name in names]),
        sorted(_counted([_quarter(report.reported_at) for report in reports])),
        _counted([report.action_field for report in reports]),
        len({name for name in names if name}),
        min((report.reported_at for report in reports), default=None),
    )


def list_events(user: User, matter: Matter) -> list[MatterEvent]:
    """What happened, the newest first; others than the coordination read no step from which reports can be counted."""
    return list(db.session.scalars(_events(counts_of_reports_are_open_to(user)), {"matter": matter.id}))


@cache
def _events(counts_are_open: bool) -> sa.Select[MatterEvent]:
    statement = (
        sa.select(MatterEvent)
        .where(MatterEvent.matter_id == _ASKED)
        .options(joinedload(MatterEvent.report), joinedload(MatterEvent.other_matter), joinedload(MatterEvent.topic))
        .order_by(MatterEvent.id.desc())
    )
    if counts_are_open:
        moved = sa.select(MatterEvent.id).where(MatterEvent.matter_id == _ASKED, MatterEvent.kind.in_(OF_REPORTS))
        newest = moved.order_by(MatterEvent.id.desc()).limit(EVENTS_OF_REPORTS).subquery()
        return statement.where(sa.or_(MatterEvent.kind.not_in(OF_REPORTS), MatterEvent.id.in_(sa.select(newest.c.id))))
    return statement.where(MatterEvent.kind.in_([kind for kind in MatterEventKind if not kind.is_internal]))


def list_told_events(matter: Matter) -> list[MatterEvent]:
    """The steps of a matter that the authors of its reports are told, shared or not (E6); never a reason or a title."""
    told = (MatterEventKind.TOPIC, MatterEventKind.SETTLED, MatterEventKind.DROPPED, MatterEventKind.REOPENED)
    return list(
        db.session.scalars(
            sa.select(MatterEvent)
            .where(MatterEvent.matter_id == matter.id, MatterEvent.kind.in_(told))
            .options(joinedload(MatterEvent.topic).joinedload(Topic.committee))
            .order_by(MatterEvent.id.desc())
        )
    )


def chain_of(user: User, matter: Matter) -> Chain:
    """The whole chain of a matter, with its resolutions and work orders in full; three statements at most."""
    stages = whole_chain(user, matter)
    ids = {there.stage: [link.id for link in there.links] for there in stages}
    resolutions: Sequence[Resolution] = []
    if Stage.RESOLUTION in ids:
        resolutions = db.session.scalars(
            sa.select(Resolution).where(Resolution.id.in_(ids[Stage.RESOLUTION])).order_by(Resolution.resolved_on)
        ).all()
    orders: Sequence[WorkOrder] = []
    if Stage.ORDER in ids:
        orders = db.session.scalars(_orders(), {"ids": ids[Stage.ORDER]}).unique().all()
    return Chain(stages, resolutions, orders)


@cache
def _orders() -> sa.Select[WorkOrder]:
    chosen = WorkOrder.id.in_(sa.bindparam("ids", expanding=True))
    return (
        sa.select(WorkOrder)
        .where(chosen, WorkOrder.state != WorkOrderState.DRAFT)
        .options(
            joinedload(WorkOrder.addressee_organisation), joinedload(WorkOrder.addressee_committee),
            joinedload(WorkOrder.addressee_seat).joinedload(Seat.organisations),
        )
        .order_by(WorkOrder.due_on.is_(None), WorkOrder.due_on, WorkOrder.id)
    )  # fmt: skip


def debates_of(chain: Chain) -> tuple[Sequence[Topic], Sequence[AgendaItem]]:
    """Topics and agenda items of a chain with committee and meeting; two statements."""
    ids = {there.stage: [link.id for link in there.links] for there in chain.stages}
    topics = db.session.scalars(
        sa.select(Topic)
        .where(Topic.id.in_(ids.get(Stage.TOPIC, [])))
        .options(joinedload(Topic.committee))
        .order_by(Topic.id)
    ).all()
    items = db.session.scalars(
        sa.select(AgendaItem)
        .join(AgendaItem.meeting)
        .where(AgendaItem.id.in_(ids.get(Stage.ITEM, [])))
        .options(contains_eager(AgendaItem.meeting).joinedload(Meeting.committee))
        .order_by(Meeting.starts_at, AgendaItem.id)
    ).all()
    return topics, items


def committees_of(matter: Matter) -> Sequence[Committee]:
    """The committees for which topics were made of a matter, for the coordination."""
    topics = sa.select(MatterTopic.topic_id).where(MatterTopic.matter_id == matter.id)
    ids = sa.select(Topic.committee_id).where(Topic.id.in_(topics))
    return db.session.scalars(sa.select(Committee).where(Committee.id.in_(ids)).order_by(Committee.sort_name)).all()


def matters_of_topics(user: User, ids: Sequence[int]) -> dict[int, list[Matter]]:
    """Topic id → the matters it was made from, as far as ``user`` may see them."""
    rows = db.session.execute(
        sa.select(MatterTopic.topic_id, Matter)
        .join(Matter, Matter.id == MatterTopic.matter_id)
        .where(MatterTopic.topic_id.in_(ids), matters_viewable_by(user))
        .order_by(Matter.id)
    )
    found: dict[int, list[Matter]] = {}
    for topic_id, matter in rows:
        found.setdefault(topic_id, []).append(matter)
    return found


def item_sections(user: User, items: Sequence[AgendaItem]) -> dict[int, list[ItemSection]]:
    """The matters behind agenda items, for page, print and export."""
    topics = sorted({item.topic_id for item in items if item.topic_id is not None})
    if not topics:
        return {}
    matters = matters_of_topics(user, topics)
    return {
        item.id: [
            ItemSection(HEADING, tuple(Line(m.title, m.number, f"/luecken/{m.id}") for m in matters[item.topic_id]))
        ]
        for item in items
        if item.topic_id in matters
    }


def list_other_matters(user: User, matter: Matter, *, most: int = 300) -> Sequence[Matter]:
    """Matters with which ``matter`` may be merged, the newest first."""
    return db.session.scalars(
        sa.select(Matter)
        .where(matters_viewable_by(user), Matter.id != matter.id, Matter.state == MatterState.OPEN)
        .order_by(Matter.id.desc())
        .limit(most)
    ).all()


def _quarter(moment: datetime) -> str:
    day = local(moment)
    return f"{day.year}, {(day.month + 2) // 3}. Quartal"


def _counted(names: list[str]) -> list[tuple[str, int]]:
    counts: dict[str, int] = {}
    for name in names:
        counts[name] = counts.get(name, 0) + 1
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
