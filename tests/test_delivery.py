"""What the repository ships and what the set-up fetches: pinned, complete, without hosts and machine paths."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from tests.proofs import ROOT

VENDOR = ROOT / "govern" / "static" / "vendor"
LOCK = json.loads((ROOT / "assets.lock.json").read_text(encoding="utf-8"))
DELIVERED = {name: package for name, package in LOCK.items() if package.get("only_for") != "tests"}
PINS = ("requirements.txt", "requirements-dev.txt", "requirements-assets.txt")
# Written in parts, so that this file does not find itself.
REGISTRY = re.compile(r"pypi\.(org|python)|pythonhosted\." + r"org|registry\.npm" + r"js|deb\.debian\." + r"org")
MACHINE_PATH = re.compile(r"(?<![\w.~-])/(work|root|tmp)" + r"/\w")


def tracked_texts() -> list[tuple[Path, str]]:
    """Return every text file that git tracks."""
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    texts = []
    for name in filter(None, names.split("\0")):
        path = ROOT / name
        try:
            texts.append((path, path.read_text(encoding="utf-8")))
        except (UnicodeDecodeError, FileNotFoundError):
            continue
    return texts


def test_no_tracked_file_names_a_registry_or_a_machine() -> None:
    """Pins install from any package index, and nothing depends on where it was written."""
    found = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path, text in tracked_texts()
        for pattern in (REGISTRY, MACHINE_PATH)
        if (match := pattern.search(text))
    ]
    assert not found


@pytest.mark.parametrize("name", PINS)
def test_every_pin_is_exact_and_has_hashes(name: str) -> None:
    """`pip --require-hashes` installs what was resolved, and nothing else."""
    entries = re.split(r"\n(?=[a-z])", (ROOT / name).read_text(encoding="utf-8").partition("make pins\n")[2])
    assert len(entries) >= 2
    for entry in entries:
        assert re.match(r"[a-z0-9._-]+(\[[a-z,]+\])?==[0-9]", entry), entry
        assert "--hash=sha256:" in entry
    assert "://" not in "".join(entries)


def test_the_pins_cover_what_is_asked_for() -> None:
    """Nobody adds a requirement and forgets to run `make pins`."""
    for name in PINS:
        pinned = (ROOT / name).read_text(encoding="utf-8")
        asked = (ROOT / name.replace(".txt", ".in")).read_text(encoding="utf-8")
        for requirement in re.findall(r"^([A-Za-z0-9._-]+)", asked, re.MULTILINE):
            if not requirement.startswith("-"):
                assert re.search(rf"^{re.escape(requirement.lower())}==", pinned, re.MULTILINE), requirement


def test_only_the_listed_files_are_delivered() -> None:
    """What browsers get from others is exactly what the lock file names, and its compressed and converted forms."""
    listed = {f"{package['folder']}/{file}" for package in DELIVERED.values() for file in package["files"].values()}
    listed |= {f"fonts-ttf/{Path(name).stem}.ttf" for name in listed if name.endswith(".woff2")}
    present = {path.relative_to(VENDOR).as_posix() for path in VENDOR.rglob("*") if path.is_file()}
    assert {name for name in present if Path(name).suffix not in (".br", ".gz")} == listed | {
        "manifest.json",
        "lizenzen.txt",
    }


def test_typst_can_read_the_fonts() -> None:
    """The TrueType forms bear the family's name and German letters."""
    fonts = sorted((VENDOR / "fonts-ttf").glob("*.ttf"))
    assert len(fonts) == 5
    for path in fonts:
        font = TTFont(path)
        assert font["name"].getBestFamilyName() == "Fira Sans"
        assert all(ord(letter) in font.getBestCmap() for letter in "äöüßÄÖÜẞ„“–…§€")


def test_the_notices_name_everything_that_is_installed_and_delivered() -> None:
    """EUPL-1.2, OFL and the licences of all packages come with the product."""
    notices = (VENDOR / "lizenzen.txt").read_text(encoding="utf-8")
    for name, package in DELIVERED.items():
        assert f"\n{name} {package['version']}\nLizenz: {package['licence']}\n" in notices
    assert "SIL OPEN FONT LICENSE Version 1.1" in notices
    pinned = re.findall(
        r"^([a-z0-9._-]+)==([^ ;]+) (?!;)", (ROOT / "requirements.txt").read_text("utf-8"), re.MULTILINE
    )
    assert len(pinned) > 40
    for name, version in pinned:
        assert f"\n{name} {version}\nLizenz: " in notices


def test_every_package_for_the_browser_tests_has_a_hash_and_no_address() -> None:
    """`npm` checks what it gets, from whichever registry the machine uses."""
    lock = json.loads((ROOT / "tests" / "engines" / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name: package for name, package in lock["packages"].items() if name}
    assert {f"node_modules/{name}" for name in lock["packages"][""]["dependencies"]} <= packages.keys()
    assert [name for name, p in packages.items() if not p.get("integrity", "").startswith("sha512-")] == []
    assert [name for name, p in packages.items() if "resolved" in p] == []
