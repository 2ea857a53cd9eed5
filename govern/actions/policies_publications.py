"""What the public reads of settled matters, and who releases it (E15)."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, select

from govern.access import presumes
from govern.actions.models import Matter, MatterPublication, MatterState
from govern.actions.policies_gaps import can_view_matter
from govern.people.models import Body, User
from govern.people.policies import can_coordinate


@presumes(can_view_matter)
def can_publish_matter(user: User, matter: Matter) -> bool:
    """The coordination releases a text about a settled matter for the public page, and takes it back."""
    return can_coordinate(user) and matter.state is MatterState.SETTLED


def can_read_publication(user: User, publication: MatterPublication) -> bool:
    """Everybody, signed in or not, reads released texts about settled matters while the page is switched on."""
    matter = publication.matter
    is_released = publication.revoked_at is None and matter.state is MatterState.SETTLED
    return is_released and matter.body.publishes_matters


def publications_readable() -> ColumnElement[bool]:
    """The same rule as :func:`can_read_publication`, as SQL."""
    return and_(
        MatterPublication.revoked_at.is_(None),
        MatterPublication.matter_id.in_(
            select(Matter.id)
            .join(Body, Body.id == Matter.body_id)
            .where(Matter.state == MatterState.SETTLED, Body.publishes_matters)
        ),
    )
