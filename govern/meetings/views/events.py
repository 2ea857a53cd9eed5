"""Events and trainings for the members of committees (C15)."""

from __future__ import annotations

from flask import Blueprint, Response, abort, request, url_for
from flask_login import current_user

from govern import access
from govern.calendars import calendar_bytes
from govern.errors import Conflict, DomainError
from govern.files import TYPES
from govern.meetings import policies
from govern.meetings import policies_dates as rights
from govern.meetings.exports.entries import event_entry
from govern.meetings.exports.participants_xlsx import participants_xlsx
from govern.meetings.forms.events import CancelEventForm, EventForm, stored_values
from govern.meetings.models import Event, EventKind
from govern.meetings.queries import events as queries
from govern.meetings.queries.places import places_to_choose
from govern.meetings.services import events as services
from govern.meetings.views.pages import settings
from govern.web import absolute_url, download, flash, page_number, redirect, render, status_of

bp = Blueprint("events", __name__)


@bp.get("/veranstaltungen")
@access.signed_in
def index() -> Response:
    """Coming or past events."""
    past = request.args.get("zeit") == "vergangen"
    found = queries.list_events(current_user, past=past, number=page_number())
    if found.number > found.pages:
        abort(404)
    return render("meetings/events.html", found=found, past=past)


@bp.route("/veranstaltungen/neu", methods=["GET", "POST"])
@access.allowed(policies.can_plan_meetings)
def add() -> Response:
    """Plan an event; it stays a draft until it is announced."""
    form = EventForm(
        data={"kind": EventKind.EVENT, "place_id": 0}, places=places_to_choose(current_user),
        committees=queries.committees_to_invite(current_user),
    )  # fmt: skip
    if form.validate_on_submit():
        try:
            event = services.plan_event(**form.facts(), host=settings().host, by=current_user)
            flash(form.with_day_note("Die Veranstaltung ist vorbereitet. Angekündigt ist sie noch nicht."))
            return redirect(url_for(".detail", id=event.id))
        except DomainError as error:
            form.refuse(error)
    return render("meetings/event_edit.html", status=status_of(form), form=form, event=None, differences=[])


@bp.get("/veranstaltungen/<int:id>")
@access.requires(Event, rights.can_view_event)
def detail(event: Event) -> Response:
    """One event, with one's own registration; the office sees who comes."""
    may_edit = rights.can_edit_event(current_user, event)
    registration = queries.registration_of(event, current_user)
    return render(
        "meetings/event.html", event=event, may_edit=may_edit, taken=queries.count_registrations(event),
        is_registered=registration is not None and registration.withdrawn_at is None,
        registrations=queries.registrations_of(event) if may_edit else [],
        audience=queries.audience_of(event) if may_edit and event.announced_at is None else [],
    )  # fmt: skip


@bp.route("/veranstaltungen/<int:id>/bearbeiten", methods=["GET", "POST"])
@access.requires(Event, rights.can_edit_event)
def edit(event: Event) -> Response:
    """Change an event; a stale save shows both versions."""
    form = _form(event)
    differences: list[tuple[str, str, str]] = []
    if form.validate_on_submit():
        try:
            told = services.update_event(event, **form.facts(), version=form.based_on(), inform=form.inform.data,
                                         url=_url(event), host=settings().host, by=current_user)  # fmt: skip
            flash(form.with_day_note("Gespeichert." + _told(told)))
            return redirect(url_for(".detail", id=event.id))
        except Conflict as error:
            form.refuse(error)
            differences = form.differences(_form(event, formdata=None))
        except DomainError as error:
            form.refuse(error)
    return render("meetings/event_edit.html", status=status_of(form, differences), form=form, event=event,
                  differences=differences)  # fmt: skip


@bp.post("/veranstaltungen/<int:id>/ankuendigen")
@access.requires(Event, rights.can_edit_event)
def announce(event: Event) -> Response:
    """Tell the members, once."""
    told = services.announce_event(event, url=_url(event), host=settings().host, by=current_user)
    flash("Die Veranstaltung ist angekündigt." + _told(told))
    return redirect(url_for(".detail", id=event.id))


@bp.route("/veranstaltungen/<int:id>/absagen", methods=["GET", "POST"])
@access.requires(Event, rights.can_edit_event)
def cancel(event: Event) -> Response:
    """Call an event off."""
    form = CancelEventForm()
    if form.validate_on_submit():
        told = services.cancel_event(event, inform=form.inform.data, url=_url(event), host=settings().host,
                                     by=current_user)  # fmt: skip
        flash("Die Veranstaltung ist abgesagt." + _told(told))
        return redirect(url_for(".detail", id=event.id))
    return render("meetings/event_cancel.html", form=form, event=event)


@bp.post("/veranstaltungen/<int:id>/verwerfen")
@access.requires(Event, rights.can_edit_event)
def discard(event: Event) -> Response:
    """Throw a draft away."""
    services.discard_event(event, by=current_user)
    flash("Der Entwurf ist verworfen.")
    return redirect(url_for(".index"))


@bp.post("/veranstaltungen/<int:id>/anmelden")
@access.requires(Event, rights.can_register)
def register(event: Event) -> Response:
    """Come to an event."""
    services.register(event, by=current_user)
    flash("Sie sind angemeldet.")
    return redirect(url_for(".detail", id=event.id))


@bp.post("/veranstaltungen/<int:id>/abmelden")
@access.requires(Event, rights.can_register)
def withdraw(event: Event) -> Response:
    """Not come after all."""
    services.withdraw(event, by=current_user)
    flash("Sie sind abgemeldet.")
    return redirect(url_for(".detail", id=event.id))


@bp.get("/veranstaltungen/<int:id>/teilnahme.xlsx")
@access.requires(Event, rights.can_edit_event)
def participants(event: Event) -> Response:
    """Who comes, as a table."""
    data = participants_xlsx(event, queries.registrations_of(event))
    return download(data, f"teilnahme-{event.id}.xlsx", TYPES["xlsx"])


@bp.get("/veranstaltungen/<int:id>/termin.ics")
@access.requires(Event, rights.can_view_event)
def entry(event: Event) -> Response:
    """One event to take into one's own calendar."""
    data = calendar_bytes(event.title, [event_entry(event, settings().base_url)])
    return download(data, f"veranstaltung-{event.id}.ics", "text/calendar; charset=utf-8")


def _form(event: Event, **sent: object) -> EventForm:
    return EventForm(
        data=stored_values(event), places=places_to_choose(current_user, also=event.place_id),
        committees=queries.committees_to_invite(current_user, also=event.committees), **sent,
    )  # fmt: skip


def _url(event: Event) -> str:
    return absolute_url(url_for(".detail", id=event.id))


def _told(number: int) -> str:
    return f" {number} Nachrichten liegen im Postausgang." if number else ""
