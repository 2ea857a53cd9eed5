"""Lines of items that fill themselves: the Beschlusskontrolle in figures, the minutes up for approval."""

from __future__ import annotations

from collections.abc import Sequence

from govern.formats import date_text
from govern.meetings.contributions import ItemSection, Line
from govern.meetings.models import AgendaItem, ItemPurpose
from govern.meetings.policies_agendas import TrackingScope, tracking_scope
from govern.meetings.queries.approvals import approvals_of
from govern.meetings.queries.trackings import tracking_figures, tracking_of
from govern.meetings.tracking import TrackingRow
from govern.people.models import User


def own_sections(user: User, items: Sequence[AgendaItem]) -> dict[int, list[ItemSection]]:
    """What items that fill themselves say on the agenda; at most one statement for each kind there is."""
    found: dict[int, list[ItemSection]] = {}
    for item in items:
        if item.purpose is not ItemPurpose.RESOLUTION_TRACKING:
            continue
        if tracking_scope(user, item.meeting.committee_id, item.meeting) is not TrackingScope.NONE:
            words = tracking_figures(item, user).text
            found[item.id] = [ItemSection("Beschlusskontrolle", (Line(words, url=f"/tagesordnungspunkte/{item.id}"),))]
    _add_approvals(found, user, items)
    return found


def printed_sections(
    user: User, items: Sequence[AgendaItem], *, public_only: bool = False
) -> dict[int, list[ItemSection]]:
    """The same for agendas on paper: the Beschlusskontrolle line by line."""
    found = minuted_sections(user, items, public_only=public_only)
    _add_approvals(found, user, items, public_only=public_only)
    return found


def minuted_sections(
    user: User, items: Sequence[AgendaItem], *, public_only: bool = False
) -> dict[int, list[ItemSection]]:
    """The same for the minutes: the Beschlusskontrolle line by line, each with the word of its traffic light first."""
    found: dict[int, list[ItemSection]] = {}
    for item in items:
        if item.purpose is ItemPurpose.RESOLUTION_TRACKING:
            rows = tracking_of(item, user, public_only=public_only)
            found[item.id] = [ItemSection("Beschlusskontrolle", tuple(_line(row) for row in rows))] if rows else []
    return found


def _add_approvals(
    found: dict[int, list[ItemSection]], user: User, items: Sequence[AgendaItem], *, public_only: bool = False
) -> None:
    for item_id, approval in approvals_of(items, user, public_only=public_only).items():
        line = Line(
            f"Protokoll: {approval.meeting.name}, {date_text(approval.meeting.starts_at)}",
            approval.text,
            f"/sitzungen/{approval.meeting.id}/protokoll" if approval.is_readable else None,
        )
        found.setdefault(item_id, []).append(ItemSection("Zu genehmigen", (line,)))


def _line(row: TrackingRow) -> Line:
    details = [
        f"zuständig: {row.responsible or 'nicht angegeben'}",
        f"Frist: {row.due}" if row.due_on else row.due,
        row.state_text,
        f"zuletzt: {row.last_word}" if row.last_word else "",
    ]
    name = f"{row.kind} {row.number}" if row.number else row.kind
    return Line(f"{row.word}: {name}: {row.text}", " · ".join(d for d in details if d), row.url)
