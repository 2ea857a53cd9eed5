"""An invited meeting with an office, a holder and a guest, for tests of what happens to its agenda afterwards."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any

from govern.committees.models import MailTarget, RuleKind, Voting
from govern.db import db, now
from govern.mail import OutgoingMail
from govern.meetings.models import (
    AgendaItem,
    AgendaSupplement,
    Meeting,
)
from govern.people.models import User
from tests.conftest import Client
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
    make_user,
)

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
        self.invite()
        assert self.meeting.invited_at is not None

    def invite(self) -> None:
        """Invite everybody who is not invited yet."""
        page = self.client.get(self.path("einladung")).text
        seen = page.split('name="seen" type="hidden" value="')[1].split('"')[0]
        values = {"subject": "Einladung", "cover_text": "Hallo", "seen": seen, "senden": "1", "reason": "Umzug"}
        assert self.client.post(self.path("einladung"), data=values).status_code == 303
        db.session.expire_all()

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


def started(client: Client, **rules: Any) -> Room:
    room = Room(client, **rules)
    assert client.post(room.path("eroeffnen")).status_code == 303
    db.session.expire_all()
    return room


DECISION = {"text": "Wir machen das.", "outcome": "consensus", "adopted": "yes", "version": ""}


def decide(room: Room, item: AgendaItem) -> Any:
    path = room.path(f"punkte/{item.id}/beschluesse")
    return room.client.post(path, data=DECISION, headers={"HX-Request": "true"})
