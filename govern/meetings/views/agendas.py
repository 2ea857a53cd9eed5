"""The agenda of a meeting: add, change, order and strike items, on pages and in place."""

from __future__ import annotations

from typing import Any, get_args

from flask import Blueprint, Response, abort, request, url_for

from govern import access
from govern.access import reader
from govern.errors import Conflict, DomainError
from govern.formats import local
from govern.meetings import policies
from govern.meetings.forms.agendas import ItemForm, TakeTopicsForm, WithdrawItemForm, stored_item
from govern.meetings.models import AgendaItem, Meeting
from govern.meetings.queries.agendas import WITH_MEETING, agenda_of
from govern.meetings.queries.choices import PersonsAround, guests_for, seats_for
from govern.meetings.queries.rolls import offers_second_call
from govern.meetings.queries.supplements import planned_values
from govern.meetings.queries.topic_deadlines import deadlines_of
from govern.meetings.queries.topics import find_waiting, list_waiting
from govern.meetings.queries.trackings import tracking_page
from govern.meetings.services import agenda_order
from govern.meetings.services import agendas as services
from govern.meetings.services import papers as paper_services
from govern.meetings.services.scheduling import take_topics
from govern.meetings.services.supplements import holds_back
from govern.meetings.views.concept_submissions import draft_section
from govern.meetings.views.pages import (
    agenda_answer,
    agenda_context,
    chain_of_page,
    is_open,
    paper_store,
    sections_of,
    supplement_marks,
    while_open,
)
from govern.web import page_number, render, status_of, wants_fragment

bp = Blueprint("agendas", __name__)


@bp.route("/sitzungen/<int:id>/tagesordnung/neu", methods=["GET", "POST"])
@access.requires(Meeting, policies.can_edit)
@while_open
def add(meeting: Meeting) -> Response:
    """Add an item, below another one with `?unter=`."""
    parent = _parent(meeting)
    form = _item_form(meeting)
    if form.validate_on_submit():
        try:
            uploads = form.papers.uploads()
            paper_services.check_uploads(uploads, paper_store())
            item = services.add_item(meeting, **form.facts(), parent=parent, by=reader())
            paper_services.add_papers(item, uploads, kind=form.paper_kind.data, store=paper_store(), by=reader())
            return agenda_answer(meeting, f"„{item.title}“ steht auf der Tagesordnung.", focus=item.id)
        except DomainError as error:
            form.refuse(error)
    return _form_page("meetings/item_new.html", meeting, form, adding=parent.id if parent else 0, parent=parent)


@bp.route("/sitzungen/<int:id>/tagesordnung/themen", methods=["GET", "POST"])
@access.requires(Meeting, policies.can_edit)
@while_open
def take(meeting: Meeting) -> Response:
    """Choose topics of the store for the agenda; with `?blaettern=` another search or page, with the choice so far."""
    form, text, is_browsing = TakeTopicsForm(), request.values.get("q", "")[:200], "blaettern" in request.args
    found = list_waiting(meeting, text=text, number=page_number())
    if not found.topics and found.number > 1:  # others have taken what stood on that page
        found = list_waiting(meeting, text=text)
    topics = form.offer(found.topics, find_waiting(meeting, form.asked_ids()))
    if not is_browsing and form.validate_on_submit():
        try:
            items = take_topics(meeting, form.chosen(), store=paper_store(), by=reader(),
                                late_note=form.late_note.data or "")  # fmt: skip
            said = "1 Thema steht" if len(items) == 1 else f"{len(items)} Themen stehen"
            return agenda_answer(meeting, f"{said} jetzt auf der Tagesordnung.", focus=items[0].id)
        except DomainError as error:
            form.refuse(error)
    return render(
        "meetings/take_topics.html", fragment="meetings/_take_topics.html" if is_browsing else None,
        status=status_of(form), form=form, meeting=meeting, topics=topics, found=found, text=text,
        deadline=deadlines_of([meeting])[0],
    )  # fmt: skip


@bp.post("/sitzungen/<int:id>/tagesordnung/standardpunkte")
@access.requires(Meeting, policies.can_edit)
def add_standing_items(meeting: Meeting) -> Response:
    """Add the standing items the agenda lacks."""
    count = services.add_missing_standing_items(meeting, by=reader())
    said = f"{count} Standard-TOP ergänzt." if count else "Alle Standard-TOP stehen schon auf der Tagesordnung."
    return agenda_answer(meeting, said)


@bp.post("/sitzungen/<int:id>/tagesordnung/ordnung")
@access.requires(Meeting, policies.can_edit)
def order(meeting: Meeting) -> Response:
    """Bring the items of one level into a new order: `order=7,3,9`."""
    parts = request.form.get("order", "").split(",")
    if not all(part.isascii() and part.isdigit() and len(part) < 10 for part in parts):
        abort(400)
    agenda_order.order_items(meeting, [int(part) for part in parts], by=reader())
    return agenda_answer(meeting, "Die neue Reihenfolge ist gespeichert.", quiet=True)


