"""Pages of matters (on screen „Lücken"): bundle, classify, merge, split, bring before committees, close."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, current_app, request, url_for
from flask_login import current_user

from govern import access
from govern.actions import policies_gaps as policies
from govern.actions.exports import decision_paper_docx
from govern.actions.forms.matters import (
    CloseForm,
    MatterForm,
    MatterTopicForm,
    MergeForm,
    SplitForm,
    common_values,
    stored_values,
)
from govern.actions.masking import about, masking_note
from govern.actions.models import ChainPlace, Matter, MatterState, TermKind
from govern.actions.periods import parse_span
from govern.actions.queries import decision_papers as papers
from govern.actions.queries import evaluations as evaluation_queries
from govern.actions.queries import gap_reports as report_queries
from govern.actions.queries import matter_way, told_words, vocabularies
from govern.actions.queries import matters as queries
from govern.actions.queries.matter_steps import load_way
from govern.actions.queries.matters import Age, MatterFilter
from govern.actions.queries.similar import matters_like, similar_to_matter
from govern.actions.services import matters as services
from govern.actions.views.chains import shown_chain
from govern.errors import Conflict, DomainError
from govern.formats import count, date_text, today
from govern.meetings.queries.topics import committees_for_topics
from govern.meetings.services.papers import PaperStore, Upload
from govern.web import download, flash, number_argument, page_number, redirect, render, status_of

bp = Blueprint("matters", __name__)
EVERY = ("alle", "gezaehlt")
"""All matters, and those that figures count: all but the ones taken into another."""


@bp.get("/luecken")
@access.allowed(policies.can_report_gaps)
def index() -> Response:
    """Matters: all for the coordination, the shared ones for everybody who may report."""
    state = request.args.get("stand", MatterState.OPEN.value)
    if state not in (*EVERY, *MatterState):
        abort(404)
    age, place = request.args.get("alter", ""), request.args.get("stelle", "")
    wanted = MatterFilter(
        state=None if state in EVERY else MatterState(state), action_field=request.args.get("feld", "")[:60],
        text=request.args.get("q", "")[:200], created=parse_span(request.args.get("angelegt", "")),
        closed=parse_span(request.args.get("abgeschlossen", "")), age=Age(age) if age in list(Age) else None,
        leaves_merged_out=state == EVERY[1],
        chain_place=ChainPlace(place) if place in list(ChainPlace) else None,
    )  # fmt: skip
    return render(
        "actions/matters/index.html", fragment="actions/matters/_list.html", wanted=wanted, state=state,
        found=queries.list_matters(current_user, wanted, page_number()), arguments=request.args.to_dict(),
        terms=vocabularies.terms_of(current_user.body), states=list(MatterState), field_kind=TermKind.ACTION_FIELD,
    )  # fmt: skip


@bp.get("/luecken/freigaben-pruefen")
@access.allowed(policies.can_handle_reports)
def told() -> Response:
    """What others read already although it counts fewer than may be told by today's threshold."""
    return render("actions/matters/told.html", found=told_words.list_told(current_user, page_number()),
                  threshold=current_user.body.small_count_threshold)  # fmt: skip


@bp.get("/luecken/<int:id>")
@access.requires(Matter, policies.can_view_matter)
def detail(matter: Matter) -> Response:
    """One matter: where it stands, what happened, what is open, and the reports it consists of."""
    chain, way = queries.chain_of(current_user, matter), load_way(matter)
    evaluations, begun_after = evaluation_queries.list_around(current_user, matter)
    sees_counts = policies.counts_of_reports_are_open_to(current_user)
    threshold = matter.body.small_count_threshold
    reports = queries.list_report_lines_of(matter) if sees_counts else []
    figures = queries.figures_of(reports) if sees_counts else None
    number, released = (len(reports), []) if sees_counts else queries.told_of_reports(matter)
    total = count(number, "Meldung", "Meldungen") if figures else f"{about(number, threshold)} Meldungen"
    since = f"seit {date_text(figures.first_at)}" if figures and figures.first_at else ""
    return render(
        "actions/matters/detail.html", matter=matter, chain=chain, figures=figures, total=total, since=since,
        steps=matter_way.row_of(matter, way, chain, [total, since]),
        open_points=matter_way.open_points(way, chain, evaluations) if matter.is_open else [],
        history=matter_way.history_of(current_user, way.taken, queries.list_events(current_user, matter),
                                      chain, evaluations),
        terms=vocabularies.terms_of(matter.body), note=masking_note(threshold),
        evaluations=evaluations, begun_after=begun_after, day=today(),
        reports=reports[: queries.REPORTS_SHOWN],
        released=released,
        too_few=told_words.told_of_matter(matter) if sees_counts else [],
        whole_chain=shown_chain(chain.stages, reports_below=sees_counts),
    )  # fmt: skip


