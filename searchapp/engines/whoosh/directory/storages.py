"""Whoosh's files: synced before they count, and closed together.

Between `writing.writer` and `commits`, which read and write an index, and Whoosh. Whoosh syncs
nothing, so everything is synced here before it becomes visible: the segments and the stamp
before the table of contents.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from searchapp.engines.whoosh_compat import FileStorage
from searchapp.files import sync


class DurableStorage(FileStorage):
    """Whoosh's files, synced before the table of contents that names them appears."""

    def __init__(self, build: Path) -> None:
        super().__init__(str(build))
        self._created: set[str] = set()
        # Told of the table of contents before it takes its place.
        self.committing: Callable[[Path], None] = lambda _: None

    def create_file(self, name: str, *args: Any, **kwargs: Any) -> Any:
        """A new file, remembered until it is synced or discarded."""
        self._created.add(name)
        return super().create_file(name, *args, **kwargs)

    def place(self, name: str) -> Path:
        """Where a new file is to be written, remembered like one of Whoosh's."""
        self._created.add(name)
        return Path(self.folder, name)

    def withdraw(self, name: str) -> None:
        """Remove a new file that is not part of the commit."""
        self._created.discard(name)
        Path(self.folder, name).unlink(missing_ok=True)

    def rename_file(self, oldname: str, newname: str, safe: bool = False) -> None:  # noqa: FBT001, FBT002 - Whoosh's signature
        """Whoosh renames only its table of contents: the moment of the commit."""
        self.committing(Path(self.folder, oldname))
        for path in self._paths():
            sync(path)
        super().rename_file(oldname, newname, safe=safe)
        self._created.clear()
        sync(Path(self.folder))

    def discard(self) -> None:
        """Remove what was written since the last commit."""
        for path in self._paths():
            path.unlink()
        self._created.clear()

    def _paths(self) -> list[Path]:
        paths = (Path(self.folder, name) for name in sorted(self._created))
        return [path for path in paths if path.exists()]


class ReadStorage(FileStorage):
    """Whoosh's files for reading, closed together: Whoosh forgets some when it fails."""

    def __init__(self, build: Path) -> None:
        super().__init__(str(build), readonly=True)
        self._opened: list[Any] = []

    def open_file(self, name: str, *args: Any, **kwargs: Any) -> Any:
        """An open file, remembered until all are closed."""
        self._opened.append(super().open_file(name, *args, **kwargs))
        return self._opened[-1]

    def close_files(self) -> None:
        """Close what is still open."""
        for file in self._opened:
            if not file.is_closed:
                file.close()
