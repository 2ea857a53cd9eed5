"""The page „Auswertung": how work orders keep their dates, for the period a reader chooses."""

from __future__ import annotations

from flask import Blueprint, Response, request
from flask_login import current_user

from govern import access
from govern.actions.periods import Period, offered_periods, parse_period
from govern.files import TYPES
from govern.formats import today
from govern.overview.exports.figures_xlsx import figures_xlsx
from govern.overview.order_figures import sum_up
from govern.overview.queries import figures as queries
from govern.web import download, render

bp = Blueprint("figures", __name__)


@bp.get("/auswertung")
@access.signed_in
def index() -> Response:
    """Figures of what the person may see, for one period."""
    period = _period()
    orders = queries.orders_by_addressee(current_user, today(), period)
    return render("overview/figures.html", period=period, periods=offered_periods(today()), orders=orders,
                  order_sum=sum_up(orders))  # fmt: skip


@bp.get("/auswertung.xlsx")
@access.signed_in
def xlsx() -> Response:
    """The same as a workbook."""
    period = _period()
    orders = queries.orders_by_addressee(current_user, today(), period)
    name = f"Auswertung {period.code if period else 'insgesamt'}.xlsx"
    return download(figures_xlsx(orders, period), name, TYPES["xlsx"])


def _period() -> Period | None:
    return parse_period(request.args.get("zeitraum", ""))
