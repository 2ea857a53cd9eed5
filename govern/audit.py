"""The audit trail: every change leaves an entry with who, when, what, before and after.

Entries are made by the session itself when it writes, so no service can forget one. A table names in ``__audit__`` the
fields whose values may be recorded, with their German labels; other fields are changed without their values being kept.
``__audit_words__`` gives the German words of keys. ``__audit__ = None`` exempts a table that holds nothing people
decide (sessions, counters).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from enum import Enum
from functools import cache
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import InstrumentedAttribute, Mapped, RelationshipDirection, Session, mapped_column
from sqlalchemy.orm.attributes import set_committed_value

from govern.db import Base, UtcDateTime, db, now, own_transaction

if TYPE_CHECKING:
    from govern.people.models import User

TYPING_PAUSE = timedelta(minutes=10)
"""Typing that saves itself within this pause leaves one entry per person and object."""
TYPED_FIELDS = {"minutes_text", "general_minutes"}


class AuditEntry(Base):
    """One change of one object. Append-only."""

    __tablename__ = "audit_entry"
    __audit__ = None

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    function_label: Mapped[str]
    """Function under which the change appears in a history, never a name."""
    action: Mapped[str]
    """`created`, `changed`, `deleted`, or an event such as `signed_in`."""
    kind: Mapped[str]
    """Table of the object."""
    object_id: Mapped[int | None]
    root_kind: Mapped[str]
    """Object under whose history the entry is shown, e.g. the meeting of an agenda item."""
    root_id: Mapped[int | None]
    label: Mapped[str]
    """What the object was called at the time."""
    changes: Mapped[dict[str, list[Any]]] = mapped_column(sa.JSON, default=dict)
    """German field label → [before, after]; empty lists where values are not kept."""
    is_restricted: Mapped[bool] = mapped_column(default=False)
    """True when the object or what it belongs to was confidential: shown only to those who may see that."""

    __table_args__ = (
        Index("ix_audit_entry_root_kind_root_id", "root_kind", "root_id"),
        Index("ix_audit_entry_at", "at"),
    )


def acting(user: User | None) -> None:
    """Name the person whose changes follow in this session."""
    db.session.info["actor_id"] = user.id if user is not None else None
    db.session.info["actor_label"] = user.function_label if user is not None else "System"


@contextmanager
def silent() -> Iterator[None]:
    """Write without entries: only for loading example data."""
    db.session.info["audit_silent"] = True
    try:
        yield
    finally:
        db.session.info["audit_silent"] = False


def record(action: str, *, kind: str, label: str, object_id: int | None = None) -> None:
    """Add an entry for an event that changes no audited row, such as signing in."""
    db.session.add(
        AuditEntry(action=action, kind=kind, object_id=object_id, root_kind=kind, root_id=object_id, label=label,
                   changes={}, **_actor(db.session()))
    )  # fmt: skip


def record_refusal(action: str, *, kind: str, label: str, user: User | None = None) -> None:
    """Add an entry for something refused, in a transaction of its own, because the request's is rolled back.

    The same refusal of the same account leaves one entry in ten minutes, so that nobody can flood the trail.
    """
    actor = {"user_id": user.id if user else None, "function_label": user.function_label if user else "ohne Anmeldung"}
    with own_transaction() as session:
        again = sa.select(AuditEntry.id).where(
            AuditEntry.action == action, AuditEntry.kind == kind, AuditEntry.label == label,
            AuditEntry.user_id == actor["user_id"], AuditEntry.at > now() - TYPING_PAUSE,
        )  # fmt: skip
        if session.execute(again.limit(1)).first() is None:
            session.execute(
                sa.insert(AuditEntry).values(at=now(), action=action, kind=kind, root_kind=kind, label=label,
                                             changes={}, is_restricted=False, **actor)
            )  # fmt: skip


def init_app() -> None:
    """Listen to the session; called once by the application."""
    if not sa.event.contains(db.session.session_factory, "after_flush", _write_entries):
        sa.event.listen(db.session.session_factory, "after_flush", _write_entries)
        sa.event.listen(Base, "after_delete", _note_deletion, propagate=True)
        _remember_old_values()


def _remember_old_values() -> None:
    # Setting an attribute that is not loaded would otherwise lose what stood there before.
    for mapper in Base.registry.mappers:
        for field in mapper.class_.__audit__ or ():
            attribute = getattr(mapper.class_, field)
            if isinstance(attribute, InstrumentedAttribute):
                sa.event.listen(attribute, "set", _ignore, active_history=True)


def _ignore(_obj: Any, _value: Any, _old: Any, _initiator: Any) -> None:
    # Only there to ask for the old value.
    pass


def _note_deletion(_mapper: Any, _connection: Any, obj: Any) -> None:
    # Rows that fall out of a collection are deleted without ever being in `session.deleted`.
    session = sa.orm.object_session(obj)
    if session is not None and _is_audited(obj):
        _recall_parents(obj)
        session.info.setdefault("audit_deleted", []).append(obj)


def _recall_parents(obj: Any) -> None:
    # Taken out of a collection, the row has already lost its parent, under whose history it belongs.
    state = sa.inspect(obj)
    for relation in state.mapper.relationships:
        if relation.direction is RelationshipDirection.MANYTOONE and not relation.viewonly:
            former = [parent for parent in state.attrs[relation.key].history.deleted or () if parent is not None]
            if former:
                set_committed_value(obj, relation.key, former[0])


def _write_entries(session: Session, _context: Any) -> None:
    # After the flush foreign keys are set, and the history of every attribute is still there.
    deleted = session.info.pop("audit_deleted", [])
    if session.info.get("audit_silent"):
        return
    pending = [(obj, "created", _values(obj)) for obj in session.new if _is_audited(obj)]
    pending += [
        (obj, "changed", changes)
        for obj in session.dirty
        if _is_audited(obj) and obj not in deleted and (changes := _differences(obj))
    ]
    pending += [(obj, "deleted", {}) for obj in deleted]
    rows = []
    for obj, action, changes in pending:
        row = _entry(session, obj, action, changes)
        if not (action == "changed" and _continues_typing(session, obj, row)):
            rows.append(row)
    if rows:
        session.execute(sa.insert(AuditEntry.__table__), rows)  # type: ignore[arg-type]


def _is_audited(obj: Any) -> bool:
    return getattr(obj, "__audit__", None) is not None


def _entry(session: Session, obj: Any, action: str, changes: dict[str, list[Any]]) -> dict[str, Any]:
    root_kind, root_id = _root(obj)
    return {
        "at": now(),
        "action": action,
        "kind": obj.__tablename__,
        "object_id": _identity(obj),
        "root_kind": root_kind,
        "root_id": root_id,
        "label": _label(obj),
        "changes": changes,
        "is_restricted": _is_closed(obj) or _touches_closed(session, obj) or _has_closed_root(session, obj),
        **_actor(session),
    }


def _is_closed(obj: Any) -> bool:
    if getattr(obj, "__audit_closed__", False):
        return True
    return getattr(obj, "is_public", True) is False or getattr(obj, "is_confidential", False) is True


def _touches_closed(session: Session, obj: Any) -> bool:
    # A row that is new knows the id only; its relation is not loaded.
    relations = sa.inspect(type(obj)).relationships
    for name in ("item", "concept"):
        other = getattr(obj, name, None)
        identity = getattr(obj, f"{name}_id", None)
        if other is None and identity is not None and name in relations:
            other = session.get(relations[name].mapper.class_, identity)
        if _is_closed(other):
            return True
    return False


def _has_closed_root(session: Session, obj: Any) -> bool:
    # Upwards through everything it belongs to: a comment lies under a consultation, a version, a concept.
    while True:
        kind, root_id = _root(obj)
        model = _models().get(kind)
        if kind == obj.__tablename__ or root_id is None or model is None or not _may_be_closed(model):
            return False
        root = session.get(model, root_id)
        if root is None or _is_closed(root):
            return True  # gone in the same breath: rather too little shown
        obj = root


@cache
def _models() -> dict[str, type[Base]]:
    # All are there by the first change; whoever writes a row looks among them.
    return {mapper.class_.__tablename__: mapper.class_ for mapper in Base.registry.mappers}


Place = tuple[str, int]
"""Table and id of an object."""


def closed_today(entries: Collection[AuditEntry]) -> set[int]:
    """Ids of the entries whose object, or something it belongs to, is confidential by now; a statement for each level.

    The entry itself says only what held when it was written.
    """
    level = {e.id: {(k, i) for k, i in ((e.kind, e.object_id), (e.root_kind, e.root_id)) if i is not None}
             for e in entries}  # fmt: skip
    closed: set[int] = set()
    seen: dict[Place, tuple[bool, set[Place]]] = {}
    while any(level.values()):
        seen |= _looked_up({place for places in level.values() for place in places} - seen.keys())
        closed |= {identity for identity, places in level.items() if any(seen[place][0] for place in places)}
        level = {identity: set().union(*(seen[place][1] for place in places)) - places
                 for identity, places in level.items() if identity not in closed}  # fmt: skip
    return closed


def _looked_up(places: set[Place]) -> dict[Place, tuple[bool, set[Place]]]:
    # Whether each is confidential itself, and what it belongs to; what is gone or belongs to nothing ends there.
    models = {mapper.class_.__tablename__: mapper for mapper in Base.registry.mappers}
    statements = []
    for kind in sorted({kind for kind, _id in places}):
        mapper = models.get(kind)
        if mapper is not None and _may_be_closed(mapper.class_) and len(mapper.primary_key) == 1:
            statements.append(_closedness(mapper).where(
                mapper.primary_key[0].in_(sorted(identity for name, identity in places if name == kind))))  # fmt: skip
    found: dict[Place, tuple[bool, set[Place]]] = {place: (False, set()) for place in places}
    for row in db.session.execute(sa.union_all(*statements)) if statements else ():
        root: tuple[str, str] | None = getattr(models[row.kind].class_, "__audit_root__", None)
        above = {(root[0], row.root)} if root is not None and row.root is not None else set()
        above |= {(name, identity) for name, identity in (("agenda_item", row.item), ("concept", row.concept))
                  if identity is not None}  # fmt: skip
        found[row.kind, row.id] = (bool(row.is_closed), above)
    return found


def _closedness(mapper: sa.orm.Mapper[Any]) -> sa.Select[Any]:
    columns, none = mapper.columns, sa.cast(sa.null(), sa.Integer())
    root: tuple[str, str] | None = getattr(mapper.class_, "__audit_root__", None)
    rules: list[sa.ColumnElement[bool]] = [sa.true()] if getattr(mapper.class_, "__audit_closed__", False) else []
    rules += [sa.not_(columns["is_public"])] if "is_public" in columns else []
    rules += [columns["is_confidential"]] if "is_confidential" in columns else []
    return sa.select(
        sa.literal(mapper.class_.__tablename__).label("kind"), mapper.primary_key[0].label("id"),
        sa.or_(sa.false(), *rules).label("is_closed"), columns.get(root[1] if root else "", none).label("root"),
        columns.get("item_id", none).label("item"), columns.get("concept_id", none).label("concept"),
    )  # fmt: skip


def _may_be_closed(model: type[Base]) -> bool:
    return any(hasattr(model, name) for name in ("is_public", "is_confidential", "__audit_root__"))


def _continues_typing(session: Session, obj: Any, row: dict[str, Any]) -> bool:
    labels = {obj.__audit__[f] for f in TYPED_FIELDS if f in obj.__audit__}
    if not labels or set(row["changes"]) - labels:
        return False
    last = session.execute(
        sa.select(AuditEntry.id, AuditEntry.at, AuditEntry.changes)
        .where(AuditEntry.root_kind == row["root_kind"], AuditEntry.root_id == row["root_id"],
               AuditEntry.kind == row["kind"], AuditEntry.object_id == row["object_id"],
               AuditEntry.user_id == row["user_id"], AuditEntry.action == "changed")
        .order_by(AuditEntry.id.desc()).limit(1)
    ).first()  # fmt: skip
    if last is None or set(last.changes) - labels or row["at"] - last.at > TYPING_PAUSE:
        return False
    merged = {label: [last.changes.get(label, change)[0], change[1]] for label, change in row["changes"].items()}
    session.execute(
        sa.update(AuditEntry).where(AuditEntry.id == last.id).values(at=row["at"], changes={**last.changes, **merged})
    )
    return True


def _actor(session: Session) -> dict[str, Any]:
    return {"user_id": session.info.get("actor_id"), "function_label": session.info.get("actor_label", "System")}


def _values(obj: Any) -> dict[str, list[Any]]:
    fields = obj.__audit__
    return {
        label: [None, _value(obj, f, value)]
        for f, label in fields.items()
        if (value := getattr(obj, f)) not in (None, "", []) and value is not False
    }


def _differences(obj: Any) -> dict[str, list[Any]]:
    state = sa.inspect(obj)
    changes: dict[str, list[Any]] = {}
    for column in state.mapper.column_attrs:
        history = state.attrs[column.key].history
        if not history.has_changes() or column.key in ("version", "minutes_version") or column.key.startswith("sort_"):
            continue
        label = obj.__audit__.get(column.key)
        before = history.deleted[0] if history.deleted else None
        after = history.added[0] if history.added else None
        if label is not None and _plain(before) != _plain(after):
            changes[label] = [_value(obj, column.key, before), _value(obj, column.key, after)]
        elif label is None and column.key.startswith("internal"):
            changes["interne Notiz"] = []
    return changes


def _value(obj: Any, field: str, value: Any) -> Any:
    """``value`` as people read it: what a foreign key points to appears by its name."""
    words: dict[str, str] = getattr(obj, "__audit_words__", {}).get(field, {})
    if value is None or not field.endswith("_id"):
        return words.get(value, value) if words else _plain(value)
    session = sa.orm.object_session(obj)
    for relation in sa.inspect(type(obj)).relationships:
        if session is not None and {c.key for c in relation.local_columns} == {field}:
            with session.no_autoflush:
                target = session.get(relation.mapper.class_, value)
            return (getattr(target, "label", None) or _label(target)) if target is not None else value
    return value


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return getattr(value, "label", value.value)
    if isinstance(value, bool):
        return "ja" if value else "nein"
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value


def _identity(obj: Any) -> int | None:
    identity = sa.inspect(obj).mapper.primary_key_from_instance(obj)
    return identity[0] if identity and isinstance(identity[0], int) else None


def _root(obj: Any) -> tuple[str, int | None]:
    # The object that carries the history: `__audit_root__` names the foreign key, e.g. ("meeting", "meeting_id").
    root: tuple[str, str] | None = getattr(obj, "__audit_root__", None)
    if root is not None and getattr(obj, root[1]) is not None:
        return root[0], getattr(obj, root[1])
    return obj.__tablename__, _identity(obj)


def _label(obj: Any) -> str:
    for name in ("title", "name", "task", "function", "file_name", "number", "label", "display_name"):
        value = getattr(obj, name, None)
        if isinstance(value, str) and value:
            return value
    return ""
