"""Read the rules of procedure of committees. Nothing here changes anything."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

import sqlalchemy as sa

from govern.committees.models import Committee, ProcedureRule
from govern.committees.procedures import Procedure, procedure_from_rows
from govern.db import db


def procedure_of(committee: Committee, day: date) -> Procedure:
    """The rules that hold for ``committee`` on ``day``; one statement."""
    return procedures_of([committee], day)[committee.id]


def procedures_of(committees: Collection[Committee], day: date) -> dict[int, Procedure]:
    """The rules that hold for each of ``committees`` on ``day``, by committee id; one statement."""
    rows = db.session.scalars(
        sa.select(ProcedureRule).where(
            ProcedureRule.starts_on <= day,
            sa.or_(
                ProcedureRule.committee_id.in_(sorted(c.id for c in committees)),
                sa.and_(
                    ProcedureRule.committee_id.is_(None),
                    ProcedureRule.body_id.in_(sorted({c.body_id for c in committees})),
                ),
            ),
        )
    ).all()
    return {c.id: procedure_from_rows((r for r in rows if r.committee_id in (c.id, None)), day) for c in committees}
