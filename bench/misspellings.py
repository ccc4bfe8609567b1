"""How many misspelt names are found: the first hit names who was meant.

    python bench/misspellings.py [--index DIRECTORY] [--file TOML]
    python bench/misspellings.py --terms 1000000

The sixty of `examples/misspellings.toml`, by kinds, or another file's, over the example archive,
which `searchapp reindex` reads first (or DIRECTORY, where it has been). Each is sent through
`GET /api/v1/search` as it is typed, single quotes as double ones. With `--terms`, what a miss
costs instead: the CPU time to find the words near one, of so many made-up terms.
"""

import argparse
import random
import tempfile
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from statistics import median, quantiles
from time import thread_time

from news import EXAMPLES, index_archive
from search import word

from searchapp.config import load
from searchapp.engines import open_engine
from searchapp.engines.analysis.spelling import fold
from searchapp.engines.suggest.near_terms import near_terms
from searchapp.engines.whoosh.segment.lexicon import Lexicon
from searchapp.model import FACET_FIELDS, IndexedDocument
from searchapp.web.app import create_app

Misspellings = Mapping[str, Mapping[str, str]]


def read_misspellings(path: Path) -> Misspellings:
    """By kind, the name meant by each text typed."""
    return tomllib.loads(path.read_text(encoding="utf-8"))


def has_name(document: IndexedDocument, name: str) -> bool:
    """Whether a document has a name, in its text or as a value."""
    article = document.article
    values = [value for facet in FACET_FIELDS for value in document.values(facet)]
    return any(_letters(name) in _letters(text) for text in (article.title, article.text, *values))


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, fold(text)))


def measure(directory: Path, kinds: Misspellings) -> Iterator[tuple[str, str, str, str]]:
    """Each kind, text, name, and what was answered instead where it was not found first."""
    settings = load({"index_dir": directory}, {}, directory).settings
    engine = open_engine(settings)
    client, searcher = create_app(engine, settings).test_client(), engine.searcher()
    for kind, names in kinds.items():
        for typed, name in names.items():
            q = {"q": typed.replace("'", '"'), "facets": "none"}
            answer = client.get("/api/v1/search", query_string=q).get_json()
            first = [searcher.document(hit["id"]) for hit in answer["results"][:1]]
            found = any(has_name(document, name) for document in first)
            correction = answer["query"]["correction"]
            said = correction["query"] if correction else f"{answer['total']} as typed"
            yield kind, typed, name, "" if found else said
    engine.close()


def time_misses(count: int) -> None:
    """Print milliseconds of CPU to prepare a lexicon, and for a miss in it."""
    rng = random.Random(7)  # noqa: S311 - the same words each time
    words = sorted({word(rng.randrange(10 ** rng.randint(4, 11))) for _ in range(count)})
    started = thread_time()
    lexicon = Lexicon.of([w.encode() for w in words])
    near_terms("prepared", lexicon)
    prepared = thread_time() - started
    misses = []
    for typed in rng.sample(words, 200):
        place = rng.randrange(len(typed) - 1)
        slip = typed[:place] + typed[place + 1] + typed[place] + typed[place + 2 :]
        started = thread_time()
        near_terms(slip, lexicon)
        misses.append((thread_time() - started) * 1000)
    print(f"{len(words)} terms, prepared in {prepared * 1000:.0f} ms; a miss: ", end="")
    print(f"median {median(misses):.1f} ms, 95 % {quantiles(misses, n=20)[-1]:.1f} ms")


def main() -> None:
    """Measure what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--index", type=Path)
    parser.add_argument("--file", type=Path, default=EXAMPLES / "misspellings.toml")
    parser.add_argument("--terms", type=int)
    options = parser.parse_args()
    if options.terms:
        time_misses(options.terms)
    else:
        report(options.index, options.file)


def report(index: Path | None, file: Path) -> None:
    """Print what was not found, and the share of each kind that was."""
    with tempfile.TemporaryDirectory() as empty:
        directory = index or Path(empty)
        if index is None:
            index_archive(directory)
        rows = list(measure(directory, read_misspellings(file)))
    for kind, typed, name, instead in rows:
        if instead:
            print(f"{kind}: {typed} for {name}: {instead}")
    for kind in dict.fromkeys(row[0] for row in rows):
        of_kind = [not row[3] for row in rows if row[0] == kind]
        print(f"{kind:30} {sum(of_kind)} of {len(of_kind)}")
    print(f"{'all':30} {sum(not row[3] for row in rows) / len(rows):.1%}")


if __name__ == "__main__":
    main()
