"""Consultations on drafts of concepts: who is asked, the text laid open, invitations, comments."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "consultation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("question", sa.String(), nullable=True),
        sa.Column("shows_others", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("to_all_members", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_by_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminded_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "question IS NULL OR length(trim(question)) > 0", name=op.f("ck_consultation_question_not_blank")
        ),
        sa.ForeignKeyConstraint(["opened_by_id"], ["user.id"], name=op.f("fk_consultation_opened_by_id_user")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["concept_version.id"], name=op.f("fk_consultation_version_id_concept_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consultation")),
    )
    op.create_index(op.f("ix_consultation_version_id"), "consultation", ["version_id"], unique=False)
    op.create_index(
        "uq_consultation_running",
        "consultation",
        ["version_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )

    op.create_table(
        "consultation_invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reminded_on", sa.Date(), nullable=True),
        sa.CheckConstraint("length(trim(address)) > 2", name=op.f("ck_consultation_invitation_address_not_blank")),
        sa.CheckConstraint(
            "person_id IS NOT NULL OR organisation_id IS NOT NULL",
            name=op.f("ck_consultation_invitation_somebody_invited"),
        ),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultation.id"],
            name=op.f("fk_consultation_invitation_consultation_id_consultation"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_consultation_invitation_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_consultation_invitation_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consultation_invitation")),
        sa.UniqueConstraint(
            "consultation_id", "address", name=op.f("uq_consultation_invitation_consultation_id_address")
        ),
    )
    op.create_index(
        op.f("ix_consultation_invitation_organisation_id"), "consultation_invitation", ["organisation_id"], unique=False
    )
    op.create_index(
        op.f("ix_consultation_invitation_person_id"), "consultation_invitation", ["person_id"], unique=False
    )

    op.create_table(
        "consultation_party",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("committee_id", sa.Integer(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(committee_id IS NULL) <> (organisation_id IS NULL)", name=op.f("ck_consultation_party_one_kind")
        ),
        sa.ForeignKeyConstraint(
            ["committee_id"], ["committee.id"], name=op.f("fk_consultation_party_committee_id_committee")
        ),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultation.id"],
            name=op.f("fk_consultation_party_consultation_id_consultation"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_consultation_party_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consultation_party")),
        sa.UniqueConstraint(
            "consultation_id", "committee_id", name=op.f("uq_consultation_party_consultation_id_committee_id")
        ),
        sa.UniqueConstraint(
            "consultation_id", "organisation_id", name=op.f("uq_consultation_party_consultation_id_organisation_id")
        ),
    )
    op.create_index(op.f("ix_consultation_party_committee_id"), "consultation_party", ["committee_id"], unique=False)
    op.create_index(
        op.f("ix_consultation_party_organisation_id"), "consultation_party", ["organisation_id"], unique=False
    )

    op.create_table(
        "consulted_section",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("depth", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("heading", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("html", sa.String(), nullable=False),
        sa.CheckConstraint("depth > 0 AND position > 0", name=op.f("ck_consulted_section_place_positive")),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultation.id"],
            name=op.f("fk_consulted_section_consultation_id_consultation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consulted_section")),
        sa.UniqueConstraint("consultation_id", "key", name=op.f("uq_consulted_section_consultation_id_key")),
        sa.UniqueConstraint("consultation_id", "position", name=op.f("uq_consulted_section_consultation_id_position")),
        sa.UniqueConstraint("id", "consultation_id", name=op.f("uq_consulted_section_id_consultation_id")),
    )
    op.create_table(
        "consultation_comment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("section_id", sa.Integer(), nullable=True),
        sa.Column("starts_at", sa.Integer(), nullable=True),
        sa.Column("passage", sa.String(), nullable=True),
        sa.Column("proposal", sa.String(), nullable=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("on_behalf_of", sa.String(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "(passage IS NULL) = (starts_at IS NULL)", name=op.f("ck_consultation_comment_passage_complete")
        ),
        sa.CheckConstraint(
            "length(trim(on_behalf_of)) > 0", name=op.f("ck_consultation_comment_on_behalf_of_not_blank")
        ),
        sa.CheckConstraint(
            "length(trim(text)) > 0 OR proposal IS NOT NULL", name=op.f("ck_consultation_comment_says_something")
        ),
        sa.CheckConstraint(
            "passage IS NULL OR section_id IS NOT NULL", name=op.f("ck_consultation_comment_passage_in_section")
        ),
        sa.CheckConstraint(
            "proposal IS NULL OR passage IS NOT NULL", name=op.f("ck_consultation_comment_proposal_for_passage")
        ),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_consultation_comment_author_id_user")),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultation.id"],
            name=op.f("fk_consultation_comment_consultation_id_consultation"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_consultation_comment_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["section_id", "consultation_id"],
            ["consulted_section.id", "consulted_section.consultation_id"],
            name="fk_consultation_comment_section_id_consulted_section",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consultation_comment")),
        sa.UniqueConstraint("consultation_id", "number", name=op.f("uq_consultation_comment_consultation_id_number")),
    )
    op.create_index(op.f("ix_consultation_comment_author_id"), "consultation_comment", ["author_id"], unique=False)
    op.create_index(
        op.f("ix_consultation_comment_organisation_id"), "consultation_comment", ["organisation_id"], unique=False
    )
    op.create_index("ix_consultation_comment_section_id", "consultation_comment", ["section_id"], unique=False)


def downgrade() -> None:
    op.drop_table("consultation_comment")
    op.drop_table("consulted_section")
    op.drop_table("consultation_party")
    op.drop_table("consultation_invitation")
    op.drop_table("consultation")
