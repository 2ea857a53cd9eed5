"""Ask for dates, answer, remind, take one of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time

import sqlalchemy as sa

from govern import mail, tokens
from govern.committees.models import Committee
from govern.committees.queries.addresses import address_of_person
from govern.db import db, fingerprint, now
from govern.errors import Conflict, DomainError
from govern.formats import at, today
from govern.meetings.mails import polls as mails
from govern.meetings.models import DateAnswer, DateChoice, DateOption, DatePoll, Meeting, PollInvitee
from govern.meetings.queries.audiences import members_of
from govern.meetings.services.changes import STALE
from govern.people.models import User

MOST_OPTIONS = 20
Offer = tuple[date, time, time]
LinkOf = Callable[[PollInvitee], str]


def open_poll(
    committee: Committee,
    *,
    by: User,
    title: str,
    note: str | None,
    closes_on: date | None,
    offers: Sequence[Offer],
    with_deputies: bool,
) -> DatePoll:
    """Prepare a date poll for the members of today; nobody is asked yet."""
    if committee.is_over:
        raise DomainError("Dieses Gremium ist abgeschlossen; neue Sitzungen sind nicht möglich.")
    poll = DatePoll(committee=committee, title=title.strip(), created_by_id=by.id)
    _fill(poll, title, note, closes_on, offers)
    poll.invitees = [
        PollInvitee(person_id=member.person.id, nonce=tokens.new_nonce())
        for member in members_of([committee.id], today(), with_deputies=with_deputies)
    ]
    if not poll.invitees:
        raise DomainError("Im Gremium ist heute niemand benannt; es gibt niemanden zu fragen.")
    db.session.add(poll)
    db.session.flush()
    return poll


def version_of(poll: DatePoll) -> str:
    """What a form for a poll is based on."""
    dates = [(option.starts_at, option.ends_at) for option in poll.options]
    return fingerprint(poll.title, poll.note, poll.closes_on, poll.asked_at, dates)


def update_poll(
    poll: DatePoll,
    *,
    version: str,
    by: User,
    title: str,
    note: str | None,
    closes_on: date | None,
    offers: Sequence[Offer],
) -> None:
    """Change a poll. Once the members were asked, dates are only added: answers already given stay.

    Raises Conflict when somebody saved in the meantime.
    """
    _lock(poll)
    db.session.refresh(poll, ["title", "note", "closes_on", "options"])
    if version != version_of(poll):
        raise Conflict(STALE)
    _fill(poll, title, note, closes_on, offers)
    db.session.flush()


def ask_members(poll: DatePoll, *, by: User, link_of: LinkOf, host: str) -> int:
    """Put the question to everybody with an address into the outbox; returns how many mails."""
    _lock(poll)
    if poll.asked_at is not None:
        raise Conflict("Die Mitglieder sind schon gefragt worden.")
    if poll.closes_on is not None and poll.closes_on < today():
        raise DomainError("Der letzte Tag für Antworten ist vorbei. Bitte ändern Sie ihn zuerst.")
    if min(option.starts_at for option in poll.options) <= now():
        raise DomainError("Einer der Termine liegt in der Vergangenheit. Bitte ändern Sie ihn zuerst.")
    poll.asked_at = now()
    db.session.flush()
    return _question(poll, poll.invitees, by, link_of, host, is_reminder=False)


def remind(poll: DatePoll, *, by: User, link_of: LinkOf, host: str) -> int:
    """Remind those who have not answered, and nobody else; returns how many mails."""
    _lock(poll)
    if not poll.is_open:
        raise DomainError("Die Terminfrage nimmt keine Antworten mehr an.")
    waiting = [invitee for invitee in poll.invitees if invitee.answered_at is None]
    if not waiting:
        raise DomainError("Alle haben schon geantwortet.")
    poll.reminded_at = now()
    db.session.flush()
    return _question(poll, waiting, by, link_of, host, is_reminder=True)


def answer_poll(invitee: PollInvitee, choices: Mapping[int, DateChoice], *, note: str | None) -> None:
    """Record what suits somebody; may be changed until the poll ends."""
    poll = invitee.poll
    _lock(poll)
    if not poll.is_open:
        raise DomainError("Die Terminfrage ist beendet; Antworten lassen sich nicht mehr ändern.")
    if set(choices) != {option.id for option in poll.options}:
        raise DomainError("Bitte zu jedem Termin angeben, ob er passt.")
    given = {
        answer.option_id: answer
        for answer in db.session.scalars(sa.select(DateAnswer).where(DateAnswer.invitee_id == invitee.id))
    }
    for option_id, choice in choices.items():
        if option_id in given:
            given[option_id].choice = choice
        else:
            db.session.add(DateAnswer(option_id=option_id, invitee_id=invitee.id, choice=choice))
    invitee.answered_at, invitee.note = now(), (note or "").strip() or None
    db.session.flush()


def take_date(option: DateOption, meeting: Meeting, *, by: User, url: str, host: str) -> int:
    """Close the poll with the meeting planned from ``option`` and tell everybody; returns how many mails."""
    poll = option.poll
    _lock(poll)
    if poll.closed_at is not None:
        raise Conflict("Die Terminfrage ist inzwischen beendet.")
    poll.closed_at, poll.meeting, option.is_taken = now(), meeting, True
    db.session.flush()
    told = 0
    for invitee in poll.invitees:
        text = mails.result_text(invitee, by.body, meeting, url)
        told += _send(invitee, f"Termin steht fest: {poll.title}", text, by, host, is_secret=False)
    return told


def close_without_date(poll: DatePoll, *, by: User, host: str) -> int:
    """End a poll without taking a date; those who were asked are told. Returns how many mails."""
    _lock(poll)
    if poll.closed_at is not None:
        raise Conflict("Die Terminfrage ist schon beendet.")
    was_asked = poll.asked_at is not None
    poll.closed_at = now()
    db.session.flush()
    if not was_asked:
        return 0
    return sum(
        _send(invitee, f"Terminfrage beendet: {poll.title}", mails.withdrawal_text(invitee, by.body), by, host,
              is_secret=False)
        for invitee in poll.invitees
    )  # fmt: skip


def delete_draft(poll: DatePoll, *, by: User) -> None:
    """Throw away a poll that nobody was asked."""
    _lock(poll)
    if poll.asked_at is not None:
        raise DomainError("Die Mitglieder sind schon gefragt worden; die Terminfrage lässt sich nur noch beenden.")
    db.session.delete(poll)
    db.session.flush()


def _fill(poll: DatePoll, title: str, note: str | None, closes_on: date | None, offers: Sequence[Offer]) -> None:
    spans = [(at(day, starts), at(day, ends)) for day, starts, ends in offers]
    _refuse_spans(spans)
    if closes_on is not None and closes_on > max(day for day, _starts, _ends in offers):
        raise DomainError("Der letzte Tag für Antworten liegt nach allen Terminen.", field="closes_on")
    poll.title, poll.note, poll.closes_on = title.strip(), (note or "").strip() or None, closes_on
    there = {(option.starts_at, option.ends_at): option for option in poll.options}
    if poll.asked_at is not None and not set(there) <= set(spans):
        raise DomainError("Die Mitglieder sind schon gefragt worden: Termine lassen sich nur noch ergänzen.")
    added = [span for span in spans if span not in there]
    if {start for start, _end in added} & {start for start, _end in there if (start, _end) in spans}:
        raise DomainError("Zwei Termine beginnen zur selben Zeit.")
    poll.options = [option for span, option in there.items() if span in spans] + [
        DateOption(starts_at=start, ends_at=end) for start, end in added
    ]
    if added and poll.asked_at is not None:
        for invitee in poll.invitees:
            invitee.answered_at = None  # a new date is open for everybody: they are asked again


def _refuse_spans(spans: Sequence[tuple[datetime, datetime]]) -> None:
    if len(spans) < 2:
        raise DomainError("Bitte mindestens zwei Termine anbieten.")
    if len(spans) > MOST_OPTIONS:
        raise DomainError(f"Höchstens {MOST_OPTIONS} Termine.")
    if any(end <= start for start, end in spans):
        raise DomainError("Das Ende muss nach dem Beginn liegen.")
    if len({start for start, _end in spans}) != len(spans):
        raise DomainError("Zwei Termine beginnen zur selben Zeit.")


def _lock(poll: DatePoll) -> None:
    db.session.refresh(poll, ["asked_at", "closed_at", "closes_on"], with_for_update=True)


def _question(
    poll: DatePoll, invitees: Sequence[PollInvitee], by: User, link_of: LinkOf, host: str, *, is_reminder: bool
) -> int:
    subject = f"{'Erinnerung: ' if is_reminder else ''}Terminfrage: {poll.title}"
    return sum(
        _send(invitee, subject, mails.question_text(invitee, by.body, link_of(invitee), is_reminder=is_reminder), by,
              host, is_secret=True)
        for invitee in invitees
    )  # fmt: skip


def _send(invitee: PollInvitee, subject: str, text: str, by: User, host: str, *, is_secret: bool) -> int:
    address = address_of_person(invitee.person)
    if address is None:
        return 0
    mail.queue(
        body_id=by.body_id,
        to_address=address,
        to_name=invitee.person.name,
        from_address=by.body.sender_email or by.email,
        from_name=by.body.sender_name or by.body.name,
        subject=subject,
        text=text,
        host=host,
        is_secret=is_secret,
    )
    return 1
