"""Drafts of concepts before committees: submit one, renew its papers, write on it, take over what was decided."""

from __future__ import annotations

from flask import Blueprint, Response, url_for
from flask_login import current_user

from govern import access
from govern.committees.policies import is_office
from govern.documents.contributions import Action, Part
from govern.documents.models import ConceptVersion, VersionState
from govern.documents.queries.concepts import WITH_FILINGS
from govern.documents.queries.drafts import load_desk
from govern.documents.queries.synopses import print_of
from govern.errors import DomainError
from govern.meetings import policies_concepts as policies
from govern.meetings.forms.concept_submissions import SubmitVersionForm, TakeOverForm
from govern.meetings.models import AgendaItem, ConceptSubmission, Topic, TopicState
from govern.meetings.queries import concept_submissions as queries
from govern.meetings.services import concept_outcomes as outcomes
from govern.meetings.services import concept_submissions as services
from govern.meetings.views.pages import paper_store
from govern.people.models import User
from govern.web import Section, flash, redirect, render, section, status_of

bp = Blueprint("concept_submissions", __name__)
KEY = "vorlage"


@bp.route("/fassungen/<int:id>/vorlegen", methods=["GET", "POST"])
@access.requires(ConceptVersion, policies.can_submit, loads=WITH_FILINGS)
def submit(version: ConceptVersion) -> Response:
    """Submit a draft: topic, item, papers and proposed resolution are made of it."""
    form = SubmitVersionForm().offer(queries.list_places(current_user, version.concept))
    if form.validate_on_submit():
        try:
            place = form.chosen()
            made = services.submit_version(
                version, place, in_force_from=form.in_force_from.data, store=paper_store(), by=current_user,
                is_accepted=is_office(current_user, place.committee.id),
            )  # fmt: skip
            flash(f"„{version.label}“ ist vorgelegt: {place.committee.name}.")
            return redirect(url_for("topics.detail", id=made.topic_id))
        except DomainError as error:
            form.refuse(error)
    return render("meetings/concept_submit.html", status=status_of(form), form=form, version=version,
                  desk=load_desk(version), waits=queries.find_open(version) is not None)  # fmt: skip


@bp.post("/fassungen/<int:id>/vorlage/erneuern")
@access.requires(ConceptVersion, policies.can_submit)
def renew(version: ConceptVersion) -> Response:
    """Draft and Synopse as they are now lie before the committee."""
    submission = queries.find_open(version)
    if submission is None:
        return _lies_nowhere(version)
    try:
        services.renew_papers(submission, store=paper_store(), by=current_user)
        flash("Entwurf und Synopse liegen auf neuem Stand vor.")
    except DomainError as error:
        flash(str(error), "warning")
    return redirect(url_for("topics.detail", id=submission.topic_id))


@bp.post("/fassungen/<int:id>/vorlage/bearbeiten")
@access.requires(ConceptVersion, policies.can_submit)
def reopen(version: ConceptVersion) -> Response:
    """Write on a draft that was submitted."""
    try:
        services.reopen_version(version, by=current_user)
        flash("Der Entwurf lässt sich wieder bearbeiten. Wo er vorliegt, erneuern Sie danach die Synopse.")
    except DomainError as error:
        flash(str(error), "warning")
    return redirect(url_for("drafts.detail", id=version.id))


@bp.route("/fassungen/<int:id>/vorlage/beschluss", methods=["GET", "POST"])
@access.requires(ConceptVersion, policies.can_submit)
def take_over(version: ConceptVersion) -> Response:
    """Say which resolution decides on the draft, where that did not follow by itself when the meeting was closed."""
    submission = queries.find_open(version)
    if submission is None:
        return _lies_nowhere(version)
    waits = submission.waits_for_choice
    found = (queries.list_choices if waits else queries.list_circulars)(current_user, submission)
    if not waits and not found:
        flash("Das Gremium hat über diesen Entwurf noch nicht entschieden, auch nicht im Umlauf.", "warning")
        return redirect(url_for("concept_versions.detail", id=version.id))
    form = TakeOverForm().offer(found, none=waits)
    if form.validate_on_submit():
        try:
            _take(submission, form)
            flash(f"Übernommen: „{version.label}“ ist {version.state.label}.")
            return redirect(url_for("concepts.detail", id=version.concept_id))
        except DomainError as error:
            form.refuse(error)
    return render("meetings/concept_take_over.html", status=status_of(form), form=form, version=version, waits=waits)


def _take(submission: ConceptSubmission, form: TakeOverForm) -> None:
    resolution = form.chosen()
    if resolution is None:
        outcomes.take_none(submission, by=current_user)
    else:
        outcomes.take_over(submission, resolution, by=current_user)


def _lies_nowhere(version: ConceptVersion) -> Response:
    flash("Diese Fassung liegt keinem Gremium mehr vor.", "warning")
    return redirect(url_for("concept_versions.detail", id=version.id))


def version_part(user: User, version: ConceptVersion) -> Part:
    """Before which committees a version lay, what they decided, and what may be done with it on that way."""
    every = queries.list_shown(user, version)
    waiting = next((each.submission for each in every if each.submission.outcome is None), None)
    shown = [each for each in every if each.is_seen]
    template = "meetings/_concept_submissions.html"
    rewritten = waiting is not None and version.state is VersionState.DRAFT
    is_older = waiting is not None and rewritten and waiting.text_print != print_of(version)
    made = section(KEY, "Vorlage und Beschluss", template, shown=shown, version=version,
                   is_older=is_older) if shown else None  # fmt: skip
    return Part(_actions(user, version, waiting), made)


def _actions(user: User, version: ConceptVersion, waiting: ConceptSubmission | None) -> list[Action]:
    is_choice = waiting is not None and waiting.waits_for_choice
    is_on_its_way = is_choice or version.state in (VersionState.DRAFT, VersionState.SUBMITTED)
    if not is_on_its_way or not policies.can_submit(user, version):
        return []
    if is_choice:
        return [Action("Beschluss übernehmen …", url_for("concept_submissions.take_over", id=version.id))]
    if version.state is VersionState.SUBMITTED:
        again = Action("Wieder bearbeiten", url_for("concept_submissions.reopen", id=version.id), is_post=True)
        in_store = waiting is not None and waiting.topic.state in (TopicState.PROPOSED, TopicState.ACCEPTED)
        circular = Action("Im Umlauf beschlossen …", url_for("concept_submissions.take_over", id=version.id))
        return [again, circular] if in_store else [again]
    if waiting is not None:
        return [Action("Synopse erneuern", url_for("concept_submissions.renew", id=version.id), is_post=True)]
    return [Action("Vorlegen …", url_for("concept_submissions.submit", id=version.id))]


def draft_section(user: User, row: Topic | AgendaItem) -> Section | None:
    """The draft of a concept that a topic, or the item made of it, carries; None where there is none to be read."""
    found = queries.find_of_topic(user, row.id if isinstance(row, Topic) else row.topic_id)
    if found is None:
        return None
    return section(KEY, "Konzept", "meetings/_concept_of_topic.html", submission=found, version=found.version,
                   may_submit=policies.can_submit(user, found.version))  # fmt: skip
