"""Read feedback to authors, and propose its texts from what everybody may know of a matter."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from govern.actions.models import (
    OPEN_STATES,
    AuthorFeedback,
    Evaluation,
    FeedbackChoice,
    FeedbackNotice,
    FeedbackStage,
    GapReport,
    Matter,
    MatterState,
    MatterStep,
    StateForwarding,
    WorkOrder,
    WorkOrderState,
)
from govern.actions.policies_feedback import feedback_viewable_by
from govern.actions.queries import chain_links
from govern.actions.queries.matters import Chain, debates_of
from govern.db import db
from govern.formats import date_text, one_line, today
from govern.meetings.models import MeetingState, Resolution
from govern.people.models import User

Stage = FeedbackStage
RECENT = timedelta(days=21)
"""So long what an author was told is news."""


@dataclass(frozen=True)
class Past:
    """What a matter went through that its chain does not hold: reports to the Land, and what its steps name."""

    forwardings: Sequence[StateForwarding]
    was_in_committee: bool
    was_decided: bool


def past_of(matter: Matter) -> Past:
    """The past of a matter, in one statement.

    That it went to the Land and was answered is told to everybody who reads the matter; what the answer says is not.
    """
    steps = sa.select(MatterStep.id).where(MatterStep.matter_id == matter.id)
    rows = db.session.execute(
        sa.select(
            steps.where(MatterStep.committee_id.is_not(None)).exists(),
            steps.where(MatterStep.resolution_id.is_not(None)).exists(),
            StateForwarding,
        )
        .select_from(Matter)
        .outerjoin(StateForwarding, StateForwarding.matter_id == Matter.id)
        .where(Matter.id == matter.id)
        .order_by(StateForwarding.id)
    ).all()
    forwardings: list[StateForwarding | None] = [row[2] for row in rows]
    return Past([one for one in forwardings if one is not None], rows[0][0], rows[0][1])


def proposals(matter: Matter, chain: Chain, past: Past, evaluations: Sequence[Evaluation]) -> dict[FeedbackStage, str]:
    """For each stage the matter has reached, a text made only of what is public; nothing confidential, no counts."""
    found = {Stage.BUNDLED: _bundled(matter)}
    all_topics, items = debates_of(chain)
    topics = [topic for topic in all_topics if topic.is_public]
    meetings = [item.meeting for item in items if item.is_public and item.meeting.state is not MeetingState.PREPARING]
    if topics or meetings:
        names = dict.fromkeys([t.committee.name for t in topics] + [m.committee.name for m in meetings])
        coming = [m for m in meetings if not m.is_closed]
        day = f" Beraten wird am {date_text(coming[0].starts_at)}." if coming else ""
        found[Stage.IN_COMMITTEE] = f"Ihr Hinweis ist Thema in: {', '.join(names)}.{day}"
    if decided := [r for r in chain.resolutions if _is_public(r)]:
        found[Stage.DECIDED] = "\n".join(
            f"{r.committee.name} hat beschlossen (Beschluss {r.number}): {one_line(r.text, 400)}" for r in decided
        )
    orders = [order for order in chain.orders if order.is_public]
    if orders:
        found[Stage.ORDERED] = f"Beauftragt {'ist' if len(orders) == 1 else 'sind'}:\n" + "\n".join(map(_order, orders))
    if sent := past.forwardings:
        found[Stage.FORWARDED] = "\n".join(
            f"Gemeldet an das Land ({f.addressee}) am {date_text(f.forwarded_on)}." for f in sent
        )
    finished = [f"Geantwortet hat {f.addressee} am {date_text(f.answered_on)}." for f in sent if f.answered_on]
    if done := [order for order in orders if order.state.is_done]:
        rest = " Weitere Aufträge laufen noch." if any(o.state in OPEN_STATES for o in orders) else ""
        finished.append("Erledigt: " + "; ".join(f"{o.task} ({o.addressee_label})" for o in done) + f".{rest}")
    if finished:
        found[Stage.DONE] = "\n".join(finished)
    checked = [e.result for e in evaluations if e.result is not None]
    if checked:
        found[Stage.EFFECT_CHECKED] = f"Die Wirkung ist geprüft: {checked[0].effect.label}. {checked[0].reason}"
    return found


def stages_reached(matter: Matter, chain: Chain, past: Past, proposed: Iterable[FeedbackStage]) -> set[FeedbackStage]:
    """The stages a matter has reached; beside those a text is proposed for also what happened out of the public eye."""
    there = {links.stage for links in chain.stages}
    told_by = {
        Stage.IN_COMMITTEE: there & {chain_links.Stage.TOPIC, chain_links.Stage.ITEM} or past.was_in_committee,
        Stage.DECIDED: chain.resolutions or past.was_decided,
        Stage.ORDERED: chain.orders or chain_links.Stage.PROJECT in there,
        Stage.FORWARDED: chain_links.Stage.FORWARDING in there,
        Stage.DONE: any(o.state.is_done for o in chain.orders) or matter.state is not MatterState.OPEN,
        Stage.EFFECT_CHECKED: any(o.state is WorkOrderState.EFFECT_CHECKED for o in chain.orders),
    }
    return {*proposed, *(stage for stage, something in told_by.items() if something)}


def list_of_matter(matter: Matter) -> Sequence[AuthorFeedback]:
    """What was released to the authors of a matter, the newest first; for the coordination."""
    return db.session.scalars(
        sa.select(AuthorFeedback).where(AuthorFeedback.matter_id == matter.id).order_by(AuthorFeedback.id.desc())
    ).all()


def list_of_report(user: User, report: GapReport) -> Sequence[AuthorFeedback]:
    """What the author of a report was told of it, the newest first."""
    told = sa.select(FeedbackNotice.feedback_id).where(FeedbackNotice.report_id == report.id)
    return db.session.scalars(
        sa.select(AuthorFeedback)
        .where(AuthorFeedback.id.in_(told), AuthorFeedback.revoked_at.is_(None), feedback_viewable_by(user))
        .order_by(AuthorFeedback.id.desc())
    ).all()


def is_news_for(user: User, since: datetime) -> sa.ColumnElement[bool]:
    """What ``user`` was told of own reports ``since`` a moment; the statement must join feedback and report."""
    return sa.and_(
        GapReport.author_id == user.id, FeedbackNotice.is_wanted, AuthorFeedback.revoked_at.is_(None),
        FeedbackNotice.told_at >= since,
    )  # fmt: skip


def list_authored_reports(matter: Matter) -> Sequence[GapReport]:
    """The reports of a matter whose authors still have an account."""
    return db.session.scalars(
        sa.select(GapReport)
        .where(GapReport.matter_id == matter.id, GapReport.author_id.is_not(None))
        .options(joinedload(GapReport.author))
        .order_by(GapReport.id)
    ).all()


def stages_wanted_by(authors: Sequence[int]) -> dict[int, set[str]]:
    """Author id → the stages chosen; who never chose is not in it."""
    rows = db.session.scalars(sa.select(FeedbackChoice).where(FeedbackChoice.user_id.in_(authors)))
    return {row.user_id: set(row.stages) for row in rows}


def choice_of(user: User) -> list[FeedbackStage]:
    """About which stages ``user`` wants to be told."""
    row = db.session.get(FeedbackChoice, user.id)
    return list(Stage) if row is None else [stage for stage in Stage if stage.value in row.stages]


def next_number(matter: Matter, stage: FeedbackStage) -> int:
    """The number of the next text of a stage."""
    last = db.session.scalar(
        sa.select(sa.func.max(AuthorFeedback.number)).where(
            AuthorFeedback.matter_id == matter.id, AuthorFeedback.stage == stage
        )
    )
    return (last or 0) + 1


def _bundled(matter: Matter) -> str:
    about = f"„{matter.title}“ ({matter.number})" if matter.is_public else matter.number
    return f"Ihr Hinweis gehört jetzt zu {about}. Die Koordination bereitet vor, wie es damit weitergeht."


def _is_public(resolution: Resolution) -> bool:
    stands = resolution.is_adopted and resolution.number is not None and resolution.cancelled_at is None
    return stands and resolution.is_public and (resolution.item is None or resolution.item.meeting.is_closed)


def _order(order: WorkOrder) -> str:
    due = f", bis {date_text(order.due_on)}" if order.due_on and order.due_on >= today() else ""
    return f"– {order.addressee_label}: {order.task}{due}"
