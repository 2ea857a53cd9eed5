"""What a meeting still lacks before its agenda can be published or the meeting be held."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import sqlalchemy as sa

from govern.committees.deadlines import topics_due
from govern.committees.models import RuleKind
from govern.committees.procedures import Procedure
from govern.db import db, now
from govern.documents.models import VersionState
from govern.formats import count, date_text, local, minutes_text, today
from govern.meetings import contributions
from govern.meetings.announced import announced
from govern.meetings.contributions import Check
from govern.meetings.models import (
    AgendaItem,
    ItemKind,
    ItemPurpose,
    Meeting,
    MeetingMode,
    MeetingRoleKind,
    MeetingState,
    Paper,
    PaperKind,
    Topic,
    TopicState,
)
from govern.meetings.policies import can_edit
from govern.meetings.queries.agendas import Agenda, Entry, agenda_of
from govern.meetings.queries.procedures import procedure_of_meeting
from govern.meetings.queries.topic_calls import last_called
from govern.meetings.queries.topic_deadlines import topic_deadline
from govern.meetings.queries.topics import MOST_TOLD, is_left_over, topics_to_tell
from govern.people.models import User
from govern.people.policies import can_coordinate

DECISION_PAPERS = (PaperKind.DECISION_PAPER, PaperKind.TABLE_PAPER)
MOST_NAMED = 4
"""So many items a line names; beyond that it counts."""


def readiness(
    meeting: Meeting,
    user: User,
    agenda: Agenda | None = None,
    waiting: Sequence[Topic] | None = None,
    procedure: Procedure | None = None,
) -> list[Check]:
    """The lines of the readiness panel, what is missing first: for those who prepare ``meeting``.

    ``agenda``, ``waiting``, the topics :func:`topics_to_tell` found, and ``procedure``, the rules of the meeting's day,
    each save a statement where the page has them.
    """
    agenda = agenda or agenda_of(meeting, user)
    procedure = procedure or procedure_of_meeting(meeting)
    if waiting is None:
        waiting = topics_to_tell(meeting, topic_deadline(meeting, procedure).late_from)
    checks = own_readiness(meeting, agenda) + _of_topics(agenda, waiting, procedure) + _of_consents(agenda, procedure)
    checks += _of_call(meeting, procedure) + _of_drafts(agenda, user)
    for contribute in contributions.readiness_checks:
        checks += contribute(user, meeting)
    return mended_by(user, meeting, _worst_first(checks))


def mended_by(user: User, meeting: Meeting, checks: list[Check]) -> list[Check]:
    """``checks`` with where to mend them for those who may change the meeting; the chair reads what is missing."""
    if can_edit(user, meeting):
        return checks
    return [replace(check, url=None, action=None) for check in checks]


def own_readiness(meeting: Meeting, agenda: Agenda) -> list[Check]:
    """What the meeting itself lacks, without the lines of higher packages: no statement, so fit for lists."""
    return _worst_first([*_of_meeting(meeting), *_of_time(agenda), *_of_items(agenda)])


@dataclass(slots=True)
class _Paper:
    """Instead of a paper: that there is one of the kind, neither withdrawn nor kept back."""

    kind: PaperKind
    withdrawn_at: None = None
    supplement_id: None = None


_DECISION_PAPER = _Paper(PaperKind.DECISION_PAPER)


@dataclass(slots=True)
class _Item:
    """What :func:`own_readiness` reads of an item, and nothing more."""

    id: int
    meeting_id: int
    parent_id: int | None
    position: int
    kind: ItemKind
    is_public: bool
    planned_minutes: int | None
    purpose: ItemPurpose | None
    standing_item_id: int | None
    proposed_resolution: str
    rapporteur_seat_id: int | None
    rapporteur_person_id: int | None
    rapporteur_guest_id: int | None
    has_decision_paper: bool

    @property
    def papers(self) -> tuple[_Paper, ...]:
        return (_DECISION_PAPER,) if self.has_decision_paper else ()


def items_in_short(meeting_ids: Sequence[int]) -> dict[int, list[AgendaItem]]:
    """The items of several meetings by the id of the meeting, as far as :func:`own_readiness` reads them.

    Values in one statement, not rows to work with: a list of meetings has hundreds of items.
    """
    found: dict[int, list[Any]] = {}
    for row in db.session.execute(_items_in_short(), {"meeting_ids": meeting_ids}):
        item = _Item(*row)
        found.setdefault(item.meeting_id, []).append(item)
    return found


@cache
def _items_in_short() -> sa.Select[*tuple[Any, ...]]:
    has_paper = sa.exists().where(
        Paper.item_id == AgendaItem.id, Paper.kind.in_(DECISION_PAPERS), Paper.withdrawn_at.is_(None), announced(Paper)
    )
    columns = [getattr(AgendaItem, name) for name in _Item.__slots__ if name != "has_decision_paper"]
    return sa.select(*columns, has_paper).where(AgendaItem.meeting_id.in_(sa.bindparam("meeting_ids", expanding=True)))


def _worst_first(checks: list[Check]) -> list[Check]:
    return sorted(checks, key=lambda check: ("bad", "todo", "ok").index(check.state))


def _of_meeting(meeting: Meeting) -> list[Check]:
    edit = f"/sitzungen/{meeting.id}/bearbeiten"
    checks = []
    missing = _missing_place(meeting)
    if missing:
        checks += [Check("bad", text, edit) for text in missing]
    else:
        checks.append(
            Check("ok", "Termin und Ort stehen fest" if _has_room(meeting) else "Termin und Videolink stehen fest")
        )
    if meeting.starts_at < now() and meeting.state in (MeetingState.PREPARING, MeetingState.PUBLISHED):
        checks.append(Check("bad", "Der Termin liegt in der Vergangenheit", f"/sitzungen/{meeting.id}/verschieben"))
    kinds = {role.kind for role in meeting.roles}
    if MeetingRoleKind.CHAIR not in kinds and not meeting.chair_function:
        checks.append(Check("todo", "Leitung der Sitzung ist offen", edit))
    if MeetingRoleKind.MINUTE_TAKER not in kinds:
        checks.append(Check("todo", "Protokollführung ist offen", edit))
    else:
        checks.append(Check("ok", "Protokollführung steht fest"))
    return checks


def _missing_place(meeting: Meeting) -> list[str]:
    missing = []
    if meeting.mode is not MeetingMode.ONLINE and not _has_room(meeting):
        missing.append("Ort der Sitzung fehlt")
    if meeting.mode is not MeetingMode.ON_SITE and not _video_url(meeting):
        missing.append("Videolink fehlt")
    return missing


def _has_room(meeting: Meeting) -> bool:
    return meeting.mode is not MeetingMode.ONLINE and bool(meeting.place_id or meeting.place_note)


def _video_url(meeting: Meeting) -> str | None:
    return meeting.video_url or (meeting.place.video_url if meeting.place else None)


def _of_time(agenda: Agenda) -> list[Check]:
    if not agenda.flat:
        return [Check("bad", "Noch keine Tagesordnungspunkte", f"/sitzungen/{agenda.meeting.id}/tagesordnung/neu")]
    entries = len(agenda.entries)
    points = count(entries, "Punkt", "Punkte")
    planned, needed = minutes_text(agenda.planned_minutes), minutes_text(agenda.minutes)
    if agenda.is_too_long:
        return [Check("bad", f"{points} {'braucht' if entries == 1 else 'brauchen'} {needed}, geplant sind {planned}")]
    untimed = [e for e in agenda.entries if not e.minutes]
    if untimed:
        return [Check("todo", f"{_named(untimed)}: Minuten fehlen", _first(untimed))]
    return [Check("ok", f"{points}, {needed} von {planned}")]


def _of_items(agenda: Agenda) -> list[Check]:
    own = [e for e in agenda.flat if e.item.standing_item_id is None and e.item.purpose is None]
    decisions = [e for e in own if e.item.kind is ItemKind.DECISION]
    found = (
        ("bad", "Beschlussvorschlag fehlt", [e for e in decisions if not e.item.proposed_resolution.strip()]),
        ("todo", "Entscheidungsvorlage fehlt", [e for e in decisions if not _has_decision_paper(e)]),
        ("todo", "Berichterstattung ist offen", [e for e in own if _lacks_rapporteur(e)]),
    )
    checks = [Check(state, f"{_named(entries)}: {text}", _first(entries)) for state, text, entries in found if entries]
    confidential = [e for e in agenda.flat if not e.item.is_public]
    if confidential:
        checks.append(Check("ok", f"{_named(confidential)}: nicht öffentlich, nur für Mitglieder des Gremiums"))
    return checks


def _of_topics(agenda: Agenda, waiting: Sequence[Topic], procedure: Procedure) -> list[Check]:
    meeting = agenda.meeting
    left = [t for t in waiting if is_left_over(t)]
    fresh = [t for t in waiting if t.state is not TopicState.SCHEDULED and t not in left]
    asked = [e for e in agenda.flat if e.item.consent_note and e.item.has_consent is None]
    deadline = topic_deadline(meeting, procedure) if fresh or asked else None
    late = deadline.late_of(fresh) if deadline else []
    take, store = f"/sitzungen/{meeting.id}/tagesordnung/themen", f"/themen?gremium={meeting.committee_id}"
    # The first so many were read, left-over ones before the others.
    at_least = "mindestens " if len(waiting) == MOST_TOLD else ""
    checks = []
    if left:
        words = at_least + count(len(left), "vertagter Punkt steht", "vertagte Punkte stehen")
        checks.append(Check("bad", f"{words} noch nicht auf der Tagesordnung", take))
    if deadline and late:
        words = at_least + count(len(late), "Thema kam", "Themen kamen")
        checks.append(Check("todo", f"{words} nach der Frist ({date_text(deadline.day)})", store))
    undecided = [t for t in fresh if t.state is TopicState.PROPOSED and t not in late]
    if undecided:
        words = at_least + count(len(undecided), "Vorschlag wartet", "Vorschläge warten")
        checks.append(Check("todo", f"{words} auf eine Entscheidung", store))
    if deadline and asked and deadline.asks_committee:
        checks.append(Check("todo", f"{_named(asked)}: kam nach der Frist, das Gremium muss zustimmen"))
    return checks


def _of_drafts(agenda: Agenda, user: User) -> list[Check]:
    """Drafts of concepts that are written on although they lie before the committee: what members read is older."""
    checks = []
    for entry in agenda.flat:
        shown = {p.concept_version for p in entry.papers if p.concept_version is not None and p.withdrawn_at is None}
        for version in sorted(shown, key=lambda v: v.id):
            if version.state is not VersionState.DRAFT:
                continue
            action = ("Erneuern", f"/fassungen/{version.id}/vorlage/erneuern") if can_coordinate(user) else None
            text = f"TOP {entry.number}: Die Synopse ist älter als der Entwurf „{version.label}“"
            checks.append(Check("bad", text, f"/tagesordnungspunkte/{entry.item.id}", action))
    return checks


def _of_call(meeting: Meeting, procedure: Procedure) -> list[Check]:
    day = topics_due(procedure, local(meeting.starts_at).date())
    if day is None or meeting.state is not MeetingState.PREPARING or meeting.starts_at < now():
        return []
    called, page = last_called(meeting), f"/sitzungen/{meeting.id}/themenaufruf"
    if called is not None:
        return [Check("ok", f"Aufruf zu Themen versandt am {date_text(called)}", page)]
    if today() > day:
        return [Check("todo", f"Die Frist für Themen endete am {date_text(day)} ohne Aufruf", page)]
    return [Check("todo", f"Aufruf zu Themen ist nicht versandt (Themen bis {date_text(day)})", page)]


def _of_consents(agenda: Agenda, procedure: Procedure) -> list[Check]:
    decisions = [e for e in agenda.flat if e.item.kind is ItemKind.DECISION and e.item.standing_item_id is None]
    if not decisions or not procedure.is_on(RuleKind.IMPLEMENTER_CONSENT):
        return []
    return [Check("ok", f"{_named(decisions)}: ein Beschluss braucht das Einvernehmen derer, die ihn umsetzen")]


def _lacks_rapporteur(entry: Entry) -> bool:
    item = entry.item
    named = (item.rapporteur_seat_id, item.rapporteur_person_id, item.rapporteur_guest_id)
    return item.kind is not ItemKind.DISCUSSION and not entry.sub_entries and not any(named)


def _has_decision_paper(entry: Entry) -> bool:
    return any(paper.kind in DECISION_PAPERS for paper in entry.papers)


def _named(entries: Sequence[Entry]) -> str:
    if len(entries) > MOST_NAMED:
        return f"{len(entries)} Punkte"
    return "TOP " + ", ".join(e.number for e in entries)


def _first(entries: Iterable[Entry]) -> str:
    return f"/tagesordnungspunkte/{next(iter(entries)).item.id}/bearbeiten"
