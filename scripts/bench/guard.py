"""How well the guard finds client data: recall per kind and false alarms, for both halves of the sentences.

Prints figures only, never a sentence: who builds the guard may not learn from the half it has not seen.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

import yaml

from govern.actions.guard import FORMAL_KINDS, Finding, FindingKind, find
from scripts.demo_server import ROOT

FOLDER = ROOT / "tests" / "actions" / "guard"
HALVES = ("seen", "unseen")


@dataclass(frozen=True)
class Measured:
    """What the guard found in one half."""

    there: Counter[FindingKind]
    found: Counter[FindingKind]
    clean: int
    alarmed: int
    alarms: Counter[FindingKind]
    """Clean sentences in which a kind was found all the same."""

    def recall(self, kind: FindingKind) -> float:
        """The share of a kind that was found."""
        return self.found[kind] / self.there[kind] if self.there[kind] else 1.0

    @property
    def formal(self) -> float:
        """The share of all formal kinds together."""
        there = sum(self.there[kind] for kind in FORMAL_KINDS)
        return sum(self.found[kind] for kind in FORMAL_KINDS) / there

    @property
    def false_alarms(self) -> float:
        """The share of clean sentences in which something was found."""
        return self.alarmed / self.clean


def measure(half: str) -> Measured:
    """Let the guard read every sentence of a half."""
    sentences: list[dict[str, Any]] = yaml.safe_load((FOLDER / f"{half}.yaml").read_text(encoding="utf-8"))
    there: Counter[FindingKind] = Counter()
    hits: Counter[FindingKind] = Counter()
    alarms: Counter[FindingKind] = Counter()
    clean = alarmed = 0
    for sentence in sentences:
        findings = find(sentence["text"])
        for label in sentence["finds"]:
            kind = FindingKind(label["kind"])
            there[kind] += 1
            hits[kind] += _is_found(sentence["text"], label["text"], kind, findings)
        if not sentence["finds"]:
            clean += 1
            alarmed += bool(findings)
            alarms.update({finding.kind for finding in findings})
    return Measured(there, hits, clean, alarmed, alarms)


def report() -> None:
    """Print the figures of both halves side by side."""
    halves = [measure(half) for half in HALVES]
    print(f"\n{'Wächter':<58} {'gesehen':>12} {'ungesehen':>12}")
    for kind in FindingKind:
        row = "".join(f"{m.found[kind]:>6}/{m.there[kind]:<3}{m.recall(kind):>4.0%}" for m in halves)
        print(f"{kind.label:<58}{row}")
    print(f"{'alle formalen Arten':<58}" + "".join(f"{m.formal:>14.1%}" for m in halves))
    print(f"{'Fehlalarme in unverfänglichen Sätzen':<58}" + "".join(
        f"{m.alarmed:>6}/{m.clean:<4}{m.false_alarms:>4.0%}" for m in halves))  # fmt: skip


def _is_found(text: str, label: str, kind: FindingKind, findings: list[Finding]) -> bool:
    start = text.index(label)
    return any(f.kind is kind and f.overlaps(start, start + len(label)) for f in findings)


if __name__ == "__main__":
    report()
