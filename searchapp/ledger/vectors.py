"""Beside the ledger's rows: the vectors of documents, for searching by meaning.

Made by `indexer.vectors`, and only where the setting asks for them. Triggers keep them true,
whichever searchapp writes to the ledger: a document of another article has no vector.
"""

import os
from collections.abc import Iterable, Iterator

from searchapp.document_json import load_article
from searchapp.ledger.connection import Connection, Transaction
from searchapp.ledger.errors import decoding
from searchapp.meaning.model import MODEL_ID
from searchapp.model import Article

# Additive to any version of the schema: a searchapp that does not know it leaves it be.
_TABLE = """
CREATE TABLE IF NOT EXISTS vector (
  path BLOB PRIMARY KEY,            -- of the page, as in source
  model TEXT NOT NULL,
  vector BLOB NOT NULL              -- int8, as `meaning.vector_file.quantise` gives it
) WITHOUT ROWID;
CREATE TRIGGER IF NOT EXISTS vector_outdated AFTER UPDATE OF article ON source
WHEN old.article IS NOT new.article
BEGIN DELETE FROM vector WHERE path = new.path; END;
CREATE TRIGGER IF NOT EXISTS vector_replaced AFTER INSERT ON source
BEGIN DELETE FROM vector WHERE path = new.path; END;
CREATE TRIGGER IF NOT EXISTS vector_removed AFTER DELETE ON source
BEGIN DELETE FROM vector WHERE path = old.path; END;
"""
_WITH = "FROM source JOIN vector USING (path) WHERE state = 'cleaned' AND model = :model"
_WITHOUT = """
SELECT path, article FROM source LEFT JOIN vector USING (path)
WHERE state = 'cleaned' AND model IS NOT :model AND path > :last ORDER BY path LIMIT 100
"""
_MOVE = """
INSERT OR REPLACE INTO vector SELECT new_path(path), model, vector FROM vector
WHERE path IN (SELECT path FROM source WHERE path = :old OR container = :old)
"""
_UNWRITTEN = "vectors_unwritten"


class Vectors:
    """The vectors in a ledger's file, those of the present model."""

    def __init__(self, db: Connection) -> None:
        self._db = db

    def prepare(self) -> None:
        """Make the table where it is missing."""
        if not self._are_kept():
            self._db.executescript(_TABLE)

    def put(self, vectors: Iterable[tuple[str, bytes]]) -> None:
        """Keep vectors by the path of their page, in one transaction."""
        rows = [(os.fsencode(path), MODEL_ID, vector) for path, vector in vectors]
        with Transaction(self._db):
            self._db.executemany("INSERT OR REPLACE INTO vector VALUES (?, ?, ?)", rows)
            self._note_change()

    def move(self, old: str) -> None:
        """Follow a file to its `new_path`; inside the transaction of `Ledger.move`."""
        if self._are_kept():
            self._db.execute(_MOVE, {"old": os.fsencode(old)})
            self._note_change()

    def count(self) -> int:
        """How many documents have one."""
        if not self._are_kept():
            return 0
        query = f"SELECT count(*) {_WITH}"
        return int(self._db.execute(query, {"model": MODEL_ID}).fetchone()[0])

    def missing(self) -> Iterator[tuple[str, Article]]:
        """The pages of documents without one, by path; some are fetched at a time."""
        last = b""
        while rows := self._db.execute(_WITHOUT, {"model": MODEL_ID, "last": last}).fetchall():
            with decoding(self._db.directory):
                found = [(os.fsdecode(path), load_article(article)) for path, article in rows]
            yield from found
            last = rows[-1][0]

    def __iter__(self) -> Iterator[tuple[str, bytes]]:
        """The id and vector of each document that has one, by id."""
        query = f"SELECT id, vector {_WITH} ORDER BY id"
        yield from self._db.execute(query, {"model": MODEL_ID})

    @property
    def unwritten(self) -> bool:
        """Whether some changed since `mark_written`."""
        return (
            self._db.execute("SELECT 1 FROM note WHERE key = ?", (_UNWRITTEN,)).fetchone()
            is not None
        )

    def mark_written(self) -> None:
        """The file beside the index has them all."""
        self._db.execute("DELETE FROM note WHERE key = ?", (_UNWRITTEN,))

    def _note_change(self) -> None:
        self._db.execute("INSERT OR REPLACE INTO note VALUES (?, '')", (_UNWRITTEN,))

    def _are_kept(self) -> bool:
        named = self._db.execute("SELECT 1 FROM sqlite_master WHERE name = 'vector'")
        return named.fetchone() is not None
