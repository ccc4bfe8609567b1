"""The process that reads pages: bytes to article to entities, one page at a time.

Forked by `forkserver` for `pool`; it can be killed at any moment without harm: it keeps
nothing, and whoever started it records what it answers.
"""

import logging
import os
import sys
import warnings
from collections.abc import Mapping
from multiprocessing.connection import Connection

from searchapp.errors import PageError, PageFault
from searchapp.extraction.article import extract_article
from searchapp.model import Article, RawPage
from searchapp.recognition.recogniser import Recogniser, load_recogniser
from searchapp.sources.compression import MIB
from searchapp.sources.listing import read_page
from searchapp.workers.messages import Answer, KnownArticle, Limits, Page, PageContent

# Read before the first real page, so that no page pays for what libraries load on first use.
_FIRST_PAGE = (
    b"<html><head><title>A first page</title></head><body><article><h1>A first page</h1>"
    b"<p>The council of the harbour town voted on Monday evening to reopen the ferry line.</p>"
    b"</article></body></html>"
)


def prepare(models: Mapping[str, str], limits: Limits) -> Recogniser:
    """Load what every page needs, and read a first one. Raises ModelError."""
    _silence_libraries()
    recogniser = load_recogniser(models)
    read(RawPage("", _FIRST_PAGE), recogniser, limits.page_mb)
    return recogniser


def serve(connection: Connection, recogniser: Recogniser, limits: Limits) -> None:
    """Answer `Page`s with `Answer`s until the connection closes."""
    _limit_memory(limits.memory_mb)
    while True:
        try:
            page = connection.recv()
            connection.send(read(page, recogniser, limits.page_mb))
        except (EOFError, OSError):
            return


def read(page: Page, recogniser: Recogniser, page_mb: int) -> Answer:
    """Everything a page goes through before the ledger; never raises."""
    try:
        article = page.article if isinstance(page, KnownArticle) else _extract(page, page_mb)
        return PageContent(article, recogniser.recognise(article))
    except PageError as error:
        return error
    except MemoryError:
        return PageError(PageFault.MEMORY, "needs more memory than one page may take")
    except RecursionError:
        return PageError(PageFault.CRASHED, "is nested too deeply to be read")
    except Exception as error:  # noqa: BLE001 - a page must never take the run down
        return PageError(PageFault.CRASHED, f"{type(error).__name__}: {error}"[:500])


def _extract(page: str | RawPage, page_mb: int) -> Article:
    raw = read_page(page, page_mb * MIB) if isinstance(page, str) else page
    return extract_article(raw, page_mb * MIB)


def _silence_libraries() -> None:
    """Libraries' chatter about single pages would drown the account of failures."""
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)


def _limit_memory(megabytes: int) -> None:
    """Make an allocation beyond the idle worker's size plus the limit a MemoryError.

    Address space is what Linux can bound; where it cannot be, only time is.
    """
    if sys.platform != "linux":
        return
    import resource  # noqa: PLC0415 - not there on every platform

    with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123 - no Path in /proc
        pages = int(file.read().split()[0])
    allowed = pages * resource.getpagesize() + megabytes * MIB
    resource.setrlimit(resource.RLIMIT_AS, (allowed, allowed))
