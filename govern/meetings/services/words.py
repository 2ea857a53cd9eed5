"""The words of a dispatch as the committee wishes them, filled in for a meeting."""

from __future__ import annotations

from govern.meetings.models import DispatchKind, MailText, Meeting, TextKind
from govern.meetings.queries.heads import chair_of, place_of
from govern.meetings.queries.invitations import mail_text_of
from govern.meetings.words import Words, fill, values_of, words_of


def words_for(meeting: Meeting, kind: DispatchKind, *, occasion: str = "") -> Words:
    """Subject and cover text of a dispatch as the committee wishes them, filled in for ``meeting``."""
    return words_with(meeting, kind, mail_text_of(meeting.committee_id, TextKind(kind.value)), occasion=occasion)


def words_with(meeting: Meeting, kind: DispatchKind, own: MailText | None, *, occasion: str = "") -> Words:
    """The same where the ``own`` words of the committee are known; no statement."""
    words = words_of(TextKind(kind.value), own)
    values = values_of(meeting, place=place_of(meeting), chair=chair_of(meeting), occasion=occasion)
    return Words(fill(words.subject, values), fill(words.text, values))
