"""What the pages of meetings have in common: their head, their answers to htmx, where papers lie."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

from flask import Response, current_app, request, url_for

from govern.access import reader
from govern.committees.procedures import Procedure
from govern.config import Settings
from govern.formats import today
from govern.meetings import contributions, policies
from govern.meetings.agenda_lines import AgendaMarks, marks_of
from govern.meetings.contributions import ItemSection
from govern.meetings.models import AgendaItem, Meeting, MeetingGuest, Resolution, Topic
from govern.meetings.queries.agendas import Agenda, agenda_of
from govern.meetings.queries.answers import participation_of
from govern.meetings.queries.heads import Head, head_of
from govern.meetings.queries.invitations import delivery_of, dispatches_of, former_invitations
from govern.meetings.queries.own_sections import own_sections
from govern.meetings.queries.topic_deadlines import topic_deadline
from govern.meetings.queries.topics import is_left_over, topics_to_tell
from govern.meetings.services.changes import why_fixed
from govern.meetings.services.dispatches import Post
from govern.meetings.services.papers import PaperStore
from govern.web import Section, flash, redirect, render, wants_fragment


def settings() -> Settings:
    """The settings of this installation."""
    found: Settings = current_app.config["SETTINGS"]
    return found


def paper_store() -> PaperStore:
    """Where papers lie and how large one may be."""
    return PaperStore(settings().files, settings().upload_megabytes * 1_000_000)


def post_office(meeting: Meeting | None = None) -> Post:
    """Who sends; for visitors by a link the county of the ``meeting``."""
    body = meeting.committee.body if meeting is not None else reader().body
    return Post(body=body, host=settings().host, base_url=settings().base_url, key=settings().secret_key)


def meeting_page(
    template: str, meeting: Meeting, *, current: str, head: Head | None = None, **context: Any
) -> Response:
    """A page below the tabs of a meeting; ``current`` is the key of its tab, ``head`` what stands above them."""
    head = head or head_of(meeting, reader())
    return render(template, head=head, meeting=head.meeting, current=current, **context)


def answers_context(meeting: Meeting, *, circle: bool) -> dict[str, Any]:
    """What the attendance tab shows of invitations and answers; delivery only for those who prepare the meeting."""
    shows_delivery = policies.can_prepare(reader(), meeting)
    found = participation_of(meeting, reader(), with_mails=shows_delivery) if circle else None
    values = {"answers": found.answers if found else None, "shows_delivery": shows_delivery,
              "dispatches": dispatches_of(meeting) if found else [], "delivery_of": delivery_of,
              "former": former_invitations(meeting) if found and shows_delivery else []}  # fmt: skip
    figures = ("yes", "deputised", "refused", "unanswered", "invited_words", "own", "own_lacks_deputy")
    return {**values, **{k: getattr(found, k, 0) for k in figures}}


def agenda_context(
    meeting: Meeting,
    agenda: Agenda | None = None,
    waiting: Sequence[Topic] | None = None,
    procedure: Procedure | None = None,
    **more: Any,
) -> dict[str, Any]:
    """What `meetings/_agenda.html` shows; ``waiting`` are topics that ask to come on it.

    With ``procedure``, the rules of the meeting's day, also those that came late, for its readiness.
    """
    can_view = policies.can_view_agenda(reader(), meeting)
    agenda = agenda or (agenda_of(meeting, reader()) if can_view else None)
    can_edit = policies.can_edit(reader(), meeting) and is_open(meeting)
    # Once it has gone out the agenda is offered nothing more by itself; the button to the store stays.
    offers = can_edit and meeting.invited_at is None
    if waiting is None and offers:
        waiting = topics_to_tell(meeting, topic_deadline(meeting, procedure).late_from if procedure else None)
    waiting = waiting or []
    values: dict[str, Any] = {
        "meeting": meeting,
        "agenda": agenda,
        "sections": sections_of(agenda.items) if agenda else {},
        "supplements": supplement_marks(agenda) if agenda else AgendaMarks(),
        "can_edit": can_edit,
        "waiting": waiting if can_edit else None,
        "left_over": [t for t in waiting if is_left_over(t)],
        "editing": None,
        "adding": None,
        "form": None,
        "differences": [],
        "announce": None,
        "focus": None,
        "today": today(),
    }
    return {**values, **more}


def agenda_answer(meeting: Meeting, said: str, *, focus: int | None = None, quiet: bool = False) -> Response:
    """After a change of the agenda: the agenda itself for htmx, the meeting's page otherwise."""
    if wants_fragment():
        context = agenda_context(meeting, announce=said, focus=focus)
        response = render("meetings/detail.html", fragment="meetings/_agenda.html", **context)
        response.headers["HX-Trigger-After-Settle"] = "agenda-changed"
        return response
    if not quiet:
        flash(said)
    return redirect(url_for("meetings.detail", id=meeting.id) + (f"#punkt-{focus}" if focus else ""))


def supplement_marks(agenda: Agenda) -> AgendaMarks:
    """What ``agenda`` shows of supplements."""
    return marks_of(
        agenda, reads_all=policies.in_circle(reader(), agenda.meeting),
        prepares=policies.can_prepare(reader(), agenda.meeting),
    )  # fmt: skip


def sections_of(items: Sequence[AgendaItem]) -> dict[int, list[ItemSection]]:
    """What items that fill themselves and higher packages show below the items."""
    found = own_sections(reader(), items)
    for contribute in contributions.item_sections if items else []:
        for item_id, sections in contribute(reader(), items).items():
            found.setdefault(item_id, []).extend(sections)
    return found


def sections_of_topic(topic: Topic) -> list[Section]:
    """What higher packages show of a topic, its chain last."""
    made = [show(reader(), topic) for show in contributions.topic_sections]
    return [*(section for section in made if section is not None), *chain_of_page(topic)]


def chain_of_page(row: Topic | AgendaItem | Resolution) -> list[Section]:
    """The whole chain of the object whose page it is, as higher packages know it."""
    return [made for show in contributions.chains if (made := show(reader(), row)) is not None]


def is_open(meeting: Meeting) -> bool:
    """True while agenda and time of ``meeting`` may still change."""
    return why_fixed(meeting) is None


def while_open(view: Callable[..., Response]) -> Callable[..., Response]:
    """Of a form for something of a meeting: where nothing may change any more, no form opens, the page says why."""

    @wraps(view)
    def wrapper(row: Meeting | AgendaItem | MeetingGuest, **values: Any) -> Response:
        meeting = row if isinstance(row, Meeting) else row.meeting
        sentence = why_fixed(meeting) if request.method == "GET" else None
        if sentence is None:
            return view(row, **values)
        flash(sentence, "warning")
        return redirect(url_for("meetings.detail", id=meeting.id))

    return wrapper
