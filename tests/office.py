"""Word and Excel files, read by the Open XML SDK: the schemas and rules by which Word and Excel read them.

The program comes with the packages of `tests/engines/`; it is the SDK's own validator in one file.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from pathlib import Path

from tests.environment import OFFICE

VERSION = "Microsoft365"
ORDER_OF_FONTS = "x:font["
"""openpyxl writes the properties of a font in the order of the older standard, which Excel reads and writes as well."""


def faults(data: bytes, suffix: str) -> list[str]:
    """What Word (``.docx``) or Excel (``.xlsx``) would have to repair in a file; empty if it is sound."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"file{suffix}"
        file.write_bytes(data)
        # Texts are compared as they stand: the machine need not have the tables of languages.
        environment = {**os.environ, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"}
        done = subprocess.run(
            [OFFICE, file, VERSION],
            capture_output=True, text=True, timeout=120, check=False, env=environment,
        )  # fmt: skip
    assert done.stdout, done.stderr
    return [
        f"{error['path']} {error['xPath']}: {error['description']}"
        for error in json.loads(done.stdout)["errors"]
        if ORDER_OF_FONTS not in (error["xPath"] or "")
    ]
