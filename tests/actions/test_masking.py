"""Small numbers stay hidden, and nothing visible gives them away: neither sums nor shares, nor two tables together."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govern.actions import masking
from govern.actions.masking import Axis, MaskedTable, Table, Zeros, mask
from tests.actions.table_audit import ranges, sums

YEAR = Axis(
    "Jahr", {"Jahr": (("H1", "H2"),), "H1": (("Q1", "Q2"),), "H2": (("Q3", "Q4"),)}
)  # quarters within halves within the year
COUNTY = Axis(
    "Kreis", {"Kreis": (("Nord", "Süd"),), "Nord": (("Jülich", "Titz"),), "Süd": (("Kreuzau", "Heimbach", "Düren"),)}
)
TWO_WAYS = Axis("alle", {"alle": (("Jülich", "Titz", "Düren"), ("Q1", "Q2"))})


def _shown(table: MaskedTable) -> dict[tuple[str, str], int | None]:
    return {place: cell.value for place, cell in table.cells.items()}


def _flat_table(numbers: list[list[int]]) -> Table:
    rows, columns = [f"r{i}" for i in range(len(numbers))], [f"c{j}" for j in range(len(numbers[0]))]
    counts = {(r, c): numbers[i][j] for i, r in enumerate(rows) for j, c in enumerate(columns)}
    return Table(Axis.flat(rows), Axis.flat(columns), counts)


@st.composite
def tables(draw: Any) -> Table:
    """Flat, hierarchical on both sides, and with two breakdowns of the same total; mostly small numbers, many zeros."""
    count = st.one_of(st.just(0), st.integers(0, 6), st.integers(0, 40))
    rows = draw(st.sampled_from([Axis.flat(["a", "b", "c"]), Axis.flat(["a"]), COUNTY, YEAR]))
    columns = draw(st.sampled_from([Axis.flat(["x", "y", "z", "w"]), Axis.flat(["x"]), YEAR, COUNTY, TWO_WAYS]))
    counts: dict[tuple[str, str], int] = {}
    for row in rows.leaves:
        _first, *others = columns.parts[columns.total]
        leaves = [key for key in columns.leaves if not any(key in other for other in others)]
        values = [draw(count) for _ in leaves]
        counts |= {(row, key): value for key, value in zip(leaves, values, strict=True)}
        for other in others:
            rest = sum(values)
            for key in other[:-1]:
                counts[row, key] = draw(st.integers(0, rest))
                rest -= counts[row, key]
            counts[row, other[-1]] = rest
    return Table(rows, columns, counts)


thresholds = st.integers(3, 7)
rules = st.sampled_from(list(Zeros))


@pytest.mark.proves("D-50")
@given(tables(), thresholds, rules)
@settings(max_examples=35)
def test_no_small_count_is_visible_and_visible_ones_are_true(table: Table, threshold: int, zeros: Zeros) -> None:
    masked = mask(table, threshold, zeros)
    for i, row in enumerate(table.rows.keys):
        for j, column in enumerate(table.columns.keys):
            value, true = masked[row, column].value, table.values[i][j]
            assert value is None or (value == true and not 0 < value < threshold)
            if zeros is Zeros.MASKED:
                assert value != 0
            if zeros is Zeros.IN_SMALL_LINES and value == 0:
                assert not 0 < table.values[i][0] < threshold and not 0 < table.values[0][j] < threshold


@pytest.mark.proves("D-51")
@given(tables(), thresholds, rules)
@settings(max_examples=35)
def test_each_hidden_count_could_be_another_by_the_threshold(table: Table, threshold: int, zeros: Zeros) -> None:
    # Each transfer is a second table with the same visible numbers: worked out here anew, sum by sum.
    masked = mask(table, threshold, zeros)
    true = {(r, c): table.values[i][j] for i, r in enumerate(table.rows.keys) for j, c in enumerate(table.columns.keys)}
    covered = set()
    for receiving, giving in masked.transfers:
        other = {place: value + threshold * ((place in receiving) - (place in giving)) for place, value in true.items()}
        assert min(other.values()) >= 0
        for whole, parts in sums(table.rows, table.columns):
            assert other[whole] == sum(other[part] for part in parts)
        changed = {place for place in true if other[place] != true[place]}
        assert all(masked[place].is_hidden for place in changed)
        covered |= changed
    assert covered == {place for place, cell in masked.cells.items() if cell.is_hidden}


@pytest.mark.proves("D-51")
@pytest.mark.slow
@given(tables(), thresholds, rules)
@settings(max_examples=25)
def test_the_audit_by_linear_programming_finds_no_narrow_range(table: Table, threshold: int, zeros: Zeros) -> None:
    masked = mask(table, threshold, zeros)
    for place, width in ranges(table.rows, table.columns, _shown(masked)).items():
        assert width >= threshold - 1e-6, place


@pytest.mark.proves("D-51")
def test_the_audit_sees_through_a_table_whose_small_counts_alone_are_hidden() -> None:
    table = _flat_table([[3, 20, 30], [40, 50, 60], [70, 80, 90]])
    shown = {
        (r, c): None if (r, c) == ("r0", "c0") else table.values[i][j]
        for i, r in enumerate(table.rows.keys)
        for j, c in enumerate(table.columns.keys)
    }
    assert ranges(table.rows, table.columns, shown) == {("r0", "c0"): 0.0}
    masked = mask(table, 5)
    hidden = {place for place, cell in masked.cells.items() if cell.is_hidden}
    assert hidden == {("r0", "c0"), ("r0", "c1"), ("r1", "c0"), ("r1", "c1")}  # the cheapest rectangle, no total
    assert min(ranges(table.rows, table.columns, _shown(masked)).values()) >= 5


def _county_table(reports: int, seed: int) -> Table:
    chance = random.Random(seed)
    fields, places = [f"Feld {n}" for n in range(15)], [f"Kommune {n}" for n in range(30)]
    weights = [chance.paretovariate(1) for _ in fields], [chance.paretovariate(1) for _ in places]
    counts: dict[tuple[str, str], int] = {}
    for _ in range(reports):
        place = chance.choices(fields, weights[0])[0], chance.choices(places, weights[1])[0]
        counts[place] = counts.get(place, 0) + 1
    return Table(Axis.flat(fields), Axis.flat(places), counts)


@pytest.mark.proves("D-51")
@pytest.mark.slow
@pytest.mark.parametrize("reports", [60, 1000, 10_000])
def test_a_countys_table_holds_against_the_audit(reports: int) -> None:
    table = _county_table(reports, seed=reports)
    masked = mask(table, 5)
    hidden = [place for place, cell in masked.cells.items() if cell.is_hidden]
    some = random.Random(1).sample(hidden, 25)
    assert min(ranges(table.rows, table.columns, _shown(masked), some).values()) >= 5 - 1e-6


@pytest.mark.proves("D-51")
def test_large_counts_hide_nothing_and_need_no_sentence() -> None:
    masked = mask(_flat_table([[5, 20], [0, 50]]), 5)
    assert not masked.has_hidden
    assert masked.note is None


@pytest.mark.proves("D-53")
def test_two_breakdowns_of_the_same_total_are_masked_together() -> None:
    # By municipality alone the sum for field a would stay visible, and by quarter it could be subtracted.
    counts = {("a", "Jülich"): 4, ("a", "Titz"): 0, ("a", "Düren"): 0, ("a", "Q1"): 4, ("a", "Q2"): 0}
    counts |= {("b", "Jülich"): 30, ("b", "Titz"): 10, ("b", "Düren"): 20, ("b", "Q1"): 25, ("b", "Q2"): 35}
    table = Table(Axis.flat(["a", "b"]), TWO_WAYS, counts)
    masked = mask(table, 5)
    assert masked["a", "alle"].is_hidden
    assert min(ranges(table.rows, table.columns, _shown(masked)).values()) >= 5


@pytest.mark.proves("D-53")
def test_shares_and_means_follow_the_mask() -> None:
    masked = mask(_flat_table([[3, 20, 30], [40, 50, 60], [70, 80, 90]]), 5)
    assert masked.share(("r0", "c0"), ("r0", "total")) is None
    assert masked.share(("r2", "c0"), ("r2", "total")) == 70 / 240
    assert masked.share(("r2", "c0"), ("r0", "c1")) is None
    assert masking.mean(100, 4) is None
    assert masking.mean(100, 5) == 20


@pytest.mark.proves("D-53")
def test_a_single_live_count_does_not_tell_what_came_in_since_yesterday() -> None:
    assert [masking.about(n) for n in range(6)] == ["unter 5"] * 5 + ["rund 5"]
    assert masking.about(3, 3) == "rund 5"
    assert {masking.about(n) for n in range(13, 18)} == {"rund 15"}


@pytest.mark.proves("D-54")
def test_rounding_takes_each_value_on_its_own_and_says_so() -> None:
    rounded = masking.round_to_five(_flat_table([[1, 3], [12, 13]]))
    assert [rounded[place].value for place in (("r0", "c0"), ("r0", "c1"), ("r1", "c0"), ("r1", "c1"))] == [
        0,
        5,
        10,
        15,
    ]
    assert rounded["total", "total"].value == 30  # 29, not the sum of the rounded
    assert rounded["r0", "total"].value == 5
    assert rounded.is_rounded and "auf Vielfache von 5 gerundet" in str(rounded.note)


@pytest.mark.proves("D-55")
def test_beside_hidden_counts_stands_why() -> None:
    masked = mask(_flat_table([[3, 20], [40, 50]]), 5)
    assert str(masked.note).startswith("Werte unter 5 sind aus Datenschutzgründen nicht ausgewiesen")
    assert masked["r0", "c0"].text == "*"
    assert masked["r0", "c0"].words == "nicht ausgewiesen"


def test_what_makes_no_sense_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 3"):
        mask(_flat_table([[1]]), 2)
    with pytest.raises(ValueError, match="breakdowns"):
        Table(Axis.flat(["a"]), TWO_WAYS, {("a", "Titz"): 3, ("a", "Q1"): 2}).values  # noqa: B018
    with pytest.raises(ValueError, match="one sum only"):
        Axis("t", {"t": (("a", "b"), ("b", "c"))}).keys  # noqa: B018
