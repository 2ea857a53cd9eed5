"""What the coordination does with the office's table of persons and mandates: look, take over."""

from __future__ import annotations

from datetime import date

from govern.committees.rosters.importing import RosterPlan, import_roster, plan_roster
from govern.errors import Conflict, DomainError
from govern.people.models import Body, User
from govern.people.queries.accounts import find_body


def preview_roster(data: bytes, *, today: date, by: User) -> RosterPlan:
    """What the table would change. Raises FaultyRosterError naming every faulty cell."""
    return plan_roster(data, body=_body(), today=today, by=by)


def take_over_roster(data: bytes, *, fingerprint: str, today: date, by: User) -> RosterPlan:
    """Take over a table that was previewed. Raises Conflict when it would change something else by now."""
    if preview_roster(data, today=today, by=by).fingerprint != fingerprint:
        raise Conflict("Inzwischen wurde etwas geändert. Bitte prüfen Sie die neue Vorschau.")
    return import_roster(data, body=_body(), today=today, by=by)


def _body() -> Body:
    body = find_body()
    if body is None:
        raise DomainError("Hier ist noch keine Körperschaft angelegt.")
    return body
