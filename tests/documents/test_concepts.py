"""Concepts and their versions: recorded, adopted, in force on a day, frozen, read by chapter."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa

from govern.committees.models import Committee, OfficerRole
from govern.db import db
from govern.documents import policies_concepts as policies
from govern.documents.in_force import version_in_force
from govern.documents.models import Concept, ConceptKind, ConceptSection, ConceptVersion, VersionState
from govern.documents.queries.concepts import list_versions
from govern.documents.queries.sections import outline, sections_of
from govern.documents.rendering import checksum, reading_order, render_text
from govern.documents.sections import SectionText
from govern.documents.services import concepts, versions
from govern.formats import today
from govern.overview.standings import load_standing
from tests.conftest import Client
from tests.factories import (
    make_body,
    make_committee,
    make_coordinator,
    make_member,
    make_office_user,
    make_officer,
    make_organisation,
    make_user,
)

TEXT = (
    SectionText("Ausgangslage", "Siehe [[abschnitt:ziele]].", key="lage", sections=(
        SectionText("Zahlen", "| Jahr | Zahl |\n|---|---|\n| 2023 | 12 |\n\n<script>alert(1)</script>", key="zahlen"),
    )),
    SectionText("Ziele", "Wir wollen *ankommen*. [[abschnitt:weg-damit]] "
                "[Gesetz](https://kreis.example/[[abschnitt:ziele]])", key="ziele"),
)  # fmt: skip


def make_concept(*committees: Committee, title: str = "KIM-Konzept", **values: Any) -> Concept:
    filed = committees or (make_committee(),)
    concept = concepts.create_concept(
        make_body(), {"title": title, "kind": ConceptKind.CONCEPT, **values}, filed, by=None
    )
    db.session.commit()
    return concept


def make_version(concept: Concept, state: VersionState, text: Any = (), **values: Any) -> ConceptVersion:
    label = values.pop("label", f"Fassung {state.label}")
    version = versions.record_version(concept, {"label": label, "state": state, **values}, text=text, by=None)
    db.session.commit()
    return version


@pytest.mark.proves("F1", "F2", "F4", "F9", "F10")
def test_a_concept_shows_who_revises_it_what_it_rests_on_and_who_adopted_which_version(client: Client) -> None:
    committee, office = make_committee(name="Lenkungsgruppe"), make_organisation(name="Kommunales Integrationszentrum")
    client.sign_in(make_coordinator())
    answer = client.post("/konzepte/neu", data={
        "title": "KIM-Konzept", "kind": "concept", "committee_ids": [committee.id], "lead_committee_id": committee.id,
        "responsible_id": office.id, "revision_rule": "nach Bedarf",
        "state_documents": "Richtlinie 2020\nLaKI-Leitfaden",
    })  # fmt: skip
    concept = db.session.query(Concept).one()
    assert (answer.status_code, answer.location) == (303, f"/konzepte/{concept.id}")
    form = client.get(f"/konzepte/{concept.id}/bearbeiten").text
    assert "Richtlinie 2020\nLaKI-Leitfaden</textarea>" in form
    new = f"/konzepte/{concept.id}/fassungen/neu"
    assert client.post(new, data={"label": "Erstfassung", "state": "superseded"}).status_code == 303
    refused = client.post(new, data={"label": "Zweite", "state": "in_force", "status_date": "irgendwann"})
    assert refused.status_code == 422
    assert 'value="Zweite"' in refused.text
    client.post(new, data={
        "label": "Zweite", "state": "in_force", "status_date": "Januar 2025", "adopted_by": "Kreistag",
        "adopted_on": "06.03.2025", "result": "unanimous", "proviso": "Die Arbeit der Städte bleibt unberührt.",
    })  # fmt: skip
    second = db.session.query(ConceptVersion).filter_by(label="Zweite").one()
    client.post(f"/fassungen/{second.id}/versand", data={"recipient": "LaKI", "sent_on": "März 2025"})
    client.sign_in(make_user())
    page = client.get(f"/konzepte/{concept.id}").text
    for words in ("Kommunales Integrationszentrum", "nach Bedarf", "Richtlinie 2020", "LaKI-Leitfaden", "undatiert",
                  "Januar 2025", "einstimmig, Kreistag, 6. März 2025, mit Vorbehalt", "ohne Text",
                  "Die Arbeit der Städte bleibt unberührt.", "gesendet an LaKI, März 2025"):  # fmt: skip
        assert words in page
    assert (
        "KIM-Konzept" in client.get("/konzepte?q=integrationsz").text or "KIM-Konzept" in client.get("/konzepte").text
    )
    assert "KIM-Konzept" in client.get(f"/gremien/{committee.id}").text
    assert client.get(f"/fassungen/{second.id}/bearbeiten").status_code == 403


@pytest.mark.proves("F3")
def test_the_version_in_force_and_that_of_a_day_have_an_address_that_stays(client: Client) -> None:
    concept = make_concept()
    old = make_version(concept, VersionState.IN_FORCE, TEXT, in_force_from="2022")
    new = make_version(concept, VersionState.IN_FORCE, TEXT, in_force_from="2024-11-18")
    db.session.refresh(old)
    assert (old.state, old.ended_on) == (VersionState.SUPERSEDED, "2024-11-18")
    client.sign_in(make_user())
    path = f"/konzepte/{concept.id}/geltend"
    assert client.get(path).location == f"/fassungen/{new.id}"
    assert client.get(f"{path}?am=2024-11-18").location == f"/fassungen/{new.id}"
    assert client.get(f"{path}?am=2024-11-17").location == f"/fassungen/{old.id}"
    before = client.get(f"{path}?am=2021-12-31")
    assert before.status_code == 404
    assert "Für den 31. Dezember 2021 ist keine geltende Fassung bekannt." in before.text
    assert 'value="2021-12-31"' in before.text, "the day is kept, to be changed"
    assert client.get(f"{path}?am=gestern").status_code == 404
    unborn = client.get(f"/konzepte/{make_concept(title='Noch ohne Fassung').id}/geltend")
    assert (unborn.status_code, "keine geltende Fassung bekannt" in unborn.text) == (200, True), "no dead end"
    assert new.label in client.get(f"/fassungen/{old.id}").text  # what is in force today is one click away


def test_a_version_of_a_day_to_come_is_in_force_when_that_day_has_come() -> None:
    def version(number: int, state: VersionState, starts_on: str | None, ended_on: str | None = None) -> Any:
        return SimpleNamespace(number=number, state=state, starts_on=starts_on, ended_on=ended_on,
                               was_in_force=True)  # fmt: skip

    first, second = version(1, VersionState.IN_FORCE, "2023-01"), version(2, VersionState.ADOPTED, "2027-01-01")
    assert version_in_force([second, first], date(2026, 11, 27), today=date(2026, 11, 27)) is first
    assert version_in_force([second, first], date(2027, 1, 1), today=date(2026, 11, 27)) is second
    undated = version(3, VersionState.IN_FORCE, None)
    older = version(2, VersionState.SUPERSEDED, "2021-03-01")
    assert version_in_force([undated, older], date(2026, 11, 27), today=date(2026, 11, 27)) is undated
    assert version_in_force([undated, older], date(2022, 1, 1), today=date(2026, 11, 27)) is older
    assert version_in_force([undated], date(2022, 1, 1), today=date(2026, 11, 27)) is undated
    withdrawn = version(4, VersionState.WITHDRAWN, "2024-01-01")
    assert version_in_force([withdrawn], date(2024, 2, 1), today=date(2026, 11, 27)) is withdrawn
    assert version_in_force([withdrawn], date(2026, 11, 27), today=date(2026, 11, 27)) is None


@pytest.mark.proves("F1", "F3")
def test_what_was_in_force_is_withdrawn_only_with_its_last_day(client: Client) -> None:
    concept = make_concept(make_committee())
    version = make_version(concept, VersionState.IN_FORCE, TEXT, label="Erste", in_force_from="2024-01-01")
    client.sign_in(make_coordinator())
    data = {"label": "Erste", "state": "withdrawn", "in_force_from": "2024-01-01",
            "version": versions.fingerprint_of(version)}  # fmt: skip
    refused = client.post(f"/fassungen/{version.id}/bearbeiten", data=data)
    assert refused.status_code == 422
    assert "ab wann die zurückgezogene Fassung nicht mehr gilt" in refused.text
    answer = client.post(f"/fassungen/{version.id}/bearbeiten", data=data | {"ended_on": "2026-05-01"})
    assert answer.status_code == 303
    path = f"/konzepte/{concept.id}/geltend"
    assert client.get(f"{path}?am=2026-04-30").status_code == 303
    assert "keine geltende Fassung bekannt" in client.get(path).text


@pytest.mark.proves("F2", "F3")
def test_nothing_is_decided_by_hand_to_hold_from_before_the_version_in_force(client: Client) -> None:
    concept = make_concept(make_committee())
    old = make_version(concept, VersionState.IN_FORCE, TEXT, label="Erste", in_force_from="2025-08-05")
    draft = make_version(concept, VersionState.DRAFT, TEXT, label="Zweite")
    client.sign_in(make_coordinator())
    data = {"adopted_by": "Kreistag", "adopted_on": "2026-03-01", "result": "unanimous"}
    path = f"/fassungen/{draft.id}/beschluss"
    for early in ({"in_force_from": "2025-01-01"}, {"in_force_from": "2024"}, {"adopted_on": "2025-08-04"}):
        refused = client.post(path, data=data | early)
        assert refused.status_code == 422
        assert "„Erste“ gilt seit 5. August 2025; davor kann" in refused.text
    assert (old.state, draft.state) == (VersionState.IN_FORCE, VersionState.DRAFT)
    assert (
        client.post(path, data=data | {"in_force_from": "2026-01-01"}).status_code == 303
    )  # back, but after the first
    days = {"2025-08-05": old, "2025-12-31": old, "2026-01-01": draft}
    for day, version in days.items():
        assert client.get(f"/konzepte/{concept.id}/geltend?am={day}").location == f"/fassungen/{version.id}"


def test_what_was_adopted_for_a_day_takes_force_on_that_day(app: object) -> None:
    concept = make_concept()
    old = make_version(concept, VersionState.IN_FORCE, TEXT)
    new = make_version(concept, VersionState.ADOPTED, TEXT, in_force_from=today().isoformat())
    versions.put_in_force(today())
    versions.put_in_force(today())
    assert (old.state, new.state) == (VersionState.SUPERSEDED, VersionState.IN_FORCE)
    assert old.ended_on == today().isoformat()
    past = make_version(concept, VersionState.ADOPTED, TEXT, label="Vorläufer", in_force_from="2015")
    over = make_version(concept, VersionState.ADOPTED, label="Vorbei", in_force_from="2012", ended_on="2015")
    versions.put_in_force(today())
    assert [v.state for v in (past, over, new)] == [VersionState.ADOPTED, VersionState.ADOPTED, VersionState.IN_FORCE]


def test_adopted_text_is_frozen_with_its_hash_and_the_database_refuses_any_change(app: object) -> None:
    version = make_version(make_concept(), VersionState.IN_FORCE, TEXT)
    assert version.sha256 == checksum(reading_order(sections_of(version)))
    section = db.session.query(ConceptSection).filter_by(version_id=version.id, key="zahlen").one()
    draft = make_version(version.concept, VersionState.DRAFT, TEXT)
    of_section, of_version = sa.update(ConceptSection), sa.update(ConceptVersion)
    forbidden: list[Any] = [
        of_section.where(ConceptSection.id == section.id).values(text="anders"),
        of_section.where(ConceptSection.id == section.id).values(position=7),
        sa.delete(ConceptSection).where(ConceptSection.id == section.id),
        of_section.where(ConceptSection.version_id == draft.id).values(version_id=version.id, key="von nebenan"),
        sa.insert(ConceptSection).values(version_id=version.id, key="neu", position=9, heading="x", text="x", html="",
                                         words=1),
        of_version.where(ConceptVersion.id == version.id).values(sha256="0" * 64),
        of_version.where(ConceptVersion.id == version.id).values(sha256=None, frozen_at=None),
        sa.delete(ConceptVersion).where(ConceptVersion.id == version.id),
    ]  # fmt: skip
    for statement in forbidden:
        with (
            pytest.raises(sa.exc.DBAPIError, match="frozen text of a concept never changes"),
            db.session.begin_nested(),
        ):
            db.session.execute(statement)


def test_a_version_is_read_by_chapter_with_references_that_survive_renumbering(
    client: Client, count_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    version = make_version(make_concept(), VersionState.IN_FORCE, TEXT)
    client.sign_in(make_user())
    page = client.get(f"/fassungen/{version.id}").text
    assert f'<a href="/fassungen/{version.id}?abschnitt=ziele#a-ziele">2 Ziele</a>' in page
    assert "<th>Jahr</th>" in page
    assert "alert(1)</script>" not in page
    assert "ankommen" not in page
    chapter = client.get(f"/fassungen/{version.id}?abschnitt=ziele").text
    assert "<em>ankommen</em>" in chapter
    assert "(Abschnitt entfallen)" in chapter
    assert chapter.count(f'href="/fassungen/{version.id}?abschnitt=ziele#a-ziele"') == 1  # none inside the address
    assert [line.title for line in outline(version)] == ["1 Ausgangslage", "1.1 Zahlen", "2 Ziele"]
    path = f"/fassungen/{version.id}"
    db.session.expunge_all()
    with count_queries() as statements:
        client.get(path)
    assert len(statements) <= 12


@pytest.mark.proves("F8")
def test_two_concepts_merge_into_a_successor_but_never_in_a_circle(client: Client) -> None:
    successor, one, two = (make_concept(title=title) for title in ("Teilhabe", "Integration", "Flucht"))
    client.sign_in(make_coordinator())
    for concept in (one, two):
        assert merge(client, concept, successor).status_code == 303
    assert merge(client, successor, one).status_code == 422
    page = client.get(f"/konzepte/{successor.id}").text
    assert "Integration" in page
    assert "Flucht" in page
    assert "Aufgegangen in „Teilhabe“" in client.get(f"/konzepte/{one.id}").text
    own = make_version(one, VersionState.IN_FORCE, TEXT, label="Fassung 2019", in_force_from="2019")
    assert client.get(f"/konzepte/{one.id}/geltend").location == f"/fassungen/{own.id}"  # the address keeps answering
    for page in (f"/fassungen/{own.id}", f"/konzepte/{two.id}/geltend"):
        assert "Aufgegangen in „Teilhabe“" in client.get(page).text
        assert f'href="/konzepte/{successor.id}/geltend"' in client.get(page).text


def merge(client: Client, concept: Concept, target: Concept) -> Any:
    db.session.refresh(concept)
    return client.post(f"/konzepte/{concept.id}/bearbeiten", data={
        "title": concept.title, "kind": "concept", "committee_ids": [f.committee_id for f in concept.filings],
        "merged_into_id": target.id, "version": concepts.version_of(concept),
    })  # fmt: skip


def test_footnotes_and_the_words_of_pictures_are_read_on_the_page() -> None:
    html = render_text(
        "Bedarf[^a] [x](https://k.example/[^a])\n\n![Karte <b>](k.png)\n\n[^a]: Quelle <script>x</script>\n[^b]: frei"
    )
    assert 'Bedarf<sup><span class="visually-hidden">Fußnote </span>1</sup>' in html
    assert '<ol class="footnotes" aria-label="Fußnoten"><li><p>Quelle' in html
    assert "(Abbildung: Karte &lt;b&gt;)" in html
    assert "[^b]: frei" in html  # nothing refers to it, but nobody loses it
    assert 'href="https://k.example/"' in html
    assert "script" not in html
    assert "onerror" not in render_text('<img src="x" onerror="alert(1)" alt="Bild">')


@pytest.mark.proves("F8")
def test_a_confidential_successor_is_named_to_nobody_else_and_a_later_save_keeps_it(client: Client) -> None:
    own, other = make_committee(), make_committee()
    one, hidden = make_concept(own, title="Alt"), make_concept(other, title="Geheimplan", is_confidential=True)
    one.merged_into_id = hidden.id
    version = make_version(one, VersionState.IN_FORCE, TEXT)
    office = make_office_user(own)
    client.sign_in(office)
    for path in (f"/konzepte/{one.id}", f"/konzepte/{one.id}/bearbeiten", f"/fassungen/{version.id}"):
        answer = client.get(path)
        assert (answer.status_code, "Geheimplan" in answer.text) == (200, False)
    assert merge(client, one, hidden).status_code == 303
    assert db.session.get_one(Concept, one.id, populate_existing=True).merged_into_id == hidden.id
    hidden.is_confidential, one.is_confidential = False, True
    db.session.commit()
    client.sign_in(make_office_user(other))
    assert "Vorgänger" not in client.get(f"/konzepte/{hidden.id}").text


def test_a_stale_save_of_concept_or_version_shows_both_and_overwrites_nothing(client: Client) -> None:
    concept = make_concept()
    version = make_version(concept, VersionState.NOT_STATED, label="Erste")
    client.sign_in(make_coordinator())
    data = {"label": "Meine", "state": "not_stated", "version": versions.fingerprint_of(version)}
    version.label = "Ihre"
    db.session.commit()
    answer = client.post(f"/fassungen/{version.id}/bearbeiten", data=data)
    assert answer.status_code == 409
    assert "Ihre" in answer.text
    assert 'value="Meine"' in answer.text
    answer = client.post(
        f"/konzepte/{concept.id}/bearbeiten", data={"title": "Neu", "kind": "concept", "version": "alt"}
    )
    assert (answer.status_code, db.session.get_one(Concept, concept.id).title) == (409, "KIM-Konzept")


def test_the_rule_in_python_and_the_one_in_sql_agree(app: object) -> None:
    own, other = make_committee(), make_committee()
    for is_confidential in (False, True):
        for state in VersionState:
            concept = make_concept(own, is_confidential=is_confidential)
            ended = {"in_force_from": "2020", "ended_on": "2021"} if state is VersionState.WITHDRAWN else {}
            make_version(concept, state, **ended)
        make_version(concept, VersionState.WITHDRAWN)
    chair = make_user()
    assert chair.person is not None
    make_officer(own, chair.person, role=OfficerRole.CHAIR)
    users = [make_coordinator(), make_office_user(own), make_office_user(other), make_member(own), chair, make_user()]
    for user in users:
        load_standing(user, today())
        may = {c.id for c in db.session.query(Concept) if policies.can_view_concept(user, c)}
        assert may == set(db.session.scalars(sa.select(Concept.id).where(policies.concepts_viewable_by(user))))
        may = {v.id for v in db.session.query(ConceptVersion) if policies.can_view_version(user, v)}
        rule = sa.and_(policies.concepts_viewable_by(user), policies.versions_viewable_by(user))
        assert may == set(db.session.scalars(sa.select(ConceptVersion.id).join(Concept).where(rule)))
    for user, expected in zip(users, (6, 6, 0, 4, 4, 0), strict=True):
        drafts = sum(policies.can_view_version(user, v) for v in db.session.query(ConceptVersion) if v.is_open)
        assert drafts == expected  # seat holders and the chair read what is in consultation or submitted, no bare draft


@pytest.mark.proves("F1")
def test_a_version_of_the_past_that_is_recorded_late_stands_at_its_place(client: Client) -> None:
    concept = make_concept(make_committee())
    make_version(concept, VersionState.NOT_STATED, label="Undatiert")
    make_version(concept, VersionState.IN_FORCE, TEXT, label="Stand heute", in_force_from="2025-03-01")
    make_version(concept, VersionState.SUPERSEDED, label="Ganz früher", in_force_from="2019")
    make_version(concept, VersionState.DRAFT, label="Im Entwurf")
    make_version(concept, VersionState.SUPERSEDED, label="Früher", in_force_from="2021-05")
    coordinator = make_coordinator()
    found = [version.label for version in list_versions(coordinator, concept)]
    assert found == ["Im Entwurf", "Stand heute", "Früher", "Ganz früher", "Undatiert"]
    page = client.sign_in(coordinator).get(f"/konzepte/{concept.id}").text
    assert page.index("Früher") < page.index("Ganz früher")
