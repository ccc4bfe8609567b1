"""What the planner finds is what Whoosh's own matchers find, where Whoosh can say it.

Archives live through histories long enough for segments to be merged. The other side is
an index of Whoosh's own making: its fields, its codec, its searcher. Not compared are
misspellings and slop, of which Whoosh has other notions; `oracle` defines those.
"""

from __future__ import annotations

from functools import reduce
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from whoosh import analysis as whoosh_analysis
from whoosh import fields
from whoosh import query as whoosh_query
from whoosh.filedb.filestore import RamStorage

from searchapp.engines.base import SearchRequest
from searchapp.engines.query import (
    And,
    Boost,
    DateRange,
    Everything,
    FacetTerm,
    Node,
    Not,
    Or,
    Phrase,
    Wildcard,
    Word,
)
from searchapp.model import Confidence, IndexedDocument
from tests.test_engines_laws import (
    DATES,
    DOCUMENTS,
    FIELDS,
    IDS,
    WORDS,
    History,
    engine_after,
    queries,
)

# Whoosh exports these without saying so to type checkers.
analysis: Any = whoosh_analysis
query: Any = whoosh_query
LAW = settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
HISTORIES = st.lists(
    st.tuples(st.lists(IDS, max_size=2), st.lists(DOCUMENTS, max_size=3)), min_size=1, max_size=12
)
LEAVES = st.one_of(
    st.just(Everything()),
    st.builds(Word, WORDS, FIELDS),
    st.builds(Phrase, st.lists(WORDS, min_size=1, max_size=3).map(tuple), st.just(0), FIELDS),
    st.builds(Wildcard, st.sampled_from(("a*", "*o", "?a*", "o*o", "*b*")), FIELDS),
    st.builds(FacetTerm, st.just("person"), st.sampled_from(("Ada Oslo", "Bo")), st.just(True)),  # noqa: FBT003 - the node's field
    st.builds(DateRange, DATES, DATES),
)


@given(history=HISTORIES, nodes=st.lists(queries(LEAVES, 6), min_size=1, max_size=8))
@LAW
def test_the_planner_finds_what_whoosh_finds(history: History, nodes: list[Node]) -> None:
    with engine_after("whoosh", history) as (engine, documents):
        searcher = engine.searcher()
        with plain_whoosh(documents).searcher() as whoosh:
            for node in nodes:
                hits = searcher.search(SearchRequest(node, size=100)).hits
                found = whoosh.search(whoosh_query_for(node), limit=None)
                assert {hit.document.id for hit in hits} == {hit["id"] for hit in found}, node


def plain_whoosh(documents: list[IndexedDocument]) -> Any:
    words = analysis.SpaceSeparatedTokenizer() | analysis.LowercaseFilter()
    schema = fields.Schema(
        id=fields.ID(stored=True),
        title=fields.TEXT(analyzer=words, phrase=True),
        text=fields.TEXT(analyzer=words, phrase=True),
        person=fields.KEYWORD(commas=True, lowercase=True),
        day=fields.NUMERIC(int, default=0),
    )
    index = RamStorage().create_index(schema)
    with index.writer() as writer:
        for found in documents:
            published = found.article.published
            certain = published is not None and published.confidence == Confidence.HIGH
            writer.add_document(
                id=found.id,
                title=found.article.title,
                text=found.article.text,
                person=",".join(found.values("person")),
                day=published.day.toordinal() if published and certain else 0,
            )
    return index


def whoosh_query_for(node: Node) -> Any:  # noqa: PLR0911 - a line for each node
    """The tree in Whoosh's words."""
    match node:
        case And(children):
            return reduce(lambda a, b: query.And([a, b]), map(whoosh_query_for, children))
        case Or(children):
            return query.Or([whoosh_query_for(child) for child in children])
        case Not(child):
            return query.AndNot(query.Every(), whoosh_query_for(child))
        case Boost(child, _):
            return whoosh_query_for(child)
        case FacetTerm(facet, value):
            return query.Term(facet, value.lower())
        case DateRange(first, last):
            days = (d.toordinal() if d else None for d in (first, last))
            return query.NumericRange(
                "day", *(d or e for d, e in zip(days, (1, 2**30), strict=True))
            )
        case Word(_, field) | Phrase(_, _, field) | Wildcard(_, field):
            return query.Or([_in(name, node) for name in ([field] if field else ["title", "text"])])
        case _:
            return query.Every()


def _in(name: str, node: Word | Phrase | Wildcard) -> Any:
    match node:
        case Word(text):
            return query.Term(name, text)
        case Phrase(words):
            return query.Phrase(name, list(words)) if len(words) > 1 else query.Term(name, words[0])
        case Wildcard(pattern):
            return query.Wildcard(name, pattern)
