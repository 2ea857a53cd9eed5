"""Read circular resolutions: lists, by the link of a mail, and how they stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from govern import tokens
from govern.committees.models import Committee, Mandate, MandateKind, Seat
from govern.db import db, now
from govern.formats import today
from govern.meetings.models import (
    CircularAnswer,
    CircularChoice,
    CircularResolution,
    CircularState,
    MajorityBase,
    Meeting,
    MeetingState,
    SilenceRule,
)
from govern.meetings.policies_minutes import circulars_viewable_by
from govern.people.models import Person, User

PAGE = 25
LINK_DAYS = 30
"""How long after the end the link of a mail still shows what came of it."""


@dataclass(frozen=True)
class CircularPage:
    """One page of the list."""

    rows: Sequence[CircularResolution]
    total: int
    number: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE))


@dataclass(frozen=True, kw_only=True)
class Tally:
    """How the votes stand, silence counted as the rule says."""

    yes: int
    no: int
    abstain: int
    silent: int
    """Votes without an answer; under „Schweigen gilt als Zustimmung" they are part of ``yes``."""
    total: int
    base: MajorityBase
    silence: SilenceRule

    @property
    def is_adopted(self) -> bool:
        """More than half of all votes, or more yes than no of those that were cast."""
        if self.base is MajorityBase.ALL_SEATS:
            return self.yes * 2 > self.total
        return self.yes > self.no

    @property
    def text(self) -> str:
        """„7 Ja, 1 Nein, 1 Enthaltung, 2 ohne Antwort, von 11 Stimmen"."""
        words = [f"{self.yes} Ja", f"{self.no} Nein",
                 f"{self.abstain} {'Enthaltung' if self.abstain == 1 else 'Enthaltungen'}"]  # fmt: skip
        if self.silent:
            consented = " (gilt als Zustimmung, bei Ja mitgezählt)" if self.silence is SilenceRule.CONSENT else ""
            words.append(f"{self.silent} ohne Antwort{consented}")
        return f"{', '.join(words)}, von {self.total} {'Stimme' if self.total == 1 else 'Stimmen'}"


def tally_of(circular: CircularResolution) -> Tally:
    """The count of ``circular`` as its answers stand; needs the answers loaded."""
    rows = [a for a in circular.answers if a.may_vote]

    def votes(choice: CircularChoice | None) -> int:
        return sum(a.votes for a in rows if a.choice is choice)

    silent = votes(None)
    consented = silent if circular.silence is SilenceRule.CONSENT else 0
    return Tally(
        yes=votes(CircularChoice.YES) + consented, no=votes(CircularChoice.NO), abstain=votes(CircularChoice.ABSTAIN),
        silent=silent, total=sum(a.votes for a in rows), base=circular.majority_base, silence=circular.silence,
    )  # fmt: skip


def is_over(circular: CircularResolution) -> bool:
    """True once the period has run out, even if nobody has counted yet."""
    return circular.ends_at is not None and circular.starts_at is not None and circular.ends_at < now()


def list_circulars(user: User, *, committee_id: int | None, number: int) -> CircularPage:
    """One page of the circular resolutions ``user`` may see, the newest first."""
    conditions = [circulars_viewable_by(user)]
    if committee_id is not None:
        conditions.append(CircularResolution.committee_id == committee_id)
    total = db.session.scalar(sa.select(sa.func.count()).select_from(CircularResolution).where(*conditions)) or 0
    rows = db.session.scalars(
        sa.select(CircularResolution)
        .where(*conditions)
        .options(
            joinedload(CircularResolution.committee), joinedload(CircularResolution.resolution),
            selectinload(CircularResolution.answers),
        )
        .order_by(CircularResolution.id.desc())
        .limit(PAGE)
        .offset((number - 1) * PAGE)
    ).all()  # fmt: skip
    return CircularPage(rows, total, number)


