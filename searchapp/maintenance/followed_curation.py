"""What people decided about names, as the index follows it.

Between `curation` and whoever shows it: a file with a mistake in it is not followed, and what
the ledger remembers of it holds.
"""

from contextlib import suppress
from pathlib import Path

from searchapp.curation import curation
from searchapp.curation.curation import Curation
from searchapp.errors import DecisionError, SearchappError
from searchapp.indexer.curation_changes import last_applied
from searchapp.ledger.reader import LedgerReader


def read_followed(directory: Path) -> Curation:
    """The files of an index directory as far as they can be followed. Raises DecisionError."""
    try:
        return curation.read(directory)
    except DecisionError:
        last = None
        with suppress(SearchappError), LedgerReader(directory) as ledger:
            last = last_applied(ledger)
        return curation.read_usable(directory, last)
