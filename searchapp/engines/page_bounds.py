"""What a page of hits may hold of the documents it shows, in every engine."""

from dataclasses import replace

from searchapp.errors import Problem, RequestError
from searchapp.model import IndexedDocument

# Set by hand: most of an article, and with a hundred hits some 40 MiB at most.
HIT_TEXT = 100_000
# Characters read for a page: half a second of CPU time, of which some 60 MiB are held at once.
MOST_READ = 120_000_000


def shortened(document: IndexedDocument) -> IndexedDocument:
    """A document as a hit has it: of a very long text the beginning."""
    article = document.article
    if len(article.text) <= HIT_TEXT:
        return document
    return replace(document, article=replace(article, text=article.text[:HIT_TEXT]))


def refuse_long_page(read: int) -> None:
    """Raises RequestError where so many characters were read for one page."""
    if read > MOST_READ:
        why = (
            f"asks for pages of over {MOST_READ:,} characters together; "
            "ask for fewer results a page, or export them"
        )
        raise RequestError((Problem("size", why),))
