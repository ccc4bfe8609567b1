"""The query string, read into a SearchRequest and written back.

First step of the web side of the data's path: the page, the JSON endpoint, the
feeds, the exports and the command line all read the same parameters here, and
links are written from the same table. No Flask: pairs in, domain types out.
`docs/api.md` is the reference for the user.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from itertools import islice

from searchapp.engines import query
from searchapp.engines.base import (
    FieldFilter,
    Hit,
    IndexInfo,
    Interval,
    SearchRequest,
    Sort,
    Undated,
)
from searchapp.errors import Problem, RequestError
from searchapp.model import FACET_FIELDS
from searchapp.web.params import cursor as cursors
from searchapp.web.params import values
from searchapp.web.params.cursor import Cursor
from searchapp.web.params.raw import MOST_PARAMETERS, RawParams

# Hits that can be reached by number; a cursor reaches all.
WINDOW = 10_000
MAX_PAGE = WINDOW
DEFAULT_SIZE, MAX_SIZE = 10, 100
DEFAULT_FACETS = dict.fromkeys(FACET_FIELDS, values.DEFAULT_COUNT)

# Every link of a page repeats every filter: in all so many values, of so many characters.
MOST_VALUES, MOST_FILTER_TEXT = 100, 2_000
ROLES = {"any": "", "all": ".all", "none": ".not"}
FILTERS = tuple(facet + suffix for facet in FACET_FIELDS for suffix in ROLES.values())
SINGLE = (
    "q",
    "from",
    "to",
    "undated",
    "uncertain",
    "sort",
    "page",
    "cursor",
    "size",
    "facets",
    "match",
    "spelling",
    "strict",
    "explain",
)
FINDING = {facet: f"{facet}.find" for facet in FACET_FIELDS}
PARAMETERS = (*SINGLE, *FILTERS, *FINDING.values())
# Of the search that a text is typed into, a suggestion keeps these.
KEPT = (*FILTERS, "from", "to", "undated", "uncertain", "sort")
SUGGEST_PARAMETERS = ("q", "size", *KEPT)
DEFAULT_COMPLETIONS, MAX_COMPLETIONS = 8, 50


class Match(StrEnum):
    """Whether words typed side by side may be missing where few pages have all of them."""

    MOST = "most"
    ALL = "all"


class Spelling(StrEnum):
    """Whether what no page has is searched for in the archive's spelling."""

    CORRECTED = "corrected"
    TYPED = "typed"


@dataclass(frozen=True)
class Search:
    """What was asked: the words as typed and the request they were read into.

    `warnings` are the parts of `q` searched literally because they were not
    understood; with `strict` they are errors instead, so there are none. With `explain`
    an answer says why it is what it is; `match` is what made
    `request.every_word`. Equal searches have equal `to_pairs`.
    """

    q: str = ""
    request: SearchRequest = field(
        default_factory=lambda: SearchRequest(
            sort=Sort.NEWEST, facets=DEFAULT_FACETS, interval=Interval.AUTO, correct=True
        )
    )
    warnings: tuple[Problem, ...] = ()
    strict: bool = False
    explain: bool = False
    match: Match = Match.MOST


def parse(pairs: Iterable[tuple[str, str]]) -> Search:
    """Read decoded name and value pairs, in any order.

    A parameter with an empty value counts as not given, as forms send it. Raises
    RequestError with every problem found, not only the first.
    """
    raw = RawParams(pairs, PARAMETERS)
    strict = raw.one("strict", values.flag, default=False)
    explain = raw.one("explain", values.flag, default=False)
    q = raw.one("q", values.query_text, default="")
    parsed = query.parse(q)
    if strict:
        raw.problems.extend(parsed.warnings)
    match = raw.one("match", values.one_of(Match), Match.MOST)
    request = _request(raw, parsed.node)
    request = replace(request, optional=parsed.optional, every_word=match == Match.ALL)
    search = Search(q, request, parsed.warnings, strict, explain, match)
    followed = _follow_cursor(raw, search)
    if raw.problems:
        raise RequestError(tuple(raw.problems))
    return replace(search, request=followed)


@dataclass(frozen=True)
class SuggestRequest:
    """A text being typed, and how many ways to go on are asked for.

    `within` is the search it is typed into, without words, `typed` the same with the text.
    """

    q: str
    size: int
    within: Search = field(default_factory=Search)
    typed: Search = field(default_factory=Search)


def parse_suggest(pairs: Iterable[tuple[str, str]]) -> SuggestRequest:
    """Read what `/api/v1/suggest` takes. Raises RequestError."""
    given = list(islice(pairs, MOST_PARAMETERS + 1))
    raw = RawParams(given, SUGGEST_PARAMETERS)
    q = raw.one("q", values.facet_value, default="")
    size = raw.one("size", values.whole_number(1, MAX_COMPLETIONS), DEFAULT_COMPLETIONS)
    kept = [pair for pair in given if pair[0] in KEPT]
    try:
        within, typed = parse(kept), parse([("q", q), *kept])
    except RequestError as error:
        raise RequestError((*error.problems, *raw.problems)) from error
    if raw.problems:
        raise RequestError(tuple(raw.problems))
    return SuggestRequest(q, size, within, typed)


def to_cursor(search: Search, hit: Hit, index: IndexInfo) -> Cursor:
    """What goes on behind a hit, the last one of the search's page."""
    request = search.request
    place = cursors.place_of(hit, request, index)
    return Cursor(_fingerprint(search), request.page + 1, place)


