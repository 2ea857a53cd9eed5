"""Pages of meetings: lists, planning, one meeting with its tabs, moving, publishing and cancelling."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, Response, abort, request, url_for

from govern import access
from govern.access import reader
from govern.committees.models import Committee
from govern.committees.procedures import Procedure
from govern.errors import Conflict, DomainError
from govern.formats import local, today
from govern.meetings import contributions, policies
from govern.meetings.agenda_lines import marks_in
from govern.meetings.exports.agenda_docx import agenda_as_docx, agenda_file_name
from govern.meetings.exports.invitation_docx import invitation_as_docx, invitation_file_name
from govern.meetings.forms.meetings import (
    CancelForm,
    MeetingForm,
    MoveForm,
    PlanForm,
    TimeForm,
    start_values,
    stored_time,
    stored_values,
)
from govern.meetings.forms.persons import PersonNearField, offer
from govern.meetings.models import DateOption, DispatchKind, Meeting, MeetingState, Topic
from govern.meetings.queries import meetings as queries
from govern.meetings.queries.agendas import Agenda, agenda_of, public_agenda
from govern.meetings.queries.answers import forecasts_of, participation_of
from govern.meetings.queries.attendances import compositions_of, figures, list_attendances
from govern.meetings.queries.choices import PersonsAround, committees_to_join
from govern.meetings.queries.guests import list_guests
from govern.meetings.queries.heads import head_of, seat_figures
from govern.meetings.queries.own_sections import printed_sections
from govern.meetings.queries.papers import papers_of
from govern.meetings.queries.places import places_to_choose
from govern.meetings.queries.polls import find_option
from govern.meetings.queries.readiness import readiness
from govern.meetings.queries.topics import left_over
from govern.meetings.services import meetings as services
from govern.meetings.services import polls
from govern.meetings.services.scheduling import take_topics
from govern.meetings.services.words import words_for
from govern.meetings.views.pages import (
    agenda_context,
    answers_context,
    is_open,
    meeting_page,
    paper_store,
    settings,
    while_open,
)
from govern.people.forms.choices import choice_from_query
from govern.people.queries.history import list_history
from govern.typesetting.letterhead import DOCX
from govern.web import absolute_url, download, flash, number_argument, page_number, redirect, render, status_of

bp = Blueprint("meetings", __name__)

PLANNED = {
    "": ("Sitzung planen", "meetings.plan"),
    "terminfrage": ("Termin finden", "polls.add"),
    "jahresplan": ("Jahr planen", "series.year"),
    "kommunentour": ("Kommunentour planen", "series.tour"),
}
"""What a committee is chosen for: heading and page."""


@bp.get("/sitzungen")
@access.signed_in
def index() -> Response:
    """Coming or past meetings, by committee."""
    past = request.args.get("zeit") == "vergangen"
    committee_id = number_argument("gremium")
    found = queries.list_meetings(reader(), past=past, committee_id=committee_id, number=page_number())
    if found.number > found.pages:
        abort(404)
    return render(
        "meetings/index.html", fragment="meetings/_list.html", found=found, past=past, committee_id=committee_id,
        committees=queries.committees_with_meetings(reader()), today=today(),
    )  # fmt: skip


@bp.get("/sitzungen/neu")
@access.allowed(policies.can_plan_meetings)
def choose_committee() -> Response:
    """For which committee? Straight on where there is only one."""
    title, endpoint = PLANNED.get(request.args.get("fuer", ""), PLANNED[""])
    committees = queries.committees_to_plan(reader())
    if len(committees) == 1:
        return redirect(url_for(endpoint, id=committees[0].id))
    return render("meetings/choose_committee.html", committees=committees, title=title, endpoint=endpoint)


@bp.route("/gremien/<int:id>/sitzungen/neu", methods=["GET", "POST"])
@access.requires(Committee, policies.can_plan)
def plan(committee: Committee) -> Response:
    """Plan the next meeting of a committee."""
    proposal, left = queries.propose(committee, today()), left_over(committee)
    option = find_option(committee, number_argument("termin"))
    form = PlanForm(
        data=start_values(committee, proposal, option), places=places_to_choose(reader()),
        persons=PersonsAround(reader(), committee, today()), persons_path=url_for(".persons", id=committee.id),
        joinable=committees_to_join(reader(), committee),
    )  # fmt: skip
    if form.validate_on_submit():
        try:
            meeting = services.plan_meeting(
                committee, **form.facts(), day=form.day.data, starts=form.starts.data, ends=form.ends.data,
                copy_from=proposal.last if form.copy_last.data else None, host=settings().host, by=reader(),
                with_standing_items=form.with_standing_items.data,
            )  # fmt: skip
            take_topics(meeting, left if form.with_left_over.data else [], store=paper_store(), by=reader())
            flash(form.with_day_note("Die Sitzung ist geplant. Jetzt fehlt noch die Tagesordnung."))
            _take(option, meeting)
            return redirect(url_for(".detail", id=meeting.id))
        except DomainError as error:
            form.refuse(error)
    return render("meetings/plan.html", status=status_of(form), form=form, committee=committee, proposal=proposal,
                  left=left, option=option)  # fmt: skip


@bp.get("/sitzungen/tag")
@access.allowed(policies.can_plan_meetings)
def day() -> Response:
    """What is special about a day, while somebody chooses it."""
    return render("meetings/_day.html", form=TimeForm(request.args))


@bp.get("/gremien/<int:id>/sitzungen/personen")
@access.requires(Committee, policies.can_plan)
def persons(committee: Committee) -> Response:
    """Persons for a form of the committee's meetings, while somebody types."""
    field = choice_from_query(PersonNearField, PersonNearField)
    offer([field], PersonsAround(reader(), committee, today()), request.path)
    return render("people/_choices.html", field=field)


