"""Lines of a supplement in words: what is new on a frozen agenda, what it said before and says now. Values only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from govern.committees.models import Seat
from govern.formats import minutes_text
from govern.meetings.agenda_content import Agenda, rapporteur_of
from govern.meetings.announced import PLACE, is_announced
from govern.meetings.models import (
    AgendaChange,
    AgendaItem,
    AgendaSupplement,
    ChangeKind,
    ItemKind,
    MeetingGuest,
    Paper,
)
from govern.people.models import Person

FIELDS: dict[str, str] = {
    "title": "Titel",
    "kind": "Art",
    "planned_minutes": "Minuten",
    "rapporteur": "Berichterstattung",
    "is_public": "Öffentlichkeit",
    "is_second_call": "zweite Sitzung zum selben Punkt",
    "description": "Erläuterung",
    "proposed_resolution": "Beschlussvorschlag",
}
"""What an agenda says of an item, with its German label."""
UNSENT = "noch nicht versandt"
LONG = ("description", "proposed_resolution")
"""Texts with Markdown, too long for a line."""


@dataclass(frozen=True)
class Said:
    """What the agenda says in one field: the value as it is kept in a line, and the words for people."""

    value: Any
    words: str


@dataclass(frozen=True)
class ChangeLine:
    """One line of a supplement as it is read."""

    change: AgendaChange
    item: AgendaItem
    number: str
    """„4", „N 1": as the agenda counts once the supplement is sent."""

    @property
    def is_public(self) -> bool:
        if self.kind is ChangeKind.ITEM_MOVED and self.change.new_value is not None:
            return self.change.is_public and self.change.old_text != self.number
        return self.change.is_public

    @property
    def kind(self) -> ChangeKind:
        return self.change.kind

    @property
    def title(self) -> str:
        """The item's title as it is going to be."""
        return self.change.new_text or self.item.title if self.kind is ChangeKind.ITEM_ADDED else self.item.title

    @property
    def what(self) -> str:
        """„neuer Punkt", „Titel geändert", „neue Unterlage"."""
        if self.kind is ChangeKind.ITEM_CHANGED:
            return f"{FIELDS[self.change.field or 'title']} geändert"
        return self.kind.label

    @property
    def is_long(self) -> bool:
        return self.change.field in LONG

    @property
    def old(self) -> str:
        """What it said; nothing for what is new."""
        return self.change.old_text or ""

    @property
    def new(self) -> str:
        """What it says now; for a new item nothing but its title, which stands before."""
        return "" if self.kind is ChangeKind.ITEM_ADDED else self.change.new_text or ""

    @property
    def moved_from(self) -> str:
        """Where a moved item stood; where its number stays, only confidential items changed places with it."""
        stays = self.old == (self.change.new_text or self.number)
        return "an anderer Stelle der Tagesordnung" if stays else f"bisher TOP {self.old}"

    @property
    def papers(self) -> list[Paper]:
        """Files to open: those of a new item, or the new paper itself, as far as they were not taken back."""
        if self.kind is ChangeKind.ITEM_ADDED:
            own = self.change.supplement_id
            return [p for p in self.item.papers if p.withdrawn_at is None and p.supplement_id in (own, None)]
        paper = self.change.paper
        return [paper] if self.kind is ChangeKind.PAPER_ADDED and paper is not None and not paper.withdrawn_at else []

    @property
    def is_void(self) -> bool:
        """A paper that was taken back since: it is no longer named."""
        paper = self.change.paper
        return self.kind is ChangeKind.PAPER_ADDED and paper is not None and paper.withdrawn_at is not None


@dataclass(frozen=True)
class SupplementPart:
    """A supplement and those of its lines that a reader may read."""

    supplement: AgendaSupplement
    lines: tuple[ChangeLine, ...]


