"""Read reports to the municipalities, and work out what one says: public resolutions and orders, released matters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from govern.actions.masking import about
from govern.actions.models import (
    Evaluation,
    EvaluationResult,
    GapReport,
    Matter,
    MatterState,
    MunicipalReport,
    MunicipalReportRecipient,
    WorkOrder,
    WorkOrderState,
)
from govern.actions.policies_reports import municipal_reports_viewable_by
from govern.committees.models import Committee, Seat
from govern.db import db, kept, number_of_rows
from govern.formats import date_text, local, today
from govern.meetings.models import CLOSED_STATES, AgendaItem, Meeting, Resolution
from govern.people.models import Body, Organisation, User

PAGE_SIZE = 25
Entries = dict[str, list[dict[str, Any]]]
HEADINGS = {"resolutions": "Beschlüsse", "orders": "Arbeitsaufträge", "matters": "Lücken, an denen gearbeitet wird"}


@dataclass(frozen=True)
class ReportPage:
    """One page of reports."""

    rows: Sequence[MunicipalReport]
    total: int
    number: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE_SIZE))


def content_of(report: MunicipalReport) -> Entries:
    """What the report says: what was sent, word for word, or what a draft would say today."""
    if report.content is not None:
        return report.content
    return {
        name: [entry for entry in entries if entry["key"] not in report.left_out]
        for name, entries in collect(report).items()
    }


def collect(report: MunicipalReport) -> Entries:
    """Everything that may be reported of the period. Nothing confidential, counts only rounded."""
    return {"resolutions": _resolutions(report), "orders": _orders(report), "matters": _matters(report)}


def propose_period() -> tuple[date, date]:
    """The last half-year that is over."""
    day = today()
    if day.month > 6:
        return date(day.year, 1, 1), date(day.year, 6, 30)
    return date(day.year - 1, 7, 1), date(day.year - 1, 12, 31)


def list_municipal_reports(user: User, number: int) -> ReportPage:
    """One page of the reports ``user`` may see, drafts first, then the newest."""
    condition = municipal_reports_viewable_by(user)
    total = db.session.scalar(sa.select(sa.func.count(MunicipalReport.id)).where(condition)) or 0
    rows = db.session.scalars(
        sa.select(MunicipalReport)
        .where(condition)
        .order_by(MunicipalReport.sent_at.is_not(None), MunicipalReport.sent_at.desc(), MunicipalReport.id.desc())
        .limit(PAGE_SIZE)
        .offset((number - 1) * PAGE_SIZE)
    ).all()
    return ReportPage(rows, total, number)


def list_sent_to(user: User, *, most: int = 4) -> Sequence[MunicipalReport]:
    """The newest reports that went to the institutions ``user`` acts for."""
    return db.session.scalars(_sent_to(user), {"most": most}).all()


@kept
def _sent_to(user: User) -> sa.Select[MunicipalReport]:
    mine = sa.exists().where(
        MunicipalReportRecipient.report_id == MunicipalReport.id,
        MunicipalReportRecipient.organisation_id.in_(sorted(user.standing.organisations)),
    )
    return (
        sa.select(MunicipalReport)
        .where(MunicipalReport.sent_at.is_not(None), mine)
        .order_by(MunicipalReport.sent_at.desc(), MunicipalReport.id.desc())
        .limit(number_of_rows("most"))
    )


def load_recipients(report: MunicipalReport) -> Sequence[MunicipalReportRecipient]:
    """To whom a sent report went, by name."""
    return db.session.scalars(
        sa.select(MunicipalReportRecipient)
        .join(MunicipalReportRecipient.organisation)
        .where(MunicipalReportRecipient.report_id == report.id)
        .options(joinedload(MunicipalReportRecipient.organisation))
        .order_by(Organisation.sort_name)
    ).all()


def list_municipalities(body: Body) -> Sequence[Organisation]:
    """Every municipality of the body that was not dissolved, whether it has a seat or not."""
    return db.session.scalars(
        sa.select(Organisation)
        .where(Organisation.body_id == body.id, Organisation.is_municipality, Organisation.ended_on.is_(None))
        .order_by(Organisation.sort_name)
    ).all()


def _resolutions(report: MunicipalReport) -> list[dict[str, Any]]:
    rows = db.session.scalars(
        sa.select(Resolution)
        .join(Resolution.committee)
        .outerjoin(AgendaItem, AgendaItem.id == Resolution.item_id)
        .outerjoin(Meeting, Meeting.id == AgendaItem.meeting_id)
        .where(
            Committee.body_id == report.body_id, Committee.is_kim, Resolution.is_adopted, Resolution.is_public,
            Resolution.number.is_not(None), Resolution.cancelled_at.is_(None),
            Resolution.resolved_on.between(report.starts_on, report.ends_on),
            sa.or_(Resolution.item_id.is_(None), sa.and_(AgendaItem.is_public, Meeting.state.in_(CLOSED_STATES))),
        )
        .options(joinedload(Resolution.committee))
        .order_by(Resolution.resolved_on, Resolution.id)
    )  # fmt: skip
    return [
        {"key": f"resolution:{r.id}", "title": f"{r.committee.name}, Beschluss {r.number}", "text": r.text,
         "facts": f"vom {date_text(r.resolved_on)}"}
        for r in rows
    ]  # fmt: skip


def _orders(report: MunicipalReport) -> list[dict[str, Any]]:
    rows = db.session.scalars(
        sa.select(WorkOrder)
        .join(WorkOrder.committee)
        .where(
            WorkOrder.body_id == report.body_id, Committee.is_kim, WorkOrder.is_public, WorkOrder.parent_id.is_(None),
            WorkOrder.state.not_in([WorkOrderState.DRAFT, WorkOrderState.WITHDRAWN]),
            sa.or_(WorkOrder.issued_on.between(report.starts_on, report.ends_on),
                   WorkOrder.done_on.between(report.starts_on, report.ends_on)),
        )
        .options(
            joinedload(WorkOrder.addressee_organisation), joinedload(WorkOrder.addressee_committee),
            joinedload(WorkOrder.addressee_seat).selectinload(Seat.organisations), joinedload(WorkOrder.resolution),
        )
        .order_by(WorkOrder.issued_on, WorkOrder.id)
    )  # fmt: skip
    return [
        {"key": f"order:{o.id}", "title": o.task, "text": "", "facts": " · ".join(filter(None, [
            o.number, o.addressee_label, f"bis {date_text(o.due_on)}" if o.due_on else "", o.state.label]))}
        for o in rows if o.resolution is None or o.resolution.is_public
    ]  # fmt: skip


def _matters(report: MunicipalReport) -> list[dict[str, Any]]:
    amount = sa.select(sa.func.count(GapReport.id)).where(GapReport.matter_id == Matter.id).scalar_subquery()
    rows = db.session.execute(
        sa.select(Matter, amount)
        .where(
            Matter.body_id == report.body_id, Matter.shared_at.is_not(None),
            sa.or_(
                Matter.state == MatterState.OPEN,
                sa.and_(Matter.state != MatterState.MERGED, Matter.closed_on >= report.starts_on),
            ),
        )
        .order_by(Matter.sort_text, Matter.id)
    ).all()  # fmt: skip
    effects = _effects([matter.id for matter, _amount in rows])
    threshold = report.body.small_count_threshold
    return [
        {"key": f"matter:{m.id}", "title": m.title, "text": m.summary, "facts": " · ".join(filter(None, [
            m.number, m.state.label, f"{about(amount, threshold)} Meldungen",
            f"Wirkung: {effects[m.id]}" if m.id in effects else ""]))}
        for m, amount in rows if local(m.created_at).date() <= report.ends_on
    ]  # fmt: skip


def _effects(matters: Sequence[int]) -> dict[int, str]:
    rows = db.session.execute(
        sa.select(Evaluation.matter_id, EvaluationResult.effect)
        .join(EvaluationResult.evaluation)
        .where(Evaluation.matter_id.in_(matters))
        .order_by(Evaluation.number, EvaluationResult.number)
    )
    return {matter_id: effect.label for matter_id, effect in rows}
