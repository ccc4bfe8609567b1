"""Times faceted pages beside tantivy and SQLite on the corpora and queries of facetbench.

    python bench/faceted.py --facetbench ../shared/facetbench --size 200k [--rounds 7]
        [--engines searchapp,tantivy,sqlite] [--segments 1] [--deleted 0] [--cold]

facetbench (corpora, ten classes of queries, brute-force answers, adapters of other
engines) lies beside the repository or nowhere; without it `bench/search.py` measures on
made-up documents. All engines answer each query in turn, in rotating order, in this one
process; a query counts with the median CPU time of its rounds, all threads. Every answer
of the first round (total, counts of three facets, months) is compared with brute force.
`--cold`, every hit is read and looked through as if it were shown for the first time.
"""

from __future__ import annotations

import argparse
import gzip
import importlib
import json
import re
import resource
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from statistics import median
from typing import Any

from searchapp.engines.base import BuildStamp, FieldFilter, Interval, SearchRequest, Sort
from searchapp.engines.query import And, Everything, Node, Or, Phrase, Wildcard, Word
from searchapp.engines.whoosh import WhooshEngine
from searchapp.engines.whoosh.query import context
from searchapp.model import (
    Article,
    Confidence,
    DatePrecision,
    Entity,
    EntityType,
    IndexedDocument,
    PublicationDate,
)

FACETS = {"people": "person", "orgs": "org", "places": "place"}
# facetbench's words are runs of ASCII letters and digits: what joins them in ours goes.
_JOINS = re.compile(r"[^A-Za-z0-9\s.]|\.(?=\S)")


def document(row: dict[str, Any]) -> IndexedDocument:
    """A document of facetbench, its words as facetbench sees them: unstemmed."""
    published = PublicationDate(
        date.fromisoformat(row["date"]), DatePrecision.DAY, "meta", Confidence.HIGH
    )
    title, text = (_JOINS.sub(" ", row[name]) for name in ("title", "body"))
    entities = tuple(
        Entity(name, EntityType(kind), ()) for names, kind in FACETS.items() for name in row[names]
    )
    article = Article(title, text, published=published)
    return IndexedDocument(f"{row['id']:07}", "", article, entities)


def node(query: Any) -> Node:
    """A query of facetbench as a tree."""
    words = tuple(Word(term) for term in query.terms)
    match query.op:
        case "all":
            return Everything()
        case "or":
            return Or(words)
        case "phrase":
            return Phrase(tuple(query.terms))
        case "prefix":
            return Wildcard(f"{query.terms[0]}*")
        case _:
            return And(words) if len(words) > 1 else words[0]


