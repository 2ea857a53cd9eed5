"""Pages of evaluations (Wirkungsprüfungen): plan, ask, answer, conclude, adjust (D8)."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, Response, request, url_for
from flask_login import current_user

from govern import access
from govern.actions import policies_evaluations as policies
from govern.actions.forms.evaluations import (
    AnswerForm,
    AskForm,
    CancelForm,
    MoveForm,
    PlanForm,
    ResultForm,
)
from govern.actions.masking import masking_note
from govern.actions.models import QUESTIONS, Evaluation, EvaluationRequest, EvaluationState, Matter
from govern.actions.queries import evaluations as queries
from govern.actions.queries import matters as matter_queries
from govern.actions.queries import vocabularies
from govern.actions.services import evaluations as services
from govern.actions.views.chains import chain_section
from govern.errors import Conflict, DomainError
from govern.formats import count, today
from govern.web import flash, page_number, redirect, render, status_of

bp = Blueprint("evaluations", __name__)
TIME_TO_ANSWER = timedelta(days=21)


@bp.get("/wirkungspruefungen")
@access.allowed(policies.can_see_evaluations)
def index() -> Response:
    """What the reader is asked, and the evaluations: all for the coordination, concluded ones for others."""
    state = request.args.get("stand", "")
    state = state if state in queries.STATES else "offen" if policies.reads_answers(current_user) else "abgeschlossen"
    return render(
        "actions/evaluations/index.html", fragment="actions/evaluations/_list.html", state=state,
        states=queries.STATES, found=queries.list_evaluations(current_user, state, page_number()),
        asked=queries.list_open_requests(current_user), answered=queries.list_answered_requests(current_user),
        reads_answers=policies.reads_answers(current_user), day=today(),
    )  # fmt: skip


@bp.route("/luecken/<int:id>/wirkungspruefung", methods=["GET", "POST"])
@access.requires(Matter, policies.can_plan_evaluation)
def plan(matter: Matter) -> Response:
    """Plan to look at the effect; the day is proposed from order or resolution."""
    proposal = queries.propose(matter, matter_queries.chain_of(current_user, matter))
    form = PlanForm.of(proposal)
    if form.validate_on_submit():
        try:
            made = services.plan_evaluation(matter, form.due_on.data, form.compared_from.data, source=proposal.source,
                                            by=current_user)  # fmt: skip
            flash("Die Wirkungsprüfung ist geplant. Sie erscheint zu ihrem Tag auf Ihrer Übersicht.")
            return redirect(url_for(".detail", id=made.id))
        except DomainError as error:
            form.refuse(error)
    return render("actions/evaluations/plan.html", status=status_of(form), form=form, matter=matter, proposal=proposal)


@bp.get("/wirkungspruefungen/<int:id>")
@access.requires(Evaluation, policies.can_view_evaluation)
def detail(evaluation: Evaluation) -> Response:
    """One evaluation: reports before and after, answers, result, what was begun after it."""
    evaluation = queries.load_evaluation(evaluation)
    result = evaluation.result
    figures = (queries.comparison_of(result) if result else
               queries.compare_reports(evaluation.matter, evaluation.compared_from, today()))  # fmt: skip
    threshold = evaluation.matter.body.small_count_threshold
    return render(
        "actions/evaluations/detail.html", evaluation=evaluation, figures=figures, questions=QUESTIONS,
        before_after=queries.in_words(current_user, figures, threshold), note=masking_note(threshold),
        tally=queries.tally(evaluation), reads_answers=policies.reads_answers(current_user), day=today(),
        waiting=[r for r in evaluation.requests if r.withdrawn_at is None and not r.answers],
        chain=chain_section(current_user, evaluation),
    )  # fmt: skip


@bp.route("/wirkungspruefungen/<int:id>/termin", methods=["GET", "POST"])
@access.requires(Evaluation, policies.can_keep_evaluation)
def move(evaluation: Evaluation) -> Response:
    """Look at the effect on another day."""
    form, differences = MoveForm.of(evaluation), None
    if form.validate_on_submit():
        try:
            services.move_evaluation(evaluation, form.due_on.data, form.compared_from.data, form.reason.data or "",
                                     version=form.based_on(), by=current_user)  # fmt: skip
            flash("Der Termin ist geändert.")
            return redirect(url_for(".detail", id=evaluation.id))
        except DomainError as error:
            form.refuse(error)
            if isinstance(error, Conflict):
                differences = form.differences(MoveForm.of(evaluation, fresh=True))
    return render("actions/evaluations/move.html", status=status_of(form, differences), form=form,
                  evaluation=evaluation, differences=differences)  # fmt: skip


@bp.route("/wirkungspruefungen/<int:id>/befragen", methods=["GET", "POST"])
@access.requires(Evaluation, policies.can_keep_evaluation)
def ask(evaluation: Evaluation) -> Response:
    """Ask institutions and committees; they answer on a page of theirs."""
    form = _ask_form(evaluation)
    if form.validate_on_submit():
        try:
            unknown = services.ask_for_answers(evaluation, form.asked(), form.text.data, form.until.data,
                                               confirmation=form.confirmation(), by=current_user)  # fmt: skip
            flash("Die Bitte um Antwort ist auf dem Weg.")
            if unknown:
                flash(f"Ohne Postfach, bitte selbst fragen: {', '.join(r.label for r in unknown)}.", "warning")
            return redirect(url_for(".detail", id=evaluation.id))
        except DomainError as error:
            form.refuse(error)
    return render("actions/evaluations/ask.html", status=status_of(form), form=form, evaluation=evaluation)


@bp.post("/wirkungspruefungen/<int:id>/erinnern")
@access.requires(Evaluation, policies.can_keep_evaluation)
def remind(evaluation: Evaluation) -> Response:
    """Remind those who have not answered."""
    sent = services.remind_unanswered(evaluation, by=current_user)
    flash(f"{count(sent, 'Erinnerung ist', 'Erinnerungen sind')} auf dem Weg.")
    return redirect(url_for(".detail", id=evaluation.id))


@bp.route("/wirkungspruefungen/<int:id>/ergebnis", methods=["GET", "POST"])
@access.requires(Evaluation, policies.can_keep_evaluation)
def conclude(evaluation: Evaluation) -> Response:
    """Write down what was found."""
    return _result_page(evaluation, "Das Ergebnis ist festgehalten.")


@bp.route("/wirkungspruefungen/<int:id>/berichtigen", methods=["GET", "POST"])
@access.requires(Evaluation, policies.can_correct_evaluation)
def correct(evaluation: Evaluation) -> Response:
    """Correct the result; the earlier one stays visible."""
    return _result_page(evaluation, "Das berichtigte Ergebnis gilt jetzt; das frühere bleibt stehen.")


@bp.route("/wirkungspruefungen/<int:id>/absagen", methods=["GET", "POST"])
@access.requires(Evaluation, policies.can_keep_evaluation)
def cancel(evaluation: Evaluation) -> Response:
    """Do not look at the effect, and say why."""
    form = CancelForm()
    if form.validate_on_submit():
        services.cancel_evaluation(evaluation, form.reason.data, by=current_user)
        flash("Die Wirkungsprüfung ist abgesagt.")
        return redirect(url_for(".detail", id=evaluation.id))
    return render("actions/evaluations/cancel.html", status=status_of(form), form=form, evaluation=evaluation)


@bp.route("/wirkungsbefragungen/<int:id>", methods=["GET", "POST"])
@access.requires(EvaluationRequest, policies.can_view_request)
def answer(asked: EvaluationRequest) -> Response:
    """The page of those who are asked: three questions, on a phone in two minutes."""
    asked = queries.load_request(asked)
    form = AnswerForm.of(asked, vocabularies.known_names(asked.evaluation.matter.body))
    may_answer, status = policies.can_answer_request(current_user, asked), 200
    if may_answer and form.validate_on_submit():
        try:
            services.answer_request(asked, form.answers(), seen=form.seen_number(), by=current_user,
                                    for_others=not policies.is_asked(current_user, asked))  # fmt: skip
            flash("Danke. Ihre Antwort ist bei der Koordination; bis zum Ergebnis können Sie sie ändern.")
            return redirect(url_for(".answer", id=asked.id))
        except DomainError as error:
            form.refuse(error)
            if isinstance(error, Conflict):  # the other answer stands above the form; sending again replaces it
                status, form.seen.data = 409, str(len(asked.answers))
    return render(
        "actions/evaluations/answer.html", status=status if status == 409 else status_of(form), asked=asked, form=form,
        may_answer=may_answer, questions=QUESTIONS, reads_answers=policies.reads_answers(current_user),
    )  # fmt: skip


@bp.post("/wirkungsbefragungen/<int:id>/zuruecknehmen")
@access.requires(EvaluationRequest, policies.can_take_back_request)
def take_back(asked: EvaluationRequest) -> Response:
    """Do not ask any more."""
    services.take_back_request(asked, by=current_user)
    flash("Die Bitte um Antwort ist zurückgenommen.")
    return redirect(url_for(".detail", id=asked.evaluation_id))


def _ask_form(evaluation: Evaluation) -> AskForm:
    matter = evaluation.matter
    proposed = evaluation.asked_text or "\n\n".join(filter(None, [matter.title, matter.summary]))
    chain = matter_queries.chain_of(current_user, matter)
    charged = {order.addressee_organisation_id for order in chain.orders if order.addressee_organisation_id}
    form = AskForm(data={
        "text": proposed, "until": evaluation.answers_until or today() + TIME_TO_ANSWER,
        "organisation_ids": sorted(charged - {asked.organisation_id for asked in evaluation.requests}),
    })  # fmt: skip
    form.offer(matter_queries.committees_of(matter))
    form.guard(vocabularies.known_names(matter.body))
    return form


def _result_page(evaluation: Evaluation, done: str) -> Response:
    evaluation = queries.load_evaluation(evaluation)
    form = ResultForm.of(evaluation, vocabularies.known_names(evaluation.matter.body))
    if form.validate_on_submit():
        try:
            services.conclude(evaluation, form.finding(), by=current_user)
            flash(done)
            return redirect(url_for(".detail", id=evaluation.id))
        except DomainError as error:
            form.refuse(error)
    figures = queries.compare_reports(evaluation.matter, evaluation.compared_from, today())
    return render(
        "actions/evaluations/result.html", status=status_of(form), form=form, evaluation=evaluation, figures=figures,
        questions=QUESTIONS, tally=queries.tally(evaluation),
        is_correction=evaluation.state is EvaluationState.CONCLUDED,
    )  # fmt: skip
