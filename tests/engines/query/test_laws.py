"""Laws of the query language: any text means something, any tree can be written down."""

from __future__ import annotations

from datetime import date

from hypothesis import example, given
from hypothesis import strategies as st

from searchapp.engines.query import (
    And,
    Boost,
    DateRange,
    Everything,
    FacetTerm,
    Fuzzy,
    Node,
    Not,
    Or,
    Phrase,
    Wildcard,
    Word,
    normalise,
    parse,
    render,
)
from searchapp.model import FACET_FIELDS

SYNTAX = st.sampled_from(
    [
        *("AND", "OR", "NOT", "(", ")", '"', "“", "”", "„", "«", "»", " ", "\u00a0", "-", "−"),
        *("\\", "*", "?", "~", "~2", "^", "^2", ":", "title:", "person:", "foo:", "date:", "site:"),
        *(
            "[",
            "]",
            "{",
            "}",
            " TO ",
            "2020-10",
            "2020-13",
            ">=",
            ".",
            ",",
            "oil",
            "é",
            "石油",
            "😀",
        ),
        *("before:", "https://", "\ud800", "\x00", "\u200f", "\u0301", "AT&T", "C++", "1"),
    ]
)
QUERIES = st.lists(SYNTAX | st.characters(), max_size=40).map("".join)

# Words as documents have them: any script, any mark, at least one letter or digit.
MARKS = "\\\"“”„‟«»「」『』＂()*?~^:[]{}-−&'.,!#@+/<>="
WORDS: st.SearchStrategy[str] = st.one_of(
    st.text(st.sampled_from(MARKS) | st.sampled_from("aZ9é石") | st.characters(), max_size=8),
    st.sampled_from(
        ["AND", "OR", "NOT", "TO", "title:", "person:x", "foo:bar", "a~1", "a^2", "~5", r"\AND"]
    ),
).filter(lambda word: any(map(str.isalnum, word)) and word.isprintable() and " " not in word)
FIELDS = st.sampled_from([None, "title", "text"])
PATTERNS = st.builds("{}{}{}{}".format, WORDS, st.sampled_from("*?"), WORDS, st.just("z")).filter(
    lambda pattern: "\\" not in pattern
)
DAYS = st.dates()
RANGES = st.one_of(
    st.builds(lambda a, b: DateRange(min(a, b), max(a, b)), DAYS, DAYS),
    st.builds(DateRange, st.none() | DAYS, st.none()),
    st.builds(DateRange, st.none(), st.none() | DAYS),
    st.builds(lambda year: DateRange(date(year, 1, 1), date(year, 12, 31)), st.integers(1, 9999)),
)
FACET_TERMS = st.one_of(
    st.builds(
        FacetTerm,
        st.sampled_from([field for field in FACET_FIELDS if field not in ("site", "lang")]),
        WORDS,
        st.just(value=False),
    ),
    st.builds(
        FacetTerm,
        st.sampled_from([field for field in FACET_FIELDS if field not in ("site", "lang")]),
        st.lists(WORDS, min_size=1, max_size=3).map(" ".join),
        st.just(value=True),
    ),
    st.builds(FacetTerm, st.just("lang"), st.sampled_from(["en", "FR", "und"]), st.booleans()),
    st.builds(
        FacetTerm,
        st.just("site"),
        st.sampled_from(["bbc.co.uk", "example.org", "localhost:8000", "пример.рф"]),
        st.booleans(),
    ),
)
LEAVES = st.one_of(
    st.just(Everything()),
    st.builds(Word, WORDS, FIELDS),
    st.builds(
        Phrase, st.lists(WORDS, min_size=1, max_size=4).map(tuple), st.integers(0, 1000), FIELDS
    ),
    st.builds(Wildcard, PATTERNS, FIELDS),
    st.builds(Fuzzy, WORDS, st.sampled_from([1, 2]), FIELDS),
    FACET_TERMS,
    RANGES,
)
FACTORS = st.floats(0, 1000, exclude_min=True)


def _parents(children: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    several = st.lists(children, max_size=4).map(tuple)
    return st.one_of(
        st.builds(And, several),
        st.builds(Or, several),
        st.builds(Not, children),
        st.builds(Boost, children, FACTORS),
    )


TREES: st.SearchStrategy[Node] = st.recursive(LEAVES, _parents, max_leaves=12)


@given(QUERIES)
@example("\ud83d\ude00\x00")
def test_any_text_means_something(text: str) -> None:
    parsed = parse(text)
    for problem in parsed.warnings:
        assert problem.message
        assert problem.position is None or 0 <= problem.position < len(text)
        assert problem.message.isprintable()


@given(QUERIES)
@example("AND?\\?")
def test_the_canonical_text_of_any_query_means_the_same(text: str) -> None:
    node = parse(text).node
    assert parse(render(node)).node == node
    assert parse(render(node)).warnings == ()
    assert render(parse(render(node)).node) == render(node)


@given(TREES)
@example(Boost(Word("~0"), 2.0))
@example(Boost(Word("AA:"), 2.0))
@example(Boost(Word("a\\"), 2.0))
@example(Boost(Boost(Word("a"), 2.0), 3.0))
@example(Word("-a"))
def test_any_tree_can_be_written_down(tree: Node) -> None:
    parsed = parse(render(tree))
    assert parsed.node == normalise(tree)
    assert parsed.warnings == ()


@given(TREES)
def test_a_normal_tree_stays_as_it_is(tree: Node) -> None:
    assert normalise(normalise(tree)) == normalise(tree)


@given(st.lists(st.sampled_from(["oil", "gas,", "AT&T", "U.S.", "C++", "e-mail"]), min_size=2))
def test_words_are_kept_as_typed_and_in_order(texts: list[str]) -> None:
    assert parse(" ".join(texts)).node == And(tuple(map(Word, texts)))
