"""The pages of the rules of procedure: what each means, setting one from a day on, proposals, rules of the body."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from govern.committees.consequences import GROUPS, consequence, value_text
from govern.committees.models import SINCE_EVER, Committee, ProcedureRule, RuleKind, RuleState
from govern.committees.presets import PRESETS, PresetKey
from govern.committees.procedures import MODES, UNITS, DayCount, Rule
from govern.committees.queries.procedures import example_day, procedure_of
from govern.committees.services import procedures as services
from govern.db import db, now
from govern.errors import DomainError
from govern.formats import today
from govern.meetings.models import MeetingState
from tests.conftest import Client
from tests.factories import (
    make_body,
    make_committee,
    make_coordinator,
    make_meeting,
    make_member,
    make_office_user,
    make_procedure_rule,
    make_user,
)

MEETING = date(2026, 3, 30)


def texts(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def version(client: Client, address: str) -> str:
    found = re.search(r'name="version"[^>]*value="(\w+)"', client.get(address).text)
    assert found
    return found.group(1)


def sent(client: Client, address: str, **values: str) -> dict[str, str]:
    defaults = {"state": "on", "text": "", "source": "", "starts_on": today().isoformat()}
    return {**defaults, "version": version(client, address), **values}


def rules_of(committee: Committee | None, kind: RuleKind) -> list[ProcedureRule]:
    owner = committee.id if committee is not None else None
    return (
        db.session.query(ProcedureRule).filter_by(committee_id=owner, kind=kind).order_by(ProcedureRule.starts_on).all()
    )


def set_rule(committee: Committee | None, kind: RuleKind, by: Any, **values: Any) -> ProcedureRule:
    rows = rules_of(committee, kind)
    defaults = {"state": RuleState.ON, "number": None, "mode": None, "text": None, "source": None,
                "is_proposal": False, "starts_on": today(), "version": services.version_of(rows)}  # fmt: skip
    return services.set_rule(make_body(), committee, kind, **{**defaults, **values}, by=by)


# What a rule means


def test_every_rule_stands_under_a_heading_once() -> None:
    kinds = [kind for _heading, kinds in GROUPS for kind in kinds]
    assert sorted(kinds) == sorted(RuleKind)


@pytest.mark.proves("E-01", "E-19")
def test_every_rule_in_every_way_has_a_sentence_that_people_understand() -> None:
    for kind in RuleKind:
        rules = [Rule(kind=kind, state=RuleState.OFF), Rule(kind=kind)]
        for mode in (None, *(m.value for m in MODES.get(kind, ()))):
            for number in (None, 0, 1, 14) if kind in UNITS else (None,):
                rules.append(Rule(kind=kind, state=RuleState.ON, number=number, mode=mode, text="wie vereinbart."))
        for rule in rules:
            sentence = consequence(rule, MEETING)
            assert sentence.endswith("."), sentence
            assert ".." not in sentence
            assert "None" not in sentence + value_text(rule)


@pytest.mark.proves("E-01")
@pytest.mark.parametrize(
    ("rule", "value", "sentence"),
    [
        (Rule(kind=RuleKind.NOTICE_PERIOD, state=RuleState.ON, number=10, mode=DayCount.FULL_DAYS),
         "10 Tage, volle Tage dazwischen",
         "Einladung spätestens am 19. März 2026 für eine Sitzung am 30. März 2026."),
        (Rule(kind=RuleKind.TOPIC_DEADLINE, state=RuleState.ON, number=21), "21 Tage vor der Sitzung",
         "Themen spätestens am 9. März 2026 für eine Sitzung am 30. März 2026."),
        (Rule(kind=RuleKind.QUORUM, state=RuleState.ON, mode="strict"),
         "mehr als die Hälfte, vor jeder Abstimmung festzustellen",
         "Anwesend sein muss mehr als die Hälfte der stimmberechtigten Sitze; die Beschlussfähigkeit wird vor jeder "
         "Abstimmung geprüft."),
        (Rule(kind=RuleKind.CIRCULAR_RESOLUTIONS, state=RuleState.ON, number=10, text="nur Dringliches."),
         "10 Werktage Frist",
         "Umlaufbeschlüsse sind zulässig. Geht einer am 30. März 2026 hinaus, läuft er bis "
         "15. April 2026."),
        (Rule(kind=RuleKind.VOTES_PER_SEAT, state=RuleState.ON, number=1), "1 Stimme",
         "Jeder stimmberechtigte Sitz hat 1 Stimme."),
    ],
)  # fmt: skip
def test_values_and_consequences_read_like_german(rule: Rule, value: str, sentence: str) -> None:
    assert value_text(rule) == value
    assert consequence(rule, MEETING) == sentence


def test_the_example_is_a_monday_in_six_weeks() -> None:
    for offset in range(7):
        day = date(2026, 5, 4) + timedelta(days=offset)
        assert example_day(day).weekday() == 0
        assert 42 <= (example_day(day) - day).days < 49


# Reading


@pytest.mark.proves("E-19")
def test_a_member_reads_the_rules_with_source_and_day_but_changes_nothing(client: Client) -> None:
    committee = make_committee()
    make_procedure_rule(committee, RuleKind.NOTICE_PERIOD, date(2026, 1, 1), number=14, mode=DayCount.FULL_DAYS,
                        source="Geschäftsordnung § 5")  # fmt: skip
    make_procedure_rule(None, RuleKind.SUBGROUP_RESOLUTION, SINCE_EVER, source="Konzept 2.3.2")
    client.sign_in(make_member(committee))
    page = texts(client.get(f"/gremien/{committee.id}/geschaeftsordnung").text)
    assert "Ladungsfrist: 14 Tage, volle Tage dazwischen" in page
    assert "Geschäftsordnung § 5 · ab 1. Januar 2026" in page
    assert "Konzept 2.3.2 · Beginn nicht angegeben" in page
    assert "von: Kreis Muster" in page
    assert "Beschlussfähigkeit: nicht geregelt" in page
    assert "Ändern" not in page
    assert client.get(f"/gremien/{committee.id}/geschaeftsordnung/aendern?regel=tie").status_code == 403
    assert client.get("/geschaeftsordnung").status_code == 200
    assert client.get("/geschaeftsordnung/aendern?regel=tie").status_code == 403


def test_deadlines_are_worked_out_for_the_next_meeting(client: Client) -> None:
    committee = make_committee()
    make_procedure_rule(committee, RuleKind.PAPER_DEADLINE, number=7)
    page = f"/gremien/{committee.id}/geschaeftsordnung"
    client.sign_in(make_coordinator())
    assert "Keine Sitzung ist geplant" in client.get(page).text
    make_meeting(committee, starts_at=now() + timedelta(days=30))
    assert "Die Tage sind für die nächste geplante Sitzung am" in client.get(page).text


def test_earlier_and_coming_rules_stay_readable(client: Client) -> None:
    committee, day = make_committee(), today()
    make_procedure_rule(committee, RuleKind.TOPIC_DEADLINE, date(2024, 1, 1), number=21, source="GO alt")
    make_procedure_rule(committee, RuleKind.TOPIC_DEADLINE, date(2025, 1, 1), number=14)
    coming = make_procedure_rule(committee, RuleKind.TOPIC_DEADLINE, day + timedelta(days=10), number=7)
    client.sign_in(make_coordinator())
    address = f"/gremien/{committee.id}/geschaeftsordnung"
    page = texts(client.get(address).text)
    assert "Frist für Themen: 14 Tage vor der Sitzung" in page
    assert "Frühere Fassungen (1)" in page
    assert "ab 1. Januar 2024 : gilt, 21 Tage vor der Sitzung · GO alt" in page
    assert "Künftig ab" in page
    assert client.post(f"/geschaeftsordnung/{coming.id}/zuruecknehmen").status_code == 303
    assert [r.number for r in rules_of(committee, RuleKind.TOPIC_DEADLINE)] == [21, 14]
    held = rules_of(committee, RuleKind.TOPIC_DEADLINE)[0]
    assert client.post(f"/geschaeftsordnung/{held.id}/zuruecknehmen").status_code == 422


def test_the_page_costs_the_same_however_long_the_history(
    client: Client, count_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    committee = make_committee()
    client.sign_in(make_coordinator())
    client.get(f"/gremien/{committee.id}/geschaeftsordnung")
    counts = []
    for year in (2020, 2024):
        for later in range(3):
            make_procedure_rule(committee, RuleKind.TIE, date(year + later, 1, 1), mode="rejected")
        with count_queries() as queries:
            assert client.get(f"/gremien/{committee.id}/geschaeftsordnung").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 12


# Changing


@pytest.mark.proves("E-19")
def test_a_rule_changes_from_a_day_on_and_the_old_one_stays(client: Client) -> None:
    committee = make_committee()
    make_procedure_rule(committee, RuleKind.NOTICE_PERIOD, date(2026, 1, 1), number=14, mode=DayCount.FULL_DAYS)
    client.sign_in(make_office_user(committee))
    address = f"/gremien/{committee.id}/geschaeftsordnung/aendern?regel=notice_period"
    values = sent(client, address, number="7", mode="nth_day_before", source="GO § 6", starts_on="2026-07-01")
    answer = client.post(address, data=values)
    assert answer.status_code == 303
    assert answer.location.endswith(f"/gremien/{committee.id}/geschaeftsordnung#notice_period")
    old, new = rules_of(committee, RuleKind.NOTICE_PERIOD)
    assert (old.number, old.starts_on) == (14, date(2026, 1, 1))
    assert (new.number, new.mode, new.source, new.starts_on) == (7, "nth_day_before", "GO § 6", date(2026, 7, 1))
    assert procedure_of(committee, date(2026, 6, 30)).number(RuleKind.NOTICE_PERIOD) == 14


def test_a_rule_that_ceases_keeps_no_number(client: Client) -> None:
    committee = make_committee()
    client.sign_in(make_coordinator())
    address = f"/gremien/{committee.id}/geschaeftsordnung/aendern?regel=notice_period"
    assert client.post(address, data=sent(client, address, state="off", number="7")).status_code == 303
    (row,) = rules_of(committee, RuleKind.NOTICE_PERIOD)
    assert (row.state, row.number, row.mode) == (RuleState.OFF, None, None)


@pytest.mark.parametrize(
    ("kind", "values", "sentence"),
    [
        ("notice_period", {"mode": "full_days"}, "Bitte eine Zahl angeben (Tage)."),
        ("notice_period", {"number": "14"}, "Bitte wählen, wie die Regel gemeint ist."),
        ("notice_period", {"number": "14", "mode": "rejected"}, "Bitte einen Eintrag der Liste wählen."),
        ("quorum", {"number": "0", "mode": "strict"}, "Bitte eine Zahl ab 1 angeben."),
        ("topic_deadline", {"number": "2000"}, "Bitte eine Zahl von 0 bis 1000 angeben."),
        ("tie", {"mode": "rejected", "starts_on": ""}, "Bitte den Tag angeben."),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(
    client: Client, kind: str, values: dict[str, str], sentence: str
) -> None:
    committee = make_committee()
    client.sign_in(make_coordinator())
    address = f"/gremien/{committee.id}/geschaeftsordnung/aendern?regel={kind}"
    answer = client.post(address, data=sent(client, address, text="bleibt stehen", **values))
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "bleibt stehen" in answer.text
    assert rules_of(committee, RuleKind(kind)) == []


@pytest.mark.proves("E-19")
def test_what_a_closed_meeting_relied_on_is_not_rewritten(app: Flask) -> None:
    committee, by = make_committee(), make_coordinator()
    row = make_procedure_rule(committee, RuleKind.TOPIC_DEADLINE, date(2026, 1, 1), number=21)
    meeting = make_meeting(committee, starts_at=now() - timedelta(days=5))
    set_rule(committee, RuleKind.TOPIC_DEADLINE, by, number=20, starts_on=row.starts_on)
    assert row.number == 20
    meeting.state, meeting.closed_at = MeetingState.CLOSED, now()
    db.session.commit()
    with pytest.raises(DomainError, match="hat sich schon eine abgeschlossene Sitzung gestützt"):
        set_rule(committee, RuleKind.TOPIC_DEADLINE, by, number=19, starts_on=row.starts_on)
    assert row.number == 20
    new = set_rule(committee, RuleKind.TOPIC_DEADLINE, by, number=19, starts_on=today())
    assert new is not row
    of_all = make_procedure_rule(None, RuleKind.TIE, date(2026, 1, 1), mode="rejected")
    with pytest.raises(DomainError):
        set_rule(None, RuleKind.TIE, by, mode="chair_decides", starts_on=of_all.starts_on)


def test_a_stale_save_shows_both_and_overwrites_nothing(client: Client) -> None:
    committee = make_committee()
    client.sign_in(make_coordinator())
    address = f"/gremien/{committee.id}/geschaeftsordnung/aendern?regel=paper_deadline"
    stale = sent(client, address, number="5")
    assert client.post(address, data=sent(client, address, number="7")).status_code == 303
    answer = client.post(address, data=stale)
    assert answer.status_code == 409
    assert '<td data-label="Ihre Eingabe">5</td>' in answer.text
    assert [r.number for r in rules_of(committee, RuleKind.PAPER_DEADLINE)] == [7]


def test_a_rule_nobody_knows_leads_back_to_the_list(client: Client) -> None:
    committee = make_committee()
    client.sign_in(make_coordinator())
    for address in (f"/gremien/{committee.id}/geschaeftsordnung/aendern?regel=unsinn", "/geschaeftsordnung/aendern",
                    f"/gremien/{committee.id}/geschaeftsordnung/vorschlag?vorschlag=unsinn"):  # fmt: skip
        assert client.get(address).status_code == 303


@pytest.mark.proves("A4")
def test_the_coordination_sets_rules_of_the_whole_body(client: Client) -> None:
    own, other = make_committee(), make_committee()
    client.sign_in(make_coordinator())
    address = "/geschaeftsordnung/aendern?regel=subgroup_resolution"
    assert client.post(address, data=sent(client, address, source="Konzept 7.2")).status_code == 303
    for committee in (own, other):
        assert procedure_of(committee, today()).is_on(RuleKind.SUBGROUP_RESOLUTION)
    client.sign_in(make_office_user(own))
    assert client.post(address, data={}).status_code == 403
    client.sign_in(make_user())
    assert "Konzept 7.2" in client.get("/geschaeftsordnung").text


# Proposals


def test_the_presets_are_those_of_the_papers() -> None:
    steering = {rule.kind: rule for rule in PRESETS[PresetKey.STEERING_GROUP].rules}
    numbers = {kind: rule.number for kind, rule in steering.items() if rule.number is not None}
    assert numbers == {
        RuleKind.NOTICE_PERIOD: 14, RuleKind.SHORTENED_NOTICE: 3, RuleKind.TOPIC_DEADLINE: 21,
        RuleKind.PAPER_DEADLINE: 7, RuleKind.VOTES_PER_SEAT: 1, RuleKind.MINUTES_DEADLINE: 14,
        RuleKind.OBJECTION_PERIOD: 14, RuleKind.CIRCULAR_RESOLUTIONS: 10,
    }  # fmt: skip
    assert steering[RuleKind.MAJORITY].mode == "simple"
    assert steering[RuleKind.TIE].mode == "rejected"
    light = {rule.kind: rule for rule in PRESETS[PresetKey.WORKING_CIRCLE].rules}
    assert not light[RuleKind.NOTICE_PERIOD].is_on
    assert not light[RuleKind.QUORUM].is_on
    for preset in PRESETS.values():
        for rule in preset.rules:
            assert rule.is_proposal
            assert services._checked(rule.kind, rule.state, rule.number, rule.mode) == (rule.number, rule.mode)


@pytest.mark.proves("E-19")
def test_a_preset_is_previewed_sets_only_what_is_open_and_is_marked_as_proposal(client: Client) -> None:
    committee = make_committee()
    make_procedure_rule(committee, RuleKind.TOPIC_DEADLINE, number=28, source="GO § 4")
    client.sign_in(make_coordinator())
    address = f"/gremien/{committee.id}/geschaeftsordnung/vorschlag?vorschlag=lenkungsgruppe"
    page = client.get(address).text
    ticked = re.findall(r'<input checked[^>]*value="(\w+)"', page)
    assert "notice_period" in ticked
    assert "topic_deadline" not in ticked
    assert "heute: 28 Tage vor der Sitzung" in page
    answer = client.post(address, data={"kinds": ticked, "starts_on": today().isoformat()})
    assert answer.status_code == 303
    procedure = procedure_of(committee, today())
    assert procedure.number(RuleKind.NOTICE_PERIOD) == 14
    assert procedure.rule(RuleKind.NOTICE_PERIOD).is_proposal
    assert procedure.number(RuleKind.TOPIC_DEADLINE) == 28
    shown = texts(client.get(f"/gremien/{committee.id}/geschaeftsordnung").text)
    assert "Ladungsfrist: 14 Tage, volle Tage dazwischen gilt Vorschlag, nicht beschlossen" in shown
    nothing = client.post(address, data={"starts_on": today().isoformat()})
    assert nothing.status_code == 422
    assert "Bitte mindestens eine Regel auswählen." in nothing.text


def test_decided_proposals_lose_their_mark_and_name_their_source(client: Client) -> None:
    committee = make_committee()
    client.sign_in(make_coordinator())
    make_procedure_rule(committee, RuleKind.TIE, today() - timedelta(days=9), mode="rejected", is_proposal=True)
    make_procedure_rule(committee, RuleKind.DEPUTIES, today() - timedelta(days=9), source="Konzept 3")
    address = f"/gremien/{committee.id}/geschaeftsordnung/beschliessen"
    assert client.post(address, data={"source": "", "starts_on": today().isoformat()}).status_code == 422
    done = client.post(address, data={"source": "GO vom 12.03.2026", "starts_on": today().isoformat()})
    assert done.status_code == 303
    rule = procedure_of(committee, today()).rule(RuleKind.TIE)
    assert (rule.is_proposal, rule.mode, rule.source) == (False, "rejected", "GO vom 12.03.2026")
    assert procedure_of(committee, today() - timedelta(days=1)).rule(RuleKind.TIE).is_proposal
    assert procedure_of(committee, today()).rule(RuleKind.DEPUTIES).source == "Konzept 3"
    again = client.post(address, data={"source": "GO", "starts_on": today().isoformat()})
    assert again.status_code == 422
    assert "keinen Vorschlag" in again.text
