"""What the page before the dispatch shows: exactly who gets what, and whether it is in time."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from govern.db import fingerprint
from govern.formats import today
from govern.meetings.models import Meeting
from govern.meetings.queries.notices import Notice, notice_of
from govern.meetings.queries.procedures import procedure_of_meeting
from govern.meetings.queries.recipients import not_yet_invited, recipients_of
from govern.meetings.recipients import Recipient, fingerprint_of


@dataclass(frozen=True)
class Preview:
    """Recipients of an invitation and its notice period."""

    recipients: Sequence[Recipient]
    already: int
    """So many are invited already."""
    notice: Notice

    @property
    def without_address(self) -> list[Recipient]:
        return [r for r in self.recipients if not r.addresses]

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


def preview_of(meeting: Meeting, *, informs_deputies: bool, further_seats: Collection[int]) -> Preview:
    """Who is invited if the invitation goes out now; whoever was invited before is left out."""
    everybody = recipients_of(meeting, informs_deputies=informs_deputies, further_seats=further_seats)
    fresh = not_yet_invited(meeting, everybody)
    return Preview(fresh, len(everybody) - len(fresh), notice_of(meeting, procedure_of_meeting(meeting), today()))
