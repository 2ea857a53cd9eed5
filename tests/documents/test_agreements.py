"""Agreements with municipalities and carriers: who takes part, where they stand, what is due, who has none (F7)."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from typing import Any

import pytest
from docx import Document
from openpyxl import load_workbook
from sqlalchemy.exc import IntegrityError

from govern.db import db, sort_key
from govern.documents import policies_agreements as policies
from govern.documents.models import (
    Agreement,
    AgreementKind,
    AgreementParty,
    AgreementState,
    AgreementStep,
    AgreementVersion,
    PartyRole,
    VersionState,
)
from govern.documents.services.agreements import follow_up_agreements, version_of
from govern.formats import today
from govern.mail import OutgoingMail
from govern.overview.standings import load_standing
from govern.people.models import Organisation, User
from govern.people.queries.history import list_trail
from tests.conftest import Client
from tests.documents.test_concepts import make_concept, make_version
from tests.factories import (
    make,
    make_administrator,
    make_body,
    make_committee,
    make_coordinator,
    make_member,
    make_municipality,
    make_organisation,
    make_person,
    make_user,
)

PDF = b"%PDF-1.7\n% ein Beispiel\n%%EOF\n"
FILE = {"stored_name": "x.pdf", "file_name": "x.pdf", "media_type": "application/pdf", "size": 9, "sha256": "0" * 64}
Counter = Callable[[], AbstractContextManager[list[str]]]


def make_agreement(*parties: Organisation, state: AgreementState = AgreementState.IN_FORCE, **values: Any) -> Agreement:
    title = values.pop("title", "Zusammenarbeit im KIM")
    rows = [AgreementParty(organisation_id=one.id, role=PartyRole.PARTNER, position=n) for n, one in enumerate(parties)]
    agreement = make(
        Agreement(**{"body_id": make_body().id, "title": title, "sort_title": sort_key(title), "state": state,
                     "kind": AgreementKind.COOPERATION_AGREEMENT, "parties": rows, **values})
    )  # fmt: skip
    make(AgreementStep(agreement_id=agreement.id, number=1, state=state))
    return agreement


def fields(*partners: Organisation, **changes: Any) -> dict[str, Any]:
    return {"title": "Zusammenarbeit mit Jülich", "kind": "cooperation_agreement", "state": "negotiation",
            "partner_ids": [one.id for one in partners], "lead_days": "30", "taken_on": "2025", **changes}  # fmt: skip


@pytest.mark.proves("F7")
def test_an_agreement_is_kept_from_the_negotiation_to_its_review(client: Client) -> None:
    town, carrier = make_municipality(name="Stadt Jülich"), make_organisation(name="Hilfe e. V.")
    client.sign_in(make_coordinator())
    assert client.get("/vereinbarungen/neu").status_code == 200
    made = client.post("/vereinbarungen/neu", data=fields(town, number="Az. 7", giver_ids=[carrier.id],
                                                          valid_from="2025", valid_to="31.12.2099"))  # fmt: skip
    agreement = db.session.query(Agreement).one()
    assert (made.status_code, made.location) == (303, f"/vereinbarungen/{agreement.id}")
    assert [(p.organisation, p.role) for p in agreement.parties] == [
        (carrier, PartyRole.GIVER), (town, PartyRole.PARTNER)
    ]  # fmt: skip
    path = f"/vereinbarungen/{agreement.id}"
    upload = {"label": "Entwurf", "status_date": "2025", "upload": (io.BytesIO(PDF), "vertrag.pdf"), "version": "0"}
    assert client.post(f"{path}/fassung", data=upload, content_type="multipart/form-data").status_code == 303
    late = client.post(f"{path}/fassung", data={"label": "noch einmal", "text": "Worte", "version": "0"})
    assert late.status_code == 409
    words = {"label": "Reinschrift", "text": "Die **Stadt** nimmt teil.", "is_signed": "1", "version": "1"}
    assert client.post(f"{path}/fassung", data=words).status_code == 303
    signed, draft = db.session.query(AgreementVersion).order_by(AgreementVersion.number.desc())
    assert client.get(f"/vereinbarungsfassungen/{draft.id}/datei").data == PDF
    assert client.get(f"/vereinbarungsfassungen/{signed.id}/datei").status_code == 404
    assert "<strong>Stadt</strong>" in client.get(f"/vereinbarungsfassungen/{signed.id}").text

    skipped = client.post(f"{path}/stand", data={"state": "in_force", "version": "1"})
    assert "führt kein Weg" in skipped.text
    early = client.post(f"{path}/stand", data={"state": "signed", "taken_on": "2024", "version": "1"})
    assert "vor dem letzten Stand" in early.text
    signing = {"state": "signed", "taken_on": "14.03.2025", "reason": "Unterschrift im Kreishaus", "version": "1"}
    assert client.post(f"{path}/stand", data=signing).status_code == 303
    assert client.post(f"{path}/stand", data={"state": "in_force", "version": "1"}).status_code == 409
    review = {"reviewed_on": today().isoformat(), "outcome": "bleibt unverändert", "version": "0",
              "next_on": (today() + timedelta(days=365)).isoformat()}  # fmt: skip
    assert client.post(f"{path}/ueberpruefung", data={**review, "next_on": today().isoformat()}).status_code == 422
    assert client.post(f"{path}/ueberpruefung", data=review).status_code == 303
    db.session.expire_all()
    assert (agreement.state, agreement.review_on) == (AgreementState.SIGNED, today() + timedelta(days=365))
    page = client.get(path).text
    for expected in ("unterzeichnet oder erlassen", "14. März 2025", "Unterschrift im Kreishaus", "Reinschrift",
                     "bleibt unverändert", "In Abstimmung", "Geber:in"):  # fmt: skip
        assert expected in page
    assert "Aktenzeichen" in client.get(f"{path}/verlauf").text
    assert "Zusammenarbeit mit Jülich" in client.get("/suche?q=Jülich").text


@pytest.mark.proves("F7")
@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"partner_ids": []}, "Bitte mindestens eine Institution nennen."),
        ({"title": " "}, "Bitte einen Titel angeben."),
        ({"kind": "other"}, "was für eine Vereinbarung es ist"),
        ({"valid_from": "2026", "valid_to": "12.2025"}, "Das Ende liegt vor dem Beginn."),
        ({"number": "Az. 1"}, "Dieses Aktenzeichen trägt schon"),
        ({"state": "in_force", "valid_to": "2019"}, "Die Laufzeit endete 2019"),
        ({"state": "in_force", "valid_from": "2099"}, "Die Laufzeit beginnt erst: 2099."),
        ({"valid_from": "0000"}, "Bitte ein Datum angeben"),
        ({"taken_on": "01.01.2099"}, "Der Tag liegt in der Zukunft."),
        ({"lead_days": "999"}, "366"),
    ],
)
def test_what_cannot_be_is_refused_and_kept(client: Client, changes: dict[str, Any], sentence: str) -> None:
    town = make_municipality()
    make_agreement(town, number="Az. 1")
    client.sign_in(make_coordinator())
    answer = client.post("/vereinbarungen/neu", data=fields(town, note="Bitte behalten", **changes))
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "Bitte behalten" in answer.text
    assert db.session.query(Agreement).count() == 1


@pytest.mark.proves("F7")
def test_of_two_who_change_an_agreement_the_later_one_sees_both(client: Client) -> None:
    town, carrier = make_municipality(), make_organisation(name="Hilfe e. V.")
    agreement = make_agreement(town)
    client.sign_in(make_coordinator())
    path, seen = f"/vereinbarungen/{agreement.id}/bearbeiten", version_of(agreement)
    first = fields(town, carrier, version=seen)
    assert client.post(path, data=first).status_code == 303
    second = client.post(path, data=fields(town, title="Anderer Titel", version=seen))
    assert second.status_code == 409
    assert "Hilfe e.\u00a0V." in second.text
    db.session.expire_all()
    assert {p.organisation for p in agreement.parties} == {town, carrier}


def readers(town: Organisation) -> dict[str, User]:
    return {"coordinator": make_coordinator(), "party": make_user(organisation=town),
            "other": make_user(organisation=make_municipality(name="Gemeinde Fern")),
            "member": make_member(make_committee())}  # fmt: skip


@pytest.mark.proves("F7", "I8")
def test_a_party_sees_its_own_everybody_the_public_ones(client: Client) -> None:
    town = make_municipality(name="Stadt Jülich")
    office = make_organisation(name="Jugendamt Jülich", parent_id=town.id)
    agreements = {
        "draft": make_agreement(town, title="Im Entwurf", state=AgreementState.DRAFT, is_public=True),
        "own": make_agreement(office, title="Unter uns"),
        "public": make_agreement(town, title="Für alle", is_public=True),
        "planned": make_agreement(town, title="Nur gedacht", state=AgreementState.DROPPED),
        "failed": make_agreement(town, title="Gescheitert", state=AgreementState.DROPPED),
    }
    make(AgreementStep(agreement_id=agreements["failed"].id, number=2, state=AgreementState.NEGOTIATION))
    for agreement in agreements.values():
        make(AgreementVersion(agreement_id=agreement.id, number=1, label="Verhandlungsstand", text="x"))
    sees = {"coordinator": set(agreements), "party": {"own", "public", "failed"},
            "other": {"public"}, "member": {"public"}}  # fmt: skip
    for name, user in readers(town).items():
        client.sign_in(user)
        listed = client.get("/vereinbarungen").text
        load_standing(user, today())
        found = set(db.session.scalars(db.select(Agreement.id).where(policies.agreements_viewable_by(user))))
        assert found == {agreements[key].id for key in sees[name]}
        for key, agreement in agreements.items():
            assert policies.can_view_agreement(user, agreement) is (key in sees[name])
            assert (agreement.title in listed) is (key in sees[name])
            page = client.get(f"/vereinbarungen/{agreement.id}")
            assert page.status_code == (200 if key in sees[name] else 404)
            if page.status_code == 200:
                assert ("Verhandlungsstand" in page.text) is (name in ("coordinator", "party"))
        assert client.get(f"/vereinbarungen/{agreements['public'].id}/stand").status_code == (
            200 if name == "coordinator" else 403
        )
        assert ("Unter uns" in client.get(f"/organisationen/{town.id}").text) is ("own" in sees[name])


@pytest.mark.proves("F7")
def test_versions_of_a_text_are_compared_as_far_as_one_may_read_them(client: Client, count_queries: Counter) -> None:
    town = make_municipality()
    agreement = make_agreement(town, is_public=True, title="Vereinbarung mit der Stadt")
    texts = [
        "# § 1 Ziele\n\nBeide beraten.\n\n# § 2 Dauer\n\nEin Jahr.",
        None,
        "# § 1 Ziele\n\nBeide beraten gemeinsam.\n\n# § 2 Dauer\n\nEin Jahr.",
        "# § 1 Ziele\n\nGeheimer Entwurf.",
    ]
    made = [
        make(
            AgreementVersion(
                agreement_id=agreement.id,
                number=n,
                label=f"Fassung {n}",
                text=text,
                is_signed=n < 4,
                **({} if text else FILE),
            )
        )
        for n, text in enumerate(texts, 1)
    ]
    path = f"/vereinbarungen/{agreement.id}/synopse"
    client.sign_in(make_user())
    assert path in client.get(f"/vereinbarungen/{agreement.id}").text
    with count_queries() as statements:
        page = client.get(path).text
    assert len(statements) <= 12
    assert "Fassung 1 → Fassung 3" in page
    assert "gemeinsam" in page
    assert "1 von 2 Abschnitten geändert" in page
    assert "Ein Jahr." not in page
    assert "Ein Jahr." in client.get(f"{path}?alle=y").text
    assert "Geheimer" not in page
    assert "Fassung 4" not in page
    for asked in (made[3].id, made[1].id, 999):  # not for all, only a file, none
        assert client.get(f"{path}?neu={asked}").status_code == 404
        assert client.get(f"{path}.docx?alt={asked}").status_code == 404
    word = Document(io.BytesIO(client.get(f"{path}.docx?alt={made[0].id}&neu={made[2].id}").data))
    assert any("gemeinsam" in cell.text for row in word.tables[0].rows for cell in row.cells)
    assert client.get(f"{path}.pdf").data.startswith(b"%PDF-")
    client.sign_in(make_coordinator())
    assert "Geheimer" in client.get(path).text
    alone = make_agreement(town, is_public=True)
    for n, text in enumerate(("Nur dieser Text.", None), 1):
        facts: dict[str, Any] = {} if text else FILE | {"stored_name": "b" * 32}
        make(AgreementVersion(agreement_id=alone.id, number=n, label=f"F {n}", text=text, is_signed=True, **facts))
    assert "Fassungen vergleichen" not in client.get(f"/vereinbarungen/{alone.id}").text
    assert "Noch nichts zu vergleichen" in client.get(f"/vereinbarungen/{alone.id}/synopse").text
    assert client.get(f"/vereinbarungen/{alone.id}/synopse.pdf").status_code == 422
    hidden = make_agreement(town)
    db.session.commit()
    client.sign_in(make_user())
    assert client.get(f"/vereinbarungen/{hidden.id}/synopse").status_code == 404


@pytest.mark.proves("F7")
def test_a_concept_leads_to_the_agreements_that_rest_on_it_and_back(
    client: Client, count_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    concept, town = make_concept(title="KIM-Konzept 2026"), make_municipality()
    agreement = make_agreement(town, title="Zusammenarbeit auf Grundlage des Konzepts", concept_id=concept.id)
    client.sign_in(make_user(organisation=town))
    assert f'href="/konzepte/{concept.id}"' in client.get(f"/vereinbarungen/{agreement.id}").text
    page = client.get(f"/konzepte/{concept.id}").text
    assert f'href="/vereinbarungen/{agreement.id}"' in page
    client.sign_in(make_user(organisation=make_municipality()))
    assert agreement.title not in client.get(f"/konzepte/{concept.id}").text
    make_version(concept, VersionState.IN_FORCE, label="Fassung 1")
    client.sign_in(make_coordinator())
    path, title = f"/konzepte/{concept.id}", agreement.title
    db.session.expunge_all()
    with count_queries() as statements:
        assert title in client.get(path).text
    assert len(statements) <= 12


@pytest.mark.proves("F7")
def test_the_list_is_narrowed_by_its_address_and_taken_along(client: Client) -> None:
    town, other = make_municipality(name="Stadt Jülich"), make_municipality(name="Gemeinde Fern")
    make_agreement(town, title="Läuft aus", valid_to=str(today().year))
    make_agreement(other, title="=Ohne Ende", state=AgreementState.NEGOTIATION)
    client.sign_in(make_coordinator())
    for query, found in (
        (f"bis={today().year}-12-31", ["Läuft aus"]), (f"bis={today().year}-01-01", []),
        ("stand=negotiation", ["=Ohne Ende"]),
        (f"partei={town.id}", ["Läuft aus"]), ("art=pass_on_notice", []), ("q=Ohne", ["=Ohne Ende"]),
        ("bis=unsinn&stand=x&partei=9x&art=y", ["=Ohne Ende", "Läuft aus"]),
    ):  # fmt: skip
        page = client.get(f"/vereinbarungen?{query}").text
        assert [title for title in ("=Ohne Ende", "Läuft aus") if f">{title}<" in page] == found, query
    sheet = load_workbook(io.BytesIO(client.get("/vereinbarungen/liste.xlsx?stand=negotiation").data)).active
    assert sheet is not None
    assert [cell.value for cell in sheet["A"]] == ["Vereinbarung", "=Ohne Ende"]
    assert sheet["A2"].data_type == "s"


@pytest.mark.proves("F7")
def test_the_overview_says_which_municipality_and_which_carrier_has_none(client: Client) -> None:
    covered, ended, bare = (make_municipality(name=f"Stadt {name}") for name in ("Aue", "Berg", "Cranz"))
    office = make_organisation(name="Sozialamt Aue", parent_id=covered.id)
    carrier = make_organisation(name="Hilfe e. V.", kind="welfare_association")
    make_agreement(office, valid_to="2099")
    make_agreement(covered, state=AgreementState.NEGOTIATION)
    make_agreement(ended, state=AgreementState.EXPIRED)
    client.sign_in(make_coordinator())
    page = client.get("/vereinbarungen/uebersicht").text
    assert "2 von 3 ohne geltende Vereinbarung" in page
    assert "Hilfe e." not in page
    assert f'href="/vereinbarungen?partei={covered.id}&amp;art=cooperation_agreement">und 1 weitere' in page
    sheet = load_workbook(io.BytesIO(client.get("/vereinbarungen/uebersicht.xlsx").data)).active
    assert sheet is not None
    rows = {row[0]: (row[1], row[-1]) for row in sheet.iter_rows(values_only=True)}
    assert rows["Stadt Aue"] == ("in Kraft bis 2099 (und 1 weitere)", "nein")
    assert rows["Stadt Berg"] == ("ausgelaufen", "ja")
    assert rows[bare.name] == ("keine", "ja")
    assert "Hilfe e.\u00a0V." in client.get("/vereinbarungen/uebersicht?wer=traeger").text
    sheet = load_workbook(io.BytesIO(client.get("/vereinbarungen/uebersicht.xlsx?wer=traeger").data)).active
    assert sheet is not None and sheet["A2"].value == carrier.name  # as stored: tables are searched and compared
    preset = client.get(f"/vereinbarungen/neu?partei={bare.id}&art=pass_on_contract").text
    assert "Stadt Cranz" in preset
    client.sign_in(make_user(organisation=covered))
    assert client.get("/vereinbarungen/uebersicht").status_code == 403


@pytest.mark.proves("F7")
def test_terms_begin_and_end_by_themselves(app: Any) -> None:
    town, day = make_municipality(), today()
    begun = make_agreement(town, state=AgreementState.SIGNED, valid_from=str(day.year))
    over = make_agreement(town, valid_to=(day - timedelta(days=1)).isoformat())
    running = make_agreement(town, valid_to=day.isoformat())
    coming = make_agreement(town, state=AgreementState.SIGNED, valid_from=str(day.year + 1))
    follow_up_agreements(day)
    follow_up_agreements(day)
    assert [a.state for a in (begun, over, running, coming)] == [
        AgreementState.IN_FORCE, AgreementState.EXPIRED, AgreementState.IN_FORCE, AgreementState.SIGNED
    ]  # fmt: skip
    assert [(s.state, s.taken_on) for s in over.steps][1:] == [(AgreementState.EXPIRED, over.valid_to)]


@pytest.mark.proves("F7")
def test_somebody_is_reminded_once_of_a_review_and_of_the_end(app: Any) -> None:
    town, day = make_municipality(), today()
    person = make_person(email="zustaendig@muster.example")
    coordinator = make_coordinator()
    review = make_agreement(town, title="Zusammenarbeit Jülich", review_on=day + timedelta(days=20), lead_days=20,
                            responsible_person_id=person.id, is_public=True)  # fmt: skip
    make_agreement(town, title="Streng vertraulich", number="Az. 9", valid_to=(day + timedelta(days=42)).isoformat())
    make_agreement(town, review_on=day + timedelta(days=21), lead_days=20)
    make_agreement(town, state=AgreementState.REVOKED, review_on=day)
    for _ in range(2):
        follow_up_agreements(day)
        db.session.commit()
    mails = {mail.to_address: mail for mail in db.session.query(OutgoingMail)}
    assert set(mails) == {"zustaendig@muster.example", coordinator.email}
    assert db.session.query(OutgoingMail).count() == 2
    assert "Zusammenarbeit Jülich" in mails["zustaendig@muster.example"].subject
    to_coordination = mails[coordinator.email]
    assert to_coordination.subject == "Laufzeit endet: Kooperationsvereinbarung Az. 9"
    assert "vertraulich" not in to_coordination.text
    review.review_on = day + timedelta(days=5)
    follow_up_agreements(day)
    assert db.session.query(OutgoingMail).count() == 3


@pytest.mark.proves("F7", "I8")
def test_who_left_is_not_reminded_and_no_mail_names_what_is_not_concluded(app: Any) -> None:
    town, coordinator = make_municipality(), make_coordinator()
    gone, locked = make_person(email="weg@muster.example", ended_on=today()), make_user(is_locked=True)
    for person_id in (gone.id, locked.person_id):
        make_agreement(town, title="Streng geplant", review_on=today(), state=AgreementState.DRAFT, is_public=True,
                       notice_period="bis Ostern", responsible_person_id=person_id)  # fmt: skip
    follow_up_agreements(today())
    mails = db.session.query(OutgoingMail).all()
    assert [mail.to_address for mail in mails] == [coordinator.email] * 2
    assert not any("Streng" in mail.subject + mail.text for mail in mails)


@pytest.mark.proves("F7")
def test_what_is_noted_late_does_not_undo_what_came_after(client: Client) -> None:
    agreement, later = make_agreement(make_municipality()), today() + timedelta(days=300)
    client.sign_in(make_coordinator())
    path = f"/vereinbarungen/{agreement.id}"
    review = {"reviewed_on": today().isoformat(), "outcome": "bleibt", "next_on": later.isoformat(), "version": "0"}
    assert client.post(f"{path}/ueberpruefung", data=review).status_code == 303
    old = {"reviewed_on": "2020-05-04", "outcome": "nachgetragen", "next_on": "2021-05-04", "version": "1"}
    assert client.post(f"{path}/ueberpruefung", data=old).status_code == 303
    db.session.expire_all()
    assert agreement.review_on == later
    ended = {"state": "terminated", "taken_on": "2025-03-01", "version": "1"}
    assert client.post(f"{path}/stand", data=ended).status_code == 303
    assert client.post(f"{path}/stand", data={"state": "in_force", "version": "2"}).status_code == 303
    back = client.post(f"{path}/stand", data={"state": "expired", "taken_on": "2024", "version": "3"})
    assert (back.status_code, "vor dem letzten Stand" in back.text) == (422, True)


@pytest.mark.proves("F7", "I8")
def test_administrators_read_nothing_of_agreements_in_the_trail(app: Any) -> None:
    agreement = make_agreement(make_municipality(), title="Streng geplant", note="heikel", is_public=True,
                               state=AgreementState.DRAFT)  # fmt: skip
    make(AgreementVersion(agreement_id=agreement.id, number=1, label="Heikler Entwurf", text="x"))
    for kind in ("agreement", "agreement_version"):
        shown, _total = list_trail(make_administrator(), kind=kind)
        assert shown
        assert not any(word in str(shown) for word in ("Streng", "heikel", "Heikler"))


@pytest.mark.proves("F7", "B-17")
def test_the_review_stands_in_the_calendar_and_on_the_overview_of_those_responsible(client: Client) -> None:
    town, responsible = make_municipality(), make_user()
    assert responsible.person_id is not None
    due = date(today().year + 1, 1, 2)
    make_agreement(town, title="Streng vertraulich", number="Az. 9", review_on=due, valid_to=today().isoformat(),
                   responsible_person_id=responsible.person_id)  # fmt: skip
    make_agreement(town, title="Bald fällig", review_on=today(), is_public=True)
    for user, sees_all in ((responsible, False), (make_coordinator(), True), (make_user(), None)):
        client.sign_in(user)
        client.post("/kalender/auftraege")
        feed = client.get(_address(client)).text.replace("\r\n ", "")
        assert "vertraulich" not in feed
        assert ("Überprüfen: Kooperationsvereinbarung Az. 9" in feed) is (sees_all is not None)
        assert ("Überprüfen: Bald fällig" in feed) is (sees_all is True)
        start = client.get("/").text
        assert ("Streng vertraulich" in start) is (sees_all is not None)
        assert ("Bald fällig" in start) is (sees_all is True)


def _address(client: Client) -> str:
    parts = client.get("/kalender").text.split('value="')
    return next(part.split('"', 1)[0] for part in parts if ".ics" in part.split('"', 1)[0])


@pytest.mark.parametrize(
    "values", [{"valid_from": "2026", "valid_to": "2025-12"}, {"number": "Az. 1"}, {"lead_days": -1}, {"title": " "}]
)
def test_the_database_holds_the_rules(app: Any, values: dict[str, Any]) -> None:
    town = make_municipality()
    make_agreement(town, number="Az. 1")
    with pytest.raises(IntegrityError):
        make_agreement(town, **values)
    db.session.rollback()


def test_pages_of_agreements_cost_the_same_however_many_there_are(client: Client, count_queries: Counter) -> None:
    towns = [make_municipality() for _ in range(12)]
    for _ in range(8):
        agreement = make_agreement(*towns, review_on=today())
    make(AgreementVersion(agreement_id=agreement.id, number=1, label="Fassung", text="x"))
    paths = ["/vereinbarungen", f"/vereinbarungen/{agreement.id}", f"/vereinbarungen/{agreement.id}/bearbeiten",
             "/vereinbarungen/uebersicht", f"/organisationen/{towns[0].id}", "/"]  # fmt: skip
    readers = [make_coordinator().id, make_user(organisation=towns[0]).id]
    for reader in readers:
        client.sign_in(db.session.get_one(User, reader))
        for path in paths:
            db.session.expunge_all()
            with count_queries() as statements:
                client.get(path)
            assert len(statements) <= 12, (path, len(statements))


@pytest.mark.proves("F7")
def test_what_is_sent_twice_is_kept_once_and_what_it_calls_itself_is_kept_and_found(client: Client) -> None:
    town = make_municipality(name="Stadt Jülich")
    client.sign_in(make_coordinator())
    sent = fields(town, kind_words="Absichtserklärung", note="Ein Wort")
    places = {client.post("/vereinbarungen/neu", data=sent).location for _ in range(2)}
    assert (len(places), db.session.query(Agreement).count()) == (1, 1)
    assert client.post("/vereinbarungen/neu", data={**sent, "note": "Ein anderes"}).status_code == 303
    assert db.session.query(Agreement).count() == 2
    page = client.get(places.pop()).text
    assert "Kooperationsvereinbarung (Absichtserklärung)" in page
    assert "Zusammenarbeit mit Jülich" in client.get("/suche?q=Absichtserkl").text
    agreement = db.session.query(Agreement).order_by(Agreement.id).first()
    assert agreement is not None and "Absicht" not in agreement.name_for_outside


@pytest.mark.proves("F7")
def test_one_in_force_whose_end_turns_out_to_be_past_has_run_out(client: Client) -> None:
    town = make_municipality()
    agreement = make_agreement(town, valid_from="2024")
    client.sign_in(make_coordinator())
    path = f"/vereinbarungen/{agreement.id}"
    sent = fields(town, version=version_of(agreement), valid_from="2024", valid_to="31.03.2025")
    assert client.post(f"{path}/bearbeiten", data=sent).status_code == 303
    db.session.expire_all()
    assert agreement.state is AgreementState.EXPIRED
    assert [(s.state, s.taken_on) for s in agreement.steps][1:] == [(AgreementState.EXPIRED, "2025-03-31")]
    page = client.get(path).text
    assert "Ausgelaufen" in page and "31. März 2025" in page


@pytest.mark.proves("F7")
def test_a_reminder_that_reaches_nobody_stays_due(app: Any) -> None:
    make_agreement(make_municipality(), review_on=today())
    follow_up_agreements(today())
    assert db.session.query(OutgoingMail).count() == 0
    make_coordinator()
    follow_up_agreements(today())
    assert db.session.query(OutgoingMail).count() == 1
