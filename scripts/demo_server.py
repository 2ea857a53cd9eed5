"""The demo on a free port, with an instance folder of its own, for as long as a script needs it."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from govern.demo.counties import COUNTIES
from govern.demo.persons import PASSWORD

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 120


@dataclass(frozen=True, kw_only=True)
class DemoServer:
    """Where the demo answers, and the coordinator's account in it."""

    url: str
    email: str
    password: str


@contextmanager
def demo_server(county: str, loaded: Path | None = None) -> Iterator[DemoServer]:
    """Load one county's demo into a temporary folder, serve it, and take both away in the end.

    ``loaded`` is an instance folder with that demo, to begin with a copy of.
    """
    with tempfile.TemporaryDirectory(prefix="govern-demo-") as folder:
        if loaded:
            shutil.copytree(loaded, folder, dirs_exist_ok=True)
        url = f"http://127.0.0.1:{free_port()}"
        environment = {name: value for name, value in os.environ.items() if not name.startswith("GOVERN_")}
        environment |= {"GOVERN_INSTANCE": folder, "GOVERN_BASE_URL": url}
        flask = [sys.executable, "-m", "flask", "--app", "wsgi"]
        with (Path(folder) / "server.log").open("w+", encoding="utf-8") as log:
            server = subprocess.Popen(
                [*flask, "demo", "--kreis", county], cwd=ROOT, env=environment, stdout=log, stderr=log
            )
            try:
                wait_for(url, server, log.name)
                yield DemoServer(url=url, email=f"koordination@{COUNTIES[county].domain}", password=PASSWORD)
            finally:
                server.send_signal(signal.SIGINT)
                try:
                    server.wait(timeout=10)
                except subprocess.TimeoutExpired:
                    server.kill()
                    server.wait()


def free_port() -> int:
    """Return a port of the loopback address that nobody uses right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for(url: str, server: subprocess.Popen[bytes], log: str) -> None:
    """Return as soon as the server answers its health question."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if server.poll() is not None:
            break
        try:
            with urlopen(f"{url}/health", timeout=5):  # noqa: S310 (our own http address)
                return
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    raise SystemExit(f"Die Vorführung startet nicht:\n{Path(log).read_text(encoding='utf-8')}")
