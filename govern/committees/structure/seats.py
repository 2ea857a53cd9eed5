"""The seats of one committee, from the file into the table."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import sqlalchemy as sa

from govern import search
from govern.committees.models import (
    Committee,
    Participation,
    RepresentsMode,
    Seat,
    SeatGroup,
    Voting,
    seat_organisation,
    seat_represents,
)
from govern.committees.structure import fields
from govern.committees.structure.entries import CommitteeEntry, PartialDate, SeatEntry
from govern.committees.structure.exporting import seat_keys_of
from govern.committees.structure.plans import aligned, current_seats, ending_seats, keeps_order, wanted_groups
from govern.committees.structure.rows import day, differences
from govern.committees.structure.writing import clean
from govern.db import db
from govern.people.models import Organisation

_VOTES = {True: Voting.YES, False: Voting.NO, None: Voting.NOT_STATED}


class SeatImport:
    """Adds, changes and ends the seats of one committee."""

    def __init__(
        self,
        committee: Committee,
        old: CommitteeEntry | None,
        new: CommitteeEntry,
        *,
        organisations: Mapping[str, Organisation],
        kept: frozenset[str],
        effective_on: date,
    ) -> None:
        self.committee = committee
        self.old = old
        self.new = new
        self.organisations = organisations
        self.kept = kept
        self.effective_on = effective_on
        keys = seat_keys_of(committee) if old is not None else {}
        self.current = {keys[seat.id]: seat for seat in committee.seats if seat.id in keys and seat.ends_on is None}
        self.ended = {
            (keys[seat.id], seat.ends_on): seat
            for seat in committee.seats
            if seat.id in keys and seat.ends_on is not None
        }
        self.groups = {clean(group.name): group for group in committee.seat_groups}
        self.links: list[tuple[Seat, SeatEntry]] = []

    def run(self) -> None:
        """Bring the seats to what the file says."""
        before = current_seats(self.old) if self.old is not None else {}
        after = current_seats(self.new)
        ending = ending_seats(self.old, self.new) if self.old is not None else set()
        self._take_groups()
        for entry in self.new.seats:
            if entry.ends_on is not None:
                self._take_ended(entry, entry.ends_on, is_running=entry.key in ending)
        for entry in after.values():
            self._take_current(None if entry.key in ending else before.get(entry.key), entry)
        for key in before.keys() - after.keys() - self.kept - ending:
            end_seat(self.current[key], self.effective_on)
        db.session.flush()
        self._nest()
        self._link()
        if not keeps_order(before, after) or after.keys() - before.keys():
            for position, entry in enumerate(self.new.seats, start=1):
                self._row(entry).position = position
        chair = self.new.chair.seat if self.new.chair else None
        self.committee.chair_seat_id = self._find(chair).id if chair else None
        self._drop_empty_groups()
        db.session.flush()

    def _take_groups(self) -> None:
        wanted = wanted_groups(self.new)
        known = [name for name in self.groups if name in wanted]
        for heading in wanted:
            if heading not in self.groups:
                self.groups[heading] = SeatGroup(name=heading)
                self.committee.seat_groups.append(self.groups[heading])
        if list(wanted) != known:
            others = [name for name in self.groups if name not in wanted]
            ordered: list[str | None] = [*wanted, *others]
            for position, name in enumerate(ordered, start=1):
                self.groups[name].position = position

    def _take_current(self, old: SeatEntry | None, entry: SeatEntry) -> None:
        row = self.current.get(entry.key)
        if row is None or old is None:
            row = self.current[entry.key] = Seat(starts_on=self._first_day(entry))
            previous = [last for key, last in self.ended if key == entry.key and last is not None]
            if previous:
                row.replaces_id = self.ended[entry.key, max(previous)].id
            self._write(row, None, entry)
            self.committee.seats.append(row)
        else:
            self._write(row, old, aligned(old, entry))

    def _first_day(self, entry: SeatEntry) -> date | None:
        if entry.starts_on is not None or self.old is None:
            return day(entry.starts_on)
        previous = [last for key, last in self.ended if key == entry.key and last is not None]
        # Who takes a place that ends, comes the day after.
        return max(previous) + timedelta(days=1) if previous else self.effective_on

    def _take_ended(self, entry: SeatEntry, last: PartialDate, *, is_running: bool) -> None:
        place = (entry.key, last.first_day)
        if place in self.ended:
            return
        if is_running:
            running = self.ended[place] = self.current.pop(entry.key)
            end_seat(running, last.first_day)
            return
        row = self.ended[place] = Seat(starts_on=day(entry.starts_on), ends_on=last.first_day)
        self._write(row, None, entry)
        self.committee.seats.append(row)
        db.session.flush()

    def _write(self, row: Seat, old: SeatEntry | None, entry: SeatEntry) -> None:
        changed = differences(fields.SEAT.fields, old, entry)
        row.key = entry.key
        for name, column in _COLUMNS.items():
            if name in changed:
                setattr(row, column, changed[name])
        if "group" in changed:
            row.group = self.groups[entry.group] if entry.group is not None else None
        if "participation" in changed:
            row.participation = Participation(entry.participation)
        if "is_voting" in changed:
            row.voting = _VOTES[entry.is_voting]
        if "alternatives" in changed:
            row.alternatives = list(entry.alternatives)
        if "starts_on" in changed and entry.starts_on is not None:
            row.starts_on = day(entry.starts_on)
        if "represents" in changed:
            represents = entry.represents
            row.represents_mode = RepresentsMode(represents.mode) if represents and represents.mode else None
            row.represents_scope = represents.scope if represents else None
            row.represents_count = represents.count if represents else None
        if changed.keys() & {"organisations", "represents"}:
            self.links.append((row, entry))

    def _nest(self) -> None:
        for entry in self.new.seats:
            row, above = self._row(entry), self._find(entry.nested_under) if entry.nested_under else None
            row.parent_id = above.id if above is not None else None

    def _link(self) -> None:
        """Write institutions with their order, which the relationship alone would lose."""
        for row, entry in self.links:
            represented = entry.represents.organisations if entry.represents is not None else ()
            db.session.execute(sa.delete(seat_organisation).where(seat_organisation.c.seat_id == row.id))
            db.session.execute(sa.delete(seat_represents).where(seat_represents.c.seat_id == row.id))
            institutions = [
                {"seat_id": row.id, "organisation_id": self.organisations[key].id, "position": position}
                for position, key in enumerate(entry.organisations, start=1)
            ]
            bodies = [{"seat_id": row.id, "organisation_id": self.organisations[key].id} for key in represented]
            if institutions:
                db.session.execute(sa.insert(seat_organisation), institutions)
            if bodies:
                db.session.execute(sa.insert(seat_represents), bodies)
            db.session.expire(row, ["organisations", "represents"])
        search.renew(Seat, (row.id for row, _ in self.links))

    def _drop_empty_groups(self) -> None:
        wanted = wanted_groups(self.new)
        used = {seat.group for seat in self.committee.seats}
        for group in list(self.committee.seat_groups):
            if clean(group.name) not in wanted and group not in used:
                self.committee.seat_groups.remove(group)

    def _row(self, entry: SeatEntry) -> Seat:
        if entry.ends_on is None:
            return self.current[entry.key]
        return self.ended[entry.key, entry.ends_on.first_day]

    def _find(self, key: str) -> Seat:
        """The seat that the file means by `key`: the one of today, else the last one that bore it."""
        found = self.current.get(key)
        if found is not None:
            return found
        return self.ended[max(place for place in self.ended if place[0] == key)]


_COLUMNS = {"function": "function", "count": "person_count", "is_example": "is_example", "note": "note"}


def end_seat(seat: Seat, last: date) -> None:
    """End a seat and the mandates on it; a mandate that had not begun yet never comes to be."""
    seat.ends_on = max(last, seat.starts_on) if seat.starts_on is not None else last
    for mandate in list(seat.mandates):
        if mandate.starts_on > seat.ends_on:
            db.session.delete(mandate)
        elif mandate.ends_on is None or mandate.ends_on > seat.ends_on:
            mandate.ends_on = seat.ends_on
