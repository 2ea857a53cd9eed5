"""small_counts"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("body", schema=None) as batch_op:
        batch_op.add_column(sa.Column("small_count_threshold", sa.Integer(), server_default="5", nullable=False))
        batch_op.add_column(sa.Column("rounds_counts", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.create_check_constraint(
            batch_op.f("ck_body_small_count_threshold_at_least_three"), "small_count_threshold >= 3"
        )


def downgrade() -> None:
    with op.batch_alter_table("body", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_body_small_count_threshold_at_least_three"), type_="check")
        batch_op.drop_column("rounds_counts")
        batch_op.drop_column("small_count_threshold")
