"""The examples of the concepts, walked through as their people would: form after form, as different accounts."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from docx import Document

from govern.actions.models import GapReport, Matter, MatterState, WorkOrder, WorkOrderState
from govern.actions.services.matter_steps import begin_route
from govern.committees.models import Committee
from govern.db import db, now
from govern.formats import today
from govern.mail import OutgoingMail
from govern.meetings.models import AgendaItem, ItemKind, Meeting, Paper, PaperKind, Resolution
from govern.people.models import Organisation, Role, User
from tests.actions.test_matter_steps import decide as taken_on
from tests.actions.test_matter_steps import lay_route, names
from tests.conftest import Client
from tests.factories import (
    make_committee,
    make_coordinator,
    make_matter,
    make_meeting,
    make_member,
    make_municipality,
    make_office_user,
    make_organisation,
    make_user,
)

pytestmark = pytest.mark.usefixtures("app")
SAID = {"action_field": "childcare_family", "gap_kind": "missing_offer", "frequency": "several"}
VERDICTS = {"breaks_avoided": "yes", "offers_improved": "yes", "process_improved": "partly"}


def send(client: Client, address: str, **data: object) -> str:
    """Send a form that has to be taken, and say where it leads."""
    answer = client.post(address, data=data)
    wrong = BeautifulSoup(answer.text, "lxml").select(".error-summary, [id$=-error], .alert")
    assert answer.status_code == 303, (address, [" ".join(line.get_text(" ").split()) for line in wrong])
    return str(answer.headers["Location"])


def next_step(client: Client, matter: Matter, **said: object) -> None:
    """Take the step that is proposed, as the form is filled when it opens."""
    page = BeautifulSoup(client.get(f"/luecken/{matter.id}/weg").text, "lxml")
    chosen = page.select_one("[name=resolution_id] option[selected]")
    filled = {str(field["name"]): str(field.get("value", "")) for field in page.select(
        "main input[name=version], main input[name=taken_on], main input[name=function], main input[name=step][checked]"
    )}  # fmt: skip
    filled["resolution_id"] = str(chosen["value"]) if chosen is not None else ""
    send(client, f"/luecken/{matter.id}/weg", **filled, **said)


def five_offices(group: Committee, first: Organisation, second: Organisation) -> list[User]:
    """A case manager, a member, an office, and two institutions."""
    return [make_user(Role.CASE_MANAGER), make_member(group), make_office_user(make_committee()),
            make_user(organisation=first), make_user(organisation=second)]  # fmt: skip


def decide(client: Client, meeting: Meeting, item: AgendaItem, orders: dict[str, Organisation]) -> None:
    """Hold the meeting: the proposed resolution is adopted, orders are noted, and the meeting is closed."""
    send(client, f"/sitzungen/{meeting.id}/eroeffnen")
    send(client, f"/sitzungen/{meeting.id}/punkte/{item.id}/aufrufen")
    send(client, f"/sitzungen/{meeting.id}/punkte/{item.id}/beschluesse", text=item.proposed_resolution, version="",
         outcome="consensus", adopted="yes")  # fmt: skip
    for task, organisation in orders.items():
        send(client, f"/arbeitsauftraege/zu-punkt/{item.id}", task=task, addressee=f"organisation:{organisation.id}",
             due_on=(today() + timedelta(days=60)).isoformat())  # fmt: skip
    send(client, f"/sitzungen/{meeting.id}/anwesenheit/alle")
    review = client.get(f"/sitzungen/{meeting.id}/schliessen").text
    assert "2, sie werden jetzt erteilt" in review
    assert "1, sie werden jetzt erteilt" not in review  # the matter behind the item is not issued
    filled = BeautifulSoup(review, "lxml").select("#schliessen input[name=ended_on], #schliessen input[name=ended_at]")
    send(client, f"/sitzungen/{meeting.id}/schliessen", **{str(f["name"]): str(f["value"]) for f in filled})


def carry_out(client: Client, order: WorkOrder, clerk: User, office: User) -> None:
    """The addressee accepts and reports; the office takes note and checks the effect."""
    address = f"/arbeitsauftraege/{order.id}"
    client.sign_in(clerk)
    assert order.task in client.get("/unsere-auftraege").text
    send(client, f"{address}/annehmen", version=order.version)
    send(client, f"{address}/melden", text="Seit heute im Anmeldegespräch.", done="yes")
    client.sign_in(office)
    send(client, f"{address}/zur-kenntnis", version=db.session.get_one(WorkOrder, order.id).version)
    send(client, f"{address}/wirkung", version=db.session.get_one(WorkOrder, order.id).version, effect="effective",
         text="Alle Kinder haben einen Platz.")  # fmt: skip


@pytest.mark.slow
@pytest.mark.proves("E1", "E2", "E3", "E4", "E6", "E11", "C7", "D1", "D6", "D8", "E-31", "L-5", "W-24")
def test_aachens_kindergarten_goes_from_seventeen_reports_to_an_effect_and_back(client: Client) -> None:
    _route, committees = lay_route("aachen")
    group, office = committees["lenkungsgruppe"], make_coordinator()
    first, second = make_organisation(name="Bürgerbüro"), make_organisation(name="Jugendamt")
    authors = five_offices(group, first, second)
    for number in range(17):
        client.sign_in(authors[number % 5])
        send(client, "/lueckenmeldungen/neu", **SAID, headline="Fünfjährige ohne Kitaplatz vor der Schule",
             text=f"Beobachtung {number + 1}.", source="case_work",
             target_group="children" if number % 3 else "")  # fmt: skip
    reports = db.session.scalars(sa.select(GapReport).order_by(GapReport.id)).all()
    assert {report.author_id for report in reports} == {author.id for author in authors}

    client.sign_in(office)
    new = f"/luecken/neu?{'&'.join(f'meldung={report.id}' for report in reports)}"
    group_chosen = BeautifulSoup(client.get(new).text, "lxml").select_one("#target_group option[selected]")
    assert group_chosen is not None
    assert group_chosen["value"] == "children"  # what most of them said
    send(client, new, action_field="childcare_family", gap_kind="missing_offer", target_group="children",
         title="Kindergartenplätze für Fünfjährige", summary="Wer spät zuzieht, bekommt keinen Platz.")  # fmt: skip
    matter = db.session.scalars(sa.select(Matter)).one()
    send(client, f"/luecken/{matter.id}/freigeben")
    page = BeautifulSoup(client.get(f"/luecken/{matter.id}").text, "lxml")
    added = [line for line in page.select(".timeline li") if "Meldungen zugeordnet" in line.get_text()]
    assert [len(line.select("a")) for line in added] == [17]  # one line, not seventeen
    for _ in range(2):
        next_step(client, matter)
    assert names(matter)[-1] == "Planung und Steuerung"

    topic_id = send(client, f"/luecken/{matter.id}/thema", committee_id=group.id, purpose="Bitte entscheiden.",
                    wished_kind="decision", proposal="Fünfjährige haben Vorrang.", with_paper="y",
                    is_public="y").split("/")[-1]  # fmt: skip
    meeting = make_meeting(group, starts_at=now() - timedelta(hours=1))
    send(client, f"/themen/{topic_id}/einplanen", meetings=meeting.id)
    item = db.session.scalars(sa.select(AgendaItem)).one()
    assert (item.kind, item.proposed_resolution) == (ItemKind.DECISION, "Fünfjährige haben Vorrang.")
    paper = db.session.scalars(sa.select(Paper).where(Paper.item_id == item.id)).one()
    assert paper.kind is PaperKind.DECISION_PAPER
    words = [p.text for p in Document(io.BytesIO(client.get(f"/unterlagen/{paper.id}").data)).paragraphs]
    for said in ("Fünfjährige haben Vorrang.", "Bitte entscheiden.", "Meldungen: rund 15", "Zielgruppe: Kinder und "
                 "Schulpflichtige"):  # fmt: skip
        assert said in words
    assert not [line for line in words if "Fünfjährige ohne Kitaplatz" in line or "M-20" in line]  # nothing released
    assert not [line for line in words if "17" in line.replace(matter.number, "") and "Meldung" in line]

    decide(client, meeting, item, {"Vorrang bekannt machen": first, "Vergabe anpassen": second})
    next_step(client, matter)  # the resolution is chosen already
    assert names(matter)[-1] == "Umsetzung"
    orders = db.session.scalars(sa.select(WorkOrder).order_by(WorkOrder.id)).all()
    resolution = db.session.scalars(sa.select(Resolution)).one()
    assert [order.resolution_id for order in orders] == [resolution.id] * 2
    for order, clerk in zip(orders, authors[3:], strict=True):
        carry_out(client, order, clerk, office)
    assert {order.state for order in db.session.scalars(sa.select(WorkOrder))} == {WorkOrderState.EFFECT_CHECKED}

    next_step(client, matter)
    check = send(client, f"/luecken/{matter.id}/wirkungspruefung", due_on=(today() + timedelta(days=9)).isoformat(),
                 compared_from=today().isoformat())  # fmt: skip
    send(client, f"{check}/befragen", organisation_ids=[first.id, second.id], text="Hat es geholfen?",
         until=(today() + timedelta(days=7)).isoformat())  # fmt: skip
    for clerk in authors[3:]:
        asked = BeautifulSoup(client.sign_in(clerk).get("/wirkungspruefungen").text, "lxml")
        link = asked.select_one("main a[href^='/wirkungsbefragungen/']")
        assert link is not None
        send(client, str(link["href"]), **VERDICTS, seen="0")
    client.sign_in(office)
    send(client, f"{check}/ergebnis", **VERDICTS, effect="effective", reason="Alle haben einen Platz.")
    onwards = {str(a["href"]) for a in BeautifulSoup(client.get(check).text, "lxml").select("main a[href]")}
    assert {f"/luecken/{matter.id}/rueckmeldung", f"/luecken/{matter.id}/abschliessen"} <= onwards
    send(client, f"/luecken/{matter.id}/rueckmeldung", stage="effect_checked", text="Es hat geholfen.")
    send(client, f"/luecken/{matter.id}/abschliessen", state="settled", note="Vorrang ist geregelt.")

    mails = db.session.scalars(sa.select(OutgoingMail).where(OutgoingMail.subject == "Neues für Sie in Govern")).all()
    told = {mail.to_address for mail in mails}
    for number, author in enumerate(authors):
        own = client.sign_in(author).get(f"/lueckenmeldungen/{reports[number].id}").text
        assert "Es hat geholfen." in own
        assert author.email in told
        assert client.get(f"/lueckenmeldungen/{reports[(number + 1) % 5].id}").status_code == 404
    assert db.session.get_one(Matter, matter.id).state is MatterState.SETTLED


@pytest.mark.proves("E7", "E9", "E16", "E-31")
def test_paderborns_matter_is_tried_on_the_spot_decided_and_forwarded_to_the_land(client: Client) -> None:
    _route, committees = lay_route("paderborn")
    town, group, office = make_municipality(), committees["lenkungsgruppe"], make_coordinator()
    clerk = make_user(organisation=town)
    client.sign_in(clerk)
    form = BeautifulSoup(client.get("/lueckenmeldungen/neu").text, "lxml")
    own = form.select_one("#municipality_id option[selected]")
    assert own is not None
    assert own["value"] == str(town.id)  # an institution reports what it sees at home
    send(client, "/lueckenmeldungen/neu", **SAID, headline="Niemand dolmetscht in der Praxis", source="municipality",
         municipality_id=town.id)  # fmt: skip
    report = db.session.scalars(sa.select(GapReport)).one()
    client.sign_in(office)
    send(
        client, "/luecken/neu", **SAID, meldung=report.id, title="Dolmetschen in Praxen", summary="Niemand dolmetscht."
    )
    matter = db.session.scalars(sa.select(Matter)).one()
    local = next(c for c in committees.values() if c.name.startswith("Regionalteam"))
    next_step(client, matter, committee_id=local.id)
    here = client.get(f"/luecken/{matter.id}/weg").text
    assert "Ist sie vor Ort gelöst, schließen Sie sie ab." in here
    refused = client.post(f"/luecken/{matter.id}/weg", data={"step": "x", "version": "2"})
    assert refused.status_code == 422
    next_step(client, matter, outcome="unsolved", reason="Vor Ort gibt es keine Mittel.")
    next_step(client, matter)
    assert names(matter)[-1] == "Lenkungsgruppe"
    resolution = taken_on(group, matter)
    page = BeautifulSoup(client.get(f"/luecken/{matter.id}/an-das-land").text, "lxml")
    chosen = page.select_one("#resolution_id option[selected]")
    assert chosen is not None
    assert chosen["value"] == str(resolution.id)
    letter = send(client, f"/luecken/{matter.id}/an-das-land", addressee="Ministerium", problem="p", effect="e",
                  proposal="v", resolution_id=resolution.id, forwarded_on=today().isoformat())  # fmt: skip
    send(client, f"{letter}/antwort", answered_on=today().isoformat(), answer="Ein Landesdienst kommt.", version="1")
    assert names(matter)[-1] == "Land"
    told = client.sign_in(clerk).get(f"/lueckenmeldungen/{report.id}").text
    assert "Land: weitergegeben" in told
    assert "Ein Landesdienst kommt." not in told  # until the coordination releases a word of it


@pytest.mark.proves("E8")
def test_neuss_goes_straight_to_the_steering_group_with_a_reason(client: Client) -> None:
    lay_route("neuss")
    matter, office = make_matter(), make_coordinator()
    begin_route(matter, by=office)
    db.session.commit()
    client.sign_in(office)
    next_step(client, matter)
    page = BeautifulSoup(client.get(f"/luecken/{matter.id}/weg").text, "lxml")
    ways = {label.get_text(" ", strip=True): str(label["for"]) for label in page.select("label[for^=step-]")}
    way = next(key for label, key in ways.items() if label.startswith("Auf direktem Weg: Lenkungsgruppe"))
    shortcut = {"step": str(page.select_one(f"#{way}")["value"]), "version": "2", "taken_on": today().isoformat()}
    refused = client.post(f"/luecken/{matter.id}/weg", data=shortcut)
    assert refused.status_code == 422
    assert "begründen" in refused.text
    send(client, f"/luecken/{matter.id}/weg", **shortcut, reason="Eilt vor Schuljahresbeginn")
    assert names(matter)[-1] == "Lenkungsgruppe"
