"""Kills a writer at each of its syncs in turn; what is left must be a whole index.

Run as a script with a directory. Prints `old` or `new` for each kill.
"""

from __future__ import annotations

import os
import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path

from searchapp.engines.base import BuildStamp, SearchRequest
from searchapp.engines.whoosh import WhooshEngine
from searchapp.model import Article, IndexedDocument


def write(directory: Path, text: str, *, fresh: bool) -> None:
    """One commit of three documents with the same text."""
    engine = WhooshEngine(directory)
    with engine.rebuild() if fresh else engine.update() as writer:
        for number in range(3):
            writer.put(IndexedDocument(str(number), "", Article("", text)))
        writer.commit(BuildStamp(datetime.now(UTC), 0))


def die_at(sync: int) -> None:
    """Die, as a killed process does, at a sync by its number."""
    left = [sync]
    real = os.fsync

    def counted(descriptor: int) -> None:
        if not left[0]:
            os._exit(9)
        left[0] -= 1
        real(descriptor)

    os.fsync = counted  # type: ignore[assignment]  # the engine syncs by number


def killed(directory: Path, sync: int, *, fresh: bool) -> bool:
    """Whether the writer of a child process came to the sync it dies at."""
    child = os.fork()
    if not child:
        die_at(sync)
        write(directory, "new", fresh=fresh)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9


def check(directory: Path) -> str:
    """The one text of the index; the next writer must find nothing amiss."""
    hits = WhooshEngine(directory).searcher().search(SearchRequest()).hits
    (text,) = {hit.document.article.text for hit in hits}
    assert len(hits) == 3
    write(directory, "later", fresh=False)
    assert WhooshEngine(directory).searcher().info().documents == 3
    return text


def main(folder: Path) -> None:
    """Every sync of a commit and of a fresh build."""
    for fresh in (False, True):
        sync, alive = 0, False
        while not alive:
            directory = folder / f"{fresh}-{sync}"
            write(directory, "old", fresh=True)
            alive = not killed(directory, sync, fresh=fresh)
            sys.stdout.write(f"{check(directory)}\n")
            shutil.rmtree(directory)
            sync += 1


if __name__ == "__main__":
    main(Path(sys.argv[1]))
