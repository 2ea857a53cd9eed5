"""Drafts of concepts before committees: submitted, renewed, decided in a meeting, linked both ways."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import current_app
from lxml import html

from govern.committees.models import Voting
from govern.committees.structure.exporting import exported_file
from govern.committees.structure.importing import import_structure, read_for_body
from govern.db import db, now
from govern.documents.exports import concept_pdf, synopsis_pdf
from govern.documents.models import AdoptionResult, Concept, ConceptSection, VersionState
from govern.documents.sections import SectionText
from govern.documents.services import drafts
from govern.errors import DomainError
from govern.formats import today
from govern.meetings.models import (
    AgendaItem,
    ConceptSubmission,
    ItemKind,
    ItemResult,
    Resolution,
    ResolutionOutcome,
    SubmissionOutcome,
    TopicState,
)
from govern.meetings.services import attendances, closing, minutes, resolutions
from govern.meetings.services.agendas import update_item
from govern.meetings.services.concept_publicity import demand_not_public
from govern.meetings.services.papers import PaperStore
from govern.meetings.services.resolutions import Decision
from tests.conftest import Client
from tests.documents.test_concepts import make_concept, make_version
from tests.factories import (
    make,
    make_committee,
    make_coordinator,
    make_item,
    make_mandate,
    make_meeting,
    make_member,
    make_office_user,
    make_seat,
    make_steering_group,
    make_user,
)

TEXT = (SectionText("Ziele", "Alle kommen an.", key="ziele"), SectionText("Gremien", "Zweimal im Jahr.", key="gremien"))
UNANIMOUS = ResolutionOutcome.UNANIMOUS


class Case:
    """A concept of the steering group with a draft, the coordination signed in, a meeting being prepared."""

    def __init__(self, client: Client, **concept: Any) -> None:
        self.client, self.user, self.committee = client, make_coordinator(), make_steering_group()
        make_mandate(make_seat(self.committee, voting=Voting.YES))
        self.concept: Concept = make_concept(self.committee, title="KIM-Konzept", **concept)
        self.old = make_version(self.concept, VersionState.IN_FORCE, TEXT, label="Fassung 1", in_force_from="2024")
        self.draft = drafts.start_draft(self.concept, label="Fassung 2", day=today(), by=self.user)
        self.write("Dreimal im Jahr.")
        self.meeting = make_meeting(self.committee)
        client.sign_in(self.user)

    def write(self, text: str) -> None:
        row = db.session.query(ConceptSection).filter_by(version_id=self.draft.id, key="gremien").one()
        drafts.save_section(
            row, row.heading, text, revision=row.revision, reason="Beschluss 7", link=None, by=self.user
        )
        db.session.commit()

    def post(self, path: str, status: int = 303, **data: Any) -> str:
        answer = self.client.post(f"/fassungen/{self.draft.id}/{path}", data=data)
        assert answer.status_code == status, answer.text
        return answer.text

    def submit(self, place: str = "", **data: Any) -> AgendaItem:
        self.post("vorlegen", place=place or f"s{self.meeting.id}", **data)
        return self.item

    @property
    def item(self) -> AgendaItem:
        return db.session.query(AgendaItem).order_by(AgendaItem.id.desc()).first()  # type: ignore[return-value]

    @property
    def submission(self) -> ConceptSubmission:
        return db.session.query(ConceptSubmission).order_by(ConceptSubmission.id.desc()).first()  # type: ignore[return-value]

    def hold(self, result: ItemResult | None = None, *taken: Decision, **values: Any) -> list[Resolution]:
        """Hold the meeting: record a result or take resolutions at the item, then close."""
        meeting = self.item.meeting
        meeting.starts_at, meeting.ends_at = now(), now() + timedelta(hours=2)
        meeting.published_at = meeting.published_at or now()
        attendances.start_meeting(meeting, by=self.user)
        attendances.record_everybody(meeting, by=self.user)
        found = [resolutions.take_resolution(self.item, decision, by=self.user) for decision in taken]
        if result is not None:
            minutes.record_result(self.item, result, by=self.user, **values)
        store = PaperStore(current_app.config["SETTINGS"].files, most_bytes=0)
        closing.close_meeting(meeting, ended_at=now() + timedelta(hours=1), by=self.user, store=store)
        db.session.commit()
        return found

    def decided(self, **values: Any) -> Decision:
        return Decision(**{"text": self.item.proposed_resolution, "outcome": UNANIMOUS, **values})


@pytest.fixture
def case(client: Client, light_papers: None) -> Case:
    return Case(client)


@pytest.fixture
def light_papers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Setting papers takes its time: here only that they are there and change with the text matters."""
    monkeypatch.setattr(concept_pdf, "as_pdf", lambda content: b"%PDF-1.7 " + repr(content.sections).encode())
    monkeypatch.setattr(synopsis_pdf, "as_pdf", lambda content: b"%PDF-1.7 " + content.synopsis.summary.encode())


