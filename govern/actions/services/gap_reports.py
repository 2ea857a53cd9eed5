"""Report gaps, add to reports, take them back; release, decline and take up again."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

import sqlalchemy as sa

from govern.actions.guard import FindingKind, find
from govern.actions.models import (
    REPORT_TRANSITIONS,
    ChainPlace,
    ConfirmReason,
    Frequency,
    GapKind,
    GapReport,
    Matter,
    MatterEvent,
    MatterEventKind,
    ReportEvent,
    ReportEventKind,
    ReportRelease,
    ReportSource,
    ReportState,
    ReportStem,
    ReportText,
)
from govern.actions.redaction import blacked_out, passages_of, plain
from govern.actions.services.stems import index_report
from govern.actions.small_numbers import demand_no_small_numbers
from govern.db import SENT_TWICE, db, now
from govern.errors import Conflict, DomainError
from govern.formats import today
from govern.people.models import User
from govern.people.services.number_ranges import next_number

SERIES = "gap_report"
AUTHOR, COORDINATION = "Meldende Stelle", "Koordination"
STALE = "Die Meldung hat sich inzwischen geändert. Bitte sehen Sie sie noch einmal an."


@dataclass(frozen=True, kw_only=True)
class Confirmation:
    """What the guard found and the author sends all the same, and why."""

    kinds: Collection[FindingKind] = ()
    reason: ConfirmReason | None = None
    known: Collection[str] = ()
    """Names of institutions, places and committees, which are nobody's name."""


@dataclass(frozen=True, kw_only=True)
class Report:
    """What was chosen and written."""

    source: ReportSource
    action_field: str
    gap_kind: GapKind
    frequency: Frequency
    headline: str
    text: str = ""
    municipality_id: int | None = None
    legal_area_from: str | None = None
    legal_area_to: str | None = None
    target_group: str | None = None
    chain_place: ChainPlace | None = None
    committee_id: int | None = None
    confirmation: Confirmation = field(default_factory=Confirmation)


def report_gap(wanted: Report, *, by: User) -> GapReport:
    """File a gap report (E1, E2, E3, E10); the author gets a number under which every later stage is found.

    A form sent twice, by a second tap or a poor connection, is one report: the one that is there is returned.
    """
    headline, text = plain(wanted.headline), plain(wanted.text)
    kinds = demand_harmless(f"{headline}\n{text}", wanted.confirmation, "headline")
    if (sent := _just_sent(wanted, headline, text, by=by)) is not None:
        return sent
    year = today().year
    sequence = next_number(by.body_id, SERIES, year)
    report = GapReport(
        body_id=by.body_id, number=f"M-{year}-{sequence:03d}", year=year, sequence_number=sequence,
        source=wanted.source, author=by, author_function=by.function_label, committee_id=wanted.committee_id,
        municipality_id=wanted.municipality_id, action_field=wanted.action_field,
        legal_area_from=wanted.legal_area_from, legal_area_to=wanted.legal_area_to, target_group=wanted.target_group,
        gap_kind=wanted.gap_kind, chain_place=wanted.chain_place, frequency=wanted.frequency,
    )  # fmt: skip
    report.texts = [_text(1, headline, text, kinds, wanted.confirmation)]
    _note(report, ReportEventKind.REPORTED, by=by, function=AUTHOR)
    db.session.add(report)
    db.session.flush()
    index_report(report)
    return report


def _just_sent(wanted: Report, headline: str, text: str, *, by: User) -> GapReport | None:
    db.session.execute(sa.select(User.id).where(User.id == by.id).with_for_update())
    chosen = ("source", "action_field", "gap_kind", "frequency", "municipality_id", "legal_area_from", "legal_area_to",
              "target_group", "chain_place", "committee_id")  # fmt: skip
    return db.session.scalars(
        sa.select(GapReport)
        .join(ReportText, sa.and_(ReportText.report_id == GapReport.id, ReportText.number == 1))
        .where(
            GapReport.author_id == by.id, GapReport.reported_at >= now() - SENT_TWICE,
            GapReport.state != ReportState.WITHDRAWN, ReportText.headline == headline, ReportText.text == text,
            *(getattr(GapReport, name).is_not_distinct_from(getattr(wanted, name)) for name in chosen),
        )
        .limit(1)
    ).first()  # fmt: skip


def add_supplement(report: GapReport, text: str, *, confirmation: Confirmation, by: User) -> None:
    """Add to a report; what stands there stays as it is."""
    _lock(report)
    if report.state is ReportState.WITHDRAWN:
        raise DomainError("Die Meldung ist zurückgezogen.")
    text = plain(text)
    if not text:
        raise DomainError("Bitte schreiben Sie, was hinzukommt.", field="text")
    kinds = demand_harmless(text, confirmation, "text")
    report.texts.append(_text(len(report.texts) + 1, "", text, kinds, confirmation))
    _note(report, ReportEventKind.SUPPLEMENTED, by=by, function=AUTHOR)
    db.session.flush()
    index_report(report)


