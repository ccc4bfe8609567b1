"""Beside the ledger's rows: what crawlers met again and did not store twice.

A revisit (ISO 28500, 6.7) says that a page was as it had been: the page is indexed once,
from the record that holds it, and the revisit counts as another capture of it. Which page
that is, is asked when somebody wants to know: it may be in an archive that is added later.
"""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from searchapp.ledger.connection import Connection
from searchapp.ledger.errors import decoding
from searchapp.model import RawPage
from searchapp.sources.entries import Revisit

# Additive to any version of the schema: a searchapp that does not know them leaves them be.
_TABLES = """
CREATE TABLE IF NOT EXISTS stored (
  path BLOB PRIMARY KEY,            -- of the page, as in source
  record TEXT,                      -- WARC-Record-ID
  digest TEXT,                      -- WARC-Payload-Digest
  url TEXT,
  captured TEXT                     -- ISO 8601
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS stored_digest ON stored (digest);
CREATE INDEX IF NOT EXISTS stored_record ON stored (record);
CREATE INDEX IF NOT EXISTS stored_url ON stored (url, captured);
CREATE TABLE IF NOT EXISTS revisit (
  path BLOB PRIMARY KEY,            -- the container, `#`, and where in it
  container BLOB NOT NULL,
  run INTEGER NOT NULL,             -- the run that read the container
  url TEXT, captured TEXT,          -- the address and time of this capture
  digest TEXT, record TEXT,         -- what it refers to, as far as it says
  of_url TEXT, of_captured TEXT
) WITHOUT ROWID;
"""
_STORED = """(SELECT min(stored.path) FROM stored JOIN source ON source.path = stored.path
  WHERE source.state = 'cleaned' AND {})"""
# The surest first: the record itself, its address and time, the same payload at the same
# address, the same payload.
_SAME = (
    "stored.record = revisit.record",
    "stored.url = revisit.of_url AND stored.captured = revisit.of_captured",
    "stored.digest = revisit.digest AND stored.url = ifnull(revisit.of_url, revisit.url)",
    "stored.digest = revisit.digest",
)
_CAPTURES = f"""
SELECT revisit.path, revisit.url, revisit.captured, revisit.of_url,
  coalesce({", ".join(map(_STORED.format, _SAME))})
FROM revisit JOIN source AS inside
  ON inside.path = revisit.container AND inside.run = revisit.run AND inside.state != 'gone'
ORDER BY revisit.path
"""  # noqa: S608 - our own names
# What a renamed container holds goes with it.
_MOVE_STORED = """
UPDATE OR REPLACE stored SET path = new_path(path)
WHERE path IN (SELECT path FROM source WHERE path = :old OR container = :old)
"""
_MOVE_REVISITS = """
UPDATE OR REPLACE revisit SET path = new_path(path), container = new_path(container)
WHERE container = :old
"""
_BATCH = 1_000


@dataclass(frozen=True)
class Capture:
    """Another capture of a page: `of` is the page's path, None when it is not in the archive."""

    path: str
    url: str | None
    captured: str | None
    refers_to: str | None
    of: str | None


class Captures:
    """The captures in a ledger's file; writes wait for `flush`, or for a thousand of them."""

    def __init__(self, db: Connection) -> None:
        self._db = db
        self._stored: list[tuple[object, ...]] = []
        self._revisits: list[tuple[object, ...]] = []

    def prepare(self) -> None:
        """Make the tables where they are missing."""
        if not self._are_kept():
            self._db.executescript(_TABLES)

    def store(self, page: RawPage) -> None:
        """A page that revisits may refer to."""
        if page.record_id or page.digest:
            captured = page.captured.isoformat() if page.captured else None
            path = os.fsencode(page.path)
            self._stored.append((path, page.record_id, page.digest, page.url, captured))
            self._flush_when_due()

    def revisit(self, revisit: Revisit, container: str, run: int) -> None:
        """A record that says that a page was as it had been."""
        captured, of_captured = (
            time.isoformat() if time else None for time in (revisit.captured, revisit.of_captured)
        )
        self._revisits.append(
            (
                os.fsencode(revisit.path),
                os.fsencode(container),
                run,
                *(revisit.url, captured),
                *(revisit.digest, revisit.of_record, revisit.of_url, of_captured),
            )
        )
        self._flush_when_due()

    def move(self, old: str) -> None:
        """Follow a file to its `new_path`; inside the transaction of `Ledger.move`."""
        names = {"old": os.fsencode(old)}
        self._db.execute(_MOVE_STORED, names)
        self._db.execute(_MOVE_REVISITS, names)

    def flush(self) -> None:
        """Write what waits."""
        self._db.execute("SAVEPOINT captures")
        self._put("stored", self._stored)
        self._put("revisit", self._revisits)
        self._db.execute("RELEASE captures")
        self._stored.clear()
        self._revisits.clear()

    def __iter__(self) -> Iterator[Capture]:
        """Every revisit in the archive, by path, with the page that it is a capture of."""
        rows = self._db.execute(_CAPTURES) if self._are_kept() else ()
        for path, url, captured, refers_to, of in rows:
            with decoding(self._db.directory):
                capture = Capture(
                    os.fsdecode(path), url, captured, refers_to, of and os.fsdecode(of)
                )
            yield capture

    def _are_kept(self) -> bool:
        """Whether the ledger is of a searchapp that knows captures."""
        named = self._db.execute("SELECT 1 FROM sqlite_master WHERE name = 'revisit'")
        return named.fetchone() is not None

    def _put(self, table: str, rows: Iterable[tuple[object, ...]]) -> None:
        for row in rows:
            places = ", ".join("?" * len(row))
            self._db.execute(f"INSERT OR REPLACE INTO {table} VALUES ({places})", row)  # noqa: S608 - our own names

    def _flush_when_due(self) -> None:
        if len(self._stored) + len(self._revisits) >= _BATCH:
            self.flush()
