"""The format as JSON Schema, for editors that complete and check while one types."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from govern.committees.structure.fields import STRUCTURE

SCHEMA_FILE: Final = Path(__file__).with_name("schema.json")


def json_schema() -> dict[str, Any]:
    """The schema, made from the list of fields; `schema.json` holds the same."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Struktur einer Körperschaft (Govern)",
        "description": "Kommunen, Organisationen, Gremien, Sitze und Konzepte eines Kreises oder einer Stadt.",
        **STRUCTURE.schema(),
    }


def schema_text() -> str:
    """The schema as it stands in `schema.json`."""
    return json.dumps(json_schema(), ensure_ascii=False, indent=2) + "\n"
