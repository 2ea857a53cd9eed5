"""What the room sees: the projector's view, and the one members follow on their phones."""

from __future__ import annotations

from flask import Blueprint, Response, request
from flask_login import current_user

from govern import access
from govern.meetings import policies, policies_room
from govern.meetings.models import Meeting
from govern.meetings.queries import rooms as queries
from govern.web import render, wants_fragment

bp = Blueprint("rooms", __name__)


@bp.get("/sitzungen/<int:id>/beamer")
@access.requires(Meeting, policies_room.can_project, loads=queries.WITH_COMMITTEES)
def projector(meeting: Meeting) -> Response:
    """Large type for the wall: the item at hand, what is proposed, what came out."""
    return _room(meeting, "meetings/projector.html", on_screen=True)


@bp.get("/sitzungen/<int:id>/mitverfolgen")
@access.requires(Meeting, policies.can_view_agenda, loads=queries.WITH_COMMITTEES)
def follow(meeting: Meeting) -> Response:
    """The same for members' phones; here they cast secret ballots."""
    return _room(meeting, "meetings/follow.html", on_screen=False)


def _room(meeting: Meeting, template: str, *, on_screen: bool) -> Response:
    # The page asks every two seconds; while nothing changed that costs one statement and no body.
    if wants_fragment() and request.args.get("stand") == queries.room_version(meeting):
        return Response(status=204)
    confidential = on_screen and request.args.get("vertraulich") == "1"
    view = queries.room_view(meeting, current_user, on_screen=on_screen, with_confidential=confidential)
    return render(template, fragment="meetings/_room.html", meeting=meeting, view=view, is_projector=on_screen)
