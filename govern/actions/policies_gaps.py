"""Who may report gaps, read reports and matters, and work on them."""

from __future__ import annotations

from sqlalchemy import ColumnElement, false, or_, true

from govern.access import presumes
from govern.actions.models import (
    ForwardingFile,
    GapReport,
    Matter,
    MatterState,
    Project,
    ReportState,
    StateForwarding,
)
from govern.people.models import User
from govern.people.policies import can_coordinate


def can_report_gaps(user: User) -> bool:
    """Case managers, members of committees, accounts of institutions, and the coordination report gaps."""
    if not user.is_authenticated:
        return False
    standing = user.standing
    belongs = standing.member_committees | standing.chair_committees | standing.office_committees
    return bool(user.is_case_manager or can_coordinate(user) or belongs or standing.organisations)


def can_handle_reports(user: User) -> bool:
    """The coordination reads the inbox of gap reports and bundles them."""
    return can_coordinate(user)


def can_view_report(user: User, report: GapReport) -> bool:
    """Nobody but its author and the coordination sees a gap report.

    Others read at most the words the coordination released, at the matter.
    """
    return can_coordinate(user) or is_author(user, report)


def reports_viewable_by(user: User) -> ColumnElement[bool]:
    """The same rule as :func:`can_view_report`, as SQL."""
    if not user.is_authenticated:
        return false()
    return true() if can_coordinate(user) else GapReport.author_id == user.id


@presumes(can_view_report)
def can_supplement(user: User, report: GapReport) -> bool:
    """The author adds to a report as long as it is not withdrawn."""
    return is_author(user, report) and report.state is not ReportState.WITHDRAWN


@presumes(can_view_report)
def can_withdraw_report(user: User, report: GapReport) -> bool:
    """The author takes a report back at any time; its words are deleted then."""
    return is_author(user, report) and report.state is not ReportState.WITHDRAWN


@presumes(can_view_report)
def can_handle_report(user: User, report: GapReport) -> bool:
    """The coordination releases, assigns and declines reports that are not withdrawn."""
    return can_coordinate(user) and report.state is not ReportState.WITHDRAWN


def is_author(user: User, report: GapReport) -> bool:
    """True for whoever wrote the report."""
    return bool(user.is_authenticated and report.author_id == user.id)


def can_view_matter(user: User, matter: Matter) -> bool:
    """The coordination sees every matter; those who may report gaps see the ones it has shared."""
    return can_coordinate(user) or (matter.shared_at is not None and can_report_gaps(user))


def matters_viewable_by(user: User) -> ColumnElement[bool]:
    """The same rule as :func:`can_view_matter`, as SQL."""
    if can_coordinate(user):
        return true()
    return Matter.shared_at.is_not(None) if can_report_gaps(user) else false()


@presumes(can_view_matter)
def can_keep_matter(user: User, matter: Matter) -> bool:
    """The coordination changes, shares, closes and reopens matters that were not merged."""
    return can_coordinate(user) and matter.state is not MatterState.MERGED


@presumes(can_view_matter)
def can_work_on_matter(user: User, matter: Matter) -> bool:
    """The coordination bundles, splits and brings forward matters that are open."""
    return can_coordinate(user) and matter.is_open


def can_view_forwarding(user: User, forwarding: StateForwarding) -> bool:
    """The coordination reads what goes to the Land and what it answers; others see on the matter that it went there."""
    return can_coordinate(user)


def forwardings_viewable_by(user: User) -> ColumnElement[bool]:
    """The same rule as :func:`can_view_forwarding`, as SQL."""
    return true() if can_coordinate(user) else false()


@presumes(can_view_forwarding)
def can_answer_forwarding(user: User, forwarding: StateForwarding) -> bool:
    """The coordination notes the answer of the Land, once."""
    return can_coordinate(user) and forwarding.answered_on is None


def can_view_forwarding_file(user: User, file: ForwardingFile) -> bool:
    """Whoever reads the forwarding opens its papers."""
    return can_view_forwarding(user, file.forwarding)


def can_view_project(user: User, project: Project) -> bool:
    """The coordination, the project group and the committee it reports to read its mandate and its reports."""
    return can_coordinate(user) or not _own_committees(user).isdisjoint((project.committee_id, project.reports_to_id))


def projects_viewable_by(user: User) -> ColumnElement[bool]:
    """The same rule as :func:`can_view_project`, as SQL."""
    if can_coordinate(user):
        return true()
    own = sorted(_own_committees(user))
    return or_(Project.committee_id.in_(own), Project.reports_to_id.in_(own)) if own else false()


@presumes(can_view_project)
def can_report_project(user: User, project: Project) -> bool:
    """The coordination, and chair and office of the project group, note its reports until its mandate ends."""
    standing = user.standing
    leads = project.committee_id in standing.chair_committees | standing.office_committees
    return project.ended_on is None and (can_coordinate(user) or leads)


@presumes(can_view_project)
def can_end_project(user: User, project: Project) -> bool:
    """The coordination ends the mandate of a project group, once."""
    return can_coordinate(user) and project.ended_on is None


def _own_committees(user: User) -> set[int]:
    if not user.is_authenticated:
        return set()
    standing = user.standing
    return {*standing.member_committees, *standing.chair_committees, *standing.office_committees}


def counts_of_reports_are_open_to(user: User) -> bool:
    """True for those who read the reports themselves and see true counts; for everybody else they are masked."""
    return can_coordinate(user)


def new_reports(user: User) -> ColumnElement[bool]:
    """Reports that wait for ``user`` to look at them, as SQL."""
    return GapReport.state == ReportState.RECEIVED if can_handle_reports(user) else false()
