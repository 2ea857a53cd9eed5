"""Consultations: a draft is laid open, read and commented on until a day, by those who are asked."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from docx import Document
from lxml import html
from openpyxl import load_workbook

from govern.committees.models import MailTarget, OfficerRole
from govern.db import db, now
from govern.documents.exports.response_tables import COLUMNS
from govern.documents.models import (
    Comment,
    CommentAnswer,
    Concept,
    ConceptSection,
    ConceptVersion,
    Consultation,
    ConsultationInvitation,
    ConsultedSection,
    Outcome,
    VersionState,
)
from govern.documents.passages import colliding, edits_of, find_quote, paragraphs, take_over
from govern.documents.queries.comments import comments_behind
from govern.documents.sections import SectionText
from govern.documents.services.consultations import follow_up_consultations
from govern.formats import date_text, today
from govern.mail import OutgoingMail
from govern.people.models import Organisation, User
from tests.conftest import Client
from tests.documents.test_concepts import make_concept, make_version
from tests.factories import (
    make_committee,
    make_coordinator,
    make_mandate,
    make_member,
    make_municipality,
    make_officer,
    make_seat,
    make_user,
)

TEXT = (
    SectionText("Ziele", "Erster Absatz über Ziele.\n\nZweiter Absatz über Wege.", key="ziele"),
    SectionText("Gremien", "Die Lenkungsgruppe tagt **zweimal im** Jahr. Sie entscheidet.", key="gremien",
                sections=(SectionText("Arbeitskreise", "Sie wählen selbst.", key="kreise"),)),
)  # fmt: skip
UNTIL = today() + timedelta(days=20)


def make_draft(concept: Concept) -> ConceptVersion:
    return make_version(concept, VersionState.DRAFT, TEXT, label="Fortschreibung")


def open_to(client: Client, draft: ConceptVersion, **data: Any) -> Consultation:
    """Lay a draft open as the coordination does: look at the recipients, then invite them."""
    path = f"/fassungen/{draft.id}/beteiligung"
    data = {"until": UNTIL.isoformat(), **data}
    preview = client.post(path, data={**data, "ansehen": "1"})
    assert preview.status_code == 200
    shown = html.fromstring(preview.text).xpath("//input[@name='shown']/@value")[0]
    answer = client.post(path, data={**data, "shown": shown, "oeffnen": "1"})
    assert answer.status_code == 303, answer.text
    return db.session.query(Consultation).filter_by(version_id=draft.id).order_by(Consultation.id.desc()).first()


def asked_institution() -> tuple[Organisation, User]:
    town = make_municipality(name="Stadt Beispiel", email="stadt@muster.example")
    return town, make_user(organisation=town)


@pytest.mark.proves("F5")
def test_a_draft_is_laid_open_and_those_who_are_asked_comment_until_the_last_day(client: Client) -> None:
    committee = make_committee(name="Lenkungsgruppe")
    member = make_member(committee)
    seat = make_seat(committee)
    town, account = asked_institution()
    draft, coordinator = make_draft(make_concept(committee)), make_coordinator()
    client.sign_in(coordinator)
    path = f"/fassungen/{draft.id}/beteiligung"
    assert "Noch niemand" not in client.get(path).text
    nobody = {"until": UNTIL.isoformat(), "oeffnen": "1", "shown": "x"}
    assert client.post(path, data=nobody).status_code == 422
    chosen = {"committee_ids": [committee.id], "organisation_ids": [town.id]}
    assert client.post(path, data={**nobody, **chosen}).status_code == 422  # nobody saw whom it reaches
    consultation = open_to(client, draft, **chosen, question="Passt der Turnus?")
    addresses = {mail.to_address: mail for mail in db.session.query(OutgoingMail)}
    assert set(addresses) == {member.person.email, "stadt@muster.example", account.email}
    assert "Passt der Turnus?" in addresses["stadt@muster.example"].text
    assert draft.state is VersionState.CONSULTATION
    section = db.session.query(ConceptSection).filter_by(version_id=draft.id, key="ziele").one()
    still = client.post(f"/abschnitte/{section.id}", data={"heading": "Ziele", "text": "anders", "version": "1"})
    assert still.status_code == 422
    decided = {"adopted_by": "Kreistag", "adopted_on": "2026", "result": "unanimous"}
    assert "läuft noch eine Beteiligung" in client.post(f"/fassungen/{draft.id}/beschluss", data=decided).text

    client.sign_in(account)
    assert "Stellung nehmen" in client.get("/").text
    page = client.get(f"/beteiligungen/{consultation.id}?abschnitt=kreise").text
    assert "Passt der Turnus?" in page
    assert 'id="a-gremien"' in page
    assert 'id="a-kreise"' in page
    write = f"/beteiligungen/{consultation.id}/stellung-nehmen?abschnitt="
    said = {"voice": f"i{town.id}", "text": "Bitte öfter."}
    form = client.get(write + "gremien&absatz=1").text
    assert "Die Lenkungsgruppe tagt **zweimal im** Jahr. Sie entscheidet.</textarea>" in form
    quoted = {**said, "wish": "change", "quote": "„zweimal im Jahr“", "proposal": "viermal im Jahr"}
    assert client.post(write + "gremien", data={**quoted, "quote": "nie im Jahr"}).status_code == 422
    assert client.post(write + "gremien", data=quoted).status_code == 303
    assert client.post(write, data={**said, "wish": "remark"}).status_code == 303
    foreign = client.post(write, data={**said, "wish": "remark", "voice": f"i{seat.organisations[0].id}"})
    assert foreign.status_code == 422
    first, second = db.session.query(Comment).order_by(Comment.number)
    assert (first.number, first.passage, first.proposal) == (1, "**zweimal im** Jahr", "viermal im Jahr")
    assert (first.on_behalf_of, second.section_id) == ("Stadt Beispiel", None)
    assert "Entwurf liegt vor" not in client.get("/").text  # has spoken

    client.sign_in(member)
    others = client.get(f"/beteiligungen/{consultation.id}/stellungnahmen").text
    assert "Stadt Beispiel" not in others
    assert client.get(f"/stellungnahmen/{first.id}").status_code == 404
    client.sign_in(coordinator)
    terms = html.fromstring(client.get(f"/beteiligungen/{consultation.id}/bearbeiten").text)
    seen = terms.xpath("//input[@name='version']/@value")[0]
    shows = {"until": UNTIL.isoformat(), "shows_others": "y", "version": seen}
    assert client.post(f"/beteiligungen/{consultation.id}/bearbeiten", data=shows).status_code == 303
    assert client.post(f"/beteiligungen/{consultation.id}/bearbeiten", data=shows).status_code == 409
    changed = db.session.query(OutgoingMail).filter(OutgoingMail.subject.startswith("Beteiligung geändert"))
    assert {mail.to_address for mail in changed} == {member.person.email, "stadt@muster.example", account.email}
    assert all("auch die, die schon vorliegen" in mail.text and "Frist hat sich" not in mail.text for mail in changed)
    client.sign_in(member)
    assert "viermal" in client.get(f"/beteiligungen/{consultation.id}/stellungnahmen").text
    assert client.get(f"/stellungnahmen/{first.id}").status_code == 403

    client.sign_in(account)
    changed = {**quoted, "version": first.revision, "proposal": "dreimal im Jahr", "voice": "kept"}
    assert client.post(f"/stellungnahmen/{first.id}", data=changed).status_code == 303
    assert client.post(f"/stellungnahmen/{first.id}", data=changed).status_code == 409
    client.post(f"/stellungnahmen/{second.id}/zurueckziehen")
    db.session.expire_all()
    assert (first.proposal, second.withdrawn_at is not None) == ("dreimal im Jahr", True)
    again = client.get(f"/stellungnahmen/{second.id}", follow_redirects=True).text
    assert "ist zurückgezogen und lässt sich nicht mehr ändern" in again
    client.sign_in(make_user())
    assert client.get(f"/beteiligungen/{consultation.id}").status_code == 404

    consultation.until = today() - timedelta(days=1)
    db.session.commit()
    client.sign_in(account)
    late = client.post(write + "gremien", data=quoted)
    assert (late.status_code, "viermal im Jahr" in late.text) == (422, True)
    follow_up_consultations(today())
    db.session.commit()
    assert (draft.state, consultation.ended_at is not None) == (VersionState.DRAFT, True)


def test_a_comment_on_words_of_two_paragraphs_can_be_changed_and_sent_twice_is_written_once(client: Client) -> None:
    (town, account), committee = asked_institution(), make_committee()
    client.sign_in(make_coordinator())
    twice = {"committee_ids": [committee.id, committee.id], "organisation_ids": [town.id]}
    consultation = open_to(client, make_draft(make_concept(committee)), **twice)
    client.sign_in(account)
    write = f"/beteiligungen/{consultation.id}/stellung-nehmen?abschnitt=ziele"
    said = {"voice": f"i{town.id}", "wish": "strike", "quote": "über Ziele. Zweiter Absatz", "text": "Zu lang."}
    for _click in range(2):
        assert client.post(write, data=said).status_code == 303
    comment = db.session.query(Comment).one()
    form = html.fromstring(client.get(f"/stellungnahmen/{comment.id}").text).xpath("//form[@id='stellungnahme']")[0]
    typed = {name: value for name, value in form.form_values() if name != "csrf_token"}
    typed["quote"] = typed["quote"].replace("\n", "")  # as browsers do in a field of one line
    assert client.post(f"/stellungnahmen/{comment.id}", data={**typed, "text": "Kürzer."}).status_code == 303
    db.session.expire_all()
    assert (comment.text, comment.passage) == ("Kürzer.", "über Ziele.\n\nZweiter Absatz")


def test_all_members_are_asked_and_nobody_else(client: Client) -> None:
    member = make_member(make_committee(name="Beirat"))
    _town, account = asked_institution()
    client.sign_in(make_coordinator())
    consultation = open_to(client, make_draft(make_concept(make_committee())), all_members="y")
    for user, sees in ((member, True), (account, False)):
        client.sign_in(user)
        assert client.get(f"/beteiligungen/{consultation.id}").status_code == (200 if sees else 404)
        for page in ("/", "/beteiligungen"):
            assert ("Fortschreibung" in client.get(page).text) is sees


@pytest.mark.proves("F5")
def test_a_chair_without_a_seat_is_invited_and_reminded_by_one_mail(client: Client) -> None:
    committee, other = make_committee(name="Beirat"), make_committee(name="Ausschuss")
    chair, former, seated = make_user(), make_user(), make_user()
    seat = make_seat(other, mailbox="postfach@muster.example", mail_target=MailTarget.MAILBOX)
    make_mandate(seat, seated.person)
    for one in (committee, other):
        make_officer(one, chair.person, OfficerRole.CHAIR)
    make_officer(committee, former.person, OfficerRole.CHAIR, ends_on=today() - timedelta(days=1))
    make_officer(committee, seated.person, OfficerRole.CHAIR)
    client.sign_in(make_coordinator())
    asked = [committee.id, other.id]
    consultation = open_to(client, make_draft(make_concept(committee)), committee_ids=asked)
    invited = [mail.to_address for mail in db.session.query(OutgoingMail)]
    assert sorted(invited) == sorted([chair.person.email, "postfach@muster.example"])
    client.sign_in(chair)
    assert client.get(f"/beteiligungen/{consultation.id}").status_code == 200
    said = {"voice": f"c{committee.id}", "wish": "remark", "text": "Gut so."}
    client.post(f"/beteiligungen/{consultation.id}/stellung-nehmen", data=said)
    assert db.session.query(Comment).one().on_behalf_of == "Vorsitz Beirat"
    db.session.query(Comment).delete()
    consultation.opened_at = now() - timedelta(days=9)
    follow_up_consultations(UNTIL - timedelta(days=3))
    reminded = db.session.query(OutgoingMail).filter(OutgoingMail.subject.startswith("Erinnerung"))
    assert chair.person.email in {mail.to_address for mail in reminded}


def test_only_those_who_have_said_nothing_are_reminded_before_the_end(client: Client) -> None:
    committee = make_committee()
    seat = make_seat(committee)
    silent, colleague, former = make_member(committee), make_user(), make_user()
    make_mandate(seat, colleague.person)
    left = make_mandate(make_seat(committee), former.person)
    account = make_user(organisation=seat.organisations[0])
    client.sign_in(make_coordinator())
    consultation = open_to(client, make_draft(make_concept(committee)), committee_ids=[committee.id])
    consultation.opened_at = now() - timedelta(days=9)
    assert former.person.email in {mail.to_address for mail in db.session.query(OutgoingMail)}
    left.ends_on = today()
    client.sign_in(account)
    assert client.get(f"/beteiligungen/{consultation.id}").status_code == 404  # not the institution is asked
    client.sign_in(colleague)
    said = {"voice": f"i{seat.organisations[0].id}", "wish": "remark", "text": "Gut so."}
    client.post(f"/beteiligungen/{consultation.id}/stellung-nehmen", data=said)
    follow_up_consultations(UNTIL - timedelta(days=4))
    assert db.session.query(ConsultationInvitation).filter(ConsultationInvitation.reminded_on.is_not(None)).count() == 0
    for _twice in range(2):
        follow_up_consultations(UNTIL - timedelta(days=3))
    db.session.commit()
    reminded = db.session.query(OutgoingMail).filter(OutgoingMail.subject.startswith("Erinnerung"))
    assert [mail.to_address for mail in reminded] == [silent.person.email]


@pytest.mark.proves("F5")
def test_who_was_invited_is_told_when_the_last_day_moves(client: Client) -> None:
    committee = make_committee()
    member, former = make_member(committee), make_user()
    left = make_mandate(make_seat(committee), former.person)
    client.sign_in(make_coordinator())
    concept = make_concept(committee, title="Geheimes Vorhaben", is_confidential=True)
    consultation = open_to(client, make_draft(concept), committee_ids=[committee.id], question="Zum Geheimen")
    left.ends_on = today() - timedelta(days=1)
    db.session.commit()
    address = f"/beteiligungen/{consultation.id}/bearbeiten"

    def change(**data: str) -> int:
        seen = html.fromstring(client.get(address).text).xpath("//input[@name='version']/@value")[0]
        return client.post(address, data={"version": seen, **data}).status_code

    later = UNTIL + timedelta(days=20)
    assert change(until=UNTIL.isoformat(), question="Anders gefragt: geheim") == 303  # no new day, no mail
    assert change(until=later.isoformat()) == 303
    told = db.session.query(OutgoingMail).filter(OutgoingMail.subject.startswith("Beteiligung geändert")).one()
    assert told.to_address == member.person.email
    assert f"endet jetzt am {date_text(later)} (Ende des Tages), bisher am {date_text(UNTIL)}" in told.text
    assert "geheim" not in (told.subject + told.text).casefold()


def test_a_confidential_concept_is_laid_open_to_its_own_committees_only_and_mails_name_nothing(client: Client) -> None:
    committee = make_committee()
    member = make_member(committee)
    town, _account = asked_institution()
    draft = make_draft(make_concept(committee, title="Geheimes Vorhaben", is_confidential=True))
    client.sign_in(make_coordinator())
    path = f"/fassungen/{draft.id}/beteiligung"
    data = {"until": UNTIL.isoformat(), "committee_ids": [committee.id], "question": "Zum Geheimen"}
    preview = html.fromstring(client.post(path, data={**data, "organisation_ids": [town.id], "ansehen": "1"}).text)
    shown = preview.xpath("//input[@name='shown']/@value")[0]
    refused = client.post(path, data={**data, "organisation_ids": [town.id], "shown": shown, "oeffnen": "1"})
    assert refused.status_code == 422
    consultation = open_to(client, draft, **data)
    mail = db.session.query(OutgoingMail).one()
    assert mail.to_address == member.person.email
    assert "Geheim" not in mail.subject + mail.text
    client.sign_in(member)
    assert "Zum Geheimen" in client.get(f"/beteiligungen/{consultation.id}").text


@pytest.mark.proves("F5")
def test_answers_take_proposals_over_show_collisions_and_overwrite_nothing(client: Client) -> None:
    committee = make_committee()
    (town, account), member = asked_institution(), make_member(committee)
    draft, coordinator = make_draft(make_concept(committee)), make_coordinator()
    client.sign_in(coordinator)
    consultation = open_to(client, draft, committee_ids=[committee.id], organisation_ids=[town.id])
    write = f"/beteiligungen/{consultation.id}/stellung-nehmen?abschnitt="
    proposals = [("gremien", "entscheidet", "entscheidet offen"), ("gremien", "zweimal im Jahr", "dreimal im Jahr"),
                 ("gremien", "zweimal im Jahr. Sie", "einmal im Quartal. Sie")]  # fmt: skip
    client.sign_in(account)
    for key, quote, proposal in proposals:
        said = {"voice": f"i{town.id}", "wish": "change", "quote": quote, "proposal": proposal}
        assert client.post(write + key, data=said).status_code == 303
    client.post(write, data={"voice": f"i{town.id}", "wish": "remark", "text": "Danke."})
    openly, thrice, quarterly, thanks = db.session.query(Comment).order_by(Comment.number)
    assert client.get(f"/stellungnahmen/{openly.id}/antwort").status_code == 403

    client.sign_in(coordinator)
    path = "/stellungnahmen/{}/antwort".format
    early = client.post(path(openly.id), data={"take_over": "1", "seen": "0"})
    assert (early.status_code, "wenn die Beteiligung beendet ist" in early.text) == (422, True)
    client.post(f"/beteiligungen/{consultation.id}/beenden")
    page = client.get(f"/beteiligungen/{consultation.id}/stellungnahmen").text
    assert page.count("berührt dieselben Wörter") == 2
    assert "Nr. 3 · Stadt Beispiel" in client.get(path(thrice.id)).text  # shown together
    for comment in (openly, thrice):
        assert client.post(path(comment.id), data={"take_over": "1", "seen": "0"}).status_code == 303
    row = db.session.query(ConceptSection).filter_by(version_id=draft.id, key="gremien").populate_existing().one()
    taken = "Die Lenkungsgruppe tagt dreimal im Jahr. Sie entscheidet offen."
    assert row.text.replace("*", "") == taken
    answer = openly.answer
    assert answer is not None and answer.change is not None
    assert answer.change.reason == "Beteiligung, Stellungnahme Nr. 1: Stadt Beispiel"
    led_to = [link.text for link in comments_behind(coordinator, [draft.id])["gremien"]]
    assert led_to == ["Stellungnahme Nr. 1: Stadt Beispiel", "Stellungnahme Nr. 2: Stadt Beispiel"]
    late = client.post(path(quarterly.id), data={"take_over": "1", "seen": "0"})
    assert late.status_code == 409
    assert "von Hand" in late.text
    db.session.expire_all()
    assert (row.text.replace("*", ""), quarterly.answers) == (taken, [])
    by_hand = {"by_hand": "1", "outcome": "partly", "reason": "Beides geht.", "text": "Neu gefasst.", "seen": "0"}
    assert client.post(path(quarterly.id), data={**by_hand, "revision": "1"}).status_code == 409
    assert client.post(path(quarterly.id), data={**by_hand, "revision": row.revision}).status_code == 303
    no = {"outcome": "not_taken", "seen": "0"}
    release = f"/beteiligungen/{consultation.id}/antworten-freigeben"
    client.post(release)
    assert client.post(path(thanks.id), data=no).status_code == 422  # without a reason
    assert client.post(path(thanks.id), data={**no, "reason": "Nichts zu ändern."}).status_code == 303
    assert client.post(path(thanks.id), data={**no, "reason": "Doch nicht."}).status_code == 409
    db.session.expire_all()
    assert consultation.answers_released_at is None  # one answer was missing

    client.sign_in(account)
    assert "Beides geht." not in client.get("/meine-stellungnahmen").text
    client.sign_in(coordinator)
    assert f'action="{release}"' in client.get(f"/beteiligungen/{consultation.id}/stellungnahmen").text
    client.post(release)
    way_back = f'href="/beteiligungen/{consultation.id}/stellungnahmen"'
    assert way_back in client.get(f"/fassungen/{draft.id}").text
    table = f"/beteiligungen/{consultation.id}/abwaegung"
    page = client.get(table).text
    assert "Beides geht." in page
    row = f'href="/beteiligungen/{consultation.id}/stellungnahmen?abschnitt=gremien&amp;nr=3#s-3"'
    assert row in page
    assert 'id="s-3"' in client.get(f"/beteiligungen/{consultation.id}/stellungnahmen?abschnitt=gremien").text
    sheet = load_workbook(io.BytesIO(client.get(table + ".xlsx").data)).active
    assert [cell.value for cell in sheet[1]] == list(COLUMNS)
    assert sorted(row[0].value for row in sheet.iter_rows(min_row=2)) == [1, 2, 3, 4]
    word = Document(io.BytesIO(client.get(table + ".docx").data))
    assert "teilweise übernommen\nBeides geht." in [cell.text for row in word.tables[0].rows for cell in row.cells]
    told = db.session.query(OutgoingMail).filter(OutgoingMail.subject.startswith("Antworten"))
    assert sorted(mail.to_address for mail in told) == sorted([account.email, "stadt@muster.example"])
    client.sign_in(account)
    mine = client.get("/meine-stellungnahmen").text
    assert "Beides geht." in mine
    assert "teilweise übernommen" in mine
    client.sign_in(member)
    for others in (f"/beteiligungen/{consultation.id}/stellungnahmen", table):
        assert "Beides geht." not in client.get(others).text
    assert len(list(load_workbook(io.BytesIO(client.get(table + ".xlsx").data)).active.rows)) == 1


def test_the_table_shows_passages_as_they_are_read(client: Client) -> None:
    text = "Die Quote[^1] gilt, siehe [[abschnitt:wege]].\n\n[^1]: Stand 2024."
    sections = (SectionText("Quote", text, key="quote"), SectionText("Wege", "x", key="wege"))
    (town, account), concept = asked_institution(), make_concept(make_committee())
    client.sign_in(make_coordinator())
    draft = make_version(concept, VersionState.DRAFT, sections, label="Entwurf")
    consultation = open_to(client, draft, organisation_ids=[town.id])
    client.sign_in(account)
    said = {"voice": f"i{town.id}", "wish": "change", "quote": "Die Quote", "proposal": text.split("\n")[0]}
    write = f"/beteiligungen/{consultation.id}/stellung-nehmen?abschnitt=quote"
    assert client.post(write, data=said).status_code == 303
    path = f"/beteiligungen/{consultation.id}/abwaegung"
    shown = "Die Quote (Fußnote) gilt, siehe „2 Wege“."
    row = Document(io.BytesIO(client.get(path + ".docx").data)).tables[0].rows[1]
    assert shown in row.cells[2].text
    assert "[^" not in row.cells[2].text
    sheet = load_workbook(io.BytesIO(client.get(path + ".xlsx").data)).active
    assert sheet.cell(2, 5).value == shown
    assert shown in client.get(path).text


def test_the_pages_cost_the_same_however_much_was_said(
    client: Client, count_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    committee = make_committee()
    client.sign_in(make_coordinator())
    consultation = open_to(client, make_draft(make_concept(committee)), committee_ids=[committee.id], shows_others="y")
    member = make_member(committee)
    for number in range(1, 41):
        db.session.add(Comment(consultation_id=consultation.id, number=number, text=f"Nr. {number}", on_behalf_of="x"))
    answered = [CommentAnswer(comment_id=row.id, number=1, outcome=Outcome.NOT_TAKEN, reason="x")
                for row in db.session.query(Comment)]  # fmt: skip
    db.session.add_all(answered)
    db.session.commit()
    client.sign_in(member)
    pages = ["", "/abwaegung", "/stellungnahmen", "/stellungnahmen?seite=2", "/stellung-nehmen?abschnitt=gremien"]
    for path in [
        "/beteiligungen",
        "/meine-stellungnahmen",
        f"/fassungen/{consultation.version_id}",
        *(f"/beteiligungen/{consultation.id}{page}" for page in pages),
    ]:
        db.session.expunge_all()
        with count_queries() as statements:
            assert client.get(path).status_code == 200
        assert len(statements) <= 12, path


@pytest.mark.proves("F5")
def test_a_comment_is_found_from_the_table_however_many_were_made_to_its_section(client: Client) -> None:
    committee = make_committee()
    client.sign_in(make_coordinator())
    consultation = open_to(client, make_draft(make_concept(committee)), committee_ids=[committee.id])
    section = db.session.query(ConsultedSection).filter_by(consultation_id=consultation.id, key="gremien").one()
    for number in range(1, 31):
        db.session.add(Comment(consultation_id=consultation.id, number=number, text=f"Nr. {number}", on_behalf_of="x",
                               section_id=section.id, withdrawn_at=now() if number == 3 else None))  # fmt: skip
    db.session.commit()
    table = html.fromstring(client.get(f"/beteiligungen/{consultation.id}/abwaegung?seite=2").text)
    address = table.xpath("//a[contains(., '30 · x')]/@href")[0]
    assert address.endswith("#s-30")
    page = client.get(address).text
    assert 'id="s-30"' in page
    assert 'id="s-2"' not in page
    path = f"/beteiligungen/{consultation.id}/stellungnahmen"
    assert 'id="s-2"' in client.get(f"{path}?nr=77").text
    assert 'id="s-2"' in client.get(f"{path}?nr=30&seite=1").text


@pytest.mark.proves("F5")
def test_the_database_keeps_what_was_laid_open_and_what_was_answered(client: Client) -> None:
    draft = make_draft(make_concept(make_committee()))
    consultation = Consultation(version_id=draft.id, until=UNTIL)
    db.session.add(consultation)
    db.session.flush()
    section = ConsultedSection(consultation_id=consultation.id, key="ziele", position=1, depth=1, number="1",
                               heading="Ziele", text="Wie es war", html="")  # fmt: skip
    comment = Comment(consultation_id=consultation.id, number=1, text="Gut.", on_behalf_of="Stadt Beispiel")
    db.session.add_all([section, comment])
    db.session.flush()
    answer = CommentAnswer(comment_id=comment.id, number=1, outcome=Outcome.NOT_TAKEN, reason="Später.")
    db.session.add(answer)
    db.session.commit()
    for statement in (
        sa.update(ConsultedSection).values(text="Anders"), sa.delete(ConsultedSection),
        sa.update(CommentAnswer).values(reason="Anders"), sa.delete(CommentAnswer),
    ):  # fmt: skip
        with pytest.raises(sa.exc.DatabaseError, match=r"never changes|stays"):
            db.session.execute(statement)
        db.session.rollback()


def test_quotes_paragraphs_and_touching_changes_are_found_without_a_database() -> None:
    text = "Die Gruppe tagt **zweimal im** Jahr.\nNoch eine Zeile.\n\n- a\n- b\n\n\nDrei.\n"
    assert [part.text for part in paragraphs(text)] == [
        "Die Gruppe tagt **zweimal im** Jahr.\nNoch eine Zeile.", "- a\n- b", "Drei.",
    ]  # fmt: skip
    assert [found.text for found in find_quote(text, "„zweimal im Jahr“")] == ["**zweimal im** Jahr"]
    assert all(text[p.starts_at : p.ends_at] == p.text for p in [*paragraphs(text), *find_quote(text, "Jahr. Noch")])
    old = "Die Gruppe tagt zweimal im Jahr. Sie entscheidet."
    thrice, often, openly = (
        edits_of(0, old, old.replace(*pair))
        for pair in (
            ("zweimal", "dreimal"),
            ("zweimal im Jahr", "einmal im Quartal"),
            ("heidet", "heidet offen"),
        )
    )
    assert colliding({1: thrice, 2: often, 3: openly}) == [[1, 2]]
    taken = take_over(old, old, thrice)
    assert taken == "Die Gruppe tagt dreimal im Jahr. Sie entscheidet."
    assert take_over(old, taken or "", often) is None
    assert take_over(old, taken or "", openly) == "Die Gruppe tagt dreimal im Jahr. Sie entscheidet offen."
    assert take_over(old, "Ganz anderes.", openly) is None
    long = " ".join(f"Wort{n}" for n in range(900)) + "\n\n" + old
    for place in (0, 450, 899):
        word = f"Wort{place}"
        changed = take_over(long, long.replace("zweimal", "dreimal"), edits_of(0, long, long.replace(word + " ", "X ")))
        assert changed == long.replace(word + " ", "X ").replace("zweimal", "dreimal")
        assert take_over(long, long.replace(word, "anders"), edits_of(0, long, long.replace(word, "X"))) is None
