"""The list of stories and statements is complete."""

from __future__ import annotations

import yaml

from tests.proofs import STORIES, read_stories

COUNTS = {"A": 20, "B": 21, "C": 18, "D": 8, "E": 16, "F": 10, "G": 4, "H": 12, "I": 10}
STATEMENTS = {"B": [(1, 25)], "C": [(1, 22)], "D": [(1, 22), (30, 40), (50, 55)], "E": [(1, 22), (30, 36)]}


def test_all_stories_are_listed_once_and_in_order() -> None:
    wanted = [f"{group}{n}" for group, count in COUNTS.items() for n in range(1, count + 1)]
    content = yaml.safe_load(STORIES.read_text(encoding="utf-8"))
    assert [entry["id"] for entry in content["stories"]] == wanted
    assert len(wanted) == 119


def test_all_statements_are_listed_once_and_in_order() -> None:
    wanted = [f"{g}-{n:02d}" for g, ranges in STATEMENTS.items() for a, b in ranges for n in range(a, b + 1)]
    content = yaml.safe_load(STORIES.read_text(encoding="utf-8"))
    assert [entry["id"] for entry in content["statements"]] == wanted


def test_each_number_says_one_sentence_of_its_own() -> None:
    texts = list(read_stories().values())
    assert all(text.endswith(".") and text.count(". ") == 0 for text in texts)
    assert len(set(texts)) == len(texts)