def withdraw_report(report: GapReport, *, by: User) -> None:
    """Take a report back: its words, releases and stems are deleted; number, choices and stages remain."""
    _lock(report)
    _demand(report, ReportState.WITHDRAWN)
    matter = report.matter
    if matter is not None:
        _note_at_matter(matter, report, MatterEventKind.REPORT_TAKEN_OUT, by=by, function=AUTHOR)
    report.state, report.matter = ReportState.WITHDRAWN, None
    report.texts.clear()
    report.releases.clear()
    _note(report, ReportEventKind.WITHDRAWN, by=by, function=AUTHOR)
    db.session.flush()
    db.session.execute(sa.delete(ReportStem).where(ReportStem.report_id == report.id))


def release_report(report: GapReport, *, headline: str, text: str, version: int, by: User) -> ReportRelease:
    """Let others read a report's words, with the marked passages blacked out; the original stays apart."""
    _lock(report)
    if version != report.version:
        raise Conflict(STALE)
    if not report.texts or report.state is ReportState.WITHDRAWN:
        raise DomainError("Die Meldung ist zurückgezogen; es gibt nichts freizugeben.")
    of_headline = passages_of(headline, report.headline, field="headline")
    of_text = passages_of(text, report.full_text, field="text")
    read = {"headline": blacked_out(report.headline, of_headline), "text": blacked_out(report.full_text, of_text)}
    for name, words in read.items():
        demand_no_small_numbers(words, report.body.small_count_threshold, name)
    _revoke(report)
    release = ReportRelease(
        number=len(report.releases) + 1, **read, redactions={"headline": of_headline, "text": of_text},
        text_count=len(report.texts), released_by_id=by.id,
    )  # fmt: skip
    report.releases.append(release)
    _note(report, ReportEventKind.RELEASED, by=by)
    report.version += 1
    db.session.flush()
    return release


def revoke_release(report: GapReport, *, by: User) -> None:
    """Nobody but author and coordination reads the report from now on."""
    _lock(report)
    if report.release is None:
        raise DomainError("Die Meldung ist nicht freigegeben.")
    _revoke(report)
    _note(report, ReportEventKind.REVOKED, by=by)
    db.session.flush()


def decline_report(report: GapReport, reason: str, *, by: User) -> None:
    """Say that a report is not followed; the author reads why."""
    _lock(report)
    _demand(report, ReportState.DECLINED)
    if not reason.strip():
        raise DomainError("Bitte begründen: Wer gemeldet hat, liest es.", field="reason")
    demand_no_small_numbers(reason, report.body.small_count_threshold, "reason")
    report.state = ReportState.DECLINED
    _note(report, ReportEventKind.DECLINED, by=by, reason=reason.strip())
    db.session.flush()


def take_up_report(report: GapReport, *, by: User) -> None:
    """Put a declined report back into the inbox."""
    _lock(report)
    _demand(report, ReportState.RECEIVED)
    if report.state is not ReportState.DECLINED:
        raise DomainError("Die Meldung ist noch einer Lücke zugeordnet.")
    report.state = ReportState.RECEIVED
    _note(report, ReportEventKind.TAKEN_UP, by=by)
    db.session.flush()


def unconfirmed(text: str, confirmation: Confirmation) -> list[FindingKind]:
    """Kinds of client data in ``text`` that nobody has confirmed to be harmless."""
    found = {finding.kind for finding in find(text, confirmation.known)}
    confirmed = set(confirmation.kinds) if confirmation.reason is not None else set()
    return [kind for kind in FindingKind if kind in found - confirmed]


def demand_harmless(text: str, confirmation: Confirmation, where: str) -> list[str]:
    """The kinds of client data the guard found, all confirmed. Raises DomainError when one is not."""
    missing = unconfirmed(text, confirmation)
    if missing:
        kinds = ", ".join(kind.label for kind in missing)
        raise DomainError(
            f"Bitte prüfen: Im Text steht vermutlich etwas über einzelne Menschen ({kinds}).", field=where
        )
    return sorted({finding.kind.value for finding in find(text, confirmation.known)})


def _text(number: int, headline: str, text: str, kinds: list[str], confirmation: Confirmation) -> ReportText:
    return ReportText(
        number=number, headline=headline, text=text, confirmed_kinds=kinds,
        confirm_reason=confirmation.reason if kinds else None,
    )  # fmt: skip


def _revoke(report: GapReport) -> None:
    for release in report.releases:
        if release.revoked_at is None:
            release.revoked_at = now()


def _lock(report: GapReport) -> None:
    db.session.execute(sa.select(GapReport.id).where(GapReport.id == report.id).with_for_update())
    db.session.refresh(report, ["state", "version", "matter_id"])


def _demand(report: GapReport, wanted: ReportState) -> None:
    if wanted not in REPORT_TRANSITIONS[report.state]:
        raise Conflict(f"Die Meldung ist inzwischen im Stand „{report.state.label}“; das geht jetzt nicht mehr.")


def _note(
    report: GapReport, kind: ReportEventKind, *, by: User, function: str = COORDINATION, reason: str | None = None
) -> None:
    report.events.append(ReportEvent(kind=kind, by_id=by.id, function=function, reason=reason))


def _note_at_matter(matter: Matter, report: GapReport, kind: MatterEventKind, *, by: User, function: str) -> None:
    # The author's account stands in no history of a matter: the function says enough.
    db.session.add(MatterEvent(matter_id=matter.id, kind=kind, report_id=report.id, function=function))
