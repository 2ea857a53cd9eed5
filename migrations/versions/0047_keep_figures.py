"""Keep what the page „Auswertung" counts: each change of a report, an order or a link of the chain is noted beside it."""

from typing import NamedTuple

import sqlalchemy as sa
from alembic import op

from govern.db import UtcDateTime

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None

REPORTS = """INSERT INTO report_count (body_id, action_field, municipality_id, quarter, amount)
    SELECT {row}.body_id, {row}.action_field, {row}.municipality_id, {quarter}, {sign}1
    {from_}WHERE {row}.state <> 'withdrawn'"""
ORDERS = """INSERT INTO order_count (organisation_id, committee_id, seat_id, half_year, given, open, on_time, late)
    SELECT {row}.addressee_organisation_id, {row}.addressee_committee_id, {row}.addressee_seat_id, {half_year}, {sign}1,
        CASE WHEN {row}.state IN ('issued', 'accepted', 'in_progress', 'declined') THEN {sign}1 ELSE 0 END,
        CASE WHEN {row}.done_on <= {row}.due_on THEN {sign}1 ELSE 0 END,
        CASE WHEN {row}.done_on > {row}.due_on THEN {sign}1 ELSE 0 END
    {from_}WHERE {row}.state NOT IN ('draft', 'withdrawn')"""
# Where in the chain something changed: whoever reads the ways looks upwards from there for the matters it touches.
CHANGE = "INSERT INTO matter_way_change (matter_id, item_id, topic_id) SELECT "


class Watch(NamedTuple):
    """A table of which the database notes changes: in these columns, and rows that come or go."""

    table: str
    columns: tuple[str, ...]
    note: str
    notes_new_rows: bool = True


WATCHES = {
    "report_counted": Watch(
        "gap_report", ("body_id", "action_field", "municipality_id", "reported_at", "state"), REPORTS
    ),
    "order_counted": Watch(
        "work_order",
        ("addressee_organisation_id", "addressee_committee_id", "addressee_seat_id", "issued_on", "state", "due_on",
         "done_on"),
        ORDERS,
    ),
    "way_of_report": Watch(
        "gap_report", ("matter_id", "reported_at"),
        CHANGE + "{row}.matter_id, NULL, NULL WHERE {row}.matter_id IS NOT NULL",
    ),
    "way_of_matter": Watch("matter", ("created_at",), CHANGE + "{row}.id, NULL, NULL", notes_new_rows=False),
    "way_of_link": Watch("matter_topic", ("matter_id", "topic_id"), CHANGE + "{row}.matter_id, NULL, NULL"),
    "way_of_topic": Watch(
        "topic", ("from_item_id",), CHANGE + "NULL, {row}.from_item_id, {row}.id WHERE {row}.from_item_id IS NOT NULL"
    ),
    "way_of_item": Watch(
        "agenda_item", ("predecessor_id", "topic_id"),
        CHANGE + "NULL, {row}.predecessor_id, {row}.topic_id "
        "WHERE {row}.predecessor_id IS NOT NULL OR {row}.topic_id IS NOT NULL",
    ),
    "way_of_resolution": Watch(
        "resolution", ("item_id", "is_adopted", "cancelled_at", "resolved_on"),
        CHANGE + "NULL, {row}.item_id, NULL WHERE {row}.item_id IS NOT NULL",
    ),
    # An order counts by the check of its effect, which comes later.
    "way_of_order": Watch(
        "work_order", ("matter_id", "item_id"), CHANGE + "{row}.matter_id, {row}.item_id, NULL", notes_new_rows=False
    ),
    "way_of_check": Watch(
        "order_event", ("work_order_id", "kind", "noted_at"),
        CHANGE + "checked.matter_id, checked.item_id, NULL FROM work_order AS checked "
        "WHERE checked.id = {row}.work_order_id AND {row}.kind = 'effect_checked'",
    ),
    "way_of_evaluation": Watch(
        "evaluation", ("matter_id",), CHANGE + "{row}.matter_id, NULL, NULL", notes_new_rows=False
    ),
    "way_of_result": Watch(
        "evaluation_result", ("evaluation_id", "decided_on"),
        CHANGE + "looked_at.matter_id, NULL, NULL FROM evaluation AS looked_at "
        "WHERE looked_at.id = {row}.evaluation_id",
    ),
}  # fmt: skip
# SQLite knows no time zones. At each turn of a quarter Berlin is two hours ahead, at that of the year one; in between
# an hour more or less makes no other quarter.
QUARTER = {
    "sqlite": "strftime('%Y', {row}.reported_at, {hours}) || '-Q' || "
    "((strftime('%m', {row}.reported_at, {hours}) + 2) / 3)".replace(
        "{hours}", "CASE strftime('%m', {row}.reported_at) WHEN '12' THEN '+1 hours' ELSE '+2 hours' END"
    ),
    "postgresql": "to_char({row}.reported_at AT TIME ZONE 'Europe/Berlin', 'YYYY-\"Q\"Q')",
}
HALF_YEAR = {
    "sqlite": "strftime('%Y', {row}.issued_on) || "
    "CASE WHEN strftime('%m', {row}.issued_on) <= '06' THEN '-1' ELSE '-2' END",
    "postgresql": "to_char({row}.issued_on, 'YYYY') || "
    "CASE WHEN extract(month FROM {row}.issued_on) <= 6 THEN '-1' ELSE '-2' END",
}


