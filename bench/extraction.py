"""How good and how fast cleaning is: searchapp beside the extractors it is measured against.

    python bench/extraction.py [FOLDER]

FOLDER holds `pages.jsonl`, a line a page with `file` (gzip, below FOLDER), `dataset`, and
of `url`, `text`, `title`, `date`, `author`, `lang`, `undated` what is known; by default the
sample pages beside the checkout. Per data set: the mean F1 of 4-word shingles (single
ideographs count as words), exact titles, exact days, days given with high confidence to
pages that have none, exact sets of authors, languages, and CPU milliseconds a page.
readability-lxml takes part where it is installed (`uv sync --group anchors`).
"""

from __future__ import annotations

import argparse
import gzip
import importlib
import importlib.util
import json
import re
import time
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import mean
from typing import Any

from trafilatura import bare_extraction

from searchapp.errors import PageError
from searchapp.extraction.page import extract_page
from searchapp.model import Confidence, RawPage

SAMPLES = Path(__file__).parents[2] / "shared" / "samples" / "pages"
_IDEOGRAPH = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_TOKEN = re.compile(rf"[{_IDEOGRAPH}]|[^\W{_IDEOGRAPH}]+")
_SHINGLE = 4
Truth = dict[str, Any]


@dataclass
class Found:
    """What a system says of a page; None for what it does not say."""

    text: str = ""
    title: str | None = None
    day: str | None = None
    certain_day: str | None = None
    authors: tuple[str, ...] = ()
    language: str | None = None


@dataclass
class Scores:
    """Per measure, a value a page; and the CPU seconds spent."""

    values: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    seconds: float = 0.0
    pages: int = 0


System = Callable[[bytes, str | None], Found]


def searchapp(body: bytes, url: str | None) -> Found:
    """This checkout."""
    try:
        article = extract_page(RawPage("page.html", body, url=url))
    except PageError:
        return Found()
    date = article.published
    day = date.day.isoformat() if date and len(date.iso) == len("2020-10-04") else None
    certain = day if date and date.confidence is Confidence.HIGH else None
    return Found(article.text, article.title, day, certain, article.authors, article.language)


def trafilatura(body: bytes, url: str | None) -> Found:
    """Trafilatura with its metadata, as it comes."""
    return _trafilatura(body, url)


def trafilatura_precision(body: bytes, url: str | None) -> Found:
    """Trafilatura asked for precision."""
    return _trafilatura(body, url, favor_precision=True)


def _trafilatura(body: bytes, url: str | None, **options: bool) -> Found:
    precise = options.get("favor_precision", False)
    document: Any = bare_extraction(
        body, url=url, with_metadata=True, include_comments=False, favor_precision=precise
    )
    if document is None:
        return Found()
    authors = tuple((document.author or "").split("; "))
    day = document.date
    return Found(document.text or "", document.title, day, day, authors, document.language)


def readability(body: bytes, _url: str | None) -> Found:
    """readability-lxml: text and title only."""
    document: Any = importlib.import_module("readability").Document(body.decode("utf-8", "replace"))
    text = re.sub(r"<[^<>]+>", " ", re.sub(r"</p>|<br[^>]*>", "\n", document.summary()))
    return Found(text, document.short_title())


def systems() -> list[System]:
    """This checkout first, then the anchors that are installed."""
    optional = [readability] if importlib.util.find_spec("readability") else []
    return [searchapp, trafilatura, trafilatura_precision, *optional]


def f1(true: str, found: str) -> float:
    """F1 of the two texts' 4-word shingles, each as often as it occurs."""
    ours, theirs = _shingles(found), _shingles(true)
    common = (ours & theirs).total()
    return 2 * common / max(1, ours.total() + theirs.total())


def _shingles(text: str) -> Counter[tuple[str, ...]]:
    words = _TOKEN.findall(unicodedata.normalize("NFC", text))
    last = max(1, len(words) - _SHINGLE + 1)
    return Counter(tuple(words[start : start + _SHINGLE]) for start in range(last))


