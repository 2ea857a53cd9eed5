"""One search across everything, and what it must never find."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from govern import formats, jobs, search_merging
from govern import search as index
from govern.actions.models import ReportState, ReportText, WorkOrderState
from govern.actions.queries.gap_reports import ReportFilter, list_inbox
from govern.actions.services.gap_reports import withdraw_report
from govern.committees.models import CommitteeName, CommitteeNameKind, MandateKind
from govern.db import More, count_rows, db, now, sort_key
from govern.documents.models import Document, DocumentFiling, DocumentKind
from govern.meetings.models import Meeting, MeetingState, Paper, Topic, TopicState
from govern.people.models import Role
from govern.search import SearchEntry
from tests.conftest import Client
from tests.factories import (
    make,
    make_committee,
    make_coordinator,
    make_function,
    make_gap_report,
    make_item,
    make_matter,
    make_meeting,
    make_member,
    make_municipality,
    make_office_user,
    make_organisation,
    make_person,
    make_resolution,
    make_seat,
    make_topic,
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
    return make_resolution(item, text=text, **values)


def _paper(item: Any, title: str, **values: Any) -> Paper:
    return make(Paper(item=item, title=title, file_name="plan.pdf", media_type="application/pdf", size=1, sha256="x",
                      stored_name=f"search-{title}", **values))  # fmt: skip


def _document(committee: Any, title: str, **values: Any) -> Document:
    return make(Document(body_id=committee.body_id, title=title, sort_title=sort_key(title), kind=DocumentKind.CONCEPT,
                         filings=[DocumentFiling(committee=committee)], **values))  # fmt: skip


def _found(client: Client, text: str) -> list[str]:
    """The addresses of the hits."""
    answer = client.get("/suche", query_string={"q": text})
    assert answer.status_code == 200
    results = answer.text.split('id="overview-search_results"')[1]
    return re.findall(r'href="(/[a-z]+/\d+)"', results)


@pytest.mark.proves("D-10")
def test_every_kind_is_found_by_parts_of_its_words(client: Client) -> None:
    committee = make_committee(name=f"Arbeitskreis {WORD}")
    meeting = _closed(committee, number=3)
    item = make_item(meeting, title=f"Bericht zur {WORD}")
    resolution = _resolution(item, f"Die {WORD} beginnt.")
    order = make_work_order(committee, task=f"{WORD} planen")
    topic = make_topic(committee, title="Obst", purpose=f"Die {WORD} braucht Helfende.")
    seat = make_seat(committee, function=f"Leitung der {WORD}")
    paper, document = _paper(item, f"Plan der {WORD}"), _document(committee, f"Konzept {WORD}")
    organisation = make_organisation(name=f"Amt für {WORD}")
    person = make_person(family_name=WORD)
    page = client.sign_in(make_coordinator()).get("/suche?q=quittenernt").text
    for path in (f"/gremien/{committee.id}", f"/sitzungen/{meeting.id}", f"/tagesordnungspunkte/{item.id}",
                 f"/beschluesse/{resolution.id}", f"/arbeitsauftraege/{order.id}", f"/themen/{topic.id}",
                 f"/sitze/{seat.id}", f"/unterlagen/{paper.id}", f"/dokumente/{document.id}",
                 f"/organisationen/{organisation.id}", f"/personen/{person.id}"):  # fmt: skip
        assert f'href="{path}"' in page


@pytest.mark.proves("E1", "D-10")
def test_reports_are_found_by_their_author_and_the_coordination_only_matters_by_their_readers(client: Client) -> None:
    author, other = make_user(Role.CASE_MANAGER), make_user(Role.CASE_MANAGER)
    matter = make_matter(title=f"Helfende für die {WORD}", shared_at=now())
    internal = make_matter(title=f"Intern zur {WORD}")
    report = make_gap_report(author, matter=matter, headline=f"Niemand für die {WORD}")
    paths = [f"/luecken/{matter.id}", f"/luecken/{internal.id}", f"/lueckenmeldungen/{report.id}"]
    for user, expected in ((make_coordinator(), paths), (author, paths[::2]), (other, paths[:1])):
        client.sign_in(user)
        assert sorted(_found(client, WORD)) == sorted(expected)
        assert _found(client, report.number) == [path for path in expected if path == paths[2]]
    withdraw_report(report, by=author)
    db.session.commit()
    assert _found(client.sign_in(author), f"Niemand {WORD}") == []


def test_a_committee_is_found_under_its_former_name_and_its_short_name(client: Client) -> None:
    committee = make_committee(name="Netzwerk Ankommen", short_name="NAK")
    make(CommitteeName(committee=committee, name="Runder Tisch Flucht", kind=CommitteeNameKind.FORMER))
    client.sign_in(make_coordinator())
    for text in ("tisch runder", "nak"):
        assert "Netzwerk Ankommen" in client.get("/suche", query_string={"q": text}).text


@pytest.mark.parametrize("text", ["Stadt Jü", "stadt-jü", "Stadt Jülich"])
def test_what_begins_with_the_words_stands_first(client: Client, text: str) -> None:
    names = [
        "Amt der Stadt Jülich",
        "Integrationsrat der Stadt Jülich",
        "Stadt Jülich",
        "Stadt Jülich, Volkshochschule",
    ]
    amt, council, town, school = (f"/organisationen/{make_organisation(name=name).id}" for name in names)
    highest = make_committee(name="Lenkungsgruppe der Stadt Jülich", is_highest=True)
    own = make_committee(name="Stadt Jülich: Steuerungskreis")
    people = [make_person(family_name="Adler", given_name="Jülich Stadt"), make_person(family_name="Stadt Jülich")]
    found = _found(client.sign_in(make_coordinator()), text)
    assert [path for path in found if path.startswith("/organisationen/")] == [town, school, amt, council]
    assert [path for path in found if path.startswith("/gremien/")] == [f"/gremien/{c.id}" for c in (own, highest)]
    persons = [path for path in found if path.startswith("/personen/")]
    assert persons == [f"/personen/{person.id}" for person in reversed(people)]


def test_the_kind_of_the_nearest_hit_stands_first(client: Client) -> None:
    committee = f"/gremien/{make_committee(name='Integrationsrat der Stadt Mühlhausen').id}"
    town = f"/organisationen/{make_organisation(name='Stadt Mühlhausen').id}"
    client.sign_in(make_coordinator())
    for text in ("stadt müh", "Stadt Muehl", "Stadt Mühlhausen"):
        assert _found(client, text) == [town, committee]
    for text in ("mühlhausen", "Stadt", "integrationsrat"):
        assert _found(client, text)[0] == (town if text == "Stadt" else committee)
    own = f"/gremien/{make_committee(name='Stadt Mühlhausen: Steuerungskreis').id}"
    assert _found(client, "Stadt Müh") == [own, committee, town]
    assert _found(client, "Stadt Mühlhausen") == [town, own, committee]


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
    closed = make_item(public, title="Anderes", is_public=False)
    _paper(closed, f"Geheim {WORD}")
    _paper(make_item(public, title="Ganz anderes"), f"Zurückgezogen {WORD}", withdrawn_at=now())
    make_topic(committee, title=f"Neues Thema {WORD}", state=TopicState.PROPOSED)
    _document(committee, f"Geheim {WORD}", is_confidential=True)
    _document(committee, f"Zurückgezogen {WORD}", withdrawn_at=now())
    make_function(make_person(family_name=WORD), make_organisation())
    for user in (make_user(), make_user(organisation=ours), make_member(make_committee())):
        page = client.sign_in(user).get(f"/suche?q={WORD}")
        assert page.status_code == 200
        assert "Nichts gefunden" in page.text and 'data-announce="0 Treffer"' in page.text
    deputy = client.sign_in(make_member(committee, MandateKind.DEPUTY)).get(f"/suche?q={WORD}").text
    assert "Geheim" not in deputy and "Entwurf" not in deputy and "vorläufig" not in deputy
    assert "Papierkorb" not in deputy and f"Interne {WORD}" in deputy and 'data-announce="2 Treffer"' in deputy
    member = client.sign_in(make_member(committee)).get(f"/suche?q={WORD}").text
    assert "Geheim" in member and "Entwurf" not in member and "Noch nicht veröffentlicht" not in member
    office = client.sign_in(make_office_user(committee)).get(f"/suche?q={WORD}").text
    assert f"Entwurf {WORD}" in office and "Noch nicht veröffentlicht" in office and "Neues Thema" in office
    assert "Zurückgezogen" not in office


def test_a_kind_shows_ten_and_all_on_request(client: Client) -> None:
    for n in range(12):
        make_organisation(name=f"{WORD} {n:02}")
    client.sign_in(make_coordinator())
    page = client.get(f"/suche?q={WORD}").text
    assert "Organisationen (12)" in page and f"{WORD} 09" in page and f"{WORD} 10" not in page
    assert "Alle 12 anzeigen" in page
    assert f"{WORD} 11" in client.get(f"/suche?q={WORD}&art=organisationen").text
    assert client.get(f"/suche?q={WORD}&art=unfug").status_code == 404


ODD = ["", "   ", "%", "_", "'; drop", "😀", "a" * 300, "„“", '"', "*", "-", "NEAR", "NEAR(", "AND OR NOT", "words:x",
       "_organisation", "{x}", "\\", "ß", "a" * 150 + " " + "b " * 50, "²", "\u1e9e", "ﬁ", "\u0301"]  # fmt: skip


@pytest.mark.parametrize("text", ODD)
def test_odd_words_do_no_harm(client: Client, text: str) -> None:
    make_organisation(name="Jobcenter")
    answer = client.sign_in(make_coordinator()).get("/suche", query_string={"q": text})
    assert answer.status_code == 200 and "Jobcenter" not in answer.text


@pytest.mark.parametrize(
    "path", ["/suche", "/arbeitsauftraege", "/beschluesse", "/luecken", "/themen", "/organisationen"]
)
def test_single_letters_find_nothing_anywhere_and_the_page_says_why(client: Client, path: str) -> None:
    committee = make_committee()
    make_work_order(committee, task="A, B oder L", number="A-2026-912")
    make_resolution(make_item(_closed(committee)), text="A, B oder L", number="LG-B-2026-07", year=2026,
                    sequence_number=7)  # fmt: skip
    make_matter(title="A, B oder L")
    make_topic(committee, title="A, B oder L")
    make_organisation(name="A, B oder L")
    client.sign_in(make_coordinator())
    for text in ("a", "B", "l", "a b"):
        page = client.get(path, query_string={"q": text}).text
        assert "A, B oder L" not in page and "Einzelne Buchstaben genügen nicht." in page, text
    assert "A, B oder L" in client.get(path, query_string={"q": "a, b oder"}).text
    assert "Einzelne Buchstaben" not in client.get(path, query_string={"q": "xy"}).text


@pytest.mark.parametrize(
    "text",
    ["Ärzte", "aerzte", "arzte", "ÄRZ", "A\u0308rzte", "grundschul ärzte", "rzte grunds", "schulstr 2026",
     "2026 grund", "Grund-Schul*", "grundschulstraße 9", "grundschulstrasse-9", "STRASSE 9"],
)  # fmt: skip
def test_umlauts_parts_and_any_order_find(client: Client, text: str) -> None:
    client.sign_in(make_coordinator())
    topic = make_topic(title="Ärztinnen und Ärzte in der Grundschulstraße 9 ab 2026")
    make_topic(title="Etwas anderes in der Hauptstraße 95")
    assert _found(client, text) == [f"/themen/{topic.id}"]


def test_a_word_is_found_in_either_spelling(client: Client) -> None:
    person = make_person(given_name="Kim", family_name="Mueller")
    client.sign_in(make_coordinator())
    assert _found(client, "müller") == [f"/personen/{person.id}"] == _found(client, "kim mue")


def test_the_index_follows_every_change_in_its_transaction(client: Client) -> None:
    client.sign_in(make_coordinator())
    committee = make_committee(name="Netzwerk Ankommen")
    meeting, seat = make_meeting(committee, number=4), make_seat(committee, organisations=[make_organisation()])
    person = make_person(family_name="Beispiel")
    db.session.commit()
    assert f"/sitzungen/{meeting.id}" in _found(client, "4 ankommen")

    committee.name = "Netzwerk Zusammenleben"
    meeting.title = "Klausur"
    organisation = make_organisation(name="Haus der Vielfalt")
    seat.organisations = [organisation]
    make_function(person, organisation)
    db.session.commit()
    assert _found(client, "ankommen") == []
    assert f"/sitzungen/{meeting.id}" in _found(client, "zusammenleben klausur")
    assert _found(client, "vielfalt") == [f"/sitze/{seat.id}", f"/organisationen/{organisation.id}",
                                          f"/personen/{person.id}"]  # fmt: skip

    organisation.name = "Haus am Markt"
    db.session.flush()
    db.session.rollback()
    assert _found(client, "markt") == []
    db.session.delete(meeting)
    db.session.commit()
    assert _found(client, "klausur") == []
    assert db.session.scalar(sa.select(sa.func.count()).where(SearchEntry.kind == "meeting")) == 0


def test_the_whole_index_is_made_anew_by_a_command(app: Flask, client: Client) -> None:
    topic = make_topic(title=f"Die {WORD}")
    db.session.execute(sa.update(SearchEntry).values(words="_topic nichts"))
    db.session.commit()
    client.sign_in(make_coordinator())
    assert _found(client, WORD) == []
    result = app.test_cli_runner().invoke(args=["search", "rebuild"])
    assert result.exit_code == 0 and "topic 1" in result.output
    assert _found(client, WORD) == [f"/themen/{topic.id}"]


def test_the_newest_are_found_first_however_many_there_are(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = (7, index.RANGE - 1, index.RANGE, 3 * index.RANGE + 5)
    for identity in ids:
        make_topic(id=identity, title=f"Die {WORD}")
    client.sign_in(make_coordinator())
    assert sorted(_found(client, WORD)) == sorted(f"/themen/{identity}" for identity in ids)
    assert set(db.session.scalars(sa.select(Topic.id).where(index.found_in(Topic, WORD)))) == set(ids)
    monkeypatch.setattr(index, "CAP", 1)
    assert db.session.scalars(index.newest(Topic, WORD)).all() == [ids[3], ids[2]]


def test_the_daily_work_adds_what_an_update_made_searchable_and_nothing_twice(client: Client) -> None:
    old, new = make_matter(title=f"{WORD} alt"), make_matter(title=f"{WORD} neu")
    db.session.execute(sa.delete(SearchEntry).where(SearchEntry.kind == "matter", SearchEntry.object_id == old.id))
    db.session.commit()
    client.sign_in(make_coordinator())
    assert _found(client, WORD) == [f"/luecken/{new.id}"]
    assert index.index_missing in jobs.daily
    for _twice in range(2):
        index.index_missing(date(2026, 11, 27))
        db.session.commit()
    assert sorted(_found(client, WORD)) == sorted([f"/luecken/{old.id}", f"/luecken/{new.id}"])


def test_the_daily_work_puts_the_index_together_that_searches_read_once(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_merging, "PAGES_AT_ONCE", 1)
    topics = []
    for n in range(3):
        topics.append(make_topic(title=f"{WORD} {n}"))
        db.session.commit()
    if index.dialect() == "sqlite":
        assert _pieces() > 1
    assert search_merging.put_together in jobs.daily
    search_merging.put_together(date(2026, 11, 27))
    if index.dialect() == "sqlite":
        assert _pieces() == 1
    client.sign_in(make_coordinator())
    assert sorted(_found(client, WORD)) == sorted(f"/themen/{topic.id}" for topic in topics)


def _pieces() -> int:
    return db.session.execute(sa.text("SELECT count(DISTINCT segid) FROM search_index_idx")).scalar_one()


def test_a_worker_completes_the_index_when_it_starts(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    topics = [make_topic(title=f"{WORD} {n}") for n in range(3)]
    db.session.execute(sa.delete(SearchEntry))
    db.session.commit()
    monkeypatch.setattr(index, "BATCH", 2)
    client.sign_in(make_coordinator())
    assert _found(client, WORD) == []
    for _twice in range(2):
        jobs.run_at_start()
    assert sorted(_found(client, WORD)) == sorted(f"/themen/{topic.id}" for topic in topics)


def test_within_a_range_the_newest_are_found_first(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    topics = [make_topic(title=f"Die {WORD}") for _ in range(5)]
    db.session.commit()
    monkeypatch.setattr(index, "CAP", 2)
    assert db.session.scalars(index.newest(Topic, WORD)).all() == [topic.id for topic in reversed(topics[2:])]
    topics[4].title, topics[0].purpose = "Nichts davon", "Doch noch geändert"
    db.session.commit()
    assert db.session.scalars(index.newest(Topic, WORD)).all() == [topic.id for topic in reversed(topics[1:4])]


def test_more_hits_than_the_index_counts_are_said_to_be_more(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index, "CAP", 11)
    topics = [make_topic(title=f"{WORD} {n}") for n in range(13)]
    page = client.sign_in(make_coordinator()).get(f"/suche?q={WORD}").text
    assert "Themen (mehr als 11)" in page and "Die neuesten 11 anzeigen" in page
    assert f"/themen/{topics[-1].id}" in page and f'/themen/{topics[0].id}"' not in page


def test_the_search_takes_one_statement(
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
    assert len(found) == len(nothing) + 1


@pytest.mark.proves("D-10", "C3")
def test_lists_search_by_the_same_index_and_show_only_what_may_be_seen(client: Client) -> None:
    committee = make_committee()
    done = make_topic(committee, title=f"Alte {WORD}", state=TopicState.DONE)
    make_topic(committee, title=f"Neue {WORD}", state=TopicState.PROPOSED)
    item = make_item(_closed(committee, is_public=True), title=f"Haus der {WORD}", is_public=False)
    _resolution(item, "Geheim beschlossen", is_public=False)
    make_work_order(committee, task=f"Entwurf {WORD}", **DRAFT)
    member = client.sign_in(make_member(committee, MandateKind.DEPUTY))
    for path in ("/themen?q=quittenern", "/beschluesse?q=quittenern", "/arbeitsauftraege?q=quittenern&stand=alle"):
        page = member.get(path).text
        assert (
            "Neue" not in page and "Geheim" not in page and "Entwurf" not in page and _announced(page)[:2] in ("0 ", "")
        )
    client.sign_in(make_office_user(committee))
    topics = client.get("/themen?q=ernte").text
    assert f'href="/themen/{done.id}"' in topics and _announced(topics) == "2 Themen"
    assert _announced(client.get("/themen?q=ernte&stand=done").text) == "1 Thema"
    assert _announced(client.get("/beschluesse?q=haus+quitt").text) == "1 Beschluss gefunden"
    assert _announced(client.get("/arbeitsauftraege?q=quitt&stand=alle").text) == "1 Auftrag gefunden"


def _announced(page: str) -> str:
    return re.findall(r'data-announce="([^"]*)"', page)[-1]


def test_a_long_list_is_counted_so_far_and_can_be_read_on(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(6):
        make_topic()
    ids = sa.select(Topic.id)
    assert formats.count(count_rows(ids), "Thema", "Themen") == "6 Themen"
    assert count_rows(ids, most=3) == 3 and isinstance(count_rows(ids, most=3), More)
    assert count_rows(ids, most=3, seen=4) == 5, "one more than the page holds, so that it links to the next"
    assert formats.count(More(1_026), "Thema", "Themen") == "mehr als 1.000 Themen"


def test_the_trash_is_paged(client: Client) -> None:
    committee = make_committee()
    for n in range(26):
        make_meeting(committee, title=f"Entwurf {n:02}", deleted_at=now() - timedelta(minutes=n))
    client.sign_in(make_office_user(committee))
    first, second = client.get("/papierkorb").text, client.get("/papierkorb?seite=2").text
    assert "Entwurf 24" in first and "Entwurf 25" not in first and "26 Sitzungen · Seite 1 von 2" in first
    assert "Entwurf 25" in second and "Entwurf 24" not in second


def _in_inbox(client: Client, text: str, state: str = "alle") -> list[str]:
    page = client.get("/lueckenmeldungen", query_string={"q": text, "stand": state}).text
    return re.findall(r'<a href="(/lueckenmeldungen/\d+)">', page)


@pytest.mark.proves("E1", "D-10")
def test_what_a_report_says_is_found_in_the_inbox_only(client: Client) -> None:
    author, other = make_user(Role.CASE_MANAGER), make_user(Role.CASE_MANAGER)
    report = make_gap_report(author, headline="Kurs fehlt", text=f"Nach der Elternzeit fehlt eine {WORD}.")
    newer = make_gap_report(author, matter=make_matter(shared_at=now()), headline=f"Auch hier keine {WORD}")
    paths = [f"/lueckenmeldungen/{newer.id}", f"/lueckenmeldungen/{report.id}"]
    client.sign_in(make_coordinator())
    assert _in_inbox(client, WORD.lower()) == paths
    assert _in_inbox(client, WORD, "received") == paths[1:]
    assert _in_inbox(client, f"elternzeit {WORD}") == _in_inbox(client, report.number) == paths[1:]
    for user in (make_coordinator(), author, other, make_member(make_committee())):
        assert _found(client.sign_in(user), "elternzeit") == []  # the search of everything knows no text

    report.texts.append(ReportText(number=2, text="Eine Tagespflege hilft nicht."))
    report.state, report.matter_id = ReportState.ASSIGNED, newer.matter_id
    db.session.commit()
    client.sign_in(make_coordinator())
    assert _in_inbox(client, "tagespflege", "assigned") == paths[1:]
    assert _in_inbox(client, "tagespflege", "received") == []
    withdraw_report(newer, by=author)
    db.session.commit()
    assert _in_inbox(client, WORD) == paths[1:]
    assert _in_inbox(client, newer.number) == paths[:1]
    words = db.session.scalars(sa.select(SearchEntry.words).where(SearchEntry.object_id == newer.id)).all()
    assert not any(WORD.lower() in each for each in words)


def test_the_inbox_counts_what_it_finds_as_far_as_every_search(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    monkeypatch.setattr(index, "CAP", 2)
    reports = [make_gap_report(headline=f"{WORD} {n}") for n in range(4)]
    coordinator = make_coordinator()
    page = client.sign_in(coordinator).get(f"/lueckenmeldungen?q={WORD}").text
    total = list_inbox(coordinator, ReportFilter(text=WORD), 1).total
    assert total == 2 and isinstance(total, More)
    assert sum(f'/lueckenmeldungen/{report.id}"' in page for report in reports) == 3  # one more tells that there are


def test_no_two_kinds_begin_alike_in_the_index() -> None:
    beginnings = [source.kind[:3] for source in index._sources.values()]
    assert len(set(beginnings)) == len(beginnings)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("q", "Einzelne Buchstaben genügen nicht"),
        ("qx", "ab drei Buchstaben genügt der Anfang"),
        ("Unsinn Rm", "ab drei Buchstaben"),
        ("Unsinn", "andere Wörter"),
    ],
)
def test_an_empty_answer_says_what_to_try_next(client: Client, asked: str, said: str) -> None:
    page = client.sign_in(make_user()).get("/suche", query_string={"q": asked})
    assert page.status_code == 200 and "Nichts gefunden" in page.text and said in page.text
