"""Which resolutions decided an agreement."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "agreement_resolution",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agreement_id", sa.Integer(), nullable=False),
        sa.Column("resolution_id", sa.Integer(), nullable=False),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("linked_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["agreement_id"],
            ["agreement.id"],
            name=op.f("fk_agreement_resolution_agreement_id_agreement"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["linked_by_id"], ["user.id"], name=op.f("fk_agreement_resolution_linked_by_id_user")),
        sa.ForeignKeyConstraint(
            ["resolution_id"], ["resolution.id"], name=op.f("fk_agreement_resolution_resolution_id_resolution")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement_resolution")),
        sa.UniqueConstraint(
            "agreement_id", "resolution_id", name=op.f("uq_agreement_resolution_agreement_id_resolution_id")
        ),
    )
    op.create_index(
        op.f("ix_agreement_resolution_resolution_id"), "agreement_resolution", ["resolution_id"], unique=False
    )


def downgrade() -> None:
    op.drop_table("agreement_resolution")