@dataclass(frozen=True)
class AgendaMarks:
    """What an agenda shows of supplements, to one reader."""

    parts: Sequence[SupplementPart] = ()
    """Those sent, with the lines to be read."""
    draft: AgendaSupplement | None = None
    """The one in preparation, for those who prepare the meeting."""
    marks: Mapping[int, str] = field(default_factory=dict)
    """Item id → „neu im 1. Nachtrag"."""
    planned: Mapping[int, Sequence[ChangeLine]] = field(default_factory=dict)
    """Item id → what the supplement in preparation is going to change about it."""


def marks_of(agenda: Agenda, *, reads_all: bool, prepares: bool) -> AgendaMarks:
    """What ``agenda`` shows of supplements; ``reads_all`` for the circle of the committee. No statement."""
    items, numbers = agenda.items, {entry.item.id: entry.number for entry in agenda.flat}
    marks = {item.id: mark for item in items if (mark := mark_of(item, reads_all=reads_all)) is not None}
    planned = {item.id: lines_of(planned_of(item), numbers) for item in items} if prepares else {}
    return AgendaMarks(
        parts=parts_of(items, numbers, reads_all=reads_all),
        draft=draft_in(items) if prepares else None,
        marks=marks,
        planned={item_id: lines for item_id, lines in planned.items() if lines},
    )


def said_of(item: AgendaItem) -> dict[str, Said]:
    """What the agenda says of ``item`` now, by field."""
    return {
        "title": Said(item.title, item.title),
        "kind": Said(item.kind.value, item.kind.label),
        "planned_minutes": said_minutes(item.planned_minutes),
        "rapporteur": Said(rapporteur_key(item), rapporteur_of(item) or "noch offen"),
        "is_public": said_publicity(item.is_public),
        "is_second_call": said_second_call(item.is_second_call),
        "description": Said(item.description, item.description),
        "proposed_resolution": Said(item.proposed_resolution, item.proposed_resolution),
    }


def said_kind(kind: ItemKind) -> Said:
    """The kind of an item."""
    return Said(kind.value, kind.label)


def said_minutes(minutes: int | None) -> Said:
    """How long an item is planned for."""
    return Said(minutes, minutes_text(minutes) if minutes is not None else "nicht geplant")


def said_publicity(is_public: bool) -> Said:
    """Whether an item is public."""
    return Said(is_public, "öffentlich" if is_public else "nicht öffentlich")


def said_second_call(is_second_call: bool) -> Said:
    """Whether the number of those present matters this time."""
    return Said(is_second_call, "ja, die Zahl der Anwesenden zählt nicht" if is_second_call else "nein")


def said_rapporteur(who: Seat | Person | MeetingGuest | None) -> Said:
    """Who reports."""
    if who is None:
        return Said("", "noch offen")
    if isinstance(who, Seat):
        return Said(f"seat:{who.id}", who.label)
    if isinstance(who, Person):
        return Said(f"person:{who.id}", who.name)
    return Said(f"guest:{who.id}", f"{who.name} (Gast)")


def rapporteur_key(item: AgendaItem) -> str:
    """What stands for the rapporteur of ``item`` in forms and lines: „seat:5"."""
    if item.rapporteur_seat_id is not None:
        return f"seat:{item.rapporteur_seat_id}"
    if item.rapporteur_person_id is not None:
        return f"person:{item.rapporteur_person_id}"
    return f"guest:{item.rapporteur_guest_id}" if item.rapporteur_guest_id is not None else ""


def lines_of(changes: Iterable[AgendaChange], numbers: Mapping[int, str]) -> list[ChangeLine]:
    """``changes`` in the order of the agenda; those of items without a number in ``numbers`` are left out."""
    order = {item_id: n for n, item_id in enumerate(numbers)}
    lines = [
        ChangeLine(change, change.item, numbers[change.item.id])
        for change in changes
        if change.item is not None and change.item.id in numbers
    ]
    return sorted(lines, key=lambda line: (order[line.item.id], line.change.id))


