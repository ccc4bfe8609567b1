"""How a run shows itself while it goes on, and what it says at its end.

A leaf: `ingestion` and `run` tell it, commands and background runs listen.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from searchapp.indexer.plan import Plan
from searchapp.ledger.rows import Failure
from searchapp.sources.listing import LinksOut, Unlisted


class Listener:
    """Hears what is opened and what became of each page; says nothing of its own."""

    def opened(self, path: str) -> None:
        """A container is being read."""

    def page(self, path: str, failure: Failure | None) -> None:
        """One page was read, or failed; or a container was read to its end, or failed."""

    def recognised(self, path: str, failure: Failure | None) -> None:
        """Names were looked for again in the text the ledger has of a page."""

    def advanced(self, size: int) -> None:
        """So many more of the planned bytes are done."""


class Reporter(Listener):
    """Hears how a run goes, in the thread that began it; says nothing of its own."""

    def notice(self, message: str) -> None:
        """Something the user should know happened, and was dealt with."""

    def planned(self, plan: Plan) -> None:
        """Listing is over; the pages of the plan follow."""

    def committed(self, documents: int) -> None:
        """So many documents more can be found, while reading goes on."""

    def indexing(self, done: int, total: int) -> None:
        """The engine has been given `done` of `total` documents."""

    def comparing(self, done: int, total: int) -> None:
        """`done` of the `total` documents that get a vector of meaning in this run have it."""


@dataclass(frozen=True)
class Summary:
    """What a run did, in pages. `failures` are all failed pages of the archive, new and old.

    `recognised` pages had only their names looked for again, `copied` ones have the bytes
    of another, of `long` ones that were read a model read a part. `indexed` documents were
    written to the index. `skipped` counts files of other kinds by suffix, `no_pages` the
    records of containers that are no pages, by kind. `vectors` documents got one for meaning,
    `without_vector` ones wait for a later run. `stopped` says what asked the run to
    stop before its end.
    """

    read: int
    recognised: int
    copied: int
    moved: int
    unchanged: int
    removed: int
    long: int
    documents: int
    indexed: int
    failures: tuple[Failure, ...]
    unlisted: tuple[Unlisted, ...]
    links_out: LinksOut
    skipped: Mapping[str, int]
    no_pages: Mapping[str, int]
    seconds: float
    rebuilt: bool
    vectors: int = 0
    without_vector: int = 0
    stopped: str | None = None
