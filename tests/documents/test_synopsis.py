"""Two versions side by side: sections known again, words that went and came."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govern.documents.sections import SectionText, Tree
from govern.documents.synopsis import SectionChange, SectionChangeKind, compare
from govern.documents.word_diff import TextRow, compare_texts, lines_of

BODIES = SectionText(
    "Gremienarbeit", "Die Lenkungsgruppe tagt zweimal im Jahr. Die Koordination bereitet die Sitzungen vor."
)
POSTS = SectionText("Stellenzuordnung", "Für die Gemeinde Niederzier ist eine halbe Stelle vorgesehen.")
GOALS = SectionText("Ziele", "Alle Zugewanderten finden ohne Umwege die Beratung, die sie brauchen, in ihrer Kommune.")
OLD: Tree = (
    SectionText("Rahmen", "", sections=(GOALS, BODIES, POSTS)),
    SectionText("Ausblick", "Der Rat beschließt 2024 neu."),
)


def marked(row: TextRow) -> tuple[str, str]:
    """Both sides with what went in [-…-] and what came in {+…+}."""
    signs = {"same": "{}", "deleted": "[-{}-]", "inserted": "{{+{}+}}"}
    old, new = ("".join(signs[run.kind].format(run.text) for run in runs) for runs in (row.old, row.new))
    return old, new


def kinds(changes: tuple[SectionChange, ...]) -> list[tuple[str, str, bool]]:
    return [(c.shown.section.heading, c.kind.value, c.is_moved) for c in changes]


def test_words_that_went_and_came_are_marked_and_nothing_else() -> None:
    new = replace(
        BODIES,
        text="Die Lenkungsgruppe tagt dreimal im Jahr. Die Koordination bereitet die Sitzungen vor "
        "und berichtet über den Stand.",
    )
    found = compare((BODIES,), (new,)).sections[0]
    assert found.kind is SectionChangeKind.CHANGED
    assert [marked(row) for row in found.rows] == [(
        "Die Lenkungsgruppe tagt [-zweimal-] im Jahr. Die Koordination bereitet die Sitzungen vor.",
        "Die Lenkungsgruppe tagt {+dreimal+} im Jahr. Die Koordination bereitet die Sitzungen vor"
        "{+ und berichtet über den Stand+}.",
    )]  # fmt: skip


def test_moved_renumbered_renamed_new_and_gone_sections_are_told_apart() -> None:
    renamed = replace(POSTS, heading="Stellen", text=POSTS.text.replace("vorgesehen", "besetzt"))
    fresh = SectionText("Kita-Zugang", "Kinder im letzten Jahr vor der Schule werden vorrangig berücksichtigt.")
    new: Tree = (
        SectionText("Rahmen", "", sections=(fresh, GOALS, renamed)),
        SectionText("Arbeit", "", sections=(BODIES,)),
    )
    found = compare(OLD, new)
    assert kinds(found.sections) == [
        ("Rahmen", "same", False), ("Kita-Zugang", "new", False), ("Ziele", "same", False),
        ("Stellen", "changed", False), ("Ausblick", "gone", False), ("Arbeit", "new", False),
        ("Gremienarbeit", "same", True),
    ]  # fmt: skip
    by_heading = {c.shown.section.heading: c for c in found.sections}
    assert by_heading["Ziele"].marks == ("bisher 1.1",)
    assert by_heading["Gremienarbeit"].marks == ("verschoben", "bisher 1.2")
    assert marked(by_heading["Stellen"].title) == ("[-Stellenzuordnung-]", "{+Stellen+}")
    assert found.summary == "1 von 6 Abschnitten geändert · 2 neu · 1 entfallen · 1 verschoben"
    assert [c.shown.section.heading for c in found.changes] == [
        "Kita-Zugang",
        "Stellen",
        "Ausblick",
        "Arbeit",
        "Gremienarbeit",
    ]


def test_a_key_is_stronger_than_heading_and_words_and_carries_the_reason() -> None:
    old = (replace(GOALS, key="a"), replace(POSTS, key="b"))
    new = (replace(POSTS, heading="Ganz anders", text="Kein Wort gleich.", key="a"), replace(POSTS, key="b"))
    found = compare(old, new, reasons={"a": "Beschluss B-2025-11"})
    assert [(c.kind.value, c.reason, c.old is not None) for c in found.sections] == [
        ("changed", "Beschluss B-2025-11", True), ("same", "", True),
    ]  # fmt: skip


def test_passing_a_neighbour_moves_one_section_not_all() -> None:
    sections = tuple(SectionText(f"Abschnitt {n}", f"Eigener Text {n}", key=str(n)) for n in range(8))
    found = compare(sections, (*sections[1:6], sections[0], *sections[6:]))
    assert [c.shown.section.heading for c in found.sections if c.is_moved] == ["Abschnitt 0"]


@pytest.mark.parametrize("moved", ["a", "b"])
def test_of_two_that_changed_places_the_one_with_a_reason_moved(moved: str) -> None:
    one, two = SectionText("A", "eins", key="a"), SectionText("B", "zwei", key="b")
    found = compare((one, two), (two, one), reasons={moved: "gehört dorthin"})
    assert [(c.shown.section.key, c.reason) for c in found.changes] == [(moved, "gehört dorthin")]


def test_lists_tables_footnotes_and_references_are_compared_as_words() -> None:
    text = (
        "- **eins** zu\\*zwei\n\n| A | B |\n| --- | --- |\n| x<br>y | z |\n\nSiehe [[abschnitt:k]].[^1]\n\n[^1]: Quelle"
    )
    assert lines_of(text, {"k": "Ziele"}) == [
        "eins zu*zwei", "A | B", "x / y | z", "Siehe „Ziele“. (Fußnote)", "Fußnote: Quelle",
    ]  # fmt: skip
    assert lines_of("Siehe [[abschnitt:k]].", {}) == ["Siehe „Abschnitt entfallen“."]
    assert lines_of("Siehe [[abschnitt:k]].", None) == ["Siehe (Verweis auf einen Abschnitt)."]  # nobody asked which
    rows = compare_texts("eins\n\nzwei ist weg", "eins\n\ndrei kam dazu\n\nvier", {})
    assert [marked(row) for row in rows] == [
        ("eins", "eins"), ("[-zwei ist weg-]", ""), ("", "{+drei kam dazu+}"), ("", "{+vier+}"),
    ]  # fmt: skip


lines = st.lists(st.text("ab c.", max_size=20), max_size=6).map("\n\n".join)


@settings(max_examples=150)
@given(old=lines, new=lines)
def test_no_word_of_either_version_is_lost(old: str, new: str) -> None:
    rows = compare_texts(old, new, {})
    for side, text in ((0, old), (1, new)):
        said = ["".join(run.text for run in (row.old, row.new)[side]) for row in rows]
        assert [line for line in said if line] == lines_of(text, {})
    assert all({run.kind for run in row.old} <= {"same", "deleted"} for row in rows)
    assert all({run.kind for run in row.new} <= {"same", "inserted"} for row in rows)
