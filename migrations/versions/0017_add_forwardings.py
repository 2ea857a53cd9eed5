"""What is forwarded to the Land, its papers and its answer."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "state_forwarding",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("matter_id", sa.Integer(), nullable=False),
        sa.Column("addressee", sa.String(), nullable=False),
        sa.Column("problem", sa.String(), nullable=False),
        sa.Column("effect", sa.String(), nullable=False),
        sa.Column("proposal", sa.String(), nullable=False),
        sa.Column("needs_resolution", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("resolution_id", sa.Integer(), nullable=True),
        sa.Column("forwarded_on", sa.Date(), nullable=False),
        sa.Column("answer_due_on", sa.Date(), nullable=True),
        sa.Column("reminded_on", sa.Date(), nullable=True),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("answer", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("length(trim(addressee)) > 0", name=op.f("ck_state_forwarding_addressee_not_blank")),
        sa.CheckConstraint(
            "NOT needs_resolution OR resolution_id IS NOT NULL",
            name=op.f("ck_state_forwarding_resolution_where_needed"),
        ),
        sa.CheckConstraint(
            "(answered_on IS NULL) = (answer IS NULL)", name=op.f("ck_state_forwarding_answer_complete")
        ),
        sa.CheckConstraint(
            "answer_due_on IS NULL OR answer_due_on >= forwarded_on",
            name=op.f("ck_state_forwarding_due_after_forwarding"),
        ),
        sa.CheckConstraint(
            "answered_on IS NULL OR answered_on >= forwarded_on",
            name=op.f("ck_state_forwarding_answer_after_forwarding"),
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["user.id"], name=op.f("fk_state_forwarding_created_by_id_user"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["matter_id"], ["matter.id"], name=op.f("fk_state_forwarding_matter_id_matter"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["resolution_id"], ["resolution.id"], name=op.f("fk_state_forwarding_resolution_id_resolution")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_state_forwarding")),
    )
    with op.batch_alter_table("state_forwarding", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_state_forwarding_matter_id"), ["matter_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_state_forwarding_resolution_id"), ["resolution_id"], unique=False)
    op.create_table(
        "forwarding_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("forwarding_id", sa.Integer(), nullable=False),
        sa.Column("is_answer", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("stored_name", sa.String(), nullable=False),
        sa.CheckConstraint("size > 0", name=op.f("ck_forwarding_file_size_positive")),
        sa.ForeignKeyConstraint(
            ["forwarding_id"],
            ["state_forwarding.id"],
            name=op.f("fk_forwarding_file_forwarding_id_state_forwarding"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_forwarding_file")),
        sa.UniqueConstraint("stored_name", name=op.f("uq_forwarding_file_stored_name")),
    )
    with op.batch_alter_table("forwarding_file", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_forwarding_file_forwarding_id"), ["forwarding_id"], unique=False)


def downgrade() -> None:
    op.drop_table("forwarding_file")
    op.drop_table("state_forwarding")
