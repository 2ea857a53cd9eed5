"""Votes in the room: by name, in secret, who is recused, whether there is a quorum."""

from __future__ import annotations

from flask import Blueprint, Response, abort, request, url_for
from flask_login import current_user

from govern import access
from govern.errors import Conflict, DomainError
from govern.meetings import policies, policies_room
from govern.meetings.forms.votes import ballots_from, count_from, reason_from, seen_from
from govern.meetings.models import AgendaItem, Ballot, Meeting, Recusal, Vote
from govern.meetings.queries import votes as queries
from govern.meetings.services import recusals, resolutions
from govern.meetings.services import votes as services
from govern.meetings.views.minutes import live_page, same_meeting
from govern.web import flash, redirect, wants_fragment

bp = Blueprint("votes", __name__)

ASIDE = "meetings/_live_aside.html"


@bp.post("/abstimmungen/<int:id>/namentlich")
@access.requires(Vote, policies_room.can_minute_vote)
def by_name(vote: Vote) -> Response:
    """Record the votes by name; „fertig" counts them and finds the result."""
    item = _item(vote)
    is_final, ballots = bool(request.form.get("fertig")), ballots_from(request.form, vote)
    try:
        services.record_by_name(vote, ballots, seen=seen_from(request.form, vote), is_final=is_final, by=current_user)
        resolutions.settle_ballots(vote.resolution, chair_decides=request.form.get("leitung") != "no")
    except DomainError as error:
        flash(str(error), "danger")
        status = 409 if isinstance(error, Conflict) else 422
        return live_page(item.meeting, item.id, status=status, typed=ballots)
    return redirect(url_for("minutes.live", id=item.meeting_id, punkt=item.id) + "#meetings-live_decision")


@bp.post("/abstimmungen/<int:id>/auszaehlen")
@access.requires(Vote, policies_room.can_minute_vote)
def count_secret(vote: Vote) -> Response:
    """Count a secret vote: what was cast on the page and what is typed from paper."""
    item = _item(vote)
    try:
        services.count_secret(vote, count_from(request.form), by=current_user)
        resolutions.settle_ballots(vote.resolution, chair_decides=request.form.get("leitung") != "no")
    except DomainError as error:
        flash(str(error), "danger")
        return live_page(item.meeting, item.id, status=422, paper=request.form)
    return redirect(url_for("minutes.live", id=item.meeting_id, punkt=item.id) + "#meetings-live_decision")


@bp.post("/abstimmungen/<int:id>/stimme")
@access.requires(Vote, policies_room.can_cast)
def cast(vote: Vote) -> Response:
    """Cast one's own secret ballot."""
    meeting_id = _item(vote).meeting_id
    said = request.form.get("ballot", "")
    if said not in set(Ballot):
        abort(400)
    try:
        services.cast_secret(vote, Ballot(said), by=current_user)
        flash("Ihre Stimme ist abgegeben.")
    except DomainError as error:
        flash(str(error), "warning")
    return redirect(url_for("rooms.follow", id=meeting_id))


@bp.post("/sitzungen/<int:id>/beschlussfaehigkeit")
@access.requires(Meeting, policies.can_minute)
def find_quorum(meeting: Meeting) -> Response:
    """Find the quorum now, or doubt it; the finding stays on record."""
    item = next((i for i in meeting.items if i.id == request.form.get("punkt", type=int)), None)
    wanted = request.form.get("gremium", type=int) or meeting.committee_id
    committee = next((c for c in meeting.committees if c.id == wanted), meeting.committee)
    try:
        found = services.find_quorum(meeting, committee, item, note=request.form.get("note", "")[:500], by=current_user)
        words = "beschlussfähig" if found.is_quorate else "nicht beschlussfähig"
        flash(f"Festgestellt: {words}, {found.votes_present} von nötigen {found.votes_needed}.")
    except DomainError as error:
        return live_page(meeting, item.id if item else None, status=422, refusal=str(error))
    return redirect(url_for("minutes.live", id=meeting.id, punkt=item.id if item else None))


@bp.post("/sitzungen/<int:id>/punkte/<int:item_id>/befangenheit")
@access.requires(AgendaItem, policies.can_minute_item, parameter="item_id")
def recuse(item: AgendaItem, id: int) -> Response:
    """Record that a seat takes no part in the item."""
    same_meeting(item, id)
    attendance = queries.find_attendance(item.meeting, request.form.get("attendance", type=int))
    try:
        reason = reason_from(request.form)
        recusals.declare(item, attendance, reason, note=request.form.get("note", "")[:1000],
                         has_left_room=request.form.get("left_room") == "1",
                         from_the_start=request.form.get("from_the_start") == "1", by=current_user)  # fmt: skip
    except DomainError as error:
        return live_page(item.meeting, item.id, fragment=ASIDE, status=422, refusal=str(error))
    return _aside(item)


@bp.post("/befangenheiten/<int:id>/aufheben")
@access.requires(Recusal, policies_room.can_edit_recusal)
def withdraw_recusal(recusal: Recusal) -> Response:
    """Take back a recusal recorded by mistake."""
    item = recusal.item
    recusals.withdraw(recusal, by=current_user)
    return _aside(item)


def _aside(item: AgendaItem) -> Response:
    if wants_fragment():
        return live_page(item.meeting, item.id, fragment=ASIDE, is_swapped=True)
    return redirect(url_for("minutes.live", id=item.meeting_id, punkt=item.id) + "#meetings-live_aside")


def _item(vote: Vote) -> AgendaItem:
    item = vote.resolution.item
    assert item is not None  # noqa: S101 - the policy asked for it
    return item
