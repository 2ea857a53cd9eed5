"""The Sitzungsmodus: one item after the other, text that saves itself, results."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, abort, make_response, render_template, request, url_for

from govern import access
from govern.access import reader
from govern.committees.procedures import VotingForm
from govern.committees.queries.addressees import Addressees, addressees_of
from govern.documents.merging import clean_text, merge
from govern.errors import Conflict, DomainError
from govern.formats import local
from govern.meetings import contributions, policies
from govern.meetings.forms.minutes import FirstItemForm, MinutesTextForm, OpeningForm, ResultForm
from govern.meetings.forms.resolutions import ResolutionForm
from govern.meetings.forms.supplements import ConsentForm
from govern.meetings.models import AgendaItem, Meeting, MeetingState, Resolution
from govern.meetings.queries import live_screens
from govern.meetings.queries.attendances import short_seat_label
from govern.meetings.queries.live_screens import LiveScreen
from govern.meetings.queries.minutes import others_at
from govern.meetings.queries.trackings import tracking_page
from govern.meetings.services import attendances, minutes
from govern.meetings.votes import outcome_text
from govern.meetings.word_changes import word_changes
from govern.web import flash, redirect, render, wants_fragment

bp = Blueprint("minutes", __name__)

bp.add_app_template_filter(outcome_text, "outcome")
bp.add_app_template_filter(short_seat_label, "seat_short")
bp.add_app_template_filter(word_changes, "word_changes")
bp.add_app_template_filter(lambda moment: local(moment).strftime("%H:%M:%S"), "clock_seconds")


@bp.get("/sitzungen/<int:id>/protokollieren")
@access.requires(Meeting, policies.can_minute, loads=live_screens.ROOM)
def live(meeting: Meeting) -> Response:
    """The Sitzungsmodus at one item; before the meeting the page on which it is opened."""
    if meeting.is_released:
        return redirect(url_for("minutes_pages.detail", id=meeting.id))
    if meeting.state in (MeetingState.PREPARING, MeetingState.PUBLISHED, MeetingState.CANCELLED):
        form = _first_item_form(meeting)
        return render("meetings/live_start.html", meeting=meeting, form=form)
    return live_page(meeting, request.args.get("punkt", type=int))


@bp.post("/sitzungen/<int:id>/eroeffnen")
@access.requires(Meeting, policies.can_close)
def start(meeting: Meeting) -> Response:
    """Open the meeting; without an agenda it begins with the item that is named here."""
    form = _first_item_form(meeting)
    if form is not None and not form.validate():
        return render("meetings/live_start.html", status=422, meeting=meeting, form=form)
    attendances.start_meeting(meeting, about=form.title.data if form is not None else None, by=reader())
    return redirect(url_for(".live", id=meeting.id))


def _first_item_form(meeting: Meeting) -> FirstItemForm | None:
    if attendances.may_begin_without_agenda(meeting) and policies.can_edit(reader(), meeting):
        return FirstItemForm()
    return None


@bp.post("/sitzungen/<int:id>/punkte/<int:item_id>/protokolltext")
@access.requires(AgendaItem, policies.can_minute_item, parameter="item_id")
def save_text(item: AgendaItem, id: int) -> Response:
    """Save the text of an item as it is typed."""
    same_meeting(item, id)
    form = MinutesTextForm()
    if not form.validate():
        return live_page(item.meeting, item.id, status=422, text_form=form)
    try:
        version = _save(item, form)
    except Conflict:
        return text_conflict(item, form)
    if not wants_fragment():
        return redirect(url_for(".live", id=id, punkt=item.id))
    return _saved(version)


@bp.get("/sitzungen/<int:id>/punkte/<int:item_id>/protokolltext")
@access.requires(AgendaItem, policies.can_minute_item, parameter="item_id")
def others(item: AgendaItem, id: int) -> Response:
    """Who else writes here, and their text if it is newer than the one shown: asked for by the page itself."""
    same_meeting(item, id)
    if not wants_fragment():
        return redirect(url_for(".live", id=id, punkt=item.id))
    return render("meetings/_live_others.html", item=item, also_here=others_at(item, reader()).functions,
                  shown=request.args.get("version", type=int))  # fmt: skip


@bp.post("/sitzungen/<int:id>/punkte/<int:item_id>/ergebnis")
@access.requires(AgendaItem, policies.can_minute_item, parameter="item_id")
def record_result(item: AgendaItem, id: int) -> Response:
    """Record the result; „weiter" finishes the item and calls up the next one. Without scripts the text comes along."""
    same_meeting(item, id)
    form = _result_form(item, addressees_of(item.meeting.committee))
    text_form = MinutesTextForm()
    is_finishing = bool(request.form.get("weiter"))
    try:
        if not wants_fragment() and text_form.validate():
            _save(item, text_form)
        _record(item, form, is_finishing=is_finishing)
    except minutes.StaleResult as error:
        form.hold(error, minutes.result_version(item))
    except Conflict:
        return text_conflict(item, text_form, result_form=form)
    except DomainError as error:
        form.refuse(error, "result")
    if form.errors or form.form_errors:
        return live_page(item.meeting, item.id, fragment="meetings/_live_result.html",
                         status=409 if form.is_stale else 422, result_form=form, text_form=text_form)  # fmt: skip
    if wants_fragment():
        return live_page(item.meeting, item.id, fragment="meetings/_live_result.html")
    return redirect(url_for(".live", id=id, punkt=_next_id(item) if is_finishing else item.id))


