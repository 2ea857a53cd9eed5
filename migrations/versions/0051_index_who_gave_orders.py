"""Index who gave a work order: what somebody minuted is counted without looking at every open one."""

from alembic import op

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_work_order_created_by_id_state", "work_order", ["created_by_id", "state"])


def downgrade() -> None:
    op.drop_index("ix_work_order_created_by_id_state", "work_order")
