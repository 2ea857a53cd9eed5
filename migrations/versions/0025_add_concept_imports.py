"""Add texts read from a file before they become a version of a concept"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "concept_import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("concept_id", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("title", sa.String(), server_default="", nullable=False),
        sa.Column("sections", sa.JSON(), nullable=False),
        sa.Column("notes", sa.JSON(), nullable=False),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("revision > 0", name=op.f("ck_concept_import_revision_positive")),
        sa.ForeignKeyConstraint(
            ["concept_id"], ["concept.id"], name=op.f("fk_concept_import_concept_id_concept"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["created_by_id"], ["user.id"], name=op.f("fk_concept_import_created_by_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concept_import")),
    )
    op.create_index(op.f("ix_concept_import_concept_id"), "concept_import", ["concept_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_concept_import_concept_id"), table_name="concept_import")
    op.drop_table("concept_import")
