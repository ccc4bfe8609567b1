"""The query language, construct by construct: what is typed, the tree, the warnings."""

from __future__ import annotations

import re
import time
from datetime import date
from pathlib import Path

import pytest

from searchapp.engines.query import (
    MAX_DEPTH,
    MAX_WORDS,
    NOTHING,
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
    parse,
    render,
)


def words(*texts: str) -> And:
    return And(tuple(Word(text) for text in texts))


A, B, C = Word("a"), Word("b"), Word("c")
OIL = Word("oil")
OCTOBER = DateRange(date(2020, 10, 1), date(2020, 10, 31))

UNDERSTOOD: list[tuple[str, Node]] = [
    # nothing and everything
    ("", Everything()),
    (" \t\n\u00a0\u3000", Everything()),
    ("*", Everything()),
    ("-*", NOTHING),
    # AND, OR, NOT
    ("a b", And((A, B))),
    ("a AND b", And((A, B))),
    ("a\u00a0b\u3000c", And((A, B, C))),
    ("a OR b", Or((A, B))),
    ("a b OR c", Or((And((A, B)), C))),
    ("a OR b c", Or((A, And((B, C))))),
    ("(a OR b) c", And((Or((A, B)), C))),
    ("(a OR b)c", And((Or((A, B)), C))),
    ("a AND(b OR c)", And((A, Or((B, C))))),
    ("a (b c)", And((A, B, C))),
    ("((a))", A),
    ("a NOT b", And((A, Not(B)))),
    ("a AND NOT b", And((A, Not(B)))),
    ("a OR NOT b", Or((A, Not(B)))),
    ("a -b", And((A, Not(B)))),
    ("a \u2212b", And((A, Not(B)))),
    ("-oil", Not(OIL)),
    ("-a -b", And((Not(A), Not(B)))),
    ("NOT NOT a", Not(Not(A))),
    ('-"a b"', Not(Phrase(("a", "b")))),
    ("-(a OR b)", Not(Or((A, B)))),
    ("-title:a", Not(Word("a", "title"))),
    ("title:-a", Not(Word("a", "title"))),
    ("-.NET", Not(Word(".NET"))),
    ("\u200f-oil", Not(OIL)),
    ("a and b or not c", words("a", "and", "b", "or", "not", "c")),
    # a hyphen that is not a minus
    ("a - b", And((A, B))),
    ("a -- b", And((A, B))),
    ("e-mail", Word("e-mail")),
    ("--dry-run", Word("--dry-run")),
    ('"post"-war', And((Phrase(("post",)), Word("-war")))),
    # phrases
    ('"a b"', Phrase(("a", "b"))),
    ('"oil"', Phrase(("oil",))),
    ('"a b"~5', Phrase(("a", "b"), slop=5)),
    ('"a  &  b"', Phrase(("a", "b"))),
    ('"clim* NOT (b"', Phrase(("clim*", "NOT", "(b"))),
    (r'"the \"Rock\" \\"', Phrase(("the", '"Rock"'))),
    ("“a b”", Phrase(("a", "b"))),
    ("„a b“", Phrase(("a", "b"))),
    ("„a b”", Phrase(("a", "b"))),
    ("”a b”", Phrase(("a", "b"))),
    ("«a b»", Phrase(("a", "b"))),
    ("«\u00a0a b\u00a0»", Phrase(("a", "b"))),
    ("»a b«", Phrase(("a", "b"))),
    ("「東京」", Phrase(("東京",))),
    ('"a""b"', And((Phrase(("a",)), Phrase(("b",))))),
    ("l’«affaire Dreyfus»", And((Word("l’"), Phrase(("affaire", "Dreyfus"))))),
    ('5" צה"ל', words('5"', 'צה"ל')),
    # fields of the text
    ("title:a", Word("a", "title")),
    ("Title:a", Word("a", "title")),
    ("text:a", Word("a", "text")),
    ('title:"a b"~2', Phrase(("a", "b"), 2, "title")),
    ("title:(a OR b)", Or((Word("a", "title"), Word("b", "title")))),
    ("title:clim*", Wildcard("clim*", "title")),
    # facets
    ('person:"Sergey Lavrov"', FacetTerm("person", "Sergey Lavrov", whole=True)),
    ("person:“Sergey  Lavrov”", FacetTerm("person", "Sergey Lavrov", whole=True)),
    ("person:O'Brien", FacetTerm("person", "O'Brien", whole=False)),
    ("org:AT&T", FacetTerm("org", "AT&T", whole=False)),
    (
        "place:(Baku OR Ganja)",
        Or((FacetTerm("place", "Baku", whole=False), FacetTerm("place", "Ganja", whole=False))),
    ),
    ("site:bbc.co.uk", FacetTerm("site", "bbc.co.uk", whole=False)),
    ("site:https://www.BBC.co.uk/news?a", FacetTerm("site", "bbc.co.uk", whole=False)),
    ("lang:en", FacetTerm("lang", "en", whole=False)),
    ("-author:Smith", Not(FacetTerm("author", "Smith", whole=False))),
    # patterns and near spellings
    ("clim*", Wildcard("clim*")),
    ("clim*,", Wildcard("clim*")),
    ("w?ldcard", Wildcard("w?ldcard")),
    ("*ology", Wildcard("*ology")),
    ("COVID-*", Wildcard("COVID-*")),
    ("oil~", Fuzzy("oil", 1)),
    ("oil~1", Fuzzy("oil", 1)),
    ("oil~2,", Fuzzy("oil", 2)),
    ("title:oil~2", Fuzzy("oil", 2, "title")),
    # boosts
    ("example.org/~user", Word("example.org/~user")),
    ("~500 people", words("~500", "people")),
    ("a | b", words("a", "b")),
    ("oil! R&D", words("oil!", "R&D")),
    ("[road to nowhere]", words("[road", "to", "nowhere]")),
    (r"oil\^x a\|\|b", words("oil^x", "a||b")),
    ("oil^2", Boost(OIL, 2)),
    ("oil~1^0.5", Boost(Fuzzy("oil", 1), 0.5)),
    ('"a b"~3^1.5', Boost(Phrase(("a", "b"), 3), 1.5)),
    ("(a b)^2", Boost(And((A, B)), 2)),
    ("clim*^2", Boost(Wildcard("clim*"), 2)),
    ("person:Lavrov^2", Boost(FacetTerm("person", "Lavrov", whole=False), 2)),
    ("oil^1", OIL),
    # dates
    ("date:2020-10", OCTOBER),
    ('date:"2020-10"', OCTOBER),
    ("date:2020", DateRange(date(2020, 1, 1), date(2020, 12, 31))),
    ("date:2020-10-04", DateRange(date(2020, 10, 4), date(2020, 10, 4))),
    ("date:2020-02", DateRange(date(2020, 2, 1), date(2020, 2, 29))),
    ("date:[2020-09-27 TO 2020-10-04]", DateRange(date(2020, 9, 27), date(2020, 10, 4))),
    ("date:[2020-09 TO 2020-10]", DateRange(date(2020, 9, 1), date(2020, 10, 31))),
    ("date:[ 2020  to 2020-10 ]", DateRange(date(2020, 1, 1), date(2020, 10, 31))),
    ("date:[* TO 2020-10]", DateRange(None, date(2020, 10, 31))),
    ("date:[2020-10 TO *]", DateRange(date(2020, 10, 1), None)),
    ("date:{2020-09 TO 2020-11}", OCTOBER),
    ("date:{2020-09 TO 2020-10]", OCTOBER),
    ("date:[2020-10 TO 2020-11}", OCTOBER),
    ("date:>2020-10", DateRange(date(2020, 11, 1), None)),
    ("date:>=2020-10", DateRange(date(2020, 10, 1), None)),
    ("date:<2020-10", DateRange(None, date(2020, 9, 30))),
    ("date:<=2020-10", DateRange(None, date(2020, 10, 31))),
    ("before:2020-10-04", DateRange(None, date(2020, 10, 3))),
    ("before:2020", DateRange(None, date(2019, 12, 31))),
    ("after:2020-09", DateRange(date(2020, 10, 1), None)),
    ("date:*", DateRange(None, None)),
    ("-date:2020-10", Not(OCTOBER)),
    ("date:2020-10^2", Boost(OCTOBER, 2)),
    (
        "date:(2020-10 OR 9999)",
        Or((OCTOBER, DateRange(date(9999, 1, 1), date(9999, 12, 31)))),
    ),
    # codes and names with punctuation are words as typed
    *(
        (text, Word(text))
        for text in ["AT&T", "C++", "C#", "U.S.", "O'Brien", "O’Brien", "COVID-19", "F-16"]
    ),
    *(
        (text, Word(text))
        for text in [
            "rock'n'roll",
            "@user",
            "#tag",
            ".NET",
            "R&D/ops",
            "3.5",
            "1,000",
            "$5",
            "[sic]",
        ]
    ),
    # a colon that is not a field's
    *(
        (text, Word(text))
        for text in ["https://x.org/a?b=c*&d", "10:30", "3:1", "Russia:", "std::vector"]
    ),
    *((text, Word(text)) for text in [r"C:\news", r"Nato:n", r"EU:ssa", r"http://localhost:80/"]),
    # a question mark at the end of a word is one
    ("Who is Lavrov?", words("Who", "is", "Lavrov?")),
    # and one that was a quotation mark in another encoding
    ("the ?slip? effect", words("the", "?slip?", "effect")),
    ("?slip", Word("?slip")),
    ("?s?ip", Wildcard("?s?ip")),
    ("?sli*", Wildcard("?sli*")),
    ("Qui est Lavrov ?", words("Qui", "est", "Lavrov")),
    ("Lavrov？ لافروف؟", words("Lavrov？", "لافروف؟")),
    # punctuation by itself asks for nothing
    ("oil & gas", words("oil", "gas")),
    ("oil ... gas !!!", words("oil", "gas")),
    ("News | World » Asia", words("News", "World", "Asia")),
    ("World » Asia «a b»", And((Word("World"), Word("Asia"), Phrase(("a", "b"))))),
    ("oil -> gas", words("oil", "gas")),
    ("oil OR &", OIL),
    ('oil "" ()', OIL),
    # a ~ or ^ that says nothing is part of the word
    ("~5 people", words("~5", "people")),
    # a backslash takes a meaning away
    (r"\AND", Word("AND")),
    (r"title\:a", Word("title:a")),
    (r"\-a", Word("-a")),
    (r"a\*", Word("a*")),
    (r"a\~1", Word("a~1")),
    (r"\(a\)", Word("(a)")),
    (r"\"a", Word('"a')),
    (r"a\\b", Word(r"a\b")),
    ("a\\ b", And((Word("a\\"), B))),
]


