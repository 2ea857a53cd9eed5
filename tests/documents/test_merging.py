"""Two texts of one section in one."""

from __future__ import annotations

from govern.documents.merging import merge

LINE = "Die Beratung beginnt vor Ort und nicht in der Behörde."


def test_what_only_one_of_two_wrote_into_a_paragraph_stays_and_nothing_stands_twice() -> None:
    theirs, mine = f"Neu ist: {LINE}", f"{LINE} Sie ist freiwillig."
    assert merge(theirs, mine) == f"Neu ist: {LINE} Sie ist freiwillig."
    assert merge(f"{theirs}\n\nEnde.", f"{LINE}\n\nEnde.\n\nNoch eins.") == f"{theirs}\n\nEnde.\n\nNoch eins."
    assert merge(f"  - {LINE}", f"  - {LINE} Ja.") == f"  - {LINE} Ja."


def test_lines_that_say_different_things_both_stay() -> None:
    for theirs, mine in ((LINE, LINE.replace("vor Ort", "daheim")), ("eins und zwei", "und drei"),
                         (f"- {LINE}", f"  - {LINE}")):  # fmt: skip
        assert merge(theirs, mine) == f"{theirs}\n{mine}"
