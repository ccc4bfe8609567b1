"""Ledger, index and decisions as they are at one moment, in one file.

    ledger.sqlite               a copy by SQLite's backup API
    index/build-.../...         the files of one commit, which never change
    entities.toml watchlist.csv
    manifest.json               last: what is in the file, with sizes and checksums

A TAR, packed with gzip when its name says so. Beside `restore`, which reads it.
"""

import gzip
import hashlib
import io
import json
import os
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, BinaryIO, cast

from searchapp import __version__
from searchapp.config import Settings
from searchapp.curation import decisions, watchlist
from searchapp.engines.base import Engine, IndexInfo, LocalFiles
from searchapp.errors import IndexDamaged, IndexUnavailable, SearchappError
from searchapp.files import atomic_file, open_regular, require_output
from searchapp.ledger.errors import FILE_NAME, LedgerDamaged
from searchapp.ledger.reader import LedgerReader

FORMAT = 1
MANIFEST = "manifest.json"
INDEX = "index/"
DECISIONS = (decisions.FILE_NAME, watchlist.FILE_NAME)
PACKED = (".gz", ".tgz")
_TRIES = 20
_CHUNK = 2**20


@dataclass(frozen=True)
class Manifest:
    """What a backup holds: `files` have size in bytes and BLAKE2b-128, by name."""

    created_at: str
    index_id: str
    documents: int
    files: Mapping[str, tuple[int, str]]

    def to_json(self) -> bytes:
        """As the last member of the file."""
        content = {"format": FORMAT, "searchapp": __version__, **vars(self)}
        return json.dumps(content, indent=1).encode()


def back_up(settings: Settings, engine: Engine, path: Path) -> Manifest:
    """Write a backup to `path`, whole or not at all; one that was there is replaced.

    Runs beside a reindex. Raises IndexUnavailable, LedgerDamaged, OSError, and
    SearchappError for an engine without files.
    """
    for output in (path, path.with_name(f"{path.name}.new")):  # where it is written first
        require_output(output)
    engine.searcher().info()  # raises what keeps the index from being read
    for fault in local_files(settings, engine).faults():
        raise IndexDamaged(f"the index is damaged ({fault}): searchapp doctor --mend first")
    with ExitStack() as stack:
        ledger, files, info = stack.enter_context(_moment(settings, engine))
        raw = stack.enter_context(atomic_file(path))
        with _compress(raw, path) as target:
            return _write(target, ledger, files, info, settings.index_dir)


def local_files(settings: Settings, engine: Engine) -> LocalFiles:
    """The files the engine keeps its index in. Raises SearchappError when it has none."""
    files = engine.local_files()
    if files is None:
        raise SearchappError(
            f"the engine {settings.engine} keeps its index in no files here, so that there is "
            "nothing to back up or restore; the index can be built again from ledger.sqlite"
        )
    return files


@contextmanager
def _moment(
    settings: Settings, engine: Engine
) -> Iterator[tuple[Path, Mapping[str, BinaryIO], IndexInfo]]:
    """A copy of the ledger and the open files of the commit that was live all the while.

    The ledger may be ahead of that commit, in rows it calls pending, never behind it.
    """
    with tempfile.TemporaryDirectory(prefix="searchapp-") as directory:
        copy = Path(directory) / FILE_NAME
        for _ in range(_TRIES):
            with ExitStack() as opened:
                searcher = engine.searcher()
                info = searcher.info()
                files = opened.enter_context(local_files(settings, engine).files())
                _copy_ledger(settings.index_dir, copy)
                if searcher.info().id == info.id:
                    yield copy, files, info
                    return
    raise IndexUnavailable(
        f"the index in {settings.index_dir} changed at every look: try again when less is written"
    )


def _copy_ledger(directory: Path, target: Path) -> None:
    target.unlink(missing_ok=True)
    with LedgerReader(directory) as ledger, closing(sqlite3.connect(target)) as copy:
        ledger.copy_to(copy)
        # One file, without a log beside it.
        copy.execute("PRAGMA journal_mode = DELETE")
    with LedgerReader(target.parent) as copied:
        for fault in copied.check():
            raise LedgerDamaged(f"{directory / FILE_NAME}: {fault}; searchapp doctor says more")


@contextmanager
def _compress(raw: IO[bytes], path: Path) -> Iterator[IO[bytes]]:
    if path.suffix in PACKED:
        with gzip.GzipFile(fileobj=raw, mode="wb", compresslevel=6, filename="") as target:
            yield cast("IO[bytes]", target)
    else:
        yield raw


def _write(
    target: IO[bytes],
    ledger: Path,
    files: Mapping[str, BinaryIO],
    info: IndexInfo,
    index_dir: Path,
) -> Manifest:
    written: dict[str, tuple[int, str]] = {}
    with tarfile.open(fileobj=target, mode="w|", format=tarfile.PAX_FORMAT) as archive:
        with ledger.open("rb") as copied:
            written[FILE_NAME] = _add(archive, FILE_NAME, copied)
        for name, content in files.items():
            written[INDEX + name] = _add(archive, INDEX + name, content)
        for name in DECISIONS:
            if os.path.lexists(index_dir / name):
                with open_regular(index_dir / name) as decided:
                    written[name] = _add(archive, name, decided)
        now = datetime.now(UTC).isoformat(timespec="seconds")
        manifest = Manifest(now, info.id, info.documents, written)
        _add(archive, MANIFEST, io.BytesIO(manifest.to_json()))
    return manifest


def _add(archive: tarfile.TarFile, name: str, content: IO[bytes]) -> tuple[int, str]:
    member = tarfile.TarInfo(name)
    member.size = content.seek(0, os.SEEK_END)
    member.mode = 0o600
    content.seek(0)
    hashed = Hashed(content)
    archive.addfile(member, hashed)
    return member.size, hashed.checksum


class Hashed(io.RawIOBase):
    """A file that is read once, with the checksum of what was read."""

    def __init__(self, content: IO[bytes]) -> None:
        self._content = content
        self._digest = hashlib.blake2b(digest_size=16)

    def read(self, size: int = -1) -> bytes:
        """As of any file."""
        found = self._content.read(size)
        self._digest.update(found)
        return found

    @property
    def checksum(self) -> str:
        """BLAKE2b-128 of what was read so far, hexadecimal."""
        return self._digest.hexdigest()
