"""What the office does with a committee: open, change, mark as highest, end, merge."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from govern.committees.contributions import KnownResolution
from govern.committees.models import (
    Committee,
    CommitteeName,
    CommitteeNameKind,
    CommitteeParent,
    CommitteeStatus,
    Mandate,
    RuleKind,
    Seat,
)
from govern.committees.queries.procedures import procedure_of
from govern.committees.services.seats import copy_seats
from govern.db import db, sort_key
from govern.errors import Conflict, DomainError
from govern.formats import date_text
from govern.formats import today as this_day
from govern.people.models import Body, User

FIELDS = frozenset({
    "name", "short_name", "kind", "level", "status", "is_kim", "position", "network_relation", "source", "purpose",
    "note", "opening_reason", "chair_function", "chair_organisation_id", "chair_seat_id", "office_function",
    "office_organisation_id", "moderation", "minute_taking", "preparation", "invitation", "cadence_interval",
    "cadence_as_needed", "cadence_text", "founded_on", "founding_event", "max_size", "max_size_approximate",
    "rules_exist", "rules_adopted_on", "rules_note", "tasks", "competences", "composition_rule", "guests_rule",
    "unresolved_rule", "minutes_content", "meetings_public",
})  # fmt: skip
"""What a form may set; parent, highest, end and merging have services of their own."""


def create_committee(
    body: Body, values: dict[str, Any], *, parent: Committee | None, by: User,
    resolution: KnownResolution | None = None,
) -> Committee:  # fmt: skip
    """Open a committee, below ``parent`` or at the top of the tree (A1).

    Where the rules of the parent ask for it, only with the ``resolution`` that sets it up (A4); where they say that
    none is needed, with a reason (A5).
    """
    _check_values(values, was_highest=False)
    _check_parent(None, parent)
    _check_opening(parent, resolution, values.get("opening_reason"))
    committee = Committee(body=body, opening_resolution_id=resolution.id if resolution else None, **_known(values))
    db.session.add(committee)
    if parent is not None:
        committee.parent = parent
        db.session.flush()
        committee.parents.append(CommitteeParent(parent_id=parent.id))
    db.session.flush()
    return committee


def update_committee(committee: Committee, values: dict[str, Any], *, version: int, by: User) -> Committee:
    """Correct what is recorded of a committee. Raises Conflict if somebody saved since ``version`` was read."""
    if committee.version != version:
        raise Conflict("Jemand anderes hat dieses Gremium inzwischen geändert. Nichts wurde überschrieben.")
    _check_values(values, was_highest=committee.is_highest)
    for name, value in _known(values).items():
        if getattr(committee, name) != value:
            setattr(committee, name, value)
    db.session.flush()
    return committee


def move_committee(
    committee: Committee, parent: Committee | None, *, from_day: date, today: date, reason: str | None, by: User
) -> Committee:
    """Hang a committee below another one from a day on; where it hung before stays known (A8)."""
    if from_day > today:
        raise DomainError("Bitte einen Tag bis heute angeben.", field="from_day")
    if (parent.id if parent else None) == committee.parent_id:
        raise DomainError("Das Gremium hängt schon dort.", field="parent_id")
    _check_parent(committee, parent)
    last = from_day - timedelta(days=1)
    running = next((p for p in committee.parents if p.ends_on is None), None)
    earlier = [p.ends_on for p in committee.parents if p.ends_on is not None]
    if (running and running.starts_on and running.starts_on > last) or any(day > last for day in earlier):
        raise DomainError("An diesem Tag war das Gremium schon an anderer Stelle eingeordnet.", field="from_day")
    if running is None:
        after = max(earlier) + timedelta(days=1) if earlier else None
        running = CommitteeParent(parent_id=committee.parent_id, starts_on=after)
        committee.parents.append(running)
    running.ends_on = last
    new = CommitteeParent(parent_id=parent.id if parent else None, starts_on=from_day, reason=reason)
    committee.parents.append(new)
    committee.parent = parent
    db.session.flush()
    return committee


def mark_as_highest(committee: Committee, *, instead_of: Committee | None, by: User) -> Committee:
    """Make this the highest KIM committee; another one stops being it only if it is named (A2)."""
    if not committee.is_kim:
        raise DomainError("Nur ein KIM-Gremium kann das höchste sein.")
    if committee.is_over:
        raise DomainError("Dieses Gremium ist beendet.")
    current = db.session.scalars(
        sa.select(Committee).where(Committee.body_id == committee.body_id, Committee.is_highest)
    ).one_or_none()
    if current is committee:
        return committee
    if current is not None:
        if current is not instead_of:
            raise DomainError(f"„{current.name}“ ist schon als höchstes KIM-Gremium gekennzeichnet.")
        current.is_highest = False
        db.session.flush()
    committee.is_highest = True
    db.session.flush()
    return committee


def unmark_as_highest(committee: Committee, *, by: User) -> None:
    """This is no longer the highest KIM committee."""
    committee.is_highest = False
    db.session.flush()


def end_committee(committee: Committee, *, ended_on: date, by: User, today: date | None = None) -> Committee:
    """End a committee: seats and mandates end with it, everything stays readable (A18)."""
    if committee.is_over:
        raise DomainError("Dieses Gremium ist schon beendet.")
    if ended_on > (today or this_day()):
        raise DomainError("Bitte einen Tag bis heute angeben.", field="ended_on")
    if committee.founded_on and ended_on.isoformat() < committee.founded_on:
        raise DomainError("Das Gremium kann nicht vor seiner Gründung enden.", field="ended_on")
    _end_everything(committee, ended_on)
    committee.ended_on = ended_on
    committee.status = CommitteeStatus.COMPLETED
    committee.is_highest = False
    db.session.flush()
    return committee


def reopen_committee(committee: Committee, *, status: CommitteeStatus, by: User) -> Committee:
    """Take back the end of a committee; mandates that ended with it are named anew."""
    committee.ended_on = None
    committee.merged_into = None
    committee.status = status
    db.session.flush()
    return committee


def merge_committees(
    committee: Committee, into: Committee, *, on: date, today: date, take_seats: bool, take_children: bool,
    reason: str | None, by: User,
) -> Committee:  # fmt: skip
    """Say that ``committee`` is (from now on) ``into``: found under both names, papers and seats stay readable (A19).

    ``take_seats`` copies the seats of that day with their mandates; ``take_children`` hangs the sub-committees over.
    """
    if committee is into:
        raise DomainError("Bitte ein anderes Gremium wählen.", field="into_id")
    if committee.is_over or into.is_over:
        raise DomainError("Ein beendetes Gremium kann nicht zusammengeführt werden.", field="into_id")
    if on > today:
        raise DomainError("Bitte einen Tag bis heute angeben.", field="on")
    _check_not_below(committee, into, "Das aufnehmende Gremium darf nicht unter diesem hängen.", "into_id")
    if take_seats:
        copy_seats(committee, into, from_day=on + timedelta(days=1), by=by)
    if take_children:
        for child in list(committee.children):
            if child is not into and not child.is_over:
                move_committee(child, into, from_day=today, today=today, reason=reason, by=by)
    _take_names(committee, into)
    _end_everything(committee, on)
    committee.merged_into = into
    committee.ended_on = on
    committee.status = CommitteeStatus.COMPLETED
    if committee.is_highest:
        committee.is_highest = False
        db.session.flush()
        into.is_highest = into.is_kim
    db.session.flush()
    return into


def _known(values: dict[str, Any]) -> dict[str, Any]:
    unknown = values.keys() - FIELDS
    if unknown:
        raise TypeError(f"unknown fields: {sorted(unknown)}")
    return values


def _check_values(values: dict[str, Any], *, was_highest: bool) -> None:
    if not str(values.get("name") or "").strip():
        raise DomainError("Bitte einen Namen angeben.", field="name")
    if was_highest and values.get("is_kim") is False:
        raise DomainError("Das höchste KIM-Gremium gehört zu KIM.", field="is_kim")
    most = values.get("max_size")
    if most is not None and most < 1:
        raise DomainError("Bitte eine Zahl ab 1 angeben.", field="max_size")


def _check_parent(committee: Committee | None, parent: Committee | None) -> None:
    if parent is None:
        return
    if parent.is_over:
        raise DomainError(f"„{parent.name}“ ist beendet.", field="parent_id")
    if committee is not None:
        _check_not_below(committee, parent, "Ein Gremium kann nicht unter sich selbst hängen.", "parent_id")


def _check_opening(parent: Committee | None, resolution: KnownResolution | None, reason: str | None) -> None:
    if resolution is not None and (parent is None or resolution.committee_id != parent.id):
        raise DomainError("Dieser Beschluss ist keiner des übergeordneten Gremiums.", field="opening_resolution_id")
    if parent is None:
        return
    procedure = procedure_of(parent, this_day())
    if procedure.is_on(RuleKind.SUBGROUP_RESOLUTION) and resolution is None:
        raise DomainError(
            f"„{parent.name}“ richtet Untergruppen nur durch Beschluss ein. Bitte den Beschluss wählen; steht er noch "
            "nicht im Beschlussregister, tragen Sie ihn zuerst dort ein.",
            field="opening_resolution_id",
        )
    if procedure.is_off(RuleKind.SUBGROUP_RESOLUTION) and resolution is None and not (reason or "").strip():
        raise DomainError("Bitte den Anlass nennen: Ein Beschluss ist hier nicht nötig.", field="opening_reason")


def _check_not_below(committee: Committee, other: Committee, sentence: str, field: str) -> None:
    above: Committee | None = other
    seen: set[int] = set()
    while above is not None and above.id not in seen:
        if above.id == committee.id:
            raise DomainError(sentence, field=field)
        seen.add(above.id)
        above = above.parent


def _end_everything(committee: Committee, day: date) -> None:
    seats: Sequence[Seat] = db.session.scalars(sa.select(Seat).where(Seat.committee_id == committee.id)).all()
    for seat in seats:
        if seat.starts_on is not None and seat.starts_on > day:
            raise DomainError(f"„{seat.label}“ beginnt erst nach dem {date_text(day)}. Bitte zuerst den Sitz löschen.")
        if seat.ends_on is None or seat.ends_on > day:
            seat.ends_on = day
    mandates = db.session.scalars(sa.select(Mandate).join(Mandate.seat).where(Seat.committee_id == committee.id)).all()
    for mandate in mandates:
        if mandate.starts_on > day:
            db.session.delete(mandate)
        elif mandate.ends_on is None or mandate.ends_on > day:
            mandate.ends_on = day
    for officer in list(committee.officers):
        if officer.starts_on > day:
            db.session.delete(officer)
        elif officer.ends_on is None or officer.ends_on > day:
            officer.ends_on = day


def _take_names(committee: Committee, into: Committee) -> None:
    known = {sort_key(into.name), *(sort_key(n.name) for n in into.names)}
    own = (committee.name, committee.short_name)
    for name, short_name in [own, *((n.name, n.short_name) for n in committee.names)]:
        if sort_key(name) not in known:
            known.add(sort_key(name))
            into.names.append(
                CommitteeName(name=name, short_name=short_name, kind=CommitteeNameKind.ALIAS,
                              note=f"zusammengeführt mit „{committee.name}“")
            )  # fmt: skip
