"""How well what a person types is answered, beside Lucene and Whoosh, on judged collections.

    python bench/relevance.py [FOLDER] [--missing | --meaning]

FOLDER (../shared/collections by default) holds Cranfield, Medline and CISI in their
classic form: `cran/cran.all.1400.gz`, `cran.qry.gz`, `cranqrel.gz`; `med/MED.ALL.gz`,
`.QRY`, `.REL`; `cisi/CISI.ALL.gz`, `.QRY`, `.REL`. What is not there is left out.

"as typed" sends the text of a query, as it is, through `GET /api/v1/search`; "all words" the
same with `match=all`; "any word" asks the engine for its distinct words joined by OR. Whoosh has
its own query parser, analysis and BM25F, with OR and with AND. `--missing` measures how many words
may be missing: nDCG@10 as typed and, in brackets, the median number of hits, for other numbers in
the place of those in `searchapp/engines/relaxation.py`. With `--meaning` there is a row with the
extra `meaning` too, which makes a vector of each document first, in up to 80 ms.

nDCG@10 has the logarithmic discount and the judgements' own grades as gains (Cranfield's -1 counts
as not relevant); every judged query counts. Lucene's BM25 is computed here, in the same run:
k1 1.2, b 0.75, Porter stems, Lucene's stop words, its inverse document frequency,
title and text as two fields whose scores add up. That comes within 0.6 % of the mean that Lucene
itself was measured to reach, which the first row quotes.
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
import re
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from whoosh.analysis import StemmingAnalyzer
from whoosh.fields import ID, TEXT, Schema
from whoosh.index import create_in
from whoosh.lang.porter import stem as porter
from whoosh.qparser import AndGroup, GroupNode, MultifieldParser, OrGroup
from whoosh.scoring import BM25F

from searchapp.config import Settings
from searchapp.engines import relaxation
from searchapp.engines.analysis.terms import query_terms
from searchapp.engines.base import BuildStamp, SearchRequest
from searchapp.engines.query import Or, Word
from searchapp.engines.whoosh import WhooshEngine
from searchapp.meaning.model import Embedder
from searchapp.meaning.nearness import Nearness
from searchapp.meaning.passage import passage
from searchapp.meaning.vector_file import quantise, write
from searchapp.model import Article, IndexedDocument
from searchapp.web.app import create_app

CUT = 10
QUOTED = {"Cranfield": 0.351, "Medline": 0.713, "CISI": 0.313}
LUCENE_STOP_WORDS = re.compile(
    "an?|and|are|as|at|be|but|by|for|if|into|in|is|it|not|no|of|on|or|such|that|their|then|"
    "there|these|they|the|this|to|was|will|with"
)
Ranking = Callable[[str], list[str]]
_FIELDS = ["title", "text"]
# How many documents are enough, and how many average words they have at least.
ANY = 1_000_000
CHOICES = (
    (ANY, 0.0),
    (1, 1.25),
    *((enough, 1.25) for enough in (25, 50, 75, 100, 150)),
    *((75, least) for least in (0.0, 1.0, 1.5, 2.0)),
)


@dataclass(frozen=True)
class Collection:
    """Documents (title, text), queries, and the grade of each judged document."""

    name: str
    documents: Mapping[str, tuple[str, str]]
    queries: Mapping[str, str]
    grades: Mapping[str, Mapping[str, float]]


def records(path: Path) -> Iterator[dict[str, str]]:
    """The records of a SMART file; field `I` is the number."""
    record: dict[str, list[str]] = {}
    field = ""
    with gzip.open(path, "rt", encoding="latin-1") as lines:
        for line in lines:
            if found := re.match(r"\.I\s+(\d+)", line):
                if record:
                    yield {name: " ".join(kept) for name, kept in record.items()}
                record, field = {"I": [found[1]]}, ""
            elif found := re.match(r"\.([A-Z])\s*$", line):
                field = found[1]
            elif field:
                record.setdefault(field, []).append(line.strip())
    if record:
        yield {name: " ".join(kept) for name, kept in record.items()}


def collection(folder: Path, name: str, files: tuple[str, str, str]) -> Collection | None:
    """Read one collection, None when its files are not there."""
    documents, queries, judgements = (folder / file for file in files)
    if not all(path.exists() for path in (documents, queries, judgements)):
        return None
    found = {r["I"]: (r.get("T", ""), r.get("W", "")) for r in records(documents)}
    # Cranfield's judgements number its queries in order, whatever the queries' own numbers.
    asked = {str(n): r["W"] for n, r in enumerate(records(queries), 1)}
    grades: dict[str, dict[str, float]] = {}
    with gzip.open(judgements, "rt", encoding="latin-1") as lines:
        for line in lines:
            parts = line.split()
            if len(parts) >= 2:
                grade = float(parts[2]) if name == "Cranfield" else 1.0
                grades.setdefault(parts[0], {})[parts[1]] = max(0.0, grade)
    return Collection(name, found, asked, grades)


def ndcg(ranked: list[str], grades: Mapping[str, float]) -> float | None:
    """The nDCG of the first CUT; None for a query nothing is relevant to."""
    ideal = _gain(sorted(grades.values(), reverse=True)[:CUT])
    return _gain([grades.get(d, 0.0) for d in ranked[:CUT]]) / ideal if ideal else None


def _gain(grades: list[float]) -> float:
    return sum(grade / math.log2(place) for place, grade in enumerate(grades, 2))


class Lucene:
    """BM25 as Lucene computes it, summed over two fields."""

    def __init__(self, source: Collection) -> None:
        self._ids = list(source.documents)
        self._postings: list[dict[str, tuple[list[int], list[int]]]] = []
        self._lengths = []
        for field in (0, 1):
            texts = [self.terms(source.documents[id_][field]) for id_ in self._ids]
            postings: dict[str, tuple[list[int], list[int]]] = {}
            for number, text in enumerate(texts):
                for term, count in Counter(text).items():
                    places = postings.setdefault(term, ([], []))
                    places[0].append(number)
                    places[1].append(count)
            self._postings.append(postings)
            self._lengths.append(np.array([len(text) for text in texts], float))

    @staticmethod
    def terms(text: str) -> list[str]:
        """Lower-case words without stop words, stemmed."""
        words = re.findall(r"[a-z0-9]+", text.lower())
        stem: Callable[[str], str] = porter
        return [stem(word) for word in words if not LUCENE_STOP_WORDS.fullmatch(word)]

    def __call__(self, query: str) -> list[str]:
        """The best ids."""
        scores = np.zeros(len(self._ids))
        for term in dict.fromkeys(self.terms(query)):
            for postings, lengths in zip(self._postings, self._lengths, strict=True):
                if term in postings:
                    documents, counts = (np.array(column) for column in postings[term])
                    with_field = np.count_nonzero(lengths)
                    norms = 0.25 + 0.75 * lengths[documents] * with_field / lengths.sum()
                    rarity = (with_field - len(documents) + 0.5) / (len(documents) + 0.5)
                    scores[documents] += math.log1p(rarity) * counts / (counts + 1.2 * norms)
        order = np.argsort(-scores, kind="stable")[:CUT]
        return [self._ids[n] for n in order if scores[n]]


class Typed:
    """The product's search as a person asks it, with the vectors at a path or without."""

    def __init__(self, folder: Path, vectors: Path | None = None, **parameters: str) -> None:
        engine = WhooshEngine(folder, nearness=Nearness(vectors) if vectors else None)
        app = create_app(engine, Settings(index_dir=folder))
        self._client, self._parameters = app.test_client(), parameters
        self.totals: list[int] = []

    def __call__(self, query: str) -> list[str]:
        """The best ids."""
        asked = {"q": query, "size": CUT, "facets": "none", **self._parameters}
        answer = json.loads(self._client.get("/api/v1/search", query_string=asked).data)
        self.totals.append(answer["total"])
        return [hit["id"] for hit in answer["results"]]


