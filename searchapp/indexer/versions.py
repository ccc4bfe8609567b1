"""What produces a row of the ledger now: the versions of the steps before it.

Between the steps that read pages and the ledger that remembers what they found.
"""

from __future__ import annotations

from searchapp.config import Settings
from searchapp.indexer import clean, readers
from searchapp.indexer.entities import recogniser_version
from searchapp.indexer.wanted import RECOGNISER


def versions_of(settings: Settings) -> dict[str, str]:
    """The readers', the cleaner's and the recogniser's versions. Raises ModelError."""
    return {
        "readers": readers.VERSION,
        "cleaner": clean.VERSION,
        RECOGNISER: recogniser_version(settings.models),
    }
