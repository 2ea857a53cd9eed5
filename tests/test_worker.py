"""The worker as a process of its own: killed in the middle, told to stop, woken by a new mail."""

from __future__ import annotations

import itertools
import os
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from govern import mail
from govern.app import create_app
from govern.db import db, now
from govern.delivery import LEASE
from govern.mail import MailState, OutgoingMail
from tests import postgres
from tests.conftest import make_settings
from tests.factories import make_body
from tests.mailbox import Mailbox, mail_server
from tests.processes import flask_process

pytestmark = pytest.mark.slow
PATIENCE = 120
WORKERS = itertools.count(1)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def installation(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """An installation of its own, whose rows other processes see; not in test mode, so commits wake the worker."""
    if request.param == "sqlite":
        yield from _installed(tmp_path, f"sqlite:///{tmp_path / 'govern.sqlite'}")
    else:
        with postgres.fresh_database() as url:
            yield from _installed(tmp_path, url)


def _installed(instance: Path, url: str) -> Iterator[Flask]:
    app = create_app(make_settings(instance, url))
    with app.app_context():
        db.create_all()  # as the migrations do, which test_migrations shows
        make_body()
        yield app
        db.session.remove()
        db.engine.dispose()
    if "govern-jobs" in app.extensions:
        app.extensions["govern-jobs"][0].storage.close()


class WorkerProcess:
    """`flask --app wsgi worker` for an installation."""

    def __init__(self, app: Flask, mail_url: str) -> None:
        settings = app.config["SETTINGS"]
        self.process = flask_process(
            ["worker"], {
                "GOVERN_INSTANCE": str(settings.instance), "GOVERN_DATABASE_URL": settings.database_url,
                "GOVERN_MAIL_URL": mail_url, "GOVERN_BASE_URL": settings.base_url,
                "GOVERN_SECRET_KEY": settings.secret_key,
            }, output=Path(settings.instance) / f"worker-{next(WORKERS)}.log",
        )  # fmt: skip

    def send(self, signum: int) -> None:
        assert self.process.pid is not None
        os.kill(self.process.pid, signum)

    def wait(self) -> int | None:
        """The exit status; a signal's number negative."""
        self.process.join(PATIENCE)
        return self.process.exitcode

    def end(self, signum: int) -> int | None:
        """Send the signal and wait; returns the exit status."""
        self.send(signum)
        return self.wait()

    def __enter__(self) -> WorkerProcess:
        return self

    def __exit__(self, *_error: object) -> None:
        if self.process.is_alive():
            self.end(signal.SIGKILL)


def wait_until(is_true: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not is_true():
        assert time.monotonic() < end, "nothing happened"
        time.sleep(0.05)


def queue(number: int) -> None:
    mail.queue(body_id=None, to_address=f"p{number}@muster.example", to_name=None, text="Text", subject="Einladung",
               from_address="govern@muster.example", from_name=None, host="muster.example")  # fmt: skip


def states() -> Counter[Any]:
    found: Counter[Any] = Counter(row.shown_state for row in db.session.scalars(sa.select(OutgoingMail)))
    db.session.rollback()
    return found


@pytest.mark.proves("E-03", "C1", "C2")
def test_a_worker_killed_in_the_middle_of_sixty_loses_none_and_doubles_at_most_the_one_in_flight(
    installation: Flask,
) -> None:
    for number in range(60):
        queue(number)
    db.session.commit()
    box = Mailbox()
    with mail_server(box) as url:
        with WorkerProcess(installation, url) as worker:

            def kill(_server: Any) -> None:
                if len(box.envelopes) == 23:  # the server has the text, the worker does not know it yet
                    worker.send(signal.SIGKILL)

            box.before_answer = kill
            assert worker.wait() == -signal.SIGKILL
        assert states() == {MailState.SENT: 22, MailState.SENDING: 1, MailState.QUEUED: 37}
        db.session.execute(  # ten minutes later
            sa.update(OutgoingMail).values(claimed_at=now() - LEASE - timedelta(seconds=1))
        )
        db.session.commit()
        box.before_answer = lambda _server: None
        with WorkerProcess(installation, url) as worker:
            wait_until(lambda: states()[MailState.SENT] == 59)
            assert worker.end(signal.SIGINT) == 0
    arrived = Counter(box.message_ids)
    assert len(arrived) == 60
    twice = [message_id for message_id, times in arrived.items() if times > 1]
    assert [arrived[m] for m in twice] == [2]
    unclear = [r for r in db.session.scalars(sa.select(OutgoingMail)) if r.shown_state is MailState.UNCLEAR]
    assert [row.message_id for row in unclear] == twice


@pytest.mark.proves("C1")
@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM], ids=["SIGINT", "SIGTERM"])
def test_a_worker_told_to_stop_finishes_the_mail_in_hand(installation: Flask, signum: int) -> None:
    for number in range(20):
        queue(number)
    db.session.commit()
    box = Mailbox()
    with mail_server(box) as url, WorkerProcess(installation, url) as worker:

        def stop(_server: Any) -> None:
            if len(box.envelopes) == 5:
                worker.send(signum)
                time.sleep(0.5)

        box.before_answer = stop
        assert worker.wait() == 0
    found = states()
    assert set(found) == {MailState.SENT, MailState.QUEUED}
    assert 5 <= found[MailState.SENT] == len(box.envelopes) < 20


@pytest.mark.proves("C1")
def test_a_new_mail_wakes_the_worker(installation: Flask) -> None:
    box = Mailbox()
    with mail_server(box) as url, WorkerProcess(installation, url) as worker:
        queue(1)
        db.session.commit()
        wait_until(lambda: len(box.envelopes) == 1)  # the worker is there
        started = time.monotonic()
        queue(2)
        db.session.commit()
        wait_until(lambda: len(box.envelopes) == 2)
        assert time.monotonic() - started < 30  # not only with the next full minute
        assert worker.end(signal.SIGINT) == 0


def test_two_workers_share_the_work(installation: Flask) -> None:
    for number in range(40):
        queue(number)
    db.session.commit()
    box = Mailbox()
    with (
        mail_server(box) as url,
        WorkerProcess(installation, url) as first,
        WorkerProcess(installation, url) as second,
    ):
        wait_until(lambda: states()[MailState.SENT] == 40)
        assert (first.end(signal.SIGINT), second.end(signal.SIGINT)) == (0, 0)
    assert set(Counter(box.message_ids).values()) == {1}
