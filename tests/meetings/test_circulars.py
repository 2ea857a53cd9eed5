"""Circular resolutions: allowed by the rules, frozen, answered, stopped by an objection, counted, told (E-11)."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from govern.committees.models import Committee, Mandate, MandateKind, RuleKind, RuleState, Voting
from govern.db import db, now
from govern.errors import DomainError
from govern.formats import today
from govern.mail import OutgoingMail
from govern.meetings.models import (
    AgendaItem,
    CircularAnswer,
    CircularChoice,
    CircularResolution,
    CircularState,
    MajorityBase,
    Resolution,
    SilenceRule,
    Topic,
    TopicState,
)
from govern.meetings.queries.circulars import answer_token, find_answer, tally_of
from govern.meetings.services import circulars
from govern.meetings.services.circulars import CircularProposal
from govern.people.models import User
from tests.conftest import SECRET, Client
from tests.factories import (
    make_committee,
    make_coordinator,
    make_mandate,
    make_meeting,
    make_procedure_rule,
    make_seat,
    make_user,
)

LINK = re.compile(r"/umlauf/\S+")
YES, NO, ABSTAIN, OBJECTION = CircularChoice


def committee_with(seats: int, *, days: int | None = 10) -> Committee:
    committee = make_committee(short_name="LG")
    for _ in range(seats):
        make_mandate(make_seat(committee, voting=Voting.YES), make_user().person)
    make_mandate(make_seat(committee, voting=Voting.NO), make_user().person)
    make_seat(committee, voting=Voting.YES)  # vacant: nobody is asked
    if days is not None:
        make_procedure_rule(committee, RuleKind.CIRCULAR_RESOLUTIONS, number=days, mode="all_seats")
    return committee


def send(row: CircularAnswer) -> None:
    """Stands for the mail; the pages' own tests read real ones."""


def running(by: User, seats: int = 3, **values: object) -> CircularResolution:
    proposal = CircularProposal(**{"title": "Kita", "proposed_resolution": "Wir fördern.", **values})  # type: ignore[arg-type]
    circular = circulars.prepare(committee_with(seats), proposal, by=by)
    circulars.start(circular, by=by, send=send)
    db.session.commit()
    return circular


def give(circular: CircularResolution, *choices: CircularChoice | None) -> None:
    for row, choice in zip(list(circular.answers), choices, strict=False):
        if choice is not None:
            circulars.answer(row, choice, by=None)
    db.session.commit()


def run_out(circular: CircularResolution) -> None:
    circular.ends_at = now() - timedelta(minutes=1)
    db.session.commit()


@pytest.mark.proves("E-11", "E-19")
def test_the_rules_say_whether_and_how_long(app: Flask) -> None:
    coordinator = make_coordinator()
    proposal = CircularProposal(title="Kita", proposed_resolution="Wir fördern.")
    forbidden = committee_with(1, days=None)
    make_procedure_rule(forbidden, RuleKind.CIRCULAR_RESOLUTIONS, state=RuleState.OFF)
    with pytest.raises(DomainError, match="nicht zu"):
        circulars.prepare(forbidden, proposal, by=coordinator)
    open_question = committee_with(1, days=None)
    with pytest.raises(DomainError, match="nicht geregelt"):
        circulars.prepare(open_question, proposal, by=coordinator)
    circulars.prepare(
        open_question, CircularProposal(title="Kita", proposed_resolution="Ja.", reason="eilt"), by=coordinator
    )
    circular = running(coordinator)
    assert circular.ends_at is not None
    assert circular.ends_at > now() + timedelta(days=12)  # ten working days
    assert circular.rules is not None
    hasty = circulars.prepare(
        committee_with(1), CircularProposal(title="K", proposed_resolution="J", ends_on=today() + timedelta(days=2)),
        by=coordinator,
    )  # fmt: skip
    with pytest.raises(DomainError, match="frühestens"):
        circulars.start(hasty, by=coordinator, send=send)


@pytest.mark.proves("E-11")
def test_the_voting_seats_of_the_day_are_frozen(app: Flask) -> None:
    circular = running(make_coordinator(), seats=3)
    assert len(circular.answers) == 3
    make_mandate(make_seat(circular.committee, voting=Voting.YES), make_user().person)
    db.session.expire_all()
    assert len(circular.answers) == 3


@pytest.mark.proves("I8", "E-11")
def test_the_link_ends_with_the_mandate(app: Flask) -> None:
    circular = running(make_coordinator(), seats=2)
    leaves, stays = circular.answers
    assert find_answer(answer_token(leaves, SECRET), SECRET) == leaves
    db.session.query(Mandate).filter_by(person_id=leaves.person_id).one().ends_on = today() - timedelta(days=1)
    db.session.commit()
    assert find_answer(answer_token(leaves, SECRET), SECRET) is None
    assert find_answer(answer_token(stays, SECRET), SECRET) == stays


