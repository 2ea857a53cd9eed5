"""Lists of work orders as files, and what is done with several at once."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, request, url_for
from flask_login import current_user

from govern import access
from govern.actions.exports import order_tables
from govern.actions.exports.order_tables import OrderRow
from govern.actions.forms.order_steps import BulkForm
from govern.actions.models import OrderEvent, WorkOrder
from govern.actions.queries import order_lists
from govern.actions.queries.order_lists import OrderFilter
from govern.actions.queries.work_orders import light_of, origin_of
from govern.actions.services import order_bulk
from govern.actions.views.work_orders import wanted_orders
from govern.errors import DomainError
from govern.formats import date_numeric, local, today
from govern.web import download, flash, redirect, safe_target

bp = Blueprint("order_files", __name__)


@bp.get("/arbeitsauftraege/liste.xlsx", endpoint="xlsx")
@bp.get("/arbeitsauftraege/liste.csv", endpoint="csv")
@bp.get("/arbeitsauftraege/liste.docx", endpoint="docx")
@access.signed_in
def fetch() -> Response:
    """The list as filtered, as a file; `?teil=oeffentlich` leaves out what is confidential (E-16)."""
    return _file(wanted_orders(), "Arbeitsaufträge")


@bp.get("/unsere-auftraege/liste.xlsx", endpoint="own_xlsx")
@bp.get("/unsere-auftraege/liste.csv", endpoint="own_csv")
@bp.get("/unsere-auftraege/liste.docx", endpoint="own_docx")
@access.signed_in
def fetch_own() -> Response:
    """What is addressed to us, as a file."""
    return _file(OrderFilter(view="mir", state="alle"), "Unsere Aufträge")


@bp.post("/arbeitsauftraege/auswahl")
@access.signed_in
def bulk() -> Response:
    """Do the same with all chosen orders: resubmission, reminder, note that it is done."""
    form = BulkForm()
    back = safe_target(request.form.get("zurueck"), url_for("work_orders.index"))
    if not form.validate_on_submit():
        flash("Bitte Aufträge und eine Aktion wählen.", "error")
        return redirect(back)
    orders = order_lists.list_chosen(current_user, form.chosen())
    try:
        flash(order_bulk.do_with_all(orders, form.action.data, day=form.resubmit_on.data, by=current_user))
    except DomainError as error:
        flash(str(error), "error")
    return redirect(back)


def _file(wanted: OrderFilter, title: str) -> Response:
    ending = request.path.rpartition(".")[2]
    public_only = request.args.get("teil") == "oeffentlich"
    rows = [_row(order, last) for order, last in order_lists.list_all(current_user, wanted, public_only=public_only)]
    name = f"{title} {date_numeric(today())}{' öffentlich' if public_only else ''}.{ending}"
    if ending == "xlsx":
        return download(order_tables.as_xlsx(rows, title=title, public_only=public_only), name, order_tables.XLSX)
    if ending == "csv":
        return download(order_tables.as_csv(rows, public_only=public_only), name, order_tables.CSV)
    letterheads = current_app.config["SETTINGS"].office_templates
    data = order_tables.as_docx(rows, title=title, body=current_user.body, letterheads=letterheads,
                                public_only=public_only)  # fmt: skip
    return download(data, name, order_tables.DOCX)


def _row(order: WorkOrder, last: OrderEvent | None) -> OrderRow:
    said = f"{last.text} ({last.noted_by_function}, {local(last.noted_at):%d.%m.%Y})" if last else ""
    return OrderRow(
        light=light_of(order).text, number=order.number or "", task=order.task, addressee=order.addressee_label,
        due_on=order.due_on, state=order.state.label, priority=order.priority.label, origin=origin_of(order),
        last_word=said, is_public=order.is_public,
    )  # fmt: skip
