"""The regular report to all municipalities, and to whom it went."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "municipal_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("body_id", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("foreword", sa.String(), server_default="", nullable=False),
        sa.Column("left_out", sa.JSON(), nullable=False),
        sa.Column("content", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("(sent_at IS NULL) = (content IS NULL)", name=op.f("ck_municipal_report_frozen_when_sent")),
        sa.CheckConstraint("starts_on <= ends_on", name=op.f("ck_municipal_report_starts_before_end")),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_municipal_report_body_id_body")),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["user.id"], name=op.f("fk_municipal_report_created_by_id_user"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_municipal_report")),
    )
    op.create_table(
        "municipal_report_recipient",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_municipal_report_recipient_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["report_id"],
            ["municipal_report.id"],
            name=op.f("fk_municipal_report_recipient_report_id_municipal_report"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_municipal_report_recipient")),
        sa.UniqueConstraint(
            "report_id", "organisation_id", name=op.f("uq_municipal_report_recipient_report_id_organisation_id")
        ),
    )
    with op.batch_alter_table("municipal_report_recipient", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_municipal_report_recipient_organisation_id"), ["organisation_id"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("municipal_report_recipient", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_municipal_report_recipient_organisation_id"))

    op.drop_table("municipal_report_recipient")
    op.drop_table("municipal_report")
