"""Work beside the pages: once a minute, once a day, and what keeps it from happening twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from govern import jobs
from govern.app import create_app
from govern.db import db
from govern.jobs import JobRun
from govern.mail import OutgoingMail
from govern.people.services.outbox import send_waiting
from tests.conftest import make_settings
from tests.factories import make_body
from tests.mailbox import Mailbox, mail_server
from tests.test_sending import queue

DAY = date(2026, 5, 4)
ran: list[date] = []


def remind(day: date) -> None:
    ran.append(day)
    queue_one("Erinnerung")


def fail(day: date) -> None:
    queue_one("Das darf nicht bleiben")
    raise RuntimeError("broken")


def queue_one(subject: str) -> None:
    db.session.add(
        OutgoingMail(
            to_address="a@muster.example",
            from_address="b@muster.example",
            subject=subject,
            text="x",
            message_id=f"<{subject}-{len(ran)}@x>",
        )
    )


@pytest.fixture(autouse=True)
def own_jobs(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(jobs, "daily", [fail, remind])
    ran.clear()
    yield


def subjects() -> list[str]:
    return list(db.session.scalars(sa.select(OutgoingMail.subject).order_by(OutgoingMail.id)))


def test_a_daily_job_runs_once_a_day_and_a_broken_one_leaves_nothing(app: Flask) -> None:
    assert jobs.run_daily(DAY) == [jobs.name_of(remind)]
    assert jobs.run_daily(DAY) == []
    assert ran == [DAY]
    assert subjects() == ["Erinnerung"]
    assert db.session.scalars(sa.select(JobRun.name)).all() == [jobs.name_of(remind)]
    jobs.run_daily(date(2026, 5, 5))
    assert ran == [DAY, date(2026, 5, 5)]


def test_the_key_holds_where_two_workers_begin_at_once(app: Flask) -> None:
    db.session.add(JobRun(name=jobs.name_of(remind), day=DAY))
    db.session.commit()
    assert not jobs._run_once(remind, DAY)
    assert ran == []


def test_the_command_does_the_same_by_hand(app: Flask) -> None:
    runner = app.test_cli_runner()
    assert "remind" in runner.invoke(args=["daily", "--tag", "2026-05-04"]).output
    assert "nichts mehr zu tun" in runner.invoke(args=["daily", "--tag", "2026-05-04"]).output
    assert ran == [DAY]


def test_a_fault_in_one_job_does_not_keep_the_others_from_running(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[bool] = []

    def broken(_is_stopping: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(jobs, "every_minute", [broken, lambda is_stopping: seen.append(is_stopping())])
    jobs.run_every_minute(lambda: True)
    assert seen == [True]


@pytest.mark.parametrize("is_demo", [True, False])
def test_nothing_leaves_a_demo(app: Flask, is_demo: bool, tmp_path: Path) -> None:
    make_body().is_demo = is_demo
    row = queue()
    box = Mailbox()
    with mail_server(box) as url:
        settings = make_settings(tmp_path, "sqlite://", mail_url=url)
        assert send_waiting(settings, lambda: False) == ((0, 0) if is_demo else (1, 0))
    db.session.refresh(row)
    assert (len(box.envelopes), row.state.value) == ((0, "queued") if is_demo else (1, "sent"))
    assert send_waiting(make_settings(tmp_path, "sqlite://"), lambda: False) == (0, 0)


def test_each_database_has_its_queue(tmp_path: Path) -> None:
    huey = jobs.make_huey(make_settings(tmp_path, f"sqlite:///{tmp_path / 'x.sqlite'}"))
    assert type(huey).__name__ == "SqliteHuey"
    assert (tmp_path / "jobs.sqlite").exists()
    huey.storage.close()


@pytest.mark.slow
def test_an_application_in_test_mode_wakes_no_worker_even_beside_another(app: Flask, tmp_path: Path) -> None:
    """The session belongs to all applications of a process."""
    create_app(make_settings(tmp_path, f"sqlite:///{tmp_path / 'other.sqlite'}"))
    queue()
    db.session.commit()
    assert "govern-jobs" not in app.extensions
