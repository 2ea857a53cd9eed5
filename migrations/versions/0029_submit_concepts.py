"""Submit drafts of concepts to committees; papers that show a draft name it."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "concept_submission",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("topic_id", sa.Integer(), nullable=False),
        sa.Column("in_force_from", sa.Date(), nullable=True),
        sa.Column("text_print", sa.String(), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_by_id", sa.Integer(), nullable=True),
        sa.Column("item_id", sa.Integer(), nullable=True),
        sa.Column("resolution_id", sa.Integer(), nullable=True),
        sa.Column(
            "outcome",
            sa.Enum(
                "adopted",
                "rejected",
                "noted",
                "referred",
                "withdrawn",
                name="submissionoutcome",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "(outcome IS NULL) = (decided_on IS NULL)", name=op.f("ck_concept_submission_outcome_dated")
        ),
        sa.CheckConstraint(
            "outcome NOT IN ('adopted', 'rejected') OR resolution_id IS NOT NULL",
            name=op.f("ck_concept_submission_resolution_named"),
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["agenda_item.id"], name=op.f("fk_concept_submission_item_id_agenda_item")
        ),
        sa.ForeignKeyConstraint(
            ["resolution_id"], ["resolution.id"], name=op.f("fk_concept_submission_resolution_id_resolution")
        ),
        sa.ForeignKeyConstraint(
            ["submitted_by_id"], ["user.id"], name=op.f("fk_concept_submission_submitted_by_id_user")
        ),
        sa.ForeignKeyConstraint(["topic_id"], ["topic.id"], name=op.f("fk_concept_submission_topic_id_topic")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["concept_version.id"], name=op.f("fk_concept_submission_version_id_concept_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concept_submission")),
        sa.UniqueConstraint("topic_id", name=op.f("uq_concept_submission_topic_id")),
    )
    for column in ("version_id", "item_id", "resolution_id"):
        op.create_index(op.f(f"ix_concept_submission_{column}"), "concept_submission", [column], unique=False)
    op.create_index(
        "uq_concept_submission_open",
        "concept_submission",
        ["version_id"],
        unique=True,
        sqlite_where=sa.text("outcome IS NULL"),
        postgresql_where=sa.text("outcome IS NULL"),
    )
    with op.batch_alter_table("paper", schema=None) as batch_op:
        batch_op.add_column(sa.Column("concept_version_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_paper_concept_version_id"), ["concept_version_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_paper_concept_version_id_concept_version"), "concept_version", ["concept_version_id"], ["id"]
        )


def downgrade() -> None:
    with op.batch_alter_table("paper", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_paper_concept_version_id_concept_version"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_paper_concept_version_id"))
        batch_op.drop_column("concept_version_id")

    op.drop_table("concept_submission")
