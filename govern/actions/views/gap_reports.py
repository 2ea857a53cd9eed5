"""Pages of gap reports: report, follow one's own, and the inbox of the coordination."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeVar

from flask import Blueprint, Response, abort, request, url_for
from flask_login import current_user

from govern import access
from govern.actions import policies_gaps as policies
from govern.actions.forms.gap_reports import DeclineForm, ReleaseForm, ReportForm, SupplementForm, TermForm
from govern.actions.forms.matters import AssignForm
from govern.actions.guard import find
from govern.actions.models import GapKind, GapReport, ReportSource, ReportState, TermKind
from govern.actions.periods import parse_span
from govern.actions.queries import feedback, vocabularies
from govern.actions.queries import gap_reports as queries
from govern.actions.queries.gap_reports import ReportFilter
from govern.actions.queries.matter_steps import matter_steps
from govern.actions.queries.matter_way import told_of
from govern.actions.queries.matters import list_told_events
from govern.actions.queries.similar import similar_to_report
from govern.actions.services import gap_reports as services
from govern.actions.services import matters as matter_services
from govern.actions.services import vocabularies as vocabulary_services
from govern.actions.views.chains import chain_section
from govern.errors import Conflict, DomainError
from govern.web import flash, number_argument, page_number, redirect, render, status_of

bp = Blueprint("gap_reports", __name__)
Choice = TypeVar("Choice", bound=StrEnum)
LONGEST_LOOK = 4_000
EVERY = ("alle", "gezaehlt")
"""All reports, and those that figures count: all but the withdrawn ones."""
NOWHERE = "mehrere"


SHOWN_IN_HEAD = (ReportState.RECEIVED, ReportState.ASSIGNED)


@bp.get("/lueckenmeldungen")
@access.allowed(policies.can_report_gaps)
def index() -> Response:
    """The inbox of the coordination; everybody else's own reports."""
    if not policies.can_handle_reports(current_user):
        return redirect(url_for(".own"))
    state = request.args.get("stand", ReportState.RECEIVED.value)
    place = request.args.get("kommune", "")
    wanted = ReportFilter(
        state=None if state in EVERY else _choice(ReportState, state), action_field=request.args.get("feld", "")[:60],
        municipality_id=None if place == NOWHERE else number_argument("kommune"), names_no_place=place == NOWHERE,
        gap_kind=_choice(GapKind, request.args.get("art", "")),
        source=_choice(ReportSource, request.args.get("quelle", "")),
        text=request.args.get("q", "")[:200], span=parse_span(request.args.get("zeitraum", "")),
        leaves_withdrawn_out=state == EVERY[1],
    )  # fmt: skip
    return render(
        "actions/gap_reports/index.html", fragment="actions/gap_reports/_list.html", wanted=wanted, state=state,
        found=queries.list_inbox(current_user, wanted, page_number()),
        counts=queries.count_in_states(current_user, SHOWN_IN_HEAD),
        terms=vocabularies.terms_of(current_user.body), arguments=request.args.to_dict(), kinds=list(GapKind),
        municipalities=vocabularies.list_municipalities(current_user.body), states=list(ReportState),
        sources=list(ReportSource), field_kind=TermKind.ACTION_FIELD,
    )  # fmt: skip


@bp.get("/lueckenmeldungen/meine")
@access.allowed(policies.can_report_gaps)
def own() -> Response:
    """What the reader reported, with reference and stage (E6)."""
    return render("actions/gap_reports/own.html", found=queries.list_own_reports(current_user, page_number()),
                  terms=vocabularies.terms_of(current_user.body))  # fmt: skip


@bp.route("/lueckenmeldungen/neu", methods=["GET", "POST"])
@access.allowed(policies.can_report_gaps)
def report() -> Response:
    """Report a gap: lists first, then a sentence; the guard looks at it before it is sent."""
    form = _report_form()
    if form.validate_on_submit():
        try:
            made = services.report_gap(form.report(), by=current_user)
            flash(f"Danke. Ihre Meldung hat die Nummer {made.number}; hier sehen Sie, wie es damit weitergeht.")
            return redirect(url_for(".detail", id=made.id))
        except DomainError as error:
            form.refuse(error)
    return render("actions/gap_reports/new.html", status=status_of(form), form=form)


