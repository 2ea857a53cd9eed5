"""Release a text about a settled matter for the public page, replace it, take it back (E15)."""

from __future__ import annotations

import sqlalchemy as sa

from govern.actions.models import Matter, MatterPublication, MatterState
from govern.actions.queries.publications import list_publications
from govern.actions.services.gap_reports import Confirmation, demand_harmless
from govern.actions.small_numbers import demand_no_small_numbers
from govern.db import db, now
from govern.errors import Conflict, DomainError
from govern.people.models import User

STALE = "Inzwischen hat jemand einen anderen Text freigegeben oder zurückgenommen. Nichts wurde überschrieben."


def publish_matter(
    matter: Matter, title: str, text: str, *, confirmation: Confirmation, version: int, by: User
) -> MatterPublication:
    """Release a text; one that was released before is replaced. A stale save is a Conflict."""
    known = _lock(matter, version)
    if matter.state is not MatterState.SETTLED:
        raise DomainError("Veröffentlicht wird nur, was gelöst ist.")
    threshold = matter.body.small_count_threshold
    for name, words in (("title", title), ("text", text)):
        if not words:
            raise DomainError("Bitte ausfüllen.", field=name)
        demand_no_small_numbers(words, threshold, name)
    demand_harmless(f"{title}\n{text}", confirmation, "text")
    _revoke(known)
    made = MatterPublication(matter_id=matter.id, number=len(known) + 1, title=title, text=text, released_by_id=by.id)
    db.session.add(made)
    db.session.flush()
    return made


def withdraw_publication(matter: Matter, *, version: int, by: User) -> None:
    """Take the text back: from now on the public page does not show the matter."""
    known = _lock(matter, version)
    if all(each.revoked_at is not None for each in known):
        raise DomainError("Zu dieser Lücke ist nichts veröffentlicht.")
    _revoke(known)
    db.session.flush()


def hide_publications(matter: Matter) -> None:
    """The matter is open again: what was released of it is no longer true, and comes back only if released anew."""
    _revoke(list(list_publications(matter)))


def stamp(publications: list[MatterPublication]) -> int:
    """What a form is based on: changes with every release and with taking one back."""
    return 2 * len(publications) + sum(1 for each in publications[:1] if each.revoked_at is not None)


def _lock(matter: Matter, version: int) -> list[MatterPublication]:
    db.session.execute(sa.select(Matter.id).where(Matter.id == matter.id).with_for_update())
    known = list(list_publications(matter))
    if stamp(known) != version:
        raise Conflict(STALE)
    return known


def _revoke(known: list[MatterPublication]) -> None:
    for each in known:
        if each.revoked_at is None:
            each.revoked_at = now()
