"""The yearly report: its draft, and the frozen editions, which the database keeps from changing."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

FROZEN = {
    "yearly_report_fixed": "UPDATE OF body_id, year, edition, texts, content, sha256, frozen_at",
    "yearly_report_kept": "DELETE",
}
"""Triggers that keep frozen editions as they are: name → event. Who froze it may be forgotten with the account."""


def upgrade() -> None:
    op.create_table(
        "yearly_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("body_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("edition", sa.Integer(), server_default="0", nullable=False),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.Column("content", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("sha256", sa.String(), nullable=True),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("frozen_by_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("year >= 2000 AND edition >= 0", name=op.f("ck_yearly_report_numbers_possible")),
        sa.CheckConstraint(
            "(frozen_at IS NULL) = (edition = 0) AND (content IS NULL) = (edition = 0) "
            "AND (sha256 IS NULL) = (edition = 0)",
            name=op.f("ck_yearly_report_frozen_complete"),
        ),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_yearly_report_body_id_body")),
        sa.ForeignKeyConstraint(
            ["frozen_by_id"], ["user.id"], name=op.f("fk_yearly_report_frozen_by_id_user"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_yearly_report")),
        sa.UniqueConstraint("body_id", "year", "edition", name=op.f("uq_yearly_report_body_id_year_edition")),
    )
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    for name, event in FROZEN.items():
        if is_postgresql:
            row = "OLD" if event == "DELETE" else "NEW"
            op.execute(
                f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF OLD.edition > 0 THEN "
                f"RAISE EXCEPTION 'frozen reports never change'; END IF; RETURN {row}; END $$"
            )
            op.execute(f"CREATE TRIGGER {name} BEFORE {event} ON yearly_report FOR EACH ROW EXECUTE FUNCTION {name}()")
        else:
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {event} ON yearly_report WHEN OLD.edition > 0 "
                "BEGIN SELECT RAISE(ABORT, 'frozen reports never change'); END"
            )


def downgrade() -> None:
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    for name in FROZEN:
        op.execute(f"DROP TRIGGER {name} ON yearly_report" if is_postgresql else f"DROP TRIGGER {name}")
        if is_postgresql:
            op.execute(f"DROP FUNCTION {name}()")
    op.drop_table("yearly_report")
