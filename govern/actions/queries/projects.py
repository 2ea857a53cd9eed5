"""Read project groups charged with matters: the list, one, those of a matter or a committee, what is due."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from govern.actions.models import Project, ProjectReport, ProjectReportDay
from govern.actions.policies_gaps import projects_viewable_by
from govern.committees.models import Committee
from govern.db import db, now
from govern.formats import date_text, local, one_line
from govern.meetings.models import AgendaItem, Meeting, Resolution
from govern.meetings.policies import items_viewable_by
from govern.people.models import User

PAGE_SIZE = 25
HEADING = "Projektauftrag"
ITEMS_OFFERED = 60
ITEMS_FROM = timedelta(days=400)


@dataclass(frozen=True)
class ProjectPage:
    """One page of project groups."""

    rows: Sequence[Project]
    total: int
    number: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE_SIZE))


def list_projects(user: User, number: int, *, only_running: bool) -> ProjectPage:
    """One page of the projects ``user`` sees: running ones first, the one whose report is due next on top."""
    conditions = [projects_viewable_by(user)]
    if only_running:
        conditions.append(Project.ended_on.is_(None))
    total = db.session.scalar(sa.select(sa.func.count(Project.id)).where(*conditions)) or 0
    next_day = sa.select(sa.func.min(ProjectReportDay.due_on)).where(
        ProjectReportDay.project_id == Project.id, is_open_day()
    ).scalar_subquery()  # fmt: skip
    rows = db.session.scalars(
        sa.select(Project)
        .where(*conditions)
        .options(
            joinedload(Project.committee), joinedload(Project.reports_to), joinedload(Project.matter),
            selectinload(Project.days), selectinload(Project.reports),
        )
        .order_by(Project.ended_on.is_not(None), next_day.is_(None), next_day, Project.id)
        .limit(PAGE_SIZE)
        .offset((number - 1) * PAGE_SIZE)
    ).all()  # fmt: skip
    return ProjectPage(rows, total, number)


def load_project(project: Project) -> Project:
    """The project with everything its page shows, in three statements."""
    resolution = joinedload(Project.resolution)
    item = selectinload(Project.reports).joinedload(ProjectReport.item)
    return db.session.scalars(
        sa.select(Project)
        .where(Project.id == project.id)
        .options(
            joinedload(Project.matter), joinedload(Project.committee), joinedload(Project.reports_to),
            selectinload(Project.days), selectinload(Project.reports).joinedload(ProjectReport.day),
            item.joinedload(AgendaItem.meeting).joinedload(Meeting.committee),
            resolution.joinedload(Resolution.committee),
            resolution.joinedload(Resolution.item).joinedload(AgendaItem.meeting).joinedload(Meeting.committee),
        )
        .execution_options(populate_existing=True)
    ).one()  # fmt: skip


def projects_of_committee(user: User, committee: Committee) -> Sequence[Project]:
    """What a project group is charged with, the newest first."""
    return db.session.scalars(
        sa.select(Project)
        .where(Project.committee_id == committee.id, projects_viewable_by(user))
        .options(joinedload(Project.matter), *_shown())
        .order_by(Project.id.desc())
    ).unique().all()  # fmt: skip


def _shown() -> tuple[sa.sql.base.ExecutableOption, ...]:
    return (joinedload(Project.committee), joinedload(Project.reports_to), joinedload(Project.days),
            joinedload(Project.reports))  # fmt: skip


def is_open_day() -> sa.ColumnElement[bool]:
    """SQL of days whose report is not noted."""
    return ~sa.exists().where(ProjectReport.day_id == ProjectReportDay.id)


def due_reports(user: User, until: date, most: int) -> sa.Select[str, int, str, str, date]:
    """„report", id, addressee, group and day of the next report of each running project due ``until`` a day."""
    addressee = sa.orm.aliased(Committee)
    day = sa.func.min(ProjectReportDay.due_on)
    return (
        sa.select(sa.literal("report"), Project.id, addressee.name, Committee.name, day)
        .join(Committee, Committee.id == Project.committee_id)
        .join(addressee, addressee.id == Project.reports_to_id)
        .join(ProjectReportDay, ProjectReportDay.project_id == Project.id)
        .where(projects_viewable_by(user), Project.ended_on.is_(None), is_open_day())
        .group_by(Project.id, addressee.name, Committee.name)
        .having(day <= until)
        .order_by(day, Project.id)
        .limit(most)
    )


def list_late_days(day: date) -> Sequence[ProjectReportDay]:
    """Days of running charges whose report is missing and of which nobody was told yet."""
    project = joinedload(ProjectReportDay.project)
    return db.session.scalars(
        sa.select(ProjectReportDay)
        .join(Project, Project.id == ProjectReportDay.project_id)
        .where(
            ProjectReportDay.due_on < day, ProjectReportDay.reminded_on.is_(None), Project.ended_on.is_(None),
            is_open_day(),
        )
        .options(
            project.joinedload(Project.committee).joinedload(Committee.body), project.joinedload(Project.reports_to)
        )
        .order_by(ProjectReportDay.id)
    ).all()  # fmt: skip


def items_for_report(user: User, project: Project) -> list[tuple[int, str]]:
    """Agenda items of lately held meetings of the committee that is reported to, as ``user`` may read them."""
    rows = db.session.scalars(
        sa.select(AgendaItem)
        .join(AgendaItem.meeting)
        .where(
            Meeting.committee_id == project.reports_to_id, Meeting.deleted_at.is_(None),
            Meeting.starts_at.between(now() - ITEMS_FROM, now() + timedelta(days=1)), items_viewable_by(user),
        )
        .options(contains_eager(AgendaItem.meeting))
        .order_by(Meeting.starts_at.desc(), AgendaItem.id)
        .limit(ITEMS_OFFERED)
    ).all()  # fmt: skip
    return [(i.id, f"{date_text(local(i.meeting.starts_at).date())}: {one_line(i.title, 80)}") for i in rows]
