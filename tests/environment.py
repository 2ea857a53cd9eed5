"""What some tests need besides Python: Chromium, LibreOffice, poppler, the Open XML SDK, Node.js, PostgreSQL.

As a program (`python -m tests.environment`, part of `make test`) it installs the Debian packages that are
missing, where it may, and says in one line per part what cannot be had. As a pytest plugin it skips the tests
marked for such a part with the same words. With `CI=true` anything not run is a failure, in both.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests import postgres

ROOT = Path(__file__).resolve().parent.parent
AXE = ROOT / ".tests" / "vendor" / "axe-core" / "axe.min.js"
ICAL_JS = ROOT / ".tests" / "vendor" / "ical.js" / "ical.es5.cjs"
ENGINES = ROOT / ".tests" / "vendor" / "engines"
OFFICE = ENGINES / "node_modules" / "@xarsh" / "ooxml-validator-linux-x64" / "ooxml-validator"
INSTALL_SECONDS = 900
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--lang=de-DE",
]


def chromium() -> str | None:
    """Return the browser that the variable, Debian or Ubuntu names, if it runs."""
    # Ubuntu's packages may be a mere pointer to a snap, which does not run everywhere.
    names = (os.environ.get("GOVERN_TEST_CHROMIUM"), "chromium", "chromium-browser", "google-chrome")
    return next((found for name in names if name and (found := shutil.which(name)) and _runs(found)), None)


def libreoffice() -> str | None:
    """Return LibreOffice's program."""
    return shutil.which("soffice") or shutil.which("libreoffice")


def node() -> str | None:
    """Return Node.js: the machine's own, else the one inside the playwright wheel."""
    names = (shutil.which("node"), playwright_node())
    return next((name for name in names if name and _runs(name)), None)


def playwright_node() -> str | None:
    """Return the Node.js inside the playwright wheel: pinned, and new enough for everything."""
    spec = find_spec("playwright")
    return str(Path(spec.origin).parent / "driver" / "node") if spec and spec.origin else None


def _runs(program: str) -> bool:
    try:
        return subprocess.run([program, "--version"], capture_output=True, check=False, timeout=60).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _no_browser() -> str | None:
    if chromium() is None:
        return "Chromium fehlt"
    if not AXE.is_file():
        return "axe-core ist nicht geladen (make setup-dev)"
    if not (ENGINES / "node_modules" / "html-validate").is_dir():
        return "alfa und html-validate sind nicht geladen (make setup-dev)"
    driver = playwright_node()
    return None if driver and _runs(driver) else "Playwright läuft nicht, vielleicht fehlt libatomic1"


def _no_libreoffice() -> str | None:
    poppler = shutil.which("pdfinfo") and shutil.which("pdftotext") and shutil.which("pdftoppm")
    programs = {"LibreOffice": libreoffice(), "poppler-utils": poppler}
    missing = [name for name, found in programs.items() if not found]
    return f"es fehlt: {', '.join(missing)}" if missing else None


def _no_office() -> str | None:
    if not OFFICE.is_file():
        return "ooxml-validator ist nicht geladen (make setup-dev)"
    # Without a file it tells how it is called; that it does is all that matters.
    done = subprocess.run([OFFICE], capture_output=True, check=False, timeout=60)
    return None if b"Usage" in done.stdout + done.stderr else "ooxml-validator läuft nicht"


def _no_node() -> str | None:
    if node() is None:
        return "Node.js fehlt"
    return None if ICAL_JS.is_file() else "ical.js ist nicht geladen (make setup-dev)"


@dataclass(frozen=True, kw_only=True)
class Part:
    """Something some tests need. `marker` is the pytest marker of these tests."""

    marker: str
    tests: str
    problem: Callable[[], str | None]
    """Says what is missing, or None."""
    debian: tuple[str, ...] = ()
    """The Debian packages that bring it."""


