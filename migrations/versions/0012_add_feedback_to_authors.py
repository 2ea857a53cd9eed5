"""Feedback to authors: released texts, who was told, who cares about which stage; mails only the coordination sees."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "feedback_choice",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("stages", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_feedback_choice_user_id_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_feedback_choice")),
    )
    op.create_table(
        "author_feedback",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("matter_id", sa.Integer(), nullable=False),
        sa.Column(
            "stage",
            sa.Enum(
                "bundled",
                "in_committee",
                "decided",
                "ordered",
                "done",
                "effect_checked",
                name="feedbackstage",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("confirmed_kinds", sa.JSON(), nullable=False),
        sa.Column(
            "confirm_reason",
            sa.Enum(
                "office",
                "nobody",
                "general",
                name="confirmreason",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released_by_id", sa.Integer(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("length(trim(text)) > 0", name=op.f("ck_author_feedback_text_not_blank")),
        sa.ForeignKeyConstraint(["matter_id"], ["matter.id"], name=op.f("fk_author_feedback_matter_id_matter")),
        sa.ForeignKeyConstraint(
            ["released_by_id"], ["user.id"], name=op.f("fk_author_feedback_released_by_id_user"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_author_feedback")),
        sa.UniqueConstraint("matter_id", "stage", "number", name=op.f("uq_author_feedback_matter_id_stage_number")),
    )
    op.create_table(
        "feedback_notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("feedback_id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("is_wanted", sa.Boolean(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["feedback_id"],
            ["author_feedback.id"],
            name=op.f("fk_feedback_notice_feedback_id_author_feedback"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["gap_report.id"], name=op.f("fk_feedback_notice_report_id_gap_report"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback_notice")),
        sa.UniqueConstraint("feedback_id", "report_id", name=op.f("uq_feedback_notice_feedback_id_report_id")),
    )
    with op.batch_alter_table("feedback_notice", schema=None) as batch_op:
        batch_op.create_index("ix_feedback_notice_report_id", ["report_id"], unique=False)

    with op.batch_alter_table("outgoing_mail", schema=None) as batch_op:
        batch_op.add_column(sa.Column("is_veiled", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("outgoing_mail", schema=None) as batch_op:
        batch_op.drop_column("is_veiled")

    with op.batch_alter_table("feedback_notice", schema=None) as batch_op:
        batch_op.drop_index("ix_feedback_notice_report_id")

    op.drop_table("feedback_notice")
    op.drop_table("author_feedback")
    op.drop_table("feedback_choice")
