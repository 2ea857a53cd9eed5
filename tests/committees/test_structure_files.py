"""Structure files: the five counties, every fault with its line, and reader, schema and documentation that agree."""

from __future__ import annotations

import dataclasses
import json
import re
import time
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from govern.committees.structure import fields, nodes
from govern.committees.structure.entries import (
    BodyEntry,
    CommitteeEntry,
    NameEntry,
    OrganisationEntry,
    PartialDate,
    SeatEntry,
    Structure,
)
from govern.committees.structure.faults import Fault, FaultyStructureError
from govern.committees.structure.reading import read_structure
from govern.committees.structure.schema import SCHEMA_FILE, json_schema, schema_text
from govern.committees.structure.shapes import Entry, ListOf
from govern.committees.structure.writing import write_structure

COUNTIES = Path(fields.__file__).parent / "counties"
ROOT = Path(__file__).parents[2]
NAMES = ["dueren", "neuss", "euskirchen", "aachen", "paderborn"]

MINIMAL = """\
schema_version: 1
body:
  key: musterkreis
  name: Musterkreis
  short_name: Muster
  kind: county
organisations:
  - key: kreis
    name: Kreisverwaltung
    kind: kreisverwaltung
  - key: amt
    name: Amt für Integration
    kind: kreis_unit
    parent: kreis
committees:
  - key: lg
    name: Lenkungsgruppe
    short_name: LG
    kind: steering_group
    status: active
    is_kim: true
    is_highest: true
    founded:
      date: 2021-03-17
    seats:
      - key: amt
        function: Amtsleitung
        organisations: [amt]
        count: 1
      - key: team
        function: Teamleitung
        count: open
        nested_under: amt
  - key: ag
    name: Arbeitsgruppe
    kind: working_group
    status: planned
    is_kim: true
    parent: lg
"""


def faults_of(text: str | bytes) -> list[Fault]:
    """The faults of a file, empty when there are none."""
    try:
        read_structure(text if isinstance(text, bytes) else text.encode())
    except FaultyStructureError as error:
        return list(error.faults)
    return []


def changed(old: str, new: str) -> str:
    """The minimal file with one place changed."""
    assert MINIMAL.count(old) >= 1, old
    return MINIMAL.replace(old, new, 1)


def plain(node: nodes.Node) -> Any:
    """The document as YAML 1.2 and JSON see it: what an editor with the schema checks."""
    if isinstance(node, nodes.Sequence):
        return [plain(item) for item in node.items]
    if isinstance(node, nodes.Mapping):
        return {key.text: plain(value) for key, value in node.pairs if isinstance(key, nodes.Scalar)}
    if node.is_null:
        return None
    if node.flag is not None:
        return node.flag
    if node.whole_number is not None:
        return node.whole_number
    return float(node.text) if node.is_number else node.text


# The five counties


@pytest.mark.proves("A1", "A2", "A9", "B5")
@pytest.mark.parametrize(
    ("name", "committees", "entries", "organisations", "persons", "is_exact"),
    [
        ("dueren", 11, 28, 41, 28, True),
        ("neuss", 48, 9, 77, 16, True),
        ("euskirchen", 16, 19, 31, 19, True),
        ("aachen", 9, 8, 24, 8, False),
        ("paderborn", 14, 15, 29, 13, False),
    ],
)
def test_the_county_files_hold_what_the_concepts_state(
    name: str, committees: int, entries: int, organisations: int, persons: int, is_exact: bool
) -> None:
    structure = read_structure((COUNTIES / f"{name}.yaml").read_bytes())
    highest = structure.highest_committee
    assert highest is not None
    assert sum(committee.is_highest for committee in structure.committees) == 1
    assert len(structure.committees) == committees
    assert len(structure.organisations) == organisations
    assert len(highest.seats) == entries
    assert (highest.stated_persons, highest.is_exact) == (persons, is_exact)


def test_only_euskirchen_states_who_may_vote() -> None:
    voting = {}
    for name in NAMES:
        structure = read_structure((COUNTIES / f"{name}.yaml").read_bytes())
        voting[name] = {seat.is_voting for committee in structure.committees for seat in committee.seats}
    assert voting.pop("euskirchen") == {True, None}
    assert set().union(*voting.values()) == {None}


