"""The chain from gap report to work order is walked both ways by its links, each for those who may see its target."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup

from govern.actions.models import (
    Evaluation,
    GapReport,
    Matter,
    MatterState,
    MatterTopic,
    Project,
    ProjectReportDay,
    ReportRelease,
    StateForwarding,
    WorkOrder,
)
from govern.committees.models import CommitteeKind
from govern.db import db, now
from govern.formats import today
from govern.meetings.models import AgendaItem, MeetingState, Resolution, Topic, TopicState
from govern.people.models import Organisation, Role, User
from tests.conftest import Client
from tests.factories import (
    make,
    make_committee,
    make_coordinator,
    make_gap_report,
    make_item,
    make_mandate,
    make_matter,
    make_meeting,
    make_member,
    make_municipality,
    make_resolution,
    make_seat,
    make_topic,
    make_user,
    make_work_order,
)

pytestmark = pytest.mark.usefixtures("app")


@dataclass
class Chain:
    """One chain: a report, its matter, a circle's item, the steering group's item, resolution, order, evaluation."""

    author: User
    member: User
    town: Organisation
    report: GapReport
    matter: Matter
    topic: Topic
    circle_item: AgendaItem
    topic_above: Topic
    item: AgendaItem
    resolution: Resolution
    project: Project
    order: WorkOrder
    forwarding: StateForwarding
    evaluation: Evaluation

    @property
    def pages(self) -> list[str]:
        return [
            f"/lueckenmeldungen/{self.report.id}", f"/luecken/{self.matter.id}", f"/themen/{self.topic.id}",
            f"/tagesordnungspunkte/{self.circle_item.id}", f"/themen/{self.topic_above.id}",
            f"/tagesordnungspunkte/{self.item.id}", f"/beschluesse/{self.resolution.id}",
            f"/projektgruppen/{self.project.id}", f"/arbeitsauftraege/{self.order.id}",
            f"/meldungen-an-das-land/{self.forwarding.id}", f"/wirkungspruefungen/{self.evaluation.id}",
        ]  # fmt: skip


@pytest.fixture
def chain() -> Chain:
    circle, group = make_committee(name="AK Bildung"), make_committee(name="Lenkungsgruppe")
    author, town = make_user(Role.CASE_MANAGER), make_municipality()
    matter = make_matter(title="Kita für späte Zuzüge", shared_at=now())
    report = make_gap_report(author, matter=matter, headline="Kein Platz im Herbst")
    topic = make_topic(circle, title="Kita im Arbeitskreis", state=TopicState.SCHEDULED)
    make(MatterTopic(matter=matter, topic=topic))
    held = {"state": MeetingState.RELEASED, "closed_at": now(), "released_at": now(), "published_at": now()}
    circle_item = make_item(make_meeting(circle, is_public=True, **held), topic=topic, title="Kita beraten")
    above = make_topic(group, title="Kita aus dem AK", state=TopicState.SCHEDULED, from_item_id=circle_item.id,
                       from_committee_id=circle.id)  # fmt: skip
    item = make_item(make_meeting(group, is_public=True, **held), topic=above, title="Kita beschließen")
    resolution = make_resolution(item, text="Vorrang wird geregelt.", number="LG-B-2026-01", year=2026,
                                 sequence_number=1)  # fmt: skip
    order = make_work_order(group, item=item, resolution=resolution, addressee_organisation=town, task="Vorrang regeln")
    evaluation = make(
        Evaluation(matter=matter, number=1, due_on=date(2026, 9, 1), compared_from=date(2026, 3, 1))
    )  # fmt: skip
    forwarding = make(
        StateForwarding(matter=matter, addressee="Bezirksregierung", problem="p", effect="e", proposal="v",
                        resolution=resolution, forwarded_on=date(2026, 3, 1), answer_due_on=date(2026, 5, 1))
    )  # fmt: skip
    project = make(
        Project(matter=matter, committee=make_committee(name="PG Kita", kind=CommitteeKind.PROJECT_GROUP),
                mandate="Vorrang beschreiben", resolution=resolution, starts_on=date(2026, 3, 1), reports_to=group,
                due_on=date(2030, 5, 1), days=[ProjectReportDay(due_on=date(2030, 5, 1))])
    )  # fmt: skip
    return Chain(author, make_member(group), town, report, matter, topic, circle_item, above, item, resolution,
                 project, order, forwarding, evaluation)  # fmt: skip


def links(client: Client, page: str) -> list[str]:
    """The links of the chain on a page; none where the page shows no chain."""
    answer = client.get(page)
    assert answer.status_code == 200, page
    found = BeautifulSoup(answer.text, "lxml").select("#actions-chain a, #meldungen a")  # reports may stand below
    return [str(a["href"]) for a in found if a["href"] != "#meldungen"]


@pytest.mark.proves("D6", "L-5", "W-24")
def test_every_page_of_the_chain_links_all_the_others(client: Client, chain: Chain) -> None:
    client.sign_in(make_coordinator())
    for page in chain.pages:
        found = links(client, page)
        assert set(found) == set(chain.pages) - {page}, page
        assert len(set(found)) == len(found), page


@pytest.mark.proves("D6", "E6", "L-5")
def test_the_chain_is_walked_from_report_to_order_and_back(client: Client, chain: Chain) -> None:
    author, member = chain.author, chain.member
    addressee = make_user(organisation=chain.town)
    report, matter, circle_item, item, resolution, project, order = (chain.pages[n] for n in (0, 1, 3, 5, 6, 7, 8))
    ways = {
        make_coordinator(): [report, matter, *chain.pages[2:]],
        member: [matter, circle_item, chain.pages[4], item, resolution, project, order],
        author: [
            report,
            matter,
            circle_item,
            item,
            resolution,
        ],  # the order is not theirs
        addressee: [matter, circle_item, item, resolution, order],
    }
    for user, way in ways.items():
        client.sign_in(user)
        shown = {page: links(client, page) for page in way}
        for here, there in [*pairwise(way), *pairwise(way[::-1])]:
            assert there in shown[here], (user.roles, here, there)
        for link in sorted({link for found in shown.values() for link in found} - set(way)):
            assert client.get(link).status_code == 200, (user.roles, link)  # nothing that answers 404


@pytest.mark.proves("D6", "E6")
def test_the_chain_names_nothing_its_reader_may_not_see(client: Client, chain: Chain) -> None:
    for row in (chain.item, chain.resolution, chain.order):
        row.is_public = False
    chain.matter.shared_at = None
    db.session.commit()
    client.sign_in(chain.author)
    page = client.get(f"/lueckenmeldungen/{chain.report.id}").text
    for word in ("Kita beschließen", "Vorrang", "LG-B-2026-01", "Kita aus dem AK", f'"/luecken/{chain.matter.id}"'):
        assert word not in page
    assert "weitere" not in page
    others = make_gap_report(make_user(Role.CASE_MANAGER), matter=chain.matter, headline="Ein anderer Satz")
    assert others.number not in client.get(f"/lueckenmeldungen/{chain.report.id}").text
    assert links(client.sign_in(chain.member), f"/tagesordnungspunkte/{chain.item.id}")
    assert f"/luecken/{chain.matter.id}" not in client.get(f"/tagesordnungspunkte/{chain.item.id}").text


@pytest.mark.proves("E9", "E-31", "D6")
def test_a_matter_says_what_is_open_late_things_first(client: Client, chain: Chain) -> None:
    chain.order.due_on = today() + timedelta(days=3)
    chain.evaluation.due_on = today() + timedelta(days=9)
    db.session.commit()
    address = f"/luecken/{chain.matter.id}"

    def said() -> list[str]:
        panel = BeautifulSoup(client.get(address).text, "lxml").select(".panel .checklist li")
        return [" ".join(point.get_text(" ", strip=True).split()) for point in panel]

    client.sign_in(make_coordinator())
    late, order, report, evaluation = said()
    assert late.startswith("! Fehlt: Antwort: Bezirksregierung, überfällig seit")
    assert order.startswith("○ Offen: Vorrang regeln")
    assert report == "○ Offen: Bericht: PG Kita, bis 1. Mai 2030"
    assert evaluation.startswith("○ Offen: 1. Wirkungsprüfung, am")
    client.sign_in(chain.author)
    assert f"/meldungen-an-das-land/{chain.forwarding.id}" not in client.get(address).text
    assert "Vorrang regeln" not in " ".join(said())
    chain.matter.state, chain.matter.closed_on, chain.matter.closing_note = MatterState.SETTLED, today(), "Gelöst"
    db.session.commit()
    assert said() == []


@pytest.mark.proves("D6", "D1", "W-24")
def test_an_order_is_given_for_a_matter_and_both_know_each_other(client: Client) -> None:
    matter, committee, town = make_matter(), make_committee(), make_municipality(name="Nordstadt")
    client.sign_in(make_coordinator())
    sent = {"task": "Flyer auslegen", "addressee": f"organisation:{town.id}", "committee_id": committee.id,
            "priority": "normal"}  # fmt: skip
    assert client.post(f"/luecken/{matter.id}/auftrag", data={**sent, "task": ""}).status_code == 422
    assert client.post(f"/luecken/{matter.id}/auftrag", data=sent).status_code == 303
    order = db.session.scalars(sa.select(WorkOrder)).one()
    assert (order.matter_id, order.number is not None) == (matter.id, True)
    assert links(client, f"/arbeitsauftraege/{order.id}") == [f"/luecken/{matter.id}"]
    assert links(client, f"/luecken/{matter.id}") == [f"/arbeitsauftraege/{order.id}"]
    history = client.get(f"/luecken/{matter.id}").text.split("Verlauf</h2>")[1]
    assert "Auftrag erteilt" in history
    assert order.number in history
    parts = {"addressees": [f"organisation:{make_municipality().id}"], "task": "Teil", "priority": "normal"}
    assert client.post(f"/arbeitsauftraege/{order.id}/teilen", data=parts).status_code == 303
    part = db.session.scalars(sa.select(WorkOrder).where(WorkOrder.parent_id == order.id)).one()
    assert part.matter_id == matter.id
    assert client.sign_in(make_user(organisation=town)).get(f"/luecken/{matter.id}/auftrag").status_code == 404


def test_the_pages_of_the_chain_cost_the_same_for_many_links(client: Client, chain: Chain, count_queries: Any) -> None:
    client.sign_in(make_coordinator())
    costs: list[dict[str, int]] = []
    for _ in range(2):
        costs.append({})
        for page in [*chain.pages[:7], chain.pages[8]]:  # what the others load stays known to the test
            with count_queries() as statements:
                assert client.get(page).status_code == 200
            costs[-1][page] = len(statements)
        for _ in range(7):
            make_gap_report(chain.author, matter=chain.matter)
            make_work_order(chain.order.committee, item=chain.item, resolution=chain.resolution)
    assert all(costs[1][page] <= few for page, few in costs[0].items()), costs
    assert max(costs[0].values()) <= 12, costs
    addresses = (chain.pages[1], chain.pages[7], chain.pages[-2])
    seat = make_seat(chain.order.committee, organisations=[chain.town])
    make_work_order(chain.order.committee, item=chain.item, resolution=chain.resolution, addressee_seat=seat)
    make(ReportRelease(report=chain.report, number=1, headline="Kein Platz", text="", text_count=1))
    make_mandate(make_seat(chain.order.committee), chain.author.person)  # a case manager who sits there as well
    for user, paths in ((make_coordinator(), addresses), (chain.author, addresses[:1])):
        client.sign_in(db.session.merge(user))
        for address in paths:
            db.session.expunge_all()  # nothing is known that would spare a statement
            with count_queries() as statements:
                assert client.get(address).status_code == 200
            assert len(statements) <= 12, (address, "\n".join(statements))
