"""search_index on SQLite: words stand there with kind and range of ids, so that a search reads the newest first."""

from alembic import op

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None

# A row is object and kind in one number, below zero: FTS5 reads the hits of a range upwards, so the newest come first,
# and knows the object without looking into another table.
OF_RANGES = """CREATE VIRTUAL TABLE search_index USING fts5(words, content='', columnsize=0, detail=none,
    tokenize="ascii tokenchars '_'")"""
PLAIN = """CREATE VIRTUAL TABLE search_index USING fts5(words, content='search_entry', content_rowid='id', columnsize=0,
    detail=none, prefix='3', tokenize="ascii tokenchars '_'")"""
TRIGGERS = {
    "inserted": "AFTER INSERT ON search_entry BEGIN {insert}; END",
    "deleted": "AFTER DELETE ON search_entry BEGIN {delete}; END",
    "updated": "AFTER UPDATE OF words ON search_entry BEGIN {delete}; {insert}; END",
}
INSERT = "INSERT INTO search_index (rowid, words) VALUES ({new})"
DELETE = "INSERT INTO search_index (search_index, rowid, words) VALUES ('delete', {old})"
# „kita“ in the topic 4711 becomes „top1_kita“: beginnings are looked up among 4,096 objects of one kind.
START = "substr({row}kind, 1, 3) || ({row}object_id / 4096) || '_'"
KIND = " + ".join(f"(coalesce(unicode(substr({{row}}kind, {n}, 1)), 0) & 31) * {32 ** (3 - n)}" for n in (1, 2, 3))
ROW = f"-({{row}}object_id * {32**3} + {KIND})"
WORDS_IN_RANGES = f"{START} || replace({{row}}words, ' ', ' ' || {START})"


def upgrade() -> None:
    _make_anew(OF_RANGES, f"{ROW}, {WORDS_IN_RANGES}", order="kind, object_id DESC")


def downgrade() -> None:
    _make_anew(PLAIN, "{row}id, {row}words", order="id")


def _make_anew(table: str, values: str, *, order: str) -> None:
    if op.get_bind().dialect.name != "sqlite":
        return
    for name in TRIGGERS:
        op.execute(f"DROP TRIGGER search_entry_{name}")
    op.execute("DROP TABLE search_index")
    op.execute(table)
    insert, delete = INSERT.format(new=values.format(row="new.")), DELETE.format(old=values.format(row="old."))
    for name, trigger in TRIGGERS.items():
        op.execute(f"CREATE TRIGGER search_entry_{name} {trigger.format(insert=insert, delete=delete)}")
    # Upwards, as FTS5 writes down at once what came before a lower row.
    kept = f"SELECT {values.format(row='')} FROM search_entry ORDER BY {order}"  # noqa: S608 - constants only
    op.execute(f"INSERT INTO search_index (rowid, words) {kept}")
