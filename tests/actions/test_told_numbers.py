"""What others read of a matter counts no few people, cases or reports: refused where it is typed."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from bs4 import BeautifulSoup

from govern.actions.models import (
    Effect,
    EvaluationResult,
    GapReport,
    Matter,
    MatterPublication,
    MatterState,
    ReportRelease,
    Verdict,
)
from govern.actions.services.matter_steps import begin_route
from govern.actions.services.matters import split_matter
from govern.db import db, now
from govern.formats import today
from tests.actions.test_matter_steps import lay_route
from tests.conftest import Client
from tests.factories import (
    make,
    make_body,
    make_committee,
    make_coordinator,
    make_evaluation,
    make_gap_report,
    make_matter,
    make_member,
)

FEW = "Betroffen sind drei Familien im Ort."
CHOSEN = {"action_field": "education", "gap_kind": "missing_offer"}
LETTER = {"addressee": "Ministerium", "problem": "p", "effect": "e", "proposal": "v", "forwarded_on": "2026-01-05"}


def refusal(client: Client, address: str, name: str, data: dict[str, Any]) -> str:
    """What is said at the field, which keeps what was typed."""
    answer = client.post(address, data=data)
    assert answer.status_code == 422, address
    page = BeautifulSoup(answer.text, "lxml")
    field, error = page.select_one(f"main [name={name}]"), page.select_one(f"#{name}-error")
    assert field is not None and error is not None
    assert str(data[name]) in (field.get("value") or field.get_text())
    return error.get_text(" ", strip=True)


@pytest.mark.proves("D-50", "D-52")
@pytest.mark.parametrize(
    ("page", "name", "data"),
    [
        ("bearbeiten", "summary", {**CHOSEN, "title": "Kita", "version": "1"}),
        ("bearbeiten", "title", {**CHOSEN, "version": "1"}),
        ("abschliessen", "note", {"state": "settled"}),
        ("thema", "purpose", {"wished_kind": "discussion", "is_public": "y"}),
        ("an-das-land", "problem", LETTER),
        ("an-das-land", "effect", LETTER),
    ],
)
def test_small_numbers_are_refused_where_others_read_them(
    client: Client, page: str, name: str, data: dict[str, str]
) -> None:
    matter, committee = make_matter(), make_committee()
    client.sign_in(make_coordinator())
    sent = {"committee_id": committee.id, **data, name: FEW}
    assert "„drei Familien“" in refusal(client, f"/luecken/{matter.id}/{page}", name, sent)
    fine = client.post(f"/luecken/{matter.id}/{page}", data={**sent, name: "Betroffen sind viele Familien im Ort."})
    assert fine.status_code == 303


@pytest.mark.proves("D-50", "D-52")
def test_the_reasons_of_steps_and_of_declined_reports_count_nobody(client: Client) -> None:
    lay_route("aachen")
    matter, report, office = make_matter(), make_gap_report(), make_coordinator()
    first = begin_route(matter, by=office)
    db.session.commit()
    assert first is not None
    client.sign_in(office)
    page = BeautifulSoup(client.get(f"/luecken/{matter.id}/weg").text, "lxml")
    step = page.select_one("[name=step][checked]")
    assert step is not None
    sent = {"step": str(step["value"]), "version": "1", "taken_on": today().isoformat(), "reason": FEW}
    assert "drei Familien" in refusal(client, f"/luecken/{matter.id}/weg", "reason", sent)
    address = f"/lueckenmeldungen/{report.id}/nicht-weiterverfolgen"
    assert "drei Familien" in refusal(client, address, "reason", {"reason": FEW})


@pytest.mark.proves("D-50", "D-52", "E4")
def test_a_matter_with_a_small_number_in_it_is_not_shared(client: Client) -> None:
    matter = make_matter(summary=FEW)  # as it stood before such words were refused
    answer = client.sign_in(make_coordinator()).post(f"/luecken/{matter.id}/freigeben", follow_redirects=True)
    assert "„drei Familien“" in answer.text
    assert db.session.get_one(Matter, matter.id).shared_at is None
    report = make_gap_report()
    refused = client.post("/luecken/neu", data={**CHOSEN, "meldung": report.id, "title": "Kita", "summary": FEW})
    assert refused.status_code == 422
    assert db.session.get_one(GapReport, report.id).matter_id is None


@pytest.mark.proves("D-50", "D-52")
@pytest.mark.parametrize(
    ("place", "data"), [("thema", {"wished_kind": "discussion", "purpose": "Beraten"}), ("an-das-land", LETTER)]
)
def test_a_small_number_in_a_title_of_earlier_days_goes_to_no_committee_and_not_to_the_land(
    client: Client, place: str, data: dict[str, str]
) -> None:
    matter, committee = make_matter(title="Kita für drei Familien"), make_committee()
    answer = client.sign_in(make_coordinator()).post(
        f"/luecken/{matter.id}/{place}", data={**data, "committee_id": committee.id}
    )
    assert answer.status_code == 422
    assert "Bitte keine Zahlen unter 5 über Menschen, Fälle oder Meldungen: „drei Familien“." in answer.text
    matter.title = "Kita für Familien"
    db.session.commit()
    fine = client.post(f"/luecken/{matter.id}/{place}", data={**data, "committee_id": committee.id})
    assert fine.status_code == 303


@pytest.mark.proves("D-50", "W-31")
def test_small_numbers_are_marked_when_a_report_is_released_and_have_to_be_black(client: Client) -> None:
    report = make_gap_report(headline="Es fehlt ein Kurs.", text=FEW)
    address = f"/lueckenmeldungen/{report.id}/freigeben"
    page = BeautifulSoup(client.sign_in(make_coordinator()).get(address).text, "lxml")
    text = page.select_one("[name=text]")
    assert text is not None
    assert text.get_text().strip() == "Betroffen sind [[drei Familien]] im Ort."
    sent = {"headline": report.headline, "version": str(report.version)}
    assert "drei Familien" in refusal(client, address, "text", {**sent, "text": FEW})
    assert client.post(address, data={**sent, "text": text.get_text().strip()}).status_code == 303
    release = db.session.get_one(GapReport, report.id).release
    assert release is not None
    assert "drei" not in release.text


@pytest.mark.proves("D-53")
def test_from_which_other_matter_one_was_split_only_the_coordination_reads(client: Client) -> None:
    lay_route("aachen")
    office, matter = make_coordinator(), make_matter()
    begin_route(matter, by=office)
    new = split_matter(matter, [make_gap_report(matter=matter)], "Abgetrennt", by=office)
    new.shared_at = new.created_at
    db.session.commit()
    assert f"Abgetrennt von {matter.number}" in client.sign_in(office).get(f"/luecken/{new.id}").text
    page = client.sign_in(make_member(make_committee())).get(f"/luecken/{new.id}").text
    assert "Abgetrennt" in page
    assert matter.number not in page


@pytest.mark.proves("D-50", "D-52")
def test_what_was_released_before_the_rule_is_named_to_the_coordination(client: Client) -> None:
    office, member = make_coordinator(), make_member(make_committee())
    shared = make_matter(title="Kita", summary=FEW, shared_at=now())
    make_matter(title="Noch nicht freigegeben", summary=FEW)
    make_matter(title="Nichts daran", summary="Betroffen sind 17 Familien.", shared_at=now())
    settled = make_matter(title="Gelöst", shared_at=now(), state=MatterState.SETTLED, closed_on=today(),
                          closing_note="Zwei Kinder haben einen Platz.")  # fmt: skip
    make(MatterPublication(matter=settled, number=1, title="Plätze", text="Vier Kinder haben einen Platz."))
    report = make_gap_report(matter=shared)
    report.releases.append(ReportRelease(number=1, headline="Drei Personen warten.", text_count=1))
    revoked = make_gap_report(matter=shared)
    revoked.releases.append(ReportRelease(number=1, headline="Vier Personen warten.", text_count=1, revoked_at=now()))
    found = make_evaluation(shared)
    result = {"effect": Effect.PARTLY, "breaks_avoided": Verdict.YES, "offers_improved": Verdict.YES,
              "process_improved": Verdict.YES, "compared_from": today(), "compared_days": 1, "reports_before": 0,
              "reports_after": 0, "decided_on": today(), "function": "Koordination"}  # fmt: skip
    for number, reason in enumerate(("Zwei Mütter sagen nein.", "Drei Mütter sagen ja."), start=1):
        found.results.append(EvaluationResult(number=number, reason=reason, **result))
    db.session.commit()

    client.sign_in(office)
    page = BeautifulSoup(client.get("/luecken/freigaben-pruefen").text, "lxml")
    rows = [
        [" ".join(cell.get_text(" ").split()) for cell in line.select("th, td")] for line in page.select("tbody tr")
    ]
    assert rows == [
        [f"{shared.number} Kita", "Lücke", "„drei Familien“"],
        [f"{settled.number} Gelöst", "Lücke", "„Zwei Kinder“"],
        [f"{report.number} Drei Personen warten.", "freigegebene Meldung", "„Drei Personen“"],
        [f"1. Wirkungsprüfung zu {shared.number}", "Ergebnis der Wirkungsprüfung", "„Drei Mütter“"],
        [f"{settled.number} Plätze", "öffentliche Seite", "„Vier Kinder“"],
    ]
    assert all(client.get(str(link["href"])).status_code == 200 for link in page.select("tbody a"))
    warning = BeautifulSoup(client.get(f"/luecken/{shared.id}").text, "lxml").select_one(".kern-alert--warning")
    assert warning is not None
    assert "„drei Familien“" in warning.get_text(" ", strip=True)
    client.post(f"/luecken/{shared.id}/bearbeiten", data={**CHOSEN, "title": "Kita", "summary": "Betroffen sind viele.",
                                                           "version": str(shared.version)})  # fmt: skip
    assert "kern-alert--warning" not in client.get(f"/luecken/{shared.id}").text

    client.sign_in(member)
    assert client.get("/luecken/freigaben-pruefen").status_code == 403
    assert "Freigabe prüfen" not in client.get(f"/luecken/{settled.id}").text


@pytest.mark.proves("D-50")
def test_what_is_to_be_checked_comes_in_pages(
    client: Client, count_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    client.sign_in(make_coordinator()).get("/luecken")
    names = [make_matter(title=f"Kita {n}", summary=FEW, shared_at=now()).number for n in range(3)]
    with count_queries() as few:
        assert "3 Texte" in client.get("/luecken/freigaben-pruefen").text
    names += [make_matter(title=f"Kita {n}", summary=FEW, shared_at=now()).number for n in range(3, 27)]
    with count_queries() as many:
        first = BeautifulSoup(client.get("/luecken/freigaben-pruefen").text, "lxml")
    assert len(few) == len(many) <= 12
    assert [str(link.text).split()[0] for link in first.select("tbody a")] == names[:25]
    assert "27 Texte · Seite 1 von 2" in first.text
    second = BeautifulSoup(client.get("/luecken/freigaben-pruefen?seite=2").text, "lxml")
    assert [str(link.text).split()[0] for link in second.select("tbody a")] == names[25:]
    assert "Seite 2 von 2" in client.get("/luecken/freigaben-pruefen?seite=3").text


@pytest.mark.proves("D-50")
def test_a_higher_threshold_says_that_released_words_are_to_be_checked(client: Client) -> None:
    client.sign_in(make_coordinator())
    page = BeautifulSoup(client.get("/einstellungen").text, "lxml")
    filled = {str(f["name"]): str(f.get("value", "")) for f in page.select("main form input[name]")
              if f.get("type") not in ("checkbox", "radio", "file") or f.has_attr("checked")}  # fmt: skip
    filled |= {str(f["name"]): f.get_text() for f in page.select("main form textarea[name]")}
    filled |= {str(f["name"]): str(o["value"]) for f in page.select("main form select[name]")
               if (o := f.select_one("option[selected]") or f.select_one("option")) is not None}  # fmt: skip
    for threshold, told in (("10", True), ("10", False), ("5", False)):
        filled["version"] = str(make_body().version)
        assert client.post("/einstellungen", data={**filled, "small_count_threshold": threshold}).status_code == 303
        assert ("„Freigaben prüfen“" in client.get("/einstellungen").text) is told
