"""The pages of committees: list, one committee, composition, chart, history; what each person sees of them."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask
from lxml import html

from govern.committees.charts import draw_chart, wrap
from govern.committees.contributions import CommitteeDates
from govern.committees.models import (
    CadenceInterval,
    Committee,
    CommitteeKind,
    CommitteeName,
    CommitteeNameKind,
    CommitteeParent,
    CommitteeStatus,
    CompositionRule,
    Level,
    MandateKind,
    OfficerRole,
    Participation,
    RepresentsMode,
    Voting,
)
from govern.committees.queries.committees import CommitteeFilter, list_committees
from govern.committees.structure.importing import import_structure, read_for_body
from govern.db import db
from govern.formats import today
from govern.people.models import Role
from tests.conftest import Client
from tests.factories import (
    make,
    make_committee,
    make_coordinator,
    make_mandate,
    make_member,
    make_municipality,
    make_office_user,
    make_officer,
    make_organisation,
    make_person,
    make_seat,
    make_seat_group,
    make_steering_group,
    make_user,
)

COUNTIES = Path(__file__).parents[2] / "govern/committees/structure/counties"


def text_of(html: str) -> str:
    """What a page says, without markup, in one line."""
    html = re.sub(r"<(script|style|svg)\b.*?</\1>", " ", html, flags=re.DOTALL)
    words = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))
    return re.sub(r"\s+([,.;:)])", r"\1", words)


def read(client: Client, path: str, status: int = 200) -> str:
    """The words of a page."""
    answer = client.get(path)
    assert answer.status_code == status, answer.status
    return text_of(answer.text)


# --- the list --------------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.proves("A1", "A2", "A3", "A9", "B2", "B5")
@pytest.mark.parametrize(
    ("county", "committees", "entries", "organisations", "persons"),
    [
        ("dueren", 11, 28, 41, "28"),
        ("neuss", 48, 9, 77, "16"),
        ("euskirchen", 16, 19, 31, "19"),
        ("aachen", 9, 8, 24, "mindestens 8"),
        ("paderborn", 14, 15, 29, "mindestens 13"),
    ],
)
def test_the_counties_read_as_their_documents_state(
    client: Client, county: str, committees: int, entries: int, organisations: int, persons: str
) -> None:
    import_structure(read_for_body((COUNTIES / f"{county}.yaml").read_bytes()), effective_on=today())
    db.session.commit()
    client.sign_in(make_user(Role.CASE_MANAGER))
    assert f"{committees} Gremien" in read(client, "/gremien")
    highest = db.session.query(Committee).filter_by(is_highest=True).one()
    page = client.get(f"/gremien/{highest.id}/zusammensetzung").text
    assert f"{persons} Personen in {entries} Einträgen" in text_of(page)
    assert page.count('<li class="seat') == entries
    assert "Organigramm" in read(client, "/gremien/organigramm")
    client.sign_in(make_coordinator())
    assert f"{organisations} Organisationen" in read(client, "/organisationen")


@pytest.mark.proves("A1", "A7", "A9", "A12")
def test_the_list_shows_the_tree_with_the_network_apart(client: Client) -> None:
    top = make_steering_group(office_function="KIM-Koordination")
    make_committee(parent=top, name="AG Strukturen", level=Level.STRUCTURAL)
    make_committee(parent=top, name="AG Fälle", level=Level.CASE)
    make_committee(name="Kreistag", kind=CommitteeKind.COUNCIL, is_kim=False, network_relation="wird unterrichtet")
    html = client.sign_in(make_user()).get("/gremien").text
    page = text_of(html)
    for words in ("4 Gremien, davon 1 im Netzwerk", "Geschäftsführung: KIM-Koordination", "Strukturebene", "Fallebene",
                  "Kreistag oder Rat", "wird unterrichtet"):  # fmt: skip
        assert words in page
    places = [html.index(words) for words in ("KIM-Gremien", "AG Strukturen", ">Netzwerk</h2>", "Kreistag<")]
    assert places == sorted(places)


@pytest.mark.proves("A7", "A10", "A18")
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("q=fall", {"AG Fälle"}),
        ("q=frühere", {"AG Wohnen"}),
        ("ebene=case", {"AG Fälle"}),
        ("status=planned", {"AG Wohnen"}),
        ("art=council", {"Kreistag"}),
        ("kreis=netzwerk", {"Kreistag"}),
        ("kreis=kim&q=ag", {"AG Wohnen", "AG Fälle"}),
        ("status=unsinn", {"AG Wohnen", "AG Fälle", "Kreistag"}),
        ("q=gibt+es+nicht", set()),
        ("q=%25", set()),
    ],
)
def test_the_list_is_searched_and_filtered(client: Client, query: str, expected: set[str]) -> None:
    wohnen = make_committee(name="AG Wohnen", status=CommitteeStatus.PLANNED)
    make(CommitteeName(committee=wohnen, name="Frühere AG", kind=CommitteeNameKind.FORMER))
    make_committee(name="AG Fälle", level=Level.CASE)
    make_committee(name="Kreistag", kind=CommitteeKind.COUNCIL, is_kim=False)
    client.sign_in(make_user())
    for headers in ({}, {"HX-Request": "true"}):
        page = client.get(f"/gremien?{query}", headers=headers).text
        found = {name for name in ("AG Wohnen", "AG Fälle", "Kreistag") if f">{name}</a>" in page}
        assert found == expected
        assert ("<html" in page) is not bool(headers)


@pytest.mark.proves("A8", "A10", "B12")
def test_the_list_of_a_past_day_shows_names_parents_and_seats_of_that_day(client: Client) -> None:
    top, unit = make_steering_group(), make_committee(name="Koordinierende Stelle")
    child = make_committee(name="AG Neu", parent=unit)
    make(CommitteeName(committee=child, name="AG Alt", kind=CommitteeNameKind.FORMER, ends_on=date(2024, 12, 31)))
    make(CommitteeParent(committee=child, parent=top, ends_on=date(2024, 12, 31)))
    make(CommitteeParent(committee=child, parent=unit, starts_on=date(2025, 1, 1)))
    make_committee(name="Noch nicht da", founded_on="2025-03")
    client.sign_in(make_coordinator())
    past = read(client, "/gremien?am=2024-06-30")
    assert "Stand 30. Juni 2024." in past
    assert "AG Alt" in past
    assert "AG Neu" not in past
    assert "Noch nicht da" not in past
    listed = list_committees(make_coordinator(), date(2024, 6, 30), CommitteeFilter(), today=today())
    assert [(n.line.name, [c.line.name for c in n.children]) for n in listed.tree] == [
        (top.name, ["AG Alt"]), ("Koordinierende Stelle", [])
    ]  # fmt: skip
    assert "Diesen Tag gibt es nicht" in read(client, "/gremien?am=2025-02-30")


@pytest.mark.proves("A13")
@pytest.mark.parametrize(
    ("days_ago", "planned_in", "word"),
    [(200, None, "überfällig"), (175, None, "fällig"), (100, None, ""), (200, 10, ""), (None, None, "")],
)
def test_a_committee_is_due_by_its_rhythm(
    client: Client, monkeypatch: pytest.MonkeyPatch, days_ago: int | None, planned_in: int | None, word: str
) -> None:
    committee = make_committee(cadence_interval=CadenceInterval.HALF_YEARLY)
    dates = CommitteeDates(
        last_held=today() - timedelta(days=days_ago) if days_ago else None,
        next_planned=today() + timedelta(days=planned_in) if planned_in else None,
    )
    monkeypatch.setattr("govern.committees.queries.cadences.committee_dates", [lambda ids: {committee.id: dates}])
    client.sign_in(make_user())
    assert ("Nichts gefunden" in client.get("/gremien?faellig=y").text) is (not word)
    for path in ("/gremien", "/gremien?faellig=y", f"/gremien/{committee.id}"):
        page = client.get(path).text
        assert (">überfällig</span>" in page) is (word == "überfällig")
        assert (">fällig</span>" in page) is (word == "fällig")


@pytest.mark.proves("A16")
@pytest.mark.parametrize(("most", "warns"), [(2, True), (3, False), (None, False)])
def test_a_committee_above_its_maximum_size_is_marked(client: Client, most: int | None, warns: bool) -> None:
    committee = make_committee(max_size=most, max_size_approximate=True)
    make_seat(committee, person_count=3)
    client.sign_in(make_user())
    assert ("über der Höchstgröße" in read(client, "/gremien")) is warns
    assert ("Höchstens etwa 2 Personen" in read(client, f"/gremien/{committee.id}/zusammensetzung")) is warns


@pytest.mark.proves("B15")
def test_a_broken_rule_of_the_composition_is_shown(client: Client) -> None:
    committee = make_committee()
    rule = "Mindestens eine Bürgermeisterin"
    make(CompositionRule(committee=committee, text=rule, function_contains="Bürgermeister"))
    seat = make_seat(committee, alternatives=["Bürgermeister:in", "Leitung des Sozialamts"])
    mandate = make_mandate(seat, function_held="Leitung des Sozialamts")
    client.sign_in(make_user())
    assert "Regel nicht erfüllt" in read(client, "/gremien")
    assert "Mindestens eine Bürgermeisterin: nicht erfüllt" in read(client, f"/gremien/{committee.id}/zusammensetzung")
    mandate.function_held = "Bürgermeister:in"
    db.session.commit()
    assert "Regel nicht erfüllt" not in read(client, "/gremien")
    assert "Mindestens eine Bürgermeisterin (erfüllt)" in read(client, f"/gremien/{committee.id}/zusammensetzung")


# --- one committee ---------------------------------------------------------------------------------------------------


@pytest.mark.proves("A11", "A12", "A14", "A17")
def test_the_page_says_what_is_known_of_a_committee(client: Client) -> None:
    committee = make_committee(
        chair_function="Leitung des Dezernats", office_organisation=make_organisation(name="KI Muster"),
        founded_on="2021-03", founding_event="Beschluss des Kreistags", tasks=["Bedarfe bewerten"],
        competences=["Arbeitsaufträge erteilen"], cadence_interval=CadenceInterval.HALF_YEARLY,
    )  # fmt: skip
    page = read(client.sign_in(make_user()), f"/gremien/{committee.id}")
    for words in ("Leitung des Dezernats ohne Sitz auf der Liste", "KI Muster", "März 2021 · Beschluss des Kreistags",
                  "Bedarfe bewerten", "Arbeitsaufträge erteilen", "zweimal im Jahr"):  # fmt: skip
        assert words in page


@pytest.mark.proves("A11")
def test_the_chair_may_have_a_seat_or_be_empty(client: Client) -> None:
    committee = make_committee()
    client.sign_in(make_user())
    assert "Vorsitz nicht angegeben" in read(client, f"/gremien/{committee.id}")
    seat = make_seat(committee, function="Kreisdirektion", organisations=[])
    committee.chair_function, committee.chair_seat = "Kreisdirektion", seat
    db.session.commit()
    assert "Kreisdirektion Sitz: Kreisdirektion" in read(client, f"/gremien/{committee.id}")


@pytest.mark.proves("A8", "A10", "A19")
def test_the_page_keeps_names_parents_and_mergers(client: Client) -> None:
    top, unit = make_steering_group(), make_committee(name="Koordinierende Stelle")
    into = make_committee(name="AK Eins")
    committee = make_committee(name="AK Zwei", parent=unit, merged_into=into, ended_on=date(2025, 6, 30))
    make(CommitteeName(committee=committee, name="Runder Tisch", kind=CommitteeNameKind.PREDECESSOR))
    make(CommitteeParent(committee=committee, parent=top, ends_on=date(2024, 12, 31), reason="Abschnitt 3.3"))
    make(CommitteeParent(committee=committee, parent=unit, starts_on=date(2025, 1, 1)))
    client.sign_in(make_user())
    page = read(client, f"/gremien/{committee.id}")
    for words in ("ging auf in „AK Eins“", "Runder Tisch hervorgegangen aus", "bis 31.12.2024 (Abschnitt 3.3)"):
        assert words in page
    assert "Damit zusammengeführt AK Zwei" in read(client, f"/gremien/{into.id}")
    assert "AK Zwei" not in read(client, "/gremien")
    assert "AK Zwei" in read(client, "/gremien?beendete=y")


def test_unknown_committees_are_not_found_and_strangers_sign_in(client: Client) -> None:
    assert client.get("/gremien").status_code == 303
    client.sign_in(make_user())
    read(client, "/gremien/999999", 404)
    read(client, f"/gremien/{2**63}", 404)


# --- the composition -------------------------------------------------------------------------------------------------


@pytest.mark.proves("B3", "B6", "B8", "B9", "B10", "B11", "B18", "B19")
def test_the_composition_shows_all_that_a_seat_carries(client: Client) -> None:
    committee = make_committee()
    group = make_seat_group(committee, name="Zivilgesellschaft und Politik")
    council = make_organisation(name="Integrationsrat", kind="integration_council", belongs_to_body=False)
    seat = make_seat(
        committee, group=group, function="Vorsitz", organisations=[council, make_organisation(name="Fachausschuss")],
        voting=Voting.NO, participation=Participation.AS_NEEDED, alternatives=["Vorsitz", "Mitglied"],
        represents_mode=RepresentsMode.SPOKESPERSON, represents_scope="alle kreisangehörigen Kommunen",
        represents_count=15, represents=[make_municipality(name="Stadt Musterau")],
    )  # fmt: skip
    make_seat(committee, group=group, function="Team", parent=seat, person_count=None)
    page = read(client.sign_in(make_user()), f"/gremien/{committee.id}/zusammensetzung")
    for words in ("Zivilgesellschaft und Politik", "Integrationsrat, Fachausschuss", "anlassbezogen", "beratend",
                  "wahlweise Vorsitz oder Mitglied", "anderer Träger", "offene Zahl von Personen",
                  "Sprecher:in für: alle kreisangehörigen Kommunen (15)", "Stadt Musterau",
                  "mindestens 1 Person in 2 Einträgen",
                  "Stimmrecht: nein (beratend) 1, nicht angegeben 1"):  # fmt: skip
        assert words in page, words
    assert 'class="seat seat--1"' in client.get(f"/gremien/{committee.id}/zusammensetzung").text


@pytest.mark.proves("B12", "B13")
def test_the_composition_of_any_day_is_on_the_page(client: Client) -> None:
    committee = make_committee()
    make_seat(committee, function="Alte Leitung", ends_on=date(2024, 12, 31))
    make_mandate(make_seat(committee, function="Neue Leitung", starts_on=date(2025, 1, 1)), starts_on=date(2026, 1, 1))
    client.sign_in(make_user())
    page = read(client, f"/gremien/{committee.id}/zusammensetzung?am=2024-12-31")
    assert "Alte Leitung" in page
    assert "Neue Leitung" not in page
    page = read(client, f"/gremien/{committee.id}/zusammensetzung?am=2025-12-31")
    assert "Neue Leitung" in page
    assert "vakant" in page
    assert "vakant" not in read(client, f"/gremien/{committee.id}/zusammensetzung?am=2026-02-01")
    shortcut = client.get(f"/gremien/{committee.id}?am=2024-12-31").location
    assert shortcut == f"/gremien/{committee.id}/zusammensetzung?am=2024-12-31"


@pytest.mark.proves("I8")
def test_names_are_for_members_office_and_coordination(client: Client) -> None:
    committee, other = make_committee(), make_committee()
    seat = make_seat(committee, organisations=[town := make_municipality()])
    make_mandate(seat, make_person(family_name="Weidengrund"))
    make_mandate(seat, make_person(family_name="Bachmühle"), kind=MandateKind.DEPUTY)
    chair = make_user()
    assert chair.person is not None
    make_officer(committee, chair.person, OfficerRole.CHAIR)
    expected = {
        make_coordinator(): True,
        make_office_user(committee): True,
        make_member(committee): True,
        make_member(committee, MandateKind.DEPUTY): True,
        chair: True,
        make_user(organisation=town): True,  # it names the representatives of this seat
        make_user(organisation=make_municipality()): False,
        make_member(other): False,
        make_office_user(other): False,
        make_user(Role.CASE_MANAGER): False,
        make_user(Role.ADMINISTRATOR): False,
    }
    for user, sees in expected.items():
        client.sign_in(user)
        for path in (f"/gremien/{committee.id}/zusammensetzung", f"/sitze/{seat.id}"):
            page = read(client, path)
            assert ("Weidengrund" in page) is sees, (user.function_label, path)
            assert ("Bachmühle" in page) is sees, (user.function_label, path)
            assert sees or "besetzt" in page


@pytest.mark.proves("I8")
def test_the_history_shows_names_only_to_those_who_see_holders(client: Client) -> None:
    committee = make_committee()
    make_mandate(make_seat(committee), make_person(family_name="Weidengrund"))
    assert "Weidengrund" in read(client.sign_in(make_coordinator()), f"/gremien/{committee.id}/verlauf")
    page = read(client.sign_in(make_user()), f"/gremien/{committee.id}/verlauf")
    assert "Weidengrund" not in page
    assert "Gremium" in page


# --- the chart -------------------------------------------------------------------------------------------------------


@pytest.mark.proves("A20")
def test_the_chart_is_drawn_from_the_data_with_a_list_twin(client: Client) -> None:
    top = make_steering_group(name="Lenkungsgruppe")
    middle = make_committee(parent=top, name="Koordinierende Stelle")
    low = make_committee(parent=middle, name="Arbeitsgruppe auf Fallebene", status=CommitteeStatus.PLANNED)
    council = make_committee(name="Kreistag", is_kim=False, kind=CommitteeKind.COUNCIL)
    page = client.sign_in(make_user()).get("/gremien/organigramm").text
    pictures = "".join(re.findall(r"<svg.*?</svg>", page, flags=re.DOTALL))
    twin = page[page.index("Dasselbe als Liste") : page.index("<svg")]  # found first on a phone
    for committee in (top, middle, low, council):
        link = f'href="/gremien/{committee.id}"'
        assert pictures.count(link) == 1
        assert twin.count(link) == 1
    assert pictures.count("<title") == pictures.count("<desc") == 2
    assert "geplant" in pictures
    assert "style=" not in pictures
    earlier = client.get("/gremien/organigramm?am=2020-01-01").text  # where it stood then, nobody noted
    assert "Arbeitsgruppe auf Fallebene" in earlier
    assert "geplant" not in earlier and "chart__box--uncertain" not in earlier


@pytest.mark.proves("B12")
@pytest.mark.parametrize(
    ("founded", "words"), [("2021-03-17", "am 17. März 2021"), ("2021", "Gegründet wurde das Gremium 2021")]
)
def test_before_it_was_founded_a_committee_has_no_vacant_seats(client: Client, founded: str, words: str) -> None:
    committee = make_committee(founded_on=founded)
    make_seat(committee, function="Amtsleitung")
    path = f"/gremien/{committee.id}/zusammensetzung?am="
    client.sign_in(make_coordinator())
    before, after = (html.fromstring(client.get(path + day).text) for day in ("2020-12-31", "2021-03-17"))
    assert words in before.text_content() and "gab es seine Sitze noch nicht" in before.text_content()
    assert "vakant" not in before.text_content() and "Amtsleitung" not in before.text_content()
    assert "vakant" in after.text_content() and "gab es seine Sitze noch nicht" not in after.text_content()


@pytest.mark.proves("A20")
def test_no_boxes_of_the_chart_overlap_and_words_fit(app: Flask) -> None:
    top = make_steering_group(name="Lenkungsgruppe")
    for i in range(7):
        child = make_committee(parent=top, name=f"Arbeitskreis hauptamtlich tätiger Sozialarbeiter:innen {i}")
        for n in range(i % 4):
            make_committee(parent=make_committee(parent=child, name=f"Darunter {n}"), name="Ganz unten")
    for i in range(30):
        make_committee(name=f"Netzwerk {i}", is_kim=False, kind=list(CommitteeKind)[i % 5])
    drawings = draw_chart(list_committees(make_coordinator(), today(), CommitteeFilter(), today=today()), today=today())
    assert sum(len(d.boxes) for d in drawings) == db.session.query(Committee).count()
    for drawing in drawings:
        for i, a in enumerate(drawing.boxes):
            assert a.x >= 0
            assert a.x + a.width <= drawing.width
            assert a.y + a.height <= drawing.height
            for b in drawing.boxes[i + 1 :]:
                apart = a.x + a.width <= b.x or b.x + b.width <= a.x or a.y + a.height <= b.y or b.y + b.height <= a.y
                assert apart, (a.line.name, b.line.name)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("Lenkungsgruppe KIM", ("Lenkungsgruppe KIM",)),
        ("Donaudampfschifffahrtsgesellschaftskapitän", 2),
        ("KOMM-AN-Fachaustauschtreffenkoordinierung", ("KOMM-AN-", "Fachaustauschtreffenkoordi-", "nierung")),
        ("", ()),
    ],
)
def test_words_are_wrapped(text: str, lines: tuple[str, ...] | int) -> None:
    wrapped = wrap(text, 208, 15)
    if isinstance(lines, int):
        assert len(wrapped) == lines
        assert "".join(wrapped).replace("-", "") == text
    else:
        assert wrapped == lines


# --- empty, many -----------------------------------------------------------------------------------------------------


def test_empty_pages_say_what_to_do(client: Client) -> None:
    client.sign_in(make_coordinator())
    assert "Legen Sie das erste Gremium an" in read(client, "/gremien")
    assert "Noch nichts zu zeichnen" in read(client, "/gremien/organigramm")
    committee = make_committee()
    assert "Noch keine Sitze" in read(client, f"/gremien/{committee.id}/zusammensetzung")
    client.sign_in(make_user())
    assert "Keine Sitze angegeben" in read(client, f"/gremien/{committee.id}/zusammensetzung")
    assert "Sie haben heute keinen Sitz" in read(client, "/meine-sitze")


def fill(committee: Committee) -> None:
    group = make_seat_group(committee)
    seat = make_seat(committee, group=group, represents=[make_municipality()])
    make_mandate(seat)
    make_mandate(seat, kind=MandateKind.DEPUTY)
    child = make_committee(parent=committee, is_kim=committee.is_kim)
    make(CommitteeName(committee=child, name=f"Alias {child.id}", kind=CommitteeNameKind.ALIAS))
    make(CompositionRule(committee=child, text="Regel", function_contains="Leitung"))
    make_mandate(make_seat(child))


@pytest.mark.parametrize("path", ["/gremien", "/gremien/organigramm", "/gremien/{id}", "/gremien/{id}/zusammensetzung",
                                  "/gremien/{id}/verlauf", "/meine-sitze"])  # fmt: skip
def test_more_rows_need_no_more_queries(
    client: Client, count_queries: Callable[[], AbstractContextManager[list[str]]], path: str
) -> None:
    committee = make_committee()
    fill(committee)
    member = make_member(committee)
    assert member.person is not None
    path = path.format(id=committee.id)
    client.sign_in(member)
    client.get(path)
    with count_queries() as few:
        client.get(path)
    for _ in range(5):
        fill(committee)
        make_mandate(make_seat(committee, represents=[make_municipality()]), member.person)
    with count_queries() as many:
        client.get(path)
    assert len(many) <= len(few), "\n".join(many)
    assert len(many) <= 12


def test_a_chair_with_a_seat_costs_the_page_no_statement(
    client: Client, count_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    committee = make_committee()
    seat = make_seat(committee)
    path = f"/gremien/{committee.id}"
    client.sign_in(make_coordinator())
    client.get(path)
    with count_queries() as without:
        client.get(path)
    committee.chair_seat_id = seat.id
    db.session.commit()
    client.get(path)
    with count_queries() as with_seat:
        page = client.get(path)
    assert f"Sitz: {seat.organisations[0].name}" in page.text
    assert len(with_seat) == len(without), "\n".join(with_seat)


def test_a_committee_of_the_network_is_called_so_once(client: Client) -> None:
    committee = make_committee(is_kim=False, level=Level.NETWORK)
    head = client.sign_in(make_coordinator()).get(f"/gremien/{committee.id}").text
    assert "Arbeitskreis · Netzwerk, nicht KIM" in head
    assert "Netzwerk · Netzwerk" not in head
