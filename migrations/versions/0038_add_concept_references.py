"""Let resolutions and work orders refer to concepts: fixed to a version, or to the one in force"""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

TABLES = {"resolution_reference": "resolution", "order_reference": "work_order"}


def upgrade() -> None:
    for table, owner in TABLES.items():
        op.create_table(
            table,
            sa.Column(f"{owner}_id", sa.Integer(), nullable=False),
            sa.Column("id", sa.Integer(), nullable=False),
            sa.Column("concept_id", sa.Integer(), nullable=False),
            sa.Column("version_id", sa.Integer(), nullable=True),
            sa.Column("section_key", sa.String(), nullable=True),
            sa.Column("section_title", sa.String(), nullable=True),
            sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
            sa.Column("added_by_id", sa.Integer(), nullable=True),
            sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
            sa.Column("removed_by_id", sa.Integer(), nullable=True),
            sa.CheckConstraint(
                "(section_key IS NULL) = (section_title IS NULL)", name=op.f(f"ck_{table}_section_titled")
            ),
            sa.CheckConstraint(
                "(removed_at IS NULL) = (removed_by_id IS NULL)", name=op.f(f"ck_{table}_removal_complete")
            ),
            sa.ForeignKeyConstraint([f"{owner}_id"], [f"{owner}.id"], name=op.f(f"fk_{table}_{owner}_id_{owner}")),
            sa.ForeignKeyConstraint(["concept_id"], ["concept.id"], name=op.f(f"fk_{table}_concept_id_concept")),
            sa.ForeignKeyConstraint(
                ["version_id"], ["concept_version.id"], name=op.f(f"fk_{table}_version_id_concept_version")
            ),
            sa.ForeignKeyConstraint(["added_by_id"], ["user.id"], name=op.f(f"fk_{table}_added_by_id_user")),
            sa.ForeignKeyConstraint(["removed_by_id"], ["user.id"], name=op.f(f"fk_{table}_removed_by_id_user")),
            sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        )
        for column in (f"{owner}_id", "concept_id", "version_id"):
            op.create_index(op.f(f"ix_{table}_{column}"), table, [column], unique=False)


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