@pytest.mark.proves("B15", "B8")
def test_paderborn_asks_for_a_mayor() -> None:
    structure = read_structure((COUNTIES / "paderborn.yaml").read_bytes())
    assert structure.highest_committee is not None
    (rule,) = structure.highest_committee.rules
    assert (rule.minimum, rule.function_contains) == (1, "Bürgermeister")
    alternatives = next(seat.alternatives for seat in structure.highest_committee.seats if seat.key == "kommunen")
    assert alternatives == ("Bürgermeister:in", "Sozialamtsleitung", "Leitung des Bürgerbüros")


@pytest.mark.parametrize("name", NAMES)
def test_county_files_are_written_in_our_words(name: str) -> None:
    text = (COUNTIES / f"{name}.yaml").read_text(encoding="utf-8")
    assert not re.search(r"\w\*\w", text), "gender asterisk"
    assert "@" not in text
    assert not re.search(r"\b(line|seat|not stated|document|since|founded in)\b \w+ (the|of|is)\b", text)


@pytest.mark.parametrize("name", NAMES)
def test_writing_a_county_again_gives_the_same_file(name: str) -> None:
    text = (COUNTIES / f"{name}.yaml").read_text(encoding="utf-8")
    heading = "\n".join(line[1:].strip() for line in text.splitlines() if line.startswith("#"))
    assert write_structure(read_structure(text.encode()), heading=heading) == text


@pytest.mark.parametrize("name", NAMES)
def test_the_schema_accepts_the_county_files(name: str) -> None:
    jsonschema.Draft202012Validator(json_schema()).validate(
        plain(nodes.read_nodes((COUNTIES / f"{name}.yaml").read_bytes()))
    )


# Faults

