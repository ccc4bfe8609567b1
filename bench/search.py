"""Times faceted pages: searchapp's engine, tantivy, SQLite FTS5, Whoosh's own searcher.

    python bench/search.py [--documents 18000] [--rounds 15] [--jsonl FILE]

A page is the ten best of a query, its exact total, the ten most frequent values of
three multi-valued facets and the months, with snippets where the engine makes them
(SQLite's `snippet`; not for Whoosh, whose page does not wait for them). All engines
answer the same queries over the same documents in one interleaved run; CPU time is
that of this process. Documents are made up, with words and names as frequent as in
news (Zipf), or read from JSON lines of {"title", "text", "day", "person", "org", "place"}.
tantivy takes part when it is installed (`pip install tantivy`, dependency group `bench`);
`bench/faceted.py` measures beside it on facetbench's corpora.
"""

from __future__ import annotations

import argparse
import json
import random
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import Any

from whoosh import fields, index, sorting
from whoosh import query as whoosh_query

from searchapp.engines.base import BuildStamp, FieldFilter, Interval, SearchRequest
from searchapp.engines.query import And, Everything, Node, Or, Phrase, Wildcard, Word
from searchapp.engines.whoosh import WhooshEngine
from searchapp.model import (
    Article,
    Confidence,
    DatePrecision,
    Entity,
    EntityType,
    IndexedDocument,
    PublicationDate,
)

# Only in the dependency group `bench`.
tantivy: Any = import_module("tantivy") if find_spec("tantivy") else None

# Whoosh exports its queries without saying so to type checkers.
query: Any = whoosh_query
FACETS = ("person", "org", "place")
FIRST_DAY = date(2015, 1, 1)
DAYS = 3650
VOCABULARY = 60_000
NAMES = {"person": 12_000, "org": 4_000, "place": 1_500}
SYLLABLES = [c + v for c in "bdfgklmnprstvz" for v in "aeiou"]


@dataclass(frozen=True)
class Case:
    """One class of query: as a tree, for FTS5 and for Whoosh."""

    name: str
    node: Node
    fts: str
    whoosh: Any
    days: tuple[date, date] | None = None
    value: tuple[str, str] | None = None


def word(number: int) -> str:
    """The word of a rank: distinct, pronounceable, longer when rarer."""
    letters = []
    while True:
        number, place = divmod(number, len(SYLLABLES))
        letters.append(SYLLABLES[place])
        if not number:
            return "".join(letters) + "k"


def made_up(count: int) -> Iterator[IndexedDocument]:
    """Documents of about 250 words, the same every time."""
    rng = random.Random(1)  # noqa: S311 - a bench, not a secret
    ranks = {n: [1 / (i + 2) for i in range(n)] for n in (VOCABULARY, *NAMES.values())}
    pools = {
        n: rng.choices(range(n), weights, k=1_000_000 if n == VOCABULARY else 200_000)
        for n, weights in ranks.items()
    }
    for number in range(count):
        words = rng.choices(pools[VOCABULARY], k=max(40, int(rng.gauss(250, 100))))
        text = " ".join(word(w) for w in words)
        values = {f: rng.choices(pools[n], k=rng.randint(0, 8)) for f, n in NAMES.items()}
        yield document(
            number,
            " ".join(word(w) for w in words[:9]),
            text,
            FIRST_DAY + timedelta(rng.randrange(DAYS)),
            {f: [f"{word(n).title()} {word(n + 7).title()}" for n in v] for f, v in values.items()},
        )


def document(
    number: int, title: str, text: str, day: date, names: dict[str, list[str]]
) -> IndexedDocument:
    """One page as the indexer would hand it over."""
    published = PublicationDate(day, DatePrecision.DAY, "meta", Confidence.HIGH)
    article = Article(title, text, language="en", site="a.example", published=published)
    entities = tuple(
        Entity(name, EntityType(f), ()) for f in FACETS for name in dict.fromkeys(names[f])
    )
    return IndexedDocument(f"{number:07}", f"/{number}.html", article, entities)


def from_jsonl(path: Path, count: int) -> Iterator[IndexedDocument]:
    """Documents from a file."""
    with path.open(encoding="utf-8") as lines:
        for number, line in zip(range(count), lines, strict=False):
            row = json.loads(line)
            names = {f: row.get(f, []) for f in FACETS}
            yield document(number, row["title"], row["text"], date.fromisoformat(row["day"]), names)


