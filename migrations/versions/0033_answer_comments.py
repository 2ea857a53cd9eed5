"""Answers to comments of a consultation, and since when they may be read."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "comment_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "taken_over",
                "partly",
                "not_taken",
                name="outcome",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("change_id", sa.Integer(), nullable=True),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("given_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("change_id IS NULL OR outcome <> 'not_taken'", name=op.f("ck_comment_answer_change_taken")),
        sa.CheckConstraint(
            "outcome = 'taken_over' OR (reason IS NOT NULL AND length(trim(reason)) > 0)",
            name=op.f("ck_comment_answer_reason_given"),
        ),
        sa.ForeignKeyConstraint(
            ["change_id"], ["concept_change.id"], name=op.f("fk_comment_answer_change_id_concept_change")
        ),
        sa.ForeignKeyConstraint(
            ["comment_id"],
            ["consultation_comment.id"],
            name=op.f("fk_comment_answer_comment_id_consultation_comment"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["given_by_id"], ["user.id"], name=op.f("fk_comment_answer_given_by_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment_answer")),
        sa.UniqueConstraint("comment_id", "number", name=op.f("uq_comment_answer_comment_id_number")),
    )
    op.create_index(op.f("ix_comment_answer_change_id"), "comment_answer", ["change_id"], unique=False)

    with op.batch_alter_table("consultation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("answers_released_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_check_constraint(
            batch_op.f("ck_consultation_released_after_end"), "answers_released_at IS NULL OR ended_at IS NOT NULL"
        )


def downgrade() -> None:
    with op.batch_alter_table("consultation", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_consultation_released_after_end"), type_="check")
        batch_op.drop_column("answers_released_at")
    op.drop_table("comment_answer")
