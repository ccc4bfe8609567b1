"""What was answered in place of a search with a slip in it, and the words that no page has."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from searchapp.engines.base import Replacement, Searcher, SearchRequest, SearchResponse
from searchapp.engines.query import FacetTerm, Phrase, Word, leaves, render
from searchapp.web.pages import wording
from searchapp.web.pages.wording import Link
from searchapp.web.params.answered import answered_search, as_typed, replaced_filters
from searchapp.web.params.search import Search
from searchapp.web.params.urls import search_url

# Each costs a search; set by hand.
_MAX_WORDS = 8


@dataclass(frozen=True)
class Slip:
    """What no page has: a word, or a value with what kind it is ("the person")."""

    kind: str
    typed: str


@dataclass(frozen=True)
class CorrectionView:
    """What no page has, what was searched for instead, and the way back."""

    slips: tuple[Slip, ...]
    meant: tuple[str, ...]
    as_typed: Link


def correction_view(search: Search, response: SearchResponse, root: str) -> CorrectionView | None:
    """Show what was corrected in a search as it was typed; None for nothing."""
    correction = response.correction
    if correction is None:
        return None
    values = replaced_filters(search, correction.replaced)
    answered = answered_search(search, correction)
    meant = [answered.q] if answered.q != search.q else []
    typed = search.q if meant else ", ".join(one.typed for one in values)
    return CorrectionView(
        tuple(map(_slip, correction.replaced)),
        (*meant, *(one.meant for one in values)),
        Link(typed, search_url(as_typed(search), root)),
    )


def correction_text(search: Search, response: SearchResponse) -> str:
    """The same as a sentence, for a terminal; empty for nothing."""
    view = correction_view(search, response, "")
    if view is None:
        return ""
    slips = " or ".join(f"{slip.kind} {slip.typed}".strip() for slip in view.slips)
    return f"no page has {slips}; results for {', '.join(view.meant)}"


def unknown_words(search: Search, response: SearchResponse, searcher: Searcher) -> tuple[str, ...]:
    """The words, phrases and names of a query that nothing in the archive has.

    Looked for where no page has all of it.
    """
    if response.total and response.complete != 0:
        return ()
    return tuple(islice(_unknown(search, searcher), _MAX_WORDS))


def _unknown(search: Search, searcher: Searcher) -> Iterator[str]:
    asked = dict.fromkeys(leaves(search.request.query))
    words = [leaf for leaf in asked if isinstance(leaf, Word | Phrase | FacetTerm)]
    for leaf in words[:_MAX_WORDS] if len(asked) > 1 else ():
        alone = SearchRequest(leaf, size=0, uncertain=search.request.uncertain)
        if not searcher.search(alone).total:
            yield leaf.text if isinstance(leaf, Word) and not leaf.field else render(leaf)


def _slip(one: Replacement) -> Slip:
    kind = f"the {wording.VALUES[one.field].lower()}" if one.field in wording.VALUES else ""
    return Slip(kind, one.typed)
