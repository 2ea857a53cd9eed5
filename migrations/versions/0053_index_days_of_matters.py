"""matter_way: index the days, so that how often each number of them occurs is counted along one index."""

from alembic import op

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None

DAYS = ("days_to_matter", "days_to_resolution", "days_to_effect")


def upgrade() -> None:
    for days in DAYS:
        op.create_index(f"ix_matter_way_{days}", "matter_way", [days, "matter_id"])


def downgrade() -> None:
    for days in DAYS:
        op.drop_index(f"ix_matter_way_{days}", "matter_way")
