"""The steps of an issued work order, each on a page with one form, and the papers handed in with them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from flask import Blueprint, Response, current_app, request, url_for
from flask_login import current_user

from govern import access, files
from govern.actions import policies
from govern.actions.forms.order_steps import (
    AskDeadlineForm,
    DatesForm,
    DecideDeadlineForm,
    EffectForm,
    NoteForm,
    ReasonForm,
    ReissueForm,
    ReopenForm,
    ReportForm,
    WithdrawForm,
    WordsForm,
)
from govern.actions.models import OrderFile, WorkOrder
from govern.actions.queries import order_rules, work_orders
from govern.actions.services import order_dates, order_life, order_reminders
from govern.actions.services import work_orders as order_services
from govern.actions.services.work_orders import address_of
from govern.errors import Conflict, DomainError
from govern.meetings.models import Resolution
from govern.meetings.queries.resolutions import find_readable
from govern.meetings.services.papers import PaperStore
from govern.people.forms.fields import VersionedForm
from govern.web import GermanForm, download, flash, redirect, render, safe_target

bp = Blueprint("order_steps", __name__)
FormT = TypeVar("FormT", bound=VersionedForm)


@dataclass(frozen=True)
class Step:
    """What the page of a step says."""

    heading: str
    submit: str
    done: str
    intro: str = ""


ACCEPT = Step("Auftrag annehmen", "Annehmen", "Der Auftrag ist angenommen.")
DECLINE = Step("Auftrag ablehnen", "Auftrag ablehnen", "Der Auftrag ist abgelehnt; die Geschäftsführung weiß Bescheid.",
               "Die Geschäftsführung erfährt den Grund und entscheidet, wie es weitergeht.")  # fmt: skip
REPORT = Step("Zum Auftrag melden", "Meldung senden", "Danke, Ihre Meldung ist gespeichert.")
ASK_DEADLINE = Step("Um eine spätere Frist bitten", "Bitte senden", "Ihre Bitte ist bei der Geschäftsführung.",
                    "Bis zur Entscheidung gilt die bisherige Frist.")  # fmt: skip
DECIDE = Step("Über die spätere Frist entscheiden", "Entscheidung speichern", "Die Entscheidung ist gespeichert.")
DATES = Step("Frist und Wiedervorlage", "Speichern", "Gespeichert.")
ASK = Step("Rückfrage stellen", "Frage senden", "Ihre Frage ist bei der Geschäftsführung.",
           "Frage und Antwort stehen im Verlauf des Auftrags.")  # fmt: skip
ANSWER = Step("Antworten", "Antwort senden", "Die Antwort ist verschickt und steht im Verlauf.")
ACKNOWLEDGE = Step("Zur Kenntnis nehmen", "Erledigung bestätigen", "Der Auftrag ist erledigt.")
EFFECT = Step("Wirkung prüfen", "Ergebnis speichern", "Das Ergebnis ist festgehalten.",
              "Was hat der Auftrag bewirkt? Bleibt die Wirkung aus, nehmen Sie ihn danach wieder auf.")  # fmt: skip
REOPEN = Step("Auftrag wieder aufnehmen", "Wieder aufnehmen", "Der Auftrag ist wieder offen.")
REISSUE = Step("Auftrag erneut erteilen", "Erneut erteilen", "Der Auftrag ist erneut erteilt.")
WITHDRAW = Step("Auftrag zurückziehen", "Auftrag zurückziehen", "Der Auftrag ist zurückgezogen.",
                "Der Auftrag bleibt mit Nummer und Grund sichtbar, gilt aber nicht mehr.")  # fmt: skip


@bp.route("/arbeitsauftraege/<int:id>/annehmen", methods=["GET", "POST"])
@access.requires(WorkOrder, policies.can_accept)
def accept(order: WorkOrder) -> Response:
    """Accept an order; the button of a list sends it at once."""
    form = _versioned(NoteForm, order)
    return _take(ACCEPT, order, form, lambda: order_life.accept(
        order, text=form.text.data or "", version=form.based_on(), by=current_user))  # fmt: skip


@bp.route("/arbeitsauftraege/<int:id>/ablehnen", methods=["GET", "POST"])
@access.requires(WorkOrder, policies.can_accept)
def decline(order: WorkOrder) -> Response:
    """Decline an order with a reason."""
    form = _versioned(ReasonForm, order)
    return _take(DECLINE, order, form, lambda: order_life.decline(
        order, form.reason.data, version=form.based_on(), by=current_user))  # fmt: skip


@bp.route("/arbeitsauftraege/<int:id>/melden", methods=["GET", "POST"])
@access.requires(WorkOrder, policies.can_report)
def report(order: WorkOrder) -> Response:
    """Report progress, or that it is done, with papers (D5)."""
    form = ReportForm(data={"percent": order.percent})
    if not order_life.is_late(order):
        del form.delay
    return _take(REPORT, order, form, lambda: order_life.report(
        order, form.text.data, is_done=form.done.data == "yes", percent=form.percent.data,
        delay=form.why_late, uploads=form.papers.uploads(), store=_store(), by=current_user))  # fmt: skip


@bp.route("/arbeitsauftraege/<int:id>/frist-erbitten", methods=["GET", "POST"])
@access.requires(WorkOrder, policies.can_ask_deadline)
def ask_deadline(order: WorkOrder) -> Response:
    """Ask for more time with a reason."""
    form = _versioned(AskDeadlineForm, order)
    return _take(ASK_DEADLINE, order, form, lambda: order_dates.ask_deadline(
        order, form.due_on.data, form.reason.data, version=form.based_on(), by=current_user))  # fmt: skip


@bp.route("/arbeitsauftraege/<int:id>/frist-entscheiden", methods=["GET", "POST"])
@access.requires(WorkOrder, policies.can_decide_deadline)
def decide_deadline(order: WorkOrder) -> Response:
    """Grant or refuse the time asked for."""
    form = _versioned(DecideDeadlineForm, order)
    return _take(DECIDE, order, form, lambda: order_dates.decide_deadline(
        order, is_granted=form.granted.data == "yes", reason=form.reason.data, version=form.based_on(),
        by=current_user))  # fmt: skip


@bp.route("/arbeitsauftraege/<int:id>/frist", methods=["GET", "POST"])
@access.requires(WorkOrder, policies.can_change_dates)
def dates(order: WorkOrder) -> Response:
    """Change due date, resubmission and the day of the check (D7)."""
    form = DatesForm(data={"version": str(order.version), "due_on": order.due_on, "resubmit_on": order.resubmit_on,
                           "effect_check_on": order.effect_check_on})  # fmt: skip
    return _take(DATES, order, form, lambda: order_dates.change_dates(
        order, due_on=form.due_on.data, resubmit_on=form.resubmit_on.data, reason=form.reason.data,
        effect_check_on=form.effect_check_on.data, version=form.based_on(), by=current_user))  # fmt: skip


@bp.route("/arbeitsauftraege/<int:id>/fragen", methods=["GET", "POST"])
@access.requires(WorkOrder, policies.can_ask)
def ask(order: WorkOrder) -> Response:
    """Ask the office."""
    form = WordsForm()
    return _take(ASK, order, form, lambda: order_life.ask(order, form.text.data, by=current_user))


@bp.route("/arbeitsauftraege/<int:id>/antworten", methods=["GET", "POST"])
@access.requires(WorkOrder, policies.can_answer)
def answer(order: WorkOrder) -> Response:
    """Answer a question, or write to the addressee."""
    form = WordsForm()
    return _take(ANSWER, order, form, lambda: order_life.answer(order, form.text.data, by=current_user))


@bp.post("/arbeitsauftraege/<int:id>/erinnern")
@access.requires(WorkOrder, policies.can_remind)
def remind(order: WorkOrder) -> Response:
    """Remind the mailbox of the addressee now."""
    order_reminders.remind(order, by=current_user)
    flash("Die Erinnerung ist unterwegs.")
    return redirect(url_for("work_orders.detail", id=order.id))


@bp.route("/arbeitsauftraege/<int:id>/zur-kenntnis", methods=["GET", "POST"])
@access.requires(WorkOrder, policies.can_acknowledge)
def acknowledge(order: WorkOrder) -> Response:
    """Take note that it is done, where the rules leave that to the office (E-16)."""
    form = _versioned(NoteForm, order)
    return _take(ACKNOWLEDGE, order, form, lambda: order_life.acknowledge(
        order, form.text.data or "", version=form.based_on(), by=current_user))  # fmt: skip


@bp.route("/arbeitsauftraege/<int:id>/wirkung", methods=["GET", "POST"])
@access.requires(WorkOrder, policies.can_check_effect)
def check_effect(order: WorkOrder) -> Response:
    """Say what the order has brought about (D8)."""
    form = _versioned(EffectForm, order)
    return _take(EFFECT, order, form, lambda: order_life.check_effect(
        order, form.effect.data, form.text.data, version=form.based_on(), by=current_user))  # fmt: skip


@bp.route("/arbeitsauftraege/<int:id>/wieder-aufnehmen", methods=["GET", "POST"])
@access.requires(WorkOrder, policies.can_reopen)
def reopen(order: WorkOrder) -> Response:
    """Take a finished order up again (D8)."""
    form = _versioned(ReopenForm, order)
    return _take(REOPEN, order, form, lambda: order_life.reopen(
        order, form.reason.data, version=form.based_on(), by=current_user, due_on=form.due_on.data))  # fmt: skip


@bp.route("/arbeitsauftraege/<int:id>/erneut-erteilen", methods=["GET", "POST"])
@access.requires(WorkOrder, policies.can_reissue)
def reissue(order: WorkOrder) -> Response:
    """Give a declined order once more."""
    form = ReissueForm.of(order, work_orders.list_addressees(order.committee), address_of(order))
    return _take(REISSUE, order, form, lambda: order_services.reissue(
        order, form.addressee.data, form.reason.data, version=form.based_on(), by=current_user,
        due_on=form.due_on.data))  # fmt: skip


@bp.route("/arbeitsauftraege/<int:id>/zurueckziehen", methods=["GET", "POST"])
@access.requires(WorkOrder, policies.can_withdraw)
def withdraw(order: WorkOrder) -> Response:
    """Withdraw an order by a resolution, or with a reason."""
    form = WithdrawForm.of(order, order_rules.withdrawing_resolutions(order))
    return _take(WITHDRAW, order, form, lambda: order_life.withdraw(
        order, form.reason.data, resolution=_resolution(form.resolution_id.data), version=form.based_on(),
        by=current_user))  # fmt: skip


@bp.get("/arbeitsauftraege/unterlagen/<int:id>")
@access.requires(OrderFile, policies.can_view_file)
def fetch(file: OrderFile) -> Response:
    """A paper that was handed in, as attachment under its own name (D-15)."""
    return download(files.read(_store().folder, file.stored_name), file.file_name, file.media_type)


@bp.post("/arbeitsauftraege/unterlagen/<int:id>/zurueckziehen")
@access.requires(OrderFile, policies.can_withdraw_file)
def withdraw_file(file: OrderFile) -> Response:
    """Take a paper back that was handed in by mistake."""
    order_life.withdraw_file(file, by=current_user)
    flash(f"„{file.file_name}“ ist zurückgezogen.")
    return redirect(url_for("work_orders.detail", id=file.work_order_id))


def _versioned(kind: type[FormT], order: WorkOrder) -> FormT:
    return kind(data={"version": str(order.version)})


def _take(step: Step, order: WorkOrder, form: GermanForm, act: Callable[[], object]) -> Response:
    back = safe_target(request.args.get("zurueck"), url_for("work_orders.detail", id=order.id))
    status = 200
    if form.is_submitted():
        status = 422
        try:
            if form.validate():
                act()
                flash(step.done)
                return redirect(back)
        except Conflict as error:
            form.refuse(error)
            status = 409
            if isinstance(form, VersionedForm):
                form.version.data = str(order.version)  # the next save is based on what the page now shows
        except DomainError as error:
            form.refuse(error)
    return render("actions/step.html", status=status, step=step, order=order, form=form, back=back)


def _resolution(identity: int | None) -> Resolution | None:
    return find_readable(current_user, identity) if identity is not None else None


def _store() -> PaperStore:
    settings = current_app.config["SETTINGS"]
    return PaperStore(settings.files, settings.upload_megabytes * 1_000_000)
