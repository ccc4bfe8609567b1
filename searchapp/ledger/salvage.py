"""What can still be read of a ledger that was set aside, for the one that begins anew.

Beside `errors`, for a run that is given no paths.
"""

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from searchapp.ledger.errors import FILE_NAME


def salvage_roots(directory: Path) -> list[str]:
    """The paths that were given to reindex and are still there; none when nothing can be read."""
    rows = _read_newest(directory, "SELECT path FROM root ORDER BY path")
    roots = [os.fsdecode(path) for (path,) in rows if isinstance(path, bytes) and path[:1] == b"/"]
    return [root for root in roots if b"\0" not in os.fsencode(root) and os.path.lexists(root)]


def salvage_note(directory: Path, key: str) -> str | None:
    """A value that was kept beside the rows; None when it cannot be read."""
    rows = _read_newest(directory, "SELECT value FROM note WHERE key = ?", key)
    return next((value for (value,) in rows if isinstance(value, str)), None)


def _read_newest(directory: Path, query: str, *values: str) -> list[tuple[object, ...]]:
    aside = [
        path
        for path in sorted(directory.glob(f"{FILE_NAME}.damaged-*"))
        if path.is_file() and not path.name.endswith(("-wal", "-shm"))
    ]
    if not aside:
        return []
    address = f"file:{quote(os.fsencode(aside[-1].absolute()))}?immutable=1"
    try:
        with closing(sqlite3.connect(address, uri=True)) as db:
            return db.execute(query, values).fetchall()
    except sqlite3.Error:
        return []
