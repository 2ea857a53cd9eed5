"""Send invitations, reminders, changes and cancellations: rows, mails and state in one transaction (C1, C2, E-03)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from govern import mail
from govern.calendars import CalendarMethod, invitation_object
from govern.db import db, now
from govern.errors import Conflict, DomainError
from govern.formats import timespan, today
from govern.meetings.agenda_content import Agenda, build_agenda
from govern.meetings.agenda_lines import ChangeLine, line_text
from govern.meetings.exports.entries import meeting_entry
from govern.meetings.mails.invitations import Letter, letter_text
from govern.meetings.models import (
    AgendaItem,
    AgendaSupplement,
    Dispatch,
    DispatchKind,
    Invitation,
    InvitationMail,
    InviteeKind,
    Meeting,
    MeetingState,
)
from govern.meetings.queries.agendas import whole_agenda
from govern.meetings.queries.answers import allows_deputies
from govern.meetings.queries.guests import guest_token
from govern.meetings.queries.heads import chair_of, place_of
from govern.meetings.queries.invitations import (
    answer_token,
    find_just_told,
    standing_invitations,
    stands,
    told_sequence,
)
from govern.meetings.queries.meetings import load_parts
from govern.meetings.queries.notices import notice_of, notice_of_move, untold_moves
from govern.meetings.queries.procedures import procedure_of_meeting
from govern.meetings.queries.recipients import not_yet_invited, with_recipients
from govern.meetings.queries.supplements import lines_for
from govern.meetings.recipients import Address, Recipient
from govern.meetings.services.changes import demand_open, note_calendar_change
from govern.meetings.services.invitees import earlier_invitations, invite
from govern.meetings.services.words import words_for
from govern.people.models import Body, User


@dataclass(frozen=True, kw_only=True)
class Post:
    """Who sends, and what addresses in mails are made of; from the settings and the sender's county."""

    body: Body
    host: str
    base_url: str
    key: str


@dataclass(frozen=True, kw_only=True)
class Content:
    """What one dispatch says to everybody."""

    kind: DispatchKind
    subject: str
    cover_text: str
    supplement: AgendaSupplement | None = None
    changes: Sequence[ChangeLine] = ()
    """Lines of the supplement; each recipient gets those to be read."""
    whole: Agenda | None = None
    """The whole agenda; each recipient gets the part to be read, of a supplement only its lines."""
    offers_deputy: bool = False
    old_time: str | None = None
    place: str | None = None
    chair: str | None = None

    @property
    def has_calendar(self) -> bool:
        return self.kind in (DispatchKind.INVITATION, DispatchKind.CHANGE, DispatchKind.CANCELLATION)


def send_invitation(
    meeting: Meeting, recipients: Sequence[Recipient], *, subject: str, cover_text: str, reason: str | None,
    post: Post, by: User,
) -> Dispatch:  # fmt: skip
    """Invite ``recipients``: their mails, the proof, and the state of the meeting in one transaction.

    The first invitation publishes the agenda and keeps it as it went out. Where the notice period is missed,
    ``reason`` is needed (E-02). Whoever was invited before is not invited twice.
    """
    demand_open(meeting)
    if meeting.state not in (MeetingState.PREPARING, MeetingState.PUBLISHED):
        raise Conflict("Die Sitzung hat schon begonnen; eingeladen wird vorher.")
    if meeting.starts_at <= now():
        raise DomainError("Der Termin liegt in der Vergangenheit. Verschieben Sie die Sitzung zuerst.")
    recipients = not_yet_invited(meeting, recipients)  # somebody else may have sent it since the preview
    if not recipients:
        raise DomainError("Es ist niemand mehr einzuladen.")
    meeting = load_parts(meeting)
    whole = whole_agenda(meeting)
    if not whole.entries:
        raise DomainError("Die Tagesordnung ist noch leer. Legen Sie zuerst einen Punkt an.")
    procedure = procedure_of_meeting(meeting)
    _keep_notice(meeting, reason, is_kept=notice_of(meeting, procedure, today()).is_kept)
    if meeting.state is MeetingState.PREPARING:
        meeting.state = MeetingState.PUBLISHED
        note_calendar_change(meeting, is_scheduling=False)
    told, earlier = told_sequence(meeting), earlier_invitations(meeting)
    meeting.published_at = meeting.published_at or now()
    meeting.invited_at = meeting.invited_at or now()
    meeting.version += 1
    content = Content(
        kind=DispatchKind.INVITATION, subject=_subject(subject), cover_text=cover_text.strip(), whole=whole,
        offers_deputy=allows_deputies(procedure), place=place_of(meeting), chair=chair_of(meeting),
    )  # fmt: skip
    invitations = [invite(meeting, recipient, earlier.get(recipient.key)) for recipient in recipients]
    pairs = list(zip(invitations, recipients, strict=True))
    sent = send_all(meeting, pairs, content, post=post, by=by)
    sent.ical_sequence = meeting.ical_sequence if told is None else told
    db.session.flush()
    return sent


