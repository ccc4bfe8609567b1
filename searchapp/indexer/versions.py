"""What produces a row of the ledger now: the versions of the steps before it.

Between the steps that read pages and the ledger that remembers what they found. Loads none
of them.
"""

from searchapp import sources
from searchapp.config import Settings
from searchapp.ledger.staleness import RECOGNISER
from searchapp.recognition import registry

CLEANER = "9"
"""Changes whenever the same page would give another article: it is then cleaned again."""


def versions_of(settings: Settings) -> dict[str, str]:
    """The readers', the cleaner's and the recogniser's versions. Raises ModelError."""
    return {
        "readers": sources.VERSION,
        "cleaner": CLEANER,
        RECOGNISER: registry.version(registry.locate(settings.models)),
    }
