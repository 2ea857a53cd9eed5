"""What higher packages add to meetings: lists that `govern.app` fills, one visible line each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from govern.committees.models import Committee, Seat
from govern.committees.queries.addressees import Addressees
from govern.meetings.models import AgendaItem, Meeting, Resolution, Topic
from govern.meetings.tracking import TrackingSource
from govern.people.models import Organisation, User
from govern.web import Section


@dataclass(frozen=True)
class Line:
    """One line under an agenda item: on the page, in print and in exports alike."""

    text: str
    detail: str = ""
    """Muted facts, e.g. addressee and due date."""
    url: str | None = None


@dataclass(frozen=True)
class ItemSection:
    """Lines under a heading, e.g. the work orders of an item."""

    heading: str
    lines: tuple[Line, ...]
    at_closing: str = ""
    """What closing the meeting does with them, e.g. „sie werden jetzt erteilt"; without a word it does nothing."""


@dataclass(frozen=True)
class Check:
    """One line of the readiness panel: `ok`, `todo` or `bad`, with words and where to mend it."""

    state: str
    text: str
    url: str | None = None
    action: tuple[str, str] | None = None
    """Words and address of a button that mends it at once."""


@dataclass(frozen=True, kw_only=True)
class Charge:
    """What somebody is charged with because of a resolution; they get an extract of it. One addressee is given."""

    resolution_id: int
    line: Line
    organisation: Organisation | None = None
    seat: Seat | None = None
    committee: Committee | None = None


item_sections: list[Callable[[User, Sequence[AgendaItem]], dict[int, list[ItemSection]]]] = []
"""Called once per page for all items shown; obeys the user's rights. Item id → sections."""

resolution_sections: list[Callable[[User, Sequence[Resolution]], dict[int, list[ItemSection]]]] = []
"""What came of resolutions, for the register and their pages. Resolution id → sections."""

charges: list[Callable[[Sequence[Resolution]], list[Charge]]] = []
"""Who is charged with what because of resolutions, whoever asks; for the office that sends them extracts."""

resolution_actions: list[Callable[[User, Resolution], list[Line]]] = []
"""What may be done with a resolution besides: text and address of a button, as far as the user may."""

topic_sections: list[Callable[[User, Topic], Section | None]] = []
"""What higher packages show on the page of a topic besides its chain, e.g. the adjustment it was made for."""

chains: list[Callable[[User, Topic | AgendaItem | Resolution], Section | None]] = []
"""The whole chain of an object, both ways, for its page: from gap report to work order."""

minuting_forms: list[Callable[[User, AgendaItem, Addressees], Section]] = []
"""Rendered parts of the Sitzungsmodus below an item (e.g. the work orders with their form); each posts to itself."""

readiness_checks: list[Callable[[User, Meeting], list[Check]]] = []
"""Further lines of the readiness panel."""

open_lines: list[Callable[[User, Meeting], list[Check]]] = []
"""What is still open from earlier meetings of the committee, for the panel „Offen aus früheren Sitzungen"."""

before_closing: list[Callable[[Meeting], list[str]]] = []
"""Reasons in German why the meeting cannot be closed yet."""

tracking_sources: list[TrackingSource] = []
"""Further lines of the Beschlusskontrolle of a committee; who may read which of them is decided here."""

after_closing: list[Callable[[Meeting, User], None]] = []
"""Called in the transaction that closes a meeting, e.g. to issue its work orders."""
