"""release_figures: what was published of a half-year; reports are counted from an index"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

COUNTED = "ix_gap_report_counted"


def upgrade() -> None:
    op.create_table(
        "figure_release",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("body_id", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("threshold", sa.Integer(), nullable=False),
        sa.Column("is_rounded", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("starts_on < ends_on", name=op.f("ck_figure_release_starts_before_it_ends")),
        sa.CheckConstraint("threshold >= 3", name=op.f("ck_figure_release_threshold_at_least_three")),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_figure_release_body_id_body")),
        sa.ForeignKeyConstraint(
            ["released_by_id"], ["user.id"], name=op.f("fk_figure_release_released_by_id_user"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_figure_release")),
        sa.UniqueConstraint("body_id", "starts_on", name=op.f("uq_figure_release_body_id_starts_on")),
    )
    op.create_index(
        COUNTED, "gap_report", ["body_id", "action_field", "municipality_id", "reported_at", "state"], unique=False
    )


def downgrade() -> None:
    op.drop_index(COUNTED, "gap_report")
    op.drop_table("figure_release")
