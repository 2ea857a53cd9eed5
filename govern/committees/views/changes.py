"""Pages for what changes a committee from a day on: parent, name, end, merging, who chairs it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar

from flask import Blueprint, Response, request, url_for
from flask_login import current_user

from govern import access
from govern.committees import policies
from govern.committees.forms.committees import (
    EndForm,
    HighestForm,
    MergeForm,
    MoveForm,
    NameForm,
    OfficerForm,
    RenameForm,
    RuleForm,
    ShortNameForm,
    offer_committees,
)
from govern.committees.models import Committee, CommitteeName, CommitteeOfficer, CommitteeStatus, CompositionRule
from govern.committees.queries import committees as queries
from govern.committees.queries.compositions import check_rules, composition
from govern.committees.queries.names import short_name_for
from govern.committees.queries.seats import get_person
from govern.committees.services import committees as services
from govern.committees.services import names as name_services
from govern.committees.services import officers as officer_services
from govern.committees.services import rules as rule_services
from govern.committees.services.versions import refuse_stale, version_of
from govern.committees.views.endings import end_on_a_day
from govern.errors import Conflict, DomainError
from govern.formats import date_text, today
from govern.people.forms.fields import VersionedForm
from govern.people.policies import can_coordinate
from govern.web import flash, redirect, render, safe_target, status_of

bp = Blueprint("committee_changes", __name__)

Form = TypeVar("Form", bound=VersionedForm)


@bp.route("/gremien/<int:id>/einordnen", methods=["GET", "POST"])
@access.requires(Committee, policies.can_edit)
def move(committee: Committee) -> Response:
    """Hang it below another committee from a day on (A8)."""
    only = None if can_coordinate(current_user) else current_user.standing.office_committees
    parents = queries.list_possible_parents(current_user, committee, only=only)
    top = "keinem (oberste Ebene)" if can_coordinate(current_user) else None

    def form_of(**sent: Any) -> MoveForm:
        form = MoveForm(parent_id=committee.parent_id, from_day=today(), version=version_of(committee), **sent)
        offer_committees(form.parent_id, parents, top)
        return form

    def change(form: MoveForm) -> None:
        parent = next((c for c in parents if c.id == form.parent_id.data), None)
        services.move_committee(committee, parent, from_day=form.from_day.data, today=today(),
                                reason=form.reason.data, by=current_user)  # fmt: skip
        flash("Das Gremium ist neu eingeordnet.")

    return _change(committee, form_of, "Anders einordnen", change)


@bp.route("/gremien/<int:id>/umbenennen", methods=["GET", "POST"])
@access.requires(Committee, policies.can_edit)
def rename(committee: Committee) -> Response:
    """A new name from a day on; it is still found under the old one (A10)."""

    def form_of(**sent: Any) -> RenameForm:
        return RenameForm(name=committee.name, short_name=committee.short_name, from_day=today(),
                          version=version_of(committee), **sent)  # fmt: skip

    def change(form: RenameForm) -> None:
        name_services.rename_committee(committee, **form.facts(), today=today(), by=current_user)
        flash(f"Das Gremium heißt jetzt „{committee.name}“.")

    return _change(committee, form_of, "Umbenennen", change)


@bp.route("/gremien/<int:id>/kurzname", methods=["GET", "POST"])
@access.requires(Committee, policies.can_edit)
def short_name(committee: Committee) -> Response:
    """The short name that stands in numbers, proposed from the name where there is none."""
    proposal = None if committee.short_name else short_name_for(committee)

    def form_of(**sent: Any) -> ShortNameForm:
        return ShortNameForm(short_name=committee.short_name or proposal, version=version_of(committee), **sent)

    def change(form: ShortNameForm) -> None:
        name_services.set_short_name(committee, form.short_name.data, by=current_user)
        flash(f"Das Gremium hat den Kurznamen „{committee.short_name}“.")

    back = safe_target(request.args.get("zurueck"), url_for("committees.detail", id=committee.id))
    return _change(committee, form_of, "Kurzname", change, back=back, proposal=proposal)


@bp.route("/gremien/<int:id>/beenden", methods=["GET", "POST"])
@access.requires(Committee, policies.can_edit)
def end(committee: Committee) -> Response:
    """End it with a date; everything stays readable."""

    def form_of(**sent: Any) -> EndForm:
        return EndForm(ended_on=committee.ended_on or today(), version=version_of(committee), **sent)

    def change(form: EndForm) -> None:
        services.end_committee(committee, ended_on=form.ended_on.data, today=today(), by=current_user)
        flash(f"Das Gremium endet am {date_text(committee.ended_on)}.")

    return _change(committee, form_of, "Beenden", change, composed=composition(committee, today()))


@bp.post("/gremien/<int:id>/wiederaufnehmen")
@access.requires(Committee, policies.can_merge)
def reopen(committee: Committee) -> Response:
    """Take back the end."""
    services.reopen_committee(committee, status=CommitteeStatus.ACTIVE, by=current_user)
    flash("Das Ende ist zurückgenommen. Sitze und Mandate, die damit endeten, tragen Sie bitte neu ein.", "info")
    return redirect(url_for("committees.detail", id=committee.id))


@bp.route("/gremien/<int:id>/zusammenfuehren", methods=["GET", "POST"])
@access.requires(Committee, policies.can_merge)
def merge(committee: Committee) -> Response:
    """Say that it is the same as another one; the page says what will happen (A19)."""
    others = [c for c in queries.list_possible_parents(current_user, committee, only=None) if c is not committee]

    def form_of(**sent: Any) -> MergeForm:
        form = MergeForm(into_id=committee.merged_into_id, on=committee.ended_on or today(),
                         version=version_of(committee), **sent)  # fmt: skip
        offer_committees(form.into_id, others, "bitte wählen")
        return form

    def change(form: MergeForm) -> None:
        into = next((c for c in others if c.id == form.into_id.data), None)
        if into is None:
            raise DomainError("Bitte ein Gremium wählen.", field="into_id")
        values = {name: form[name].data for name in ("on", "take_seats", "take_children", "reason")}
        services.merge_committees(committee, into, **values, today=today(), by=current_user)
        flash(f"„{committee.name}“ ist mit „{into.name}“ zusammengeführt.")

    return _change(committee, form_of, "Zusammenführen", change, composed=composition(committee, today()))


@bp.route("/gremien/<int:id>/hoechstes", methods=["GET", "POST"])
@access.requires(Committee, policies.can_merge)
def highest(committee: Committee) -> Response:
    """Mark it as the highest KIM committee, or no longer (A2)."""
    current = queries.find_highest(committee.body_id)

    def form_of(**sent: Any) -> HighestForm:
        return HighestForm(instead_of=str(current.id) if current else "", version=version_of(committee), **sent)

    def change(form: HighestForm) -> None:
        if committee.is_highest:
            services.unmark_as_highest(committee, by=current_user)
            flash("Kein Gremium ist mehr als höchstes gekennzeichnet.", "info")
            return
        is_named = current is not None and form.instead_of.data == str(current.id)
        services.mark_as_highest(committee, instead_of=current if is_named else None, by=current_user)
        flash("Das ist jetzt das höchste KIM-Gremium.")

    return _change(committee, form_of, "Höchstes KIM-Gremium", change, current=current)


@bp.route("/gremien/<int:id>/namen", methods=["GET", "POST"])
@access.requires(Committee, policies.can_edit)
def names(committee: Committee) -> Response:
    """Second spellings and predecessors (A10)."""
    form = NameForm()
    if form.validate_on_submit():
        try:
            name_services.add_name(committee, **form.values(), by=current_user)
            flash("Der Name ist eingetragen.")
            return redirect(url_for(".names", id=committee.id))
        except DomainError as error:
            form.refuse(error)
    return render("committees/names.html", status=status_of(form), committee=committee, form=form)


@bp.post("/gremien/namen/<int:id>/entfernen")
@access.requires(CommitteeName, policies.can_edit_name)
def remove_name(name: CommitteeName) -> Response:
    """Take back a name that was entered by mistake."""
    committee_id = name.committee_id
    name_services.remove_name(name, by=current_user)
    flash("Der Name ist entfernt.")
    return redirect(url_for(".names", id=committee_id))


@bp.route("/gremien/<int:id>/regeln", methods=["GET", "POST"])
@access.requires(Committee, policies.can_edit)
def rules(committee: Committee) -> Response:
    """Rules that the composition must keep, each with its check of today (B15)."""
    form = RuleForm()
    if form.validate_on_submit():
        try:
            rule_services.add_rule(committee, **form.values(), by=current_user)
            flash("Die Regel ist eingetragen.")
            return redirect(url_for(".rules", id=committee.id))
        except DomainError as error:
            form.refuse(error)
    return render("committees/rules.html", status=status_of(form), committee=committee, form=form,
                  checks=check_rules(composition(committee, today())))  # fmt: skip


@bp.post("/gremien/regeln/<int:id>/entfernen")
@access.requires(CompositionRule, policies.can_edit_rule)
def remove_rule(rule: CompositionRule) -> Response:
    """The rule no longer holds."""
    committee_id = rule.committee_id
    rule_services.remove_rule(rule, by=current_user)
    flash("Die Regel ist entfernt.")
    return redirect(url_for(".rules", id=committee_id))


@bp.route("/gremien/<int:id>/personen", methods=["GET", "POST"])
@access.requires(Committee, policies.can_edit)
def officers(committee: Committee) -> Response:
    """Who chairs it and who acts for its office, from–to (A11, A12)."""
    form = OfficerForm()
    if form.validate_on_submit():
        try:
            values = form.values()
            person = get_person(values.pop("person_id"))
            if person is None:
                raise DomainError("Diese Person steht nicht zur Auswahl.", field="person_id")
            officer_services.name_officer(committee, person, **values, by=current_user)
            flash(f"{person.name} ist eingetragen.")
            return redirect(url_for(".officers", id=committee.id))
        except DomainError as error:
            form.refuse(error)
    return render("committees/officers.html", status=status_of(form), committee=queries.load_committee(committee),
                  form=form, day=today())  # fmt: skip


@bp.route("/gremien/personen/<int:id>/beenden", methods=["GET", "POST"])
@access.requires(CommitteeOfficer, policies.can_edit_officer)
def end_officer(officer: CommitteeOfficer) -> Response:
    """End the task of a person on a day."""

    def change(day: date) -> str:
        officer_services.end_officer(officer, ends_on=day, by=current_user)
        flash(f"Die Aufgabe von {officer.person.name} endet am {date_text(officer.ends_on)}.")
        return url_for(".officers", id=officer.committee_id)

    return end_on_a_day("committees/officer_end.html", officer, change, officer=officer)


def _change(
    committee: Committee,
    form_of: Callable[..., Form],
    heading: str,
    change: Callable[[Form], None],
    *,
    back: str | None = None,
    **context: Any,
) -> Response:
    back = back or url_for("committees.detail", id=committee.id)
    form, conflict = form_of(), None
    if form.validate_on_submit():
        try:
            refuse_stale(committee, form.seen())
            change(form)
            return redirect(back)
        except Conflict:
            conflict = form.differences(form_of(formdata=None))
        except DomainError as error:
            form.refuse(error)
    status = 409 if conflict is not None else status_of(form)
    return render("committees/change.html", status=status, committee=committee, form=form, heading=heading,
                  conflict=conflict, back=back, **{"composed": None, "current": None, **context})  # fmt: skip
