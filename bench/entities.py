"""How good and how fast names are: the bare model, searchapp, searchapp with a watch-list.

    python bench/entities.py [FOLDER...]

FOLDER holds `*.jsonl` with lines {"id", "text", "entities": [[start, end,
"PER|ORG|LOC"]]}, or annotated news in `*.txt` (`annotated.py` has the format); by
default the sample data beside the checkout, examples/annotated and unseen/. Span F1 compares
ranges and types, facet F1 the distinct names per document and type as they are written; articles,
possessives and punctuation around names are trimmed on both sides. Each system runs
in a process of its own. Throughput is on documents of 2,000 characters, the bare
model in batches of 16; the best of five runs counts. The watch-list has 20,000
names of two words, none of which occurs: its cost is that of looking.

Annotated news says also which names are of one person, organisation or place. The
second table scores what is merged when the marks themselves are given: over all
pairs of different spellings of one type in one document, whether they are one.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import annotated

from searchapp.config import DEFAULT_MODELS
from searchapp.curation.curation import apply_watchlist
from searchapp.curation.watchlist import Watchlist, WatchlistEntry
from searchapp.model import Article, EntityType, IndexedDocument
from searchapp.recognition import coreference, gazetteer, name_forms, spacy_models
from searchapp.recognition.mentions import Mention
from searchapp.recognition.recogniser import load_recogniser

CHECKOUT = Path(__file__).resolve().parents[1]
NEWS = CHECKOUT / "examples" / "annotated"
FOLDERS = (CHECKOUT.parent / "shared" / "ner-bench" / "data", NEWS, NEWS / "unseen")
LENGTH = 2000
DOCUMENTS = 100
REPEATS = 5
WATCHED = 20_000
TYPES = {
    "PER": "PER", "PERSON": "PER", "person": "PER", "ORG": "ORG", "org": "ORG",
    "GPE": "LOC", "LOC": "LOC", "FAC": "LOC", "place": "LOC",
}  # fmt: skip

ENTITY_TYPES = {"PER": EntityType.PERSON, "ORG": EntityType.ORG, "LOC": EntityType.PLACE}
Span = tuple[int, int, str]
System = Callable[[Sequence[str]], list[list[Span]]]


@dataclass(frozen=True)
class Document:
    """A text and the spans a person marked in it."""

    text: str
    marked: list[Span]
    identities: tuple[str, ...] = ()


Merge = Callable[[Document], Iterable[tuple[Span, str]]]


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
    parser.add_argument("folders", nargs="*", type=Path, default=FOLDERS)
    parser.add_argument("--merging", action="store_true", help="the second table alone")
    options = parser.parse_args()
    sets = dict(found for folder in options.folders for found in _sets(folder))
    if not options.merging:
        _print_systems(sets)
    _print_merging({data: found for data, found in sets.items() if found[0].identities})


def _print_systems(sets: Mapping[str, list[Document]]) -> None:
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


def _print_merging(sets: Mapping[str, list[Document]]) -> None:
    print(f"\n{'merging':<14}{'data':<16}{'F1':>9}{'precision':>11}{'recall':>8}{'pairs':>7}")
    for data, documents in sets.items():
        for method, merge in MERGING.items():
            f1, precision, recall, pairs = merging_scores(documents, merge)
            print(f"{method:<14}{data:<16}{f1:>9.1f}{precision:>11.1f}{recall:>8.1f}{pairs:>7}")


def merging_scores(documents: list[Document], merge: Merge) -> tuple[float, float, float, int]:
    """F1, precision and recall in percent over the pairs of spellings, and how many are one."""
    wanted = [_pairs(d.text, zip(d.marked, d.identities, strict=True)) for d in documents]
    given = [_pairs(d.text, merge(d)) for d in documents]
    right = sum(len(one & other) for one, other in zip(wanted, given, strict=True))
    pairs = sum(map(len, wanted))
    precision = 100 * right / max(1, sum(map(len, given)))
    return _f1(wanted, given), precision, 100 * right / max(1, pairs), pairs


def _sets(folder: Path) -> Iterator[tuple[str, list[Document]]]:
    for path in sorted(folder.glob("*.jsonl")):
        lines = path.read_text(encoding="utf-8").splitlines()
        yield path.stem, [_document(json.loads(line)) for line in lines]
    found = [news for path in sorted(folder.glob("*.txt")) for news in annotated.read(path)]
    if found:
        yield folder.name, [_of_news(news) for news in found]


def _document(line: dict[str, list[Span]]) -> Document:
    marked = [(start, end, kind) for start, end, kind in line["entities"]]
    return Document(str(line["text"]), marked)


def _of_news(news: annotated.Annotated) -> Document:
    marked: list[Span] = [(mark.start, mark.end, mark.type) for mark in news.marks]
    return Document(news.text, marked, tuple(mark.identity for mark in news.marks))


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
    model = spacy_models.locate("en", DEFAULT_MODELS["en"])
    pipeline = spacy_models.load(model)

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
    entries = (WatchlistEntry(f"The {n % 700} Watched{n}", EntityType.ORG) for n in range(WATCHED))
    listed = Watchlist(entries)

    def spans(text: str) -> list[Span]:
        article = Article(title="", text=text, language="en")
        found = IndexedDocument("", "", article, recogniser.recognise(article))
        named = apply_watchlist(found, listed).entities
        return [(start, end, TYPES[e.type]) for e in named for start, end in e.mentions]

    return lambda texts: [spans(text) for text in texts]


SYSTEMS: dict[str, Callable[[], System]] = {
    "bare ner": _bare,
    "searchapp": _ours,
    "+ watch-list": _watching,
}


def _by_key(document: Document) -> Iterator[tuple[Span, str]]:
    for start, end, kind in document.marked:
        yield (start, end, kind), gazetteer.key(document.text[start:end])


def _by_coreference(document: Document) -> Iterator[tuple[Span, str]]:
    trimmed = [(*name_forms.trim(document.text, s, e), kind) for s, e, kind in document.marked]
    mentions = [Mention(start, end, ENTITY_TYPES[kind]) for start, end, kind in trimmed]
    for entity in coreference.resolve_entities(document.text, mentions, "en"):
        for start, end in entity.mentions:
            yield (start, end, TYPES[entity.type]), entity.name


MERGING: dict[str, Merge] = {
    "case, accents": _by_key,
    "searchapp": _by_coreference,
}


def _pairs(text: str, named: Iterable[tuple[Span, str]]) -> set[tuple[str, str, str]]:
    """The pairs of spellings that are one name, with their type."""
    spellings: dict[tuple[str, str], set[str]] = defaultdict(set)
    for (start, end, kind), name in named:
        trimmed = slice(*name_forms.trim(text, start, end))
        spellings[kind, name].add(text[trimmed])
    return {
        (kind, *pair)
        for (kind, _), written in spellings.items()
        for pair in combinations(sorted(written), 2)
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
    return {(*name_forms.trim(text, start, end), kind) for start, end, kind in spans}


def _f1(wanted: Sequence[AbstractSet[object]], given: Sequence[AbstractSet[object]]) -> float:
    right = sum(len(one & other) for one, other in zip(wanted, given, strict=True))
    return 200 * right / max(1, sum(map(len, wanted)) + sum(map(len, given)))


if __name__ == "__main__":
    main()
