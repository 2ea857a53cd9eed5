"""Mails of date polls: the question, the reminder, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence

from govern.formats import date_text, timespan
from govern.meetings.models import DatePoll, Meeting, PollInvitee
from govern.people.models import Body

WEIGHT = ["Bitte geben Sie zu jedem Termin an, ob er passt, zur Not geht oder nicht passt:"]


def question_text(invitee: PollInvitee, body: Body, url: str, *, is_reminder: bool) -> str:
    """The mail that asks somebody which dates suit."""
    poll = invitee.poll
    reminder = ["wir erinnern an diese Terminfrage; Ihre Antwort fehlt noch.", ""] if is_reminder else []
    lines = [
        _greeting(invitee),
        *reminder,
        f"für {poll.committee.name} suchen wir einen Termin: {poll.title}",
        *_dates(poll),
        *([poll.note, ""] if poll.note else []),
        *WEIGHT,
        url,
        "",
        "Der Link ist nur für Sie bestimmt; Sie brauchen sich nicht anzumelden.",
    ]
    if poll.closes_on:
        lines.append(f"Ihre Antwort können Sie bis zum {date_text(poll.closes_on)} ändern.")
    return "\n".join([*lines, *_closing(body)])


def result_text(invitee: PollInvitee, body: Body, meeting: Meeting, url: str) -> str:
    """The mail that tells which date was taken."""
    poll = invitee.poll
    lines = [
        _greeting(invitee),
        f"der Termin steht fest: {poll.title}",
        "",
        meeting.full_name,
        timespan(meeting.starts_at, meeting.ends_at),
        "",
        "Die Einladung mit der Tagesordnung folgt. Die Sitzung finden Sie hier:",
        url,
    ]
    return "\n".join([*lines, *_closing(body)])


def withdrawal_text(invitee: PollInvitee, body: Body) -> str:
    """The mail that tells that no date was taken."""
    poll = invitee.poll
    lines = [
        _greeting(invitee),
        f"die Terminfrage „{poll.title}“ ({poll.committee.name}) ist beendet, ohne dass ein Termin gewählt wurde.",
        "Sie brauchen nichts mehr zu tun.",
    ]
    return "\n".join([*lines, *_closing(body)])


def _greeting(invitee: PollInvitee) -> str:
    return f"Guten Tag, {invitee.person.name},\n"


def _dates(poll: DatePoll) -> Sequence[str]:
    return ["", *(f"- {timespan(option.starts_at, option.ends_at)}" for option in poll.options), ""]


def _closing(body: Body) -> Sequence[str]:
    return ["", "Mit freundlichen Grüßen", body.sender_name or body.name]
