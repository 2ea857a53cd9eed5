"""After the invitation a new order and new places wait for the supplement; what is new is marked wherever it stands."""

from __future__ import annotations

from io import BytesIO

import pytest
from docx import Document

from govern.db import db
from govern.meetings.models import (
    AgendaChange,
    AgendaItem,
    ChangeKind,
)
from govern.meetings.queries.guests import guest_token
from govern.people.models import User
from tests.conftest import SECRET, Client
from tests.meetings.invited import HIDDEN, Room
from tests.meetings.test_agenda_docx import words


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
