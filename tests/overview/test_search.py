"""One search across everything, and what it must never find."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest

from govern.actions.models import WorkOrderState
from govern.committees.models import CommitteeName, CommitteeNameKind, MandateKind
from govern.db import now, sort_key
from govern.meetings.models import Meeting, MeetingState
from tests.conftest import Client
from tests.factories import (
    make,
    make_committee,
    make_coordinator,
    make_function,
    make_item,
    make_meeting,
    make_member,
    make_municipality,
    make_office_user,
    make_organisation,
    make_person,
    make_resolution,
    make_user,
    make_work_order,
)

WORD = "Quittenernte"
DRAFT = {"state": WorkOrderState.DRAFT, "number": None, "year": None, "sequence_number": None, "issued_on": None}


def _closed(committee: Any, **values: Any) -> Meeting:
    past = now() - timedelta(days=10)
    return make_meeting(
        committee, starts_at=past, state=MeetingState.CLOSED, published_at=past, closed_at=past, **values
    )


def _resolution(item: Any, text: str, **values: Any) -> Any:
    return make_resolution(item, text=text, sort_text=sort_key(text), **values)


def test_every_kind_is_found_by_parts_of_its_words(client: Client) -> None:
    committee = make_committee(name=f"Arbeitskreis {WORD}")
    meeting = _closed(committee, number=3)
    item = make_item(meeting, title=f"Bericht zur {WORD}")
    resolution = _resolution(item, f"Die {WORD} beginnt.")
    order = make_work_order(committee, task=f"{WORD} planen")
    organisation = make_organisation(name=f"Amt für {WORD}")
    person = make_person(family_name=WORD)
    page = client.sign_in(make_coordinator()).get("/suche?q=quittenernt").text
    for path in (f"/gremien/{committee.id}", f"/sitzungen/{meeting.id}", f"/tagesordnungspunkte/{item.id}",
                 f"/beschluesse/{resolution.id}", f"/arbeitsauftraege/{order.id}",
                 f"/organisationen/{organisation.id}", f"/personen/{person.id}"):  # fmt: skip
        assert f'href="{path}"' in page


def test_a_committee_is_found_under_its_former_name_and_its_short_name(client: Client) -> None:
    committee = make_committee(name="Netzwerk Ankommen", short_name="NAK")
    make(CommitteeName(committee=committee, name="Runder Tisch Flucht", kind=CommitteeNameKind.FORMER))
    client.sign_in(make_coordinator())
    for text in ("tisch runder", "nak"):
        assert "Netzwerk Ankommen" in client.get("/suche", query_string={"q": text}).text


def test_numbers_find_resolutions_and_orders(client: Client) -> None:
    committee = make_committee()
    _resolution(make_item(_closed(committee)), "Ein Text", number="LG-B-2026-07", year=2026, sequence_number=7)
    make_work_order(committee, task="Etwas tun", number="A-2026-912")
    client.sign_in(make_coordinator())
    assert "Ein Text" in client.get("/suche?q=lg-b-2026-07").text
    assert "Etwas tun" in client.get("/suche?q=A-2026-912").text


@pytest.mark.proves("D-10", "E-12")
def test_outsiders_find_nothing_confidential_and_no_draft(client: Client) -> None:
    committee = make_committee(short_name="LG")
    public = _closed(committee, is_public=True)
    make_item(public, title=f"Geheim {WORD}", is_public=False)
    _resolution(make_item(public, title="Offen", is_public=False), f"Geheim {WORD}", is_public=False)
    make_item(make_meeting(committee, is_public=True), title=f"Noch nicht veröffentlicht {WORD}")
    running = make_meeting(committee, is_public=True, published_at=now())
    _resolution(make_item(running), f"Noch vorläufig {WORD}")
    make_meeting(committee, title=f"Interne {WORD}")
    make_meeting(committee, title=f"Papierkorb {WORD}", is_public=True, deleted_at=now())
    ours = make_municipality()
    make_work_order(committee, task=f"Entwurf {WORD}", addressee_organisation=ours, **DRAFT)
    make_work_order(committee, task=f"Fremder Auftrag {WORD}")
    make_function(make_person(family_name=WORD), make_organisation())
    for user in (make_user(), make_user(organisation=ours), make_member(make_committee())):
        page = client.sign_in(user).get(f"/suche?q={WORD}")
        assert page.status_code == 200
        assert "Nichts gefunden" in page.text
    deputy = client.sign_in(make_member(committee, MandateKind.DEPUTY)).get(f"/suche?q={WORD}").text
    assert "Geheim" not in deputy and "Entwurf" not in deputy and "vorläufig" not in deputy
    assert "Papierkorb" not in deputy and f"Interne {WORD}" in deputy
    member = client.sign_in(make_member(committee)).get(f"/suche?q={WORD}").text
    assert "Geheim" in member and "Entwurf" not in member and "Noch nicht veröffentlicht" not in member
    office = client.sign_in(make_office_user(committee)).get(f"/suche?q={WORD}").text
    assert f"Entwurf {WORD}" in office and "Noch nicht veröffentlicht" in office


def test_a_kind_shows_ten_and_all_on_request(client: Client) -> None:
    for n in range(12):
        make_organisation(name=f"{WORD} {n:02}")
    client.sign_in(make_coordinator())
    page = client.get(f"/suche?q={WORD}").text
    assert "Organisationen (12)" in page and f"{WORD} 09" in page and f"{WORD} 10" not in page
    assert "Alle 12 anzeigen" in page
    assert f"{WORD} 11" in client.get(f"/suche?q={WORD}&art=organisationen").text
    assert client.get(f"/suche?q={WORD}&art=unfug").status_code == 404


@pytest.mark.parametrize("text", ["", "   ", "%", "_", "'; drop", "😀", "a" * 300])
def test_odd_words_do_no_harm(client: Client, text: str) -> None:
    make_organisation(name="Jobcenter")
    answer = client.sign_in(make_coordinator()).get("/suche", query_string={"q": text})
    assert answer.status_code == 200 and "Jobcenter" not in answer.text


def test_the_search_takes_one_statement_a_kind(
    client: Client, count_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    for n in range(12):
        make_organisation(name=f"{WORD} {n}", parent=make_organisation())
        make_function(make_person(family_name=f"{WORD}{n}"), make_organisation())
    client.sign_in(make_coordinator())
    with count_queries() as nothing:
        client.get("/suche?q=")
    with count_queries() as found:
        client.get(f"/suche?q={WORD}")
    assert len(found) <= len(nothing) + 8  # seven kinds, and the functions of persons