@bp.get("/luecken/<int:id>/aehnliche")
@access.requires(Matter, policies.can_keep_matter)
def similar(matter: Matter) -> Response:
    """Reports that wait and open matters that are alike, with the reason why."""
    return render("actions/matters/similar.html", fragment="actions/matters/_similar.html", matter=matter,
                  reports=similar_to_matter(matter), matters=matters_like(matter))  # fmt: skip


@bp.route("/luecken/neu", methods=["GET", "POST"])
@access.allowed(policies.can_handle_reports)
def create() -> Response:
    """Bundle reports into a new matter; it starts as most of them were classified."""
    ids = [int(value) for value in request.values.getlist("meldung") if value.isascii() and value.isdigit()][:200]
    reports = report_queries.find_reports(current_user, [i for i in ids if i < 2**31])
    if not reports:
        flash("Bitte wählen Sie im Eingang mindestens eine Meldung aus.", "warning")
        return redirect(url_for("gap_reports.index"))
    form = MatterForm.of(vocabularies.terms_of(current_user.body), common_values(reports))
    if request.form.get("title") is not None and form.validate_on_submit():
        try:
            matter = services.create_matter(form.classification(), reports, by=current_user)
            flash(f"{matter.number} ist angelegt.")
            return redirect(url_for(".detail", id=matter.id))
        except DomainError as error:
            form.refuse(error)
    return render("actions/matters/new.html", status=status_of(form), form=form, reports=reports)


@bp.route("/luecken/<int:id>/bearbeiten", methods=["GET", "POST"])
@access.requires(Matter, policies.can_keep_matter)
def edit(matter: Matter) -> Response:
    """Change title, text and classification; the reports stay as they are (E5)."""
    terms = vocabularies.terms_of(matter.body)
    form = MatterForm.of(terms, stored_values(matter))
    differences: list[tuple[str, str, str]] | None = None
    if form.validate_on_submit():
        try:
            services.classify_matter(matter, form.classification(), version=form.based_on(), by=current_user)
            flash("Gespeichert.")
            return redirect(url_for(".detail", id=matter.id))
        except Conflict as error:
            differences = form.differences(MatterForm.of(terms, stored_values(matter), fresh=True))
            form.refuse(error)
        except DomainError as error:
            form.refuse(error)
    return render("actions/matters/edit.html", status=status_of(form, differences), form=form, matter=matter,
                  differences=differences)  # fmt: skip


@bp.post("/luecken/<int:id>/aufnehmen")
@access.requires(Matter, policies.can_work_on_matter)
def take_in(matter: Matter) -> Response:
    """Put a waiting report into the matter."""
    reports = report_queries.find_reports(current_user, [_report_id()])
    if not reports:
        abort(404)
    services.assign_reports(matter, reports, by=current_user)
    flash(f"{reports[0].number} gehört jetzt zu {matter.number}.")
    return redirect(url_for(".detail", id=matter.id))


@bp.post("/luecken/<int:id>/herausnehmen")
@access.requires(Matter, policies.can_work_on_matter)
def take_out(matter: Matter) -> Response:
    """Take a report out of the matter; it waits in the inbox again."""
    reports = report_queries.find_reports(current_user, [_report_id()])
    if not reports:
        abort(404)
    services.take_out_report(matter, reports[0], by=current_user)
    flash(f"{reports[0].number} liegt wieder im Eingang.")
    return redirect(url_for(".detail", id=matter.id))


@bp.route("/luecken/<int:id>/zusammenfuehren", methods=["GET", "POST"])
@access.requires(Matter, policies.can_work_on_matter)
def merge(matter: Matter) -> Response:
    """Take another matter in, with its reports and topics; alike ones stand first."""
    form = MergeForm(matter_id=number_argument("luecke"))
    alike = [found.matter for found in matters_like(matter) if found.matter is not None]
    form.offer(list(dict.fromkeys([*alike, *queries.list_other_matters(current_user, matter)])))
    if form.validate_on_submit():
        try:
            other = form.chosen()
            services.merge_matters(matter, other, by=current_user, reason=form.reason.data or "")
            flash(f"{other.number} ist in {matter.number} aufgegangen.")
            return redirect(url_for(".detail", id=matter.id))
        except DomainError as error:
            form.refuse(error)
    return _ask("merge", matter, form)