def make_vectors(source: Collection, path: Path) -> Path:
    """A vector of each document, as a run makes them; says what one costs."""
    embedder, start = Embedder(), time.process_time()
    rows = [
        (id_, quantise(embedder.embed(passage(Article(title, text)))))
        for id_, (title, text) in sorted(source.documents.items())
    ]
    spent = (time.process_time() - start) * 1000 / len(rows)
    print(f"{source.name}: {spent:.0f} ms CPU a vector")
    write(path, rows, len(rows))
    return path


class Whoosh:
    """Whoosh by itself, words joined by one of its groups."""

    def __init__(self, source: Collection, folder: Path, group: type[GroupNode]) -> None:
        schema = Schema(id=ID(stored=True), **dict.fromkeys(_FIELDS, TEXT(StemmingAnalyzer())))
        folder.mkdir()
        index = create_in(folder, schema)
        with index.writer() as writer:
            for id_, (title, text) in source.documents.items():
                writer.add_document(id=id_, title=title, text=text)
        self._searcher = index.searcher(weighting=BM25F())
        self._parser = MultifieldParser(_FIELDS, schema, group=group)

    def __call__(self, query: str) -> list[str]:
        """The best ids."""
        hits = self._searcher.search(self._parser.parse(query), limit=CUT)
        return [hit["id"] for hit in hits]