PARTS = (
    Part(
        marker="browser",
        tests="Tests im Browser",
        problem=_no_browser,
        debian=("chromium", "fonts-liberation", "libatomic1"),
    ),
    Part(
        marker="libreoffice",
        tests="Tests der Word- und PDF-Dateien mit LibreOffice",
        problem=_no_libreoffice,
        debian=("libreoffice-writer-nogui", "poppler-utils", "fonts-liberation"),
    ),
    Part(marker="office", tests="Word- und Excel-Dateien, gelesen mit dem Open XML SDK", problem=_no_office),
    Part(marker="postgresql", tests="Tests auf PostgreSQL", problem=postgres.problem),
    Part(marker="node", tests="Kalender, gelesen mit ical.js", problem=_no_node, debian=("libatomic1",)),
)


def must_be_complete() -> bool:
    """True in continuous integration, where nothing may be left out."""
    return os.environ.get("CI", "").lower() in ("true", "1")


# --- the program ------------------------------------------------------------------------------------------------------
def main() -> int:
    """Bring what is missing; returns 1 where something must not be missing and is."""
    wanted = sorted({package for part in PARTS if part.problem() for package in part.debian})
    if wanted:
        install(wanted)
    left_out = [f"nicht ausgeführt: {part.tests} ({why})" for part in PARTS if (why := part.problem())]
    for line in left_out:
        print(line, flush=True)
    return 1 if left_out and must_be_complete() else 0


def install(packages: list[str]) -> None:
    """Install Debian packages, as root or through sudo without a password; does nothing where that is not allowed."""
    apt = shutil.which("apt-get")
    if apt is None:
        return
    prefix: list[str] = []
    if os.geteuid() != 0:
        sudo = shutil.which("sudo")
        if sudo is None or subprocess.run([sudo, "-n", "true"], capture_output=True, check=False).returncode:
            return
        prefix = [sudo, "-n"]
    base = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", apt, "-qq", "-o", "DPkg::Lock::Timeout=300"]
    print(f"Debian-Pakete werden installiert: {' '.join(packages)} …", flush=True)
    for command in ([*base, "update"], [*base, "install", "--yes", "--no-install-recommends", *packages]):
        try:
            done = subprocess.run(
                command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=INSTALL_SECONDS, check=False
            )
        except subprocess.TimeoutExpired:
            print("apt-get antwortet nicht.", file=sys.stderr)
            return
        if done.returncode:
            print(done.stderr.strip(), file=sys.stderr)


# --- the pytest plugin ------------------------------------------------------------------------------------------------
class Environment:
    """Skips, or in continuous integration fails, tests whose part is missing."""

    def __init__(self) -> None:
        self.problems: dict[str, str | None] = {}
        self.skipped = 0

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Look at the markers before any fixture is made."""
        for part in PARTS:
            if item.get_closest_marker(part.marker) is None:
                continue
            if part.marker not in self.problems:
                self.problems[part.marker] = part.problem()
            if why := self.problems[part.marker]:
                leave_out(f"{part.tests} ({why})")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count what was left out, for whatever reason."""
        if report.skipped and not hasattr(report, "wasxfail"):
            self.skipped += 1

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """In continuous integration, a run that left out a test has failed."""
        if self.skipped and must_be_complete() and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_unconfigure(self) -> None:
        """Leave the PostgreSQL server, if one was started."""
        postgres.release()


def leave_out(what: str) -> None:
    """Skip the running test, or fail it in continuous integration."""
    message = f"nicht ausgeführt: {what}"
    if must_be_complete():
        pytest.fail(message, pytrace=False)
    pytest.skip(message)


def pytest_configure(config: pytest.Config) -> None:
    """Register the plugin."""
    config.pluginmanager.register(Environment(), "govern-environment")


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """The address of an empty PostgreSQL database for this process, dropped at the end."""
    try:
        postgres.server_url()
    except postgres.UnavailableError as error:
        leave_out(f"Tests auf PostgreSQL ({error})")
    with postgres.fresh_database() as url:
        yield url


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, object]) -> dict[str, object]:
    """Let pytest-playwright use the machine's Chromium; it never fetches a browser of its own."""
    return {**browser_type_launch_args, "executable_path": chromium(), "args": CHROMIUM_ARGUMENTS}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, object]) -> dict[str, object]:
    """Browse as people in the county do."""
    return {**browser_context_args, "locale": "de-DE", "timezone_id": "Europe/Berlin"}


if __name__ == "__main__":
    raise SystemExit(main())
