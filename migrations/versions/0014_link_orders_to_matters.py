"""link_orders_to_matters: an order given for a matter keeps the link; topics are found by the item they come from"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

INDEXES = {"ix_work_order_matter_id": ("work_order", "matter_id"), "ix_topic_from_item_id": ("topic", "from_item_id")}


def upgrade() -> None:
    with op.batch_alter_table("work_order", schema=None) as batch_op:
        batch_op.add_column(sa.Column("matter_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_work_order_matter_id_matter"), "matter", ["matter_id"], ["id"])
    for name, (table, column) in INDEXES.items():
        filled = sa.text(f"{column} IS NOT NULL")
        op.create_index(name, table, [column], sqlite_where=filled, postgresql_where=filled)


def downgrade() -> None:
    for name, (table, _column) in INDEXES.items():
        op.drop_index(name, table)
    with op.batch_alter_table("work_order", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_work_order_matter_id_matter"), type_="foreignkey")
        batch_op.drop_column("matter_id")
