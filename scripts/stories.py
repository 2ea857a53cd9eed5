"""Print for each story and statement which tests prove it and whether they passed (`make stories`).

Reads what the last run of the whole suite left; without one, it runs the suite first. Open numbers are no
failure, failed proofs are: exit status 1.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable

from tests.proofs import RESULTS, ROOT, read_stories

TEXT_LENGTH = 70


def main() -> int:
    """Print the table; returns the exit status."""
    texts = read_stories()
    if not RESULTS.exists():
        print("Noch kein Lauf der ganzen Testsuite; sie wird jetzt ausgeführt (make test).", file=sys.stderr)
        subprocess.run(
            [sys.executable, "-m", "pytest", "-n", "2", "--dist", "worksteal", "-q"],
            cwd=ROOT,
            stdout=sys.stderr.fileno(),
            check=False,
        )
        if not RESULTS.exists():
            print("Die Testsuite ließ sich nicht ausführen.", file=sys.stderr)
            return 1
    results = json.loads(RESULTS.read_text(encoding="utf-8"))
    print(f"Stand: Testlauf vom {results['finished_at']}", file=sys.stderr)

    outcomes: dict[str, list[str]] = defaultdict(list)
    tests: dict[str, set[str]] = defaultdict(set)
    for test in results["tests"]:
        for number in test["proves"]:
            outcomes[number].append(test["outcome"])
            tests[number].add(test["test"].partition("[")[0])
    states = {number: state_of(outcomes[number]) for number in texts}
    width = max(map(len, texts))
    for number, text in texts.items():
        names = sorted(tests[number])
        print(f"{number:<{width}}  {states[number]:<15}  {count(len(names)):<9}  {shortened(text)}{listed(names)}")
    print(sum_of(states.values()))
    return 1 if "fehlgeschlagen" in states.values() else 0


def state_of(outcomes: list[str]) -> str:
    """Return one German word for all tests of one number."""
    if not outcomes:
        return "offen"
    if "failed" in outcomes:
        return "fehlgeschlagen"
    if "passed" not in outcomes:
        return "nicht geprüft"
    return "erfüllt"


def count(number: int) -> str:
    """Return „1 Test“, „3 Tests“."""
    return "1 Test" if number == 1 else f"{number} Tests"


def shortened(text: str) -> str:
    """Return the text in one line of bounded length."""
    line = " ".join(text.split())
    return line if len(line) <= TEXT_LENGTH else line[: TEXT_LENGTH - 1].rstrip() + "…"


def listed(names: list[str]) -> str:
    """Return the tests, after the text."""
    return "  ← " + ", ".join(name.removeprefix("tests/") for name in names) if names else ""


def sum_of(states: Iterable[str]) -> str:
    """Return the last line: how many are fulfilled, open, failed."""
    all_states = list(states)
    words = ("erfüllt", "offen", "nicht geprüft", "fehlgeschlagen")
    parts = [f"{all_states.count(word)} {word}" for word in words if word in all_states or word in ("erfüllt", "offen")]
    return f"Summe: {len(all_states)} Nummern, davon {', '.join(parts)}"


if __name__ == "__main__":
    raise SystemExit(main())