@bp.post("/sitzungen/<int:id>/punkte/<int:item_id>/aufrufen")
@access.requires(AgendaItem, policies.can_minute_item, parameter="item_id")
def call_up(item: AgendaItem, id: int) -> Response:
    """Call an item up."""
    same_meeting(item, id)
    minutes.call_up(item, by=reader())
    return redirect(url_for(".live", id=id, punkt=item.id))


@bp.post("/sitzungen/<int:id>/punkte/<int:item_id>/wieder-aufnehmen")
@access.requires(AgendaItem, policies.can_minute_item, parameter="item_id")
def reopen(item: AgendaItem, id: int) -> Response:
    """Take an item up again."""
    same_meeting(item, id)
    minutes.reopen_item(item, by=reader())
    return redirect(url_for(".live", id=id, punkt=item.id))


@bp.post("/sitzungen/<int:id>/punkte/<int:item_id>/aufgehoben/<int:conflict_id>")
@access.requires(AgendaItem, policies.can_minute_item, parameter="item_id")
def work_in(item: AgendaItem, id: int, conflict_id: int) -> Response:
    """Append a text that came too late, or say that it is worked in."""
    same_meeting(item, id)
    append = request.form.get("was") == "anfuegen"
    if not minutes.work_in_conflict(item, conflict_id, append=append, by=reader()):
        abort(404)
    return redirect(url_for(".live", id=id, punkt=item.id))


@bp.post("/sitzungen/<int:id>/protokoll/eroeffnung")
@access.requires(Meeting, policies.can_minute)
def save_opening(meeting: Meeting) -> Response:
    """Save what the minutes say before the first item."""
    form = OpeningForm()
    if not form.validate():
        return live_page(meeting, None, status=422, opening_form=form)
    try:
        minutes.save_opening(meeting, form.general_minutes.data or "", seen=form.seen.data or "", by=reader())
    except Conflict:
        form.hold_both(meeting.general_minutes, merge(meeting.general_minutes, form.general_minutes.data or ""))
        return live_page(meeting, None, status=409, opening_form=form)
    flash("Gespeichert.")
    return redirect(url_for(".live", id=meeting.id, punkt=request.form.get("punkt", type=int)))


def same_meeting(item: AgendaItem, meeting_id: int) -> None:
    """An item is only found under its own meeting."""
    if item.meeting_id != meeting_id:
        abort(404)


def live_page(
    meeting: Meeting, item_id: int | None, *, fragment: str | None = None, status: int = 200, **forms: Any
) -> Response:
    """The Sitzungsmodus, or a part of it; ``forms`` replace those that came back with errors."""
    screen = live_screens.live_screen(meeting, reader(), item_id)
    return render(
        "meetings/live_detail.html", fragment=fragment, status=status, meeting=meeting, screen=screen,
        **{**_forms(screen), **forms},
    )  # fmt: skip


