"""Tables of project groups charged with a matter: the written mandate, the days of reports, the reports."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from govern.actions.models.matters import Matter
from govern.committees.models import CadenceInterval, Committee
from govern.db import Base, UtcDateTime, now, text_enum
from govern.formats import today
from govern.meetings.models import AgendaItem, Resolution


class ProjectState(StrEnum):
    """Where the charge of a project group stands; counted, not stored."""

    RUNNING = "running"
    LATE = "late"
    EXPIRED = "expired"
    ENDED = "ended"

    @property
    def label(self) -> str:
        return {"running": "läuft", "late": "Bericht überfällig", "expired": "Frist abgelaufen",
                "ended": "beendet"}[self.value]  # fmt: skip

    @property
    def tone(self) -> str:
        """The colour that goes with :attr:`label`."""
        return {"running": "info", "late": "danger", "expired": "warning", "ended": "neutral"}[self.value]


class Project(Base):
    """What a project group is charged with: mandate in writing, deadline, to whom and when it reports (E-32)."""

    __tablename__ = "project"
    __audit__ = {
        "committee_id": "Projektgruppe",
        "reports_to_id": "berichtet an",
        "report_interval": "Rhythmus der Berichte",
        "resolution_id": "Beschluss",
        "starts_on": "Beginn",
        "due_on": "Frist",
        "ended_on": "beendet am",
    }
    __audit_root__ = ("matter", "matter_id")

    id: Mapped[int] = mapped_column(primary_key=True)
    matter_id: Mapped[int] = mapped_column(ForeignKey("matter.id", ondelete="CASCADE"), index=True)
    committee_id: Mapped[int] = mapped_column(ForeignKey("committee.id"), index=True)
    """The project group; its members are its seats."""
    mandate: Mapped[str]
    """The words of the charge, as they were given; the database refuses to change them."""
    needs_resolution: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """Whether the rules of the committee above asked for one."""
    resolution_id: Mapped[int | None] = mapped_column(ForeignKey("resolution.id"), index=True)
    reason: Mapped[str | None]
    """Why the group is charged, where there is no resolution (A5)."""
    starts_on: Mapped[date]
    due_on: Mapped[date]
    reports_to_id: Mapped[int] = mapped_column(ForeignKey("committee.id"), index=True)
    report_interval: Mapped[CadenceInterval | None] = mapped_column(text_enum(CadenceInterval))
    ended_on: Mapped[date | None]
    end_note: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    version: Mapped[int] = mapped_column(default=1, server_default="1")

    matter: Mapped[Matter] = relationship()
    committee: Mapped[Committee] = relationship(foreign_keys=[committee_id])
    reports_to: Mapped[Committee] = relationship(foreign_keys=[reports_to_id])
    resolution: Mapped[Resolution | None] = relationship()
    days: Mapped[list[ProjectReportDay]] = relationship(
        back_populates="project", cascade="all, delete-orphan", order_by="ProjectReportDay.due_on"
    )
    reports: Mapped[list[ProjectReport]] = relationship(
        back_populates="project", cascade="all, delete-orphan", order_by="ProjectReport.id"
    )

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        CheckConstraint("length(trim(mandate)) > 0", name="mandate_not_blank"),
        CheckConstraint("NOT needs_resolution OR resolution_id IS NOT NULL", name="resolution_where_needed"),
        CheckConstraint(
            "resolution_id IS NOT NULL OR (reason IS NOT NULL AND length(trim(reason)) > 0)",
            name="resolution_or_reason",
        ),
        CheckConstraint("due_on >= starts_on", name="due_after_start"),
        CheckConstraint("(ended_on IS NULL) = (end_note IS NULL)", name="end_complete"),
        CheckConstraint("ended_on IS NULL OR ended_on >= starts_on", name="end_after_start"),
    )

    @property
    def open_days(self) -> list[ProjectReportDay]:
        """Days whose report is not noted yet, the earliest first; none once the mandate has ended."""
        if self.ended_on is not None:
            return []
        given = {report.day_id for report in self.reports}
        return [day for day in self.days if day.id not in given]

    @property
    def next_day(self) -> date | None:
        """When the next report is due."""
        return self.open_days[0].due_on if self.open_days else None

    @property
    def state(self) -> ProjectState:
        """Where it stands today."""
        if self.ended_on is not None:
            return ProjectState.ENDED
        if self.next_day is not None and self.next_day < today():
            return ProjectState.LATE
        return ProjectState.EXPIRED if self.due_on < today() else ProjectState.RUNNING


class ProjectReportDay(Base):
    """A day on which a report is due."""

    __tablename__ = "project_report_day"
    __audit__ = {"due_on": "Bericht fällig am"}
    __audit_root__ = ("project", "project_id")

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"))
    due_on: Mapped[date] = mapped_column(index=True)
    reminded_on: Mapped[date | None]
    """When group and office were told that this report is late."""

    project: Mapped[Project] = relationship(back_populates="days")

    __table_args__ = (UniqueConstraint("project_id", "due_on"), UniqueConstraint("id", "project_id"))


class ProjectReport(Base):
    """A report of a project group: when, in which words, at which agenda item. A correction is a further one.

    The database refuses to change or delete it.
    """

    __tablename__ = "project_report"
    __audit__ = {"reported_on": "berichtet am", "item_id": "Tagesordnungspunkt"}
    __audit_root__ = ("project", "project_id")

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"), index=True)
    day_id: Mapped[int | None] = mapped_column(ForeignKey("project_report_day.id"), unique=True)
    """The day it answers; None for a report besides."""
    reported_on: Mapped[date]
    text: Mapped[str]
    item_id: Mapped[int | None] = mapped_column(ForeignKey("agenda_item.id", ondelete="SET NULL"), index=True)
    """Where it was given."""
    function: Mapped[str]
    """As what somebody noted it; others do not read the name."""
    noted_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    noted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))

    project: Mapped[Project] = relationship(back_populates="reports")
    day: Mapped[ProjectReportDay | None] = relationship(foreign_keys=[day_id])
    item: Mapped[AgendaItem | None] = relationship()

    __table_args__ = (
        ForeignKeyConstraint(
            ["day_id", "project_id"],
            ["project_report_day.id", "project_report_day.project_id"],
            name="fk_project_report_own_day_project_report_day",
        ),
        CheckConstraint("length(trim(text)) > 0", name="text_not_blank"),
    )