OUTCOMES = [
    # base, silence, answers of three seats (None: silence), adopted, yes-no-abstain
    (MajorityBase.ALL_SEATS, SilenceRule.NO_VOTE, (YES, YES, None), True, (2, 0, 0)),
    (MajorityBase.ALL_SEATS, SilenceRule.NO_VOTE, (YES, None, None), False, (1, 0, 0)),
    (MajorityBase.ALL_SEATS, SilenceRule.NO_VOTE, (YES, ABSTAIN, ABSTAIN), False, (1, 0, 2)),
    (MajorityBase.ALL_SEATS, SilenceRule.CONSENT, (YES, None, NO), True, (2, 1, 0)),
    (MajorityBase.ANSWERS, SilenceRule.NO_VOTE, (YES, None, None), True, (1, 0, 0)),
    (MajorityBase.ANSWERS, SilenceRule.NO_VOTE, (YES, NO, None), False, (1, 1, 0)),
    (MajorityBase.ANSWERS, SilenceRule.NO_VOTE, (None, None, None), False, (0, 0, 0)),
    (MajorityBase.ANSWERS, SilenceRule.NO_VOTE, (YES, YES, NO), True, (2, 1, 0)),
]


@pytest.mark.proves("E-11", "E-21")
@pytest.mark.parametrize(("base", "silence", "choices", "is_adopted", "counts"), OUTCOMES)
def test_the_majority_is_counted_from_its_base_and_silence_as_the_rule_says(
    app: Flask, base: MajorityBase, silence: SilenceRule, choices: tuple[CircularChoice | None, ...],
    is_adopted: bool, counts: tuple[int, int, int],
) -> None:  # fmt: skip
    circular = running(make_coordinator(), majority_base=base, silence=silence)
    give(circular, *choices)
    if None in choices:
        assert circular.state is CircularState.RUNNING
        run_out(circular)
        assert circulars.end_due(now()) == [circular]
        db.session.commit()
    assert circulars.end_due(now()) == []  # safe twice
    assert circular.state is (CircularState.ADOPTED if is_adopted else CircularState.REJECTED)
    resolution = db.session.query(Resolution).one()
    assert resolution.number == f"LG-B-{resolution.resolved_on.year}-01"
    assert (resolution.votes_yes, resolution.votes_no, resolution.votes_abstain) == counts
    assert resolution.is_adopted is is_adopted
    assert resolution.item_id is None
    assert tally_of(circular).total == 3


@pytest.mark.proves("E-11")
def test_one_objection_to_the_procedure_stops_it_and_the_proposal_waits_for_the_next_meeting(app: Flask) -> None:
    circular = running(make_coordinator())
    give(circular, YES, OBJECTION)
    assert circular.state is CircularState.STOPPED
    assert circular.resolution is None
    topic = db.session.query(Topic).one()
    assert (topic.title, topic.state, topic.wished_outcome) == ("Kita", TopicState.ACCEPTED, "Wir fördern.")
    told = [m for m in db.session.query(OutgoingMail) if "gestoppt" in m.subject]
    assert len(told) == 3


MOVES: dict[str, Callable[[CircularResolution, User], object]] = {
    "change": lambda c, by: circulars.change(
        c, CircularProposal(title="x", proposed_resolution="y"), version=c.version, by=by
    ),
    "start": lambda c, by: circulars.start(c, by=by, send=send),
    "answer": lambda c, by: circulars.answer(c.answers[0], YES, by=by),
    "cancel": lambda c, by: circulars.cancel(c, "Grund", by=by),
}
ALLOWED = {
    CircularState.DRAFT: {"change", "start", "cancel"},
    CircularState.RUNNING: {"answer", "cancel"},
    CircularState.STOPPED: set(),
    CircularState.ADOPTED: set(),
    CircularState.REJECTED: set(),
    CircularState.CANCELLED: set(),
}


def in_state(state: CircularState, by: User) -> CircularResolution:
    if state is CircularState.DRAFT:
        return circulars.prepare(committee_with(3), CircularProposal(title="K", proposed_resolution="J"), by=by)
    circular = running(by)
    if state is CircularState.CANCELLED:
        circulars.cancel(circular, "Grund", by=by)
    elif state is not CircularState.RUNNING:
        choice = {CircularState.STOPPED: OBJECTION, CircularState.ADOPTED: YES, CircularState.REJECTED: NO}[state]
        give(circular, *([choice] if choice is OBJECTION else [choice] * 3))
    db.session.commit()
    return circular


@pytest.mark.slow
@pytest.mark.proves("E-11")
@pytest.mark.parametrize("state", CircularState)
def test_every_state_allows_only_its_own_moves(app: Flask, state: CircularState) -> None:
    coordinator = make_coordinator()
    for name, move in MOVES.items():
        circular = in_state(state, coordinator)
        assert circular.state is state
        if name == "answer" and not circular.answers:
            continue
        if name in ALLOWED[state]:
            move(circular, coordinator)
        else:
            with pytest.raises(DomainError):
                move(circular, coordinator)
        db.session.rollback()


