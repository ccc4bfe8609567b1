"""The ledger's tables, and the way from older ones to these."""

import json
import sqlite3

from searchapp.document_json import compact

VERSION = 5
_SOURCE = """
CREATE TABLE source (
  path BLOB PRIMARY KEY,            -- absolute, as the file system spells it; in a container:
                                    -- the container's path, `#`, and where in it
  id TEXT NOT NULL UNIQUE,          -- the document's id in every engine
  size INTEGER NOT NULL,            -- bytes
  mtime_ns INTEGER NOT NULL,        -- 0 in a container
  hash TEXT NOT NULL,               -- BLAKE2b-128 of the bytes, and of what goes with them
  state TEXT NOT NULL CHECK (state IN ('cleaned', 'failed', 'opened', 'gone')),
  versions TEXT NOT NULL,           -- JSON: readers, cleaner and recogniser that produced the row
  fault TEXT,                       -- PageFault, when failed
  message TEXT,
  read_at TEXT NOT NULL,            -- ISO 8601, UTC
  indexed INTEGER NOT NULL DEFAULT 0, -- 0: the engine has to be told, 2: is being told, 1: knows
  container BLOB,                   -- the path of the container that the page is in
  run INTEGER NOT NULL DEFAULT 0,   -- the last run that met the page in its container
  skipped TEXT,                     -- JSON, of a container: records that are no pages, by kind
  -- Last, so that looking over the rows need not step over the texts.
  article TEXT,                     -- JSON of `document_json`, when it was cleaned
  entities TEXT,                    -- the same
  checksum INTEGER                  -- of `checksums`; NULL until a row of before schema 5 has one
) WITHOUT ROWID;
CREATE INDEX source_hash ON source (hash) WHERE article IS NOT NULL;
CREATE INDEX source_pending ON source (indexed) WHERE indexed != 1;
CREATE INDEX source_container ON source (container, state, fault) WHERE container IS NOT NULL;
"""
_NEW = f"""
BEGIN;
{_SOURCE}
CREATE TABLE root (path BLOB PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE note (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
PRAGMA user_version = {VERSION};
COMMIT;
"""
_COPIED = "path, id, size, mtime_ns, hash, state, versions, fault, message, read_at, indexed"
_CONVERT = """
UPDATE source SET article = article_4(article), entities = entities_4(entities)
  WHERE article IS NOT NULL;
"""
_FROM_1 = f"""
BEGIN;
ALTER TABLE source RENAME TO source_1;
DROP INDEX source_hash;
DROP INDEX source_pending;
{_SOURCE}
INSERT INTO source ({_COPIED}, article, entities)
  SELECT {_COPIED}, article, entities FROM source_1;
DROP TABLE source_1;
{_CONVERT}
PRAGMA user_version = {VERSION};
COMMIT;
"""  # noqa: S608 - constants of ours
_FROM_2 = f"""
BEGIN;
ALTER TABLE source RENAME TO source_2;
DROP INDEX source_hash;
DROP INDEX source_pending;
DROP INDEX source_container;
{_SOURCE}
INSERT INTO source ({_COPIED}, container, run, skipped, article, entities)
  SELECT {_COPIED}, container, run, skipped, article, entities FROM source_2;
DROP TABLE source_2;
{_CONVERT}
PRAGMA user_version = {VERSION};
COMMIT;
"""  # noqa: S608 - constants of ours
_ADD_CHECKSUM = "ALTER TABLE source ADD COLUMN checksum INTEGER;"
_FROM_3 = f"""
BEGIN;
{_ADD_CHECKSUM}
{_CONVERT}
PRAGMA user_version = {VERSION};
COMMIT;
"""
_FROM_4 = f"""
BEGIN;
{_ADD_CHECKSUM}
PRAGMA user_version = {VERSION};
COMMIT;
"""
_STEPS = {0: _NEW, 1: _FROM_1, 2: _FROM_2, 3: _FROM_3, 4: _FROM_4}
_COLUMNS = {
    "source": f"{_COPIED}, container, run, skipped, article, entities, checksum".split(", "),
    "root": ["path"],
    "note": ["key", "value"],
}
EMPTY = "is empty"
WITNESS = "schema"
"""Under which a ledger notes its version a second time: one of the two alone may be damaged."""
_DATE_FIELDS = ("day", "precision", "method", "confidence")
_REJECTED_FIELDS = ("date", "method", "reason")
_ENTITY_FIELDS = ("name", "type", "mentions")


def version_of(db: sqlite3.Connection) -> int:
    """The version of the tables that are there, 0 without any."""
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def fault_of(db: sqlite3.Connection) -> str:
    """What shows that the tables are not as any searchapp left them; "" when they are."""
    version, found = version_of(db), {name: _columns(db, name) for name in _COLUMNS}
    if not version:
        return EMPTY if not any(found.values()) else "does not say of which version it is"
    if version == VERSION:
        wrong = [name for name, columns in _COLUMNS.items() if found[name] != columns]
        return f"is without its tables ({', '.join(wrong)})" if wrong else ""
    if found["note"] != _COLUMNS["note"]:
        return "" if version > VERSION else "is without its tables (note)"
    noted = db.execute("SELECT value FROM note WHERE key = ?", (WITNESS,)).fetchone()
    return f"is of version {version} and of version {noted[0]}" if _differs(noted, version) else ""


def _differs(noted: tuple[object] | None, version: int) -> bool:
    return noted is not None and noted != (str(version),)


def _columns(db: sqlite3.Connection, table: str) -> list[str]:
    rows = db.execute("SELECT name FROM pragma_table_info(?) ORDER BY cid", (table,))
    return [name for (name,) in rows.fetchall()]


def prepare(db: sqlite3.Connection) -> int:
    """Create or migrate the tables, whole or not at all; the version that is there then."""
    version = version_of(db)
    if version in _STEPS:
        db.create_function("article_4", 1, _article_4, deterministic=True)
        db.create_function("entities_4", 1, _entities_4, deterministic=True)
        db.executescript(_STEPS[version])
    if version in {*_STEPS, VERSION}:
        db.execute("INSERT OR REPLACE INTO note VALUES (?, ?)", (WITNESS, str(VERSION)))
        return VERSION
    return version


def _article_4(article: str) -> str:
    """An article of before schema 4, in which dates were lists."""
    fields = json.loads(article)
    for name in fields.keys() & {"published", "modified"}:
        fields[name] = _named(_DATE_FIELDS, fields[name])
    if "rejected" in fields:
        fields["rejected"] = [_named(_REJECTED_FIELDS, values) for values in fields["rejected"]]
    return compact(fields)


def _entities_4(entities: str) -> str:
    """Entities of before schema 4, in which each was a list."""
    return compact([_named(_ENTITY_FIELDS, values) for values in json.loads(entities)])


def _named(names: tuple[str, ...], values: list[object]) -> dict[str, object]:
    return dict(zip(names, values, strict=True))
