"""Kills a writer at any moment, again and again; what is left must be the last commit.

Run as a script with a directory and a number of kills. Every commit replaces all
documents by a new version, so that half of one would show; batches and merges are
small, so that kills fall into all of them. Prints the moment each kill came at.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from searchapp.engines.base import BuildStamp, SearchRequest
from searchapp.engines.query import Phrase
from searchapp.engines.whoosh import WhooshEngine
from searchapp.engines.whoosh.writing import writer
from searchapp.model import Article, IndexedDocument

DOCUMENTS = 12
OPERATIONS = ("pwrite", "fsync", "rename", "replace", "remove", "unlink", "open", "ftruncate")


def write(directory: Path, version: int) -> None:
    """One commit: every document in a version, one of them twice, one that goes again."""
    engine = WhooshEngine(directory)
    with engine.update() if version % 7 else engine.rebuild() as writing:
        for number in (*range(DOCUMENTS), 0):
            article = Article(f"version {version}", f"all of v{version} here", site=f"v{version}")
            writing.put(IndexedDocument(f"d{number}", "", article))
        writing.put(IndexedDocument(f"extra{version}", "", Article("extra", "words")))
        writing.delete(f"extra{version}")
        writing.commit(BuildStamp(datetime.now(UTC), version))


def dying_at(count: int) -> None:
    """Have this process killed at one of its operations on files."""
    left = [count]

    def counted(real: Callable[..., Any]) -> Callable[..., Any]:
        def operation(*args: Any, **kwargs: Any) -> Any:
            left[0] -= 1
            if left[0] < 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*args, **kwargs)

        return operation

    for name in OPERATIONS:
        setattr(os, name, counted(getattr(os, name)))


def child(directory: Path, version: int, acknowledged: int, operations: int | None) -> None:
    """Write version after version, telling each; never returns."""
    writer._MOST_SEGMENTS = 3  # so that most commits merge
    writer._SEGMENT_WORDS = 30  # so that commits have several batches
    if operations is not None:
        dying_at(operations)
    while True:
        version += 1
        write(directory, version)
        os.write(acknowledged, f"{version}\n".encode())


def killed(directory: Path, version: int, moment: random.Random) -> tuple[int, str]:
    """Start a writer after a version and kill it; the last version it told, and when."""
    reading, writing = os.pipe()
    operations = moment.randrange(700) if moment.random() < 0.5 else None
    process = os.fork()
    if not process:
        os.close(reading)
        child(directory, version, writing, operations)
    os.close(writing)
    if operations is None:
        time.sleep(moment.random() * 0.2)
        os.kill(process, signal.SIGKILL)
    _, status = os.waitpid(process, 0)
    assert os.WIFSIGNALED(status), "the writer failed by itself"
    with os.fdopen(reading) as told:
        versions = [int(line) for line in told]
    return max(versions, default=version), str(operations) if operations else "time"


def check(directory: Path, least: int) -> int:
    """The version that is left: the last one told or the one after, whole."""
    engine = WhooshEngine(directory)
    engine.local_files().verify()
    response = engine.searcher().search(SearchRequest(size=100, facets={"site": 10}))
    version = response.index.failed
    assert version in (least, least + 1), f"{version} after {least}"
    assert response.total == len(response.hits) == DOCUMENTS
    assert {h.document.article.title for h in response.hits} == {f"version {version}"}
    assert [(v.value, v.count) for v in response.facets[0].values] == [(f"v{version}", DOCUMENTS)]
    words = Phrase(("all", "of", f"v{version}", "here"))
    assert engine.searcher().search(SearchRequest(words)).total == DOCUMENTS
    return version


def main(directory: Path, kills: int) -> None:
    """Kill, check, go on from what is left."""
    moment = random.Random(kills)  # noqa: S311 - to be the same every time
    write(directory, 0)
    version = 0
    for _ in range(kills):
        told, when = killed(directory, version, moment)
        version = check(directory, told)
        sys.stdout.write(f"{when} {version}\n")
    files = sum(1 for build in directory.glob("build-*") for _ in build.iterdir())
    assert files < 60, f"{files} files: what crashes left is not removed"


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