@pytest.mark.parametrize(("text", "tree"), UNDERSTOOD)
def test_what_is_understood(text: str, tree: Node) -> None:
    parsed = parse(text)
    assert parsed.node == tree
    assert parsed.warnings == ()


# what is typed, the tree, and the place and the gist of each warning
MISUNDERSTOOD: list[tuple[str, Node, list[tuple[int, str]]]] = [
    # the pieces do not fit together: the whole query is searched as words
    ('a "b c', words("a", "b", "c"), [(2, 'mark " is never closed')]),
    ("a “b c", words("a", "b", "c"), [(2, "mark “ is never closed")]),
    ('title:"b c', words("title:", "b", "c"), [(6, 'mark " is never closed')]),
    ("(a OR b", words("a", "OR", "b"), [(0, "( is never closed")]),
    ("a) b", words("a", "b"), [(1, ") closes nothing")]),
    (":-) a", A, [(2, ") closes nothing")]),
    ("AND a", words("AND", "a"), [(0, "nothing comes before AND")]),
    ("a AND", words("a", "AND"), [(2, "nothing comes after AND")]),
    ("a AND AND b", words("a", "AND", "AND", "b"), [(2, "nothing comes after AND")]),
    ("OR OR", words("OR", "OR"), [(0, "nothing comes before OR")]),
    ("a OR OR b", words("a", "OR", "OR", "b"), [(2, "nothing comes after OR")]),
    ("a OR AND b", words("a", "OR", "AND", "b"), [(2, "nothing comes after OR")]),
    ("(a OR) b", words("a", "OR", "b"), [(3, "nothing comes after OR")]),
    ("NOT", Word("NOT"), [(0, "nothing comes after NOT")]),
    ("a NOT", words("a", "NOT"), [(2, "nothing comes after NOT")]),
    ("NOT OR a", words("NOT", "OR", "a"), [(0, "nothing comes after NOT")]),
    # a part means nothing: that part is searched as words
    ("foo:bar c", words("foo", "bar", "c"), [(0, "no field foo:")]),
    (
        'foo:"a b"',
        And((Word("foo"), Phrase(("a", "b")))),
        [(0, "title, text, person, org, place, site, author, lang, date, before, after")],
    ),
    ("foo:[a TO b]", words("foo", "a", "TO", "b"), [(0, "no field"), (4, "needs date:")]),
    ("c -foo:(a OR b)", And((C, Not(And((Word("foo"), Or((A, B))))))), [(3, "no field foo:")]),
    ("a title:", words("a", "title"), [(2, "nothing to search for comes after title:")]),
    ("title: a", words("title", "a"), [(0, "nothing to search for comes after title:")]),
    ('title:"" a', words("title", "a"), [(0, "comes after title:")]),
    ("person:() a", words("person", "a"), [(0, "comes after person:")]),
    ("org:& a", words("org", "a"), [(0, "comes after org:")]),
    ("date:2020-13", words("date", "2020-13"), [(5, "2020-13 is not in the calendar")]),
    ("date:2020-02-30", words("date", "2020-02-30"), [(5, "2020-02-30 is not in")]),
    ("date:0000", words("date", "0000"), [(5, "0000 is not in the calendar")]),
    ("date:04/10/2020", words("date", "04/10/2020"), [(5, "write 2020, 2020-10 or")]),
    ("date:٢٠٢٠", words("date", "٢٠٢٠"), [(5, "is not a date")]),
    ("before:yesterday", words("before", "yesterday"), [(7, "is not a date")]),
    ("before:0001", words("before", "0001"), [(7, "no day comes before 0001-01-01")]),
    ("after:9999", words("after", "9999"), [(6, "no day comes after 9999-12-31")]),
    ("date:[2021 TO 2020]", words("date", "2021", "TO", "2020"), [(5, "no day lies between")]),
    ("date:{2020 TO 2020}", words("date", "2020", "TO", "2020"), [(5, "no day lies between")]),
    ("date:[2020 TO 2020-13]", words("date", "2020", "TO", "2020-13"), [(5, "2020-13")]),
    ("date:[* TO 2020-13]", words("date", "TO", "2020-13"), [(5, "2020-13")]),
    ("date:[2020", words("date", "2020"), [(5, "is not a date")]),
    ("person:[a TO c]", words("person", "a", "TO", "c"), [(7, "takes no range")]),
    ("a date:2020-13 b", words("a", "date", "2020-13", "b"), [(7, "2020-13")]),
    # a number is out of range: the nearest one is used
    ("oil~3", Fuzzy("oil", 2), [(0, "~2 is the nearest")]),
    ("oil~0.8", Fuzzy("oil", 1), [(0, "~1 is the nearest")]),
    ("oil~0", Fuzzy("oil", 1), [(0, "~1 is the nearest")]),
    ('"a b"~99999', Phrase(("a", "b"), 1000), [(0, "~1000 is the nearest")]),
    ('"a b"~', Phrase(("a", "b")), [(0, "~0 is the nearest")]),
    ("oil^0", OIL, [(0, "^0 cannot be used")]),
    ("a oil^9999", And((A, OIL)), [(2, "^9999 cannot be used")]),
    ("(a b)^0", And((A, B)), [(5, "^0 cannot be used")]),
    # it looks like a part of the language and is none: it is searched as it stands
    ("oil^", Word("oil^"), [(0, "^ takes a factor over 0")]),
    ("oil^-1", Word("oil^-1"), [(0, "^ takes a factor")]),
    ("oil^abc", Word("oil^abc"), [(0, "^ takes a factor")]),
    ("oil^1,5", Word("oil^1,5"), [(0, "^ takes a factor")]),
    ("oil^2~1", Fuzzy("oil^2", 1), [(0, "at the very end")]),
    ('"a b"^-2', And((Phrase(("a", "b")), Word("^-2"))), [(5, "^ takes a factor")]),
    ('"a b"^2~5', And((Boost(Phrase(("a", "b")), 2), Word("~5"))), [(7, "before a ^")]),
    ("oil~abc", Word("oil~abc"), [(0, "~ takes how many letters")]),
    ("a || b", words("a", "b"), [(2, "write OR")]),
    ("a||b", Word("a||b"), [(0, "write OR")]),
    ("a && b", words("a", "b"), [(2, "write AND")]),
    ("!oil", Word("!oil"), [(0, "write - or NOT")]),
    ("title:NOT a", And((Word("NOT", "title"), A)), [(6, "write NOT title:word")]),
    ("title:AND", Word("AND", "title"), [(6, "cannot follow title:")]),
    ("title:text:a", Word("text:a", "title"), [(6, "cannot hold another field")]),
    ("title:(person:a)", FacetTerm("person", "a", whole=False), [(7, "within title:( )")]),
    ("title:(a text:b)", And((Word("a", "title"), Word("b", "text"))), [(9, "within title:( )")]),
    ("[a TO b]", words("a", "TO", "b"), [(0, "a range needs date:")]),
    ("lang:en-GB", FacetTerm("lang", "en-GB", whole=False), [(5, "a code of two letters")]),
    ("lang:english", FacetTerm("lang", "english", whole=False), [(5, "a code of two letters")]),
    # a mark has no meaning here: it is left out, or stands as it is
    ("(a b)~2", And((A, B)), [(5, "~2 cannot be used")]),
    ("clim*~1", Wildcard("clim*"), [(0, "~1 cannot be used")]),
    ("person:Lavrof~1", FacetTerm("person", "Lavrof", whole=False), [(7, "~1 cannot be used")]),
    ("date:2020-10~1", OCTOBER, [(5, "~1 cannot be used")]),
    ("person:Lav*", FacetTerm("person", "Lav*", whole=False), [(7, "not a pattern")]),
    # no word at all: nothing is found
    ("&", NOTHING, [(0, "no word")]),
    ("...", NOTHING, [(0, "no word")]),
    ("-", NOTHING, [(0, "no word")]),
    ("?", NOTHING, [(0, "no word")]),
    ('""', NOTHING, [(0, "no word")]),
    ("()", NOTHING, [(0, "no word")]),
    (")(", NOTHING, [(0, ") closes nothing")]),
    ("\ud800", Everything(), []),
    # positions count code points, not bytes or UTF-16 units
    ("😀é date:2020-13", words("😀é", "date", "2020-13"), [(8, "2020-13")]),
    # one warning for each
    ("foo:a oil~9", And((Word("foo"), A, Fuzzy("oil", 2))), [(0, "foo:"), (6, "~9")]),
]


