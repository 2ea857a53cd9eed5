"""The lists as they are shipped: fields of action, legal areas, target groups, with each county's own wording."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

FILE = Path(__file__).with_name("vocabularies.yaml")


@cache
def shipped_terms(body_key: str, name: str) -> dict[str, str]:
    """Key → German label of the list ``name`` for a body: its own where its concept prints one, else the shared one."""
    data = _data()
    own: dict[str, str] | None = data["bodies"].get(body_key, {}).get(name)
    shared: dict[str, str] = data[name]
    return own if own is not None else shared


@cache
def every_shipped_label(name: str) -> dict[str, str]:
    """Key → label of every entry any body ships; the shared wording where there is one."""
    found: dict[str, str] = {}
    for lists in _data()["bodies"].values():
        found |= lists.get(name, {})
    shared: dict[str, str] = _data()[name]
    return found | shared


@cache
def _data() -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return data