class OurEngine:
    """searchapp's own."""

    name = "searchapp"

    def __init__(self, directory: Path) -> None:
        self._engine = WhooshEngine(directory)

    def build(self, documents: list[IndexedDocument]) -> None:
        """Index everything in one commit."""
        with self._engine.rebuild() as writer:
            for found in documents:
                writer.put(found)
            writer.commit(BuildStamp(datetime.now(UTC), 0))
        self._searcher = self._engine.searcher()

    def page(self, case: Case) -> int:
        """One page; the exact total."""
        first, last = case.days or (None, None)
        filters = {case.value[0]: FieldFilter(all=(case.value[1],))} if case.value else {}
        request = SearchRequest(
            case.node,
            filters,
            first,
            last,
            facets=dict.fromkeys((*FACETS, "date"), 10),
            interval=Interval.MONTH,
        )
        return self._searcher.search(request).total


class PlainWhoosh:
    """Whoosh's searcher with `groupedby`, as its documentation shows."""

    name = "whoosh"

    def __init__(self, directory: Path) -> None:
        schema = fields.Schema(
            title=fields.TEXT,
            text=fields.TEXT(phrase=True),
            month=fields.ID,
            day=fields.NUMERIC(int, sortable=True),
            **{f: fields.KEYWORD(commas=True) for f in FACETS},
        )
        directory.mkdir()
        self._index = index.create_in(str(directory), schema)

    def build(self, documents: list[IndexedDocument]) -> None:
        """Index everything in one commit."""
        writer = self._index.writer(limitmb=256)
        for found in documents:
            assert found.article.published
            day = found.article.published.day
            writer.add_document(
                title=found.article.title,
                text=found.article.text,
                day=day.toordinal(),
                month=day.isoformat()[:7],
                **{f: ",".join(found.values(f)) for f in FACETS},
            )
        writer.commit()
        self._searcher = self._index.searcher()

    def page(self, case: Case) -> int:
        """One page; the exact total."""
        wanted = [case.whoosh]
        if case.days:
            wanted.append(query.NumericRange("day", *(d.toordinal() for d in case.days)))
        if case.value:
            wanted.append(query.Term(*case.value))
        grouped = [sorting.FieldFacet(f, allow_overlap=True) for f in (*FACETS, "month")]
        facets = sorting.Facets()
        for name, facet in zip((*FACETS, "month"), grouped, strict=True):
            facets.add_facet(name, facet)
        found = self._searcher.search(
            query.And(wanted), limit=10, groupedby=facets, maptype=sorting.Count
        )
        for name in FACETS:
            groups: dict[str, int] = found.groups(name)
            sorted(groups.items(), key=lambda item: -item[1])[:10]
        return len(found)


class Tantivy:
    """tantivy through its Python binding: search and aggregate are two passes."""

    name = "tantivy"

    def __init__(self, directory: Path) -> None:
        directory.mkdir()
        schema = tantivy.SchemaBuilder()
        for name in ("title", "text"):
            schema.add_text_field(name, stored=True, tokenizer_name="default")
        for name in FACETS:
            schema.add_text_field(name, stored=True, tokenizer_name="raw", fast=True)
        for name in ("day", "month"):
            schema.add_unsigned_field(name, indexed=True, fast=True)
        self._schema = schema.build()
        self._index = tantivy.Index(self._schema, path=str(directory))

    def build(self, documents: list[IndexedDocument]) -> None:
        """Index everything in one commit, with one thread."""
        writer = self._index.writer(heap_size=500_000_000, num_threads=1)
        for found in documents:
            assert found.article.published
            day = found.article.published.day
            made = tantivy.Document(title=found.article.title, text=found.article.text)
            for facet in FACETS:
                for value in found.values(facet):
                    made.add_text(facet, value)
            made.add_unsigned("day", day.toordinal())
            made.add_unsigned("month", day.year * 12 + day.month)
            writer.add_document(made)
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()
        self._searcher = self._index.searcher()

    def page(self, case: Case) -> int:
        """One page; the exact total."""
        wanted = self._wanted(case)
        found = self._searcher.search(wanted, 10, count=True)
        terms: dict[str, Any] = {f: {"terms": {"field": f, "size": 10}} for f in FACETS}
        months = {"histogram": {"field": "month", "interval": 1.0, "min_doc_count": 1}}
        self._searcher.aggregate(wanted, {**terms, "months": months})
        snippets = tantivy.SnippetGenerator.create(self._searcher, wanted, self._schema, "text")
        for _, address in found.hits:
            snippets.snippet_from_doc(self._searcher.doc(address)).to_html()
        return int(found.count)

    def _wanted(self, case: Case) -> Any:
        must, query = tantivy.Occur.Must, tantivy.Query
        clauses = [(must, self._words(case))] if case.fts else []
        if case.days:
            first, last = (d.toordinal() for d in case.days)
            kind = tantivy.FieldType.Unsigned
            clauses.append((must, query.range_query(self._schema, "day", kind, first, last)))
        if case.value:
            clauses.append((must, query.term_query(self._schema, *case.value)))
        return query.boolean_query(clauses) if clauses else query.all_query()

    def _words(self, case: Case) -> Any:
        query, schema = tantivy.Query, self._schema
        words: list[Any] = case.fts.replace(" OR ", " ").replace('"', "").split()
        if case.fts.startswith('"'):
            return self._either(lambda f: query.phrase_query(schema, f, words))
        if case.fts.endswith("*"):
            return self._either(lambda f: query.regex_query(schema, f, f"{words[0][:-1]}.*"))
        occur = tantivy.Occur.Should if " OR " in case.fts else tantivy.Occur.Must
        terms = [self._either(partial(self._term, word=w)) for w in words]
        return query.boolean_query([(occur, term) for term in terms])

    def _term(self, name: str, word: str) -> Any:
        return tantivy.Query.term_query(self._schema, name, word)

    def _either(self, make: Callable[[str], Any]) -> Any:
        either = [(tantivy.Occur.Should, make(name)) for name in ("title", "text")]
        return tantivy.Query.boolean_query(either)


