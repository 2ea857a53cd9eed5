"""The navigation: where a person can go, and how much work waits there."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from flask import Flask, current_app, g, request

from govern import access
from govern.actions.policies_gaps import can_report_gaps
from govern.actions.policies_local_bodies import can_see_registrations
from govern.actions.policies_planning import can_see_analyses
from govern.actions.policies_reports import can_see_municipal_reports
from govern.committees.policies import can_write_list_mails
from govern.formats import count, number, today
from govern.overview.policies import can_change_settings, can_write_yearly_reports
from govern.overview.queries.work import WaitingWork, count_waiting_work
from govern.people import policies
from govern.people.models import User
from govern.web import NavigationEntry, NavigationSection

STATIC_PATHS = "govern_static_paths"


@dataclass(frozen=True)
class _Place:
    label: str
    path: str
    for_whom: Callable[[User], bool] = lambda _user: True
    count: Callable[[WaitingWork], str | None] = lambda _work: None


def _number(value: int) -> str | None:
    return str(value) if value else None


def _overdue(work: WaitingWork) -> str | None:
    return f"{work.overdue_orders} überfällig" if work.overdue_orders else None


def _waiting_evaluations(work: WaitingWork) -> str | None:
    parts = [f"{work.due_evaluations} fällig" if work.due_evaluations else "",
             f"{work.asked_evaluations} zu beantworten" if work.asked_evaluations else ""]  # fmt: skip
    return ", ".join(filter(None, parts)) or None


def sees_persons(user: User) -> bool:
    """Those who see more persons than themselves."""
    return policies.can_keep_directory(user) or policies.can_administer(user) or bool(user.standing.organisations)


def has_seats(user: User) -> bool:
    """Those who sit somewhere, and those who act for an institution (B20, B21)."""
    return bool(user.standing.member_committees or user.standing.organisations)


def acts_for_institution(user: User) -> bool:
    """Those who act for an institution, such as a municipality (B7)."""
    return bool(user.standing.organisations)


def sees_orders_of_others(user: User) -> bool:
    """All but those who only act for an institution: their orders have a page of their own."""
    standing = user.standing
    belongs = standing.member_committees | standing.chair_committees | standing.office_committees
    return policies.can_coordinate(user) or bool(belongs) or not standing.organisations


def works_with_topics(user: User) -> bool:
    """Those who bring topics or decide on them (C3)."""
    standing = user.standing
    belongs = standing.member_committees | standing.chair_committees | standing.office_committees
    return policies.can_coordinate(user) or bool(belongs)


NEEDS_ANALYSIS = re.compile(r"/organisationen/\d+/bedarfsanalyse(?=/|$)")
"""A page below a municipality that is reached from a list of its own."""
ALSO_WITHIN = {
    "/sitzungen": (
        "/tagesordnungspunkte",
        "/gaeste",
        "/orte",
        "/papierkorb",
        "/terminfragen",
        "/reihen",
        "/veranstaltungen",
    ),
    "/luecken": ("/meldungen-an-das-land", "/projektgruppen"),
    "/beschluesse": ("/umlaufbeschluesse",),
    "/wirkungspruefungen": ("/wirkungsbefragungen",),
    "/jahresbericht": ("/jahresberichte",),
    "/konzepte": (
        "/fassungen",
        "/anlagen",
        "/einlesungen",
        "/abschnitte",
        "/beteiligungen",
        "/stellungnahmen",
        "/meine-stellungnahmen",
    ),
    "/vereinbarungen": ("/vereinbarungsfassungen",),
}
"""Pages reached from an entry whose addresses begin otherwise."""

PLACES: list[tuple[str | None, list[_Place]]] = [
    (None, [
        _Place("Übersicht", "/"),
        _Place("Sitzungen", "/sitzungen", count=lambda work: _number(work.meetings)),
        _Place("Gremien", "/gremien"),
        _Place("Meine Sitze", "/meine-sitze", has_seats),
        _Place("Themenspeicher", "/themen", works_with_topics, lambda work: _number(work.topics)),
    ]),
    ("Umsetzung", [
        _Place("Lückenmeldungen", "/lueckenmeldungen", can_report_gaps,
               lambda work: f"{number(work.gap_reports)} neu" if work.gap_reports else None),
        _Place("Lücken", "/luecken", can_report_gaps),
        _Place("Wirkungsprüfungen", "/wirkungspruefungen", can_report_gaps, _waiting_evaluations),
        _Place("Unsere Aufträge", "/unsere-auftraege", acts_for_institution, _overdue),
        _Place("Örtliche Gremien", "/oertliche-gremien", can_see_registrations,
               lambda work: f"{work.local_bodies} neu" if work.local_bodies else None),
        _Place("Arbeitsaufträge", "/arbeitsauftraege", sees_orders_of_others, _overdue),
        _Place("Beschlüsse", "/beschluesse"),
        _Place("Bedarfsanalysen", "/bedarfsanalysen", can_see_analyses),
        _Place("Dienstleistungsketten", "/dienstleistungsketten"),
        _Place("Konzepte", "/konzepte"),
        _Place("Vereinbarungen", "/vereinbarungen"),
        _Place("Dokumente", "/dokumente"),
        _Place("Auswertung", "/auswertung"),
        _Place("Jahresbericht", "/jahresbericht", can_write_yearly_reports),
        _Place("Berichte an Kommunen", "/berichte-an-kommunen", can_see_municipal_reports),
    ]),
    ("Verzeichnis", [
        _Place("Organisationen", "/organisationen"),
        _Place("Personen", "/personen", sees_persons),
        _Place("Rundmails", "/rundmails", can_write_list_mails),
    ]),
    ("Verwaltung", [
        _Place("Struktur", "/struktur", policies.can_coordinate),
        _Place("Konten", "/konten", policies.can_administer),
        _Place("Postausgang", "/postausgang", policies.can_read_outbox,
               lambda work: f"{work.failed_mails} nicht zugestellt" if work.failed_mails else None),
        _Place("Verlauf", "/verlauf", policies.can_read_audit_trail),
        _Place("Einstellungen", "/einstellungen", can_change_settings,
               lambda work: count(work.reports, "Rückmeldung", "Rückmeldungen") if work.reports else None),
    ]),
    (None, [_Place("Kalender abonnieren", "/kalender")]),
]  # fmt: skip


class Navigation:
    """The sections for the signed-in person: worked out when a page first shows them, never for a fragment."""

    def __iter__(self) -> Iterator[NavigationSection]:
        if "navigation" not in g:
            user = access.reader()
            g.navigation = sections_for(user, request.path) if user.is_authenticated else []
        return iter(g.navigation)


def sections_for(user: User, path: str) -> list[NavigationSection]:
    """What ``user`` may use, with counts; ``path`` is the page shown now."""
    work = count_waiting_work(user, today())
    path = NEEDS_ANALYSIS.sub("/bedarfsanalysen", path)
    known = current_app.extensions[STATIC_PATHS]
    sections = []
    for heading, places in PLACES:
        entries = [
            NavigationEntry(place.label, place.path, place.count(work), _is_within(path, place.path))
            for place in places
            if place.path in known and place.for_whom(user)
        ]
        if entries:
            sections.append(NavigationSection(heading, entries))
    return sections


def init_app(app: Flask) -> None:
    """Note once which addresses exist; called when all blueprints are registered."""
    rules = (rule.rule for rule in app.url_map.iter_rules() if not rule.arguments)
    app.extensions[STATIC_PATHS] = {rule.rstrip("/") or "/" for rule in rules}


def _is_within(path: str, place: str) -> bool:
    return any(path == p or (p != "/" and path.startswith(p + "/")) for p in (place, *ALSO_WITHIN.get(place, ())))
