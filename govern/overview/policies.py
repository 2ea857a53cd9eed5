"""Who may see and change the settings of the body."""

from __future__ import annotations

from govern.access import presumes
from govern.actions.policies_gaps import can_report_gaps, counts_of_reports_are_open_to
from govern.overview.models import TargetGroupYear, YearlyReport
from govern.people.models import AccessibilityFeedback, User
from govern.people.policies import can_administer, can_coordinate


def can_change_settings(user: User) -> bool:
    """The coordination and administrators keep the settings of the body and answer reports of barriers."""
    return can_coordinate(user) or can_administer(user)


def can_release_figures(user: User) -> bool:
    """The coordination, which reads the reports, releases their masked figures for a half-year."""
    return counts_of_reports_are_open_to(user)


def can_see_target_groups(user: User) -> bool:
    """Whoever may report gaps reads the released figures of target groups; the coordination reads all of them."""
    return can_report_gaps(user)


def can_keep_target_groups(user: User) -> bool:
    """The coordination brings the yearly figures of target groups, sees true counts, and releases masked ones."""
    return counts_of_reports_are_open_to(user)


def can_view_target_group_year(user: User, version: TargetGroupYear) -> bool:
    """The coordination reads the true figures of a year with the table they came from."""
    return can_keep_target_groups(user) and version.body_id == user.body_id


def can_write_yearly_reports(user: User) -> bool:
    """The coordination prepares the yearly report for the Land and council, and freezes it."""
    return can_coordinate(user)


def can_view_yearly_report(user: User, report: YearlyReport) -> bool:
    """The coordination reads what was frozen, and hands it on as a document; the draft has a page of its own."""
    return can_coordinate(user) and report.is_frozen and report.body_id == user.body_id


def can_view_feedback(user: User, feedback: AccessibilityFeedback) -> bool:
    """The coordination and administrators read reports of barriers."""
    return can_change_settings(user)


@presumes(can_view_feedback)
def can_answer_feedback(user: User, feedback: AccessibilityFeedback) -> bool:
    """Whoever may read a report may note that it was answered."""
    return can_change_settings(user)
