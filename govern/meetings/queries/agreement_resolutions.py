"""Read which resolutions decided an agreement, and which agreements a resolution decided."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from govern.db import db
from govern.documents.models import Agreement
from govern.documents.policies_agreements import agreements_viewable_by
from govern.meetings.models import AgendaItem, AgreementResolution, Resolution
from govern.meetings.policies import resolutions_viewable_by
from govern.people.models import User


def list_resolutions_of(user: User, agreement: Agreement) -> Sequence[Resolution]:
    """The resolutions behind an agreement that ``user`` may read, the newest first."""
    linked = sa.select(AgreementResolution.resolution_id).where(AgreementResolution.agreement_id == agreement.id)
    return db.session.scalars(
        _readable(user).where(Resolution.id.in_(linked)).order_by(Resolution.resolved_on.desc(), Resolution.id.desc())
    ).all()


def list_agreements_of(user: User, resolution: Resolution) -> Sequence[Agreement]:
    """The agreements that a resolution decided and ``user`` may see, by title."""
    linked = sa.select(AgreementResolution.agreement_id).where(AgreementResolution.resolution_id == resolution.id)
    return db.session.scalars(
        sa.select(Agreement)
        .where(agreements_viewable_by(user), Agreement.id.in_(linked))
        .order_by(Agreement.sort_title, Agreement.id)
    ).all()


def find_by_number(user: User, number: str) -> Resolution | None:
    """The resolution that bears a number such as LG-B-2026-07, if ``user`` may read it."""
    wanted = number.strip().upper()
    found = _readable(user).where(sa.func.upper(Resolution.number) == wanted)
    return db.session.scalars(found.order_by(Resolution.id.desc()).limit(1)).first()


def find_link(agreement: Agreement, resolution_id: int) -> AgreementResolution | None:
    """That a resolution is linked with an agreement."""
    return db.session.scalars(
        sa.select(AgreementResolution).where(
            AgreementResolution.agreement_id == agreement.id, AgreementResolution.resolution_id == resolution_id
        )
    ).one_or_none()


def _readable(user: User) -> sa.Select[Resolution]:
    return (
        sa.select(Resolution)
        .outerjoin(Resolution.item)
        .outerjoin(AgendaItem.meeting)
        .where(resolutions_viewable_by(user))
    )
