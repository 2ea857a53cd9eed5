"""What the coordination does with agreements: keep them, note states, texts and reviews; what happens by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from govern import files
from govern.db import db, fingerprint, now, sort_key
from govern.documents import mails
from govern.documents.models import (
    Agreement,
    AgreementKind,
    AgreementParty,
    AgreementReminder,
    AgreementReview,
    AgreementState,
    AgreementStep,
    AgreementVersion,
    PartyRole,
    ReminderOccasion,
)
from govern.documents.queries.agreements import list_looked_after, list_reminders, list_turning, reminder_addresses
from govern.documents.services.documents import Store, Upload
from govern.documents.services.titles import demand_title
from govern.errors import Conflict, DomainError
from govern.formats import partial_date, today
from govern.people.models import Body, User

FIELDS = frozenset({
    "title", "kind", "kind_words", "number", "valid_from", "valid_to", "review_on", "lead_days", "notice_period",
    "responsible_id", "responsible_person_id", "concept_id", "is_public", "note",
})  # fmt: skip
STALE = "Diese Vereinbarung wurde inzwischen geändert. Nichts wurde überschrieben."
Parties = Mapping[PartyRole, Sequence[int]]
"""Role → ids of the institutions, in their order."""


@dataclass(frozen=True)
class Turn:
    """A state, the day it came about, and why."""

    state: AgreementState
    taken_on: str | None
    reason: str | None = None


def create_agreement(body: Body, values: dict[str, Any], parties: Parties, turn: Turn, *, by: User | None) -> Agreement:
    """Begin to keep an agreement, in whatever state it is. Sent twice it is kept once."""
    db.session.execute(sa.select(Body.id).where(Body.id == body.id).with_for_update())  # a second click waits here
    known = _find_same(body.id, values, parties, turn)
    if known is not None:
        return known
    values = _check(body.id, values, parties, turn.state)
    _check_day(turn, None)
    agreement = Agreement(
        body_id=body.id, **values, sort_title=sort_key(values["title"]), state=turn.state, parties=_rows(parties)
    )
    agreement.created_by_id = by.id if by is not None else None
    db.session.add(agreement)
    db.session.flush()
    _note(agreement, turn, 1, by=by)
    return agreement


def _find_same(body_id: int, values: dict[str, Any], parties: Parties, turn: Turn) -> Agreement | None:
    title = " ".join(str(values.get("title") or "").split())
    wanted = _print({**values, "title": title}, _rows(parties))
    found = db.session.scalars(
        sa.select(Agreement)
        .where(Agreement.body_id == body_id, Agreement.title == title, Agreement.state == turn.state)
        .order_by(Agreement.id)
    ).all()
    return next((one for one in found if version_of(one) == wanted), None)


def version_of(agreement: Agreement) -> str:
    """What a form for an agreement is based on."""
    return _print({name: getattr(agreement, name) for name in FIELDS}, agreement.parties)


def _print(values: dict[str, Any], parties: Sequence[AgreementParty]) -> str:
    rows = [(p.role.value, p.organisation_id) for p in parties]
    return fingerprint([values.get(name) for name in sorted(FIELDS)], rows)


def update_agreement(agreement: Agreement, values: dict[str, Any], parties: Parties, *, version: str, by: User) -> None:
    """Change what is known of an agreement; one in force whose end turns out to be past has run out.

    Raises Conflict when somebody saved since ``version``.
    """
    _lock(agreement)
    db.session.refresh(agreement, [*FIELDS, "state", "parties"])
    if version != version_of(agreement):
        raise Conflict(STALE)
    values = _check(agreement.body_id, values, parties, agreement.state, itself=agreement.id)
    for name, value in values.items():
        setattr(agreement, name, value)
    agreement.sort_title = sort_key(agreement.title)
    there = {party.organisation_id: party for party in agreement.parties}
    wanted = _rows(parties)
    for row in wanted:
        if (party := there.get(row.organisation_id)) is not None:
            party.role, party.position = row.role, row.position
    kept = {row.organisation_id for row in wanted}
    agreement.parties = [p for p in agreement.parties if p.organisation_id in kept] + [
        row for row in wanted if row.organisation_id not in there
    ]
    _touch(agreement)
    db.session.flush()
    if agreement.state is AgreementState.IN_FORCE:
        _turn(agreement, today(), by=by)


def change_state(agreement: Agreement, turn: Turn, *, after: int, by: User) -> AgreementStep:
    """Note that an agreement came into another state; ``after`` so many steps, which the person saw."""
    _lock(agreement)
    db.session.refresh(agreement, ["state", "valid_from", "valid_to", "steps"])
    if after != len(agreement.steps):
        raise Conflict(f"Der Stand ist inzwischen „{agreement.state.label}“. Nichts wurde überschrieben.")
    if turn.state not in agreement.state.following:
        raise DomainError(
            f"Von „{agreement.state.label}“ führt kein Weg nach „{turn.state.label}“.", field="state"
        )  # fmt: skip
    _check_term(turn.state, agreement.valid_from, agreement.valid_to)
    _check_day(turn, next((step.taken_on for step in reversed(agreement.steps) if step.taken_on), None))
    agreement.state = turn.state
    _touch(agreement)
    return _note(agreement, turn, after + 1, by=by)


def add_text(
    agreement: Agreement, values: dict[str, Any], *, upload: Upload | None, store: Store, after: int, by: User | None
) -> AgreementVersion:
    """Add a version of the text: a file, words, or both; ``after`` so many versions. Earlier ones stay."""
    _lock(agreement)
    number = _count(AgreementVersion, agreement)
    if after != number:
        raise Conflict("Inzwischen wurde eine andere Fassung abgelegt. Bitte prüfen Sie, ob Ihre noch fehlt.")
    text = str(values.get("text") or "").strip() or None
    if text is None and upload is None:
        raise DomainError("Bitte eine Datei wählen oder den Text einfügen.", field="upload")
    row = AgreementVersion(
        agreement_id=agreement.id, number=number + 1, label=" ".join(str(values.get("label") or "").split()),
        status_date=values.get("status_date"), is_signed=bool(values.get("is_signed")), note=values.get("note"),
        text=text, added_by_id=by.id if by is not None else None,
    )  # fmt: skip
    if not row.label:
        raise DomainError("Bitte angeben, wie die Fassung heißt.", field="label")
    if upload is not None:
        try:
            stored = files.keep(store.folder, upload.data, upload.name, most_bytes=store.most_bytes)
        except DomainError as error:
            raise DomainError(str(error), field="upload") from error
        row.stored_name, row.file_name, row.media_type = stored.stored_name, stored.file_name, stored.media_type
        row.size, row.sha256 = stored.size, stored.sha256
    db.session.add(row)
    db.session.flush()
    return row


def record_review(
    agreement: Agreement, reviewed_on: date, outcome: str, next_on: date | None, *, after: int, by: User | None
) -> AgreementReview:
    """Note that an agreement was reviewed, with which result, and when it is to be looked at again."""
    _lock(agreement)
    number = _count(AgreementReview, agreement)
    if after != number:
        raise Conflict("Inzwischen wurde eine andere Überprüfung festgehalten.")
    if reviewed_on > today():
        raise DomainError("Der Tag liegt in der Zukunft.", field="reviewed_on")
    if not outcome.strip():
        raise DomainError("Bitte das Ergebnis kurz festhalten.", field="outcome")
    if next_on is not None and next_on <= reviewed_on:
        raise DomainError("Die nächste Überprüfung liegt nach dieser.", field="next_on")
    row = AgreementReview(agreement_id=agreement.id, number=number + 1, reviewed_on=reviewed_on,
                          outcome=outcome.strip(), next_on=next_on,
                          noted_by_id=by.id if by is not None else None)  # fmt: skip
    is_latest = not db.session.scalar(
        sa.select(sa.func.count()).select_from(AgreementReview)
        .where(AgreementReview.agreement_id == agreement.id, AgreementReview.reviewed_on > reviewed_on)
    )  # fmt: skip
    db.session.add(row)
    if is_latest:  # one noted later of an earlier day says nothing of what comes next
        agreement.review_on = next_on
    _touch(agreement)
    db.session.flush()
    return row


def follow_up_agreements(day: date) -> None:
    """Put signed agreements in force and let those in force run out, by their term; remind of reviews and ends."""
    for agreement in list_turning(day):
        _turn(agreement, day)
    db.session.flush()
    told = {(r.agreement_id, r.occasion, r.day, r.lead_days) for r in list_reminders()}
    for agreement in list_looked_after():
        for occasion, due in _due(agreement, day):
            if (agreement.id, occasion, due, agreement.lead_days) in told:
                continue
            addresses = reminder_addresses(agreement)
            if not addresses:  # nobody can be reached today: it stays due
                continue
            db.session.add(AgreementReminder(agreement_id=agreement.id, occasion=occasion, day=due,
                                             lead_days=agreement.lead_days, sent_on=day))  # fmt: skip
            mails.remind_of_agreement(agreement, occasion, addresses)
    db.session.flush()


def _turn(agreement: Agreement, day: date, *, by: User | None = None) -> None:
    turns = []
    if agreement.state is AgreementState.SIGNED:
        turns.append(Turn(AgreementState.IN_FORCE, agreement.valid_from, "Beginn der Laufzeit"))
    if agreement.is_past_its_end(day):
        turns.append(Turn(AgreementState.EXPIRED, agreement.valid_to, "Ende der Laufzeit"))
    for turn in turns:
        agreement.state = turn.state
        _touch(agreement)
        _note(agreement, turn, _count(AgreementStep, agreement) + 1, by=by)


def _due(agreement: Agreement, day: date) -> list[tuple[ReminderOccasion, str]]:
    found = []
    if agreement.review_on is not None and agreement.is_review_due(day):
        found.append((ReminderOccasion.REVIEW, agreement.review_on.isoformat()))
    if agreement.valid_to is not None and agreement.ends_soon(day):
        found.append((ReminderOccasion.END, agreement.valid_to))
    return found


def _check(
    body_id: int, values: dict[str, Any], parties: Parties, state: AgreementState, *, itself: int | None = None
) -> dict[str, Any]:
    title = demand_title(values, FIELDS)
    if values.get("kind") is AgreementKind.OTHER and not values.get("kind_words"):
        raise DomainError("Bitte angeben, was für eine Vereinbarung es ist.", field="kind_words")
    _check_parties(parties)
    start, end = values.get("valid_from"), values.get("valid_to")
    if start and end and start > Agreement(valid_to=end).last_day:
        raise DomainError("Das Ende liegt vor dem Beginn.", field="valid_to")
    _check_term(state, start, end if itself is None else None)
    number = values.get("number")
    if number and itself is not None:  # of two who type the same one at once, the second waits here
        db.session.execute(sa.select(Body.id).where(Body.id == body_id).with_for_update())
    taken = sa.select(Agreement.title).where(Agreement.body_id == body_id, Agreement.number == number,
                                             Agreement.id != (itself or 0))  # fmt: skip
    if number and (other := db.session.scalar(taken)):
        raise DomainError(f"Dieses Aktenzeichen trägt schon „{other}“.", field="number")
    return {**values, "title": title}


def _check_parties(parties: Parties) -> None:
    seen: set[int] = set()
    for role in PartyRole:
        for identity in parties.get(role, ()):
            if identity in seen:
                raise DomainError("Eine Institution steht nur in einer Rolle.", field=f"{role.value}_ids")
            seen.add(identity)
    if not seen:
        raise DomainError("Bitte mindestens eine Institution nennen.", field="partner_ids")


def _check_term(state: AgreementState, valid_from: str | None, valid_to: str | None) -> None:
    if state is not AgreementState.IN_FORCE:
        return
    if valid_from is not None and valid_from > today().isoformat():
        raise DomainError(
            f"Die Laufzeit beginnt erst: {partial_date(valid_from)}. Bis dahin ist der Stand „unterzeichnet oder "
            "erlassen“; dann tritt sie von selbst in Kraft.", field="valid_from",
        )  # fmt: skip
    if Agreement(valid_to=valid_to).is_past_its_end(today()):
        raise DomainError(f"Die Laufzeit endete {partial_date(valid_to)}: Sie kann nicht in Kraft sein. "
                          "Bitte zuerst das Ende anpassen.", field="valid_to")  # fmt: skip


def _check_day(turn: Turn, before: str | None) -> None:
    if turn.taken_on is None:
        return
    if turn.taken_on[:10] > today().isoformat()[: len(turn.taken_on)]:
        raise DomainError("Der Tag liegt in der Zukunft.", field="taken_on")
    length = min(len(turn.taken_on), len(before or ""))
    is_earlier = before is not None and turn.taken_on[:length] < before[:length]
    if is_earlier and turn.state is not AgreementState.IN_FORCE:  # which may be from before it was signed
        raise DomainError(f"Der Tag liegt vor dem letzten Stand ({partial_date(before)}).", field="taken_on")


def _rows(parties: Parties) -> list[AgreementParty]:
    pairs = [(role, identity) for role in PartyRole for identity in parties.get(role, ())]
    return [AgreementParty(organisation_id=i, role=role, position=place) for place, (role, i) in enumerate(pairs, 1)]


def _note(agreement: Agreement, turn: Turn, number: int, *, by: User | None) -> AgreementStep:
    step = AgreementStep(agreement_id=agreement.id, number=number, state=turn.state, taken_on=turn.taken_on,
                         reason=turn.reason, noted_by_id=by.id if by is not None else None)  # fmt: skip
    db.session.add(step)
    db.session.flush()
    return step


def _touch(agreement: Agreement) -> None:
    agreement.changed_at, agreement.revision = now(), agreement.revision + 1


def _lock(agreement: Agreement) -> None:
    db.session.execute(sa.select(Agreement.id).where(Agreement.id == agreement.id).with_for_update())


def _count(model: type[AgreementStep | AgreementVersion | AgreementReview], agreement: Agreement) -> int:
    counted = sa.select(sa.func.count()).select_from(model).where(model.agreement_id == agreement.id)
    return db.session.scalar(counted) or 0


def count_texts(agreement: Agreement) -> int:
    """How many versions of its text there are."""
    return _count(AgreementVersion, agreement)


def count_reviews(agreement: Agreement) -> int:
    """How many reviews are noted."""
    return _count(AgreementReview, agreement)