def send_test(meeting: Meeting, recipient: Recipient, *, subject: str, cover_text: str, post: Post, by: User) -> None:
    """Send ``by`` the mail as ``recipient`` would get it, with links that lead nowhere; nothing else changes."""
    meeting = load_parts(meeting)
    content = Content(
        kind=DispatchKind.INVITATION, subject=_subject(subject), cover_text=cover_text.strip(),
        whole=whole_agenda(meeting), offers_deputy=allows_deputies(procedure_of_meeting(meeting)),
        place=place_of(meeting), chair=chair_of(meeting),
    )  # fmt: skip
    trial = Invitation(kind=recipient.kind, nonce="probe", ical_sequence=meeting.ical_sequence)
    address = Address(by.email, by.display_name)
    queued = mail_to(meeting, trial, recipient, address, content, post=post, by=by, is_test=True)
    queued.subject = f"[Test] {queued.subject}"
    db.session.flush()


def remind(meeting: Meeting, *, post: Post, by: User | None) -> Dispatch:
    """Ask those once more who have not answered; nobody else gets anything (lesson 10)."""
    if meeting.invited_at is None or meeting.state is not MeetingState.PUBLISHED:
        raise DomainError("Erinnert wird nach der Einladung und vor der Sitzung.")
    waiting = standing_invitations(meeting, unanswered=True)
    if not waiting:
        raise DomainError("Alle Eingeladenen haben geantwortet.")
    meeting = load_parts(meeting)
    words = words_for(meeting, DispatchKind.REMINDER)
    content = Content(
        kind=DispatchKind.REMINDER, subject=words.subject, cover_text=words.text,
        offers_deputy=allows_deputies(procedure_of_meeting(meeting)), place=place_of(meeting), chair=chair_of(meeting),
    )  # fmt: skip
    sent = send_all(meeting, with_recipients(waiting), content, post=post, by=by)
    db.session.flush()
    return sent