@pytest.mark.parametrize(("text", "tree", "warnings"), MISUNDERSTOOD)
def test_what_is_not_understood(text: str, tree: Node, warnings: list[tuple[int, str]]) -> None:
    parsed = parse(text)
    assert parsed.node == tree
    assert [problem.position for problem in parsed.warnings] == [place for place, _ in warnings]
    for problem, (_, gist) in zip(parsed.warnings, warnings, strict=True):
        assert problem.parameter == "q"
        assert gist in problem.message


CANONICAL = [
    ("", "*"),
    ("oil gas -coal", "oil AND gas AND NOT coal"),
    ("a b OR c", "(a AND b) OR c"),
    ("-(a b)", "NOT (a AND b)"),
    ("title:(a OR b)", "title:a OR title:b"),
    ("“a  b”~5^2.50", '"a b"~5^2.5'),
    ("oil~", "oil~1"),
    ("(a b)^2", "(a AND b)^2"),
    ('person:“O \\"X\\" Y”', 'person:"O \\"X\\" Y"'),
    ("AND a", r"\AND AND a"),
    (r"a\*b", r"a\*b"),
    (r"\-foo bar", r"\-foo AND bar"),
    (r"\−foo", r"\−foo"),
    ("before:2020", "date:[* TO 2019-12-31]"),
    ("date:[2020-10-01 TO 2020-10-31]", "date:2020-10"),
    ("date:[2020-01 TO 2020-12]", "date:2020"),
    ("date:[0999 TO 1000-01-02]", "date:[0999-01-01 TO 1000-01-02]"),
    ("&", "NOT *"),
]


