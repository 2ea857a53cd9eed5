"""The example year: two meetings held, one to come, topics, work orders, and two smaller committees beside it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time, timedelta
from typing import Any

import sqlalchemy as sa

from govern.committees.deadlines import topics_due
from govern.committees.models import Committee
from govern.committees.queries.list_mails import fingerprint_of, list_recipients
from govern.db import db, now
from govern.demo import meetings as make
from govern.demo.days import working_day
from govern.demo.meetings import Surroundings
from govern.demo.orders import date_back, note_orders
from govern.demo.papers import paper_bytes
from govern.demo.texts import Text
from govern.documents.models import DocumentKind
from govern.documents.services import documents
from govern.formats import at, local
from govern.meetings.models import (
    AgendaItem,
    DispatchKind,
    ItemKind,
    ItemPurpose,
    Meeting,
    MinutesVersion,
    MinutesVersionKind,
    Place,
    SupplementKind,
    Topic,
    TopicInput,
    TopicState,
)
from govern.meetings.queries.procedures import procedure_of_meeting
from govern.meetings.queries.recipients import recipients_of
from govern.meetings.queries.supplements import draft_of, preview_of_supplement
from govern.meetings.queries.topic_calls import proposed_words
from govern.meetings.services import (
    dispatches,
    guests,
    meetings,
    minutes_life,
    minutes_versions,
    places,
    revisions,
    standing_items,
    supplement_sending,
    topic_calls,
    topics,
)
from govern.meetings.services.words import words_for
from govern.people.models import Person, User


def make_year(around: Surroundings, accounts: Mapping[str, User], texts: Mapping[str, Any]) -> None:
    """Make everything that `example_year.yaml` describes."""
    _Year(around, accounts, texts).make()


class _Year:
    """What the parts of the year share: the rooms, who acts, and items that later ones follow."""

    def __init__(self, around: Surroundings, accounts: Mapping[str, User], texts: Mapping[str, Any]) -> None:
        self.around = around
        self.accounts = accounts
        self.texts = texts
        self.by = around.coordinator
        self.highest = around.committees["highest"]
        self.items: dict[str, AgendaItem] = {}
        self.places: list[Place] = []

    def make(self) -> None:
        """In the order in which it happened."""
        self.places = [
            places.add_place(by=self.by, name=text["name"], address=text.get("address"), note=text.get("note"),
                             video_url=text.get("video_url"))
            for text in self.texts["places"]
        ]  # fmt: skip
        for text in self.texts["standing_items"]:
            standing_items.add_standing_item(
                self.highest, by=self.by, title=text["title"], kind=ItemKind(text["kind"]),
                planned_minutes=text["minutes"], at_end=text.get("at_end", False), is_public=True,
                purpose=ItemPurpose(text["purpose"]) if "purpose" in text else None,
            )  # fmt: skip
        self._hold("first", number=7, day=self._past(243))
        self._revise(self.texts["first"]["revision"])
        self._hold("second", number=8, day=self._past(61))
        self._circles()
        self._documents()
        self._topics()
        self._coming()
        self._keep_minutes()

    def _past(self, days: int) -> date:
        return working_day(self.around.today - timedelta(days=days), step=-1)

    def _future(self, days: int) -> date:
        return working_day(self.around.today + timedelta(days=days))

    # --- the highest committee ----------------------------------------------------------------------------------------
    def _hold(self, name: str, *, number: int, day: date) -> None:
        meeting = make.plan(self.around, self.highest, day, by=self.by, number=number, place=self.places[0],
                            chair=self._chair())  # fmt: skip
        self._hold_and_close(meeting, self.texts[name], by=self.by)

    def _hold_and_close(self, meeting: Meeting, text: Text, *, by: User, released: bool = True) -> None:
        self.items |= make.fill(self.around, meeting, text["items"], by=by)
        self._link(meeting, text["items"])
        make.publish(meeting, self._before(meeting), by=by)
        said = make.hold(self.around, meeting, text, by=by)
        noted = note_orders(self.around, said, by=by)
        make.close(self.around, meeting, by=by, released=released)
        date_back(self.around, noted, by=by)

    def _revise(self, text: Text) -> None:
        item = self.items[text["item"]]
        corrected = item.minutes_text.replace(text["old"], text["new"])
        revision = revisions.revise_minutes(
            item, corrected, reason=text["reason"], version=item.minutes_version, by=self.by
        )
        released = item.meeting.released_at or item.meeting.ends_at
        revision.revised_at = released + timedelta(days=6)

    def _keep_minutes(self) -> None:
        # Dates were put back after the minutes were released: what was kept that day says the days of the story.
        db.session.flush()
        db.session.execute(sa.delete(MinutesVersion))
        db.session.expire_all()
        released = sa.select(Meeting).where(Meeting.released_at.is_not(None)).order_by(Meeting.starts_at)
        for meeting in db.session.scalars(released).all():
            revised = [r.revised_at for item in meeting.items for r in item.revisions]
            kind = MinutesVersionKind.CORRECTED if revised else MinutesVersionKind.SENT
            version = minutes_versions.keep_version(meeting, kind, by=self.by)
            version.made_at = max(revised, default=meeting.released_at or meeting.ends_at)
            if meeting.objections_until is not None:
                minutes_life.start_objection_period(meeting, local(version.made_at).date())

    def _coming(self) -> None:
        text = self.texts["coming"]
        meeting = make.plan(self.around, self.highest, self._future(12), by=self.by, number=9, place=self.places[0],
                            chair=self._chair(), with_standing_items=True)  # fmt: skip
        self.items |= make.fill(self.around, meeting, text["items"], by=self.by)
        self._link(meeting, text["items"])
        item = next(i for i in meeting.items if i.title.endswith("Fachgespräch"))
        guest = guests.invite_guest(
            meeting, by=self.by, name="Mika Gastfeld", function=text["guest"]["function"],
            organisation_name=text["guest"]["organisation"], email="gast@fachberatung-wohnen.example",
            reason=text["guest"]["reason"], items=[item],
        )  # fmt: skip
        item.rapporteur_guest = guest
        self._call(meeting)

    def _call(self, meeting: Meeting) -> None:
        # Asked for topics a month ago, where the committee has a deadline for them.
        procedure, post = procedure_of_meeting(meeting), self.around.post
        recipients = list_recipients([self.highest], self.around.today, with_deputies=False, to_case_managers=False)
        if (
            not recipients
            or topics_due(procedure, local(meeting.starts_at).date()) is None
            or meeting.starts_at <= now()
        ):
            return
        words = proposed_words(meeting, procedure, f"{post.base_url}/gremien/{self.highest.id}/themen/neu")
        called = topic_calls.send_topic_call(
            meeting, [self.highest], recipients, subject=words.subject, text=words.text, with_deputies=False,
            procedure=procedure, shown=fingerprint_of(recipients), host=post.host, by=self.by,
            sender=(post.body.sender_name or post.body.name, post.body.sender_email or self.by.email),
        )  # fmt: skip
        called.list_mail.sent_at = at(self._past(27), time(9, 40))
        for recipient in called.list_mail.recipients:
            if recipient.mail is not None:
                recipient.mail.created_at = called.list_mail.sent_at

    def _link(self, meeting: Meeting, texts: list[Text]) -> None:
        # An item that carries on an earlier one takes its topic along, too.
        by_title = {item.title: item for item in meeting.items}
        for text in texts:
            earlier = self.items.get(text.get("follows", ""))
            if earlier is None:
                continue
            item = by_title[text["title"]]
            item.predecessor = earlier
            if earlier.topic is not None and earlier.topic.state is TopicState.ACCEPTED:
                item.topic, earlier.topic.state = earlier.topic, TopicState.SCHEDULED
                earlier.topic.state_reason = None
        db.session.flush()

    def _chair(self) -> Person | None:
        # Nobody chairs where the documents name no chair.
        return self.accounts["chair"].person if self.highest.chair_function else None

    def _before(self, meeting: Meeting) -> date:
        day = working_day(meeting.starts_at.date() - timedelta(days=14), step=-1)
        return min(day, self._past(1))

    # --- topics -------------------------------------------------------------------------------------------------------
    def _topics(self) -> None:
        for n, text in enumerate(self.texts["topics"]):
            topic = topics.propose_topic(
                self.highest, by=self.accounts[text["from"]], title=text["title"], purpose=text["purpose"],
                wished_outcome=text.get("outcome", ""), input_kind=TopicInput(text["input"]),
                wished_kind=ItemKind(text["kind"]), planned_minutes=text["minutes"], is_public=True,
            )  # fmt: skip
            topic.created_at = at(self._past(26 - 4 * n), time(13, 40))
            self._decide(topic, text)

    def _decide(self, topic: Topic, text: Text) -> None:
        if "paper" in text:
            make.attach(self.around, topic, text["paper"], self.highest.body.name, by=self.accounts[text["from"]])
        if text["state"] == "accepted":
            topics.accept_topic(topic, by=self.by)
        if text["state"] == "returned":
            topics.return_topic(topic, by=self.by, reason=text["reason"])

    def _documents(self) -> None:
        for text in self.texts["documents"]:
            day = self._past(30)
            data = paper_bytes(text["title"], text["text"], body=self.highest.body.name, day=day)
            document = documents.file_document(
                {"title": text["title"], "kind": DocumentKind(text["kind"]), "status_date": day.isoformat(),
                 "note": text.get("note")},
                [self.around.committees[name] for name in text["filed"]],
                upload=documents.Upload(f"{text['title'].replace(':', '')}.pdf", data),
                store=documents.Store(self.around.store.folder, self.around.store.most_bytes), by=self.by,
            )  # fmt: skip
            document.filed_at = at(day, time(9, 5))

    # --- two smaller committees ---------------------------------------------------------------------------------------
    def _circles(self) -> None:
        first, second = self.around.committees["circle1"], self.around.committees["circle2"]
        office = self.accounts["office"]
        text = self.texts["circle1"]
        self._hold_and_close(self._plan_circle(first, 21, 50, office), text["past"], by=office)
        self._hold_and_close(self._plan_circle(first, 22, 6, office), text["draft"], by=office, released=False)
        self._move(first, text["coming"], office)
        text = self.texts["circle2"]
        self._hold_and_close(self._plan_circle(second, 11, 75, self.by), text["past"], by=self.by)
        self._cancel(second, text["cancelled"])

    def _plan_circle(self, committee: Committee, number: int, days_ago: int, by: User) -> Meeting:
        return make.plan(self.around, committee, self._past(days_ago), by=by, number=number, place=self.places[1],
                         hours=make.MORNING)  # fmt: skip

    def _move(self, committee: Committee, text: Text, by: User) -> None:
        meeting = make.plan(self.around, committee, self._future(5), by=by, number=23, place=self.places[2],
                            video_url=self.places[3].video_url, hours=make.MORNING)  # fmt: skip
        make.fill(self.around, meeting, text["items"], by=by)
        make.publish(meeting, self._past(3), by=by)
        starts, ends = make.MORNING
        meetings.move_meeting(meeting, by=by, version=None, day=self._future(19), starts=starts, ends=ends,
                              reason=text["move_reason"])  # fmt: skip
        moved_at = at(self._past(1), time(15, 5))
        meeting.ical_changed_at = meeting.moves[0].moved_at = moved_at
        self._invite(meeting, text["supplement"], by)

    def _invite(self, meeting: Meeting, text: Text, by: User) -> None:
        # Invited yesterday, a supplement in the evening; another one is being prepared.
        recipients = recipients_of(meeting, informs_deputies=False)
        if not recipients or meeting.starts_at <= now():  # the year may lie around any day
            return
        words, post = words_for(meeting, DispatchKind.INVITATION), self.around.post
        dispatches.send_invitation(meeting, recipients, subject=words.subject, cover_text=words.text,
                                   reason=text["short_notice"], post=post, by=by)  # fmt: skip
        make.fill(self.around, meeting, text["sent"], by=by)
        supplement = draft_of(meeting)
        assert supplement is not None  # noqa: S101 - the new item has made it
        words = words_for(meeting, DispatchKind.SUPPLEMENT, occasion=supplement.name)
        supplement_sending.send_supplement(
            supplement, kind=SupplementKind.SUPPLEMENT, reason=text["reason"], subject=words.subject,
            cover_text=words.text, seen=preview_of_supplement(supplement).seen, post=post, by=by,
        )  # fmt: skip
        make.fill(self.around, meeting, text["draft"], by=by)

    def _cancel(self, committee: Committee, text: Text) -> None:
        meeting = make.plan(self.around, committee, self._future(8), by=self.by, number=12, place=self.places[2],
                            hours=make.MORNING)  # fmt: skip
        make.fill(self.around, meeting, text["items"], by=self.by)
        make.publish(meeting, self._past(4), by=self.by)
        meetings.cancel_meeting(meeting, by=self.by, reason=text["reason"])
        meeting.cancelled_at = meeting.ical_changed_at = at(self._past(1), time(16, 50))


def upcoming_meeting() -> Meeting | None:
    """The meeting of the highest committee that the demo is about."""
    return db.session.scalars(
        sa.select(Meeting).join(Meeting.committee).where(Committee.is_highest, Meeting.example)
        .order_by(Meeting.starts_at.desc()).limit(1)
    ).first()  # fmt: skip
