"""The cleaner's quality does not fall: floors on the pages of `tests/pages`, and where they are
at hand on pages of other people."""

from __future__ import annotations

import json
from collections.abc import Iterator
from statistics import mean
from types import ModuleType
from typing import Any

import pytest

from tests.benches import CHECKOUT, load_bench

PAGES = CHECKOUT / "tests" / "pages"
SAMPLES = CHECKOUT.parent / "shared" / "samples" / "pages"

# A hundredth below what bench/extraction.py measured when they were set.
FLOORS = {
    "scrapinghub": {"text F1": 0.955},
    "fundus": {"text F1": 0.95, "title": 0.80, "day": 0.98, "authors": 0.83, "language": 0.98},
    "wcxb-dev": {"text F1": 0.94, "title": 0.78, "day": 0.89, "authors": 0.70},
    "chinese": {"text F1": 0.87, "authors": 0.59, "language": 0.98},
    "trafilatura": {"title": 0.92, "day": 0.875, "authors": 0.65},
    "htmldate": {"day": 0.90},
}


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    return load_bench("extraction", monkeypatch)


def our_pages() -> Iterator[tuple[dict[str, Any], bytes]]:
    """The pages of `tests/pages` with what a reader finds in them, a data set each."""
    for case in sorted(PAGES.glob("*/article.json")):
        expected = json.loads(case.read_text(encoding="utf-8"))
        article, (page,) = expected["article"], case.parent.glob("page.*")
        day = (article["published"] or {}).get("date")
        truth = {
            "dataset": case.parent.name,
            "url": expected["given"].get("url"),
            "text": "\n\n".join(article["text"]),
            "title": article["title"],
            "date": day if len(day or "") == len("2020-10-04") else None,
            "undated": day is None,
            "author": article["authors"],
            "lang": article["language"],
        }
        yield truth, page.read_bytes()


def is_low(measure: str, value: float) -> bool:
    if measure == "invented day":
        return value > 0
    return value < (0.97 if measure == "text F1" else 1)


def test_every_page_of_ours_is_read_well(bench: ModuleType) -> None:
    pages = bench.score(bench.searchapp, our_pages())
    assert len(pages) >= 25
    assert [
        (page, measure, value)
        for page, scores in pages.items()
        for measure, (value,) in scores.values.items()
        if is_low(measure, value)
    ] == []


@pytest.mark.slow
@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the shared samples are not here")
def test_sample_pages_are_read_as_well_as_ever(bench: ModuleType) -> None:
    scores = bench.score(bench.searchapp, bench.load(SAMPLES))
    found = {
        (dataset, name): mean(scores[dataset].values[name]) >= floor
        for dataset, floors in FLOORS.items()
        for name, floor in floors.items()
    }
    assert all(found.values()), [key for key, held in found.items() if not held]


def test_shingles_are_counted_by_words_and_ideographs(bench: ModuleType) -> None:
    assert bench.f1("one two three four five", "one two three four five") == 1
    assert bench.f1("one two three four five", "one two three four six") == 0.5
    assert bench.f1("议会星期一晚上", "议会星期一") == pytest.approx(2 / 3)
