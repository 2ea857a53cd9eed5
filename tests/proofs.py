"""Which test proves which story or statement: the marker `proves`, checked and recorded.

    @pytest.mark.proves("A1", "B-08")

Every number must stand in `docs/stories.yaml`. A run of the whole suite leaves `.stories/results.json` for
`make stories`; a run of a part leaves it alone. The file holds three lists, numbers being unique over all:

    stories:
      - {id: A1, text: "…"}
    statements:
      - {id: B-08, text: "…"}
    wishes:
      - {id: W-10, text: "…"}
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
STORIES = ROOT / "docs" / "stories.yaml"
RESULTS = ROOT / ".stories" / "results.json"
PROPERTY = "proves"


def read_stories(path: Path = STORIES) -> dict[str, str]:
    """Return all numbers with their text, stories first, in the order of the file."""
    content = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    entries = [*content["stories"], *content["statements"], *content["wishes"]]
    texts = {str(entry["id"]): str(entry["text"]) for entry in entries}
    if len(texts) != len(entries):
        numbers = [str(entry["id"]) for entry in entries]
        raise ValueError(f"{path.name}: doppelt sind {sorted({n for n in numbers if numbers.count(n) > 1})}")
    return texts


def proved_numbers(item: pytest.Item) -> list[str]:
    """Return the numbers of all `proves` markers of a test: its own, its class's and its module's."""
    return list(dict.fromkeys(str(number) for marker in item.iter_markers("proves") for number in marker.args))


class Proofs:
    """Checks the markers and gathers the outcomes. With xdist the workers check and the controller gathers."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.outcomes: dict[str, dict[str, Any]] = {}

    @cached_property
    def known(self) -> dict[str, str]:
        """The numbers there are."""
        return read_stories()

    def pytest_itemcollected(self, item: pytest.Item) -> None:
        """Let the numbers travel with the test's reports."""
        numbers = proved_numbers(item)
        if numbers:
            item.user_properties.append((PROPERTY, numbers))

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Fail tests whose marker names no number, or one that does not exist."""
        if any(not marker.args for marker in item.iter_markers("proves")):
            pytest.fail('proves("A1", …) braucht mindestens eine Nummer', pytrace=False)
        unknown = [number for number in proved_numbers(item) if number not in self.known]
        if unknown:
            name = STORIES.relative_to(ROOT)
            pytest.fail(f"Diese Nummern stehen nicht in {name}: {', '.join(unknown)}", pytrace=False)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note the worst outcome of set-up, test and tear-down."""
        numbers = dict(report.user_properties).get(PROPERTY)
        if not numbers:
            return
        outcome = report.outcome
        if hasattr(report, "wasxfail"):
            outcome = "failed"  # a test that is expected to fail proves nothing
        entry = self.outcomes.setdefault(report.nodeid, {"proves": numbers, "outcome": outcome})
        if entry["outcome"] == "passed" or outcome == "failed":
            entry["outcome"] = outcome

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Write the results of a whole run."""
        is_worker = hasattr(self.config, "workerinput")
        finished = exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED)
        if is_worker or not finished or not is_whole_suite(self.config):
            return
        tests = [{"test": test, **entry} for test, entry in sorted(self.outcomes.items())]
        content = {"finished_at": datetime.now(UTC).isoformat(timespec="seconds"), "tests": tests}
        RESULTS.parent.mkdir(exist_ok=True)
        RESULTS.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def is_whole_suite(config: pytest.Config) -> bool:
    """Tell whether nothing was selected or left out on the command line."""
    option = config.option
    narrowed = (option.keyword, option.markexpr, option.deselect, option.ignore, option.ignore_glob, option.maxfail)
    kept = (option.collectonly, getattr(option, "lf", False), getattr(option, "stepwise", False))
    return config.args_source is not pytest.Config.ArgsSource.ARGS and not any(narrowed) and not any(kept)


def pytest_configure(config: pytest.Config) -> None:
    """Register the plugin."""
    config.pluginmanager.register(Proofs(config), "govern-proofs")
