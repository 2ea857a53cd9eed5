"""The right to vote of all seats of a committee on one page (B10)."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest

from govern.audit import AuditEntry
from govern.committees.models import Committee, MandateKind, Seat, Voting
from govern.committees.queries.compositions import composition
from govern.db import db
from govern.formats import today
from tests.conftest import Client
from tests.factories import (
    make_committee,
    make_coordinator,
    make_mandate,
    make_organisation,
    make_seat,
    make_seat_group,
)

DAY = timedelta(days=1)


def a_list(seats: int) -> tuple[Committee, list[Seat]]:
    committee = make_committee()
    group = make_seat_group(committee, name="Kommunen")
    made = [make_seat(committee, function=f"Leitung {n}", group=group) for n in range(seats)]
    for seat in made:
        make_mandate(seat)
        make_mandate(seat, kind=MandateKind.DEPUTY)
    return committee, made


def sent(client: Client, path: str, **other: str) -> dict[str, str]:
    """The form as the page would send it, with something changed."""
    text = client.get(path).text.partition('id="stimmrechte"')[2].partition("</form>")[0]
    values: dict[str, str] = {}
    for tag in re.findall(r"<input[^>]*>", text):
        named, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if named and value and ('type="radio"' not in tag or " checked" in tag):
            values[named[1]] = value[1]
    return {**values, **other}


def rights(committee: Committee) -> list[Voting]:
    db.session.expire_all()
    return [filled.seat.voting for filled in composition(committee, today())]


@pytest.mark.proves("B10", "B12")
def test_from_a_day_on_the_seats_are_replaced_and_what_was_before_stays(client: Client) -> None:
    committee, seats = a_list(3)
    committee.chair_seat = seats[0]
    db.session.commit()
    client.sign_in(make_coordinator())
    path = f"/gremien/{committee.id}/stimmrechte"
    chosen = {f"sitz{seats[0].id}-voting": "yes", f"sitz{seats[1].id}-voting": "no"}
    answer = client.post(path, data=sent(client, path, **chosen))
    assert (answer.status_code, answer.location) == (303, f"/gremien/{committee.id}/zusammensetzung")
    assert f"bei 2 Sitzen ab {today().day}" in client.get(answer.location).text
    assert rights(committee) == [Voting.YES, Voting.NO, Voting.NOT_STATED]
    now, before = composition(committee, today()), composition(committee, today() - DAY)
    assert [f.seat.replaces_id for f in now] == [seats[0].id, seats[1].id, None]
    assert [f.seat for f in before] == seats
    assert all(seat.voting is Voting.NOT_STATED for seat in seats)
    assert [(len(f.holders), len(f.deputies)) for f in now] == [(1, 1)] * 3
    assert [f.seat.group for f in now] == [seats[0].group] * 3
    assert [[o.id for o in f.seat.organisations] for f in now] == [[o.id for o in s.organisations] for s in seats]
    assert committee.chair_seat is now.seats[0].seat


@pytest.mark.proves("B10", "I3")
def test_a_correction_changes_the_seats_themselves_and_is_recorded(client: Client) -> None:
    committee, seats = a_list(3)
    client.sign_in(make_coordinator())
    path = f"/gremien/{committee.id}/stimmrechte"
    chosen = {f"sitz{seat.id}-voting": "yes" for seat in seats[:2]}
    assert client.post(path, data=sent(client, path, how="correct", from_day="", **chosen)).status_code == 303
    assert rights(committee) == [Voting.YES, Voting.YES, Voting.NOT_STATED]
    assert composition(committee, today() - DAY).seats[0].seat.id == seats[0].id
    entries = db.session.query(AuditEntry).filter_by(kind="seat").all()
    changed = {entry.object_id for entry in entries if "Stimmrecht" in entry.changes and entry.action == "changed"}
    assert {seat.id for seat in seats[:2]} <= changed and seats[2].id not in changed
    # Nothing chosen, nothing done.
    versions = [seat.version for seat in seats]
    assert client.post(path, data=sent(client, path, how="correct")).status_code == 303
    db.session.expire_all()
    assert [seat.version for seat in seats] == versions


@pytest.mark.proves("D-12")
@pytest.mark.parametrize("how", ["change", "correct"])
def test_what_somebody_else_changed_meanwhile_is_shown_and_never_overwritten(client: Client, how: str) -> None:
    committee, seats = a_list(3)
    client.sign_in(make_coordinator())
    path = f"/gremien/{committee.id}/stimmrechte"
    mine = sent(client, path, how=how, **{f"sitz{seat.id}-voting": "no" for seat in seats[:2]})
    seats[0].voting, seats[2].voting = Voting.YES, Voting.YES
    db.session.commit()
    stale = client.post(path, data=mine)
    assert stale.status_code == 409
    assert "Jemand anderes hat inzwischen gespeichert" in stale.text
    shown = re.findall(r'<tr><th scope="row">([^<]*)</th><td[^>]*>([^<]*)</td><td[^>]*>([^<]*)</td>', stale.text)
    assert shown == [(seats[0].label, "nein (beratend)", "ja"), (seats[1].label, "nein (beratend)", "nicht angegeben")]
    assert rights(committee) == [Voting.YES, Voting.NOT_STATED, Voting.YES]
    # The page now knows what is stored: saving it again replaces that knowingly, the third seat stays as it is.
    stored = {seat.id: value for seat, value in zip(seats, ("yes", "not_stated", "yes"), strict=True)}
    again = dict(mine) | {f"sitz{identity}-seen": value for identity, value in stored.items()}
    for identity, value in stored.items():
        assert re.search(rf'name="sitz{identity}-seen"[^>]*value="{value}"', stale.text)
    again[f"sitz{seats[2].id}-voting"] = "yes"
    assert client.post(path, data=again).status_code == 303
    assert rights(committee) == [Voting.NO, Voting.NO, Voting.YES]


@pytest.mark.proves("D-12")
def test_seats_replaced_meanwhile_are_a_conflict_and_what_was_chosen_is_kept(client: Client) -> None:
    committee, seats = a_list(2)
    client.sign_in(make_coordinator())
    path = f"/gremien/{committee.id}/stimmrechte"
    mine = sent(client, path, how="correct", **{f"sitz{seats[0].id}-voting": "no"})
    theirs = sent(client, path, **{f"sitz{seat.id}-voting": "yes" for seat in seats})
    assert client.post(path, data=theirs).status_code == 303
    stale = client.post(path, data=mine)
    assert stale.status_code == 409
    assert rights(committee) == [Voting.YES, Voting.YES]
    now = [f.seat for f in composition(committee, today())]
    assert re.search(rf'<input checked[^>]*name="sitz{now[0].id}-voting"[^>]*value="no"', stale.text)
    assert re.search(rf'<input checked[^>]*name="sitz{now[1].id}-voting"[^>]*value="yes"', stale.text)
    assert all(seat.voting is Voting.NOT_STATED for seat in seats)


@pytest.mark.proves("B10", "D-12")
@pytest.mark.parametrize("days", [0, 30])
def test_a_form_sent_twice_changes_once_and_is_no_conflict(client: Client, days: int) -> None:
    committee, seats = a_list(2)
    client.sign_in(make_coordinator())
    path, day = f"/gremien/{committee.id}/stimmrechte", today() + days * DAY
    data = sent(client, path, from_day=day.isoformat(), **{f"sitz{seats[0].id}-voting": "yes"})
    for _time in range(2):
        answer = client.post(path, data=data)
        assert answer.status_code == 303
    assert "so ist es gespeichert" in client.get(answer.location).text
    db.session.expire_all()
    assert [f.seat.voting for f in composition(committee, day)] == [Voting.YES, Voting.NOT_STATED]
    assert db.session.query(Seat).filter_by(committee_id=committee.id).count() == 3


@pytest.mark.proves("D-12")
def test_what_somebody_else_changed_is_shown_too_when_something_had_to_be_mended_first(client: Client) -> None:
    committee, seats = a_list(1)
    client.sign_in(make_coordinator())
    path = f"/gremien/{committee.id}/stimmrechte"
    mine = sent(client, path, from_day="", **{f"sitz{seats[0].id}-voting": "no"})
    theirs = sent(client, path, **{f"sitz{seats[0].id}-voting": "yes"})
    assert client.post(path, data=theirs).status_code == 303
    refused = client.post(path, data=mine)
    assert refused.status_code == 422
    (new,) = [filled.seat for filled in composition(committee, today())]
    again = {"how": "correct", "from_day": "", "listed": str(new.id), f"sitz{new.id}-voting": "no"}
    (seen,) = re.findall(rf'name="sitz{new.id}-seen"[^>]*value="([^"]*)"', refused.text)
    stale = client.post(path, data={**again, f"sitz{new.id}-seen": seen})
    assert stale.status_code == 409 and rights(committee) == [Voting.YES]
    (seen,) = re.findall(rf'name="sitz{new.id}-seen"[^>]*value="([^"]*)"', stale.text)
    assert client.post(path, data={**again, f"sitz{new.id}-seen": seen}).status_code == 303
    assert rights(committee) == [Voting.NO]


@pytest.mark.proves("B10")
@pytest.mark.parametrize(
    ("other", "sentence"),
    [
        ({"from_day": ""}, "Bitte den Tag angeben."),
        ({"from_day": "morgen"}, "Gilt ab"),
        ({"from_day": "2020-01-01"}, "besteht erst seit dem 1. Januar 2026"),
    ],
)
def test_bad_input_is_refused_at_the_field_and_kept(client: Client, other: dict[str, str], sentence: str) -> None:
    committee, seats = a_list(2)
    seats[0].starts_on = today().replace(year=2026, month=1, day=1)
    db.session.commit()
    client.sign_in(make_coordinator())
    path = f"/gremien/{committee.id}/stimmrechte"
    answer = client.post(path, data=sent(client, path, **{f"sitz{seats[0].id}-voting": "yes"}, **other))
    assert answer.status_code == 422
    assert sentence in answer.text and other["from_day"] in answer.text
    assert re.search(rf'<input checked[^>]*name="sitz{seats[0].id}-voting"[^>]*value="yes"', answer.text)
    assert rights(committee) == [Voting.NOT_STATED] * 2
    forged = sent(client, path, **{f"sitz{seats[0].id}-voting": "vielleicht"})
    assert client.post(path, data=forged).status_code == 422


def test_a_committee_that_has_ended_keeps_its_rights(client: Client) -> None:
    committee, seats = a_list(1)
    client.sign_in(make_coordinator())
    path = f"/gremien/{committee.id}/stimmrechte"
    data = sent(client, path, **{f"sitz{seats[0].id}-voting": "yes"})
    committee.ended_on = today() - DAY
    db.session.commit()
    assert client.post(path, data=data).status_code == 422
    assert rights(committee) in ([Voting.NOT_STATED], [])
    assert "Noch keine Sitze" in client.get(f"/gremien/{make_committee().id}/stimmrechte").text


@pytest.mark.proves("B10")
def test_the_page_and_a_correction_do_not_grow_with_the_list(
    client: Client, count_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    client.sign_in(make_coordinator())
    pages, selects = [], []
    for number in (5, 50):
        committee, seats = a_list(number)
        path = f"/gremien/{committee.id}/stimmrechte"
        data = sent(client, path, how="correct", **{f"sitz{seat.id}-voting": "yes" for seat in seats})
        with count_queries() as statements:
            assert client.get(path).status_code == 200
        pages.append(len(statements))
        db.session.expunge_all()
        with count_queries() as statements:
            assert client.post(path, data=data).status_code == 303
        selects.append(len([s for s in statements if s.lstrip().startswith("SELECT")]))
    assert pages[0] == pages[1] <= 12
    assert selects[0] == selects[1] <= 12


def test_the_composition_leads_there_where_there_are_seats(client: Client) -> None:
    committee, _ = a_list(1)
    make_organisation()
    link = f'href="/gremien/{committee.id}/stimmrechte"'
    client.sign_in(make_coordinator())
    assert link in client.get(f"/gremien/{committee.id}/zusammensetzung").text
    empty = make_committee()
    assert "/stimmrechte" not in client.get(f"/gremien/{empty.id}/zusammensetzung").text
