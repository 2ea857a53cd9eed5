"""Meetings of the small county in all stages, with all that hangs on them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import current_app

from govern import files
from govern.actions import policies as actions
from govern.actions.models import (
    WorkOrder,
)
from govern.committees.models import (
    Committee,
)
from govern.db import Base, db, now
from govern.formats import today
from govern.meetings import policies as meetings
from govern.meetings import policies_consents, policies_invitations, policies_papers, policies_room
from govern.meetings import policies_dates as dates
from govern.meetings import policies_minutes as minutes_rights
from govern.meetings import policies_supplements as supplements
from govern.meetings.models import (
    AgendaChange,
    AgendaItem,
    AgendaSupplement,
    Attendance,
    AttendanceState,
    ChangeKind,
    CircularAnswer,
    CircularResolution,
    CircularState,
    ConflictingText,
    DateOption,
    DatePoll,
    Dispatch,
    DispatchKind,
    Event,
    EventKind,
    EventRegistration,
    ImplementerConsent,
    Invitation,
    InvitationAnswer,
    InviteeKind,
    ItemKind,
    ItemResult,
    Meeting,
    MeetingRole,
    MeetingRoleKind,
    MeetingSeries,
    MeetingState,
    MinutesVersionKind,
    Objection,
    Paper,
    Place,
    PollInvitee,
    Recusal,
    RecusalReason,
    Resolution,
    ResolutionExtract,
    RollEntry,
    SeriesKind,
    SupplementKind,
    TopicState,
    Vote,
    VoteMode,
)
from govern.meetings.services.minutes_versions import keep_version
from govern.people.models import (
    Organisation,
    User,
)
from tests.factories import (
    make,
    make_guest,
    make_item,
    make_meeting,
    make_resolution,
    make_topic,
)
from tests.world.in_actions import add_order
from tests.world.roles import Rule, World


@dataclass(frozen=True)
class Stage:
    """How far a meeting is."""

    state: MeetingState
    days: int
    is_public: bool = False
    is_published: bool = True
    is_deleted: bool = False


STAGES = {
    "draft": Stage(MeetingState.PREPARING, 40, is_published=False),
    "public": Stage(MeetingState.PUBLISHED, 30, is_public=True),
    "internal": Stage(MeetingState.PUBLISHED, 14),
    "running": Stage(MeetingState.IN_SESSION, 0),
    "closed": Stage(MeetingState.CLOSED, -30),
    "released": Stage(MeetingState.RELEASED, -60),
    "public released": Stage(MeetingState.RELEASED, -90, is_public=True),
    "cancelled": Stage(MeetingState.CANCELLED, 50),
    "deleted": Stage(MeetingState.PREPARING, 60, is_published=False, is_deleted=True),
}


def add_meeting(world: World, name: str, committee: Committee, organisation: Organisation, place: Place,
                stage_name: str) -> None:  # fmt: skip
    stage = STAGES[stage_name]
    moment = now()
    starts_at = moment + timedelta(days=stage.days)
    is_over = stage.state in (MeetingState.CLOSED, MeetingState.RELEASED)
    meeting = world.note(name, make_meeting(
        committee, starts_at=starts_at, place_id=place.id, is_public=stage.is_public, state=stage.state,
        published_at=moment if stage.is_published else None, deleted_at=moment if stage.is_deleted else None,
        started_at=starts_at if is_over or stage_name == "running" else None,
        closed_at=moment if is_over else None, ended_at=starts_at if is_over else None,
        released_at=moment if stage.state is MeetingState.RELEASED else None,
        cancelled_at=moment if stage.state is MeetingState.CANCELLED else None,
    ))  # fmt: skip
    meeting.place_note = f"Eingang {world.word_on(meeting, meetings.can_view)}"
    meeting.general_minutes = f"Begrüßung {world.word_on(meeting, meetings.can_read_minutes)}"
    if stage_name not in ("draft", "deleted", "cancelled"):
        add_attendance(world, meeting)
    for position, is_public in enumerate((True, False)):
        add_item(world, f"{name} {'public' if is_public else 'confidential'}", meeting, organisation, is_public,
                 position)  # fmt: skip
    if stage.is_published:
        add_invitation(world, name, meeting)
    if stage.state is MeetingState.PUBLISHED:
        add_supplements(world, name, meeting)
    guest = world.note(name, make_guest(meeting))
    guest.name = f"Gast {world.word_on(guest, meetings.can_view_guest)}"
    guest.email = f"{world.word_on(guest, meetings.can_view_guest)}@gast.example"


def add_invitation(world: World, name: str, meeting: Meeting) -> None:
    """One holder is invited and has answered with a word to the office."""
    meeting.invited_at = now()
    mandate = next(m for seat in meeting.committee.seats for m in seat.mandates if m.is_held_on(today()))
    invitation = world.note(name, make(Invitation(
        meeting=meeting, kind=InviteeKind.HOLDER, person=mandate.person, seat=mandate.seat,
        nonce=f"einladung-{meeting.id}", expires_at=meeting.ends_at, answer=InvitationAnswer.YES, answered_at=now(),
    )))  # fmt: skip
    identity = invitation.id

    def may_read_note(user: User) -> bool:
        found = db.session.get_one(Invitation, identity)
        is_own = user.person_id is not None and user.person_id == found.person_id
        return meetings.can_view(user, found.meeting) and (is_own or meetings.can_prepare(user, found.meeting))

    invitation.answer_note = f"Bin später da: {world.word(may_read_note)}"
    dispatch = world.note(name, make(Dispatch(meeting=meeting, kind=DispatchKind.INVITATION, subject="x")))
    dispatch.subject = f"Einladung {world.word_on(dispatch, policies_invitations.can_view_dispatch)}"
    dispatch.cover_text = f"Liebe Mitglieder, {world.word_on(dispatch, policies_invitations.can_view_dispatch)}"
    title = world.word_on(dispatch, policies_invitations.can_view_dispatch)
    dispatch.agenda = [{"item_id": 0, "number": "N 1", "title": title, "kind": "report", "is_public": False,
                        "minutes": 5, "rapporteur": None, "papers": []}]  # fmt: skip


def add_supplements(world: World, name: str, meeting: Meeting) -> None:
    """One supplement was sent, with old and new words; the next one is prepared, with a new item and a new paper."""
    sent = world.note(
        f"{name} sent",
        make(
            AgendaSupplement(
                meeting=meeting,
                number=1,
                kind=SupplementKind.SUPPLEMENT,
                sent_at=now(),
            )
        ),
    )
    sent.reason = f"Eilig {world.word_on(meeting, meetings.can_view_agenda, meetings.in_circle)}"
    draft = world.note(
        f"{name} draft", make(AgendaSupplement(meeting=meeting, number=2, kind=SupplementKind.SUPPLEMENT))
    )
    for item in list(meeting.items):
        line = make(AgendaChange(supplement=sent, kind=ChangeKind.ITEM_CHANGED, field="title", item=item,
                                 is_public=item.is_public))  # fmt: skip
        line.old_text = f"Früher {world.word_on(item, meetings.can_view_item)}"
        line.new_text = f"Jetzt {world.word_on(item, meetings.can_view_item)}"
        planned = make(AgendaChange(supplement=draft, kind=ChangeKind.ITEM_CHANGED, field="title", item=item,
                                    is_public=item.is_public))  # fmt: skip
        planned.new_text = f"Bald {world.word_on(draft, supplements.can_view_supplement)}"
        planned.new_value = {"to": planned.new_text}
        add_paper(world, f"{name} {item.is_public} late", item=item, supplement=draft)
        added = world.note(f"{name} {item.is_public} late", make_item(meeting, is_public=item.is_public,
                                                                      supplement=draft, position=9))  # fmt: skip
        added.title = f"Nachgereicht {world.word_on(added, meetings.can_view_item)}"
        make(AgendaChange(supplement=draft, kind=ChangeKind.ITEM_ADDED, item=added, is_public=item.is_public))
    db.session.commit()


def may_read_origin(policy: Callable[[User, Any], bool], model: type[Base], identity: int, item_id: int) -> Rule:
    """Whoever receives a work order reads from which public item and resolution it came."""

    def rule(user: User) -> bool:
        orders = db.session.query(WorkOrder).filter_by(item_id=item_id, is_public=True)
        return policy(user, db.session.get_one(model, identity)) or any(actions.can_view(user, o) for o in orders)

    return rule


def add_attendance(world: World, meeting: Meeting) -> None:
    for position, seat in enumerate(meeting.committee.seats):
        holder = next((m.person for m in seat.mandates if m.is_held_on(today())), None)
        world.note(f"{meeting.id} {position}", make(Attendance(
            meeting=meeting, seat=seat, position=position, person=holder, state=AttendanceState.PRESENT,
            seat_label=seat.label, voting=seat.voting,
        )))  # fmt: skip


def add_item(world: World, name: str, meeting: Meeting, organisation: Organisation, is_public: bool,
             position: int) -> None:  # fmt: skip
    item = world.note(name, make_item(meeting, kind=ItemKind.DECISION, is_public=is_public, position=position))
    may = meetings.can_view_item
    item.title = f"Punkt {world.word(may_read_origin(meetings.can_view_item, AgendaItem, item.id, item.id))}"
    item.description = f"Worum es geht: {world.word_on(item, may)}"
    item.proposed_resolution = f"Vorschlag {world.word_on(item, may)}"
    item.internal_note = (
        f"Notiz {world.word_on(item, may, lambda u, i: meetings.can_read_internal_notes(u, i.meeting))}"
    )
    item.minutes_text = f"Protokoll {world.word_on(item, may, lambda u, i: meetings.can_read_minutes(u, i.meeting))}"
    add_paper(world, name, item=item)
    if meeting.state is MeetingState.IN_SESSION:
        lost = make(ConflictingText(item=item, text="x", based_on_version=0, typed_by_id=world.users["coordinator"]))
        lost.text = f"Zu spät: {world.word_on(item, may, lambda u, i: meetings.can_minute(u, i.meeting))}"
    if meeting.is_closed or meeting.state is MeetingState.IN_SESSION:
        item.result = ItemResult.DECIDED
        number = f"{meeting.committee.short_name}-B-2026-{item.id:02d}" if meeting.is_closed else None
        resolution = world.note(name, make_resolution(item, is_public=is_public, number=number))
        consent = world.note(name, make(ImplementerConsent(resolution=resolution, organisation=organisation)))
        consent.note = f"Antwort {world.word_on(consent, policies_consents.can_view_consent)}"
        if number is not None:
            sent = make(ResolutionExtract(resolution=resolution, addressee=f"organisation:{organisation.id}",
                                          recipient="x", address="x@muster.example", is_preliminary=True))  # fmt: skip
            sent.recipient = f"Amt {world.word_on(resolution, minutes_rights.can_send_extract)}"
        cited = may_read_origin(meetings.can_view_resolution, Resolution, resolution.id, item.id)
        resolution.text = f"Das Gremium beschließt {world.word(cited)}."
        resolution.proviso = f"unter Vorbehalt {world.word(cited)}"
        add_order(world, name, meeting.committee, is_public=is_public, item=item,
                  addressee_organisation=organisation)  # fmt: skip
        if meeting.state is MeetingState.IN_SESSION and meeting.attendances:
            add_vote(world, name, item, resolution)
    db.session.commit()


def add_vote(world: World, name: str, item: AgendaItem, resolution: Resolution) -> None:
    first, *_others = meeting_rows = item.meeting.attendances
    recusal = world.note(name, make(Recusal(item=item, attendance=first, reason=RecusalReason.OTHER, note="x")))
    may = meetings.can_view_item
    notes = policies_room.can_read_recusal_notes
    recusal.note = f"Privat {world.word_on(item, may, lambda u, i: notes(u, i.meeting))}"
    world.note(name, make(Vote(
        resolution=resolution, committee=item.meeting.committee, mode=VoteMode.SECRET, votes_present=len(meeting_rows),
        roll=[RollEntry(attendance=a, seat_label=a.seat_label or "", may_vote=a is not first, reason="anwesend")
              for a in meeting_rows],
    )))  # fmt: skip


def keep_minutes(world: World, name: str, meeting: Meeting) -> None:
    """An objection to the minutes, and the version that was kept of them."""
    for item in sorted(meeting.items, key=lambda i: i.is_public):
        objection = world.note(f"{name} {item.is_public}", make(Objection(
            meeting=meeting, item=item, passage="x", wish="x", raised_by_label="Stadt Jülich",
            raised_by_id=world.users["holder"],
        )))  # fmt: skip
        objection.passage = f"Stelle {world.word_on(objection, minutes_rights.can_view_objection)}"
        objection.wish = f"Einwendung {world.word_on(objection, minutes_rights.can_view_objection)}"
    world.note(name, keep_version(meeting, MinutesVersionKind.SENT, by=None))


def add_paper(world: World, name: str, **owner: Any) -> None:
    data = f"Inhalt der Unterlage {name}".encode()
    stored = files.store(current_app.config["SETTINGS"].files, data, "unterlage.txt", most_bytes=1000)
    values = {k: getattr(stored, k) for k in ("stored_name", "file_name", "media_type", "size", "sha256")}
    paper = world.note(name, make(Paper(title="x", **values, **owner)))
    may = may_read_circular_paper if "circular_resolution" in owner else policies_papers.can_view_paper
    paper.title = f"Vorlage {world.word_on(paper, may)}"
    paper.file_name = f"{world.word_on(paper, may)}.txt"
    word = world.word_on(paper, may)
    (current_app.config["SETTINGS"].files / stored.stored_name).write_bytes(word.encode())


def may_read_circular_paper(user: User, paper: Paper) -> bool:
    """Papers of a circular resolution have an address of their own, below it."""
    assert paper.circular_resolution is not None
    return minutes_rights.can_view_circular(user, paper.circular_resolution)


def add_topics(world: World, name: str, committee: Committee) -> None:
    proposer = "holder" if name == "own" else "holder elsewhere"
    for state in TopicState:
        if state is TopicState.SCHEDULED:
            continue  # it is on an agenda then
        topic = make_topic(committee, state=state, proposed_by_id=world.users[proposer])
        world.note(f"{name} {state.value}", topic)
        topic.title = f"Thema {world.word_on(topic, meetings.can_view_topic)}"
        topic.purpose = f"Anliegen {world.word_on(topic, meetings.can_view_topic)}"
        topic.state_reason = f"weil {world.word_on(topic, meetings.can_view_topic)}"
    add_paper(world, f"{name} topic", topic=topic)
    db.session.commit()


def add_polls(world: World, name: str, committee: Committee) -> None:
    for stage in ("draft", "asked"):
        poll = DatePoll(committee=committee, title="x", asked_at=now() if stage == "asked" else None)
        poll.options = [
            DateOption(starts_at=now() + timedelta(days=n), ends_at=now() + timedelta(days=n, hours=2))
            for n in (20, 21)
        ]
        seat = committee.seats[0]
        poll.invitees = [PollInvitee(person_id=seat.mandates[0].person_id, nonce=f"poll-{name}-{stage}")]
        world.note(f"{name} {stage}", make(poll))
        poll.title = f"Termin {world.word_on(poll, dates.can_view_poll)}"
        poll.note = f"Hinweis {world.word_on(poll, dates.can_view_poll)}"
        poll.invitees[0].note = f"erst ab drei {world.word_on(poll, dates.can_view_poll)}"
    db.session.commit()


def add_events(world: World, name: str, committee: Committee) -> None:
    for stage in ("draft", "announced", "cancelled"):
        event = Event(
            body_id=committee.body_id, kind=EventKind.TRAINING, title="x", ical_uid=f"{name}-{stage}@muster.example",
            starts_at=now() + timedelta(days=20), ends_at=now() + timedelta(days=20, hours=2), committees=[committee],
            announced_at=now() if stage != "draft" else None, cancelled_at=now() if stage == "cancelled" else None,
        )  # fmt: skip
        person_id = committee.seats[0].mandates[0].person_id
        event.registrations = [EventRegistration(person_id=person_id)]
        world.note(f"{name} {stage}", make(event))
        event.title = f"Schulung {world.word_on(event, dates.can_view_event)}"
        event.description = f"Inhalt {world.word_on(event, dates.can_view_event)}"
    db.session.commit()


def add_series(world: World, name: str, committee: Committee, organisation: Organisation) -> None:
    series = world.note(name, make(MeetingSeries(committee=committee, kind=SeriesKind.TOUR, title="x")))
    meeting = db.session.get_one(Meeting, world.id_of(Meeting, f"{name} internal"))
    meeting.series, meeting.municipality = series, organisation
    series.title = f"Tour {world.word_on(series, dates.can_view_series)}"
    db.session.commit()


def add_circulars(world: World, name: str, committee: Committee) -> None:
    for state, is_public in (
        (CircularState.DRAFT, True),
        (CircularState.RUNNING, True),
        (CircularState.RUNNING, False),
    ):
        started = now() if state is CircularState.RUNNING else None
        circular = world.note(f"{name} {state.value} {is_public}", make(CircularResolution(
            committee=committee, title="x", proposed_resolution="x", state=state, is_public=is_public,
            starts_at=started, ends_at=now() + timedelta(days=9),
        )))  # fmt: skip
        may = minutes_rights.can_view_circular
        circular.title = f"Umlauf {world.word_on(circular, may)}"
        circular.proposed_resolution = f"Vorschlag {world.word_on(circular, may)}"
        circular.explanation = f"Erläuterung {world.word_on(circular, may)}"
        for seat in committee.seats[:2] if started else ():
            person_id = next((m.person_id for m in seat.mandates), None)
            make(CircularAnswer(circular_resolution=circular, seat=seat, person_id=person_id, seat_label=seat.label,
                                nonce=f"umlauf-{circular.id}-{seat.id}"))  # fmt: skip
    add_paper(world, f"{name} circular", circular_resolution=circular)
    db.session.commit()


def attend(world: World, meeting_name: str, role: str) -> None:
    """Let the person of ``role`` attend as deputy of its seat."""
    meeting = db.session.get_one(Meeting, world.id_of(Meeting, meeting_name))
    person = db.session.get_one(User, world.users[role]).person
    assert person is not None
    row = next(a for a in meeting.attendances if any(m.person_id == person.id for m in a.seat.mandates))
    row.state, row.person_id = AttendanceState.DEPUTY, person.id


def minute(world: World, meeting_name: str, role: str) -> None:
    """Name the person of ``role`` as minute-taker."""
    person = db.session.get_one(User, world.users[role]).person
    make(MeetingRole(meeting_id=world.id_of(Meeting, meeting_name), person=person, kind=MeetingRoleKind.MINUTE_TAKER))