def tell_change(
    meeting: Meeting, *, subject: str, cover_text: str, reason: str | None = None, post: Post, by: User
) -> Dispatch:
    """Tell all invited that time or place changed, or that the meeting was cancelled (B-21).

    Answers were given for the old time: after a move everybody is asked again. A new day that misses the notice
    period needs a ``reason``, as an invitation does (E-02). A form sent twice is one dispatch.
    """
    db.session.execute(sa.select(Meeting.id).where(Meeting.id == meeting.id).with_for_update())
    if not awaits_telling(meeting):
        if (sent_before := find_just_told(meeting, _subject(subject), cover_text.strip(), by=by)) is not None:
            return sent_before
        raise Conflict("Die Eingeladenen kennen schon den jetzigen Stand.")
    meeting = load_parts(meeting)
    is_off = meeting.is_cancelled
    kind = DispatchKind.CANCELLATION if is_off else DispatchKind.CHANGE
    moves = untold_moves(meeting)
    invitations = standing_invitations(meeting)
    if moves and not is_off:
        for invitation in invitations:
            invitation.answer, invitation.answered_at, invitation.answered_by = None, None, None
    procedure = procedure_of_meeting(meeting)
    if (notice := notice_of_move(meeting, procedure, today())) is not None:
        meeting.is_notice_healed = None
        meeting.short_notice_reason = None if notice.is_kept else _reason(reason)
    content = Content(
        kind=kind, subject=_subject(subject), cover_text=cover_text.strip(),
        offers_deputy=allows_deputies(procedure) and not is_off, place=place_of(meeting), chair=chair_of(meeting),
        old_time=timespan(moves[0].old_starts_at, moves[0].old_ends_at) if moves and not is_off else None,
    )  # fmt: skip
    for invitation in invitations:
        invitation.ical_sequence = max(invitation.ical_sequence + 1, meeting.ical_sequence)
    sent = send_all(meeting, with_recipients(invitations), content, post=post, by=by)
    sent.ical_sequence = meeting.ical_sequence
    db.session.flush()
    return sent


def send_again(invitation: Invitation, *, post: Post, by: User) -> Dispatch:
    """Send one standing invitation once more, with the agenda as it is now."""
    meeting = load_parts(invitation.meeting)
    if meeting.state is not MeetingState.PUBLISHED or not stands(invitation):
        raise DomainError("Diese Einladung gilt nicht mehr.")
    ((_invitation, recipient),) = with_recipients([invitation])
    if not recipient.addresses:
        raise DomainError("Für diese Einladung ist keine Adresse bekannt. Tragen Sie zuerst eine ein.")
    words = words_for(meeting, DispatchKind.INVITATION)
    content = Content(
        kind=DispatchKind.INVITATION, subject=words.subject, cover_text=words.text, whole=whole_agenda(meeting),
        offers_deputy=allows_deputies(procedure_of_meeting(meeting)), place=place_of(meeting), chair=chair_of(meeting),
    )  # fmt: skip
    sent = send_to(meeting, invitation, recipient, content, post=post, by=by)
    db.session.flush()
    return sent


def occasion_of(meeting: Meeting, kind: DispatchKind) -> str:
    """What `{anlass}` means in a dispatch: the reason of the move or the cancellation."""
    if kind is DispatchKind.CANCELLATION:
        return meeting.cancellation_reason or ""
    reason = reason_of_move(meeting) if kind is DispatchKind.CHANGE else ""
    return f"Grund: {reason}" if reason else ""


def reason_of_move(meeting: Meeting) -> str:
    """Why the meeting was moved last; empty where nobody said."""
    return (meeting.moves[-1].reason or "") if meeting.moves else ""


def awaits_telling(meeting: Meeting) -> bool:
    """True while time, place or cancellation have changed and the invited have not been told."""
    told = told_sequence(meeting) if meeting.invited_at is not None else None
    return told is not None and told < meeting.ical_sequence and not meeting.is_closed


def send_to(
    meeting: Meeting, invitation: Invitation, recipient: Recipient, content: Content, *, post: Post, by: User | None
) -> Dispatch:
    """A dispatch to one invitation, e.g. to the deputy of somebody who refused."""
    return send_all(meeting, [(invitation, recipient)], content, post=post, by=by)


def mail_to(
    meeting: Meeting, invitation: Invitation, recipient: Recipient, address: Address, content: Content, *, post: Post,
    by: User | None, is_test: bool = False,
) -> mail.OutgoingMail:  # fmt: skip
    """Put one mail of a dispatch into the outbox."""
    sender = post.body.sender_email or (by.email if by is not None else f"govern@{mail.domain_of(post.host)}")
    sender_name = post.body.sender_name or post.body.name
    link = f"{post.base_url}/einladung/probe" if is_test else answer_url(invitation, post)
    letter = _letter(meeting, invitation, recipient, address, content, link, post)
    calendar, method = None, None
    if content.has_calendar:
        method = CalendarMethod.CANCEL if content.kind is DispatchKind.CANCELLATION else CalendarMethod.REQUEST
        calendar = _calendar(meeting, invitation, address, method, (sender, sender_name), post)
    return mail.queue(
        body_id=post.body.id, to_address=address.address, to_name=address.name, from_address=sender,
        from_name=sender_name, subject=content.subject, text=letter_text(letter), host=post.host, is_secret=True,
        reply_to=by.email if by is not None and by.email != sender else None, calendar=calendar,
        calendar_method=method,
    )  # fmt: skip


