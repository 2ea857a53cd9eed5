"""A file read in, its tree mended, saved as a version; nobody overwrites what another mended."""

from __future__ import annotations

import errno
import io
import os
from datetime import timedelta
from pathlib import Path

import docx
import pytest
from flask import Flask
from lxml import html

from govern import jobs
from govern.db import db, now
from govern.documents.importing import mending
from govern.documents.importing.mending import Flat, FlatSection
from govern.documents.importing.progress import (
    MOST_AFTER,
    MOST_BEFORE,
    NOTES,
    ProgressNote,
    drop_stale,
    read_progress,
)
from govern.documents.markdown_text import readable_alone, with_its_notes
from govern.documents.models import ConceptImport, ConceptVersion
from govern.documents.queries.sections import outline
from govern.documents.sections import walk
from govern.documents.services.documents import Upload
from govern.documents.services.imports import read_in
from govern.errors import DomainError
from govern.formats import today
from tests.conftest import Client
from tests.documents.test_concepts import make_concept
from tests.documents.test_importing import mark, refer, saved
from tests.factories import make_coordinator, make_user

FLAT: Flat = (
    FlatSection(1, "Lage", "eins\n\nzwei"),
    FlatSection(2, "Zahlen", "drei"),
    FlatSection(1, "Ziele", "vier[^1]\n\n[^1]: Fn"),
)  # fmt: skip


def shown(flat: Flat) -> list[str]:
    return [f"{p.title}: {p.section.text}" for p in walk(mending.tree_of(flat))]


def test_each_step_of_mending_keeps_every_word() -> None:
    assert shown(mending.join(FLAT, 1)) == [
        "1 Lage: eins\n\nzwei\n\n**Zahlen**\n\ndrei",
        "2 Ziele: vier[^1]\n\n[^1]: Fn",
    ]
    assert shown(mending.split(FLAT, 0, 1))[:2] == ["1 Lage: eins", "2 zwei: "]
    assert shown(mending.move(FLAT, 0, 1)) == [
        "1 Ziele: vier[^1]\n\n[^1]: Fn",
        "2 Lage: eins\n\nzwei",
        "2.1 Zahlen: drei",
    ]
    assert shown(mending.move(mending.move(FLAT, 0, 1), 1, -1)) == shown(FLAT)
    assert [line.split(":")[0] for line in shown(mending.shift(FLAT, 2, 1))] == ["1 Lage", "1.1 Zahlen", "1.2 Ziele"]
    assert shown(mending.rename(FLAT, 0, " Neue  Lage ", "A"))[:2] == ["A Neue Lage: eins\n\nzwei", "A.1 Zahlen: drei"]
    assert [line.split(":")[0] for line in shown(mending.drop(FLAT, 0))] == ["1 Zahlen", "2 Ziele"]
    assert mending.paragraphs_of(FLAT[2].text) == ["vier[^1]\n\n[^1]: Fn"]


def test_footnotes_stay_with_the_words_that_refer_to_them_when_sections_are_joined_and_split() -> None:
    notes = "\n\n[^1]: Erste\n[^2]: Zweite"
    flat = (FlatSection(1, "A", "eins[^1]\n\nzwei[^2]" + notes), FlatSection(1, "B", "drei[^1]\n\n[^1]: Dritte"))
    joined = mending.join(flat, 1)
    assert joined[0].text == "eins[^1]\n\nzwei[^2]\n\n**B**\n\ndrei[^3]" + notes + "\n[^3]: Dritte"
    apart = mending.split(joined, 0, 2)
    assert [each.text for each in apart] == ["eins[^1]\n\nzwei[^2]" + notes, "drei[^3]\n\n[^3]: Dritte"]
    assert readable_alone("[^1]: Erste\n[^2]: Zweite", notes) == "Fußnote: Erste\n\n\nFußnote: Zweite"
    assert with_its_notes("frei\n\n[^x]: nie genannt", "eins[^1]\n\nfrei\n\n[^x]: nie genannt" + notes) == (
        "frei\n\n[^x]: nie genannt"
    )


@pytest.mark.parametrize(
    ("step", "sentence"),
    [
        (lambda: mending.join(FLAT, 0), "Vor dem ersten Abschnitt"),
        (lambda: mending.shift(FLAT, 0, 1), "so tief"),
        (lambda: mending.shift(FLAT, 0, -1), "Tiefer oder höher"),
        (lambda: mending.move(FLAT, 1, 1), "Danach steht"),
        (lambda: mending.rename(FLAT, 0, " ", None), "eine Überschrift"),
        (lambda: mending.split(FLAT, 0, 9), "nicht teilen"),
    ],
)
def test_a_step_that_cannot_be_done_is_refused_with_a_sentence(step: object, sentence: str) -> None:
    with pytest.raises(DomainError, match=sentence):
        step()  # type: ignore[operator]


