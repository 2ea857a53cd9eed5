"""Forward to the Land what nobody here can solve, note its answer, tell the coordination when it is late."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from govern import files
from govern.actions.mails import forwardings as mails
from govern.actions.models import ForwardingFile, Matter, StateForwarding, StepKind
from govern.actions.queries.forwardings import list_late
from govern.actions.queries.matter_steps import Way, load_way, options_of
from govern.actions.queries.order_mailboxes import coordination_mailboxes
from govern.actions.services.matter_steps import Move, check_resolution, take_step
from govern.actions.small_numbers import demand_no_small_numbers
from govern.committees.models import RouteStep, StepPlace
from govern.db import SENT_TWICE, db, now
from govern.errors import Conflict, DomainError
from govern.formats import today
from govern.meetings.models import Resolution
from govern.meetings.services.papers import PaperStore, Upload, check_uploads
from govern.people.models import User


@dataclass(frozen=True, kw_only=True)
class Forwarding:
    """What goes to the Land."""

    addressee: str
    problem: str
    effect: str
    proposal: str
    forwarded_on: date
    answer_due_on: date | None = None
    resolution: Resolution | None = None


def forward_to_state(
    matter: Matter, wanted: Forwarding, uploads: Sequence[Upload], store: PaperStore, *, by: User
) -> StateForwarding:
    """Forward a matter; where its route knows a step to the Land, the matter takes it, with the resolution it needs.

    A form sent twice is one forwarding: the one that is there is returned.
    """
    db.session.execute(sa.select(Matter.id).where(Matter.id == matter.id).with_for_update())
    db.session.refresh(matter, ["state", "version"])
    if not matter.is_open:
        raise Conflict(f"Die Lücke ist inzwischen im Stand „{matter.state.label}“.")
    _check(wanted)
    for name, words in (("title", matter.title), ("problem", wanted.problem), ("effect", wanted.effect)):
        demand_no_small_numbers(words, matter.body.small_count_threshold, name)
    if (sent := _just_sent(matter, wanted, uploads)) is not None:
        return sent
    needs_resolution = _take_the_step(matter, wanted, by=by)
    row = StateForwarding(
        matter_id=matter.id, addressee=wanted.addressee.strip(), problem=wanted.problem.strip(),
        effect=wanted.effect.strip(), proposal=wanted.proposal.strip(), needs_resolution=needs_resolution,
        resolution_id=wanted.resolution.id if wanted.resolution else None, forwarded_on=wanted.forwarded_on,
        answer_due_on=wanted.answer_due_on, created_by_id=by.id,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    _keep(row, uploads, store, is_answer=False)
    return row


def _just_sent(matter: Matter, wanted: Forwarding, uploads: Sequence[Upload]) -> StateForwarding | None:
    said = {"addressee": wanted.addressee.strip(), "problem": wanted.problem.strip(), "effect": wanted.effect.strip(),
            "proposal": wanted.proposal.strip(), "forwarded_on": wanted.forwarded_on,
            "answer_due_on": wanted.answer_due_on,
            "resolution_id": wanted.resolution.id if wanted.resolution else None}  # fmt: skip
    found = db.session.scalars(
        sa.select(StateForwarding)
        .filter_by(matter_id=matter.id, **said)
        .where(StateForwarding.created_at >= now() - SENT_TWICE)
        .order_by(StateForwarding.id)
    ).all()
    sent = sorted(files.digest(upload.data) for upload in uploads)
    return next((row for row in found if sorted(f.sha256 for f in row.files if not f.is_answer) == sent), None)


def record_answer(
    forwarding: StateForwarding, answered_on: date, answer: str, uploads: Sequence[Upload], store: PaperStore,
    *, version: int, by: User,
) -> None:  # fmt: skip
    """Note what the Land answered, with its letter."""
    statement = sa.select(StateForwarding.id).where(StateForwarding.id == forwarding.id)
    db.session.execute(statement.with_for_update())
    db.session.refresh(forwarding, ["version", "answered_on", "answer"])
    if version != forwarding.version:
        raise Conflict("Zu dieser Meldung wurde inzwischen etwas anderes festgehalten.")
    if forwarding.answered_on is not None:
        raise Conflict("Die Antwort ist schon festgehalten.")
    if not answer.strip():
        raise DomainError("Bitte den Inhalt der Antwort kurz festhalten.", field="answer")
    if not forwarding.forwarded_on <= answered_on <= today():
        raise DomainError("Bitte einen Tag von der Weiterleitung bis heute angeben.", field="answered_on")
    forwarding.answered_on, forwarding.answer = answered_on, answer.strip()
    db.session.flush()
    _keep(forwarding, uploads, store, is_answer=True)


def follow_up_forwardings(day: date) -> None:
    """Once for each forwarding tell the coordination that its answer is late."""
    for forwarding in list_late(day):
        forwarding.reminded_on = day
        mails.tell_late(forwarding, coordination_mailboxes(forwarding.matter.body_id))
    db.session.flush()


def _check(wanted: Forwarding) -> None:
    for name, value in (("addressee", wanted.addressee), ("problem", wanted.problem), ("effect", wanted.effect),
                        ("proposal", wanted.proposal)):  # fmt: skip
        if not value.strip():
            raise DomainError("Bitte ausfüllen: Das Land braucht es.", field=name)
    if wanted.forwarded_on > today():
        raise DomainError("Der Tag liegt in der Zukunft.", field="forwarded_on")
    if wanted.answer_due_on is not None and wanted.answer_due_on < wanted.forwarded_on:
        raise DomainError("Die Antwort kann nicht vor der Weiterleitung erbeten sein.", field="answer_due_on")


def _take_the_step(matter: Matter, wanted: Forwarding, *, by: User) -> bool:
    """Take the step to the Land where the route has one that is still ahead; True if it needs a resolution."""
    way = load_way(matter)
    step = next((step for step in way.steps if step.place is StepPlace.STATE), None)
    if step is None:
        check_resolution(wanted.resolution, matter, wanted.forwarded_on, is_needed=False)
        return False
    check_resolution(wanted.resolution, matter, wanted.forwarded_on, is_needed=step.needs_resolution)
    if way.taken[-1].step_id != step.id:
        move = Move(
            step_id=step.id, kind=_kind(matter, way, step), taken_on=wanted.forwarded_on, resolution=wanted.resolution,
            reason=f"Weitergeleitet an: {wanted.addressee.strip()}",
        )  # fmt: skip
        take_step(matter, move, after=len(way.taken), by=by)
    return step.needs_resolution


def _kind(matter: Matter, way: Way, step: RouteStep) -> StepKind:
    for option in options_of(matter, way):
        if option.step.id == step.id and option.kind in (StepKind.FORWARD, StepKind.SHORTCUT):
            return option.kind
    raise DomainError(
        f"Von „{way.taken[-1].step.name}“ führt der Weg nicht an das Land. Bitte zuerst die Schritte davor festhalten."
    )


def _keep(forwarding: StateForwarding, uploads: Sequence[Upload], store: PaperStore, *, is_answer: bool) -> None:
    check_uploads(uploads, store)
    for upload in uploads:
        stored = files.keep(store.folder, upload.data, upload.name, most_bytes=store.most_bytes)
        db.session.add(
            ForwardingFile(
                forwarding_id=forwarding.id, is_answer=is_answer, file_name=stored.file_name,
                media_type=stored.media_type, size=stored.size, sha256=stored.sha256, stored_name=stored.stored_name,
            )
        )  # fmt: skip
    db.session.flush()
