"""Pictures in the texts of versions, which the database keeps from changing once the version is adopted."""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

REFUSED = "images of a frozen text never change"
TRIGGERS = {
    "concept_image_fixed": ("UPDATE", "OLD"),
    "concept_image_kept": ("DELETE", "OLD"),
    "concept_image_closed": ("INSERT", "NEW"),
    "concept_image_moved": ("UPDATE OF version_id", "NEW"),
}
"""Name → event, and the row that names the version."""


def upgrade() -> None:
    op.create_table(
        "concept_image",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=True),
        sa.Column("import_id", sa.Integer(), nullable=True),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("stored_name", sa.String(), nullable=False),
        sa.CheckConstraint("(version_id IS NULL) <> (import_id IS NULL)", name=op.f("ck_concept_image_in_one_text")),
        sa.CheckConstraint("size > 0", name=op.f("ck_concept_image_size_positive")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["concept_version.id"], name=op.f("fk_concept_image_version_id_concept_version")
        ),
        sa.ForeignKeyConstraint(
            ["import_id"], ["concept_import.id"], name=op.f("fk_concept_image_import_id_concept_import")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concept_image")),
        sa.UniqueConstraint("version_id", "key", name=op.f("uq_concept_image_version_id_key")),
        sa.UniqueConstraint("import_id", "key", name=op.f("uq_concept_image_import_id_key")),
    )
    op.create_index(op.f("ix_concept_image_stored_name"), "concept_image", ["stored_name"], unique=False)
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    for name, (event, row) in TRIGGERS.items():
        refused = f"EXISTS (SELECT 1 FROM concept_version WHERE id = {row}.version_id AND frozen_at IS NOT NULL)"  # noqa: S608
        if is_postgresql:
            op.execute(
                f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {refused} THEN "
                f"RAISE EXCEPTION '{REFUSED}'; END IF; RETURN {'OLD' if event == 'DELETE' else 'NEW'}; END $$"
            )
            op.execute(f"CREATE TRIGGER {name} BEFORE {event} ON concept_image FOR EACH ROW EXECUTE FUNCTION {name}()")
        else:
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {event} ON concept_image WHEN {refused} "
                f"BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
            )


def downgrade() -> None:
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    for name in TRIGGERS:
        op.execute(f"DROP TRIGGER {name} ON concept_image" if is_postgresql else f"DROP TRIGGER {name}")
        if is_postgresql:
            op.execute(f"DROP FUNCTION {name}()")
    op.drop_table("concept_image")