def load_circular(circular: CircularResolution) -> CircularResolution:
    """``circular`` with everything its page shows."""
    return db.session.scalars(
        sa.select(CircularResolution)
        .where(CircularResolution.id == circular.id)
        .options(
            joinedload(CircularResolution.committee),
            joinedload(CircularResolution.resolution),
            joinedload(CircularResolution.told_item),
            selectinload(CircularResolution.papers),
            selectinload(CircularResolution.answers).options(
                joinedload(CircularAnswer.person), joinedload(CircularAnswer.mail)
            ),
        )
        .execution_options(populate_existing=True)
    ).one()


def answer_token(answer: CircularAnswer, key: str) -> str:
    """The token of the link with which one seat answers."""
    return tokens.sign("circular", answer.nonce, key)


def find_answer(token: str, key: str) -> CircularAnswer | None:
    """The row of ``token``; None when it is wrong or long over, or the person has left, be it only the committee."""
    nonce = tokens.verify("circular", token, key)
    if nonce is None:
        return None
    return db.session.scalars(
        sa.select(CircularAnswer)
        .join(CircularAnswer.circular_resolution)
        .where(
            CircularAnswer.nonce == nonce,
            ~CircularAnswer.person.has(Person.ended_on.is_not(None)),
            sa.or_(CircularAnswer.person_id.is_(None), _still_sits()),
            sa.or_(
                CircularResolution.ended_at.is_(None), CircularResolution.ended_at > now() - timedelta(days=LINK_DAYS)
            ),
        )
        .options(
            joinedload(CircularAnswer.person),
            joinedload(CircularAnswer.circular_resolution).options(
                joinedload(CircularResolution.committee), selectinload(CircularResolution.papers)
            ),
        )
    ).one_or_none()


def _still_sits() -> sa.ColumnElement[bool]:
    # On any seat of the committee: one that is changed from a day on goes on under another id.
    return (
        sa.exists()
        .where(
            Mandate.person_id == CircularAnswer.person_id,
            Mandate.kind == MandateKind.HOLDER,
            sa.or_(Mandate.ends_on.is_(None), Mandate.ends_on >= today()),
            Seat.id == Mandate.seat_id,
            Seat.committee_id == CircularResolution.committee_id,
        )
        .correlate(CircularAnswer, CircularResolution)
    )


def list_due(moment: datetime) -> Sequence[CircularResolution]:
    """Running ones whose period is over."""
    return db.session.scalars(
        sa.select(CircularResolution)
        .where(CircularResolution.state == CircularState.RUNNING, CircularResolution.ends_at < moment)
        .options(selectinload(CircularResolution.answers), joinedload(CircularResolution.committee))
        .order_by(CircularResolution.id)
    ).all()


def list_untold(committee: Committee | None = None) -> Sequence[CircularResolution]:
    """Those with a result that no agenda tells yet; of all committees, or of one."""
    is_wanted = sa.true() if committee is None else CircularResolution.committee_id == committee.id
    return db.session.scalars(
        sa.select(CircularResolution)
        .where(CircularResolution.resolution_id.is_not(None), CircularResolution.told_item_id.is_(None), is_wanted)
        .options(
            selectinload(CircularResolution.answers), joinedload(CircularResolution.committee),
            joinedload(CircularResolution.resolution),
        )
        .order_by(CircularResolution.id)
    ).all()  # fmt: skip


def next_open_meeting(committee: Committee) -> Meeting | None:
    """The next meeting of ``committee`` whose agenda may still grow: nobody was invited to it yet."""
    return db.session.scalars(
        sa.select(Meeting)
        .where(
            Meeting.committee_id == committee.id,
            Meeting.deleted_at.is_(None),
            Meeting.invited_at.is_(None),
            Meeting.state.in_((MeetingState.PREPARING, MeetingState.PUBLISHED)),
            Meeting.ends_at > now(),
        )
        .order_by(Meeting.starts_at)
        .limit(1)
    ).first()