def _documented() -> list[tuple[str, bool]]:
    """Every query in the tables of the user's page, and whether it is to be understood."""
    page = Path(__file__).parents[3] / "docs" / "query-language.md"
    good, _, bad = page.read_text(encoding="utf-8").partition("## When it does not fit")
    return [
        (text, understood)
        for part, understood in ((good, True), (bad, False))
        for line in re.findall(r"^\| (`.*?) \| ", part, re.MULTILINE)
        for text in re.findall("`([^`]+)`", line)
    ]


@pytest.mark.parametrize(("text", "understood"), _documented())
def test_every_query_of_the_page_is_read_as_it_says(text: str, *, understood: bool) -> None:
    assert (parse(text).warnings == ()) is understood


@pytest.mark.parametrize(("text", "canonical"), CANONICAL)
def test_canonical_text(text: str, canonical: str) -> None:
    assert render(parse(text).node) == canonical


def test_brackets_nest_up_to_the_limit() -> None:
    allowed = "(" * MAX_DEPTH + "a" + ")" * MAX_DEPTH
    assert (parse(allowed).node, parse(allowed).warnings) == (A, ())
    assert parse(" ".join(["(a)"] * (MAX_DEPTH + 1))).warnings == ()
    parsed = parse(f"({allowed})")
    assert parsed.node == A
    assert [problem.position for problem in parsed.warnings] == [MAX_DEPTH]