class Searchapp:
    """The product's own engine, as an adapter of facetbench."""

    def __init__(self, segments: int, deleted: float) -> None:
        self._segments, self._deleted = segments, deleted

    def build(self, documents: Iterable[dict[str, Any]], _: Path, index: Path) -> None:
        """Index everything: one commit, or several, some documents twice."""
        engine = WhooshEngine(index)
        stamp = BuildStamp(datetime.now(UTC), 0)
        rows = iter(documents)
        if self._segments == 1 and not self._deleted:
            with engine.rebuild() as writer:
                for row in rows:
                    writer.put(document(row))
                writer.commit(stamp)
            return
        self._in_segments(engine, list(rows), stamp)

    def _in_segments(self, engine: WhooshEngine, rows: list[Any], stamp: BuildStamp) -> None:
        """Every so-manieth document of all in each commit; extra ones, deleted at the end."""
        every = round(1 / self._deleted) if self._deleted else 0
        extra = [dict(row, id=row["id"] + 5_000_000) for row in rows[::every]] if every else []
        for first in range(self._segments):
            with engine.update() if first else engine.rebuild() as writer:
                for row in (*rows[first :: self._segments], *extra[first :: self._segments]):
                    writer.put(document(row))
                writer.commit(stamp)
        with engine.update() as writer:
            for row in extra:
                writer.delete(f"{row['id']:07}")
            writer.commit(stamp)

    def open(self, index: Path) -> None:
        """Open the newest commit."""
        self._searcher = WhooshEngine(index).searcher()
        self._searcher.info()

    def page(self, query: Any) -> Any:
        """One page."""
        days = [datetime.strptime(str(d), "%Y%m%d").date() for d in query.dates or ()]  # noqa: DTZ007 - days
        filters = (
            {FACETS[query.facet[0]]: FieldFilter(all=(query.facet[1],))} if query.facet else {}
        )
        everything = query.op == "all"
        return self._searcher.search(
            SearchRequest(
                node(query),
                filters,
                first_day=days[0] if days else None,
                last_day=days[1] if days else None,
                sort=Sort.NEWEST if everything else Sort.RELEVANCE,
                facets=dict.fromkeys(FACETS.values(), 10) | {"date": 10},
                interval=Interval.MONTH,
            )
        )

    @staticmethod
    def compared(response: Any) -> dict[str, Any]:
        """A response as facetbench's check wants it."""
        listed = {f.field: [(v.value, v.count) for v in f.values] for f in response.facets}
        return {
            "total": response.total,
            "hits": response.hits,
            "facets": {
                theirs: [x for x in listed[ours] if x[1]][:10] for theirs, ours in FACETS.items()
            },
            "months": {int(m[:4]) * 12 + int(m[5:]) - 1: n for m, n in listed["date"]},
        }


def corpus(data: Path, size: str) -> Iterator[dict[str, Any]]:
    """The documents of a size; the smallest are those facetbench brings along."""
    path = data / f"news-{size}.jsonl"
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def prepare(given: argparse.Namespace) -> tuple[Any, Any]:
    """The queries by class and the brute-force answers, made when they are not there."""
    sys.path.insert(0, str(given.facetbench))
    package: Any = importlib.import_module("facetbench")
    own = package.DATA
    package.DATA = given.data
    made: Any = importlib.import_module("facetbench.corpus")
    made.DATA = given.data
    path = given.data / f"news-{given.size}.jsonl"
    given.data.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        with gzip.open(own / "reuters-18k.jsonl.gz", "rt", encoding="utf-8") as lines:
            pool = [{**json.loads(line), "source": "reuters"} for line in lines]
        count = made.SIZES[given.size]
        rows = (
            made.real_corpus(count, pool) if given.size == "18k" else made.synthesise(count, pool)
        )
        with path.open("w", encoding="utf-8") as out:
            out.writelines(json.dumps(row) + "\n" for row in rows)
    queries: Any = importlib.import_module("facetbench.queries")
    queries.DATA = given.data
    check: Any = importlib.import_module("facetbench.check")
    check.DATA = given.data
    if not queries.path_of(given.size).exists():
        queries.main([given.size])
    if not (given.data / f"truth-{given.size}.json").exists():
        answers = json.dumps(check.compute(given.size))
        (given.data / f"truth-{given.size}.json").write_text(answers, encoding="utf-8")
    return queries.load(given.size), check.Truth.load(given.size)


def adapters(given: argparse.Namespace) -> dict[str, Any]:
    """The engines asked for, by name."""
    theirs = importlib.import_module("facetbench.adapters")
    return {
        name: Searchapp(given.segments, given.deleted) if name == "searchapp" else theirs.get(name)
        for name in given.engines.split(",")
    }


def cpu() -> float:
    """CPU seconds of this process, all threads."""
    return time.process_time()


def build(name: str, engine: Any, given: argparse.Namespace) -> Path:
    """Build an index, unless it is there from before; say what it took."""
    kind = f"{name}-{given.segments}-{given.deleted:g}" if name == "searchapp" else name
    index: Path = given.data / f"index-{given.size}" / kind
    if not index.exists():
        index.mkdir(parents=True)
        start = cpu()
        engine.build(corpus(given.data, given.size), given.data / f"news-{given.size}.jsonl", index)
        spent = cpu() - start
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        size = sum(p.stat().st_size for p in index.rglob("*") if p.is_file()) / 2**20
        count = sum(1 for _ in corpus(given.data, given.size))
        print(
            f"{name}: {count:,} documents in {spent:.1f} s CPU, {count / spent:.0f}/s, "
            f"{size:.0f} MiB on disk, peak memory {peak:.0f} MiB"
        )
    return index


