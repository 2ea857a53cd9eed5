"""Gap reports with their words apart, matters that bundle them, the lists of a body."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "vocabulary_term",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("body_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "action_fields",
                "legal_areas",
                "target_groups",
                name="termkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("is_offered", sa.Boolean(), nullable=False),
        sa.CheckConstraint("length(trim(label)) > 0", name=op.f("ck_vocabulary_term_label_not_blank")),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_vocabulary_term_body_id_body")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vocabulary_term")),
        sa.UniqueConstraint("body_id", "kind", "key", name=op.f("uq_vocabulary_term_body_id_kind_key")),
    )
    op.create_table(
        "matter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("body_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("sequence_number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("summary", sa.String(), server_default="", nullable=False),
        sa.Column("sort_text", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "settled",
                "dropped",
                "merged",
                name="matterstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("closing_note", sa.String(), nullable=True),
        sa.Column("shared_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("action_field", sa.String(), nullable=False),
        sa.Column("further_fields", sa.JSON(), nullable=False),
        sa.Column("legal_area_from", sa.String(), nullable=True),
        sa.Column("legal_area_to", sa.String(), nullable=True),
        sa.Column("target_group", sa.String(), nullable=True),
        sa.Column(
            "gap_kind",
            sa.Enum(
                "missing_offer",
                "information",
                "supply",
                "procedure",
                "interface",
                "transition",
                "coordination_need",
                "institutional_barrier",
                "access",
                "capacity",
                "duplication",
                "supra_local",
                "state_matter",
                "qualification",
                name="gapkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "chain_place",
            sa.Enum(
                "arrival",
                "first_counselling",
                "application",
                "waiting",
                "offer",
                "handover",
                "afterwards",
                name="chainplace",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("merged_into_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("(state = 'merged') = (merged_into_id IS NOT NULL)", name=op.f("ck_matter_merged_into")),
        sa.CheckConstraint(
            "(state IN ('settled', 'dropped')) = (closed_on IS NOT NULL)", name=op.f("ck_matter_closed_on")
        ),
        sa.CheckConstraint("length(trim(action_field)) > 0", name=op.f("ck_matter_action_field_not_blank")),
        sa.CheckConstraint("length(trim(title)) > 0", name=op.f("ck_matter_title_not_blank")),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_matter_body_id_body")),
        sa.ForeignKeyConstraint(["created_by_id"], ["user.id"], name=op.f("fk_matter_created_by_id_user")),
        sa.ForeignKeyConstraint(["merged_into_id"], ["matter.id"], name=op.f("fk_matter_merged_into_id_matter")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matter")),
        sa.UniqueConstraint("body_id", "year", "sequence_number", name=op.f("uq_matter_body_id_year_sequence_number")),
        sa.UniqueConstraint("number", name=op.f("uq_matter_number")),
    )
    with op.batch_alter_table("matter", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_matter_merged_into_id"), ["merged_into_id"], unique=False)
        batch_op.create_index("ix_matter_state_created_at", ["state", "created_at"], unique=False)

    op.create_table(
        "gap_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("body_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("sequence_number", sa.Integer(), nullable=False),
        sa.Column(
            "source",
            sa.Enum(
                "case_work",
                "municipality",
                "working_circle",
                "case_reconstruction",
                name="reportsource",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "received",
                "assigned",
                "declined",
                "withdrawn",
                name="reportstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("author_function", sa.String(), nullable=False),
        sa.Column("committee_id", sa.Integer(), nullable=True),
        sa.Column("municipality_id", sa.Integer(), nullable=True),
        sa.Column("action_field", sa.String(), nullable=False),
        sa.Column("legal_area_from", sa.String(), nullable=True),
        sa.Column("legal_area_to", sa.String(), nullable=True),
        sa.Column("target_group", sa.String(), nullable=True),
        sa.Column(
            "gap_kind",
            sa.Enum(
                "missing_offer",
                "information",
                "supply",
                "procedure",
                "interface",
                "transition",
                "coordination_need",
                "institutional_barrier",
                "access",
                "capacity",
                "duplication",
                "supra_local",
                "state_matter",
                "qualification",
                name="gapkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "chain_place",
            sa.Enum(
                "arrival",
                "first_counselling",
                "application",
                "waiting",
                "offer",
                "handover",
                "afterwards",
                name="chainplace",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column(
            "frequency",
            sa.Enum(
                "once",
                "several",
                "monthly",
                "weekly",
                name="frequency",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("matter_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "(state = 'assigned') = (matter_id IS NOT NULL)", name=op.f("ck_gap_report_assigned_to_a_matter")
        ),
        sa.CheckConstraint("length(trim(action_field)) > 0", name=op.f("ck_gap_report_action_field_not_blank")),
        sa.ForeignKeyConstraint(
            ["author_id"], ["user.id"], name=op.f("fk_gap_report_author_id_user"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_gap_report_body_id_body")),
        sa.ForeignKeyConstraint(["committee_id"], ["committee.id"], name=op.f("fk_gap_report_committee_id_committee")),
        sa.ForeignKeyConstraint(["matter_id"], ["matter.id"], name=op.f("fk_gap_report_matter_id_matter")),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["organisation.id"], name=op.f("fk_gap_report_municipality_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gap_report")),
        sa.UniqueConstraint(
            "body_id", "year", "sequence_number", name=op.f("uq_gap_report_body_id_year_sequence_number")
        ),
        sa.UniqueConstraint("number", name=op.f("uq_gap_report_number")),
    )
    with op.batch_alter_table("gap_report", schema=None) as batch_op:
        batch_op.create_index(
            "ix_gap_report_action_field_gap_kind_reported_at", ["action_field", "gap_kind", "reported_at"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_gap_report_author_id"), ["author_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_gap_report_matter_id"), ["matter_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_gap_report_municipality_id"), ["municipality_id"], unique=False)
        batch_op.create_index("ix_gap_report_state_reported_at", ["state", "reported_at"], unique=False)

    op.create_table(
        "matter_stem",
        sa.Column("stem", sa.String(), nullable=False),
        sa.Column("matter_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["matter_id"], ["matter.id"], name=op.f("fk_matter_stem_matter_id_matter"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("stem", "matter_id", name=op.f("pk_matter_stem")),
    )
    with op.batch_alter_table("matter_stem", schema=None) as batch_op:
        batch_op.create_index("ix_matter_stem_matter_id", ["matter_id"], unique=False)

    op.create_table(
        "report_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "reported",
                "supplemented",
                "released",
                "revoked",
                "assigned",
                "taken_out",
                "declined",
                "taken_up",
                "withdrawn",
                name="reporteventkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("function", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("matter_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_report_event_by_id_user"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["matter_id"], ["matter.id"], name=op.f("fk_report_event_matter_id_matter")),
        sa.ForeignKeyConstraint(
            ["report_id"], ["gap_report.id"], name=op.f("fk_report_event_report_id_gap_report"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_event")),
    )
    with op.batch_alter_table("report_event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_report_event_report_id"), ["report_id"], unique=False)

    op.create_table(
        "report_release",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("headline", sa.String(), nullable=False),
        sa.Column("text", sa.String(), server_default="", nullable=False),
        sa.Column("redactions", sa.JSON(), nullable=False),
        sa.Column("text_count", sa.Integer(), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released_by_id", sa.Integer(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["released_by_id"], ["user.id"], name=op.f("fk_report_release_released_by_id_user")),
        sa.ForeignKeyConstraint(
            ["report_id"], ["gap_report.id"], name=op.f("fk_report_release_report_id_gap_report"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_release")),
        sa.UniqueConstraint("report_id", "number", name=op.f("uq_report_release_report_id_number")),
    )
    op.create_table(
        "report_stem",
        sa.Column("stem", sa.String(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["report_id"], ["gap_report.id"], name=op.f("fk_report_stem_report_id_gap_report"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("stem", "report_id", name=op.f("pk_report_stem")),
    )
    with op.batch_alter_table("report_stem", schema=None) as batch_op:
        batch_op.create_index("ix_report_stem_report_id", ["report_id"], unique=False)

    op.create_table(
        "report_text",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("headline", sa.String(), server_default="", nullable=False),
        sa.Column("text", sa.String(), server_default="", nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
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
        sa.CheckConstraint(
            "length(trim(headline)) > 0 OR length(trim(text)) > 0", name=op.f("ck_report_text_says_something")
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["gap_report.id"], name=op.f("fk_report_text_report_id_gap_report"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_text")),
        sa.UniqueConstraint("report_id", "number", name=op.f("uq_report_text_report_id_number")),
    )
    op.create_table(
        "matter_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("matter_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "created",
                "report_added",
                "report_taken_out",
                "classified",
                "merged_from",
                "merged_into",
                "split_off",
                "split_from",
                "shared",
                "hidden",
                "topic",
                "settled",
                "dropped",
                "reopened",
                name="mattereventkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "direction",
            sa.Enum("up", "side", "down", name="direction", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("function", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=True),
        sa.Column("other_matter_id", sa.Integer(), nullable=True),
        sa.Column("topic_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_matter_event_by_id_user"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["matter_id"], ["matter.id"], name=op.f("fk_matter_event_matter_id_matter"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["other_matter_id"], ["matter.id"], name=op.f("fk_matter_event_other_matter_id_matter")
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["gap_report.id"], name=op.f("fk_matter_event_report_id_gap_report"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["topic_id"], ["topic.id"], name=op.f("fk_matter_event_topic_id_topic"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matter_event")),
    )
    with op.batch_alter_table("matter_event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_matter_event_matter_id"), ["matter_id"], unique=False)

    op.create_table(
        "matter_topic",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("matter_id", sa.Integer(), nullable=False),
        sa.Column("topic_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["created_by_id"], ["user.id"], name=op.f("fk_matter_topic_created_by_id_user")),
        sa.ForeignKeyConstraint(
            ["matter_id"], ["matter.id"], name=op.f("fk_matter_topic_matter_id_matter"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["topic_id"], ["topic.id"], name=op.f("fk_matter_topic_topic_id_topic")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matter_topic")),
        sa.UniqueConstraint("matter_id", "topic_id", name=op.f("uq_matter_topic_matter_id_topic_id")),
    )
    with op.batch_alter_table("matter_topic", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_matter_topic_topic_id"), ["topic_id"], unique=False)


def downgrade() -> None:
    for table in (
        "matter_topic",
        "matter_event",
        "report_text",
        "report_stem",
        "report_release",
        "report_event",
        "matter_stem",
        "gap_report",
        "matter",
        "vocabulary_term",
    ):
        op.drop_table(table)
