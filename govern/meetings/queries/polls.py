"""Read date polls: lists, the overview with its sums, and the personal link."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from govern import tokens
from govern.committees.models import Committee
from govern.db import db, now
from govern.meetings.models import DateAnswer, DateChoice, DateOption, DatePoll, PollInvitee
from govern.meetings.policies_dates import polls_viewable_by
from govern.meetings.queries.audiences import members_of
from govern.meetings.queries.free_dates import objections
from govern.people.models import Person, User

PAGE = 25
LINK_PURPOSE = "date-poll"
LINK_KEPT = timedelta(days=14)
"""How long after the last date offered a personal link still opens."""


@dataclass(frozen=True)
class OptionSums:
    """One date with what was answered, and what speaks against it."""

    option: DateOption
    counts: Counter[DateChoice]
    votes: int
    """Seats with a right to vote whose holders can come, „zur Not" included."""
    objections: list[str]

    @property
    def can_come(self) -> int:
        """For how many it suits, „zur Not" included."""
        return self.counts[DateChoice.YES] + self.counts[DateChoice.IF_NEEDED]


@dataclass(frozen=True)
class Overview:
    """A date poll with all answers: rows are persons, columns dates."""

    poll: DatePoll
    sums: list[OptionSums]
    choices: dict[tuple[int, int], DateChoice]
    """By invitee and option."""
    votes: dict[int, int]
    """Seats with a right to vote, by person."""

    @property
    def answered(self) -> int:
        return sum(invitee.answered_at is not None for invitee in self.poll.invitees)

    @property
    def waiting(self) -> list[PollInvitee]:
        """Those who have not answered yet."""
        return [invitee for invitee in self.poll.invitees if invitee.answered_at is None]

    @property
    def counts_votes(self) -> bool:
        """True if rights to vote are stated in the committee."""
        return any(self.votes.values())

    @property
    def best(self) -> set[int]:
        """The options that suit most: by votes where these are stated, then by persons."""
        if not self.answered:
            return set()
        ranks = {s.option.id: (s.votes, s.can_come, s.counts[DateChoice.YES]) for s in self.sums}
        return {identity for identity, rank in ranks.items() if rank == max(ranks.values()) and rank[1]}


def list_polls(user: User, *, number: int = 1) -> tuple[Sequence[DatePoll], int]:
    """One page of the polls ``user`` may see, open ones first, and how many there are in all."""
    seen = polls_viewable_by(user)
    total = db.session.scalar(sa.select(sa.func.count()).select_from(DatePoll).where(seen)) or 0
    polls = db.session.scalars(
        sa.select(DatePoll)
        .where(seen)
        .options(joinedload(DatePoll.committee), selectinload(DatePoll.options), selectinload(DatePoll.invitees))
        .order_by(DatePoll.closed_at.is_not(None), DatePoll.created_at.desc(), DatePoll.id.desc())
        .limit(PAGE)
        .offset((number - 1) * PAGE)
    ).all()
    return polls, total


def overview_of(poll: DatePoll, day: date, *, with_objections: bool) -> Overview:
    """All answers of ``poll``, with the rights to vote of ``day``; five statements whatever its size."""
    invitees = db.session.scalars(
        sa.select(PollInvitee)
        .join(PollInvitee.person)
        .where(PollInvitee.poll_id == poll.id)
        .options(joinedload(PollInvitee.person).joinedload(Person.user))
        .order_by(Person.sort_name, Person.id)
        .execution_options(populate_existing=True)
    ).all()
    sa.orm.attributes.set_committed_value(poll, "invitees", list(invitees))
    answers = db.session.scalars(
        sa.select(DateAnswer).join(DateAnswer.option).where(DateOption.poll_id == poll.id)
    ).all()
    votes = {m.person.id: m.votes for m in members_of([poll.committee_id], day, with_deputies=True)}
    person_of = {invitee.id: invitee.person_id for invitee in invitees}
    spans = [(option.starts_at, option.ends_at) for option in poll.options]
    against = objections(spans, except_for=poll.meeting_id) if with_objections else {}
    sums = []
    for option in poll.options:
        given = [a for a in answers if a.option_id == option.id]
        coming = {person_of[a.invitee_id] for a in given if a.choice is not DateChoice.NO}
        sums.append(
            OptionSums(
                option,
                Counter(a.choice for a in given),
                sum(votes.get(person_id, 0) for person_id in coming),
                against.get((option.starts_at, option.ends_at), []),
            )
        )
    return Overview(poll, sums, {(a.invitee_id, a.option_id): a.choice for a in answers}, votes)


def choices_of(invitee: PollInvitee) -> dict[int, DateChoice]:
    """What somebody answered, by option."""
    rows = db.session.scalars(sa.select(DateAnswer).where(DateAnswer.invitee_id == invitee.id)).all()
    return {answer.option_id: answer.choice for answer in rows}


def invitee_of(poll: DatePoll, user: User) -> PollInvitee | None:
    """The person of ``user`` among those asked."""
    return next((invitee for invitee in poll.invitees if invitee.person_id == user.person_id), None)


def invitee_token(invitee: PollInvitee, key: str) -> str:
    """The token of somebody's personal link."""
    return tokens.sign(LINK_PURPOSE, invitee.nonce, key)


def find_invitee(token: str, key: str) -> PollInvitee | None:
    """Who opens the personal link ``token``; None when it is wrong or expired, or the person has left."""
    nonce = tokens.verify(LINK_PURPOSE, token, key)
    if nonce is None:
        return None
    invitee = db.session.scalars(
        sa.select(PollInvitee)
        .join(PollInvitee.poll)
        .join(PollInvitee.person)
        .where(PollInvitee.nonce == nonce, DatePoll.asked_at.is_not(None), Person.ended_on.is_(None))
        .options(
            joinedload(PollInvitee.person),
            joinedload(PollInvitee.poll).joinedload(DatePoll.committee),
            joinedload(PollInvitee.poll).selectinload(DatePoll.options),
        )
    ).one_or_none()
    if invitee is None or max(option.ends_at for option in invitee.poll.options) + LINK_KEPT < now():
        return None
    return invitee


def find_option(committee: Committee, option_id: int | None) -> DateOption | None:
    """A date offered in a poll of ``committee`` that is still open; None without one."""
    if option_id is None:
        return None
    return db.session.scalars(
        sa.select(DateOption)
        .join(DateOption.poll)
        .where(
            DateOption.id == option_id,
            DatePoll.committee_id == committee.id,
            DatePoll.asked_at.is_not(None),
            DatePoll.closed_at.is_(None),
        )
        .options(joinedload(DateOption.poll))
    ).one_or_none()