class Fts5:
    """SQLite's full-text index, with the facets in tables."""

    name = "sqlite fts5"

    def __init__(self, directory: Path) -> None:
        directory.mkdir()
        self._base = sqlite3.connect(directory / "fts.sqlite")
        self._base.executescript(
            "CREATE VIRTUAL TABLE page USING fts5(title, text, tokenize='porter unicode61');"
            "CREATE TABLE day (page INTEGER PRIMARY KEY, day INTEGER, month TEXT);"
            "CREATE INDEX by_day ON day (day);"
            "CREATE TABLE value (facet TEXT, page INTEGER, value TEXT);"
        )

    def build(self, documents: list[IndexedDocument]) -> None:
        """Index everything in one transaction."""
        with self._base:
            for number, found in enumerate(documents):
                assert found.article.published
                day = found.article.published.day
                self._base.execute(
                    "INSERT INTO page (rowid, title, text) VALUES (?, ?, ?)",
                    (number, found.article.title, found.article.text),
                )
                self._base.execute(
                    "INSERT INTO day VALUES (?, ?, ?)",
                    (number, day.toordinal(), day.isoformat()[:7]),
                )
                rows = [(f, number, v) for f in FACETS for v in found.values(f)]
                self._base.executemany("INSERT INTO value VALUES (?, ?, ?)", rows)
            self._base.execute("CREATE INDEX by_page ON value (page, facet, value)")
            self._base.execute("CREATE INDEX by_value ON value (facet, value, page)")

    def page(self, case: Case) -> int:
        """One page; the exact total."""
        run = self._base.execute
        run("DROP TABLE IF EXISTS temp.hit")
        where, given = self._where(case)
        run(f"CREATE TEMP TABLE hit AS SELECT rowid AS page FROM page {where}", given)  # noqa: S608 - our own words
        if case.fts:
            run(
                "SELECT rowid, snippet(page, 1, '', '', '', 40) FROM page "  # noqa: S608 - as above
                f"{where} ORDER BY bm25(page, 2.5, 1) LIMIT 10",
                given,
            ).fetchall()
        for facet in FACETS:
            run(
                "SELECT value, count(*) FROM hit CROSS JOIN value USING (page) WHERE facet = ? "
                "GROUP BY value ORDER BY 2 DESC, 1 LIMIT 10",
                (facet,),
            ).fetchall()
        run("SELECT month, count(*) FROM hit CROSS JOIN day USING (page) GROUP BY month").fetchall()
        return int(run("SELECT count(*) FROM hit").fetchone()[0])

    def _where(self, case: Case) -> tuple[str, list[Any]]:
        wanted, given = ["1"], []
        if case.fts:
            wanted.append("page MATCH ?")
            given.append(case.fts)
        if case.days:
            wanted.append("rowid IN (SELECT page FROM day WHERE day BETWEEN ? AND ?)")
            given += [str(d.toordinal()) for d in case.days]
        if case.value:
            wanted.append("rowid IN (SELECT page FROM value WHERE facet = ? AND value = ?)")
            given += case.value
        return "WHERE " + " AND ".join(wanted), given


