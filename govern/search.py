"""The search index: which words stand in which object, renewed by the session in the transaction of the change.

A kind of object takes part with one :func:`declare`: which texts are searched, and whose changes touch them. The index
holds kind, id and words of an object, never who may see it: whoever searches starts from :func:`newest` and adds the
SQL twin of the policy, so that a hit counts only if the reader may see the object, in the same statement.

`search_entry` is an ordinary table. Beside it each database keeps `search_index` by triggers (migration 0003): FTS5 on
SQLite, a `tsvector` on PostgreSQL. Both take words as they are, split at spaces: they are made here, once for both.
Each puts kind and range of ids before them, so that a search reads the newest hits of one kind and no further than it
must (migrations 0045 and 0050): neither database stops early in all that begins with a word.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy import UniqueConstraint
from sqlalchemy.dialects.postgresql import TSQUERY, TSVECTOR
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.sql.operators import asc_op, desc_op

from govern.db import LONGEST_WORD, MOST_WORDS, Base, at_most, count_rows, db, name_sort_key, sort_key

INDEX = "search_index"
"""What the databases keep by themselves; on SQLite it brings further tables that begin with its name."""
CAP = 500
"""So many hits are counted and shown at most, so that a search costs the same however much there is."""
SHORTEST_END = SHORTEST_BEGINNING = 3
LETTERS_WITH_ENDS = 200
"""So far the parts of words are searched as well: titles and what begins a text."""
MOST_LETTERS = 5_000
"""Of one object; what stands behind is not searched."""
BATCH = 500
RANGE = 4_096
"""So many ids of one kind are looked through at once; the databases know it, too (migrations 0045 and 0050)."""
KINDS_IN_ROW = 32**3
"""On SQLite a row of the index is -(id of the object · this + number of the kind) (migration 0050)."""
PLACE = "#"
"""Where kind and range of ids stand before a searched word; no word holds this sign."""
STATE = "§"
"""What stands before the state of an object; no word of a text holds this sign, so nobody can type it."""

Texts = sa.Select[*tuple[Any, ...]]
Follow = Callable[[Any], Sequence[int] | sa.Select[Any]]
"""A changed row → ids of the objects it touches, or a statement that finds them."""


class SearchEntry(Base):
    """The words of one object, folded."""

    __tablename__ = "search_entry"
    __audit__ = None

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    """Table of the object."""
    object_id: Mapped[int]
    words: Mapped[str]

    __table_args__ = (UniqueConstraint("kind", "object_id"),)


@dataclass(frozen=True)
class Source:
    """What is searched of one kind of object."""

    model: type[Base]
    texts: Texts
    """The id first, then texts; several rows of one object are put together."""
    follows: Mapping[type[Base], Follow]
    """Other rows whose changes touch objects of this kind → their ids."""
    name: str = ""
    """What stands in the index for the table, where further texts of it are searched apart."""
    tells_state: bool = False
    """The first text is the state: found by itself only, to look among the objects of one state."""

    @property
    def kind(self) -> str:
        return self.name or str(self.model.__tablename__)

    @property
    def id(self) -> sa.ColumnElement[int]:
        return self.model.__mapper__.primary_key[0]

    @cached_property
    def texts_of(self) -> Texts:
        """The texts of those whose ids are given as ``ids``, put together once."""
        return self.texts.where(self.id.in_(sa.bindparam("ids", expanding=True))).order_by(self.id)


_of_these = SearchEntry.object_id.in_(sa.bindparam("ids", expanding=True))
_there = sa.select(SearchEntry.__table__).where(SearchEntry.kind == sa.bindparam("kind"), _of_these)


_sources: dict[tuple[type[Base], str], Source] = {}


def declare(
    model: type[Base], texts: Texts, follows: Mapping[type[Base], Follow] | None = None, *, name: str = "",
    tells_state: bool = False,
) -> None:  # fmt: skip
    """Let objects of ``model`` be found by ``texts``, and follow the changes of what these texts are taken from.

    What is declared with a ``name`` only whoever names it finds: words that not all who see the object may read.
    """
    source = Source(model, texts, follows or {}, name, tells_state)
    _sources[model, name] = source
    _watch(source, model, lambda row: [row.id])
    for followed, ids_of in source.follows.items():
        _watch(source, followed, ids_of)


def _watch(source: Source, watched: type[Base], ids_of: Follow) -> None:
    fields = list(_fields(source.texts, watched))

    def touched(_mapper: Any, _connection: Any, row: Any) -> None:
        session = sa.orm.object_session(row)
        if session is not None:
            all_touched = session.info.setdefault("search_touched", {})
            all_touched.setdefault((source.model, source.name), []).append(ids_of(row))

    def changed(mapper: Any, connection: Any, row: Any) -> None:
        state = sa.inspect(row)
        if any(state.attrs[name].history.has_changes() for name in fields):
            touched(mapper, connection, row)

    for event, listener in (("after_insert", touched), ("after_update", changed), ("after_delete", touched)):
        sa.event.listen(watched, event, listener)


def _fields(texts: Texts, watched: type[Base]) -> Iterator[str]:
    """The attributes whose change is one of the words: searched columns, and what the row hangs on."""
    mapper: Any = watched.__mapper__
    searched = {(column.table.name, column.name) for column in texts.selected_columns}
    for attribute in mapper.column_attrs:
        column = attribute.columns[0]
        if (column.table.name, column.name) in searched or column.foreign_keys:
            yield attribute.key
    yield from (relation.key for relation in mapper.relationships if relation.secondary is not None)


def init_app() -> None:
    """Listen to the session; called once by the application."""
    if not sa.event.contains(db.session.session_factory, "after_flush", _renew_touched):
        sa.event.listen(db.session.session_factory, "after_flush", _renew_touched)


def _renew_touched(session: Session, _context: Any) -> None:
    for key, touched in session.info.pop("search_touched", {}).items():
        ids: set[int] = set()
        for found in touched:
            ids.update(session.scalars(found) if isinstance(found, sa.Select) else found)
        _renew(session, _sources[key], sorted(ids))


def renew(model: type[Base], ids: Iterable[int]) -> None:
    """Renew the words of these objects: for changes that were written past the session."""
    wanted = sorted(set(ids))
    for source in _sources.values():
        if source.model is model:
            _renew(db.session(), source, wanted)


def rebuild() -> dict[str, int]:
    """Make the whole index anew; kind → number of objects. Nothing is committed."""
    found = {}
    session = db.session()
    session.flush()
    session.execute(sa.delete(SearchEntry))
    for source in _sources.values():
        ids = session.scalars(sa.select(source.id).order_by(source.id)).all()
        _renew(session, source, ids)
        found[source.kind] = len(ids)
    return found


def index_missing(_day: date) -> None:
    """Add what is not in the index yet, of a kind that takes part only since an update. Nothing is committed."""
    for source in _sources.values():
        _renew(db.session(), source, _missing(source))


def complete() -> None:
    """The same, committed bit by bit, so that nobody waits long to write: for the start after an update."""
    for source in _sources.values():
        missing = _missing(source)
        for start in range(0, len(missing), BATCH):
            _renew_batch(db.session(), source, missing[start : start + BATCH])
            db.session.commit()


def _missing(source: Source) -> Sequence[int]:
    entry: Any = SearchEntry.__table__
    is_there = sa.exists().where(entry.c.kind == source.kind, entry.c.object_id == source.id)
    return db.session.scalars(sa.select(source.id).where(~is_there).order_by(source.id.desc())).all()


def _renew(session: Session, source: Source, ids: Sequence[int]) -> None:
    for start in range(0, len(ids), BATCH):
        _renew_batch(session, source, ids[start : start + BATCH])


def _renew_batch(session: Session, source: Source, ids: Sequence[int]) -> None:
    entry: Any = SearchEntry.__table__
    texts: dict[int, list[str]] = {}
    states: dict[int, str] = {}
    for identity, *values in session.execute(source.texts_of, {"ids": ids}):
        if source.tells_state:
            states[identity] = f" {STATE}{values.pop(0)}"
        texts.setdefault(identity, []).extend(str(value) for value in values if value)
    wanted = {
        identity: index_words(source.kind, tuple(values)) + states.get(identity, "")
        for identity, values in texts.items()
    }
    there = {row.object_id: row for row in session.execute(_there, {"kind": source.kind, "ids": ids})}
    if gone := [row.id for identity, row in there.items() if identity not in wanted]:
        session.execute(sa.delete(entry).where(entry.c.id.in_(gone)))
    for identity, row in there.items():
        if identity in wanted and row.words != wanted[identity]:
            session.execute(sa.update(entry).where(entry.c.id == row.id).values(words=wanted[identity]))
    # The newest first: FTS5 writes down at once what came before a lower row (see KINDS_IN_ROW).
    if new := sorted((identity for identity in wanted if identity not in there), reverse=True):
        session.execute(sa.insert(entry), [{"kind": source.kind, "object_id": i, "words": wanted[i]} for i in new])


@lru_cache(maxsize=1_024)
def index_words(kind: str, texts: tuple[str, ...]) -> str:
    """The words of ``texts``, the ends of the first ones, and a mark of the kind.

    „Grundschule“ also stands there as „rundschule“, „undschule“ … „ule“, so that its parts are found by what they
    begin with. Words with umlauts stand there in both spellings.
    """
    text = unicodedata.normalize("NFC", " ".join(texts)[:MOST_LETTERS])
    words, first = _spellings(text), _spellings(text[:LETTERS_WITH_ENDS])
    ends = dict.fromkeys(end for word in first if word in words for end in _ends(word))
    return " ".join([_mark(kind), *words, *(end for end in ends if end not in words)])


def _spellings(text: str) -> dict[str, None]:
    plain, other = sort_key(text), name_sort_key(text)
    return dict.fromkeys(word[:LONGEST_WORD] for word in (plain if plain == other else f"{plain} {other}").split())


def _ends(word: str) -> Iterator[str]:
    if word.isalpha():
        yield from (word[start:] for start in range(1, len(word) - SHORTEST_END + 1))


def _mark(kind: str) -> str:
    # No word of a text holds the low line, so nobody can type it.
    return f"_{kind}"


def query_words(text: str) -> list[str]:
    """The words to look for, folded; umlauts as two letters, as every word with one also stands in the index.

    None where :func:`is_too_short`: „a“ begins the number of every work order and is nothing else.
    """
    words = _folded(text)
    return [] if _are_letters(words) else words


def is_too_short(text: str) -> bool:
    """True for single letters only, by which nothing is looked for; a single digit may be a number."""
    words = _folded(text)
    return bool(words) and _are_letters(words)


def _folded(text: str) -> list[str]:
    folded = name_sort_key(unicodedata.normalize("NFC", text))
    return [word[:LONGEST_WORD] for word in folded.split()[:MOST_WORDS]]


def _are_letters(words: Iterable[str]) -> bool:
    return all(len(word) == 1 and "a" <= word <= "z" for word in words)


def newest(model: type[Base], text: str, *, name: str = "", state: str = "") -> sa.Select[Any]:
    """Ids of the newest objects of ``model`` in which every word of ``text`` begins a word or a part of one.

    At most one more than CAP. Add joins, the SQL twin and further conditions; they are applied before the limit.
    Without a word to look for it finds nothing. ``name`` as it was declared; ``state`` looks among objects in it only.
    """
    source = _sources[model, name]
    if not query_words(text):
        return sa.select(source.id).where(sa.false())
    return _newest(source, sa.literal(_query(source, text, state)))


def newest_of(model: type[Base]) -> sa.Select[Any]:
    """The same for a statement that is kept: what is looked for comes with :func:`wanted`."""
    source = _sources[model, ""]
    return _newest(source, sa.bindparam(_parameter(source), type_=sa.Text))


def wanted(models: Iterable[type[Base]], text: str) -> dict[str, str]:
    """The parameters of statements with :func:`newest_of`."""
    sources = [_sources[model, ""] for model in models]
    return {_parameter(source): _query(source, text) for source in sources}


def _parameter(source: Source) -> str:
    return f"wanted_{source.kind}"


def _newest(source: Source, query: sa.ColumnElement[Any]) -> sa.Select[Any]:
    # No order of its own: it would make the database read all hits. They come range by range, the newest first.
    found, place = _matches(source, query)
    return sa.select(source.id).select_from(found.join(source.model, source.id == place)).limit(CAP + 1)


def in_order(hits: sa.Select[Any], order: Sequence[Any], *, name: str = "found") -> tuple[sa.CTE, list[Any]]:
    """``hits`` of :func:`newest` together with what ``order`` asks of them, and that order of them.

    So of up to CAP hits only those that are shown are looked up again.
    """
    plain = [each.element if _direction(each) else each for each in order]
    found = hits.add_columns(*(each.label(f"order_{n}") for n, each in enumerate(plain))).cte(name)
    columns = [found.c[f"order_{n}"] for n in range(len(order))]
    return found, [
        column.desc() if _direction(each) is desc_op else column for column, each in zip(columns, order, strict=True)
    ]


def _direction(element: Any) -> Any:
    modifier = element.modifier if isinstance(element, sa.UnaryExpression) else None
    return modifier if modifier in (asc_op, desc_op) else None


def one_page(hits: sa.Select[Any], order: Sequence[Any], *, size: int, number: int) -> tuple[Sequence[int], int]:
    """The ids of one page of ``hits`` in ``order``, and how many there are; one statement where there are any."""
    found, turned = in_order(hits, order)
    page = sa.select(found.c.id, sa.func.count().over().label("total")).order_by(*turned)
    rows = db.session.execute(page.limit(size).offset((number - 1) * size)).all()
    if not rows:  # nothing fits, or the page lies behind the last one
        return [], count_rows(hits, most=CAP)
    return [row.id for row in rows], at_most(rows[0].total, CAP)


def found_in(model: type[Base], text: str) -> sa.ColumnElement[bool]:
    """The same as a condition and without a limit, for directories: their size does not grow with the years."""
    source = _sources[model, ""]
    if not query_words(text):
        return sa.false()
    found, place = _matches(source, sa.literal(_query(source, text)))
    return source.id.in_(sa.select(place).select_from(found))


def dialect() -> str:
    """The database in use: each has its own index."""
    return db.session.get_bind().dialect.name


def _matches(source: Source, query: sa.ColumnElement[Any]) -> tuple[Any, sa.ColumnElement[int]]:
    """The hits of one range of ids after the other, so that whoever stops early has read only these; and the ids."""
    newest = sa.select(sa.func.coalesce(sa.func.max(source.id), 0) // RANGE).scalar_subquery()
    return _on_sqlite(source, newest, query) if dialect() == "sqlite" else _on_postgresql(source, newest, query)


def _on_sqlite(source: Source, newest: Any, query: sa.ColumnElement[Any]) -> tuple[Any, sa.ColumnElement[int]]:
    index = sa.table(INDEX, sa.column("rowid", sa.Integer))
    numbers = sa.select(newest.label("number")).cte(recursive=True)
    numbers = numbers.union_all(sa.select(numbers.c.number - 1).where(numbers.c.number > 0))
    matches = sa.literal_column(INDEX).op("MATCH", is_comparison=True)(_in_range(source, numbers.c.number, query))
    # Expecting a million ranges, SQLite would first make a filter of every meeting for the few that hits hang on.
    are_few = sa.func.likelihood(numbers.c.number >= 0, sa.literal_column("0.00001"))
    return numbers.join(index, sa.and_(matches, are_few)), -index.c.rowid // KINDS_IN_ROW


def _on_postgresql(source: Source, newest: Any, query: sa.ColumnElement[Any]) -> tuple[Any, sa.ColumnElement[int]]:
    index = sa.table(
        INDEX, sa.column("kind", sa.Text), sa.column("object_id", sa.Integer), sa.column("words", TSVECTOR)
    )
    # As an array whose length the database does not know: of a series it would expect a thousand.
    series = sa.select(sa.func.generate_series(newest, 0, -1)).scalar_subquery()
    ranges = sa.func.unnest(sa.func.array(series)).table_valued("number", name="ranges").render_derived()
    looked_for = sa.cast(_in_range(source, ranges.c.number, query), TSQUERY)
    hits = (
        sa.select(index.c.object_id)
        .where(index.c.words.op("@@", is_comparison=True)(looked_for), index.c.kind == source.kind)
        .order_by(index.c.object_id.desc())
        .lateral("hit")
    )
    return sa.join(ranges, hits, sa.true()), hits.c.object_id


def _in_range(source: Source, number: sa.ColumnElement[int], query: sa.ColumnElement[Any]) -> sa.Function[str]:
    # What the index puts before each word; no two kinds begin alike.
    return sa.func.replace(query, PLACE, sa.literal(source.kind[:3]) + sa.cast(number, sa.Text) + "_")


def _query(source: Source, text: str, state: str = "") -> str:
    words = query_words(text)
    states = [(f"{STATE}{state}", "")] if state else []
    if dialect() == "sqlite":
        return " AND ".join(f'"{PLACE}{word}"{star}' for word, star in [*states, *_terms(words, "*")])
    return " & ".join(f"'{PLACE}{word}'{star}" for word, star in [*states, *_terms(words, ":*")])


def _terms(words: Iterable[str], star: str) -> list[tuple[str, str]]:
    # One or two letters stand for themselves: „9“ is the ninth meeting, not every one of the nineties.
    return [(word, star if len(word) >= SHORTEST_BEGINNING else "") for word in words]
