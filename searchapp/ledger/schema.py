"""The ledger's tables, and the way from older ones to these."""

import json
import sqlite3

from searchapp.document_json import compact

VERSION = 4
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
  entities TEXT                     -- the same
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
_FROM_3 = f"""
BEGIN;
{_CONVERT}
PRAGMA user_version = {VERSION};
COMMIT;
"""
_STEPS = {0: _NEW, 1: _FROM_1, 2: _FROM_2, 3: _FROM_3}
_DATE_FIELDS = ("day", "precision", "method", "confidence")
_REJECTED_FIELDS = ("date", "method", "reason")
_ENTITY_FIELDS = ("name", "type", "mentions")


def prepare(db: sqlite3.Connection) -> int:
    """Create or migrate the tables, whole or not at all; the version that is there then."""
    (version,) = db.execute("PRAGMA user_version").fetchone()
    if version in _STEPS:
        db.create_function("article_4", 1, _article_4, deterministic=True)
        db.create_function("entities_4", 1, _entities_4, deterministic=True)
        db.executescript(_STEPS[version])
        return VERSION
    return int(version)


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
