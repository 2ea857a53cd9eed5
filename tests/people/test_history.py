"""The audit trail: what it records, what it never records, and who reads it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from govern import audit
from govern.actions.models import Project, ProjectReportDay
from govern.audit import AuditEntry
from govern.committees.models import Mandate
from govern.db import Base, db
from govern.documents.models import ConceptSending, VersionState
from govern.formats import today
from govern.meetings.models import AgendaItem
from govern.people.models import Person, Role, User
from govern.people.queries.history import NOUNS, HistoryEntry, list_history, list_trail
from govern.people.services import accounts, one_time_links
from tests.conftest import Client
from tests.documents.test_concepts import make_concept, make_version
from tests.factories import (
    PASSWORD,
    make,
    make_administrator,
    make_committee,
    make_coordinator,
    make_item,
    make_mandate,
    make_matter,
    make_meeting,
    make_municipality,
    make_organisation,
    make_person,
    make_resolution,
    make_seat,
    make_user,
)

START = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
MODELS = sorted((mapper.class_ for mapper in Base.registry.mappers), key=lambda m: m.__name__)


def entries(**where: Any) -> list[AuditEntry]:
    return list(db.session.scalars(sa.select(AuditEntry).filter_by(**where).order_by(AuditEntry.id)))


@pytest.mark.parametrize("model", MODELS, ids=lambda m: m.__name__)
def test_every_table_says_what_may_be_recorded(model: type[Base]) -> None:
    assert "__audit__" in vars(model), "declare __audit__: a dict of fields and German labels, or None"
    if model.__audit__ is None:
        return
    assert model.__tablename__ in NOUNS
    for field, label in model.__audit__.items():
        assert hasattr(model, field)
        assert label and "_" not in label
    root = getattr(model, "__audit_root__", None)
    assert root is None or (root[0] in Base.metadata.tables and hasattr(model, root[1]))


@pytest.mark.proves("D-20")
def test_no_secret_is_among_the_recorded_fields() -> None:
    secret = ("password", "token", "nonce", "hash", "internal", "ballot", "recusal", "stored_name")
    recorded = [f"{m.__tablename__}.{f}" for m in MODELS if m.__audit__ for f in m.__audit__]
    assert not [name for name in recorded if any(word in name for word in secret)]
    # What organisations report is theirs to word: only that something was reported is recorded.
    assert "order_event.text" not in recorded
    assert "minutes_revision.new_text" not in recorded


def test_a_change_leaves_who_what_before_and_after(client: Client) -> None:
    by = make_coordinator()
    organisation = make_organisation(name="Amt für Soziales")
    audit.acting(by)
    organisation.name, organisation.note = "Amt für Soziales und Integration", "neu"
    organisation.kind = "chamber"
    db.session.commit()
    entry = entries(kind="organisation", action="changed")[0]
    assert (entry.user_id, entry.function_label) == (by.id, "Koordination")
    assert entry.changes == {
        "Name": ["Amt für Soziales", "Amt für Soziales und Integration"],
        "Art": ["Stelle der Kreisverwaltung", "Kammer"],
        "Anmerkung": [None, "neu"],
    }


def test_links_are_recorded_by_name_also_when_only_the_relation_is_set(app: Flask) -> None:
    user, person = make_user(), make_person(given_name="Robin", family_name="Neuhaus")
    former = user.person
    assert former is not None
    user.person = person
    db.session.commit()
    assert entries(kind="user", action="changed")[0].changes == {"Person": [former.name, "Robin Neuhaus"]}
    town = make_municipality(name="Stadt Musterhausen")
    make_user(organisation=town)
    created = entries(kind="user_role", action="created")[0]
    assert created.changes["Institution"] == [None, "Stadt Musterhausen"]
    assert created.label == "handelt für Stadt Musterhausen"


def test_what_falls_out_of_a_collection_is_recorded_as_deleted(app: Flask) -> None:
    user = make_user(Role.COORDINATOR)
    accounts.remove_role(user, user.roles[0].id)
    db.session.commit()
    deleted = entries(action="deleted")[0]
    assert (deleted.kind, deleted.root_kind, deleted.root_id, deleted.label) == (
        "user_role", "user", user.id, "Koordination",
    )  # fmt: skip
    db.session.delete(make_person())
    db.session.commit()
    assert [e.kind for e in entries(action="deleted")] == ["user_role", "person"]


def test_what_was_taken_from_its_parent_stays_in_the_history_of_the_whole(app: Flask) -> None:
    mandate = make_mandate()
    committee_id, seat = mandate.seat.committee_id, mandate.seat
    seat.mandates.remove(mandate)
    db.session.commit()
    deleted = entries(action="deleted")[0]
    assert (deleted.kind, deleted.root_kind, deleted.root_id) == ("mandate", "committee", committee_id)


def test_nothing_is_recorded_of_what_was_refused(app: Flask) -> None:
    organisation = make_organisation(name="alt")
    before = len(entries())
    organisation.name = "neu"
    db.session.flush()
    db.session.rollback()
    assert len(entries()) == before


def test_example_data_is_loaded_in_silence(app: Flask) -> None:
    organisation = make_organisation()
    before = len(entries())
    with audit.silent():
        make(Person(body_id=organisation.body_id, given_name="Kim", family_name="Still"))
        db.session.delete(organisation)
        db.session.commit()
    assert len(entries()) == before
    organisation = make_organisation()
    assert len(entries()) == before + 1


def type_text(item: AgendaItem, text: str, by: User) -> None:
    audit.acting(by)
    item.minutes_text = text
    item.minutes_version += 1
    db.session.commit()


def typing(item: AgendaItem) -> list[AuditEntry]:
    return entries(kind="agenda_item", object_id=item.id, action="changed")


def test_typing_leaves_one_entry_per_person_item_and_pause(app: Flask) -> None:
    item, other = make_item(), make_item()
    one, two = make_coordinator(), make_coordinator()
    with time_machine.travel(START, tick=False) as clock:
        for text in ("E", "Er", "Erste Worte"):
            type_text(item, text, one)
            clock.shift(timedelta(minutes=9))
        assert [e.changes["Protokolltext"] for e in typing(item)] == [["", "Erste Worte"]]
        type_text(item, "Erste Worte, ergänzt", two)
        type_text(other, "anderer Punkt", one)
        assert len(typing(item)) == 2
        assert len(typing(other)) == 1
        clock.shift(timedelta(minutes=11))
        type_text(item, "nach der Pause", one)
        assert [e.changes["Protokolltext"][1] for e in typing(item)] == [
            "Erste Worte", "Erste Worte, ergänzt", "nach der Pause",
        ]  # fmt: skip


def test_typing_does_not_swallow_other_changes(app: Flask) -> None:
    item, by = make_item(title="alt"), make_coordinator()
    with time_machine.travel(START, tick=False):
        type_text(item, "Text", by)
        item.title = "neu"
        db.session.commit()
        type_text(item, "Text, ergänzt", by)
    assert [set(e.changes) for e in typing(item)] == [{"Protokolltext"}, {"Titel"}, {"Protokolltext"}]


def test_an_internal_note_is_recorded_without_its_words(app: Flask) -> None:
    item = make_item()
    item.internal_note = "sehr vertraulich"
    db.session.commit()
    assert typing(item)[0].changes == {"interne Notiz": []}
    shown = list_history("meeting", item.meeting_id, include_restricted=True)[0]
    assert shown.changes == [("interne Notiz", None, "geändert")]


def test_the_history_of_a_page_shows_functions_and_german_words(app: Flask) -> None:
    by = make_coordinator()
    assert by.person is not None
    audit.acting(by)
    with time_machine.travel(START, tick=False):
        meeting = make_meeting(starts_at=START, is_public=True)
        make_item(meeting, title="Kita-Zugang")
    history = list_history("meeting", meeting.id)
    assert history[0].title == "Tagesordnungspunkt „Kita-Zugang“ angelegt"
    assert {entry.by for entry in history} == {"Koordination"}
    assert ("Beginn", None, "Mo., 4. Mai 2026, 11:00") in history[-1].changes
    assert by.person.name not in str(history)


@pytest.mark.proves("D-10")
def test_what_is_not_public_is_left_out_unless_asked_for(app: Flask) -> None:
    item = make_item(make_meeting(is_public=True), is_public=False, title="Personalfrage")
    make_resolution(item, text="Geheimer Beschluss")
    shown = str(list_history("meeting", item.meeting_id))
    assert "Personalfrage" not in shown
    assert "Geheimer" not in shown
    everything = str(list_history("meeting", item.meeting_id, include_restricted=True))
    assert "Personalfrage" in everything
    assert "Geheimer" in everything


@pytest.mark.proves("D-10")
def test_what_belongs_to_a_meeting_that_is_not_public_is_confidential_too(app: Flask) -> None:
    item = make_item(make_meeting(title="Klausur", is_public=False), is_public=True, title="Kita-Zugang")
    shown = str(list_history("meeting", item.meeting_id))
    assert "Klausur" in shown  # whoever is shown this has been let see the meeting
    assert "Kita-Zugang" not in shown
    assert "Kita-Zugang" not in str(list_trail(make_administrator()))
    assert "Klausur" not in str(list_trail(make_administrator()))


@pytest.mark.proves("D-10")
def test_what_lies_deep_under_something_confidential_is_confidential_too(app: Flask) -> None:
    concept = make_concept(title="Schutzkonzept", is_confidential=True)
    version = make_version(concept, VersionState.DRAFT, label="Fassung Gewaltschutz")
    make(ConceptSending(version=version, recipient="Polizeipräsidium", sent_on=today()))
    project = make(Project(matter=make_matter(), committee=make_committee(name="Gruppe"), mandate="m", reason="r",
                           starts_on=today(), reports_to=make_committee(), due_on=today()))  # fmt: skip
    make(ProjectReportDay(project=project, due_on=today()))
    kinds = {"concept", "concept_version", "concept_sending", "project", "project_report_day"}
    found = [entry for kind in sorted(kinds) for entry in entries(kind=kind)]
    assert {entry.kind for entry in found if entry.is_restricted} == kinds
    assert all(entry.is_restricted for entry in found)
    trail = str(list_trail(make_administrator()))
    for word in ("Schutzkonzept", "Gewaltschutz", "Polizeipräsidium"):
        assert word not in trail


@pytest.mark.proves("D-10")
def test_what_became_confidential_is_closed_from_its_first_entry_on(app: Flask) -> None:
    concept = make_concept(title="Schutzkonzept")
    version = make_version(concept, VersionState.DRAFT, label="Fassung Gewaltschutz")
    make(ConceptSending(version=version, recipient="Polizeipräsidium", sent_on=today()))
    item = make_item(make_meeting(is_public=True), is_public=True, title="Personalfrage")
    make_resolution(item, text="Beschluss", number="LG-9")
    words = ("Schutzkonzept", "Gewaltschutz", "Polizeipräsidium", "Personalfrage")
    admin = make_administrator()
    assert all(word in str(list_trail(admin)) for word in words)
    concept.is_confidential, item.is_public = True, False
    db.session.commit()
    trail = str(list_trail(admin))
    assert not any(word in trail for word in words)
    assert "nicht öffentlich" in trail
    assert all(word in str(list_trail(make_coordinator())) for word in words)


def test_administrators_read_names_but_nothing_confidential(client: Client) -> None:
    by = make_coordinator()
    audit.acting(by)
    make_item(is_public=False, title="Personalfrage")
    make_mandate(make_seat())
    audit.acting(None)
    page = client.sign_in(make_administrator()).get("/verlauf").text
    assert "Personalfrage" not in page
    assert "Tagesordnungspunkt „nicht öffentlich“ angelegt" in page
    assert f"{by.display_name} (Koordination)" in page
    both = make_user(Role.ADMINISTRATOR, Role.COORDINATOR)
    assert "Personalfrage" in client.sign_in(both).get("/verlauf").text


def titles(found: tuple[Any, int]) -> list[str]:
    rows: list[HistoryEntry] = found[0]
    return [row.title for row in rows]


def test_the_trail_is_narrowed_by_kind_person_and_day(app: Flask) -> None:
    admin = make_administrator()
    kim = make_user(Role.COORDINATOR, person=make_person(given_name="Kim", family_name="Müller"))
    with time_machine.travel(datetime(2026, 3, 1, 22, 59, tzinfo=UTC), tick=False) as clock:
        audit.acting(kim)
        make_organisation(name="vor Mitternacht")
        clock.shift(120)
        make_organisation(name="nach Mitternacht")
        audit.acting(admin)
        make_person(given_name="Robin", family_name="Neuhaus")
    day = datetime(2026, 3, 2).date()  # noqa: DTZ001
    assert titles(list_trail(admin, kind="organisation", person="müller", day=day)) == [
        "Institution „nach Mitternacht“ angelegt"
    ]
    assert titles(list_trail(admin, kind="person", day=day)) == ["Person „Robin Neuhaus“ angelegt"]
    assert titles(list_trail(admin, person=admin.email, day=day)) == ["Person „Robin Neuhaus“ angelegt"]
    assert list_trail(admin, person="niemand", day=day) == ([], 0)


def test_a_filter_nobody_can_mean_is_ignored(client: Client) -> None:
    client.sign_in(make_administrator())
    assert client.get("/verlauf?art=unsinn&tag=gestern&von=%25").status_code == 200


def test_the_trail_does_not_grow_queries(
    client: Client, count_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    client.sign_in(make_administrator())
    numbers = []
    for more in (1, 8):
        for _ in range(more):
            audit.acting(make_coordinator())
            make_organisation()
        with count_queries() as statements:
            assert client.get("/verlauf").status_code == 200
        numbers.append(len(statements))
    assert numbers[0] == numbers[1] <= 12


@pytest.mark.proves("D-20")
def test_signing_in_and_refusals_are_recorded(client: Client) -> None:
    user = make_user(Role.COORDINATOR, password=PASSWORD)
    client.post("/anmelden", data={"email": user.email, "password": "mein geheimes Wort"})
    client.post("/anmelden", data={"email": "geheimes.passwort@muster.example", "password": "x"})
    client.post("/anmelden", data={"email": user.email, "password": PASSWORD})
    for _ in range(3):
        assert client.get("/konten").status_code == 403
    new = "Birne Laterne Kieselstein"
    client.post("/profil/passwort", data={"old_password": PASSWORD, "password": new})
    client.post("/abmelden")
    events = [(e.action, e.label, e.user_id) for e in entries() if e.action not in ("created", "changed")]
    assert events == [
        ("sign_in_failed", user.email, None),
        ("sign_in_failed", "unbekanntes Konto", None),
        ("signed_in", user.email, user.id),
        ("refused", "GET /konten", user.id),
        ("password_changed", user.email, user.id),
        ("signed_out", user.email, user.id),
    ]
    written = str([(e.label, e.changes) for e in entries()])
    assert "geheim" not in written
    assert new not in written
    assert PASSWORD not in written


def test_tokens_and_hashes_are_never_recorded(client: Client) -> None:
    user = make_user(password=PASSWORD)
    link = one_time_links.send_invitation(user, by=make_administrator())
    db.session.commit()
    client.post(link.removeprefix("http://127.0.0.1:8000"), data={"password": "Birne Laterne Kieselstein"})
    written = str([(e.label, e.changes) for e in entries()])
    assert link.rpartition("/")[2] not in written
    assert "argon2" not in written


def test_a_mandate_is_recorded_with_its_dates_at_its_committee(app: Flask) -> None:
    mandate = make_mandate()
    assert isinstance(mandate, Mandate)
    entry = entries(kind="mandate")[0]
    assert (entry.root_kind, entry.root_id) == ("committee", mandate.seat.committee_id)
    assert ("von", None, "1. Januar 2020") in list_history("committee", mandate.seat.committee_id)[0].changes


def test_a_month_is_shown_as_one(app: Flask) -> None:
    concept = make_concept()
    version = make_version(concept, VersionState.NOT_STATED, status_date="2026-01")
    shown = [change for entry in list_history("concept", concept.id) for change in entry.changes]
    assert version.status_date == "2026-01"
    assert "Januar 2026" in [after for _field, _before, after in shown]


def test_what_only_looks_like_a_day_is_shown_as_typed(client: Client) -> None:
    client.sign_in(make_coordinator())
    organisation = make_organisation(name="2026-02-31")
    organisation.name = "2026-13-01T99:99"
    db.session.commit()
    answer = client.get(f"/organisationen/{organisation.id}/verlauf")
    assert answer.status_code == 200
    assert "2026-02-31" in answer.text
