"""The documents say what the code does."""

from __future__ import annotations

import re
from dataclasses import fields
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest

from govern.actions.models import (
    EVALUATION_TRANSITIONS,
    MATTER_TRANSITIONS,
    REPORT_TRANSITIONS,
    WORK_ORDER_TRANSITIONS,
)
from govern.config import Settings
from govern.documents.models import AGREEMENT_TRANSITIONS
from govern.meetings.models import CIRCULAR_TRANSITIONS, MEETING_TRANSITIONS

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize(
    "transitions",
    [
        MEETING_TRANSITIONS,
        CIRCULAR_TRANSITIONS,
        WORK_ORDER_TRANSITIONS,
        REPORT_TRANSITIONS,
        MATTER_TRANSITIONS,
        EVALUATION_TRANSITIONS,
        AGREEMENT_TRANSITIONS,
    ],
    ids=["meeting", "circular", "work order", "gap report", "matter", "evaluation", "agreement"],
)
def test_the_diagrams_show_the_transitions(transitions: dict[Any, frozenset[Any]]) -> None:
    enum: type[StrEnum] = type(next(iter(transitions)))
    text = (ROOT / "docs" / "domain.md").read_text(encoding="utf-8")
    block = re.search(rf"<!-- transitions: {enum.__name__} -->\n```text\n(.*?)```", text, re.DOTALL)
    assert block is not None
    drawn = {}
    for line in block.group(1).strip().splitlines():
        start, _arrow, ends = line.partition("→")
        drawn[enum(start.strip())] = frozenset(enum(e.strip()) for e in ends.split(",") if e.strip())
    assert drawn == transitions
    assert set(transitions) == set(enum)


def test_every_setting_is_documented_where_it_is_defined_and_for_operators() -> None:
    operators = (ROOT / "docs" / "betrieb.md").read_text(encoding="utf-8")
    for setting in fields(Settings):
        variable = setting.metadata["env"]
        assert variable.startswith("GOVERN_")
        assert f"`{variable}`" in operators, variable
