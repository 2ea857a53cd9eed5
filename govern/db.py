"""The database: one declarative base, one session, one transaction per request, on SQLite and PostgreSQL."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import wraps
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

import psycopg
import sqlalchemy as sa
from flask import Flask, Response, make_response, request
from flask_sqlalchemy import SQLAlchemy
from psycopg.pq import ExecStatus, TransactionStatus
from psycopg.pq.abc import PGresult
from psycopg.rows import TupleRow
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.selectable import _OffsetLimitParam

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

_reads_only: ContextVar[bool] = ContextVar("reads_only", default=False)
"""True while a GET is answered: SQLite then opens a reading transaction instead of a writing one."""


class Base(DeclarativeBase):
    """The base of every table.

    ``__audit__`` maps the fields whose values an audit entry may hold to their German label;
    a table whose changes are not audited says so with ``__audit__ = None``.
    """

    metadata = sa.MetaData(naming_convention=NAMES)
    __audit__: dict[str, str] | None


db = SQLAlchemy(model_class=Base, disable_autonaming=True)


class UtcDateTime(sa.types.TypeDecorator[datetime]):
    """A moment: stored in UTC, always aware. A naive datetime is refused."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None]:
        """What reads a moment: one call for each value, as pages show hundreds."""
        parse: Callable[[Any], Any] | None = self.impl_instance.result_processor(dialect, coltype)

        def read(value: Any) -> datetime | None:
            if value is None:
                return None
            found: datetime = value if parse is None else parse(value)
            return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)

        return read


SortText = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
"""Text that sorts byte by byte on both databases; filled by :func:`sort_key`."""


_SIGNS = re.compile(r"[\W_]+")


def sort_key(text: str) -> str:
    """The key under which ``text`` sorts as in DIN 5007-1: ä like a, ß like ss, case and signs ignored."""
    folded = unicodedata.normalize("NFKD", text.replace("ß", "ss").replace("ẞ", "ss")).casefold()
    letters = folded if folded.isascii() else "".join(c for c in folded if not unicodedata.combining(c))
    return " ".join(_SIGNS.sub(" ", letters).split())


def name_sort_key(text: str) -> str:
    """The key for names of persons as in DIN 5007-2: ä like ae, ö like oe, ü like ue."""
    lowered = text.lower()
    for umlaut, letters in (("ä", "ae"), ("ö", "oe"), ("ü", "ue")):
        lowered = lowered.replace(umlaut, letters)
    return sort_key(lowered)


MOST_WORDS, LONGEST_WORD = 12, 100
"""Of a search; what goes beyond is ignored, so that no statement grows beyond what a database takes."""


def search_words(text: str, key: Callable[[str], str]) -> list[str]:
    """The words of a search, each to be looked for in a column filled by ``key``."""
    return [word[:LONGEST_WORD] for word in key(text).split()[:MOST_WORDS]]


COUNTED = 1_000
"""So far the rows of a list are counted; counting on would take longer the more there is."""


class More(int):
    """A count that was stopped: there are more."""


def count_rows(ids: sa.Select[Any], *, most: int = COUNTED, seen: int = 0) -> int:
    """How many rows ``ids`` finds; More if there are more than ``most`` and than the ``seen`` ones up to this page."""
    most = max(most, seen + 1)
    counted = sa.select(sa.func.count()).select_from(ids.order_by(None).limit(most + 1).subquery())
    return at_most(db.session.scalar(counted), most)


def at_most(found: int | None, most: int) -> int:
    """What counting at most one row beyond ``most`` found; More where it was stopped."""
    return More(most) if (found or 0) > most else found or 0


KEPT = 100
"""So many statements of one kind are kept."""

Values = ParamSpec("Values")
Statement = TypeVar("Statement")


class Reader(Protocol):
    """Whoever reads; persons with the same rights read the same."""

    @property
    def rights(self) -> Hashable:
        """All that the SQL twin of a policy may depend on."""


