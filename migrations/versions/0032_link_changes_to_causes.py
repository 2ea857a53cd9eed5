"""Link changes of concepts to the matter, resolution or work order behind them."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "change_cause",
        sa.Column("change_id", sa.Integer(), nullable=False),
        sa.Column("matter_id", sa.Integer(), nullable=True),
        sa.Column("resolution_id", sa.Integer(), nullable=True),
        sa.Column("work_order_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(CASE WHEN matter_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN resolution_id IS NULL THEN 0 ELSE 1 END) "
            "+ (CASE WHEN work_order_id IS NULL THEN 0 ELSE 1 END) = 1",
            name=op.f("ck_change_cause_one_cause"),
        ),
        sa.ForeignKeyConstraint(
            ["change_id"],
            ["concept_change.id"],
            name=op.f("fk_change_cause_change_id_concept_change"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["matter_id"], ["matter.id"], name=op.f("fk_change_cause_matter_id_matter")),
        sa.ForeignKeyConstraint(
            ["resolution_id"], ["resolution.id"], name=op.f("fk_change_cause_resolution_id_resolution")
        ),
        sa.ForeignKeyConstraint(
            ["work_order_id"], ["work_order.id"], name=op.f("fk_change_cause_work_order_id_work_order")
        ),
        sa.PrimaryKeyConstraint("change_id", name=op.f("pk_change_cause")),
    )
    for column in ("matter_id", "resolution_id", "work_order_id"):
        op.create_index(op.f(f"ix_change_cause_{column}"), "change_cause", [column], unique=False)


def downgrade() -> None:
    op.drop_table("change_cause")
