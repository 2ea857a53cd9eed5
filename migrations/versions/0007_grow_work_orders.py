"""grow_work_orders

What was „done" was finished under the rules of its time: it becomes „acknowledged", with an event that says so. The
notes on progress become events.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

OLD_STATES = ("draft", "issued", "in_progress", "done", "withdrawn")
STATES = (
    "draft",
    "issued",
    "accepted",
    "declined",
    "in_progress",
    "reported_done",
    "acknowledged",
    "effect_checked",
    "withdrawn",
)
KINDS = (
    "issued",
    "accepted",
    "declined",
    "reported",
    "reported_done",
    "acknowledged",
    "effect_checked",
    "reopened",
    "withdrawn",
    "deadline_asked",
    "deadline_granted",
    "deadline_refused",
    "deadline_changed",
    "question",
    "answer",
    "reminded",
    "escalated",
    "put_on_agenda",
    "resubmitted",
)
RULES = (
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
)
TAKEN_OVER = "Bei der Umstellung übernommen: Der Auftrag galt schon als erledigt."
LIVE = "revoked_at IS NULL AND committee_id IS NULL"

NEW_CHECKS = {
    "effect": "effect IN ('effective', 'partly', 'none')",
    "priority": "priority IN ('high', 'normal', 'low')",
    "effect_said": "state <> 'effect_checked' OR effect IS NOT NULL",
    "withdrawal_said": "state <> 'withdrawn' OR withdrawal_reason IS NOT NULL",
    "asked_while_open": "asked_due_on IS NULL OR state IN ('issued', 'accepted', 'in_progress')",
    "not_its_own_parent": "parent_id IS NULL OR parent_id <> id",
    "percent_range": "percent IS NULL OR percent BETWEEN 0 AND 100",
}
NEW_KEYS = {
    "parent_id": ("work_order", None),
    "person_id": ("person", None),
    "acknowledged_item_id": ("agenda_item", None),
    "withdrawn_by_resolution_id": ("resolution", "SET NULL"),
}


def upgrade() -> None:
    _make_tables()
    _drop_checks("work_order", "workorderstate", "done_on")
    with op.batch_alter_table("work_order", schema=None) as batch_op:
        for column in _new_columns():
            batch_op.add_column(column)
    op.execute("UPDATE work_order SET state = 'acknowledged' WHERE state = 'done'")
    op.execute("UPDATE work_order SET withdrawal_reason = '' WHERE state = 'withdrawn' AND withdrawal_reason IS NULL")
    with op.batch_alter_table("work_order", schema=None) as batch_op:
        batch_op.create_check_constraint(batch_op.f("ck_work_order_workorderstate"), _among("state", STATES))
        batch_op.create_check_constraint(
            batch_op.f("ck_work_order_done_on"),
            "(state IN ('reported_done', 'acknowledged', 'effect_checked')) = (done_on IS NOT NULL)",
        )
        for name, rule in NEW_CHECKS.items():
            batch_op.create_check_constraint(batch_op.f(f"ck_work_order_{name}"), rule)
        for column, (table, on_delete) in NEW_KEYS.items():
            batch_op.create_foreign_key(
                batch_op.f(f"fk_work_order_{column}_{table}"), table, [column], ["id"], ondelete=on_delete
            )
        batch_op.create_index(batch_op.f("ix_work_order_parent_id"), ["parent_id"], unique=False)
    _carry_notes_over()
    op.drop_table("progress_note")
    _replace_check("procedure_rule", "rulekind", _among("kind", (*RULES, "order_acknowledgement")))
    _replace_check("feed", "feedpurpose", _among("purpose", ("personal", "committee", "work_orders")))
    _index_feeds("user_id", "purpose")
    with op.batch_alter_table("body", schema=None) as batch_op:
        for name, days in (("order_remind_days", "1"), ("order_escalate_days", "14"), ("order_agenda_days", "28")):
            batch_op.add_column(sa.Column(name, sa.Integer(), server_default=days, nullable=False))
        batch_op.create_check_constraint(
            batch_op.f("ck_body_order_days_rise"),
            "0 < order_remind_days AND order_remind_days < order_escalate_days"
            " AND order_escalate_days < order_agenda_days",
        )


def downgrade() -> None:
    with op.batch_alter_table("body", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_body_order_days_rise"), type_="check")
        for name in ("order_remind_days", "order_escalate_days", "order_agenda_days"):
            batch_op.drop_column(name)
    op.execute("DELETE FROM feed WHERE purpose = 'work_orders'")
    op.execute("DELETE FROM procedure_rule WHERE kind = 'order_acknowledgement'")
    _index_feeds("user_id")
    _replace_check("feed", "feedpurpose", _among("purpose", ("personal", "committee")))
    _replace_check("procedure_rule", "rulekind", _among("kind", RULES))
    _make_notes_again()
    op.drop_table("order_file")
    op.drop_table("order_event")
    _drop_checks("work_order", "workorderstate", "done_on", *NEW_CHECKS)
    with op.batch_alter_table("work_order", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_work_order_parent_id"))
        for column, (table, _on_delete) in NEW_KEYS.items():
            batch_op.drop_constraint(batch_op.f(f"fk_work_order_{column}_{table}"), type_="foreignkey")
        for new in _new_columns():
            batch_op.drop_column(new.name)
    op.execute("UPDATE work_order SET state = 'issued' WHERE state IN ('accepted', 'declined')")
    op.execute(
        "UPDATE work_order SET state = 'done' WHERE state IN ('reported_done', 'acknowledged', 'effect_checked')"
    )
    with op.batch_alter_table("work_order", schema=None) as batch_op:
        batch_op.create_check_constraint(batch_op.f("ck_work_order_workorderstate"), _among("state", OLD_STATES))
        batch_op.create_check_constraint(
            batch_op.f("ck_work_order_done_on"), "(state = 'done') = (done_on IS NOT NULL)"
        )


def _new_columns() -> list[sa.Column]:
    return [
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("success_measure", sa.String(), server_default="", nullable=False),
        sa.Column("priority", sa.String(length=40), server_default="normal", nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("asked_due_on", sa.Date(), nullable=True),
        sa.Column("percent", sa.Integer(), nullable=True),
        sa.Column("acknowledged_item_id", sa.Integer(), nullable=True),
        sa.Column("effect_check_on", sa.Date(), nullable=True),
        sa.Column("effect", sa.String(length=40), nullable=True),
        sa.Column("withdrawn_by_resolution_id", sa.Integer(), nullable=True),
        sa.Column("reminded_on", sa.Date(), nullable=True),
        sa.Column("escalated_on", sa.Date(), nullable=True),
        sa.Column("put_on_agenda_on", sa.Date(), nullable=True),
    ]


def _make_tables() -> None:
    op.create_table(
        "order_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("work_order_id", sa.Integer(), nullable=False),
        sa.Column("kind", _words("ordereventkind", KINDS), nullable=False),
        sa.Column("text", sa.String(), server_default="", nullable=False),
        sa.Column("new_state", _words("new_state", STATES), nullable=True),
        sa.Column("due_before", sa.Date(), nullable=True),
        sa.Column("due_after", sa.Date(), nullable=True),
        sa.Column("percent", sa.Integer(), nullable=True),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("noted_by_id", sa.Integer(), nullable=True),
        sa.Column("noted_by_function", sa.String(), nullable=False),
        sa.CheckConstraint("percent IS NULL OR percent BETWEEN 0 AND 100", name=op.f("ck_order_event_percent_range")),
        sa.ForeignKeyConstraint(["noted_by_id"], ["user.id"], name=op.f("fk_order_event_noted_by_id_user")),
        sa.ForeignKeyConstraint(
            ["work_order_id"],
            ["work_order.id"],
            name=op.f("fk_order_event_work_order_id_work_order"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_event")),
    )
    op.create_index(op.f("ix_order_event_work_order_id"), "order_event", ["work_order_id"], unique=False)
    op.create_table(
        "order_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("work_order_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("stored_name", sa.String(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("size > 0", name=op.f("ck_order_file_size_positive")),
        sa.ForeignKeyConstraint(
            ["event_id"], ["order_event.id"], name=op.f("fk_order_file_event_id_order_event"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["work_order_id"],
            ["work_order.id"],
            name=op.f("fk_order_file_work_order_id_work_order"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_file")),
        sa.UniqueConstraint("stored_name", name=op.f("uq_order_file_stored_name")),
    )
    op.create_index(op.f("ix_order_file_event_id"), "order_file", ["event_id"], unique=False)
    op.create_index(op.f("ix_order_file_work_order_id"), "order_file", ["work_order_id"], unique=False)


def _carry_notes_over() -> None:
    op.execute(
        "INSERT INTO order_event (work_order_id, kind, text, new_state, noted_at, noted_by_id, noted_by_function) "
        "SELECT work_order_id, CASE WHEN new_state = 'done' THEN 'reported_done' "
        "WHEN new_state = 'withdrawn' THEN 'withdrawn' "
        "WHEN text LIKE 'Wieder aufgenommen: %' THEN 'reopened' "
        "WHEN new_state IS NULL AND text LIKE 'Frist geändert von %' THEN 'deadline_changed' ELSE 'reported' END, "
        "text, CASE WHEN new_state = 'done' THEN 'reported_done' ELSE new_state END, "
        "noted_at, noted_by_id, noted_by_function FROM progress_note ORDER BY id"
    )
    op.execute(
        sa.text(
            "INSERT INTO order_event (work_order_id, kind, text, new_state, noted_at, noted_by_function) "
            "SELECT id, 'acknowledged', :text, 'acknowledged', CURRENT_TIMESTAMP, 'System' FROM work_order "
            "WHERE state = 'acknowledged'"
        ).bindparams(text=TAKEN_OVER)
    )


def _make_notes_again() -> None:
    op.create_table(
        "progress_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("work_order_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("new_state", _words("new_state", OLD_STATES), nullable=True),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("noted_by_id", sa.Integer(), nullable=True),
        sa.Column("noted_by_function", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["noted_by_id"], ["user.id"], name=op.f("fk_progress_note_noted_by_id_user")),
        sa.ForeignKeyConstraint(
            ["work_order_id"],
            ["work_order.id"],
            name=op.f("fk_progress_note_work_order_id_work_order"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_progress_note")),
    )
    op.create_index(op.f("ix_progress_note_work_order_id"), "progress_note", ["work_order_id"], unique=False)
    op.execute(
        sa.text(
            "INSERT INTO progress_note (work_order_id, text, new_state, noted_at, noted_by_id, noted_by_function) "
            "SELECT work_order_id, text, CASE WHEN new_state IN ('draft', 'issued', 'in_progress', 'withdrawn') "
            "THEN new_state WHEN new_state = 'reported_done' THEN 'done' END, noted_at, noted_by_id, "
            "noted_by_function FROM order_event WHERE text <> '' AND text <> :text ORDER BY id"
        ).bindparams(text=TAKEN_OVER)
    )


def _words(name: str, words: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=40)


def _among(column: str, words: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(map(repr, words))})"


def _drop_checks(table: str, *names: str) -> None:
    with op.batch_alter_table(table, schema=None) as batch_op:
        for name in names:
            batch_op.drop_constraint(batch_op.f(f"ck_{table}_{name}"), type_="check")


def _replace_check(table: str, name: str, rule: str) -> None:
    with op.batch_alter_table(table, schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f(f"ck_{table}_{name}"), type_="check")
        batch_op.create_check_constraint(batch_op.f(f"ck_{table}_{name}"), rule)


def _index_feeds(*columns: str) -> None:
    op.drop_index("uq_feed_live_personal", table_name="feed")
    op.create_index(
        "uq_feed_live_personal",
        "feed",
        list(columns),
        unique=True,
        sqlite_where=sa.text(LIVE),
        postgresql_where=sa.text(LIVE),
    )
