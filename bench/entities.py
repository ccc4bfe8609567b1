"""How good and how fast names are: the bare model, searchapp, searchapp with a watch-list.

    python bench/entities.py [FOLDER]

FOLDER holds `*.jsonl` with lines {"id", "text", "entities": [[start, end,
"PER|ORG|LOC"]]}; by default the sample data beside the checkout. Without data the
example archive gives the throughput alone. Span F1 compares ranges and types,
facet F1 the distinct names per document and type as they are written; articles,
possessives and punctuation around names are trimmed on both sides. Each system runs
in a process of its own. Throughput is on documents of 2,000 characters, the bare
model in batches of 16; the best of five runs counts. The watch-list has 20,000
names of two words, none of which occurs: its cost is that of looking.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
import time
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from searchapp.config import DEFAULT_MODELS
from searchapp.curation.curation import watched
from searchapp.curation.watchlist import Watched, Watchlist
from searchapp.errors import PageError
from searchapp.indexer import language_models, names
from searchapp.indexer.archive import find_sources, read_page
from searchapp.indexer.clean import clean
from searchapp.indexer.entities import load_recogniser
from searchapp.model import Article, EntityType, IndexedDocument

CHECKOUT = Path(__file__).resolve().parents[1]
SAMPLES = CHECKOUT.parent / "shared" / "ner-bench" / "data"
EXAMPLES = CHECKOUT / "examples" / "archive"
LENGTH = 2000
DOCUMENTS = 100
REPEATS = 5
WATCHED = 20_000
TYPES = {
    "PER": "PER", "PERSON": "PER", "person": "PER", "ORG": "ORG", "org": "ORG",
    "GPE": "LOC", "LOC": "LOC", "FAC": "LOC", "place": "LOC",
}  # fmt: skip

Span = tuple[int, int, str]
System = Callable[[Sequence[str]], list[list[Span]]]


@dataclass(frozen=True)
class Document:
    """A text and the spans a person marked in it."""

    text: str
    marked: list[Span]


@dataclass(frozen=True)
class Row:
    """One system on one set of documents; scores in percent, None without marks."""

    system: str
    data: str
    facet: float | None
    span: float | None
    per_second: float
    peak_mb: int


def main() -> None:
    """Measure every system on every set and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("folder", nargs="?", type=Path, default=SAMPLES)
    sets = dict(_sets(parser.parse_args().folder))
    print(
        f"{'system':<14}{'data':<16}{'facet F1':>9}{'span F1':>9}{'docs/CPU s':>12}{'peak MB':>9}"
    )
    for data, documents in sets.items():
        for system in SYSTEMS:
            row = _alone(system, data, documents)
            scores = "".join(
                f"{'-' if s is None else f'{s:.1f}':>9}" for s in (row.facet, row.span)
            )
            print(f"{system:<14}{data:<16}{scores}{row.per_second:>12.1f}{row.peak_mb:>9}")


def _sets(folder: Path) -> Iterator[tuple[str, list[Document]]]:
    files = sorted(folder.glob("*.jsonl"))
    for path in files:
        lines = path.read_text(encoding="utf-8").splitlines()
        yield path.stem, [_document(json.loads(line)) for line in lines]
    if not files:
        yield "examples", [Document(text, []) for text in _examples()]


def _document(line: dict[str, list[Span]]) -> Document:
    marked = [(start, end, kind) for start, end, kind in line["entities"]]
    return Document(str(line["text"]), marked)


def _examples() -> Iterator[str]:
    for source in find_sources([EXAMPLES]):
        try:
            article = clean(read_page(source.path, 1 << 26))
        except PageError:
            continue
        if article.language == "en":
            yield article.text


def _alone(system: str, data: str, documents: list[Document]) -> Row:
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        return pool.submit(_measure, system, data, documents).result()


def _measure(system: str, data: str, documents: list[Document]) -> Row:
    recognise = SYSTEMS[system]()
    texts = [document.text for document in documents]
    found = recognise(texts) if any(d.marked for d in documents) else None
    long = _long(texts)
    per_second = max(_speed(recognise, long) for _ in range(REPEATS))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    facet, span = _scores(documents, found) if found else (None, None)
    return Row(system, data, facet, span, per_second, peak)


def _speed(recognise: System, texts: list[str]) -> float:
    start = time.process_time()
    recognise(texts)
    return len(texts) / (time.process_time() - start)


def _long(texts: list[str]) -> list[str]:
    """Documents of one length, so that sets of short and long ones compare."""
    whole = "\n\n".join(texts)
    whole *= 1 + LENGTH * DOCUMENTS // max(1, len(whole))
    return [whole[i * LENGTH : (i + 1) * LENGTH] for i in range(DOCUMENTS)]


def _bare() -> System:
    model = language_models.locate("en", DEFAULT_MODELS["en"])
    pipeline = language_models.load(model)

    def recognise(texts: Sequence[str]) -> list[list[Span]]:
        return [
            [(e.start_char, e.end_char, TYPES[e.label_]) for e in doc.ents if e.label_ in TYPES]
            for doc in pipeline.pipe(texts, batch_size=16)
        ]

    return recognise


def _ours() -> System:
    recogniser = load_recogniser(DEFAULT_MODELS)

    def spans(text: str) -> list[Span]:
        found = recogniser.recognise(Article(title="", text=text, language="en"))
        return [(start, end, TYPES[e.type]) for e in found for start, end in e.mentions]

    return lambda texts: [spans(text) for text in texts]


def _watching() -> System:
    recogniser = load_recogniser(DEFAULT_MODELS)
    entries = (Watched(f"The {n % 700} Watched{n}", EntityType.ORG) for n in range(WATCHED))
    listed = Watchlist(entries)

    def spans(text: str) -> list[Span]:
        article = Article(title="", text=text, language="en")
        found = IndexedDocument("", "", article, recogniser.recognise(article))
        named = watched(found, listed).entities
        return [(start, end, TYPES[e.type]) for e in named for start, end in e.mentions]

    return lambda texts: [spans(text) for text in texts]


SYSTEMS: dict[str, Callable[[], System]] = {
    "bare ner": _bare,
    "searchapp": _ours,
    "+ watch-list": _watching,
}


def _scores(documents: list[Document], found: list[list[Span]]) -> tuple[float, float]:
    wanted = [_trimmed(d.text, d.marked) for d in documents]
    given = [_trimmed(d.text, spans) for d, spans in zip(documents, found, strict=True)]
    return _f1(_facets(documents, wanted), _facets(documents, given)), _f1(wanted, given)


def _facets(documents: list[Document], spans: list[set[Span]]) -> list[set[tuple[str, str]]]:
    return [
        {(document.text[start:end].casefold(), kind) for start, end, kind in marked}
        for document, marked in zip(documents, spans, strict=True)
    ]


def _trimmed(text: str, spans: list[Span]) -> set[Span]:
    return {(*names.trimmed(text, start, end), kind) for start, end, kind in spans}


def _f1(wanted: Sequence[AbstractSet[object]], given: Sequence[AbstractSet[object]]) -> float:
    right = sum(len(one & other) for one, other in zip(wanted, given, strict=True))
    return 200 * right / max(1, sum(map(len, wanted)) + sum(map(len, given)))


if __name__ == "__main__":
    main()
