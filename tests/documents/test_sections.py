"""Sections of a document: numbers worked out or kept as printed, words counted, flat lines made a tree."""

from __future__ import annotations

from govern.documents.sections import SectionText, Tree, count_words, depth_of, from_levels, numbers, walk, words_in

TREE: Tree = (
    SectionText("Vorwort", "Liebe Leser:innen", printed_number=""),
    SectionText("Grundlagen", "", sections=(SectionText("Ziele", ""), SectionText("Begriffe", ""))),
    SectionText("Organisation", "", "2.", (SectionText("Gremien", "", "2.3"), SectionText("Stellen", "", None, (
        SectionText("Verteilung", ""),)))),
    SectionText("Anhang", "", "A", (SectionText("Vordrucke", ""),)),
    SectionText("Ausblick", ""),
)  # fmt: skip
SHOWN = ["", "1", "1.1", "1.2", "2.", "2.3", "2.4", "2.4.1", "A", "A.1", "3"]


def test_numbers_are_worked_out_and_printed_ones_are_kept_and_counted_on_from() -> None:
    placed = list(walk(TREE))
    assert [p.number for p in placed] == SHOWN
    assert [p.title for p in placed][:2] == ["Vorwort", "1 Grundlagen"]
    assert placed[7].path == (2, 1, 0)
    assert numbers([(p.depth, p.section.printed_number) for p in placed]) == SHOWN
    assert depth_of(TREE) == 3


def test_sections_inside_one_without_number_have_none() -> None:
    tree = (SectionText("Vorwort", "", "", (SectionText("Dank", ""),)), SectionText("Ziele", ""))
    assert [p.number for p in walk(tree)] == ["", "", "1"]
    assert numbers([(1, ""), (2, None), (1, None)]) == ["", "", "1"]


def test_flat_lines_become_a_tree_and_jumps_of_level_are_closed_up() -> None:
    lines = [(1, "A"), (4, "A1"), (2, "A2"), (3, "A21"), (1, "B")]
    tree = from_levels((level, SectionText(heading, "")) for level, heading in lines)
    assert [(p.depth, p.section.heading) for p in walk(tree)] == [
        (1, "A"), (2, "A1"), (2, "A2"), (3, "A21"), (1, "B"),
    ]  # fmt: skip
    assert depth_of(from_levels((n, SectionText(str(n), "")) for n in range(1, 12))) == 6


def test_words_are_counted_as_people_count_them() -> None:
    assert (
        words_in("Die Case-Manager:innen, z.B. im [Amt](https://amt.example/x/y), tagen 2-mal.[^1]\n\n[^1]: Fußnote")
        == 8
    )
    assert count_words(TREE) == 13