# What is changed · line · part of the sentence · does the JSON Schema see it too?
FAULTS: list[tuple[str, str, int, str, bool]] = [
    ("schema_version: 1\n", "schema_version: 2\n", 1, "„schema_version“ muss eine ganze Zahl von 1 bis 1", True),
    ("schema_version: 1\n", "", 1, "Hier fehlt das Pflichtfeld „schema_version“", True),
    ("    parent: lg\n", "    parent: lgg\n", 39, "Das Gremium „lgg“ gibt es in dieser Datei nicht. Meinten", False),
    ("    parent: lg\n", "    parnt: lg\n", 39, "gibt es hier nicht (ein Gremium). Meinten Sie „parent“", True),
    ("    parent: lg\n", "    parent: [lg]\n", 39, "„parent“ muss ein Kürzel sein", True),
    ("    parent: lg\n", "    parent: lg\n    parent: lg\n", 40, "steht hier zweimal (zuerst in Zeile 39)", False),
    ("  - key: ag\n", "  - key: lg\n", 34, "Das Kürzel „lg“ hat schon ein Gremium in Zeile 16", False),
    ("  - key: amt\n    name", "  - key: kreis\n    name", 11, "hat schon eine Kommune oder Organisation", False),
    ("      - key: team\n", "      - key: amt\n", 30, "hat schon ein Sitz dieses Gremiums in Zeile 26", False),
    ("    name: Kreisverwaltung\n", "", 8, "Hier fehlt das Pflichtfeld „name“ (eine Organisation)", True),
    ("    name: Kreisverwaltung\n", "    name:\n", 9, "Das Pflichtfeld „name“ ist leer", True),
    ("    name: Kreisverwaltung\n", '    name: " "\n', 9, "„name“ ist leer", True),
    ("    name: Kreisverwaltung\n", "    name: 2020\n", 9, "Bitte „2020“ in Anführungszeichen setzen", True),
    ("    name: Kreisverwaltung\n", "    name: true\n", 9, "muss ein Text sein", True),
    ("    name: Kreisverwaltung\n", "    name: [a]\n", 9, "muss ein Text sein, hier steht eine Liste", True),
    ("    name: Kreisverwaltung\n", "    name: hallo@kreis.example\n", 9, "enthält eine E-Mail-Adresse", False),
    ("    name: Kreisverwaltung\n", "    name: Verwaltung 02421 22 1000\n", 9, "enthält eine Telefonnummer", False),
    ("    kind: kreisverwaltung\n", "    kind: Jobcenter\n", 10, "Meinten Sie „jobcenter“? Erlaubt sind: ", True),
    ("    kind: kreisverwaltung\n", "    kind: municipality\n", 10, "„kind“ kennt „municipality“ nicht", True),
    ("    parent: kreis\n", "    parent: amt\n", 14, "im Kreis einander zugeordnet: amt → amt", False),
    ("    parent: kreis\n", "    parent: kries\n", 14, "Die Organisation oder Kommune „kries“ gibt es", False),
    ("    is_highest: true\n", "    is_highest: true\n    parent: ag\n", 40, "Die Gremien sind im Kreis", False),
    ("    parent: lg\n", "    is_highest: true\n", 39, "es steht schon in Zeile 22", False),
    ("    is_kim: true\n    is_highest", "    is_kim: false\n    is_highest", 22, "muss ein KIM-Gremium sein", False),
    ("      date: 2021-03-17\n", "      date: 2021-02-30\n", 24, "dieser Monat hat 28 Tage", False),
    ("      date: 2021-03-17\n", "      date: 2021-13\n", 24, "gibt es nicht, ein Jahr hat 12 Monate", True),
    ("      date: 2021-03-17\n", "      date: 0021\n", 24, "liegt nicht zwischen 1500 und 2200", True),
    ("      date: 2021-03-17\n", "      date: 17.03.2021\n", 24, "ein Datum wie 2021-03-17, 2021-03 oder 2021", True),
    ("        count: 1\n", "        count: 0\n", 29, "muss eine ganze Zahl von 1 bis 10000 oder das Wort „open“", True),
    ("        count: 1\n", "        count: viele\n", 29, "hier steht „viele“", True),
    ("        count: 1\n", "", 26, "Hier fehlt das Pflichtfeld „count“ (ein Sitz)", True),
    ("        count: 1\n", "        count: 1\n        ends_on: 2021-05\n", 30, "ein Datum wie 2021-03-17 sein", True),
    ("        count: 1\n", "        count: 1\n        starts_on: 2021-05-02\n        ends_on: 2021-05-01\n", 31,
     "„ends_on“ (2021-05-01) liegt vor", False),
    ("[amt]", "[amt, amt]", 28, "„organisations“ nennt „amt“ zweimal", True),
    ("[amt]", "[ämter]", 28, "muss ein Kürzel sein", True),
    ("[amt]", "[jobcenter]", 28, "Die Organisation oder Kommune „jobcenter“ gibt es in dieser Datei nicht", False),
    ("[amt]", "amt", 28, "muss eine Liste sein", True),
    ("        nested_under: amt\n", "        nested_under: team\n", 33, "Die Sitze sind im Kreis", False),
    ("        nested_under: amt\n", "        nested_under: kein\n", 33, "Den Sitz „kein“ gibt es", False),
    ("    is_highest: true\n", "    is_highest: ja\n", 22, "muss true (ja) oder false (nein) sein", True),
    ("    seats:\n", "    chair: Landrat\n    seats:\n", 25, "Hier muss der Vorsitz mit seinen Feldern stehen", True),
    ("    seats:\n", "    chair:\n      function: Leitung\n      seat: weg\n    seats:\n", 27, "Den Sitz „weg“", False),
    ("        organisations: [amt]\n", "        organisations: [amt]\n        represents:\n          mode: own\n"
     "          count: 1\n          organisations: [amt, kreis]\n", 31, "genannt sind aber 2 Stellen", False),
    ("  - key: ag\n", "  - Arbeitsgruppe\n  - key: ag\n", 34, "Hier muss ein Gremium mit seinen Feldern stehen", True),
    ("committees:\n", "committees: keine\ngremien:\n", 15, "„committees“ muss eine Liste sein", True),
]  # fmt: skip


@pytest.mark.proves("A1")
@pytest.mark.parametrize(("old", "new", "line", "sentence", "in_schema"), FAULTS)
def test_a_fault_is_named_with_its_line(old: str, new: str, line: int, sentence: str, in_schema: bool) -> None:
    text = changed(old, new)
    found = faults_of(text)
    assert any(fault.line == line and sentence in fault.sentence for fault in found), found
    assert all(fault.sentence.endswith((".", "?")) for fault in found)
    valid = jsonschema.Draft202012Validator(json_schema()).is_valid(plain(nodes.read_nodes(text.encode())))
    assert valid is not in_schema


def test_the_minimal_file_has_no_fault_and_the_schema_agrees() -> None:
    assert faults_of(MINIMAL) == []
    jsonschema.Draft202012Validator(json_schema()).validate(plain(nodes.read_nodes(MINIMAL.encode())))


def test_all_faults_are_listed_at_once_in_the_order_of_the_lines() -> None:
    text = changed("kind: county", "kind: land").replace("parent: lg", "parent: x").replace("count: 1", "count: -1")
    found = faults_of(text)
    assert [fault.line for fault in found] == [6, 29, 39]
    assert found[0].text("muster.yaml").startswith("muster.yaml:6: „kind“ kennt „land“ nicht.")