@bp.route("/luecken/<int:id>/teilen", methods=["GET", "POST"])
@access.requires(Matter, policies.can_work_on_matter)
def split(matter: Matter) -> Response:
    """Make a matter of its own of some of the reports."""
    form = SplitForm()
    form.offer(queries.list_all_reports_of(matter))
    if form.validate_on_submit():
        try:
            new = services.split_matter(matter, form.chosen(), form.title.data, by=current_user,
                                        reason=form.reason.data or "")  # fmt: skip
            flash(f"{new.number} ist abgetrennt.")
            return redirect(url_for(".detail", id=new.id))
        except DomainError as error:
            form.refuse(error)
    return _ask("split", matter, form)


@bp.route("/luecken/<int:id>/thema", methods=["GET", "POST"])
@access.requires(Matter, policies.can_work_on_matter)
def topic(matter: Matter) -> Response:
    """Bring the matter before a committee as a topic."""
    form = MatterTopicForm(purpose=matter.summary or matter.title)
    form.offer(committees_for_topics(current_user))
    if form.validate_on_submit():
        try:
            paper = Upload(_paper_name(matter), _paper(matter, form)) if form.with_paper.data else None
            made = services.make_topic(matter, form.chosen(), form.wish(), paper=paper, store=_store(),
                                       by=current_user)  # fmt: skip
            flash("Das Thema liegt im Themenspeicher.")
            return redirect(url_for("topics.detail", id=made.id))
        except DomainError as error:
            form.refuse(error)
    return _ask("topic", matter, form)


@bp.get("/luecken/<int:id>/entscheidungsvorlage.docx")
@access.requires(Matter, policies.can_work_on_matter)
def decision_paper(matter: Matter) -> Response:
    """The decision paper on the matter, to be completed in Word and attached to an item."""
    return download(_paper(matter), _paper_name(matter), decision_paper_docx.DOCX)


@bp.post("/luecken/<int:id>/freigeben")
@access.requires(Matter, policies.can_keep_matter)
def share(matter: Matter) -> Response:
    """Let everybody who may report read the matter."""
    try:
        services.share_matter(matter, by=current_user)
    except DomainError as error:
        flash(str(error), "error")
        return redirect(url_for(".edit", id=matter.id))
    flash("Freigegeben: Wer Lücken melden darf, kann sie lesen. Zahlen sind für andere gerundet.")
    return redirect(url_for(".detail", id=matter.id))


@bp.post("/luecken/<int:id>/freigabe-zuruecknehmen")
@access.requires(Matter, policies.can_keep_matter)
def hide(matter: Matter) -> Response:
    """Take the matter back into the coordination."""
    services.hide_matter(matter, by=current_user)
    flash("Die Freigabe ist zurückgenommen.")
    return redirect(url_for(".detail", id=matter.id))


@bp.route("/luecken/<int:id>/abschliessen", methods=["GET", "POST"])
@access.requires(Matter, policies.can_work_on_matter)
def close(matter: Matter) -> Response:
    """Say how the matter ended."""
    form = CloseForm()
    if form.validate_on_submit():
        try:
            services.close_matter(matter, form.state.data, form.note.data, by=current_user)
            flash("Abgeschlossen. Die Meldenden lesen die Begründung.")
            return redirect(url_for(".detail", id=matter.id))
        except DomainError as error:
            form.refuse(error)
    return _ask("close", matter, form)


@bp.post("/luecken/<int:id>/wieder-aufnehmen")
@access.requires(Matter, policies.can_keep_matter)
def reopen(matter: Matter) -> Response:
    """Take a closed matter up again."""
    services.reopen_matter(matter, "", by=current_user)
    flash("Die Lücke ist wieder offen.")
    return redirect(url_for(".detail", id=matter.id))


def _paper(matter: Matter, form: MatterTopicForm | None = None) -> bytes:
    committee, purpose = (form.chosen(), form.purpose.data) if form else (None, matter.summary or matter.title)
    filled = papers.decision_paper(
        matter, purpose=purpose, proposal=(form.proposal.data or "") if form else "", committee=committee
    )  # fmt: skip
    return decision_paper_docx.as_docx(filled, current_app.config["SETTINGS"].office_templates)


def _paper_name(matter: Matter) -> str:
    return f"Entscheidungsvorlage {matter.number}.docx"


def _store() -> PaperStore:
    settings = current_app.config["SETTINGS"]
    return PaperStore(settings.files, settings.upload_megabytes * 1_000_000)


def _report_id() -> int:
    value = request.form.get("meldung", "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else abort(404)


def _ask(page: str, matter: Matter, form: Any) -> Response:
    return render(f"actions/matters/{page}.html", status=status_of(form), form=form, matter=matter)
