"""Work beside the pages: sending mails each minute, deadlines once a day. One worker does it, or several.

The queue (huey) only wakes the worker sooner; it may lose a job or bring it twice. What must happen is known from the
database: mails wait in the outbox and are claimed (`delivery`), a daily job has a row for each day on which it ran.

A package contributes by appending to `every_minute`, `daily` or `at_start` in `govern/app.py`.
"""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from flask import Flask, current_app
from huey import Huey, PostgresHuey, SqliteHuey, crontab
from huey.consumer import Consumer
from sqlalchemy import UniqueConstraint
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from govern.config import Settings
from govern.db import Base, UtcDateTime, db, now
from govern.formats import local
from govern.mail import OutgoingMail

log = logging.getLogger("govern.jobs")

every_minute: list[Callable[[Callable[[], bool]], object]] = []
"""Called again and again, possibly by two workers at once; commits for itself and ends soon after the given question
„is the worker stopping?" is answered with yes."""

daily: list[Callable[[date], None]] = []
"""Called once for each day, from six in the morning; never commits. What it changes and the note that it ran are kept
together or not at all. A day on which no worker ran is not made up for: ask „what is due up to this day?"."""

at_start: list[Callable[[], None]] = []
"""Called when a worker starts, by each: what an update left to do. Commits for itself and can be done again."""

FIRST_HOUR = 6
"""Nobody wants reminders at midnight."""


class JobRun(Base):
    """A daily job that was done for a day; the key keeps two workers from doing it twice."""

    __tablename__ = "job_run"
    __audit__ = None

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    day: Mapped[date]
    ran_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)

    __table_args__ = (UniqueConstraint("name", "day"),)


def run_every_minute(is_stopping: Callable[[], bool] = lambda: False) -> None:
    """Do what is to be done each minute; a fault in one job does not keep the others from running."""
    for job in every_minute:
        try:
            job(is_stopping)
        except Exception:
            log.exception("job %s failed", name_of(job))
        finally:
            db.session.rollback()


def run_at_start() -> None:
    """Do what an update left to do; a fault in one job does not keep the others from running."""
    for job in at_start:
        try:
            job()
        except Exception:
            log.exception("job %s failed", name_of(job))
        finally:
            db.session.rollback()


def run_daily(day: date) -> list[str]:
    """Do what was not done for ``day`` yet; returns the names of the jobs that ran. Faults are tried again later."""
    done = set(db.session.scalars(sa.select(JobRun.name).where(JobRun.day == day)))
    db.session.rollback()
    return [name_of(job) for job in daily if name_of(job) not in done and _run_once(job, day)]


def _run_once(job: Callable[[date], None], day: date) -> bool:
    try:
        db.session.add(JobRun(name=name_of(job), day=day))
        db.session.flush()  # a second worker waits here until the first has committed, and then gives up
    except IntegrityError:
        db.session.rollback()
        return False
    try:
        job(day)
        db.session.commit()
    except Exception:
        db.session.rollback()
        log.exception("job %s failed for %s", name_of(job), day)
        return False
    return True


def name_of(job: Callable[..., object]) -> str:
    """The name under which a job is noted; it must not change."""
    return f"{job.__module__.removeprefix('govern.')}.{job.__qualname__}"


def init_app(app: Flask) -> None:
    """Wake the worker whenever mails were committed; not in tests, which call what they need."""
    if not app.config.get("TESTING"):
        # The session belongs to all applications of a process: who asks is seen when it happens.
        sa.event.listen(db.session, "after_flush", _note_mails)
        sa.event.listen(db.session, "after_commit", _nudge)


def _note_mails(session: Session, _context: Any) -> None:
    if any(isinstance(row, OutgoingMail) for row in session.new):
        session.info["has_new_mails"] = True


def _nudge(session: Session) -> None:
    if not session.info.pop("has_new_mails", False) or current_app.config.get("TESTING"):
        return
    try:
        queue_of(current_app)()
    except Exception:  # the mails are safe in the outbox and go with the next minute
        log.warning("the worker could not be woken", exc_info=True)


def queue_of(app: Flask) -> Callable[[], Any]:
    """What puts „look into the outbox now" into the queue of ``app``."""
    return _tasks(app)[1]


def _tasks(app: Flask) -> tuple[Huey, Callable[[], Any], Callable[[], Any]]:
    # Made on first use: a program that only shows a page of help needs no queue and no database.
    known: tuple[Huey, Callable[[], Any], Callable[[], Any]] | None = app.extensions.get("govern-jobs")
    if known is None:
        known = app.extensions["govern-jobs"] = _make_tasks(getattr(app, "_get_current_object", lambda: app)())
    return known


def _make_tasks(app: Flask) -> tuple[Huey, Callable[[], Any], Callable[[], Any]]:
    huey = make_huey(app.config["SETTINGS"])

    def is_stopping() -> bool:
        flag = app.extensions.get("govern-jobs-stop")
        return bool(flag and flag.is_set())

    is_sweeping, is_wanted = threading.Lock(), threading.Event()

    def sweep() -> None:
        # One conversation with the mail server at a time; who comes meanwhile has it looked at once more.
        is_wanted.set()
        while is_wanted.is_set() and is_sweeping.acquire(blocking=False):
            try:
                is_wanted.clear()
                with app.app_context():
                    run_every_minute(is_stopping)
            finally:
                is_sweeping.release()

    def look_at_day() -> None:
        moment = local(now())
        if moment.hour >= FIRST_HOUR:
            with app.app_context():
                run_daily(moment.date())

    def start() -> None:
        with app.app_context():
            run_at_start()

    huey.periodic_task(crontab(), name="each_minute")(sweep)
    huey.periodic_task(crontab(minute="*/5"), name="each_day")(look_at_day)
    return huey, huey.task(name="sweep")(sweep), huey.task(name="start")(start)


def make_huey(settings: Settings) -> Huey:
    """The queue: a file in the instance folder, or tables named `huey_…` where the database is PostgreSQL."""
    url = sa.make_url(settings.database_url)
    if url.get_backend_name() == "postgresql":
        dsn = url.set(drivername="postgresql").render_as_string(hide_password=False)
        return PostgresHuey("govern", dsn=dsn, results=False)
    return SqliteHuey("govern", filename=str(settings.instance / "jobs.sqlite"), results=False)


class Worker(Consumer):
    """Takes jobs until it is told to stop; then it finishes the mail in hand.

    ``is_embedded``: it runs inside another program, which has the signals.
    """

    def __init__(self, app: Flask, *, is_embedded: bool = False) -> None:
        huey, wake, start = _tasks(app)
        self._is_embedded = is_embedded
        super().__init__(huey, workers=2, max_delay=5, check_worker_health=True)
        self._signal_actions[signal.SIGTERM] = (False, True)  # as gracefully as SIGINT
        app.extensions["govern-jobs-stop"] = self.stop_flag
        wake()  # what waited while no worker ran
        start()

    def _set_signal_handlers(self) -> None:
        if not self._is_embedded:
            super()._set_signal_handlers()
