"""What minutes contain: one structure for page, DOCX and PDF, and its canonical form. No database, no request."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from govern.meetings.contributions import ItemSection, Line

OUTSIDE = ("status", "is_draft", "file_name", "made_at", "stamp")
"""What a copy says of itself; it belongs to no version and is not part of its hash."""


@dataclass(frozen=True, kw_only=True)
class AttendanceLine:
    """One place of a seat."""

    seat: str
    person: str
    """Who sat there; empty where names are not kept or not for this reader."""
    note: str = ""
    """For whom, and from when to when."""


@dataclass(frozen=True, kw_only=True)
class AttendanceGroup:
    """„Anwesend", „Vertreten" …, with the lines under it."""

    heading: str
    lines: tuple[AttendanceLine, ...]

    @property
    def table(self) -> list[tuple[str, float, tuple[str, ...]]]:
        """Columns that are not empty: heading, width in centimetres, cells."""
        columns = [
            ("Institution" if self.heading == "Gäste" else "Sitz", 8.5, tuple(line.seat for line in self.lines)),
            ("Person", 4.5, tuple(line.person for line in self.lines)),
            ("Anmerkung", 3.5, tuple(line.note for line in self.lines)),
        ]
        return [column for column in columns if any(column[2])]


@dataclass(frozen=True, kw_only=True)
class VoteNote:
    """A vote as minuted: totals, and who voted how only where it was by name."""

    text: str
    """„namentlich: 2 Ja, 1 Nein, 0 Enthaltungen"."""
    roll: tuple[str, ...] = ()
    """„Stadt Jülich: Ja"; empty unless the vote was by name."""


@dataclass(frozen=True, kw_only=True)
class ResolutionBox:
    """A resolution as minuted."""

    id: int
    number: str
    """„LG-B-2026-07" or „vorläufig"."""
    text: str
    """Markdown."""
    outcome: str
    proviso: str | None
    cancelled: str | None
    """Why it was cancelled, with the day."""
    votes: tuple[VoteNote, ...] = ()
    consent: str = ""
    """„wirksam mit Einvernehmen von Stadt Jülich"; empty where nobody's consent was asked for."""


@dataclass(frozen=True, kw_only=True)
class RevisionNote:
    """A correction after release."""

    number: int
    on: str
    by: str
    reason: str
    old_text: str
    new_text: str


@dataclass(frozen=True, kw_only=True)
class ObjectionNote:
    """An objection with its answers; kept even if it was rejected."""

    place: str
    """„TOP 3" or „Protokoll als Ganzes"."""
    by: str
    on: str
    passage: str
    wish: str
    state: str
    answer: str
    committee_answer: str

    @property
    def lines(self) -> list[tuple[str, str]]:
        """What was said, term and value, without what is empty."""
        said = [("Stelle", self.passage), ("Einwendung", self.wish), ("Antwort", self.answer),
                ("Entscheidung des Gremiums", self.committee_answer)]  # fmt: skip
        return [(term, value) for term, value in said if value]


@dataclass(frozen=True, kw_only=True)
class ItemMinutes:
    """One agenda item as minuted."""

    id: int
    number: str
    title: str
    level: int
    """1 for items, 2 for sub-items."""
    facts: str
    """Kind, who reported, from when to when."""
    text: str
    """Markdown."""
    result: str
    resolutions: tuple[ResolutionBox, ...]
    sections: tuple[ItemSection, ...]
    revisions: tuple[RevisionNote, ...]
    notes: tuple[tuple[str, str], ...] = ()
    """What else must be said of it: motion, consent to treat it, who took no part. Term and value."""
    explanation: str = ""
    """Markdown; only in minutes that tell more than the result."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """The public or the confidential part."""

    heading: str | None
    items: tuple[ItemMinutes, ...]


@dataclass(frozen=True, kw_only=True)
class MinutesContent:
    """Everything the minutes say, ready to be set."""

    body: str
    committee: str
    meeting: str
    title: str
    """„Ergebnisprotokoll: 9. Sitzung, Lenkungsgruppe KIM"."""
    facts: tuple[tuple[str, str], ...]
    """Day, time, place, chair, moderator, minute-taker: term and value."""
    status: str
    """„Entwurf" or „freigegeben am …"."""
    is_draft: bool
    attendance: tuple[AttendanceGroup, ...]
    attendance_summary: str
    opening: str
    """Markdown before the first item."""
    parts: tuple[Part, ...]
    has_confidential_part: bool
    signatures: tuple[str, ...]
    file_name: str
    """Without ending."""
    made_at: datetime
    objections: tuple[ObjectionNote, ...] = ()
    stamp: str = ""
    """„Fassung 2 · SHA-256 …" under what was kept; a draft has none."""

    @property
    def digest(self) -> str | None:
        """The hash named by the stamp."""
        return self.stamp.rsplit(" ", 1)[-1] or None