def text_conflict(item: AgendaItem, form: MinutesTextForm, **forms: Any) -> Response:
    """Keep what came too late and show both texts: nobody's words are lost."""
    typed, version = form.minutes_text.data or "", form.version.data
    meeting_id, item_id = item.meeting_id, item.id
    kept = minutes.keep_conflicting_text(item_id, typed, version=version, by_id=reader().id)
    return live_page(
        item.meeting, item_id, fragment="meetings/_live_conflict.html", status=409, mine=typed, kept_id=kept,
        merged=merge(item.minutes_text, clean_text(typed)), meeting_id=meeting_id, **forms,
    )  # fmt: skip


def _forms(screen: LiveScreen) -> dict[str, Any]:
    item = screen.item
    values: dict[str, Any] = {"mine": None, "merged": None, "kept_id": None, "resolution": None, "sections": [],
                              "tracking": None,
                              "opening_form": OpeningForm(formdata=None, obj=screen.meeting,
                                                          seen=screen.meeting.general_minutes)}  # fmt: skip
    if item is None:
        return values
    said = None if item.has_consent is None else "ja" if item.has_consent else "nein"
    values["consent_form"] = ConsentForm(formdata=None, data={"consent": said, "consent_note": item.consent_note})
    chosen = next((r for r in item.resolutions if r.id == request.args.get("beschluss", type=int)), None)
    return {
        **values,
        "text_form": MinutesTextForm(formdata=None, minutes_text=item.minutes_text, version=item.minutes_version),
        "result_form": _result_form(item, screen.addressees, fresh=True),
        "resolution": chosen,
        "resolution_form": resolution_form(screen, item, chosen),
        "tracking": tracking_page(item, reader(), 1),
        "sections": [contribute(reader(), item, screen.addressees) for contribute in contributions.minuting_forms],
    }


def resolution_form(screen: LiveScreen, item: AgendaItem, resolution: Resolution | None) -> ResolutionForm:
    """The form for a resolution of ``item``: the one chosen, or a new one that starts with the proposed wording.

    The way to vote is the one the committee's rule names, and can be changed for each vote.
    """
    further = screen.committees[1:]
    if resolution is not None:
        counts = {
            f"votes_{vote.committee_id}_{name}": value
            for vote in resolution.votes
            for name, value in (("yes", vote.votes_yes), ("no", vote.votes_no), ("abstain", vote.votes_abstain))
        }
        return ResolutionForm.of(further, formdata=None, obj=resolution, outcome=resolution.outcome.value,
                                 adopted="yes" if resolution.is_adopted else "no", **counts)  # fmt: skip
    proposed = item.proposed_resolution if not item.resolutions else ""
    usual = screen.voting_form.value if screen.voting_form not in (None, VotingForm.ANNOUNCED) else None
    return ResolutionForm.of(further, formdata=None, text=proposed, adopted="yes", outcome=usual)


def _result_form(item: AgendaItem, addressees: Addressees, *, fresh: bool = False) -> ResultForm:
    committees = addressees.other_committees(item.meeting.committee_id)
    return ResultForm.of(item, committees, version=minutes.result_version(item), fresh=fresh)


def _save(item: AgendaItem, form: MinutesTextForm) -> int:
    text, version = form.minutes_text.data or "", form.version.data
    if form.conflict.data:
        return minutes.settle_conflict(item, form.conflict.data, text, version=version, by=reader())
    return minutes.save_text(item, text, version=version, by=reader())


def _record(item: AgendaItem, form: ResultForm, *, is_finishing: bool) -> None:
    if form.result.data is None and not is_finishing:
        return
    if not form.validate():
        return
    referred_to = live_screens.find_committee(form.referred_to_id.data) if form.referred_to_id.data else None
    minutes.record_result(item, form.result.data, referred_to=referred_to, note=form.result_note.data or "",
                          version=form.seen(), by=reader())  # fmt: skip
    if is_finishing:
        minutes.finish_item(item, by=reader())
        following = live_screens.following(item)
        if following is not None:
            minutes.call_up(following, by=reader())


def _next_id(item: AgendaItem) -> int:
    following = live_screens.following(item)
    return following.id if following is not None else item.id


def _saved(version: int) -> Response:
    response = make_response(render_template("meetings/_live_saved.html", at=datetime.now(UTC)))
    response.headers["X-Version"] = str(version)
    return response
