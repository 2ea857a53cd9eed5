"""What nobody here can solve goes to the Land: with addressee, day, resolution, document and answer."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from docx import Document
from sqlalchemy.exc import IntegrityError

from govern.actions.models import (
    Effect,
    Evaluation,
    EvaluationResult,
    EvaluationState,
    ForwardingFile,
    Matter,
    StateForwarding,
    Verdict,
)
from govern.actions.services.forwardings import follow_up_forwardings
from govern.db import db, now
from govern.formats import date_text, today
from govern.mail import OutgoingMail
from govern.people.models import User
from tests.conftest import Client
from tests.factories import make, make_committee, make_coordinator, make_matter, make_member

from .test_matter_steps import begun, decide, go, lay_route, names

pytestmark = pytest.mark.usefixtures("app")


def said(**values: Any) -> dict[str, Any]:
    return {"addressee": "Ministerium für Integration", "problem": "Im Kreis gibt es keine Stelle für B2-Kurse.",
            "effect": "Abschlüsse werden nicht anerkannt.", "proposal": "Das Land fördert Kurse in der Fläche.",
            "forwarded_on": today().isoformat(), **values}  # fmt: skip


def text_of(client: Client, matter: Matter) -> str:
    """What the history of a matter says, in one line."""
    history = BeautifulSoup(client.get(f"/luecken/{matter.id}").text, "lxml").select_one("#weg")
    assert history is not None
    return " ".join(history.get_text(" ").split())


def unsolved(office: User) -> tuple[Matter, Any]:
    """A matter of Paderborn before the steering group, not solved on the spot."""
    _route, committees = lay_route("paderborn")
    matter = begun(office, title="B2-Kurse", legal_area_from=None)
    go(matter, "Vor Ort", by=office, committee=committees["lokale_gremien"])
    go(matter, "Gebündelt", by=office, outcome="unsolved", reason="Kein Träger vor Ort")
    go(matter, "Lenkungsgruppe", by=office)
    return matter, committees


@pytest.mark.proves("E9", "E-34", "E-31", "E7")
def test_a_matter_goes_to_the_land_only_with_the_resolution_and_its_answer_is_kept(client: Client) -> None:
    office = make_coordinator()
    matter, committees = unsolved(office)
    resolution = decide(committees["lenkungsgruppe"], matter)
    db.session.commit()
    client.sign_in(office)
    address = f"/luecken/{matter.id}/an-das-land"
    assert client.get(address).status_code == 200
    refused = client.post(address, data=said())
    assert refused.status_code == 422
    assert "braucht einen Beschluss" in refused.text
    assert "Abschlüsse werden nicht anerkannt." in refused.text
    due = today() + timedelta(days=60)
    sent = said(resolution_id=resolution.id, answer_due_on=due.isoformat(),
                papers=(io.BytesIO(b"%PDF-1.7 x"), "schreiben.pdf"))  # fmt: skip
    made = client.post(address, data=sent)
    assert made.status_code == 303
    again = {**sent, "papers": (io.BytesIO(b"%PDF-1.7 x"), "schreiben.pdf")}
    assert client.post(address, data=again).location == made.location  # sent twice
    row = db.session.scalars(sa.select(StateForwarding)).one()
    assert (row.needs_resolution, row.resolution_id, row.answer_due_on) == (True, resolution.id, due)
    assert names(db.session.get_one(Matter, matter.id))[-1] == "Land"
    page = client.get(f"/luecken/{matter.id}").text
    assert "Ministerium für Integration" in page
    assert f"/meldungen-an-das-land/{row.id}" in page
    assert matter.number in client.get("/meldungen-an-das-land").text
    early = {"answered_on": (today() - timedelta(days=1)).isoformat(), "answer": "Abgelehnt", "version": row.version}
    assert client.post(f"/meldungen-an-das-land/{row.id}/antwort", data=early).status_code == 422
    answer = early | {"answered_on": today().isoformat(), "papers": (io.BytesIO(b"%PDF-1.7 y"), "antwort.pdf")}
    assert client.post(f"/meldungen-an-das-land/{row.id}/antwort", data=answer).status_code == 303
    page = client.get(f"/meldungen-an-das-land/{row.id}").text
    for words in ("beantwortet", "Abgelehnt", "antwort.pdf", "schreiben.pdf", resolution.number):
        assert words in page
    history = text_of(client, matter)
    assert "Antwort vom Land: Ministerium für Integration" in history
    assert "An das Land gemeldet" not in history  # the step „Land" of the route says so
    files = db.session.scalars(sa.select(ForwardingFile).order_by(ForwardingFile.id)).all()
    assert [file.is_answer for file in files] == [False, True]
    assert client.get(f"/meldungen-an-das-land/unterlagen/{files[1].id}").data == b"%PDF-1.7 y"
    assert client.post(f"/meldungen-an-das-land/{row.id}/antwort", data=early).status_code == 403
    assert matter.number not in client.get("/meldungen-an-das-land").text
    assert matter.number in client.get("/meldungen-an-das-land", query_string={"stand": "alle"}).text
    stranger = client.sign_in(make_member(make_committee()))
    assert stranger.get(f"/meldungen-an-das-land/{row.id}").status_code == 404
    assert stranger.get(f"/meldungen-an-das-land/unterlagen/{files[0].id}").status_code == 404
    assert stranger.get("/meldungen-an-das-land").status_code == 403
    with pytest.raises(IntegrityError, match="resolution_where_needed"), db.session.begin_nested():
        db.session.execute(sa.update(StateForwarding).values(resolution_id=None))


@pytest.mark.proves("E9", "E-34")
def test_another_file_day_or_resolution_makes_another_report_to_the_land(client: Client) -> None:
    matter = make_matter()
    address = f"/luecken/{matter.id}/an-das-land"
    client.sign_in(make_coordinator())

    def send(*files: bytes, **values: Any) -> str:
        papers = [(io.BytesIO(b"%PDF-1.7 " + data), f"{number}.pdf") for number, data in enumerate(files)]
        answer = client.post(address, data=said(papers=papers, **values))
        assert answer.status_code == 303
        return str(answer.location)

    first = send(b"x", b"y")
    assert send(b"y", b"x") == first  # the same files, whatever their order
    due = (today() + timedelta(days=9)).isoformat()
    others = {send(b"x"), send(b"x", b"z"), send(), send(b"x", b"y", answer_due_on=due)}
    assert len(others | {first}) == 5
    assert send() in others
    assert db.session.scalar(sa.select(sa.func.count(ForwardingFile.id))) == 7


def test_an_answer_of_the_same_day_stands_above_what_it_answers(client: Client) -> None:
    matter, office = make_matter(), make_coordinator()
    make(StateForwarding(matter=matter, addressee="Bezirksregierung", problem="p", effect="e", proposal="v",
                         forwarded_on=today(), answered_on=today(), answer="Ja"))  # fmt: skip
    client.sign_in(office)
    assert client.post(f"/luecken/{matter.id}/freigeben").status_code == 303
    history = text_of(client, matter)
    assert history.index("Antwort vom Land") < history.index("Für die Beteiligten freigegeben")
    assert history.index("Antwort vom Land") < history.index("An das Land gemeldet")


@pytest.mark.proves("E9", "E6")
def test_where_the_route_has_no_step_to_the_land_the_history_says_all_the_same_what_happened(client: Client) -> None:
    matter = make_matter(shared_at=now())
    make(StateForwarding(matter=matter, addressee="Bezirksregierung", problem="p", effect="e", proposal="v",
                         forwarded_on=date(2026, 3, 2), answered_on=date(2026, 4, 1),
                         answer="Nur hier zu lesen."))  # fmt: skip
    evaluation = make(
        Evaluation(
            matter=matter,
            number=1,
            due_on=date(2026, 5, 1),
            compared_from=date(2026, 1, 1),
            state=EvaluationState.CONCLUDED,
        )
    )
    for number, effect in ((1, Effect.NONE), (2, Effect.PARTLY)):
        make(EvaluationResult(evaluation=evaluation, number=number, effect=effect, breaks_avoided=Verdict.NO,
                              offers_improved=Verdict.NO, process_improved=Verdict.NO, reason="r",
                              compared_from=date(2026, 1, 1), compared_days=30, reports_before=9, reports_after=9,
                              decided_on=date(2026, 5, number), function="Koordination"))  # fmt: skip
    client.sign_in(make_member(make_committee()))
    history = text_of(client, matter)
    happened = ["1. Wirkungsprüfung : teilweise wirksam (berichtigt) 2. Mai 2026",
                "1. Wirkungsprüfung : nicht wirksam 1. Mai 2026",
                "Antwort vom Land: Bezirksregierung 1. April 2026 · Land · zurück",
                "An das Land gemeldet: Bezirksregierung 2. März 2026 · Koordination · nach außen"]  # fmt: skip
    places = [history.index(words) for words in happened]
    assert places == sorted(places)
    assert "zu lesen" not in history
    assert "/meldungen-an-das-land/" not in client.get(f"/luecken/{matter.id}").text


@pytest.mark.proves("E-34")
def test_the_report_names_need_legal_area_effect_and_proposal(client: Client) -> None:
    office = make_coordinator()
    matter = begun(office, title="Kurse", action_field="language", legal_area_from=None)
    client.sign_in(office)
    assert client.post(f"/luecken/{matter.id}/an-das-land", data=said()).status_code == 303
    row = db.session.scalars(sa.select(StateForwarding)).one()
    answer = client.get(f"/meldungen-an-das-land/{row.id}/meldung.docx")
    lines = [p.text for p in Document(io.BytesIO(answer.data)).paragraphs if p.text]
    body = matter.body.name
    assert lines[:7] == [
        "Meldung an das Land", "Kurse", f"Von: {body}", "An: Ministerium für Integration",
        f"Datum: {date_text(today())}", f"Zeichen: {matter.number}", lines[6],
    ]  # fmt: skip
    assert lines[6].startswith("Handlungsfeld: ")
    assert lines[7] == "Rechtskreis: nicht angegeben"
    assert lines[8:] == [
        "Was vor Ort nicht zu lösen ist", "Im Kreis gibt es keine Stelle für B2-Kurse.", "Auswirkung",
        "Abschlüsse werden nicht anerkannt.", "Vorschlag", "Das Land fördert Kurse in der Fläche.",
    ]  # fmt: skip


@pytest.mark.proves("E9")
def test_the_coordination_is_told_once_when_no_answer_came(client: Client) -> None:
    office = make_coordinator()
    matter = begun(office)
    late = StateForwarding(
        matter_id=matter.id, addressee="Bezirksregierung", problem="x", effect="x", proposal="x",
        forwarded_on=date(2026, 1, 2), answer_due_on=date(2026, 3, 1),
    )  # fmt: skip
    db.session.add(late)
    db.session.flush()
    for day in (date(2026, 3, 1), date(2026, 3, 2), date(2026, 3, 3)):
        follow_up_forwardings(day)
    mails = db.session.scalars(sa.select(OutgoingMail)).all()
    assert [(m.to_address, matter.number in m.subject) for m in mails] == [(office.email, True)]
    assert "Bezirksregierung" not in mails[0].text
    assert late.reminded_on == date(2026, 3, 2)
    db.session.commit()
    assert "Antwort überfällig" in client.sign_in(office).get("/meldungen-an-das-land").text
