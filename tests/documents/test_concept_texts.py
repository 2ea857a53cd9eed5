"""The Synopse of two versions and a version as a file: who may read them, what they say, what they cost."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
import pytest
from docx import Document
from pypdf import PdfReader

from govern.db import db
from govern.documents.concept_content import AnnexLine, ConceptContent
from govern.documents.exports import concept_docx, concept_pdf, synopsis_docx, synopsis_pdf
from govern.documents.importing.reading import read_document
from govern.documents.models import VersionState
from govern.documents.sections import SectionText
from govern.documents.synopsis import compare
from govern.documents.synopsis_content import SynopsisContent
from tests.conftest import Client
from tests.documents.test_concepts import make_concept, make_version
from tests.factories import make_coordinator, make_user

BODIES = SectionText(
    "Gremienarbeit", "Die Lenkungsgruppe tagt zweimal im Jahr.[^1]\n\n[^1]: Beschluss vom Mai.", key="g"
)
POSTS = SectionText("Stellen", "Eine halbe Stelle ist **vorgesehen**.\n\n- Jülich\n- Düren", key="s")
OLD = (BODIES, POSTS)
CHILDREN = SectionText("Kita-Zugang", "Kinder zuerst.", key="k")
NEW = (replace(BODIES, text=BODIES.text.replace("zweimal", "dreimal")), CHILDREN, POSTS)


@pytest.mark.proves("F6")
def test_two_versions_stand_side_by_side_and_drafts_stay_with_those_who_write_them(
    client: Client, count_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    concept = make_concept()
    old = make_version(concept, VersionState.IN_FORCE, OLD, label="Fassung 3.2")
    draft = make_version(concept, VersionState.DRAFT, NEW, label="Entwurf 4.0")
    client.sign_in(make_coordinator())
    path = f"/konzepte/{concept.id}/synopse"
    page = client.get(path).text
    assert "Synopse: Fassung 3.2 → Entwurf 4.0" in page
    assert "1 von 3 Abschnitten geändert · 1 neu · 0 entfallen" in page
    assert '<del><span class="visually-hidden"> [gestrichen: </span>zweimal<' in page
    assert '<ins><span class="visually-hidden"> [eingefügt: </span>dreimal<' in page
    assert "2 Kita-Zugang" in page
    assert "vorgesehen" not in page
    draft_id = draft.id
    old_id = old.id
    assert (
        "Synopse: Fassung 3.2 → Entwurf 4.0" in client.get(f"{path}?neu={old_id}").text
    )  # nothing before: never backwards
    everything = client.get(f"{path}?alt={old_id}&neu={draft_id}&alle=y").text
    assert "Eine halbe Stelle ist vorgesehen." in everything
    assert "bisher 2" in everything
    db.session.expunge_all()
    with count_queries() as statements:
        client.get(path)
    assert len(statements) <= 12
    client.sign_in(make_user())
    assert "Entwurf 4.0" not in client.get(path).text
    for rest, status in ((f"?alt={old_id}&neu={draft_id}", 404), ("?neu=x", 404), (".docx", 422), (".pdf", 422)):
        assert client.get(path + rest).status_code == status
    for ending in ("docx", "pdf", "md", "html"):
        assert client.get(f"/fassungen/{draft_id}/text.{ending}").status_code == 404


def test_a_version_is_handed_out_as_file_and_the_file_reads_as_the_same_text(client: Client) -> None:
    concept = make_concept(title="KIM-Konzept: „Ankommen“ 1/2")
    make_version(concept, VersionState.SUPERSEDED, OLD, label="Fassung 1")
    version = make_version(concept, VersionState.IN_FORCE, NEW, label="Fassung 2", status_date="2026-05")
    client.sign_in(make_user())
    for ending in ("docx", "md"):
        answer = client.get(f"/fassungen/{version.id}/text.{ending}")
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert read_document(answer.data, f"x.{ending}").sections == NEW
    words = "\n".join(c.text for t in Document(io.BytesIO(client.get(f"/fassungen/{version.id}/text.docx").data)).tables
                      for c in t._cells)  # fmt: skip
    assert "Stand\nMai 2026" in words
    assert "2 Kita-Zugang\nneu" in words
    assert "<h2" in client.get(f"/fassungen/{version.id}/text.html").text
    assert client.get(f"/fassungen/{version.id}/text.pdf").data.startswith(b"%PDF-")
    assert client.get(f"/konzepte/{concept.id}/synopse.docx").data.startswith(b"PK")
    assert client.get(f"/konzepte/{concept.id}/synopse.pdf").data.startswith(b"%PDF-")


def test_a_heading_and_its_reason_stay_on_the_page_of_their_table() -> None:
    def tree(last: str) -> tuple[SectionText, ...]:
        return tuple(
            SectionText(f"Teil{n}", "\n\n".join([f"Beginn{n}", *["bleibt"] * (n % 7 + 2), last]), key=f"k{n}")
            for n in range(40)
        )

    changes = compare(tree("alt"), tree("neu"), reasons={f"k{n}": f"Grund{n}" for n in range(40)})
    content = SynopsisContent("K", "Kreis", "1", "2", datetime(2026, 5, 8, tzinfo=UTC), changes)
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(synopsis_pdf.as_pdf(content))).pages]
    assert len(pages) > 8
    for n in range(40):
        (page,) = (each for each in pages if f"Teil{n} " in each)
        assert re.search(rf"Grund{n}\b", page)
        assert re.search(rf"Beginn{n}\b", page)


def test_a_paragraph_of_a_synopsis_is_on_one_page_unless_it_is_longer_than_one() -> None:
    def tree(last: str) -> tuple[SectionText, ...]:
        plain = [f"Anfang{n} {'und weiter ' * (40 + n % 5)}Schluss{n}" for n in range(30)]
        return (SectionText("Teil", "\n\n".join([*plain, "sehr lang " * 2_000, last]), key="k"),)

    content = SynopsisContent(
        "K", "Kreis", "1", "2", datetime(2026, 5, 8, tzinfo=UTC), compare(tree("alt"), tree("neu"))
    )
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(synopsis_pdf.as_pdf(content))).pages]
    assert sum("sehr lang" in page for page in pages) > 1
    for n in range(30):
        (page,) = (each for each in pages if re.search(rf"Anfang{n}\b", each))
        assert re.search(rf"Schluss{n}\b", page)


@pytest.mark.parametrize("facts", range(27, 34))
def test_the_word_annexes_stays_on_the_page_of_their_table(facts: int) -> None:
    annexes = [AnnexLine("1", "Karte der Beratungsstellen", "karte.pdf", "ab" * 32)]
    lines = [(f"Angabe {n}", "bekannt") for n in range(facts)]
    content = ConceptContent("K", "Kreis", "1", datetime(2026, 5, 8, tzinfo=UTC), NEW, lines, annexes=annexes)
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(concept_pdf.as_pdf(content))).pages]
    (page,) = (each for each in pages if "Anlagen" in each)
    assert "Karte der Beratungsstellen" in page


def test_papers_are_tagged_and_say_what_went_and_came(tmp_path: Path) -> None:
    made_at = datetime(2026, 5, 8, tzinfo=UTC)
    synopsis = SynopsisContent("KIM-Konzept", "Kreis Muster", "Fassung 3.2", "Entwurf 4.0", made_at, compare(OLD, NEW))
    text = ConceptContent("KIM-Konzept", "Kreis Muster", "Fassung 3.2", made_at, NEW, [("Stand", "Mai 2026")])
    for data in (synopsis_pdf.as_pdf(synopsis), concept_pdf.as_pdf(text)):
        with pikepdf.open(io.BytesIO(data)) as pdf:
            assert str(pdf.Root.Lang) == "de-DE"
            assert pdf.Root.MarkInfo.Marked
            assert "pdfuaid:part" in pdf.open_metadata()
    letterhead = Document()
    letterhead.add_paragraph("{{ titel }}, {{ stand }}, Vorbehalt: {{ vorbehalt }}.")
    letterhead.save(str(tmp_path / "konzept.docx"))
    written = Document(io.BytesIO(concept_docx.as_docx(text, folder=tmp_path)))
    assert written.paragraphs[0].text == "KIM-Konzept, Mai 2026, Vorbehalt: ."
    document = Document(io.BytesIO(synopsis_docx.as_docx(synopsis, folder=Path("/nonexistent"))))
    cells = document.tables[0].rows[1].cells
    assert [r.text for c in cells for r in c.paragraphs[0].runs if r.font.strike or r.font.underline] == [
        "zweimal",
        "dreimal",
    ]
    assert "1 Gremienarbeit (geändert)" in [p.text for p in document.paragraphs]