def _follow_cursor(raw: RawParams, search: Search) -> SearchRequest:
    """The search's request with its cursor followed, if it has one and it is its own."""
    cursor, request = raw.one("cursor", cursors.read, None), search.request
    if cursor is None:
        return request
    if request.page != 1:
        raw.problems.append(Problem("page", "cannot be given with cursor; leave one out"))
    if not raw.problems and cursor.search != _fingerprint(search):
        words = "belongs to another search; start that one anew, without cursor"
        raw.problems.append(Problem("cursor", words))
    return replace(request, page=cursor.page, after=cursor.place)


def _fingerprint(search: Search) -> str:
    """Of what decides the hits, their order and the pages they are cut into."""
    bare = replace(search.request, page=1, after=None, facets={}, interval=None, finding={})
    return cursors.fingerprint(to_pairs(Search(search.q, bare, match=search.match)))


def to_pairs(search: Search) -> tuple[tuple[str, str], ...]:
    """Write a search in one normal form, what is default left out.

    `parse(to_pairs(search)) == search` for every search that `parse` made.
    """
    request = search.request
    pairs = (
        ("q", search.q),
        *_filter_pairs(request.filters),
        ("from", _iso(request.first_day)),
        ("to", _iso(request.last_day)),
        ("undated", request.undated.value),
        ("uncertain", "include" if request.uncertain else ""),
        ("sort", "" if request.sort == default_sort(request.query) else request.sort.value),
        ("page", "" if request.page == 1 or request.after else str(request.page)),
        ("cursor", _cursor_text(search)),
        ("size", "" if request.size == DEFAULT_SIZE else str(request.size)),
        ("facets", _facets_text(request)),
        *((FINDING[facet], typed) for facet, typed in request.finding.items()),
        ("match", "" if search.match == Match.MOST else search.match.value),
        ("spelling", "" if request.correct else Spelling.TYPED.value),
        ("strict", "1" if search.strict else ""),
        ("explain", "1" if search.explain else ""),
    )
    return tuple((name, value) for name, value in pairs if value)


def default_sort(node: query.Node) -> Sort:
    """Relevance where there is something to be relevant to, else newest first."""
    return Sort.NEWEST if isinstance(node, query.Everything) else Sort.RELEVANCE


def _request(raw: RawParams, node: query.Node) -> SearchRequest:
    first = raw.one("from", values.first_day, None)
    last = raw.one("to", values.last_day, None)
    if first and last and first > last:
        raw.problems.append(Problem("from", f"{first} is after to ({last}); swap them"))
    sort = raw.one("sort", values.one_of(Sort), Sort.RELEVANCE)
    shown: tuple[dict[str, int], Interval | None] = (DEFAULT_FACETS, Interval.AUTO)
    facets, interval = raw.one("facets", values.facets, shown)
    page = raw.one("page", values.whole_number(1, MAX_PAGE), 1)
    size = raw.one("size", values.whole_number(1, MAX_SIZE), DEFAULT_SIZE)
    if page * size > WINDOW:
        reach = f"reaches only the first {WINDOW:,} hits; go on with cursor, from links.next"
        raw.problems.append(Problem("page", reach))
    return SearchRequest(
        query=node,
        filters=_filters(raw),
        first_day=first,
        last_day=last,
        undated=raw.one("undated", values.one_of(Undated), Undated.DEFAULT),
        uncertain=raw.one("uncertain", values.include_flag, default=False),
        sort=default_sort(node) if sort == Sort.RELEVANCE else sort,
        page=page,
        size=size,
        facets=facets,
        interval=interval,
        finding=_finding(raw, facets),
        correct=raw.one("spelling", values.one_of(Spelling), Spelling.CORRECTED) != Spelling.TYPED,
    )


def _filters(raw: RawParams) -> dict[str, FieldFilter]:
    filters = {
        facet: FieldFilter(**{role: raw.many(facet + end) for role, end in ROLES.items()})
        for facet in FACET_FIELDS
    }
    chosen = {facet: one for facet, one in filters.items() if one != FieldFilter()}
    _check_amount(raw, _filter_pairs(chosen))
    return chosen


def _check_amount(raw: RawParams, given: Sequence[tuple[str, str]]) -> None:
    """Refuse filters whose repetition in every link would cost too much."""
    size = sum(len(value) for _, value in given)
    if len(given) > MOST_VALUES:
        much = f"{len(given)} values, {MOST_VALUES} at most"
    elif size > MOST_FILTER_TEXT:
        much = f"values of {size:,} characters, {MOST_FILTER_TEXT:,} at most"
    else:
        return
    name, _ = Counter(name for name, _ in given).most_common(1)[0]
    raw.problems.append(Problem(name, f"makes the filters too many: in all they have {much}"))


def _finding(raw: RawParams, facets: Mapping[str, int]) -> dict[str, str]:
    typed = {facet: raw.one(name, values.typed_words, "") for facet, name in FINDING.items()}
    finding = {facet: words for facet, words in typed.items() if words}
    for facet in finding.keys() - facets.keys():
        words = f"looks in a facet that facets leaves out; add {facet} there"
        raw.problems.append(Problem(FINDING[facet], words))
    return finding


def _filter_pairs(filters: Mapping[str, FieldFilter]) -> list[tuple[str, str]]:
    return [
        (facet + end, value)
        for facet in FACET_FIELDS
        if facet in filters
        for role, end in ROLES.items()
        for value in getattr(filters[facet], role)
    ]


def _facets_text(request: SearchRequest) -> str:
    if request.facets == DEFAULT_FACETS and request.interval == Interval.AUTO:
        return ""
    return values.facets_text(request.facets, request.interval)


def _cursor_text(search: Search) -> str:
    request = search.request
    if request.after is None:
        return ""
    return cursors.write(Cursor(_fingerprint(search), request.page, request.after))


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""
