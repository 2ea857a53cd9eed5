"""Drop the sort keys that nothing reads since the search has an index of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None

COLUMNS = (("agenda_item", "sort_title"), ("resolution", "sort_text"), ("work_order", "sort_text"))
SORT_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    # Plain, not as a batch: on SQLite that would make the tables anew and lose their triggers.
    for table, column in COLUMNS:
        op.drop_column(table, column)


def downgrade() -> None:
    # Empty: whoever goes back finds nothing by them either.
    for table, column in COLUMNS:
        op.add_column(table, sa.Column(column, SORT_TEXT, server_default="", nullable=False))
