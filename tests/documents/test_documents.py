"""Documents filed under committees: who reads them, what may be filed, what is taken back."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from govern.committees.models import Committee, OfficerRole
from govern.db import db, now, sort_key
from govern.documents import policies
from govern.documents.models import Document, DocumentFiling, DocumentKind
from govern.documents.services import documents as services
from govern.formats import today
from govern.overview.standings import load_standing
from govern.people.models import Role, User
from tests.conftest import Client
from tests.factories import (
    make,
    make_administrator,
    make_body,
    make_committee,
    make_coordinator,
    make_member,
    make_municipality,
    make_office_user,
    make_officer,
    make_user,
)

PDF = b"%PDF-1.7\n% ein Beispiel\n%%EOF\n"


def make_document(*committees: Committee, **values: Any) -> Document:
    title = values.pop("title", "Geschäftsordnung der Lenkungsgruppe")
    defaults = {"body_id": make_body().id, "title": title, "sort_title": sort_key(title), "kind": DocumentKind.OTHER,
                "filings": [DocumentFiling(committee=c) for c in committees]}  # fmt: skip
    return make(Document(**{**defaults, **values}))


def fields(committee: Committee, data: bytes | None = PDF, name: str = "GO.pdf", **changes: Any) -> dict[str, Any]:
    values: dict[str, Any] = {"title": "Geschäftsordnung", "kind": "rules_of_procedure", "adopted_on": "29.11.2022",
                              "adopted_by": "Lenkungsgruppe", "status_date": "2022",
                              "committee_ids": [committee.id], **changes}  # fmt: skip
    return values if data is None else {**values, "upload": (io.BytesIO(data), name)}


@pytest.mark.proves("A15")
def test_rules_of_procedure_are_filed_and_read_at_the_committee(client: Client) -> None:
    committee, other = make_committee(), make_committee()
    client.sign_in(make_office_user(committee))
    path = f"/gremien/{committee.id}/dokumente/neu"
    assert client.get(path).status_code == 200
    answer = client.post(path, data=fields(committee), content_type="multipart/form-data")
    document = db.session.query(Document).one()
    assert (answer.status_code, answer.location) == (303, f"/dokumente/{document.id}")
    assert (document.adopted_on, document.status_date, document.file_name) == ("2022-11-29", "2022", "GO.pdf")
    db.session.expire_all()
    assert (committee.rules_exist, committee.rules_adopted_on) == (True, "2022-11-29")
    client.sign_in(make_user())
    for page_path in (f"/gremien/{committee.id}", "/dokumente", f"/dokumente/{document.id}"):
        page = client.get(page_path).text
        assert "Geschäftsordnung" in page
        assert "29. November 2022" in page
    file = client.get(f"/dokumente/{document.id}/datei")
    assert (file.data, file.headers["Content-Type"]) == (PDF, "application/pdf")
    assert file.headers["Content-Disposition"].startswith('attachment; filename="GO.pdf"')
    assert f"/dokumente/{document.id}" not in client.get(f"/gremien/{other.id}").text


def test_a_document_is_filed_under_several_committees_or_without_a_file(client: Client) -> None:
    one, two = make_committee(), make_committee()
    client.sign_in(make_coordinator())
    answer = client.post(f"/gremien/{one.id}/dokumente/neu", data=fields(one, None, committee_ids=[one.id, two.id]))
    assert answer.status_code == 303
    document = db.session.query(Document).one()
    assert {f.committee for f in document.filings} == {one, two}
    assert client.get(f"/dokumente/{document.id}/datei").status_code == 404
    assert "ohne Datei" in client.get(f"/gremien/{two.id}").text


@pytest.mark.proves("D-15")
@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"title": " "}, "Bitte einen Titel angeben."),
        ({"committee_ids": []}, "Bitte mindestens ein Gremium wählen."),
        ({"adopted_on": "31.11.2022"}, "Bitte ein Datum angeben"),
        ({"kind": "unsinn"}, "Bitte einen Eintrag der Liste wählen."),
        ({"data": b"MZ", "name": "GO.exe"}, "Dieser Dateityp ist nicht erlaubt."),
        ({"data": b"kein PDF", "name": "GO.pdf"}, "Der Inhalt passt nicht zur Endung"),
        ({"data": b"", "name": "GO.pdf"}, "ist leer."),
    ],
)
def test_what_cannot_be_filed_is_refused_and_kept(client: Client, changes: dict[str, Any], sentence: str) -> None:
    committee = make_committee()
    client.sign_in(make_coordinator())
    values = fields(committee, note="Bitte behalten", **changes)
    answer = client.post(f"/gremien/{committee.id}/dokumente/neu", data=values, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "Bitte behalten" in answer.text
    assert db.session.query(Document).count() == 0


def test_an_office_files_only_under_its_own_committees(client: Client) -> None:
    own, other = make_committee(), make_committee()
    client.sign_in(make_office_user(own))
    assert client.get(f"/gremien/{other.id}/dokumente/neu").status_code == 403
    answer = client.post(f"/gremien/{own.id}/dokumente/neu", data=fields(own, None, committee_ids=[other.id]))
    assert answer.status_code == 422
    shared = make_document(own, other)
    path = f"/dokumente/{shared.id}/bearbeiten"
    assert client.get(path).status_code == 200
    values = fields(own, None, committee_ids=[], title="Neuer Titel", version=services.version_of(shared))
    assert client.post(path, data=values).status_code == 303
    db.session.expire_all()
    assert shared.title == "Neuer Titel"
    assert [f.committee for f in shared.filings] == [other]  # the filing under the other committee is not its to change


def test_a_withdrawn_document_is_seen_by_the_office_only_and_can_come_back(client: Client) -> None:
    committee = make_committee()
    document = make_document(committee)
    office, reader = make_office_user(committee), make_member(committee)
    assert client.sign_in(reader).post(f"/dokumente/{document.id}/zurueckziehen").status_code == 403
    client.sign_in(office)
    assert client.post(f"/dokumente/{document.id}/zurueckziehen").status_code == 303
    assert client.post(f"/dokumente/{document.id}/zurueckziehen").status_code == 422
    assert "zurückgezogen" in client.get(f"/gremien/{committee.id}").text
    client.sign_in(reader)
    assert client.get(f"/dokumente/{document.id}").status_code == 404
    assert document.title not in client.get(f"/gremien/{committee.id}").text
    client.sign_in(office).post(f"/dokumente/{document.id}/wieder-bereitstellen")
    assert client.sign_in(reader).get(f"/dokumente/{document.id}").status_code == 200


@pytest.mark.proves("D-09")
def test_function_and_statement_agree_on_who_reads_a_document(app: Flask) -> None:
    committee = make_committee()
    child, other = make_committee(parent=committee), make_committee()
    chair = make_user()
    assert chair.person is not None
    make_officer(committee, chair.person, OfficerRole.CHAIR)
    users: list[User] = [
        make_coordinator(), make_administrator(), make_office_user(committee), make_office_user(child),
        make_member(committee), make_member(other), make_user(), make_user(Role.CASE_MANAGER), chair,
        make_user(organisation=make_municipality()),
    ]  # fmt: skip
    for user in users:
        load_standing(user, today())
    documents = [
        make_document(*filed, is_confidential=confidential, withdrawn_at=withdrawn)
        for filed in ((committee,), (child,), (other,), (committee, other))
        for confidential in (False, True)
        for withdrawn in (None, now())
    ]
    seen = set()
    for user in users:
        listed = set(db.session.scalars(sa.select(Document.id).where(policies.viewable_by(user))))
        assert listed == {d.id for d in documents if policies.can_view(user, d)}, user.function_label
        seen.add(len(listed))
    assert len(seen) > 3  # the rule tells these persons apart


def test_the_list_is_searched_and_says_when_nothing_is_there(client: Client) -> None:
    client.sign_in(make_user())
    assert "Noch keine Dokumente" in client.get("/dokumente").text
    committee = make_committee()
    make_document(committee, title="Kooperationsvereinbarung", kind=DocumentKind.COOPERATION_AGREEMENT)
    make_document(committee, title="Konzept", kind=DocumentKind.CONCEPT)
    for query, found in {"q=koop": (1, 0), "art=concept": (0, 1), "art=unsinn": (1, 1), "q=%25": (0, 0)}.items():
        page = client.get(f"/dokumente?{query}").text
        assert ("Kooperationsvereinbarung</a>" in page, ">Konzept</a>" in page) == tuple(map(bool, found))
    assert client.get("/dokumente?seite=2").status_code == 200
    assert client.get("/dokumente?seite=0").status_code == 404


def test_more_documents_need_no_more_queries(
    client: Client, count_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    committee = make_committee()
    make_document(committee)
    client.sign_in(make_user())
    counts = []
    for _ in range(2):
        with count_queries() as statements:
            client.get("/dokumente")
            client.get(f"/gremien/{committee.id}")
        counts.append(len(statements))
        for _ in range(5):
            make_document(committee, make_committee())
    assert counts[1] <= counts[0]
