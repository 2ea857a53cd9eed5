"""search_index on SQLite: beginnings of four to eight letters are looked up, not gathered from all words."""

from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

PLAIN, WITH_BEGINNINGS = "3", "3 4 5 6 7 8"


def upgrade() -> None:
    _make_anew(WITH_BEGINNINGS)


def downgrade() -> None:
    _make_anew(PLAIN)


def _make_anew(lengths: str) -> None:
    # The triggers of search_entry write into a table of this name and stay as they are.
    if op.get_bind().dialect.name != "sqlite":
        return
    op.execute("DROP TABLE search_index")
    op.execute(
        "CREATE VIRTUAL TABLE search_index USING fts5(words, content='search_entry', content_rowid='id', columnsize=0, "
        f"detail=none, prefix='{lengths}', tokenize=\"ascii tokenchars '_'\")"
    )
    op.execute("INSERT INTO search_index (search_index) VALUES ('rebuild')")
