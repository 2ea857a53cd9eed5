"""What the invited answered, seat by seat, and whether the committee will have a quorum."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from govern.committees.models import Committee, RuleKind, Voting
from govern.committees.procedures import Procedure
from govern.formats import count
from govern.meetings.models import Invitation, InvitationAnswer, InvitationMail, InviteeKind, Meeting
from govern.meetings.queries.heads import Head, SeatFigures
from govern.meetings.queries.invitations import invitations_of, is_asked, stands
from govern.meetings.queries.procedures import procedure_of_meeting
from govern.meetings.recipients import label_of
from govern.people.models import User


@dataclass(frozen=True)
class Answered:
    """One invitation on the attendance tab, with whoever stands in."""

    invitation: Invitation
    stand_in: Invitation | None
    lacks_deputy: bool
    """Refused, a deputy could come, and none is named or free."""
    mails: Sequence[InvitationMail] = ()
    """The mails of the invitation, where they are shown."""

    @property
    def label(self) -> str:
        return label_of(self.invitation)

    @property
    def is_asked(self) -> bool:
        return is_asked(self.invitation)

    @property
    def attends(self) -> bool:
        """True when the seat is expected to be filled: promised, or the deputy has promised."""
        if self.invitation.answer is InvitationAnswer.YES:
            return True
        return self.stand_in is not None and self.stand_in.answer is InvitationAnswer.YES

    @property
    def is_deputised(self) -> bool:
        return self.stand_in is not None or self.invitation.answer is InvitationAnswer.DEPUTY


def answers_of(invitations: Sequence[Invitation], procedure: Procedure, *, with_mails: bool = False) -> list[Answered]:
    """What was answered, seat by seat; deputies stand with the seat they stand in for."""
    standing = [i for i in invitations if stands(i)]
    stand_ins: dict[int, Invitation] = {}
    for invitation in standing:
        if invitation.stands_in_for_id is not None and invitation.answer is not InvitationAnswer.NO:
            stand_ins[invitation.stands_in_for_id] = invitation
    found = []
    for invitation in standing:
        if invitation.kind is InviteeKind.DEPUTY:
            continue
        stand_in = stand_ins.get(invitation.id)
        refused = invitation.answer in (InvitationAnswer.NO, InvitationAnswer.DEPUTY)
        lacks = refused and invitation.seat_id is not None and stand_in is None and allows_deputies(procedure)
        mails = _of_latest_dispatch(invitation) or _of_other_seat(invitation, standing) if with_mails else ()
        found.append(Answered(invitation, stand_in, lacks, mails))
    return found


def _of_latest_dispatch(invitation: Invitation) -> Sequence[InvitationMail]:
    latest = max((row.dispatch_id for row in invitation.mails), default=None)
    return [row for row in invitation.mails if row.dispatch_id == latest]


def _of_other_seat(invitation: Invitation, standing: Sequence[Invitation]) -> Sequence[InvitationMail]:
    # Whoever holds several seats got one mail, which hangs on the first of them.
    if invitation.kind is not InviteeKind.HOLDER or invitation.person_id is None:
        return ()
    same = (i for i in standing if i.kind is InviteeKind.HOLDER and i.person_id == invitation.person_id and i.mails)
    return next((_of_latest_dispatch(i) for i in same), ())


@dataclass(frozen=True)
class Participation:
    """Everything the pages of a meeting say of answers."""

    answers: Sequence[Answered]
    own: Invitation | None
    """The invitation of whoever reads; of several the one with something left to do."""
    procedure: Procedure

    @property
    def yes(self) -> int:
        return sum(1 for a in self.answers if a.invitation.answer is InvitationAnswer.YES)

    @property
    def deputised(self) -> int:
        return sum(1 for a in self.answers if a.is_deputised)

    @property
    def refused(self) -> int:
        return sum(1 for a in self.answers if a.invitation.answer is InvitationAnswer.NO and not a.is_deputised)

    @property
    def unanswered(self) -> int:
        return sum(1 for a in self.answers if a.invitation.answer is None)

    @property
    def invited_words(self) -> str:
        """Who was asked, so that the answers add up: „28 Sitze, 1 Gast“."""
        kinds = [a.invitation.kind for a in self.answers]
        words = [
            count(kinds.count(InviteeKind.HOLDER), "Sitz", "Sitze"),
            count(kinds.count(InviteeKind.ROLE), "weitere Person für Leitung oder Protokoll",
                  "weitere Personen für Leitung und Protokoll"),
            count(kinds.count(InviteeKind.GUEST), "Gast", "Gäste"),
        ]  # fmt: skip
        return ", ".join(word for word in words if not word.startswith("0 "))

    @property
    def own_lacks_deputy(self) -> bool:
        """Whoever reads has refused, and nobody comes instead."""
        return self.own is not None and any(a.invitation is self.own and a.lacks_deputy for a in self.answers)


def participation_of(
    meeting: Meeting, user: User, *, procedure: Procedure | None = None, with_mails: bool = False
) -> Participation | None:
    """What was answered to the invitation of ``meeting``; None before it went out. Two statements, three with mails.

    ``procedure`` saves one where the page has it already.
    """
    if meeting.invited_at is None:
        return None
    invitations = invitations_of(meeting, with_mails=with_mails)
    procedure = procedure or procedure_of_meeting(meeting)
    own = [
        i
        for i in invitations
        if stands(i) and is_asked(i) and i.person_id is not None and i.person_id == user.person_id
    ]
    answers = answers_of(invitations, procedure, with_mails=with_mails)
    empty = [a.invitation for a in answers if a.lacks_deputy and a.invitation in own]
    mine = next((i for i in own if i.answer is None), next(iter(empty or own), None))
    return Participation(answers, mine, procedure)


def allows_deputies(procedure: Procedure) -> bool:
    """False only where the rules say that nobody is deputised."""
    return not procedure.is_off(RuleKind.DEPUTIES)


@dataclass(frozen=True)
class Forecast:
    """Whether the committee will come together, as far as the answers tell."""

    promised: int
    base: int
    """Seats with a stated right to vote where there are such and a quorum is asked for; else all that are asked."""
    needed: int | None
    """None: no quorum is asked for, or it cannot be worked out."""
    deputies: int
    unanswered: int
    is_voting: bool
    reason: str = ""
    """Why there is no number needed, in German."""
    committee: Committee | None = None
    """Named where several committees meet."""


NO_SEATS = SeatFigures(seats=0, places=0, is_exact=True, vacant=0, voting=0, not_stated=0)
"""Of a committee without standing seats on the day."""


def forecasts_of(found: Participation | None, figures: SeatFigures | None, head: Head) -> list[Forecast]:
    """The forecast of the quorum, for each committee of a joint meeting apart (E-20); no statement."""
    if found is None or figures is None:
        return []
    committees = head.meeting.committees
    if len(committees) == 1:
        return [forecast_of(found.answers, found.procedure, figures)]
    forecasts = []
    for committee in committees:
        answers = [a for a in found.answers if a.invitation.seat and a.invitation.seat.committee_id == committee.id]
        procedure = head.procedures.get(committee.id, found.procedure)
        forecast = forecast_of(answers, procedure, figures.parts.get(committee.id, NO_SEATS))
        forecasts.append(replace(forecast, committee=committee))
    return forecasts


def forecast_of(answers: Sequence[Answered], procedure: Procedure, figures: SeatFigures) -> Forecast:
    """The forecast of the quorum of one committee: whoever has not answered counts as not coming."""
    quorum = procedure.rule(RuleKind.QUORUM)
    is_voting = quorum.is_on and figures.voting > 0
    counted = [a for a in answers if a.is_asked and (not is_voting or _votes(a.invitation))]
    reason = ""
    if not quorum.is_on:
        reason = "Für dieses Gremium ist keine Beschlussfähigkeit geregelt; gezählt sind nur die Antworten."
    elif not figures.voting:
        reason = "Stimmrechte sind nicht angegeben; eine Beschlussfähigkeit lässt sich daraus nicht ableiten."
    elif figures.not_stated:
        reason = f"Bei {count(figures.not_stated, 'Sitz', 'Sitzen')} ist das Stimmrecht nicht angegeben."
    return Forecast(
        promised=_promised(counted),
        base=figures.voting if is_voting else len(counted),
        needed=(quorum.number or figures.voting // 2 + 1) if is_voting else None,
        deputies=sum(1 for a in counted if a.is_deputised),
        unanswered=sum(1 for a in counted if a.invitation.answer is None),
        is_voting=is_voting,
        reason=reason,
    )


def _promised(answers: Sequence[Answered]) -> int:
    """Seats that will be filled: nobody sits on two seats of one committee at once."""
    found, people = 0, set()
    for answered in answers:
        if not answered.attends:
            continue
        comes = answered.invitation if answered.invitation.answer is InvitationAnswer.YES else answered.stand_in
        person_id = comes.person_id if comes is not None else None
        if person_id is None or person_id not in people:
            found += 1
            people.add(person_id)
    return found


def _votes(invitation: Invitation) -> bool:
    return invitation.seat is not None and invitation.seat.voting is Voting.YES
