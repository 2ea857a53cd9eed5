"""The topic store: bring topics, decide on them, put them on agendas."""

from __future__ import annotations

from flask import Blueprint, Response, abort, request, url_for
from flask_login import current_user

from govern import access
from govern.committees.models import Committee
from govern.errors import Conflict, DomainError
from govern.formats import date_short
from govern.meetings import policies, policies_agendas
from govern.meetings.forms.papers import PapersForm
from govern.meetings.forms.topics import (
    MoveTopicForm,
    ReturnTopicForm,
    ScheduleTopicForm,
    TopicForm,
    stored_topic,
)
from govern.meetings.models import AgendaItem, Topic, TopicInput, TopicState
from govern.meetings.queries import topics as queries
from govern.meetings.queries.topic_deadlines import TopicDeadline, deadlines_of, late_topics, next_deadlines
from govern.meetings.queries.trails import fate_of
from govern.meetings.services import papers as paper_services
from govern.meetings.services import topics as services
from govern.meetings.services.scheduling import take_topics
from govern.meetings.views.concept_submissions import draft_section
from govern.meetings.views.pages import paper_store, sections_of_topic
from govern.web import flash, number_argument, page_number, redirect, render, status_of

bp = Blueprint("topics", __name__)


@bp.get("/themen")
@access.signed_in
def index() -> Response:
    """The topic store as far as the reader may see it."""
    state = request.args.get("stand", "")
    if state and state not in [s.value for s in TopicState]:
        abort(404)
    committee_id, text = number_argument("gremium"), request.args.get("q", "").strip()[:200]
    found = queries.list_topics(
        current_user, text=text, state=TopicState(state) if state else None, committee_id=committee_id,
        only_own=request.args.get("eigene") == "ja", number=page_number(),
    )  # fmt: skip
    return render(
        "meetings/topics.html", fragment="meetings/_topics.html", found=found, text=text, state=state,
        committee_id=committee_id, only_own=request.args.get("eigene") == "ja", states=list(TopicState),
        committees=queries.committees_for_topics(current_user), late=late_topics(found.topics),
    )  # fmt: skip


@bp.get("/themen/neu")
@access.signed_in
def choose_committee() -> Response:
    """For which committee? Straight on where there is only one."""
    committees = queries.committees_for_topics(current_user)
    if len(committees) == 1:
        return redirect(url_for(".propose", id=committees[0].id))
    return render("meetings/topic_committee.html", committees=committees, deadlines=next_deadlines(committees))


@bp.route("/gremien/<int:id>/themen/neu", methods=["GET", "POST"])
@access.requires(Committee, policies.can_propose_topic)
def propose(committee: Committee) -> Response:
    """Bring a topic for a committee (C3)."""
    form = TopicForm(input_kind=_usual_kind(committee))
    if form.validate_on_submit():
        try:
            topic = services.send_topic(committee, form.papers.uploads(), paper_kind=form.paper_kind.data,
                                        store=paper_store(), by=current_user, **form.facts())  # fmt: skip
            flash("Das Thema ist vorgeschlagen. Sie sehen hier, wie damit umgegangen wird.")
            return redirect(url_for(".detail", id=topic.id))
        except DomainError as error:
            form.refuse(error)
    return render("meetings/topic_new.html", status=status_of(form), form=form, committee=committee,
                  deadline=next_deadlines([committee]).get(committee.id))  # fmt: skip


@bp.get("/themen/<int:id>")
@access.requires(Topic, policies.can_view_topic, loads=queries.WITH_ITS_WAY)
def detail(topic: Topic) -> Response:
    """One topic: what it is about, where it stands and why."""
    own = [made] if (made := draft_section(current_user, topic)) is not None else []
    return render("meetings/topic.html", topic=topic, fate=fate_of(topic, current_user), form=PapersForm(),
                  deadline=late_topics([topic]).get(topic.id), sections=[*own, *sections_of_topic(topic)])  # fmt: skip


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
    deadlines = deadlines_of(queries.meetings_for(topic))
    form = ScheduleTopicForm(meetings=[(d.meeting, _choice(d, topic)) for d in deadlines])
    if form.validate_on_submit():
        try:
            chosen = form.chosen()
            for meeting in chosen:
                take_topics(meeting, [topic], store=paper_store(), by=current_user, late_note=form.late_note.data or "")
            flash("Das Thema steht auf der Tagesordnung.")
            return redirect(url_for("meetings.detail", id=chosen[0].id))
        except DomainError as error:
            form.refuse(error)
    late = [d for d in deadlines if d.is_late(topic)]
    return render("meetings/topic_schedule.html", status=status_of(form), form=form, topic=topic, late=late)


@bp.post("/tagesordnungspunkte/<int:id>/weitergeben")
@access.requires(AgendaItem, policies_agendas.can_hand_up)
def hand_up(item: AgendaItem) -> Response:
    """Make the result of a working group a topic of the highest committee (C6)."""
    highest = queries.highest_committee(current_user) or abort(404)
    topic = services.hand_up(item, highest, store=paper_store(), by=current_user)
    flash(f"Das Ergebnis liegt als Thema im Themenspeicher: {highest.name}.")
    return redirect(url_for(".detail", id=topic.id))


@bp.post("/themen/<int:id>/zurueckziehen")
@access.requires(Topic, policies.can_edit_topic)
def withdraw(topic: Topic) -> Response:
    """Take a topic back before it is on an agenda."""
    services.withdraw_topic(topic, by=current_user)
    flash("Das Thema ist zurückgezogen.")
    return redirect(url_for(".detail", id=topic.id))


def _choice(deadline: TopicDeadline, topic: Topic) -> str:
    meeting = deadline.meeting
    late = " (Frist abgelaufen)" if deadline.is_late(topic) else ""
    return f"{date_short(meeting.starts_at)}: {meeting.full_name}{late}"


def _usual_kind(committee: Committee) -> TopicInput:
    # A case manager without a seat brings the big topics of the team (C5).
    standing = current_user.standing
    own = standing.member_committees | standing.chair_committees | standing.office_committees
    is_guest_here = current_user.is_case_manager and committee.id not in own
    return TopicInput.BIG_TOPIC if is_guest_here else TopicInput.MEMBER_TOPIC
