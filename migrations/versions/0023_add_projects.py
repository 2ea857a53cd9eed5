"""Project groups charged with a matter: the mandate, the days of reports, the reports."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

FIXED = {
    "project_mandate_fixed": ("project", "UPDATE OF mandate, reason, needs_resolution, resolution_id, starts_on"),
    "project_report_fixed": (
        "project_report",
        "UPDATE OF project_id, day_id, reported_on, text, function, noted_at",
    ),
    "project_report_kept": ("project_report", "DELETE"),
}
"""Triggers that keep a written charge and its reports as they are (E-32): name → table, event."""


def upgrade() -> None:
    op.create_table(
        "project",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("matter_id", sa.Integer(), nullable=False),
        sa.Column("committee_id", sa.Integer(), nullable=False),
        sa.Column("mandate", sa.String(), nullable=False),
        sa.Column("needs_resolution", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("resolution_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("reports_to_id", sa.Integer(), nullable=False),
        sa.Column(
            "report_interval",
            sa.Enum(
                "weekly",
                "fortnightly",
                "monthly",
                "two_monthly",
                "quarterly",
                "three_per_year",
                "half_yearly",
                "yearly",
                name="cadenceinterval",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("end_note", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("(ended_on IS NULL) = (end_note IS NULL)", name=op.f("ck_project_end_complete")),
        sa.CheckConstraint(
            "NOT needs_resolution OR resolution_id IS NOT NULL", name=op.f("ck_project_resolution_where_needed")
        ),
        sa.CheckConstraint("due_on >= starts_on", name=op.f("ck_project_due_after_start")),
        sa.CheckConstraint("ended_on IS NULL OR ended_on >= starts_on", name=op.f("ck_project_end_after_start")),
        sa.CheckConstraint("length(trim(mandate)) > 0", name=op.f("ck_project_mandate_not_blank")),
        sa.CheckConstraint(
            "resolution_id IS NOT NULL OR (reason IS NOT NULL AND length(trim(reason)) > 0)",
            name=op.f("ck_project_resolution_or_reason"),
        ),
        sa.ForeignKeyConstraint(["committee_id"], ["committee.id"], name=op.f("fk_project_committee_id_committee")),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["user.id"], name=op.f("fk_project_created_by_id_user"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["matter_id"], ["matter.id"], name=op.f("fk_project_matter_id_matter"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["reports_to_id"], ["committee.id"], name=op.f("fk_project_reports_to_id_committee")),
        sa.ForeignKeyConstraint(["resolution_id"], ["resolution.id"], name=op.f("fk_project_resolution_id_resolution")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project")),
    )
    with op.batch_alter_table("project", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_project_committee_id"), ["committee_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_project_matter_id"), ["matter_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_project_reports_to_id"), ["reports_to_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_project_resolution_id"), ["resolution_id"], unique=False)

    op.create_table(
        "project_report_day",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("reminded_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_project_report_day_project_id_project"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_report_day")),
        sa.UniqueConstraint("id", "project_id", name=op.f("uq_project_report_day_id_project_id")),
        sa.UniqueConstraint("project_id", "due_on", name=op.f("uq_project_report_day_project_id_due_on")),
    )
    with op.batch_alter_table("project_report_day", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_project_report_day_due_on"), ["due_on"], unique=False)

    op.create_table(
        "project_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("day_id", sa.Integer(), nullable=True),
        sa.Column("reported_on", sa.Date(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=True),
        sa.Column("function", sa.String(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("noted_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("length(trim(text)) > 0", name=op.f("ck_project_report_text_not_blank")),
        sa.ForeignKeyConstraint(
            ["day_id", "project_id"],
            ["project_report_day.id", "project_report_day.project_id"],
            name="fk_project_report_own_day_project_report_day",
        ),
        sa.ForeignKeyConstraint(
            ["day_id"], ["project_report_day.id"], name=op.f("fk_project_report_day_id_project_report_day")
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["agenda_item.id"], name=op.f("fk_project_report_item_id_agenda_item"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["noted_by_id"], ["user.id"], name=op.f("fk_project_report_noted_by_id_user"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_project_report_project_id_project"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_report")),
        sa.UniqueConstraint("day_id", name=op.f("uq_project_report_day_id")),
    )
    with op.batch_alter_table("project_report", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_project_report_item_id"), ["item_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_project_report_project_id"), ["project_id"], unique=False)
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    for name, (table, event) in FIXED.items():
        if is_postgresql:
            op.execute(
                f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                "RAISE EXCEPTION 'charges and reports of project groups never change'; END $$"
            )
            op.execute(f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")
        else:
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {event} ON {table} "
                "BEGIN SELECT RAISE(ABORT, 'charges and reports of project groups never change'); END"
            )


def downgrade() -> None:
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    for name, (table, _event) in FIXED.items():
        op.execute(f"DROP TRIGGER {name} ON {table}" if is_postgresql else f"DROP TRIGGER {name}")
        if is_postgresql:
            op.execute(f"DROP FUNCTION {name}()")
    op.drop_table("project_report")
    op.drop_table("project_report_day")
    op.drop_table("project")
