"""Pages for the list of seats: add, correct, change from a day on, end, order, headings."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, Response, url_for
from flask_login import current_user

from govern import access
from govern.committees import policies
from govern.committees.forms.seats import ChangeSeatForm, GroupForm, NewSeatForm, OrderForm, SeatForm, VotingRightsForm
from govern.committees.models import Committee, Seat, SeatGroup
from govern.committees.queries import committees as committee_queries
from govern.committees.queries.compositions import composition
from govern.committees.queries.confirmations import needs_confirmation
from govern.committees.queries.seats import WITH_MANDATES, list_organisations
from govern.committees.services import seats as services
from govern.committees.views.endings import end_on_a_day
from govern.errors import Conflict, DomainError
from govern.formats import count, date_text, today
from govern.web import flash, redirect, render, status_of, wants_fragment

bp = Blueprint("seats", __name__)


@bp.route("/gremien/<int:id>/sitze/neu", methods=["GET", "POST"])
@access.requires(Committee, policies.can_edit)
def create(committee: Committee) -> Response:
    """Add an entry, or one for each chosen institution (B4, B16)."""
    form = NewSeatForm()
    form.offer(committee, composition(committee, today()))
    if form.validate_on_submit():
        try:
            values = _values(form)
            if form.one_each.data:
                made = services.add_seats(committee, values, values["organisations"], by=current_user)
            else:
                made = [services.add_seat(committee, values, by=current_user)]
            flash(f"{count(len(made), 'Sitz ist', 'Sitze sind')} eingetragen.")
            return _back(committee, made[0])
        except DomainError as error:
            form.refuse(error)
    return render("committees/seat_edit.html", status=status_of(form), committee=committee, seat=None, form=form,
                  conflict=None)  # fmt: skip


@bp.route("/sitze/<int:id>/bearbeiten", methods=["GET", "POST"])
@access.requires(Seat, policies.can_edit_seat, loads=WITH_MANDATES)
def edit(seat: Seat) -> Response:
    """Correct a mistake, or change the composition from a day on (B12)."""
    form = _change_form(seat)
    if form.validate_on_submit():
        try:
            return _back(seat.committee, _save(seat, form))
        except Conflict:
            stored = _change_form(seat, stored=True)
            return _edit_page(seat, form, conflict=form.differences(stored))
        except DomainError as error:
            form.refuse(error)
    return _edit_page(seat, form)


@bp.route("/sitze/<int:id>/beenden", methods=["GET", "POST"])
@access.requires(Seat, policies.can_edit_seat, loads=WITH_MANDATES)
def end(seat: Seat) -> Response:
    """End a seat on a day; its mandates end with it."""

    def change(day: date) -> str:
        services.end_seat(seat, ends_on=day, by=current_user)
        flash(f"Der Sitz endet am {date_text(seat.ends_on)}.")
        return url_for("committees.members", id=seat.committee_id, _anchor=f"sitz-{seat.id}")

    return end_on_a_day("committees/seat_end.html", seat, change, seat=seat)


@bp.post("/sitze/<int:id>/loeschen")
@access.requires(Seat, policies.can_edit_seat)
def delete(seat: Seat) -> Response:
    """Delete an entry that was never used."""
    committee = seat.committee
    services.delete_seat(seat, by=current_user)
    flash("Der Sitz ist gelöscht.")
    return redirect(url_for("committees.members", id=committee.id))


@bp.post("/sitze/<int:id>/verschieben")
@access.requires(Seat, policies.can_edit_seat)
def shift(seat: Seat) -> Response:
    """Move an entry one place up or down among its neighbours (B2)."""
    form = OrderForm()
    services.shift_seat(seat, down=form.is_down, day=today(), by=current_user)
    return _after_ordering(seat.committee, seat)


@bp.post("/gremien/<int:id>/sitze/ordnen")
@access.requires(Committee, policies.can_edit)
def order(committee: Committee) -> Response:
    """Bring neighbours into a new order."""
    services.order_seats(committee, OrderForm().ids(), day=today(), by=current_user)
    return _after_ordering(committee, None)


@bp.route("/gremien/<int:id>/stimmrechte", methods=["GET", "POST"])
@access.requires(Committee, policies.can_edit)
def voting_rights(committee: Committee) -> Response:
    """The right to vote of all seats of today at once (B10)."""
    composed, conflict = composition(committee, today()), None
    form = VotingRightsForm().offer([filled.seat for filled in composed])
    if form.validate_on_submit():
        try:
            return _save_voting(committee, form)
        except Conflict:
            conflict = form.conflicts()
        except DomainError as error:
            form.refuse(error)
    return render("committees/voting_rights.html", status=409 if conflict is not None else status_of(form),
                  committee=committee, composed=composed, form=form, conflict=conflict)  # fmt: skip


@bp.route("/gremien/<int:id>/sitzgruppen", methods=["GET", "POST"])
@access.requires(Committee, policies.can_edit)
def groups(committee: Committee) -> Response:
    """The headings of the list (B2)."""
    form = GroupForm()
    if form.validate_on_submit():
        try:
            services.add_group(committee, form.name.data or "", by=current_user)
            flash("Die Überschrift ist eingetragen.")
            return redirect(url_for(".groups", id=committee.id))
        except DomainError as error:
            form.refuse(error)
    return render("committees/groups.html", status=status_of(form), committee=committee, form=form)


@bp.route("/sitzgruppen/<int:id>/umbenennen", methods=["GET", "POST"])
@access.requires(SeatGroup, policies.can_edit_group)
def rename_group(group: SeatGroup) -> Response:
    """Correct a heading."""
    form, conflict = GroupForm(obj=group, version=services.version_of_group(group)), None
    if form.validate_on_submit():
        try:
            services.rename_group(group, form.name.data or "", version=form.seen(), by=current_user)
            flash("Die Überschrift ist geändert.")
            return redirect(url_for(".groups", id=group.committee_id))
        except Conflict:
            stored = GroupForm(formdata=None, obj=group, version=services.version_of_group(group))
            conflict = form.differences(stored)
        except DomainError as error:
            form.refuse(error)
    status = 409 if conflict is not None else status_of(form)
    return render("committees/group_edit.html", status=status, group=group, form=form, conflict=conflict)


@bp.post("/sitzgruppen/<int:id>/verschieben")
@access.requires(SeatGroup, policies.can_edit_group)
def shift_group(group: SeatGroup) -> Response:
    """Move a heading with its seats one place up or down."""
    services.shift_group(group, down=OrderForm().is_down, by=current_user)
    return redirect(url_for(".groups", id=group.committee_id))


@bp.post("/sitzgruppen/<int:id>/entfernen")
@access.requires(SeatGroup, policies.can_edit_group)
def remove_group(group: SeatGroup) -> Response:
    """Remove a heading under which no seat ever stood."""
    committee_id = group.committee_id
    services.remove_group(group, by=current_user)
    flash("Die Überschrift ist entfernt.")
    return redirect(url_for(".groups", id=committee_id))


def _values(form: SeatForm) -> dict[str, Any]:
    organisations = list_organisations(form.organisation_ids.chosen_ids)
    values = form.facts(organisations, list_organisations(form.represents_ids.chosen_ids))
    if isinstance(form, NewSeatForm):
        values["starts_on"] = form.starts_on.data
    return values


def _save(seat: Seat, form: ChangeSeatForm) -> Seat:
    values, version = _values(form), form.based_on()
    if form.how.data == "correct":
        flash("Der Sitz ist berichtigt.")
        return services.correct_seat(seat, values, version=version, by=current_user)
    made = services.change_seat(seat, values, from_day=form.from_day.data, version=version, by=current_user)
    flash(f"Die Zusammensetzung ist ab {date_text(made.starts_on)} geändert. Laufende Mandate gelten weiter.")
    return made


def _save_voting(committee: Committee, form: VotingRightsForm) -> Response:
    from_day = form.from_day.data if form.how.data != "correct" else None
    choices, seen = form.choices()
    changed = services.set_voting(committee, choices, seen=seen, day=today(), from_day=from_day, by=current_user)
    since = f" ab {date_text(from_day)}" if from_day and changed else ""
    flash(f"Das Stimmrecht ist bei {count(changed, 'Sitz', 'Sitzen')}{since} geändert." if changed
          else "Es war nichts zu ändern; so ist es gespeichert.")  # fmt: skip
    return redirect(url_for("committees.members", id=committee.id))


def _change_form(seat: Seat, *, stored: bool = False) -> ChangeSeatForm:
    values = {
        "organisation_ids": [o.id for o in seat.organisations],
        "represents_ids": [o.id for o in seat.represents],
        "is_open_number": seat.person_count is None,
    }
    form = ChangeSeatForm(formdata=None, obj=seat, **values) if stored else ChangeSeatForm(obj=seat, **values)
    form.offer(seat.committee, composition(seat.committee, today()), seat)
    return form


def _edit_page(seat: Seat, form: ChangeSeatForm, conflict: list[tuple[str, str, str]] | None = None) -> Response:
    return render("committees/seat_edit.html", status=409 if conflict is not None else status_of(form),
                  committee=seat.committee, seat=seat, form=form, conflict=conflict)  # fmt: skip


def _after_ordering(committee: Committee, seat: Seat | None) -> Response:
    if not wants_fragment():
        return _back(committee, seat)
    committee = committee_queries.load_committee(committee)
    composed = composition(committee, today())
    return render(
        "committees/_composition.html", committee=committee, composed=composed, day=today(), is_today=True,
        is_wrong_day=False, is_confirmed_by_resolution=needs_confirmation(committee, today()),
        line=committee_queries.describe_composition(composed, today=today()),
    )  # fmt: skip


def _back(committee: Committee, seat: Seat | None) -> Response:
    anchor = f"sitz-{seat.id}" if seat is not None else None
    return redirect(url_for("committees.members", id=committee.id, _anchor=anchor))
