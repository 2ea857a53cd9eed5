"""An attack on small numbers: take all that leaves the coordination, and work out what it hides (D-51, D-53)."""

from __future__ import annotations

import io
import itertools
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import time, timedelta

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from docx import Document
from openpyxl import load_workbook

from govern.actions.models import GapReport, MatterTopic, ReportState, ReportText, TermKind
from govern.actions.periods import Period, offered_periods
from govern.actions.queries.vocabularies import terms_of
from govern.actions.services.matters import assign_reports
from govern.db import db, now
from govern.formats import at, today
from govern.meetings.models import MeetingState, Topic, TopicInput
from govern.overview.models import YearlyReport
from govern.people.models import Role, User
from tests.actions.table_audit import bounds
from tests.conftest import Client
from tests.factories import (
    make,
    make_body,
    make_committee,
    make_coordinator,
    make_evaluation,
    make_gap_report,
    make_item,
    make_matter,
    make_meeting,
    make_member,
    make_municipality,
    make_user,
    make_work_order,
)

YEAR = today().year - 1
HALVES = (Period(YEAR, 1), Period(YEAR, 2))
FIELDS = ("education", "housing", "health", "mobility")
TOWNS = ("Nordstadt", "Oststadt", "Südstadt", "Weststadt")
NOWHERE, ALL_FIELDS, ALL = "mehrere oder alle", "Alle Handlungsfelder", "Alle"
QUARTERS = [quarter.label for half in HALVES for quarter in half.quarters]
Atom = tuple[str, str, str]
"""Field, municipality and quarter: the smallest cell of which everything shown is a sum."""
FILTERS = ("feld=education", "kommune=1", "stand=alle", "zielgruppe=children", "quelle=case_work", "art=missing_offer",
           f"von={YEAR}-01-01", f"bis={YEAR}-03-31", "sort=zahl", "seite=2")  # fmt: skip


@dataclass
class Attack:
    """What somebody has read so far: the visible sums, and the sums that exist but are hidden."""

    fields: list[str]
    known: dict[frozenset[Atom], int] = field(default_factory=dict)
    hidden: set[frozenset[Atom]] = field(default_factory=set)

    def read(self, row: str, column: str, half: Period, text: str) -> None:
        """Take one cell in. The same sum is never told twice differently: the difference would be a report."""
        parts = self.cell(row, column, half)
        if text.startswith("*"):
            self.hidden.add(parts)
        else:
            value = int(text.split(" ")[0])
            assert self.known.setdefault(parts, value) == value, (row, column, half.label)

    def cell(self, row: str, column: str, half: Period) -> frozenset[Atom]:
        """The smallest cells that a cell of a table sums up."""
        fields = self.fields if row == ALL_FIELDS else [row]
        places = [column] if column in (*TOWNS, NOWHERE) else [*TOWNS, NOWHERE]
        quarters = [column] if column in QUARTERS else [quarter.label for quarter in half.quarters]
        return frozenset(itertools.product(fields, places, quarters))

    def page(self, page: str) -> None:
        """Both tables of the page „Auswertung"; a column of a quarter says of which half-year it is."""
        soup = BeautifulSoup(page, "lxml")
        shown = next((half for half in HALVES if f"{half.label}, wie freigegeben" in page), None)
        for table in soup.select(".heat__table"):
            heads = [th.get_text(strip=True) for th in table.select("thead th")][1:]
            for line in table.select("tbody tr"):
                assert line.th is not None
                row = line.th.get_text(strip=True)
                for column, td in zip(heads, line.select("td"), strict=True):
                    half = next((h for h in HALVES if column in [q.label for q in h.quarters]), shown)
                    assert half is not None, "A table of no released half-year."
                    self.read(ALL_FIELDS if row == "Meldungen" else row, column, half, td.get_text(" ", strip=True))

    def workbook(self, data: bytes) -> None:
        """Both sheets of reports."""
        for sheet in load_workbook(io.BytesIO(data)):
            half = next((half for half in HALVES if sheet["A1"].value == f"Lückenmeldungen, {half.label}"), None)
            if half is None:
                assert not str(sheet["A1"].value).startswith("Lückenmeldungen"), sheet["A1"].value
                continue
            heads = [str(found.value) for found in sheet[4]][1:]
            for row, *values in sheet.iter_rows(min_row=5, values_only=True):
                for column, value in zip(heads, values, strict=True):
                    self.read(str(row), column, half, str(value))

    def document(self, data: bytes) -> None:
        """The table of reports in the yearly report, and nothing else that counts them."""
        document = Document(io.BytesIO(data))
        words = "\n".join(p.text for p in document.paragraphs)
        assert not re.search(r"\d+ (Lücken)?[Mm]eldung", words)
        for table in document.tables:
            heads = [found.text for found in table.rows[0].cells]
            for half in HALVES:
                if half.label in heads:
                    for line in table.rows[1:]:
                        texts = [found.text for found in line.cells]
                        self.read(texts[0], ALL, half, texts[heads.index(half.label)])