def answer_url(invitation: Invitation, post: Post) -> str:
    """Where the invited answers without signing in."""
    return f"{post.base_url}/einladung/{answer_token(invitation, post.key)}"


def snapshot_of(agenda: Agenda) -> list[dict[str, Any]]:
    """The agenda as it goes out, in plain values that stay when the agenda changes."""
    return [
        {
            "item_id": entry.item.id,
            "number": entry.number,
            "title": entry.item.title,
            "kind": entry.item.kind.value,
            "is_public": entry.item.is_public,
            "minutes": entry.item.planned_minutes,
            "rapporteur": entry.rapporteur,
            "papers": [paper.file_name for paper in entry.papers],
        }
        for entry in agenda.flat
    ]


def part_for(recipient: Recipient, is_mailbox: bool, whole: Agenda) -> Agenda:
    """What of the agenda ``recipient`` may read; a shared mailbox is read by many, so only public items go there."""
    items = whole.items
    if recipient.guest is not None:
        invited = {item.id for item in recipient.guest.items}
        return _part(whole, [i for i in items if i.id in invited], renumber=False)
    if recipient.reads_confidential and not is_mailbox:
        return whole
    return _part(whole, [i for i in items if i.is_public], renumber=True)


def _part(whole: Agenda, items: Sequence[AgendaItem], *, renumber: bool) -> Agenda:
    if renumber:  # public items are numbered on their own, so this changes nothing but leaves no gap
        return build_agenda(whole.meeting, items, whole.items)
    wanted = {item.id for item in items}
    return Agenda(whole.meeting, tuple(e for e in whole.flat if e.item.id in wanted), whole.minutes)


def send_all(
    meeting: Meeting, pairs: Sequence[tuple[Invitation, Recipient]], content: Content, *, post: Post, by: User | None
) -> Dispatch:
    """A dispatch with a mail to every address of ``pairs``, and the proof of it."""
    sent = Dispatch(
        meeting=meeting, kind=content.kind, subject=content.subject, cover_text=content.cover_text, sent_by=by,
        supplement=content.supplement, sent_at=now(), ical_sequence=told_sequence(meeting) or 0,
        agenda=snapshot_of(content.whole) if content.whole is not None else None,
    )  # fmt: skip
    db.session.add(sent)
    rows: list[tuple[Invitation, mail.OutgoingMail | None, bool]] = []
    with db.session.no_autoflush:
        for invitation, recipient in pairs:
            for address in recipient.addresses:
                queued = mail_to(meeting, invitation, recipient, address, content, post=post, by=by)
                rows.append((invitation, queued, address.is_mailbox))
            if not recipient.addresses and recipient.told_with is None:
                rows.append((invitation, None, False))
    db.session.flush()
    # One statement for all, whatever the database; nobody needs their ids back.
    db.session.execute(
        sa.insert(InvitationMail),
        [
            {"dispatch_id": sent.id, "invitation_id": i.id, "mail_id": m.id if m else None, "is_mailbox": is_mailbox}
            for i, m, is_mailbox in rows
        ],
    )
    return sent


