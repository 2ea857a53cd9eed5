"""What the search finds: one declaration a kind. A new kind of object joins in by one more entry of :data:`KINDS`."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from govern import search
from govern.actions.models import GapReport, Matter, MatterState, ReportState, ReportText, WorkOrder, WorkOrderState
from govern.actions.policies import viewable_by as orders_viewable_by
from govern.actions.policies_gaps import matters_viewable_by, reports_viewable_by
from govern.committees.models import (
    Committee,
    CommitteeKind,
    CommitteeName,
    CommitteeStatus,
    Seat,
    seat_organisation,
)
from govern.committees.policies import viewable_by as committees_viewable_by
from govern.formats import date_text, one_line, timespan, today
from govern.meetings.models import (
    AgendaItem,
    Meeting,
    MeetingState,
    Paper,
    PaperKind,
    Resolution,
    Topic,
    TopicState,
)
from govern.meetings.policies import items_viewable_by, resolutions_viewable_by, topics_viewable_by
from govern.meetings.policies import viewable_by as meetings_viewable_by
from govern.meetings.policies_papers import papers_viewable_by
from govern.overview.queries.search_documents import AGREEMENTS, CONCEPTS, DOCUMENTS
from govern.overview.queries.search_lines import Kind, Statement, closed_word, columns, on_day, together
from govern.people.models import (
    ORGANISATION_KINDS,
    Organisation,
    OrganisationAlias,
    Person,
    PersonFunction,
    User,
)
from govern.people.policies import function_is_held, organisations_viewable_by, persons_viewable_by


# --- committees and their seats ---------------------------------------------------------------------------------------
def _committee_line() -> Statement:
    return columns(Committee.id, Committee.name, first=Committee.kind, second=Committee.status)


def _seat_organisations() -> Any:
    return (
        sa.select(sa.func.aggregate_strings(Organisation.name, ", "))
        .join(seat_organisation, seat_organisation.c.organisation_id == Organisation.id)
        .where(seat_organisation.c.seat_id == Seat.id)
        .scalar_subquery()
    )


def _seat_line() -> Statement:
    return columns(Seat.id, Seat.function, first=_seat_organisations(), second=Committee.name).join(Seat.committee)


def _running_seats(statement: Statement, user: User) -> Statement:
    day = today()
    return statement.join(Seat.committee).where(
        committees_viewable_by(user),
        sa.or_(Seat.starts_on.is_(None), Seat.starts_on <= day),
        sa.or_(Seat.ends_on.is_(None), Seat.ends_on >= day),
    )


COMMITTEES = Kind(
    "gremien", "Gremien", Committee,
    sa.select(Committee.id, Committee.name, Committee.short_name, CommitteeName.name, CommitteeName.short_name)
    .outerjoin(CommitteeName, CommitteeName.committee_id == Committee.id),
    lambda statement, user: statement.where(committees_viewable_by(user)),
    _committee_line, (Committee.is_highest.desc(), Committee.sort_name, Committee.id), "/gremien/",
    lambda row: together(CommitteeKind(row.first).label, CommitteeStatus(row.second).label),
    follows={CommitteeName: lambda name: [name.committee_id]}, begins=Committee.sort_name,
)  # fmt: skip

SEATS = Kind(
    "sitze", "Sitze", Seat,
    sa.select(Seat.id, Seat.function, Organisation.name, Organisation.short_name)
    .outerjoin(seat_organisation, seat_organisation.c.seat_id == Seat.id)
    .outerjoin(Organisation, Organisation.id == seat_organisation.c.organisation_id),
    _running_seats, _seat_line, (Committee.is_highest.desc(), Committee.sort_name, Seat.position, Seat.id), "/sitze/",
    lambda row: row.second,
    lambda row: f"{row.first}: {row.title}" if row.first else row.title,
    {Organisation: lambda organisation: sa.select(seat_organisation.c.seat_id).where(
        seat_organisation.c.organisation_id == organisation.id)},
)  # fmt: skip


# --- meetings, agenda, resolutions ------------------------------------------------------------------------------------
def _meeting_name(row: sa.Row[Any]) -> str:
    return row.title or (f"{row.first}. Sitzung" if row.first else "Sitzung")


def _meeting_line() -> Statement:
    return columns(
        Meeting.id, Meeting.title, first=Meeting.number, second=Committee.name, third=Meeting.state,
        at=Meeting.starts_at, until=Meeting.ends_at,
    ).join(Meeting.committee)  # fmt: skip


def _item_line() -> Statement:
    name = sa.func.coalesce(Meeting.title, sa.cast(Meeting.number, sa.Text) + ". Sitzung", "Sitzung")
    return (
        columns(
            AgendaItem.id, AgendaItem.title, first=name, second=sa.func.coalesce(Committee.short_name, Committee.name),
            at=Meeting.starts_at, is_public=AgendaItem.is_public,
        )
        .join(AgendaItem.meeting).join(Meeting.committee)
    )  # fmt: skip


def _resolution_line() -> Statement:
    return columns(
        Resolution.id, Resolution.text,
        first=sa.func.coalesce(Resolution.number, sa.case((Resolution.item_id.is_(None), "ohne Nummer"))),
        second=sa.func.coalesce(Committee.short_name, Committee.name), day=Resolution.resolved_on,
    ).join(Resolution.committee)  # fmt: skip


MEETINGS = Kind(
    "sitzungen", "Sitzungen", Meeting,
    sa.select(Meeting.id, Meeting.sort_title, Committee.name, Committee.short_name).join(Meeting.committee),
    lambda statement, user: statement.where(meetings_viewable_by(user), Meeting.deleted_at.is_(None)),
    _meeting_line, (Meeting.starts_at.desc(), Meeting.id), "/sitzungen/",
    lambda row: together(timespan(row.at, row.until), MeetingState(row.third).label),
    lambda row: f"{_meeting_name(row)} · {row.second}",
    {Committee: lambda committee: sa.select(Meeting.id).where(Meeting.committee_id == committee.id)},
)  # fmt: skip

ITEMS = Kind(
    "punkte", "Tagesordnungspunkte", AgendaItem,
    sa.select(AgendaItem.id, AgendaItem.title, AgendaItem.description),
    lambda statement, user: statement.join(AgendaItem.meeting).where(
        items_viewable_by(user), Meeting.deleted_at.is_(None)),
    _item_line, (Meeting.starts_at.desc(), AgendaItem.position, AgendaItem.id), "/tagesordnungspunkte/",
    lambda row: together(row.first, row.second, on_day(row.at), closed_word(row)),
)  # fmt: skip

RESOLUTIONS = Kind(
    "beschluesse", "Beschlüsse", Resolution,
    sa.select(Resolution.id, Resolution.number, Resolution.text, AgendaItem.title).outerjoin(Resolution.item),
    lambda statement, user: statement.outerjoin(Resolution.item).outerjoin(AgendaItem.meeting).where(
        resolutions_viewable_by(user), sa.or_(Meeting.id.is_(None), Meeting.deleted_at.is_(None))),
    _resolution_line, (Resolution.resolved_on.desc(), Resolution.id.desc()), "/beschluesse/",
    lambda row: together(row.first or "vorläufig", row.second, on_day(row.day)),
    lambda row: one_line(row.title),
    {AgendaItem: lambda item: sa.select(Resolution.id).where(Resolution.item_id == item.id)},
)  # fmt: skip


# --- topics, work orders ----------------------------------------------------------------------------------------------
def _topic_line() -> Statement:
    return columns(Topic.id, Topic.title, first=Committee.name, second=Topic.state, at=Topic.created_at).join(
        Topic.committee
    )


def _order_line() -> Statement:
    return columns(
        WorkOrder.id, WorkOrder.task, first=WorkOrder.number,
        second=sa.func.coalesce(Committee.short_name, Committee.name), third=WorkOrder.state, day=WorkOrder.due_on,
    ).join(WorkOrder.committee)  # fmt: skip


def _order_facts(row: sa.Row[Any]) -> str:
    due = f"Frist {date_text(row.day)}" if row.day else None
    return together(row.first or "Entwurf", row.second, WorkOrderState(row.third).label, due)


TOPICS = Kind(
    "themen", "Themen", Topic,
    sa.select(Topic.id, Topic.title, Topic.purpose, Topic.wished_outcome),
    lambda statement, user: statement.where(topics_viewable_by(user)),
    _topic_line, (Topic.created_at.desc(), Topic.id.desc()), "/themen/",
    lambda row: together(row.first, TopicState(row.second).label),
)  # fmt: skip

ORDERS = Kind(
    "auftraege", "Arbeitsaufträge", WorkOrder,
    sa.select(WorkOrder.id, WorkOrder.number, WorkOrder.task, WorkOrder.details),
    lambda statement, user: statement.where(orders_viewable_by(user)),
    _order_line, (WorkOrder.id.desc(),), "/arbeitsauftraege/", _order_facts,
)  # fmt: skip


# --- gap reports, matters ---------------------------------------------------------------------------------------------
def _matter_line() -> Statement:
    return columns(Matter.id, Matter.title, first=Matter.number, second=Matter.state, at=Matter.created_at)


def _report_line() -> Statement:
    first = sa.and_(ReportText.report_id == GapReport.id, ReportText.number == 1)
    return columns(
        GapReport.id, ReportText.headline, first=GapReport.number, second=GapReport.state, at=GapReport.reported_at
    ).outerjoin(ReportText, first)


MATTERS = Kind(
    "luecken", "Lücken", Matter,
    sa.select(Matter.id, Matter.number, Matter.title, Matter.summary),
    lambda statement, user: statement.where(matters_viewable_by(user)),
    _matter_line, (Matter.created_at.desc(), Matter.id.desc()), "/luecken/",
    lambda row: together(row.first, MatterState(row.second).label),
)  # fmt: skip

REPORTS = Kind(
    "meldungen", "Lückenmeldungen", GapReport,
    sa.select(GapReport.id, GapReport.number, ReportText.headline)
    .outerjoin(ReportText, ReportText.report_id == GapReport.id),
    lambda statement, user: statement.where(reports_viewable_by(user)),
    _report_line, (GapReport.reported_at.desc(), GapReport.id.desc()), "/lueckenmeldungen/",
    lambda row: together(row.first, on_day(row.at), ReportState(row.second).label),
    lambda row: row.title or row.first,
    {ReportText: lambda text: [text.report_id]},
)  # fmt: skip


# --- papers and documents ---------------------------------------------------------------------------------------------
def _paper_line() -> Statement:
    return (
        columns(Paper.id, Paper.title, first=Paper.kind, second=sa.func.coalesce(AgendaItem.title, Topic.title),
                at=Meeting.starts_at)
        .outerjoin(Paper.item).outerjoin(AgendaItem.meeting).outerjoin(Paper.topic)
    )  # fmt: skip


def _readable_papers(statement: Statement, user: User) -> Statement:
    of_items = statement.outerjoin(Paper.item).outerjoin(AgendaItem.meeting)
    return of_items.outerjoin(Paper.topic).where(
        papers_viewable_by(user), Paper.withdrawn_at.is_(None), Meeting.deleted_at.is_(None)
    )


PAPERS = Kind(
    "unterlagen", "Unterlagen", Paper,
    sa.select(Paper.id, Paper.title, Paper.file_name),
    _readable_papers, _paper_line, (Paper.id.desc(),), "/unterlagen/",
    lambda row: together(PaperKind(row.first).label, row.second, on_day(row.at)),
)  # fmt: skip


# --- organisations and persons ----------------------------------------------------------------------------------------
def _organisation_line() -> Statement:
    parent = aliased(Organisation)
    kind = sa.case(
        (Organisation.is_municipality, sa.func.coalesce(Organisation.municipality_kind, "kommune")),
        else_=Organisation.kind,
    )
    return columns(Organisation.id, Organisation.name, first=kind, second=parent.name).outerjoin(
        parent, parent.id == Organisation.parent_id
    )


def _organisation_kind(kind: str) -> str:
    if kind in ("kommune", "stadt", "gemeinde"):
        return kind.capitalize()
    return ORGANISATION_KINDS.get(kind, ORGANISATION_KINDS["other"])


def _person_line() -> Statement:
    name = sa.func.coalesce(Person.title + " ", "") + Person.given_name + " " + Person.family_name
    functions = (
        sa.select(sa.func.aggregate_strings(PersonFunction.function + ", " + Organisation.name, " · "))
        .join(PersonFunction.organisation)
        .where(PersonFunction.person_id == Person.id, function_is_held(today()))
        .scalar_subquery()
    )
    return columns(Person.id, name, first=functions)


ORGANISATIONS = Kind(
    "organisationen", "Organisationen", Organisation,
    sa.select(Organisation.id, Organisation.name, Organisation.short_name, OrganisationAlias.name)
    .outerjoin(OrganisationAlias, OrganisationAlias.organisation_id == Organisation.id),
    lambda statement, user: statement.where(organisations_viewable_by(user)),
    _organisation_line, (Organisation.sort_name, Organisation.id), "/organisationen/",
    lambda row: together(_organisation_kind(row.first), row.second),
    follows={OrganisationAlias: lambda alias: [alias.organisation_id]}, begins=Organisation.sort_name,
)  # fmt: skip

PERSONS = Kind(
    "personen", "Personen", Person,
    sa.select(Person.id, Person.given_name, Person.family_name, Organisation.name, Organisation.short_name)
    .outerjoin(PersonFunction, PersonFunction.person_id == Person.id)
    .outerjoin(Organisation, Organisation.id == PersonFunction.organisation_id),
    lambda statement, user: statement.where(persons_viewable_by(user)),
    _person_line, (Person.sort_name, Person.id), "/personen/",
    lambda row: row.first or "ohne Funktion",
    follows={
        PersonFunction: lambda function: [function.person_id],
        Organisation: lambda organisation: sa.select(PersonFunction.person_id).where(
            PersonFunction.organisation_id == organisation.id),
    },
    begins=Person.sort_name,
)  # fmt: skip

KINDS: dict[str, Kind] = {
    kind.key: kind
    for kind in (COMMITTEES, SEATS, MEETINGS, ITEMS, TOPICS, RESOLUTIONS, ORDERS, MATTERS, REPORTS, PAPERS, DOCUMENTS,
                 CONCEPTS, AGREEMENTS, ORGANISATIONS, PERSONS)
}  # fmt: skip
"""Every kind, in the order of the page."""

for _kind in KINDS.values():
    search.declare(_kind.model, _kind.texts, _kind.follows)
