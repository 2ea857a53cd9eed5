"""Commands of Govern as processes of their own, without each of them reading the whole program again."""

from __future__ import annotations

import os
import sys
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path

from flask.cli import main

from tests.compiled import keep_compiled_templates
from tests.proofs import ROOT

_forks = get_context("forkserver")
_forks.set_forkserver_preload(["tests.processes", "govern.app"])


def flask_process(arguments: list[str], environment: dict[str, str], *, typed: str = "", output: Path) -> BaseProcess:
    """Start ``flask --app wsgi …`` with further variables; what it writes goes to a file, ``typed`` is what it reads.

    The process comes from a server of the standard library that has loaded the program and has nothing open: no
    database, no thread. It takes signals and leaves an exit status as any other.
    """
    process = _forks.Process(target=_run, args=(arguments, environment, typed, str(output)))
    process.start()
    return process


def _run(arguments: list[str], environment: dict[str, str], typed: str, output: str) -> None:
    os.chdir(ROOT)
    keep_compiled_templates()
    for name in [name for name in os.environ if name.startswith("GOVERN_")]:
        del os.environ[name]
    os.environ |= environment
    written = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.dup2(written, 1)
    os.dup2(written, 2)
    reading, writing = os.pipe()
    os.write(writing, typed.encode())
    os.close(writing)
    os.dup2(reading, 0)
    sys.stdin, sys.stdout, sys.stderr = open(0), open(1, "w"), open(2, "w")  # noqa: SIM115 (they stay open to the end)
    sys.argv = ["flask", "--app", "wsgi", *arguments]
    main()
