"""Work orders, gap reports and matters of the small county."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import current_app

from govern import files
from govern.actions import policies as actions
from govern.actions import policies_evaluations as evaluations
from govern.actions import policies_feedback as feedback_rules
from govern.actions import policies_gaps as gaps
from govern.actions import policies_local_bodies as local_rules
from govern.actions import policies_reports as report_rules
from govern.actions.models import (
    AnalysisLine,
    AuthorFeedback,
    ChainInterface,
    ChainPlace,
    ChainStation,
    ChainVersion,
    Effect,
    EvaluationAnswer,
    EvaluationRequest,
    EvaluationResult,
    EvaluationState,
    FeedbackNotice,
    FeedbackStage,
    FindingSort,
    ForwardingFile,
    GapReport,
    LocalBodyRegistration,
    Matter,
    MatterEvent,
    MatterEventKind,
    MatterPublication,
    MatterState,
    MatterTopic,
    MunicipalReport,
    MunicipalReportRecipient,
    NeedsAnalysis,
    OrderEvent,
    OrderEventKind,
    OrderFile,
    OrderReference,
    Project,
    ProjectReport,
    ProjectReportDay,
    RegistrationState,
    ServiceChain,
    StateForwarding,
    Verdict,
    WorkOrder,
    WorkOrderState,
)
from govern.committees.models import (
    Committee,
    CommitteeKind,
)
from govern.db import db, now
from govern.documents.models import Concept
from govern.documents.policies_concepts import can_view_concept
from govern.people.models import (
    Organisation,
    User,
)
from tests.factories import (
    make,
    make_committee,
    make_evaluation,
    make_gap_report,
    make_matter,
    make_topic,
    make_work_order,
)
from tests.world.roles import World


def add_orders(world: World, name: str, committee: Committee, organisation: Organisation) -> None:
    add_order(world, f"{name} organisation", committee, addressee_organisation=organisation)
    add_order(world, f"{name} seat", committee, addressee_seat=committee.seats[0])
    add_order(world, f"{name} committee", committee, addressee_committee=committee.parent)
    add_order(world, f"{name} draft", committee, state=WorkOrderState.DRAFT, number=None, year=None,
              sequence_number=None, issued_on=None, addressee_organisation=organisation)  # fmt: skip
    add_order(world, f"{name} accepted", committee, state=WorkOrderState.ACCEPTED, asked_due_on=date(2030, 1, 1),
              addressee_organisation=organisation)  # fmt: skip
    add_order(world, f"{name} declined", committee, state=WorkOrderState.DECLINED,
              addressee_organisation=organisation)  # fmt: skip
    add_order(world, f"{name} reported", committee, state=WorkOrderState.REPORTED_DONE, done_on=date(2026, 2, 1),
              addressee_organisation=organisation)  # fmt: skip
    add_order(world, f"{name} done", committee, state=WorkOrderState.ACKNOWLEDGED, done_on=date(2026, 2, 1),
              addressee_organisation=organisation)  # fmt: skip
    for stage in ("organisation", "draft"):
        for kind in ("open", "confidential"):
            refer_to_concept(world, f"{name} {stage}", f"{name} {kind}")


def refer_to_concept(world: World, order_name: str, concept_name: str) -> None:
    """A work order refers to a concept: told to whoever reads both."""
    order_id, concept_id = world.id_of(WorkOrder, order_name), world.id_of(Concept, concept_name)

    def reads(user: User) -> bool:
        order, concept = db.session.get_one(WorkOrder, order_id), db.session.get_one(Concept, concept_id)
        return actions.can_view(user, order) and can_view_concept(user, concept)

    make(OrderReference(work_order_id=order_id, concept_id=concept_id, section_key="a1",
                        section_title=f"Ziel {world.word(reads)}"))  # fmt: skip


def add_gaps(world: World, name: str, committee: Committee, organisation: Organisation) -> None:
    """Matters, shared and not, with reports of several authors; their words are for author and coordination."""
    shared = world.note(f"{name} shared", make_matter(shared_at=now()))
    internal = world.note(f"{name} internal", make_matter())
    topic = make_topic(committee)
    make(MatterTopic(matter=shared, topic=topic))
    for matter in (shared, internal):
        matter.title = f"Lücke {world.word_on(matter, gaps.can_view_matter)}"
        matter.summary = f"Worum {world.word_on(matter, gaps.can_view_matter)}"
        world.note(f"{name} {'shared' if matter is shared else 'internal'}", make_gap_event(matter, world))
    for role in ("case manager", "organisation", "holder"):
        author = db.session.get_one(User, world.users[role])
        for stage, matter in (("new", None), ("assigned", shared)):
            report = world.note(
                f"{name} {role} {stage}", make_gap_report(author, municipality=organisation, matter=matter)
            )
            report.texts[0].headline = f"Satz {world.word_on(report, gaps.can_view_report)}"
            report.texts[0].text = f"Wortlaut {world.word_on(report, gaps.can_view_report)}"
            report.author_function = world.word(lambda user: gaps.can_handle_reports(user))
            if matter is not None:
                add_feedback(world, name, matter, report)
    add_forwarding(world, name, shared)
    add_project(world, name, internal, committee)
    db.session.commit()


def add_local_bodies(world: World, name: str, municipality: Organisation) -> None:
    """One registration that waits and one that was declined; both are for the municipality and the coordination."""
    for state in ("waiting", "declined"):
        is_over = state == "declined"
        row = LocalBodyRegistration(
            municipality=municipality, name="x", kind=CommitteeKind.ROUND_TABLE, is_existing=True, purpose="x",
            function="x", state=RegistrationState(state), answer="x" if is_over else "",
            decided_at=now() if is_over else None,
        )  # fmt: skip
        world.note(f"{name} {state}", make(row))
        row.name = f"Tisch {world.word_on(row, local_rules.can_view_registration)}"
        row.purpose = f"Zweck {world.word_on(row, local_rules.can_view_registration)}"
    db.session.commit()


def add_publication(world: World) -> None:
    """A settled matter with a public text; what else the matter says stays where it is."""
    matter = make_matter(state=MatterState.SETTLED, closed_on=date(2026, 3, 1), shared_at=now())
    world.note("published", matter)
    matter.title = f"Lücke {world.word_on(matter, gaps.can_view_matter)}"
    matter.closing_note = f"Weil {world.word_on(matter, gaps.can_view_matter)}"
    make(MatterPublication(matter=matter, number=1, title="Gelöst", text="Das ist jetzt besser."))
    matter.body.publishes_matters = True


def add_needs_analysis(world: World, organisation: Organisation) -> None:
    """A version, which everybody reads who may report gaps."""
    line = AnalysisLine(position=1, sort=FindingSort.MISSING, action_field="language", text="Abendkurs")
    made = make(NeedsAnalysis(municipality_id=organisation.id, number=1, as_of=date(2026, 3, 1),
                              function="Koordination", lines=[line]))  # fmt: skip
    made.summary = f"Fazit {world.word(lambda user: gaps.can_report_gaps(user))}"


def add_service_chain(world: World, organisation: Organisation) -> None:
    """A chain, which everybody reads; its counts come from the matters above."""
    chain = make(ServiceChain(body_id=organisation.body_id))
    stations = [ChainStation(position=n, name=f"Station {n}", place=place) for n, place in enumerate(ChainPlace, 1)]
    stations[0].organisations = [organisation]
    version = make(ChainVersion(chain=chain, number=1, name="Vom Zuzug zum Kurs", stations=stations))
    make(ChainInterface(version_id=version.id, number=1, from_position=1, to_position=2, text="Zettel"))
    world.note("chain", chain)


def add_forwarding(world: World, name: str, matter: Matter) -> None:
    """A report to the Land with a paper; others read on the matter that it went there, not what it says."""
    row = world.note(
        f"{name} forwarded",
        make(StateForwarding(matter=matter, addressee="Ministerium", problem="x", effect="x", proposal="x",
                             forwarded_on=date(2026, 2, 1))),
    )  # fmt: skip
    row.problem = f"Was fehlt: {world.word_on(row, gaps.can_view_forwarding)}"
    folder = current_app.config["SETTINGS"].files
    stored = files.keep(folder, b"%PDF-1.7 geheim", "land.pdf", most_bytes=1_000)
    file = make(
        ForwardingFile(forwarding=row, file_name=stored.file_name, media_type=stored.media_type, size=stored.size,
                       sha256=stored.sha256, stored_name=stored.stored_name)
    )  # fmt: skip
    world.note(f"{name} forwarded", file)
    file.file_name = f"{world.word_on(file, gaps.can_view_forwarding_file)}.pdf"
    (folder / stored.stored_name).write_bytes(world.word_on(file, gaps.can_view_forwarding_file).encode())


def add_project(world: World, name: str, matter: Matter, committee: Committee) -> None:
    """A committee charged with a matter that is not shared, reporting to the one above, with a report."""
    made: list[int] = []

    def readable(user: User) -> bool:
        return gaps.can_view_project(user, db.session.get_one(Project, made[0]))

    project = make(
        Project(matter=matter, committee=committee, reports_to=committee.parent or make_committee(),
                mandate=f"Auftrag {world.word(readable)}", reason=f"Anlass {world.word(readable)}",
                starts_on=date(2026, 1, 1), due_on=date(2026, 12, 1),
                days=[ProjectReportDay(due_on=date(2026, 2, 1)), ProjectReportDay(due_on=date(2026, 12, 1))])
    )  # fmt: skip
    made.append(project.id)
    world.note(f"{name} charged", project)
    make(ProjectReport(project=project, day=project.days[0], reported_on=date(2026, 2, 1), function="x",
                       text=f"Bericht {world.word(readable)}"))  # fmt: skip


def add_municipal_reports(world: World, name: str, organisation: Organisation) -> None:
    """A report that was sent to one municipality, and a draft."""
    for stage, sent in (("draft", False), ("sent", True)):
        entry = {"key": "matter:0", "title": "Lücke", "facts": "", "text": ""}
        report = MunicipalReport(
            body_id=organisation.body_id, starts_on=date(2026, 1, 1), ends_on=date(2026, 6, 30), left_out=[],
            sent_at=now() if sent else None,
            content={"resolutions": [], "orders": [], "matters": [entry]} if sent else None,
            recipients=[MunicipalReportRecipient(organisation=organisation)] if sent else [],
        )  # fmt: skip
        world.note(f"{name} {stage}", make(report))
        report.foreword = f"Vorwort {world.word_on(report, report_rules.can_view_municipal_report)}"


def add_feedback(world: World, name: str, matter: Matter, report: GapReport) -> None:
    """What the author of one report was told; the others of the matter were not."""
    number = db.session.query(AuthorFeedback).filter_by(matter_id=matter.id).count() + 1
    told = make(AuthorFeedback(matter=matter, stage=FeedbackStage.DECIDED, number=number, text="x",
                               notices=[FeedbackNotice(report=report, is_wanted=True)]))  # fmt: skip
    world.note(f"{name} {report.number}", told)
    told.text = f"Rückmeldung {world.word_on(told, feedback_rules.can_view_feedback)}"


def add_evaluations(world: World, name: str, committee: Committee, organisation: Organisation) -> None:
    """Evaluations of a shared matter, asked and concluded; who was asked reads the question, the coordination all."""
    matter = make_matter(shared_at=now(), title="Lücke mit Wirkungsprüfung")
    planned = world.note(f"{name} planned", make_evaluation(matter))
    concluded = world.note(f"{name} concluded", make_evaluation(matter, state=EvaluationState.CONCLUDED))
    result = make(
        EvaluationResult(evaluation=concluded, number=1, effect=Effect.NONE, breaks_avoided=Verdict.NO,
                         offers_improved=Verdict.NO, process_improved=Verdict.UNKNOWN, reason="x",
                         compared_from=date(2026, 1, 1), compared_days=30, reports_before=9, reports_after=8,
                         decided_on=date(2026, 2, 1), function="Koordination")
    )  # fmt: skip
    result.reason = f"Ergebnis {world.word_on(concluded, evaluations.can_view_evaluation)}"
    for asked in ({"organisation": organisation}, {"committee": committee}):
        request = world.note(name, make(EvaluationRequest(evaluation=planned, **asked)))
        answer = make(
            EvaluationAnswer(request=request, number=1, breaks_avoided=Verdict.YES, offers_improved=Verdict.NO,
                             process_improved=Verdict.NO, function=request.label)
        )  # fmt: skip
        answer.offers_improved_note = f"Weil {world.word_on(request, evaluations.can_view_request)}"
    words = [world.word_on(request, evaluations.can_view_request) for request in planned.requests]
    both = world.word(lambda user: any(rule(user) for rule in (world.words[word] for word in words)))
    planned.asked_text = f"Worum es geht: {both}"


def make_gap_event(matter: Matter, world: World) -> MatterEvent:
    """A step only the coordination reads, with a reason."""
    event = make(MatterEvent(matter=matter, kind=MatterEventKind.REPORT_ADDED, function="Koordination"))
    event.reason = f"Grund {world.word(lambda user: gaps.can_handle_reports(user))}"
    return event


def add_order(world: World, name: str, committee: Committee, **values: Any) -> None:
    order = world.note(name, make_work_order(committee, **values))
    order.task = f"Bitte erledigen {world.word_on(order, actions.can_view)}"
    order.details = f"Einzelheiten {world.word_on(order, actions.can_view)}"
    event = OrderEvent(work_order=order, kind=OrderEventKind.REPORTED, noted_by_function="Koordination",
                       text=f"Stand {world.word_on(order, actions.can_view)}")  # fmt: skip
    make(event)
    hand_in(world, name, event)


def hand_in(world: World, name: str, event: OrderEvent) -> None:
    """A paper handed in with a report."""
    folder = current_app.config["SETTINGS"].files
    stored = files.keep(folder, b"%PDF-1.7 geheim", "bericht.pdf", most_bytes=1_000)
    file = make(
        OrderFile(work_order=event.work_order, event=event, file_name=stored.file_name, media_type=stored.media_type,
                  size=stored.size, sha256=stored.sha256, stored_name=stored.stored_name)
    )  # fmt: skip
    world.note(name, file)
    file.file_name = f"{world.word_on(file, actions.can_view_file)}.pdf"
    (folder / stored.stored_name).write_bytes(world.word_on(file, actions.can_view_file).encode())
