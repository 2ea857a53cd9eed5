"""What the pages beyond lists are measured with: minutes, a room in session, dates, mails, reports and matters."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

import sqlalchemy as sa

from govern.actions.models import GapReport, Matter, ReportText
from govern.committees.models import ListMail, Mandate, Participation, Seat, Voting
from govern.db import db, sort_key
from govern.meetings.models import (
    AgendaItem,
    AgendaSupplement,
    CircularResolution,
    DateOption,
    DatePoll,
    ItemKind,
    Meeting,
    MeetingSeries,
    MeetingState,
    MinutesVersionKind,
    SupplementKind,
)
from govern.meetings.models.dates import SeriesKind
from govern.meetings.queries.procedures import procedure_of_meeting
from govern.meetings.services.minutes_versions import keep_version
from govern.people.models import Organisation, Person

REPORTS, MATTERS = 10_000, 500
"""So many for each ten years; ten times as many are what a county of the size of Neuss gathers at the very most."""
RECIPIENTS, DISPATCHES = 60, 4
FIELDS = ("education", "housing", "health", "work")
KINDS = ("access", "capacity", "supply")
WORDS = (
    "Sprachkurs", "Warteliste", "Kita", "Wohnung", "Anerkennung", "Beratung", "Termin", "Übersetzung", "Praktikum",
    "Schule", "Führerschein", "Busverbindung", "Hebamme", "Formular", "Ausbildung", "Sprachmittlung", "Therapie",
)  # fmt: skip


def fill_more(scale: int, *, body: int, committees: Sequence[int], highest: int, first_meeting: int) -> dict[str, int]:
    """Write it and return the ids of what is measured; ``first_meeting`` begins the three meetings with 30 items."""
    released, draft, running = (db.session.get_one(Meeting, first_meeting + n) for n in range(3))
    _tell_states(released, draft, running)
    ids = {"draft": draft.id, "running": running.id, **_dates(highest), **_letters(body, highest, first_meeting)}
    ids |= _reports(scale, body)
    ids |= _large_committee(body, committees[-1])
    return ids


def _tell_states(released: Meeting, draft: Meeting, running: Meeting) -> None:
    for meeting in (released, draft):
        meeting.rules_at_closing = procedure_of_meeting(meeting).as_json()
    draft.state, draft.released_at = MeetingState.CLOSED, None
    running.state, running.released_at, running.closed_at = MeetingState.IN_SESSION, None, None
    running.ended_at, running.called_item_id = None, running.items[0].id
    db.session.flush()
    keep_version(released, MinutesVersionKind.SENT, by=None)


def _dates(committee: int) -> dict[str, int]:
    begins = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    poll = DatePoll(committee_id=committee, title="Termin der Klausur")
    poll.options = [
        DateOption(starts_at=begins + timedelta(days=30 + n), ends_at=begins + timedelta(days=30 + n, hours=2))
        for n in range(10)
    ]
    series = MeetingSeries(committee_id=committee, kind=SeriesKind.CADENCE, title="Sitzungen des Jahres")
    db.session.add_all([poll, series])
    db.session.flush()
    return {"poll": poll.id, "series": series.id}


def _letters(body: int, committee: int, meeting: int) -> dict[str, int]:
    mail = ListMail(body_id=body, subject="Rundbrief", text="Guten Tag,\n\nes gibt Neues aus der Geschäftsstelle.")
    circular = CircularResolution(
        committee_id=committee, title="Fortschreibung", proposed_resolution="Der Fortschreibung wird zugestimmt."
    )
    supplement = AgendaSupplement(meeting_id=meeting, number=1, kind=SupplementKind.SUPPLEMENT)
    db.session.add_all([mail, circular, supplement])
    db.session.flush()
    return {"list_mail": mail.id, "circular": circular.id, "supplement": supplement.id}


def _reports(scale: int, body: int) -> dict[str, int]:
    chance = random.Random(5)  # noqa: S311 - figures, not secrets
    first_matter = (db.session.scalar(sa.select(sa.func.max(Matter.id))) or 0) + 1
    first = (db.session.scalar(sa.select(sa.func.max(GapReport.id))) or 0) + 1
    moment = datetime.now(UTC).replace(microsecond=0)
    towns = list(db.session.scalars(
        sa.select(Organisation.id).where(Organisation.is_municipality).order_by(Organisation.id)
    ))  # fmt: skip
    _insert(Matter, (
        {"id": first_matter + n, "body_id": body, "number": f"L-1900-{n + 1}", "year": 1900, "sequence_number": n + 1,
         "title": " ".join(chance.sample(WORDS, 3)), "sort_text": "", "action_field": FIELDS[n % 4],
         "gap_kind": KINDS[n % 3], "created_at": moment - timedelta(hours=n)}
        for n in range(MATTERS * scale)
    ))  # fmt: skip
    _insert(GapReport, (
        {"id": first + n, "body_id": body, "number": f"M-1900-{n + 1}", "year": 1900, "sequence_number": n + 1,
         "source": "case_work", "author_function": "Case Management", "action_field": FIELDS[n % 4],
         "municipality_id": towns[n * n % len(towns)] if towns and n % 9 else None,
         "gap_kind": KINDS[n % 3], "frequency": "once", "reported_at": moment - timedelta(hours=n), "version": 1,
         "state": "received" if n % 20 == 0 else "assigned",
         "matter_id": None if n % 20 == 0 else first_matter + n % (MATTERS * scale)}
        for n in range(REPORTS * scale)
    ))  # fmt: skip
    _insert(ReportText, (
        {"report_id": first + n, "number": 1, "headline": " ".join(chance.sample(WORDS, 4)), "text": "",
         "confirmed_kinds": []}
        for n in range(REPORTS * scale)
    ))  # fmt: skip
    year, half = (moment.year, 1) if moment.month > 6 else (moment.year - 1, 2)  # the half-year that ended last
    return {"report": first, "matter": first_matter, "chain_matter": first_matter + 1, "year": year, "half": half}


def _large_committee(body: int, committee: int) -> dict[str, int]:
    """A committee of 60 persons with meetings to invite to, each once."""
    begins = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0) + timedelta(days=90)
    for n in range(RECIPIENTS):
        name = f"Mitglied {n + 1}"
        person = Person(
            body_id=body, given_name="Kim", family_name=name, sort_name=sort_key(name), is_invented=True,
            email=f"mitglied{n + 1}@neuss.example",
        )  # fmt: skip
        seat = Seat(committee_id=committee, function=f"Sitz {n + 1}", position=n + 1, person_count=1,
                    participation=Participation.STANDING, voting=Voting.YES)  # fmt: skip
        db.session.add(Mandate(seat=seat, person=person, starts_on=begins.date() - timedelta(days=400)))
    meetings = [
        Meeting(
            committee_id=committee, number=5_000 + n, starts_at=begins + timedelta(days=n), place_note="Kreishaus",
            ends_at=begins + timedelta(days=n, hours=2), ical_uid=f"bench-large-{n}@neuss.example",
        )
        for n in range(DISPATCHES)
    ]  # fmt: skip
    db.session.add_all(meetings)
    db.session.flush()
    db.session.add_all(
        AgendaItem(
            meeting=meeting,
            position=n,
            kind=ItemKind.REPORT,
            title=f"Bericht {n}",
            description="Stand und nächste Schritte.",
        )
        for meeting in meetings
        for n in range(1, 11)
    )
    return {"large": meetings[0].id}


def _insert(model: Any, rows: Iterator[dict[str, Any]]) -> None:
    while batch := list(islice(rows, 5_000)):
        db.session.execute(sa.insert(model), batch)