def parts_of(items: Sequence[AgendaItem], numbers: Mapping[int, str], *, reads_all: bool) -> list[SupplementPart]:
    """The supplements that touched ``items``, with the lines to be read: all of them, or those that are public."""
    known: dict[int, AgendaSupplement] = {}
    found: dict[int, list[AgendaChange]] = {}
    for change in (c for item in items for c in item.changes):
        if change.supplement.sent_at is not None and (change.is_public or reads_all):
            known[change.supplement_id] = change.supplement
            found.setdefault(change.supplement_id, []).append(change)
    return [
        SupplementPart(supplement, tuple(line for line in lines_of(found[i], numbers) if not line.is_void))
        for i, supplement in sorted(known.items(), key=lambda pair: pair[1].number)
    ]


def draft_in(items: Sequence[AgendaItem]) -> AgendaSupplement | None:
    """The supplement in preparation, if it touches one of ``items``."""
    changes = (change for item in items for change in item.changes)
    return next((c.supplement for c in changes if c.supplement.sent_at is None), None)


def mark_of(item: AgendaItem, *, reads_all: bool) -> str | None:
    """„neu im 1. Nachtrag", „geändert im 2. Nachtrag" for whoever received the agenda before; None where it is as sent.

    ``reads_all`` False leaves out what only the circle of the committee knows.
    """
    sent = [
        c for c in item.changes if c.supplement.sent_at is not None and (c.is_public or reads_all)
        and (c.kind is not ChangeKind.ITEM_MOVED or c.field == PLACE)
    ]  # fmt: skip
    if not sent:
        return None
    last = max(sent, key=lambda c: (c.supplement.number, c.id))
    words = {ChangeKind.ITEM_ADDED: "neu", ChangeKind.ITEM_WITHDRAWN: "abgesetzt",
             ChangeKind.ITEM_MOVED: "verschoben"}  # fmt: skip
    added = next((c for c in sent if c.kind is ChangeKind.ITEM_ADDED), None)
    if added is not None and added.supplement_id == last.supplement_id:
        last = added
    return f"{words.get(last.kind, 'geändert')} im {last.supplement.number}. Nachtrag"


def marks_in(agenda: Agenda, *, reads_all: bool) -> dict[int, str]:
    """Item id → what a printed agenda says of it: „neu im 1. Nachtrag", or that nobody knows of it yet."""
    marks = {i.id: mark_of(i, reads_all=reads_all) if is_announced(i) else UNSENT for i in agenda.items}
    return {item_id: mark for item_id, mark in marks.items() if mark is not None}


def paper_mark(paper: Paper) -> str | None:
    """„neu im 1. Nachtrag" for a paper that came after the invitation."""
    if paper.supplement is None:
        return None
    return f"neu im {paper.supplement.number}. Nachtrag" if is_announced(paper) else UNSENT


def planned_of(item: AgendaItem) -> list[AgendaChange]:
    """What the supplement in preparation is going to change about an item that the members have received."""
    return [c for c in item.changes if c.supplement.sent_at is None] if is_announced(item) else []


def line_text(line: ChangeLine) -> str:
    """The line in a mail: „TOP 4  Kita-Zugang: Minuten geändert. Bisher: 20 min. Jetzt: 30 min."."""
    item, head = line.item, f"TOP {line.number}  {line.title}"
    if line.kind is ChangeKind.ITEM_MOVED:
        return f"{head}: {line.moved_from}"
    if line.kind is ChangeKind.ITEM_ADDED:
        facts = [item.kind.label]
        facts += [minutes_text(item.planned_minutes)] if item.planned_minutes else []
        facts += [item.kind.said_of(who)] if (who := rapporteur_of(item)) else []
        return f"{head}: {line.what} ({', '.join(facts)})"
    if line.kind is ChangeKind.ITEM_WITHDRAWN:
        return f"{head}: {line.what}" + (f". Grund: {line.new}" if line.new else "")
    if line.kind is ChangeKind.PAPER_WITHDRAWN:
        return f"{head}: {line.what} ({line.old})"
    if line.kind is ChangeKind.PAPER_ADDED:
        return f"{head}: {line.what}"
    said = [f"Bisher: {line.old}"] if line.old and not line.is_long else []
    said.append(f"Jetzt: {line.new}" if line.new else "Der Text entfällt.")
    return f"{head}: {line.what}. " + ". ".join(said)