class Ours:
    """The product's own search for any of the words; it writes the index."""

    def __init__(self, source: Collection, folder: Path) -> None:
        engine = WhooshEngine(folder)
        with engine.rebuild() as writer:
            for id_, (title, text) in source.documents.items():
                writer.put(IndexedDocument(id_, id_, Article(title, text, language="en")))
            writer.commit(BuildStamp(datetime.now(UTC), 0))
        self._searcher = engine.searcher()

    def __call__(self, query: str) -> list[str]:
        """The best ids."""
        terms = (term.term for word in query.split() for term in query_terms(word)[0])
        words = Or(tuple(Word(term) for term in dict.fromkeys(terms)))
        response = self._searcher.search(SearchRequest(words, size=CUT))
        return [hit.document.id for hit in response.hits]


def measured(source: Collection, ranking: Ranking) -> tuple[float, float]:
    """Mean nDCG@10, and CPU milliseconds a query."""
    judged = [number for number in source.queries if number in source.grades]
    start = time.process_time()
    ranked = {number: ranking(source.queries[number]) for number in judged}
    spent = (time.process_time() - start) * 1000 / len(judged)
    values = (ndcg(ranked[number], source.grades[number]) for number in judged)
    return float(np.mean([value for value in values if value is not None])), spent


def main() -> None:
    """Print a row for each ranking and a column for each collection."""
    parser = argparse.ArgumentParser(description=__doc__)
    default = Path(__file__).parents[2] / "shared" / "collections"
    parser.add_argument("folder", type=Path, nargs="?", default=default)
    parser.add_argument("--missing", action="store_true")
    parser.add_argument("--meaning", action="store_true")
    options = parser.parse_args()
    folder = options.folder
    files = {
        "Cranfield": ("cran/cran.all.1400.gz", "cran/cran.qry.gz", "cran/cranqrel.gz"),
        "Medline": ("med/MED.ALL.gz", "med/MED.QRY.gz", "med/MED.REL.gz"),
        "CISI": ("cisi/CISI.ALL.gz", "cisi/CISI.QRY.gz", "cisi/CISI.REL.gz"),
    }
    found = [c for name, known in files.items() if (c := collection(folder, name, known))]
    if not found:
        print(f"skipped: no collection in {folder}")
        return
    rows: dict[str, list[float]] = {"Lucene, as quoted": [QUOTED[c.name] for c in found]}
    spent: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as indexes:
        if options.missing:
            report_missing(found, Path(indexes))
            return
        for source in found:
            index = Path(indexes, source.name)
            rankings: dict[str, Ranking] = {
                "Lucene's BM25": Lucene(source),
                "Whoosh, any word": Whoosh(source, Path(indexes, f"{source.name}.or"), OrGroup),
                "Whoosh, all words": Whoosh(source, Path(indexes, f"{source.name}.and"), AndGroup),
                "any word": Ours(source, index),
                "all words": Typed(index, match="all"),
                "as typed": Typed(index),
            }
            if options.meaning:
                vectors = make_vectors(source, Path(indexes, f"{source.name}.npy"))
                rankings["as typed, by meaning"] = Typed(index, vectors)
            for name, ranking in rankings.items():
                value, milliseconds = measured(source, ranking)
                rows.setdefault(name, []).append(value)
                spent.setdefault(name, []).append(milliseconds)
    report([c.name for c in found], rows, spent)


def report(
    names: list[str], rows: Mapping[str, list[float]], spent: Mapping[str, list[float]]
) -> None:
    """nDCG@10 by collection, the mean, and its ratio to both of Lucene's."""
    columns = "".join(f"{name:>11}" for name in (*names, "mean"))
    print(f"{'nDCG@10':<20}{columns}{'to quoted':>11}{'to BM25':>9}{'ms CPU':>8}")
    means = {name: float(np.mean(values)) for name, values in rows.items()}
    for name, values in rows.items():
        ratios = [means[name] / means[n] for n in ("Lucene, as quoted", "Lucene's BM25")]
        cells = "".join(f"{value:>11.4f}" for value in (*values, means[name]))
        cost = f"{np.mean(spent[name]):>8.1f}" if name in spent else ""
        print(f"{name:<20}{cells}{ratios[0]:>11.3f}{ratios[1]:>9.3f}{cost}")


def report_missing(found: Sequence[Collection], folder: Path) -> None:
    """A row for each choice of numbers: nDCG@10 and the median number of hits."""
    for source in found:
        Ours(source, folder / source.name)
    print(f"{'enough':>9}{'least':>7}" + "".join(f"{source.name:>16}" for source in found))
    for enough, least in CHOICES:
        vars(relaxation).update(ENOUGH=enough, LEAST_WORDS=least)
        cells = []
        for source in found:
            typed = Typed(folder / source.name)
            value, _ = measured(source, typed)
            cells.append(f"{value:>9.4f} ({int(np.median(typed.totals)):>4})")
        print(f"{enough:>9}{least:>7}" + "".join(cells), flush=True)


if __name__ == "__main__":
    main()
