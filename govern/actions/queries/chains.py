"""The whole chain of one of its objects, both ways: from gap report to work order and what follows, in one statement.

Upwards it goes through items of earlier meetings and the topics they became, downwards likewise; what stands beside
(other orders of the same resolution) belongs to its own chain. Every link is shown to those who may see its target.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from govern.actions.models import (
    Adjustment,
    ChangeCause,
    Evaluation,
    EvaluationResult,
    ForwardingState,
    GapReport,
    Matter,
    MatterTopic,
    Project,
    ProjectReport,
    ProjectReportDay,
    ProjectState,
    ReportText,
    StateForwarding,
    WorkOrder,
)
from govern.actions.policies import viewable_by as orders_viewable_by
from govern.actions.policies_evaluations import evaluations_viewable_by
from govern.actions.policies_gaps import (
    forwardings_viewable_by,
    matters_viewable_by,
    projects_viewable_by,
    reports_viewable_by,
)
from govern.actions.queries.chain_links import Link, Stage, StageLinks, facts_of
from govern.committees.models import Committee, Seat
from govern.db import UtcDateTime, db, kept
from govern.documents.models import Concept, ConceptChange, ConceptVersion
from govern.documents.policies_concepts import concepts_viewable_by, versions_viewable_by
from govern.formats import one_line, today
from govern.meetings.models import CLOSED_STATES, AgendaItem, Meeting, Resolution, Topic
from govern.meetings.policies import items_viewable_by, resolutions_viewable_by, topics_viewable_by
from govern.people.models import Organisation, User

Start = GapReport | Matter | Topic | AgendaItem | Resolution | WorkOrder | Evaluation | StateForwarding | Project
MOST = 50
"""So many links of a kind are shown; the page says how many more there are."""
_COMMITTEE = sa.func.coalesce(sa.func.nullif(Committee.short_name, ""), Committee.name)


STAGE_OF: dict[type[Any], Stage] = {
    GapReport: Stage.REPORT, Matter: Stage.MATTER, Topic: Stage.TOPIC, AgendaItem: Stage.ITEM,
    Resolution: Stage.RESOLUTION, WorkOrder: Stage.ORDER, StateForwarding: Stage.FORWARDING,
    Evaluation: Stage.EVALUATION, Project: Stage.PROJECT,
}  # fmt: skip


def whole_chain(user: User, start: Start) -> list[StageLinks]:
    """The chain of ``start`` as far as ``user`` may see it, stage by stage; one statement."""
    own_stage = STAGE_OF[type(start)]
    item_id = start.item_id if isinstance(start, Resolution | WorkOrder) else None
    matter_id = start.id if isinstance(start, Matter) else getattr(start, "matter_id", None)
    statement = _statement(user, own_stage, has_item=item_id is not None, has_matter=matter_id is not None)
    values = {
        "start": start.id, "item": item_id, "matter": matter_id, "today": today(),
        "resolution": start.resolution_id if isinstance(start, WorkOrder) else start.id,
        "parent": start.parent_id if isinstance(start, WorkOrder) else None,
    }  # fmt: skip
    found: dict[Stage, StageLinks] = {}
    for row in db.session.execute(statement, values):
        stage = Stage(row.stage)
        there = found.setdefault(stage, StageLinks(stage, total=row.total))
        is_here = stage is own_stage and row.id == start.id
        title = one_line(row.title or "") or row.number or stage.label
        url = _url_of(stage, row)
        if stage is Stage.PASSAGE and any(link.url == url for link in there.links):
            there.total -= 1  # the same passage, changed once more
            continue
        link = Link(row.id, title, facts_of(row), row.place or "", url, is_here, row.day, row.state or "", row.begun,
                    row.ended)  # fmt: skip
        there.links.append(link)
    for stage, there in found.items():
        there.links.sort(key=lambda link: link.id, reverse=stage is Stage.REPORT)
    return [found[stage] for stage in Stage if stage in found]


def _url_of(stage: Stage, row: Any) -> str:
    if stage is Stage.PASSAGE:
        version, key = row.number.split(" ", 1)
        return f"{stage.path}/{version}?abschnitt={key}#a-{key}"
    return "" if stage is Stage.FORWARDING and row.note is None else f"{stage.path}/{row.id}"


@kept
def _statement(user: User, stage: Stage, *, has_item: bool, has_matter: bool) -> sa.CompoundSelect[Any]:
    return sa.union_all(*_Chain(user, stage, has_item=has_item, has_matter=has_matter).arms())


TODAY: Any = sa.bindparam("today", type_=sa.Date)


def _asked(name: str) -> Any:
    return sa.bindparam(name, type_=sa.Integer)


class _Chain:
    """The ids of a chain as subqueries, and what is selected of each kind.

    Where it starts are parameters: the object, and its item, resolution, matter and whole as far as it has them.
    Ids are put together by union, not by "or", for which PostgreSQL would read whole tables.
    """

    def __init__(self, user: User, stage: Stage, *, has_item: bool, has_matter: bool) -> None:
        self.user, self.stage, self.id = user, stage, _asked("start")
        self._own_item = _asked("item") if has_item else None
        self._has_resolution = stage in (Stage.RESOLUTION, Stage.ORDER)
        # The matters and topics from which items come downwards.
        self._matter_ids = [_asked("matter")] if has_matter else []
        self._is_above = stage in (Stage.REPORT, Stage.MATTER, Stage.FORWARDING, Stage.EVALUATION, Stage.PROJECT)
        self._set_items()
        self._matters = self._all_matters()
        self._resolutions = self._all_resolutions()
        self._orders = self._all_orders()

    def _set_items(self) -> None:
        edges = edges_of_items()
        if self._is_above:
            topics: Any = sa.select(MatterTopic.topic_id).where(MatterTopic.matter_id.in_(self._matter_ids))
        else:
            topics = [self.id] if self.stage is Stage.TOPIC else []
        self._own_topics: list[Any] = [topics] if self._is_above else [sa.select(topic) for topic in topics]
        below: sa.Select[Any] = sa.select(AgendaItem.id.label("id")).where(AgendaItem.topic_id.in_(topics))
        above: sa.Select[Any] = sa.select(Topic.from_item_id.label("id")).where(
            Topic.id.in_(topics), Topic.from_item_id.is_not(None)
        )
        if self.stage is Stage.ITEM:
            below = above = sa.select(AgendaItem.id.label("id")).where(AgendaItem.id == self.id)
        elif self._own_item is not None:
            above = sa.select(AgendaItem.id.label("id")).where(AgendaItem.id == self._own_item)
            nothing = sa.select(sa.cast(sa.null(), sa.Integer()).label("id"))
            below = above if self.stage is Stage.RESOLUTION else nothing
        down = below.cte("items_below", recursive=True)
        self._below = sa.select(down.union(sa.select(edges.c.target).join(down, down.c.id == edges.c.source)).c.id)
        up = above.cte("items_above", recursive=True)
        self._above = sa.select(up.union(sa.select(edges.c.source).join(up, up.c.id == edges.c.target)).c.id)
        self._topics_above = sa.select(AgendaItem.topic_id).where(
            AgendaItem.id.in_(self._above), AgendaItem.topic_id.is_not(None)
        )

    def arms(self) -> Iterator[sa.Select[Any]]:
        """What is selected of each kind, alike in columns."""
        yield self._reports()
        yield self._matter_rows()
        yield self._topic_rows()
        yield self._items()
        yield self._resolution_rows()
        yield self._projects()
        yield self._order_rows()
        yield self._forwardings()
        yield self._evaluations()
        yield self._passages()

    def _all_matters(self) -> sa.Select[Any]:
        known = [sa.select(matter_id.label("id")) for matter_id in self._matter_ids]
        if self._is_above:
            return _together("matters", *known)
        topics = sa.union(self._topics_above, *self._own_topics)
        linked = sa.select(MatterTopic.matter_id.label("id")).where(MatterTopic.topic_id.in_(topics))
        return _together("matters", linked, *known)

    def _reports(self) -> sa.Select[Any]:
        title = sa.select(ReportText.headline).where(ReportText.report_id == GapReport.id, ReportText.number == 1)
        if self.stage is Stage.REPORT:
            which: sa.ColumnElement[bool] = GapReport.id == self.id
        else:
            which = GapReport.matter_id.in_(self._matters)
        return _arm(
            Stage.REPORT, GapReport.id, which & reports_viewable_by(self.user), title=title.scalar_subquery(),
            number=GapReport.number, moment=GapReport.reported_at, state=GapReport.state,
        )  # fmt: skip

    def _matter_rows(self) -> sa.Select[Any]:
        return _arm(
            Stage.MATTER, Matter.id, Matter.id.in_(self._matters) & matters_viewable_by(self.user), title=Matter.title,
            number=Matter.number, state=Matter.state,
        )  # fmt: skip

    def _topic_rows(self) -> sa.Select[Any]:
        begun = sa.select(Topic.id).where(Topic.from_item_id.in_(self._below))
        which = Topic.id.in_(sa.union(*self._own_topics, self._topics_above, begun))
        return _arm(
            Stage.TOPIC, Topic.id, which & topics_viewable_by(self.user), title=Topic.title, place=_COMMITTEE,
            state=Topic.state, source=sa.join(Topic, Committee, Committee.id == Topic.committee_id),
        )  # fmt: skip

    def _items(self) -> sa.Select[Any]:
        source = sa.join(AgendaItem, Meeting, Meeting.id == AgendaItem.meeting_id).join(
            Committee, Committee.id == Meeting.committee_id
        )
        same_topic = sa.select(AgendaItem.id).where(AgendaItem.topic_id.in_(self._topics_above))
        which = AgendaItem.id.in_(sa.union(self._above, self._below, same_topic))
        name = sa.func.coalesce(Meeting.title, sa.cast(Meeting.number, sa.String()) + ". Sitzung", "Sitzung")
        told = sa.case((Meeting.state.in_(CLOSED_STATES), sa.type_coerce(AgendaItem.result, sa.String())))
        return _arm(
            Stage.ITEM, AgendaItem.id, which & Meeting.deleted_at.is_(None) & items_viewable_by(self.user),
            title=AgendaItem.title, number=AgendaItem.frozen_number, place=_COMMITTEE, moment=Meeting.starts_at,
            state=told, note=name, source=source,
        )  # fmt: skip

    def _resolution_rows(self) -> sa.Select[Any]:
        source = (
            sa.join(Resolution, Committee, Committee.id == Resolution.committee_id)
            .outerjoin(AgendaItem, AgendaItem.id == Resolution.item_id)
            .outerjoin(Meeting, Meeting.id == AgendaItem.meeting_id)
        )
        return _arm(
            Stage.RESOLUTION, Resolution.id,
            Resolution.id.in_(self._resolutions) & Meeting.deleted_at.is_(None) & resolutions_viewable_by(self.user),
            title=Resolution.text, number=Resolution.number, place=_COMMITTEE, day=Resolution.resolved_on,
            state=sa.case((Resolution.cancelled_at.is_not(None), "cancelled"), (~Resolution.is_adopted, "rejected")),
            note=Resolution.proviso, source=source,
        )  # fmt: skip

    def _all_resolutions(self) -> sa.Select[Any]:
        along = sa.select(Resolution.id).where(Resolution.item_id.in_(sa.union(self._above, self._below)))
        if self._own_item is not None:
            along = along.where(Resolution.item_id != self._own_item)  # the others have a chain of their own
        own = [sa.select(_asked("resolution"))] if self._has_resolution else []
        return _together("resolutions", along, *own)

    def _projects(self) -> sa.Select[Any]:
        """Groups charged with the matters, and those this resolution charged; with the next report that is due."""
        which: sa.ColumnElement[bool] = Project.matter_id.in_(self._matters)
        if self.stage is Stage.RESOLUTION:
            which = sa.or_(which, Project.resolution_id == self.id)
        elif self.stage is Stage.PROJECT:
            which = sa.or_(which, Project.id == self.id)
        addressee = sa.orm.aliased(Committee)
        day = (
            sa.select(sa.func.min(ProjectReportDay.due_on))
            .where(
                ProjectReportDay.project_id == Project.id, Project.ended_on.is_(None),
                ~sa.exists().where(ProjectReport.day_id == ProjectReportDay.id),
            )
            .scalar_subquery()
        )  # fmt: skip
        state = sa.case(
            (Project.ended_on.is_not(None), ProjectState.ENDED.value),
            (day < TODAY, ProjectState.LATE.value),
            (Project.due_on < TODAY, ProjectState.EXPIRED.value),
            else_=ProjectState.RUNNING.value,
        )
        return _arm(
            Stage.PROJECT, Project.id, which & projects_viewable_by(self.user), title=Committee.name,
            place=sa.func.coalesce(sa.func.nullif(addressee.short_name, ""), addressee.name), day=day, state=state,
            source=sa.join(Project, Committee, Committee.id == Project.committee_id).join(
                addressee, addressee.id == Project.reports_to_id
            ),
        )  # fmt: skip

    def _order_rows(self) -> sa.Select[Any]:
        source = (
            sa.join(WorkOrder, Organisation, Organisation.id == WorkOrder.addressee_organisation_id, isouter=True)
            .outerjoin(Committee, Committee.id == WorkOrder.addressee_committee_id)
            .outerjoin(Seat, Seat.id == WorkOrder.addressee_seat_id)
        )
        return _arm(
            Stage.ORDER, WorkOrder.id, WorkOrder.id.in_(self._orders) & orders_viewable_by(self.user),
            title=WorkOrder.task, number=WorkOrder.number, day=WorkOrder.due_on, state=WorkOrder.state,
            place=sa.func.coalesce(Organisation.name, Committee.name, Seat.function),
            note=sa.type_coerce(WorkOrder.effect, sa.String()), source=source,
        )  # fmt: skip

    def _all_orders(self) -> sa.Select[Any]:
        orders = sa.select(WorkOrder.id)
        if self.stage is Stage.ORDER:
            own = (sa.select(self.id.label("id")), sa.select(_asked("parent")))
            return _together("orders", *own, orders.where(WorkOrder.parent_id == self.id))
        along = orders.where(WorkOrder.item_id.in_(self._below))
        if self.stage is Stage.RESOLUTION:
            along = along.where(WorkOrder.item_id != self._own_item)
            return _together("orders", orders.where(WorkOrder.resolution_id == self.id), along)
        by_matter = [orders.where(WorkOrder.matter_id.in_(self._matters))] if self._is_above else []
        return _together("orders", along, *by_matter)

    def _forwardings(self) -> sa.Select[Any]:
        """Those of the matters, and those this resolution allowed; whoever sees the matter sees that it went there."""
        which: sa.ColumnElement[bool] = StateForwarding.matter_id.in_(self._matters)
        if self.stage is Stage.RESOLUTION:
            which = sa.or_(which, StateForwarding.resolution_id == self.id)
        state = sa.case(
            (StateForwarding.answered_on.is_not(None), ForwardingState.ANSWERED.value),
            (StateForwarding.answer_due_on < TODAY, ForwardingState.LATE.value),
            else_=ForwardingState.WAITING.value,
        )
        return _arm(
            Stage.FORWARDING, StateForwarding.id, which & matters_viewable_by(self.user),
            title=StateForwarding.addressee, number=Matter.number, day=StateForwarding.answer_due_on, state=state,
            begun=StateForwarding.forwarded_on, ended=StateForwarding.answered_on,
            note=sa.case((forwardings_viewable_by(self.user), "may be opened")),
            source=sa.join(StateForwarding, Matter, Matter.id == StateForwarding.matter_id),
        )  # fmt: skip

    def _evaluations(self) -> sa.Select[Any]:
        """Those of the matters, and those after which this object was made to adjust."""
        which: sa.ColumnElement[bool] = Evaluation.matter_id.in_(self._matters)
        adjusting = {Stage.MATTER: Adjustment.matter_id, Stage.TOPIC: Adjustment.topic_id,
                     Stage.ORDER: Adjustment.work_order_id}  # fmt: skip
        if self.stage in adjusting:
            behind = sa.select(Adjustment.evaluation_id).where(adjusting[self.stage] == self.id)
            which = sa.or_(which, Evaluation.id.in_(behind))
        found = (
            sa.select(sa.type_coerce(EvaluationResult.effect, sa.String()))
            .where(EvaluationResult.evaluation_id == Evaluation.id)
            .order_by(EvaluationResult.number.desc())
            .limit(1)
        )
        return _arm(
            Stage.EVALUATION, Evaluation.id, which & evaluations_viewable_by(self.user),
            title=sa.cast(Evaluation.number, sa.String()) + ". Wirkungsprüfung", number=Matter.number,
            day=Evaluation.due_on, state=Evaluation.state, note=found.scalar_subquery(),
            source=sa.join(Evaluation, Matter, Matter.id == Evaluation.matter_id),
        )  # fmt: skip

    def _passages(self) -> sa.Select[Any]:
        """Passages of concepts that changed because of the matters, resolutions and orders of the chain."""
        which = sa.or_(
            ChangeCause.matter_id.in_(self._matters),
            ChangeCause.resolution_id.in_(self._resolutions),
            ChangeCause.work_order_id.in_(self._orders),
        )
        source = (
            sa.join(ChangeCause, ConceptChange, ConceptChange.id == ChangeCause.change_id)
            .join(ConceptVersion, ConceptVersion.id == ConceptChange.version_id)
            .join(Concept, Concept.id == ConceptVersion.concept_id)
        )
        return _arm(
            Stage.PASSAGE, ConceptChange.id, which & concepts_viewable_by(self.user) & versions_viewable_by(self.user),
            title=ConceptChange.heading, place=Concept.title, state=ConceptVersion.state, note=ConceptVersion.label,
            number=sa.cast(ConceptVersion.id, sa.String()) + " " + ConceptChange.section_key, source=source,
        )  # fmt: skip


def _together(name: str, *ids: Any) -> sa.Select[Any]:
    """Ids from several places, found once however many kinds hang on them."""
    nothing = sa.select(sa.cast(sa.null(), sa.Integer()).label("id"))
    found: Any = sa.union(*ids) if len(ids) > 1 else next(iter(ids), nothing)
    return sa.select(found.cte(f"chain_{name}").c.id)


def edges_of_items() -> sa.Subquery:
    """From an item to the one that carries it on: its successor, or the item of the topic it became."""
    onward = sa.select(AgendaItem.predecessor_id.label("source"), AgendaItem.id.label("target")).where(
        AgendaItem.predecessor_id.is_not(None)
    )
    through_topic = (
        sa.select(Topic.from_item_id, AgendaItem.id)
        .join(AgendaItem, AgendaItem.topic_id == Topic.id)
        .where(Topic.from_item_id.is_not(None))
    )
    return onward.union_all(through_topic).subquery("edges")


def _arm(
    stage: Stage, identity: Any, which: Any, *, title: Any, source: Any = None, most: int = MOST, **columns: Any
) -> sa.Select[Any]:
    text, day = sa.String(), sa.Date()
    types: dict[str, Any] = {"number": text, "place": text, "moment": UtcDateTime(), "day": day, "begun": day,
                             "ended": day, "state": text, "note": text}  # fmt: skip
    given = [sa.type_coerce(columns[n], t) if n in columns else sa.cast(sa.null(), t) for n, t in types.items()]
    rows = (
        sa.select(
            sa.literal(stage.value, sa.String()).label("stage"), identity.label("id"),
            sa.type_coerce(title, sa.String()).label("title"),
            *(column.label(name) for name, column in zip(types, given, strict=True)),
            sa.func.count().over().label("total"),
        )
        .select_from(source if source is not None else identity.class_)
        .where(which)
        .order_by(identity.desc() if stage is Stage.REPORT else identity)
        .limit(most)
    )  # fmt: skip
    return sa.select(rows.subquery())
