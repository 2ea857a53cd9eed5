"""Concepts in versions: their facts, their text in sections, which the database keeps from changing once frozen."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

FROZEN = "frozen text of a concept never changes"
KEPT_COLUMNS = "version_id, key, parent_id, position, heading, printed_number, text"
TRIGGERS = {
    "concept_version_fixed": ("concept_version", "UPDATE OF concept_id, number, frozen_at, sha256", "OLD.frozen_at"),
    "concept_version_kept": ("concept_version", "DELETE", "OLD.frozen_at"),
    "concept_section_fixed": ("concept_section", f"UPDATE OF {KEPT_COLUMNS}", "OLD.version_id"),
    "concept_section_kept": ("concept_section", "DELETE", "OLD.version_id"),
    "concept_section_closed": ("concept_section", "INSERT", "NEW.version_id"),
    "concept_section_moved": ("concept_section", "UPDATE OF version_id", "NEW.version_id"),
}
"""Name → table, event and what tells that the text is frozen (the version's own column, or the id of the version)."""


def upgrade() -> None:
    op.create_table(
        "concept",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("body_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("sort_title", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "concept",
                "action_concept",
                "technical_concept",
                "integration_concept",
                "project_outline",
                "strategy",
                "guideline",
                "rules_of_procedure",
                "cooperation_agreement",
                "pass_on_contract",
                "funding_guideline",
                "funding_notice",
                "application",
                "presentation",
                "form",
                name="conceptkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("responsible_id", sa.Integer(), nullable=True),
        sa.Column("responsible_words", sa.String(), nullable=True),
        sa.Column("revision_rule", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("is_confidential", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("merged_into_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(trim(title)) > 0", name=op.f("ck_concept_title_not_blank")),
        sa.CheckConstraint(
            "merged_into_id IS NULL OR merged_into_id <> id", name=op.f("ck_concept_not_merged_into_itself")
        ),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_concept_body_id_body")),
        sa.ForeignKeyConstraint(["merged_into_id"], ["concept.id"], name=op.f("fk_concept_merged_into_id_concept")),
        sa.ForeignKeyConstraint(
            ["responsible_id"], ["organisation.id"], name=op.f("fk_concept_responsible_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concept")),
        sa.UniqueConstraint("body_id", "key", name=op.f("uq_concept_body_id_key")),
    )
    op.create_index(op.f("ix_concept_merged_into_id"), "concept", ["merged_into_id"], unique=False)
    op.create_index(op.f("ix_concept_responsible_id"), "concept", ["responsible_id"], unique=False)

    op.create_table(
        "concept_basis",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("concept_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.CheckConstraint("length(trim(title)) > 0", name=op.f("ck_concept_basis_title_not_blank")),
        sa.ForeignKeyConstraint(
            ["concept_id"], ["concept.id"], name=op.f("fk_concept_basis_concept_id_concept"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concept_basis")),
    )
    op.create_index(op.f("ix_concept_basis_concept_id"), "concept_basis", ["concept_id"], unique=False)

    op.create_table(
        "concept_filing",
        sa.Column("concept_id", sa.Integer(), nullable=False),
        sa.Column("committee_id", sa.Integer(), nullable=False),
        sa.Column("is_responsible", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(
            ["committee_id"], ["committee.id"], name=op.f("fk_concept_filing_committee_id_committee")
        ),
        sa.ForeignKeyConstraint(
            ["concept_id"], ["concept.id"], name=op.f("fk_concept_filing_concept_id_concept"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("concept_id", "committee_id", name=op.f("pk_concept_filing")),
    )
    op.create_index(op.f("ix_concept_filing_committee_id"), "concept_filing", ["committee_id"], unique=False)
    op.create_index(
        "uq_concept_filing_responsible",
        "concept_filing",
        ["concept_id"],
        unique=True,
        sqlite_where=sa.text("is_responsible = 1"),
        postgresql_where=sa.text("is_responsible"),
    )

    op.create_table(
        "concept_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("concept_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("status_date", sa.String(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "planned",
                "draft",
                "consultation",
                "submitted",
                "adopted",
                "in_force",
                "superseded",
                "withdrawn",
                "not_stated",
                name="versionstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("adopted_by", sa.String(), nullable=True),
        sa.Column("adopted_committee_id", sa.Integer(), nullable=True),
        sa.Column("adopted_on", sa.String(), nullable=True),
        sa.Column(
            "result",
            sa.Enum(
                "unanimous",
                "adopted",
                "agreed",
                "rejected",
                name="adoptionresult",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("proviso", sa.String(), nullable=True),
        sa.Column("in_force_from", sa.String(), nullable=True),
        sa.Column("ended_on", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("source", sa.String(), nullable=True),
        sa.Column("based_on_id", sa.Integer(), nullable=True),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sha256", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("(frozen_at IS NULL) = (sha256 IS NULL)", name=op.f("ck_concept_version_frozen_complete")),
        sa.CheckConstraint(
            "(status_date IS NULL OR length(status_date) IN (4, 7, 10)) AND (adopted_on IS NULL OR length(adopted_on) IN (4, 7, 10)) AND (in_force_from IS NULL OR length(in_force_from) IN (4, 7, 10)) AND (ended_on IS NULL OR length(ended_on) IN (4, 7, 10))",
            name=op.f("ck_concept_version_dates_precision"),
        ),
        sa.CheckConstraint("length(trim(label)) > 0", name=op.f("ck_concept_version_label_not_blank")),
        sa.CheckConstraint("number > 0", name=op.f("ck_concept_version_number_positive")),
        sa.ForeignKeyConstraint(
            ["adopted_committee_id"], ["committee.id"], name=op.f("fk_concept_version_adopted_committee_id_committee")
        ),
        sa.ForeignKeyConstraint(
            ["based_on_id"], ["concept_version.id"], name=op.f("fk_concept_version_based_on_id_concept_version")
        ),
        sa.ForeignKeyConstraint(["concept_id"], ["concept.id"], name=op.f("fk_concept_version_concept_id_concept")),
        sa.ForeignKeyConstraint(["created_by_id"], ["user.id"], name=op.f("fk_concept_version_created_by_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concept_version")),
        sa.UniqueConstraint("concept_id", "key", name=op.f("uq_concept_version_concept_id_key")),
        sa.UniqueConstraint("concept_id", "number", name=op.f("uq_concept_version_concept_id_number")),
    )
    op.create_index(
        op.f("ix_concept_version_adopted_committee_id"), "concept_version", ["adopted_committee_id"], unique=False
    )
    op.create_index(op.f("ix_concept_version_based_on_id"), "concept_version", ["based_on_id"], unique=False)
    op.create_index(op.f("ix_concept_version_concept_id"), "concept_version", ["concept_id"], unique=False)
    op.create_index(
        "uq_concept_version_in_force",
        "concept_version",
        ["concept_id"],
        unique=True,
        sqlite_where=sa.text("state = 'in_force'"),
        postgresql_where=sa.text("state = 'in_force'"),
    )

    op.create_table(
        "concept_section",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("heading", sa.String(), nullable=False),
        sa.Column("printed_number", sa.String(), nullable=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("html", sa.String(), nullable=False),
        sa.Column("words", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("length(trim(heading)) > 0", name=op.f("ck_concept_section_heading_not_blank")),
        sa.CheckConstraint("parent_id IS NULL OR parent_id <> id", name=op.f("ck_concept_section_not_below_itself")),
        sa.ForeignKeyConstraint(["changed_by_id"], ["user.id"], name=op.f("fk_concept_section_changed_by_id_user")),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["concept_section.id"], name=op.f("fk_concept_section_parent_id_concept_section")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["concept_version.id"], name=op.f("fk_concept_section_version_id_concept_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concept_section")),
        sa.UniqueConstraint("version_id", "key", name=op.f("uq_concept_section_version_id_key")),
    )
    op.create_index(op.f("ix_concept_section_parent_id"), "concept_section", ["parent_id"], unique=False)

    op.create_table(
        "concept_sending",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("sent_on", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("length(trim(recipient)) > 0", name=op.f("ck_concept_sending_recipient_not_blank")),
        sa.CheckConstraint(
            "sent_on IS NULL OR length(sent_on) IN (4, 7, 10)", name=op.f("ck_concept_sending_sent_on_precision")
        ),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["user.id"], name=op.f("fk_concept_sending_recorded_by_id_user")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["concept_version.id"], name=op.f("fk_concept_sending_version_id_concept_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concept_sending")),
    )
    op.create_index(op.f("ix_concept_sending_version_id"), "concept_sending", ["version_id"], unique=False)

    for name in TRIGGERS:
        _add_trigger(name)


def _add_trigger(name: str) -> None:
    table, event, told_by = TRIGGERS[name]
    of_its_version = f"(SELECT frozen_at FROM concept_version WHERE id = {told_by})"  # noqa: S608 - constants
    frozen = told_by if table == "concept_version" else of_its_version
    if op.get_bind().dialect.name == "postgresql":
        row = "OLD" if event == "DELETE" else "NEW"
        op.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {frozen} IS NOT NULL THEN "
            f"RAISE EXCEPTION '{FROZEN}'; END IF; RETURN {row}; END $$"
        )
        op.execute(f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")
    else:
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {event} ON {table} WHEN {frozen} IS NOT NULL "
            f"BEGIN SELECT RAISE(ABORT, '{FROZEN}'); END"
        )


def downgrade() -> None:
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    for name, (table, _event, _told_by) in TRIGGERS.items():
        op.execute(f"DROP TRIGGER {name} ON {table}" if is_postgresql else f"DROP TRIGGER {name}")
        if is_postgresql:
            op.execute(f"DROP FUNCTION {name}()")

    op.drop_table("concept_sending")

    op.drop_table("concept_section")

    op.drop_table("concept_version")

    op.drop_table("concept_filing")

    op.drop_table("concept_basis")

    op.drop_table("concept")
