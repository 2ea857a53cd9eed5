"""What the yearly report counts, and its editions; nothing confidential, and gap reports only as released."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from govern.actions.models import (
    ChainVersion,
    Effect,
    Evaluation,
    EvaluationResult,
    Matter,
    MatterState,
    Project,
    ProjectReport,
    ServiceChain,
    StateForwarding,
    TermKind,
    WorkOrder,
    WorkOrderState,
)
from govern.actions.periods import Period, moments_of
from govern.actions.queries.vocabularies import terms_of
from govern.committees.models import Committee, seat_organisation
from govern.db import db
from govern.formats import count, date_text, local
from govern.meetings.models import CLOSED_STATES, AgendaItem, Attendance, AttendanceState, Meeting, Resolution
from govern.overview.models import YearlyReport
from govern.overview.queries.report_figures import list_releases, period_of, released_figures
from govern.overview.yearly_content import TOTAL, Chapter, Figures, Row, Source, assemble, mask_matters, matters_of
from govern.people.models import Body, Organisation

KEY_FIGURES = ["Kennzahl", "Wert"]
IN_THE_ROOM = [state for state in AttendanceState if state.in_the_room]


@dataclass(frozen=True)
class Preparation:
    """A year under way: its draft and editions, the chapters as the figures have them, and the report they make."""

    draft: YearlyReport | None
    editions: Sequence[YearlyReport]
    """The newest first."""
    chapters: Mapping[str, Chapter]
    content: dict[str, Any]


def prepare(body: Body, year: int) -> Preparation:
    """The report on ``year`` as it would be frozen now; eight statements."""
    rows = db.session.scalars(
        sa.select(YearlyReport)
        .where(YearlyReport.body_id == body.id, YearlyReport.year == year)
        .order_by(YearlyReport.edition.desc())
    ).all()
    draft = next((row for row in rows if not row.is_frozen), None)
    editions = [row for row in rows if row.is_frozen]
    first = editions[-1].content if editions else None
    period = Period(year)
    chapters = {
        "meetings": _meetings(body, period),
        "resolutions": _resolutions(body, period),
        "orders": _orders(body, period),
        "reports": _reports(body, period),
        "matters": matters_of(first) if first else _matters(body, period),
        **_effects(body, period),
    }
    return Preparation(draft, editions, chapters, assemble(chapters, draft.texts if draft else {}))


def _meetings(body: Body, period: Period) -> Chapter:
    first, after = moments_of(period)
    came = sa.func.max(sa.case((Attendance.state.in_(IN_THE_ROOM), 1), else_=0))
    rows = db.session.execute(
        sa.select(Meeting.id, Meeting.starts_at, Committee.name.label("committee"), Organisation.name.label("who"),
                  came.label("came"))
        .join(Committee, Committee.id == Meeting.committee_id)
        .outerjoin(Attendance, sa.and_(Attendance.meeting_id == Meeting.id, Attendance.state.is_not(None)))
        .outerjoin(seat_organisation, seat_organisation.c.seat_id == Attendance.seat_id)
        .outerjoin(Organisation, Organisation.id == seat_organisation.c.organisation_id)
        .where(Committee.body_id == body.id, Committee.is_kim, Meeting.state.in_(CLOSED_STATES),
               Meeting.deleted_at.is_(None), Meeting.starts_at >= first, Meeting.starts_at < after)
        .group_by(Meeting.id, Meeting.starts_at, Committee.name, Organisation.name, Organisation.sort_name)
        .order_by(Committee.name, Meeting.starts_at, Meeting.id, Organisation.sort_name)
    ).all()  # fmt: skip
    held: dict[str, dict[int, date]] = {}
    seats: dict[str, dict[int, bool]] = {}
    for row in rows:
        held.setdefault(row.committee, {})[row.id] = local(row.starts_at).date()
        if row.who is not None:
            seats.setdefault(row.who, {})[row.id] = bool(row.came)
    days = {key: day for meetings in held.values() for key, day in meetings.items()}
    if not days:
        return Chapter("Im Berichtsjahr liegt keine Sitzung mit geschlossenem Protokoll vor.")
    committees = [Row([name, str(len(found)), ", ".join(f"{day.day}.{day.month}." for day in found.values())],
                      [_source("meeting", key, date_text(day)) for key, day in found.items()])
                  for name, found in held.items()]  # fmt: skip
    attendance = [Row([who, f"{sum(found.values())} von {len(found)}"],
                      [_source("meeting", key, date_text(days[key])) for key, was in found.items() if was])
                  for who, found in sorted(seats.items())]  # fmt: skip
    return Chapter(
        f"Im Berichtsjahr {'tagte' if len(held) == 1 else 'tagten'} {count(len(held), 'Gremium', 'Gremien')} in "
        f"{count(len(days), 'Sitzung', 'Sitzungen')}.",
        [Figures("Sitzungen je Gremium", ["Gremium", "Sitzungen", "Termine"], committees),
         Figures("Beteiligung der Institutionen", ["Institution", "vertreten in Sitzungen"], attendance)],
        ["Vertreten heißt: Mindestens ein Sitz der Institution war anwesend oder durch Stellvertretung besetzt; "
         "gezählt sind die Sitzungen, in denen sie einen Sitz hatte."],
    )  # fmt: skip


def _resolutions(body: Body, period: Period) -> Chapter:
    rows = db.session.execute(
        sa.select(Resolution.id, Resolution.number, Resolution.implementation)
        .join(Resolution.committee)
        .outerjoin(AgendaItem, AgendaItem.id == Resolution.item_id)
        .outerjoin(Meeting, Meeting.id == AgendaItem.meeting_id)
        .where(
            Committee.body_id == body.id, Committee.is_kim, Resolution.is_adopted, Resolution.is_public,
            Resolution.number.is_not(None), Resolution.cancelled_at.is_(None), _within(Resolution.resolved_on, period),
            sa.or_(Resolution.item_id.is_(None), sa.and_(AgendaItem.is_public, Meeting.state.in_(CLOSED_STATES))),
        )
        .order_by(Resolution.resolved_on, Resolution.id)
    ).all()  # fmt: skip
    every = [_source("resolution", row.id, row.number) for row in rows]
    by_state: dict[str, list[Source]] = {}
    for row, source in zip(rows, every, strict=True):
        by_state.setdefault(row.implementation.label, []).append(source)
    lines = [_row("gefasst", every), *(_row(f"davon {label}", found) for label, found in sorted(by_state.items()))]
    return Chapter(f"Im Berichtsjahr {_were(len(rows), 'öffentlicher Beschluss', 'öffentliche Beschlüsse')} gefasst.",
                   [Figures("Öffentliche Beschlüsse", KEY_FIGURES, lines)],
                   ["Der Stand der Umsetzung ist der vom Tag dieses Berichts."])  # fmt: skip


def _orders(body: Body, period: Period) -> Chapter:
    rows = db.session.execute(
        sa.select(WorkOrder.id, WorkOrder.number, WorkOrder.issued_on, WorkOrder.done_on, WorkOrder.due_on)
        .join(WorkOrder.committee)
        .where(
            WorkOrder.body_id == body.id, Committee.is_kim, WorkOrder.is_public,
            WorkOrder.state.not_in([WorkOrderState.DRAFT, WorkOrderState.WITHDRAWN]),
            WorkOrder.issued_on <= period.ends_on,
            sa.or_(WorkOrder.done_on.is_(None), WorkOrder.done_on >= period.starts_on),
        )
        .order_by(WorkOrder.issued_on, WorkOrder.id)
    ).all()  # fmt: skip
    lines: dict[str, list[Source]] = {label: [] for label in (
        "erteilt", "erledigt", "davon in der Frist", "am Jahresende offen", "davon über der Frist")}  # fmt: skip
    for row in rows:
        source = _source("order", row.id, row.number or "ohne Nummer")
        done = row.done_on is not None and row.done_on <= period.ends_on
        facts = {
            "erteilt": row.issued_on >= period.starts_on,
            "erledigt": done,
            "davon in der Frist": done and row.due_on is not None and row.done_on <= row.due_on,
            "am Jahresende offen": not done,
            "davon über der Frist": not done and row.due_on is not None and row.due_on <= period.ends_on,
        }
        for label, is_true in facts.items():
            if is_true:
                lines[label].append(source)
    given, done_count = len(lines["erteilt"]), len(lines["erledigt"])
    return Chapter(
        f"Im Berichtsjahr {_were(given, 'öffentlicher Arbeitsauftrag', 'öffentliche Arbeitsaufträge')} erteilt und "
        f"{done_count or 'keiner'} erledigt.",
        [Figures("Öffentliche Arbeitsaufträge", KEY_FIGURES, [_row(label, found) for label, found in lines.items()])],
    )


def _reports(body: Body, period: Period) -> Chapter:
    released = {period_of(row): released_figures(row) for row in list_releases(body)}
    halves = [Period(period.year, half) for half in (1, 2)]
    notes = [
        f"Das {half.label} ist nicht freigegeben; seine Zahlen stehen deshalb nicht in diesem Bericht."
        for half in halves
        if half not in released
    ]
    found = [(half, released[half]) for half in halves if half in released]
    if not found:
        return Chapter("Für das Berichtsjahr sind keine Zahlen zu Lückenmeldungen freigegeben.", (), notes)
    fields = dict([line for _, figures in found for line in figures.fields] + [(TOTAL, "Alle Handlungsfelder")])
    fields[TOTAL] = fields.pop(TOTAL)
    rows = [
        Row([words, *(figures.cell(key, TOTAL).text for _, figures in found)],
            [("figures", half.code, half.label) for half, _ in found])
        for key, words in fields.items()
    ]  # fmt: skip
    columns = ["Handlungsfeld", *(half.label for half, _ in found)]
    notes += list(dict.fromkeys(figures.note for _, figures in found if figures.note))
    return Chapter("Die Tabelle zeigt die freigegebenen Zahlen der Lückenmeldungen nach Handlungsfeld.",
                   [Figures("Lückenmeldungen nach Handlungsfeld", columns, rows)], notes)  # fmt: skip


def _matters(body: Body, period: Period) -> Chapter:
    first, after = moments_of(period)
    rows = db.session.execute(
        sa.select(Matter.id, Matter.number, Matter.action_field, Matter.created_at, Matter.closed_on)
        .where(
            Matter.body_id == body.id, Matter.shared_at.is_not(None), Matter.state != MatterState.MERGED,
            Matter.created_at < after,
            sa.or_(Matter.closed_on.is_(None), Matter.closed_on >= period.starts_on),
        )
        .order_by(Matter.year, Matter.sequence_number)
    ).all()  # fmt: skip
    counts: dict[tuple[str, str], int] = {}
    sources: dict[str, list[Source]] = {TOTAL: []}
    for row in rows:
        closed = row.closed_on is not None and row.closed_on <= period.ends_on
        for column in ("new" if row.created_at >= first else "earlier", "closed" if closed else "open"):
            place = (row.action_field, column)
            counts[place] = counts.get(place, 0) + 1
        for line in (row.action_field, TOTAL):
            sources.setdefault(line, []).append(_source("matter", row.id, row.number))
    terms = terms_of(body)
    offered = dict(terms.offered(TermKind.ACTION_FIELD))
    fields = [
        *offered.items(),
        *((key, terms.action_field(key) or key) for key in sorted({f for f, _ in counts} - set(offered))),
    ]
    return mask_matters(fields, counts, sources, threshold=body.small_count_threshold, is_rounded=body.rounds_counts)


def _effects(body: Body, period: Period) -> dict[str, Chapter]:
    """Results of evaluations, forwardings to the Land, project groups and service chains; one statement for all."""
    rows: dict[str, list[Any]] = {}
    statement = _results(body, period).union_all(
        _forwardings(body, period), _project_groups(body, period), _chains(body, period)
    )
    for row in db.session.execute(statement.order_by("kind", "number", "id")):
        rows.setdefault(row.kind, []).append(row)
    return {
        "evaluations": _evaluation_chapter(rows.get("evaluation", [])),
        "forwardings": _forwarding_chapter(rows.get("forwarding", [])),
        "projects": _project_chapter(rows.get("project", [])),
        "chains": _chain_chapter(rows.get("service_chain", [])),
    }


def _results(body: Body, period: Period) -> sa.Select[*tuple[Any, ...]]:
    """The newest result of each evaluation of a released matter."""
    later = sa.orm.aliased(EvaluationResult)
    corrected = sa.exists().where(later.evaluation_id == EvaluationResult.evaluation_id,
                                  later.number > EvaluationResult.number)  # fmt: skip
    return (
        sa.select(sa.literal("evaluation").label("kind"), Evaluation.id.label("id"), Matter.number.label("number"),
                  sa.cast(EvaluationResult.effect, sa.String).label("word"),
                  sa.cast(sa.null(), sa.Integer()).label("amount"), sa.cast(sa.null(), sa.Date()).label("day"))
        .join(Evaluation, Evaluation.id == EvaluationResult.evaluation_id)
        .join(Matter, Matter.id == Evaluation.matter_id)
        .where(*_released(body), _within(EvaluationResult.decided_on, period), ~corrected)
    )  # fmt: skip


def _forwardings(body: Body, period: Period) -> sa.Select[*tuple[Any, ...]]:
    """What of released matters went to the Land, or came back."""
    sent, answered = (_within(day, period) for day in (StateForwarding.forwarded_on, StateForwarding.answered_on))
    return (
        sa.select(sa.literal("forwarding"), StateForwarding.id, Matter.number,
                  sa.case((sa.and_(sent, answered), "both"), (sent, "sent"), else_="answered"),
                  sa.cast(sa.null(), sa.Integer()), sa.cast(sa.null(), sa.Date()))
        .join(Matter, Matter.id == StateForwarding.matter_id)
        .where(*_released(body), sa.or_(sent, answered))
    )  # fmt: skip


def _project_groups(body: Body, period: Period) -> sa.Select[*tuple[Any, ...]]:
    """Groups that worked on released matters in the year, not those charged by a confidential resolution."""
    group, above = sa.orm.aliased(Committee), sa.orm.aliased(Committee)
    reports = (
        sa.select(sa.func.count(ProjectReport.id))
        .where(ProjectReport.project_id == Project.id, _within(ProjectReport.reported_on, period))
        .scalar_subquery()
    )
    return (
        sa.select(sa.literal("project"), Project.id, group.name, above.name, reports, Project.due_on)
        .join(Matter, Matter.id == Project.matter_id)
        .join(group, group.id == Project.committee_id)
        .join(above, above.id == Project.reports_to_id)
        .outerjoin(Resolution, Resolution.id == Project.resolution_id)
        .where(
            *_released(body), Project.starts_on <= period.ends_on,
            sa.or_(Project.ended_on.is_(None), Project.ended_on >= period.starts_on),
            sa.or_(Project.resolution_id.is_(None), Resolution.is_public),
        )
    )  # fmt: skip


def _chains(body: Body, period: Period) -> sa.Select[*tuple[Any, ...]]:
    """Service chains of which a version was added in the year, as the last one of the year describes them."""
    first, after = moments_of(period)
    added = (
        sa.select(ChainVersion.chain_id, sa.func.count().label("amount"), sa.func.min(ChainVersion.number).label("low"),
                  sa.func.max(ChainVersion.number).label("high"))
        .where(ChainVersion.created_at >= first, ChainVersion.created_at < after)
        .group_by(ChainVersion.chain_id)
        .subquery()
    )  # fmt: skip
    what = sa.case((~ChainVersion.is_in_use, "ended"), (added.c.low == 1, "new"), else_="changed")
    return (
        sa.select(sa.literal("service_chain"), ServiceChain.id, ChainVersion.name, what, added.c.amount,
                  sa.cast(sa.null(), sa.Date()))
        .join(ChainVersion, ChainVersion.chain_id == ServiceChain.id)
        .join(added, sa.and_(added.c.chain_id == ServiceChain.id, added.c.high == ChainVersion.number))
        .where(ServiceChain.body_id == body.id)
    )  # fmt: skip


def _evaluation_chapter(rows: Sequence[Any]) -> Chapter:
    sources = [(row.word, _source("evaluation", row.id, row.number)) for row in rows]
    effects = [(f"davon {e.label}", [source for word, source in sources if word == e.value]) for e in Effect]
    checked = [source for _label, found in effects for source in found]
    return Chapter(
        f"Im Berichtsjahr {_were(len(checked), 'Wirkungsprüfung', 'Wirkungsprüfungen', 'keine')} abgeschlossen.",
        [Figures("Ergebnisse der Prüfungen", KEY_FIGURES,
                 [_row("abgeschlossen", checked), *(_row(label, found) for label, found in effects)])],
    )  # fmt: skip


def _forwarding_chapter(rows: Sequence[Any]) -> Chapter:
    went, came = ([_source("forwarding", row.id, row.number) for row in rows if row.word in (word, "both")]
                  for word in ("sent", "answered"))  # fmt: skip
    return Chapter(
        f"Im Berichtsjahr {_were(len(went), 'Bedarf', 'Bedarfe')} an das Land weitergeleitet; "
        f"beantwortet wurden {len(came)}.",
        [Figures("Weiterleitungen und Antworten", KEY_FIGURES,
                 [_row("weitergeleitet", went), _row("beantwortet", came)])],
    )  # fmt: skip


def _project_chapter(rows: Sequence[Any]) -> Chapter:
    if not rows:
        return Chapter("Im Berichtsjahr arbeitete keine Projektgruppe an einer freigegebenen Lücke.")
    lines = [Row([row.number, row.word, date_text(row.day), str(row.amount)], [_source("project", row.id, row.number)])
             for row in rows]  # fmt: skip
    verb = "arbeitete" if len(rows) == 1 else "arbeiteten"
    return Chapter(
        f"Im Berichtsjahr {verb} {count(len(rows), 'Projektgruppe', 'Projektgruppen')} an freigegebenen Lücken.",
        [Figures("Aufträge an Projektgruppen", ["Projektgruppe", "berichtet an", "Frist", "Berichte im Jahr"], lines)],
    )


def _chain_chapter(rows: Sequence[Any]) -> Chapter:
    if not rows:
        return Chapter("Im Berichtsjahr wurde keine Dienstleistungskette beschrieben oder fortgeschrieben.")
    words = {"new": "neu beschrieben", "changed": "fortgeschrieben", "ended": "gilt nicht mehr"}
    lines = [Row([row.number, words[row.word], str(row.amount)], [_source("service_chain", row.id, row.number)])
             for row in rows]  # fmt: skip
    return Chapter(
        f"Im Berichtsjahr {_were(len(rows), 'Dienstleistungskette', 'Dienstleistungsketten')} beschrieben oder "
        "fortgeschrieben.",
        [Figures("Neue und fortgeschriebene Ketten", ["Kette", "im Jahr", "Fassungen im Jahr"], lines)],
    )


def _released(body: Body) -> tuple[sa.ColumnElement[bool], ...]:
    return Matter.body_id == body.id, Matter.shared_at.is_not(None)


def _within(column: Any, period: Period) -> sa.ColumnElement[bool]:
    return sa.and_(column >= period.starts_on, column <= period.ends_on)


def _source(kind: str, key: int, words: str) -> Source:
    return kind, str(key), words


def _row(label: str, sources: Sequence[Source]) -> Row:
    return Row([label, str(len(sources))], sources)


def _were(amount: int, one: str, many: str, none: str = "kein") -> str:
    if not amount:
        return f"wurde {none} {one}"
    return f"{'wurde' if amount == 1 else 'wurden'} {count(amount, one, many)}"
