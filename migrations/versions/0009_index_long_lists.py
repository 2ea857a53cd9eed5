"""index_long_lists: what the lists of ten years are asked for"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

NEW = {
    "ix_meeting_ends_at": ("meeting", ["ends_at"]),
    "ix_topic_state_created_at": ("topic", ["state", "created_at"]),
    "ix_work_order_committee_id_state_due_on": ("work_order", ["committee_id", "state", "due_on"]),
    "ix_work_order_addressee_organisation_id_state": (
        "work_order",
        ["addressee_organisation_id", "state", "due_on"],
    ),
}
REPLACED = {
    "ix_work_order_committee_id": ("work_order", "committee_id"),
    "ix_work_order_addressee_organisation_id": ("work_order", "addressee_organisation_id"),
}
RARE = {
    "ix_agenda_item_topic_id": ("agenda_item", "topic_id"),
    "ix_agenda_item_predecessor_id": ("agenda_item", "predecessor_id"),
    "ix_agenda_item_approves_meeting_id": ("agenda_item", "approves_meeting_id"),
    "ix_work_order_resolution_id": ("work_order", "resolution_id"),
}
"""Columns that most rows leave empty: their index holds only the others from now on."""


def upgrade() -> None:
    for name, (table, columns) in NEW.items():
        op.create_index(name, table, columns)
    for name, (table, _column) in REPLACED.items():
        op.drop_index(name, table)
    for name, (table, column) in RARE.items():
        op.drop_index(name, table)
        filled = sa.text(f"{column} IS NOT NULL")
        op.create_index(name, table, [column], sqlite_where=filled, postgresql_where=filled)


def downgrade() -> None:
    for name, (table, column) in RARE.items():
        op.drop_index(name, table)
        op.create_index(name, table, [column])
    for name, (table, column) in REPLACED.items():
        op.create_index(name, table, [column])
    for name, (table, _columns) in NEW.items():
        op.drop_index(name, table)
