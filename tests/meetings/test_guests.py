"""Guests: a personal, expiring link to one meeting and its items, without an account (C13)."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from flask import Flask

from govern.db import db, now
from govern.mail import OutgoingMail
from govern.meetings.models import AgendaItem, Meeting, MeetingGuest, MeetingState
from govern.meetings.queries.guests import guest_token
from tests.conftest import SECRET, Client
from tests.factories import (
    make_committee,
    make_coordinator,
    make_guest,
    make_item,
    make_meeting,
    make_member,
    make_office_user,
    make_place,
)


def link_of(guest: MeetingGuest) -> str:
    return f"/gast/{guest_token(guest, SECRET)}"


def invited(*, is_public: bool = True) -> tuple[Meeting, AgendaItem, MeetingGuest]:
    meeting = make_meeting(make_committee(), place=make_place(name="Kreishaus"))
    make_item(meeting, title="Nicht für Gäste", position=1, planned_minutes=30)
    item = make_item(meeting, title="Gesundheitsamt berichtet", position=2, is_public=is_public,
                     description="Bitte *kurz*", internal_note="Vorsicht")  # fmt: skip
    guest = make_guest(meeting, items=[item], nonce="n0nce", name="Robin Gast")
    return meeting, item, guest


@pytest.mark.proves("C13")
@pytest.mark.parametrize("is_public", [True, False])
def test_a_guest_sees_only_the_meeting_and_the_items_invited_to(client: Client, is_public: bool) -> None:
    _meeting, _item, guest = invited(is_public=is_public)
    page = client.get(link_of(guest))
    assert page.status_code == 200
    for words in ("Robin Gast", "Kreishaus", "Gesundheitsamt berichtet", "<em>kurz</em>"):
        assert words in page.text
    for secret in ("Nicht für Gäste", "Vorsicht", "/sitzungen/"):
        assert secret not in page.text
    assert page.headers["Cache-Control"] == "no-store"


@pytest.mark.proves("C13")
def test_a_link_that_is_wrong_expired_or_revoked_opens_nothing(client: Client) -> None:
    meeting, _item, guest = invited()
    link = link_of(guest)
    assert client.get(link).status_code == 200
    for wrong in (link[:-1] + ("a" if link[-1] != "a" else "b"), "/gast/n0nce", "/gast/n0nce.", "/gast/ä.ö"):
        assert client.get(wrong).status_code == 404, wrong
    guest.expires_at = now() - timedelta(seconds=1)
    db.session.commit()
    assert client.get(link).status_code == 404
    guest.expires_at, guest.revoked_at = now() + timedelta(days=1), now()
    db.session.commit()
    assert client.get(link).status_code == 404
    guest.revoked_at, meeting.deleted_at = None, now()
    db.session.commit()
    assert client.get(link).status_code == 404


@pytest.mark.proves("C13")
def test_wrong_links_are_slowed_down_and_right_ones_are_not(client: Client) -> None:
    _meeting, _item, guest = invited()
    answers = [client.get(f"/gast/falsch.{n}").status_code for n in range(24)]
    assert answers[:20] == [404] * 20
    assert answers[-1] == 429
    assert client.get(link_of(guest)).status_code == 200


@pytest.mark.proves("C13", "D-15")
def test_a_guest_reads_the_papers_of_the_own_items_only(client: Client) -> None:
    meeting, item, guest = invited()
    other = meeting.items[0]
    client.sign_in(make_coordinator())
    for each in (item, other):
        client.post(
            f"/tagesordnungspunkte/{each.id}/unterlagen",
            data={"papers": [(io.BytesIO(b"%PDF-1.7"), f"{each.id}.pdf")], "paper_kind": "paper"},
            content_type="multipart/form-data",
        )
    client.post("/abmelden")
    own, foreign = item.papers[0], other.papers[0]
    page = client.get(link_of(guest)).text
    assert own.file_name in page and foreign.file_name not in page
    got = client.get(f"{link_of(guest)}/unterlagen/{own.id}")
    assert (got.status_code, got.data) == (200, b"%PDF-1.7")
    assert got.headers["Content-Disposition"].startswith("attachment")
    assert client.get(f"{link_of(guest)}/unterlagen/{foreign.id}").status_code == 404
    assert client.get(f"/unterlagen/{own.id}").status_code == 303
    own.withdrawn_at = now()
    db.session.commit()
    assert client.get(f"{link_of(guest)}/unterlagen/{own.id}").status_code == 404


@pytest.mark.proves("C13")
def test_the_office_invites_shows_sends_renews_and_revokes(client: Client) -> None:
    meeting, item, _guest = invited()
    client.sign_in(make_office_user(meeting.committee))
    answer = client.post(
        f"/sitzungen/{meeting.id}/gaeste/neu",
        data={"name": "Toni Neu", "function": "Leitung", "organisation_name": "Gesundheitsamt", "reason": "Zahlen",
              "email": "toni@gesundheit.example", "items": [item.id]},
    )  # fmt: skip
    guest = db.session.query(MeetingGuest).filter_by(name="Toni Neu").one()
    assert guest.items == [item]
    assert guest.expires_at > meeting.ends_at
    first = link_of(guest)
    assert first in client.get(answer.location).text
    client.post(f"/gaeste/{guest.id}/senden")
    mail = db.session.query(OutgoingMail).one()
    assert (mail.to_address, mail.is_secret) == ("toni@gesundheit.example", True)
    assert "http://127.0.0.1:8000" + first in mail.text
    client.post(f"/gaeste/{guest.id}/neuer-link")
    assert client.get(first).status_code == 404
    assert client.get(link_of(guest)).status_code == 200
    client.post(f"/gaeste/{guest.id}/widerrufen")
    assert client.get(link_of(guest)).status_code == 404
    assert client.post(f"/gaeste/{guest.id}/senden").status_code == 422


def test_faulty_invitations_are_refused(client: Client) -> None:
    meeting, _item, _guest = invited()
    foreign = make_item()
    client.sign_in(make_office_user(meeting.committee))
    url = f"/sitzungen/{meeting.id}/gaeste/neu"
    assert client.post(url, data={"name": " "}).status_code == 422
    assert client.post(url, data={"name": "Toni", "email": "keine-adresse"}).status_code == 422
    assert client.post(url, data={"name": "Toni", "items": [foreign.id]}).status_code == 422
    assert db.session.query(MeetingGuest).filter_by(meeting_id=meeting.id).count() == 1


def test_guests_are_known_to_the_circle_and_links_to_the_office_alone(client: Client) -> None:
    meeting, _item, guest = invited()
    meeting.state, meeting.published_at, meeting.is_public = MeetingState.PUBLISHED, now(), True
    db.session.commit()
    member = client.sign_in(make_member(meeting.committee))
    assert "Robin Gast" in member.get(f"/sitzungen/{meeting.id}/teilnahme").text
    assert member.get(f"/gaeste/{guest.id}").status_code == 403
    stranger = client.sign_in(make_member(make_committee()))
    assert "Robin Gast" not in stranger.get(f"/sitzungen/{meeting.id}/teilnahme").text
    assert stranger.get(f"/gaeste/{guest.id}").status_code == 404


def test_the_database_alone_opens_no_link(app: Flask) -> None:
    _meeting, _item, guest = invited()
    assert guest.nonce not in ("", guest_token(guest, SECRET))
    assert guest_token(guest, SECRET) != guest_token(guest, SECRET + "x")
