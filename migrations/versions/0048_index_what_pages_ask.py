"""Index what pages ask of meetings, consents, resolutions, matters and reports, so that no year makes them slower."""

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None

TRACKED = ("committee_id", "implementation", "acknowledged_item_id", "due_on")
ON_SQLITE = sa.text("number IS NOT NULL AND is_adopted IS 1 AND cancelled_at IS NULL")
ON_POSTGRESQL = sa.text("number IS NOT NULL AND is_adopted IS TRUE AND cancelled_at IS NULL")
HAS_MUNICIPALITY = sa.text("municipality_id IS NOT NULL")
IS_SHARED = sa.text("shared_at IS NOT NULL")


def upgrade() -> None:
    _index_tracked(*TRACKED, "id", "is_public", "number", "is_adopted", "cancelled_at")
    op.create_index("ix_implementer_consent_state", "implementer_consent", ["state"])
    op.create_index(
        "ix_meeting_municipality_id", "meeting", ["municipality_id"], sqlite_where=HAS_MUNICIPALITY,
        postgresql_where=HAS_MUNICIPALITY,
    )  # fmt: skip
    op.create_index(
        "ix_matter_shared", "matter", ["created_at", "id"], sqlite_where=IS_SHARED, postgresql_where=IS_SHARED
    )
    op.create_index("ix_gap_report_matter_id_municipality_id", "gap_report", ["matter_id", "municipality_id"])


def downgrade() -> None:
    op.drop_index("ix_gap_report_matter_id_municipality_id", "gap_report")
    op.drop_index("ix_matter_shared", "matter")
    op.drop_index("ix_meeting_municipality_id", "meeting")
    op.drop_index("ix_implementer_consent_state", "implementer_consent")
    _index_tracked(*TRACKED, "is_public")


def _index_tracked(*columns: str) -> None:
    op.drop_index("ix_resolution_tracked", "resolution")
    op.create_index(
        "ix_resolution_tracked", "resolution", list(columns), sqlite_where=ON_SQLITE, postgresql_where=ON_POSTGRESQL
    )
