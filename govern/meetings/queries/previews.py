"""What the page before the dispatch shows: exactly who gets what, and whether it is in time."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from govern.committees.models import CommitteeOfficer, Participation, Seat
from govern.committees.procedures import Procedure
from govern.committees.queries.compositions import Composition
from govern.db import db, fingerprint
from govern.formats import today
from govern.meetings.models import MailText, Meeting, MeetingRole, TextKind
from govern.meetings.queries.agendas import Agenda, agenda_of
from govern.meetings.queries.asked import ASKED, DAY, values_of
from govern.meetings.queries.joint import is_chair_of_meeting
from govern.meetings.queries.meetings import with_parts
from govern.meetings.queries.notices import Notice, notice_of
from govern.meetings.queries.procedures import procedure_of_meeting
from govern.meetings.queries.recipients import composed_of, not_yet_invited, recipients_of
from govern.meetings.recipients import Recipient, fingerprint_of, one_mail_each
from govern.people.models import Person, User


@dataclass(frozen=True)
class Preview:
    """Recipients of an invitation and its notice period."""

    recipients: Sequence[Recipient]
    already: int
    """So many are invited already."""
    notice: Notice

    @property
    def without_address(self) -> list[Recipient]:
        return [r for r in self.recipients if not r.addresses and r.told_with is None]

    @property
    def people(self) -> int:
        """How many are invited; whoever holds several seats counts once."""
        return sum(1 for r in self.recipients if r.told_with is None)

    @property
    def mails(self) -> int:
        """How many mails go out."""
        return sum(len(r.addresses) for r in self.recipients)

    @property
    def seen(self) -> str:
        """What was shown, so that nobody sends anything else unseen."""
        return fingerprint(*fingerprint_of(self.recipients))

    @property
    def needs_reason(self) -> bool:
        """The notice period is missed by the first invitation."""
        return not self.notice.is_kept and not self.already


@dataclass(frozen=True)
class Basis:
    """What an invitation is made from, read once."""

    meeting: Meeting
    agenda: Agenda
    composed: Sequence[Composition]
    procedure: Procedure
    own_words: MailText | None
    chairs: Sequence[Person]

    @property
    def seats_as_needed(self) -> list[Seat]:
        """Seats that are invited when a topic asks for it; standing ones always are."""
        return [f.seat for c in self.composed for f in c if f.seat.participation is not Participation.STANDING]

    @property
    def reporting_seats(self) -> list[int]:
        """Those of them that report on an item."""
        reporting = {item.rapporteur_seat_id for item in self.agenda.items}
        return [seat.id for seat in self.seats_as_needed if seat.id in reporting]


def basis_of(meeting: Meeting, user: User) -> Basis:
    """The basis of the invitation to ``meeting``, for ``user`` who prepares it."""
    rows = db.session.execute(_with_words_and_chairs(), values_of(meeting)).unique().all()
    meeting, own_words, _chair = rows[0]
    return Basis(
        meeting, agenda_of(meeting, user), composed_of(meeting), procedure_of_meeting(meeting), own_words,
        [chair.person for *_same, chair in rows if chair is not None],
    )  # fmt: skip


@cache
def _with_words_and_chairs() -> sa.Select[Meeting, MailText | None, CommitteeOfficer | None]:
    """One row for each chair; one without a chair where there is none."""
    own = sa.and_(MailText.committee_id == Meeting.committee_id, MailText.kind == TextKind.INVITATION)
    return (
        with_parts()
        .outerjoin(MailText, own)
        .outerjoin(CommitteeOfficer, is_chair_of_meeting(ASKED, DAY))
        .add_columns(MailText, CommitteeOfficer)
        .options(
            joinedload(CommitteeOfficer.person).joinedload(Person.user),
            joinedload(Meeting.roles).joinedload(MeetingRole.person).joinedload(Person.user),
        )
        .order_by(CommitteeOfficer.id)
        .execution_options(populate_existing=False)  # whoever asks may be among them, with all that is known of them
    )


def preview_of(basis: Basis, *, informs_deputies: bool, further_seats: Collection[int]) -> Preview:
    """Who is invited if the invitation goes out now; whoever was invited before is left out."""
    meeting = basis.meeting
    everybody = recipients_of(
        meeting,
        informs_deputies=informs_deputies,
        further_seats=further_seats,
        composed=basis.composed,
        chairs=basis.chairs,
    )
    fresh = not_yet_invited(meeting, everybody)
    shown = one_mail_each(fresh)
    return Preview(
        shown,
        len({r.key[0] or r.key for r in everybody}) - len({r.key[0] or r.key for r in fresh}),
        notice_of(meeting, basis.procedure, today()),
    )
