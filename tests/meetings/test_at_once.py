"""Two at once around closing, numbers, ballots and texts: nothing double, nothing lost."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from govern.app import create_app
from govern.committees.models import Voting
from govern.db import db, now
from govern.errors import Conflict, DomainError
from govern.meetings.models import (
    AgendaItem,
    Ballot,
    ItemKind,
    Meeting,
    MeetingState,
    Resolution,
    SecretBallot,
    Vote,
    VoteMode,
)
from govern.meetings.policies_room import can_cast
from govern.meetings.services import attendances, closing, minutes, resolutions, votes
from govern.people.models import User
from govern.people.services.number_ranges import next_number
from tests import postgres
from tests.conftest import make_settings
from tests.factories import make_body, make_committee, make_coordinator, make_item, make_meeting, make_member
from tests.meetings.held import AGREED, decide, finished_meeting


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def own_app(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """An application with a database of its own, for tests with real transactions in several threads."""
    with ExitStack() as stack:
        url = f"sqlite:///{tmp_path / 'own.sqlite'}"
        if request.param == "postgresql":
            request.getfixturevalue("postgresql_url")  # skips where there is no server
            url = stack.enter_context(postgres.fresh_database())
        app = create_app(make_settings(tmp_path, url), TESTING=True)
        with app.app_context():
            db.create_all()
        yield app
        with app.app_context():
            db.engine.dispose()


def in_threads(app: Flask, *works: Callable[[], None]) -> None:
    """Run ``works`` at once, each in a session of its own; nothing they raise is lost."""
    failures: list[BaseException] = []
    barrier = threading.Barrier(len(works))

    def run(work: Callable[[], None]) -> None:
        with app.app_context():
            try:
                barrier.wait(20)
                work()
                db.session.commit()
            except BaseException as error:
                failures.append(error)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert failures == []


@pytest.mark.proves("E-21", "D-12")
def test_numbers_given_at_once_leave_no_gap_and_no_double(own_app: Flask) -> None:
    with own_app.app_context():
        body_id = make_body().id
    given: list[int] = []

    def number() -> None:
        for n in range(5):
            got = next_number(body_id, "resolution:1", 2026)
            if n == 2:
                db.session.rollback()  # a closing that failed gives its number back
            else:
                db.session.commit()
                given.append(got)

    in_threads(own_app, *[number] * 4)
    assert sorted(given) == list(range(1, 17))


@pytest.mark.proves("E-21", "D-12")
def test_two_meetings_closed_at_once_and_each_of_them_twice(own_app: Flask) -> None:
    with own_app.app_context():
        user = make_coordinator()
        committee = make_committee(short_name="LG")
        meetings = [finished_meeting(user, committee, items=2) for _ in range(2)]
        for meeting in meetings:
            for item in meeting.items:
                decide(item, user)
        user_id, ids = user.id, [meeting.id for meeting in meetings]

    def closing_of(meeting_id: int) -> Callable[[], None]:
        return lambda: done.append(
            closing.close_in_one_go(
                db.session.get_one(Meeting, meeting_id), ended_at=now() + timedelta(hours=1), notes_rest=True,
                marks_everybody=True, by=db.session.get_one(User, user_id),
            )
        )  # fmt: skip

    done: list[bool] = []
    in_threads(own_app, *[closing_of(i) for i in ids * 2])
    assert sorted(done) == [False, False, True, True]  # who comes second sends no minutes
    with own_app.app_context():
        resolutions_ = db.session.query(Resolution).all()
        assert sorted(r.sequence_number or 0 for r in resolutions_) == [1, 2, 3, 4]
        assert {m.state for m in db.session.query(Meeting)} == {MeetingState.CLOSED}


@pytest.mark.proves("D-12", "D-38")
def test_two_secret_ballots_of_one_person_at_once_are_one(own_app: Flask) -> None:
    with own_app.app_context():
        user, committee = make_coordinator(), make_committee()
        member = make_member(committee)
        committee.seats[0].voting = Voting.YES
        meeting = make_meeting(committee, starts_at=now(), published_at=now())
        item = make_item(meeting, kind=ItemKind.DECISION)
        attendances.start_meeting(meeting, by=user)
        attendances.record_everybody(meeting, by=user)
        resolution = resolutions.open_resolution(item, AGREED, VoteMode.SECRET, by=user)
        db.session.commit()
        member_id, vote_id = member.id, resolution.votes[0].id
    both_have_read, refusals = threading.Barrier(2), []

    def cast() -> None:
        vote, by = db.session.get_one(Vote, vote_id), db.session.get_one(User, member_id)
        assert can_cast(by, vote)
        with suppress(threading.BrokenBarrierError):  # SQLite lets the second read only after the first is done
            both_have_read.wait(1)
        try:
            votes.cast_secret(vote, Ballot.YES, by=by)
        except DomainError as error:
            refusals.append(str(error))

    in_threads(own_app, cast, cast)
    with own_app.app_context():
        assert db.session.query(SecretBallot).count() == 1
    assert len(refusals) == 1


@pytest.mark.proves("D-12")
def test_two_texts_saved_at_once_one_wins_and_one_is_a_conflict(own_app: Flask) -> None:
    with own_app.app_context():
        user = make_coordinator()
        item = finished_meeting(user).items[0]
        user_id, item_id = user.id, item.id
    outcomes: list[str] = []

    def saving(text: str) -> Callable[[], None]:
        def save() -> None:
            item, by = db.session.get_one(AgendaItem, item_id), db.session.get_one(User, user_id)
            try:
                minutes.save_text(item, text, version=0, by=by)
                outcomes.append("saved")
            except Conflict:
                outcomes.append("conflict")

        return save

    in_threads(own_app, saving("Erste"), saving("Zweite"), saving("Dritte"))
    assert sorted(outcomes) == ["conflict", "conflict", "saved"]
