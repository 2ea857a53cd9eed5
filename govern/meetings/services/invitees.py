"""Invitations as rows: one for each person and seat of a meeting, whatever becomes of it."""

from __future__ import annotations

import sqlalchemy as sa

from govern import tokens
from govern.db import db
from govern.meetings.models import Invitation, Meeting
from govern.meetings.recipients import Key, Recipient


def earlier_invitations(meeting: Meeting) -> dict[Key, Invitation]:
    """What anybody was invited as before, taken back or not, by person and seat; no statement before the first."""
    if meeting.invited_at is None:
        return {}
    rows = db.session.scalars(
        sa.select(Invitation).where(
            Invitation.meeting_id == meeting.id, Invitation.person_id.is_not(None), Invitation.seat_id.is_not(None)
        )
    )
    return {(row.person_id, row.seat_id, None): row for row in rows}


def invite(meeting: Meeting, recipient: Recipient, earlier: Invitation | None = None) -> Invitation:
    """An invitation for ``recipient`` with an address of its own to answer at.

    ``earlier`` is that of the same person and seat, which was taken back or holds no longer: it begins anew.
    """
    if earlier is None:
        invitation = Invitation(
            meeting=meeting, kind=recipient.kind, person=recipient.person, seat=recipient.seat, guest=recipient.guest,
            nonce=tokens.new_nonce(), expires_at=meeting.ends_at, ical_sequence=meeting.ical_sequence,
        )  # fmt: skip
        db.session.add(invitation)
        return invitation
    earlier.kind, earlier.revoked_at, earlier.nonce = recipient.kind, None, tokens.new_nonce()
    earlier.answer = earlier.answered_at = earlier.answer_note = earlier.answered_by = None
    earlier.stands_in_for_id = None
    earlier.ical_sequence = max(earlier.ical_sequence + 1, meeting.ical_sequence)
    earlier.expires_at = meeting.ends_at
    return earlier
