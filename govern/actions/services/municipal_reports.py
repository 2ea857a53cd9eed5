"""Write and send the regular report to all municipalities (I4)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import sqlalchemy as sa

from govern.actions.mails import municipal_reports as mails
from govern.actions.models import MunicipalReport, MunicipalReportRecipient
from govern.actions.queries import municipal_reports as queries
from govern.actions.queries.order_mailboxes import organisation_mailboxes
from govern.actions.redaction import plain
from govern.actions.services.gap_reports import Confirmation, demand_harmless
from govern.actions.small_numbers import demand_no_small_numbers
from govern.db import db, now
from govern.errors import Conflict, DomainError
from govern.formats import today
from govern.mail import Attachment
from govern.people.models import User


def draft_report(
    starts_on: date, ends_on: date, foreword: str, *, confirmation: Confirmation, by: User
) -> MunicipalReport:  # fmt: skip
    """Begin a report on a period that is over, or runs."""
    report = MunicipalReport(body=by.body, created_by_id=by.id, starts_on=starts_on, ends_on=ends_on, left_out=[])
    _fill(report, starts_on, ends_on, foreword, confirmation)
    db.session.add(report)
    db.session.flush()
    return report


def change_report(
    report: MunicipalReport, starts_on: date, ends_on: date, foreword: str, *, confirmation: Confirmation, version: int,
    by: User,
) -> None:  # fmt: skip
    """Change period and foreword of a draft. A stale save is a Conflict."""
    _lock(report)
    if version != report.version:
        raise Conflict("Der Bericht wurde inzwischen geändert. Nichts wurde überschrieben.")
    _fill(report, starts_on, ends_on, foreword, confirmation)
    db.session.flush()


def choose_entries(report: MunicipalReport, chosen: Iterable[str], *, by: User) -> None:
    """Report only what was chosen of what might be reported."""
    _lock(report)
    wanted = set(chosen)
    offered = [entry["key"] for entries in queries.collect(report).values() for entry in entries]
    report.left_out = [key for key in offered if key not in wanted]
    db.session.flush()


def send_report(report: MunicipalReport, document: Attachment, *, version: int, by: User) -> int:
    """Freeze the report and send it to every municipality; returns how many mails that are.

    It goes to the mailbox; where there is none, to the accounts that act for the municipality.

    ``document`` is the report as a file, made of what the reader saw: a stale preview is a Conflict.
    """
    _lock(report)
    if version != report.version:
        raise Conflict("Der Bericht wurde inzwischen geändert. Bitte sehen Sie ihn noch einmal an.")
    content = queries.content_of(report)
    if not any(content.values()) and not report.foreword:
        raise DomainError("Der Bericht ist leer: Bitte etwas auswählen oder ein Vorwort schreiben.")
    municipalities = queries.list_municipalities(report.body)
    if not municipalities:
        raise DomainError("Es ist keine Kommune eingetragen.")
    report.content, report.sent_at = content, now()
    report.recipients = [MunicipalReportRecipient(organisation=m, address=m.email) for m in municipalities]
    db.session.flush()
    return mails.send(report, [box for m in municipalities for box in organisation_mailboxes(m)], document)


def discard_report(report: MunicipalReport, *, by: User) -> None:
    """Throw a draft away: nobody has received it."""
    _lock(report)
    db.session.delete(report)
    db.session.flush()


def _fill(report: MunicipalReport, starts_on: date, ends_on: date, foreword: str, confirmation: Confirmation) -> None:
    if ends_on < starts_on:
        raise DomainError("Das Ende liegt vor dem Anfang.", field="ends_on")
    if starts_on > today():
        raise DomainError("Der Zeitraum hat noch nicht begonnen.", field="starts_on")
    foreword = plain(foreword)
    demand_no_small_numbers(foreword, report.body.small_count_threshold, "foreword")
    demand_harmless(foreword, confirmation, "foreword")
    report.starts_on, report.ends_on, report.foreword = starts_on, ends_on, foreword


def _lock(report: MunicipalReport) -> None:
    db.session.execute(sa.select(MunicipalReport.id).where(MunicipalReport.id == report.id).with_for_update())
    db.session.refresh(report, ["sent_at", "version"])
    if report.is_sent:
        raise Conflict("Der Bericht ist schon versandt.")
