"""What a chain consists of: its stages, its links, and what is said of each."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from govern.actions.models import (
    Effect,
    EvaluationState,
    ForwardingState,
    MatterState,
    ProjectState,
    ReportState,
    WorkOrderState,
)
from govern.documents.models import VersionState
from govern.formats import date_text, under_proviso
from govern.meetings.models import ItemResult, TopicState


class Stage(StrEnum):
    """The kinds of objects of the chain, in its order."""

    REPORT = "report"
    MATTER = "matter"
    TOPIC = "topic"
    ITEM = "item"
    RESOLUTION = "resolution"
    PROJECT = "project"
    ORDER = "order"
    FORWARDING = "forwarding"
    EVALUATION = "evaluation"
    PASSAGE = "passage"

    @property
    def label(self) -> str:
        return {"report": "Meldung", "matter": "Lücke", "topic": "Thema", "item": "Tagesordnungspunkt",
                "resolution": "Beschluss", "project": "Projektgruppe", "order": "Arbeitsauftrag",
                "forwarding": "Meldung an das Land", "evaluation": "Wirkungsprüfung",
                "passage": "Stelle im Konzept"}[self.value]  # fmt: skip

    @property
    def path(self) -> str:
        """Where such an object has its page."""
        return {"report": "/lueckenmeldungen", "matter": "/luecken", "topic": "/themen", "item": "/tagesordnungspunkte",
                "resolution": "/beschluesse", "project": "/projektgruppen", "order": "/arbeitsauftraege",
                "forwarding": "/meldungen-an-das-land", "evaluation": "/wirkungspruefungen",
                "passage": "/fassungen"}[self.value]  # fmt: skip


@dataclass(frozen=True)
class Link:
    """One object of the chain."""

    id: int
    title: str
    facts: str
    place: str
    """The committee, or whom a work order is addressed to; empty for reports and matters."""
    url: str
    """Empty where its reader may know that it is there, but not open it."""
    is_here: bool
    """True for the object whose page it is."""
    day: date | None = None
    state: str = ""
    begun: date | None = None
    ended: date | None = None
    """When it went to the Land, and when the Land answered."""


@dataclass
class StageLinks:
    """The objects of one kind."""

    stage: Stage
    links: list[Link] = field(default_factory=list)
    total: int = 0

    @property
    def more(self) -> int:
        """How many its reader may see besides those shown."""
        return max(0, self.total - len(self.links))


def facts_of(row: Any) -> str:
    """What is said of an object of the chain in a muted line."""
    moment: datetime | date | None = row.moment or row.day
    when = date_text(moment) if moment is not None else ""
    stage, state = Stage(row.stage), row.state
    if stage is Stage.REPORT:
        parts = [row.number, when, ReportState(state).label]
    elif stage is Stage.MATTER:
        parts = [row.number, MatterState(state).label]
    elif stage is Stage.TOPIC:
        parts = [row.place, TopicState(state).label]
    elif stage is Stage.ITEM:
        parts = [
            row.note,
            row.place,
            when,
            f"TOP {row.number}" if row.number else "",
            ItemResult(state).label if state else "",
        ]
    elif stage is Stage.RESOLUTION:
        ends = {"cancelled": "aufgehoben", "rejected": "abgelehnt"}
        parts = [row.number or "vorläufig", row.place, when, ends.get(state or "", "")]
        parts += [under_proviso(row.note)] if row.note else []
    elif stage is Stage.PROJECT:
        parts = [f"berichtet an {row.place}", f"nächster Bericht {when}" if when else "", ProjectState(state).label]
    elif stage is Stage.FORWARDING:
        answered = f" am {date_text(row.ended)}" if row.ended is not None else ""
        parts = [f"zu {row.number}", date_text(row.begun), f"{ForwardingState(state).label}{answered}"]
        parts += [f"erbeten bis {when}"] if when and state != ForwardingState.ANSWERED else []
    elif stage is Stage.EVALUATION:
        parts = [f"zu {row.number}", when, EvaluationState(state).label, Effect(row.note).label if row.note else ""]
    elif stage is Stage.PASSAGE:
        parts = [row.place, row.note, VersionState(state).label]
    else:
        parts = [row.number, row.place, f"Frist {when}" if when else "ohne Frist", WorkOrderState(state).label]
        parts += [Effect(row.note).label] if row.note else []
    return " · ".join(part for part in parts if part)
