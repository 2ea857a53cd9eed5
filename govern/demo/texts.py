"""The texts of the example year, with the names of one county put in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

FILE = Path(__file__).parent / "example_year.yaml"

Text = Mapping[str, Any]
"""One entry of the file: a meeting, an item, a topic …"""


def example_year(words: Mapping[str, str]) -> dict[str, Any]:
    """What `example_year.yaml` says, with `{word}` replaced; raises KeyError when a word has no name."""
    read: dict[str, Any] = _filled(yaml.safe_load(FILE.read_text(encoding="utf-8")), words)
    return read


def _unwrapped(text: str) -> str:
    """``text`` with one line per paragraph or list entry: the lines of the file are only for reading it."""
    return re.sub(r"(?<!\n)\n(?!\n|- )", " ", text.strip())


def _filled(value: Any, words: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return _unwrapped(value.format_map(words))
    if isinstance(value, list):
        return [_filled(entry, words) for entry in value]
    if isinstance(value, dict):
        return {key: _filled(entry, words) for key, entry in value.items()}
    return value