@pytest.fixture
def readers(app: object) -> list[User]:
    """Some hundred reports, many of them few in their cell; and who reads released figures without reading reports."""
    chance = random.Random(3)
    author = make_user(Role.CASE_MANAGER)
    towns = {name: make_municipality(name=name) for name in TOWNS}
    sample = make_gap_report(author)
    common = {"body_id": sample.body_id, "author_id": author.id, "source": sample.source, "author_function": "x",
              "gap_kind": sample.gap_kind, "frequency": sample.frequency, "year": YEAR}  # fmt: skip
    db.session.delete(sample)
    db.session.flush()
    number = itertools.count(1)
    quarters = [quarter for half in HALVES for quarter in half.quarters]
    for key, town, quarter in itertools.product(FIELDS, (*towns.values(), None), quarters):
        for _ in range(chance.choice((0, 0, 0, 1, 1, 2, 3, 7))):
            n = next(number)
            db.session.add(
                GapReport(**common, number=f"M-{YEAR}-{n:03d}", sequence_number=n, action_field=key,
                          municipality_id=town.id if town else None, texts=[ReportText(number=1, headline=f"Satz {n}")],
                          reported_at=at(quarter.starts_on + timedelta(days=n % 80), time(12)))
            )  # fmt: skip
    db.session.commit()
    return [make_user(Role.CASE_MANAGER), make_member(make_committee()), make_user(organisation=towns[TOWNS[0]])]


def addresses(*, filtered: bool) -> Iterator[str]:
    """Every period the page offers, quarters and odd ones; the released ones with each filter and with all of them."""
    periods = ["", *(p.code for p in offered_periods(today())), *(f"{YEAR}-Q{n}" for n in (1, 2, 3, 4)), "2999-1", "x"]
    yield from (f"zeitraum={period}" for period in periods)
    if not filtered:
        return
    for period, other in itertools.product((half.code for half in HALVES), (*FILTERS, "&".join(FILTERS))):
        yield f"zeitraum={period}&{other}"


def read_everything(client: Client, readers: list[User], attack: Attack) -> None:
    """Each reader asks for every period, one of them with filters too, as page and as workbook."""
    for reader in readers:
        client.sign_in(reader)
        for asked in addresses(filtered=reader is readers[0]):
            attack.page(client.get(f"/auswertung?{asked}").text)
        for half in HALVES:
            attack.workbook(client.get(f"/auswertung.xlsx?zeitraum={half.code}&{FILTERS[0]}").data)
        attack.workbook(client.get(f"/auswertung.xlsx?zeitraum={YEAR}").data)


def freeze(client: Client, attack: Attack) -> None:
    """The coordination freezes the yearly report; council and Land get its document."""
    client.sign_in(make_coordinator())
    preview = BeautifulSoup(client.get(f"/jahresbericht/vorschau?jahr={YEAR}").text, "lxml")
    seen = preview.select_one("input[name=gesehen]")
    assert seen is not None
    frozen = client.post(f"/jahresbericht/einfrieren?jahr={YEAR}", data={"gesehen": str(seen["value"])})
    assert frozen.status_code == 303
    newest = db.session.scalar(sa.select(sa.func.max(YearlyReport.id)))
    attack.document(client.get(f"/jahresberichte/{newest}/bericht.docx").data)


@pytest.mark.slow
@pytest.mark.proves("D-51", "D-52", "D-53", "I6")
def test_all_that_is_ever_shown_together_gives_no_small_number_away(client: Client, readers: list[User]) -> None:
    attack = Attack([label for _key, label in terms_of(make_body()).offered(TermKind.ACTION_FIELD)])
    client.sign_in(make_coordinator())
    for half in HALVES:
        assert client.post("/auswertung/freigeben", data={"zeitraum": half.code}).status_code == 303
    read_everything(client, readers, attack)
    freeze(client, attack)
    # What happens later makes no second version: reports are withdrawn, moved, added, and the threshold is lowered.
    rows = db.session.scalars(sa.select(GapReport).order_by(GapReport.id)).all()
    assert len(rows) > 100
    for number, row in enumerate(rows):
        if number % 3 == 0:
            row.state = ReportState.WITHDRAWN
        elif number % 3 == 1:
            row.action_field = "education"
    make_body().small_count_threshold = 3
    db.session.commit()
    read_everything(client, readers, attack)
    freeze(client, attack)
    assert attack.hidden and not attack.hidden & set(attack.known)
    found = bounds(attack.known, attack.hidden)
    assert {parts: ends for parts, ends in found.items() if ends[1] - ends[0] < 5} == {}


