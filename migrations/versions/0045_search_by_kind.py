"""search_index on PostgreSQL: words stand there with kind and range of ids, so that a search reads the newest first."""

from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None

TABLE = """CREATE TABLE search_index (
    id integer CONSTRAINT pk_search_index PRIMARY KEY
        CONSTRAINT fk_search_index_id_search_entry REFERENCES search_entry (id) ON DELETE CASCADE,
    {columns}words tsvector NOT NULL)"""
INDEX = "CREATE INDEX ix_search_index_words ON search_index USING gin (words) WITH (gin_pending_list_limit = 64)"
FUNCTION = """CREATE OR REPLACE FUNCTION renew_search_index() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO search_index ({names}) VALUES ({values})
    ON CONFLICT (id) DO UPDATE SET words = excluded.words; RETURN NULL; END $$"""
PLAIN_WORDS = "array_to_tsvector(string_to_array({row}words, ' '))"
# „kita“ in the topic 4711 becomes „top1_kita“: beginnings are looked up among 4,096 objects of one kind.
# The mark of the kind, for SQLite, is left out.
WORDS_IN_RANGES = """array_to_tsvector(ARRAY(
    SELECT left({row}kind, 3) || {row}object_id / 4096 || '_' || word
    FROM unnest(string_to_array({row}words, ' ')) AS word WHERE word NOT LIKE '\\_%'))"""
BOTH_COLUMNS = "kind varchar NOT NULL, object_id integer NOT NULL, "


def upgrade() -> None:
    _make_anew(BOTH_COLUMNS, ("id", "kind", "object_id"), WORDS_IN_RANGES)


def downgrade() -> None:
    _make_anew("", ("id",), PLAIN_WORDS)


def _make_anew(columns: str, copied: tuple[str, ...], words: str) -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    names = ", ".join((*copied, "words"))
    op.execute("DROP TABLE search_index")
    op.execute(TABLE.format(columns=columns))
    values = ", ".join((*(f"new.{name}" for name in copied), words.format(row="new.")))
    op.execute(FUNCTION.format(names=names, values=values))
    kept = ", ".join((*copied, words.format(row="")))
    op.execute(f"INSERT INTO search_index ({names}) SELECT {kept} FROM search_entry")  # noqa: S608 - constants only
    op.execute(INDEX)
