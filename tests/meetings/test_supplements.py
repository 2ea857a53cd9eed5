"""After the invitation every change of the agenda is a numbered supplement, and members see only what changed."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from docx import Document

from govern.committees.models import MailTarget, RuleKind, RuleState, Voting
from govern.committees.procedures import Admission, DayCount
from govern.db import db, now
from govern.mail import OutgoingMail
from govern.meetings.models import (
    AgendaChange,
    AgendaItem,
    AgendaSupplement,
    ChangeKind,
    Dispatch,
    DispatchKind,
    ItemResult,
    Meeting,
    MeetingState,
    Paper,
    PaperKind,
    SupplementKind,
    TopicState,
)
from govern.meetings.queries.guests import guest_token
from govern.people.models import User
from tests.conftest import SECRET, Client
from tests.factories import (
    make_committee,
    make_guest,
    make_item,
    make_mandate,
    make_meeting,
    make_office_user,
    make_person,
    make_procedure_rule,
    make_seat,
    make_topic,
    make_user,
)
from tests.meetings.test_agenda_docx import words

Counter = Callable[[], AbstractContextManager[list[str]]]
HIDDEN = "Personalfrage Muster"
PDF = b"%PDF-1.4\n%%EOF\n"


class Room:
    """An invited meeting with an office, a holder and a guest, and what a test does with it."""

    def __init__(self, client: Client, *, days: int = 40, **rules: Any) -> None:
        self.client = client
        committee = make_committee(name="Arbeitskreis Sprache", short_name="AKS")
        for kind, values in rules.items():
            make_procedure_rule(committee, RuleKind(kind), **values)
        self.office = make_office_user(committee)
        self.holder = make_user()
        make_mandate(make_seat(committee, voting=Voting.YES), self.holder.person)
        mailbox = make_seat(committee, mailbox="postfach@amt.example", mail_target=MailTarget.MAILBOX)
        make_mandate(mailbox, make_person())
        self.meeting: Meeting = make_meeting(committee, starts_at=now() + timedelta(days=days))
        self.first = make_item(self.meeting, title="Sprachkurse", position=1, planned_minutes=20)
        self.second = make_item(self.meeting, title="Haushalt", position=2)
        self.hidden = make_item(self.meeting, title=HIDDEN, position=3, is_public=False)
        self.guest = make_guest(self.meeting, items=[self.first], name="Robin Gast", email="robin@gast.example")
        self.as_office()
        page = client.get(self.path("einladung")).text
        seen = page.split('name="seen" type="hidden" value="')[1].split('"')[0]
        values = {"subject": "Einladung", "cover_text": "Hallo", "seen": seen, "senden": "1", "reason": "Umzug"}
        assert client.post(self.path("einladung"), data=values).status_code == 303
        db.session.expire_all()
        assert self.meeting.invited_at is not None

    def path(self, rest: str = "") -> str:
        return f"/sitzungen/{self.meeting.id}" + (f"/{rest}" if rest else "")

    def as_office(self) -> None:
        self.client.sign_in(self.office)

    def agenda_for(self, user: User) -> str:
        self.client.sign_in(user)
        page = self.client.get(self.path())
        assert page.status_code == 200
        return page.text

    def add(self, title: str, **values: Any) -> Any:
        data = {"title": title, "kind": "decision", "is_public": "y", "paper_kind": "",
                "rapporteur": "", **values}  # fmt: skip
        if not data["is_public"]:
            del data["is_public"]
        answer = self.client.post(self.path("tagesordnung/neu"), data=data)
        assert answer.status_code == 303
        return answer

    def edit(self, item: AgendaItem, **values: Any) -> Any:
        data = {"title": item.title, "kind": item.kind.value, "planned_minutes": item.planned_minutes or "",
                "version": str(item.version), "rapporteur": "", **values}  # fmt: skip
        if "is_public" not in values and item.is_public:
            data["is_public"] = "y"
        if data.get("is_public") == "":
            del data["is_public"]
        answer = self.client.post(f"/tagesordnungspunkte/{item.id}/bearbeiten", data=data)
        db.session.expire_all()
        return answer

    def upload(self, item: AgendaItem, name: str, **values: Any) -> Any:
        data = {"papers": (BytesIO(PDF), name), "paper_kind": "", **values}
        return self.client.post(f"/tagesordnungspunkte/{item.id}/unterlagen", data=data)

    @property
    def draft(self) -> AgendaSupplement | None:
        db.session.expire_all()
        return db.session.query(AgendaSupplement).filter_by(sent_at=None).one_or_none()

    def send(self, **values: Any) -> Any:
        draft = self.draft
        assert draft is not None
        page = self.client.get(f"/nachtraege/{draft.id}")
        assert page.status_code == 200, page.text
        seen = page.text.split('name="seen" type="hidden" value="')[1].split('"')[0]
        data = {"subject": "Nachtrag", "cover_text": "Neues.", "kind": "supplement", "seen": seen, "senden": "1",
                **values}  # fmt: skip
        answer = self.client.post(f"/nachtraege/{draft.id}", data=data)
        db.session.expire_all()
        return answer

    def mails(self, address: str) -> list[str]:
        found = db.session.query(OutgoingMail).filter_by(to_address=address).order_by(OutgoingMail.id)
        return [mail.text for mail in found]


@pytest.mark.proves("E-04", "L-10", "W-9")
def test_what_is_added_after_the_invitation_waits_for_the_supplement(client: Client) -> None:
    room = Room(client)
    assert room.add("Neue Kita", papers=(BytesIO(PDF), "kita.pdf"), paper_kind="").status_code == 303
    draft = room.draft
    assert draft is not None and draft.number == 1 and draft.kind is SupplementKind.SUPPLEMENT
    item = db.session.query(AgendaItem).filter_by(title="Neue Kita").one()
    paper = item.papers[0]
    office = room.agenda_for(room.office)
    assert "Neue Kita" in office and "1. Nachtrag in Arbeit" in office and "neu, noch nicht versandt" in office
    assert "Unterlagen <span" in office or "Unterlagen" in office
    member = room.agenda_for(room.holder)
    assert "Neue Kita" not in member and "in Arbeit" not in member
    for path in (f"/tagesordnungspunkte/{item.id}", f"/unterlagen/{paper.id}", f"/nachtraege/{draft.id}"):
        assert client.get(path).status_code == 404, path
    assert "kita.pdf" not in client.get(room.path("unterlagen")).text
    assert "Neue Kita" not in client.get("/suche?q=Kita").text
    room.as_office()
    assert room.send().status_code == 303
    assert draft.sent_at is not None
    member = room.agenda_for(room.holder)
    assert "neu im 1. Nachtrag" in member and 'id="nachtrag-1"' in member and "kita.pdf" in member
    assert client.get(f"/unterlagen/{paper.id}").status_code == 200
    (dispatch,) = db.session.query(Dispatch).filter_by(kind=DispatchKind.SUPPLEMENT)
    assert dispatch.supplement_id == draft.id and dispatch.agenda is not None
    assert [row["title"] for row in dispatch.agenda] == ["Sprachkurse", "Haushalt", HIDDEN, "Neue Kita"]


@pytest.mark.proves("E-04", "L-10", "B14", "C13")
def test_each_gets_only_what_changed_and_only_what_they_may_read(client: Client) -> None:
    room = Room(client)
    room.add("Öffentliches Neues")
    room.add("Geheimes Neues", is_public="")
    draft = room.draft
    assert draft is not None
    page = client.get(f"/nachtraege/{draft.id}").text
    assert "disabled" in page.partition('id="nachtrag"')[2].partition("<button")[2].partition(">")[0]  # Enter sends not
    assert "Ohne Mail, weil nichts davon für sie bestimmt ist: Robin Gast" in page
    room.send()
    holder = room.mails(room.holder.person.email)[-1]  # type: ignore[union-attr, arg-type]
    assert "TOP 3  Öffentliches Neues: neuer Punkt" in holder and "TOP N 2  Geheimes Neues: neuer Punkt" in holder
    assert "Haushalt" not in holder, "only what changed"
    assert len(room.mails("robin@gast.example")) == 1, "nothing of it is for the guest"
    mailbox = room.mails("postfach@amt.example")[-1]
    assert "Öffentliches Neues" in mailbox and "Geheimes" not in mailbox
    calendars = [m.calendar for m in db.session.query(OutgoingMail) if "Nachtrag" in m.subject]
    assert calendars and not any(calendars), "neither time nor place changed"
    stranger = make_user()
    room.meeting.is_public = True
    db.session.commit()
    page = room.agenda_for(stranger)
    assert "Öffentliches Neues" in page and "Geheimes" not in page
    room.as_office()
    room.edit(room.first, title="Sprachkurse für Eltern")
    room.send()
    assert "Sprachkurse für Eltern" in room.mails("robin@gast.example")[-1]


@pytest.mark.proves("E-04")
def test_an_item_the_members_have_stays_as_sent_until_the_dispatch(client: Client) -> None:
    room = Room(client)
    version = room.first.version
    assert room.edit(room.first, title="Sprachkurse II", planned_minutes="45", description="Neu").status_code == 303
    assert (room.first.title, room.first.planned_minutes) == ("Sprachkurse", 20)
    office = room.agenda_for(room.office)
    assert "vorgemerkt im 1. Nachtrag" in office
    assert 'value="Sprachkurse II"' in client.get(f"/tagesordnungspunkte/{room.first.id}/bearbeiten").text
    assert "Sprachkurse II" not in room.agenda_for(room.holder)
    room.as_office()
    stale = room.edit(room.first, title="Zu spät", version=str(version))
    assert stale.status_code == 409
    room.edit(room.first, title="Sprachkurse", planned_minutes="45", description="Neu")
    draft = room.draft
    assert draft is not None
    assert {c.field for c in draft.changes} == {"planned_minutes", "description"}, "what says the same again is dropped"
    room.send()
    assert (room.first.title, room.first.planned_minutes, room.first.description) == ("Sprachkurse", 45, "Neu")
    member = room.agenda_for(room.holder)
    assert "geändert im 1. Nachtrag" in member
    assert "20 min</del>" in member and "45 min</ins>" in member, "old and new"
    room.as_office()
    room.edit(room.second, title="Haushalt 2027")
    room.edit(room.second, title="Haushalt")
    assert room.draft is None, "with the last change the supplement is gone"
    room.edit(room.second, title="Haushalt 2027")
    assert room.draft is not None and room.draft.number == 2


@pytest.mark.proves("E-04", "E-12")
def test_what_becomes_confidential_is_hidden_at_once_and_what_becomes_public_keeps_its_past(client: Client) -> None:
    room = Room(client)
    room.meeting.is_public = True
    db.session.commit()
    stranger = make_user()
    room.edit(room.second, is_public="", title="Neuer Name")
    assert "Haushalt" not in room.agenda_for(stranger), "hidden at once"
    room.as_office()
    room.edit(room.hidden, is_public="y", title="Stellenplan")
    assert "Stellenplan" not in room.agenda_for(stranger)
    room.as_office()
    room.send()
    page = room.agenda_for(stranger)
    assert "Stellenplan" in page and HIDDEN not in page and "Neuer Name" not in page
    assert HIDDEN in room.agenda_for(room.holder)
    mailbox = room.mails("postfach@amt.example")[-1]
    assert "Stellenplan" in mailbox and HIDDEN not in mailbox and "Neuer Name" not in mailbox


@pytest.mark.proves("E-04")
def test_new_items_find_a_place_and_shifted_numbers_are_told(client: Client) -> None:
    room = Room(client)
    room.add("Eilig")
    item = db.session.query(AgendaItem).filter_by(title="Eilig").one()
    order = [item.id, room.first.id, room.second.id, room.hidden.id]
    assert client.post(room.path("tagesordnung/ordnung"), data={"order": ",".join(map(str, order))}).status_code == 303
    assert "TOP 1 wird TOP 2" in client.get(f"/nachtraege/{room.draft.id}").text  # type: ignore[union-attr]
    room.send()
    moved = db.session.query(AgendaChange).filter_by(kind=ChangeKind.ITEM_MOVED).all()
    assert {(c.item_id, c.old_text, c.new_text) for c in moved} == {
        (room.first.id, "1", "2"), (room.second.id, "2", "3"),
    }  # fmt: skip
    assert "bisher TOP 1" in room.mails(room.holder.person.email)[-1]  # type: ignore[union-attr, arg-type]


@pytest.mark.proves("E-04", "W-9")
def test_a_new_order_waits_for_the_supplement_and_tells_who_what_moved(client: Client) -> None:
    room = Room(client)

    def order(*items: AgendaItem) -> int:
        room.as_office()
        ids = ",".join(str(item.id) for item in items)
        status = client.post(room.path("tagesordnung/ordnung"), data={"order": ids}).status_code
        db.session.expire_all()
        return status

    def shown(user: User) -> list[str]:
        page = room.agenda_for(user)
        titles = (item.title for item in db.session.query(AgendaItem).filter_by(meeting_id=room.meeting.id))
        return sorted(
            (title for title in titles if f">{title}</a>" in page), key=lambda title: page.index(f">{title}<")
        )

    as_sent = ["Sprachkurse", "Haushalt", HIDDEN]
    assert order(room.hidden, room.second, room.first) == 303
    assert shown(room.holder) == as_sent  # what was sent stays as sent
    assert shown(room.office) == [HIDDEN, "Haushalt", "Sprachkurse"]
    assert "bisher TOP 1" in client.get(f"/nachtraege/{room.draft.id}").text  # type: ignore[union-attr]
    assert order(room.first, room.second, room.hidden) == 303
    assert room.draft is None  # back as it was: nothing to tell
    assert order(room.first, room.hidden, room.second) == 303
    preview = client.get(f"/nachtraege/{room.draft.id}").text  # type: ignore[union-attr]
    assert "an anderer Stelle der Tagesordnung" in preview
    assert order(room.second, room.first, room.hidden) == 303
    room.add("Eilig")
    new = db.session.query(AgendaItem).filter_by(title="Eilig").one()
    client.post(f"/tagesordnungspunkte/{new.id}/verschieben", data={"direction": "up"})
    refused = client.post(f"/tagesordnungspunkte/{room.first.id}/verschieben", data={"direction": "in"})
    assert refused.status_code == 422 and "Verschieben lässt er sich" in refused.text
    menus = client.get(room.path()).text
    assert menus.count("Zum Unterpunkt machen") == 1  # of the new item, which nobody has yet
    assert shown(room.office) == ["Haushalt", "Sprachkurse", "Eilig", HIDDEN]
    assert shown(room.holder) == as_sent
    room.as_office()
    assert room.send().status_code == 303
    assert shown(room.holder) == ["Haushalt", "Sprachkurse", "Eilig", HIDDEN]
    assert "verschoben im 1. Nachtrag" in room.agenda_for(room.holder)
    mail = room.mails(room.holder.person.email)[-1]  # type: ignore[union-attr, arg-type]
    assert ("TOP 1  Haushalt: bisher TOP 2" in mail, "TOP 2  Sprachkurse: bisher TOP 1" in mail) == (True, True)
    assert HIDDEN not in mail  # its number and its place are as before
    assert "bisher TOP 1" in room.mails("robin@gast.example")[-1]


@pytest.mark.proves("E-04", "E-22", "C13")
def test_what_is_new_is_marked_in_word_and_on_the_pages_of_the_links(client: Client) -> None:
    room = Room(client)
    room.upload(room.first, "Zahlen.pdf")
    room.add("Eilig")
    room.add("Geheimes Neues", is_public="")

    def docx(user: User, part: str = "") -> str:
        client.sign_in(user)
        return words(Document(BytesIO(client.get(room.path("tagesordnung.docx") + part).data)))

    assert "Eilig (noch nicht versandt)" in docx(room.office) and "Eilig" not in docx(room.office, "?teil=oeffentlich")
    room.as_office()
    assert room.send().status_code == 303
    assert "Eilig (neu im 1. Nachtrag)" in docx(room.holder)
    assert "Geheimes Neues (nicht öffentlich) (neu im 1. Nachtrag)" in docx(room.holder)
    public = docx(room.office, "?teil=oeffentlich")
    assert "Eilig (neu im 1. Nachtrag)" in public and "Zahlen.pdf (neu im 1. Nachtrag)" in public
    assert "Geheimes" not in public
    client.post("/abmelden")
    mail = room.mails(room.holder.person.email)[-1]  # type: ignore[union-attr, arg-type]
    answer = client.get("/einladung/" + mail.split("/einladung/")[1].split()[0].split("?")[0]).text
    assert answer.count("neu im 1. Nachtrag") == 2  # the item and the paper
    assert "geändert im 1. Nachtrag" in answer  # the item it belongs to
    assert "Geheimes" not in answer
    guest = client.get(f"/gast/{guest_token(room.guest, SECRET)}").text
    assert "Zahlen.pdf" in guest and "neu im 1. Nachtrag" in guest
    assert "Eilig" not in guest


@pytest.mark.proves("E-04", "C3")
def test_the_author_of_a_topic_is_told_when_the_members_are(client: Client) -> None:
    room = Room(client)
    author = make_user()
    make_mandate(make_seat(room.meeting.committee), author.person)
    topic = make_topic(room.meeting.committee, title="Wartezeiten", proposed_by=author, state=TopicState.ACCEPTED)

    def told() -> list[str]:
        found = db.session.query(OutgoingMail).filter_by(to_address=author.email).order_by(OutgoingMail.id)
        return [mail.subject for mail in found]

    def page() -> str:
        client.sign_in(author)
        text = client.get(f"/themen/{topic.id}").text
        room.as_office()
        return text

    take = {"topics": [topic.id], "late_note": ""}
    assert client.post(room.path("tagesordnung/themen"), data=take).status_code == 303
    assert told() == [] and room.meeting.name not in page()
    client.post(f"/nachtraege/{room.draft.id}/verwerfen")  # type: ignore[union-attr]
    assert told() == []  # taken back before anybody knew
    assert client.post(room.path("tagesordnung/themen"), data=take).status_code == 303
    room.send()
    assert told() == ["Ihr Thema „Wartezeiten“: auf der Tagesordnung"]
    assert room.meeting.name in page()


@pytest.mark.proves("E-04", "E-12")
def test_a_place_among_confidential_items_is_told_to_the_circle_only(client: Client) -> None:
    room = Room(client)
    room.as_office()
    ids = f"{room.first.id},{room.hidden.id},{room.second.id}"
    client.post(room.path("tagesordnung/ordnung"), data={"order": ids})
    assert "Robin Gast" not in client.get(f"/nachtraege/{room.draft.id}").text.split("Ohne Mail")[0]  # type: ignore[union-attr]
    room.send()
    assert [c.is_public for c in db.session.query(AgendaChange).filter_by(kind=ChangeKind.ITEM_MOVED)] == [False]
    assert "an anderer Stelle" in room.agenda_for(room.holder)


@pytest.mark.proves("E-04")
def test_an_item_is_struck_with_the_supplement_and_its_topic_comes_back(client: Client) -> None:
    room = Room(client)
    topic = make_topic(room.meeting.committee, title="Haushalt", state=TopicState.SCHEDULED)
    room.second.topic = topic
    db.session.commit()
    path = f"/tagesordnungspunkte/{room.second.id}/absetzen"
    assert client.post(path, data={"reason": "erst im Herbst"}).status_code == 303
    db.session.expire_all()
    assert room.second.result is None and "abgesetzt im" not in room.agenda_for(room.holder)
    room.as_office()
    room.send()
    assert room.second.result is ItemResult.WITHDRAWN and room.second.result_note == "erst im Herbst"
    assert topic.state is TopicState.ACCEPTED
    assert "abgesetzt im 1. Nachtrag" in room.agenda_for(room.holder)


@pytest.mark.proves("E-04")
def test_a_supplement_can_be_emptied_and_nothing_else_is_lost(client: Client) -> None:
    room = Room(client)
    topic = make_topic(room.meeting.committee, title="Aus dem Speicher", state=TopicState.ACCEPTED)
    assert client.post(room.path("tagesordnung/themen"), data={"topics": str(topic.id)}).status_code == 303
    room.upload(room.first, "alt.pdf")
    room.edit(room.second, planned_minutes="5")
    draft = room.draft
    assert draft is not None and len(draft.changes) == 3
    line = next(c for c in draft.changes if c.kind is ChangeKind.PAPER_ADDED)
    assert client.post(f"/nachtraege/{draft.id}/zeilen/{line.id}/verwerfen").status_code == 303
    db.session.expire_all()
    assert db.session.query(Paper).count() == 0
    assert client.post(f"/nachtraege/{draft.id}/zeilen/{line.id}/verwerfen").status_code == 404
    assert client.post(f"/nachtraege/{draft.id}/verwerfen").status_code == 303
    assert room.draft is None and db.session.query(AgendaItem).count() == 3
    assert topic.state is TopicState.ACCEPTED and room.second.planned_minutes is None
    client.sign_in(room.holder)
    room.as_office()
    room.add("Wieder")
    assert room.draft is not None and room.draft.number == 1, "the number is free again"


def test_a_paper_taken_back_is_gone_at_once_and_the_supplement_says_so(client: Client) -> None:
    room = Room(client)
    room.upload(room.first, "zahlen.pdf")
    room.send()
    paper = db.session.query(Paper).one()
    client.post(f"/unterlagen/{paper.id}/zurueckziehen")
    page = room.agenda_for(room.holder)
    assert "zahlen.pdf" not in page and client.get(f"/unterlagen/{paper.id}").status_code == 404
    draft = room.draft
    assert draft is not None and [c.kind for c in draft.changes] == [ChangeKind.PAPER_WITHDRAWN]
    room.as_office()
    client.post(f"/unterlagen/{paper.id}/wieder-bereitstellen")
    assert room.draft is None


@pytest.mark.proves("C18", "E-04")
def test_what_a_guest_hands_in_late_goes_to_the_members_by_the_office(client: Client) -> None:
    room = Room(client)
    link = f"/gast/{guest_token(room.guest, SECRET)}"
    client.get("/abmelden")
    data = {"item_id": str(room.first.id), "papers": (BytesIO(PDF), "vortrag.pdf")}
    assert client.post(f"{link}/unterlagen", data=data).status_code == 303
    paper = db.session.query(Paper).one()
    assert "vortrag.pdf" in client.get(link).text
    assert client.get(f"{link}/unterlagen/{paper.id}").status_code == 200
    assert "vortrag.pdf" not in room.agenda_for(room.holder)
    room.as_office()
    room.send()
    assert "vortrag.pdf" in room.agenda_for(room.holder)


def test_what_was_shown_is_what_is_sent(client: Client) -> None:
    room = Room(client)
    room.add("Erstes")
    draft = room.draft
    assert draft is not None
    assert room.send(seen="etwas anderes").status_code == 422
    assert draft.sent_at is None and db.session.query(Dispatch).count() == 1
    assert room.send(subject="  ").status_code == 422
    assert draft.sent_at is None
    assert room.send(tisch="1").status_code == 303
    assert draft.sent_at is not None and db.session.query(Dispatch).count() == 1
    answer = client.post(
        f"/nachtraege/{draft.id}", data={"subject": "x", "kind": "supplement", "seen": "", "senden": "1"}
    )
    assert answer.status_code == 422 and "schon versandt" in answer.text


@pytest.mark.proves("E-02", "E-05")
def test_new_items_after_the_notice_period_need_a_reason_or_are_refused(client: Client) -> None:
    room = Room(
        client, days=5, notice_period={"number": 10, "mode": DayCount.FULL_DAYS}, urgent_items={"mode": Admission.FREE}
    )
    room.add("Spät")
    page = room.send()
    assert page.status_code == 422 and "nicht warten können" in page.text
    assert room.send(reason="Frist des Landes").status_code == 303
    other = db.session.query(AgendaSupplement).one()
    assert other.reason == "Frist des Landes"
    make_procedure_rule(room.meeting.committee, RuleKind.URGENT_ITEMS, now().date(), state=RuleState.OFF)
    room.add("Noch später")
    page = room.send(reason="Trotzdem")
    assert page.status_code == 422 and "nicht zugelassen" in page.text


@pytest.mark.proves("E-05")
def test_table_papers_are_marked_and_refused_where_the_rules_exclude_them(client: Client) -> None:
    room = Room(client)
    room.upload(room.first, "tisch.pdf")
    room.send(kind="table_paper")
    paper = db.session.query(Paper).one()
    assert paper.kind is PaperKind.TABLE_PAPER and paper.supplement is not None
    page = room.agenda_for(room.holder)
    assert "1. Nachtrag (Tischvorlage)" in page and "Tischvorlage" in client.get(room.path("unterlagen")).text
    make_procedure_rule(room.meeting.committee, RuleKind.TABLE_PAPERS, state=RuleState.OFF, source="GO § 7")
    room.as_office()
    answer = room.upload(room.first, "noch-eine.pdf", paper_kind="table_paper")
    assert answer.status_code == 422 and "Tischvorlagen sind in diesem Gremium nicht zugelassen (GO § 7)" in answer.text
    room.upload(room.first, "nachgereicht.pdf")
    assert room.send(kind="table_paper").status_code == 422


def test_a_meeting_does_not_begin_with_an_unsent_supplement(client: Client) -> None:
    room = Room(client)
    room.add("Offen")
    answer = client.post(room.path("eroeffnen"))
    assert answer.status_code == 422 and "noch nicht versandt" in answer.text
    db.session.expire_all()
    assert room.meeting.state is MeetingState.PUBLISHED
    room.send(tisch="1")
    assert client.post(room.path("eroeffnen")).status_code == 303


def test_the_page_costs_no_more_with_supplements(client: Client, count_queries: Counter) -> None:
    room = Room(client)
    path = room.path()
    client.get(path)
    with count_queries() as before:
        client.get(path)
    for n in range(3):
        room.add(f"Neu {n}")
        room.upload(room.first, f"datei{n}.pdf")
        room.edit(room.second, planned_minutes=str(10 + n))
        if n < 2:
            room.send()
    with count_queries() as after:
        client.get(path)
    assert len(after) <= len(before) <= 12, after


def started(client: Client, **rules: Any) -> Room:
    room = Room(client, **rules)
    assert client.post(room.path("eroeffnen")).status_code == 303
    db.session.expire_all()
    return room


DECISION = {"text": "Wir machen das.", "outcome": "consensus", "adopted": "yes", "version": ""}


def decide(room: Room, item: AgendaItem) -> Any:
    path = room.path(f"punkte/{item.id}/beschluesse")
    return room.client.post(path, data=DECISION, headers={"HX-Request": "true"})


@pytest.mark.proves("E-05", "E-04")
def test_on_a_paper_laid_on_the_table_nothing_is_decided_without_consent(client: Client) -> None:
    room = started(client, table_papers={"mode": Admission.WITH_CONSENT, "source": "GO § 7"})
    assert room.upload(room.first, "tisch.pdf").status_code == 303
    paper = db.session.query(Paper).one()
    assert paper.kind is PaperKind.TABLE_PAPER and paper.supplement is not None
    assert paper.supplement.sent_at is not None and paper.supplement.kind is SupplementKind.TABLE_PAPER
    assert "tisch.pdf" in room.agenda_for(room.holder), "it lies on the table"
    room.as_office()
    screen = client.get(room.path(f"protokollieren?punkt={room.first.id}")).text
    assert "Tischvorlage: tisch.pdf" in screen and "Ohne Zustimmung wird nicht beschlossen (GO § 7)" in screen
    answer = decide(room, room.first)
    assert answer.status_code == 422 and "Halten Sie die Zustimmung zuerst fest" in answer.text
    consent = room.path(f"punkte/{room.first.id}/zustimmung")
    assert client.post(consent, data={}).status_code == 422
    assert client.post(consent, data={"consent": "nein", "consent_note": ""}).status_code == 303
    db.session.expire_all()
    assert room.first.has_consent is False and room.first.result is ItemResult.POSTPONED
    assert decide(room, room.first).status_code == 422
    assert client.post(consent, data={"consent": "ja", "consent_note": "einstimmig"}).status_code == 303
    assert decide(room, room.first).status_code == 200
    db.session.expire_all()
    assert room.first.result is ItemResult.DECIDED
    page = client.get(room.path("protokoll")).text
    assert "erteilt (einstimmig)" in page
    assert client.post(consent, data={"consent": "nein"}).status_code == 422, "a resolution stands already"
    assert decide(room, room.second).status_code == 200, "nothing late about it"


@pytest.mark.proves("E-05", "E-04")
def test_an_urgent_item_comes_onto_a_running_agenda_with_consent(client: Client) -> None:
    room = started(client, urgent_items={"mode": Admission.WITH_CONSENT, "source": "GO § 8"})
    data = {"title": "Notunterkunft", "kind": "decision", "is_public": "y", "reason": "Zustrom seit Montag"}
    page = client.get(room.path("dringlich"))
    assert page.status_code == 200 and "nur mit seiner Zustimmung (GO § 8)" in page.text
    answer = client.post(room.path("dringlich"), data=data)
    assert answer.status_code == 422 and "nur mit Zustimmung" in answer.text and "Notunterkunft" in answer.text
    answer = client.post(room.path("dringlich"), data={**data, "has_consent": "y", "consent_note": "einstimmig"})
    assert answer.status_code == 303
    item = db.session.query(AgendaItem).filter_by(title="Notunterkunft").one()
    assert item.has_consent is True and item.supplement is not None
    assert item.supplement.kind is SupplementKind.URGENT and item.supplement.reason == "Zustrom seit Montag"
    assert item.supplement.sent_at is not None
    assert decide(room, item).status_code == 200
    text = client.get(room.path("protokoll")).text
    assert "1. Nachtrag (Dringlichkeitsantrag)" in text and "Zustrom seit Montag" in text
    member = room.agenda_for(room.holder)
    assert "neu im 1. Nachtrag" in member
    assert client.get(room.path("dringlich")).status_code == 403
    room.as_office()
    room.add("Von der Tagesordnung aus")
    other = db.session.query(AgendaItem).filter_by(title="Von der Tagesordnung aus").one()
    assert other.supplement is not None and other.supplement.number == 2 and other.has_consent is None
    assert decide(room, other).status_code == 422


def test_where_urgent_items_are_excluded_nobody_adds_one(client: Client) -> None:
    room = started(client, urgent_items={"state": RuleState.OFF})
    data = {"title": "Eilig", "kind": "discussion", "reason": "weil", "has_consent": "y"}
    answer = client.post(room.path("dringlich"), data=data)
    assert answer.status_code == 422 and "nicht zugelassen" in answer.text
    assert db.session.query(AgendaItem).count() == 3


@pytest.mark.proves("E-04")
def test_what_changes_while_the_meeting_runs_is_recorded_at_once(client: Client) -> None:
    room = started(client)
    room.edit(room.second, title="Haushalt 2027")
    assert room.second.title == "Haushalt 2027" and room.draft is None
    room.edit(room.second, planned_minutes="5")
    (supplement,) = db.session.query(AgendaSupplement)
    assert [c.field for c in supplement.changes] == ["title", "planned_minutes"]
    assert "geändert im 1. Nachtrag" in room.agenda_for(room.holder)
