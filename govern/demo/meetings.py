"""Meetings of the example year, planned and held with the services people use, then dated back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import sqlalchemy as sa

from govern.committees.models import Committee, MandateKind, Seat
from govern.db import db
from govern.demo.days import working_day
from govern.demo.papers import paper_bytes
from govern.demo.texts import Text
from govern.formats import at, local
from govern.meetings.models import (
    AgendaItem,
    Attendance,
    AttendanceState,
    ItemKind,
    ItemResult,
    Meeting,
    MeetingMode,
    PaperKind,
    Place,
    ResolutionOutcome,
    Topic,
)
from govern.meetings.queries.attendances import list_attendances
from govern.meetings.services import agendas, attendances, closing, meetings, minutes, minutes_life, papers, resolutions
from govern.meetings.services.attendances import Presence
from govern.meetings.services.dispatches import Post
from govern.meetings.services.papers import PaperStore, Upload
from govern.meetings.services.resolutions import Decision
from govern.meetings.votes import voting_base
from govern.people.models import Organisation, Person, User

AFTERNOON = (time(14, 0), time(16, 30))
MORNING = (time(10, 0), time(12, 0))
LATE = timedelta(minutes=10)


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What every meeting of the example year needs to know."""

    today: date
    host: str
    store: PaperStore
    post: Post
    coordinator: User
    organisations: dict[str, Organisation]
    committees: dict[str, Committee]
    """`highest`, `circle1`, `circle2`."""

    @property
    def minute_taker(self) -> Person:
        assert self.coordinator.person is not None  # noqa: S101 - every account of the demo has a person
        return self.coordinator.person


def plan(
    around: Surroundings, committee: Committee, day: date, *, by: User, number: int | None = None,
    place: Place | None = None, hours: tuple[time, time] = AFTERNOON, video_url: str | None = None,
    chair: Person | None = None, with_standing_items: bool = False,
) -> Meeting:  # fmt: skip
    """Plan a meeting, as somebody did some weeks before it."""
    mode = MeetingMode.MIXED if place and video_url else MeetingMode.ONLINE if video_url else MeetingMode.ON_SITE
    starts, ends = hours
    meeting = meetings.plan_meeting(
        committee, by=by, host=around.host, day=day, starts=starts, ends=ends, number=number, title=None, mode=mode,
        place=place, place_note=None, video_url=video_url, is_public=False, chair_function=committee.chair_function,
        chair=chair, moderator_function=None if chair else committee.moderation, moderator=None,
        minute_takers=[around.minute_taker], with_standing_items=with_standing_items,
    )  # fmt: skip
    meeting.example = True
    meeting.created_at = meeting.ical_changed_at = at(min(day, around.today) - timedelta(days=40), time(9, 0))
    return meeting


def publish(meeting: Meeting, day: date, *, by: User) -> None:
    """Publish the agenda, on ``day``."""
    meetings.publish_agenda(meeting, by=by)
    meeting.published_at = meeting.ical_changed_at = at(day, time(10, 15))
    db.session.flush()  # later services read it afresh


def fill(around: Surroundings, meeting: Meeting, texts: Sequence[Text], *, by: User) -> dict[str, AgendaItem]:
    """Put the items on the agenda, with rapporteurs and papers; returns those that have a key."""
    keyed: dict[str, AgendaItem] = {}
    standing = {item.title: item for item in meeting.items if item.standing_item_id is not None}
    for text in texts:
        item = standing.get(text.get("standing", "")) or agendas.add_item(
            meeting, by=by, title=text.get("standing") or text["title"], kind=ItemKind(text["kind"]),
            is_public=text.get("public", True), planned_minutes=text["minutes"],
            rapporteur=rapporteur(around, meeting.committee, text.get("by")), description=text.get("description", ""),
            proposed_resolution=text.get("proposal", ""), internal_note=text.get("note", ""),
        )  # fmt: skip
        for paper in text.get("papers", ()):
            attach(around, item, paper, meeting.committee.body.name, by=by)
        if "key" in text:
            keyed[text["key"]] = item
    return keyed


def attach(around: Surroundings, owner: AgendaItem | Topic, text: Text, body: str, *, by: User) -> None:
    """Attach a paper made for the occasion."""
    day = around.today
    if isinstance(owner, AgendaItem):
        day = min(day, owner.meeting.starts_at.date() - timedelta(days=16))
    data = paper_bytes(text["title"], text["text"], body=body, day=day)
    kind = PaperKind(text.get("kind", "paper"))
    upload = Upload(f"{text['title']}.pdf", data)
    for paper in papers.add_papers(owner, [upload], kind=kind, store=around.store, by=by):
        paper.uploaded_at = at(day, time(9, 30))


def rapporteur(around: Surroundings, committee: Committee, word: str | None) -> Seat | Person | None:
    """The seat of the institution in ``committee``; for the coordination without a seat its person."""
    organisation = around.organisations.get(word or "")
    if organisation is None:
        return None
    seat = next((seat for seat in committee.seats if organisation in seat.organisations), None)
    return seat or (around.minute_taker if word == "ki" else None)


OWN_ITEM: Text = {
    "minutes": 10,
    "text": "Die Mitglieder berichten reihum aus ihren Einrichtungen. Neue Bedarfe kommen in den Themenspeicher.",
    "result": "noted",
}
"""What the minutes say of an item that came onto the agenda by itself (Berichte der Mitglieder)."""


