"""Evaluations: planned from the chain, asked, answered apart, concluded, adjusted both ways (D8)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from govern.actions.models import (
    QUESTIONS,
    Adjustment,
    Effect,
    Evaluation,
    EvaluationAnswer,
    EvaluationEvent,
    EvaluationRequest,
    EvaluationResult,
    EvaluationState,
    Matter,
    MatterState,
    MatterTopic,
    Verdict,
    WorkOrder,
    WorkOrderState,
)
from govern.actions.services.evaluations import follow_up_evaluations
from govern.actions.services.matters import merge_matters
from govern.committees.models import OfficerRole
from govern.db import db, now
from govern.formats import today
from govern.mail import OutgoingMail
from govern.meetings.models import MeetingState, Topic, TopicInput
from govern.people.models import Role
from tests.conftest import Client
from tests.factories import (
    make,
    make_committee,
    make_coordinator,
    make_evaluation,
    make_gap_report,
    make_item,
    make_matter,
    make_meeting,
    make_member,
    make_municipality,
    make_officer,
    make_resolution,
    make_user,
    make_work_order,
)

pytestmark = pytest.mark.usefixtures("app")
VERDICTS = {"breaks_avoided": "yes", "offers_improved": "no", "process_improved": "unknown"}


def decided_matter(**order: Any) -> tuple[Matter, WorkOrder]:
    """A matter with topic, resolution and a finished order."""
    matter, committee = make_matter(shared_at=now()), make_committee()
    topic = Topic(committee=committee, title="Thema zur Lücke", input_kind=TopicInput.BUNDLED_GAPS)
    make(MatterTopic(matter=matter, topic=topic))
    item = make_item(make_meeting(committee, state=MeetingState.PREPARING), topic=topic)
    resolution = make_resolution(item, text="Es wird beschlossen.", number="LG 1/2026")
    values = {"state": WorkOrderState.ACKNOWLEDGED, "done_on": today() - timedelta(days=40), **order}
    return matter, make_work_order(committee, item=item, resolution=resolution, **values)


def asked_evaluation(*organisations: Any) -> Evaluation:
    evaluation = make_evaluation(due_on=today(), compared_from=today() - timedelta(days=30), asked_text="Kita-Zugang",
                                 answers_until=today())  # fmt: skip
    for organisation in organisations:
        make(EvaluationRequest(evaluation=evaluation, organisation=organisation))
    return evaluation


@pytest.mark.proves("D8", "L-5")
def test_an_evaluation_is_planned_with_the_day_the_order_names(client: Client) -> None:
    day = today() + timedelta(days=60)
    matter, order = decided_matter(effect_check_on=day)
    client.sign_in(make_coordinator())
    page = client.get(f"/luecken/{matter.id}/wirkungspruefung").text
    assert day.isoformat() in page
    assert order.number in page
    sent = {"due_on": day.isoformat(), "compared_from": order.done_on.isoformat() if order.done_on else ""}
    answer = client.post(f"/luecken/{matter.id}/wirkungspruefung", data=sent)
    assert answer.status_code == 303
    assert client.post(f"/luecken/{matter.id}/wirkungspruefung", data=sent).location == answer.location  # sent twice
    evaluation = db.session.scalars(sa.select(Evaluation)).one()
    assert (evaluation.due_on, evaluation.work_order_id) == (day, order.id)
    assert f"/wirkungspruefungen/{evaluation.id}" in client.get(f"/luecken/{matter.id}").text
    assert f"/luecken/{matter.id}" in client.get(f"/wirkungspruefungen/{evaluation.id}").text
    late = sent | {"compared_from": (day + timedelta(days=1)).isoformat()}
    assert client.post(f"/luecken/{matter.id}/wirkungspruefung", data=late).status_code == 422


@pytest.mark.proves("D8")
def test_a_moved_day_stays_in_the_history_and_a_stale_save_is_refused(client: Client) -> None:
    evaluation = asked_evaluation()
    client.sign_in(make_coordinator())
    new = today() + timedelta(days=30)
    sent = {"due_on": new.isoformat(), "compared_from": evaluation.compared_from.isoformat(), "reason": "Ferien",
            "version": str(evaluation.version)}  # fmt: skip
    assert client.post(f"/wirkungspruefungen/{evaluation.id}/termin", data=sent).status_code == 303
    event = db.session.scalars(sa.select(EvaluationEvent)).one()
    assert (event.due_before, event.due_after, event.text) == (today(), new, "Ferien")
    assert client.post(f"/wirkungspruefungen/{evaluation.id}/termin", data=sent).status_code == 409


@pytest.mark.proves("D8")
def test_those_who_are_asked_get_a_mail_without_contents_and_see_only_their_own_answer(client: Client) -> None:
    ours, theirs = make_municipality(email="post@juelich.example"), make_municipality(email="post@linnich.example")
    evaluation = make_evaluation(make_matter(title="Geheimer Titel"), due_on=today(), compared_from=today())
    client.sign_in(make_coordinator())
    sent = {"organisation_ids": [ours.id, theirs.id], "text": "Zugang zur Kita im Sommer",
            "until": (today() + timedelta(days=9)).isoformat()}  # fmt: skip
    assert client.post(f"/wirkungspruefungen/{evaluation.id}/befragen", data=sent).status_code == 303
    mails = db.session.scalars(sa.select(OutgoingMail).order_by(OutgoingMail.to_address)).all()
    assert [mail.to_address for mail in mails] == ["post@juelich.example", "post@linnich.example"]
    assert not any(word in mail.text + mail.subject for mail in mails for word in ("Titel", "Kita"))
    mine, other = db.session.scalars(sa.select(EvaluationRequest).order_by(EvaluationRequest.id))
    client.sign_in(make_user(Role.ORGANISATION, organisation=ours))
    assert f"/wirkungsbefragungen/{mine.id}" in client.get("/").text
    page = client.get(f"/wirkungsbefragungen/{mine.id}").text
    assert "Zugang zur Kita im Sommer" in page
    assert "Geheimer Titel" not in page
    given = VERDICTS | {"seen": "0", "offers_improved_note": "Zu wenige Plätze"}
    assert client.post(f"/wirkungsbefragungen/{mine.id}", data=given).status_code == 303
    assert client.post(f"/wirkungsbefragungen/{mine.id}", data=given).status_code == 409
    assert client.post(f"/wirkungsbefragungen/{mine.id}", data=given | {"seen": "1"}).status_code == 303
    assert [answer.number for answer in db.session.get_one(EvaluationRequest, mine.id).answers] == [1, 2]
    assert client.get(f"/wirkungsbefragungen/{other.id}").status_code == 404
    assert client.get(f"/wirkungspruefungen/{evaluation.id}").status_code == 404
    client.sign_in(make_user(Role.ORGANISATION, organisation=theirs))
    assert "Zu wenige Plätze" not in client.get(f"/wirkungsbefragungen/{other.id}").text
    client.sign_in(make_coordinator())
    assert "Zu wenige Plätze" in client.get(f"/wirkungspruefungen/{evaluation.id}").text


@pytest.mark.proves("D8", "L-15")
def test_the_guard_looks_at_answers(client: Client) -> None:
    ours = make_municipality()
    evaluation = asked_evaluation(ours)
    client.sign_in(make_user(Role.ORGANISATION, organisation=ours))
    path = f"/wirkungsbefragungen/{evaluation.requests[0].id}"
    given = VERDICTS | {"seen": "0", "breaks_avoided_note": "Rufen Sie 0170 1234567 an."}
    assert client.post(path, data=given).status_code == 422
    assert not evaluation.requests[0].answers
    confirmed = given | {"confirmed": ["phone"], "confirm_reason": "general"}
    assert client.post(path, data=confirmed).status_code == 303


@pytest.mark.proves("D8")
def test_the_chair_answers_for_a_committee(client: Client) -> None:
    committee = make_committee()
    evaluation = asked_evaluation()
    request = make(EvaluationRequest(evaluation=evaluation, committee=committee))
    member = make_member(committee)
    assert client.sign_in(member).get(f"/wirkungsbefragungen/{request.id}").status_code == 404
    chair = make_member(make_committee())
    assert chair.person is not None
    make_officer(committee, chair.person, OfficerRole.CHAIR)
    client.sign_in(chair)
    given = VERDICTS | {"seen": "0", "wants_adjustment": "y"}
    assert client.post(f"/wirkungsbefragungen/{request.id}", data=given).status_code == 303
    assert db.session.get_one(EvaluationRequest, request.id).answers[0].wants_adjustment


@pytest.mark.proves("D8", "D-50", "D-52")
def test_reports_before_and_after_are_frozen_with_the_result_and_rounded_for_others(client: Client) -> None:
    matter = make_matter(shared_at=now())
    evaluation = make_evaluation(matter, due_on=today(), compared_from=today() - timedelta(days=10))
    for days in (12, 13, 14, 15, 16, 17, 18, 3, 2):
        make_gap_report(matter=matter, reported_at=now() - timedelta(days=days))
    make_gap_report(matter=matter, reported_at=now() - timedelta(days=90))
    coordinator, reader = make_coordinator(), make_user(Role.CASE_MANAGER)
    client.sign_in(coordinator)
    sent = VERDICTS | {"effect": "partly", "reason": "Seltener, aber nicht vorbei."}
    assert client.post(f"/wirkungspruefungen/{evaluation.id}/ergebnis", data=sent).status_code == 303
    result = db.session.scalars(sa.select(EvaluationResult)).one()
    assert (result.reports_before, result.reports_after, result.compared_days) == (7, 2, 11)
    make_gap_report(matter=matter)
    assert ">7 Meldungen<" in client.get(f"/wirkungspruefungen/{evaluation.id}").text
    page = client.sign_in(reader).get(f"/wirkungspruefungen/{evaluation.id}").text
    assert "rund 5 Meldungen" in page
    assert "unter 5 Meldungen" in page
    assert ">7 Meldungen<" not in page
    assert "Werte unter 5 sind aus Datenschutzgründen nicht ausgewiesen" in page
    client.sign_in(coordinator)
    again = sent | {"effect": "none", "reason": "Doch nicht."}
    assert client.post(f"/wirkungspruefungen/{evaluation.id}/berichtigen", data=again).status_code == 303
    results = db.session.scalars(sa.select(EvaluationResult).order_by(EvaluationResult.number)).all()
    assert [(r.effect, r.reports_before) for r in results] == [(Effect.PARTLY, 7), (Effect.NONE, 7)]
    assert client.post(f"/wirkungspruefungen/{evaluation.id}/ergebnis", data=sent).status_code == 403


@pytest.mark.proves("D8", "L-5")
def test_an_adjustment_begins_a_topic_a_matter_or_an_order_and_leads_back(client: Client) -> None:
    matter, order = decided_matter()
    matter.state, matter.closed_on = MatterState.SETTLED, today()
    evaluation = make_evaluation(matter)
    client.sign_in(make_coordinator())
    base = f"/wirkungspruefungen/{evaluation.id}"
    assert client.get(f"{base}/nachsteuern").status_code == 403
    sent = VERDICTS | {"effect": "none", "reason": "Es kam niemand an."}
    client.post(f"{base}/ergebnis", data=sent)
    assert client.get(f"{base}/nachsteuern").status_code == 200
    made = client.post(f"{base}/nachsteuern/wieder-aufnehmen", data={"order_id": order.id, "reason": "Noch einmal"})
    assert made.status_code == 303
    assert db.session.get_one(WorkOrder, order.id).state is WorkOrderState.IN_PROGRESS
    further = {"task": "Plätze freihalten", "addressee": f"organisation:{make_municipality().id}", "priority": "normal"}
    made = client.post(f"{base}/nachsteuern/auftrag?beschluss={order.resolution_id}", data=further)
    assert made.status_code == 303
    made = client.post(f"{base}/nachsteuern/luecke", data={"title": "Was noch fehlt", "summary": ""})
    assert made.status_code == 303
    committee = make_committee()
    made = client.post(f"{base}/nachsteuern/thema", data={"committee_id": committee.id, "purpose": "Noch einmal"})
    assert made.status_code == 303
    assert db.session.get_one(Matter, matter.id).state is MatterState.OPEN
    page = client.get(base).text
    rows = db.session.scalars(sa.select(Adjustment).order_by(Adjustment.id)).all()
    assert len(rows) == 4
    for row in rows:
        path = (f"/luecken/{row.matter_id}" if row.matter_id else f"/themen/{row.topic_id}" if row.topic_id
                else f"/arbeitsauftraege/{row.work_order_id}")  # fmt: skip
        assert f'href="{path}"' in page
        assert f'href="{base}"' in client.get(path).text


@pytest.mark.proves("D8")
def test_effective_means_no_adjustment_and_a_cancelled_one_keeps_its_reason(client: Client) -> None:
    good, dropped = asked_evaluation(), asked_evaluation()
    client.sign_in(make_coordinator())
    client.post(f"/wirkungspruefungen/{good.id}/ergebnis", data=VERDICTS | {"effect": "effective", "reason": "Wirkt."})
    assert client.get(f"/wirkungspruefungen/{good.id}/nachsteuern/thema").status_code == 403
    assert client.post(f"/wirkungspruefungen/{dropped.id}/absagen", data={"reason": ""}).status_code == 422
    assert client.post(f"/wirkungspruefungen/{dropped.id}/absagen", data={"reason": "Erledigt"}).status_code == 303
    assert db.session.get_one(Evaluation, dropped.id).state is EvaluationState.CANCELLED
    assert "Erledigt" in client.get(f"/wirkungspruefungen/{dropped.id}").text


@pytest.mark.proves("D8", "D7", "W-29")
def test_the_day_comes_up_by_itself_and_only_those_without_answer_are_reminded() -> None:
    coordinator = make_coordinator()
    late, done = make_municipality(email="spaet@muster.example"), make_municipality(email="da@muster.example")
    evaluation = asked_evaluation(late, done)
    evaluation.requests[1].answers = [_answer(evaluation.requests[1])]
    db.session.flush()
    for _twice in range(2):
        follow_up_evaluations(today() + timedelta(days=1))
    mails = db.session.scalars(sa.select(OutgoingMail.to_address).order_by(OutgoingMail.id)).all()
    assert sorted(mails) == sorted([coordinator.email, "spaet@muster.example"])


@pytest.mark.proves("D8", "W-32")
def test_a_planned_evaluation_moves_with_the_merged_matter() -> None:
    kept, other = make_matter(), make_matter()
    make_evaluation(kept)
    planned, concluded = make_evaluation(other), make_evaluation(other, state=EvaluationState.CONCLUDED)
    merge_matters(kept, other, by=make_coordinator())
    assert (planned.matter_id, planned.number) == (kept.id, 2)
    assert concluded.matter_id == other.id


@pytest.mark.proves("D8")
def test_pages_on_the_way_to_effect_cost_at_most_twelve_statements(client: Client, count_queries: Any) -> None:
    matter, order = decided_matter()
    evaluation = make_evaluation(matter, due_on=today(), answers_until=today(), asked_text="Kita-Zugang")
    for _asked in range(3):
        request = make(EvaluationRequest(evaluation=evaluation, organisation=make_municipality()))
        make_gap_report(matter=matter)
    make(EvaluationAnswer(request=request, number=1, **dict.fromkeys(QUESTIONS, Verdict.NO), function="Kommune"))
    client.sign_in(make_coordinator())
    base = f"/wirkungspruefungen/{evaluation.id}"
    about = f"/luecken/{matter.id}"
    paths = ["/wirkungspruefungen", base, f"{base}/befragen", f"{base}/ergebnis", about, f"{about}/rueckmeldung",
             f"/wirkungsbefragungen/{request.id}", f"/arbeitsauftraege/{order.id}"]  # fmt: skip
    for path in paths:
        db.session.expunge_all()
        with count_queries() as statements:
            assert client.get(path).status_code == 200
        assert len(statements) <= 12, (path, "\n".join(statements))


def _answer(request: EvaluationRequest) -> EvaluationAnswer:
    verdicts = dict.fromkeys(QUESTIONS, Verdict.YES)
    return EvaluationAnswer(number=1, **verdicts, function=request.label)
