"""Index what waits in the Beschlusskontrolle; of work orders to seats and committees only those there are."""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

ADDRESSEES = ("addressee_seat_id", "addressee_committee_id")
COLUMNS = ("committee_id", "implementation", "acknowledged_item_id", "due_on", "is_public")
ON_SQLITE = sa.text("number IS NOT NULL AND is_adopted IS 1 AND cancelled_at IS NULL")
ON_POSTGRESQL = sa.text("number IS NOT NULL AND is_adopted IS TRUE AND cancelled_at IS NULL")


def upgrade() -> None:
    # Most orders go to organisations: with all the empty ones in the index, SQLite takes it for useless.
    for name in ADDRESSEES:
        op.drop_index(f"ix_work_order_{name}", "work_order")
        is_named = sa.text(f"{name} IS NOT NULL")
        op.create_index(f"ix_work_order_{name}", "work_order", [name], sqlite_where=is_named, postgresql_where=is_named)
    op.create_index(
        "ix_resolution_tracked", "resolution", list(COLUMNS), sqlite_where=ON_SQLITE, postgresql_where=ON_POSTGRESQL
    )


def downgrade() -> None:
    op.drop_index("ix_resolution_tracked", "resolution")
    for name in ADDRESSEES:
        op.drop_index(f"ix_work_order_{name}", "work_order")
        op.create_index(f"ix_work_order_{name}", "work_order", [name])
