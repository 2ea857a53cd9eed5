"""A steering group of its own in a browser: from the call for topics to approved minutes, with all that can happen."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.journeys import Meeting, appoint, fill_time, found_committee, plan, press

pytestmark = [pytest.mark.browser, pytest.mark.slow]

Visit = Callable[..., Page]
SEATS = {
    "Sozialamt": "Kornblumer",
    "Jugendamt": "Birkenhain",
    "Ausländeramt": "Eichgrund",
    "Volkshochschule": "Haselhof",
}
REFUSES, DEPUTY = "Birkenhain", "Distelrath"
IN_TIME, LATE, ADDED = "Wartezeiten in Sprachkursen", "Notunterkunft am Bahnhof", "Zuschuss des Landes"
WIDE = {"width": 1440, "height": 900}


@pytest.mark.proves("C1", "C2", "C3", "C10", "C13", "E-02", "E-04", "E-05", "E-06", "E-07", "E-14", "E-17", "E-18")
def test_a_steering_group_from_the_call_for_topics_to_approved_minutes(visit: Visit) -> None:
    office, member, deputy = (visit(role, viewport=WIDE) for role in ("coordinator", "member", "deputy"))
    committee = found_committee(office, "Lenkungsgruppe Probelauf", "steering_group", preset=True)
    for function, name in SEATS.items():
        appoint(office, committee, function, name, deputy=DEPUTY if name == REFUSES else "")
    approve_in_the_next_meeting(office, committee)
    meeting = plan(office, committee, in_days=40)

    # Before the invitation: the call, a topic in time, an earlier day, a topic that is late for it, a guest.
    call_for_topics(meeting)
    propose(member, committee, IN_TIME)
    take_topic(meeting, IN_TIME)
    invite_guest(meeting)
    move(meeting, in_days=10)
    propose(member, committee, LATE)
    take_topic(meeting, LATE, late="kam erst nach der Verlegung")
    invite(meeting)

    # After it: a refusal and its deputy, a promise, a supplement.
    answer_for(meeting, REFUSES, "Ich kann nicht teilnehmen")
    answer_own(deputy, meeting)
    answer_own(member, meeting)
    add_by_supplement(meeting)

    hold(meeting)
    minutes = f"{meeting.path}/protokoll"
    release(office, minutes)
    object_to(member, minutes)
    answer_objection(office, minutes)

    # The next meeting approves them: the item is there by itself.
    following = plan(office, committee, in_days=50)
    assert any(title.startswith("Genehmigung des Protokolls") for title in following.titles())
    following.start()
    following.record_attendance(deputies=0, excused=0)
    following.page.goto(f"{following.path}/protokollieren")
    open_item(following, "Genehmigung des Protokolls")
    decide(following, "Das Protokoll wird genehmigt.")
    finish(following)
    following.close()
    member.goto(minutes)
    main = member.locator("main")
    expect(main).to_contain_text("genehmigt")
    expect(main).to_contain_text("nicht gegeben zu TOP 2")
    expect(main).to_contain_text("Wegen Befangenheit nicht mitgewirkt")
    expect(main).to_contain_text("drei Monate")
    expect(main).to_contain_text(re.compile("[0-9a-f]{16}"))  # the check sum


# Before the meeting


def approve_in_the_next_meeting(page: Page, committee: str) -> None:
    page.goto(f"{committee}/geschaeftsordnung/aendern?regel=minutes_approval")
    page.locator("input[name=mode][value=next_meeting]").check(force=True)
    press(page, "Regel eintragen")


def call_for_topics(meeting: Meeting) -> None:
    page = meeting.page
    expect(page.locator("#meetings-readiness")).to_contain_text("Aufruf zu Themen ist nicht versandt")
    page.get_by_text("Weitere Aktionen").click()
    page.get_by_role("link", name="Zu Themen aufrufen").click()
    text = page.locator("[name=text]").input_value()
    assert "/themen/neu" in text and "Unterlagen zu den Themen brauchen wir bis" in text
    press(page, "An 4 Adressen senden")
    expect(page.locator("#meetings-readiness")).to_contain_text("Aufruf zu Themen versandt")


def propose(page: Page, committee: str, title: str) -> None:
    page.goto(f"{committee}/themen/neu")
    page.locator("[name=title]").fill(title)
    page.locator("[name=purpose]").fill("Im letzten Halbjahr haben viele darauf hingewiesen.")
    page.locator("input[name=wished_kind][value=decision]").check(force=True)
    press(page, "Vorschlagen")


def move(meeting: Meeting, *, in_days: int) -> None:
    page = meeting.page
    page.goto(f"{meeting.path}/verschieben")
    fill_time(page, in_days)
    press(page, "Verschieben")
    expect(page.locator(".meeting__move")).to_contain_text("Bisheriger Termin")


def take_topic(meeting: Meeting, title: str, *, late: str = "") -> None:
    page = meeting.page
    page.goto(f"{meeting.path}/tagesordnung/themen")
    page.get_by_label(title).check()
    expect(page.locator("#themen-waehlen").get_by_text("nach der Frist")).to_have_count(2 if late else 0)
    if late:
        page.locator("[name=late_note]").fill(late)
    press(page, "Auf die Tagesordnung")
    assert title in meeting.titles()


def invite_guest(meeting: Meeting) -> None:
    page = meeting.page
    page.goto(f"{meeting.path}/gaeste/neu")
    page.locator("[name=name]").fill("Toni Gastbeitrag")
    page.locator("[name=email]").fill("toni@fachstelle.example")
    page.locator("[name=reason]").fill("berichtet aus der Fachstelle")
    page.get_by_label(IN_TIME).check()
    press(page, "Gast einladen")


def invite(meeting: Meeting) -> None:
    page = meeting.page
    page.goto(f"{meeting.path}/einladung")
    expect(page.locator("main")).to_contain_text("ist eingehalten")  # only the shortened notice is
    page.locator("[name=reason]").fill("Der Saal ist später belegt.")
    press(page, "Einladung versenden")
    expect(page.locator("main")).to_contain_text("Eingeladen und geantwortet")


def answer_for(meeting: Meeting, name: str, words: str) -> None:
    """The office notes what somebody said on the phone."""
    page = meeting.page
    page.goto(f"{meeting.path}/teilnahme")
    page.locator("tr", has=page.get_by_role("rowheader", name=re.compile(name))).get_by_role(
        "link", name=re.compile("Antwort eintragen")).click()  # fmt: skip
    press(page, words)
    expect(row_of(page, name)).to_contain_text("abgesagt")
    expect(row_of(page, name)).to_contain_text(DEPUTY)


def answer_own(page: Page, meeting: Meeting) -> None:
    page.goto(meeting.path)
    page.get_by_role("link", name="Jetzt antworten").click()
    press(page, "Ich nehme teil")


def add_by_supplement(meeting: Meeting) -> None:
    meeting.add_decision(ADDED, "Der Zuschuss wird beantragt.")
    page = meeting.page
    page.get_by_role("link", name="Was sich ändert, ansehen und versenden").click()
    page.locator("[name=reason]").fill("Die Frist des Landes endet vorher.")
    press(page, "Nachtrag versenden")
    expect(page.locator("main")).to_contain_text("1. Nachtrag")


# In the room


def hold(meeting: Meeting) -> None:
    page = meeting.page
    meeting.start()
    take_over_answers(meeting)
    page.goto(f"{meeting.path}/protokollieren")
    page.get_by_text("Eröffnung und Allgemeines").click()
    press(page, "Ja, Mangel geheilt")
    open_item(meeting, IN_TIME)
    recuse(meeting)
    lose_the_quorum_and_find_it_again(meeting)
    decide(meeting, "Die Träger melden freie Plätze alle zwei Monate.", votes=(2, 1, 0))
    meeting.write("Die Wartezeit beträgt zwei Monate.")
    for title in (LATE, ADDED):
        open_item(meeting, title)
        give_consent(page)
        decide(meeting, f"Beschlossen: {title}.")
    finish(meeting)
    meeting.close()


def take_over_answers(meeting: Meeting) -> None:
    page = meeting.page
    page.goto(f"{meeting.path}/anwesenheit")
    expect(page.locator(".attendance__row", has_text=DEPUTY)).to_contain_text("abgesagt, Vertretung")
    press(page, re.compile("Antworten übernehmen"))
    figures = page.locator("#meetings-attendance_figures")
    expect(figures).to_contain_text("1 anwesend, 1 vertreten")
    press(page, "Alle übrigen sind anwesend")
    expect(figures).to_contain_text("3 anwesend, 1 vertreten")
    press(page, re.compile("^war da"))


def recuse(meeting: Meeting) -> None:
    seat = seat_of(meeting.page, "Sozialamt")
    seat.hover()  # what can be done with a seat shows under the pointer, and with the focus
    seat.get_by_text("befangen").first.click()
    seat.locator("select[name=reason]").select_option(index=1)
    seat.locator("input[name=left_room]").check()
    seat.get_by_role("button", name=re.compile("Befangenheit festhalten")).click()
    expect(seat_of(meeting.page, "Sozialamt")).to_contain_text("befangen TOP")


def lose_the_quorum_and_find_it_again(meeting: Meeting) -> None:
    page, roll = meeting.page, meeting.page.locator("#meetings-live_roll")
    expect(roll).to_contain_text("Abstimmen dürfen 3 Sitze, 1 befangen; beschlussfähig")
    attend(meeting, "excused")
    expect(roll).to_contain_text("nicht beschlussfähig")
    page.get_by_text("Beschlussfähigkeit feststellen oder anzweifeln").click()
    press_beside(page, "Jetzt feststellen")
    expect(page.locator("#meetings-live_aside")).to_contain_text("nicht beschlussfähig, 1 von nötigen")
    form = page.locator("#beschluss")
    form.locator("[name=text]").fill("Zu früh abgestimmt.")
    form.locator("input[name=outcome][value=counted]").check(force=True)
    form.locator("[name=votes_yes]").fill("1")
    form.get_by_role("button", name="Beschluss speichern").click()
    expect(page.locator("#meetings-live_decision [role=alert]")).to_contain_text("nicht beschlussfähig")
    attend(meeting, "present")
    expect(roll).to_contain_text("; beschlussfähig")


def attend(meeting: Meeting, state: str) -> None:
    """Two of the four leave, or are back; the item stays open."""
    page, item = meeting.page, meeting.page.url
    page.get_by_role("link", name="Anwesenheit erfassen").click()
    for seat in ("Ausländeramt", "Volkshochschule"):
        row = page.locator(".attendance__row", has_text=seat)
        with page.expect_response(re.compile(r"/anwesenheit/\d+")):
            row.locator(f"input[value={state}]").check(force=True)
    page.goto(item)


def open_item(meeting: Meeting, title: str) -> None:
    meeting.page.locator(".live__items a", has_text=title).first.click()
    expect(meeting.page.locator("h1")).to_contain_text(title)


def give_consent(page: Page) -> None:
    page.locator("#meetings-live_consent input[value=ja]").check(force=True)
    press(page, "Zustimmung speichern")


def decide(meeting: Meeting, text: str, votes: tuple[int, int, int] = (4, 0, 0)) -> None:
    meeting.resolve(text, "counted", votes=votes)


def finish(meeting: Meeting) -> None:
    """Item by item: whatever has no result yet was noted."""
    page = meeting.page
    page.locator(".live__items a").first.click()
    page.wait_for_load_state()
    goes_on = True
    while goes_on:
        chosen = page.locator("#meetings-live_result input:checked")
        goes_on = meeting.finish_item(chosen.get_attribute("value") or "noted" if chosen.count() else "noted")


# After it


def release(page: Page, minutes: str) -> None:
    page.goto(minutes)
    page.get_by_role("link", name="Protokoll freigeben").first.click()
    press(page, "Protokoll freigeben")
    expect(page.locator("main")).to_contain_text("freigegeben")


def object_to(page: Page, minutes: str) -> None:
    page.goto(minutes)
    page.get_by_role("link", name="Einwendung erheben").first.click()
    item = page.locator("select[name=item_id] option", has_text=IN_TIME).get_attribute("value")
    page.locator("select[name=item_id]").select_option(item)
    page.locator("[name=passage]").fill("zwei Monate")
    page.locator("[name=wish]").fill("Es sind drei Monate.")
    press(page, "Einwendung erheben")
    expect(page.locator("main")).to_contain_text("Es sind drei Monate.")


def answer_objection(page: Page, minutes: str) -> None:
    page.goto(minutes)
    page.get_by_role("link", name=re.compile("[Bb]eantworten")).first.click()
    page.locator("input[name=state][value=accepted]").check(force=True)
    page.locator("[name=answer]").fill("Das stimmt, es sind drei.")
    page.locator("[name=minutes_text]").fill("Die Wartezeit beträgt drei Monate.")
    press(page, "Antwort speichern")
    expect(page.locator("main ins")).to_contain_text("drei")


# What all steps share


def press_beside(page: Page, name: str) -> None:
    page.locator("#meetings-live_aside").get_by_role("button", name=name).click()
    page.wait_for_load_state()


def row_of(page: Page, name: str) -> Locator:
    return page.locator("tr", has=page.get_by_role("rowheader", name=re.compile(name)))


def seat_of(page: Page, name: str) -> Locator:
    return page.locator("#meetings-live_aside li.seat", has=page.get_by_role("link", name=re.compile(name)))
