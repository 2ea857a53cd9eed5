"""search_index: a table of words, and what each database searches it by"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TEXTS = {
    "committee": """SELECT c.id, c.name, c.short_name, n.name, n.short_name
        FROM committee c LEFT JOIN committee_name n ON n.committee_id = c.id""",
    "seat": """SELECT s.id, s.function, o.name, o.short_name FROM seat s
        LEFT JOIN seat_organisation l ON l.seat_id = s.id LEFT JOIN organisation o ON o.id = l.organisation_id""",
    "meeting": """SELECT m.id, m.sort_title, c.name, c.short_name
        FROM meeting m JOIN committee c ON c.id = m.committee_id""",
    "agenda_item": "SELECT i.id, i.title, i.description FROM agenda_item i",
    "topic": "SELECT t.id, t.title, t.purpose, t.wished_outcome FROM topic t",
    "resolution": """SELECT r.id, r.number, r.text, i.title
        FROM resolution r LEFT JOIN agenda_item i ON i.id = r.item_id""",
    "work_order": "SELECT w.id, w.number, w.task, w.details FROM work_order w",
    "paper": "SELECT p.id, p.title, p.file_name FROM paper p",
    "document": "SELECT d.id, d.title, d.file_name FROM document d",
    "organisation": """SELECT o.id, o.name, o.short_name, a.name
        FROM organisation o LEFT JOIN organisation_alias a ON a.organisation_id = o.id""",
    "person": """SELECT p.id, p.given_name, p.family_name, o.name, o.short_name FROM person p
        LEFT JOIN person_function f ON f.person_id = p.id LEFT JOIN organisation o ON o.id = f.organisation_id""",
}
"""What is searched on the day of this migration; later kinds and changes come by `flask search rebuild`."""

SQLITE_UP = (
    """CREATE VIRTUAL TABLE search_index USING fts5(words, content='search_entry', content_rowid='id', columnsize=0, detail=none,
        prefix='3', tokenize="ascii tokenchars '_'")""",
    """CREATE TRIGGER search_entry_inserted AFTER INSERT ON search_entry BEGIN
        INSERT INTO search_index (rowid, words) VALUES (new.id, new.words); END""",
    """CREATE TRIGGER search_entry_deleted AFTER DELETE ON search_entry BEGIN
        INSERT INTO search_index (search_index, rowid, words) VALUES ('delete', old.id, old.words); END""",
    """CREATE TRIGGER search_entry_updated AFTER UPDATE OF words ON search_entry BEGIN
        INSERT INTO search_index (search_index, rowid, words) VALUES ('delete', old.id, old.words);
        INSERT INTO search_index (rowid, words) VALUES (new.id, new.words); END""",
)
POSTGRESQL_UP = (
    """CREATE TABLE search_index (
        id integer CONSTRAINT pk_search_index PRIMARY KEY
            CONSTRAINT fk_search_index_id_search_entry REFERENCES search_entry (id) ON DELETE CASCADE,
        words tsvector NOT NULL)""",
    "CREATE INDEX ix_search_index_words ON search_index USING gin (words)",
    # Words are taken as they are: PostgreSQL's own parser would cut numbers and addresses differently than SQLite.
    """CREATE FUNCTION renew_search_index() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        INSERT INTO search_index (id, words) VALUES (new.id, array_to_tsvector(string_to_array(new.words, ' ')))
        ON CONFLICT (id) DO UPDATE SET words = excluded.words; RETURN NULL; END $$""",
    """CREATE TRIGGER search_entry_renewed AFTER INSERT OR UPDATE OF words ON search_entry
        FOR EACH ROW EXECUTE FUNCTION renew_search_index()""",
)


def upgrade() -> None:
    op.create_table(
        "search_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("object_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_entry")),
        sa.UniqueConstraint("kind", "object_id", name=op.f("uq_search_entry_kind_object_id")),
    )
    for statement in POSTGRESQL_UP if op.get_bind().dialect.name == "postgresql" else SQLITE_UP:
        op.execute(statement)
    for kind, texts in TEXTS.items():
        _fill(kind, texts)


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TABLE search_index")
        op.execute("DROP TRIGGER search_entry_renewed ON search_entry")
        op.execute("DROP FUNCTION renew_search_index()")
    else:
        for name in ("inserted", "deleted", "updated"):
            op.execute(f"DROP TRIGGER search_entry_{name}")
        op.execute("DROP TABLE search_index")
    op.drop_table("search_entry")


def _fill(kind: str, texts: str) -> None:
    connection = op.get_bind()
    found: dict[int, list[str]] = {}
    for identity, *values in connection.execute(sa.text(texts)):
        found.setdefault(identity, []).extend(str(value) for value in values if value)
    rows = [{"kind": kind, "object_id": i, "words": _words(kind, found[i])} for i in sorted(found)]
    table = sa.table("search_entry", *(sa.column(name) for name in ("kind", "object_id", "words")))
    for start in range(0, len(rows), 1_000):
        connection.execute(sa.insert(table), rows[start : start + 1_000])


# How words were made on the day of this migration; the product's own way stands in `govern/search.py`.
def _words(kind: str, texts: list[str]) -> str:
    text = unicodedata.normalize("NFC", " ".join(texts)[:5_000])
    spelled = text.lower().replace("ä", "ae").replace("ö", "oe").replace("ü", "ue")
    words = dict.fromkeys(word[:100] for word in f"{_folded(spelled)} {_folded(text)}".split())
    first = {word for each in (text, spelled) for word in _folded(each[:200]).split()}
    ends = dict.fromkeys(end for word in words if word in first for end in _ends(word))
    return " ".join([f"_{kind}", *words, *(end for end in ends if end not in words)])


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.replace("ß", "ss").replace("ẞ", "ss")).casefold()
    return "".join(" " if not c.isalnum() else c for c in plain if not unicodedata.combining(c))


def _ends(word: str) -> Iterator[str]:
    if word.isalpha():
        yield from (word[start:] for start in range(1, len(word) - 2))