@pytest.mark.slow
@pytest.mark.proves("C7", "C-19")
def test_draft_and_synopsis_lie_before_the_committee_as_accessible_pdf(client: Client) -> None:
    item = Case(client).submit()
    texts = [client.get(f"/unterlagen/{paper.id}").data for paper in item.papers]
    assert all(text.startswith(b"%PDF") and b"pdfuaid" in text for text in texts)
    assert len(texts) == 2


@pytest.mark.proves("F2", "C7")
def test_a_draft_is_submitted_with_all_it_needs_and_the_resolution_sets_it_in_force(
    case: Case, count_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    client, draft = case.client, case.draft
    item = case.submit()
    assert (draft.state, item.kind, item.topic.state) == (
        VersionState.SUBMITTED,
        ItemKind.DECISION,
        TopicState.SCHEDULED,
    )
    assert item.proposed_resolution == (
        "„KIM-Konzept“ wird in der vorgelegten Fassung „Fassung 2“ beschlossen. "
        "Diese Fassung gilt ab dem Tag des Beschlusses und löst „Fassung 1“ ab."
    )
    assert [p.title for p in item.papers] == ["Entwurf: Fassung 2", "Synopse: Fassung 1 und Fassung 2"]
    for page in (f"/themen/{item.topic_id}", f"/tagesordnungspunkte/{item.id}"):
        assert f'href="/fassungen/{draft.id}"' in client.get(page).text
    shown = client.get(f"/fassungen/{draft.id}").text
    assert f'href="/themen/{item.topic_id}"' in shown
    assert f'href="/tagesordnungspunkte/{item.id}"' in shown
    case.post("vorlegen", 422, place=f"g{case.committee.id}")

    (resolution,) = case.hold(None, case.decided(proviso="Zustimmung des Kreistags"))
    day = resolution.resolved_on.isoformat()
    assert (draft.state, draft.result, draft.proviso) == (
        VersionState.IN_FORCE, AdoptionResult.UNANIMOUS, "Zustimmung des Kreistags",
    )  # fmt: skip
    assert (draft.adopted_committee_id, draft.adopted_on, draft.in_force_from) == (case.committee.id, day, day)
    assert (case.old.state, case.old.ended_on) == (VersionState.SUPERSEDED, day)
    concept = client.get(f"/konzepte/{case.concept.id}").text
    assert f'href="/beschluesse/{resolution.id}"' in concept
    assert "Vorbehalt: Zustimmung des Kreistags" in concept
    assert f'href="/fassungen/{draft.id}"' in client.get(f"/beschluesse/{resolution.id}").text
    resolutions.cancel_resolution(resolution, "falsch gezählt", by=case.user)
    db.session.commit()
    assert draft.state is VersionState.IN_FORCE
    assert "(aufgehoben)" in client.get(f"/fassungen/{draft.id}").text
    pages = [f"/themen/{item.topic_id}", f"/tagesordnungspunkte/{item.id}", f"/fassungen/{draft.id}"]
    for page in (*pages, f"/konzepte/{case.concept.id}", f"/beschluesse/{resolution.id}"):
        db.session.expunge_all()
        with count_queries() as statements:
            assert client.get(page).status_code == 200
        assert len(statements) <= 12, (page, statements)


@pytest.mark.proves("F5")
def test_a_meeting_late_to_begin_still_takes_a_draft_and_one_of_yesterday_does_not(case: Case) -> None:
    address = f"/fassungen/{case.draft.id}/vorlegen"
    place = f'value="s{case.meeting.id}"'
    with time_machine.travel(case.meeting.starts_at + timedelta(minutes=10), tick=False):
        case.client.sign_in(case.user)
        assert place in case.client.get(address).text
    with time_machine.travel(case.meeting.starts_at + timedelta(days=1), tick=False):
        case.client.sign_in(case.user)
        page = case.client.get(address).text
        assert f'value="g{case.committee.id}"' in page
        assert place not in page


@pytest.mark.proves("F1", "F2")
def test_the_committee_gets_the_annexes_and_they_are_renewed_with_the_draft(client: Client, case: Case) -> None:
    def hand_in(name: str) -> None:
        data = {"upload": (io.BytesIO(b"%PDF-1.7"), name)}
        assert client.post(f"/fassungen/{case.draft.id}/anlagen", data=data).status_code == 303

    def lie_before() -> list[str]:
        db.session.expire_all()
        return [p.title for p in case.submission.topic.papers if p.withdrawn_at is None]

    hand_in("karte.pdf")
    case.submit()
    assert lie_before()[2:] == ["Anlage 1: karte"]
    client.post(f"/fassungen/{case.draft.id}/vorlage/bearbeiten")
    hand_in("liste.pdf")
    assert "ältere Synopse" in client.get(f"/fassungen/{case.draft.id}").text
    client.post(f"/fassungen/{case.draft.id}/vorlage/erneuern")
    assert lie_before()[2:] == ["Anlage 1: karte", "Anlage 2: liste"]
    assert case.draft.state is VersionState.SUBMITTED
    refused = client.post(f"/fassungen/{case.draft.id}/anlagen", data={"upload": (io.BytesIO(b"%PDF-1.7"), "x.pdf")})
    assert refused.status_code == 422


@pytest.mark.proves("F2")
def test_a_version_may_be_decided_for_a_day_to_come(case: Case) -> None:
    case.post("vorlegen", 422, place=f"s{case.meeting.id}", in_force_from="2023-12-31")  # before the one it follows
    assert case.draft.state is VersionState.DRAFT
    starts = today() + timedelta(days=90)
    case.submit(in_force_from=starts.isoformat())
    (resolution,) = case.hold(None, case.decided(outcome=ResolutionOutcome.CONSENSUS))
    assert (case.draft.state, case.draft.result) == (VersionState.ADOPTED, AdoptionResult.AGREED)
    assert (case.draft.in_force_from, case.old.state) == (starts.isoformat(), VersionState.IN_FORCE)
    assert case.submission.decided_on == resolution.resolved_on


@pytest.mark.proves("F6", "C7")
def test_the_meeting_warns_when_the_synopse_is_older_than_the_draft_and_one_click_renews_it(case: Case) -> None:
    client, item = case.client, case.submit()
    ready, warning = f"/sitzungen/{case.meeting.id}/bereitschaft", "Die Synopse ist älter als der Entwurf"
    assert warning not in client.get(ready).text
    section = db.session.query(ConceptSection).filter_by(version_id=case.draft.id, key="ziele").one()
    stands_still = client.get(f"/abschnitte/{section.id}")
    assert stands_still.location == f"/fassungen/{case.draft.id}"
    item.description += "\n\nUmfang und Kosten nennt die Kämmerei."
    db.session.commit()
    case.post("vorlage/bearbeiten")
    case.write("Viermal im Jahr.")
    drafts.add_section(case.draft, "Stellen", after=None, reason=None, by=case.user)
    db.session.commit()
    page = client.get(ready).text
    assert warning in page
    assert f'action="/fassungen/{case.draft.id}/vorlage/erneuern"' in page
    case.post("vorlage/erneuern")
    assert warning not in client.get(ready).text
    db.session.expire_all()
    for owner in (item, item.topic):
        assert [p.withdrawn_at is None for p in owner.papers] == [False, False, True, True]
    for words in (item.description, item.topic.purpose):
        assert "Umfang: 1 von 3 Abschnitten geändert · 1 neu · 0 entfallen." in words
    assert "Umfang und Kosten nennt die Kämmerei." in item.description
    assert case.draft.state is VersionState.SUBMITTED


def test_a_text_changed_after_it_was_submitted_is_adopted_only_by_hand(case: Case) -> None:
    case.submit()
    case.post("vorlage/beschluss", resolution=0)  # nothing is decided yet: says so and changes nothing
    assert (case.draft.state, case.submission.outcome) == (VersionState.SUBMITTED, None)
    case.post("vorlage/bearbeiten")
    case.write("Nach Bedarf.")
    (resolution,) = case.hold(None, case.decided())
    assert (case.draft.state, case.submission.waits_for_choice) == (VersionState.DRAFT, True)
    assert "vorlage/beschluss" in case.client.get(f"/fassungen/{case.draft.id}/entwurf").text
    case.post("vorlage/beschluss", resolution=resolution.id)
    assert (case.draft.state, case.submission.resolution_id) == (VersionState.IN_FORCE, resolution.id)
    case.post("vorlage/beschluss", resolution=resolution.id)  # done already: says so and changes nothing


def test_a_meeting_closes_although_the_draft_before_it_is_not_at_rest(case: Case) -> None:
    case.submit()
    case.post("vorlage/bearbeiten")
    section = db.session.query(ConceptSection).filter_by(version_id=case.draft.id, key="ziele").one()
    drafts.keep_late_text(section.id, "Zu spät.", revision=0, by_id=case.user.id)
    case.hold(None, case.decided(is_adopted=False, outcome=ResolutionOutcome.MAJORITY))
    assert (case.item.meeting.is_closed, case.submission.waits_for_choice) == (True, True)


def test_a_meeting_closes_although_the_draft_before_it_is_laid_open_for_comments(case: Case) -> None:
    case.submit()
    case.post("vorlage/bearbeiten")
    data = {"until": today().isoformat(), "committee_ids": [case.committee.id]}
    shown = html.fromstring(case.post("beteiligung", 200, **data)).xpath("//input[@name='shown']/@value")[0]
    case.post("beteiligung", **data, shown=shown, oeffnen="1")
    (resolution,) = case.hold(None, case.decided())
    assert (case.draft.state, case.submission.waits_for_choice) == (VersionState.CONSULTATION, True)
    assert "läuft noch eine Beteiligung" in case.post("vorlage/beschluss", 422, resolution=resolution.id)


def test_adopted_by_hand_meanwhile_it_only_gets_the_resolution_behind_it(case: Case) -> None:
    item = case.submit()
    case.post("beschluss", adopted_by="Kreistag", adopted_on="2026", result="unanimous")
    (resolution,) = case.hold(None, case.decided(text="Dem Kreistag wird zugestimmt."))
    assert (case.draft.state, case.submission.waits_for_choice) == (VersionState.IN_FORCE, True)
    assert f'href="/fassungen/{case.draft.id}/vorlage/beschluss"' in case.client.get(f"/fassungen/{case.draft.id}").text
    case.post("vorlage/beschluss", resolution=resolution.id)
    assert (case.draft.adopted_by, case.submission.outcome) == ("Kreistag", SubmissionOutcome.ADOPTED)
    assert f'href="/beschluesse/{resolution.id}"' in case.client.get(f"/konzepte/{case.concept.id}").text
    assert case.client.get(f"/tagesordnungspunkte/{item.id}").status_code == 200


def test_the_resolution_that_was_proposed_counts_else_somebody_says_which(case: Case) -> None:
    case.submit()
    other = Decision(text="Die Koordination prüft die Kosten.", outcome=UNANIMOUS)
    changed = Decision(text="Die Fassung gilt mit Änderungen.", outcome=UNANIMOUS)
    case.hold(None, other, changed)
    assert (case.draft.state, case.submission.waits_for_choice) == (VersionState.SUBMITTED, True)
    page = case.client.get(f"/fassungen/{case.draft.id}/vorlage/beschluss").text
    assert "Angenommen: Die Koordination prüft die Kosten." in page
    case.post("vorlage/beschluss", resolution=0)
    assert (case.draft.state, case.submission.outcome) == (VersionState.DRAFT, SubmissionOutcome.NOTED)
    case.meeting = make_meeting(case.committee)
    case.submit()
    case.hold(None, other)
    assert (case.draft.state, case.submission.waits_for_choice) == (VersionState.SUBMITTED, True)
    case.post("vorlage/beschluss", resolution=0)
    case.meeting = make_meeting(case.committee)
    case.submit()
    case.hold(None, other, case.decided(outcome=ResolutionOutcome.MAJORITY))
    assert (case.draft.state, case.draft.result) == (VersionState.IN_FORCE, AdoptionResult.ADOPTED)


@pytest.mark.proves("F2", "L-4")
def test_rejected_it_is_a_draft_again_postponed_it_stays_submitted_with_its_newest_papers(case: Case) -> None:
    first = case.submit()
    case.hold(ItemResult.POSTPONED)
    assert (case.draft.state, first.topic.state) == (VersionState.SUBMITTED, TopicState.ACCEPTED)
    case.post("vorlage/bearbeiten")
    case.write("Fünfmal im Jahr.")
    case.post("vorlage/erneuern")
    again = make_meeting(case.committee)
    path = f"/themen/{first.topic_id}/einplanen"
    assert case.client.post(path, data={"meetings": [again.id]}).status_code == 303
    assert (case.item.meeting_id, len(case.item.papers)) == (again.id, 2)
    assert case.item.proposed_resolution == first.proposed_resolution
    (resolution,) = case.hold(None, case.decided(is_adopted=False, outcome=ResolutionOutcome.MAJORITY))
    assert (case.draft.state, case.draft.result) == (VersionState.DRAFT, AdoptionResult.REJECTED)
    assert case.old.state is VersionState.IN_FORCE
    page = case.client.get(f"/fassungen/{case.draft.id}/entwurf").text
    assert "abgelehnt am" in page
    assert f'href="/beschluesse/{resolution.id}"' in page
    assert "Vorlegen …" in page
    case.submit(f"g{case.committee.id}")  # once more: what was decided before is named as what it was
    line = case.client.get(f"/konzepte/{case.draft.concept_id}").text.partition("noch keiner")[2][:300]
    assert f'href="/beschluesse/{resolution.id}"' in line
    assert "(abgelehnt)" in line


def test_withdrawn_it_is_a_draft_again_referred_it_lies_before_the_other_committee(case: Case) -> None:
    case.submit(f"g{case.committee.id}")
    topic = case.submission.topic
    assert topic.state is TopicState.ACCEPTED
    assert case.client.post(f"/themen/{topic.id}/zurueckziehen").status_code == 303
    assert (case.draft.state, case.submission.outcome) == (VersionState.DRAFT, SubmissionOutcome.WITHDRAWN)
    other = make_committee(name="Beirat")
    case.submit()
    case.hold(ItemResult.REFERRED, referred_to=other)
    assert (case.draft.state, case.submission.topic.committee_id) == (VersionState.SUBMITTED, other.id)
    assert case.submission.outcome is None
    assert "liegen hier noch nicht bei" not in case.client.get(f"/themen/{case.submission.topic_id}").text
    papers = case.submission.topic.papers
    assert [paper.concept_version_id for paper in papers] == [case.draft.id] * 2
    assert case.client.get(f"/unterlagen/{papers[0].id}").data.startswith(b"%PDF")
    case.post("vorlage/erneuern")  # nothing was written since: they stay
    assert len(case.submission.topic.papers) == 2


@pytest.mark.proves("D-12")
def test_what_is_confidential_leaks_neither_through_the_concept_nor_by_itself_into_its_history(case: Case) -> None:
    item = case.submit()
    item.is_public = item.topic.is_public = False
    (resolution,) = case.hold(None, case.decided(proviso="Wegen der Klage von X"))
    assert resolution.is_public is False
    assert (case.draft.state, case.submission.waits_for_choice) == (VersionState.SUBMITTED, True)
    outsider = make_user()
    case.post("vorlage/beschluss", resolution=resolution.id)
    assert case.draft.state is VersionState.IN_FORCE
    page = case.client.sign_in(outsider).get(f"/fassungen/{case.draft.id}").text
    for path in ("/beschluesse/", "/themen/", "/tagesordnungspunkte/", "Vorlage und Beschluss"):
        assert path not in page
    assert f"/beschluesse/{resolution.id}" not in case.client.get(f"/konzepte/{case.concept.id}").text


def test_a_confidential_concept_becomes_a_confidential_topic(client: Client, light_papers: None) -> None:
    case = Case(client, is_confidential=True)
    item = case.submit()
    assert (item.is_public, item.topic.is_public) == (False, False)
    case.hold(None, case.decided())
    assert case.draft.state is VersionState.IN_FORCE


def test_who_is_not_the_office_of_a_committee_proposes_and_nobody_else_submits(case: Case) -> None:
    office, holder = make_office_user(case.committee), make_member(case.committee)
    other = make_steering_group(name="Beirat", is_highest=False)
    make_mandate(make_seat(other), office.person)
    meeting = make_meeting(other)
    case.client.sign_in(holder)
    case.post("vorlegen", 404, place=f"g{case.committee.id}")
    case.client.sign_in(office)
    page = case.client.get(f"/fassungen/{case.draft.id}/vorlegen").text
    assert f'value="g{other.id}"' in page
    assert f'value="s{case.meeting.id}"' in page
    assert f'value="s{meeting.id}"' not in page
    case.submit(f"g{other.id}")
    assert case.submission.topic.state is TopicState.PROPOSED
    case.client.sign_in(holder)
    case.post("vorlegen", 403, place=f"g{case.committee.id}")


def test_there_is_one_draft_at_a_time(case: Case) -> None:
    answer = case.client.post(
        f"/konzepte/{case.concept.id}/fassungen/neu", data={"label": "Noch einer", "state": "draft"}
    )
    assert answer.status_code == 422
    assert "Es gibt schon einen Entwurf: „Fassung 2“." in answer.text


@pytest.mark.proves("F2", "E-11")
def test_a_draft_in_the_topic_store_may_be_decided_in_a_circular(case: Case) -> None:
    case.submit(place=f"g{case.committee.id}")
    topic = case.submission.topic
    assert "noch nicht entschieden" in case.client.get(
        f"/fassungen/{case.draft.id}/vorlage/beschluss", follow_redirects=True
    ).text  # fmt: skip
    other = make_committee()
    values = {"item": None, "outcome": UNANIMOUS, "resolved_on": today(), "year": 2026, "is_public": True}
    make(Resolution(committee=other, text="Anderes", number="X-B-2026-01", sequence_number=1, **values))
    made = make(Resolution(committee=case.committee, text="Beschlossen", number="LG-B-2026-09", sequence_number=9,
                           proviso="soweit Mittel da sind", **values))  # fmt: skip
    assert "Im Umlauf beschlossen" in case.client.get(f"/fassungen/{case.draft.id}").text
    assert "Anderes" not in case.client.get(f"/fassungen/{case.draft.id}/vorlage/beschluss").text
    case.post("vorlage/bearbeiten")
    case.post("vorlage/beschluss", 422, resolution=str(made.id))
    case.post("vorlage/erneuern")
    case.post("vorlage/beschluss", resolution=str(made.id))
    db.session.expire_all()
    assert (case.draft.state, case.draft.proviso) == (VersionState.IN_FORCE, "soweit Mittel da sind")
    assert (topic.state, case.submission.resolution_id) == (TopicState.DONE, made.id)


@pytest.mark.proves("F2")
def test_neither_the_concept_nor_its_topic_becomes_public_or_confidential_alone(
    client: Client, light_papers: None
) -> None:
    case = Case(client)
    case.submit()
    facts = {"title": case.concept.title, "kind": "concept", "committee_ids": [case.committee.id],
             "lead_committee_id": "", "is_confidential": "y"}  # fmt: skip
    page = html.fromstring(client.get(f"/konzepte/{case.concept.id}/bearbeiten").text)
    facts["version"] = page.xpath("//input[@name='version']/@value")[0]
    answer = client.post(f"/konzepte/{case.concept.id}/bearbeiten", data=facts)
    assert answer.status_code == 422
    assert "liegt öffentlich vor" in answer.text
    file = str(exported_file()).replace("title: KIM-Konzept\n", "title: KIM-Konzept\n    is_confidential: true\n")
    with pytest.raises(DomainError, match="liegt öffentlich vor"):
        import_structure(read_for_body(file.encode()), effective_on=today())
    db.session.rollback()
    case.concept.is_confidential = True
    db.session.commit()
    with pytest.raises(DomainError, match="nicht öffentlichen Konzepts"):
        demand_not_public(case.item.topic_id, is_public=True)
    item = case.item
    above = make_item(case.meeting, title="Konzepte", is_public=False)
    item.parent, item.is_public = above, False
    db.session.commit()
    with pytest.raises(DomainError, match="nicht öffentlichen Konzepts"):
        update_item(
            above, by=case.user, version=None, title=above.title, kind=above.kind, is_public=True, planned_minutes=None,
            rapporteur=None, description="", proposed_resolution="", internal_note=None,
        )  # fmt: skip


@pytest.mark.proves("F2")
def test_a_draft_just_taken_back_to_be_written_is_not_called_older(case: Case) -> None:
    case.submit()
    case.post("vorlage/bearbeiten")
    page = f"/fassungen/{case.draft.id}/entwurf"
    assert "ältere Synopse" not in case.client.get(page).text
    case.write("Viermal im Jahr.")
    assert "ältere Synopse" in case.client.get(page).text