def visit(engine: Any, query: Any) -> tuple[float, Any]:
    """CPU milliseconds of a page, and the page."""
    start = cpu()
    page = engine.page(query)
    return (cpu() - start) * 1000, page


def as_dict(engine: Any, page: Any) -> dict[str, Any]:
    """A page as `Truth.check` wants it."""
    if isinstance(engine, Searchapp):
        return engine.compared(page)
    return page if isinstance(page, dict) else dict(vars(page))


def compare(given: argparse.Namespace, engines: dict[str, Any], queries: Any, truth: Any) -> None:
    """Time every class and print a row of each."""
    names = list(engines)
    print(
        f"\n{'class':<10}"
        + "".join(f"{n + ' p50':>15}{'p95':>8}" for n in names)
        + "  ratios, wrong"
    )
    for kind, listed in queries.items():
        if given.classes and kind not in given.classes.split(","):
            continue
        spent: dict[str, dict[int, list[float]]] = {n: defaultdict(list) for n in names}
        wrong: dict[str, list[str]] = defaultdict(list)
        for turn in range(given.rounds + 1):
            for place, query in enumerate(listed[: given.queries]):
                for step in range(len(names)):
                    name = names[(step + place + turn) % len(names)]
                    milliseconds, page = visit(engines[name], query)
                    if turn:
                        spent[name][place].append(milliseconds)
                        continue
                    right, why = truth.check(query, as_dict(engines[name], page))
                    if not right:
                        wrong[name].append(why)
        report(kind, names, spent, wrong)


def report(kind: str, names: list[str], spent: Any, wrong: dict[str, list[str]]) -> None:
    """p50 and p95 over the queries of a class, and how many times ours the others take."""
    rows = {n: sorted(median(times) for times in spent[n].values()) for n in names}
    p50 = {n: median(rows[n]) for n in names}
    p95 = {n: rows[n][min(len(rows[n]) - 1, int(len(rows[n]) * 0.95))] for n in names}
    cells = "".join(f"{p50[n]:>15.2f}{p95[n]:>8.2f}" for n in names)
    ratios = "".join(
        f" {p50[n] / p50[names[0]]:6.1f}/{p95[n] / p95[names[0]]:.1f}" for n in names[1:]
    )
    print(
        f"{kind:<10}{cells} {ratios}  {({n: (len(w), w[:2]) for n, w in wrong.items()}) or ''}",
        flush=True,
    )


def main() -> None:
    """Build, check, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--facetbench", type=Path, default=Path(__file__).parents[2] / "shared/facetbench"
    )
    parser.add_argument("--data", type=Path, default=Path(tempfile.gettempdir(), "facetbench-data"))
    parser.add_argument("--size", default="18k", choices=("18k", "200k", "1m"))
    parser.add_argument("--engines", default="searchapp,tantivy")
    parser.add_argument("--classes", default="")
    parser.add_argument("--queries", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--segments", type=int, default=1)
    parser.add_argument("--deleted", type=float, default=0.0)
    parser.add_argument("--cold", action="store_true")
    given = parser.parse_args()
    if given.cold:
        context.KEPT_DOCUMENTS = 0
    queries, truth = prepare(given)
    engines = adapters(given)
    for name, engine in engines.items():
        index = build(name, engine, given)
        start = cpu()
        engine.open(index)
        print(f"{name}: opened in {(cpu() - start) * 1000:.0f} ms CPU")
    if given.rounds:
        compare(given, engines, queries, truth)


if __name__ == "__main__":
    main()
