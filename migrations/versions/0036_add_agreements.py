"""Agreements with parties, states, texts and reviews; what was noted once is only added to."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

KEPT = ("agreement_step", "agreement_version", "agreement_review")
"""Tables that are only added to."""
REFUSED = "states, texts and reviews of agreements never change"


def upgrade() -> None:
    op.create_table(
        "agreement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("body_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "cooperation_agreement",
                "pass_on_contract",
                "pass_on_notice",
                "other",
                name="agreementkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("kind_words", sa.String(), nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("sort_title", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("number", sa.String(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "planned",
                "draft",
                "negotiation",
                "signed",
                "in_force",
                "expired",
                "terminated",
                "revoked",
                "dropped",
                name="agreementstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("valid_from", sa.String(), nullable=True),
        sa.Column("valid_to", sa.String(), nullable=True),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column("lead_days", sa.Integer(), server_default="42", nullable=False),
        sa.Column("notice_period", sa.String(), nullable=True),
        sa.Column("responsible_id", sa.Integer(), nullable=True),
        sa.Column("responsible_person_id", sa.Integer(), nullable=True),
        sa.Column("concept_id", sa.Integer(), nullable=True),
        sa.Column("is_public", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "kind <> 'other' OR (kind_words IS NOT NULL AND length(trim(kind_words)) > 0)",
            name=op.f("ck_agreement_other_kind_named"),
        ),
        sa.CheckConstraint(
            "valid_from IS NULL OR valid_to IS NULL OR valid_from <= CASE length(valid_to) WHEN 4 THEN valid_to || '-12-31' WHEN 7 THEN valid_to || '-31' ELSE valid_to END",
            name=op.f("ck_agreement_dates_in_order"),
        ),
        sa.CheckConstraint(
            "(valid_from IS NULL OR length(valid_from) IN (4, 7, 10)) AND (valid_to IS NULL OR length(valid_to) IN (4, 7, 10))",
            name=op.f("ck_agreement_dates_precision"),
        ),
        sa.CheckConstraint("lead_days BETWEEN 0 AND 366", name=op.f("ck_agreement_lead_within_a_year")),
        sa.CheckConstraint("length(trim(title)) > 0", name=op.f("ck_agreement_title_not_blank")),
        sa.CheckConstraint("number IS NULL OR length(trim(number)) > 0", name=op.f("ck_agreement_number_not_blank")),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_agreement_body_id_body")),
        sa.ForeignKeyConstraint(["concept_id"], ["concept.id"], name=op.f("fk_agreement_concept_id_concept")),
        sa.ForeignKeyConstraint(["created_by_id"], ["user.id"], name=op.f("fk_agreement_created_by_id_user")),
        sa.ForeignKeyConstraint(
            ["responsible_id"], ["organisation.id"], name=op.f("fk_agreement_responsible_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["responsible_person_id"], ["person.id"], name=op.f("fk_agreement_responsible_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement")),
        sa.UniqueConstraint("body_id", "number", name=op.f("uq_agreement_body_id_number")),
    )
    with op.batch_alter_table("agreement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_agreement_concept_id"), ["concept_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_agreement_responsible_id"), ["responsible_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_agreement_responsible_person_id"), ["responsible_person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_agreement_review_on"), ["review_on"], unique=False)

    op.create_table(
        "agreement_party",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agreement_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "giver", "recipient", "partner", name="partyrole", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agreement_id"],
            ["agreement.id"],
            name=op.f("fk_agreement_party_agreement_id_agreement"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_agreement_party_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement_party")),
        sa.UniqueConstraint(
            "agreement_id", "organisation_id", name=op.f("uq_agreement_party_agreement_id_organisation_id")
        ),
    )
    with op.batch_alter_table("agreement_party", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_agreement_party_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "agreement_reminder",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agreement_id", sa.Integer(), nullable=False),
        sa.Column(
            "occasion",
            sa.Enum("review", "end", name="reminderoccasion", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("lead_days", sa.Integer(), nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agreement_id"],
            ["agreement.id"],
            name=op.f("fk_agreement_reminder_agreement_id_agreement"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement_reminder")),
        sa.UniqueConstraint(
            "agreement_id",
            "occasion",
            "day",
            "lead_days",
            name=op.f("uq_agreement_reminder_agreement_id_occasion_day_lead_days"),
        ),
    )
    op.create_table(
        "agreement_review",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agreement_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("reviewed_on", sa.Date(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("next_on", sa.Date(), nullable=True),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("noted_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("length(trim(outcome)) > 0", name=op.f("ck_agreement_review_outcome_not_blank")),
        sa.CheckConstraint(
            "next_on IS NULL OR next_on > reviewed_on", name=op.f("ck_agreement_review_next_after_review")
        ),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["agreement.id"], name=op.f("fk_agreement_review_agreement_id_agreement")
        ),
        sa.ForeignKeyConstraint(["noted_by_id"], ["user.id"], name=op.f("fk_agreement_review_noted_by_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement_review")),
        sa.UniqueConstraint("agreement_id", "number", name=op.f("uq_agreement_review_agreement_id_number")),
    )
    op.create_table(
        "agreement_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agreement_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "planned",
                "draft",
                "negotiation",
                "signed",
                "in_force",
                "expired",
                "terminated",
                "revoked",
                "dropped",
                name="agreementstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("taken_on", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("noted_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "taken_on IS NULL OR length(taken_on) IN (4, 7, 10)", name=op.f("ck_agreement_step_taken_on_precision")
        ),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["agreement.id"], name=op.f("fk_agreement_step_agreement_id_agreement")
        ),
        sa.ForeignKeyConstraint(["noted_by_id"], ["user.id"], name=op.f("fk_agreement_step_noted_by_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement_step")),
        sa.UniqueConstraint("agreement_id", "number", name=op.f("uq_agreement_step_agreement_id_number")),
    )
    op.create_table(
        "agreement_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agreement_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("status_date", sa.String(), nullable=True),
        sa.Column("is_signed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("text", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("stored_name", sa.String(), nullable=True),
        sa.Column("file_name", sa.String(), nullable=True),
        sa.Column("media_type", sa.String(), nullable=True),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("sha256", sa.String(), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(stored_name IS NULL) = (file_name IS NULL) AND (stored_name IS NULL) = (media_type IS NULL) AND (stored_name IS NULL) = (size IS NULL) AND (stored_name IS NULL) = (sha256 IS NULL)",
            name=op.f("ck_agreement_version_file_complete"),
        ),
        sa.CheckConstraint("length(trim(label)) > 0", name=op.f("ck_agreement_version_label_not_blank")),
        sa.CheckConstraint(
            "status_date IS NULL OR length(status_date) IN (4, 7, 10)",
            name=op.f("ck_agreement_version_status_date_precision"),
        ),
        sa.CheckConstraint(
            "text IS NOT NULL OR stored_name IS NOT NULL", name=op.f("ck_agreement_version_says_something")
        ),
        sa.ForeignKeyConstraint(["added_by_id"], ["user.id"], name=op.f("fk_agreement_version_added_by_id_user")),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["agreement.id"], name=op.f("fk_agreement_version_agreement_id_agreement")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement_version")),
        sa.UniqueConstraint("agreement_id", "number", name=op.f("uq_agreement_version_agreement_id_number")),
        sa.UniqueConstraint("stored_name", name=op.f("uq_agreement_version_stored_name")),
    )
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    for table in KEPT:
        for name, event in ((f"{table}_fixed", "UPDATE"), (f"{table}_kept", "DELETE")):
            if is_postgresql:
                op.execute(
                    f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                    f"RAISE EXCEPTION '{REFUSED}'; END $$"
                )
                op.execute(f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")
            else:
                op.execute(
                    f"CREATE TRIGGER {name} BEFORE {event} ON {table} BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
                )


def downgrade() -> None:
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    for table in KEPT:
        for name in (f"{table}_fixed", f"{table}_kept"):
            op.execute(f"DROP TRIGGER {name} ON {table}" if is_postgresql else f"DROP TRIGGER {name}")
            if is_postgresql:
                op.execute(f"DROP FUNCTION {name}()")
    op.drop_table("agreement_version")
    op.drop_table("agreement_step")
    op.drop_table("agreement_review")
    op.drop_table("agreement_reminder")
    with op.batch_alter_table("agreement_party", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_agreement_party_organisation_id"))

    op.drop_table("agreement_party")
    with op.batch_alter_table("agreement", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_agreement_review_on"))
        batch_op.drop_index(batch_op.f("ix_agreement_responsible_person_id"))
        batch_op.drop_index(batch_op.f("ix_agreement_responsible_id"))
        batch_op.drop_index(batch_op.f("ix_agreement_concept_id"))

    op.drop_table("agreement")
