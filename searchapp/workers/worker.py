"""The process that reads pages: bytes to article to entities, one page at a time.

Containers are walked in such a process too, one in each, as their bytes are no less hostile.

Forked by `forkserver` for `pool`; it can be killed at any moment without harm: it keeps
nothing, and whoever started it records what it answers.
"""

import logging
import os
import resource
import sys
import warnings
from collections.abc import Mapping
from functools import cache
from multiprocessing.connection import Connection

from searchapp.errors import PageError, PageFault
from searchapp.extraction.article import extract_article
from searchapp.meaning.model import Embedder
from searchapp.meaning.vector_file import quantise
from searchapp.model import Article, RawPage
from searchapp.process_limits import address_space, name_memory_limit
from searchapp.recognition.recogniser import Recogniser, load_recogniser
from searchapp.sources.compression import MIB
from searchapp.sources.containers.reader import read_entries
from searchapp.sources.listing import read_page
from searchapp.workers.messages import (
    Answer,
    ContainerFile,
    ContainerPart,
    KnownArticle,
    Limits,
    Page,
    PageContent,
    PageVector,
    Passage,
)
from searchapp.writable import with_writable_text

# Read before the first real page, so that no page pays for what libraries load on first use.
_FIRST_PAGE = (
    b"<html><head><title>A first page</title></head><body><article><h1>A first page</h1>"
    b"<p>The council of the harbour town voted on Monday evening to reopen the ferry line.</p>"
    b"</article></body></html>"
)

_PROGRESS = 16 * MIB  # of a container's bytes: a sign that it is being read


def prepare(models: Mapping[str, str], limits: Limits) -> Recogniser:
    """Load what every page needs, and read a first one. Raises ModelError."""
    _silence_libraries()
    recogniser = load_recogniser(models)
    read(RawPage("", _FIRST_PAGE), recogniser, limits.page_mb)
    return recogniser


def serve(connection: Connection, recogniser: Recogniser, limits: Limits) -> None:
    """Answer `Page`s with `Answer`s, and walk containers, until the connection closes."""
    memory = _limit_memory(limits.memory_mb)
    while True:
        try:
            page = connection.recv()
            if isinstance(page, ContainerFile):
                connection.send(_walk(page.path, limits.page_mb, memory, connection))
            else:
                connection.send(read(page, recogniser, limits.page_mb, memory))
        except (EOFError, OSError):
            return


def read(page: Page, recogniser: Recogniser, page_mb: int, memory: str = "") -> Answer:
    """Everything a page goes through before the ledger; never raises.

    `memory` names what bounds the memory.
    """
    try:
        if isinstance(page, Passage):
            return PageVector(quantise(_embedder().embed(page.text)))
        article = page.article if isinstance(page, KnownArticle) else _extract(page, page_mb)
        return PageContent(article, with_writable_text(recogniser.recognise(article)))
    except Exception as error:  # noqa: BLE001 - a page must never take the run down
        return _page_error(error, memory)


@cache
def _embedder() -> Embedder:
    """Loaded by the first passage a worker gets: its libraries are not made to be forked."""
    return Embedder()


def _page_error(error: Exception, memory: str) -> PageError:
    if isinstance(error, PageError):
        return error
    if isinstance(error, MemoryError):
        message = f"needs more memory than one page may take ({memory})"
        return PageError(PageFault.MEMORY, message)
    if isinstance(error, RecursionError):
        return PageError(PageFault.CRASHED, "is nested too deeply to be read")
    return PageError(PageFault.CRASHED, f"{type(error).__name__}: {error}"[:500])


def _walk(path: str, page_mb: int, memory: str, connection: Connection) -> PageError | None:
    """Send a container's entries as they are read; why that ended early, if it did."""
    position = told = 0

    def reach(now: int) -> None:
        nonlocal position, told
        position = now
        if abs(now - told) >= _PROGRESS:
            told = now
            connection.send(ContainerPart(now, None))

    try:
        for entry in read_entries(path, page_mb * MIB, reach):
            connection.send(ContainerPart(position, entry))
    except BrokenPipeError:  # nobody wants the rest
        return None
    except Exception as error:  # noqa: BLE001 - as above
        return _page_error(error, memory)
    return None


def _extract(page: str | RawPage, page_mb: int) -> Article:
    raw = read_page(page, page_mb * MIB) if isinstance(page, str) else page
    return extract_article(raw, page_mb * MIB)


def _silence_libraries() -> None:
    """Libraries' chatter about single pages would drown the account of failures."""
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)


def _limit_memory(megabytes: int) -> str:
    """Make an allocation beyond the idle worker's size plus the limit a MemoryError.

    A smaller limit of the process itself stays. Returns which of the two it is. Address space
    is what Linux can bound; where it cannot be, only time is.
    """
    setting = "setting page_memory_mb"
    if sys.platform != "linux":
        return setting
    with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123 - no Path in /proc
        pages = int(file.read().split()[0])
    allowed = pages * resource.getpagesize() + megabytes * MIB
    given = address_space()
    if given is not None and given <= allowed:
        return name_memory_limit(setting)
    resource.setrlimit(resource.RLIMIT_AS, (allowed, allowed))
    return setting
