"""What leaves the product without anybody signing in: calendars, the links in mails, and the mails of the worker."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from govern import jobs, tokens
from govern.committees.models import Committee
from govern.db import db
from govern.formats import today
from govern.meetings.models import CircularAnswer, CircularResolution, Invitation, MeetingGuest, PollInvitee
from govern.meetings.queries.polls import LINK_PURPOSE
from govern.people.models import Feed, FeedPurpose, Person
from tests.conftest import Client, one_connection
from tests.test_access_matrix import describe
from tests.world import ROLES, WORD, World, build_world
from tests.world.readers import words_at, words_of_guest, words_of_person
from tests.world.unpacking import mails_overheard, words_in

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def world(app: Flask) -> Iterator[World]:
    with one_connection(app):
        made = build_world()
        db.session.commit()
        db.session.remove()
        yield made


@pytest.mark.proves("B-17", "D-10")
def test_nothing_that_leaves_the_house_says_more_than_its_reader_may_know(
    app: Flask, client: Client, world: World
) -> None:
    kept = world.rows()  # or each would be loaded for each question
    faults = [*feeds(app, client, world), *links(app, client, world), *mails(world)]
    del kept
    assert not faults, "\n" + "\n".join(faults)


def feeds(app: Flask, client: Client, world: World) -> Iterator[str]:
    """Every calendar address of every role."""
    committees = [identity for _name, identity in world.objects[Committee]]
    readers = {world.users[role]: world.words_for(world.user(role)) for role in ROLES}
    read = 0
    for number, (whose, allowed) in enumerate(readers.items()):
        db.session.execute(sa.delete(Feed).where(Feed.user_id == whose))
        rows = [
            Feed(user_id=whose, purpose=purpose, committee_id=identity, nonce=f"{number}-{purpose.value}-{identity}")
            for purpose in FeedPurpose
            for identity in (committees if purpose is FeedPurpose.COMMITTEE else [None])
        ]
        db.session.add_all(rows)
        db.session.commit()
        for nonce in [row.nonce for row in rows]:
            answer = client.get(f"/kalender/{tokens.sign('feed', nonce, app.config['SETTINGS'].secret_key)}.ics")
            found = set(WORD.findall(words_in(answer.data)))
            read += len(found)
            if answer.status_code != 200 or found - allowed:
                yield f"{ROLES[number]}: calendar {nonce}: {answer.status_code} {sorted(found - allowed)}"
    assert read > 100, "the calendars are empty: they prove nothing"


def links(app: Flask, client: Client, world: World) -> Iterator[str]:
    """The pages behind the links of invitations, questions for a date, circular resolutions and to guests."""
    key = app.config["SETTINGS"].secret_key
    opened = 0
    for guest in db.session.scalars(sa.select(MeetingGuest).order_by(MeetingGuest.id)).all():
        guest.items = [item for item in guest.meeting.items if not item.is_public][:1]
    db.session.commit()
    of_person = functools.cache(lambda identity: words_of_person(world, db.session.get_one(Person, identity)))
    pages: list[tuple[str, str, Any, Callable[[Any], set[str]]]] = [
        ("gast", "guest", MeetingGuest, words_of_guest),
        ("einladung", "invitation", Invitation, lambda row: of_person(row.person_id)),
        ("termin", LINK_PURPOSE, PollInvitee, lambda row: of_person(row.person_id)),
        ("umlauf", "circular", CircularAnswer, lambda row: words_of_circular(row.circular_resolution)),
    ]
    for folder, purpose, model, words in pages:
        rows = db.session.scalars(sa.select(model).order_by(model.id)).all()
        for nonce, allowed in [(row.nonce, words(row)) for row in rows]:
            db.session.rollback()
            answer = client.get(f"/{folder}/{tokens.sign(purpose, nonce, key)}")
            leaked = set(WORD.findall(words_in(answer.data))) - allowed
            opened += answer.status_code == 200
            if answer.status_code not in (200, 404) or leaked:
                yield f"{folder} {nonce}: {answer.status_code} {describe(world, leaked) if leaked else ''}"
    assert opened > 20, "the links open nothing: they prove nothing"


def words_of_circular(circular: CircularResolution) -> set[str]:
    """Who is asked in a circular reads the proposal and its papers."""
    files = [word for paper in circular.papers for word in (paper.title, paper.file_name)]
    return set(WORD.findall(" ".join([circular.title, circular.proposed_resolution, circular.explanation, *files])))


def mails(world: World) -> Iterator[str]:
    """What the worker sends by itself on a day."""
    with mails_overheard() as heard:
        for job in jobs.daily:
            job(today())
        db.session.flush()
    assert heard, "the worker sends nothing: that proves nothing"
    allowed = {address: words_at(world, address) for address, _words in heard}
    for address, words in heard:
        leaked = set(WORD.findall(words)) - allowed[address]
        if leaked:
            yield f"mail to {address}: {describe(world, leaked)}"
    db.session.rollback()
