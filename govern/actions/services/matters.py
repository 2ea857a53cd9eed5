"""Bundle reports into matters, merge and split them, bring them before committees, close them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from govern.actions.models import (
    MATTER_TRANSITIONS,
    ChainPlace,
    Direction,
    Evaluation,
    EvaluationState,
    GapKind,
    GapReport,
    Matter,
    MatterEvent,
    MatterEventKind,
    MatterState,
    MatterTopic,
    Project,
    ReportEvent,
    ReportEventKind,
    ReportState,
    StateForwarding,
    WorkOrder,
)
from govern.actions.queries.evaluations import next_number as next_evaluation_number
from govern.actions.services.matter_steps import begin_route
from govern.actions.services.publications import hide_publications
from govern.actions.services.stems import index_matter
from govern.actions.small_numbers import demand_no_small_numbers
from govern.committees.models import Committee
from govern.db import SENT_TWICE, db, now
from govern.errors import Conflict, DomainError
from govern.formats import today
from govern.meetings.models import ItemKind, PaperKind, Topic, TopicInput
from govern.meetings.services.papers import PaperStore, Upload, add_papers
from govern.meetings.services.topics import propose_topic
from govern.people.models import Body, User
from govern.people.services.number_ranges import next_number

SERIES = "matter"
COORDINATION = "Koordination"
STALE = "Die Lücke hat sich inzwischen geändert; beide Fassungen stehen unten."


@dataclass(frozen=True, kw_only=True)
class Classification:
    """How a matter is described; it may differ from its reports (E5)."""

    title: str
    summary: str
    action_field: str
    gap_kind: GapKind
    further_fields: Sequence[str] = ()
    legal_area_from: str | None = None
    legal_area_to: str | None = None
    target_group: str | None = None
    chain_place: ChainPlace | None = None


@dataclass(frozen=True, kw_only=True)
class TopicWish:
    """What a matter is brought before a committee for."""

    purpose: str
    kind: ItemKind = ItemKind.DISCUSSION
    proposal: str = ""
    """The proposed resolution, where the committee is to decide."""
    is_public: bool = True


FIELD_LABELS = {
    "title": "Titel",
    "summary": "Worum es geht",
    "action_field": "Handlungsfeld",
    "further_fields": "weitere Handlungsfelder",
    "legal_area_from": "Rechtskreis von",
    "legal_area_to": "Rechtskreis nach",
    "target_group": "Zielgruppe",
    "gap_kind": "Art der Lücke",
    "chain_place": "Stelle in der Kette",
}


def create_matter(
    wanted: Classification, reports: Sequence[GapReport], *, by: User, begun_on: date | None = None
) -> Matter:  # fmt: skip
    """Bundle reports into a new matter (E4); its way begins today, or on the earlier day given.

    A form sent twice is one matter: the one that is there is returned.
    """
    db.session.execute(sa.select(User.id).where(User.id == by.id).with_for_update(key_share=True))
    if (sent := _just_made(wanted, reports, by=by)) is not None:
        return sent
    matter = _new_matter(wanted, by=by)
    begin_route(matter, by=by, on=begun_on)
    _note(matter, MatterEventKind.CREATED, by=by, direction=Direction.UP)
    assign_reports(matter, reports, by=by)
    return matter


def assign_reports(matter: Matter, reports: Sequence[GapReport], *, by: User) -> None:
    """Put reports into a matter; one that lies elsewhere is moved and keeps that in its history."""
    _lock(matter)
    _demand_open(matter)
    for report in reports:
        _move(report, matter, by=by)
    db.session.flush()


def take_out_report(matter: Matter, report: GapReport, *, by: User, reason: str = "") -> None:
    """Take a report out of its matter; it waits in the inbox again."""
    _lock(matter)
    if report.matter_id != matter.id:
        raise Conflict("Die Meldung gehört nicht mehr zu dieser Lücke.")
    report.matter, report.state = None, ReportState.RECEIVED
    _note(matter, MatterEventKind.REPORT_TAKEN_OUT, by=by, report_id=report.id, reason=reason.strip() or None)
    _tell(report, ReportEventKind.TAKEN_OUT, matter, by=by)
    db.session.flush()


def classify_matter(matter: Matter, wanted: Classification, *, version: int, by: User) -> None:
    """Change title, text and classification; the reports stay as they are. A stale save is a Conflict."""
    _lock(matter)
    if version != matter.version:
        raise Conflict(STALE)
    _demand_tellable(matter.body, title=wanted.title, summary=wanted.summary)
    changes: dict[str, list[Any]] = {}
    for name, label in FIELD_LABELS.items():
        before, after = getattr(matter, name), getattr(wanted, name)
        after = list(after) if name == "further_fields" else after.strip() if name in ("title", "summary") else after
        if before != after:
            setattr(matter, name, after)
            changes[label] = [_plain(before), _plain(after)]
    if not changes:
        return
    _note(matter, MatterEventKind.CLASSIFIED, by=by, changes=changes)
    db.session.flush()
    index_matter(matter)


def merge_matters(matter: Matter, other: Matter, *, by: User, reason: str = "") -> None:
    """Take everything of ``other`` into ``matter``; ``other`` stays as a signpost with its history."""
    if matter.id == other.id:
        raise DomainError("Eine Lücke lässt sich nicht mit sich selbst zusammenführen.", field="matter_id")
    for row in sorted((matter, other), key=lambda m: m.id):
        _lock(row)
    _demand_open(matter)
    if MatterState.MERGED not in MATTER_TRANSITIONS[other.state]:
        raise Conflict(f"{other.number} ist inzwischen im Stand „{other.state.label}“.")
    for report in list(other.reports):
        _move(report, matter, by=by)
    known = {link.topic_id for link in matter.topics}
    for link in other.topics:
        if link.topic_id not in known:
            matter.topics.append(MatterTopic(topic_id=link.topic_id, created_by_id=by.id))
    _move_evaluations(other, matter)
    for charge in _charges_of(other):
        charge.matter_id = matter.id
    db.session.flush()
    other.state, other.merged_into = MatterState.MERGED, matter
    note = reason.strip() or None
    _note(matter, MatterEventKind.MERGED_FROM, by=by, other_matter_id=other.id, reason=note)
    _note(other, MatterEventKind.MERGED_INTO, by=by, other_matter_id=matter.id, reason=note)
    db.session.flush()


def _charges_of(matter: Matter) -> Iterator[Project | StateForwarding | WorkOrder]:
    """What was begun directly for a matter."""
    yield from db.session.scalars(sa.select(Project).where(Project.matter_id == matter.id)).all()
    yield from db.session.scalars(sa.select(StateForwarding).where(StateForwarding.matter_id == matter.id)).all()
    yield from db.session.scalars(sa.select(WorkOrder).where(WorkOrder.matter_id == matter.id)).all()


def split_matter(matter: Matter, reports: Sequence[GapReport], title: str, *, by: User, reason: str = "") -> Matter:
    """Make a new matter of some of the reports; it starts with the same classification."""
    _lock(matter)
    _demand_open(matter)
    if not reports or any(report.matter_id != matter.id for report in reports):
        raise DomainError("Bitte wählen Sie Meldungen, die zu dieser Lücke gehören.", field="reports")
    new = _new_matter(
        Classification(
            title=title, summary="", action_field=matter.action_field, further_fields=matter.further_fields,
            legal_area_from=matter.legal_area_from, legal_area_to=matter.legal_area_to,
            target_group=matter.target_group, gap_kind=matter.gap_kind, chain_place=matter.chain_place,
        ),
        by=by,
    )  # fmt: skip
    begin_route(new, by=by, like=matter)
    note = reason.strip() or None
    _note(new, MatterEventKind.SPLIT_FROM, by=by, other_matter_id=matter.id, reason=note)
    _note(matter, MatterEventKind.SPLIT_OFF, by=by, other_matter_id=new.id, reason=note)
    for report in reports:
        _move(report, new, by=by)
    db.session.flush()
    return new


def share_matter(matter: Matter, *, by: User) -> None:
    """Let everybody who may report gaps read the matter; counts are masked for them, in its words too."""
    _lock(matter)
    if matter.shared_at is None:
        _demand_tellable(matter.body, title=matter.title, summary=matter.summary)
        matter.shared_at = now()
        _note(matter, MatterEventKind.SHARED, by=by, direction=Direction.DOWN)
        db.session.flush()


def hide_matter(matter: Matter, *, by: User) -> None:
    """Take the matter back into the coordination."""
    _lock(matter)
    if matter.shared_at is not None:
        matter.shared_at = None
        _note(matter, MatterEventKind.HIDDEN, by=by)
        db.session.flush()


def close_matter(matter: Matter, state: MatterState, note: str, *, by: User) -> None:
    """Say that a matter is settled, or not followed any more, and why; the authors read it (E6)."""
    _lock(matter)
    if state not in (MatterState.SETTLED, MatterState.DROPPED) or state not in MATTER_TRANSITIONS[matter.state]:
        raise Conflict(f"Die Lücke ist inzwischen im Stand „{matter.state.label}“.")
    if not note.strip():
        raise DomainError("Bitte begründen: Die Meldenden lesen es.", field="note")
    _demand_tellable(matter.body, note=note)
    matter.state, matter.closed_on, matter.closing_note = state, today(), note.strip()
    _note(matter, MatterEventKind(state.value), by=by, direction=Direction.DOWN, reason=note.strip())
    db.session.flush()


def reopen_matter(matter: Matter, reason: str, *, by: User) -> None:
    """Take a closed matter up again; what the public read of its solution is gone."""
    _lock(matter)
    if MatterState.OPEN not in MATTER_TRANSITIONS[matter.state]:
        raise Conflict(f"Die Lücke ist inzwischen im Stand „{matter.state.label}“.")
    matter.state, matter.closed_on, matter.closing_note = MatterState.OPEN, None, None
    hide_publications(matter)
    _note(matter, MatterEventKind.REOPENED, by=by, reason=reason.strip() or None)
    db.session.flush()


def make_topic(
    matter: Matter, committee: Committee, wish: TopicWish, *, by: User, paper: Upload | None = None,
    store: PaperStore | None = None,
) -> Topic:  # fmt: skip
    """Bring a matter before a committee as a topic of its store, with its decision paper; both know each other by id.

    The topic goes onto an agenda with its papers, and what is proposed stands there as the proposed resolution. A form
    sent twice is one topic: the one that is there is returned.
    """
    _lock(matter)
    _demand_open(matter)
    _demand_tellable(matter.body, title=matter.title, purpose=wish.purpose)
    db.session.refresh(matter, ["topics"])
    topics = [link.topic for link in matter.topics]
    there = [t for t in topics if t.committee_id == committee.id and t.state.value not in ("withdrawn", "done")]
    just_sent = [t for t in there if _is_just_sent(t, wish, with_paper=paper is not None, by=by)]
    if just_sent:
        return just_sent[0]
    if there:
        raise DomainError("Zu dieser Lücke liegt bei dem Gremium schon ein Thema.", field="committee_id")
    topic = propose_topic(
        committee, title=matter.title, purpose=wish.purpose, wished_outcome=wish.proposal,
        input_kind=TopicInput.BUNDLED_GAPS, wished_kind=wish.kind, planned_minutes=None, is_public=wish.is_public,
        by=by,
    )  # fmt: skip
    if paper is not None and store is not None:
        add_papers(topic, [paper], kind=PaperKind.DECISION_PAPER, store=store, by=by)
    matter.topics.append(MatterTopic(topic=topic, created_by_id=by.id))
    _note(matter, MatterEventKind.TOPIC, by=by, direction=Direction.UP, topic_id=topic.id)
    db.session.flush()
    return topic


def _just_made(wanted: Classification, reports: Sequence[GapReport], *, by: User) -> Matter | None:
    said = {name: getattr(wanted, name) for name in FIELD_LABELS}
    said |= {
        "title": wanted.title.strip(),
        "summary": wanted.summary.strip(),
        "further_fields": list(said["further_fields"]),
    }
    found = db.session.scalars(
        sa.select(Matter)
        .where(
            Matter.created_by_id == by.id, Matter.created_at >= now() - SENT_TWICE, Matter.state == MatterState.OPEN,
            Matter.title == said["title"],
        )
        .order_by(Matter.id)
    )  # fmt: skip
    own = {report.id for report in reports}
    held = sa.select(GapReport.id).where(GapReport.matter_id == sa.bindparam("matter"))
    return next(
        (row for row in found if all(getattr(row, name) == value for name, value in said.items())
         and set(db.session.scalars(held, {"matter": row.id})) == own), None,
    )  # fmt: skip


def _is_just_sent(topic: Topic, wish: TopicWish, *, with_paper: bool, by: User) -> bool:
    wanted = (by.id, wish.purpose.strip(), wish.proposal.strip(), wish.kind, wish.is_public, with_paper)
    there = (topic.proposed_by_id, topic.purpose, topic.wished_outcome, topic.wished_kind, topic.is_public,
             bool(topic.papers))  # fmt: skip
    return topic.created_at >= now() - SENT_TWICE and there == wanted


def _new_matter(wanted: Classification, *, by: User) -> Matter:
    _demand_tellable(by.body, title=wanted.title, summary=wanted.summary)
    year = today().year
    sequence = next_number(by.body_id, SERIES, year)
    matter = Matter(
        body_id=by.body_id, number=f"L-{year}-{sequence:03d}", year=year, sequence_number=sequence,
        title=wanted.title.strip(), summary=wanted.summary.strip(), action_field=wanted.action_field,
        further_fields=list(wanted.further_fields), legal_area_from=wanted.legal_area_from,
        legal_area_to=wanted.legal_area_to, target_group=wanted.target_group, gap_kind=wanted.gap_kind,
        chain_place=wanted.chain_place, created_by_id=by.id,
    )  # fmt: skip
    db.session.add(matter)
    db.session.flush()
    index_matter(matter)
    return matter


def _move(report: GapReport, matter: Matter, *, by: User) -> None:
    db.session.execute(sa.select(GapReport.id).where(GapReport.id == report.id).with_for_update())
    db.session.refresh(report, ["state", "version", "matter_id"])
    if report.state not in (ReportState.RECEIVED, ReportState.ASSIGNED):
        raise Conflict(f"{report.number} ist inzwischen im Stand „{report.state.label}“.")
    if report.matter_id == matter.id:
        return
    if report.matter is not None:
        _note(report.matter, MatterEventKind.REPORT_TAKEN_OUT, by=by, report_id=report.id, other_matter_id=matter.id)
    report.matter, report.state = matter, ReportState.ASSIGNED
    _note(matter, MatterEventKind.REPORT_ADDED, by=by, report_id=report.id, direction=Direction.UP)
    _tell(report, ReportEventKind.ASSIGNED, matter, by=by)


def _move_evaluations(other: Matter, matter: Matter) -> None:
    # What is planned is looked at where the reports are; what is concluded stays where it was found.
    planned = db.session.scalars(
        sa.select(Evaluation)
        .where(Evaluation.matter_id == other.id, Evaluation.state == EvaluationState.PLANNED)
        .order_by(Evaluation.id)
    ).all()
    for evaluation in planned:
        evaluation.number = next_evaluation_number(matter)
        evaluation.matter = matter
        db.session.flush()


def _tell(report: GapReport, kind: ReportEventKind, matter: Matter, *, by: User) -> None:
    db.session.add(ReportEvent(report_id=report.id, kind=kind, by_id=by.id, function=COORDINATION, matter_id=matter.id))


def _note(
    matter: Matter, kind: MatterEventKind, *, by: User, direction: Direction = Direction.SIDE, **values: Any
) -> None:
    event = MatterEvent(
        matter_id=matter.id, kind=kind, by_id=by.id, function=COORDINATION, direction=direction, **values
    )
    db.session.add(event)


def _lock(matter: Matter) -> None:
    db.session.execute(sa.select(Matter.id).where(Matter.id == matter.id).with_for_update())
    db.session.refresh(matter, ["state", "version", "shared_at"])


def _demand_tellable(body: Body, **words: str) -> None:
    # Committees, municipalities and authors read these words beside counts that are masked for them.
    for field, text in words.items():
        demand_no_small_numbers(text, body.small_count_threshold, field)


def _demand_open(matter: Matter) -> None:
    if not matter.is_open:
        raise Conflict(f"Die Lücke ist inzwischen im Stand „{matter.state.label}“; das geht jetzt nicht mehr.")


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return ", ".join(value)
    return getattr(value, "label", value)