@bp.get("/sitzungen/<int:id>")
@access.requires(Meeting, policies.can_view)
def detail(meeting: Meeting) -> Response:
    """One meeting: its agenda and what it still lacks."""
    head = head_of(meeting, reader())
    context = agenda_context(head.meeting, procedure=head.procedure)
    figures = seat_figures(head.meeting) if policies.can_prepare(reader(), meeting) and is_open(meeting) else None
    answered = participation_of(head.meeting, reader(), procedure=head.procedure)
    return render(
        "meetings/detail.html", fragment="meetings/_agenda.html", head=head, current="agenda", **context,
        figures=figures, forecasts=forecasts_of(answered, figures, head),
        own_invitation=answered.own if answered else None,
        own_lacks_deputy=answered is not None and answered.own_lacks_deputy,
        checks=_checks(head.meeting, context["agenda"], context["waiting"], head.procedure),
        open_lines=_open_lines(head.meeting),
    )  # fmt: skip


@bp.get("/sitzungen/<int:id>/bereitschaft")
@access.requires(Meeting, policies.can_prepare)
def ready(meeting: Meeting) -> Response:
    """What the meeting still lacks: the panel beside its agenda."""
    checks = _checks(meeting, agenda_of(meeting, reader()))
    return render("meetings/readiness.html", fragment="meetings/_readiness.html", meeting=meeting, checks=checks)


@bp.route("/sitzungen/<int:id>/bearbeiten", methods=["GET", "POST"])
@access.requires(Meeting, policies.can_edit)
@while_open
def edit(meeting: Meeting) -> Response:
    """Change what is stated of a meeting; a stale save shows both versions."""
    form = _meeting_form(meeting)
    differences: list[tuple[str, str, str]] = []
    if form.validate_on_submit():
        try:
            services.update_meeting(meeting, **form.facts(), version=form.based_on(), by=reader())
            flash("Gespeichert.")
            return redirect(url_for(".detail", id=meeting.id))
        except Conflict as error:
            differences = form.differences(_meeting_form(meeting, stored=True))
            form.refuse(error)
        except DomainError as error:
            form.refuse(error)
    return render(
        "meetings/edit.html", status=status_of(form, differences), form=form, meeting=meeting, differences=differences
    )