@pytest.mark.proves("F1")
def test_a_file_is_read_mended_and_saved_as_a_past_version(client: Client) -> None:
    concept = make_concept()
    client.sign_in(make_coordinator())
    source = b"# 1 Lage\n\neins\n\nzwei\n\n# 2 Ziele\n\ndrei ![Karte](k.png)"
    new = f"/konzepte/{concept.id}/einlesen"
    assert "Bitte eine Datei wählen." in client.post(new, data={}).text
    refused = client.post(new, data={"upload": (io.BytesIO(b"PK\x03\x04"), "kaputt.docx")})
    assert refused.status_code == 422
    assert "lässt sich nicht als Word-Dokument" in refused.text
    path = client.post(new, data={"upload": (io.BytesIO(source), "Konzept.md")}).location
    page = client.get(path).text
    assert "Eingelesen: Konzept.md" in page
    assert "Eine Abbildung (Karte) konnte nicht übernommen werden" in page
    assert client.post(path, data={"step": "split", "section": 0, "paragraph": 1, "revision": 1}).status_code == 303
    stale = client.post(path, data={"step": "drop", "section": 0, "revision": 1})
    assert stale.status_code == 409
    assert "Nichts wurde überschrieben." in stale.text
    assert client.post(path, data={"step": "rename", "section": 9, "revision": 2}).status_code == 422
    saved = client.post(f"{path}/speichern", data={"label": "Erstfassung", "state": "superseded", "mended": "2"})
    version = db.session.query(ConceptVersion).filter_by(label="Erstfassung").one()
    assert (saved.status_code, saved.location) == (303, f"/fassungen/{version.id}")
    assert [line.title for line in outline(version)] == ["1 Lage", "2 zwei", "3 Ziele"]
    assert version.sha256
    assert db.session.query(ConceptImport).count() == 0


def test_a_section_without_text_is_called_a_mere_heading(client: Client) -> None:
    concept = make_concept()
    source = b"# 1 Teil\n\n## 1.1 Lage\n\nEin Absatz."
    data = {"upload": (io.BytesIO(source), "Konzept.md")}
    path = client.sign_in(make_coordinator()).post(f"/konzepte/{concept.id}/einlesen", data=data).location
    page = client.get(path).text
    assert "nur Überschrift" in page and "1 Absatz" in page and "0 Absätze" not in page