def cases(documents: list[IndexedDocument]) -> list[Case]:
    """The classes of query, from words of the documents themselves."""
    common, second, third, rare = word(2), word(5), word(9), word(9_000)
    body = documents[len(documents) // 2].article.text.split()
    pair = (body[3], body[4])
    person = next(found.values("person")[0] for found in documents if found.values("person"))
    term = {
        w: query.Or([query.Term("title", w), query.Term("text", w)])
        for w in (common, second, third, rare)
    }
    either = Or((Word(common), Word(second), Word(third)))
    phrase = query.Phrase("text", list(pair))
    stem = third[:-1]
    span = (date(2020, 1, 1), date(2020, 6, 30))
    return [
        Case("rare", Word(rare), rare, term[rare]),
        Case("common", Word(common), common, term[common]),
        Case(
            "two, AND",
            And((Word(common), Word(second))),
            f"{common} {second}",
            query.And([term[common], term[second]]),
        ),
        Case(
            "three, OR",
            either,
            f"{common} OR {second} OR {third}",
            query.Or([term[common], term[second], term[third]]),
        ),
        Case("phrase", Phrase(pair), f'"{pair[0]} {pair[1]}"', phrase),
        Case(
            "prefix",
            Wildcard(f"{stem}*"),
            f"{stem}*",
            query.Or([query.Prefix("title", stem), query.Prefix("text", stem)]),
        ),
        Case("dates", Word(common), common, term[common], days=span),
        Case("drill-down", Word(common), common, term[common], value=("person", person)),
        Case("everything", Everything(), "", query.Every()),
    ]


def timed(run: Callable[[], Any]) -> tuple[float, Any]:
    """CPU milliseconds of a call, and what it gave."""
    start = time.process_time()
    result = run()
    return (time.process_time() - start) * 1000, result


def main() -> None:
    """Build, warm up, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=18_000)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--jsonl", type=Path)
    parser.add_argument("--ours", action="store_true", help="searchapp's engine only")
    parser.add_argument("--whoosh", action="store_true", help="plain Whoosh too: slow")
    given = parser.parse_args()
    source = from_jsonl(given.jsonl, given.documents) if given.jsonl else made_up(given.documents)
    documents = list(source)
    with tempfile.TemporaryDirectory() as folder:
        kinds: list[Any] = [OurEngine]
        if not given.ours:
            kinds += [Tantivy] * (tantivy is not None) + [Fts5] + [PlainWhoosh] * given.whoosh
        engines = [kind(Path(folder, kind.__name__)) for kind in kinds]
        for engine in engines:
            spent, _ = timed(lambda engine=engine: engine.build(documents))  # type: ignore[misc]
            print(f"{engine.name}: {len(documents):,} documents built in {spent / 1000:.1f} s CPU")
        compare(engines, cases(documents), given.rounds)


def compare(engines: list[Any], queries: list[Case], rounds: int) -> None:
    """Print a row of CPU milliseconds for each class of query."""
    spent: dict[tuple[str, str], list[float]] = {}
    totals: dict[tuple[str, str], int] = {}
    for number in range(rounds + 1):
        for case in queries:
            for engine in engines:
                # Whoosh's own pages take long enough to be measured in fewer rounds.
                if engine.name == "whoosh" and number > 3:
                    continue
                milliseconds, total = timed(lambda e=engine, c=case: e.page(c))  # type: ignore[misc]
                totals[engine.name, case.name] = total
                if number:  # the first round warms up
                    spent.setdefault((engine.name, case.name), []).append(milliseconds)
    report(engines, queries, spent, totals)


def report(
    engines: list[Any],
    queries: list[Case],
    spent: dict[tuple[str, str], list[float]],
    totals: dict[tuple[str, str], int],
) -> None:
    """CPU ms, p50 and p95, and how many times as long as ours."""
    header = "".join(f"{f'{e.name} p50':>18}{'p95':>8}{'ratio':>7}" for e in engines)
    print(f"\n{'class':<12}{'hits':>7}{header}")
    for case in queries:
        ours = median(spent[engines[0].name, case.name])
        row = f"{case.name:<12}{totals[engines[0].name, case.name]:>7}"
        for engine in engines:
            times = sorted(spent[engine.name, case.name])
            tail = times[min(len(times) - 1, round(0.95 * (len(times) - 1)))]
            row += f"{median(times):>18.2f}{tail:>8.2f}{median(times) / ours:>7.1f}"
        others = {e.name: totals[e.name, case.name] for e in engines[1:]}
        differ = {n: t for n, t in others.items() if t != totals[engines[0].name, case.name]}
        print(row + (f"   totals differ: {differ}" if differ else ""))


if __name__ == "__main__":
    main()
