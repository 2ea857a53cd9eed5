"""Annexes of versions: handed in, ordered, frozen, carried over, compared, handed out, and read by whom."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pikepdf
import pytest
import sqlalchemy as sa
from docx import Document

from govern.db import db
from govern.documents.annex_changes import annex_changes
from govern.documents.models import ConceptAnnex, ConceptVersion, Consultation, ConsultationParty, VersionState
from govern.documents.queries.sections import sections_of
from govern.documents.queries.synopses import print_of
from govern.documents.rendering import checksum, reading_order
from govern.documents.sections import SectionText
from govern.documents.services import annexes, drafts, versions
from govern.documents.services.annexes import fingerprint_of
from govern.documents.services.documents import Store
from govern.errors import DomainError
from govern.formats import today
from govern.people.models import User
from tests.conftest import Client
from tests.documents.test_concepts import make_concept, make_version
from tests.factories import make_committee, make_coordinator, make_member, make_user

TEXT = (SectionText("Ziele", "Alle kommen an.", key="ziele"),)
PDF = b"%PDF-1.7\nKarte"


@pytest.fixture
def draft(client: Client) -> ConceptVersion:
    """A draft on a version in force, with the coordination signed in."""
    concept = make_concept()
    make_version(concept, VersionState.IN_FORCE, TEXT, label="Erste", in_force_from="2024")
    client.sign_in(make_coordinator())
    made = drafts.start_draft(concept, label="Zweite", day=today(), by=db.session.query(User).first())
    db.session.commit()
    return made


def hand_in(client: Client, version_id: int, name: str, data: bytes = PDF, title: str = "") -> Any:
    return client.post(f"/fassungen/{version_id}/anlagen", data={"title": title, "upload": (io.BytesIO(data), name)},
                       content_type="multipart/form-data")  # fmt: skip


def rows_of(version_id: int) -> list[ConceptAnnex]:
    db.session.expire_all()
    return db.session.query(ConceptAnnex).filter_by(version_id=version_id).order_by(ConceptAnnex.position).all()


@pytest.mark.proves("F1", "D-15")
def test_files_are_handed_in_ordered_renamed_replaced_and_removed(client: Client, draft: ConceptVersion) -> None:
    version_id = draft.id
    assert "keine Anlage abgelegt" in client.get(f"/fassungen/{version_id}/anlagen").text
    assert hand_in(client, version_id, "karte.pdf", title="Karte der Kommunen").status_code == 303
    assert hand_in(client, version_id, "anlaufstellen.csv", b"Ort;Amt").status_code == 303
    wrong = hand_in(client, version_id, "karte.pdf", b"MZ kein PDF")
    assert (wrong.status_code, "Inhalt passt nicht zur Endung" in wrong.text) == (422, True)
    assert hand_in(client, version_id, "makro.exe").status_code == 422
    first, second = rows_of(version_id)
    assert [row.label for row in (first, second)] == ["Anlage 1: Karte der Kommunen", "Anlage 2: anlaufstellen"]
    page = client.get(f"/fassungen/{version_id}").text
    assert f'<a href="/anlagen/{first.id}/datei">Anlage 1: Karte der Kommunen</a>' in page
    assert first.sha256 in page
    answer = client.get(f"/anlagen/{first.id}/datei")
    assert (answer.data, answer.headers["Content-Disposition"][:10]) == (PDF, "attachment")
    client.post(f"/anlagen/{second.id}/verschieben", data={"direction": "up"})
    assert [row.title for row in rows_of(version_id)] == ["anlaufstellen", "Karte der Kommunen"]
    seen, before = fingerprint_of(first), first.stored_name
    path = f"/anlagen/{first.id}/bearbeiten"
    assert client.get(path).text.count('<a href="/konzepte" aria-current="page">Konzepte</a>') == 2  # menu and list
    new = {"title": "Karte", "version": seen, "upload": (io.BytesIO(PDF + b" neu"), "karte-2.pdf")}
    assert client.post(path, data=new, content_type="multipart/form-data").status_code == 303
    late = client.post(path, data={"title": "Meine Karte", "version": seen})
    assert (late.status_code, "Meine Karte" in late.text) == (409, True)
    assert client.get(f"/anlagen/{first.id}/datei").data == PDF + b" neu"
    folder = client.application.config["SETTINGS"].files
    stored = {row.stored_name for row in rows_of(version_id)}
    assert not (folder / before).exists()
    assert all((folder / name).exists() for name in stored)
    client.post(f"/anlagen/{second.id}/entfernen")
    assert [row.label for row in rows_of(version_id)] == ["Anlage 1: Karte"]
    assert [(folder / name).exists() for name in stored].count(False) == 1


@pytest.mark.proves("F1")
def test_a_new_draft_has_the_annexes_of_the_version_in_force_and_the_synopsis_names_what_changed(
    client: Client, draft: ConceptVersion
) -> None:
    version_id, concept_id = draft.id, draft.concept_id
    for name in ("karte.pdf", "liste.pdf", "muster.pdf"):
        hand_in(client, version_id, name, PDF + name.encode())
    by = db.session.query(User).first()
    before = print_of(draft)
    versions.set_in_force(draft, today().isoformat())
    db.session.commit()
    assert (
        draft.sha256
        == checksum(reading_order(sections_of(draft)), draft.annexes)
        != checksum(reading_order(sections_of(draft)))
    )
    next_one = drafts.start_draft(draft.concept, label="Dritte", day=today(), by=by)
    db.session.commit()
    assert before != print_of(draft)
    old, new = rows_of(version_id), rows_of(next_one.id)
    assert [(row.key, row.stored_name) for row in new] == [(row.key, row.stored_name) for row in old]
    client.post(f"/anlagen/{new[0].id}/entfernen")
    data = {"title": "liste", "version": fingerprint_of(new[1]), "upload": (io.BytesIO(PDF), "liste-2.pdf")}
    client.post(f"/anlagen/{new[1].id}/bearbeiten", data=data, content_type="multipart/form-data")
    hand_in(client, next_one.id, "plan.pdf", PDF + b"plan")
    for row in rows_of(version_id):  # shared files stay with the older version
        assert client.get(f"/anlagen/{row.id}/datei").status_code == 200
    sentences = [
        "Ersetzt: Anlage 1 „liste“, neue Datei liste-2.pdf, bisher Anlage 2",
        "Neu nummeriert: Anlage 2 „muster“, bisher Anlage 3", "Neu: Anlage 3 „plan“ (plan.pdf)",
        "Entfallen: Anlage 1 „karte“ (karte.pdf)",
    ]  # fmt: skip
    path = f"/konzepte/{concept_id}/synopse"
    page = client.get(path).text
    for sentence in sentences:
        assert f"<li>{sentence}</li>" in page
    assert "4 Anlagen anders" in page
    word = Document(io.BytesIO(client.get(path + ".docx").data))
    assert [p.text for p in word.paragraphs][-4:] == sentences
    assert pikepdf.open(io.BytesIO(client.get(path + ".pdf").data)).pages
    sha = rows_of(next_one.id)[2].sha256
    text = f"/fassungen/{next_one.id}/text"
    cover = Document(io.BytesIO(client.get(text + ".docx").data)).tables
    assert ["Anlage 3", "plan", "plan.pdf", sha] in [
        [c.text for c in row.cells] for table in cover for row in table.rows
    ]
    assert f"Anlage3: plan (plan.pdf, SHA-256 {sha})" in client.get(text + ".md").text
    assert f"<td>{sha}</td>" in client.get(text + ".html").text
    assert pikepdf.open(io.BytesIO(client.get(text + ".pdf").data)).pages


@pytest.mark.proves("F1")
def test_what_was_adopted_keeps_its_annexes_also_in_the_database(client: Client, draft: ConceptVersion) -> None:
    version_id = draft.id
    hand_in(client, version_id, "karte.pdf")
    versions.set_in_force(draft, today().isoformat())
    db.session.commit()
    (annex,) = rows_of(version_id)
    annex_id = annex.id
    assert hand_in(client, version_id, "zweite.pdf").status_code == 422
    for step in ("verschieben", "entfernen"):
        client.post(f"/anlagen/{annex_id}/{step}", data={"direction": "up"})
    changed = client.post(f"/anlagen/{annex_id}/bearbeiten", data={"title": "x", "version": fingerprint_of(annex)})
    assert changed.status_code == 422
    assert [row.title for row in rows_of(version_id)] == ["karte"]
    table = ConceptAnnex.__table__
    for change in (
        sa.update(table).values(title="x"), sa.delete(table),
        sa.insert(table).values(version_id=version_id, key="x", position=2, title="x", file_name="x", media_type="x",
                                size=1, sha256="x", stored_name="x", added_at=annex.added_at),
    ):  # fmt: skip
        with pytest.raises(sa.exc.DBAPIError), db.session.begin_nested():
            db.session.execute(change)


@pytest.mark.proves("F1")
def test_of_a_version_known_by_its_facts_alone_the_file_can_be_added_but_not_changed(client: Client) -> None:
    past = make_version(make_concept(), VersionState.SUPERSEDED, label="Alte")
    client.sign_in(make_coordinator())
    assert hand_in(client, past.id, "alte.pdf").status_code == 303
    (annex,) = rows_of(past.id)
    store = Store(client.application.config["SETTINGS"].files, 1_000)
    with pytest.raises(DomainError, match="beschlossen"):
        annexes.remove_annex(annex, store=store, by=db.session.query(User).first())
    db.session.rollback()
    with pytest.raises(sa.exc.DBAPIError), db.session.begin_nested():
        db.session.execute(sa.delete(ConceptAnnex))
    assert "bleibt" in client.get(f"/fassungen/{past.id}/anlagen").text


@pytest.mark.proves("F5")
def test_annexes_are_read_by_who_reads_the_version_or_is_asked_about_it(client: Client, draft: ConceptVersion) -> None:
    version_id = draft.id
    hand_in(client, version_id, "karte.pdf")
    (annex,) = rows_of(version_id)
    path, member = f"/anlagen/{annex.id}/datei", make_member(draft.concept.filings[0].committee)
    committee = make_committee(name="Beirat")
    asked = make_member(committee)
    for user in (asked, member, make_user()):
        client.sign_in(user)
        assert client.get(path).status_code == 404
        assert hand_in(client, version_id, "x.pdf").status_code == 404
    opened_at = annex.added_at + timedelta(seconds=1)
    laid_open = Consultation(version_id=version_id, until=today(), opened_at=opened_at,
                             parties=[ConsultationParty(committee=committee)])  # fmt: skip
    draft.state = VersionState.CONSULTATION
    db.session.add(laid_open)
    db.session.commit()
    client.sign_in(db.session.get(User, draft.created_by_id))
    assert hand_in(client, version_id, "spaeter.pdf").status_code == 422
    client.sign_in(asked)
    assert client.get(path).status_code == 200
    assert "Anlage 1: karte" in client.get(f"/beteiligungen/{laid_open.id}").text
    draft.state = VersionState.DRAFT
    db.session.commit()
    client.sign_in(db.session.get(User, draft.created_by_id))
    hand_in(client, version_id, "spaeter.pdf")
    later = rows_of(version_id)[1]
    later.added_at = opened_at
    db.session.commit()
    client.sign_in(asked)
    assert client.get(f"/anlagen/{later.id}/datei").status_code == 404
    assert "spaeter" not in client.get(f"/beteiligungen/{laid_open.id}").text


@pytest.mark.proves("F1")
def test_an_annex_that_another_removed_meanwhile_is_told_to_be_gone(client: Client, draft: ConceptVersion) -> None:
    hand_in(client, draft.id, "karte.pdf")
    (annex,) = rows_of(draft.id)
    by, store = db.session.query(User).first(), Store(client.application.config["SETTINGS"].files, 1_000)
    seen = fingerprint_of(annex)
    db.session.execute(sa.delete(ConceptAnnex).execution_options(synchronize_session=False))
    with pytest.raises(DomainError, match="inzwischen entfernt"):
        annexes.move_annex(annex, "up", by=by)
    with pytest.raises(DomainError, match="inzwischen entfernt"):
        annexes.remove_annex(annex, store=store, by=by)
    with pytest.raises(DomainError, match="inzwischen entfernt"):
        annexes.change_annex(annex, "Plan", None, seen=seen, store=store, by=by)


class Row:
    """An annex that stands in no table."""

    def __init__(self, key: str, title: str, sha256: str, number: str) -> None:
        self.key, self.title, self.sha256, self.number, self.file_name = key, title, sha256, number, f"{title}.pdf"


def test_an_annex_is_known_again_by_its_key_or_by_its_file() -> None:
    old = [Row("a", "Karte", "1", "Anlage 1"), Row("b", "Liste", "2", "Anlage 2")]
    assert annex_changes(old, old) == ()
    assert annex_changes(old, [Row("a", "Plan", "1", "Anlage 1"), Row("b", "Liste", "2", "Anlage 2")]) == (
        "Umbenannt: Anlage 1 „Plan“, bisher „Karte“",
    )
    elsewhere = [Row("x", "Karte", "1", "Anlage 1"), Row("y", "Neues", "3", "Anlage 2")]
    assert annex_changes(old, elsewhere) == (
        "Neu: Anlage 2 „Neues“ (Neues.pdf)",
        "Entfallen: Anlage 2 „Liste“ (Liste.pdf)",
    )
