"""Pages of the rules of procedure: read them, set one from a day on, take over a proposal, decide it."""

from __future__ import annotations

from flask import Blueprint, Response, url_for
from flask_login import current_user

from govern import access
from govern.committees import policies
from govern.committees.consequences import value_text
from govern.committees.forms.procedures import (
    DecideForm,
    PresetForm,
    ProcedureRuleForm,
    asked_kind,
    asked_preset,
    form_for,
)
from govern.committees.models import Committee, ProcedureRule, RuleKind
from govern.committees.presets import PRESETS, Preset
from govern.committees.procedures import Procedure
from govern.committees.queries import committees as committee_queries
from govern.committees.queries import procedures as queries
from govern.committees.services import procedures as services
from govern.errors import Conflict, DomainError
from govern.formats import count, date_text, today
from govern.people.policies import can_coordinate
from govern.web import flash, redirect, render, status_of

bp = Blueprint("procedures", __name__)


@bp.get("/gremien/<int:id>/geschaeftsordnung")
@access.requires(Committee, policies.can_view)
def detail(committee: Committee) -> Response:
    """The rules of a committee as they hold today, what follows from each, and what held before."""
    committee = committee_queries.load_committee(committee)
    found = queries.rules_page(committee.body, committee, today(), next_meeting=queries.next_meeting_of(committee))
    return render(
        "committees/procedure.html", committee=committee, found=found, presets=PRESETS, is_today=True,
        is_wrong_day=False, line=committee_queries.describe(committee, today(), today=today()),
    )  # fmt: skip


@bp.route("/gremien/<int:id>/geschaeftsordnung/aendern", methods=["GET", "POST"])
@access.requires(Committee, policies.can_edit)
def edit(committee: Committee) -> Response:
    """Set one rule of a committee from a day on."""
    kind = asked_kind()
    if kind is None:
        return redirect(url_for(".detail", id=committee.id))
    return _edit(committee, kind, url_for(".detail", id=committee.id, _anchor=kind.value))


@bp.route("/gremien/<int:id>/geschaeftsordnung/vorschlag", methods=["GET", "POST"])
@access.requires(Committee, policies.can_edit)
def preset(committee: Committee) -> Response:
    """See what a proposal would set, choose, and take it over in one go."""
    chosen = asked_preset()
    if chosen is None:
        return redirect(url_for(".detail", id=committee.id))
    procedure = queries.procedure_of(committee, today())
    form = PresetForm().offer(chosen, {kind for kind in RuleKind if procedure.is_settled(kind)})
    if form.validate_on_submit():
        try:
            made = services.apply_preset(
                committee, chosen, form.chosen(), starts_on=form.starts_on.data, by=current_user
            )
            flash(f"{count(len(made), 'Regel ist', 'Regeln sind')} als Vorschlag eingetragen.")
            return redirect(url_for(".detail", id=committee.id))
        except DomainError as error:
            form.refuse(error)
    return render("committees/procedure_preset.html", status=status_of(form), committee=committee, form=form,
                  preset=chosen, current=_current(chosen, procedure))  # fmt: skip


@bp.route("/gremien/<int:id>/geschaeftsordnung/beschliessen", methods=["GET", "POST"])
@access.requires(Committee, policies.can_edit)
def decide(committee: Committee) -> Response:
    """The committee decided what was only proposed."""
    form = DecideForm()
    if form.validate_on_submit():
        try:
            made = services.decide_proposals(committee, **form.values(), today=today(), by=current_user)
            flash(f"{count(len(made), 'Regel gilt', 'Regeln gelten')} jetzt als beschlossen.")
            return redirect(url_for(".detail", id=committee.id))
        except DomainError as error:
            form.refuse(error)
    found = queries.rules_page(committee.body, committee, today(), next_meeting=None)
    return render(
        "committees/procedure_decide.html", status=status_of(form), committee=committee, form=form, found=found
    )


@bp.post("/geschaeftsordnung/<int:id>/zuruecknehmen")
@access.requires(ProcedureRule, policies.can_edit_procedure_rule)
def withdraw(rule: ProcedureRule) -> Response:
    """Take back a rule whose day has not come yet."""
    committee = rule.committee
    services.withdraw_rule(rule, today=today(), by=current_user)
    flash("Die künftige Regel ist zurückgenommen.")
    return redirect(url_for(".detail", id=committee.id) if committee is not None else url_for(".body_rules"))


@bp.get("/geschaeftsordnung")
@access.signed_in
def body_rules() -> Response:
    """The rules of the whole body: they hold for every committee that has none of its own."""
    body = current_user.body
    return render("committees/procedure_body.html",
                  found=queries.rules_page(body, None, today(), next_meeting=None))  # fmt: skip


@bp.route("/geschaeftsordnung/aendern", methods=["GET", "POST"])
@access.allowed(can_coordinate)
def edit_body() -> Response:
    """Set one rule of the whole body from a day on."""
    kind = asked_kind()
    if kind is None:
        return redirect(url_for(".body_rules"))
    return _edit(None, kind, url_for(".body_rules", _anchor=kind.value))


def _edit(committee: Committee | None, kind: RuleKind, back: str) -> Response:
    body = current_user.body
    form, differences = _form(committee, kind), None
    if form.validate_on_submit():
        try:
            row = services.set_rule(body, committee, kind, **form.rule(), version=form.seen(), by=current_user)
            flash(f"„{kind.label}“ ist ab {date_text(row.starts_on)} eingetragen.")
            return redirect(back)
        except Conflict:
            differences = form.differences(_form(committee, kind, is_fresh=True))
        except DomainError as error:
            form.refuse(error)
    status = 409 if differences is not None else status_of(form)
    return render("committees/procedure_edit.html", status=status, committee=committee, kind=kind, form=form, back=back,
                  differences=differences)  # fmt: skip


def _form(committee: Committee | None, kind: RuleKind, *, is_fresh: bool = False) -> ProcedureRuleForm:
    rows = queries.list_rows(current_user.body, committee, kind)
    rule = queries.rule_on(current_user.body, committee, kind, today())
    return form_for(kind, rule, services.version_of(rows), is_fresh=is_fresh)


def _current(chosen: Preset, procedure: Procedure) -> dict[str, str]:
    """What holds today, in words, for each rule of a proposal that is settled."""
    rules = [procedure.rule(rule.kind) for rule in chosen.rules if procedure.is_settled(rule.kind)]
    return {rule.kind.value: value_text(rule) or rule.state.label for rule in rules}
