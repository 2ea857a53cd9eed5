"""Routes, their steps and what matters took of them are only added to: the database refuses the rest (E-31)."""

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

STEP = (
    "matter_id, number, step_id, needs_resolution, from_step_id, kind, direction, committee_id, taken_on, "
    "recorded_at, function, reason, outcome, resolution_id"
)
KEPT = {
    "matter_step_fixed": ("matter_step", f"UPDATE OF {STEP}"),
    "matter_step_kept": ("matter_step", "DELETE"),
    "route_fixed": ("route", "UPDATE"),
    "route_kept": ("route", "DELETE"),
    "route_step_fixed": ("route_step", "UPDATE"),
    "route_step_kept": ("route_step", "DELETE"),
}
"""Triggers: name → table, event. Who took a step may be forgotten with the account."""
REFUSED = "routes and the steps taken on them never change"


def upgrade() -> None:
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    for name, (table, event) in KEPT.items():
        if is_postgresql:
            op.execute(
                f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                f"RAISE EXCEPTION '{REFUSED}'; END $$"
            )
            op.execute(f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")
        else:
            op.execute(f"CREATE TRIGGER {name} BEFORE {event} ON {table} BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END")


def downgrade() -> None:
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    for name, (table, _event) in KEPT.items():
        op.execute(f"DROP TRIGGER {name} ON {table}" if is_postgresql else f"DROP TRIGGER {name}")
        if is_postgresql:
            op.execute(f"DROP FUNCTION {name}()")
