"""What produced a row of the ledger: a change of which means the page is read again.

Between the steps that read pages and the ledger that remembers what they found.
"""

from __future__ import annotations

from searchapp.config import Settings
from searchapp.indexer import clean, readers
from searchapp.indexer.entities import recogniser_version


def versions_of(settings: Settings) -> dict[str, str]:
    """The readers', the cleaner's and the recogniser's versions. Raises ModelError."""
    return {
        "readers": readers.VERSION,
        "cleaner": clean.VERSION,
        "recogniser": recogniser_version(settings.models),
    }