@pytest.mark.proves("D-51")
def test_the_attack_finds_a_number_that_was_hidden_alone() -> None:
    attack, half = Attack(["Bildung"]), HALVES[0]
    for column, text in (*((town, "9") for town in TOWNS), (NOWHERE, "* nicht ausgewiesen"), (ALL, "38 Meldungen")):
        attack.read("Bildung", column, half, text)
    assert list(bounds(attack.known, attack.hidden).values()) == [(2, 2)]


def window(client: Client, user: User | None) -> Client:
    """Another browser, in which ``user`` is signed in, or nobody."""
    other = client.application.test_client()
    assert isinstance(other, Client)
    return other.sign_in(user) if user is not None else other


def what_is_read(client: Client, addresses: list[str]) -> dict[str, object]:
    """What somebody gets at each address: the words, links and values of pages, and the cells of workbooks."""
    found: dict[str, object] = {}
    for address in addresses:
        answer = client.get(address)
        if answer.mimetype == "text/html":
            page = BeautifulSoup(answer.text, "lxml")
            kept = [e for e in page.select("body *") if e.get("name") != "csrf_token" and e.name != "script"]
            attributes = [(e.name, e.get("href"), e.get("value"), e.get("id")) for e in kept]
            found[address] = (answer.status_code, page.body.get_text(" ", strip=True) if page.body else "", attributes)
        elif ".xlsx" in address and answer.status_code == 200:
            found[address] = [[row for row in s.values] for s in load_workbook(io.BytesIO(answer.data))]
        else:
            found[address] = (answer.status_code, answer.headers.get("Location"), answer.headers.get("ETag"))
    return found


@pytest.mark.proves("D-52", "D-53", "L-13", "L-15")
@pytest.mark.parametrize("before", [2, 5])
def test_a_report_that_comes_in_changes_nothing_that_others_read(client: Client, before: int) -> None:
    town, committee, office = make_municipality(name="Nordstadt"), make_committee(), make_coordinator()
    author = make_user(Role.CASE_MANAGER)
    matter = make_matter(title="Abendkurse fehlen", shared_at=now(), action_field="education")
    topic = make(Topic(committee=committee, title=matter.title, input_kind=TopicInput.BUNDLED_GAPS))
    item = make_item(
        make_meeting(committee, state=MeetingState.PUBLISHED, published_at=now()), topic=topic, title=matter.title
    )
    order = make_work_order(committee, item=item, matter=matter, addressee_organisation=town)
    evaluation = make_evaluation(matter, due_on=today(), compared_from=today() - timedelta(days=30))
    make(MatterTopic(matter=matter, topic=topic))
    for _ in range(before):
        make_gap_report(author, matter=matter, municipality=town)
    others = [
        make_member(committee),
        make_user(organisation=town),
        make_user(Role.CASE_MANAGER),
        make_user(),
        None,
        office,
    ]
    addresses = [
        "/", "/luecken", "/luecken?stand=alle&q=Abendkurse&feld=education", f"/luecken/{matter.id}", "/auswertung",
        "/auswertung.xlsx", "/suche?q=Abendkurse", "/suche?q=Kurs", "/unsere-auftraege", "/arbeitsauftraege",
        f"/arbeitsauftraege/{order.id}", f"/themen/{topic.id}", f"/tagesordnungspunkte/{item.id}",
        f"/wirkungspruefungen/{evaluation.id}", "/wirkungspruefungen", "/dienstleistungsketten", "/geloeste-luecken",
        "/lueckenmeldungen", "/lueckenmeldungen/meine", "/lueckenmeldungen/neu", "/kalender",
        *(f"/lueckenmeldungen/{row.id}" for row in db.session.scalars(sa.select(GapReport))),
    ]  # fmt: skip
    seen = []
    for _ in range(2):
        db.session.commit()
        seen.append([what_is_read(window(client, user), addresses) for user in others])
        new = make_gap_report(author, municipality=town, headline="Ein Kurs am Abend fehlt in Nordstadt.")
        assign_reports(matter, [new], by=office)
    assert sum("Abendkurse fehlen" in str(words) for words in seen[0][0].values()) > 5
    readers = list(zip(*seen, strict=True))
    told, untold = readers.pop()
    assert {a for a in addresses if told[a] != untold[a]} >= {"/luecken", f"/luecken/{matter.id}", "/auswertung"}
    for first, second in readers:
        for address in addresses:
            assert first[address] == second[address], address
