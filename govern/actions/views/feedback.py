"""Pages of the feedback to authors: the coordination releases, authors choose (E6)."""

from __future__ import annotations

from flask import Blueprint, Response, request, url_for
from flask_login import current_user

from govern import access
from govern.actions import policies_feedback as policies
from govern.actions.forms.feedback import ChoiceForm, FeedbackForm
from govern.actions.models import AuthorFeedback, FeedbackStage, Matter
from govern.actions.queries import evaluations as evaluation_queries
from govern.actions.queries import feedback as queries
from govern.actions.queries import matters as matter_queries
from govern.actions.queries import vocabularies
from govern.actions.services import feedback as services
from govern.errors import DomainError
from govern.web import flash, redirect, render, status_of

bp = Blueprint("feedback", __name__)


@bp.route("/luecken/<int:id>/rueckmeldung", methods=["GET", "POST"])
@access.requires(Matter, policies.can_release_feedback)
def release(matter: Matter) -> Response:
    """Release a text to the authors of a matter; it is proposed from what is public."""
    released = queries.list_of_matter(matter)
    chain = matter_queries.chain_of(current_user, matter)
    past = queries.past_of(matter)
    proposed = queries.proposals(matter, chain, past, evaluation_queries.list_of_matter(current_user, matter))
    reached = queries.stages_reached(matter, chain, past, proposed)
    wanted = request.args.get("schritt", "")
    stage = FeedbackStage(wanted) if wanted in list(FeedbackStage) else list(proposed)[-1]
    known = vocabularies.known_names(matter.body) if request.method == "POST" else []
    form = FeedbackForm.of(stage, proposed, reached, known)
    if form.validate_on_submit():
        try:
            services.release_feedback(matter, form.stage.data, form.text.data, reached=reached,
                                      confirmation=form.confirmation(), by=current_user)  # fmt: skip
            flash("Freigegeben. Die Meldenden lesen es bei ihrer Meldung; die Mail an sie nennt keine Inhalte.")
            return redirect(url_for("matters.detail", id=matter.id))
        except DomainError as error:
            form.refuse(error)
    return render("actions/feedback/release.html", status=status_of(form), form=form, matter=matter, stage=stage,
                  proposed=proposed, reached=reached, released=released, stages=list(FeedbackStage))  # fmt: skip


@bp.post("/rueckmeldungen/<int:id>/zuruecknehmen")
@access.requires(AuthorFeedback, policies.can_revoke_feedback)
def revoke(feedback: AuthorFeedback) -> Response:
    """Take a feedback back."""
    services.revoke_feedback(feedback, by=current_user)
    flash("Die Rückmeldung ist zurückgenommen; die Meldenden lesen sie nicht mehr.")
    return redirect(url_for(".release", id=feedback.matter_id))


@bp.route("/lueckenmeldungen/rueckmeldungen", methods=["GET", "POST"])
@access.allowed(policies.can_choose_feedback)
def choose() -> Response:
    """About which stages the reader wants to be told."""
    form = ChoiceForm(stages=queries.choice_of(current_user))
    if form.validate_on_submit():
        services.choose_stages([stage for stage in form.stages.data or [] if stage], by=current_user)
        flash("Gespeichert.")
        return redirect(url_for("gap_reports.own"))
    return render("actions/feedback/choose.html", status=status_of(form), form=form)
