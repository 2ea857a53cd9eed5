"""Meetings planned in one go: a year by the cadence, a tour through the municipalities (C14)."""

from __future__ import annotations

from flask import Blueprint, Response, abort, request, url_for
from flask_login import current_user

from govern import access
from govern.committees.models import Committee
from govern.errors import DomainError
from govern.formats import today
from govern.meetings import policies
from govern.meetings import policies_dates as rights
from govern.meetings.cadence_dates import pattern_words
from govern.meetings.forms.series import PatternForm, TourForm, YearForm, tour_values, year_values
from govern.meetings.models import MeetingSeries
from govern.meetings.queries import series as queries
from govern.meetings.queries.places import places_to_choose
from govern.meetings.services import series as services
from govern.meetings.views.pages import settings
from govern.web import flash, page_number, redirect, render, status_of

bp = Blueprint("series", __name__)


@bp.get("/reihen")
@access.signed_in
def index() -> Response:
    """Series of meetings, the latest first."""
    rows, total = queries.list_series(current_user, number=page_number())
    pages = max(1, -(-total // queries.PAGE))
    if page_number() > pages:
        abort(404)
    return render("meetings/series_index.html", series=rows, total=total, number=page_number(), pages=pages)


@bp.get("/reihen/<int:id>")
@access.requires(MeetingSeries, rights.can_view_series)
def detail(series: MeetingSeries) -> Response:
    """The meetings of a series; moved and cancelled ones with what they were."""
    return render("meetings/series.html", series=series, meetings=queries.meetings_of(series, current_user))


@bp.route("/gremien/<int:id>/jahresplan", methods=["GET", "POST"])
@access.requires(Committee, policies.can_plan)
def year(committee: Committee) -> Response:
    """Plan the meetings of a year by the cadence; the list can be changed before it is saved."""
    plan, pattern = _plan(committee)
    form = YearForm(data=year_values(committee, plan), places=places_to_choose(current_user))
    if form.validate_on_submit() and (entries := form.entries()) is not None:
        try:
            series = services.plan_year(committee, entries, **form.common(), host=settings().host, by=current_user)
            flash(f"{len(entries)} Sitzungen sind geplant.")
            return redirect(url_for(".detail", id=series.id))
        except DomainError as error:
            form.refuse(error)
    return render("meetings/series_year.html", status=status_of(form), form=form, pattern=pattern, committee=committee,
                  plan=plan, words=pattern_words(plan.first, plan.interval), hints=_hints(form, plan))  # fmt: skip


@bp.route("/gremien/<int:id>/kommunentour", methods=["GET", "POST"])
@access.requires(Committee, policies.can_plan)
def tour(committee: Committee) -> Response:
    """Plan one meeting per municipality."""
    known = queries.municipalities(current_user, today())
    plan = queries.plan_for_year(committee, today(), first=None, until=None, interval=None)
    form = TourForm(data=tour_values(plan, known), municipalities=known)
    if form.validate_on_submit() and (entries := form.entries()) is not None:
        try:
            series = services.plan_tour(committee, entries, **form.common(), meeting_title=form.meeting_title.data,
                                        host=settings().host, by=current_user)  # fmt: skip
            flash(f"{len(entries)} Sitzungen sind geplant.")
            return redirect(url_for(".detail", id=series.id))
        except DomainError as error:
            form.refuse(error)
    return render("meetings/series_tour.html", status=status_of(form), form=form, committee=committee)


def _plan(committee: Committee) -> tuple[queries.YearPlan, PatternForm]:
    asked = PatternForm(request.args)
    is_usable = bool(request.args) and asked.validate()
    plan = queries.plan_for_year(
        committee, today(), first=asked.von.data if is_usable else None, until=asked.bis.data if is_usable else None,
        interval=asked.turnus.data if is_usable else None,
    )  # fmt: skip
    return plan, PatternForm(formdata=None, data={"von": plan.first, "bis": plan.until, "turnus": plan.interval})


def _hints(form: YearForm, plan: queries.YearPlan) -> dict[int, list[str]]:
    filled = {n: row for n, row in enumerate(form.rows) if row.day.data and row.starts.data and row.ends.data}
    against = queries.objections_to([(row.day.data, row.starts.data, row.ends.data) for row in filled.values()])
    moved = {proposed.day: proposed.moved_because for proposed in plan.dates if proposed.moved_because}
    return {
        n: [*([f"verlegt: {moved[row.day.data]}"] if row.day.data in moved else []), *words]
        for (n, row), words in zip(filled.items(), against, strict=True)
    }
