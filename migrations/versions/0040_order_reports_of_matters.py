"""gap_report: the reports of a matter are looked up in the order in which they came."""

from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_gap_report_matter_id_reported_at", "gap_report", ["matter_id", "reported_at"])
    op.drop_index("ix_gap_report_matter_id", "gap_report")


def downgrade() -> None:
    op.create_index("ix_gap_report_matter_id", "gap_report", ["matter_id"])
    op.drop_index("ix_gap_report_matter_id_reported_at", "gap_report")