@pytest.mark.proves("E-11")
def test_after_the_period_nobody_answers(app: Flask) -> None:
    circular = running(make_coordinator())
    run_out(circular)
    with pytest.raises(DomainError, match="abgelaufen"):
        give(circular, YES)


@pytest.mark.proves("E-11")
def test_the_result_is_told_on_the_next_open_agenda(app: Flask) -> None:
    coordinator = make_coordinator()
    circular = running(coordinator)
    give(circular, YES, YES, YES)
    assert circular.told_item is None
    meeting = make_meeting(circular.committee)
    circulars.end_circulars(today())
    circulars.end_circulars(today())
    db.session.commit()
    item = db.session.query(AgendaItem).one()
    assert item.meeting_id == meeting.id
    assert item.title.startswith("Bekanntgabe: Umlaufbeschluss LG-B-")
    assert circular.told_item_id == item.id


@pytest.mark.proves("E-11")
def test_a_meeting_planned_afterwards_tells_the_result_at_once(client: Client) -> None:
    coordinator = make_coordinator()
    circular = running(coordinator)
    give(circular, YES, YES, YES)
    db.session.commit()
    day = (today() + timedelta(days=20)).isoformat()
    form = {"day": day, "starts": "14:00", "ends": "16:00", "mode": "on_site", "place_id": "0"}
    client.sign_in(coordinator).post(f"/gremien/{circular.committee_id}/sitzungen/neu", data=form)
    (item,) = db.session.query(AgendaItem)
    assert item.title.startswith("Bekanntgabe: Umlaufbeschluss") and circular.told_item_id == item.id


@pytest.mark.proves("E-11", "E-12")
def test_from_the_page_to_the_answer_by_link(client: Client) -> None:
    coordinator = make_coordinator()
    committee = committee_with(2)
    client.sign_in(coordinator)
    new = f"/gremien/{committee.id}/umlaufbeschluesse/neu"
    assert client.post(new, data={"title": "", "proposed_resolution": "x"}).status_code == 422
    sent = {"title": "Geheimsache", "proposed_resolution": "Wir fördern.", "majority_base": "all_seats",
            "silence": "no_vote"}  # fmt: skip
    assert client.post(new, data=sent).status_code == 303
    circular = db.session.query(CircularResolution).one()
    page = f"/umlaufbeschluesse/{circular.id}"
    assert "In Umlauf geben" in client.get(page).text
    assert client.post(f"{page}/starten").status_code == 303
    mails = db.session.query(OutgoingMail).order_by(OutgoingMail.id).all()
    assert len(mails) == 2
    assert all("Geheimsache" not in m.text + m.subject for m in mails)
    links = [LINK.search(m.text) for m in mails]
    stranger = make_user()
    assert client.sign_in(stranger).get(page).status_code == 404
    assert "Geheimsache" not in client.get("/umlaufbeschluesse").text
    first, second = (found.group() for found in links if found)
    assert client.get(first).status_code == 200
    assert client.get(first[:-3] + "xyz").status_code == 404
    db.session.expire_all()
    assert [a.choice for a in circular.answers] == [None, None]  # looking changes nothing
    assert client.post(first, data={}).status_code == 422
    assert client.post(first, data={"choice": "yes"}).status_code == 303
    assert client.post(second, data={"choice": "yes"}).status_code == 303
    db.session.expire_all()
    assert circular.state is CircularState.ADOPTED
    assert "angenommen" in client.get(first).text
    assert client.post(first, data={"choice": "no"}).status_code == 422
    assert "Im Umlauf gefasst" in client.sign_in(coordinator).get(f"/beschluesse/{circular.resolution_id}").text


@pytest.mark.proves("I8", "E-11")
def test_whoever_only_deputises_by_now_answers_no_more(client: Client) -> None:
    circular = running(make_coordinator())
    person = circular.answers[0].person
    assert person is not None and person.user is not None
    url = f"/umlaufbeschluesse/{circular.id}"
    assert 'id="umlaufantwort"' in client.sign_in(person.user).get(url).text
    held = db.session.query(Mandate).filter_by(person_id=person.id).one()
    held.ends_on = today() - timedelta(days=1)
    make_mandate(held.seat, person, kind=MandateKind.DEPUTY, starts_on=today())
    page = client.get(url)
    assert page.status_code == 200 and 'id="umlaufantwort"' not in page.text
    assert client.post(f"{url}/antworten", data={"choice": "yes"}).status_code == 403


@pytest.mark.proves("E-11")
def test_members_answer_signed_in(client: Client) -> None:
    circular = running(make_coordinator())
    person = circular.answers[0].person
    assert person is not None
    assert person.user is not None
    url = f"/umlaufbeschluesse/{circular.id}"
    page = client.sign_in(person.user).get(url).text
    assert page.index("Wir fördern.") < page.index('id="umlaufantwort"')  # first what it is about, then the answer
    assert client.post(f"{url}/antworten", data={"choice": "abstain"}).status_code == 303
    db.session.expire_all()
    assert circular.answers[0].choice is ABSTAIN
    assert circular.answers[0].answered_by_id == person.user.id
