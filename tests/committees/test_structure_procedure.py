"""Rules of procedure in structure files: checked, imported, exported; what held once stays readable."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from govern.committees.models import SINCE_EVER, Committee, ProcedureRule, RuleKind, RuleState
from govern.committees.queries.procedures import procedure_of
from govern.db import db
from govern.formats import today

from .test_structure_files import MINIMAL, faults_of
from .test_structure_import import county, exported, take

pytestmark = pytest.mark.usefixtures("app")
KIND = "  kind: county\n"


def with_rules(of_body: str = "", of_committee: str = "") -> str:
    body = KIND + (f"  procedure:\n{of_body}" if of_body else "")
    text = MINIMAL.replace(KIND, body, 1)
    if not of_committee:
        return text
    place = "    is_kim: true\n"
    return text.replace(place, f"{place}    procedure:\n{of_committee}", 1)


NOTICE = """\
      - kind: notice_period
        number: 14
        mode: full_days
        source: GO § 5
"""
BODY_RULE = """\
    - kind: subgroup_resolution
      source: Konzept 2.3.2
"""


def rows() -> list[tuple[RuleKind, date, int | None]]:
    found = db.session.query(ProcedureRule).order_by(ProcedureRule.kind, ProcedureRule.starts_on)
    return [(row.kind, row.starts_on, row.number) for row in found]


def first_committee() -> Committee:
    return db.session.query(Committee).order_by(Committee.id).first()  # type: ignore[return-value]


@pytest.mark.proves("E-19", "A4")
def test_rules_come_in_and_go_out_as_they_were() -> None:
    text = with_rules(BODY_RULE, NOTICE)
    take(text)
    procedure = procedure_of(first_committee(), date(2020, 1, 1))
    assert procedure.number(RuleKind.NOTICE_PERIOD) == 14
    assert procedure.rule(RuleKind.SUBGROUP_RESOLUTION).source == "Konzept 2.3.2"
    assert procedure.rule(RuleKind.NOTICE_PERIOD).starts_on is None
    once = exported()
    assert BODY_RULE in once
    assert NOTICE in once
    assert take(text).is_empty
    assert take(once).is_empty
    assert len(rows()) == 2


@pytest.mark.proves("E-19")
def test_a_changed_rule_holds_from_the_day_of_the_import_and_the_old_one_stays() -> None:
    take(with_rules("", NOTICE))
    day = date(2026, 7, 1)
    newer = with_rules("", NOTICE.replace("14", "7"))
    plan = take(newer, on=day)
    assert not plan.is_empty
    shown = " ".join(change.after for step in plan.steps for change in step.changes)
    assert "Ladungsfrist" in shown
    assert rows() == [(RuleKind.NOTICE_PERIOD, SINCE_EVER, 14), (RuleKind.NOTICE_PERIOD, day, 7)]
    assert procedure_of(first_committee(), day - timedelta(days=1)).number(RuleKind.NOTICE_PERIOD) == 14
    assert take(newer, on=date(2026, 8, 1)).is_empty
    again = exported()
    assert "starts_on: 2026-07-01" in again
    assert take(again).is_empty


def test_dated_rules_are_added_where_they_belong_and_only_coming_ones_corrected() -> None:
    take(with_rules("", NOTICE + "        starts_on: 2022-11-29\n"))
    later = today() + timedelta(days=30)
    dated = NOTICE + "        starts_on: 2022-11-29\n" + NOTICE.replace("14", "10") + f"        starts_on: {later}\n"
    take(with_rules("", dated))
    take(with_rules("", dated.replace("10", "9")))
    assert rows() == [
        (RuleKind.NOTICE_PERIOD, date(2022, 11, 29), 14), (RuleKind.NOTICE_PERIOD, later, 9),
    ]  # fmt: skip


def test_rules_entered_by_hand_stay_when_the_file_does_not_state_them() -> None:
    take(with_rules())
    committee = first_committee()
    db.session.add(ProcedureRule(body_id=committee.body_id, committee=committee, kind=RuleKind.TIE,
                                 state=RuleState.OFF, starts_on=date(2026, 1, 1)))  # fmt: skip
    db.session.commit()
    assert take(with_rules()).is_empty
    assert rows() == [(RuleKind.TIE, date(2026, 1, 1), None)]


@pytest.mark.parametrize(
    ("rules", "line", "sentence"),
    [
        ("    - kind: ladungsfrist\n", 8, "„kind“ kennt „ladungsfrist“ nicht. Meinten Sie „notice_period“?"),
        ("    - kind: tie\n      number: 3\n", 9, "Die Regel „Stimmengleichheit“ kennt keine Zahl."),
        ("    - kind: tie\n      mode: simple\n", 9,
         "Die Regel „Stimmengleichheit“ kennt „simple“ nicht. Erlaubt sind: rejected, chair_decides."),
        ("    - kind: deputies\n      mode: simple\n", 9,
         "Die Regel „Stellvertretung“ kennt „simple“ nicht. Sie kennt kein „mode“."),
        ("    - kind: notice_period\n      state: off\n      number: 3\n", 10,
         "„number“ steht nur bei einer Regel, die gilt („state: on“)."),
        ("    - kind: tie\n    - kind: tie\n", 9,
         "Die Regel „Stimmengleichheit“ steht für denselben Tag schon in Zeile 8."),
        ("    - kind: topic_deadline\n      number: 1001\n", 9, "„number“ muss eine ganze Zahl von 0 bis 1000 sein"),
        ("    - state: on\n", 8, "Hier fehlt das Pflichtfeld „kind“ (eine Regel der Geschäftsordnung)."),
    ],
)  # fmt: skip
def test_faults_are_named_with_their_line(rules: str, line: int, sentence: str) -> None:
    found = faults_of(with_rules(rules))
    assert [fault.line for fault in found] == [line]
    assert found[0].sentence.startswith(sentence)


OF_THE_BODY, OF_A_COMMITTEE = True, False


@pytest.mark.slow
@pytest.mark.proves("A4", "A5", "B17", "C4")
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "dueren",
            {
                (RuleKind.SUBGROUP_RESOLUTION, RuleState.ON, OF_THE_BODY),
                (RuleKind.MEMBER_REPORTS, RuleState.ON, OF_A_COMMITTEE),
            },
        ),
        ("neuss", {(RuleKind.MEMBER_CONFIRMATION, RuleState.ON, OF_THE_BODY)}),
        ("paderborn", {(RuleKind.SUBGROUP_RESOLUTION, RuleState.ON, OF_THE_BODY)}),
        ("euskirchen", {(RuleKind.SUBGROUP_RESOLUTION, RuleState.OFF, OF_THE_BODY)}),
        ("aachen", {(RuleKind.MINUTES_MODE, RuleState.ON, OF_A_COMMITTEE)}),
    ],
    ids=["dueren", "neuss", "paderborn", "euskirchen", "aachen"],
)
def test_what_the_counties_documents_state_is_set_and_nothing_else(
    name: str, expected: set[tuple[RuleKind, RuleState, bool]]
) -> None:
    take(county(name))
    highest = db.session.query(Committee).filter_by(is_highest=True).one()
    procedure = procedure_of(highest, date(2021, 1, 1))
    stated = db.session.query(ProcedureRule).all()
    assert {(row.kind, procedure.rule(row.kind).state, row.committee_id is None) for row in stated} == expected
    assert len(stated) == len(expected)
    assert all(procedure.rule(row.kind).source and procedure.rule(row.kind).text for row in stated)
