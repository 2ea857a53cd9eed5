"""Release feedback to the authors of a matter, stage by stage (E6). Nobody else learns who they are."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import sqlalchemy as sa

from govern.actions.mails import feedback as mails
from govern.actions.models import AuthorFeedback, FeedbackChoice, FeedbackNotice, FeedbackStage, Matter, MatterState
from govern.actions.queries import feedback as queries
from govern.actions.redaction import plain
from govern.actions.services.gap_reports import Confirmation, demand_harmless
from govern.actions.small_numbers import demand_no_small_numbers
from govern.db import SENT_TWICE, db, now
from govern.errors import Conflict, DomainError
from govern.people.models import User


def release_feedback(
    matter: Matter, stage: FeedbackStage, text: str, *, reached: Collection[FeedbackStage], confirmation: Confirmation,
    by: User,
) -> AuthorFeedback:  # fmt: skip
    """Let the authors of the reports in a matter read ``text``; who cares about the stage gets a mail without contents.

    An author with several reports in the matter gets one mail; a form sent twice is one text. Nobody is told of a stage
    that is not among the ones ``reached``.
    """
    db.session.execute(sa.select(Matter.id).where(Matter.id == matter.id).with_for_update())
    db.session.refresh(matter, ["state"])
    if matter.state is MatterState.MERGED:
        raise Conflict("Die Lücke ist in einer anderen aufgegangen.")
    if stage not in reached:
        raise DomainError(
            f"„{stage.heading}“ ist bei dieser Lücke noch nicht festgehalten. Bitte einen erreichten Schritt wählen.",
            field="stage",
        )
    text = plain(text)
    if not text:
        raise DomainError("Bitte schreiben Sie, was die Meldenden lesen sollen.", field="text")
    demand_no_small_numbers(text, matter.body.small_count_threshold, "text")
    kinds = demand_harmless(text, confirmation, "text")
    just_sent = sa.select(AuthorFeedback).where(
        AuthorFeedback.matter_id == matter.id, AuthorFeedback.stage == stage, AuthorFeedback.text == text,
        AuthorFeedback.revoked_at.is_(None), AuthorFeedback.released_at >= now() - SENT_TWICE,
    )  # fmt: skip
    if (sent := db.session.scalars(just_sent).first()) is not None:
        return sent
    made = AuthorFeedback(
        matter=matter, stage=stage, number=queries.next_number(matter, stage), text=text, confirmed_kinds=kinds,
        confirm_reason=confirmation.reason if kinds else None, released_by_id=by.id,
    )  # fmt: skip
    reports = queries.list_authored_reports(matter)
    authors = {report.author.id: report.author for report in reports if report.author is not None}
    chosen = queries.stages_wanted_by(list(authors))
    wants = {identity for identity in authors if stage.value in chosen.get(identity, {stage.value})}
    made.notices = [FeedbackNotice(report=report, is_wanted=report.author_id in wants) for report in reports]
    db.session.add(made)
    db.session.flush()
    mails.tell_authors([authors[identity] for identity in sorted(wants)], matter.body)
    db.session.flush()
    return made


def revoke_feedback(feedback: AuthorFeedback, *, by: User) -> None:
    """Take a feedback back: the authors do not read it any more; the coordination still does."""
    if feedback.revoked_at is not None:
        raise Conflict("Die Rückmeldung ist schon zurückgenommen.")
    feedback.revoked_at = now()
    db.session.flush()


def choose_stages(stages: Iterable[FeedbackStage], *, by: User) -> None:
    """About which stages ``by`` wants to be told from now on."""
    row = db.session.get(FeedbackChoice, by.id)
    if row is None:
        row = FeedbackChoice(user_id=by.id)
        db.session.add(row)
    row.stages = sorted({stage.value for stage in stages})
    db.session.flush()
