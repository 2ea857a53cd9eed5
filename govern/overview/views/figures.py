"""The page „Auswertung": gap reports, matters and work orders in figures, for the period a reader chooses."""

from __future__ import annotations

from flask import Blueprint, Response, abort, request, url_for
from flask_login import current_user

from govern import access
from govern.actions.periods import Period, offered_periods, parse_period
from govern.actions.queries.vocabularies import terms_of
from govern.errors import DomainError
from govern.files import TYPES
from govern.formats import today
from govern.overview import policies
from govern.overview.exports.figures_xlsx import figures_xlsx
from govern.overview.order_figures import ORDERS_SHOWN, sum_up
from govern.overview.queries.figures import figure_page
from govern.overview.queries.report_figures import count_reports, figures_to_publish
from govern.overview.services import figures as services
from govern.web import download, flash, redirect, render

bp = Blueprint("figures", __name__)


@bp.get("/auswertung")
@access.signed_in
def index() -> Response:
    """Figures of what the person may see, for one period."""
    found = figure_page(current_user, _period(), today())
    shown = found.orders if request.args.get("adressaten") == "alle" else found.orders[:ORDERS_SHOWN]
    return render("overview/figures.html", found=found, period=found.period, periods=offered_periods(today()),
                  orders=shown, order_sum=sum_up(found.orders),
                  may_release=policies.can_release_figures(current_user))  # fmt: skip


@bp.get("/auswertung.xlsx")
@access.signed_in
def xlsx() -> Response:
    """The same as a workbook."""
    found = figure_page(current_user, _period(), today(), ways_shown=None)
    name = f"Auswertung {found.period.code if found.period else 'insgesamt'}.xlsx"
    data = figures_xlsx(period=found.period, orders=found.orders, matters=found.matters, reports=found.reports,
                        reports_period=found.reports_period, ways=found.ways)  # fmt: skip
    return download(data, name, TYPES["xlsx"])


@bp.route("/auswertung/freigeben", methods=["GET", "POST"])
@access.allowed(policies.can_release_figures)
def release() -> Response:
    """Look at what everybody would read of a half-year, and let them."""
    period, body = parse_period(request.values.get("zeitraum", "")) or abort(404), current_user.body
    refused = ""
    if request.method == "POST":
        try:
            services.release_figures(body, period, by=current_user)
            flash(f"Die Zahlen für das {period.label} sind freigegeben.")
            return redirect(url_for(".index", zeitraum=period.code))
        except DomainError as error:
            refused = str(error)
    figures = figures_to_publish(body, count_reports(body, terms_of(body), period, today()))
    return render("overview/figures_release.html", status=422 if refused else 200, period=period, reports=figures,
                  bars=figures.bars(), refused=refused)  # fmt: skip


def _period() -> Period | None:
    return parse_period(request.args.get("zeitraum", ""))
