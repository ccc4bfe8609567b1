"""Replaces five documents by new versions of themselves, many times; run as a script."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

from searchapp.engines.base import BuildStamp
from searchapp.engines.whoosh import WhooshEngine
from searchapp.model import Article, IndexedDocument


def main(directory: Path) -> None:
    """Thirty commits, every fifth of them a whole new build."""
    for version in range(1, 31):
        engine = WhooshEngine(directory)
        with engine.update() if version % 5 else engine.rebuild() as writer:
            for number in range(5):
                article = Article("", f"v{version}", site=f"v{version}")
                writer.put(IndexedDocument(f"d{number}", "", article))
            writer.commit(BuildStamp(datetime.now(UTC), 0))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
