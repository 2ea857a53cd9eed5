"""Invite guests to a meeting and its items, and take invitations back (C13)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta

from govern import mail, tokens
from govern.db import db, fingerprint, now
from govern.errors import Conflict, DomainError
from govern.meetings.mails.guests import invitation_text, tell_handed_in
from govern.meetings.models import AgendaItem, Meeting, MeetingGuest, Paper, PaperKind
from govern.meetings.queries.guests import office_of
from govern.meetings.services.changes import STALE, demand_open
from govern.meetings.services.papers import PaperStore, Upload, add_papers
from govern.people.models import Body, User

MOST_PAPERS = 20
"""So many files a guest may hand in for a meeting."""
LINK_DAYS = 7
"""How long after the meeting the link of a guest still opens."""


def invite_guest(
    meeting: Meeting,
    *,
    by: User,
    name: str,
    function: str | None,
    organisation_name: str | None,
    email: str | None,
    reason: str | None,
    items: Collection[AgendaItem],
) -> MeetingGuest:
    """Invite a guest to ``items`` of a meeting; the personal link ends some days after it."""
    demand_open(meeting)
    guest = MeetingGuest(
        meeting=meeting, nonce=tokens.new_nonce(), expires_at=meeting.ends_at + timedelta(days=LINK_DAYS)
    )
    _fill(guest, name, function, organisation_name, email, reason, items)
    db.session.add(guest)
    db.session.flush()
    return guest


def version_of(guest: MeetingGuest) -> str:
    """What a form for a guest is based on."""
    items = sorted(item.id for item in guest.items)
    return fingerprint(guest.name, guest.function, guest.organisation_name, guest.email, guest.reason, items)


def update_guest(
    guest: MeetingGuest,
    *,
    version: str,
    by: User,
    name: str,
    function: str | None,
    organisation_name: str | None,
    email: str | None,
    reason: str | None,
    items: Collection[AgendaItem],
) -> None:
    """Change what is known of a guest and which items the link shows. Raises Conflict when somebody saved meanwhile."""
    demand_open(guest.meeting)
    db.session.refresh(guest, ["name", "function", "organisation_name", "email", "reason", "items"])
    if version != version_of(guest):
        raise Conflict(STALE)
    _fill(guest, name, function, organisation_name, email, reason, items)
    db.session.flush()


def revoke_guest(guest: MeetingGuest, *, by: User) -> None:
    """Take an invitation back: the link opens nothing from now on."""
    if guest.revoked_at is not None:
        raise Conflict("Diese Einladung ist schon zurückgenommen.")
    guest.revoked_at = now()
    db.session.flush()


def renew_link(guest: MeetingGuest, *, by: User) -> None:
    """Give a guest a new link; the old one opens nothing any more."""
    guest.nonce, guest.revoked_at = tokens.new_nonce(), None
    guest.expires_at = max(guest.meeting.ends_at, now()) + timedelta(days=LINK_DAYS)
    db.session.flush()


def send_link(guest: MeetingGuest, *, by: User, body: Body, url: str, host: str) -> None:
    """Put the personal link into the outbox, addressed to the guest."""
    if not guest.email:
        raise DomainError("Für diesen Gast ist keine E-Mail-Adresse angegeben.")
    if guest.revoked_at is not None or guest.expires_at <= now():
        raise DomainError("Der Link dieses Gastes gilt nicht mehr. Erzeugen Sie zuerst einen neuen.")
    sender = body.sender_email or by.email
    mail.queue(
        body_id=body.id,
        to_address=guest.email,
        to_name=guest.name,
        from_address=sender,
        from_name=body.sender_name or body.name,
        subject=f"Einladung als Gast: {guest.meeting.full_name}",
        text=invitation_text(guest, body, url),
        host=host,
        is_secret=True,
    )


def hand_in(
    guest: MeetingGuest, item: AgendaItem, uploads: Sequence[Upload], *, store: PaperStore, url: str, host: str
) -> list[Paper]:
    """Attach what a guest hands in for an item of the invitation (C18); the office is told."""
    demand_open(guest.meeting)
    if item.id not in {each.id for each in guest.items}:
        raise DomainError("Zu diesem Punkt sind Sie nicht eingeladen.")
    handed_in = sum(1 for each in guest.items for paper in each.papers if paper.uploaded_by_guest_id == guest.id)
    if handed_in + len(uploads) > MOST_PAPERS:
        raise DomainError(f"Mehr als {MOST_PAPERS} Dateien können Sie hier nicht einreichen.", field="papers")
    added = add_papers(item, uploads, kind=PaperKind.PAPER, store=store, by=None)
    for paper in added:
        paper.uploaded_by_guest_id = guest.id
    db.session.flush()
    for person in office_of(guest.meeting):
        tell_handed_in(guest, item, added, person, url=url, host=host)
    return added


def _fill(
    guest: MeetingGuest,
    name: str,
    function: str | None,
    organisation_name: str | None,
    email: str | None,
    reason: str | None,
    items: Collection[AgendaItem],
) -> None:
    meeting_id = guest.meeting.id
    if any(item.meeting_id != meeting_id for item in items):
        raise DomainError("Diese Punkte gehören zu einer anderen Sitzung.", field="items")
    guest.name = name.strip()
    guest.function, guest.organisation_name = (
        (function or "").strip() or None,
        (organisation_name or "").strip() or None,
    )
    guest.email, guest.reason = (email or "").strip() or None, (reason or "").strip() or None
    guest.items = list(items)
