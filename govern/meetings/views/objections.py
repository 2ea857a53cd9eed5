"""Objections to minutes: raised by members, answered by the office, decided by the committee."""

from __future__ import annotations

from flask import Blueprint, Response, request, url_for
from flask_login import current_user

from govern import access
from govern.errors import Conflict, DomainError
from govern.meetings import policies
from govern.meetings import policies_minutes as rights
from govern.meetings.forms.objections import AnswerForm, CommitteeAnswerForm, ObjectionForm
from govern.meetings.models import Meeting, Objection, ObjectionState
from govern.meetings.queries import objections as queries
from govern.meetings.services import objections as services
from govern.meetings.services.minutes_sending import tell_objector, tell_office
from govern.meetings.services.objections import Correction
from govern.meetings.views.pages import settings
from govern.web import absolute_url, flash, redirect, render, status_of

bp = Blueprint("objections", __name__)


@bp.route("/sitzungen/<int:id>/einwendungen/neu", methods=["GET", "POST"])
@access.requires(Meeting, rights.can_object)
def create(meeting: Meeting) -> Response:
    """Object to a passage of the minutes."""
    items = [i for i in queries.list_items_to_object(meeting) if policies.can_view_item(current_user, i)]
    form = ObjectionForm.of(items, chosen=request.args.get("punkt", type=int))
    try:
        if form.validate_on_submit():
            item = next((i for i in items if i.id == form.item_id.data), None)
            objection = services.raise_objection(meeting, item, passage=form.passage.data or "", wish=form.wish.data,
                                                 by=current_user)  # fmt: skip
            tell_office(objection, host=settings().host, url=absolute_url(_page(meeting.id)))
            flash("Ihre Einwendung ist eingegangen. Die Antwort steht danach beim Protokoll.")
            return redirect(_page(meeting.id))
    except DomainError as error:
        form.refuse(error)
    return render("meetings/objection_new.html", status=status_of(form), meeting=meeting, form=form)


@bp.route("/einwendungen/<int:id>/antwort", methods=["GET", "POST"])
@access.requires(Objection, rights.can_answer_objection)
def answer(objection: Objection) -> Response:
    """Answer an objection; accepted ones correct the wording visibly."""
    form, status = AnswerForm.of(objection), None
    try:
        if form.validate_on_submit():
            _answer(objection, form)
            url = absolute_url(_page(objection.meeting_id))
            tell_objector(objection, host=settings().host, url=url)
            flash("Die Antwort ist gespeichert und wird per E-Mail mitgeteilt.")
            return redirect(_page(objection.meeting_id))
    except Conflict as error:
        form.refuse(error)
        status = 409
    except DomainError as error:
        form.refuse(error)
    return render("meetings/objection_answer.html", status=status or status_of(form), objection=objection, form=form,
                  meeting=objection.meeting)  # fmt: skip


@bp.route("/einwendungen/<int:id>/entscheidung", methods=["GET", "POST"])
@access.requires(Objection, rights.can_answer_objection)
def decide(objection: Objection) -> Response:
    """Record what the committee decided on an objection."""
    form = CommitteeAnswerForm(obj=objection)
    status = None
    try:
        if form.validate_on_submit():
            services.record_committee_answer(
                objection, form.committee_answer.data, version=form.version.data, by=current_user,
                item=queries.approving_item(objection.meeting),
            )  # fmt: skip
            flash("Die Entscheidung des Gremiums ist festgehalten.")
            return redirect(_page(objection.meeting_id))
    except Conflict as error:
        form.refuse(error)
        status = 409
    except DomainError as error:
        form.refuse(error)
    return render("meetings/objection_decide.html", status=status or status_of(form), objection=objection, form=form,
                  meeting=objection.meeting)  # fmt: skip


@bp.post("/einwendungen/<int:id>/zuruecknehmen")
@access.requires(Objection, rights.can_withdraw_objection)
def withdraw(objection: Objection) -> Response:
    """Take an objection back."""
    services.withdraw_objection(objection, by=current_user)
    flash("Ihre Einwendung ist zurückgenommen.")
    return redirect(_page(objection.meeting_id))


def _answer(objection: Objection, form: AnswerForm) -> None:
    correction = None
    if objection.item is not None and form.state.data is not ObjectionState.REJECTED:
        correction = Correction(text=form.minutes_text.data or "", version=form.based_on)
    services.answer_objection(objection, form.state.data, answer=form.answer.data, version=form.version.data,
                              correction=correction, by=current_user)  # fmt: skip


def _page(meeting_id: int) -> str:
    return url_for("minutes_pages.detail", id=meeting_id) + "#einwendungen"