def plain(text: str | None) -> str:
    """Case, quotes, dashes and blanks made equal."""
    folded = unicodedata.normalize("NFKC", text or "").casefold()
    return " ".join(re.sub(r"[\"'„“”‚‘’«»]", "'", re.sub("[–—]", "-", folded)).split())


def names(stated: str | Iterable[str]) -> set[str]:
    """The names in an author field, however it lists them."""
    listed = [stated] if isinstance(stated, str) else list(stated)
    parts = (part for name in listed for part in re.split(r"[;,/|&]|\band\b|\bund\b", name))
    return {plain(part) for part in parts} - {""}


def measured(truth: Truth, found: Found) -> Iterator[tuple[str, float]]:
    """The measures that the page's truth allows."""
    if truth.get("text"):
        yield "text F1", f1(truth["text"], found.text)
    if truth.get("title"):
        yield "title", plain(truth["title"]) == plain(found.title)
    if truth.get("date"):
        yield "day", str(truth["date"])[:10] == found.day
    elif truth.get("undated"):
        yield "invented day", found.certain_day is not None
    if truth.get("author"):
        yield "authors", names(truth["author"]) == names(found.authors)
    if truth.get("lang"):
        yield "language", truth["lang"] == found.language


def score(system: System, pages: Iterable[tuple[Truth, bytes]]) -> dict[str, Scores]:
    """The system's scores by data set; a page it fails on scores as an empty one."""
    return compare([system], pages)[system.__name__]


def compare(
    compared: list[System], pages: Iterable[tuple[Truth, bytes]]
) -> dict[str, dict[str, Scores]]:
    """Each system's scores by data set.

    They take turns page by page, so that what else the machine does slows all of them alike.
    """
    scores: dict[str, dict[str, Scores]] = {
        system.__name__: defaultdict(Scores) for system in compared
    }
    for truth, body in pages:
        for system in compared:
            row = scores[system.__name__][truth.get("dataset", "pages")]
            _add(row, system, truth, body)
    return scores


def _add(row: Scores, system: System, truth: Truth, body: bytes) -> None:
    start = time.process_time()
    try:
        found = system(body, truth.get("url"))
    except Exception:  # noqa: BLE001 - what an anchor raises is its result
        found = Found()
    row.seconds += time.process_time() - start
    row.pages += 1
    for name, value in measured(truth, found):
        row.values[name].append(value)


def load(folder: Path) -> list[tuple[Truth, bytes]]:
    """The pages with their truth."""
    lines = (folder / "pages.jsonl").read_text(encoding="utf-8").splitlines()
    truths = [json.loads(line) for line in lines]
    return [(truth, gzip.decompress((folder / truth["file"]).read_bytes())) for truth in truths]


def main() -> None:
    """Print a table for every data set, and the CPU each system took by trafilatura's."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path, nargs="?", default=SAMPLES)
    folder = parser.parse_args().folder
    if not (folder / "pages.jsonl").is_file():
        parser.error(f"{folder}: no pages.jsonl; name a folder with pages and their truth")
    pages = load(folder)
    for system in systems():  # what is loaded on first use is no page's cost
        system(pages[0][1], None)
    results = compare(systems(), pages)
    for dataset in dict.fromkeys(truth.get("dataset", "pages") for truth, _ in pages):
        _show(dataset, {name: scores[dataset] for name, scores in results.items()})
    seconds = {name: sum(row.seconds for row in by.values()) for name, by in results.items()}
    print("\nCPU by trafilatura's")
    for name, spent in seconds.items():
        print(f"  {name:24}{spent / seconds['trafilatura']:8.2f}")


def _show(dataset: str, rows: dict[str, Scores]) -> None:
    measures = list(next(iter(rows.values())).values)
    pages = next(iter(rows.values())).pages
    print(f"\n{dataset} ({pages} pages)")
    print(" " * 26 + "".join(f"{name:>14}" for name in [*measures, "ms"]))
    for name, row in rows.items():
        figures = [*(mean(row.values[measure]) for measure in measures), 0]
        figures[-1] = 1_000 * row.seconds / row.pages
        print(f"  {name:24}" + "".join(f"{figure:14.3f}" for figure in figures))


if __name__ == "__main__":
    main()