def kept(
    build: Callable[Concatenate[Any, Values], Statement],
) -> Callable[Concatenate[Reader, Values], Statement]:
    """Keep what ``build`` put together for the same rights and values: that takes longer than asking the database.

    What changes from one question to the next (a moment, an id, a searched word) is a parameter of the statement.
    """
    statements: OrderedDict[Hashable, Statement] = OrderedDict()

    @wraps(build)
    def find(user: Reader, *args: Values.args, **named: Values.kwargs) -> Statement:
        key = (user.rights, args, *named.items())
        statement = statements.get(key)
        if statement is None:
            statement = statements[key] = build(user, *args, **named)
            if len(statements) > KEPT:
                statements.popitem(last=False)
        return statement

    return find  # type: ignore[return-value]  # whoever calls need not know what `wraps` adds


class TextEnum(sa.Enum):
    """An enumeration stored as text; what is read is looked up without a call for each value."""

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], StrEnum | None]:
        """What finds the member for a text."""
        members: Any = self.enum_class
        known: dict[str | None, StrEnum | None] = {None: None, **{member.value: member for member in members}}
        return known.__getitem__


def number_of_rows(name: str) -> sa.BindParameter[int]:
    """How many rows a statement that is kept asks for, or leaves out: written into it, as every limit is."""
    return sa.bindparam(name, type_=sa.Integer, literal_execute=True)


@compiles(_OffsetLimitParam, "postgresql")
def _limit_in_words(element: _OffsetLimitParam, compiler: SQLCompiler, **options: Any) -> str:
    # PostgreSQL plans for a parameter as if a tenth of all rows were asked for, and sorts them all.
    return str(compiler.visit_bindparam(element, **{**options, "literal_execute": True}))  # type: ignore[no-untyped-call]


def text_enum(enum: type[StrEnum], *, name: str | None = None) -> sa.Enum:
    """Store the *value* of ``enum`` as text, guarded by a CHECK constraint; ``name`` where a table has several."""
    return TextEnum(
        enum,
        values_callable=lambda members: [m.value for m in members],
        native_enum=False,
        create_constraint=True,
        name=name or enum.__name__.lower(),
        length=40,
    )


SENT_TWICE = timedelta(minutes=2)
"""The same form of the same person within this time was sent twice: it is one."""


def now() -> datetime:
    """This moment in UTC, to the second."""
    return datetime.now(UTC).replace(microsecond=0)


def pool_options(url: str) -> dict[str, Any]:
    """Of the engine: on PostgreSQL the connection used last, which knows most statements, is used next.

    It is asked first whether it still stands: a restart of the server is no reason to refuse a page.
    """
    return {"pool_use_lifo": True, "pool_pre_ping": True} if url.startswith("postgresql") else {}


def init_app(app: Flask) -> None:
    """Connect the database and set up what SQLite and PostgreSQL need on every connection."""
    db.init_app(app)
    with app.app_context():
        engine = db.engine
        if engine.dialect.name == "sqlite":
            sa.event.listen(engine, "connect", _prepare_sqlite)
            sa.event.listen(engine, "begin", _begin_sqlite)
        else:
            sa.event.listen(engine, "do_connect", _connect_postgresql)


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # The driver's own transaction handling lets rows survive a rollback around savepoints (Python 3.11),
    # so it is switched off and `_begin_sqlite` opens the transactions.
    connection.isolation_level = None
    cursor = connection.cursor()
    # The map takes addresses, not memory; what lies beyond it is read piece by piece, and 2 GB are all SQLite maps.
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "busy_timeout=10000", "synchronous=NORMAL",
                   "mmap_size=2147418112"):  # fmt: skip
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # A deferred transaction that reads first and writes later fails with "database is locked" whatever the
    # timeout; whoever may write therefore takes the lock at once.
    connection.exec_driver_sql("BEGIN" if _reads_only.get() else "BEGIN IMMEDIATE")


POSTGRESQL_SETTINGS = {
    "plan_cache_mode": "force_generic_plan",
    "random_page_cost": "1.1",
    "jit": "off",
    "max_parallel_workers_per_gather": "0",
}
"""Of every connection: a statement is planned once, not for each value; indexes are read from memory or a flash disk;
pages are read faster than code is compiled, or than another process is started to read along."""


