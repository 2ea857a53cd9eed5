"""keep_planned_changes: a supplement holds what it is going to change until it is sent"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("agenda_change", sa.Column("new_value", sa.JSON(none_as_null=True), nullable=True))
    op.add_column("agenda_change", sa.Column("is_public", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    op.drop_column("agenda_change", "is_public")
    op.drop_column("agenda_change", "new_value")
