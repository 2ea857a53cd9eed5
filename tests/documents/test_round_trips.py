"""What an export writes the import reads as the same tree: Word and Markdown, whatever people type."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from lxml import html

from govern.documents.concept_content import ChangeLine, ConceptContent
from govern.documents.exports.concept_docx import as_docx
from govern.documents.exports.concept_html import as_html
from govern.documents.exports.concept_markdown import as_markdown
from govern.documents.importing.reading import read_document
from govern.documents.markdown_text import canonical, plain_text
from govern.documents.sections import SectionText, Tree, settled, walk

NOWHERE = Path("/nonexistent")
TYPED = (
    "Kreis fördert die Mitarbeiter*innen Teilnehmer:innen § 5 2023. e._V. <b> &amp; # 1. - [x] a_b_c \\ ` „Zitat“ "
    "| ! — • ~~ == + > 1) ( ://"
)
WORDS = TYPED.split()
KEYS = ["a1", "b-2", "c3"]

words = st.lists(st.sampled_from(WORDS), min_size=1, max_size=6).map(" ".join)
escaped = words.map(lambda text: re.sub(r"([\\`*_\[\]<>&#|!~+=.)-])", r"\\\1", text))
inline = st.lists(
    st.one_of(
        escaped, escaped.map(lambda t: f"**{t}**"), escaped.map(lambda t: f"*{t}*"), st.just("[Amt](https://amt.example/x)"),
        st.sampled_from(KEYS).map(lambda key: f"[[abschnitt:{key}]]"), st.just("Wort[^a]"), st.just("***beides***"),
    ), min_size=1, max_size=4,
).map(" ".join)  # fmt: skip
item = st.one_of(inline, st.tuples(inline, inline).map(lambda pair: f"{pair[0]}\n    - {pair[1]}\n    - zwei"))
block = st.one_of(
    inline,
    st.lists(item, min_size=1, max_size=3).map(lambda items: "\n".join(f"- {each}" for each in items)),
    st.lists(inline, min_size=1, max_size=3).map(lambda items: "\n".join(f"{n}. {t}" for n, t in enumerate(items, 3))),
    inline.map(lambda text: f"> {text}"),
    st.lists(inline, min_size=4, max_size=4).map(
        lambda cells: "| {} | {} |\n|---|---|\n| {} | {} |".format(*(cell.replace("|", "") for cell in cells))
    ),
)  # fmt: skip
text = st.lists(block, max_size=3).map(lambda blocks: canonical("\n\n".join(blocks) + "\n\n[^a]: Fußnote *eins*"))
heading = words.map(lambda t: " ".join(t.split()))
number = st.sampled_from([None, None, None, "", "2.3", "A", "Anhang 1", "7."])
leaf = st.builds(SectionText, heading=heading, text=text, printed_number=number)
section = st.recursive(
    leaf, lambda inner: st.builds(SectionText, heading=heading, text=text, printed_number=number,
                                  sections=st.lists(inner, max_size=2).map(tuple)), max_leaves=5,
)  # fmt: skip
trees = st.lists(section, min_size=3, max_size=3).map(lambda sections: settled(keyed(tuple(sections))))

TREE: Tree = (
    SectionText("Grundlagen", "Siehe [[abschnitt:org]].[^1]\n\n[^1]: Beschluss vom *18. November*.", None, (
        SectionText("Ziele", "- eins\n    1. unter\n- zwei\n\n    noch zwei\n\n> Zitat", key="ziele"),)),
    SectionText("Organisation", "Tabelle 1: Stellen\n\n| Ort | Stelle |\n| --- | --- |\n| A | 1,0<br>ab Mai |\n\n"
                "```\nx  = 1\n```", "4", key="org"),
    SectionText("Literatur", "Ende[^1]\n\n[^1]: Quelle", ""),
)  # fmt: skip


def keyed(tree: Tree) -> Tree:
    """Keys on the first sections, so that references have something to point to."""
    return tuple(
        SectionText(s.heading, s.text, s.printed_number, s.sections, KEYS[n] if n < len(KEYS) else None)
        for n, s in enumerate(tree)
    )


def content(tree: Tree) -> ConceptContent:
    return ConceptContent(
        "KIM-Konzept: „Muster“", "Kreis Muster", "Fassung 3.2", datetime(2026, 5, 8, tzinfo=UTC), tree,
        [("Stand", "Mai 2026"), ("Beschlossen", "18. November 2025, einstimmig")], compared_with="Fassung 3.1",
        changes=[ChangeLine("1 Grundlagen", "geändert", "Beschluss B-2025-11")], stamp="SHA-256: abc",
    )  # fmt: skip


def docx(tree: Tree) -> bytes:
    return as_docx(content(tree), folder=NOWHERE)


def markdown(tree: Tree) -> bytes:
    return as_markdown(content(tree))


WRITERS = [pytest.param(docx, "k.docx", id="docx"), pytest.param(markdown, "k.md", id="md")]


@pytest.mark.slow
@pytest.mark.parametrize(("write", "name"), WRITERS)
@given(tree=trees)
@settings(max_examples=25, phases=[Phase.generate])
def test_import_of_an_export_gives_the_same_tree(write: Callable[[Tree], bytes], name: str, tree: Tree) -> None:
    found = read_document(write(tree), name)
    assert found.sections == tree
    assert found.title == "KIM-Konzept: „Muster“"
    assert found.notes == ()


@pytest.mark.parametrize(("write", "name"), WRITERS)
def test_lists_tables_footnotes_and_references_survive_a_file(write: Callable[[Tree], bytes], name: str) -> None:
    found = read_document(write(TREE), name)
    assert found.sections == TREE
    assert found.notes == ()
    if name.endswith("docx"):
        assert [p.section.key for p in walk(found.sections)] == [p.section.key for p in walk(TREE)]


def test_html_has_an_outline_footnotes_and_links_to_sections() -> None:
    page = html.fromstring(as_html(content(TREE)).decode())
    assert [h.text_content() for h in page.iter("h1", "h2", "h3")][:5] == [
        "KIM-Konzept: „Muster“", "Inhalt", "1 Grundlagen", "1.1 Ziele", "4 Organisation",
    ]  # fmt: skip
    assert page.xpath("//main//a[@href='#a2']")[0].text == "4 Organisation"
    assert len(page.xpath("//sup/a")) == 2
    assert not page.xpath("//script")


@pytest.mark.parametrize(
    "typed",
    [
        "**fett**und `code` <script>x</script>",
        "1\\. kein Punkt\n- Liste",
        "| a |\n|---|\n| *b \\\\* |",
        "a*b*c ~~x~~ [l](javascript:x)",
    ],
)
def test_a_text_in_its_one_form_keeps_it_and_its_words(typed: str) -> None:
    once = canonical(typed)
    assert canonical(once) == once
    assert plain_text(once) == plain_text(typed)
