"""Keep the list of places and video links."""

from __future__ import annotations

import sqlalchemy as sa

from govern.db import db, fingerprint, sort_key
from govern.errors import Conflict, DomainError
from govern.meetings.models import Place
from govern.meetings.services.changes import STALE
from govern.meetings.services.meetings import checked_video_url
from govern.people.models import User


def add_place(*, by: User, name: str, address: str | None, video_url: str | None, note: str | None) -> Place:
    """Put a place on the list. Raises DomainError when its name is already there."""
    place = Place(body_id=by.body_id)
    _fill(place, name=name, address=address, video_url=video_url, note=note)
    db.session.add(place)
    db.session.flush()
    return place


def version_of(place: Place) -> str:
    """What a form for a place is based on."""
    return fingerprint(place.name, place.address, place.video_url, place.note)


def update_place(
    place: Place, *, version: str, by: User, name: str, address: str | None, video_url: str | None, note: str | None
) -> None:
    """Change a place; meetings held there show what is stated now. Raises Conflict when somebody saved meanwhile."""
    db.session.refresh(place, ["name", "address", "video_url", "note"], with_for_update=True)
    if version != version_of(place):
        raise Conflict(STALE)
    _fill(place, name=name, address=address, video_url=video_url, note=note)
    db.session.flush()


def retire_place(place: Place, *, by: User) -> None:
    """Offer a place no longer; meetings that were held there keep it."""
    place.is_retired = True
    db.session.flush()


def offer_place_again(place: Place, *, by: User) -> None:
    """Offer a retired place again."""
    place.is_retired = False
    db.session.flush()


def _fill(place: Place, *, name: str, address: str | None, video_url: str | None, note: str | None) -> None:
    name = name.strip()
    with db.session.no_autoflush:
        taken = db.session.scalar(
            sa.select(Place.id).where(Place.body_id == place.body_id, Place.name == name, Place.id != (place.id or 0))
        )
    if taken is not None:
        raise DomainError("Ein Ort mit diesem Namen steht schon auf der Liste.", field="name")
    place.name, place.sort_name = name, sort_key(name)
    place.address, place.note = (address or "").strip() or None, (note or "").strip() or None
    place.video_url = checked_video_url(video_url)
