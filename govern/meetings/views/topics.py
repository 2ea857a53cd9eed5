"""The topic store: bring topics, decide on them, put them on agendas."""

from __future__ import annotations

from flask import Blueprint, Response, abort, request, url_for
from flask_login import current_user

from govern import access
from govern.committees.models import Committee
from govern.errors import Conflict, DomainError
from govern.formats import date_short
from govern.meetings import policies
from govern.meetings.forms.papers import PapersForm
from govern.meetings.forms.topics import (
    MoveTopicForm,
    ReturnTopicForm,
    ScheduleTopicForm,
    TopicForm,
    stored_topic,
)
from govern.meetings.models import Topic, TopicState
from govern.meetings.queries import topics as queries
from govern.meetings.services import papers as paper_services
from govern.meetings.services import topics as services
from govern.meetings.services.agendas import take_topics
from govern.meetings.views.pages import paper_store
from govern.web import flash, number_argument, page_number, redirect, render, status_of

bp = Blueprint("topics", __name__)


@bp.get("/themen")
@access.signed_in
def index() -> Response:
    """The topic store as far as the reader may see it."""
    state = request.args.get("stand", "")
    if state and state not in [s.value for s in TopicState]:
        abort(404)
    committee_id = number_argument("gremium")
    found = queries.list_topics(
        current_user, state=TopicState(state) if state else None, committee_id=committee_id,
        only_own=request.args.get("eigene") == "ja", number=page_number(),
    )  # fmt: skip
    return render(
        "meetings/topics.html", fragment="meetings/_topics.html", found=found, state=state, committee_id=committee_id,
        only_own=request.args.get("eigene") == "ja", states=list(TopicState),
        committees=queries.committees_for_topics(current_user),
    )  # fmt: skip


@bp.get("/themen/neu")
@access.signed_in
def choose_committee() -> Response:
    """For which committee? Straight on where there is only one."""
    committees = queries.committees_for_topics(current_user)
    if len(committees) == 1:
        return redirect(url_for(".propose", id=committees[0].id))
    return render("meetings/topic_committee.html", committees=committees)


@bp.route("/gremien/<int:id>/themen/neu", methods=["GET", "POST"])
@access.requires(Committee, policies.can_propose_topic)
def propose(committee: Committee) -> Response:
    """Bring a topic for a committee (C3)."""
    form = TopicForm()
    if form.validate_on_submit():
        try:
            uploads = form.papers.uploads()
            paper_services.check_uploads(uploads, paper_store())
            topic = services.propose_topic(committee, **form.facts(), by=current_user)
            paper_services.add_papers(topic, uploads, kind=form.paper_kind.data, store=paper_store(), by=current_user)
            flash("Das Thema ist vorgeschlagen. Sie sehen hier, wie damit umgegangen wird.")
            return redirect(url_for(".detail", id=topic.id))
        except DomainError as error:
            form.refuse(error)
    return render("meetings/topic_new.html", status=status_of(form), form=form, committee=committee)


@bp.get("/themen/<int:id>")
@access.requires(Topic, policies.can_view_topic)
def detail(topic: Topic) -> Response:
    """One topic: what it is about, where it stands and why."""
    topic = queries.load_topic(topic)
    seen = [item for item in topic.items if policies.can_view_item(current_user, item)]
    return render("meetings/topic.html", topic=topic, items=seen, form=PapersForm())


@bp.route("/themen/<int:id>/bearbeiten", methods=["GET", "POST"])
@access.requires(Topic, policies.can_edit_topic)
def edit(topic: Topic) -> Response:
    """Change a topic; a stale save shows both versions."""
    form = TopicForm(data=stored_topic(topic))
    differences: list[tuple[str, str, str]] = []
    if form.validate_on_submit():
        try:
            uploads = form.papers.uploads()
            paper_services.check_uploads(uploads, paper_store())
            services.update_topic(topic, **form.facts(), version=form.based_on(), by=current_user)
            paper_services.add_papers(topic, uploads, kind=form.paper_kind.data, store=paper_store(), by=current_user)
            flash("Gespeichert.")
            return redirect(url_for(".detail", id=topic.id))
        except Conflict as error:
            differences = form.differences(TopicForm(formdata=None, data=stored_topic(topic)))
            form.refuse(error)
        except DomainError as error:
            form.refuse(error)
    return render(
        "meetings/topic_edit.html", status=status_of(form, differences), form=form, topic=topic, differences=differences
    )


@bp.post("/themen/<int:id>/annehmen")
@access.requires(Topic, policies.can_decide_topic)
def accept(topic: Topic) -> Response:
    """Take a topic into the store."""
    services.accept_topic(topic, by=current_user)
    flash("Das Thema ist angenommen und kann auf eine Tagesordnung.")
    return redirect(url_for(".detail", id=topic.id))


@bp.route("/themen/<int:id>/zurueckgeben", methods=["GET", "POST"])
@access.requires(Topic, policies.can_decide_topic)
def give_back(topic: Topic) -> Response:
    """Return a topic to its proposer, with a reason."""
    form = ReturnTopicForm()
    if form.validate_on_submit():
        try:
            services.return_topic(topic, reason=form.reason.data, by=current_user)
            flash("Das Thema ist zurückgegeben. Die Begründung ist sichtbar.")
            return redirect(url_for(".detail", id=topic.id))
        except DomainError as error:
            form.refuse(error)
    return render("meetings/topic_return.html", status=status_of(form), form=form, topic=topic)


@bp.route("/themen/<int:id>/anderes-gremium", methods=["GET", "POST"])
@access.requires(Topic, policies.can_decide_topic)
def move(topic: Topic) -> Response:
    """Hand a topic to another committee."""
    form = MoveTopicForm(committees=queries.committees_to_move_to(topic, current_user))
    if form.validate_on_submit():
        try:
            committee = form.chosen()
            services.move_topic(topic, committee, reason=form.reason.data or "", by=current_user)
            flash(f"Das Thema liegt jetzt bei: {committee.name}.")
            visible = policies.can_view_topic(current_user, topic)
            return redirect(url_for(".detail", id=topic.id) if visible else url_for(".index"))
        except DomainError as error:
            form.refuse(error)
    return render("meetings/topic_move.html", status=status_of(form), form=form, topic=topic)


@bp.route("/themen/<int:id>/einplanen", methods=["GET", "POST"])
@access.requires(Topic, policies.can_decide_topic)
def schedule(topic: Topic) -> Response:
    """Put a topic on the agenda of one or several meetings."""
    meetings = [(m, f"{date_short(m.starts_at)}: {m.full_name}") for m in queries.meetings_for(topic)]
    form = ScheduleTopicForm(meetings=meetings)
    if form.validate_on_submit():
        try:
            chosen = form.chosen()
            for meeting in chosen:
                take_topics(meeting, [topic], store=paper_store(), by=current_user)
            flash("Das Thema steht auf der Tagesordnung.")
            return redirect(url_for("meetings.detail", id=chosen[0].id))
        except DomainError as error:
            form.refuse(error)
    return render("meetings/topic_schedule.html", status=status_of(form), form=form, topic=topic)


@bp.post("/themen/<int:id>/zurueckziehen")
@access.requires(Topic, policies.can_edit_topic)
def withdraw(topic: Topic) -> Response:
    """Take a topic back before it is on an agenda."""
    services.withdraw_topic(topic, by=current_user)
    flash("Das Thema ist zurückgezogen.")
    return redirect(url_for(".detail", id=topic.id))
