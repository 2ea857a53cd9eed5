"""Give out and revoke calendar addresses."""

from __future__ import annotations

from govern.db import db, now
from govern.people.models import Feed, FeedPurpose, User
from govern.people.queries.feeds import list_feeds
from govern.tokens import new_nonce


def open_feed(user: User, *, committee_id: int | None, purpose: FeedPurpose | None = None) -> Feed:
    """The feed of ``user`` for a purpose, or for a committee; an existing one is given again."""
    if purpose is None:
        purpose = FeedPurpose.PERSONAL if committee_id is None else FeedPurpose.COMMITTEE
    for feed in list_feeds(user):
        if feed.committee_id == committee_id and feed.purpose is purpose:
            return feed
    feed = Feed(user_id=user.id, purpose=purpose, committee_id=committee_id, nonce=new_nonce())
    db.session.add(feed)
    db.session.flush()
    return feed


def revoke_feed(feed: Feed) -> None:
    """Make the address worthless at once (B-16)."""
    feed.revoked_at = now()
    db.session.flush()


def renew_feed(feed: Feed) -> Feed:
    """Revoke the address and give out a new one for the same purpose."""
    revoke_feed(feed)
    return open_feed(feed.user, committee_id=feed.committee_id, purpose=feed.purpose)
