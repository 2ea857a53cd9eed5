"""Gap reports: filed in a minute, guarded, read by author and coordination only, released redacted, taken back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from govern.actions.models import (
    ConfirmReason,
    Frequency,
    GapKind,
    GapReport,
    MatterState,
    ReportEventKind,
    ReportSource,
    ReportState,
    ReportStem,
    ReportText,
    TermKind,
)
from govern.actions.queries.similar import similar_to_report
from govern.actions.queries.vocabularies import terms_of
from govern.actions.redaction import BLACK, passages_of
from govern.actions.services import gap_reports as services
from govern.actions.services.gap_reports import Report
from govern.actions.services.matters import assign_reports
from govern.actions.services.stems import index_report
from govern.audit import AuditEntry
from govern.db import db
from govern.errors import DomainError
from govern.formats import today
from govern.people.models import Role
from tests.conftest import Client
from tests.factories import (
    make_administrator,
    make_body,
    make_committee,
    make_coordinator,
    make_gap_report,
    make_matter,
    make_member,
    make_municipality,
    make_user,
)

pytestmark = pytest.mark.usefixtures("app")


def sent(**values: Any) -> dict[str, Any]:
    return {"source": "case_work", "action_field": "education", "gap_kind": "missing_offer", "frequency": "several",
            "headline": "Kein Kursplatz für Eltern am Abend", "text": "", **values}  # fmt: skip


def only_report() -> GapReport:
    return db.session.scalars(sa.select(GapReport)).one()


@pytest.mark.slow
@pytest.mark.proves("E1", "E-30")
def test_a_case_manager_reports_a_gap_and_gets_a_reference(client: Client) -> None:
    author = make_user(Role.CASE_MANAGER)
    town = make_municipality()
    answer = client.sign_in(author).post("/lueckenmeldungen/neu", data=sent(municipality_id=town.id))
    assert answer.status_code == 303
    report = only_report()
    assert report.number.startswith("M-20")
    assert (report.state, report.municipality_id, report.source) == (
        ReportState.RECEIVED,
        town.id,
        ReportSource.CASE_WORK,
    )
    page = client.get(answer.location)
    assert report.number in page.text
    assert "Kein Kursplatz für Eltern am Abend" in page.text
    assert report.number in client.get("/lueckenmeldungen/meine").text


@pytest.mark.slow
@pytest.mark.proves("E2", "E3", "E10", "E16")
@pytest.mark.parametrize("source", ["municipality", "working_circle", "case_reconstruction"])
def test_every_source_and_a_local_body_can_be_named(client: Client, source: str) -> None:
    circle = make_committee()
    author = make_member(circle)
    answer = client.sign_in(author).post("/lueckenmeldungen/neu", data=sent(source=source, committee_id=circle.id))
    assert answer.status_code == 303
    assert (only_report().source.value, only_report().committee_id) == (source, circle.id)


@pytest.mark.proves("E1")
def test_a_form_sent_twice_is_one_report(client: Client) -> None:
    client.sign_in(make_user(Role.CASE_MANAGER))
    first = client.post("/lueckenmeldungen/neu", data=sent())
    assert client.post("/lueckenmeldungen/neu", data=sent()).location == first.location
    report = only_report()
    others = {client.post("/lueckenmeldungen/neu", data=sent(**change)).location
              for change in ({"frequency": "weekly"}, {"text": "Auch am Samstag nicht."})}  # fmt: skip
    assert len(others | {first.location}) == 3
    services.withdraw_report(report, by=report.author or make_coordinator())
    db.session.commit()
    assert client.post("/lueckenmeldungen/neu", data=sent()).location not in {*others, first.location}
    client.sign_in(make_user(Role.CASE_MANAGER))
    colleague = client.post("/lueckenmeldungen/neu", data=sent()).location
    report = db.session.get_one(GapReport, int(colleague.rsplit("/", 1)[1]))
    report.reported_at -= timedelta(minutes=3)
    db.session.commit()
    assert client.post("/lueckenmeldungen/neu", data=sent()).location != colleague  # the gap was met again


@pytest.mark.parametrize(
    ("role", "status"), [("nobody", 403), ("member", 200), ("organisation", 200), ("coordinator", 200)]
)
def test_who_may_report(client: Client, role: str, status: int) -> None:
    users = {"nobody": make_user, "member": lambda: make_member(make_committee()), "coordinator": make_coordinator,
             "organisation": lambda: make_user(organisation=make_municipality())}  # fmt: skip
    client.sign_in(users[role]())
    assert client.get("/lueckenmeldungen/neu").status_code == status


@pytest.mark.slow
@pytest.mark.proves("D-35", "I7", "L-15")
def test_client_data_are_sent_only_when_each_kind_is_confirmed_with_a_reason(client: Client) -> None:
    client.sign_in(make_user(Role.CASE_MANAGER))
    words = {"headline": "Frau Yilmaz findet keinen Kurs", "text": "IBAN DE89370400440532013000"}
    refused = client.post("/lueckenmeldungen/neu", data=sent(**words))
    assert refused.status_code == 422
    assert "Frau Yilmaz findet keinen Kurs" in refused.text
    assert "Name eines Menschen: „Yilmaz“" in refused.text
    assert "Kontonummer: „DE89370400440532013000“" in refused.text
    assert (
        client.post(
            "/lueckenmeldungen/neu", data=sent(**words, confirmed=["name"], confirm_reason="nobody")
        ).status_code
        == 422
    )
    assert client.post("/lueckenmeldungen/neu", data=sent(**words, confirmed=["name", "iban"])).status_code == 422
    assert db.session.scalar(sa.select(sa.func.count()).select_from(GapReport)) == 0
    done = client.post("/lueckenmeldungen/neu", data=sent(**words, confirmed=["name", "iban"], confirm_reason="office"))
    assert done.status_code == 303
    text = only_report().texts[0]
    assert (text.confirmed_kinds, text.confirm_reason) == (["iban", "name"], ConfirmReason.OFFICE)


@pytest.mark.slow
@pytest.mark.proves("D-35")
def test_the_guard_looks_while_somebody_types_and_keeps_nothing(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    client.sign_in(make_user(Role.CASE_MANAGER))
    answer = client.post(
        "/lueckenmeldungen/pruefen", data={"headline": "Herr Karimi wartet"}, headers={"HX-Request": "true"}
    )
    assert "Name eines Menschen: „Karimi“" in answer.text
    assert "<html" not in answer.text
    assert db.session.scalar(sa.select(sa.func.count()).select_from(ReportText)) == 0
    assert "Karimi" not in caplog.text


@pytest.mark.slow
def test_the_service_refuses_what_the_guard_finds_whoever_calls_it() -> None:
    author = make_user(Role.CASE_MANAGER)
    wanted = Report(source=ReportSource.CASE_WORK, action_field="education", gap_kind=GapKind.ACCESS,
                    frequency=Frequency.ONCE, headline="Herr Karimi wartet")  # fmt: skip
    with pytest.raises(DomainError, match="Name eines Menschen"):
        services.report_gap(wanted, by=author)


@pytest.mark.proves("E6", "D-35")
def test_nobody_but_author_and_coordination_reads_a_report(client: Client) -> None:
    circle = make_committee()
    author = make_member(circle)
    report = make_gap_report(author, headline="Satz der Meldung")
    address = f"/lueckenmeldungen/{report.id}"
    others = (make_member(circle), make_user(Role.CASE_MANAGER), make_user(organisation=make_municipality()),
              make_administrator())  # fmt: skip
    for other in others:
        assert client.sign_in(other).get(address).status_code == 404
    for reader in (author, make_coordinator()):
        assert "Satz der Meldung" in client.sign_in(reader).get(address).text


@pytest.mark.slow
@pytest.mark.proves("E6", "L-13")
def test_who_reported_stands_in_no_audit_entry(client: Client) -> None:
    author = make_user(Role.CASE_MANAGER)
    client.sign_in(author).post("/lueckenmeldungen/neu", data=sent())
    entries = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.kind.in_(["gap_report", "report_text"]))).all()
    assert only_report().author_id == author.id
    assert entries == []


@pytest.mark.slow
@pytest.mark.proves("E6")
def test_the_author_adds_and_the_first_text_stays(client: Client) -> None:
    author = make_user(Role.CASE_MANAGER)
    report = make_gap_report(author, headline="Der Kurs fehlt")
    answer = client.sign_in(author).post(f"/lueckenmeldungen/{report.id}/nachtrag", data={"text": "Auch am Samstag"})
    assert answer.status_code == 303
    report = only_report()
    assert [(t.number, t.headline or t.text) for t in report.texts] == [(1, "Der Kurs fehlt"), (2, "Auch am Samstag")]
    assert client.sign_in(make_coordinator()).post(f"/lueckenmeldungen/{report.id}/nachtrag").status_code == 403


@pytest.mark.proves("E6")
def test_withdrawing_deletes_every_word_and_keeps_the_stages(client: Client) -> None:
    author, office = make_user(Role.CASE_MANAGER), make_coordinator()
    matter = make_matter()
    report = make_gap_report(author, matter=matter, headline="Wörtlich gemeldet")
    services.release_report(report, headline="Wörtlich gemeldet", text="", version=report.version, by=office)
    index_report(report)
    db.session.commit()
    address = f"/lueckenmeldungen/{report.id}"
    assert client.sign_in(author).post(f"{address}/zurueckziehen").status_code == 303
    report = only_report()
    assert (report.state, report.matter_id, report.texts, report.releases) == (ReportState.WITHDRAWN, None, [], [])
    assert db.session.scalar(sa.select(sa.func.count()).select_from(ReportStem)) == 0
    assert [event.kind for event in report.events][-1] is ReportEventKind.WITHDRAWN
    assert "Wörtlich gemeldet" not in client.sign_in(office).get(address).text
    assert client.get(f"/luecken/{matter.id}").status_code == 200


@pytest.mark.slow
@pytest.mark.proves("L-15", "W-31")
def test_a_release_shows_the_redacted_words_and_keeps_the_original_apart(client: Client) -> None:
    office, member = make_coordinator(), make_member(make_committee())
    matter = make_matter()
    matter.shared_at = matter.created_at
    report = make_gap_report(matter=matter, headline="In Vettweiß fehlt ein Kurs", text="Die Leitung sagt Nein.")
    assert "fehlt ein Kurs" not in client.sign_in(member).get(f"/luecken/{matter.id}").text
    page = client.sign_in(office).get(f"/lueckenmeldungen/{report.id}/freigeben").text
    assert "[[" in page
    answer = client.post(
        f"/lueckenmeldungen/{report.id}/freigeben",
        data={
            "headline": "In [[Vettweiß]] fehlt ein Kurs",
            "text": "Die Leitung sagt Nein.",
            "version": report.version,
        },
    )
    assert answer.status_code == 303
    seen = client.sign_in(member).get(f"/luecken/{matter.id}").text
    assert f"In {BLACK} fehlt ein Kurs" in seen
    assert "Vettweiß" not in seen
    assert only_report().number not in seen
    assert only_report().headline == "In Vettweiß fehlt ein Kurs"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("In [[Jülich fehlt ein Kurs", "gehört ein"),
        ("In [[Jülich]] fehlt kein Kurs", "Wortlaut"),
        ("]]In Jülich[[ fehlt", "gehört"),
    ],
)
def test_marks_that_do_not_fit_are_refused(text: str, sentence: str) -> None:
    with pytest.raises(DomainError, match=sentence):
        passages_of(text, "In Jülich fehlt ein Kurs", field="text")


def test_a_stale_release_is_a_conflict(client: Client) -> None:
    report = make_gap_report(headline="Ein Kurs fehlt")
    answer = client.sign_in(make_coordinator()).post(
        f"/lueckenmeldungen/{report.id}/freigeben", data={"headline": "Ein Kurs fehlt", "text": "", "version": 99}
    )
    assert answer.status_code == 409


@pytest.mark.proves("E5")
def test_the_inbox_narrows_by_what_was_chosen(client: Client) -> None:
    town = make_municipality()
    make_gap_report(headline="Wohnung fehlt", action_field="housing", municipality=town)
    make_gap_report(headline="Kurs fehlt")
    page = client.sign_in(make_coordinator()).get(f"/lueckenmeldungen?feld=housing&kommune={town.id}").text
    assert "Wohnung fehlt" in page
    assert "Kurs fehlt" not in page
    assert "Kurs fehlt" in client.get("/lueckenmeldungen?q=kurs").text
    assert client.get("/lueckenmeldungen?stand=unsinn").status_code == 404
    nothing = client.get("/lueckenmeldungen?q=Fahrrad").text
    assert "/lueckenmeldungen?q=Fahrrad&amp;stand=alle" in nothing
    assert "In allen Meldungen suchen" not in client.get("/lueckenmeldungen?q=Fahrrad&stand=alle").text


@pytest.mark.proves("E4")
def test_similar_reports_and_matters_are_suggested_with_the_reason() -> None:
    matter = make_matter(title="Kinderbetreuung während der Kurse")
    old = make_gap_report(matter=matter, headline="Kinderbetreuung im Integrationskurs fehlt")
    free = make_gap_report(headline="Ohne Betreuung der Kinder kein Integrationskurs")
    make_gap_report(headline="Schwimmbad geschlossen", action_field="health", gap_kind=GapKind.CAPACITY)
    new = make_gap_report(headline="Integrationskurse ohne Kinderbetreuung")
    for report in (old, free, new):
        index_report(report)
    reports, matters = similar_to_report(new)
    assert [found.report.number for found in reports if found.report] == [free.number]
    assert [found.matter.number for found in matters if found.matter] == [matter.number]
    assert any("ähnliche Wörter: Integrationskurse" in reason for reason in reports[0].reasons)
    assert any("Handlungsfeld" in reason for reason in reports[0].reasons)


@pytest.mark.proves("E4")
def test_a_settled_matter_is_named_when_its_gap_may_be_back_and_takes_no_report_in(client: Client) -> None:
    settled = make_matter(title="Abendkurse", state=MatterState.SETTLED, closed_on=today(), closing_note="Neue Kurse.")
    dropped = make_matter(title="Kurse", state=MatterState.DROPPED, closed_on=today(), closing_note="Anderes Amt.")
    for matter in (settled, dropped):
        index_report(make_gap_report(matter=matter, headline="Abendkurse auf der Stufe B1 sind ausgebucht"))
    new = make_gap_report(headline="Abendkurse auf Stufe B1 wieder ausgebucht")
    index_report(new)
    client.sign_in(make_coordinator())
    page = client.get(f"/lueckenmeldungen/{new.id}/aehnliche").text
    assert f"{settled.number} Abendkurse" in page
    assert "gelöst" in page
    assert dropped.number not in page
    assert settled.number not in client.get(f"/lueckenmeldungen/{new.id}/zuordnen").text


@pytest.mark.slow
def test_what_looks_like_a_name_is_no_stem() -> None:
    report = make_gap_report(headline="Frau Yilmaz sucht einen Kurs")
    index_report(report)
    stems = set(db.session.scalars(sa.select(ReportStem.stem)))
    assert "kur" in stems  # „Kurs" and „Kurse" alike
    assert not any(stem.startswith("yilm") for stem in stems)


def test_declining_needs_a_reason_which_the_author_reads(client: Client) -> None:
    author = make_user(Role.CASE_MANAGER)
    report = make_gap_report(author)
    client.sign_in(make_coordinator())
    address = f"/lueckenmeldungen/{report.id}"
    assert client.post(f"{address}/nicht-weiterverfolgen", data={"reason": " "}).status_code == 422
    assert client.post(f"{address}/nicht-weiterverfolgen", data={"reason": "Schon gelöst"}).status_code == 303
    assert "Schon gelöst" in client.sign_in(author).get(address).text


@pytest.mark.proves("E5", "E-30")
def test_the_coordination_keeps_the_lists_and_reports_keep_what_was_chosen(client: Client) -> None:
    report = make_gap_report(legal_area_from="sgb2")
    client.sign_in(make_coordinator())
    assert (
        client.post("/lueckenmeldungen/auswahllisten", data={"kind": "legal_areas", "label": "AsylbLG"}).status_code
        == 303
    )
    assert (
        client.post("/lueckenmeldungen/auswahllisten", data={"kind": "legal_areas", "label": "AsylbLG"}).status_code
        == 422
    )
    hide = {"kind": "legal_areas", "key": "sgb2", "zeigen": "nein"}
    assert client.post("/lueckenmeldungen/auswahllisten", data=hide).status_code == 303
    form = client.get("/lueckenmeldungen/neu").text
    assert 'value="asylblg"' in form
    assert 'value="sgb2"' not in form
    assert "SGB II" in client.get(f"/lueckenmeldungen/{report.id}").text


def test_the_lists_of_dueren_are_those_of_its_concept() -> None:
    body = make_body(key="dueren", name="Kreis Düren")
    labels = dict(terms_of(body).offered(TermKind.ACTION_FIELD))
    assert labels["welcome_counselling"] == "Willkommensberatung"
    assert "housing" not in labels


def test_lists_cost_the_same_for_one_report_or_many(client: Client, count_queries: Any) -> None:
    client.sign_in(make_coordinator())
    make_gap_report()
    with count_queries() as few:
        client.get("/lueckenmeldungen")
    for _ in range(12):
        make_gap_report(municipality=make_municipality())
    with count_queries() as many:
        client.get("/lueckenmeldungen")
    assert len(few) == len(many) <= 12


@pytest.mark.proves("E6")
def test_the_author_sees_every_later_stage_without_the_matter_being_shared(client: Client) -> None:
    author, office = make_user(Role.CASE_MANAGER), make_coordinator()
    matter = make_matter(title="Titel nur für die Koordination")
    report = make_gap_report(author)
    assign_reports(matter, [report], by=office)
    db.session.commit()
    page = client.sign_in(author).get(f"/lueckenmeldungen/{report.id}").text
    assert "Einer Lücke zugeordnet" in page
    assert matter.number in page
    assert "Titel nur für die Koordination" not in page
