"""What concepts, agreements and documents have in common when their facts are saved: known fields, and a title."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from govern.errors import DomainError


def demand_title(values: dict[str, Any], known: Collection[str]) -> str:
    """The title among ``values``, in one line. Raises DomainError without one, TypeError for a field not ``known``."""
    unknown = values.keys() - known
    if unknown:
        raise TypeError(f"unknown fields: {sorted(unknown)}")
    title = " ".join(str(values.get("title") or "").split())
    if not title:
        raise DomainError("Bitte einen Titel angeben.", field="title")
    return title
