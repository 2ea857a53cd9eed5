"""The list of stories and statements is complete."""

from __future__ import annotations

import re

import yaml

from tests.proofs import ROOT, STORIES, read_stories

COUNTS = {"A": 20, "B": 21, "C": 18, "D": 8, "E": 16, "F": 10, "G": 4, "H": 12, "I": 10}
STATEMENTS = {"B": [(1, 25)], "C": [(1, 22)], "D": [(1, 22), (30, 40), (50, 55)], "E": [(1, 22), (30, 36)]}

OPEN = {
    *(f"G{n}" for n in range(1, 5)), *(f"H{n}" for n in range(1, 13)), "I9", "B-18", "B-25", "C-20", "C-22", "D-06",
    "D-22", *(f"D-{n}" for n in range(30, 35)), "D-39", "D-40",
}  # fmt: skip
"""What is not built or not decided yet; nothing is added here."""


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


def test_each_number_has_a_test_or_a_decision_why_not() -> None:
    """What tests prove is read from their markers, so that no run of all of them is needed."""
    marked = "\n".join(
        "\n".join(re.findall(r"proves\(([^)]*)\)", path.read_text(encoding="utf-8")))
        for path in sorted((ROOT / "tests").rglob("*.py"))
    )
    decided = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "docs" / "decisions").glob("*.md"))
    proved = set(re.findall(r'"([A-Z]-?\d+)"', marked))
    told = set(re.findall(r"\b[A-Z]-?\d+\b", decided))
    assert [number for number in read_stories() if number not in proved | told | OPEN] == []
