"""What stands in the place of a file of the index directory, or cannot be read there.

For `doctor`, `status` and `repair`. The ledger itself, the files of an engine and those that
people edit are looked at by whoever reads them; locks and progress have no reader that fails.
"""

import os
from collections.abc import Iterator
from pathlib import Path

from searchapp.config import Settings
from searchapp.files import name_kind, remove_misplaced
from searchapp.indexer.lock import FILE_NAME
from searchapp.ledger.errors import SHARED_MEMORY
from searchapp.maintenance.background_reindex import FILE, LOCK

_NAMES = (FILE_NAME, LOCK, FILE, SHARED_MEMORY)


def faults(settings: Settings) -> Iterator[str]:
    """A sentence for each file that is none, or that the present user may not read."""
    for path in _paths(settings):
        if kind := _kind(path):
            yield f"{path} is {kind}, not a file"
        elif os.path.lexists(path) and not os.access(path, os.R_OK):
            yield f"{path} cannot be read by the present user"


def remove(settings: Settings) -> None:
    """Remove what is no file, but for folders that are not empty. Raises OSError."""
    for path in _paths(settings):
        remove_misplaced(path)


def _paths(settings: Settings) -> Iterator[Path]:
    yield from (settings.index_dir / name for name in _NAMES)
    yield from (path / "WRITELOCK" for path in sorted(settings.index_dir.glob("*/")))


def _kind(path: Path) -> str | None:
    try:
        return name_kind(path.stat().st_mode)
    except OSError:
        return "a link that leads nowhere" if os.path.islink(path) else None  # noqa: PTH114 - never raises
