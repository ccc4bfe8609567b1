"""Names for sources that say nothing of where on the server the archive is."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from searchapp.errors import SearchappError
from searchapp.ledger.errors import FILE_NAME
from searchapp.ledger.reader import LedgerReader
from searchapp.sources.listing import printable

State = tuple[tuple[int, int] | None, ...]


@dataclass(frozen=True)
class SourceNames:
    """Paths as seen from beside the folders and files that were given to reindex."""

    roots: Sequence[str]

    def of(self, path: str) -> str:
        """`news/2020/page.html` for a page below the root `/srv/news`."""
        for root in sorted(self.roots, key=len, reverse=True):
            if path == root or path.startswith((root.rstrip("/") + "/", root + "#")):
                return path[len(os.path.dirname(root)) :].lstrip("/")  # noqa: PTH120 - may hold `#`
        container, within, page = path.partition("#")
        return container.rpartition("/")[2] + within + page

    def within(self, text: str) -> str:
        """A message with the names in place of the paths it mentions."""
        for root in sorted(self.roots, key=len, reverse=True):
            shown = printable(root)
            text = text.replace(shown, shown.rstrip("/").rpartition("/")[2])
        return text


@dataclass(frozen=True)
class Redaction:
    """What people elsewhere are told: nothing of where archive and index are on this machine.

    `location` is where the engine says its index is.
    """

    names: SourceNames
    index_dir: Path
    location: str

    def path(self, path: str) -> str:
        """The name of a source."""
        return self.names.of(path)

    def message(self, text: str) -> str:
        """A message of ours without the directories it names.

        Whole paths wherever they stand, relative ones only where they can be nothing else.
        """
        text, absolute = self.names.within(text), str(self.index_dir.absolute())
        for folder in (self.location, absolute, self.index_dir):
            text = text.replace(f" in {folder} ", " ").replace(f" in {folder}:", ":")
        return text.replace(f"{absolute}/", "").replace(absolute, "the index")


def redaction(directory: Path, location: str) -> Redaction:
    """The redaction for the archive of an index directory; `location` is its engine's."""
    return Redaction(source_names(directory), directory, location)


def source_names(directory: Path) -> SourceNames:
    """The names for the archive of an index directory; of files alone without its ledger."""
    return _read(directory, ledger_state(directory))


def ledger_state(directory: Path) -> State:
    """What changes when the ledger does."""
    return tuple(file_state(directory / f"{FILE_NAME}{end}") for end in ("", "-wal"))


@lru_cache(maxsize=4)
def _read(directory: Path, _state: State) -> SourceNames:
    try:
        with LedgerReader(directory) as ledger:
            return SourceNames(tuple(ledger.roots()))
    except SearchappError:
        return SourceNames(())


def file_state(file: Path) -> tuple[int, int] | None:
    """What changes when a file does; None without one."""
    try:
        status = file.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size
