"""Counting votes: who could vote at a moment, and what a count means. Rules without a database.

Where the concept does not say whether a seat may vote („Stimmrecht nicht angegeben"), Govern claims nothing: such a
seat counts as a possible vote while somebody sits on it, and the screen says so.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from govern.committees.models import Voting
from govern.committees.procedures import MajorityRule
from govern.formats import local
from govern.meetings.models import AgendaItem, Attendance, AttendanceState, Resolution, ResolutionOutcome


@dataclass(frozen=True)
class VotingBase:
    """How many votes there can be, and how that number comes about."""

    present: int
    """Seats whose holder is in the room."""
    deputies: int
    """Seats with a deputy in the room."""
    voting: int
    not_stated: int
    advisory: int

    @property
    def in_the_room(self) -> int:
        """Persons on seats; guests never count."""
        return self.present + self.deputies

    @property
    def possible(self) -> int:
        """The most votes a count may have."""
        return self.voting + self.not_stated

    @property
    def headline(self) -> str:
        """„18 Stimmen im Raum", or „höchstens 23 Stimmen im Raum" where rights to vote are not stated."""
        words = f"{self.possible} {'Stimme' if self.possible == 1 else 'Stimmen'} im Raum"
        return f"höchstens {words}" if self.not_stated else words

    @property
    def steps(self) -> list[str]:
        """The calculation in German, line by line (Rechenweg)."""
        lines = [
            f"{self.present} anwesend + {self.deputies} vertreten = {self.in_the_room} Sitze im Raum",
            f"{self.voting} stimmberechtigt",
        ]
        if self.not_stated:
            lines.append(f"{self.not_stated} ohne Angabe zum Stimmrecht; sie zählen als mögliche Stimmen")
        if self.advisory:
            lines.append(f"{self.advisory} beratend, ohne Stimme")
        lines.append(f"{self.voting} + {self.not_stated} = {'höchstens ' if self.not_stated else ''}{self.possible}")
        return lines


@dataclass(frozen=True)
class Count:
    """What a count of votes means: the majority of yes and no decides; a tie rejects; abstentions do not count.

    Where the committee has another rule, :meth:`passes` says what it makes of the count.
    """

    yes: int
    no: int
    abstain: int

    @property
    def total(self) -> int:
        return self.yes + self.no + self.abstain

    @property
    def is_adopted(self) -> bool:
        return self.yes > self.no

    def passes(self, majority: MajorityRule | None, *, base: int, chair_decides: bool | None = None) -> bool:
        """Whether the count adopts under the rule; ``base``: votes of all seats, for the absolute majority.

        ``chair_decides`` is what the chair said in a tie, None where a tie is a rejection.
        """
        if self.yes == self.no and self.yes and chair_decides is not None and majority in (None, MajorityRule.SIMPLE):
            return chair_decides
        if majority is MajorityRule.ABSOLUTE:
            return 2 * self.yes > base
        if majority is MajorityRule.TWO_THIRDS:
            return self.yes > 0 and self.yes >= 2 * self.no
        if majority is MajorityRule.CONSENSUS:
            return self.yes > 0 and self.no == 0
        return self.is_adopted

    def without(self, ballots: int) -> tuple[Count, Count]:
        """The counts that are possible when ``ballots`` of them should not have been cast: fewest yes, fewest no."""
        return self._less(("yes", "abstain", "no"), ballots), self._less(("no", "abstain", "yes"), ballots)

    def _less(self, order: tuple[str, ...], ballots: int) -> Count:
        left = {"yes": self.yes, "no": self.no, "abstain": self.abstain}
        for name in order:
            taken = min(left[name], ballots)
            left[name] -= taken
            ballots -= taken
        return Count(**left)

    def said(self, *, is_adopted: bool) -> str:
        """What the count means where ``is_adopted`` was the result."""
        if is_adopted == self.is_adopted:
            return self.meaning
        if self.yes == self.no:
            return "bei Stimmengleichheit durch Entscheidung der Leitung angenommen"
        return "angenommen" if is_adopted else "abgelehnt: die nötige Mehrheit ist nicht erreicht"

    @property
    def meaning(self) -> str:
        """„mehrheitlich angenommen", „bei Stimmengleichheit abgelehnt" …"""
        if self.yes == self.no:
            return "bei Stimmengleichheit abgelehnt"
        word = "angenommen" if self.is_adopted else "abgelehnt"
        if min(self.yes, self.no):
            return f"mehrheitlich {word}"
        if not self.abstain:
            return f"einstimmig {word}"
        return f"ohne Gegenstimme {word}" if self.is_adopted else f"ohne Zustimmung {word}"

    @property
    def figures(self) -> str:
        """„15 Ja, 1 Nein, 2 Enthaltungen"."""
        return f"{self.yes} Ja, {self.no} Nein, {self.abstain} {'Enthaltung' if self.abstain == 1 else 'Enthaltungen'}"


def count_of(resolution: Resolution) -> Count | None:
    """The count of a counted resolution, else None."""
    if resolution.outcome is not ResolutionOutcome.COUNTED:
        return None
    return Count(resolution.votes_yes or 0, resolution.votes_no or 0, resolution.votes_abstain or 0)


def outcome_text(resolution: Resolution) -> str:
    """„einstimmig angenommen", „mehrheitlich angenommen (15 Ja, 1 Nein, 2 Enthaltungen)"."""
    count = count_of(resolution)
    if count is not None:
        if not count.total:
            return "Abstimmung läuft"
        return f"{count.said(is_adopted=resolution.is_adopted)} ({count.figures})"
    return f"{resolution.outcome.label} {'angenommen' if resolution.is_adopted else 'abgelehnt'}"


def was_there(attendance: Attendance, moment: datetime | None) -> bool:
    """True if somebody sat on the seat at ``moment``; None asks for any time of the meeting."""
    if attendance.state is None or not attendance.state.in_the_room:
        return False
    if moment is None:
        return True
    if attendance.arrived_at is not None and attendance.arrived_at > moment:
        return False
    return attendance.left_at is None or attendance.left_at > moment


def voting_base(attendances: Iterable[Attendance], moment: datetime | None) -> VotingBase:
    """Who could vote at ``moment``: one vote per occupied seat, a deputy in place of the holder, guests never."""
    there = [a for a in attendances if was_there(a, moment)]
    rights = [a.voting or a.seat.voting for a in there]
    deputies = sum(a.state is AttendanceState.DEPUTY for a in there)
    return VotingBase(
        present=len(there) - deputies,
        deputies=deputies,
        voting=rights.count(Voting.YES),
        not_stated=rights.count(Voting.NOT_STATED),
        advisory=rights.count(Voting.NO),
    )


def moment_of(item: AgendaItem, at: datetime) -> datetime | None:
    """When votes of ``item`` were cast: when it was done, else ``at``.

    None when it is minuted on another day than the meeting: then everybody who came counts.
    """
    return on_the_day(item, item.done_at or at)


def on_the_day(item: AgendaItem, moment: datetime) -> datetime | None:
    """``moment`` if it lies on the day of the meeting, else None: then everybody who came counts."""
    return moment if local(moment).date() == local(item.meeting.starts_at).date() else None