def test_a_tree_too_high_to_render_in_brackets_is_searched_as_words() -> None:
    text = "a"
    for _ in range(MAX_DEPTH):
        text = f"(b {text} OR c)"
    parsed = parse(text)
    assert parsed.node == words(*text.replace("(", "").replace(")", "").split())
    assert [problem.position for problem in parsed.warnings] == [None]


def test_words_over_the_limit_are_left_out_with_one_warning() -> None:
    parsed = parse(" OR ".join(["oil"] * (MAX_WORDS + 5)))
    assert parsed.node == Or((OIL,) * MAX_WORDS)
    assert [problem.position for problem in parsed.warnings] == [MAX_WORDS * len("oil OR ")]


@pytest.mark.parametrize("costly", ["oi*", "oil~1", "oi*^2"])
def test_patterns_and_near_spellings_count_as_sixteen_words(costly: str) -> None:
    most = MAX_WORDS // 16
    assert parse(" ".join([costly] * most)).warnings == ()
    parsed = parse(" ".join([costly] * (most + 1)) + " oil")
    assert parsed.node == And((parse(costly).node,) * most)
    assert [problem.position for problem in parsed.warnings] == [most * len(costly + " ")]


def test_the_words_of_phrases_and_dates_count() -> None:
    for text in ('"' + "oil " * (MAX_WORDS + 1) + '"', 'date:"' + "oil " * (MAX_WORDS + 1) + '"'):
        parsed = parse(text)
        assert parsed.node == NOTHING
        assert "at most" in parsed.warnings[-1].message