@pytest.mark.proves("F1")
def test_it_is_told_how_much_of_a_file_is_read(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    concept_id = make_concept().id
    client.sign_in(make_coordinator())
    path = f"/konzepte/{concept_id}/einlesen"
    page = html.fromstring(client.get(path).text)
    sign = page.xpath("//input[@name='sign']/@value")[0]
    assert page.xpath("//*[@id='concepts-import_progress']/@data-hx-get") == [f"{path}/stand?zeichen={sign}"]
    document, seen = docx.Document(), []
    for n in range(400):
        document.add_paragraph(f"Absatz {n} handelt von der Beratung.")
    data = io.BytesIO()
    document.save(data)
    notes = client.application.config["SETTINGS"].instance / NOTES
    written = ProgressNote._tell

    def look(note: ProgressNote, done: int, total: int) -> None:
        written(note, done, total)
        seen.append(read_progress(notes, sign))

    monkeypatch.setattr(ProgressNote, "_tell", look)
    answer = client.post(path, data={"upload": (io.BytesIO(data.getvalue()), "lang.docx"), "sign": sign})
    assert answer.status_code == 303
    assert any(each is not None and 45 <= each.percent <= 55 for each in seen)
    assert [each.percent for each in (seen[0], seen[-1]) if each] == [0, 100]
    assert read_progress(notes, sign) is None  # over
    assert list(notes.iterdir()) == []


@pytest.mark.proves("F1", "D-15")
def test_the_progress_is_shown_and_no_sign_leads_out_of_its_folder(client: Client) -> None:
    path = f"/konzepte/{make_concept().id}/einlesen/stand"
    client.sign_in(make_coordinator())
    notes, sign = client.application.config["SETTINGS"].instance / NOTES, "0123456789abcdef"
    with ProgressNote(notes, sign) as tell:
        tell(40, 80)
        page = client.get(f"{path}?zeichen={sign}", headers={"HX-Request": "true"}).text
        assert "40 von 80 Absätzen gelesen" in page
        assert '<progress id="einlesen-stand" max="100" value="50">' in page
        assert "<html" not in page
        assert 'data-announce="50 Prozent gelesen"' in page
        assert (
            "data-announce" not in client.get(f"{path}?zeichen={sign}&gesagt=50", headers={"HX-Request": "true"}).text
        )
        assert "40 von 80" in client.get(f"{path}?zeichen={sign}").text
        tell(80, 80)
        assert "die Gliederung wird gebildet" in client.get(f"{path}?zeichen={sign}").text
    assert "keine Datei eingelesen" in client.get(f"{path}?zeichen={sign}").text
    waits = {"query_string": {"zeichen": sign, "gesagt": "100"}, "headers": {"HX-Request": "true"}}
    assert "die Seite wird aufgebaut" in client.get(path, **waits).text
    for odd in ("", "../govern.sqlite", "0123456789ABCDEF", "x" * 16, sign + "0"):
        with ProgressNote(notes, odd) as tell:
            tell(1, 2)
        assert list(notes.iterdir()) == []
        assert "keine Datei eingelesen" in client.get(path, query_string={"zeichen": odd}).text
    old = notes / sign
    old.write_text("1 2")
    os.utime(old, (1, 1))
    (notes / ("a" * 16)).write_text("1 2")
    drop_stale(notes)
    assert [left.name for left in notes.iterdir()] == ["a" * 16]
    client.sign_in(make_user())
    assert client.get(f"{path}?zeichen={sign}").status_code == 403


@pytest.mark.proves("F1")
@pytest.mark.parametrize(("said", "most"), [(None, MOST_BEFORE), ("100", MOST_AFTER)])
def test_nobody_asks_forever_for_a_file_whose_sending_was_stopped(client: Client, said: str | None, most: int) -> None:
    path = f"/konzepte/{make_concept().id}/einlesen/stand"
    client.sign_in(make_coordinator())

    def ask(unanswered: int | None) -> html.HtmlElement:
        query = {"zeichen": "0123456789abcdef", "gesagt": said, "vergeblich": unanswered}
        query = {name: value for name, value in query.items() if value is not None}
        return html.fragment_fromstring(client.get(path, query_string=query, headers={"HX-Request": "true"}).text)

    first, slower, last = ask(None), ask(most - 1), ask(most)
    assert first.get("data-hx-get").endswith("&vergeblich=1")
    assert [each.get("data-hx-trigger") for each in (first, slower, last)] == [
        "load delay:400ms", "load delay:2000ms", "begun",
    ]  # fmt: skip
    assert "zu keinem Ende gekommen" in last.text_content()
    assert last.get("data-on-submit") is not None  # sent once more, it is asked again from the beginning
    assert last.get("data-hx-get") == f"{path}?zeichen=0123456789abcdef"
    notes = client.application.config["SETTINGS"].instance / NOTES
    with ProgressNote(notes, "0123456789abcdef") as tell:
        tell(1, 2)
        assert "vergeblich" not in ask(most).get("data-hx-get")  # news: counted anew


@pytest.mark.proves("F1")
def test_a_full_disk_leaves_no_note_that_stands_still(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sign = "0123456789abcdef"

    def refuse(*_places: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with ProgressNote(tmp_path, sign) as tell:
        tell(1, 2)
        monkeypatch.setattr(os, "replace", refuse)
        tell(2, 2)
        assert read_progress(tmp_path, sign) is None
        assert list(tmp_path.iterdir()) == []
        tell(1, 2)  # reads on


def test_a_note_that_is_gone_meanwhile_does_not_stop_the_daily_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = tmp_path / "0123456789abcdef"
    old.write_text("1 2")
    os.utime(old, (1, 1))
    monkeypatch.setattr(Path, "glob", lambda folder, _pattern: iter([folder / "fedcba9876543210", old]))
    drop_stale(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_reference_is_read_with_its_heading_while_mending_and_follows_a_section_that_is_joined(
    client: Client,
) -> None:
    document = docx.Document()
    for n, title in enumerate(("1 Lage", "2 Ziele", "3 Wege"), start=1):
        mark(document.add_heading(title, 1), f"_Ref{n}")
        document.add_paragraph("Text.")
    for n in (2, 3):
        refer(document.add_paragraph("Siehe "), f"_Ref{n}", str(n))
    client.sign_in(make_coordinator())
    upload = {"upload": (io.BytesIO(saved(document)), "k.docx")}
    path = client.post(f"/konzepte/{make_concept().id}/einlesen", data=upload).location
    read = [link.text for link in html.fromstring(client.get(path).text).xpath("//*[@class='prose']//a")]
    assert read == ["2 Ziele", "3 Wege"]
    client.post(path, data={"step": "join", "section": 2, "revision": 1})
    read = [link.text for link in html.fromstring(client.get(path).text).xpath("//*[@class='prose']//a")]
    assert read == ["2 Ziele", "2 Ziele"]


def test_what_nobody_saved_for_a_month_is_gone(app: Flask, tmp_path: Path) -> None:
    concept = make_concept()
    for days in (29, 32):
        made = read_in(concept, Upload("k.txt", b"Ein Satz."), folder=tmp_path, by=make_coordinator())
        made.created_at = now() - timedelta(days=days)
    db.session.commit()
    jobs.run_daily(today())
    (left,) = db.session.query(ConceptImport)
    assert left.created_at > now() - timedelta(days=30)


def test_what_is_read_in_belongs_to_those_who_write_the_concept(client: Client) -> None:
    concept = make_concept()
    client.sign_in(make_coordinator())
    path = client.post(
        f"/konzepte/{concept.id}/einlesen", data={"upload": (io.BytesIO(b"Ein Satz."), "k.txt")}
    ).location
    client.sign_in(make_user())
    assert client.get(f"/konzepte/{concept.id}/einlesen").status_code == 403
    assert client.get(path).status_code in (403, 404)
    assert client.post(f"{path}/verwerfen").status_code in (403, 404)
    client.sign_in(make_coordinator())
    assert client.post(f"{path}/verwerfen").location == f"/konzepte/{concept.id}"
    assert client.get(path).status_code == 404
