"""A checksum for each row of the ledger: SQLite has none, and a flipped bit may leave valid JSON.

Between `rows` and `reader`. It is of what reading a page gave. What changes without that (size,
time, versions, run) is compared with the file and the present code at every run, and says then
that the page is to be read.
"""

import os
import zlib
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from searchapp.document_json import load_article, load_entities
from searchapp.errors import SearchappError
from searchapp.ledger.staleness import is_versions

STATES = frozenset({b"cleaned", b"failed", b"opened", b"gone"})
COLUMNS = (
    *("path", "id", "hash", "fault", "message", "read_at"),
    *("container", "skipped", "article", "entities"),
)
# As bytes: text that is none is an error in SQLite's own words.
SELECTED = ", ".join(
    ["checksum", *(f"CAST({name} AS BLOB)" for name in ("state", "versions", *COLUMNS))]
)
_ABSENT = b"\0"
_SEPARATOR = b"\x1f"


class RowDamaged(SearchappError):
    """A row of the ledger is not as it was written; the others are not concerned."""


class StoredRow(NamedTuple):
    """A row as `SELECTED` gives it. One that was written by schema 4 has no checksum yet."""

    checksum: int | None
    state: bytes
    versions: bytes
    path: bytes
    id: bytes
    hash: bytes
    fault: bytes | None
    message: bytes | None
    read_at: bytes
    container: bytes | None
    skipped: bytes | None
    article: bytes | None
    entities: bytes | None

    @property
    def sum(self) -> int:
        """The checksum it ought to have."""
        return checksum(self[3:])

    @property
    def is_whole(self) -> bool:
        """Whether it is as it was written, as far as that can be told."""
        if self.state not in STATES or not is_versions(self.versions):
            return False
        return _is_readable(self) if self.checksum is None else self.checksum == self.sum

    def require_whole(self) -> None:
        """Raises RowDamaged."""
        if not self.is_whole:
            raise RowDamaged(
                f"{os.fsdecode(self.path)}: what the ledger has of it is not what was written; "
                "searchapp reindex reads it again"
            )


def checksum(values: Iterable[Any]) -> int:
    """The CRC-32 of the columns named in `COLUMNS`, in that order."""
    return zlib.crc32(_SEPARATOR.join(map(_bytes, values)))


def with_checksum(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """The columns of a row that is to be written, and their checksum."""
    return {**row, "checksum": checksum(row[name] for name in COLUMNS)}


def moved_checksum(known: int | None, *values: Any) -> int | None:
    """What a row has under new names, `values` being its columns before and after.

    A row that was damaged stays one.
    """
    before, after = values[: len(COLUMNS)], values[len(COLUMNS) :]
    return known if known is None else known ^ checksum(before) ^ checksum(after)


def _bytes(value: Any) -> bytes:
    if isinstance(value, bytes):
        return value
    return _ABSENT if value is None else str(value).encode("utf-8", "surrogatepass")


def _is_readable(row: StoredRow) -> bool:
    if row.article is None:
        return True
    try:
        load_article(row.article), load_entities(row.entities or b"")
    except (ValueError, TypeError, RecursionError):
        return False
    return True
