"""Papers: several at once or none, downloads by right, withdrawn and back (D-15)."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from govern.db import db, now
from govern.meetings.models import ItemKind, MeetingState, Paper, PaperKind, TopicState
from govern.meetings.services.papers import PaperStore, Upload, add_papers
from tests.conftest import Client
from tests.factories import (
    make_committee,
    make_coordinator,
    make_item,
    make_meeting,
    make_member,
    make_office_user,
    make_topic,
)

PDF = b"%PDF-1.7 content"


def files(*named: tuple[str, bytes]) -> dict[str, Any]:
    return {"papers": [(io.BytesIO(data), name) for name, data in named], "paper_kind": "decision_paper"}


def stored(app: Flask) -> set[Path]:
    folder = app.config["SETTINGS"].files
    return set(folder.iterdir()) if folder.exists() else set()


@pytest.mark.proves("D-15")
def test_several_papers_come_at_once_and_leave_as_attachments(client: Client) -> None:
    committee = make_committee()
    item = make_item(make_meeting(committee, state=MeetingState.PUBLISHED, published_at=now()))
    client.sign_in(make_office_user(committee))
    answer = client.post(
        f"/tagesordnungspunkte/{item.id}/unterlagen",
        data=files(("Vorlage Kita.pdf", PDF), ("Zahlen.csv", b"a;b\n1;2")),
        content_type="multipart/form-data",
    )  # fmt: skip
    assert answer.status_code == 303
    first, second = item.papers
    assert (first.kind, first.size, second.file_name) == (PaperKind.DECISION_PAPER, len(PDF), "Zahlen.csv")
    assert first.stored_name not in (first.file_name, first.sha256)
    got = client.sign_in(make_member(committee)).get(f"/unterlagen/{first.id}")
    assert got.data == PDF
    assert got.headers["Content-Disposition"].startswith("attachment;")
    assert "Vorlage%20Kita.pdf" in got.headers["Content-Disposition"]
    assert "sandbox" in got.headers["Content-Security-Policy"]
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert client.sign_in(make_member(make_committee())).get(f"/unterlagen/{first.id}").status_code == 404


@pytest.mark.proves("C7")
@pytest.mark.parametrize("chosen", [{}, {"paper_kind": ""}], ids=["nothing", "fitting"])
def test_the_first_paper_of_a_decision_is_the_decision_paper_unless_said_otherwise(
    client: Client, chosen: dict[str, str]
) -> None:
    meeting = make_meeting()
    decision, report = make_item(meeting, kind=ItemKind.DECISION), make_item(meeting, kind=ItemKind.REPORT)
    client.sign_in(make_coordinator())
    for item in (decision, report):
        for names in (("a.pdf", "b.pdf"), ("c.pdf",)):
            data = {"papers": [(io.BytesIO(PDF), name) for name in names], **chosen}
            path = f"/tagesordnungspunkte/{item.id}/unterlagen"
            assert client.post(path, data=data, content_type="multipart/form-data").status_code == 303
    db.session.expire_all()
    assert [p.kind for p in decision.papers] == [PaperKind.DECISION_PAPER, PaperKind.PAPER, PaperKind.PAPER]
    assert {p.kind for p in report.papers} == {PaperKind.PAPER}


@pytest.mark.proves("D-15")
def test_one_bad_file_keeps_all_out_with_a_sentence_for_each(app: Flask, client: Client) -> None:
    item = make_item()
    before = stored(app)
    client.sign_in(make_coordinator())
    bad = [
        ("gut.pdf", PDF),
        ("programm.exe", b"MZ"),
        ("leer.pdf", b""),
        ("falsch.pdf", b"<html>"),
        ("ohne-endung", b"x"),
    ]
    for url in (
        f"/tagesordnungspunkte/{item.id}/unterlagen", f"/tagesordnungspunkte/{item.id}/bearbeiten",
        f"/sitzungen/{item.meeting_id}/tagesordnung/neu", f"/gremien/{item.meeting.committee_id}/themen/neu",
    ):  # fmt: skip
        answer = client.post(
            url, data={**files(*bad), "title": "Bleibt stehen", "kind": "report", "rapporteur": "", "version": "1",
                       "purpose": "p", "input_kind": "member_topic", "wished_kind": "report"},
            content_type="multipart/form-data",
        )  # fmt: skip
        assert answer.status_code == 422, url
        for sentence in ("programm.exe", "leer.pdf“ ist leer", "falsch.pdf“: Der Inhalt passt nicht", "keine Endung"):
            assert sentence in answer.text, (url, sentence)
        assert "gut.pdf" not in answer.text
    assert not item.papers
    assert item.title != "Bleibt stehen"
    assert stored(app) == before


def test_no_file_at_all_is_said(client: Client) -> None:
    item = make_item()
    answer = client.sign_in(make_coordinator()).post(
        f"/tagesordnungspunkte/{item.id}/unterlagen", data={"paper_kind": "paper"}
    )
    assert answer.status_code == 422
    assert "mindestens eine Datei" in answer.text


def test_a_refused_change_leaves_no_file_behind(app: Flask, tmp_path: Path) -> None:
    item = make_item()
    user = make_coordinator()
    store = PaperStore(tmp_path, 1_000)
    with pytest.raises(Exception, match="zu groß"):
        add_papers(item, [Upload("a.pdf", PDF), Upload("b.pdf", PDF * 100)], kind=PaperKind.PAPER, store=store, by=user)
    assert not list(tmp_path.iterdir())
    add_papers(item, [Upload("a.pdf", PDF)], kind=PaperKind.PAPER, store=store, by=user)
    assert len(list(tmp_path.iterdir())) == 1
    db.session.rollback()
    assert not list(tmp_path.iterdir())
    add_papers(item, [Upload("a.pdf", PDF)], kind=PaperKind.PAPER, store=store, by=user)
    db.session.commit()
    db.session.rollback()
    assert len(list(tmp_path.iterdir())) == 1


def test_a_withdrawn_paper_is_for_the_office_until_it_is_laid_out_again(client: Client) -> None:
    committee = make_committee()
    item = make_item(make_meeting(committee, state=MeetingState.PUBLISHED, published_at=now()))
    office, member = make_office_user(committee), make_member(committee)
    client.sign_in(office).post(
        f"/tagesordnungspunkte/{item.id}/unterlagen", data=files(("a.pdf", PDF)), content_type="multipart/form-data"
    )
    paper: Paper = item.papers[0]
    papers_page = f"/sitzungen/{item.meeting_id}/unterlagen"
    client.post(f"/unterlagen/{paper.id}/zurueckziehen")
    assert "zurückgezogen" in client.get(papers_page).text
    assert client.get(f"/unterlagen/{paper.id}").status_code == 200
    client.sign_in(member)
    assert client.get(f"/unterlagen/{paper.id}").status_code == 404
    assert "a.pdf" not in client.get(papers_page).text
    assert client.post(f"/unterlagen/{paper.id}/wieder-bereitstellen").status_code == 404
    client.sign_in(office).post(f"/unterlagen/{paper.id}/wieder-bereitstellen")
    assert client.sign_in(member).get(f"/unterlagen/{paper.id}").status_code == 200
    assert client.post(f"/unterlagen/{paper.id}/zurueckziehen").status_code == 403


@pytest.mark.proves("D-15")
def test_a_withdrawn_paper_of_a_topic_is_for_those_who_may_change_the_topic(app: Flask, client: Client) -> None:
    committee = make_committee()
    office, member = make_office_user(committee), make_member(committee)
    topic = make_topic(committee, state=TopicState.ACCEPTED)
    store = PaperStore(app.config["SETTINGS"].files, 1_000_000)
    [paper] = add_papers(topic, [Upload("a.pdf", PDF)], kind=PaperKind.PAPER, store=store, by=office)
    db.session.commit()
    assert client.sign_in(member).get(f"/unterlagen/{paper.id}").status_code == 200
    client.sign_in(office).post(f"/unterlagen/{paper.id}/zurueckziehen")
    assert client.get(f"/unterlagen/{paper.id}").status_code == 200
    assert client.sign_in(member).get(f"/unterlagen/{paper.id}").status_code == 404


def test_the_files_of_a_deleted_item_are_deleted_as_well(app: Flask, client: Client) -> None:
    committee = make_committee()
    item = make_item(make_meeting(committee))
    sub_item = make_item(item.meeting, parent=item)
    before = stored(app)
    client.sign_in(make_office_user(committee))
    for each in (item, sub_item):
        client.post(f"/tagesordnungspunkte/{each.id}/unterlagen", data=files(("a.pdf", PDF)),
                    content_type="multipart/form-data")  # fmt: skip
    assert len(stored(app) - before) == 2
    assert client.post(f"/tagesordnungspunkte/{item.id}/loeschen").status_code == 303
    assert stored(app) == before


@pytest.mark.proves("D-10")
def test_a_withdrawn_paper_of_a_topic_is_closed_to_those_who_only_read_it(app: Flask, client: Client) -> None:
    committee = make_committee()
    topic = make_topic(committee, state=TopicState.ACCEPTED)
    store, office = PaperStore(app.config["SETTINGS"].files, 1_000_000), make_office_user(committee)
    (paper,) = add_papers(topic, [Upload("a.pdf", PDF)], kind=PaperKind.DECISION_PAPER, store=store, by=office)
    db.session.commit()
    client.sign_in(make_member(committee))
    assert client.get(f"/unterlagen/{paper.id}").status_code == 200
    paper.withdrawn_at = now()
    db.session.commit()
    assert client.get(f"/unterlagen/{paper.id}").status_code == 404
    assert client.sign_in(office).get(f"/unterlagen/{paper.id}").status_code == 200
