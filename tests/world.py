"""A small county for tests that go through everything: three committees, all kinds of things in all states, all roles.

Whatever not everybody may read bears a secret word of its own. `World.words_for(user)` asks the policies which of
these words a person may come across; every other word in an answer is a leak.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from flask import current_app

from govern import audit, files, mail
from govern.actions import policies as actions
from govern.actions import policies_gaps as gaps
from govern.actions.models import (
    Matter,
    MatterEvent,
    MatterEventKind,
    MatterTopic,
    OrderEvent,
    OrderEventKind,
    OrderFile,
    WorkOrder,
    WorkOrderState,
)
from govern.committees import policies as committees
from govern.committees.models import (
    Committee,
    CommitteeName,
    CommitteeNameKind,
    CommitteeOfficer,
    CompositionRule,
    ListMail,
    Mandate,
    MandateKind,
    OfficerRole,
    RuleKind,
    Seat,
    SeatGroup,
    Voting,
)
from govern.db import Base, db, now
from govern.documents import policies as documents
from govern.documents.models import Document, DocumentFiling, DocumentKind
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
    JointCommittee,
    Meeting,
    MeetingGuest,
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
    StandingItem,
    SupplementKind,
    Topic,
    TopicState,
    Vote,
    VoteMode,
)
from govern.meetings.queries.joint import belongs_to as meetings_of
from govern.meetings.services.minutes_versions import keep_version
from govern.overview import policies as overview
from govern.overview.standings import load_standing
from govern.people import policies as people
from govern.people.models import (
    AccessibilityFeedback,
    Feed,
    FeedPurpose,
    Organisation,
    Person,
    PersonFunction,
    Role,
    User,
    UserRole,
)
from tests.factories import (
    make,
    make_administrator,
    make_committee,
    make_coordinator,
    make_function,
    make_gap_report,
    make_guest,
    make_item,
    make_mandate,
    make_matter,
    make_meeting,
    make_member,
    make_municipality,
    make_office_user,
    make_officer,
    make_organisation,
    make_person,
    make_place,
    make_procedure_rule,
    make_resolution,
    make_seat,
    make_seat_group,
    make_steering_group,
    make_topic,
    make_user,
    make_work_order,
)

WORD = re.compile(r"geheimw\d{4}")
Rule = Callable[[User], bool]


@dataclass
class World:
    """Ids of everything, because objects do not outlive a request that was rolled back."""

    users: dict[str, int] = field(default_factory=dict)
    objects: dict[type[Base], list[tuple[str, int]]] = field(default_factory=dict)
    words: dict[str, Rule] = field(default_factory=dict)

    def note(self, name: str, row: Any) -> Any:
        """Remember a row under its type."""
        self.objects.setdefault(type(row), []).append((name, row.id))
        return row

    def word(self, rule: Rule) -> str:
        """A new secret word that only users for whom ``rule`` holds may read."""
        word = f"geheimw{len(self.words):04d}"
        self.words[word] = rule
        return word

    def word_on(self, row: Base, policy: Callable[[User, Any], bool], *more: Callable[[User, Any], bool]) -> str:
        """A word that follows a policy on ``row``."""
        model, identity = type(row), row.id  # type: ignore[attr-defined]
        checks = (policy, *more)
        return self.word(lambda user: all(check(user, db.session.get_one(model, identity)) for check in checks))

    def user(self, role: str) -> User:
        """The account of a role, with its standing."""
        user = db.session.get_one(User, self.users[role])
        load_standing(user, today())
        return user

    def words_for(self, user: Any) -> set[str]:
        """All words ``user`` may read."""
        return {word for word, rule in self.words.items() if rule(user)}

    def id_of(self, model: type[Base], name: str) -> int:
        """The id of a noted row."""
        return dict(self.objects[model])[name]


ROLES = (
    "nobody",
    "holder",
    "deputy",
    "attending deputy",
    "former holder",
    "future holder",
    "holder elsewhere",
    "chair",
    "office",
    "office above",
    "office elsewhere",
    "minute-taker",
    "coordinator",
    "case manager",
    "organisation",
    "organisation elsewhere",
    "administrator",
)


def build_world() -> World:
    """Make the rows; returns where they are. Needs an application context and an empty database."""
    with audit.silent():
        world = World()
        above = make_steering_group()
        own = make_committee(name="Arbeitskreis Sprache", short_name="AKS", parent_id=above.id)
        elsewhere = make_committee(name="Arbeitskreis Wohnen", short_name="AKW", parent_id=above.id)
        for name, committee in (("above", above), ("own", own), ("elsewhere", elsewhere)):
            world.note(name, committee)
        ours, theirs = make_municipality(name="Stadt Jülich"), make_municipality(name="Stadt Linnich")
        world.note("ours", ours)
        world.note("theirs", theirs)
        add_users(world, above, own, elsewhere, ours, theirs)
        for name, owner in (("body", None), ("own", own), ("elsewhere", elsewhere)):
            later = today() + timedelta(days=400)
            world.note(name, make_procedure_rule(owner, RuleKind.TIE, later, mode="rejected"))
        place = world.note("place", make_place(name="Kreishaus, Raum 128"))
        for name, committee, organisation in (("own", own, ours), ("elsewhere", elsewhere, theirs)):
            add_committee(world, name, committee, organisation)
            for stage in STAGES:
                add_meeting(world, f"{name} {stage}", committee, organisation, place, stage)
            add_topics(world, name, committee)
            add_circulars(world, name, committee)
            add_polls(world, name, committee)
            add_events(world, name, committee)
            add_series(world, name, committee, organisation)
            add_documents(world, name, committee)
            add_orders(world, name, committee, organisation)
            add_gaps(world, name, committee, organisation)
        for stage in ("draft", "internal"):
            add_meeting(world, f"joint {stage}", own, ours, place, stage)
            joint = JointCommittee(meeting_id=world.id_of(Meeting, f"joint {stage}"), committee=elsewhere)
            world.note(f"joint {stage}", make(joint))
        attend(world, "own internal", "attending deputy")
        attend(world, "own released", "attending deputy")
        minute(world, "own internal", "minute-taker")
        minute(world, "own closed", "minute-taker")
        for name, identity in world.objects[Meeting]:
            if "released" in name:
                keep_minutes(world, name, db.session.get_one(Meeting, identity))
        report = AccessibilityFeedback(body_id=own.body_id, text="x", sender_email="hilfe@muster.example")
        world.note("report", make(report))
        report.text = f"Hürde {world.word_on(report, overview.can_view_feedback)}"
        report.sender_name = f"Kim {world.word_on(report, overview.can_view_feedback)}"
        sent = mail.queue(
            body_id=own.body_id, to_address="gast@muster.example", to_name=world.word(people.can_read_outbox),
            from_address="kim@muster.example", from_name=None, subject=world.word(people.can_read_outbox),
            text=world.word(lambda user: False), host="muster.example",
        )  # fmt: skip
        sent.state = mail.MailState.SENT
        world.note("sent", make(sent))
        listed = ListMail(body_id=own.body_id, subject="x", text="x", committees=[own],
                          sent_by_id=world.users["coordinator"])  # fmt: skip
        world.note("to the list", make(listed))
        listed.subject = f"Rundmail {world.word_on(listed, committees.can_view_list_mail)}"
        for role in ("holder", "nobody"):
            feed = Feed(user_id=world.users[role], purpose=FeedPurpose.PERSONAL, nonce=f"nonce-{role}")
            world.note(role, make(feed))
        db.session.commit()
        return world


def add_users(world: World, above: Committee, own: Committee, elsewhere: Committee, ours: Organisation,
              theirs: Organisation) -> None:  # fmt: skip
    day = today()
    users = {
        "nobody": make_user(),
        "holder": make_member(own),
        "deputy": make_member(own, MandateKind.DEPUTY),
        "attending deputy": make_member(own, MandateKind.DEPUTY),
        "former holder": make_user(),
        "future holder": make_user(),
        "holder elsewhere": make_member(elsewhere),
        "chair": make_user(),
        "office": make_office_user(own),
        "office above": make_office_user(above),
        "office elsewhere": make_office_user(elsewhere),
        "minute-taker": make_user(),
        "coordinator": make_coordinator(),
        "case manager": make_user(Role.CASE_MANAGER),
        "organisation": make_user(organisation=ours),
        "organisation elsewhere": make_user(organisation=theirs),
        "administrator": make_administrator(),
    }
    assert tuple(users) == ROLES
    make_mandate(make_seat(own), users["former holder"].person, ends_on=day - timedelta(days=1))
    make_mandate(make_seat(own), users["future holder"].person, starts_on=day + timedelta(days=1))
    make_officer(own, users["chair"].person, OfficerRole.CHAIR)
    for role, user in users.items():
        world.users[role] = user.id
        world.note(role, user)
        person = world.note(role, user.person)
        make_function(person, make_organisation())
        person.email = f"{world.word_on(person, people.can_view_person)}@muster.example"
        person.phone = f"02421 {world.word_on(person, people.can_view_person)}"
        person.street = f"{world.word_on(person, people.can_view_person)} 7"
        user.email = f"{world.word_on(user, people.can_view_account)}@muster.example"
    db.session.commit()


def add_committee(world: World, name: str, committee: Committee, organisation: Organisation) -> None:
    group = world.note(name, make_seat_group(committee, name="Kommunen"))
    seat = world.note(name, make_seat(committee, organisations=[organisation], group_id=group.id, voting=Voting.YES))
    world.note(f"{name} vacant", make_seat(committee, voting=Voting.YES, person_count=None))
    person = world.note(f"{name} member", make_person())
    make_function(person, organisation)
    person.email = f"{world.word_on(person, people.can_view_person)}@muster.example"
    person.family_name = f"Name{world.word(may_read_name(person.id, committee.id))}"
    world.note(name, make_mandate(seat, person))
    world.note(name, make_officer(committee, make_person(), OfficerRole.OFFICE))
    world.note(name, make(CommitteeName(committee=committee, name="Runde am Montag", kind=CommitteeNameKind.FORMER)))
    world.note(name, make(CompositionRule(committee=committee, text="mindestens eine Bürgermeisterin oder ein "
                                          "Bürgermeister", function_contains="Bürgermeister")))  # fmt: skip
    for is_public in (True, False):
        standing = StandingItem(committee=committee, title="x", kind=ItemKind.REPORT, is_public=is_public)
        world.note(f"{name} {'public' if is_public else 'confidential'}", make(standing))
        standing.title = f"Bericht {world.word_on(standing, meetings.can_view_standing_item)}"


def may_read_name(person_id: int, committee_id: int) -> Rule:
    """Names of holders are for the circle of their committee, for those who may see the person, and colleagues."""

    def rule(user: User) -> bool:
        committee = db.session.get_one(Committee, committee_id)
        return (
            people.can_view_person(user, db.session.get_one(Person, person_id))
            or committees.can_view_holders(user, committee)
            or any(meetings.in_circle(user, m) for m in db.session.query(Meeting).where(meetings_of([committee_id])))
        )

    return rule


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


def add_documents(world: World, name: str, committee: Committee) -> None:
    for kind, values in {
        "open": {},
        "confidential": {"is_confidential": True},
        "withdrawn": {"withdrawn_at": now()},
    }.items():
        data = f"Dokument {name}".encode()
        stored = files.store(current_app.config["SETTINGS"].files, data, "dokument.txt", most_bytes=1000)
        facts = {k: getattr(stored, k) for k in ("stored_name", "file_name", "media_type", "size", "sha256")}
        document = Document(body_id=committee.body_id, title="x", sort_title="x", kind=DocumentKind.CONCEPT, **values,
                            **facts)  # fmt: skip
        document.filings = [DocumentFiling(committee=committee)]
        world.note(f"{name} {kind}", make(document))
        document.title = f"Konzept {world.word_on(document, documents.can_view)}"
        document.file_name = f"{world.word_on(document, documents.can_view)}.txt"
        document.note = f"Hinweis {world.word_on(document, documents.can_view)}"
        word = world.word_on(document, documents.can_view)
        (current_app.config["SETTINGS"].files / stored.stored_name).write_bytes(word.encode())
    db.session.commit()


def add_orders(world: World, name: str, committee: Committee, organisation: Organisation) -> None:
    add_order(world, f"{name} organisation", committee, addressee_organisation=organisation)
    add_order(world, f"{name} seat", committee, addressee_seat=committee.seats[0])
    add_order(world, f"{name} committee", committee, addressee_committee=committee.parent)
    add_order(world, f"{name} draft", committee, state=WorkOrderState.DRAFT, number=None, year=None,
              sequence_number=None, issued_on=None, addressee_organisation=organisation)  # fmt: skip
    add_order(world, f"{name} accepted", committee, state=WorkOrderState.ACCEPTED, asked_due_on=date(2030, 1, 1),
              addressee_organisation=organisation)  # fmt: skip
    add_order(world, f"{name} declined", committee, state=WorkOrderState.DECLINED,
              addressee_organisation=organisation)  # fmt: skip
    add_order(world, f"{name} reported", committee, state=WorkOrderState.REPORTED_DONE, done_on=date(2026, 2, 1),
              addressee_organisation=organisation)  # fmt: skip
    add_order(world, f"{name} done", committee, state=WorkOrderState.ACKNOWLEDGED, done_on=date(2026, 2, 1),
              addressee_organisation=organisation)  # fmt: skip


def add_gaps(world: World, name: str, committee: Committee, organisation: Organisation) -> None:
    """Matters, shared and not, with reports of several authors; their words are for author and coordination."""
    shared = world.note(f"{name} shared", make_matter(shared_at=now()))
    internal = world.note(f"{name} internal", make_matter())
    topic = make_topic(committee)
    make(MatterTopic(matter=shared, topic=topic))
    for matter in (shared, internal):
        matter.title = f"Lücke {world.word_on(matter, gaps.can_view_matter)}"
        matter.summary = f"Worum {world.word_on(matter, gaps.can_view_matter)}"
        world.note(f"{name} {'shared' if matter is shared else 'internal'}", make_gap_event(matter, world))
    for role in ("case manager", "organisation", "holder"):
        author = db.session.get_one(User, world.users[role])
        for stage, matter in (("new", None), ("assigned", shared)):
            report = world.note(
                f"{name} {role} {stage}", make_gap_report(author, municipality=organisation, matter=matter)
            )
            report.texts[0].headline = f"Satz {world.word_on(report, gaps.can_view_report)}"
            report.texts[0].text = f"Wortlaut {world.word_on(report, gaps.can_view_report)}"
            report.author_function = world.word(lambda user: gaps.can_handle_reports(user))
    db.session.commit()


def make_gap_event(matter: Matter, world: World) -> MatterEvent:
    """A step only the coordination reads, with a reason."""
    event = make(MatterEvent(matter=matter, kind=MatterEventKind.REPORT_ADDED, function="Koordination"))
    event.reason = f"Grund {world.word(lambda user: gaps.can_handle_reports(user))}"
    return event


def add_order(world: World, name: str, committee: Committee, **values: Any) -> None:
    order = world.note(name, make_work_order(committee, **values))
    order.task = f"Bitte erledigen {world.word_on(order, actions.can_view)}"
    order.details = f"Einzelheiten {world.word_on(order, actions.can_view)}"
    event = OrderEvent(work_order=order, kind=OrderEventKind.REPORTED, noted_by_function="Koordination",
                       text=f"Stand {world.word_on(order, actions.can_view)}")  # fmt: skip
    make(event)
    hand_in(world, name, event)


def hand_in(world: World, name: str, event: OrderEvent) -> None:
    """A paper handed in with a report."""
    folder = current_app.config["SETTINGS"].files
    stored = files.keep(folder, b"%PDF-1.7 geheim", "bericht.pdf", most_bytes=1_000)
    file = make(
        OrderFile(work_order=event.work_order, event=event, file_name=stored.file_name, media_type=stored.media_type,
                  size=stored.size, sha256=stored.sha256, stored_name=stored.stored_name)
    )  # fmt: skip
    world.note(name, file)
    file.file_name = f"{world.word_on(file, actions.can_view_file)}.pdf"
    (folder / stored.stored_name).write_bytes(world.word_on(file, actions.can_view_file).encode())


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


def child_model(parameter: str, folder: str) -> type[Base]:
    """What a further id of a route points to, by its name (`item_id`) or the word before it (`…/gaeste/<int:id>`)."""
    return CHILDREN[folder if parameter == "id" else parameter]


def children_of(model: type[Base], row: Base) -> list[tuple[int, bool]]:
    """Ids of rows of ``model``: one that belongs to ``row`` and one that does not."""
    found: dict[bool, int] = {}
    for child in db.session.query(model).limit(500):
        found.setdefault(belongs_to(child, row), child.id)  # type: ignore[attr-defined]
    return [(identity, belongs) for belongs, identity in found.items()]


def belongs_to(one: Base, other: Base) -> bool:
    """True if one of two rows points to the other, itself or through its agenda item."""
    return points_to(one, other) or points_to(other, one)


def points_to(row: Base, target: Base) -> bool:
    keys = [c.name for c in row.__table__.columns if any(f.column.table is target.__table__ for f in c.foreign_keys)]
    item = getattr(row, "item", None)
    return any(getattr(row, key) == target.id for key in keys) or (  # type: ignore[attr-defined]
        isinstance(target, Meeting) and item is not None and item.meeting_id == target.id
    )


CHILDREN: dict[str, type[Base]] = {
    "function_id": PersonFunction,
    "role_id": UserRole,
    "seat_id": Seat,
    "group_id": SeatGroup,
    "mandate_id": Mandate,
    "officer_id": CommitteeOfficer,
    "rule_id": CompositionRule,
    "item_id": AgendaItem,
    "paper_id": Paper,
    "line_id": AgendaChange,
    "attendance_id": Attendance,
    "guest_id": MeetingGuest,
    "resolution_id": Resolution,
    "topic_id": Topic,
    "order_id": WorkOrder,
    "committee_id": Committee,
    "organisation_id": Organisation,
    "person_id": Person,
    "meeting_id": Meeting,
    "standing_item_id": StandingItem,
    "document_id": Document,
    "conflict_id": ConflictingText,
    "sitzungen": Meeting,
    "gremien": Committee,
    "anwesenheit": Attendance,
    "gaeste": MeetingGuest,
    "beschluesse": Resolution,
    "einvernehmen": ImplementerConsent,
}
"""What the second parameters of routes point to."""
