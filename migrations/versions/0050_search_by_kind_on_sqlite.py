"""search_index on SQLite: each word stands there with its kind, so that a search reads the hits of this kind only."""

from alembic import op

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None

TABLE = """CREATE VIRTUAL TABLE search_index USING fts5(words, content='search_entry', content_rowid='id', columnsize=0,
    detail=none, prefix='{shortest}', tokenize="ascii tokenchars '_'")"""
TRIGGERS = {
    "inserted": "AFTER INSERT ON search_entry BEGIN {insert}; END",
    "deleted": "AFTER DELETE ON search_entry BEGIN {delete}; END",
    "updated": "AFTER UPDATE OF words ON search_entry BEGIN {delete}; {insert}; END",
}
INSERT = "INSERT INTO search_index (rowid, words) VALUES (new.id, {new})"
DELETE = "INSERT INTO search_index (search_index, rowid, words) VALUES ('delete', old.id, {old})"
# „kita“ in a topic becomes „top_kita“.
OF_KIND = "substr({row}kind, 1, 3) || '_' || replace({row}words, ' ', ' ' || substr({row}kind, 1, 3) || '_')"


def upgrade() -> None:
    _make_anew(OF_KIND, shortest=7)


def downgrade() -> None:
    _make_anew("{row}words", shortest=3)


def _make_anew(words: str, *, shortest: int) -> None:
    if op.get_bind().dialect.name != "sqlite":
        return
    for name in TRIGGERS:
        op.execute(f"DROP TRIGGER search_entry_{name}")
    op.execute("DROP TABLE search_index")
    op.execute(TABLE.format(shortest=shortest))
    insert, delete = INSERT.format(new=words.format(row="new.")), DELETE.format(old=words.format(row="old."))
    for name, trigger in TRIGGERS.items():
        op.execute(f"CREATE TRIGGER search_entry_{name} {trigger.format(insert=insert, delete=delete)}")
    op.execute(f"INSERT INTO search_index (rowid, words) SELECT id, {words.format(row='')} FROM search_entry")  # noqa: S608
