"""Who writes the regular report to the municipalities, and who reads it (I4)."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, exists, false, true

from govern.access import presumes
from govern.actions.models import MunicipalReport, MunicipalReportRecipient
from govern.people.models import User
from govern.people.policies import can_coordinate


def can_write_municipal_reports(user: User) -> bool:
    """The coordination writes the report to the municipalities."""
    return can_coordinate(user)


def can_see_municipal_reports(user: User) -> bool:
    """The coordination, and accounts of institutions, have a list of these reports."""
    return can_coordinate(user) or bool(user.is_authenticated and user.standing.organisations)


def can_view_municipal_report(user: User, report: MunicipalReport) -> bool:
    """The coordination sees every report; a municipality each one that was sent to it, with a seat or without."""
    if can_coordinate(user):
        return True
    if not user.is_authenticated or not report.is_sent:
        return False
    return any(row.organisation_id in user.standing.organisations for row in report.recipients)


def municipal_reports_viewable_by(user: User) -> ColumnElement[bool]:
    """The same rule as :func:`can_view_municipal_report`, as SQL."""
    if not user.is_authenticated:
        return false()
    if can_coordinate(user):
        return true()
    return and_(
        MunicipalReport.sent_at.is_not(None),
        exists().where(
            MunicipalReportRecipient.report_id == MunicipalReport.id,
            MunicipalReportRecipient.organisation_id.in_(sorted(user.standing.organisations)),
        ),
    )


@presumes(can_view_municipal_report)
def can_edit_municipal_report(user: User, report: MunicipalReport) -> bool:
    """The coordination changes, sends and discards a report that was not sent."""
    return can_coordinate(user) and not report.is_sent
