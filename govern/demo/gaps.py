"""Gap reports and matters of the demo, filed, bundled and dated back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import yaml

from govern.actions.models import (
    ChainPlace,
    Effect,
    FeedbackStage,
    Frequency,
    GapKind,
    GapReport,
    LocalOutcome,
    Matter,
    MatterEventKind,
    MatterState,
    MatterTopic,
    ReportSource,
    StepKind,
    Verdict,
)
from govern.actions.periods import Period
from govern.actions.queries.matter_steps import (
    committees_for,
    load_way,
    options_of,
    own_resolution_ids,
)
from govern.actions.queries.municipal_reports import propose_period
from govern.actions.services import (
    evaluations,
    feedback,
    forwardings,
    gap_reports,
    matters,
    municipal_reports,
    projects,
)
from govern.actions.services.gap_reports import Report
from govern.actions.services.matter_steps import Move, take_step
from govern.actions.services.matters import Classification
from govern.committees.models import RuleKind, StepPlace
from govern.committees.queries.procedures import procedure_of
from govern.db import db
from govern.demo.meetings import Surroundings
from govern.demo.texts import Text
from govern.formats import at, local, today
from govern.meetings.models import Resolution, ResolutionOutcome, Topic
from govern.meetings.queries.resolutions import adopted_resolutions
from govern.meetings.services.resolutions import Decision, record_past_resolution
from govern.overview.services.figures import release_figures
from govern.people.models import User

FILE = Path(__file__).with_name("gaps.yaml")
SOURCES = {"case_manager": ReportSource.CASE_WORK, "organisation": ReportSource.MUNICIPALITY,
           "member": ReportSource.WORKING_CIRCLE}  # fmt: skip


def make_gaps(around: Surroundings, accounts: Mapping[str, User]) -> None:
    """Everything that `gaps.yaml` describes."""
    data: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    for text in data["matters"]:
        _make_matter(around, accounts, text)
    for text in data["ways"]:
        if text["county"] == accounts["coordinator"].body.key:
            _make_matter(around, accounts, text)
    period = _last_half_year(min(around.today, today()))
    for text in data["settled"]:
        _make_settled(around, accounts, text, period)
    release_figures(accounts["coordinator"].body, period, by=accounts["coordinator"])
    for text in data["inbox"]:
        _report(around, accounts, text, text["field"], text["kind"])
    municipal_reports.draft_report(
        *propose_period(), " ".join(data["foreword"].split()), confirmation=gap_reports.Confirmation(),
        by=accounts["coordinator"],
    )  # fmt: skip


def _make_matter(around: Surroundings, accounts: Mapping[str, User], text: Text) -> None:
    by = accounts["coordinator"]
    start, end = text["law"]
    reports = [
        _report(around, accounts, each, text["field"], text["kind"], law=(start, end)) for each in text["reports"]
    ]
    wanted = Classification(
        title=text["title"], summary=" ".join(text["summary"].split()), action_field=text["field"],
        gap_kind=GapKind(text["kind"]), legal_area_from=start, legal_area_to=end, target_group=text["group"],
        chain_place=ChainPlace(text["place"]),
    )  # fmt: skip
    bundled = max(report.reported_at for report in reports) + timedelta(days=9)
    matter = matters.create_matter(wanted, reports, by=by, begun_on=local(bundled).date())
    db.session.flush()
    if text.get("shared"):
        matters.share_matter(matter, by=by)
    topic = db.session.scalars(sa.select(Topic).where(Topic.title == text.get("topic", ""))).first()
    if topic is not None:
        matter.topics.append(MatterTopic(topic=topic, created_by_id=by.id))
    db.session.flush()
    db.session.refresh(matter, ["events"])
    for report in reports:
        db.session.refresh(report, ["events"])
    matter.created_at = bundled
    for event in matter.events:
        event.happened_at = bundled
        for step in event.report.events[1:] if event.report is not None else ():
            step.happened_at = event.happened_at
        if event.kind is MatterEventKind.SHARED:
            event.happened_at = bundled + timedelta(days=14)
    db.session.flush()
    _walk(around, matter, text.get("way", []), by)
    _go_on(around, accounts, matter, text)


def _make_settled(around: Surroundings, accounts: Mapping[str, User], text: Text, period: Period) -> None:
    """A matter that was reported, bundled and settled within ``period``."""
    by, froms = accounts["coordinator"], list(SOURCES)
    towns = [town for town, amount in text["counts"].items() for _ in range(amount)]
    bundled, settled_on = period.ends_on - timedelta(days=40), period.ends_on - timedelta(days=8)
    span = (bundled - period.starts_on).days - 9
    reports = []
    for number, town in enumerate(towns):
        day = period.starts_on + timedelta(days=number * 37 % span)  # spread, the same in every demo
        each = {"days": (around.today - day).days, "from": froms[number % len(froms)], "town": town, "often": "several",
                "headline": text["headlines"][number % len(text["headlines"])]}  # fmt: skip
        reports.append(_report(around, accounts, each, text["field"], text["kind"]))
    wanted = Classification(
        title=text["title"], summary=text["summary"], action_field=text["field"], gap_kind=GapKind(text["kind"]),
        target_group=text["group"], chain_place=ChainPlace(text["place"]),
    )  # fmt: skip
    matter = matters.create_matter(wanted, reports, by=by, begun_on=bundled)
    matters.share_matter(matter, by=by)
    matters.close_matter(matter, MatterState.SETTLED, text["note"], by=by)
    moment, end = (at(day, time(10)) for day in (bundled, settled_on))
    matter.created_at, matter.shared_at, matter.closed_on = moment, moment, settled_on
    db.session.refresh(matter, ["events"])
    for event in matter.events:
        event.happened_at = end if event.kind is MatterEventKind.SETTLED else moment
    for report in reports:
        db.session.refresh(report, ["events"])
        for step in report.events[1:]:
            step.happened_at = moment
    db.session.flush()
    if "evaluation" in text:
        _evaluate(around, matter, text["evaluation"], settled_on, by)


def _evaluate(around: Surroundings, matter: Matter, text: Text, since: date, by: User) -> None:
    """Everybody who was asked has answered, and the coordination has said what it found."""
    day, none = max(around.today, today()), gap_reports.Confirmation()
    planned = evaluations.plan_evaluation(matter, day, since, by=by)
    asked = {around.organisations[key]: verdicts for key, verdicts in text["answers"].items()}
    evaluations.ask_for_answers(planned, asked, text["about"], day, confirmation=none, by=by)
    for request in planned.requests:
        assert request.organisation is not None  # noqa: S101 - only organisations are asked
        given = evaluations.Answers(verdicts=_verdicts(asked[request.organisation]))
        evaluations.answer_request(request, given, seen="0", by=by, for_others=True)
    finding = evaluations.Finding(
        effect=Effect(text["effect"]), verdicts=_verdicts(text["verdicts"]), reason=text["reason"], confirmation=none
    )
    evaluations.conclude(planned, finding, by=by)


def _verdicts(text: Mapping[str, str]) -> dict[str, Verdict]:
    return {name: Verdict(value) for name, value in text.items()}


def _last_half_year(day: date) -> Period:
    """The half-year that ended last before ``day``."""
    return Period(day.year, 1) if day.month > 6 else Period(day.year - 1, 2)


def _go_on(around: Surroundings, accounts: Mapping[str, User], matter: Matter, text: Text) -> None:
    """What a matter led to so far."""
    by = accounts["coordinator"]
    if "project" in text:
        _charge_group(around, matter, text["project"], by)
    if "forwarding" in text:
        _forward(around, matter, text["forwarding"], by)
    if "shortcut" in text:
        _cut_short(around, matter, text["shortcut"], by)
    if "solved" in text:
        _solve(around, matter, text["solved"], by)
    if "feedback" in text:
        feedback.release_feedback(
            matter,
            FeedbackStage.IN_COMMITTEE,
            text["feedback"],
            reached=[FeedbackStage.IN_COMMITTEE],
            confirmation=gap_reports.Confirmation(),
            by=by,
        )
    if "evaluation" in text:
        _plan_evaluation(around, accounts, matter, text["evaluation"])


def _charge_group(around: Surroundings, matter: Matter, text: Text, by: User) -> None:
    """A project group with its mandate, one report given and one due soon; where a resolution is needed, with it."""
    if around.today > today():
        return  # where a test loads a year to come, nothing has been reported yet
    above, started = around.committees["highest"], around.today - timedelta(days=text["since"])
    known = [r for r in adopted_resolutions(by, [above.id]) if r.resolved_on <= started]
    own = set(own_resolution_ids(matter))
    resolution = next((r for r in known if r.id in own), None)
    charge = projects.Charge(
        name=text["name"], parent=above, organisations=[around.organisations[key] for key in text["towns"]],
        mandate=" ".join(text["mandate"].split()), resolution=resolution, reports_to=above,
        reason="" if resolution else "Auftrag der Koordination", starts_on=started,
        due_on=around.today + timedelta(days=text["due"]),
        report_days=[around.today + timedelta(days=days) for days in text["days"]],
        confirmation=gap_reports.Confirmation(known=[o.name for o in around.organisations.values()]),
    )  # fmt: skip
    if resolution is None and procedure_of(above, today()).is_on(RuleKind.SUBGROUP_RESOLUTION):
        return
    project = projects.charge_group(matter, charge, by=by)
    projects.note_report(project, project.days[0].id, project.days[0].due_on, text["report"], None,
                         confirmation=gap_reports.Confirmation(), by=by)  # fmt: skip


def _forward(around: Surroundings, matter: Matter, text: Text, by: User) -> None:
    """What cannot be solved here goes to the Land, which has answered; with the resolution its route asks for."""
    if around.today > today():
        return
    sent_on, resolution = around.today - timedelta(days=text["days"]), None
    if any(step.place is StepPlace.STATE for step in load_way(matter).steps):
        for ahead in (5, 4, 3, 2):  # up to where it may go to the Land
            if not any(option.step.place is StepPlace.STATE for option in options_of(matter, load_way(matter))):
                _walk(around, matter, [text["days"] + ahead], by)
        resolution = record_past_resolution(
            around.committees["highest"], Decision(text=text["resolution"], outcome=ResolutionOutcome.CONSENSUS),
            resolved_on=sent_on - timedelta(days=1), is_public=True, number=f"LG {sent_on.year}/7", by=by,
        )  # fmt: skip
    wanted = forwardings.Forwarding(
        addressee=text["addressee"], problem=text["problem"], effect=text["effect"], proposal=text["proposal"],
        forwarded_on=sent_on, answer_due_on=sent_on + timedelta(days=42), resolution=resolution,
    )  # fmt: skip
    sent = forwardings.forward_to_state(matter, wanted, [], around.store, by=by)
    forwardings.record_answer(sent, sent_on + timedelta(days=17), text["answer"], [], around.store,
                              version=sent.version, by=by)  # fmt: skip


def _plan_evaluation(around: Surroundings, accounts: Mapping[str, User], matter: Matter, text: Text) -> None:
    """Two municipalities are asked whether it has helped; one has answered."""
    by = accounts["coordinator"]
    day = max(around.today, today())  # nothing can be planned for the past, where a test loads an older year
    due = day + timedelta(days=text["due"])
    planned = evaluations.plan_evaluation(matter, due, day - timedelta(days=text["since"]), by=by)
    towns = [around.organisations[key] for key in text["towns"]]
    evaluations.ask_for_answers(
        planned, towns, " ".join(text["about"].split()), due - timedelta(days=5),
        confirmation=gap_reports.Confirmation(known=[town.name for town in towns]), by=by,
    )  # fmt: skip
    given = evaluations.Answers(verdicts=_verdicts(text["verdicts"]), notes=text["notes"])
    evaluations.answer_request(planned.requests[0], given, seen="0", by=by, for_others=False)


def _walk(around: Surroundings, matter: Matter, days: Sequence[int], by: User) -> None:
    """Take the matter along the route of its county, one step so many days ago each, as far as it goes."""
    if around.today > today():
        return  # where a test loads a year to come, no step has been taken yet
    for ago in days:
        way = load_way(matter)
        onwards = [option for option in options_of(matter, way) if option.kind is StepKind.FORWARD]
        option = next((option for option in onwards if not option.step.is_optional), None)
        resolution = next((r for id in own_resolution_ids(matter) if (r := db.session.get(Resolution, id))), None)
        if option is None or (option.step.needs_resolution and (resolution is None or resolution.number is None)):
            return
        is_local = way.taken[-1].step.is_local
        move = Move(
            step_id=option.step.id, kind=option.kind, taken_on=around.today - timedelta(days=ago),
            committee=next(iter(committees_for([option], matter)), None),
            outcome=LocalOutcome.UNSOLVED if is_local else None,
            reason="Vor Ort fehlen dafür die Mittel." if is_local else "",
            resolution=resolution if option.step.needs_resolution else None,
        )  # fmt: skip
        take_step(matter, move, after=len(way.taken), by=by)


def _cut_short(around: Surroundings, matter: Matter, text: Text, by: User) -> None:
    """Straight to a later step of the route, with the reason why."""
    way = load_way(matter)
    option = next((option for option in options_of(matter, way) if option.kind is StepKind.SHORTCUT), None)
    if option is None or around.today > today():
        return
    move = Move(
        step_id=option.step.id, kind=option.kind, taken_on=around.today - timedelta(days=text["days"]),
        committee=next(iter(committees_for([option], matter)), None), reason=text["reason"],
    )  # fmt: skip
    take_step(matter, move, after=len(way.taken), by=by)


def _solve(around: Surroundings, matter: Matter, text: Text, by: User) -> None:
    """What was solved where it lay goes no further."""
    matters.close_matter(matter, MatterState.SETTLED, text["note"], by=by)
    matter.closed_on = around.today - timedelta(days=text["days"])
    db.session.refresh(matter, ["events"])
    for event in matter.events:
        if event.kind is MatterEventKind.SETTLED:
            event.happened_at = at(matter.closed_on, time(10))
    db.session.flush()


def _report(around: Surroundings, accounts: Mapping[str, User], text: Text, field: str, kind: str,
            law: tuple[str | None, str | None] = (None, None)) -> GapReport:  # fmt: skip
    # Aachen and Paderborn name fewer municipalities than the example needs; institutions in their place are no place.
    town = around.organisations[text["town"]] if text["town"] else None
    place = town if town is not None and town.is_municipality else None
    report = gap_reports.report_gap(
        Report(
            source=SOURCES[text["from"]], action_field=field, gap_kind=GapKind(kind),
            frequency=Frequency(text["often"]), headline=text["headline"], text=text.get("text", ""),
            municipality_id=place.id if place is not None else None, legal_area_from=law[0], legal_area_to=law[1],
        ),
        by=accounts[text["from"]],
    )  # fmt: skip
    _date_back(report, at(around.today - timedelta(days=text["days"]), time(10, 20)))
    return report


def _date_back(report: GapReport, moment: datetime) -> None:
    report.reported_at = report.texts[0].written_at = report.events[0].happened_at = moment
    db.session.flush()
