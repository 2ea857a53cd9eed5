"""Pages for who sits where: one seat, naming and ending persons, my own seats."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, Response, request, url_for
from flask_login import current_user

from govern import access
from govern.committees import policies
from govern.committees.forms.committees import ConfirmForm
from govern.committees.forms.seats import MandateForm
from govern.committees.models import Committee, Mandate, MandateKind, Seat
from govern.committees.queries import confirmations
from govern.committees.queries import seats as queries
from govern.committees.services import mandates as services
from govern.committees.views.endings import end_on_a_day
from govern.errors import DomainError
from govern.formats import count, date_text, today
from govern.people.models import Organisation, Person
from govern.people.services import persons as person_services
from govern.web import flash, redirect, render, status_of

bp = Blueprint("mandates", __name__)


@bp.get("/meine-sitze")
@access.signed_in
def mine() -> Response:
    """„Mein Sitz": where I sit, for whom I speak, who is my deputy; and the seats of the institutions I act for."""
    person_id, acting = current_user.person_id, current_user.standing.organisations
    return render(
        "committees/my_seats.html",
        own=queries.seats_of_person(person_id, today()) if person_id is not None else [],
        institutions=[
            (o, *queries.seats_and_speakers(o.id, today()))
            for o in queries.list_organisations(acting)
        ],
    )  # fmt: skip


@bp.get("/sitze/<int:id>")
@access.requires(Seat, policies.can_view_seat, loads=queries.WITH_MANDATES)
def seat(seat: Seat) -> Response:
    """One seat: institution and function, for whom it speaks, who held it when."""
    mandates = [m for m in seat.mandates if policies.can_view_mandate(current_user, m)]
    return render(
        "committees/seat.html", seat=seat, day=today(),
        mandates=sorted(mandates, key=lambda m: (not m.is_held_on(today()), -m.starts_on.toordinal(), m.kind is
                                                 MandateKind.DEPUTY, m.id)),
        is_held=any(m.is_held_on(today()) and m.kind is MandateKind.HOLDER for m in seat.mandates),
        predecessors=queries.find_predecessors(seat), successor=queries.find_successor(seat),
    )  # fmt: skip


@bp.route("/gremien/<int:id>/bestaetigen", methods=["GET", "POST"])
@access.requires(Committee, policies.can_edit)
def confirm(committee: Committee) -> Response:
    """Record that a resolution of a committee above confirms members (B17)."""
    open_ones = confirmations.list_unconfirmed(committee, today())
    resolutions = confirmations.list_resolutions(current_user, confirmations.committees_above(committee))
    form = ConfirmForm().offer(open_ones, resolutions)
    if form.validate_on_submit():
        try:
            chosen = [m for m in open_ones if m.id in (form.mandates.data or [])]
            found = next((r for r in resolutions if r.id == form.resolution_id.data), None)
            services.confirm_mandates(committee, chosen, found, by=current_user)
            flash(f"{count(len(chosen), 'Mitglied ist', 'Mitglieder sind')} bestätigt.")
            return redirect(url_for("committees.members", id=committee.id))
        except DomainError as error:
            form.refuse(error)
    return render("committees/confirm.html", status=status_of(form), committee=committee, form=form,
                  open_ones=open_ones)  # fmt: skip


@bp.route("/sitze/<int:id>/besetzen", methods=["GET", "POST"])
@access.requires(Seat, policies.can_name_deputy, loads=queries.WITH_MANDATES)
def create(seat: Seat) -> Response:
    """Name a holder or deputy, chosen from the directory or entered here (B13, B20, B21)."""
    form = _mandate_form(seat)
    if form.validate_on_submit():
        try:
            made = _name(seat, form)
            flash(f"{made.person.name} ist eingetragen ({made.kind.label}).")
            if services.too_many_holders(seat, made.starts_on):
                flash("Der Sitz hat jetzt mehr Personen als Plätze.", "warning")
            return redirect(url_for(".seat", id=seat.id))
        except DomainError as error:
            form.refuse(error)
    return render("committees/mandate_edit.html", status=status_of(form), seat=seat, form=form, day=today())


@bp.route("/mandate/<int:id>/beenden", methods=["GET", "POST"])
@access.requires(Mandate, policies.can_end_mandate)
def end(mandate: Mandate) -> Response:
    """End a mandate on a day; rights end with it (I8)."""

    def change(day: date) -> str:
        services.end_mandate(mandate, ends_on=day, by=current_user)
        flash(f"Das Mandat von {mandate.person.name} endet am {date_text(mandate.ends_on)}.")
        return url_for(".seat", id=mandate.seat_id)

    return end_on_a_day("committees/mandate_end.html", mandate, change, mandate=mandate, day=today())


@bp.post("/mandate/<int:id>/zuruecknehmen")
@access.requires(Mandate, policies.can_end_mandate)
def withdraw(mandate: Mandate) -> Response:
    """Take back a mandate that has not begun."""
    seat_id = mandate.seat_id
    services.withdraw_mandate(mandate, today=today(), by=current_user)
    flash("Das Mandat ist zurückgenommen.")
    return redirect(url_for(".seat", id=seat_id))


def _mandate_form(seat: Seat) -> MandateForm:
    names_holders = policies.can_name_representative(current_user, seat)
    asked = MandateKind.HOLDER if names_holders and request.args.get("art") != "deputy" else MandateKind.DEPUTY
    is_full = seat.person_count == 1 and any(
        m.kind is MandateKind.HOLDER and (m.ends_on is None or m.ends_on >= today()) for m in seat.mandates
    )
    form = MandateForm(kind=asked, succeeds=is_full and asked is MandateKind.HOLDER)
    return form.offer(seat, _organisations(seat), list(MandateKind) if names_holders else [MandateKind.DEPUTY])


def _organisations(seat: Seat) -> list[Organisation]:
    """For which institutions of the seat this person may name somebody."""
    if policies.can_edit_seat(current_user, seat) or seat.id in current_user.standing.holder_seats:
        return list(seat.organisations)
    return [o for o in seat.organisations if o.id in current_user.standing.organisations]


def _name(seat: Seat, form: MandateForm) -> Mandate:
    organisations = {o.id: o for o in _organisations(seat)}
    only = next(iter(organisations.values())) if len(organisations) == 1 else None
    organisation = organisations.get(form.organisation_id.data or 0) or (only if len(seat.organisations) > 1 else None)
    return services.name_person(
        seat, _person(seat, form, organisations, only), kind=form.kind.data, starts_on=form.starts_on.data,
        ends_on=form.ends_on.data, function_held=form.function_held.data or None, organisation=organisation,
        succeeds=bool(form.succeeds.data) and seat.person_count == 1, by=current_user,
    )  # fmt: skip


def _person(seat: Seat, form: MandateForm, organisations: dict[int, Organisation], only: Organisation | None) -> Person:
    if not form.enters_person:
        person = queries.get_person(next(iter(form.person_id.chosen_ids), 0))
        if person is None:
            raise DomainError("Diese Person steht nicht zur Auswahl.", field="person_id")
        return person
    home = organisations.get(form.new_organisation_id.data or 0) or only
    made = person_services.create_person(
        seat.committee.body, title=None, given_name=form.given_name.data or "",
        family_name=form.family_name.data or "", email=form.email.data, phone=None,
        is_another=bool(form.is_another.data), by=current_user,
    )  # fmt: skip
    if home is not None:
        person_services.add_function(
            made, organisation_id=home.id, function=form.new_function.data or form.function_held.data or seat.function,
            starts_on=None, ends_on=None, by=current_user,
        )  # fmt: skip
    return made
