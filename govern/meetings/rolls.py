"""Who may vote at a moment, why not, and whether there is a quorum (E-06 to E-08). Rules without a database.

A place is one person's place on a seat; a seat held by three persons has three. What nobody has settled is not guessed:
without a rule on the quorum there is none, and a place whose right to vote is not stated counts as a possible vote
while somebody sits on it.

What the quorum is counted from: all places of the composition of the day that vote or whose right is not stated,
vacant and absent ones included; of those that come only as needed, the ones that are there. More than half of them
must be there. A recused place counts as the committee's rule says; while none is settled it stays in the base and is
not there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from govern.committees.models import RuleKind, Voting
from govern.committees.procedures import Procedure, QuorumMode, RecusalBase
from govern.meetings.models import AttendanceState


class Reason(StrEnum):
    """Why a place may or may not vote."""

    PRESENT = "present"
    DEPUTY = "deputy"
    NOT_STATED = "not_stated"
    RECUSED = "recused"
    ADVISORY = "advisory"
    DEPUTY_NOT_ALLOWED = "deputy_not_allowed"
    ON_BREAK = "on_break"
    NOT_YET = "not_yet"
    LEFT = "left"
    EXCUSED = "excused"
    ABSENT = "absent"
    VACANT = "vacant"
    OPEN = "open"

    @property
    def label(self) -> str:
        return {
            "present": "anwesend", "deputy": "Vertretung anwesend",
            "not_stated": "anwesend, Stimmrecht nicht angegeben", "recused": "befangen", "advisory": "beratend",
            "deputy_not_allowed": "Vertretung ist nicht zugelassen",
            "on_break": "nicht im Raum", "not_yet": "noch nicht da", "left": "gegangen", "excused": "entschuldigt",
            "absent": "abwesend", "vacant": "nicht besetzt", "open": "Anwesenheit nicht erfasst",
        }[self.value]  # fmt: skip

    @property
    def may_vote(self) -> bool:
        return self in (Reason.PRESENT, Reason.DEPUTY, Reason.NOT_STATED)


@dataclass(frozen=True, kw_only=True)
class Place:
    """One place of a seat, as it is recorded."""

    key: int
    label: str = ""
    voting: Voting = Voting.YES
    is_standing: bool = True
    state: AttendanceState | None = None
    is_vacant: bool = False
    arrived_at: datetime | None = None
    left_at: datetime | None = None
    breaks: tuple[tuple[datetime, datetime | None], ...] = ()
    is_recused: bool = False


@dataclass(frozen=True, kw_only=True)
class RollRules:
    """What a committee has settled about voting."""

    has_quorum: bool = False
    quorum_number: int | None = None
    """Votes that must be there; None: more than half of the base."""
    is_strict: bool = False
    """True: to be found before every vote; False: deemed given until a finding says otherwise."""
    votes_per_seat: int = 1
    allows_deputies: bool = True
    recusal: RecusalBase | None = None
    source: str | None = None


def rules_from(procedure: Procedure) -> RollRules:
    """The rules that matter for a roll. Deputies vote unless it is stated that there are none."""
    return RollRules(
        has_quorum=procedure.is_on(RuleKind.QUORUM),
        quorum_number=procedure.number(RuleKind.QUORUM),
        is_strict=procedure.mode(RuleKind.QUORUM) is QuorumMode.STRICT,
        votes_per_seat=procedure.number(RuleKind.VOTES_PER_SEAT) or 1,
        allows_deputies=not procedure.is_off(RuleKind.DEPUTIES),
        recusal=procedure.mode(RuleKind.RECUSAL),
        source=procedure.rule(RuleKind.QUORUM).source,
    )


@dataclass(frozen=True)
class Line:
    """A place on the roll."""

    place: Place
    reason: Reason

    @property
    def may_vote(self) -> bool:
        return self.reason.may_vote


@dataclass(frozen=True, kw_only=True)
class Roll:
    """Everybody of one committee at one moment of one item."""

    lines: Sequence[Line]
    rules: RollRules
    last_finding: bool | None = None
    """What was found last about the quorum in this meeting; None: nothing yet."""
    is_second_call: bool = False
    """The item failed for want of a quorum before, and the invitation said what that means now."""

    def count(self, *reasons: Reason) -> int:
        """How many places there are for these reasons."""
        return sum(line.reason in reasons for line in self.lines)

    @property
    def seats(self) -> int:
        """Places that may vote."""
        return sum(line.may_vote for line in self.lines)

    @property
    def possible(self) -> int:
        """Votes that may be cast."""
        return self.seats * self.rules.votes_per_seat

    @property
    def is_exact(self) -> bool:
        """False where rights to vote are not stated: then the votes are at most that many."""
        return not self.count(Reason.NOT_STATED)

    @property
    def present(self) -> int:
        """Votes that count as present for the quorum."""
        counted = self.seats
        if self.rules.recusal is RecusalBase.COUNTED:
            counted += sum(line.reason is Reason.RECUSED and line.place.voting is not Voting.NO for line in self.lines)
        return counted * self.rules.votes_per_seat

    @property
    def base(self) -> int:
        """Votes the quorum is counted from."""
        return sum(self._is_in_base(line) for line in self.lines) * self.rules.votes_per_seat

    @property
    def needed(self) -> int | None:
        """Votes that must be present; None: the committee has no rule."""
        if not self.rules.has_quorum:
            return None
        return self.rules.quorum_number if self.rules.quorum_number is not None else self.base // 2 + 1

    @property
    def is_enough(self) -> bool | None:
        """Whether as many votes are there as the quorum asks for."""
        return None if self.needed is None else self.present >= self.needed

    @property
    def is_quorate(self) -> bool | None:
        """Whether resolutions can be taken: the count, what is deemed or was found, the second call. None: no rule."""
        if self.is_enough is None:
            return None
        if self.is_enough or self.is_second_call:
            return True
        return not self.rules.is_strict and self.last_finding is not False

    @property
    def headline(self) -> str:
        """„18 Stimmen im Raum, nötig 10"."""
        words = f"{self.possible} {'Stimme' if self.possible == 1 else 'Stimmen'} im Raum"
        words = words if self.is_exact else f"höchstens {words}"
        return words if self.needed is None else f"{words}, nötig {self.needed}"

    @property
    def facts(self) -> str:
        """„19 stimmberechtigte Sitze besetzt, 1 befangen, 2 beratend"."""
        recused = self.count(Reason.RECUSED)
        words = "stimmberechtigte" if self.is_exact else "möglicherweise stimmberechtigte"
        seats = self.seats + recused
        said = [f"{seats} {words if seats != 1 else words + 'r'} {'Sitz' if seats == 1 else 'Sitze'} besetzt"]
        return ", ".join(said + self._others())

    @property
    def sentence(self) -> str:
        """The line before a vote: „Abstimmen dürfen 18 Sitze, 1 befangen; beschlussfähig: 18 von nötigen 10"."""
        seats = f"{self.seats} {'Sitz' if self.seats == 1 else 'Sitze'}"
        verb = "darf" if self.seats == 1 else "dürfen"
        who = f"Abstimmen {verb} {'' if self.is_exact else 'höchstens '}{seats}"
        if self.rules.votes_per_seat > 1:
            who += f" mit je {self.rules.votes_per_seat} Stimmen"
        return f"{', '.join([who, *self._others()])}; {self.quorum_words}"

    @property
    def quorum_words(self) -> str:
        """Whether there is a quorum, in words."""
        if self.needed is None:
            return "Beschlussfähigkeit nicht geregelt"
        figures = f"{self.present} von nötigen {self.needed}"
        if self.is_enough:
            return f"beschlussfähig: {figures}"
        if self.is_second_call:
            return f"beschlussfähig als zweite Sitzung zum selben Punkt ({figures})"
        if self.is_quorate:
            return f"gilt als beschlussfähig, bis sie angezweifelt wird ({figures})"
        return f"nicht beschlussfähig: {figures}"

    @property
    def steps(self) -> list[str]:
        """The calculation in German, line by line (Rechenweg)."""
        present, deputies, unknown = (
            self.count(reason) for reason in (Reason.PRESENT, Reason.DEPUTY, Reason.NOT_STATED)
        )
        lines = [f"{present} anwesend + {deputies} vertreten = {present + deputies} stimmberechtigte Sitze im Raum"]
        if unknown:
            lines.append(f"+ {unknown} im Raum ohne Angabe zum Stimmrecht; sie zählen als mögliche Stimmen")
        for reason in (Reason.RECUSED, Reason.ADVISORY, Reason.DEPUTY_NOT_ALLOWED):
            if self.count(reason):
                lines.append(f"{self.count(reason)} ohne Stimme: {reason.label}")
        if self.rules.votes_per_seat > 1:
            lines.append(f"{self.seats} Sitze × {self.rules.votes_per_seat} Stimmen je Sitz")
        lines.append(f"= {'' if self.is_exact else 'höchstens '}{self.possible} Stimmen")
        return [*lines, *self._quorum_steps()]

    def _quorum_steps(self) -> Iterable[str]:
        if self.needed is None:
            yield "Zur Beschlussfähigkeit ist keine Regel hinterlegt."
            return
        if self.rules.quorum_number is not None:
            yield f"Nötig sind {self.needed} Stimmen, wie die Regel sagt"
        else:
            vacant = sum(line.place.is_vacant and self._is_in_base(line) for line in self.lines)
            also = f", {vacant} unbesetzte mitgezählt" if vacant else ""
            yield f"Nötig: mehr als die Hälfte von {self.base} Stimmen{also} = {self.needed}"
        if self.count(Reason.RECUSED):
            yield {
                RecusalBase.NOT_COUNTED: "Befangene zählen bei diesem Punkt nicht mit, weder hier noch dort.",
                RecusalBase.COUNTED: "Befangene zählen für die Beschlussfähigkeit mit.",
                None: "Zur Befangenheit ist nichts geregelt: Befangene bleiben in der Grundzahl, gelten aber als fort.",
            }[self.rules.recusal]  # fmt: skip
        yield f"{self.quorum_words[:1].upper()}{self.quorum_words[1:]}" + (
            f" ({self.rules.source})" if self.rules.source else ""
        )

    def _others(self) -> list[str]:
        said = [(Reason.RECUSED, "befangen"), (Reason.ADVISORY, "beratend"),
                (Reason.DEPUTY_NOT_ALLOWED, "Vertretung ohne Stimme")]  # fmt: skip
        return [f"{self.count(reason)} {words}" for reason, words in said if self.count(reason)]

    def _is_in_base(self, line: Line) -> bool:
        if line.place.voting is Voting.NO:
            return False
        if line.place.is_recused and self.rules.recusal is RecusalBase.NOT_COUNTED:
            return False
        return line.place.is_standing or line.may_vote or line.reason is Reason.RECUSED


