"""Evaluations with those who are asked, their answers, results and adjustments."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "evaluation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("matter_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("compared_from", sa.Date(), nullable=False),
        sa.Column("resolution_id", sa.Integer(), nullable=True),
        sa.Column("work_order_id", sa.Integer(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "planned",
                "concluded",
                "cancelled",
                name="evaluationstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("asked_text", sa.String(), server_default="", nullable=False),
        sa.Column("answers_until", sa.Date(), nullable=True),
        sa.Column("reminded_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("compared_from <= due_on", name=op.f("ck_evaluation_compared_before_due")),
        sa.ForeignKeyConstraint(["matter_id"], ["matter.id"], name=op.f("fk_evaluation_matter_id_matter")),
        sa.ForeignKeyConstraint(
            ["resolution_id"],
            ["resolution.id"],
            name=op.f("fk_evaluation_resolution_id_resolution"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["work_order_id"], ["work_order.id"], name=op.f("fk_evaluation_work_order_id_work_order")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluation")),
        sa.UniqueConstraint("matter_id", "number", name=op.f("uq_evaluation_matter_id_number")),
    )
    with op.batch_alter_table("evaluation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_evaluation_resolution_id"), ["resolution_id"], unique=False)
        batch_op.create_index("ix_evaluation_state_due_on", ["state", "due_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_evaluation_work_order_id"), ["work_order_id"], unique=False)

    op.create_table(
        "adjustment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("evaluation_id", sa.Integer(), nullable=False),
        sa.Column("matter_id", sa.Integer(), nullable=True),
        sa.Column("topic_id", sa.Integer(), nullable=True),
        sa.Column("work_order_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("function", sa.String(), nullable=False),
        sa.CheckConstraint(
            "(CASE WHEN matter_id IS NULL THEN 0 ELSE 1 END + CASE WHEN topic_id IS NULL THEN 0 ELSE 1 END"
            " + CASE WHEN work_order_id IS NULL THEN 0 ELSE 1 END) = 1",
            name=op.f("ck_adjustment_one_object"),
        ),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_adjustment_by_id_user"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["evaluation_id"], ["evaluation.id"], name=op.f("fk_adjustment_evaluation_id_evaluation")
        ),
        sa.ForeignKeyConstraint(["matter_id"], ["matter.id"], name=op.f("fk_adjustment_matter_id_matter")),
        sa.ForeignKeyConstraint(["topic_id"], ["topic.id"], name=op.f("fk_adjustment_topic_id_topic")),
        sa.ForeignKeyConstraint(
            ["work_order_id"], ["work_order.id"], name=op.f("fk_adjustment_work_order_id_work_order")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_adjustment")),
    )
    with op.batch_alter_table("adjustment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_adjustment_evaluation_id"), ["evaluation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_adjustment_matter_id"), ["matter_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_adjustment_topic_id"), ["topic_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_adjustment_work_order_id"), ["work_order_id"], unique=False)

    op.create_table(
        "evaluation_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("evaluation_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "planned",
                "moved",
                "asked",
                "taken_back",
                "reminded",
                "answered",
                "concluded",
                "corrected",
                "cancelled",
                "adjusted",
                name="evaluationeventkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("text", sa.String(), server_default="", nullable=False),
        sa.Column("due_before", sa.Date(), nullable=True),
        sa.Column("due_after", sa.Date(), nullable=True),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("function", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_id"], ["user.id"], name=op.f("fk_evaluation_event_by_id_user"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["evaluation_id"],
            ["evaluation.id"],
            name=op.f("fk_evaluation_event_evaluation_id_evaluation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluation_event")),
    )
    with op.batch_alter_table("evaluation_event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_evaluation_event_evaluation_id"), ["evaluation_id"], unique=False)

    op.create_table(
        "evaluation_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("evaluation_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("committee_id", sa.Integer(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reminded_on", sa.Date(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(organisation_id IS NULL) <> (committee_id IS NULL)", name=op.f("ck_evaluation_request_one_asked")
        ),
        sa.ForeignKeyConstraint(
            ["committee_id"], ["committee.id"], name=op.f("fk_evaluation_request_committee_id_committee")
        ),
        sa.ForeignKeyConstraint(
            ["evaluation_id"],
            ["evaluation.id"],
            name=op.f("fk_evaluation_request_evaluation_id_evaluation"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_evaluation_request_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluation_request")),
        sa.UniqueConstraint(
            "evaluation_id", "committee_id", name=op.f("uq_evaluation_request_evaluation_id_committee_id")
        ),
        sa.UniqueConstraint(
            "evaluation_id", "organisation_id", name=op.f("uq_evaluation_request_evaluation_id_organisation_id")
        ),
    )
    with op.batch_alter_table("evaluation_request", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_evaluation_request_committee_id"), ["committee_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_evaluation_request_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "evaluation_result",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("evaluation_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "effect",
            sa.Enum("effective", "partly", "none", name="effect", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column(
            "breaks_avoided",
            sa.Enum(
                "yes",
                "partly",
                "no",
                "unknown",
                name="breaks_avoided",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "offers_improved",
            sa.Enum(
                "yes",
                "partly",
                "no",
                "unknown",
                name="offers_improved",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "process_improved",
            sa.Enum(
                "yes",
                "partly",
                "no",
                "unknown",
                name="process_improved",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("compared_from", sa.Date(), nullable=False),
        sa.Column("compared_days", sa.Integer(), nullable=False),
        sa.Column("reports_before", sa.Integer(), nullable=False),
        sa.Column("reports_after", sa.Integer(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("function", sa.String(), nullable=False),
        sa.CheckConstraint("length(trim(reason)) > 0", name=op.f("ck_evaluation_result_reason_not_blank")),
        sa.CheckConstraint(
            "reports_before >= 0 AND reports_after >= 0 AND compared_days >= 0",
            name=op.f("ck_evaluation_result_counts_not_negative"),
        ),
        sa.ForeignKeyConstraint(
            ["by_id"], ["user.id"], name=op.f("fk_evaluation_result_by_id_user"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["evaluation_id"],
            ["evaluation.id"],
            name=op.f("fk_evaluation_result_evaluation_id_evaluation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluation_result")),
        sa.UniqueConstraint("evaluation_id", "number", name=op.f("uq_evaluation_result_evaluation_id_number")),
    )
    op.create_table(
        "evaluation_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "breaks_avoided",
            sa.Enum(
                "yes",
                "partly",
                "no",
                "unknown",
                name="breaks_avoided",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("breaks_avoided_note", sa.String(), server_default="", nullable=False),
        sa.Column(
            "offers_improved",
            sa.Enum(
                "yes",
                "partly",
                "no",
                "unknown",
                name="offers_improved",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("offers_improved_note", sa.String(), server_default="", nullable=False),
        sa.Column(
            "process_improved",
            sa.Enum(
                "yes",
                "partly",
                "no",
                "unknown",
                name="process_improved",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("process_improved_note", sa.String(), server_default="", nullable=False),
        sa.Column("wants_adjustment", sa.Boolean(), server_default=sa.false(), nullable=False),
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
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("function", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_id"], ["user.id"], name=op.f("fk_evaluation_answer_by_id_user"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["evaluation_request.id"],
            name=op.f("fk_evaluation_answer_request_id_evaluation_request"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluation_answer")),
        sa.UniqueConstraint("request_id", "number", name=op.f("uq_evaluation_answer_request_id_number")),
    )


def downgrade() -> None:
    op.drop_table("evaluation_answer")
    op.drop_table("evaluation_result")
    with op.batch_alter_table("evaluation_request", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_evaluation_request_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_evaluation_request_committee_id"))

    op.drop_table("evaluation_request")
    with op.batch_alter_table("evaluation_event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_evaluation_event_evaluation_id"))

    op.drop_table("evaluation_event")
    with op.batch_alter_table("adjustment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_adjustment_work_order_id"))
        batch_op.drop_index(batch_op.f("ix_adjustment_topic_id"))
        batch_op.drop_index(batch_op.f("ix_adjustment_matter_id"))
        batch_op.drop_index(batch_op.f("ix_adjustment_evaluation_id"))

    op.drop_table("adjustment")
    with op.batch_alter_table("evaluation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_evaluation_work_order_id"))
        batch_op.drop_index("ix_evaluation_state_due_on")
        batch_op.drop_index(batch_op.f("ix_evaluation_resolution_id"))

    op.drop_table("evaluation")