def test_a_literal_query_has_the_same_limit() -> None:
    parsed = parse("( " + "oil " * (MAX_WORDS + 5))
    assert parsed.node == And((OIL,) * MAX_WORDS)
    assert f"the first {MAX_WORDS} of {MAX_WORDS + 5}" in parsed.warnings[0].message


@pytest.mark.parametrize(
    "part",
    [
        *(
            "(",
            ")",
            "()",
            "-",
            "NOT ",
            "a ",
            "a",
            '"',
            '"a" ',
            "“",
            "\\",
            "~1",
            "^2",
            "*",
            "?",
            "? ",
        ),
        *("a?", ".", "title:", "title:( ", "foo:", "date:[", "date:[a ", "[", "-(", "»", "» ", " "),
        *("a OR ", "a~", "oil^1", "date:2020-13 ", "foo:(", "1", "~1.", "\U0001f600", "\u0301"),
    ],
)
def test_any_repetition_takes_linear_time(part: str) -> None:
    text = part * (50_000 // len(part))
    started = time.process_time()
    parse(text)
    parse(f"a~1{text}x")
    assert time.process_time() - started < 10


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("ferry", ""),
        ("ferry ferry", ""),
        ("ferry quay", "ferry quay"),
        ("what is a quay?", "what is a quay?"),
        ("a AND b", ""),
        ("a AND b c", ""),
        ("a AND b c d", "c d"),
        ("a b AND c d e", "a d e"),
        ("a b OR c", ""),
        ("a (b c) d", "a b c d"),
        ("((a) (b c))", "a b c"),
        ("a (b OR c) d", "a d"),
        ("a (b AND c) d", "a d"),
        ("a AND (b c) d e", "d e"),
        ("a (b c)^2 d", "a d"),
        ("-(a b) c d", "c d"),
        ("NOT a b c", "b c"),
        ("a -b", ""),
        ('a "b c" d', "a d"),
        ('a "b" b c', "a b c"),
        ("a* b c~1 d e^2 f", "b d f"),
        ("title:a b c", "b c"),
        ("title:(a b) c d", "c d"),
        ("person:ada a b", "a b"),
        ("after:2020 a b", "a b"),
        ("a NOT a b c", "a b c"),
        ("a AND b a c", "c"),
        # What is searched as words after all.
        ("Ratio:growth in Europe", "Ratio growth in Europe"),
        ("foo:(a b) c d", "c d"),
        ('"a b c', "a b c"),
        ("a b (c", "a b c"),
    ],
)
def test_words_side_by_side_are_optional(text: str, words: str) -> None:
    expected = words.split() if len(words.split()) > 1 else []
    assert [word.text for word in parse(text).optional] == expected
    assert {word.field for word in parse(text).optional} <= {None}