@bp.post("/lueckenmeldungen/pruefen")
@access.allowed(policies.can_report_gaps)
def check() -> Response:
    """Look at words while they are typed; nothing is stored or logged."""
    words = "\n".join(request.form.get(name, "") for name in ("headline", "text"))[:LONGEST_LOOK]
    return render("actions/gap_reports/check.html", fragment="actions/gap_reports/_guard.html",
                  findings=find(words, vocabularies.known_names(current_user.body)))  # fmt: skip


@bp.get("/lueckenmeldungen/<int:id>")
@access.requires(GapReport, policies.can_view_report, loads=queries.WITH_STAGES)
def detail(report: GapReport) -> Response:
    """One report with its words and every stage."""
    matter = report.matter
    stages = told_of(matter_steps(matter), list_told_events(matter)) if matter is not None else []
    return render("actions/gap_reports/detail.html", report=report, terms=vocabularies.terms_of(report.body),
                  stages=stages, told=feedback.list_of_report(current_user, report),
                  chain=chain_section(current_user, report))  # fmt: skip


@bp.get("/lueckenmeldungen/<int:id>/aehnliche")
@access.requires(GapReport, policies.can_handle_report, loads=queries.WITH_STAGES)
def similar(report: GapReport) -> Response:
    """Similar reports and matters, each with the reason why."""
    reports, matters = similar_to_report(report, with_settled=True)
    return render("actions/gap_reports/similar.html", fragment="actions/gap_reports/_similar.html", report=report,
                  reports=reports, matters=matters)  # fmt: skip


@bp.route("/lueckenmeldungen/<int:id>/nachtrag", methods=["GET", "POST"])
@access.requires(GapReport, policies.can_supplement)
def supplement(report: GapReport) -> Response:
    """Add to one's own report."""
    form = SupplementForm()
    form.guard(vocabularies.known_names(report.body))
    if form.validate_on_submit():
        try:
            services.add_supplement(report, form.text.data, confirmation=form.confirmation(), by=current_user)
            flash("Der Nachtrag ist bei der Koordination.")
            return redirect(url_for(".detail", id=report.id))
        except DomainError as error:
            form.refuse(error)
    return render("actions/gap_reports/supplement.html", status=status_of(form), form=form, report=report)


@bp.route("/lueckenmeldungen/<int:id>/zurueckziehen", methods=["GET", "POST"])
@access.requires(GapReport, policies.can_withdraw_report)
def withdraw(report: GapReport) -> Response:
    """Take one's own report back."""
    if request.method == "POST":
        services.withdraw_report(report, by=current_user)
        flash(f"{report.number} ist zurückgezogen, der Text ist gelöscht.")
        return redirect(url_for(".detail", id=report.id))
    return render("actions/gap_reports/withdraw.html", report=report)


@bp.route("/lueckenmeldungen/<int:id>/freigeben", methods=["GET", "POST"])
@access.requires(GapReport, policies.can_handle_report, loads=queries.WITH_STAGES)
def release(report: GapReport) -> Response:
    """Release the words of a report, with passages blacked out by marking."""
    form = ReleaseForm.of(report.headline, report.full_text, report.version, vocabularies.known_names(report.body),
                          report.body.small_count_threshold)  # fmt: skip
    if form.validate_on_submit():
        try:
            services.release_report(report, headline=form.headline.data or "", text=form.text.data or "",
                                    version=form.based_on(), by=current_user)  # fmt: skip
            flash("Freigegeben. Gelesen wird nur die geschwärzte Fassung.")
            return redirect(url_for(".detail", id=report.id))
        except DomainError as error:
            form.refuse(error)
            status = 409 if isinstance(error, Conflict) else 422
            return render("actions/gap_reports/release.html", status=status, form=form, report=report)
    return render("actions/gap_reports/release.html", status=status_of(form), form=form, report=report)


@bp.post("/lueckenmeldungen/<int:id>/freigabe-zuruecknehmen")
@access.requires(GapReport, policies.can_handle_report)
def revoke(report: GapReport) -> Response:
    """Take a release back."""
    services.revoke_release(report, by=current_user)
    flash("Die Freigabe ist zurückgenommen.")
    return redirect(url_for(".detail", id=report.id))


