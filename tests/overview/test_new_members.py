"""Who joins a committee finds at once what was before, on every way; what is not for them stays closed (I10)."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from govern import files
from govern.committees.models import MandateKind, Seat
from govern.db import db, now, sort_key
from govern.documents.models import Document, DocumentFiling, DocumentKind
from govern.formats import today
from govern.meetings.models import AgendaItem, ItemKind, ItemResult, Meeting, MeetingState, Paper
from govern.people.models import User
from govern.people.services.feeds import open_feed
from govern.tokens import sign
from tests.conftest import SECRET, Client
from tests.factories import (
    make,
    make_committee,
    make_item,
    make_mandate,
    make_meeting,
    make_resolution,
    make_seat,
    make_user,
    make_work_order,
)

PDF = b"%PDF-1.7\n% ein Beispiel\n%%EOF\n"
OPEN, CLOSED = "Zwetschgenfest", "Mirabellenakte"


def _history(seat: Seat, folder: Path) -> tuple[Meeting, list[AgendaItem], list[Paper]]:
    """A meeting of last spring with its minutes: an item for everybody in the committee and a confidential one."""
    past = now() - timedelta(days=200)
    meeting = make_meeting(seat.committee, starts_at=past, state=MeetingState.RELEASED, published_at=past,
                           closed_at=past, released_at=past, number=7)  # fmt: skip
    items, papers = [], []
    for word, is_public in ((OPEN, True), (CLOSED, False)):
        item = make_item(meeting, title=f"Planung {word}", is_public=is_public, kind=ItemKind.DECISION,
                         result=ItemResult.DECIDED, minutes_text=f"Besprochen wurde {word}.", done_at=past)  # fmt: skip
        text = f"{word} findet statt."
        resolution = make_resolution(item, text=text, number=f"G-B-2026-{word[:2]}",
                                     is_public=is_public)  # fmt: skip
        make_work_order(seat.committee, item=item, resolution=resolution, task=f"{word} vorbereiten",
                        is_public=is_public)  # fmt: skip
        stored = files.keep(folder, PDF, f"{word}.pdf", most_bytes=10_000)
        papers.append(make(Paper(item=item, title=word, file_name=stored.file_name, media_type=stored.media_type,
                                 size=stored.size, sha256=stored.sha256, stored_name=stored.stored_name)))  # fmt: skip
        items.append(item)
    make(Document(body_id=seat.committee.body_id, title=f"Vereinbarung {CLOSED}", kind=DocumentKind.OTHER,
                  sort_title=sort_key(f"Vereinbarung {CLOSED}"), is_confidential=True,
                  filings=[DocumentFiling(committee=seat.committee)]))  # fmt: skip
    return meeting, items, papers


def _ways(meeting: Meeting, items: list[AgendaItem], papers: list[Paper]) -> dict[str, str]:
    committee = meeting.committee_id
    return {
        "agenda": f"/sitzungen/{meeting.id}",
        "minutes": f"/sitzungen/{meeting.id}/protokoll",
        "resolutions": f"/sitzungen/{meeting.id}/beschluesse",
        "register": f"/beschluesse?gremium={committee}",
        "papers": f"/gremien/{committee}/unterlagen",
        "committee": f"/gremien/{committee}",
        "orders": f"/arbeitsauftraege?ansicht=alle&gremium={committee}",
        "search open": f"/suche?q={OPEN}",
        "search closed": f"/suche?q={CLOSED}",
    }


def _found(client: Client, ways: dict[str, str], word: str) -> set[str]:
    """On which of the ways ``word`` can be read; the question itself does not count."""
    found = set()
    for name, path in ways.items():
        answer = client.get(path)
        text = answer.text.replace(f"={word}", "").replace(f'value="{word}"', "").replace(f"„{word}“", "")
        if answer.status_code == 200 and word in text:
            found.add(name)
    return found


@pytest.mark.proves("I10", "I8", "D-10")
def test_a_new_member_sees_everything_past_at_once_and_a_deputy_nothing_confidential(client: Client) -> None:
    committee = make_committee()
    seat = make_seat(committee)
    folder = client.application.config["SETTINGS"].files
    meeting, items, papers = _history(seat, folder)
    coming = make_item(make_meeting(committee), title=f"Entwurf {OPEN}")
    other = make_item(make_meeting(make_committee(), published_at=now(), state=MeetingState.PUBLISHED), title=OPEN)
    ways = _ways(meeting, items, papers)
    holder, deputy = make_user(), make_user()
    feeds = {user: _feed_of(user) for user in (holder, deputy)}
    for user in (holder, deputy):
        client.sign_in(user)
        assert _found(client, ways, OPEN) | _found(client, ways, CLOSED) == set()
        assert client.get(f"/unterlagen/{papers[0].id}").status_code == 404
        assert meeting.ical_uid not in client.get(feeds[user]).text

    make_mandate(seat, holder.person, starts_on=today())
    make_mandate(seat, deputy.person, kind=MandateKind.DEPUTY, starts_on=today())

    everywhere = set(ways) - {"search closed"}
    assert _found(client.sign_in(holder), ways, OPEN) == everywhere
    assert _found(client, ways, CLOSED) == set(ways) - {"search open"}
    assert client.get(f"/unterlagen/{papers[1].id}").data == PDF
    assert _found(client.sign_in(deputy), ways, OPEN) == everywhere
    assert _found(client, ways, CLOSED) == set()
    assert [client.get(f"/unterlagen/{paper.id}").status_code for paper in papers] == [200, 404]
    assert client.get(f"/tagesordnungspunkte/{items[1].id}").status_code == 404
    for user in (holder, deputy):
        client.sign_in(user)
        calendar = client.get(feeds[user]).text
        assert meeting.ical_uid in calendar
        assert CLOSED not in calendar
        for draft in (coming, other):  # neither what is being prepared nor other committees
            assert client.get(f"/tagesordnungspunkte/{draft.id}").status_code == 404


def _feed_of(user: User) -> str:
    feed = open_feed(user, committee_id=None)
    db.session.commit()
    return f"/kalender/{sign('feed', feed.nonce, SECRET)}.ics"
