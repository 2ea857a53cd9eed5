"""docs/permissions.md says what the policies say."""

from __future__ import annotations

import inspect
from pathlib import Path

import pytest

from scripts import permissions


def test_the_page_is_as_the_policies_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert permissions.main([]) == 0, capsys.readouterr().err


@pytest.mark.parametrize("package", permissions.PACKAGES)
def test_every_policy_is_one_sentence(package: str) -> None:
    found = permissions.policies(package)
    assert found
    for name, function in found.items():
        rule = permissions.sentence(function)
        assert rule.endswith("."), f"{package}.{name}: the first line is the rule, in one sentence"
        assert next(iter(inspect.signature(function).parameters)) == "user"


def test_every_package_with_policies_has_a_table() -> None:
    packages = {path.parent.name for path in Path(permissions.PROJECT_ROOT, "govern").glob("*/policies.py")}
    assert packages == set(permissions.PACKAGES)


def test_a_page_that_lags_behind_is_named_and_mended(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "permissions.md"
    page.write_text(f"oben\n{permissions.START}\nalt\n{permissions.END}\nunten\n", encoding="utf-8")
    assert permissions.main([], page) == 1
    assert "-alt" in capsys.readouterr().err
    assert permissions.main(["--write"], page) == 0
    assert permissions.main([], page) == 0
    text = page.read_text("utf-8")
    assert text.startswith("oben\n")
    assert text.endswith("unten\n")
    assert "`can_administer`" in text