@bp.get("/tagesordnungspunkte/<int:id>")
@access.requires(AgendaItem, policies.can_view_item, loads=WITH_MEETING)
def detail(item: AgendaItem) -> Response:
    """One item: what it is about, the proposed resolution, papers."""
    agenda = agenda_of(item.meeting, reader())
    entry = agenda.find(item.id)
    assert entry is not None  # noqa: S101 - the policy has just agreed, and the query is its twin
    return render(
        "meetings/item.html", meeting=item.meeting, current="agenda", entry=entry, agenda=agenda,
        sections=sections_of([item]).get(item.id, []), is_open=is_open(item.meeting),
        chain=chain_of_page(item), draft=draft_section(reader(), item), supplements=supplement_marks(agenda),
        tracking=tracking_page(item, reader(), page_number()),
    )  # fmt: skip


@bp.route("/tagesordnungspunkte/<int:id>/bearbeiten", methods=["GET", "POST"])
@access.requires(AgendaItem, policies.can_edit_item)
@while_open
def edit(item: AgendaItem) -> Response:
    """Change an item in place or on its page; a stale save shows both versions."""
    form = _item_form(item.meeting, item)
    differences: list[tuple[str, str, str]] = []
    if form.validate_on_submit():
        try:
            uploads = form.papers.uploads()
            paper_services.check_uploads(uploads, paper_store())
            services.update_item(item, **form.facts(), version=form.based_on(), by=reader())
            paper_services.add_papers(item, uploads, kind=form.paper_kind.data, store=paper_store(), by=reader())
            return agenda_answer(item.meeting, f"„{item.title}“ ist gespeichert.", focus=item.id)
        except Conflict as error:
            differences = form.differences(_item_form(item.meeting, item, stored=True))
            form.refuse(error)
        except DomainError as error:
            form.refuse(error)
    return _form_page(
        "meetings/item_edit.html", item.meeting, form, editing=item.id, item=item, differences=differences
    )


@bp.post("/tagesordnungspunkte/<int:id>/verschieben")
@access.requires(AgendaItem, policies.can_edit_item)
def move(item: AgendaItem) -> Response:
    """Move an item one place: `direction=up|down|in|out`."""
    direction = request.form.get("direction", "")
    if direction not in get_args(agenda_order.Direction):
        abort(400)
    agenda_order.move_item(item, direction, by=reader())  # type: ignore[arg-type]
    said = {"up": "nach oben", "down": "nach unten", "in": "zum Unterpunkt", "out": "zum eigenen Punkt"}[direction]
    return agenda_answer(item.meeting, f"„{item.title}“: {said} verschoben.", focus=item.id, quiet=True)


@bp.post("/tagesordnungspunkte/<int:id>/loeschen")
@access.requires(AgendaItem, policies.can_edit_item)
def delete(item: AgendaItem) -> Response:
    """Take an item off an agenda nobody has received."""
    meeting, title = item.meeting, item.title
    services.delete_item(item, folder=paper_store().folder, by=reader())
    return agenda_answer(meeting, f"„{title}“ ist gelöscht.")


@bp.route("/tagesordnungspunkte/<int:id>/absetzen", methods=["GET", "POST"])
@access.requires(AgendaItem, policies.can_edit_item)
@while_open
def withdraw(item: AgendaItem) -> Response:
    """Strike an item of a published agenda; it stays visible."""
    form = WithdrawItemForm()
    if form.validate_on_submit():
        try:
            services.withdraw_item(item, reason=form.reason.data, by=reader())
            return agenda_answer(item.meeting, f"„{item.title}“ ist abgesetzt.", focus=item.id)
        except DomainError as error:
            form.refuse(error)
    return render("meetings/item_withdraw.html", status=status_of(form), form=form, item=item, meeting=item.meeting,
                  waits=holds_back(item))  # fmt: skip


def _parent(meeting: Meeting) -> AgendaItem | None:
    wanted = request.args.get("unter")
    if wanted is None:
        return None
    found = next((item for item in meeting.items if str(item.id) == wanted and item.parent_id is None), None)
    return found or abort(404)


def _item_form(meeting: Meeting, item: AgendaItem | None = None, *, stored: bool = False) -> ItemForm:
    day = local(meeting.starts_at).date()
    kept = [i for i in (item.rapporteur_person_id if item else None,) if i is not None]
    return ItemForm(
        **({"formdata": None} if stored else {}),
        data=stored_item(item, planned_values(item)) if item else None,
        seats=seats_for(meeting.committee, day),
        persons=PersonsAround(reader(), meeting.committee, day, kept=kept),
        persons_path=url_for("meetings.persons", id=meeting.committee_id),
        guests=guests_for(meeting),
        offers_second_call=item is not None and offers_second_call(item),
    )


def _form_page(template: str, meeting: Meeting, form: ItemForm, **more: Any) -> Response:
    # In place the whole agenda comes back with the form in it; without scripts the form has a page of its own.
    values: dict[str, Any] = {"meeting": meeting, "form": form, "differences": [], **more}
    if wants_fragment():
        values = {**agenda_context(meeting), **values}
    status = status_of(form, values["differences"])
    return render(template, fragment="meetings/_agenda.html", status=status, **values)
