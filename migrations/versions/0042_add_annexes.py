"""Annexes of versions of concepts, which the database keeps from changing once the version is adopted."""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

REFUSED = "annexes of an adopted version never change"
KEPT_COLUMNS = "version_id, key, position, title, file_name, media_type, size, sha256, stored_name"
ADOPTED = "('adopted', 'in_force', 'superseded')"
TRIGGERS = {
    "concept_annex_fixed": (f"UPDATE OF {KEPT_COLUMNS}", "OLD", f"frozen_at IS NOT NULL OR state IN {ADOPTED}"),
    "concept_annex_kept": ("DELETE", "OLD", f"frozen_at IS NOT NULL OR state IN {ADOPTED}"),
    "concept_annex_closed": ("INSERT", "NEW", "frozen_at IS NOT NULL"),
    "concept_annex_moved": ("UPDATE OF version_id", "NEW", "frozen_at IS NOT NULL"),
}
"""Name → event, the row that names the version, and what of that version forbids it."""


def upgrade() -> None:
    op.create_table(
        "concept_annex",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("stored_name", sa.String(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("length(trim(title)) > 0", name=op.f("ck_concept_annex_title_not_blank")),
        sa.CheckConstraint("position > 0", name=op.f("ck_concept_annex_position_positive")),
        sa.CheckConstraint("size > 0", name=op.f("ck_concept_annex_size_positive")),
        sa.ForeignKeyConstraint(["added_by_id"], ["user.id"], name=op.f("fk_concept_annex_added_by_id_user")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["concept_version.id"], name=op.f("fk_concept_annex_version_id_concept_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concept_annex")),
        sa.UniqueConstraint("version_id", "key", name=op.f("uq_concept_annex_version_id_key")),
    )
    op.create_index(op.f("ix_concept_annex_stored_name"), "concept_annex", ["stored_name"], unique=False)
    # Not as a batch: that would make the table anew on SQLite and lose the triggers of frozen texts.
    op.add_column("concept_version", sa.Column("annex_revision", sa.Integer(), server_default="0", nullable=False))
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    for name, (event, row, forbids) in TRIGGERS.items():
        refused = f"EXISTS (SELECT 1 FROM concept_version WHERE id = {row}.version_id AND ({forbids}))"  # noqa: S608
        if is_postgresql:
            op.execute(
                f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {refused} THEN "
                f"RAISE EXCEPTION '{REFUSED}'; END IF; RETURN {'OLD' if event == 'DELETE' else 'NEW'}; END $$"
            )
            op.execute(f"CREATE TRIGGER {name} BEFORE {event} ON concept_annex FOR EACH ROW EXECUTE FUNCTION {name}()")
        else:
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {event} ON concept_annex WHEN {refused} "
                f"BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
            )


def downgrade() -> None:
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    for name in TRIGGERS:
        op.execute(f"DROP TRIGGER {name} ON concept_annex" if is_postgresql else f"DROP TRIGGER {name}")
        if is_postgresql:
            op.execute(f"DROP FUNCTION {name}()")
    # Neither as a batch, for the same reason.
    op.drop_column("concept_version", "annex_revision")
    op.drop_table("concept_annex")
