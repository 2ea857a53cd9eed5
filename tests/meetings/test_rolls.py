"""Who may vote, the quorum and what a count means under each rule: tables and properties, without a database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govern.committees.models import Voting
from govern.committees.procedures import MajorityRule, RecusalBase
from govern.meetings.models import AttendanceState
from govern.meetings.rolls import Place, Reason, Roll, RollRules, call_roll, reason_of
from govern.meetings.votes import Count

NOON = datetime(2026, 5, 26, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
PRESENT, DEPUTY, EXCUSED = AttendanceState.PRESENT, AttendanceState.DEPUTY, AttendanceState.EXCUSED
ON = RollRules(has_quorum=True)
STRICT = RollRules(has_quorum=True, is_strict=True)


def roll(rules: RollRules = ON, moment: datetime | None = NOON, *, here: int = 0, away: int = 0, vacant: int = 0,
         recused: int = 0, advisory: int = 0, unknown: int = 0, **more: Any) -> Roll:  # fmt: skip
    kinds: list[tuple[int, dict[str, Any]]] = [
        (here, {"state": PRESENT}), (away, {"state": EXCUSED}), (vacant, {"is_vacant": True}),
        (recused, {"state": PRESENT, "is_recused": True}), (advisory, {"state": PRESENT, "voting": Voting.NO}),
        (unknown, {"state": PRESENT, "voting": Voting.NOT_STATED}),
    ]  # fmt: skip
    places = [Place(key=n * 100 + i, **values) for n, (count, values) in enumerate(kinds) for i in range(count)]
    return call_roll(places, rules, moment, **more)


@pytest.mark.proves("E-06", "E-07", "E-08")
@pytest.mark.parametrize(
    ("values", "rules", "reason"),
    [
        ({"state": PRESENT}, ON, Reason.PRESENT),
        ({"state": DEPUTY}, ON, Reason.DEPUTY),
        ({"state": DEPUTY}, RollRules(allows_deputies=False), Reason.DEPUTY_NOT_ALLOWED),
        ({"state": PRESENT, "voting": Voting.NO}, ON, Reason.ADVISORY),
        ({"state": DEPUTY, "voting": Voting.NO}, ON, Reason.ADVISORY),
        ({"state": PRESENT, "voting": Voting.NOT_STATED}, ON, Reason.NOT_STATED),
        ({"state": PRESENT, "is_recused": True}, ON, Reason.RECUSED),
        ({"state": EXCUSED, "is_recused": True}, ON, Reason.EXCUSED),
        ({"state": AttendanceState.ABSENT}, ON, Reason.ABSENT),
        ({}, ON, Reason.OPEN),
        ({"is_vacant": True}, ON, Reason.VACANT),
        ({"state": PRESENT, "arrived_at": NOON + HOUR}, ON, Reason.NOT_YET),
        ({"state": PRESENT, "arrived_at": NOON}, ON, Reason.PRESENT),
        ({"state": PRESENT, "left_at": NOON}, ON, Reason.LEFT),
        ({"state": PRESENT, "left_at": NOON + HOUR}, ON, Reason.PRESENT),
        ({"state": PRESENT, "breaks": ((NOON - HOUR, None),)}, ON, Reason.ON_BREAK),
        ({"state": PRESENT, "breaks": ((NOON - HOUR, NOON),)}, ON, Reason.PRESENT),
        ({"state": PRESENT, "breaks": ((NOON + HOUR, None),)}, ON, Reason.PRESENT),
    ],
)
def test_who_may_vote_and_why_not(values: dict[str, Any], rules: RollRules, reason: Reason) -> None:
    assert reason_of(Place(key=1, **values), rules, NOON) is reason
    assert reason.may_vote == (reason in (Reason.PRESENT, Reason.DEPUTY, Reason.NOT_STATED))


@pytest.mark.proves("E-06")
@pytest.mark.parametrize(
    ("counts", "rules", "present", "needed", "quorate"),
    [
        ({"here": 10, "away": 9}, ON, 10, 10, True),  # odd: 19 seats, more than half is 10
        ({"here": 10, "away": 10}, STRICT, 10, 11, False),  # even: half is not more than half
        ({"here": 11, "away": 9}, STRICT, 11, 11, True),
        ({"here": 5, "vacant": 5}, STRICT, 5, 6, False),  # vacant seats count in the base
        ({"here": 5, "advisory": 9}, STRICT, 5, 3, True),  # advisory ones never
        ({"here": 5, "unknown": 5}, STRICT, 10, 6, True),  # not stated: possible votes, here and in the base
        ({"here": 2, "away": 18}, ON, 2, 11, True),  # deemed given
        ({"here": 2, "away": 18}, RollRules(), 2, None, None),
        ({"here": 6, "away": 14}, RollRules(has_quorum=True, is_strict=True, quorum_number=6), 6, 6, True),
        ({"here": 5, "away": 15}, RollRules(has_quorum=True, is_strict=True, quorum_number=6), 5, 6, False),
        ({"here": 3, "away": 2}, RollRules(has_quorum=True, votes_per_seat=2), 6, 6, True),
    ],
)
def test_the_quorum(
    counts: dict[str, int], rules: RollRules, present: int, needed: int | None, quorate: bool | None
) -> None:
    found = roll(rules, **counts)
    assert (found.present, found.needed, found.is_quorate) == (present, needed, quorate)


@pytest.mark.proves("E-08")
@pytest.mark.parametrize(
    ("recusal", "present", "base", "needed"),
    [(RecusalBase.NOT_COUNTED, 5, 9, 5), (RecusalBase.COUNTED, 6, 10, 6), (None, 5, 10, 6)],
)
def test_a_recused_seat_counts_as_the_rule_says(
    recusal: RecusalBase | None, present: int, base: int, needed: int
) -> None:
    found = roll(RollRules(has_quorum=True, is_strict=True, recusal=recusal), here=5, recused=1, away=4)
    assert (found.present, found.base, found.needed) == (present, base, needed)
    assert found.possible == 5
    assert found.is_quorate == (recusal is not None)


@pytest.mark.proves("E-06")
def test_deemed_until_found_missing_and_the_second_meeting_regardless() -> None:
    few = {"here": 2, "away": 8}
    assert roll(ON, **few).quorum_words == "gilt als beschlussfähig, bis sie angezweifelt wird (2 von nötigen 6)"
    assert roll(ON, **few, last_finding=False).is_quorate is False
    assert roll(ON, **few, last_finding=True).is_quorate is True
    assert roll(STRICT, **few, last_finding=True).is_quorate is False
    assert roll(STRICT, **few, is_second_call=True).is_quorate is True
    assert roll(ON, here=6, away=4, last_finding=False).is_quorate is True  # enough came in the meantime


@pytest.mark.proves("E-06")
def test_seats_as_needed_count_in_the_base_only_while_somebody_is_there() -> None:
    standing = [Place(key=n, state=PRESENT) for n in range(3)]
    guest_seat = Place(key=9, is_standing=False)
    assert call_roll([*standing, guest_seat], ON, NOON).base == 3
    assert call_roll([*standing, Place(key=9, is_standing=False, state=PRESENT)], ON, NOON).base == 4


@pytest.mark.proves("E-06")
def test_one_line_says_who_may_vote_and_whether_there_is_a_quorum() -> None:
    found = roll(STRICT, here=18, recused=1, advisory=2)
    assert found.sentence == "Abstimmen dürfen 18 Sitze, 1 befangen, 2 beratend; beschlussfähig: 18 von nötigen 10"
    assert found.headline == "18 Stimmen im Raum, nötig 10"
    assert found.facts == "19 stimmberechtigte Sitze besetzt, 1 befangen, 2 beratend"
    assert found.steps[0] == "18 anwesend + 0 vertreten = 18 stimmberechtigte Sitze im Raum"
    assert "Nötig: mehr als die Hälfte von 19 Stimmen = 10" in found.steps
    assert roll(RollRules(), unknown=1).sentence == "Abstimmen darf höchstens 1 Sitz; Beschlussfähigkeit nicht geregelt"
    assert roll(RollRules(votes_per_seat=2), here=3).headline == "6 Stimmen im Raum"


@pytest.mark.proves("E-06", "E-07", "E-08")
@given(
    here=st.integers(0, 40), away=st.integers(0, 40), vacant=st.integers(0, 10), recused=st.integers(0, 5),
    advisory=st.integers(0, 9), unknown=st.integers(0, 9), weight=st.integers(1, 3),
    recusal=st.sampled_from([None, *RecusalBase]),
)  # fmt: skip
def test_what_holds_for_every_roll(
    here: int, away: int, vacant: int, recused: int, advisory: int, unknown: int, weight: int,
    recusal: RecusalBase | None,
) -> None:  # fmt: skip
    rules = RollRules(has_quorum=True, is_strict=True, votes_per_seat=weight, recusal=recusal)
    found = roll(rules, here=here, away=away, vacant=vacant, recused=recused, advisory=advisory, unknown=unknown)
    assert found.possible == (here + unknown) * weight
    assert found.needed is not None
    assert 2 * found.needed > found.base >= 2 * (found.needed - 1)
    assert found.possible <= found.present <= found.base
    assert found.is_quorate == (found.present >= found.needed)
    assert found.is_exact == (unknown == 0)


@pytest.mark.proves("C10", "E-09")
@pytest.mark.parametrize(
    ("count", "majority", "chair", "adopted"),
    [
        (Count(9, 8, 1), None, None, True),
        (Count(9, 9, 0), None, None, False),
        (Count(9, 9, 0), MajorityRule.SIMPLE, True, True),
        (Count(9, 9, 0), MajorityRule.SIMPLE, False, False),
        (Count(0, 0, 5), MajorityRule.SIMPLE, True, False),  # nobody for it: nothing to decide
        (Count(8, 9, 0), MajorityRule.SIMPLE, True, False),
        (Count(10, 1, 0), MajorityRule.ABSOLUTE, None, False),  # of 20 seats more than 10
        (Count(11, 0, 0), MajorityRule.ABSOLUTE, None, True),
        (Count(10, 5, 3), MajorityRule.TWO_THIRDS, None, True),
        (Count(9, 5, 3), MajorityRule.TWO_THIRDS, None, False),
        (Count(9, 0, 8), MajorityRule.CONSENSUS, None, True),
        (Count(9, 1, 0), MajorityRule.CONSENSUS, None, False),
        (Count(0, 0, 9), MajorityRule.CONSENSUS, None, False),
        (Count(0, 0, 9), MajorityRule.TWO_THIRDS, None, False),
    ],
)
def test_what_a_count_makes_of_each_majority(
    count: Count, majority: MajorityRule | None, chair: bool | None, adopted: bool
) -> None:
    assert count.passes(majority, base=20, chair_decides=chair) is adopted


@pytest.mark.proves("E-09")
def test_the_words_follow_the_result_and_not_only_the_count() -> None:
    assert Count(9, 9, 0).said(is_adopted=True) == "bei Stimmengleichheit durch Entscheidung der Leitung angenommen"
    assert Count(9, 5, 3).said(is_adopted=False) == "abgelehnt: die nötige Mehrheit ist nicht erreicht"
    assert Count(9, 5, 3).said(is_adopted=True) == "mehrheitlich angenommen"


@pytest.mark.proves("E-08")
@given(st.integers(0, 30), st.integers(0, 30), st.integers(0, 30), st.integers(1, 3))
def test_votes_taken_away_bound_every_way_they_could_have_been_cast(yes: int, no: int, abstain: int, n: int) -> None:
    count = Count(yes, no, abstain)
    worst, best = count.without(n)
    taken = min(n, count.total)
    assert worst.total == best.total == count.total - taken
    assert worst.yes <= yes <= worst.yes + taken
    assert best.no <= no <= best.no + taken
    if worst.is_adopted:
        assert best.is_adopted
