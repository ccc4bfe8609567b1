"""Reads one more page into ledger and index, many times; run as a script."""

from __future__ import annotations

import sys
from pathlib import Path

from searchapp.config import Settings
from searchapp.engines import open_engine
from searchapp.engines.base import Engine
from searchapp.indexer import curation_changes
from searchapp.indexer.sync import bring_up_to_date
from searchapp.ledger.ledger import Ledger
from searchapp.ledger.rows import Fingerprint, PageResult
from searchapp.model import Article


def add_page(ledger: Ledger, engine: Engine, directory: Path, number: int, *, full: bool) -> None:
    """One more page, as a run would have read it."""
    page = Article(f"Page {number}", f"The harbour on day {number}.", language="en")
    ledger.put([PageResult(f"/new/{number}.html", Fingerprint(1, 1, str(number)), "{}", page)])
    curation = curation_changes.bring_up_to_date(ledger, directory)
    bring_up_to_date(engine, ledger, curation, lambda *_: None, full=full)


def main(directory: Path) -> None:
    """Fifteen commits, every fifth of them a whole new build."""
    engine = open_engine(Settings(index_dir=directory))
    with Ledger(directory) as ledger:
        for number in range(1, 16):
            add_page(ledger, engine, directory, number, full=number % 5 == 0)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
