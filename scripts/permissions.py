"""Write the tables of docs/permissions.md from the policies, or say where they differ.

`python -m scripts.permissions` compares, `python -m scripts.permissions --write` writes. A row is a policy function:
its rule is the first line of its docstring; `presumes` decides between „not found" and „forbidden".
"""

from __future__ import annotations

import difflib
import inspect
import re
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from govern.config import PROJECT_ROOT

PAGE = PROJECT_ROOT / "docs" / "permissions.md"
PACKAGES = {
    "people": "Accounts, organisations, persons",
    "committees": "Committees, seats, mandates",
    "documents": "Documents",
    "meetings": "Meetings, agendas, papers, minutes, resolutions",
    "actions": "Work orders",
    "overview": "Pages that gather from all packages",
}
START, END = "<!-- tables: start -->", "<!-- tables: end -->"


def policies(package: str) -> dict[str, Callable[..., Any]]:
    """The public policy functions of ``package`` that answer yes or no, in the order they stand in the file."""
    found = {
        name: function
        for module in _modules(package)
        for name, function in vars(module).items()
        if inspect.isfunction(function) and function.__module__ == module.__name__ and not name.startswith("_")
    }
    return {name: f for name, f in found.items() if str(inspect.signature(f).return_annotation) == "bool"}


def _modules(package: str) -> list[ModuleType]:
    """`policies.py` of a package and what was split off it, such as `policies_dates.py`."""
    folder = PROJECT_ROOT / "govern" / package
    return [import_module(f"govern.{package}.{path.stem}") for path in sorted(folder.glob("policies*.py"))]


def sentence(function: Callable[..., Any]) -> str:
    """The rule of a policy: the first line of its docstring."""
    return (inspect.getdoc(function) or "").split("\n")[0].strip()


def tables() -> str:
    """All tables as Markdown."""
    parts = []
    for package, title in PACKAGES.items():
        rows = [_row(name, function) for name, function in policies(package).items()]
        head = ["| policy | rule | who fails it gets |", "|---|---|---|"]
        parts.append("\n".join([f"### {title} (`govern/{package}/policies.py`)", "", *head, *rows]))
    return "\n\n".join(parts)


def page(text: str) -> str:
    """``text`` of the page with the tables as they are now."""
    return re.sub(
        f"{re.escape(START)}.*{re.escape(END)}", lambda _: f"{START}\n\n{tables()}\n\n{END}", text, flags=re.DOTALL
    )


def main(arguments: list[str], path: Path = PAGE) -> int:
    """Compare or write; returns the exit status."""
    before = path.read_text(encoding="utf-8")
    after = page(before)
    if "--write" in arguments:
        path.write_text(after, encoding="utf-8")
        return 0
    lines = difflib.unified_diff(
        before.splitlines(), after.splitlines(), "docs/permissions.md", "policies", "", "", 0, ""
    )
    difference = "\n".join(lines)
    if difference:
        print(difference, "\nAbhilfe: .venv/bin/python -m scripts.permissions --write", sep="\n", file=sys.stderr)
    return 1 if difference else 0


def _row(name: str, function: Callable[..., Any]) -> str:
    visible = getattr(function, "presumes", None)
    if visible is not None:
        answer = f"403; 404 without `{visible.__name__}`"
    else:
        answer = "404" if len(inspect.signature(function).parameters) > 1 else "403"
    return f"| `{name}` | {sentence(function).replace('|', '/')} | {answer} |"


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