@pytest.fixture(params=["fast", "pure"])
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both parsers of PyYAML: the one written in C is missing on some machines."""
    if request.param == "pure":
        monkeypatch.setattr(nodes, "_PARSER", yaml.SafeLoader)


@pytest.mark.usefixtures("parser")
@pytest.mark.parametrize(
    ("data", "line", "sentence"),
    [
        (b"", 1, "Die Datei ist leer."),
        (b" \n\n", 1, "Die Datei ist leer."),
        (b"# nur ein Kommentar\n", 1, "Die Datei ist leer."),
        (b"a: 1\nname: D\xfcren\n", 2, "nicht in UTF-8"),
        (b"schema_version: 1\nbody: \x07\n", 2, "Steuerzeichen (U+0007)"),
        (b"schema_version: 1\n\tbody: 2\n", 2, "Tabulator"),
        (b"body: {key: a\n", 2, "geschweiften Klammern"),
        (b"body: [a, b\nc: 1\n", 2, "Liste fehlt ein Komma"),
        (b'body: "offen\n', 2, "nicht geschlossen"),
        (b"body: a: b\n", 1, "Doppelpunkt ist hier nicht eindeutig"),
        (b"body:\n  a: 1\n c: 2\n", 3, "Einrückung"),
        (b'body: "\\q"\n', 1, "unbekanntes Zeichen"),
        (b"body: @x\n", 1, "keine Angabe beginnen darf"),
        (b"a: &x 1\nb: *x\n", 2, "Verweise wie „*x“ sind nicht erlaubt"),
        (b"a: &x 1\n", 1, "Anker wie „&x“ sind nicht erlaubt"),
        (b"a: &x [*x]\n", 1, "Anker"),
        (b"a: !!python/object/apply:os.system [ls]\n", 1, "Typangaben wie „!!python/object/apply:os.system“"),
        (b"a: 1\n---\nb: 2\n", 2, "zweites Dokument"),
        (b"[" * 100_000, 1, "verschachtelt"),
        (b"- 1\n", 1, "Hier muss die Struktur mit seinen Feldern stehen"),
        (b"? [a]\n: 1\n", 1, "Ein Feldname muss ein einfaches Wort sein"),
    ],
)
def test_what_is_not_yaml_is_refused_with_a_sentence(data: bytes, line: int, sentence: str) -> None:
    found = faults_of(data)
    assert any(fault.line == line and sentence in fault.sentence for fault in found), found


@pytest.mark.parametrize("escaped", ["\\x01", "\\x0b", "\\ufffe", "\\e"])
def test_a_control_sign_cannot_hide_behind_an_escape(escaped: str) -> None:
    # Word and calendars could not hold it: every agenda of that committee would fail.
    data = f'schema_version: 1\nbody: {{key: a, name: "A{escaped}B", short_name: B}}\n'.encode()
    assert any("Steuerzeichen" in fault.sentence for fault in faults_of(data))


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm() -> None:
    assert faults_of(b"\xef\xbb\xbf" + MINIMAL.replace("\n", "\r\n").encode()) == []


def test_a_file_above_50_mb_is_refused_before_it_is_read() -> None:
    begun = time.process_time()  # other programs do not count
    assert faults_of(b"x" * (50 * 1024 * 1024 + 1)) == [Fault(1, "Die Datei ist größer als 50 MB.")]
    assert time.process_time() - begun < 5


def test_an_alias_bomb_is_refused_quickly() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]
    begun = time.process_time()  # other programs do not count
    assert any("Verweise" in fault.sentence for fault in faults_of("\n".join(lines)))
    assert time.process_time() - begun < 5  # unguarded it never ends


def test_a_file_with_too_many_entries_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nodes, "MAX_NODES", 500)
    assert any("zu umfangreich" in fault.sentence for fault in faults_of("a: [" + "1, " * 600 + "1]"))


def test_reading_takes_time_in_proportion_to_the_file() -> None:
    def seconds(count: int) -> float:
        extra = "".join(
            f"  - key: ag_{n}\n    name: Gruppe {n}\n    kind: network\n    status: active\n    is_kim: false\n"
            f"    parent: {f'ag_{n - 1}' if n else 'lg'}\n"
            for n in range(count)
        )
        taken = []
        for _ in range(3):
            begun = time.process_time()  # other programs do not count
            assert faults_of(MINIMAL + extra) == []
            taken.append(time.process_time() - begun)
        return min(taken)

    assert seconds(800) < 10 * seconds(200)


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(st.one_of(st.binary(max_size=400), st.text(max_size=400).map(lambda text: text.encode("utf-8", "ignore"))))
def test_garbage_is_answered_with_faults_and_nothing_else(data: bytes) -> None:
    faults = faults_of(data)
    assert faults
    assert all(fault.line >= 1 and fault.sentence for fault in faults)


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.integers(0, len(MINIMAL) - 1),
    st.integers(0, 30),
    st.text(st.sampled_from(" \n\t:-[]{}&*!|>'\"%@`#?,abü1é\u2028\x00"), max_size=6),
)
def test_a_damaged_file_is_read_or_answered_with_faults(start: int, length: int, patch: str) -> None:
    damaged = MINIMAL[:start] + patch + MINIMAL[start + length :]
    for fault in faults_of(damaged):
        assert 1 <= fault.line <= damaged.count("\n") + 2


# Writing

KEYS = st.from_regex(r"[a-z][a-z0-9_]{0,6}", fullmatch=True).filter(lambda key: key not in ("null", "true", "false"))
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn", "Co")), min_size=1, max_size=30).map(
    str.strip
).filter(lambda text: text and "@" not in text and not re.search(r"[0+]", text))  # fmt: skip
DATES = st.one_of(
    st.dates(min_value=date(1950, 1, 1), max_value=date(2100, 1, 1)).map(
        lambda day: PartialDate(day.year, day.month, day.day)
    ),
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(
    names=st.lists(TEXTS, min_size=4, max_size=4),
    tasks=st.lists(TEXTS, max_size=4),
    aliases=st.lists(TEXTS, max_size=4, unique=True),
    count=st.one_of(st.none(), st.integers(1, 50)),
    voting=st.one_of(st.none(), st.booleans()),
    ends=st.one_of(st.none(), DATES),
)
def test_what_is_written_is_read_again(
    names: list[str], tasks: list[str], aliases: list[str], count: int | None, voting: bool | None, ends: PartialDate
) -> None:
    structure = Structure(
        schema_version=1,
        body=BodyEntry(key="k", name=names[0], short_name="K", kind="county"),
        organisations=(OrganisationEntry(key="o", name=names[1], kind="other", aliases=tuple(aliases)),),
        committees=(
            CommitteeEntry(
                key="c",
                name=names[2],
                kind="network",
                status="active",
                is_kim=False,
                tasks=tuple(tasks),
                other_names=tuple(NameEntry(name=alias, kind="former", ends_on=ends) for alias in aliases),
                seats=(SeatEntry(key="s", function=names[3], count=count, is_voting=voting, organisations=("o",)),),
            ),
        ),
    )
    assert read_structure(write_structure(structure).encode()) == structure


# Schema and documentation


def test_schema_json_is_what_the_fields_say() -> None:
    assert SCHEMA_FILE.read_text(encoding="utf-8") == schema_text()
    jsonschema.Draft202012Validator.check_schema(json.loads(schema_text()))


def groups() -> list[Entry]:
    """All groups of fields of the format."""
    found: list[Entry] = []

    def visit(entry: Entry) -> None:
        found.append(entry)
        for field in entry.fields:
            shape = field.shape.item if isinstance(field.shape, ListOf) else field.shape
            if isinstance(shape, Entry):
                visit(shape)

    visit(fields.STRUCTURE)
    return found


def test_every_field_of_the_objects_is_in_the_format() -> None:
    for entry in groups():
        names = {field.name for field in dataclasses.fields(entry.build)}
        assert {field.name for field in entry.fields} == names
        required = {field.name for field in dataclasses.fields(entry.build) if field.default is dataclasses.MISSING}
        assert {field.name for field in entry.fields if field.is_required} == required


def test_the_documentation_explains_every_field() -> None:
    text = (ROOT / "docs/structure.md").read_text(encoding="utf-8")
    for entry in groups():
        for field in entry.fields:
            required = "ja" if field.is_required else "–"
            row = f"| `{field.name}` | {field.shape.german} | {required} | {field.help} |"
            assert row in text, row


def test_the_documentation_names_every_word() -> None:
    text = (ROOT / "docs/structure.md").read_text(encoding="utf-8")
    for entry in groups():
        for field in entry.fields:
            for word, label in getattr(field.shape, "words", {}).items():
                assert f"`{word}` {label}" in text, word


def test_the_example_of_the_documentation_is_a_faultless_file() -> None:
    text = (ROOT / "docs/structure.md").read_text(encoding="utf-8")
    example = text.split("```yaml\n", 1)[1].split("```", 1)[0]
    assert faults_of(example) == []
