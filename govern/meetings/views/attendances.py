"""Attendance: the whole list at once, single clicks, everybody in one press."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, Response, abort, request, url_for
from flask_login import current_user

from govern import access
from govern.errors import DomainError
from govern.formats import count
from govern.meetings import policies
from govern.meetings.forms.attendances import PresenceForm
from govern.meetings.models import Attendance, Meeting, MeetingGuest
from govern.meetings.queries import attendances as queries
from govern.meetings.queries.expected import Expected, expected_on
from govern.meetings.services import attendances as services
from govern.meetings.views.minutes import live_page
from govern.meetings.votes import voting_base
from govern.web import flash, redirect, render, wants_fragment

bp = Blueprint("attendances", __name__)

ASIDE = "meetings/_live_aside.html"


class Place:
    """One line of the list: the row, who may sit there, and its form."""

    def __init__(self, row: Attendance, day: queries.SeatOnTheDay, expected: Expected | None, *, fresh: bool) -> None:
        self.row, self.day, self.expected = row, day, expected
        self.form = PresenceForm.of(row, day, fresh=fresh)
        self.label, self.group = row.label, queries.group_label(row)
        self.deputy, self.times = queries.deputy_label(row), queries.times_text(row)


@bp.route("/sitzungen/<int:id>/anwesenheit", methods=["GET", "POST"])
@access.requires(Meeting, policies.can_minute)
def index(meeting: Meeting) -> Response:
    """The whole list; saving it changes only the lines that were touched."""
    places = _places(meeting)
    if request.method == "GET":
        return _list(meeting, places)
    changed = [p for p in places if p.form.is_submitted() and p.form.validate() and p.form.is_changed()]
    if _save(meeting, changed) and not any(p.form.errors for p in places):
        flash("Die Anwesenheit ist gespeichert.")
        return redirect(url_for(".index", id=meeting.id, punkt=request.args.get("punkt", type=int)))
    return _list(meeting, places, status=422)


@bp.post("/sitzungen/<int:id>/anwesenheit/alle")
@access.requires(Meeting, policies.can_minute)
def everybody(meeting: Meeting) -> Response:
    """Mark everybody who is still open as present."""
    marked = services.record_everybody(meeting, by=current_user)
    flash(f"{count(marked, 'Sitz', 'Sitze')} als anwesend eingetragen.")
    return redirect(url_for(".index", id=meeting.id, punkt=request.args.get("punkt", type=int)))


@bp.post("/sitzungen/<int:id>/anwesenheit/antworten")
@access.requires(Meeting, policies.can_minute)
def answers(meeting: Meeting) -> Response:
    """Take over what was answered to the invitation, where nothing is recorded yet."""
    taken = services.take_over_answers(meeting, by=current_user)
    flash(f"Für {count(taken, 'Sitz', 'Sitze')} ist die Antwort übernommen.")
    return redirect(url_for(".index", id=meeting.id, punkt=request.args.get("punkt", type=int)))


@bp.post("/sitzungen/<int:id>/anwesenheit/abgleichen")
@access.requires(Meeting, policies.can_minute)
def renew(meeting: Meeting) -> Response:
    """Read the composition of the day again."""
    services.renew_places(meeting, by=current_user)
    flash("Die Zusammensetzung ist neu eingelesen. Was erfasst war, steht unverändert da.")
    return redirect(url_for(".index", id=meeting.id, punkt=request.args.get("punkt", type=int)))


@bp.post("/sitzungen/<int:meeting_id>/anwesenheit/<int:id>")
@access.requires(Attendance, policies.can_record_attendance)
def record(attendance: Attendance, meeting_id: int) -> Response:
    """Record one place, by a single press."""
    if attendance.meeting_id != meeting_id:
        abort(404)
    places = _places(attendance.meeting)
    place = next(p for p in places if p.row.id == attendance.id)
    if not (place.form.validate() and _save(attendance.meeting, [place])):
        return _list(attendance.meeting, places, status=422, place=place)
    if not wants_fragment():
        return redirect(url_for(".index", id=meeting_id, punkt=request.args.get("punkt", type=int)))
    places = _places(attendance.meeting, fresh=True)
    return _list(attendance.meeting, places, place=next(p for p in places if p.row.id == attendance.id))


@bp.post("/sitzungen/<int:meeting_id>/anwesenheit/<int:id>/sofort")
@access.requires(Attendance, policies.can_record_attendance)
def quick(attendance: Attendance, meeting_id: int) -> Response:
    """Somebody comes, goes or leaves for a while: one click in the Sitzungsmodus."""
    if attendance.meeting_id != meeting_id:
        abort(404)
    what, item_id = request.form.get("was", ""), request.args.get("punkt", type=int)
    if what not in services.QUICK:
        abort(400)
    try:
        services.record_quickly(attendance, what, by=current_user)
    except DomainError as error:
        return live_page(attendance.meeting, item_id, fragment=ASIDE, status=422, refusal=str(error))
    if wants_fragment():
        return live_page(attendance.meeting, item_id, fragment=ASIDE, is_swapped=True, unfolded=True)
    return redirect(url_for("minutes.live", id=meeting_id, punkt=item_id) + f"#sitz{attendance.id}")


@bp.post("/sitzungen/<int:meeting_id>/anwesenheit/gaeste/<int:id>")
@access.requires(MeetingGuest, policies.can_record_guest)
def record_guest(guest: MeetingGuest, meeting_id: int) -> Response:
    """Record whether a guest came."""
    if guest.meeting_id != meeting_id:
        abort(404)
    services.record_guest(guest, attended=request.form.get("attended") == "1", by=current_user)
    return redirect(url_for(".index", id=guest.meeting_id, punkt=request.args.get("punkt", type=int)) + "#gaeste")


def _places(meeting: Meeting, *, fresh: bool = False) -> list[Place]:
    seats = queries.seats_on_the_day(meeting)
    rows = queries.list_attendances(meeting)
    expected = expected_on(meeting, rows)
    return [Place(row, queries.place_on_the_day(seats, row), expected.get(row.id), fresh=fresh) for row in rows]


def _save(meeting: Meeting, places: Sequence[Place]) -> bool:
    """Record the lines; a refused one shows why at its field."""
    try:
        services.record_attendances(meeting, {p.row.id: p.form.presence() for p in places}, by=current_user)
    except DomainError as error:
        refused = next((p for p in places if str(p.row.id) == error.field), None)
        if refused is None:
            raise
        refused.form.state.errors = [str(error)]
        return False
    return True


def _list(meeting: Meeting, places: Sequence[Place], *, status: int = 200, place: Place | None = None) -> Response:
    rows = [p.row for p in places]
    guests = queries.list_guests(meeting)
    return render(
        "meetings/attendance_list.html", fragment="meetings/_attendance_place.html" if place else None, status=status,
        meeting=meeting, places=places, place=place, guests=guests, is_single=place is not None and wants_fragment(),
        figures=queries.figures(rows, guests), votes=voting_base(rows, None),
        item_id=request.args.get("punkt", type=int),
        proposed=sum(1 for p in places if p.row.state is None and p.expected is not None and p.expected.state),
        wrong=[p for p in places if p.form.errors or p.form.state.errors],
    )  # fmt: skip