def hold(around: Surroundings, meeting: Meeting, text: Text, *, by: User) -> list[tuple[AgendaItem, Text]]:
    """Hold the meeting up to its closing: attendance, minutes, results, resolutions."""
    attendances.start_meeting(meeting, by=by)
    meeting.started_at = meeting.starts_at + timedelta(minutes=2)
    record_attendance(around, meeting, by=by)
    minutes.save_opening(meeting, text.get("opening", ""), seen=meeting.general_minutes, by=by)
    texts = iter(text["items"])
    # Items that came by themselves, from the rules of procedure, have no text of their own in the story.
    done = [(item, OWN_ITEM if item.purpose else next(texts)) for item in items_in_order(meeting)]
    clock = meeting.started_at
    for item, said in done:
        item.opened_at = clock
        clock += timedelta(minutes=max(3, round(said["minutes"] * 0.9)))
        _minute(around, item, said, clock, by=by)
    return done


def close(around: Surroundings, meeting: Meeting, *, by: User, released: bool = True) -> None:
    """Close the meeting two working days after it was held, and release the minutes a week later."""
    ended_at = max((item.done_at for item in meeting.items if item.done_at), default=meeting.ends_at)
    known = set(db.session.scalars(sa.select(Topic.id)))
    closing.close_meeting(meeting, ended_at=ended_at, by=by)
    closed_on = min(working_day(meeting.starts_at.date() + timedelta(days=2)), around.today - timedelta(days=1))
    meeting.closed_at = at(closed_on, time(11, 20))
    for topic in db.session.scalars(sa.select(Topic).where(Topic.id.not_in(known))):
        topic.created_at = meeting.closed_at  # postponed or referred
    if released:
        minutes_life.release_minutes(meeting, by=by)
        meeting.released_at = at(working_day(closed_on + timedelta(days=7)), time(9, 10))


def record_attendance(around: Surroundings, meeting: Meeting, *, by: User) -> None:
    """A tenth of the seats come by deputy, a sixth is excused, the others are there: in Düren 20, 3 and 5 of 28."""
    rows = [row for row in list_attendances(meeting) if row.person_id is not None]
    deputies = _named_deputies(meeting)
    vacant = [row for row in list_attendances(meeting) if row.person_id is None]
    substituted = sorted(rows, key=lambda row: row.seat_id not in deputies)[: round(len(rows) * 3 / 28)]
    others = [row for row in rows if row not in substituted]
    silent = [row for row in others if not _speaks(around, row)]  # who reports in the minutes was there
    excused = (silent[1::3] + silent[::3] + silent[2::3])[: round(len(rows) * 5 / 28)]
    presences: dict[int, Presence] = {}
    for row in rows:
        if row in substituted:
            presences[row.id] = _by_deputy(row, deputies)
        else:
            state = AttendanceState.EXCUSED if row in excused else AttendanceState.PRESENT
            presences[row.id] = Presence(state=state)
    for row in [row for row in others if row not in excused][-1:]:  # one comes late
        presences[row.id] = Presence(state=AttendanceState.PRESENT, arrived=local(meeting.starts_at + LATE).time())
    presences |= {row.id: Presence(state=None) for row in vacant}
    attendances.record_attendances(meeting, presences, by=by)


def items_in_order(meeting: Meeting) -> list[AgendaItem]:
    """The items in the order in which they were put on the agenda."""
    return sorted(meeting.items, key=lambda item: item.position)


def _speaks(around: Surroundings, row: Attendance) -> bool:
    return any(organisation in around.organisations.values() for organisation in row.seat.organisations)


def _by_deputy(row: Attendance, deputies: dict[int, Person]) -> Presence:
    person = deputies.get(row.seat_id)
    if person is not None:
        return Presence(state=AttendanceState.DEPUTY, deputy_id=person.id)
    return Presence(state=AttendanceState.DEPUTY, deputy_name="Robin Vertretungsfeld (Fachdienst)")


def _named_deputies(meeting: Meeting) -> dict[int, Person]:
    seats = meeting.committee.seats
    return {seat.id: m.person for seat in seats for m in seat.mandates if m.kind is MandateKind.DEPUTY}


def _minute(around: Surroundings, item: AgendaItem, text: Text, done_at: datetime, *, by: User) -> None:
    minutes.save_text(item, text.get("text", ""), version=item.minutes_version, by=by)
    for said in text.get("resolutions", ()):
        resolutions.take_resolution(item, _vote(item, said, done_at), by=by)
    result = ItemResult(text["result"])
    referred_to = around.committees.get(text.get("refer_to", ""))
    minutes.record_result(item, result, referred_to=referred_to, by=by)
    item.done_at = done_at


def _vote(item: AgendaItem, text: Text, moment: datetime) -> Decision:
    outcome = ResolutionOutcome(text["outcome"])
    if outcome is not ResolutionOutcome.COUNTED:
        return Decision(text=text["text"], outcome=outcome, proviso=text.get("proviso", ""))
    possible = voting_base(list_attendances(item.meeting), moment).possible
    no, abstain = (round(possible * share) for share in text["votes"][1:])
    return Decision(text=text["text"], outcome=outcome, votes_yes=possible - no - abstain, votes_no=no,
                votes_abstain=abstain)  # fmt: skip