def part_for_guest(content: MinutesContent, item_ids: Collection[int]) -> MinutesContent:
    """What of the public ``content`` concerns these items: what was said and resolved, and nothing else.

    Who attended, who voted how, who took no part and who was charged with what is not for guests.
    """

    def told(item: ItemMinutes) -> ItemMinutes:
        votes = [replace(r, votes=tuple(replace(v, roll=()) for v in r.votes)) for r in item.resolutions]
        return replace(item, resolutions=tuple(votes), sections=(), notes=(), revisions=())

    items = tuple(told(item) for part in content.parts for item in part.items if item.id in item_ids)
    return replace(
        content, title=f"Auszug aus dem Protokoll: {content.meeting}", attendance=(), attendance_summary="", opening="",
        facts=tuple(fact for fact in content.facts if fact[0] in ("Gremium", "Tag", "Ort")), objections=(),
        parts=(Part(heading=None, items=items),) if items else (), has_confidential_part=False, signatures=(), stamp="",
        file_name=f"{content.file_name} Auszug",
    )  # fmt: skip


def as_json(content: MinutesContent) -> dict[str, Any]:
    """``content`` as plain values, without what a copy says of itself."""
    values: dict[str, Any] = json.loads(json.dumps(asdict(content), default=str))
    return {name: value for name, value in values.items() if name not in OUTSIDE}


def digest_of(values: Mapping[str, Any]) -> str:
    """The SHA-256 of the canonical form: keys in order, no white space, UTF-8."""
    text = json.dumps(values, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def places_that_differ(kept: Mapping[str, Any], today: Mapping[str, Any]) -> list[str]:
    """Where two canonical forms differ: „TOP 3", „Anwesenheit" …; for people to look at."""
    names = {"facts": "Angaben", "attendance": "Anwesenheit", "attendance_summary": "Anwesenheit",
             "opening": "Eröffnung", "objections": "Einwendungen"}  # fmt: skip
    found = [names.get(key, "Titel") for key in kept if key != "parts" and kept[key] != today.get(key)]
    items = [{i["number"]: i for part in side["parts"] for i in part["items"]} for side in (kept, today)]
    found += [f"TOP {number}" for number in items[0] if items[0][number] != items[1].get(number)]
    return list(dict.fromkeys(found))


def from_json(values: Mapping[str, Any], **outside: Any) -> MinutesContent:
    """What :func:`as_json` wrote; ``outside`` gives what a copy says of itself."""
    made = {
        **values,
        "facts": _pairs(values["facts"]),
        "attendance": tuple(
            AttendanceGroup(heading=g["heading"], lines=tuple(AttendanceLine(**line) for line in g["lines"]))
            for g in values["attendance"]
        ),
        "parts": tuple(
            Part(heading=p["heading"], items=tuple(_item(item) for item in p["items"])) for p in values["parts"]
        ),
        "signatures": tuple(values["signatures"]),
        "objections": tuple(ObjectionNote(**note) for note in values["objections"]),
    }
    return MinutesContent(**made, **outside)


def _item(values: Mapping[str, Any]) -> ItemMinutes:
    made = {
        **values,
        "resolutions": tuple(_resolution(r) for r in values["resolutions"]),
        "sections": tuple(
            ItemSection(s["heading"], tuple(Line(**line) for line in s["lines"])) for s in values["sections"]
        ),
        "revisions": tuple(RevisionNote(**r) for r in values["revisions"]),
        "notes": _pairs(values["notes"]),
    }
    return ItemMinutes(**made)


def _resolution(values: Mapping[str, Any]) -> ResolutionBox:
    votes = tuple(VoteNote(text=v["text"], roll=tuple(v["roll"])) for v in values["votes"])
    return ResolutionBox(**{**values, "votes": votes})


def _pairs(values: list[list[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((term, value) for term, value in values)