class PostgresCursor(psycopg.Cursor[TupleRow]):
    """A cursor that names its columns in plain tuples; the driver's own objects cost a wide page a millisecond."""

    @property
    def description(self) -> Any:
        """Name and type of each column, all that SQLAlchemy asks for; None if nothing was asked for."""
        found = self.pgresult
        if not found or found.status != ExecStatus.TUPLES_OK:
            return super().description
        return _Columns(found)


class _Columns(Sequence[Any]):
    """The columns of a result, named when somebody looks: with a statement that SQLAlchemy knows nobody does."""

    def __init__(self, result: PGresult) -> None:
        self._result = result

    def __len__(self) -> int:
        return self._result.nfields

    def __getitem__(self, at: Any) -> Any:
        found = self._result
        return [
            ((found.fname(i) or b"").decode(), found.ftype(i), None, None, None, None, None) for i in range(len(self))
        ][at]

    def __iter__(self) -> Iterator[Any]:
        return iter(self[:])


class PostgresConnection(psycopg.Connection[TupleRow]):
    """A connection that still knows its statements after a page was read.

    Every GET ends with a rollback, and there the driver forgets all prepared statements, because tables made in that
    transaction might be gone. So none would ever be prepared, and PostgreSQL would plan each anew for every page: three
    quarters of its work, as the joins are wide.
    """

    def rollback(self) -> None:
        """Roll back. Only after an error (a table that changed, for instance) the statements are prepared anew."""
        with self.lock:
            in_order = self.info.transaction_status == TransactionStatus.INTRANS
            if in_order and self.pgconn.exec_(b"ROLLBACK").status == ExecStatus.COMMAND_OK:
                return
        super().rollback()


def _connect_postgresql(_dialect: Dialect, _record: Any, args: Any, options: dict[str, Any]) -> PostgresConnection:
    connection = PostgresConnection.connect(*args, **options)
    connection.cursor_factory = PostgresCursor
    connection.prepare_threshold = 1  # what is asked a second time comes again
    connection.prepared_max = 500  # more than the pages have statements
    for name, value in POSTGRESQL_SETTINGS.items():
        connection.execute("SELECT set_config(%s, %s, false)", (name, value), prepare=False)
    connection.commit()
    return connection


@contextmanager
def own_transaction() -> Iterator[Session]:
    """A short transaction beside the request's: for what must survive a refusal (counters, conflicts).

    The request's own transaction is rolled back first, because SQLite allows one writer: call it before
    anything is changed, or after the change was refused.
    """
    db.session.rollback()
    token = _reads_only.set(False)
    try:
        with Session(db.engine, join_transaction_mode="create_savepoint") as session, session.begin():
            yield session
    finally:
        _reads_only.reset(token)


def fingerprint(*values: object) -> str:
    """A short name for what is stored: another one as soon as somebody saved something else."""
    return hashlib.sha256(repr(values).encode()).hexdigest()[:16]


def one_transaction_per_view(app: Flask) -> None:
    """Commit once when a view succeeds; roll back on an error or an answer of 400 and above."""
    for endpoint, view in app.view_functions.items():
        app.view_functions[endpoint] = in_one_transaction(view)


def in_one_transaction(view: Callable[..., Any]) -> Callable[..., Response]:
    """Wrap ``view`` so that its changes are kept only if it answers with success."""

    @wraps(view)
    def wrapper(**values: Any) -> Response:
        if request.method in ("GET", "HEAD", "OPTIONS"):
            return make_response(view(**values))
        try:
            response = make_response(view(**values))
        except BaseException:
            db.session.rollback()
            raise
        if response.status_code < 400:
            db.session.commit()
        else:
            db.session.rollback()
        return response

    return wrapper


def open_reading(*, reads_only: bool) -> None:
    """Say at the start of a request whether it only reads."""
    _reads_only.set(reads_only)
