"""The cleaner's quality does not fall: floors on pages of other people, where they are at hand."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from statistics import mean
from types import ModuleType

import pytest

BENCH = Path(__file__).parents[2] / "bench" / "extraction.py"
SAMPLES = Path(__file__).parents[3] / "shared" / "samples" / "pages"

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
def bench() -> ModuleType:
    spec = importlib.util.spec_from_file_location("extraction", BENCH)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


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
