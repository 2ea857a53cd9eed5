"""The way of a matter: onwards, over a shortcut, back, on a newer route; no step past a missing resolution."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError

from govern.actions.models import Matter, MatterStep, MatterTopic, StepKind
from govern.actions.queries.matter_steps import load_way, matter_steps, options_of
from govern.actions.queries.matter_way import row_of
from govern.actions.queries.matters import Chain
from govern.actions.services import matters as services
from govern.actions.services.matter_steps import Move, begin_route, take_step
from govern.committees.models import SINCE_EVER, Committee, CommitteeKind, Level, Route, RouteStep, StepDirection
from govern.committees.structure.entries import Structure
from govern.committees.structure.reading import read_structure
from govern.committees.structure.routes import add_route
from govern.db import db, now
from govern.errors import Conflict, DomainError
from govern.formats import date_text, today
from govern.meetings.models import MeetingState, Resolution
from govern.people.models import User
from tests.conftest import Client
from tests.factories import (
    make_body,
    make_committee,
    make_coordinator,
    make_gap_report,
    make_item,
    make_matter,
    make_meeting,
    make_member,
    make_resolution,
    make_topic,
)

pytestmark = pytest.mark.usefixtures("app")
COUNTIES = Path(__file__).parents[2] / "govern/committees/structure/counties"


@cache
def structure_of(county: str) -> Structure:
    return read_structure((COUNTIES / f"{county}.yaml").read_bytes())


def lay_route(county: str) -> tuple[Route, dict[str, Committee]]:
    """The route of a county with the committees it names."""
    structure = structure_of(county)
    committees = {
        entry.key: make_committee(
            name=entry.name, kind=CommitteeKind(entry.kind), level=Level(entry.level) if entry.level else None,
            is_highest=entry.is_highest,
        )
        for entry in structure.committees
        if entry.is_kim
    }  # fmt: skip
    return add_route(make_body(), structure.body.routes[0], committees, starts_on=SINCE_EVER), committees


def begun(by: User, **values: Any) -> Matter:
    matter = make_matter(**values)
    begin_route(matter, by=by)
    return matter


def go(matter: Matter, name: str, *, by: User, kind: StepKind = StepKind.FORWARD, **values: Any) -> MatterStep:
    taken = matter_steps(matter)
    step = next(o.step for o in options_of(matter, load_way(matter)) if o.step.name == name and o.kind is kind)
    move = Move(step_id=step.id, kind=kind, **{"taken_on": today(), **values})
    return take_step(matter, move, after=len(taken), by=by)


def decide(committee: Committee, matter: Matter | None = None, **values: Any) -> Resolution:
    """A resolution of a closed meeting, on the matter's topic."""
    topic = make_topic(committee)
    if matter is not None:
        db.session.add(MatterTopic(matter=matter, topic=topic))
    meeting = make_meeting(committee, state=MeetingState.CLOSED, closed_at=now())
    item = make_item(meeting, topic=topic)
    return make_resolution(item, **{"number": f"B-{item.id}", "resolved_on": today() - timedelta(days=3), **values})


def names(matter: Matter) -> list[str]:
    return [step.step.name for step in matter_steps(matter)]


@pytest.mark.proves("E8", "E6")
def test_a_matter_skips_a_level_only_where_the_route_allows_it_and_with_a_reason() -> None:
    lay_route("neuss")
    office = make_coordinator()
    matter = begun(office)
    assert "Lenkungsgruppe" not in [option.step.name for option in options_of(matter, load_way(matter))]
    go(matter, "Fallebene", by=office)
    with pytest.raises(DomainError, match="begründen"):
        go(matter, "Lenkungsgruppe", by=office, kind=StepKind.SHORTCUT)
    row = go(matter, "Lenkungsgruppe", by=office, kind=StepKind.SHORTCUT, reason="Eilt vor Schuljahresbeginn",
             function="AG Fallebene")  # fmt: skip
    assert (row.direction, row.function, row.taken_on) == (StepDirection.UP, "AG Fallebene", today())
    assert row.committee is not None
    assert row.committee.is_highest
    assert names(matter) == ["Gemeldet", "Fallebene", "Lenkungsgruppe"]


