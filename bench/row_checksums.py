"""What the ledger's checksums cost: CPU per row written, read as a document, and verified.

    python bench/row_checksums.py [--rows N]

Against the same ledger without them, turn about, the least of five; texts of 700 words.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from pathlib import Path
from unittest.mock import patch

from searchapp.ledger import checksums
from searchapp.ledger.ledger import Ledger
from searchapp.ledger.rows import Fingerprint, PageResult
from searchapp.ledger.verification import verify_all
from searchapp.model import Article, Entity, EntityType

TIMES = 5
BATCH = 64


def pages(number: int) -> list[PageResult]:
    """So many pages of random words."""
    chance = random.Random(1)  # noqa: S311 - the same pages every time
    words = ["".join(chance.choices("abcdefghij", k=6)) for _ in range(3000)]
    return [
        PageResult(
            f"/archive/{n}",
            Fingerprint(1, 2, f"{n:032x}"),
            '{"cleaner":"7"}',
            Article(f"Page {n}", " ".join(chance.choices(words, k=700)), language="en"),
            tuple(Entity(w, EntityType.PERSON, ((1, 2),)) for w in chance.choices(words, k=20)),
        )
        for n in range(number)
    ]


def measure(results: list[PageResult], *, summed: bool) -> tuple[float, float, float]:
    """Seconds of CPU to write them, to read them and to verify them."""
    with tempfile.TemporaryDirectory() as directory, Ledger(Path(directory)) as ledger:
        start = time.process_time()
        for first in range(0, len(results), BATCH):
            ledger.put(results[first : first + BATCH])
        written = time.process_time()
        assert sum(1 for _ in ledger.documents(pending=False)) == len(results)
        read = time.process_time()
        assert not summed or verify_all(ledger) == []
        return written - start, read - written, time.process_time() - read


def main() -> None:
    """Both ways, turn about."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=5_000)
    results = pages(parser.parse_args().rows)
    found: dict[bool, list[tuple[float, float, float]]] = {True: [], False: []}
    for _ in range(TIMES):
        found[True].append(measure(results, summed=True))
        with (
            patch("searchapp.ledger.ledger.with_checksum", lambda row: {**row, "checksum": None}),
            patch.object(checksums.StoredRow, "require_whole", lambda _: None),
        ):
            found[False].append(measure(results, summed=False))
    for summed, name in ((True, "with"), (False, "without")):
        micros = (
            f"{min(part) / len(results) * 1e6:.1f}" for part in zip(*found[summed], strict=True)
        )
        print(f"{name} checksums: write, read, verify {', '.join(micros)} µs per row")


if __name__ == "__main__":
    main()
