"""A backup put in the place of what is there, checked from end to end before it is.

    backup -> INDEX_DIR/restore-....partial -> checked -> the index, then the ledger

Reads what `backup` writes. Nothing live is touched until all of the file was read and
held against its manifest. A backup is as trusted as an index: Whoosh keeps pickles.
"""

import json
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from searchapp.config import Settings
from searchapp.engines.base import Engine, LocalFiles
from searchapp.errors import SearchappError
from searchapp.files import sync
from searchapp.indexer.lock import hold_lock
from searchapp.indexer.sync import new_identity
from searchapp.ledger.errors import FILE_NAME, LedgerDamaged, set_aside
from searchapp.ledger.ledger import Ledger
from searchapp.ledger.reader import LedgerReader
from searchapp.maintenance.backup import (
    DECISIONS,
    FORMAT,
    INDEX,
    MANIFEST,
    Hashed,
    Manifest,
    local_files,
)

_MEMBERS = frozenset({FILE_NAME, MANIFEST, *DECISIONS})


class BackupUnusable(SearchappError):
    """A file that is no backup, is cut short, or is not what was written."""


class ArchivePresent(SearchappError):
    """A restore would take the place of a ledger or an index that is there."""


def restore(settings: Settings, engine: Engine, path: Path, *, replace: bool) -> Manifest:
    """Put the backup at `path` in the place of ledger, index and decisions.

    Raises ArchivePresent when something is there and `replace` is not set,
    BackupUnusable, ReindexLocked, SearchappError for an engine without files.
    """
    files = local_files(settings, engine)
    settings.index_dir.mkdir(parents=True, exist_ok=True)
    if not replace:
        _refuse_if_present(settings.index_dir, engine)
    with hold_lock(settings.index_dir), _partial(settings.index_dir) as directory:
        manifest = _unpack(path, directory, files)
        _check_ledger(directory, path)
        _Swap(settings.index_dir, directory, files).perform(manifest)
    return manifest


def _refuse_if_present(directory: Path, engine: Engine) -> None:
    present = [FILE_NAME] * (directory / FILE_NAME).exists()
    present += [engine.location()] * engine.exists()
    if present:
        raise ArchivePresent(
            f"{directory} has a ledger or an index already ({', '.join(present)}): back it up, "
            "then give --replace to put the backup in its place"
        )


@contextmanager
def _partial(directory: Path) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="restore-", suffix=".partial", dir=directory) as made:
        yield Path(made)


def _unpack(path: Path, directory: Path, files: LocalFiles) -> Manifest:
    """Every member, checked against the manifest that comes last."""
    found: dict[str, tuple[int, str]] = {}
    content: dict[str, Any] = {}
    try:
        with tarfile.open(path, mode="r|*") as archive:
            for member in archive:
                if member.name == MANIFEST:
                    content = json.loads(_reader(archive, member).read())
                else:
                    found[member.name] = _unpack_member(archive, member, directory, files)
    except (tarfile.TarError, EOFError, ValueError, OSError) as error:
        if isinstance(error, OSError) and error.filename:
            raise
        raise BackupUnusable(f"{path}: no whole backup: {error}") from error
    return _manifest(path, content, found)


def _unpack_member(
    archive: tarfile.TarFile, member: tarfile.TarInfo, directory: Path, files: LocalFiles
) -> tuple[int, str]:
    index = member.name.removeprefix(INDEX)
    known = member.name in _MEMBERS or (index != member.name and files.takes(index))
    if not member.isfile() or not known:
        raise tarfile.TarError(f"{member.name!r} is not of a backup")
    target = directory / member.name
    target.parent.mkdir(parents=True, exist_ok=True)
    hashed = Hashed(_reader(archive, member))
    with target.open("xb") as file:
        shutil.copyfileobj(hashed, file)
    sync(target)
    return member.size, hashed.checksum


def _reader(archive: tarfile.TarFile, member: tarfile.TarInfo) -> Any:
    content = archive.extractfile(member)
    if content is None:
        raise tarfile.TarError(f"{member.name!r} is not a file")
    return content


def _manifest(
    path: Path, content: Mapping[str, Any], found: Mapping[str, tuple[int, str]]
) -> Manifest:
    if content.get("format") != FORMAT:
        what = f"of format {content['format']}" if "format" in content else "without a manifest"
        raise BackupUnusable(f"{path}: {what}: cut short, or not written by this version")
    files = {name: (size, checksum) for name, (size, checksum) in content["files"].items()}
    wrong = sorted(name for name in files.keys() | found if files.get(name) != found.get(name))
    if wrong:
        raise BackupUnusable(f"{path}: not what was written: {', '.join(wrong[:3])}")
    return Manifest(content["created_at"], content["index_id"], content["documents"], files)


def _check_ledger(directory: Path, path: Path) -> None:
    """Bring it up to the present schema, too. Raises BackupUnusable."""
    try:
        with Ledger(directory):
            pass
        with LedgerReader(directory) as ledger:
            faults = ledger.check()
    except LedgerDamaged as error:
        faults = [str(error)]
    except SearchappError as error:
        raise BackupUnusable(f"{path}: the ledger in it cannot be used: {error}") from error
    if faults:
        raise BackupUnusable(f"{path}: the ledger in it is damaged: {faults[0]}")


class _Swap:
    """Index first, then the ledger: a swap that is broken off is made good by a reindex."""

    def __init__(self, index_dir: Path, directory: Path, files: LocalFiles) -> None:
        self._index_dir = index_dir
        self._directory = directory
        self._files = files

    def perform(self, manifest: Manifest) -> None:
        self._mark_unrelated()
        info = self._files.adopt(self._directory / INDEX)
        if info.documents != manifest.documents:
            raise BackupUnusable(
                f"the restored index holds {info.documents} documents, not {manifest.documents}: "
                "run searchapp rollback"
            )
        self._replace_ledger()
        for name in DECISIONS:
            if (self._directory / name).exists():
                (self._directory / name).replace(self._index_dir / name)

    def _mark_unrelated(self) -> None:
        """Until the restored ledger is in its place, the present one is not of the index."""
        if not (self._index_dir / FILE_NAME).exists():
            return
        try:
            with Ledger(self._index_dir) as ledger:
                new_identity(ledger)
        except LedgerDamaged:
            set_aside(self._index_dir)

    def _replace_ledger(self) -> None:
        """In one transaction of the present file, so that whoever has it open goes on."""
        target = sqlite3.connect(self._index_dir / FILE_NAME)
        with closing(target), LedgerReader(self._directory) as restored:
            restored.copy_to(target)
