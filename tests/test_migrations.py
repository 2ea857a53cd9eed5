"""The migrations build what the models say, on both databases, up and down and with rows in the tables."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

import flask_migrate
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy.exc import IntegrityError

from govern.app import create_app
from govern.db import Base, UtcDateTime, db
from govern.search import INDEX
from tests import postgres
from tests.conftest import make_settings

TABLES = Base.metadata.sorted_tables
MOMENT = datetime(2026, 3, 1, 9, tzinfo=UTC)
LATER = datetime(2026, 3, 1, 11, tzinfo=UTC)
ROW_VALUES: dict[str, dict[str, Any]] = {
    "user": {"email": "konto@muster.example"},
    "meeting": {"ends_at": LATER},
    "paper": {"item_id": 1, "size": 1},
    "concept_image": {"version_id": 1},
    "work_order": {"addressee_organisation_id": 1},
    "invitation": {"person_id": 1},
    "event": {"ends_at": LATER},
    "date_option": {"ends_at": LATER},
    "order_file": {"size": 1},
    "figure_release": {"ends_on": date(2026, 6, 30), "threshold": 5},
    "yearly_report": {"year": 2025, "edition": 0},
    "target_group_year": {"year": 2025},
    "target_group_release": {"threshold": 5},
    "report_text": {"headline": "x"},
    "evaluation_request": {"organisation_id": 1},
    "project": {"reason": "x"},
    "consultation_party": {"committee_id": 1},
    "consultation_invitation": {"person_id": 1, "address": "amt@muster.example"},
    "adjustment": {"matter_id": 1},
    "change_cause": {"matter_id": 1},
    "route_step": {"place": "committee"},
    "agreement_review": {"reviewed_on": date(2026, 2, 1)},
    "agreement_version": {"text": "x"},
    "minutes_version": {"sha256": "0" * 64, "public_sha256": "0" * 64},
}
"""What a row needs besides the plain values, so that the table's rules hold."""
COMPANIONS: dict[tuple[str, str, str], dict[str, Any]] = {
    ("meeting", "state", "closed"): {"closed_at": MOMENT},
    ("meeting", "state", "released"): {"closed_at": MOMENT, "released_at": MOMENT},
    ("outgoing_mail", "calendar_method", "REQUEST"): {"calendar": "x"},
    ("outgoing_mail", "calendar_method", "CANCEL"): {"calendar": "x"},
    ("meeting", "state", "approved"): {
        "closed_at": MOMENT,
        "released_at": MOMENT,
        "approved_at": MOMENT,
        "approval": "silence",
    },
    ("meeting", "state", "cancelled"): {"cancelled_at": MOMENT},
    ("agenda_item", "result", "referred"): {"result_note": "an den Ausschuss"},
    ("resolution", "outcome", "counted"): {"votes_yes": 1, "votes_no": 0, "votes_abstain": 0},
    ("work_order", "state", "issued"): {"number": "A-1"},
    ("work_order", "state", "in_progress"): {"number": "A-1"},
    ("work_order", "state", "accepted"): {"number": "A-1"},
    ("work_order", "state", "declined"): {"number": "A-1"},
    ("work_order", "state", "reported_done"): {"number": "A-1", "done_on": date(2026, 3, 1)},
    ("work_order", "state", "acknowledged"): {"number": "A-1", "done_on": date(2026, 3, 1)},
    ("work_order", "state", "effect_checked"): {
        "number": "A-1",
        "done_on": date(2026, 3, 1),
        "effect": "effective",
    },
    ("work_order", "state", "withdrawn"): {"number": "A-1", "withdrawal_reason": "x"},
    ("gap_report", "state", "assigned"): {"matter_id": 1},
    ("matter", "state", "settled"): {"closed_on": date(2026, 3, 1)},
    ("matter", "state", "dropped"): {"closed_on": date(2026, 3, 1)},
    ("matter", "state", "merged"): {"merged_into_id": 1},
    ("local_body_registration", "state", "accepted"): {"decided_at": MOMENT, "committee_id": 1},
    ("local_body_registration", "state", "declined"): {"decided_at": MOMENT, "answer": "x"},
    **{("matter_step", "kind", kind): {"reason": "x"} for kind in ("shortcut", "back", "moved")},
    **{("matter_step", "outcome", outcome): {"reason": "x"} for outcome in ("unsolved", "supra_local")},
    ("agreement", "kind", "other"): {"kind_words": "x"},
    ("concept_change", "kind", "removed"): {"text": "x"},
    **{("comment_answer", "outcome", outcome): {"reason": "x"} for outcome in ("partly", "not_taken")},
    **{
        ("concept_submission", "outcome", outcome): {"decided_on": date(2026, 3, 1), "resolution_id": 1}
        for outcome in ("adopted", "rejected", "noted", "referred", "withdrawn")
    },
    ("user_role", "role", "organisation"): {"organisation_id": 1},
    ("feed", "purpose", "committee"): {"committee_id": 1},
    ("seat", "mail_target", "mailbox"): {"mailbox": "amt@muster.example"},
    ("seat", "mail_target", "both"): {"mailbox": "amt@muster.example"},
    ("invitation", "kind", "guest"): {"guest_id": 1},
    ("invitation", "answer", "yes"): {"answered_at": MOMENT},
    ("invitation", "answer", "no"): {"answered_at": MOMENT},
    ("invitation", "answer", "deputy"): {"answered_at": MOMENT},
    ("circular_resolution", "state", "running"): {"starts_at": MOMENT},
    ("circular_resolution", "state", "stopped"): {"starts_at": MOMENT},
    ("circular_resolution", "state", "adopted"): {"starts_at": MOMENT, "resolution_id": 1},
    ("circular_resolution", "state", "rejected"): {"starts_at": MOMENT},
    ("implementer_consent", "state", "given"): {"answered_at": MOMENT},
    ("implementer_consent", "state", "refused"): {"answered_at": MOMENT},
    ("circular_answer", "choice", "yes"): {"answered_at": MOMENT},
    ("circular_answer", "choice", "no"): {"answered_at": MOMENT},
    ("circular_answer", "choice", "abstain"): {"answered_at": MOMENT},
    ("circular_answer", "choice", "objection"): {"answered_at": MOMENT},
    ("objection", "state", "accepted"): {"answer": "x"},
    ("objection", "state", "partly"): {"answer": "x"},
    ("objection", "state", "rejected"): {"answer": "x"},
}
"""What else changes when a column takes this value."""
ADDED_TO = ("agreement_step", "matter_step", "route", "route_step", "comment_answer")
"""Tables whose rows the database refuses to change."""
COUNTED_BY_TRIGGERS = ("report_count", "order_count", "matter_way_change")
"""Tables that fill by themselves when others do."""
DROPPED = {"resolution": ("sort_text",), "work_order": ("sort_text",)}
"""Columns of text that older versions demand."""
REWRITTEN: set[str] = set()
"""Columns whose values a migration translates."""
ENUM_COLUMNS = [
    (table.name, column.name, column.type)
    for table in TABLES
    for column in table.columns
    if isinstance(column.type, sa.Enum)
]


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def migrated(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An application on an empty, migrated database of its own."""
    instance = tmp_path_factory.mktemp("migrations")
    if request.param == "sqlite":
        yield from migrated_app(instance, f"sqlite:///{instance / 'test.sqlite'}")
    else:
        with postgres.fresh_database() as url:
            yield from migrated_app(instance, url)


def migrated_app(instance: Path, url: str, revision: str = "head") -> Iterator[Flask]:
    app = create_app(make_settings(instance, url), TESTING=True)
    with app.app_context():
        flask_migrate.upgrade(revision=revision)
        yield app
        db.session.remove()
        db.engine.dispose()


@contextmanager
def database_at(revision: str, kind: str, instance: Path) -> Iterator[None]:
    """A database of its own as an older version left it."""
    with nullcontext(f"sqlite:///{instance / 'old.sqlite'}") if kind == "sqlite" else postgres.fresh_database() as url:
        for _app in migrated_app(instance, url, revision):
            yield


def row_of(table: sa.Table) -> dict[str, Any]:
    """The least a row of ``table`` needs, with 1 as the id of everything it points to."""
    values = {
        column.name: plain_value(column)
        for column in table.columns
        if not column.nullable and column.default is None and column.server_default is None
    }
    return {**values, **ROW_VALUES.get(table.name, {})}


def plain_value(column: sa.Column[Any]) -> Any:
    if column.foreign_keys or (column.primary_key and column.type.python_type is int):
        return 1
    if isinstance(column.type, sa.Enum):
        return column.type.enums[0]
    if isinstance(column.type, sa.JSON):
        return {}
    if isinstance(column.type, UtcDateTime):
        return MOMENT
    return {str: "x", int: 1, bool: True, bytes: b"x", date: MOMENT.date()}[column.type.python_type]


def fill_every_table(connection: sa.Connection) -> None:
    for table in TABLES:
        if table.name not in COUNTED_BY_TRIGGERS:
            connection.execute(sa.insert(table).values(row_of(table)))


def counts(connection: sa.Connection) -> dict[str, int]:
    tables = [table for table in TABLES if table.name not in COUNTED_BY_TRIGGERS]
    return {t.name: connection.scalar(sa.select(sa.func.count()).select_from(t)) or 0 for t in tables}


def test_the_migrations_form_one_numbered_line(migrated: Flask) -> None:
    script = ScriptDirectory.from_config(migrated.extensions["migrate"].migrate.get_config())
    revisions = [revision.revision for revision in script.walk_revisions()][::-1]
    assert revisions == [f"{n:04d}" for n in range(1, len(revisions) + 1)]
    files = sorted(path.name for path in Path(script.versions).glob("*.py"))
    assert [name[:5] for name in files] == [f"{revision}_" for revision in revisions]


@pytest.mark.filterwarnings("ignore:autogenerate skipping metadata-specified expression-based index")
def test_the_newest_migration_is_the_models(migrated: Flask) -> None:
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_name": is_of_models})
        assert compare_metadata(context, Base.metadata) == []


def is_of_models(name: str | None, kind: str, _parents: Any) -> bool:
    return not (kind == "table" and (name or "").startswith(INDEX))


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_columns_and_rules_bear_the_names_of_the_models(migrated: Flask, table: sa.Table) -> None:
    """Named alike on both databases, so that a later migration can change them; alembic compares no checks."""
    found = sa.inspect(db.engine)
    nullable = {column["name"]: column["nullable"] for column in found.get_columns(table.name)}
    assert nullable == {column.name: column.nullable for column in table.columns}
    names = {found.get_pk_constraint(table.name)["name"]}
    for constraints in (
        found.get_foreign_keys(table.name),
        found.get_unique_constraints(table.name),
        found.get_check_constraints(table.name),
    ):
        names |= {constraint["name"] for constraint in constraints}
    assert names == {str(rule.name) for rule in rules_of(table)}
    indexes = {index["name"] for index in found.get_indexes(table.name) if not index.get("duplicates_constraint")}
    assert indexes == {str(index.name) for index in table.indexes}


def rules_of(table: sa.Table) -> Iterator[Any]:
    preparer = sa.schema.CreateTable(table).compile(db.engine).preparer
    for rule in table.constraints:
        name = preparer.format_constraint(rule)
        if name is not None:
            yield type("Rule", (), {"name": name.strip('"')})


@pytest.mark.slow
def test_rows_go_up_and_down(migrated: Flask) -> None:
    with db.engine.begin() as connection:
        fill_every_table(connection)
        assert set(counts(connection).values()) == {1}
    flask_migrate.downgrade(revision="0002")
    flask_migrate.upgrade()
    with db.engine.connect() as connection:
        searched = set(connection.scalars(sa.text("SELECT kind FROM search_entry WHERE words LIKE '%x%'")))
    assert searched >= {"agenda_item", "resolution", "topic", "work_order", "paper", "document", "organisation"}
    flask_migrate.downgrade(revision="base")
    assert set(sa.inspect(db.engine).get_table_names()) == {"alembic_version"}
    flask_migrate.upgrade()
    with db.engine.connect() as connection:
        assert set(counts(connection).values()) == {0}


def rows_at(connection: sa.Connection) -> Iterator[tuple[sa.TableClause, dict[str, Any]]]:
    """A row for each table as it stands in the database, which may be older than the models."""
    found = sa.inspect(connection)
    for table in TABLES:
        if not found.has_table(table.name):
            continue
        there = {column["name"]: column for column in found.get_columns(table.name)}
        dropped = [name for name in DROPPED.get(table.name, ()) if name in there]
        old = sa.table(
            table.name, *(sa.column(c.name, c.type) for c in table.columns if c.name in there), *map(sa.column, dropped)
        )
        values = {name: value for name, value in row_of(table).items() if name in there} | dict.fromkeys(dropped, "x")
        for name in there.keys() - values.keys():
            if not there[name]["nullable"] and there[name]["default"] is None:
                values[name] = default_of(table.columns[name])
        yield old, values


def default_of(column: sa.Column[Any]) -> Any:
    default = column.default
    return default.arg if default is not None and default.is_scalar else plain_value(column)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
@pytest.mark.parametrize("released", ["0001", "0002"])
def test_rows_of_a_released_version_come_along(kind: str, released: str, tmp_path: Path) -> None:
    """What an office has typed with an older version is all there after the update."""
    with database_at(released, kind, tmp_path):
        with db.engine.begin() as connection:
            old = list(rows_at(connection))
            for table, values in old:
                connection.execute(sa.insert(table).values(values))
        flask_migrate.upgrade()
        with db.engine.connect() as connection:
            for table, values in old:
                gone = {*DROPPED.get(table.name, ())}
                kept = {name: table.c[name] for name in values.keys() - gone if f"{table.name}.{name}" not in REWRITTEN}
                row = connection.execute(sa.select(*kept.values()).select_from(table)).one()
                assert dict(zip(kept, row, strict=True)) == {name: values[name] for name in kept}, table.name
            if kind == "sqlite":
                assert connection.execute(sa.text("PRAGMA foreign_key_check")).all() == []
            body = connection.execute(sa.text("SELECT small_count_threshold, rounds_counts FROM body")).one()
            assert (body[0], bool(body[1])) == (5, False)


@pytest.mark.parametrize(
    ("table", "column", "kind"), ENUM_COLUMNS, ids=lambda value: str(value) if isinstance(value, str) else ""
)
def test_the_database_takes_every_value_and_no_other(migrated: Flask, table: str, column: str, kind: sa.Enum) -> None:
    target = Base.metadata.tables[table]
    enum: type[StrEnum] = kind.enum_class
    with db.engine.connect() as connection, connection.begin() as transaction:
        if table in ADDED_TO:
            for before in TABLES[: TABLES.index(target)]:
                connection.execute(sa.insert(before).values(row_of(before)))
            change, row = sa.insert(target), row_of(target)
        else:
            fill_every_table(connection)
            change, row = sa.update(target), {}
        for member in enum:
            values = COMPANIONS.get((table, column, member.value), {})
            with connection.begin_nested() as savepoint:
                connection.execute(change.values({**row, column: member, **values}))
                savepoint.rollback()
        with pytest.raises(IntegrityError), connection.begin_nested():
            connection.execute(change.values({**row, column: sa.literal("erfunden", sa.String())}))
        transaction.rollback()


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def test_orders_and_their_notes_live_on_when_orders_grow(kind: str, tmp_path: Path) -> None:
    with database_at("0006", kind, tmp_path):
        with db.engine.begin() as connection:
            connection.execute(sa.text("INSERT INTO body (id, key, name, short_name, kind, is_demo, version) "
                                       "VALUES (1, 'k', 'Kreis', 'Kreis', 'county', false, 1)"))  # fmt: skip
            old = sa.MetaData()
            old.reflect(connection, only=["organisation", "committee", "work_order", "progress_note", "feed", "user"])
            connection.execute(sa.insert(old.tables["organisation"]).values(
                id=1, body_id=1, name="Stadt", sort_name="stadt", kind="municipality"))  # fmt: skip
            connection.execute(sa.insert(old.tables["committee"]).values(old_committee()))
            connection.execute(sa.insert(old.tables["user"]).values(
                id=1, body_id=1, email="konto@muster.example", created_at=MOMENT))  # fmt: skip
            connection.execute(sa.insert(old.tables["feed"]).values(
                id=1, user_id=1, purpose="personal", nonce="n", created_at=MOMENT))  # fmt: skip
            for n, state in enumerate(("draft", "issued", "in_progress", "done", "withdrawn"), 1):
                connection.execute(sa.insert(old.tables["work_order"]).values(
                    id=n, body_id=1, committee_id=1, task=f"Auftrag {n}", sort_text="", state=state,
                    number=None if state == "draft" else f"A-{n}", addressee_organisation_id=1, created_at=MOMENT,
                    done_on=date(2026, 2, 1) if state == "done" else None,
                    withdrawal_reason="Überholt" if state == "withdrawn" else None))  # fmt: skip
            notes = [(3, "Läuft", "in_progress"), (3, "Frist geändert von ohne Frist auf 1.1.2027: x", None),
                     (4, "Fertig", "done"), (3, "Wieder aufgenommen: x", "in_progress"),
                     (5, "Zurückgezogen: Überholt", "withdrawn")]  # fmt: skip
            for order, text, state in notes:
                connection.execute(sa.insert(old.tables["progress_note"]).values(
                    work_order_id=order, text=text, new_state=state, noted_at=MOMENT, noted_by_function="Stadt",
                ))  # fmt: skip
        flask_migrate.upgrade(revision="0007")
        with db.engine.connect() as connection:
            states = connection.execute(sa.text("SELECT state FROM work_order ORDER BY id")).scalars().all()
            assert states == ["draft", "issued", "in_progress", "acknowledged", "withdrawn"]
            events = connection.execute(sa.text("SELECT work_order_id, kind, new_state FROM order_event ORDER BY id"))
            assert [tuple(e) for e in events] == [
                (3, "reported", "in_progress"), (3, "deadline_changed", None), (4, "reported_done", "reported_done"),
                (3, "reopened", "in_progress"), (5, "withdrawn", "withdrawn"), (4, "acknowledged", "acknowledged"),
            ]  # fmt: skip
        flask_migrate.downgrade(revision="0006")
        with db.engine.connect() as connection:
            states = connection.execute(sa.text("SELECT state FROM work_order ORDER BY id")).scalars().all()
            assert states == ["draft", "issued", "in_progress", "done", "withdrawn"]
            kept = connection.execute(sa.text("SELECT work_order_id, text, new_state FROM progress_note ORDER BY id"))
            assert [tuple(note) for note in kept] == notes
            assert connection.scalar(sa.text("SELECT count(*) FROM feed")) == 1


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def test_columns_go_and_come_back_without_touching_triggers(kind: str, tmp_path: Path) -> None:
    asked = {
        "sqlite": "SELECT name || tbl_name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname || tgrelid::regclass FROM pg_trigger WHERE NOT tgisinternal",
    }

    def triggers_and_columns() -> tuple[set[str], bool]:
        with db.engine.connect() as connection:
            triggers = set(connection.scalars(sa.text(asked[kind])))
            found = {c["name"] for c in sa.inspect(connection).get_columns("work_order")}
        return triggers, "sort_text" in found

    with database_at("0048", kind, tmp_path):
        before, is_there = triggers_and_columns()
        assert before and is_there
        flask_migrate.upgrade(revision="0049")
        assert triggers_and_columns() == (before, False)
        flask_migrate.downgrade(revision="0048")
        assert triggers_and_columns() == (before, True)


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def test_whoever_was_told_of_orders_is_told_of_the_land_too(kind: str, tmp_path: Path) -> None:
    told, choice = Base.metadata.tables["author_feedback"], Base.metadata.tables["feedback_choice"]
    stage = sa.column("stage", sa.String())

    def found() -> tuple[list[Any], list[tuple[Any, ...]]]:
        with db.engine.connect() as connection:
            texts = connection.execute(sa.select(stage, told.c.number).select_from(told).order_by(told.c.id))
            return connection.scalar(sa.select(choice.c.stages)), [tuple(text) for text in texts]

    with database_at("0051", kind, tmp_path):
        with db.engine.begin() as connection:
            for table, values in rows_at(connection):
                if table.name not in COUNTED_BY_TRIGGERS:
                    connection.execute(sa.insert(table).values(values))
            connection.execute(sa.update(told).values(stage="ordered", number=1))
            connection.execute(sa.update(choice).values(stages=["done", "ordered"]))
        flask_migrate.upgrade(revision="0052")
        assert found() == (["done", "forwarded", "ordered"], [("ordered", 1)])
        with db.engine.begin() as connection:
            row = connection.execute(sa.select(told.c.matter_id, told.c.text, told.c.released_at)).one()._asdict()
            connection.execute(sa.insert(told).values(**row, id=2, stage="forwarded", number=1))
            assert connection.scalar(sa.text("SELECT count(*) FROM feedback_notice")) == 1
        flask_migrate.downgrade(revision="0051")
        assert found() == (["done", "ordered"], [("ordered", 1), ("ordered", 2)])


def old_committee() -> dict[str, Any]:
    return {"id": 1, "body_id": 1, "name": "Gremium", "sort_name": "gremium", "kind": "working_group",
            "level": "case", "status": "active", "tasks": [], "competences": [], "minutes_content": []}  # fmt: skip
