"""The Sitzungsmodus: text that saves itself, results, resolutions, two who write at once."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from flask import Flask

from govern import formats
from govern.audit import AuditEntry
from govern.committees.models import RuleKind, Voting
from govern.committees.procedures import DayCount
from govern.db import db, now
from govern.documents.merging import merge
from govern.errors import Conflict, DomainError
from govern.formats import today
from govern.meetings.models import (
    AgendaItem,
    ConflictingText,
    ItemKind,
    ItemResult,
    Meeting,
    MeetingRole,
    MeetingRoleKind,
    MeetingState,
    Resolution,
    ResolutionOutcome,
)
from govern.meetings.services import attendances, minutes, resolutions
from govern.meetings.services.resolutions import Decision
from govern.meetings.votes import outcome_text
from govern.people.models import User
from tests.conftest import Client
from tests.factories import (
    make,
    make_committee,
    make_coordinator,
    make_item,
    make_mandate,
    make_meeting,
    make_member,
    make_office_user,
    make_procedure_rule,
    make_seat,
    make_steering_group,
    make_user,
)

COUNTED = ResolutionOutcome.COUNTED
FRAGMENT = {"HX-Request": "true"}


def running_meeting(by: User, *, seats: int = 0, items: int = 2, voting: Voting = Voting.NOT_STATED) -> Meeting:
    """A meeting in session with ``items`` items and everybody present."""
    committee = make_steering_group()
    for _ in range(seats):
        make_mandate(make_seat(committee, voting=voting))
    meeting = make_meeting(committee, starts_at=now())
    for n in range(items):
        make_item(meeting, kind=ItemKind.DECISION, title=f"Thema {n + 1}", planned_minutes=20)
    attendances.start_meeting(meeting, by=by)
    attendances.record_everybody(meeting, by=by)
    db.session.commit()
    return meeting


def text_url(item: AgendaItem) -> str:
    return f"/sitzungen/{item.meeting_id}/punkte/{item.id}/protokolltext"


def live_url(meeting: Meeting, item: AgendaItem | None = None) -> str:
    return f"/sitzungen/{meeting.id}/protokollieren" + (f"?punkt={item.id}" if item else "")


def test_before_the_meeting_the_page_offers_to_open_it(client: Client) -> None:
    meeting = make_meeting()
    client.sign_in(make_coordinator())
    make_item(meeting)
    page = client.get(live_url(meeting)).text
    assert "Sitzung starten" in page and "Worum geht es?" not in page
    assert client.post(f"/sitzungen/{meeting.id}/eroeffnen").status_code == 303
    assert "läuft seit" in client.get(live_url(meeting)).text


@pytest.mark.proves("C9", "W-17")
def test_a_meeting_without_an_agenda_begins_with_what_it_is_about(client: Client) -> None:
    meeting = make_meeting()
    client.sign_in(make_coordinator())
    assert 'value="Austausch"' in client.get(live_url(meeting)).text
    url = f"/sitzungen/{meeting.id}/eroeffnen"
    refused = client.post(url, data={"title": " "})
    assert refused.status_code == 422
    assert "Bitte sagen, worum es geht." in refused.text
    for _ in range(2):  # sent twice it is one item
        assert client.post(url, data={"title": "Sprachkurse"}).status_code == 303
    db.session.expire_all()
    attendances.start_meeting(meeting, about="Sprachkurse", by=make_coordinator())  # another who had the form open too
    db.session.expire_all()
    assert (meeting.state, [item.title for item in meeting.items]) == (MeetingState.IN_SESSION, ["Sprachkurse"])


@pytest.mark.proves("C9")
@pytest.mark.parametrize("why", ["notice", "invited", "minute_taker"])
def test_where_others_rely_on_the_agenda_it_has_to_be_there_first(client: Client, why: str) -> None:
    meeting = make_meeting(invited_at=now() if why == "invited" else None)
    user = make_coordinator()
    if why == "notice":
        make_procedure_rule(meeting.committee, RuleKind.NOTICE_PERIOD, number=14, mode=DayCount.FULL_DAYS)
    elif why == "minute_taker":
        user = make_user()
        make(MeetingRole(meeting=meeting, person=user.person, kind=MeetingRoleKind.MINUTE_TAKER))
    client.sign_in(user)
    assert "Legen Sie zuerst mindestens einen Punkt an." in client.get(live_url(meeting)).text
    answer = client.post(f"/sitzungen/{meeting.id}/eroeffnen", data={"title": "Sprachkurse"})
    assert answer.status_code == 422
    assert meeting.items == []


@pytest.mark.proves("C9")
def test_text_is_saved_as_it_is_typed(client: Client) -> None:
    user = make_coordinator()
    item = running_meeting(user).items[0]
    client.sign_in(user)
    answer = client.post(text_url(item), data={"minutes_text": "Erster\r\nSatz. ", "version": 0}, headers=FRAGMENT)
    assert answer.status_code == 200
    assert answer.headers["X-Version"] == "1"
    assert "gespeichert" in answer.text
    assert item.minutes_text == "Erster\nSatz."
    again = client.post(text_url(item), data={"minutes_text": "Erster\nSatz.", "version": 0}, headers=FRAGMENT)
    assert (again.status_code, again.headers["X-Version"]) == (200, "1")  # sent twice: no conflict


@pytest.mark.proves("C-06")
def test_without_scripts_text_and_result_travel_together(client: Client) -> None:
    user = make_coordinator()
    meeting = running_meeting(user)
    first, second = meeting.items
    data = {"minutes_text": "Worte", "version": 0, "result": "noted", "weiter": "1",
            "result_version": minutes.result_version(first)}  # fmt: skip
    answer = client.sign_in(user).post(f"/sitzungen/{meeting.id}/punkte/{first.id}/ergebnis", data=data)
    assert answer.status_code == 303
    assert answer.location.endswith(f"punkt={second.id}")
    assert (first.minutes_text, first.result) == ("Worte", ItemResult.NOTED)
    assert first.done_at is not None
    assert second.opened_at is not None
    assert 'aria-current="step"' in client.get(answer.location).text


@pytest.mark.proves("C9", "D-12")
def test_who_comes_too_late_loses_no_word_and_sees_both_texts(client: Client) -> None:
    first, second = make_coordinator(), make_coordinator()
    item = running_meeting(first).items[0]
    for user, text in ((first, "Gemeinsam\nVon der Ersten"), (second, "Gemeinsam\nVom Zweiten")):
        answer = client.sign_in(user).post(text_url(item), data={"minutes_text": text, "version": 0}, headers=FRAGMENT)
    assert answer.status_code == 409
    assert "Von der Ersten" in answer.text
    assert "Vom Zweiten" in answer.text
    assert "<html" not in answer.text
    assert item.minutes_text == "Gemeinsam\nVon der Ersten"
    kept = db.session.query(ConflictingText).one()
    assert (kept.text, kept.typed_by_id) == ("Gemeinsam\nVom Zweiten", second.id)
    merged = {"minutes_text": "Gemeinsam\nVon der Ersten\nVom Zweiten", "version": 1, "conflict": kept.id}
    assert client.post(text_url(item), data=merged).status_code == 303
    assert item.minutes_text.endswith("Vom Zweiten")
    db.session.refresh(kept)
    assert kept.settled_at is not None


def test_a_conflict_without_scripts_is_a_whole_page_that_keeps_everything(client: Client) -> None:
    user = make_coordinator()
    meeting = running_meeting(user)
    item = meeting.items[0]
    minutes.save_text(item, "Jetzt gespeichert", version=0, by=user)
    db.session.commit()
    data = {"minutes_text": "Mein Text", "version": 0, "result": "noted", "weiter": "1"}
    answer = client.sign_in(user).post(f"/sitzungen/{meeting.id}/punkte/{item.id}/ergebnis", data=data)
    assert answer.status_code == 409
    assert "<html" in answer.text
    assert "Mein Text" in answer.text
    assert "Jetzt gespeichert" in answer.text
    assert item.result is None


def test_a_kept_text_is_shown_until_it_is_worked_in(client: Client) -> None:
    user = make_coordinator()
    meeting = running_meeting(user)
    item = meeting.items[0]
    minutes.save_text(item, "Anfang", version=0, by=user)
    db.session.commit()
    kept = minutes.keep_conflicting_text(item.id, "Nachzügler", version=0, by_id=user.id)
    assert minutes.keep_conflicting_text(item.id, "Nachzügler schreibt", version=0, by_id=user.id) == kept
    assert "Nachzügler schreibt" in client.sign_in(user).get(live_url(meeting, item)).text
    url = f"/sitzungen/{meeting.id}/punkte/{item.id}/aufgehoben/{kept}"
    assert client.post(url, data={"was": "anfuegen"}).status_code == 303
    assert item.minutes_text == "Anfang\n\nNachzügler schreibt"
    assert client.post(url, data={"was": "anfuegen"}).status_code == 404


def test_merging_keeps_every_line_once() -> None:
    assert merge("a\nb\nc", "a\nx\nc\nd") == "a\nb\nx\nc\nd"
    assert merge("", "neu") == "neu"
    assert merge("alt", "") == "alt"


def test_the_page_asks_for_the_others_text(client: Client) -> None:
    user, other = make_coordinator(), make_coordinator()
    meeting = running_meeting(user)
    item = meeting.items[0]
    client.sign_in(other).post(text_url(item), data={"minutes_text": "Von drüben", "version": 0}, headers=FRAGMENT)
    passive = {**FRAGMENT, "X-Govern-Passive": "1"}
    answer = client.sign_in(user).get(text_url(item) + "?version=0", headers=passive)
    assert 'data-version="1"' in answer.text
    assert "Von drüben" in answer.text
    assert "auch hier: Koordination" in answer.text
    assert "Von drüben" not in client.get(text_url(item) + "?version=1", headers=passive).text
    assert "auch hier" not in client.sign_in(other).get(text_url(item) + "?version=1", headers=passive).text


def test_typing_leaves_one_entry_per_person_and_item(client: Client) -> None:
    user = make_coordinator()
    item = running_meeting(user).items[0]
    client.sign_in(user)
    for version, text in enumerate(["A", "A B", "A B C"]):
        client.post(text_url(item), data={"minutes_text": text, "version": version}, headers=FRAGMENT)
    entries = db.session.query(AuditEntry).filter_by(kind="agenda_item", object_id=item.id, action="changed").all()
    typed = [e for e in entries if "Protokolltext" in e.changes]
    assert [e.changes["Protokolltext"] for e in typed] == [["", "A B C"]]


@pytest.mark.proves("C9")
def test_a_result_is_chosen_by_a_click_and_a_referral_names_where(client: Client) -> None:
    user = make_coordinator()
    meeting = running_meeting(user)
    item = meeting.items[0]
    other = make_committee(name="AK Migration")
    url = f"/sitzungen/{meeting.id}/punkte/{item.id}/ergebnis"
    client.sign_in(user)
    fresh = {"result_version": minutes.result_version(item)}
    refused = client.post(url, data={"result": "referred", **fresh}, headers=FRAGMENT)
    assert refused.status_code == 422
    assert "wohin der Punkt verwiesen wird" in refused.text
    answer = client.post(url, data={"result": "referred", "referred_to_id": str(other.id), **fresh}, headers=FRAGMENT)
    assert answer.status_code == 200
    assert 'id="meetings-live_result"' in answer.text
    assert (item.result, item.referred_to_id) == (ItemResult.REFERRED, other.id)
    client.post(url, data={"result": "postponed", "result_version": minutes.result_version(item)}, headers=FRAGMENT)
    assert (item.result, item.referred_to_id) == (ItemResult.POSTPONED, None)
    both = {"result": "noted", "result_version": minutes.result_version(item), "weiter": "1"}
    client.post(url, data={**both, "weiter": ""}, headers=FRAGMENT)
    assert client.post(url, data=both).status_code == 303  # chosen and gone on in one breath
    assert item.result is ItemResult.NOTED and item.done_at is not None
    assert client.post(url, data={**both, "result": "postponed"}).status_code == 409


def test_an_item_is_finished_only_with_a_result_and_can_be_taken_up_again(client: Client) -> None:
    user = make_coordinator()
    meeting = running_meeting(user)
    item = meeting.items[0]
    base = f"/sitzungen/{meeting.id}/punkte/{item.id}"
    client.sign_in(user)
    refused = client.post(f"{base}/ergebnis", data={"minutes_text": "Getippt", "version": 0, "weiter": "1"})
    assert refused.status_code == 422
    assert "Bitte ein Ergebnis wählen." in refused.text
    assert "Getippt" in refused.text
    db.session.refresh(item)
    assert item.minutes_text == ""  # nothing half-saved
    fresh = {"result_version": minutes.result_version(item)}
    undecided = client.post(f"{base}/ergebnis", data={"result": "decided", "weiter": "1", **fresh})
    assert undecided.status_code == 422
    assert "kein angenommener Beschluss" in undecided.text
    client.post(f"{base}/ergebnis", data={"result": "noted", "weiter": "1", **fresh})
    assert item.done_at is not None
    client.post(f"{base}/wieder-aufnehmen")
    assert item.done_at is None


@pytest.mark.proves("C10", "E-09")
def test_a_counted_resolution_says_what_the_count_means(client: Client) -> None:
    user = make_coordinator()
    meeting = running_meeting(user, seats=18, voting=Voting.YES)
    item = meeting.items[0]
    data = {"text": "Wir machen das.", "outcome": "counted", "votes_yes": 15, "votes_no": 1, "votes_abstain": 2}
    answer = client.sign_in(user).post(
        f"/sitzungen/{meeting.id}/punkte/{item.id}/beschluesse", data=data, headers=FRAGMENT
    )
    assert answer.status_code == 200
    assert "mehrheitlich angenommen (15 Ja, 1 Nein, 2 Enthaltungen)" in answer.text
    resolution = item.resolutions[0]
    assert (resolution.is_adopted, resolution.number, item.result) == (True, None, ItemResult.DECIDED)
    assert resolution.resolved_on == today()


@pytest.mark.proves("C10", "E-09", "E-07")
def test_counts_never_exceed_the_votes_in_the_room(client: Client) -> None:
    user = make_coordinator()
    meeting = running_meeting(user, seats=3)
    item = meeting.items[0]
    data = {"text": "Viel zu viele", "outcome": "counted", "votes_yes": 3, "votes_no": 1, "votes_abstain": 0}
    answer = client.sign_in(user).post(f"/sitzungen/{meeting.id}/punkte/{item.id}/beschluesse", data=data)
    assert answer.status_code == 422
    assert "4 Stimmen sind mehr, als im Raum waren: möglich sind 3." in answer.text
    assert "Viel zu viele" in answer.text
    assert db.session.query(Resolution).count() == 0
    with pytest.raises(DomainError, match="negativ"):
        resolutions.take_resolution(item, Decision(text="x", outcome=COUNTED, votes_yes=3, votes_no=-1), by=user)


@pytest.mark.proves("C11")
def test_a_proviso_is_shown_with_the_resolution(client: Client) -> None:
    user = make_coordinator()
    meeting = running_meeting(user)
    data = {"text": "Ja.", "outcome": "unanimous", "proviso": "Zustimmung des Kreistags"}
    answer = client.sign_in(user).post(
        f"/sitzungen/{meeting.id}/punkte/{meeting.items[0].id}/beschluesse", data=data, headers=FRAGMENT
    )
    assert "Unter Vorbehalt:" in answer.text
    assert "Zustimmung des Kreistags" in answer.text


@pytest.mark.proves("C11")
@pytest.mark.parametrize(
    ("kept", "alone", "within"),
    [
        ("Zustimmung des Rates", "Unter Vorbehalt: Zustimmung des Rates", "unter Vorbehalt: Zustimmung des Rates"),
        ("unter Vorbehalt der Mittel", "Unter Vorbehalt der Mittel", "unter Vorbehalt der Mittel"),
        ("unter dem Vorbehalt, dass er zustimmt", "Unter dem Vorbehalt, dass er zustimmt",
         "unter dem Vorbehalt, dass er zustimmt"),
        ("unter Vorbehalt", "Unter Vorbehalt", "unter Vorbehalt"),
    ],
)  # fmt: skip
def test_a_proviso_that_says_so_itself_is_not_introduced(kept: str, alone: str, within: str) -> None:
    assert " ".join(formats.proviso_words(kept)).strip() == alone
    assert formats.under_proviso(kept) == within


@pytest.mark.proves("C11")
@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("unter Vorbehalt der Mittel", "unter Vorbehalt der Mittel"),
        ("Unter dem Vorbehalt, dass der Kreistag zustimmt", "Unter dem Vorbehalt, dass der Kreistag zustimmt"),
        ("Unter Vorbehalt: Zustimmung des Rates", "Zustimmung des Rates"),
        ("Unter Vorbehaltung aller Rechte", "Unter Vorbehaltung aller Rechte"),
        ("unter Vorbehalt", "unter Vorbehalt"),
        (" ", None),
    ],
)
def test_the_words_before_a_proviso_are_not_kept_twice(app: Flask, typed: str, kept: str | None) -> None:
    user = make_coordinator()
    decision = Decision(text="Ja.", outcome=ResolutionOutcome.UNANIMOUS, proviso=typed)
    item = running_meeting(user).items[0]
    resolution = resolutions.take_resolution(item, decision, by=user)
    assert resolution.proviso == kept
    assert resolutions.take_resolution(item, decision, by=user) is resolution


@pytest.mark.proves("W-14", "W-20", "L-12")
def test_several_resolutions_at_one_item_and_the_result_follows(app: Flask) -> None:
    user = make_coordinator()
    item = running_meeting(user).items[0]
    no = Decision(text="Nein", outcome=ResolutionOutcome.MAJORITY, is_adopted=False)
    first = resolutions.take_resolution(item, no, by=user)
    assert item.result is ItemResult.REJECTED
    second = resolutions.take_resolution(item, Decision(text="Doch", outcome=ResolutionOutcome.CONSENSUS), by=user)
    assert item.result is ItemResult.DECIDED
    assert [outcome_text(r) for r in (first, second)] == ["mehrheitlich abgelehnt", "einvernehmlich angenommen"]
    resolutions.remove_resolution(second, by=user)
    assert item.result is ItemResult.REJECTED
    resolutions.remove_resolution(first, by=user)
    assert item.result is None


def test_a_stale_resolution_is_refused_and_both_are_shown(client: Client) -> None:
    user = make_coordinator()
    meeting = running_meeting(user)
    item = meeting.items[0]
    resolution = resolutions.take_resolution(item, Decision(text="Alt", outcome=ResolutionOutcome.CONSENSUS), by=user)
    stale = resolution.version
    change = Decision(text="Inzwischen", outcome=ResolutionOutcome.CONSENSUS)
    resolutions.change_resolution(resolution, change, version=stale, by=user)
    db.session.commit()
    with pytest.raises(Conflict):
        resolutions.change_resolution(resolution, change, version=stale, by=user)
    url = f"/sitzungen/{meeting.id}/beschluesse/{resolution.id}"
    data = {"text": "Meine Fassung", "outcome": "consensus", "version": stale}
    answer = client.sign_in(user).post(url, data=data, headers=FRAGMENT)
    assert answer.status_code == 409
    assert "Inzwischen" in answer.text
    assert "Meine Fassung" in answer.text


def test_the_proposed_wording_is_the_start_of_the_resolution(client: Client) -> None:
    user = make_coordinator()
    meeting = running_meeting(user)
    meeting.items[0].proposed_resolution = "Der Vorschlag aus der Vorlage."
    db.session.commit()
    page = client.sign_in(user).get(live_url(meeting, meeting.items[0])).text
    assert "Der Vorschlag aus der Vorlage." in page.split('id="text"')[1].split("</textarea>")[0]


@pytest.mark.proves("D-11")
@pytest.mark.parametrize("state", [MeetingState.PUBLISHED, MeetingState.CLOSED, MeetingState.RELEASED])
def test_results_and_votes_are_refused_unless_the_meeting_runs(app: Flask, state: MeetingState) -> None:
    user = make_coordinator()
    meeting = running_meeting(user)
    item = meeting.items[0]
    resolution = resolutions.take_resolution(item, Decision(text="x", outcome=ResolutionOutcome.CONSENSUS), by=user)
    meeting.state = state
    if state is not MeetingState.PUBLISHED:
        meeting.closed_at = meeting.released_at = now()
    db.session.commit()
    vote = Decision(text="y", outcome=ResolutionOutcome.UNANIMOUS)
    for change in (
        lambda: minutes.record_result(item, ItemResult.NOTED, by=user),
        lambda: minutes.finish_item(item, by=user),
        lambda: minutes.reopen_item(item, by=user),
        lambda: minutes.call_up(item, by=user),
        lambda: resolutions.take_resolution(item, vote, by=user),
        lambda: resolutions.change_resolution(resolution, vote, version=resolution.version, by=user),
        lambda: resolutions.remove_resolution(resolution, by=user),
    ):
        with pytest.raises(DomainError):
            change()
    if state is MeetingState.CLOSED:
        assert minutes.save_text(item, "Der Wortlaut ist noch Entwurf", version=0, by=user) == 1
    else:
        with pytest.raises(DomainError):
            minutes.save_text(item, "zu spät", version=0, by=user)


@pytest.mark.proves("D-10", "W-6")
def test_who_minutes_and_who_does_not(client: Client) -> None:
    meeting = running_meeting(make_coordinator())
    committee, item = meeting.committee, meeting.items[0]
    meeting.published_at = now()
    minute_taker = make_user()
    db.session.add(MeetingRole(meeting=meeting, person=minute_taker.person, kind=MeetingRoleKind.MINUTE_TAKER))
    db.session.commit()
    for user, status in (
        (minute_taker, 200),
        (make_office_user(committee), 200),
        (make_member(committee), 403),
        (make_member(make_committee()), 404),
    ):
        client.sign_in(user)
        assert client.get(live_url(meeting)).status_code == status
        answer = client.post(text_url(item), data={"minutes_text": "x", "version": 0}, headers=FRAGMENT)
        assert answer.status_code == status
    elsewhere = make_user()
    other = make_meeting(committee)
    db.session.add(MeetingRole(meeting=other, person=elsewhere.person, kind=MeetingRoleKind.MINUTE_TAKER))
    db.session.commit()
    assert client.sign_in(elsewhere).get(live_url(meeting)).status_code == 404
    client.sign_in(make_coordinator())
    assert client.post(f"/sitzungen/{other.id}/punkte/{item.id}/protokolltext", data={}).status_code == 404


def test_the_screen_does_not_ask_more_with_more_items(
    client: Client, count_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    user = make_coordinator()
    counts = []
    for seats, items in ((2, 2), (12, 9)):
        meeting = running_meeting(user, seats=seats, items=items)
        meeting.committee.is_highest = False
        db.session.commit()
        client.sign_in(user)
        with count_queries() as statements:
            assert client.get(live_url(meeting)).status_code == 200
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_time_runs_from_calling_up(client: Client) -> None:
    user = make_coordinator()
    meeting = running_meeting(user)
    first, second = meeting.items
    first.opened_at = now() - timedelta(minutes=12)
    db.session.commit()
    page = client.sign_in(user).get(live_url(meeting, first)).text
    assert "12 / 20 min" in page
    client.post(f"/sitzungen/{meeting.id}/punkte/{second.id}/aufrufen")
    assert second.opened_at is not None


def test_the_opening_is_saved_and_a_stale_one_refused(client: Client) -> None:
    user = make_coordinator()
    meeting = running_meeting(user)
    url = f"/sitzungen/{meeting.id}/protokoll/eroeffnung"
    client.sign_in(user)
    assert client.post(url, data={"general_minutes": "Begrüßung", "seen": ""}).status_code == 303
    late = client.post(url, data={"general_minutes": "Anderes", "seen": ""})
    assert late.status_code == 409
    assert meeting.general_minutes == "Begrüßung"
    assert "Begrüßung\nAnderes</textarea>" in late.text  # nobody's words are lost
    assert client.post(url, data={"general_minutes": "Begrüßung\nAnderes", "seen": "Begrüßung"}).status_code == 303