def _letter(
    meeting: Meeting, invitation: Invitation, recipient: Recipient, address: Address, content: Content, link: str,
    post: Post,
) -> Letter:  # fmt: skip
    is_off = content.kind is DispatchKind.CANCELLATION
    shows_agenda = content.whole is not None and content.supplement is None
    changes = lines_for(recipient, content.changes, is_mailbox=address.is_mailbox)
    return Letter(
        meeting=meeting,
        cover_text=content.cover_text,
        place=content.place,
        chair=content.chair,
        signature=post.body.sender_name or post.body.name,
        name=address.name if not address.is_mailbox else None,
        agenda=part_for(recipient, address.is_mailbox, content.whole) if shows_agenda and content.whole else None,
        standing=standing_words(recipient, invitation),
        changes=tuple(_with_papers(line, recipient, post) for line in changes),
        answer_url=link if not recipient.for_information and not is_off else None,
        offers_deputy=content.offers_deputy and recipient.kind is InviteeKind.HOLDER,
        answers_for_all=bool(recipient.further_seats),
        page_url=f"{post.base_url}/sitzungen/{meeting.id}" if recipient.guest is None else None,
        guest_url=f"{post.base_url}/gast/{guest_token(recipient.guest, post.key)}" if recipient.guest else None,
        old_time=content.old_time,
    )


def _with_papers(line: ChangeLine, recipient: Recipient, post: Post) -> str:
    # Who signs in opens a paper right from the mail; a guest by the personal link.
    words = [line_text(line)]
    for paper in line.papers:
        words.append(f"     Unterlage: {paper.file_name}")
        words += [f"     {post.base_url}/unterlagen/{paper.id}"] if recipient.guest is None else []
    return "\n".join(words)


def standing_words(recipient: Recipient, invitation: Invitation) -> str:
    """Why this recipient gets the mail, where it is not the own seat."""
    seat = recipient.seat.label if recipient.seat is not None else ""
    if recipient.for_information:
        return f"Sie erhalten diese Einladung zur Kenntnis, weil Sie als Stellvertretung benannt sind: {seat}."
    if recipient.kind is InviteeKind.DEPUTY:
        return f"Sie sind als Vertretung eingeladen: {seat}. Die Person auf diesem Sitz kann nicht teilnehmen."
    if recipient.kind is InviteeKind.GUEST:
        return "Sie sind als Gast eingeladen."
    if recipient.further_seats:
        seats = "\n".join(f"- {s.label}" for s in (recipient.seat, *recipient.further_seats) if s is not None)
        return f"Ihre Sitze in dieser Sitzung:\n{seats}"
    if seat:
        return f"Sitz: {seat}"
    is_named = recipient.label != InviteeKind.ROLE.label
    return f"Aufgabe in der Sitzung: {recipient.label}" if is_named else "Sie leiten oder protokollieren die Sitzung."


def _calendar(
    meeting: Meeting, invitation: Invitation, address: Address, method: CalendarMethod, sender: tuple[str, str],
    post: Post,
) -> str:  # fmt: skip
    entry = meeting_entry(meeting, post.base_url)
    return invitation_object(
        method=method, uid=entry.uid, sequence=invitation.ical_sequence, changed_at=max(entry.changed_at, now()),
        starts_at=entry.starts_at, ends_at=entry.ends_at, summary=entry.title, description=entry.description,
        location=entry.location, url=entry.url, organizer_address=sender[0], organizer_name=sender[1],
        attendee_address=address.address, attendee_name=address.name, is_private=entry.is_private,
    )  # fmt: skip


def _keep_notice(meeting: Meeting, reason: str | None, *, is_kept: bool) -> None:
    if not is_kept and meeting.invited_at is None:
        meeting.short_notice_reason = _reason(reason)


def _reason(text: str | None) -> str:
    if not (text := (text or "").strip()):
        raise DomainError(
            "Die Ladungsfrist ist nicht eingehalten. Bitte den Grund nennen; er steht in der Niederschrift.",
            field="reason",
        )
    return text


def _subject(text: str) -> str:
    text = " ".join(text.split())
    if not text:
        raise DomainError("Bitte einen Betreff angeben.", field="subject")
    return text
