"""What produced a row of the ledger: a change of which means the page is read again.

Between the steps that read pages and the ledger that remembers what they found.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace

from searchapp.config import Settings
from searchapp.indexer import clean, readers
from searchapp.indexer.entities import recogniser_version
from searchapp.indexer.outcomes import Known


def versions_of(settings: Settings) -> dict[str, str]:
    """The readers', the cleaner's and the recogniser's versions. Raises ModelError."""
    return {
        "readers": readers.VERSION,
        "cleaner": clean.VERSION,
        "recogniser": recogniser_version(settings.models),
    }


def of_any_recogniser(known: Mapping[str, Known], versions: str) -> dict[str, Known]:
    """The same memory, in which the recogniser that found names counts as the present one."""
    wanted = json.loads(versions)
    return {
        path: replace(row, versions=versions)
        if json.loads(row.versions) | {"recogniser": wanted["recogniser"]} == wanted
        else row
        for path, row in known.items()
    }
