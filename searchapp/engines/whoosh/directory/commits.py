"""The commits of a build: their tables of contents and stamps.

    DIRECTORY/build-.../_MAIN_<generation>.toc
    DIRECTORY/build-.../stamp-<generation>.json

Under `builds` and `commit_files`. Each has a checksum: the table of contents in the stamp, the
stamp its own.
"""

import json
import os
import re
import zlib
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from searchapp.engines.base import BuildStamp
from searchapp.engines.whoosh.directory.errors import damaged
from searchapp.engines.whoosh.directory.storages import ReadStorage
from searchapp.engines.whoosh.segment.schema import schema
from searchapp.engines.whoosh.segment.whoosh_codec import INDEX_NAME
from searchapp.engines.whoosh_compat import TOC
from searchapp.errors import IndexDamaged, IndexOutdated
from searchapp.files import read_regular, sync

_TOC = re.compile(r"_MAIN_(\d+)\.toc")


def read_contents(build: Path, number: int) -> TOC:
    """A commit's table of contents. Raises IndexDamaged."""
    storage = ReadStorage(build)
    path = toc_path(build, number)
    try:
        # A pickle: compared with its checksum before it is read as one.
        _check(path, _stamped(build, number).get("contents"))
        contents: TOC = TOC.read(storage, INDEX_NAME, gen=number, schema=schema())
    except (OSError, IndexDamaged):
        raise
    except Exception as error:
        raise damaged(build.parent, str(error) or type(error).__name__) from error
    else:
        return contents
    finally:
        storage.close_files()


def _check(path: Path, expected: object) -> None:
    if checksum(path) != expected:
        raise damaged(path.parent.parent, f"{path.name} does not match its checksum")


def checksum(path: Path) -> int:
    """The CRC-32 of a file."""
    return zlib.crc32(read_regular(path))


def generation(build: Path) -> int:
    """The newest commit of a build, -1 when there is none."""
    found = (_TOC.fullmatch(name) for name in os.listdir(build))  # noqa: PTH208 - asked per search
    return max((int(match[1]) for match in found if match), default=-1)


def write_stamp(
    build: Path, number: int, stamp: BuildStamp, engine: Mapping[str, str], sums: Mapping[str, Any]
) -> None:
    """Record a commit's stamp and its files' checksums, before the commit is visible.

    `sums` has that of the `contents` and, as `segments`, those of the segments by file name.
    """
    path = stamp_path(build, number)
    content = {
        "engine": dict(engine),
        "built_at": stamp.built_at.isoformat(),
        "failed": stamp.failed,
        "versions": dict(stamp.versions),
        **sums,
    }
    summed = {**content, "checksum": _checksum(content)}
    path.write_text(json.dumps(summed, indent=1), encoding="utf-8")
    sync(path)


def forget_stamps(build: Path, number: int) -> None:
    """Remove the stamps of commits before `number`, but for the last one."""
    kept = {stamp_path(build, number).name, stamp_path(build, number - 1).name}
    for path in build.glob("stamp-*.json"):
        if path.name not in kept:
            path.unlink(missing_ok=True)


def read_stamp(build: Path, number: int, engine: Mapping[str, str]) -> BuildStamp:
    """A commit's stamp. Raises IndexOutdated for one of another version, IndexDamaged."""
    content = _stamped(build, number)
    try:
        built_at = datetime.fromisoformat(content["built_at"])
        found, failed, versions = content["engine"], content["failed"], content["versions"]
    except (ValueError, KeyError, TypeError) as error:
        raise damaged(build.parent, f"{stamp_path(build, number).name}: {error}") from error
    if found != dict(engine):
        raise IndexOutdated(
            f"the index in {build.parent} was built by another version of searchapp "
            f"({_listed(found)}; this one needs {_listed(engine)}): "
            "run `searchapp reindex --full` to build it again"
        )
    return BuildStamp(built_at, failed, versions)


def read_seals(build: Path, number: int) -> Mapping[str, int]:
    """Which `ArrayFile.seal` each segment's file has. Raises IndexDamaged.

    Empty for a commit of a searchapp that did not write them down.
    """
    return dict(_stamped(build, number).get("segments", {}))


def _stamped(build: Path, number: int) -> dict[str, Any]:
    path = stamp_path(build, number)
    try:
        content: dict[str, Any] = dict(json.loads(read_regular(path)))
    except (ValueError, TypeError, RecursionError) as error:
        raise damaged(build.parent, f"{path.name}: {error}") from error
    if content.pop("checksum", None) != _checksum(content):
        raise damaged(build.parent, f"{path.name} does not match its checksum")
    return content


def _checksum(content: Mapping[str, Any]) -> int:
    """The CRC-32 of a stamp's content."""
    return zlib.crc32(json.dumps(content).encode())


def toc_path(build: Path, number: int) -> Path:
    """Where a commit's table of contents is."""
    return build / f"_{INDEX_NAME}_{number}.toc"


def stamp_path(build: Path, number: int) -> Path:
    """Where a commit's stamp is."""
    return build / f"stamp-{number}.json"


def _listed(versions: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {value}" for name, value in sorted(versions.items()))