@pytest.mark.proves("E-31", "E11")
def test_no_step_that_needs_a_resolution_is_taken_without_one() -> None:
    _route, committees = lay_route("aachen")
    office, highest = make_coordinator(), committees["lenkungsgruppe"]
    matter = begun(office)
    for name in ("Analyse", "Planung und Steuerung"):
        go(matter, name, by=office)
    other = decide(make_committee())
    refused = {
        "braucht einen Beschluss": None,
        "höchsten KIM-Gremiums": other,
        "nicht gefasst": decide(highest, is_adopted=False),
        "vorläufig": decide(highest, number=None),
        "erst vom": decide(highest, resolved_on=today() + timedelta(days=1)),
    }
    for words, resolution in refused.items():
        with pytest.raises(DomainError, match=words):
            go(matter, "Umsetzung", by=office, resolution=resolution)
    row = go(matter, "Umsetzung", by=office, resolution=decide(highest, matter))
    assert row.resolution is not None
    go(matter, "Evaluation", by=office)
    go(matter, "Nachsteuerung", by=office)
    assert names(matter) == ["Erhebung", "Analyse", "Planung und Steuerung", "Umsetzung", "Evaluation", "Nachsteuerung"]
    without = {"matter_id": matter.id, "number": 9, "step_id": row.step_id, "from_step_id": row.from_step_id,
               "kind": StepKind.FORWARD, "direction": row.direction, "taken_on": today(), "function": "x"}  # fmt: skip
    with pytest.raises(IntegrityError, match="resolution_where_needed"), db.session.begin_nested():
        db.session.execute(sa.insert(MatterStep).values(**without, needs_resolution=True))
    with pytest.raises(IntegrityError), db.session.begin_nested():  # the step of the route says otherwise
        db.session.execute(sa.insert(MatterStep).values(**without, needs_resolution=False))
    changes = (
        sa.update(MatterStep).values(reason="anders"), sa.update(RouteStep).values(name="anders"),
        sa.update(Route).values(name="anders"), sa.delete(MatterStep),
    )  # fmt: skip
    for change in changes:
        with pytest.raises(DBAPIError, match="never change"), db.session.begin_nested():
            db.session.execute(change)


@pytest.mark.proves("E7")
def test_a_matter_is_tried_on_the_spot_and_goes_up_only_unsolved_or_supra_local() -> None:
    _route, committees = lay_route("paderborn")
    office = make_coordinator()
    matter = begun(office)
    with pytest.raises(DomainError, match="Gremium wählen"):
        go(matter, "Vor Ort", by=office)
    with pytest.raises(DomainError, match="kommt dieses Gremium nicht in Frage"):
        go(matter, "Vor Ort", by=office, committee=committees["lenkungsgruppe"])
    row = go(matter, "Vor Ort", by=office, committee=committees["lokale_gremien"])
    assert row.committee_id == committees["lokale_gremien"].id
    with pytest.raises(DomainError, match="warum die Lücke vor Ort nicht bleibt"):
        go(matter, "Gebündelt", by=office, reason="Es geht nicht")
    with pytest.raises(DomainError, match="was vor Ort versucht wurde"):
        go(matter, "Gebündelt", by=office, outcome="unsolved")
    row = go(matter, "Gebündelt", by=office, outcome="unsolved", reason="Der Runde Tisch hat keine Räume")
    assert row.outcome == "unsolved"
    supra = begun(office)
    go(supra, "Gebündelt", by=office, kind=StepKind.SHORTCUT, reason="Betrifft alle Kommunen")
    assert names(supra) == ["Erkannt", "Gebündelt"]


@pytest.mark.proves("E6")
def test_a_step_back_has_a_reason_and_nothing_is_overwritten(client: Client) -> None:
    lay_route("neuss")
    office = make_coordinator()
    matter = begun(office)
    go(matter, "Fallebene", by=office, taken_on=today())
    with pytest.raises(DomainError, match="begründen"):
        go(matter, "Gemeldet", by=office, kind=StepKind.BACK)
    row = go(matter, "Gemeldet", by=office, kind=StepKind.BACK, reason="Angaben fehlen")
    assert row.direction is StepDirection.BACK
    assert names(matter) == ["Gemeldet", "Fallebene", "Gemeldet"]
    report = make_gap_report(matter=matter)
    page = client.sign_in(report.author).get(f"/lueckenmeldungen/{report.id}").text
    for words in ("Fallebene: weitergegeben", "Gemeldet: zurückgegeben"):
        assert words in page
    assert "Angaben fehlen" not in page  # authors are told where it went, not what was said of it
    for day in (today() - timedelta(days=1), today() + timedelta(days=1)):
        with pytest.raises(DomainError):
            go(matter, "Fallebene", by=office, taken_on=day)
    last = matter_steps(matter)[-1]
    with pytest.raises(Conflict):
        take_step(
            matter, Move(step_id=last.step_id, kind=StepKind.BACK, taken_on=today(), reason="x"), after=1, by=office
        )
    with pytest.raises(DomainError, match="nicht vor"):
        take_step(matter, Move(step_id=last.step_id, kind=StepKind.FORWARD, taken_on=today()), after=3, by=office)


