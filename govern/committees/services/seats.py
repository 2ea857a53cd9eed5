"""What the office does with the seats of a committee: add, correct, change from a day on, end, order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from govern.committees.models import Committee, Mandate, Seat, SeatGroup, Voting
from govern.committees.queries.compositions import FilledSeat, composition
from govern.committees.queries.seats import seats_to_change, voting_from
from govern.db import db, fingerprint
from govern.errors import Conflict, DomainError
from govern.formats import date_text
from govern.people.models import Organisation, User

PLAIN_FIELDS = ("function", "person_count", "is_example", "participation", "voting", "represents_mode",
                "represents_scope", "represents_count", "note", "group_id", "parent_id",
                "mailbox", "mail_target")  # fmt: skip
FIELDS = frozenset({*PLAIN_FIELDS, "alternatives", "organisations", "represents", "starts_on"})


def add_seat(committee: Committee, values: dict[str, Any], *, by: User) -> Seat:
    """Add one entry to the list: institution(s) and function (B1, B11)."""
    _check_values(committee, None, values)
    seat = Seat(committee=committee, position=_next_position(committee), **_known(values))
    db.session.add(seat)
    db.session.flush()
    return seat


def add_seats(
    committee: Committee, values: dict[str, Any], organisations: Sequence[Organisation], *, by: User
) -> list[Seat]:
    """From one line of the concept add one seat for each of ``organisations`` (B4, B16)."""
    if not organisations:
        raise DomainError("Bitte mindestens eine Institution wählen.", field="organisation_ids")
    rest = {name: value for name, value in values.items() if name != "organisations"}
    return [add_seat(committee, {**rest, "organisations": [o]}, by=by) for o in organisations]


def correct_seat(seat: Seat, values: dict[str, Any], *, version: int, by: User) -> Seat:
    """Correct a mistake in an entry: it then reads as if it had always been so."""
    if seat.version != version:
        raise Conflict("Jemand anderes hat diesen Sitz inzwischen geändert. Nichts wurde überschrieben.")
    _check_values(seat.committee, seat, values)
    if "starts_on" in values:
        _check_mandates_begin_after(seat, values["starts_on"])
    for name, value in _known(values).items():
        if getattr(seat, name) != value:
            setattr(seat, name, value)
    db.session.flush()
    return seat


def change_seat(seat: Seat, values: dict[str, Any], *, from_day: date, version: int, by: User) -> Seat:
    """Change an entry from a day on: it ends the day before, a new one begins and takes over its mandates (B12)."""
    if seat.version != version:
        raise Conflict("Jemand anderes hat diesen Sitz inzwischen geändert. Nichts wurde überschrieben.")
    _check_day_of_change(seat, from_day)
    _check_values(seat.committee, seat, values)
    new = _replace(seat, values, from_day)
    db.session.flush()
    _hand_over(seat, new, from_day)
    db.session.flush()
    return new


def set_voting(
    committee: Committee, choices: Mapping[int, Voting], *, seen: Mapping[int, Voting | None], day: date,
    from_day: date | None, by: User,
) -> int:  # fmt: skip
    """Set the right to vote of many seats of ``day`` at once, by seat id; returns of how many it changed (B10).

    With ``from_day`` as :func:`change_seat`, without as :func:`correct_seat`. What differs from ``seen`` is changed;
    Conflict is raised where somebody else changed or ended such a seat since. All others stay as they are by now, and
    what was set from that day on already is not set again: a form sent twice changes once.
    """
    _refuse_over(committee)
    wanted = {identity: voting for identity, voting in choices.items() if voting is not seen.get(identity)}
    seats = seats_to_change(committee, wanted)
    is_gone = len(seats) < len(wanted) or not all(seat.is_there_on(day) for seat in seats)
    if is_gone or any(seat.voting not in (seen.get(seat.id), wanted[seat.id]) for seat in seats):
        raise Conflict("Jemand anderes hat das Stimmrecht inzwischen geändert. Nichts wurde überschrieben.")
    seats = [seat for seat in seats if seat.voting is not wanted[seat.id]]
    if from_day is None:
        for seat in seats:
            seat.voting = wanted[seat.id]
    else:
        there = voting_from(seats, from_day)
        seats = [seat for seat in seats if there.get(seat.id) is not wanted[seat.id]]
        for seat in seats:
            _check_day_of_change(seat, from_day, names_it=True)
        made = [(s, _replace(s, {**_facts(s), "voting": wanted[s.id]}, from_day)) for s in seats]
        db.session.flush()
        for seat, new in made:
            _hand_over(seat, new, from_day)
    db.session.flush()
    return len(seats)


def end_seat(seat: Seat, *, ends_on: date, by: User) -> Seat:
    """End a seat on a day; its mandates end with it. Earlier compositions stay as they were (B12)."""
    if seat.starts_on is not None and ends_on < seat.starts_on:
        raise DomainError("Das Ende liegt vor dem Beginn des Sitzes.", field="ends_on")
    if seat.ends_on is not None and seat.ends_on < ends_on:
        raise DomainError(f"Dieser Sitz endet schon am {date_text(seat.ends_on)}.", field="ends_on")
    if any(m.starts_on > ends_on for m in seat.mandates):
        raise DomainError("Für die Zeit danach ist der Sitz schon besetzt.", field="ends_on")
    for mandate in seat.mandates:
        if mandate.ends_on is None or mandate.ends_on > ends_on:
            mandate.ends_on = ends_on
    seat.ends_on = ends_on
    if seat.committee.chair_seat_id == seat.id:
        seat.committee.chair_seat = None
    db.session.flush()
    return seat


def delete_seat(seat: Seat, *, by: User) -> None:
    """Delete an entry that was never used; anything else is ended, not deleted."""
    if seat.mandates:
        raise DomainError("Dieser Sitz war schon besetzt. Bitte beenden Sie ihn mit einem Datum.")
    used = "Dieser Sitz wird schon verwendet. Bitte beenden Sie ihn mit einem Datum."
    if seat.replaces_id is not None:
        raise DomainError(used)
    try:
        with db.session.begin_nested():
            if seat.committee.chair_seat_id == seat.id:
                raise DomainError("Mit diesem Sitz ist der Vorsitz verbunden. Bitte ändern Sie zuerst den Vorsitz.")
            db.session.delete(seat)
    except IntegrityError as error:
        raise DomainError(used) from error


def order_seats(committee: Committee, ids: Sequence[int], *, day: date, by: User) -> None:
    """Bring neighbours of one list (same group, same level) into the order of ``ids``."""
    composed = composition(committee, day)
    siblings = _siblings(composed.seats, ids)
    if len(ids) != len(set(ids)) or {f.seat.id for f in siblings} != set(ids):
        raise DomainError("Die Liste hat sich inzwischen geändert. Bitte laden Sie die Seite neu.")
    positions = sorted(f.seat.position for f in siblings)
    if len(set(positions)) < len(positions):
        _renumber(composed.seats)
        positions = sorted(f.seat.position for f in siblings)
    by_id = {f.seat.id: f.seat for f in siblings}
    for position, identity in zip(positions, ids, strict=True):
        by_id[identity].position = position
    db.session.flush()


def shift_seat(seat: Seat, *, down: bool, day: date, by: User) -> None:
    """Move an entry one place up or down among its neighbours."""
    composed = composition(seat.committee, day)
    ids = [f.seat.id for f in _siblings(composed.seats, [seat.id])]
    if seat.id not in ids:
        raise DomainError("Dieser Sitz gehört an diesem Tag nicht zur Zusammensetzung.")
    here = ids.index(seat.id)
    there = here + (1 if down else -1)
    if 0 <= there < len(ids):
        ids[here], ids[there] = ids[there], ids[here]
        order_seats(seat.committee, ids, day=day, by=by)


def copy_seats(committee: Committee, into: Committee, *, from_day: date, by: User) -> list[Seat]:
    """Copy the seats of the day before ``from_day`` with their mandates to another committee."""
    last = from_day - timedelta(days=1)
    groups = {g.name: g for g in into.seat_groups}
    copies: dict[int, Seat] = {}
    for filled in composition(committee, last):
        seat = filled.seat
        group = _group_of_name(into, groups, seat.group.name) if seat.group else None
        copy = Seat(
            committee=into, position=_next_position(into), group=group, starts_on=from_day,
            parent=copies.get(seat.parent_id or 0), organisations=list(seat.organisations),
            represents=list(seat.represents), alternatives=list(seat.alternatives),
            **{name: getattr(seat, name) for name in PLAIN_FIELDS if name not in ("group_id", "parent_id")},
        )  # fmt: skip
        db.session.add(copy)
        db.session.flush()
        copies[seat.id] = copy
        for mandate in (*filled.holders, *filled.deputies):
            if mandate.ends_on is None or mandate.ends_on >= from_day:
                db.session.add(_copy_mandate(mandate, copy, from_day))
    db.session.flush()
    return list(copies.values())


def add_group(committee: Committee, name: str, *, by: User) -> SeatGroup:
    """Add a heading to the list of seats (B2)."""
    _check_group_name(committee, name, None)
    last = max((g.position for g in committee.seat_groups), default=0)
    group = SeatGroup(committee=committee, name=name.strip(), position=last + 1)
    db.session.add(group)
    db.session.flush()
    return group


def version_of_group(group: SeatGroup) -> str:
    """What a form for a heading is based on."""
    return fingerprint(group.name)


def rename_group(group: SeatGroup, name: str, *, version: str, by: User) -> None:
    """Correct a heading. Raises Conflict when somebody saved since ``version``."""
    db.session.refresh(group, ["name"], with_for_update=True)
    if version != version_of_group(group):
        raise Conflict("Diese Überschrift wurde inzwischen geändert.")
    _check_group_name(group.committee, name, group)
    group.name = name.strip()
    db.session.flush()


def shift_group(group: SeatGroup, *, down: bool, by: User) -> None:
    """Move a heading with its seats one place up or down."""
    groups = sorted(group.committee.seat_groups, key=lambda g: (g.position, g.id))
    here = groups.index(group)
    there = here + (1 if down else -1)
    if 0 <= there < len(groups):
        groups[here], groups[there] = groups[there], groups[here]
    for position, each in enumerate(groups, 1):
        each.position = position
    db.session.flush()


def remove_group(group: SeatGroup, *, by: User) -> None:
    """Remove a heading under which no seat ever stood."""
    used = db.session.scalars(sa.select(Seat.id).where(Seat.group_id == group.id).limit(1)).first()
    if used is not None:
        raise DomainError("Unter dieser Überschrift stehen oder standen Sitze.")
    group.committee.seat_groups.remove(group)
    db.session.flush()


def _known(values: dict[str, Any]) -> dict[str, Any]:
    unknown = values.keys() - FIELDS
    if unknown:
        raise TypeError(f"unknown fields: {sorted(unknown)}")
    return values


def _facts(seat: Seat) -> dict[str, Any]:
    lists = ("alternatives", "organisations", "represents")
    plain: dict[str, Any] = {name: getattr(seat, name) for name in PLAIN_FIELDS}
    return plain | {name: list(getattr(seat, name)) for name in lists}


def _refuse_over(committee: Committee) -> None:
    if committee.is_over:
        raise DomainError("Dieses Gremium ist beendet; seine Zusammensetzung bleibt, wie sie war.")


def _check_day_of_change(seat: Seat, from_day: date, *, names_it: bool = False) -> None:
    which = f"Der Sitz „{seat.label}“" if names_it else "Dieser Sitz"
    if seat.starts_on is not None and from_day <= seat.starts_on:
        it = "das Stimmrecht" if names_it else "ihn"
        raise DomainError(
            f"{which} besteht erst seit dem {date_text(seat.starts_on)}. Bitte korrigieren Sie {it} oder wählen Sie "
            "einen späteren Tag.",
            field="from_day",
        )
    if seat.ends_on is not None and from_day > seat.ends_on:
        raise DomainError(f"{which} endet schon am {date_text(seat.ends_on)}.", field="from_day")


def _check_values(committee: Committee, seat: Seat | None, values: dict[str, Any]) -> None:
    _refuse_over(committee)
    if not str(values.get("function") or "").strip():
        raise DomainError("Bitte eine Funktion angeben.", field="function")
    count = values.get("person_count")
    if count is not None and count < 1:
        raise DomainError("Bitte eine Zahl ab 1 angeben.", field="person_count")
    group_id = values.get("group_id")
    if group_id is not None and group_id not in {g.id for g in committee.seat_groups}:
        raise DomainError("Diese Überschrift gehört nicht zu diesem Gremium.", field="group_id")
    if values.get("represents_mode") is None and values.get("represents"):
        raise DomainError("Bitte angeben, wie der Sitz für diese Stellen spricht.", field="represents_mode")
    _check_parent(committee, seat, values.get("parent_id"))


def _check_parent(committee: Committee, seat: Seat | None, parent_id: int | None) -> None:
    if parent_id is None:
        return
    rows = db.session.execute(sa.select(Seat.id, Seat.parent_id).where(Seat.committee_id == committee.id)).all()
    above = {identity: parent for identity, parent in rows}
    if parent_id not in above:
        raise DomainError("Dieser Sitz gehört nicht zu diesem Gremium.", field="parent_id")
    current: int | None = parent_id
    seen: set[int] = set()
    while seat is not None and current is not None and current not in seen:
        if current == seat.id:
            raise DomainError("Ein Sitz kann nicht unter sich selbst stehen.", field="parent_id")
        seen.add(current)
        current = above.get(current)


def _check_mandates_begin_after(seat: Seat, starts_on: date | None) -> None:
    first = min((m.starts_on for m in seat.mandates), default=None)
    if starts_on is not None and first is not None and first < starts_on:
        raise DomainError(f"Der Sitz war schon am {date_text(first)} besetzt.", field="starts_on")
    if starts_on is not None and seat.ends_on is not None and seat.ends_on < starts_on:
        raise DomainError("Das Ende liegt vor dem Beginn des Sitzes.", field="starts_on")


def _replace(seat: Seat, values: dict[str, Any], from_day: date) -> Seat:
    new = Seat(
        committee=seat.committee, position=seat.position, replaces_id=seat.id, ends_on=seat.ends_on,
        **{**_known(values), "starts_on": from_day},
    )  # fmt: skip
    db.session.add(new)
    seat.ends_on = from_day - timedelta(days=1)
    return new


def _hand_over(seat: Seat, new: Seat, from_day: date) -> None:
    _carry_over(seat, new, from_day)
    if seat.committee.chair_seat_id == seat.id:
        seat.committee.chair_seat = new


def _carry_over(seat: Seat, new: Seat, from_day: date) -> None:
    last = from_day - timedelta(days=1)
    for mandate in list(seat.mandates):
        if mandate.starts_on >= from_day:
            mandate.seat = new  # had not begun: it belongs to the new entry as a whole
        elif mandate.ends_on is None or mandate.ends_on >= from_day:
            db.session.add(_copy_mandate(mandate, new, from_day))
            mandate.ends_on = last


def _copy_mandate(mandate: Mandate, seat: Seat, from_day: date) -> Mandate:
    return Mandate(
        seat=seat, person=mandate.person, kind=mandate.kind, organisation=mandate.organisation,
        function_held=mandate.function_held, starts_on=max(from_day, mandate.starts_on), ends_on=mandate.ends_on,
        confirmed_resolution_id=mandate.confirmed_resolution_id, note=mandate.note,
    )  # fmt: skip


def _siblings(seats: Iterable[FilledSeat], ids: Sequence[int]) -> list[FilledSeat]:
    seats = list(seats)
    first = next((f for f in seats if f.seat.id in ids), None)
    if first is None:
        return []
    return [f for f in seats if f.list_key == first.list_key]


def _renumber(seats: Iterable[FilledSeat]) -> None:
    for position, filled in enumerate(seats, 1):
        filled.seat.position = position
    db.session.flush()


def _next_position(committee: Committee) -> int:
    last = db.session.scalar(sa.select(sa.func.max(Seat.position)).where(Seat.committee_id == committee.id))
    return (last or 0) + 1


def _group_of_name(committee: Committee, groups: dict[str, SeatGroup], name: str) -> SeatGroup:
    if name not in groups:
        groups[name] = SeatGroup(
            committee=committee, name=name, position=max((g.position for g in groups.values()), default=0) + 1
        )
        db.session.add(groups[name])
        db.session.flush()
    return groups[name]


def _check_group_name(committee: Committee, name: str, group: SeatGroup | None) -> None:
    name = name.strip()
    if not name:
        raise DomainError("Bitte eine Überschrift angeben.", field="name")
    if any(g.name == name and g is not group for g in committee.seat_groups):
        raise DomainError("Diese Überschrift gibt es schon.", field="name")
