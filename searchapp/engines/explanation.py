"""Why a search finds what it finds: said by the totals and scores that every engine gives.

Behind a SearchResponse, for those who ask. Every clause of the query, every filter, and every
hit shown costs a search or two of their own, without facets.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from searchapp.engines.analysis.stemming import stemmer
from searchapp.engines.analysis.stopwords import ranking_words
from searchapp.engines.analysis.terms import query_terms
from searchapp.engines.base import (
    Hit,
    Searcher,
    SearchRequest,
    SearchResponse,
    Undated,
)
from searchapp.engines.budget import QUERY_SECONDS, Budget
from searchapp.engines.query import (
    Everything,
    Fuzzy,
    Node,
    Not,
    Phrase,
    Wildcard,
    Word,
    leaves,
    render,
)
from searchapp.engines.query.tree import And, single_words

# Set by hand: more than a person types, and not more than a page can pay for.
MAX_CLAUSES = 16
_RANKED = (Word, Phrase, Wildcard, Fuzzy)


@dataclass(frozen=True)
class Clause:
    """A part of the query: what is looked up for it, and what it finds by itself.

    `forms` are stems by language (`en:ferri`), or the term itself; `documents` counts in the
    whole archive, `hits` within the filters. A `silent` one does not rank.
    """

    text: str
    forms: tuple[str, ...]
    documents: int
    hits: int
    silent: bool = False


@dataclass(frozen=True)
class FilterEffect:
    """How many hits more there are without a filter (a facet's, or `date`)."""

    field: str
    removes: int


@dataclass(frozen=True)
class Reason:
    """What a clause gives to the score of a hit, as a share of it, and whether by its title."""

    text: str
    share: float
    in_title: bool


@dataclass(frozen=True)
class Explanation:
    """How a query was understood, what each part does, and what each hit has of it.

    `nothing` says in a sentence why there is no hit; empty where there is one.
    """

    clauses: tuple[Clause, ...]
    filters: tuple[FilterEffect, ...]
    hits: dict[str, tuple[Reason, ...]]
    nothing: str


def explain(searcher: Searcher, request: SearchRequest, response: SearchResponse) -> Explanation:
    """Explain a response; `searcher` stays with the snapshot it came from. Raises RequestError."""
    query = response.correction.query if response.correction else request.query
    bare = replace(request, query=query, optional=(), correct=False, size=0, page=1, after=None)
    bare = replace(bare, facets={}, interval=None, finding={})
    wanted = list(islice(dict.fromkeys(_parts(query)), MAX_CLAUSES))
    languages = [language for language, _ in searcher.iter_values("lang")]
    silent = _silent_words(query, languages)
    budget = Budget(QUERY_SECONDS)
    clauses = tuple(
        Clause(
            render(part),
            _forms(part, languages),
            *_totals(searcher, bare, part),
            silent=isinstance(part, Word) and part.text in silent,
        )
        for part in _within(budget, wanted)
    )
    plain = replace(request, size=0, page=1, after=None, facets={}, interval=None, finding={})
    filters = tuple(_effects(searcher, plain, response.total))
    ranked = [part for part in wanted if isinstance(part, _RANKED)]
    nothing = "" if response.total else _why_nothing(clauses, filters)
    return Explanation(
        clauses, filters, _reasons(searcher, _within(budget, ranked), response.hits), nothing
    )


def _within(budget: Budget, parts: Sequence[Node]) -> Iterator[Node]:
    """Each part, while the explanation takes no longer than a query may. Raises RequestError."""
    for part in parts:
        budget.spend()
        yield part


def _parts(query: Node) -> Iterator[Node]:
    """The leaves that are asked for, and what is excluded at the top, as it stands."""
    yield from (leaf for leaf in leaves(query) if leaf != Everything())
    tops = query.children if isinstance(query, And) else (query,)
    yield from (top for top in tops if isinstance(top, Not))


def _totals(searcher: Searcher, bare: SearchRequest, part: Node) -> tuple[int, int]:
    """How many documents a part matches in the archive, and within the filters."""
    everywhere = SearchRequest(query=part, uncertain=bare.uncertain, size=0)
    inside = replace(bare, query=part)
    return searcher.search(everywhere).total, searcher.search(inside).total


def _term(part: Node) -> str:
    """The one term a word looks up; empty for what looks up several, or is no word."""
    terms = query_terms(part.text)[0] if isinstance(part, Word) else ()
    return terms[0].term if len(terms) == 1 else ""


def _forms(part: Node, languages: Sequence[str]) -> tuple[str, ...]:
    if not (term := _term(part)):
        return ()
    return tuple(dict.fromkeys(stemmer(c)(term) for c in languages)) or (term,)


def _silent_words(query: Node, languages: Sequence[str]) -> frozenset[str]:
    """The words that rank in no language of the archive."""
    words, alone = single_words(query)
    ranking = ranking_words(words, languages, alone=alone).values()
    return frozenset(w for w in words if ranking and not any(w in telling for telling in ranking))


def _effects(searcher: Searcher, plain: SearchRequest, total: int) -> Iterator[FilterEffect]:
    for field in plain.filters:
        others = {name: kept for name, kept in plain.filters.items() if name != field}
        yield FilterEffect(field, _more(searcher, replace(plain, filters=others), total))
    if plain.first_day or plain.last_day or plain.undated != Undated.DEFAULT:
        undated = replace(plain, first_day=None, last_day=None, undated=Undated.DEFAULT)
        yield FilterEffect("date", _more(searcher, undated, total))


def _more(searcher: Searcher, less: SearchRequest, total: int) -> int:
    return searcher.search(less).total - total


def _reasons(
    searcher: Searcher, parts: Iterable[Node], hits: Sequence[Hit]
) -> dict[str, tuple[Reason, ...]]:
    ids = [hit.document.id for hit in hits]
    if not ids:
        return {}
    scores = [(part, searcher.scores(part, ids), _in_title(searcher, part, ids)) for part in parts]
    return {
        id_: _shares([(p, found[n], titled[n]) for p, found, titled in scores])
        for n, id_ in enumerate(ids)
    }


def _in_title(searcher: Searcher, part: Node, ids: Sequence[str]) -> tuple[float | None, ...]:
    if not isinstance(part, _RANKED) or part.field:
        return (None,) * len(ids)
    return searcher.scores(replace(part, field="title"), ids)


def _shares(
    scores: Sequence[tuple[Node, float | None, float | None]],
) -> tuple[Reason, ...]:
    total = sum(score or 0.0 for _, score, _ in scores)
    found = (
        Reason(render(part), score / total if total else 0.0, titled is not None)
        for part, score, titled in scores
        if score is not None
    )
    return tuple(sorted(found, key=lambda reason: (-reason.share, reason.text)))


def _why_nothing(clauses: Sequence[Clause], filters: Sequence[FilterEffect]) -> str:
    if absent := [clause.text for clause in clauses if not clause.documents]:
        return f"No page has {' or '.join(absent)}."
    if outside := [clause.text for clause in clauses if not clause.hits]:
        return f"The filters leave no page with {' or '.join(outside)}."
    if any(effect.removes for effect in filters):
        return "The filters leave no page that has all of it."
    return "Each part is found by itself, and no page has all of them."