@bp.route("/sitzungen/<int:id>/verschieben", methods=["GET", "POST"])
@access.requires(Meeting, policies.can_edit)
@while_open
def move(meeting: Meeting) -> Response:
    """Move a meeting; the old time stays visible."""
    form = MoveForm(data=stored_time(meeting))
    differences: list[tuple[str, str, str]] = []
    if form.validate_on_submit():
        before = (meeting.number, local(meeting.starts_at).year)
        try:
            services.move_meeting(
                meeting, version=form.based_on(), by=reader(), day=form.day.data, starts=form.starts.data,
                ends=form.ends.data, reason=form.reason.data,
            )  # fmt: skip
            flash(form.with_day_note(f"Die Sitzung ist verschoben. {_number_now(meeting, *before)}"))
            return redirect(url_for("invitations.tell" if meeting.invited_at else ".detail", id=meeting.id))
        except Conflict as error:
            differences = form.differences(MoveForm(formdata=None, data=stored_time(meeting)))
            form.refuse(error)
        except DomainError as error:
            form.refuse(error)
    return render(
        "meetings/move.html", status=status_of(form, differences), form=form, meeting=meeting, differences=differences
    )


@bp.post("/sitzungen/<int:id>/veroeffentlichen")
@access.requires(Meeting, policies.can_edit)
def publish(meeting: Meeting) -> Response:
    """Let the members read the agenda; asks back once when something important is missing."""
    checks = _checks(meeting, agenda_of(meeting, reader())) if meeting.state is MeetingState.PREPARING else []
    missing = [check for check in checks if check.state == "bad"]
    if missing and meeting.items and "trotzdem" not in request.form:
        return render("meetings/publish.html", meeting=meeting, missing=missing)
    services.publish_agenda(meeting, by=reader())
    flash("Die Tagesordnung ist veröffentlicht. Mitglieder können sie jetzt lesen.")
    return redirect(url_for(".detail", id=meeting.id))


@bp.route("/sitzungen/<int:id>/absagen", methods=["GET", "POST"])
@access.requires(Meeting, policies.can_edit)
@while_open
def cancel(meeting: Meeting) -> Response:
    """Call a meeting off, with a reason."""
    form = CancelForm()
    if form.validate_on_submit():
        try:
            services.cancel_meeting(meeting, reason=form.reason.data, by=reader())
            flash("Die Sitzung ist abgesagt. Ihre Themen liegen wieder im Themenspeicher.")
            return redirect(url_for("invitations.tell" if meeting.invited_at else ".detail", id=meeting.id))
        except DomainError as error:
            form.refuse(error)
    return render("meetings/cancel.html", status=status_of(form), form=form, meeting=meeting)


@bp.get("/sitzungen/<int:id>/teilnahme")
@access.requires(Meeting, policies.can_view)
def attendance(meeting: Meeting) -> Response:
    """Who is expected, who came, and which guests are invited."""
    circle, head = policies.in_circle(reader(), meeting), head_of(meeting, reader())
    rows = list_attendances(meeting) if circle else []
    composed = [] if rows or (circle and meeting.invited_at) else compositions_of(meeting)
    return meeting_page(
        "meetings/attendance.html", meeting, current="attendance", head=head, attendances=rows, compositions=composed,
        circle=circle, guests=list_guests(meeting) if circle else [], figures=figures,
        summary=figures(rows) if rows else None, **answers_context(meeting, circle=circle),
    )  # fmt: skip


@bp.get("/sitzungen/<int:id>/unterlagen")
@access.requires(Meeting, policies.can_view_agenda)
def papers(meeting: Meeting) -> Response:
    """All papers of a meeting, item by item."""
    found = papers_of(agenda_of(meeting, reader()), with_withdrawn=policies.can_edit(reader(), meeting))
    return meeting_page("meetings/papers.html", meeting, current="papers", found=found, is_open=is_open(meeting))


@bp.get("/sitzungen/<int:id>/beschluesse")
@access.requires(Meeting, policies.can_view_agenda)
def resolutions(meeting: Meeting) -> Response:
    """The resolutions of one meeting, as far as the reader may see them."""
    found = queries.resolutions_of(meeting, reader())
    return meeting_page("meetings/resolution_tab.html", meeting, current="resolutions", found=found)


@bp.get("/sitzungen/<int:id>/verlauf")
@access.requires(Meeting, policies.can_read_history)
def history(meeting: Meeting) -> Response:
    """What was changed, when, and in which function."""
    return meeting_page(
        "meetings/history.html", meeting, current="history",
        entries=list_history("meeting", meeting.id, include_restricted=True),
    )  # fmt: skip


