"""complete_meetings"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

STATES = ("preparing", "published", "in_session", "closed", "released", "cancelled")
"""States of a meeting before this migration."""

CHANGED_CHECKS = {
    ("meeting", "meetingstate"): (
        f"state IN ({', '.join(map(repr, STATES))})",
        f"state IN ({', '.join(map(repr, (*STATES[:5], 'approved', STATES[5])))})",
    ),
    ("meeting", "closed_at"): (
        "state NOT IN ('closed', 'released') OR closed_at IS NOT NULL",
        "state NOT IN ('closed', 'released', 'approved') OR closed_at IS NOT NULL",
    ),
    ("meeting", "released_at"): (
        "state <> 'released' OR released_at IS NOT NULL",
        "state NOT IN ('released', 'approved') OR released_at IS NOT NULL",
    ),
    ("paper", "attached"): (
        "item_id IS NOT NULL OR topic_id IS NOT NULL",
        "item_id IS NOT NULL OR topic_id IS NOT NULL OR circular_resolution_id IS NOT NULL",
    ),
}
"""Rules that say something else from now on: before and after."""

NEW_CHECKS = {
    ("meeting", "approved_at"): "(state = 'approved') = (approved_at IS NOT NULL)",
    ("meeting", "approval_said"): "approved_at IS NULL OR approval IS NOT NULL",
    ("agenda_item", "not_its_own_minutes"): "approves_meeting_id IS NULL OR approves_meeting_id <> meeting_id",
    ("seat", "mailbox_named"): "mail_target = 'person' OR mailbox IS NOT NULL",
    ("outgoing_mail", "calendar_complete"): "(calendar IS NULL) = (calendar_method IS NULL)",
}
"""Rules on tables there were before."""


FROZEN = {
    "minutes_version_stays": (
        "minutes_version",
        "UPDATE OF content, sha256, public_sha256",
        "OLD.id IS NOT NULL",
    ),
    "minutes_version_approved_stays": ("minutes_version", "DELETE", "OLD.kind = 'approved'"),
    "meeting_approved_stays": (
        "meeting",
        "UPDATE OF state, general_minutes, started_at, ended_at, approved_at, approval",
        "OLD.state = 'approved'",
    ),
    "agenda_item_approved_stays": (
        "agenda_item",
        "UPDATE OF title, minutes_text, result, result_note, referred_to_id, is_public, frozen_number",
        "(SELECT state FROM meeting WHERE id = OLD.meeting_id) = 'approved'",
    ),
    "minutes_revision_too_late": (
        "minutes_revision",
        "INSERT",
        "(SELECT m.state FROM meeting m JOIN agenda_item i ON i.meeting_id = m.id "
        "WHERE i.id = NEW.item_id) = 'approved'",
    ),
}
"""Triggers that keep approved minutes as they are: name → table, event, when it is refused (E-14)."""


def upgrade() -> None:
    _make_tables()
    _move_rules_of_the_body()
    _add_columns()
    for (table, name), (_before, after) in CHANGED_CHECKS.items():
        _replace_check(table, name, after)
    for (table, name), rule in NEW_CHECKS.items():
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.create_check_constraint(batch_op.f(f"ck_{table}_{name}"), rule)
    _freeze_approved_minutes()


def downgrade() -> None:
    _let_change_again()
    op.execute("UPDATE meeting SET state = 'released', approved_at = NULL WHERE state = 'approved'")
    op.execute("DELETE FROM paper WHERE item_id IS NULL AND topic_id IS NULL")
    for table, name in NEW_CHECKS:
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_constraint(batch_op.f(f"ck_{table}_{name}"), type_="check")
    for (table, name), (before, _after) in CHANGED_CHECKS.items():
        _replace_check(table, name, before)
    _drop_columns()
    _bring_rules_of_the_body_back()
    _drop_tables()


BODY_RULES = {
    "subgroups_need_resolution": "subgroup_resolution",
    "members_confirmed_by_resolution": "member_confirmation",
}
"""Settings of the body that are rules of procedure now: stated without a first day."""


def _move_rules_of_the_body() -> None:
    for column, kind in BODY_RULES.items():
        for value, state in (("true", "on"), ("false", "off")):
            op.execute(
                "INSERT INTO procedure_rule (body_id, kind, state, is_proposal, starts_on, created_at) "  # noqa: S608
                f"SELECT id, '{kind}', '{state}', false, '1900-01-01', CURRENT_TIMESTAMP FROM body "
                f"WHERE {column} IS {value}"
            )
        op.drop_column("body", column)


def _bring_rules_of_the_body_back() -> None:
    for column, kind in BODY_RULES.items():
        op.add_column("body", sa.Column(column, sa.Boolean(), nullable=True))
        for value, state in (("true", "on"), ("false", "off")):
            op.execute(
                f"UPDATE body SET {column} = {value} WHERE id IN (SELECT body_id FROM procedure_rule "  # noqa: S608
                f"WHERE committee_id IS NULL AND kind = '{kind}' AND state = '{state}')"
            )


def _freeze_approved_minutes() -> None:
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    for name, (table, event, refused) in FROZEN.items():
        if is_postgresql:
            row = "OLD" if event == "DELETE" else "NEW"
            op.execute(
                f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {refused} THEN "
                f"RAISE EXCEPTION 'approved minutes never change'; END IF; RETURN {row}; END $$"
            )
            op.execute(f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")
        else:
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {event} ON {table} WHEN {refused} "
                "BEGIN SELECT RAISE(ABORT, 'approved minutes never change'); END"
            )


def _let_change_again() -> None:
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    for name, (table, _event, _refused) in FROZEN.items():
        op.execute(f"DROP TRIGGER {name} ON {table}" if is_postgresql else f"DROP TRIGGER {name}")
        if is_postgresql:
            op.execute(f"DROP FUNCTION {name}()")


def _replace_check(table: str, name: str, rule: str) -> None:
    with op.batch_alter_table(table, schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f(f"ck_{table}_{name}"), type_="check")
        batch_op.create_check_constraint(batch_op.f(f"ck_{table}_{name}"), rule)


def _make_tables() -> None:
    op.create_table(
        "job_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("ran_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_run")),
        sa.UniqueConstraint("name", "day", name=op.f("uq_job_run_name_day")),
    )
    op.create_table(
        "mail_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_file")),
    )
    with op.batch_alter_table("mail_file", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mail_file_digest"), ["digest"], unique=False)

    op.create_table(
        "mail_attachment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mail_id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["mail_file.id"], name=op.f("fk_mail_attachment_file_id_mail_file")),
        sa.ForeignKeyConstraint(
            ["mail_id"], ["outgoing_mail.id"], name=op.f("fk_mail_attachment_mail_id_outgoing_mail"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_attachment")),
    )
    with op.batch_alter_table("mail_attachment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mail_attachment_file_id"), ["file_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_mail_attachment_mail_id"), ["mail_id"], unique=False)

    op.create_table(
        "event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("body_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "training",
                "event",
                "information",
                name="eventkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("description", sa.String(), server_default="", nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=True),
        sa.Column("place_note", sa.String(), nullable=True),
        sa.Column("video_url", sa.String(), nullable=True),
        sa.Column("most_participants", sa.Integer(), nullable=True),
        sa.Column("register_until", sa.Date(), nullable=True),
        sa.Column("announced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ical_uid", sa.String(), nullable=False),
        sa.Column("ical_sequence", sa.Integer(), server_default="0", nullable=False),
        sa.Column("ical_changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("example", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_event_ends_after_start")),
        sa.CheckConstraint("length(trim(title)) > 0", name=op.f("ck_event_title_not_blank")),
        sa.CheckConstraint(
            "most_participants IS NULL OR most_participants > 0", name=op.f("ck_event_most_participants_positive")
        ),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_event_body_id_body")),
        sa.ForeignKeyConstraint(["created_by_id"], ["user.id"], name=op.f("fk_event_created_by_id_user")),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_event_place_id_place")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
        sa.UniqueConstraint("ical_uid", name=op.f("uq_event_ical_uid")),
    )
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.create_index("ix_event_starts_at", ["starts_at"], unique=False)

    op.create_table(
        "list_mail",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("body_id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("with_deputies", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("to_case_managers", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("length(trim(subject)) > 0", name=op.f("ck_list_mail_subject_not_blank")),
        sa.CheckConstraint("length(trim(text)) > 0", name=op.f("ck_list_mail_text_not_blank")),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_list_mail_body_id_body")),
        sa.ForeignKeyConstraint(["sent_by_id"], ["user.id"], name=op.f("fk_list_mail_sent_by_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_list_mail")),
    )
    op.create_table(
        "mail_text",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("committee_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "invitation",
                "supplement",
                "change",
                "cancellation",
                "reminder",
                "minutes",
                name="dispatchkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("subject", sa.String(), nullable=True),
        sa.Column("text", sa.String(), server_default="", nullable=False),
        sa.Column("informs_deputies", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("days_before", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "days_before IS NULL OR days_before BETWEEN 1 AND 60", name=op.f("ck_mail_text_days_before_range")
        ),
        sa.ForeignKeyConstraint(
            ["committee_id"], ["committee.id"], name=op.f("fk_mail_text_committee_id_committee"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_text")),
        sa.UniqueConstraint("committee_id", "kind", name=op.f("uq_mail_text_committee_id_kind")),
    )
    op.create_table(
        "meeting_series",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("committee_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("cadence", "tour", name="serieskind", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(trim(title)) > 0", name=op.f("ck_meeting_series_title_not_blank")),
        sa.ForeignKeyConstraint(
            ["committee_id"], ["committee.id"], name=op.f("fk_meeting_series_committee_id_committee")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_series")),
    )
    with op.batch_alter_table("meeting_series", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_meeting_series_committee_id"), ["committee_id"], unique=False)

    op.create_table(
        "procedure_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("body_id", sa.Integer(), nullable=False),
        sa.Column("committee_id", sa.Integer(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "notice_period",
                "shortened_notice",
                "topic_deadline",
                "paper_deadline",
                "quorum",
                "second_meeting",
                "majority",
                "tie",
                "deputies",
                "votes_per_seat",
                "voting",
                "minutes_mode",
                "minutes_deadline",
                "objection_period",
                "minutes_approval",
                "circular_resolutions",
                "table_papers",
                "urgent_items",
                "implementer_consent",
                "recusal",
                "member_reports",
                "resolution_tracking",
                "subgroup_resolution",
                "member_confirmation",
                name="rulekind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum("on", "off", "not_settled", name="rulestate", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("mode", sa.String(), nullable=True),
        sa.Column("text", sa.String(), nullable=True),
        sa.Column("source", sa.String(), nullable=True),
        sa.Column("is_proposal", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "state = 'on' OR (number IS NULL AND mode IS NULL)", name=op.f("ck_procedure_rule_details_only_when_on")
        ),
        sa.CheckConstraint("number IS NULL OR number BETWEEN 0 AND 1000", name=op.f("ck_procedure_rule_number_range")),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_procedure_rule_body_id_body")),
        sa.ForeignKeyConstraint(
            ["committee_id"],
            ["committee.id"],
            name=op.f("fk_procedure_rule_committee_id_committee"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["created_by_id"], ["user.id"], name=op.f("fk_procedure_rule_created_by_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_procedure_rule")),
    )
    with op.batch_alter_table("procedure_rule", schema=None) as batch_op:
        batch_op.create_index(
            "uq_procedure_rule_body",
            ["body_id", "kind", "starts_on"],
            unique=True,
            sqlite_where=sa.text("committee_id IS NULL"),
            postgresql_where=sa.text("committee_id IS NULL"),
        )
        batch_op.create_index(
            "uq_procedure_rule_committee",
            ["committee_id", "kind", "starts_on"],
            unique=True,
            sqlite_where=sa.text("committee_id IS NOT NULL"),
            postgresql_where=sa.text("committee_id IS NOT NULL"),
        )

    op.create_table(
        "event_committee",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("committee_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["committee_id"], ["committee.id"], name=op.f("fk_event_committee_committee_id_committee")
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_event_committee_event_id_event"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("event_id", "committee_id", name=op.f("pk_event_committee")),
    )
    with op.batch_alter_table("event_committee", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_event_committee_committee_id"), ["committee_id"], unique=False)

    op.create_table(
        "event_registration",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_event_registration_event_id_event"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_event_registration_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_registration")),
        sa.UniqueConstraint("event_id", "person_id", name=op.f("uq_event_registration_event_id_person_id")),
    )
    with op.batch_alter_table("event_registration", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_event_registration_person_id"), ["person_id"], unique=False)

    op.create_table(
        "list_mail_committee",
        sa.Column("list_mail_id", sa.Integer(), nullable=False),
        sa.Column("committee_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["committee_id"], ["committee.id"], name=op.f("fk_list_mail_committee_committee_id_committee")
        ),
        sa.ForeignKeyConstraint(
            ["list_mail_id"],
            ["list_mail.id"],
            name=op.f("fk_list_mail_committee_list_mail_id_list_mail"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("list_mail_id", "committee_id", name=op.f("pk_list_mail_committee")),
    )
    with op.batch_alter_table("list_mail_committee", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_list_mail_committee_committee_id"), ["committee_id"], unique=False)

    op.create_table(
        "list_mail_recipient",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("list_mail_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("address", sa.String(), nullable=True),
        sa.Column("mail_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["list_mail_id"],
            ["list_mail.id"],
            name=op.f("fk_list_mail_recipient_list_mail_id_list_mail"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["mail_id"], ["outgoing_mail.id"], name=op.f("fk_list_mail_recipient_mail_id_outgoing_mail")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_list_mail_recipient_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_list_mail_recipient")),
        sa.UniqueConstraint("list_mail_id", "address", name=op.f("uq_list_mail_recipient_list_mail_id_address")),
    )
    with op.batch_alter_table("list_mail_recipient", schema=None) as batch_op:
        batch_op.create_index("ix_list_mail_recipient_mail_id", ["mail_id"], unique=False)
        batch_op.create_index("ix_list_mail_recipient_person_id", ["person_id"], unique=False)

    op.create_table(
        "agenda_supplement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "supplement",
                "table_paper",
                "urgent",
                name="supplementkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("number > 0", name=op.f("ck_agenda_supplement_number_positive")),
        sa.ForeignKeyConstraint(["created_by_id"], ["user.id"], name=op.f("fk_agenda_supplement_created_by_id_user")),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_agenda_supplement_meeting_id_meeting"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agenda_supplement")),
        sa.UniqueConstraint("meeting_id", "number", name=op.f("uq_agenda_supplement_meeting_id_number")),
    )
    with op.batch_alter_table("agenda_supplement", schema=None) as batch_op:
        batch_op.create_index(
            "uq_agenda_supplement_open",
            ["meeting_id"],
            unique=True,
            sqlite_where=sa.text("sent_at IS NULL"),
            postgresql_where=sa.text("sent_at IS NULL"),
        )

    op.create_table(
        "date_poll",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("committee_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("closes_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("meeting_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("length(trim(title)) > 0", name=op.f("ck_date_poll_title_not_blank")),
        sa.ForeignKeyConstraint(["committee_id"], ["committee.id"], name=op.f("fk_date_poll_committee_id_committee")),
        sa.ForeignKeyConstraint(["created_by_id"], ["user.id"], name=op.f("fk_date_poll_created_by_id_user")),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_date_poll_meeting_id_meeting"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_date_poll")),
    )
    with op.batch_alter_table("date_poll", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_date_poll_committee_id"), ["committee_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_date_poll_meeting_id"), ["meeting_id"], unique=False)

    op.create_table(
        "joint_committee",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("committee_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["committee_id"], ["committee.id"], name=op.f("fk_joint_committee_committee_id_committee")
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_joint_committee_meeting_id_meeting"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_joint_committee")),
        sa.UniqueConstraint("meeting_id", "committee_id", name=op.f("uq_joint_committee_meeting_id_committee_id")),
    )
    with op.batch_alter_table("joint_committee", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_joint_committee_committee_id"), ["committee_id"], unique=False)

    op.create_table(
        "minutes_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "sent",
                "corrected",
                "approved",
                name="minutesversionkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("public_sha256", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "length(sha256) = 64 AND length(public_sha256) = 64", name=op.f("ck_minutes_version_hash_complete")
        ),
        sa.ForeignKeyConstraint(["made_by_id"], ["user.id"], name=op.f("fk_minutes_version_made_by_id_user")),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_minutes_version_meeting_id_meeting"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_minutes_version")),
        sa.UniqueConstraint("meeting_id", "number", name=op.f("uq_minutes_version_meeting_id_number")),
    )
    op.create_table(
        "minutes_mail",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=True),
        sa.Column(
            "part",
            sa.Enum("full", "public", name="minutespart", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("mail_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["mail_id"], ["outgoing_mail.id"], name=op.f("fk_minutes_mail_mail_id_outgoing_mail")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_minutes_mail_person_id_person")),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["minutes_version.id"],
            name=op.f("fk_minutes_mail_version_id_minutes_version"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_minutes_mail")),
    )
    with op.batch_alter_table("minutes_mail", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_minutes_mail_mail_id"), ["mail_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_minutes_mail_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_minutes_mail_version_id"), ["version_id"], unique=False)

    op.create_table(
        "attendance_break",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("attendance_id", sa.Integer(), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("returned_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "returned_at IS NULL OR returned_at >= left_at", name=op.f("ck_attendance_break_returned_after_leaving")
        ),
        sa.ForeignKeyConstraint(
            ["attendance_id"],
            ["attendance.id"],
            name=op.f("fk_attendance_break_attendance_id_attendance"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance_break")),
    )
    with op.batch_alter_table("attendance_break", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attendance_break_attendance_id"), ["attendance_id"], unique=False)

    op.create_table(
        "date_option",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("poll_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_taken", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_date_option_ends_after_start")),
        sa.ForeignKeyConstraint(
            ["poll_id"], ["date_poll.id"], name=op.f("fk_date_option_poll_id_date_poll"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_date_option")),
        sa.UniqueConstraint("poll_id", "starts_at", name=op.f("uq_date_option_poll_id_starts_at")),
    )
    op.create_table(
        "dispatch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "invitation",
                "supplement",
                "change",
                "cancellation",
                "reminder",
                "minutes",
                name="dispatchkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("supplement_id", sa.Integer(), nullable=True),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("cover_text", sa.String(), server_default="", nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_by_id", sa.Integer(), nullable=True),
        sa.Column("ical_sequence", sa.Integer(), server_default="0", nullable=False),
        sa.Column("agenda", sa.JSON(none_as_null=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_dispatch_meeting_id_meeting"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["sent_by_id"], ["user.id"], name=op.f("fk_dispatch_sent_by_id_user")),
        sa.ForeignKeyConstraint(
            ["supplement_id"], ["agenda_supplement.id"], name=op.f("fk_dispatch_supplement_id_agenda_supplement")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispatch")),
    )
    with op.batch_alter_table("dispatch", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_dispatch_meeting_id"), ["meeting_id"], unique=False)

    op.create_table(
        "invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "holder",
                "deputy",
                "guest",
                "role",
                name="inviteekind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("seat_id", sa.Integer(), nullable=True),
        sa.Column("guest_id", sa.Integer(), nullable=True),
        sa.Column("stands_in_for_id", sa.Integer(), nullable=True),
        sa.Column("nonce", sa.String(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "answer",
            sa.Enum(
                "yes", "no", "deputy", name="invitationanswer", native_enum=False, create_constraint=True, length=40
            ),
            nullable=True,
        ),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer_note", sa.String(), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("ical_sequence", sa.Integer(), server_default="0", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(kind = 'guest') = (guest_id IS NOT NULL)", name=op.f("ck_invitation_guest_named")),
        sa.CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name=op.f("ck_invitation_answer_complete")),
        sa.CheckConstraint(
            "person_id IS NOT NULL OR seat_id IS NOT NULL OR guest_id IS NOT NULL", name=op.f("ck_invitation_somebody")
        ),
        sa.ForeignKeyConstraint(["answered_by_id"], ["user.id"], name=op.f("fk_invitation_answered_by_id_user")),
        sa.ForeignKeyConstraint(
            ["guest_id"], ["meeting_guest.id"], name=op.f("fk_invitation_guest_id_meeting_guest"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_invitation_meeting_id_meeting"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_invitation_person_id_person")),
        sa.ForeignKeyConstraint(["seat_id"], ["seat.id"], name=op.f("fk_invitation_seat_id_seat")),
        sa.ForeignKeyConstraint(
            ["stands_in_for_id"], ["invitation.id"], name=op.f("fk_invitation_stands_in_for_id_invitation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint(
            "meeting_id", "person_id", "seat_id", name=op.f("uq_invitation_meeting_id_person_id_seat_id")
        ),
        sa.UniqueConstraint("nonce", name=op.f("uq_invitation_nonce")),
    )
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_invitation_guest_id"), ["guest_id"], unique=False)
        batch_op.create_index("ix_invitation_meeting_id", ["meeting_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_invitation_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_invitation_seat_id"), ["seat_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_invitation_stands_in_for_id"), ["stands_in_for_id"], unique=False)

    op.create_table(
        "poll_invitee",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("poll_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("nonce", sa.String(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_poll_invitee_person_id_person")),
        sa.ForeignKeyConstraint(
            ["poll_id"], ["date_poll.id"], name=op.f("fk_poll_invitee_poll_id_date_poll"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_poll_invitee")),
        sa.UniqueConstraint("nonce", name=op.f("uq_poll_invitee_nonce")),
        sa.UniqueConstraint("poll_id", "person_id", name=op.f("uq_poll_invitee_poll_id_person_id")),
    )
    with op.batch_alter_table("poll_invitee", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_poll_invitee_person_id"), ["person_id"], unique=False)

    op.create_table(
        "date_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("option_id", sa.Integer(), nullable=False),
        sa.Column("invitee_id", sa.Integer(), nullable=False),
        sa.Column(
            "choice",
            sa.Enum("yes", "if_needed", "no", name="datechoice", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["invitee_id"], ["poll_invitee.id"], name=op.f("fk_date_answer_invitee_id_poll_invitee"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["option_id"], ["date_option.id"], name=op.f("fk_date_answer_option_id_date_option"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_date_answer")),
        sa.UniqueConstraint("option_id", "invitee_id", name=op.f("uq_date_answer_option_id_invitee_id")),
    )
    with op.batch_alter_table("date_answer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_date_answer_invitee_id"), ["invitee_id"], unique=False)

    op.create_table(
        "invitation_mail",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dispatch_id", sa.Integer(), nullable=False),
        sa.Column("invitation_id", sa.Integer(), nullable=False),
        sa.Column("mail_id", sa.Integer(), nullable=True),
        sa.Column("is_mailbox", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(
            ["dispatch_id"], ["dispatch.id"], name=op.f("fk_invitation_mail_dispatch_id_dispatch"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["invitation_id"],
            ["invitation.id"],
            name=op.f("fk_invitation_mail_invitation_id_invitation"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["mail_id"], ["outgoing_mail.id"], name=op.f("fk_invitation_mail_mail_id_outgoing_mail")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation_mail")),
        sa.UniqueConstraint(
            "dispatch_id",
            "invitation_id",
            "is_mailbox",
            name=op.f("uq_invitation_mail_dispatch_id_invitation_id_is_mailbox"),
        ),
        sa.UniqueConstraint("mail_id", name=op.f("uq_invitation_mail_mail_id")),
    )
    with op.batch_alter_table("invitation_mail", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_invitation_mail_dispatch_id"), ["dispatch_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_invitation_mail_invitation_id"), ["invitation_id"], unique=False)

    op.create_table(
        "quorum_finding",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("committee_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=True),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_quorate", sa.Boolean(), nullable=False),
        sa.Column("votes_present", sa.Integer(), nullable=False),
        sa.Column("votes_needed", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["committee_id"], ["committee.id"], name=op.f("fk_quorum_finding_committee_id_committee")
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["agenda_item.id"], name=op.f("fk_quorum_finding_item_id_agenda_item"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_quorum_finding_meeting_id_meeting"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quorum_finding")),
    )
    with op.batch_alter_table("quorum_finding", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_quorum_finding_item_id"), ["item_id"], unique=False)
        batch_op.create_index("ix_quorum_finding_meeting_id", ["meeting_id"], unique=False)

    op.create_table(
        "recusal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("attendance_id", sa.Integer(), nullable=False),
        sa.Column(
            "reason",
            sa.Enum(
                "self",
                "relative",
                "employer",
                "represented",
                "other",
                name="recusalreason",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("has_left_room", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["attendance_id"], ["attendance.id"], name=op.f("fk_recusal_attendance_id_attendance"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["agenda_item.id"], name=op.f("fk_recusal_item_id_agenda_item"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recusal")),
        sa.UniqueConstraint("item_id", "attendance_id", name=op.f("uq_recusal_item_id_attendance_id")),
    )
    with op.batch_alter_table("recusal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recusal_attendance_id"), ["attendance_id"], unique=False)

    op.create_table(
        "circular_resolution",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("committee_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("explanation", sa.String(), server_default="", nullable=False),
        sa.Column("proposed_resolution", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), server_default="", nullable=False),
        sa.Column("is_public", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "running",
                "stopped",
                "adopted",
                "rejected",
                "cancelled",
                name="circularstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "majority_base",
            sa.Enum("all_seats", "answers", name="majoritybase", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column(
            "silence",
            sa.Enum("no_vote", "consent", name="silencerule", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end_reason", sa.String(), nullable=True),
        sa.Column("rules", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("resolution_id", sa.Integer(), nullable=True),
        sa.Column("told_item_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "(state = 'adopted') <= (resolution_id IS NOT NULL)",
            name=op.f("ck_circular_resolution_adopted_is_resolution"),
        ),
        sa.CheckConstraint(
            "state = 'draft' OR state = 'cancelled' OR starts_at IS NOT NULL",
            name=op.f("ck_circular_resolution_starts_at"),
        ),
        sa.CheckConstraint(
            "length(trim(proposed_resolution)) > 0", name=op.f("ck_circular_resolution_proposed_resolution_not_blank")
        ),
        sa.CheckConstraint("length(trim(title)) > 0", name=op.f("ck_circular_resolution_title_not_blank")),
        sa.ForeignKeyConstraint(
            ["committee_id"], ["committee.id"], name=op.f("fk_circular_resolution_committee_id_committee")
        ),
        sa.ForeignKeyConstraint(["created_by_id"], ["user.id"], name=op.f("fk_circular_resolution_created_by_id_user")),
        sa.ForeignKeyConstraint(
            ["resolution_id"], ["resolution.id"], name=op.f("fk_circular_resolution_resolution_id_resolution")
        ),
        sa.ForeignKeyConstraint(
            ["told_item_id"], ["agenda_item.id"], name=op.f("fk_circular_resolution_told_item_id_agenda_item")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_circular_resolution")),
        sa.UniqueConstraint("resolution_id", name=op.f("uq_circular_resolution_resolution_id")),
    )
    with op.batch_alter_table("circular_resolution", schema=None) as batch_op:
        batch_op.create_index("ix_circular_resolution_committee_id_state", ["committee_id", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_circular_resolution_told_item_id"), ["told_item_id"], unique=False)

    op.create_table(
        "implementer_consent",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("resolution_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "asked", "given", "refused", name="consentstate", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_implementer_consent_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["resolution_id"],
            ["resolution.id"],
            name=op.f("fk_implementer_consent_resolution_id_resolution"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_implementer_consent")),
        sa.UniqueConstraint(
            "resolution_id", "organisation_id", name=op.f("uq_implementer_consent_resolution_id_organisation_id")
        ),
    )
    with op.batch_alter_table("implementer_consent", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_implementer_consent_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "objection",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=True),
        sa.Column("passage", sa.String(), nullable=False),
        sa.Column("wish", sa.String(), nullable=False),
        sa.Column("raised_by_id", sa.Integer(), nullable=True),
        sa.Column("raised_by_label", sa.String(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "accepted",
                "partly",
                "rejected",
                "withdrawn",
                name="objectionstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("answer", sa.String(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("committee_answer", sa.String(), nullable=True),
        sa.Column("decided_item_id", sa.Integer(), nullable=True),
        sa.Column("revision_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "state IN ('open', 'withdrawn') OR answer IS NOT NULL OR committee_answer IS NOT NULL",
            name=op.f("ck_objection_answered"),
        ),
        sa.CheckConstraint("length(trim(wish)) > 0", name=op.f("ck_objection_wish_not_blank")),
        sa.ForeignKeyConstraint(
            ["decided_item_id"], ["agenda_item.id"], name=op.f("fk_objection_decided_item_id_agenda_item")
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["agenda_item.id"], name=op.f("fk_objection_item_id_agenda_item"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_objection_meeting_id_meeting"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["raised_by_id"], ["user.id"], name=op.f("fk_objection_raised_by_id_user")),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["minutes_revision.id"], name=op.f("fk_objection_revision_id_minutes_revision")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objection")),
    )
    with op.batch_alter_table("objection", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_objection_decided_item_id"), ["decided_item_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_objection_item_id"), ["item_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_objection_meeting_id"), ["meeting_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_objection_revision_id"), ["revision_id"], unique=False)

    op.create_table(
        "tracking_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("resolution_id", sa.Integer(), nullable=True),
        sa.Column("work_order_id", sa.Integer(), nullable=True),
        sa.Column("number", sa.String(), nullable=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("responsible", sa.String(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column(
            "light",
            sa.Enum(
                "on_time",
                "due_soon",
                "overdue",
                "done",
                "no_date",
                name="trackinglight",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("state_text", sa.String(), nullable=False),
        sa.Column("last_word", sa.String(), nullable=True),
        sa.Column("is_public", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["agenda_item.id"], name=op.f("fk_tracking_entry_item_id_agenda_item"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["resolution_id"], ["resolution.id"], name=op.f("fk_tracking_entry_resolution_id_resolution")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tracking_entry")),
        sa.UniqueConstraint("item_id", "position", name=op.f("uq_tracking_entry_item_id_position")),
    )
    op.create_table(
        "vote",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("resolution_id", sa.Integer(), nullable=False),
        sa.Column("committee_id", sa.Integer(), nullable=False),
        sa.Column(
            "mode",
            sa.Enum(
                "announced",
                "counted",
                "named",
                "secret",
                name="votemode",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("votes_present", sa.Integer(), nullable=False),
        sa.Column("votes_needed", sa.Integer(), nullable=True),
        sa.Column("is_quorate", sa.Boolean(), nullable=True),
        sa.Column("steps", sa.JSON(), nullable=False),
        sa.Column("votes_yes", sa.Integer(), nullable=True),
        sa.Column("votes_no", sa.Integer(), nullable=True),
        sa.Column("votes_abstain", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "coalesce(votes_yes, 0) + coalesce(votes_no, 0) + coalesce(votes_abstain, 0) <= votes_present",
            name=op.f("ck_vote_no_more_than_present"),
        ),
        sa.CheckConstraint(
            "coalesce(votes_yes, 0) >= 0 AND coalesce(votes_no, 0) >= 0 AND coalesce(votes_abstain, 0) >= 0",
            name=op.f("ck_vote_votes_not_negative"),
        ),
        sa.ForeignKeyConstraint(["committee_id"], ["committee.id"], name=op.f("fk_vote_committee_id_committee")),
        sa.ForeignKeyConstraint(
            ["resolution_id"], ["resolution.id"], name=op.f("fk_vote_resolution_id_resolution"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vote")),
        sa.UniqueConstraint("resolution_id", "committee_id", name=op.f("uq_vote_resolution_id_committee_id")),
    )
    op.create_table(
        "circular_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("circular_resolution_id", sa.Integer(), nullable=False),
        sa.Column("seat_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("seat_label", sa.String(), nullable=False),
        sa.Column("votes", sa.Integer(), server_default="1", nullable=False),
        sa.Column("may_vote", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column(
            "choice",
            sa.Enum(
                "yes",
                "no",
                "abstain",
                "objection",
                name="circularchoice",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("nonce", sa.String(), nullable=False),
        sa.Column("mail_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("(choice IS NULL) = (answered_at IS NULL)", name=op.f("ck_circular_answer_answer_complete")),
        sa.CheckConstraint("votes > 0", name=op.f("ck_circular_answer_votes_positive")),
        sa.ForeignKeyConstraint(["answered_by_id"], ["user.id"], name=op.f("fk_circular_answer_answered_by_id_user")),
        sa.ForeignKeyConstraint(
            ["circular_resolution_id"],
            ["circular_resolution.id"],
            name=op.f("fk_circular_answer_circular_resolution_id_circular_resolution"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["mail_id"], ["outgoing_mail.id"], name=op.f("fk_circular_answer_mail_id_outgoing_mail")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_circular_answer_person_id_person")),
        sa.ForeignKeyConstraint(["seat_id"], ["seat.id"], name=op.f("fk_circular_answer_seat_id_seat")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_circular_answer")),
        sa.UniqueConstraint(
            "circular_resolution_id",
            "seat_id",
            "person_id",
            name=op.f("uq_circular_answer_circular_resolution_id_seat_id_person_id"),
        ),
        sa.UniqueConstraint("nonce", name=op.f("uq_circular_answer_nonce")),
    )
    with op.batch_alter_table("circular_answer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_circular_answer_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_circular_answer_seat_id"), ["seat_id"], unique=False)

    op.create_table(
        "roll_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("vote_id", sa.Integer(), nullable=False),
        sa.Column("attendance_id", sa.Integer(), nullable=False),
        sa.Column("seat_label", sa.String(), nullable=False),
        sa.Column("votes", sa.Integer(), server_default="1", nullable=False),
        sa.Column("may_vote", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column(
            "ballot",
            sa.Enum("yes", "no", "abstain", name="ballot", native_enum=False, create_constraint=True, length=40),
            nullable=True,
        ),
        sa.Column("has_voted", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.CheckConstraint("ballot IS NULL OR may_vote", name=op.f("ck_roll_entry_only_who_may_vote")),
        sa.CheckConstraint("votes > 0", name=op.f("ck_roll_entry_votes_positive")),
        sa.ForeignKeyConstraint(
            ["attendance_id"], ["attendance.id"], name=op.f("fk_roll_entry_attendance_id_attendance")
        ),
        sa.ForeignKeyConstraint(["vote_id"], ["vote.id"], name=op.f("fk_roll_entry_vote_id_vote"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roll_entry")),
        sa.UniqueConstraint("vote_id", "attendance_id", name=op.f("uq_roll_entry_vote_id_attendance_id")),
    )
    with op.batch_alter_table("roll_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_roll_entry_attendance_id"), ["attendance_id"], unique=False)

    op.create_table(
        "secret_ballot",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("vote_id", sa.Integer(), nullable=False),
        sa.Column(
            "ballot",
            sa.Enum("yes", "no", "abstain", name="ballot", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["vote_id"], ["vote.id"], name=op.f("fk_secret_ballot_vote_id_vote"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_secret_ballot")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("secret_ballot", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_secret_ballot_vote_id"), ["vote_id"], unique=False)

    op.create_table(
        "agenda_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("supplement_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "item_added",
                "item_changed",
                "item_moved",
                "item_withdrawn",
                "paper_added",
                "paper_withdrawn",
                name="changekind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("item_id", sa.Integer(), nullable=True),
        sa.Column("paper_id", sa.Integer(), nullable=True),
        sa.Column("field", sa.String(), nullable=True),
        sa.Column("old_text", sa.String(), nullable=True),
        sa.Column("new_text", sa.String(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["agenda_item.id"], name=op.f("fk_agenda_change_item_id_agenda_item"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["paper_id"], ["paper.id"], name=op.f("fk_agenda_change_paper_id_paper"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["supplement_id"],
            ["agenda_supplement.id"],
            name=op.f("fk_agenda_change_supplement_id_agenda_supplement"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agenda_change")),
    )
    with op.batch_alter_table("agenda_change", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_agenda_change_item_id"), ["item_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_agenda_change_paper_id"), ["paper_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_agenda_change_supplement_id"), ["supplement_id"], unique=False)


def _add_columns() -> None:
    with op.batch_alter_table("agenda_item", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "purpose",
                sa.Enum(
                    "member_reports",
                    "resolution_tracking",
                    "minutes_approval",
                    name="itempurpose",
                    native_enum=False,
                    create_constraint=True,
                    length=40,
                ),
                nullable=True,
            )
        )
        batch_op.add_column(sa.Column("approves_meeting_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("supplement_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("has_consent", sa.Boolean(), nullable=True))
        batch_op.add_column(sa.Column("consent_note", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("is_second_call", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.create_index(batch_op.f("ix_agenda_item_approves_meeting_id"), ["approves_meeting_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_agenda_item_supplement_id"), ["supplement_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_agenda_item_supplement_id_agenda_supplement"), "agenda_supplement", ["supplement_id"], ["id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_agenda_item_approves_meeting_id_meeting"), "meeting", ["approves_meeting_id"], ["id"]
        )

    with op.batch_alter_table("meeting", schema=None) as batch_op:
        batch_op.add_column(sa.Column("invited_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("short_notice_reason", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("is_notice_healed", sa.Boolean(), nullable=True))
        batch_op.add_column(sa.Column("called_item_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("series_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("municipality_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("rules_at_closing", sa.JSON(none_as_null=True), nullable=True))
        batch_op.add_column(sa.Column("minutes_checked_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("minutes_checked_by_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("minutes_sent_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("objections_until", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(
            sa.Column(
                "approval",
                sa.Enum(
                    "next_meeting",
                    "silence",
                    "circular",
                    name="minutesapproval",
                    native_enum=False,
                    create_constraint=True,
                    length=40,
                ),
                nullable=True,
            )
        )
        batch_op.create_index(batch_op.f("ix_meeting_series_id"), ["series_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_meeting_municipality_id_organisation"), "organisation", ["municipality_id"], ["id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_meeting_minutes_checked_by_id_user"), "user", ["minutes_checked_by_id"], ["id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_meeting_series_id_meeting_series"), "meeting_series", ["series_id"], ["id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_meeting_called_item_id_agenda_item"),
            "agenda_item",
            ["called_item_id"],
            ["id"],
            use_alter=True,
        )

    with op.batch_alter_table("outgoing_mail", schema=None) as batch_op:
        batch_op.add_column(sa.Column("is_resent", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("bounced_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("reply_to", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("calendar", sa.String(), nullable=True))
        batch_op.add_column(
            sa.Column(
                "calendar_method",
                sa.Enum(
                    "REQUEST", "CANCEL", name="calendarmethod", native_enum=False, create_constraint=True, length=40
                ),
                nullable=True,
            )
        )

    with op.batch_alter_table("paper", schema=None) as batch_op:
        batch_op.add_column(sa.Column("circular_resolution_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("supplement_id", sa.Integer(), nullable=True))
        batch_op.create_index("ix_paper_circular_resolution_id", ["circular_resolution_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_paper_supplement_id"), ["supplement_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_paper_circular_resolution_id_circular_resolution"),
            "circular_resolution",
            ["circular_resolution_id"],
            ["id"],
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_paper_supplement_id_agenda_supplement"), "agenda_supplement", ["supplement_id"], ["id"]
        )

    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.add_column(sa.Column("street", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("postal_code", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("town", sa.String(), nullable=True))

    with op.batch_alter_table("resolution", schema=None) as batch_op:
        batch_op.add_column(sa.Column("responsible_organisation_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("due_on", sa.Date(), nullable=True))
        batch_op.add_column(
            sa.Column(
                "implementation",
                sa.Enum(
                    "not_tracked",
                    "open",
                    "in_progress",
                    "done",
                    "dropped",
                    name="implementation",
                    native_enum=False,
                    create_constraint=True,
                    length=40,
                ),
                server_default="open",
                nullable=False,
            )
        )
        batch_op.add_column(sa.Column("implementation_note", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("implementation_changed_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("acknowledged_item_id", sa.Integer(), nullable=True))
        batch_op.create_index(
            batch_op.f("ix_resolution_responsible_organisation_id"), ["responsible_organisation_id"], unique=False
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_resolution_responsible_organisation_id_organisation"),
            "organisation",
            ["responsible_organisation_id"],
            ["id"],
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_resolution_acknowledged_item_id_agenda_item"),
            "agenda_item",
            ["acknowledged_item_id"],
            ["id"],
            use_alter=True,
        )

    with op.batch_alter_table("seat", schema=None) as batch_op:
        batch_op.add_column(sa.Column("mailbox", sa.String(), nullable=True))
        batch_op.add_column(
            sa.Column(
                "mail_target",
                sa.Enum(
                    "person", "mailbox", "both", name="mailtarget", native_enum=False, create_constraint=True, length=40
                ),
                server_default="person",
                nullable=False,
            )
        )

    with op.batch_alter_table("standing_item", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "purpose",
                sa.Enum(
                    "member_reports",
                    "resolution_tracking",
                    "minutes_approval",
                    name="itempurpose",
                    native_enum=False,
                    create_constraint=True,
                    length=40,
                ),
                nullable=True,
            )
        )

    with op.batch_alter_table("topic", schema=None) as batch_op:
        batch_op.add_column(sa.Column("from_committee_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("from_item_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("late_consent_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("late_consent_by_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("late_consent_note", sa.String(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_topic_late_consent_by_id_user"), "user", ["late_consent_by_id"], ["id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_topic_from_committee_id_committee"), "committee", ["from_committee_id"], ["id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_topic_from_item_id_agenda_item"), "agenda_item", ["from_item_id"], ["id"], use_alter=True
        )


def _drop_columns() -> None:
    with op.batch_alter_table("topic", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_topic_from_item_id_agenda_item"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_topic_from_committee_id_committee"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_topic_late_consent_by_id_user"), type_="foreignkey")
        batch_op.drop_column("late_consent_note")
        batch_op.drop_column("late_consent_by_id")
        batch_op.drop_column("late_consent_at")
        batch_op.drop_column("from_item_id")
        batch_op.drop_column("from_committee_id")

    with op.batch_alter_table("standing_item", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_standing_item_itempurpose"), type_="check")
        batch_op.drop_column("purpose")

    with op.batch_alter_table("seat", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_seat_mailtarget"), type_="check")
        batch_op.drop_column("mail_target")
        batch_op.drop_column("mailbox")

    with op.batch_alter_table("resolution", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_resolution_implementation"), type_="check")
        batch_op.drop_constraint(batch_op.f("fk_resolution_acknowledged_item_id_agenda_item"), type_="foreignkey")
        batch_op.drop_constraint(
            batch_op.f("fk_resolution_responsible_organisation_id_organisation"), type_="foreignkey"
        )
        batch_op.drop_index(batch_op.f("ix_resolution_responsible_organisation_id"))
        batch_op.drop_column("acknowledged_item_id")
        batch_op.drop_column("implementation_changed_at")
        batch_op.drop_column("implementation_note")
        batch_op.drop_column("implementation")
        batch_op.drop_column("due_on")
        batch_op.drop_column("responsible_organisation_id")

    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_column("town")
        batch_op.drop_column("postal_code")
        batch_op.drop_column("street")

    with op.batch_alter_table("paper", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_paper_supplement_id_agenda_supplement"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_paper_circular_resolution_id_circular_resolution"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_paper_supplement_id"))
        batch_op.drop_index("ix_paper_circular_resolution_id")
        batch_op.drop_column("supplement_id")
        batch_op.drop_column("circular_resolution_id")

    with op.batch_alter_table("outgoing_mail", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_outgoing_mail_calendarmethod"), type_="check")
        batch_op.drop_column("calendar_method")
        batch_op.drop_column("calendar")
        batch_op.drop_column("reply_to")
        batch_op.drop_column("bounced_at")
        batch_op.drop_column("is_resent")

    with op.batch_alter_table("meeting", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_meeting_minutesapproval"), type_="check")
        batch_op.drop_constraint(batch_op.f("fk_meeting_called_item_id_agenda_item"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_meeting_series_id_meeting_series"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_meeting_minutes_checked_by_id_user"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_meeting_municipality_id_organisation"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_meeting_series_id"))
        batch_op.drop_column("approval")
        batch_op.drop_column("approved_at")
        batch_op.drop_column("objections_until")
        batch_op.drop_column("minutes_sent_at")
        batch_op.drop_column("minutes_checked_by_id")
        batch_op.drop_column("minutes_checked_at")
        batch_op.drop_column("rules_at_closing")
        batch_op.drop_column("municipality_id")
        batch_op.drop_column("series_id")
        batch_op.drop_column("called_item_id")
        batch_op.drop_column("is_notice_healed")
        batch_op.drop_column("short_notice_reason")
        batch_op.drop_column("invited_at")

    with op.batch_alter_table("agenda_item", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_agenda_item_itempurpose"), type_="check")
        batch_op.drop_constraint(batch_op.f("fk_agenda_item_approves_meeting_id_meeting"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_agenda_item_supplement_id_agenda_supplement"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_agenda_item_supplement_id"))
        batch_op.drop_index(batch_op.f("ix_agenda_item_approves_meeting_id"))
        batch_op.drop_column("is_second_call")
        batch_op.drop_column("consent_note")
        batch_op.drop_column("has_consent")
        batch_op.drop_column("supplement_id")
        batch_op.drop_column("approves_meeting_id")
        batch_op.drop_column("purpose")


def _drop_tables() -> None:
    with op.batch_alter_table("agenda_change", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_agenda_change_supplement_id"))
        batch_op.drop_index(batch_op.f("ix_agenda_change_paper_id"))
        batch_op.drop_index(batch_op.f("ix_agenda_change_item_id"))

    op.drop_table("agenda_change")
    with op.batch_alter_table("secret_ballot", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_secret_ballot_vote_id"))

    op.drop_table("secret_ballot")
    with op.batch_alter_table("roll_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_roll_entry_attendance_id"))

    op.drop_table("roll_entry")
    with op.batch_alter_table("circular_answer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_circular_answer_seat_id"))
        batch_op.drop_index(batch_op.f("ix_circular_answer_person_id"))

    op.drop_table("circular_answer")
    op.drop_table("vote")
    op.drop_table("tracking_entry")
    with op.batch_alter_table("objection", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_objection_revision_id"))
        batch_op.drop_index(batch_op.f("ix_objection_meeting_id"))
        batch_op.drop_index(batch_op.f("ix_objection_item_id"))
        batch_op.drop_index(batch_op.f("ix_objection_decided_item_id"))

    op.drop_table("objection")
    with op.batch_alter_table("implementer_consent", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_implementer_consent_organisation_id"))

    op.drop_table("implementer_consent")
    with op.batch_alter_table("circular_resolution", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_circular_resolution_told_item_id"))
        batch_op.drop_index("ix_circular_resolution_committee_id_state")

    op.drop_table("circular_resolution")
    with op.batch_alter_table("recusal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_recusal_attendance_id"))

    op.drop_table("recusal")
    with op.batch_alter_table("quorum_finding", schema=None) as batch_op:
        batch_op.drop_index("ix_quorum_finding_meeting_id")
        batch_op.drop_index(batch_op.f("ix_quorum_finding_item_id"))

    op.drop_table("quorum_finding")
    with op.batch_alter_table("invitation_mail", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_invitation_mail_invitation_id"))
        batch_op.drop_index(batch_op.f("ix_invitation_mail_dispatch_id"))

    op.drop_table("invitation_mail")
    with op.batch_alter_table("date_answer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_date_answer_invitee_id"))

    op.drop_table("date_answer")
    with op.batch_alter_table("poll_invitee", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_poll_invitee_person_id"))

    op.drop_table("poll_invitee")
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_invitation_stands_in_for_id"))
        batch_op.drop_index(batch_op.f("ix_invitation_seat_id"))
        batch_op.drop_index(batch_op.f("ix_invitation_person_id"))
        batch_op.drop_index("ix_invitation_meeting_id")
        batch_op.drop_index(batch_op.f("ix_invitation_guest_id"))

    op.drop_table("invitation")
    with op.batch_alter_table("dispatch", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_dispatch_meeting_id"))

    op.drop_table("dispatch")
    op.drop_table("date_option")
    with op.batch_alter_table("attendance_break", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_attendance_break_attendance_id"))

    op.drop_table("attendance_break")
    with op.batch_alter_table("minutes_mail", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_minutes_mail_version_id"))
        batch_op.drop_index(batch_op.f("ix_minutes_mail_person_id"))
        batch_op.drop_index(batch_op.f("ix_minutes_mail_mail_id"))

    op.drop_table("minutes_mail")
    op.drop_table("minutes_version")
    with op.batch_alter_table("joint_committee", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_joint_committee_committee_id"))

    op.drop_table("joint_committee")
    with op.batch_alter_table("date_poll", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_date_poll_meeting_id"))
        batch_op.drop_index(batch_op.f("ix_date_poll_committee_id"))

    op.drop_table("date_poll")
    with op.batch_alter_table("agenda_supplement", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_agenda_supplement_open",
            sqlite_where=sa.text("sent_at IS NULL"),
            postgresql_where=sa.text("sent_at IS NULL"),
        )

    op.drop_table("agenda_supplement")
    with op.batch_alter_table("list_mail_recipient", schema=None) as batch_op:
        batch_op.drop_index("ix_list_mail_recipient_person_id")
        batch_op.drop_index("ix_list_mail_recipient_mail_id")

    op.drop_table("list_mail_recipient")
    with op.batch_alter_table("list_mail_committee", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_list_mail_committee_committee_id"))

    op.drop_table("list_mail_committee")
    with op.batch_alter_table("event_registration", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_event_registration_person_id"))

    op.drop_table("event_registration")
    with op.batch_alter_table("event_committee", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_event_committee_committee_id"))

    op.drop_table("event_committee")
    with op.batch_alter_table("procedure_rule", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_procedure_rule_committee",
            sqlite_where=sa.text("committee_id IS NOT NULL"),
            postgresql_where=sa.text("committee_id IS NOT NULL"),
        )
        batch_op.drop_index(
            "uq_procedure_rule_body",
            sqlite_where=sa.text("committee_id IS NULL"),
            postgresql_where=sa.text("committee_id IS NULL"),
        )

    op.drop_table("procedure_rule")
    with op.batch_alter_table("meeting_series", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_meeting_series_committee_id"))

    op.drop_table("meeting_series")
    op.drop_table("mail_text")
    op.drop_table("list_mail")
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.drop_index("ix_event_starts_at")

    op.drop_table("event")
    with op.batch_alter_table("mail_attachment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mail_attachment_mail_id"))
        batch_op.drop_index(batch_op.f("ix_mail_attachment_file_id"))

    op.drop_table("mail_attachment")
    with op.batch_alter_table("mail_file", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mail_file_digest"))

    op.drop_table("mail_file")
    op.drop_table("job_run")