def upgrade() -> None:
    _make_tables()
    kind = op.get_bind().dialect.name
    for name, watch in WATCHES.items():
        (_watch_on_postgresql if kind == "postgresql" else _watch_on_sqlite)(name, watch)
    for note, table in ((REPORTS, "gap_report"), (ORDERS, "work_order")):
        op.execute(_written(note, table, "", kind, f"FROM {table} "))
    # Worked out when they are read, and kept from the next morning on.
    op.execute(
        "INSERT INTO matter_way_change (matter_id) SELECT DISTINCT matter_id FROM gap_report "
        "WHERE matter_id IS NOT NULL"
    )
    for table in ("report_count", "order_count"):
        _fold(table)
    _index_matters("shared_at")
    for first in ("created_at", "closed_on"):
        op.create_index(f"ix_matter_{first}", "matter", [first, "state", "shared_at"])


def _make_tables() -> None:
    op.create_table(
        "report_count",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("body_id", sa.Integer, nullable=False),
        sa.Column("action_field", sa.String, nullable=False),
        sa.Column("municipality_id", sa.Integer),
        sa.Column("quarter", sa.String, nullable=False),
        sa.Column("amount", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_count")),
    )
    op.create_table(
        "order_count",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("organisation_id", sa.Integer),
        sa.Column("committee_id", sa.Integer),
        sa.Column("seat_id", sa.Integer),
        sa.Column("half_year", sa.String),
        *(sa.Column(name, sa.Integer, nullable=False) for name in ("given", "open", "on_time", "late")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_count")),
    )
    op.create_table(
        "matter_way",
        sa.Column("matter_id", sa.Integer, nullable=False),
        sa.Column("first_at", UtcDateTime, nullable=False),
        sa.Column("days_to_matter", sa.Integer, nullable=False),
        sa.Column("days_to_resolution", sa.Integer),
        sa.Column("days_to_effect", sa.Integer),
        sa.ForeignKeyConstraint(
            ["matter_id"], ["matter.id"], name=op.f("fk_matter_way_matter_id_matter"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("matter_id", name=op.f("pk_matter_way")),
    )
    op.create_index("ix_matter_way_first_at", "matter_way", ["first_at", "matter_id"])
    op.create_table(
        "matter_way_change",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("matter_id", sa.Integer),
        sa.Column("item_id", sa.Integer),
        sa.Column("topic_id", sa.Integer),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matter_way_change")),
    )


def _fold(table: str) -> None:
    """One row for all that were counted alike."""
    kept, summed = {
        "report_count": ("body_id, action_field, municipality_id, quarter", ("amount",)),
        "order_count": ("organisation_id, committee_id, seat_id, half_year", ("given", "open", "on_time", "late")),
    }[table]
    sums = ", ".join(f"sum({name}) AS {name}" for name in summed)
    op.execute(f"CREATE TEMPORARY TABLE folded AS SELECT {kept}, {sums} FROM {table} GROUP BY {kept}")  # noqa: S608 - constants only
    op.execute(f"DELETE FROM {table}")  # noqa: S608 - constants only
    names = f"{kept}, {', '.join(summed)}"
    op.execute(f"INSERT INTO {table} ({names}) SELECT {names} FROM folded")  # noqa: S608 - constants only
    op.execute("DROP TABLE folded")


def _index_matters(*further: str) -> None:
    op.drop_index("ix_matter_state_created_at", "matter")
    op.create_index("ix_matter_state_created_at", "matter", ["state", "created_at", *further])


def _written(note: str, row: str, sign: str, kind: str, from_: str = "") -> str:
    expressions = {"{quarter}": QUARTER[kind], "{half_year}": HALF_YEAR[kind]}
    for name, expression in expressions.items():
        note = note.replace(name, expression)
    return note.replace("{row}", row).replace("{sign}", sign).replace("{from_}", from_)


def _notes(watch: Watch, kind: str) -> tuple[str, str]:
    return _written(watch.note, "old", "-", kind), _written(watch.note, "new", "", kind)


def _watch_on_sqlite(name: str, watch: Watch) -> None:
    before, after = _notes(watch, "sqlite")
    changed = " OR ".join(f"old.{column} IS NOT new.{column}" for column in watch.columns)
    if watch.notes_new_rows:
        op.execute(f"CREATE TRIGGER {name}_inserted AFTER INSERT ON {watch.table} BEGIN {after}; END")
    op.execute(f"CREATE TRIGGER {name}_deleted AFTER DELETE ON {watch.table} BEGIN {before}; END")
    op.execute(
        f"CREATE TRIGGER {name}_updated AFTER UPDATE OF {', '.join(watch.columns)} ON {watch.table} "
        f"WHEN {changed} BEGIN {before}; {after}; END"
    )


def _watch_on_postgresql(name: str, watch: Watch) -> None:
    before, after = _notes(watch, "postgresql")
    changed = " OR ".join(f"old.{column} IS DISTINCT FROM new.{column}" for column in watch.columns)
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF TG_OP <> 'INSERT' THEN {before}; END IF; IF TG_OP <> 'DELETE' THEN {after}; END IF; RETURN NULL; END $$"
    )
    comes_or_goes = "INSERT OR DELETE" if watch.notes_new_rows else "DELETE"
    op.execute(
        f"CREATE TRIGGER {name}_inserted_or_deleted AFTER {comes_or_goes} ON {watch.table} "
        f"FOR EACH ROW EXECUTE FUNCTION {name}()"
    )
    op.execute(
        f"CREATE TRIGGER {name}_updated AFTER UPDATE ON {watch.table} FOR EACH ROW WHEN ({changed}) "
        f"EXECUTE FUNCTION {name}()"
    )


def downgrade() -> None:
    _index_matters()
    for first in ("created_at", "closed_on"):
        op.drop_index(f"ix_matter_{first}", "matter")
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    for name, watch in WATCHES.items():
        if is_postgresql:
            op.execute(f"DROP TRIGGER {name}_updated ON {watch.table}")
            op.execute(f"DROP TRIGGER {name}_inserted_or_deleted ON {watch.table}")
            op.execute(f"DROP FUNCTION {name}()")
        else:
            for event in ("updated", "deleted", *(("inserted",) if watch.notes_new_rows else ())):
                op.execute(f"DROP TRIGGER {name}_{event}")
    for table in ("matter_way_change", "matter_way", "order_count", "report_count"):
        op.drop_table(table)