def call_roll(
    places: Iterable[Place], rules: RollRules, moment: datetime | None, *, last_finding: bool | None = None,
    is_second_call: bool = False,
) -> Roll:  # fmt: skip
    """Ask of every place whether it may vote at ``moment``; None asks for any time of the meeting."""
    lines = [Line(place, reason_of(place, rules, moment)) for place in places]
    return Roll(lines=lines, rules=rules, last_finding=last_finding, is_second_call=is_second_call)


def reason_of(place: Place, rules: RollRules, moment: datetime | None) -> Reason:
    """Why a place may or may not vote at ``moment``."""
    gone = _why_not_there(place, moment)
    if gone is not None:
        return gone
    if place.is_recused:
        return Reason.RECUSED
    if place.voting is Voting.NO:
        return Reason.ADVISORY
    if place.state is AttendanceState.DEPUTY and not rules.allows_deputies:
        return Reason.DEPUTY_NOT_ALLOWED
    if place.voting is Voting.NOT_STATED:
        return Reason.NOT_STATED
    return Reason.DEPUTY if place.state is AttendanceState.DEPUTY else Reason.PRESENT


def _why_not_there(place: Place, moment: datetime | None) -> Reason | None:
    if place.state is None:
        return Reason.VACANT if place.is_vacant else Reason.OPEN
    if not place.state.in_the_room:
        return Reason.EXCUSED if place.state is AttendanceState.EXCUSED else Reason.ABSENT
    if moment is None:
        return None
    if place.arrived_at is not None and moment < place.arrived_at:
        return Reason.NOT_YET
    if place.left_at is not None and place.left_at <= moment:
        return Reason.LEFT
    on_break = any(left <= moment and (back is None or moment < back) for left, back in place.breaks)
    return Reason.ON_BREAK if on_break else None