@pytest.mark.proves("E11")
def test_a_matter_keeps_its_route_until_it_is_visibly_moved() -> None:
    old, committees = lay_route("neuss")
    office = make_coordinator()
    matter = begun(office)
    new = add_route(make_body(), structure_of("aachen").body.routes[0], committees, starts_on=date(2026, 1, 1))
    go(matter, "Fallebene", by=office)
    assert matter_steps(matter)[-1].step.route_id == old.id
    with pytest.raises(DomainError, match="begründen"):
        go(matter, "Analyse", by=office, kind=StepKind.MOVED)
    row = go(matter, "Analyse", by=office, kind=StepKind.MOVED, reason="Neuer Regelkreis seit Januar")
    assert row.step.route_id == new.id
    assert names(matter) == ["Gemeldet", "Fallebene", "Analyse"]
    assert names(begun(office)) == ["Erhebung"]


@pytest.mark.proves("E6", "E8", "E-31")
def test_the_page_shows_the_way_and_takes_the_next_step(client: Client) -> None:
    _route, committees = lay_route("neuss")
    office = make_coordinator()
    matter = begun(office, shared_at=None)
    services.share_matter(matter, by=office)
    for name in ("Fallebene", "Strukturebene", "Lenkungsgruppe"):
        go(matter, name, by=office, reason="Vorlage liegt bei")
    secret = decide(committees["lenkungsgruppe"], matter, text="Nur für die Gruppe", is_public=False, number="LG-9")
    secret.item.is_public = False
    db.session.commit()
    client.sign_in(office)
    address = f"/luecken/{matter.id}/weg"
    page = client.get(address).text
    assert "LG-9" in page
    step = next(o.step for o in options_of(matter, load_way(matter)) if o.step.name == "Auftrag")
    sent = {"step": f"forward-{step.id}", "taken_on": today().isoformat(), "version": "4", "reason": "Drei Städte"}
    refused = client.post(address, data=sent)
    assert refused.status_code == 422
    assert "Dieser Schritt braucht einen Beschluss" in refused.text
    assert "Drei Städte" in refused.text
    assert client.post(address, data=sent | {"resolution_id": secret.id}).status_code == 303
    assert client.post(address, data=sent | {"resolution_id": secret.id}).status_code in (409, 422)
    page = client.get(f"/luecken/{matter.id}").text
    for words in ("Strukturebene", "Auftrag: weitergegeben", "Drei Städte", "LG-9", 'aria-current="step"'):
        assert words in page
    page = client.sign_in(make_member(make_committee())).get(f"/luecken/{matter.id}").text
    assert "Auftrag: weitergegeben" in page
    assert "mit Beschluss" in page
    assert "LG-9" not in page
    assert client.get(address).status_code == 403


def test_the_first_step_names_its_day_once() -> None:
    lay_route("neuss")
    matter = begun(make_coordinator())
    began = date_text(today())
    for since, note in ((began, [f"seit {began}"]), ("1. Mai 2020", ["seit 1. Mai 2020", began])):
        row = row_of(matter, load_way(matter), Chain([], [], []), ["rund 15 Meldungen", f"seit {since}"])
        assert row[0]["note"] == ["rund 15 Meldungen", *note]


@pytest.mark.proves("E4")
def test_what_is_split_off_stands_where_its_origin_stands() -> None:
    lay_route("neuss")
    office = make_coordinator()
    matter = begun(office)
    report = make_gap_report(matter=matter)
    go(matter, "Fallebene", by=office)
    new = services.split_matter(matter, [report], "Nur ein Teil", by=office)
    assert names(new) == ["Fallebene"]
    assert matter.number in (matter_steps(new)[0].reason or "")
