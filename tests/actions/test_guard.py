"""The guard finds client data in sentences it has never seen, and lets administrative text be."""

from __future__ import annotations

from collections import Counter
from time import process_time

import pytest

from govern.actions.guard import FORMAL_KINDS, FindingKind, find
from scripts.bench.guard import Measured, measure


@pytest.fixture(scope="module", params=["seen", "unseen"])
def measured(request: pytest.FixtureRequest) -> Measured:
    return measure(request.param)


@pytest.mark.slow
@pytest.mark.proves("D-35", "I7", "L-15")
def test_the_guard_finds_what_it_has_to_find_in_both_halves(measured: Measured) -> None:
    formal = Counter[str]()
    for kind in FORMAL_KINDS:
        formal["found"] += measured.found[kind]
        formal["there"] += measured.there[kind]
    assert formal["found"] / formal["there"] >= 0.95
    assert measured.recall(FindingKind.NAME) >= 0.85
    assert measured.false_alarms < 0.05


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Frau Yildiz wartet seit Mai.", FindingKind.NAME),
        ("IBAN DE89370400440532013000", FindingKind.IBAN),
        ("Sie wohnt in der Bachstraße 12.", FindingKind.ADDRESS),
        ("Die einzige Mongolin in Heimbach ist 63.", FindingKind.SINGLED_OUT),
        ("Die Familie wohnt Am alten Markt 7.", FindingKind.ADDRESS),
        ("Er ist in der Langen Reihe 8 gemeldet.", FindingKind.ADDRESS),
        ("Klientin, St.-Nikolaus-Platz 3, wartet.", FindingKind.ADDRESS),
        ("Er wohnt jetzt Alter Postweg 77.", FindingKind.ADDRESS),
        ("Eine 63-jährige Jesidin in Dahlem braucht Hilfe.", FindingKind.SINGLED_OUT),
        ("Die einzige tibetische Hebamme in Nideggen darf nicht arbeiten.", FindingKind.SINGLED_OUT),
        ("Ein mongolischer Vater von Fünflingen in Titz findet keine Wohnung.", FindingKind.SINGLED_OUT),
        ("Die Betreuung 12 XVII 345/23 läuft.", FindingKind.FILE_NUMBER),
        ("Die Antragsnummer 2024-004711 fehlt.", FindingKind.FILE_NUMBER),
        ("Eine 30-Jährige aus Burkina Faso lebt in Titz.", FindingKind.SINGLED_OUT),
        (
            "Ein Mann aus der Dominikanischen Republik, Mitte fünfzig, wohnt in Bad Münstereifel.",
            FindingKind.SINGLED_OUT,
        ),
        ("Die Siebzehnjährige aus Usbekistan wohnt in Titz.", FindingKind.SINGLED_OUT),
        ("Die Turkmenin ist 41 Jahre alt und lebt im Titzer Wohnheim.", FindingKind.SINGLED_OUT),
        ("Sie kommt aus Bhutan. Sie ist vierunddreißig und wohnt in Nideggen.", FindingKind.SINGLED_OUT),
        ("Die beiden Tibeter in Kall finden keinen Kurs.", FindingKind.SINGLED_OUT),
        ("Die einzige Rollstuhlfahrerin in Kall bekommt keinen Termin.", FindingKind.SINGLED_OUT),
        ("Im Ortsteil Schmidt wohnt ein gehörloser Mann, 63.", FindingKind.SINGLED_OUT),
        ("Ein 103-jähriger Kirgise in Linnich sucht Hilfe.", FindingKind.SINGLED_OUT),
        ("Der achtjährige Sohn kam aus Tonga in die Gemeinde Titz.", FindingKind.SINGLED_OUT),
    ],
)
def test_each_finding_says_where_it_stands(text: str, kind: FindingKind) -> None:
    found = [finding for finding in find(text) if finding.kind is kind]
    assert found
    assert all(text[finding.start : finding.end] == finding.text for finding in found)


@pytest.mark.slow
@pytest.mark.parametrize(
    "text",
    [
        "Der Nigerianer ist 34 und lebt in Düren.",  # too many to single anybody out
        "Die einzige Beratungsstelle in Düren besteht seit 12 Jahren.",
        "Das einzige Angebot in Nideggen richtet sich an Kinder von 3 bis 6 Jahren.",
        "In Jülich gibt es zwei Stellen für Familien aus Georgien, die Wartezeit ist über 60 Tage.",
        "Die beiden Ämter in Düren stimmen sich zur Mitte des Jahres ab.",
        "Das einzige Angebot für Frauen in Titz endet Ende der 20. Kalenderwoche.",
        "Ende der 90er Jahre gab es in Linnich ein einziges Wohnheim.",
        "In Titz gibt es nur zwei Familien-Wohnungen, das Haus ist über 60 Jahre alt.",
        "Für gehörlose Geflüchtete gibt es in Düren keinen Kurs, die Wartezeit ist über 12 Monate.",
        "Staatenlose Personen warten in Düren zwei Jahre, bis ein Dokument ausgestellt wird.",
        "Philippinische Pflegekräfte warten in Düren 18 Monate auf die Anerkennung.",
        "Im Alter von drei bis sechs Jahren besuchen in Langerwehe beide Gruppen die Kita.",
        "Beide Elternteile arbeiten in Düren. Für Kinder unter 3 Jahre gibt es keinen Platz.",
        "Aus Georgien kommen viele. Das Verfahren der Stadt ist mehrjährig angelegt.",
    ],
)
def test_what_many_share_singles_nobody_out(text: str) -> None:
    assert [finding for finding in find(text) if finding.kind is FindingKind.SINGLED_OUT] == []


@pytest.mark.slow
@pytest.mark.parametrize("word", ["Ganztag", "Familiennachzug", "Clearing", "Screening", "Tablet"])
def test_words_of_the_matter_are_nobodys_name(word: str) -> None:
    assert find(f"In Kreuzau gibt es Fragen zu {word}. {word} fehlt, und ohne {word} geht es nicht weiter.") == []


@pytest.mark.slow
def test_names_of_institutions_and_places_are_nobodys_name() -> None:
    text = "Mit Merzenich ist nichts vereinbart."
    assert find(text)
    assert find(text, ["Gemeinde Merzenich"]) == []


@pytest.mark.slow
def test_a_wrong_check_digit_is_an_iban_only_where_it_is_called_one() -> None:
    assert [f.kind for f in find("IBAN: DE00 1234 5678 9012 3456 78")] == [FindingKind.IBAN]
    assert FindingKind.IBAN not in {f.kind for f in find("Gerät DE00 1234 5678 9012 3456 78")}


def test_a_word_without_end_is_not_searched_and_keeps_nothing_else_from_being_found() -> None:
    text = f"{'x' * 40_000} Rückruf unter 0171 2345678"
    started = process_time()
    found = find(text)
    assert [text[f.start : f.end] for f in found] == ["0171 2345678"]
    assert process_time() - started < 5, "it took minutes"
