"""Charge a project group with a matter, note its reports, end its mandate (E-32)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

import sqlalchemy as sa

from govern.actions.mails import projects as mails
from govern.actions.models import Matter, Project, ProjectReport, ProjectReportDay
from govern.actions.queries.order_mailboxes import lead_mailboxes, office_mailboxes
from govern.actions.queries.projects import list_late_days
from govern.actions.services.gap_reports import Confirmation, demand_harmless
from govern.actions.services.matter_steps import COORDINATION
from govern.committees.contributions import KnownResolution
from govern.committees.models import CadenceInterval, Committee, CommitteeKind, CommitteeStatus, RuleKind
from govern.committees.queries.procedures import procedure_of
from govern.committees.services.committees import create_committee
from govern.committees.services.seats import add_seats
from govern.db import db
from govern.errors import Conflict, DomainError
from govern.formats import date_text, today
from govern.people.models import Organisation, User
from govern.people.policies import can_coordinate

MOST_DAYS = 60
MONTHS = {
    CadenceInterval.MONTHLY: 1, CadenceInterval.TWO_MONTHLY: 2, CadenceInterval.QUARTERLY: 3,
    CadenceInterval.THREE_PER_YEAR: 4, CadenceInterval.HALF_YEARLY: 6, CadenceInterval.YEARLY: 12,
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Charge:
    """Who is charged with a matter: a ``group`` that exists, or a new one of this ``name`` below ``parent``."""

    mandate: str
    starts_on: date
    due_on: date
    reports_to: Committee | None
    group: Committee | None = None
    name: str = ""
    parent: Committee | None = None
    organisations: Sequence[Organisation] = ()
    resolution: KnownResolution | None = None
    reason: str = ""
    interval: CadenceInterval | None = None
    report_days: Sequence[date] = ()
    confirmation: Confirmation = field(default_factory=Confirmation)


def charge_group(matter: Matter, wanted: Charge, *, by: User) -> Project:
    """Give a project group its written mandate; the last report is always due at the deadline."""
    db.session.execute(sa.select(Matter.id).where(Matter.id == matter.id).with_for_update())
    db.session.refresh(matter, ["state", "version"])
    if not matter.is_open:
        raise Conflict(f"Die Lücke ist inzwischen im Stand „{matter.state.label}“.")
    if not wanted.mandate.strip():
        raise DomainError("Bitte den Auftrag in Worten festhalten.", field="mandate")
    demand_harmless(f"{wanted.name}\n{wanted.mandate}\n{wanted.reason}", wanted.confirmation, "mandate")
    days = report_days(wanted)
    needs_resolution = _check_basis(wanted)
    if wanted.reports_to is None or wanted.reports_to.is_over:
        raise DomainError("Bitte das Gremium wählen, dem berichtet wird.", field="reports_to_id")
    group = wanted.group or _found_group(wanted, by=by)
    if group.id == wanted.reports_to.id:
        raise DomainError("Die Projektgruppe kann nicht sich selbst berichten.", field="reports_to_id")
    running = sa.select(Project.id).where(
        Project.matter_id == matter.id, Project.committee_id == group.id, Project.ended_on.is_(None)
    )
    if db.session.scalar(sa.exists(running).select()):
        raise DomainError("Diese Gruppe arbeitet schon an dieser Lücke; ihr Auftrag läuft noch.", field="group_id")
    _seat(group, wanted.organisations, by=by)
    project = Project(
        matter_id=matter.id, committee=group, mandate=wanted.mandate.strip(), needs_resolution=needs_resolution,
        resolution_id=wanted.resolution.id if wanted.resolution else None, reason=wanted.reason.strip() or None,
        starts_on=wanted.starts_on, due_on=wanted.due_on, reports_to=wanted.reports_to,
        report_interval=wanted.interval, created_by_id=by.id, days=[ProjectReportDay(due_on=day) for day in days],
    )  # fmt: skip
    db.session.add(project)
    db.session.flush()
    return project


def report_days(wanted: Charge) -> list[date]:
    """The days on which reports are due: by rhythm, those named, and the deadline."""
    if wanted.due_on < wanted.starts_on:
        raise DomainError("Die Frist liegt vor dem Beginn.", field="due_on")
    wrong = next((day for day in wanted.report_days if not wanted.starts_on <= day <= wanted.due_on), None)
    if wrong is not None:
        raise DomainError(f"{date_text(wrong)} liegt nicht zwischen Beginn und Frist.", field="report_days")
    found = {*wanted.report_days, wanted.due_on}
    number = 1
    while wanted.interval is not None and (day := _after(wanted.starts_on, wanted.interval, number)) < wanted.due_on:
        found.add(day)
        number += 1
        if number > MOST_DAYS:
            message = f"Das wären mehr als {MOST_DAYS} Berichte. Bitte seltener oder eine kürzere Frist."
            raise DomainError(message, field="interval")
    return sorted(found)


def note_report(
    project: Project, day_id: int | None, reported_on: date, text: str, item_id: int | None,
    *, confirmation: Confirmation, by: User,
) -> ProjectReport:  # fmt: skip
    """Note what the group reported; it stays as it is, a correction is a further report."""
    _lock(project)
    if project.ended_on is not None:
        raise Conflict("Der Auftrag ist inzwischen beendet.")
    if not text.strip():
        raise DomainError("Bitte festhalten, was berichtet wurde.", field="text")
    demand_harmless(text, confirmation, "text")
    if not project.starts_on <= reported_on <= today():
        raise DomainError("Bitte einen Tag vom Beginn des Auftrags bis heute angeben.", field="reported_on")
    if day_id is not None and day_id not in {day.id for day in project.open_days}:
        raise Conflict("Zu diesem Tag ist inzwischen ein Bericht festgehalten.")
    row = ProjectReport(
        day_id=day_id, reported_on=reported_on, text=text.strip(), item_id=item_id, noted_by_id=by.id,
        function=COORDINATION if can_coordinate(by) else project.committee.label,
    )  # fmt: skip
    project.reports.append(row)
    db.session.flush()
    return row


def end_project(
    project: Project, ended_on: date, note: str, *, confirmation: Confirmation, version: int, by: User
) -> None:  # fmt: skip
    """End the mandate; reports that were still due are no longer waited for, the group itself lives on."""
    _lock(project)
    if project.ended_on is not None or version != project.version:
        raise Conflict("Zu diesem Auftrag wurde inzwischen etwas anderes festgehalten.")
    if not note.strip():
        raise DomainError("Bitte festhalten, wie der Auftrag endet.", field="end_note")
    demand_harmless(note, confirmation, "end_note")
    if not project.starts_on <= ended_on <= today():
        raise DomainError("Bitte einen Tag vom Beginn des Auftrags bis heute angeben.", field="ended_on")
    project.ended_on, project.end_note = ended_on, note.strip()
    db.session.flush()


def follow_up_projects(day: date) -> None:
    """Once for each report that is late tell who leads the group and the office of the committee that waits for it."""
    for late in list_late_days(day):
        late.reminded_on = day
        boxes = [*lead_mailboxes(late.project.committee), *office_mailboxes(late.project.reports_to)]
        mails.tell_late(late, list({box.address: box for box in boxes}.values()))
    db.session.flush()


def _lock(project: Project) -> None:
    db.session.execute(sa.select(Project.id).where(Project.id == project.id).with_for_update())
    db.session.refresh(project, ["version", "ended_on"])
    db.session.expire(project, ["reports", "days"])


def _check_basis(wanted: Charge) -> bool:
    """A resolution where the rules of the committee above ask for one (A4, A5); else a reason will do."""
    if wanted.group is None and wanted.parent is None:
        raise DomainError("Bitte das Gremium wählen, unter dem die Projektgruppe arbeitet.", field="parent_id")
    above = wanted.group.parent if wanted.group is not None else wanted.parent
    needed = above is not None and procedure_of(above, today()).is_on(RuleKind.SUBGROUP_RESOLUTION)
    found = wanted.resolution
    if above is not None and found is not None and found.committee_id != above.id:
        raise DomainError(f"Bitte einen Beschluss von „{above.name}“ wählen.", field="resolution_id")
    if above is not None and needed and found is None:
        raise DomainError(f"„{above.name}“ setzt Projektgruppen nur durch Beschluss ein.", field="resolution_id")
    if found is not None and found.resolved_on > wanted.starts_on:
        raise DomainError(f"Der Beschluss ist erst vom {date_text(found.resolved_on)}.", field="starts_on")
    if found is None and not wanted.reason.strip():
        raise DomainError("Bitte begründen, warum ohne Beschluss.", field="reason")
    return needed


def _found_group(wanted: Charge, *, by: User) -> Committee:
    if not wanted.name.strip():
        raise DomainError("Bitte die neue Projektgruppe benennen.", field="name")
    if not wanted.organisations:
        raise DomainError("Bitte mindestens eine Institution wählen.", field="organisation_ids")
    # Everybody reads the page of a committee: the mandate stays with those who may read it.
    values = {
        "name": wanted.name.strip(), "kind": CommitteeKind.PROJECT_GROUP, "status": CommitteeStatus.ACTIVE,
        "is_kim": True, "founded_on": wanted.starts_on.isoformat(), "opening_reason": wanted.reason.strip() or None,
    }  # fmt: skip
    return create_committee(by.body, values, parent=wanted.parent, by=by, resolution=wanted.resolution)


def _seat(group: Committee, organisations: Sequence[Organisation], *, by: User) -> None:
    if group.is_over or group.kind is not CommitteeKind.PROJECT_GROUP:
        raise DomainError("Bitte eine Projektgruppe wählen, die besteht.", field="group_id")
    running = [seat for seat in group.seats if seat.ends_on is None or seat.ends_on >= today()]
    seated = {organisation.id for seat in running for organisation in seat.organisations}
    missing = [organisation for organisation in organisations if organisation.id not in seated]
    if missing:
        add_seats(group, {"function": "Mitglied", "person_count": 1}, missing, by=by)
    elif not running:
        raise DomainError("Die Projektgruppe hat noch keine Mitglieder.", field="organisation_ids")


def _after(start: date, interval: CadenceInterval, number: int) -> date:
    if interval not in MONTHS:
        return start + timedelta(days=interval.days * number)
    years, month = divmod(start.month - 1 + MONTHS[interval] * number, 12)
    first = date(start.year + years, month + 1, 1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return first.replace(day=min(start.day, last.day))