@bp.route("/lueckenmeldungen/<int:id>/nicht-weiterverfolgen", methods=["GET", "POST"])
@access.requires(GapReport, policies.can_handle_report)
def decline(report: GapReport) -> Response:
    """Say that a report is not followed, and why."""
    form = DeclineForm()
    if form.validate_on_submit():
        try:
            services.decline_report(report, form.reason.data, by=current_user)
            flash("Gespeichert. Wer gemeldet hat, liest die Begründung.")
            return redirect(url_for(".detail", id=report.id))
        except DomainError as error:
            form.refuse(error)
    return render("actions/gap_reports/decline.html", status=status_of(form), form=form, report=report)


@bp.post("/lueckenmeldungen/<int:id>/wieder-aufnehmen")
@access.requires(GapReport, policies.can_handle_report)
def take_up(report: GapReport) -> Response:
    """Put a declined report back into the inbox."""
    services.take_up_report(report, by=current_user)
    flash("Die Meldung ist wieder im Eingang.")
    return redirect(url_for(".detail", id=report.id))


@bp.route("/lueckenmeldungen/<int:id>/zuordnen", methods=["GET", "POST"])
@access.requires(GapReport, policies.can_handle_report, loads=queries.WITH_STAGES)
def assign(report: GapReport) -> Response:
    """Put a report into a matter; alike ones stand first."""
    alike = [s.matter for s in similar_to_report(report)[1] if s.matter is not None]
    others = [m for m in queries.list_matters_to_choose(current_user) if m.id not in {a.id for a in alike}]
    form = AssignForm()
    form.offer([m for m in [*alike, *others] if m.id != report.matter_id])
    if form.validate_on_submit():
        try:
            matter = form.chosen()
            matter_services.assign_reports(matter, [report], by=current_user)
            flash(f"{report.number} gehört jetzt zu {matter.number}.")
            return redirect(url_for("matters.detail", id=matter.id))
        except DomainError as error:
            form.refuse(error)
    return render("actions/gap_reports/assign.html", status=status_of(form), form=form, report=report)


@bp.route("/lueckenmeldungen/auswahllisten", methods=["GET", "POST"])
@access.allowed(policies.can_handle_reports)
def lists() -> Response:
    """The lists of the body: add, reword, switch off."""
    form = TermForm()
    kind = _choice(TermKind, form.kind.data or "")
    if form.validate_on_submit() and kind is not None:
        try:
            _change_list(kind, form)
            flash("Gespeichert.")
            return redirect(url_for(".lists"))
        except DomainError as error:
            form.refuse(error)
    return render("actions/gap_reports/lists.html", status=status_of(form), form=form,
                  terms=vocabularies.terms_of(current_user.body), kinds=list(TermKind), sent_kind=kind)  # fmt: skip


def _change_list(kind: TermKind, form: TermForm) -> None:
    body, key = current_user.body, form.key.data or ""
    if not key:
        vocabulary_services.add_term(body, kind, form.label.data or "", by=current_user)
    elif request.form.get("zeigen") in ("ja", "nein"):
        is_offered = request.form["zeigen"] == "ja"
        vocabulary_services.change_term(body, kind, key, is_offered=is_offered, by=current_user)
    else:
        vocabulary_services.change_term(body, kind, key, label=form.label.data, by=current_user)


def _report_form() -> ReportForm:
    sources, body = _sources(), current_user.body
    municipalities = vocabularies.list_municipalities(body)
    own = [m.id for m in municipalities if m.id in current_user.standing.organisations]
    form = ReportForm(source=sources[0], municipality_id=own[0] if len(own) == 1 else None)
    form.offer(vocabularies.terms_of(body), municipalities,
               queries.list_report_committees(current_user), sources)  # fmt: skip
    form.guard(vocabularies.known_names(body))
    return form


def _sources() -> list[ReportSource]:
    """The usual source of the person first."""
    standing = current_user.standing
    if current_user.is_case_manager or policies.can_handle_reports(current_user):
        first = ReportSource.CASE_WORK
    elif standing.organisations:
        first = ReportSource.MUNICIPALITY
    else:
        first = ReportSource.WORKING_CIRCLE
    return [first, *(s for s in ReportSource if s is not first)]


def _choice(enum: type[Choice], value: str) -> Choice | None:
    if not value:
        return None
    if value not in [member.value for member in enum]:
        abort(404)
    return enum(value)
