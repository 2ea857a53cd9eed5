"""Versions of concepts: record them by hand, give them a text, freeze it, set one in force, note where it was sent."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

import sqlalchemy as sa

from govern.db import db, fingerprint, now
from govern.documents.models import (
    OPEN_STATES,
    AdoptionResult,
    Concept,
    ConceptSection,
    ConceptSending,
    ConceptVersion,
    Consultation,
    LateText,
    VersionState,
)
from govern.documents.queries.concepts import list_due
from govern.documents.queries.sections import sections_of
from govern.documents.rendering import checksum, new_key, reading_order, render_text
from govern.documents.sections import Tree, words_in
from govern.errors import Conflict, DomainError
from govern.formats import partial_date, today
from govern.people.models import User

FIELDS = frozenset(
    {"label", "status_date", "state", "adopted_by", "adopted_committee_id", "adopted_on", "result", "proviso",
     "in_force_from", "ended_on", "note", "source"}
)  # fmt: skip
DECIDED = frozenset({VersionState.ADOPTED, VersionState.IN_FORCE, VersionState.SUPERSEDED})
"""States in which a text is never changed again."""
WRITTEN_ELSEWHERE = frozenset({VersionState.DRAFT, VersionState.CONSULTATION, VersionState.SUBMITTED})
STALE = "Diese Fassung wurde inzwischen geändert. Nichts wurde überschrieben."


def lock(concept_id: int) -> None:
    """One change of the history of a concept at a time."""
    db.session.execute(sa.select(Concept.id).where(Concept.id == concept_id).with_for_update())


def record_version(
    concept: Concept, values: dict[str, Any], *, text: Tree = (), by: User | None,
    with_text: Callable[[ConceptVersion], None] | None = None,
) -> ConceptVersion:  # fmt: skip
    """Record a version by hand, also one of the past; without a text only the fact is kept (F1, F2).

    ``with_text`` adds what else belongs to its text, before that may be frozen.
    """
    _check(values)
    lock(concept.id)
    _require_one_draft(concept.id, None, values.get("state"))
    version = ConceptVersion(concept_id=concept.id, number=_next_number(concept), created_by_id=by.id if by else None,
                             **{**values, "state": VersionState.NOT_STATED})  # fmt: skip
    db.session.add(version)
    db.session.flush()
    add_text(version, text)
    if with_text is not None:
        with_text(version)
    _take_state(version, values.get("state") or VersionState.NOT_STATED)
    db.session.flush()
    return version


def fingerprint_of(version: ConceptVersion) -> str:
    """What a form for the facts of a version is based on."""
    return fingerprint([getattr(version, name) for name in sorted(FIELDS)])


def update_version(version: ConceptVersion, values: dict[str, Any], *, seen: str, by: User) -> None:
    """Correct the facts of a version; its frozen text stays. Raises Conflict when somebody saved since ``seen``."""
    lock(version.concept_id)
    db.session.refresh(version, [*FIELDS, "frozen_at"])
    if seen != fingerprint_of(version):
        raise Conflict(STALE)
    state = values.get("state", version.state)
    _check({**{name: getattr(version, name) for name in FIELDS}, **values})
    if version.frozen_at is not None and state in WRITTEN_ELSEWHERE:
        raise DomainError("Der Text dieser Fassung steht fest; sie wird nicht wieder zum Entwurf.", field="state")
    if not version.is_open:
        _require_one_draft(version.concept_id, version.id, state)
    if state in DECIDED:
        _require_all_worked_in(version)
    if state is not version.state:
        require_no_consultation(version)
        if state is VersionState.IN_FORCE:
            _demand_later_start(version, values.get("in_force_from", version.in_force_from), "in_force_from")
    for name, value in values.items():
        if name != "state":
            setattr(version, name, value)
    _take_state(version, state)
    db.session.flush()


def add_text(version: ConceptVersion, tree: Tree) -> None:
    """Give a version that has no text the sections of ``tree``; keys of sections known before are kept."""
    if not tree:
        return
    if version.frozen_at is not None:
        raise DomainError("Der Text dieser Fassung steht fest.")
    if db.session.scalar(sa.select(ConceptSection.id).where(ConceptSection.version_id == version.id).limit(1)):
        raise DomainError("Diese Fassung hat schon einen Text.")
    _add_sections(version, tree, None, set())
    db.session.flush()


def _add_sections(version: ConceptVersion, tree: Tree, parent: ConceptSection | None, used: set[str]) -> None:
    for position, section in enumerate(tree, start=1):
        key = section.key if section.key and section.key not in used else new_key()
        used.add(key)
        row = ConceptSection(
            version_id=version.id, key=key, parent_id=parent.id if parent is not None else None, position=position,
            heading=" ".join(section.heading.split()) or "Ohne Überschrift", printed_number=section.printed_number,
            text=section.text, html=render_text(section.text),
            words=words_in(section.heading) + words_in(section.text),
        )  # fmt: skip
        db.session.add(row)
        db.session.flush()
        _add_sections(version, section.sections, row, used)


def freeze(version: ConceptVersion) -> None:
    """Keep text and annexes as they are for ever, with their hash; a version without either has nothing to freeze."""
    if version.frozen_at is not None:
        return
    db.session.flush()
    # Whoever saves a section holds this lock: no words come between the hash and the freezing.
    db.session.execute(sa.select(ConceptVersion.id).where(ConceptVersion.id == version.id).with_for_update())
    rows = sections_of(version, is_fresh=True)
    db.session.refresh(version, ["annexes"])
    if rows or version.annexes:
        version.sha256 = checksum(reading_order(rows), version.annexes)
        version.frozen_at = now()
        db.session.flush()


def set_in_force(version: ConceptVersion, starts_on: str | None) -> None:
    """Freeze a version and set it in force from a day on; the one before it ends then.

    A day to come is noted, and the daily job does the rest.
    """
    lock(version.concept_id)
    version.in_force_from = starts_on or version.in_force_from
    if (version.in_force_from or "") > today().isoformat():
        _take_state(version, VersionState.ADOPTED)
    else:
        _take_state(version, VersionState.IN_FORCE)
    db.session.flush()


def adopt_by_hand(version: ConceptVersion, values: dict[str, Any], *, by: User) -> None:
    """The same as `adopt`, for a decision taken elsewhere: it cannot hold from before the version it replaces."""
    starts_on = values.get("in_force_from") or values.get("adopted_on")
    if values.get("result") is not AdoptionResult.REJECTED:
        _demand_later_start(version, starts_on, "in_force_from" if values.get("in_force_from") else "adopted_on")
    adopt(version, values, by=by)


def adopt(version: ConceptVersion, values: dict[str, Any], *, by: User) -> None:
    """Record by hand what a committee or council decided on a draft: it is frozen and in force, or stays a draft.

    Without a first day it is in force from the day of the decision. Rejected: the draft can be written on.
    """
    lock(version.concept_id)
    db.session.refresh(version, ["state", "frozen_at"])
    if not version.is_open:
        raise DomainError("Über diese Fassung ist schon entschieden.")
    _check({"label": version.label, **values})
    if not values.get("adopted_on"):
        raise DomainError("Bitte angeben, wann beschlossen wurde.", field="adopted_on")
    if not values.get("adopted_by") and not values.get("adopted_committee_id"):
        raise DomainError("Bitte angeben, wer beschlossen hat.", field="adopted_committee_id")
    if values.get("result") is None:
        raise DomainError("Bitte das Ergebnis angeben.", field="result")
    require_no_consultation(version)
    _require_all_worked_in(version)
    for name, value in values.items():
        setattr(version, name, value)
    if version.result is AdoptionResult.REJECTED:
        version.state, version.in_force_from = VersionState.DRAFT, None
    else:
        set_in_force(version, values.get("in_force_from") or values["adopted_on"])
    db.session.flush()


def submit(version: ConceptVersion) -> None:
    """A draft lies before a committee: its text stands still, and what was once decided on it no longer counts."""
    lock(version.concept_id)
    db.session.refresh(version, ["state", "frozen_at"])
    if version.state is not VersionState.DRAFT or version.frozen_at is not None:
        raise DomainError(f"Vorgelegt wird ein Entwurf; diese Fassung ist {version.state.label}.")
    _require_all_worked_in(version)
    version.state = VersionState.SUBMITTED
    version.result = version.proviso = version.adopted_by = version.adopted_on = version.adopted_committee_id = None
    db.session.flush()


def reopen(version: ConceptVersion) -> None:
    """A draft that lay before a committee may be written again."""
    lock(version.concept_id)
    db.session.refresh(version, ["state", "frozen_at"])
    if version.state is VersionState.SUBMITTED:
        version.state = VersionState.DRAFT
    elif not version.is_open:
        raise DomainError("Über diese Fassung ist schon entschieden.")
    db.session.flush()


def texts_wait(version: ConceptVersion) -> bool:
    """True if texts that came too late wait to be worked into the draft."""
    waiting = sa.select(LateText.id).join(ConceptSection).where(LateText.settled_at.is_(None))
    return db.session.scalar(waiting.where(ConceptSection.version_id == version.id).limit(1)) is not None


def _require_all_worked_in(version: ConceptVersion) -> None:
    if texts_wait(version):
        raise DomainError("Im Entwurf warten noch aufgehobene Texte. Bitte arbeiten Sie sie zuerst ein.")


def is_consulted(version: ConceptVersion) -> bool:
    """True as long as others are asked for comments on a draft."""
    running = sa.select(Consultation.id).where(Consultation.version_id == version.id, Consultation.ended_at.is_(None))
    return db.session.scalar(running.limit(1)) is not None


def require_no_consultation(version: ConceptVersion) -> None:
    """Nothing is decided on a draft as long as others are asked for comments."""
    if is_consulted(version):
        raise DomainError("Zu diesem Entwurf läuft noch eine Beteiligung. Bitte beenden Sie sie zuerst.")


def put_in_force(day: date) -> None:
    """The daily job: what was adopted for a day that has come is in force, what was before it no longer."""
    for version in list_due(day):
        set_in_force(version, None)


def record_sending(
    version: ConceptVersion, *, recipient: str, sent_on: str | None, note: str | None, by: User
) -> ConceptSending:
    """Note that a version was sent to an office of the Land (F9)."""
    recipient = " ".join(recipient.split())
    if not recipient:
        raise DomainError("Bitte angeben, wohin die Fassung ging.", field="recipient")
    sending = ConceptSending(version_id=version.id, recipient=recipient, sent_on=sent_on, note=note,
                             recorded_by_id=by.id)  # fmt: skip
    db.session.add(sending)
    db.session.flush()
    return sending


def _take_state(version: ConceptVersion, state: VersionState) -> None:
    if state in DECIDED:
        freeze(version)
    if state is VersionState.IN_FORCE:
        for other in _others_in_force(version):
            other.state = VersionState.SUPERSEDED
            # Of one that began later no day remains: it never ends before it began.
            other.ended_on = other.ended_on or max(version.in_force_from or "", other.in_force_from or "") or None
        db.session.flush()  # the database allows one in force at any moment
    version.state = state
    db.session.flush()


def _demand_later_start(version: ConceptVersion, starts_on: str | None, field: str) -> None:
    for other in _others_in_force(version):
        if starts_on and other.in_force_from and starts_on < other.in_force_from[: len(starts_on)]:
            since = partial_date(other.in_force_from)
            raise DomainError(f"„{other.label}“ gilt seit {since}; davor kann die neue Fassung nicht in Kraft treten.",
                              field=field)  # fmt: skip


def _others_in_force(version: ConceptVersion) -> Iterable[ConceptVersion]:
    return db.session.scalars(
        sa.select(ConceptVersion).where(
            ConceptVersion.concept_id == version.concept_id, ConceptVersion.id != version.id,
            ConceptVersion.state == VersionState.IN_FORCE,
        )
    ).all()  # fmt: skip


def _require_one_draft(concept_id: int, version_id: int | None, state: VersionState | None) -> None:
    """One draft of a concept at a time: two would both begin with the same text and one would lose."""
    if state not in OPEN_STATES:
        return
    running = sa.select(ConceptVersion).where(
        ConceptVersion.concept_id == concept_id, ConceptVersion.state.in_(sorted(OPEN_STATES)),
        ConceptVersion.id != (version_id or 0),
    )  # fmt: skip
    other = db.session.scalars(running.order_by(ConceptVersion.id)).first()
    if other is not None:
        raise DomainError(f"Es gibt schon einen Entwurf: „{other.label}“.", field="state")


def _next_number(concept: Concept) -> int:
    newest = sa.select(sa.func.max(ConceptVersion.number)).where(ConceptVersion.concept_id == concept.id)
    return (db.session.scalar(newest) or 0) + 1


def _check(values: dict[str, Any]) -> None:
    unknown = values.keys() - FIELDS
    if unknown:
        raise TypeError(f"unknown fields: {sorted(unknown)}")
    if not str(values.get("label") or "").strip():
        raise DomainError("Bitte angeben, wie die Fassung heißt.", field="label")
    starts, ends = values.get("in_force_from"), values.get("ended_on")
    if starts and ends and ends < starts:
        raise DomainError("Das Ende liegt vor dem Anfang.", field="ended_on")
    if values.get("state") is VersionState.WITHDRAWN and starts and not ends:
        raise DomainError("Bitte angeben, ab wann die zurückgezogene Fassung nicht mehr gilt.", field="ended_on")
    if values.get("state") is VersionState.IN_FORCE and starts and starts > today().isoformat():
        raise DomainError("Dieser Tag kommt erst: Wählen Sie „beschlossen“; an ihrem Tag tritt die Fassung in Kraft.",
                          field="in_force_from")  # fmt: skip
