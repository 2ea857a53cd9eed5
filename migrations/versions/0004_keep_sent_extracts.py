"""keep_sent_extracts"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "resolution_extract",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("resolution_id", sa.Integer(), nullable=False),
        sa.Column("addressee", sa.String(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("is_preliminary", sa.Boolean(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_by_id", sa.Integer(), nullable=True),
        sa.Column("mail_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["mail_id"], ["outgoing_mail.id"], name=op.f("fk_resolution_extract_mail_id_outgoing_mail")
        ),
        sa.ForeignKeyConstraint(
            ["resolution_id"],
            ["resolution.id"],
            name=op.f("fk_resolution_extract_resolution_id_resolution"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["sent_by_id"], ["user.id"], name=op.f("fk_resolution_extract_sent_by_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resolution_extract")),
    )
    with op.batch_alter_table("resolution_extract", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_resolution_extract_mail_id"), ["mail_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_resolution_extract_resolution_id"), ["resolution_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("resolution_extract", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_resolution_extract_resolution_id"))
        batch_op.drop_index(batch_op.f("ix_resolution_extract_mail_id"))
    op.drop_table("resolution_extract")
