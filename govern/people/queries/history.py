"""Read the audit trail: as „Verlauf" of one object, with functions instead of names, or whole for administrators."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from govern import formats
from govern.audit import AuditEntry, closed_today
from govern.db import db, name_sort_key, sort_key
from govern.people.models import User
from govern.people.policies import can_coordinate
from govern.people.queries.persons import named

PAGE_SIZE = 50
LONGEST_VALUE = 400

NOUNS = {
    "accessibility_feedback": "Rückmeldung zur Barrierefreiheit",
    "agenda_item": "Tagesordnungspunkt",
    "agreement": "Vereinbarung",
    "agreement_party": "Beteiligte der Vereinbarung",
    "agreement_resolution": "Beschluss zur Vereinbarung",
    "agreement_review": "Überprüfung der Vereinbarung",
    "agreement_step": "Stand der Vereinbarung",
    "agreement_version": "Fassung der Vereinbarung",
    "agenda_supplement": "Nachtrag zur Tagesordnung",
    "attendance": "Anwesenheit",
    "attendance_break": "Unterbrechung der Teilnahme",
    "body": "Einstellungen",
    "calendar_feed": "Kalenderadresse",
    "chain_version": "Fassung der Dienstleistungskette",
    "circular_answer": "Antwort im Umlauf",
    "circular_resolution": "Umlaufbeschluss",
    "committee": "Gremium",
    "committee_name": "Name des Gremiums",
    "committee_officer": "Geschäftsführung oder Vorsitz",
    "committee_parent": "Zuordnung des Gremiums",
    "composition_rule": "Regel zur Besetzung",
    "date_option": "Terminvorschlag",
    "date_poll": "Terminfrage",
    "dispatch": "Versand",
    "concept": "Konzept",
    "concept_annex": "Anlage einer Fassung",
    "concept_basis": "Grundlage des Konzepts",
    "concept_filing": "Ablage des Konzepts",
    "concept_sending": "Versand einer Fassung",
    "concept_submission": "Vorlage eines Entwurfs",
    "concept_version": "Fassung des Konzepts",
    "comment_answer": "Antwort auf eine Stellungnahme",
    "consultation": "Beteiligung",
    "consultation_comment": "Stellungnahme",
    "consultation_party": "Beteiligte der Beteiligung",
    "document": "Dokument",
    "document_filing": "Ablage des Dokuments",
    "event": "Veranstaltung",
    "event_registration": "Anmeldung zur Veranstaltung",
    "feed": "Kalenderadresse",
    "figure_release": "Freigabe der Zahlen",
    "forwarding_file": "Unterlage zur Meldung an das Land",
    "implementer_consent": "Einvernehmen",
    "invitation": "Einladung",
    "joint_committee": "Weiteres Gremium der Sitzung",
    "list_mail": "Rundmail",
    "local_body_registration": "Anmeldung eines örtlichen Gremiums",
    "mail_text": "Anschreiben des Gremiums",
    "mandate": "Mandat",
    "matter": "Lücke",
    "matter_publication": "Veröffentlichung der Lücke",
    "matter_topic": "Thema zur Lücke",
    "meeting": "Sitzung",
    "meeting_guest": "Gast",
    "meeting_move": "Verlegung",
    "meeting_role": "Aufgabe in der Sitzung",
    "meeting_series": "Sitzungsreihe",
    "minutes_revision": "Berichtigung der Niederschrift",
    "minutes_version": "Fassung des Protokolls",
    "municipal_report": "Bericht an die Kommunen",
    "needs_analysis": "Bedarfsanalyse",
    "objection": "Einwendung",
    "order_reference": "Bezug eines Auftrags auf ein Konzept",
    "organisation": "Institution",
    "organisation_alias": "Weiterer Name der Institution",
    "paper": "Unterlage",
    "person": "Person",
    "person_function": "Funktion der Person",
    "place": "Ort",
    "procedure_rule": "Regel des Gremiums",
    "order_event": "Verlauf des Auftrags",
    "order_file": "Unterlage zum Auftrag",
    "project": "Auftrag einer Projektgruppe",
    "project_report": "Bericht einer Projektgruppe",
    "project_report_day": "Berichtstag einer Projektgruppe",
    "quorum_finding": "Feststellung der Beschlussfähigkeit",
    "recusal": "Befangenheit",
    "resolution": "Beschluss",
    "resolution_reference": "Bezug eines Beschlusses auf ein Konzept",
    "route": "Weg der Lücken",
    "seat": "Sitz",
    "seat_group": "Sitzgruppe",
    "service_chain": "Dienstleistungskette",
    "standing_item": "Ständiger Tagesordnungspunkt",
    "state_forwarding": "Meldung an das Land",
    "target_group_release": "Freigabe der Zahlen der Zielgruppen",
    "target_group_year": "Zahlen der Zielgruppen",
    "topic": "Thema",
    "topic_call": "Aufruf zu Themen",
    "user": "Konto",
    "user_role": "Rolle",
    "vocabulary_term": "Eintrag einer Auswahlliste",
    "vote": "Abstimmung",
    "work_order": "Arbeitsauftrag",
    "yearly_report": "Jahresbericht",
}
"""Table → what an entry about it is called; a test holds that no audited table is missing."""

VERBS = {"created": "angelegt", "changed": "geändert", "deleted": "entfernt"}
OWN_VERBS = {
    ("user_role", "created"): "vergeben",
    ("user_role", "deleted"): "entzogen",
    ("topic_call", "created"): "versandt",
}

EVENTS = {
    "signed_in": "Angemeldet",
    "signed_out": "Abgemeldet",
    "sign_in_failed": "Anmeldung abgelehnt",
    "password_changed": "Passwort geändert",
    "refused": "Zugriff verweigert",
}
"""Events that change no row."""

EVENT_KINDS = {"signing_in": "An- und Abmeldungen", "refused": "Verweigerte Zugriffe"}


@dataclass(frozen=True)
class HistoryEntry:
    """One line of a Verlauf, ready to be shown."""

    title: str
    at: datetime
    by: str
    changes: list[tuple[str, str | None, str | None]]


def list_history(
    root_kind: str, root_id: int, *, include_restricted: bool = False, limit: int = 100
) -> list[HistoryEntry]:
    """What happened to one object and what belongs to it, newest first, with functions instead of names.

    The caller has checked that the object may be seen, so its own entries are shown. Those of what belongs to it are
    left out where they are confidential; ``include_restricted`` is for those who may see these things too.
    """
    statement = (
        sa.select(AuditEntry)
        .where(AuditEntry.root_kind == root_kind, AuditEntry.root_id == root_id)
        .order_by(AuditEntry.id.desc())
        .limit(limit)
    )
    if not include_restricted:
        is_its_own = sa.and_(AuditEntry.kind == root_kind, AuditEntry.object_id == root_id)
        statement = statement.where(sa.or_(AuditEntry.is_restricted.is_(False), is_its_own))
    return [_shown(entry, entry.function_label) for entry in db.session.scalars(statement)]


def list_trail(
    by: User, *, kind: str = "", person: str = "", day: date | None = None, page: int = 1
) -> tuple[Sequence[HistoryEntry], int]:
    """One page of the whole trail for administrators, with names, and how many entries there are.

    What was confidential then, or is by now, stays closed to administrators who do not coordinate: they see that
    something happened.
    """
    statement = _narrowed(sa.select(AuditEntry), kind, person, day)
    total = db.session.scalar(sa.select(sa.func.count()).select_from(statement.subquery())) or 0
    entries = db.session.scalars(
        statement.order_by(AuditEntry.id.desc()).limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)
    ).all()
    reads_all = can_coordinate(by)
    closed = set() if reads_all else closed_today([e for e in entries if not e.is_restricted])
    users = _users({e.user_id for e in entries if e.user_id is not None})
    shown = []
    for entry in entries:
        user = users.get(entry.user_id) if entry.user_id is not None else None
        name = f"{user.display_name} ({entry.function_label})" if user is not None else entry.function_label
        shown.append(_shown(entry, name, is_closed=not reads_all and (entry.is_restricted or entry.id in closed)))
    return shown, total


def kinds() -> dict[str, str]:
    """What the trail can be narrowed to: value and German name."""
    return {**EVENT_KINDS, **dict(sorted(NOUNS.items(), key=lambda pair: sort_key(pair[1])))}


def _narrowed(statement: sa.Select[Any], kind: str, person: str, day: date | None) -> sa.Select[Any]:
    if kind == "signing_in":
        statement = statement.where(AuditEntry.action.in_(("signed_in", "signed_out", "sign_in_failed")))
    elif kind == "refused":
        statement = statement.where(AuditEntry.action == "refused")
    elif kind:
        statement = statement.where(AuditEntry.kind == kind, AuditEntry.action.in_(VERBS))
    if person.strip():
        in_address = User.email.contains(person.strip().lower(), autoescape=True)
        matches = sa.or_(in_address, named(person)) if name_sort_key(person) else in_address
        statement = statement.where(AuditEntry.user_id.in_(sa.select(User.id).outerjoin(User.person).where(matches)))
    if day is not None:
        if not 1900 < day.year < 3000:
            return statement.where(sa.false())
        start = formats.at(day, time())
        statement = statement.where(AuditEntry.at >= start, AuditEntry.at < formats.at(day + timedelta(1), time()))
    return statement


def _users(ids: set[int]) -> dict[int, User]:
    if not ids:
        return {}
    rows = db.session.scalars(sa.select(User).where(User.id.in_(ids)).options(joinedload(User.person)))
    return {user.id: user for user in rows}


def _shown(entry: AuditEntry, by: str, *, is_closed: bool = False) -> HistoryEntry:
    label = "nicht öffentlich" if is_closed else entry.label
    changes = [] if is_closed else [_change(field, values) for field, values in entry.changes.items()]
    return HistoryEntry(_title(entry.action, entry.kind, label), entry.at, by, changes)


def _title(action: str, kind: str, label: str) -> str:
    if action in EVENTS:
        return f"{EVENTS[action]}: {label}" if label else EVENTS[action]
    noun = NOUNS.get(kind, "Eintrag")
    verb = OWN_VERBS.get((kind, action)) or VERBS.get(action, "geändert")
    return f"{noun} „{formats.one_line(label, 90)}“ {verb}" if label else f"{noun} {verb}"


def _change(field: str, values: list[Any]) -> tuple[str, str | None, str | None]:
    if len(values) != 2:
        return field, None, "geändert"
    before, after = (_text(value) for value in values)
    if len(before or "") > LONGEST_VALUE or len(after or "") > LONGEST_VALUE:
        return field, None, _excerpt(after) or "geleert"
    return field, before, after


def _excerpt(text: str | None) -> str:
    return formats.one_line(text, LONGEST_VALUE) if text else ""


def _text(value: Any) -> str | None:
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return "ja" if value else "nein"
    text = str(value)
    with suppress(ValueError):  # people may write what only looks like a day
        if re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d.*", text):
            moment = datetime.fromisoformat(text)
            return formats.datetime_short(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
        if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
            return formats.date_text(date.fromisoformat(text))
    if re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", text):
        return formats.partial_date(text)
    return text