@bp.get("/sitzungen/<int:id>/tagesordnung")
@access.requires(Meeting, policies.can_view_agenda)
def agenda(meeting: Meeting) -> Response:
    """The agenda to read and print."""
    head = head_of(meeting, reader())
    context = agenda_context(head.meeting, waiting=[])
    printed = printed_sections(reader(), context["agenda"].items)
    return render("meetings/agenda_print.html", head=head, printed=printed, **context)


@bp.get("/sitzungen/<int:id>/tagesordnung.docx")
@access.requires(Meeting, policies.can_view_agenda)
def agenda_docx(meeting: Meeting) -> Response:
    """The agenda on the county's letterhead: what the reader may see, with `?teil=oeffentlich` the public part."""
    head = head_of(meeting, reader())
    public_only = request.args.get("teil") == "oeffentlich"
    agenda = public_agenda(head.meeting) if public_only else agenda_of(head.meeting, reader())
    data = agenda_as_docx(
        agenda,
        place=head.place,
        chair=head.chair,
        body=reader().body,
        letterheads=settings().office_templates,
        sections=printed_sections(reader(), agenda.items, public_only=public_only),
        marks=marks_in(agenda, reads_all=not public_only and policies.in_circle(reader(), meeting)),
    )
    return download(data, agenda_file_name(head.meeting, public_only=public_only), DOCX)


@bp.get("/sitzungen/<int:id>/einladung.docx")
@access.requires(Meeting, policies.can_edit)
def invitation_docx(meeting: Meeting) -> Response:
    """The invitation as a letter: cover text and public agenda on the county's letterhead."""
    head = head_of(meeting, reader())
    data = invitation_as_docx(
        public_agenda(head.meeting), words_for(head.meeting, DispatchKind.INVITATION), place=head.place,
        chair=head.chair, body=reader().body, letterheads=settings().office_templates,
    )  # fmt: skip
    return download(data, invitation_file_name(head.meeting), DOCX)


def _take(option: DateOption | None, meeting: Meeting) -> None:
    if option is None:
        return
    url = absolute_url(url_for(".detail", id=meeting.id))
    told = polls.take_date(option, meeting, url=url, host=settings().host, by=reader())
    flash(f"Die Terminfrage ist beendet; {told} Nachrichten über den Termin liegen im Postausgang.")


def _meeting_form(meeting: Meeting, *, stored: bool = False) -> MeetingForm:
    formdata = {"formdata": None} if stored else {}
    kept = [role.person_id for role in meeting.roles]
    persons = PersonsAround(reader(), meeting.committee, local(meeting.starts_at).date(), kept=kept)
    places = places_to_choose(reader(), also=meeting.place_id)
    joined = [joint.committee_id for joint in meeting.joint_committees]
    joinable = committees_to_join(reader(), meeting.committee, also=joined)
    return MeetingForm(
        **formdata, data=stored_values(meeting), places=places, persons=persons, joinable=joinable,
        persons_path=url_for(".persons", id=meeting.committee_id),
    )  # fmt: skip


def _number_now(meeting: Meeting, number: int | None, year: int) -> str:
    """Beside the calendars, what becomes of the number of a meeting that now lies in another year."""
    told = "Abonnierte Kalender übernehmen den neuen Termin."
    if meeting.number is None or local(meeting.starts_at).year == year:
        return told
    if meeting.number != number:
        return f"{told} Die Nummer {number} ist in dem Jahr vergeben; sie ist jetzt die {meeting.number}. Sitzung."
    return f"{told} Sie bleibt die {number}. Sitzung; die Nummer ändern Sie unter „Angaben bearbeiten“."


def _checks(
    meeting: Meeting, agenda: Agenda | None, waiting: Sequence[Topic] | None = None, procedure: Procedure | None = None
) -> list[contributions.Check]:
    is_coming = meeting.state in (MeetingState.PREPARING, MeetingState.PUBLISHED) and is_open(meeting)
    if not is_coming or not policies.can_prepare(reader(), meeting):
        return []
    return readiness(meeting, reader(), agenda, waiting, procedure)


def _open_lines(meeting: Meeting) -> list[contributions.Check]:
    if not policies.can_view_agenda(reader(), meeting):
        return []
    return [line for contribute in contributions.open_lines for line in contribute(reader(), meeting)]
