"""Drafts of concepts: why sections changed, and texts that came too late."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "concept_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("section_key", sa.String(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "edited",
                "added",
                "moved",
                "split",
                "removed",
                "replaced",
                name="changekind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("heading", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("link", sa.String(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("kind <> 'removed' OR text IS NOT NULL", name=op.f("ck_concept_change_removed_words_kept")),
        sa.ForeignKeyConstraint(["changed_by_id"], ["user.id"], name=op.f("fk_concept_change_changed_by_id_user")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["concept_version.id"], name=op.f("fk_concept_change_version_id_concept_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concept_change")),
    )
    op.create_index(op.f("ix_concept_change_version_id"), "concept_change", ["version_id"], unique=False)

    op.create_table(
        "late_text",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("section_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("based_on_revision", sa.Integer(), nullable=False),
        sa.Column("typed_by_id", sa.Integer(), nullable=True),
        sa.Column("typed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["section_id"],
            ["concept_section.id"],
            name=op.f("fk_late_text_section_id_concept_section"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["typed_by_id"], ["user.id"], name=op.f("fk_late_text_typed_by_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_late_text")),
    )
    op.create_index(op.f("ix_late_text_section_id"), "late_text", ["section_id"], unique=False)


def downgrade() -> None:

    op.drop_table("late_text")

    op.drop_table("concept_change")
