"""Names and what is merged, on the annotated news of our own: no worse than once reached."""

from __future__ import annotations

from types import ModuleType

import pytest

from tests.benches import CHECKOUT, load_bench

NEWS = CHECKOUT / "examples" / "annotated"


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    return load_bench("entities", monkeypatch)


def test_linked_names_are_merged_and_no_others(bench: ModuleType) -> None:
    ((_, documents),) = bench._sets(NEWS)
    f1, precision, _recall, pairs = bench.merging_scores(documents, bench._by_coreference)
    assert pairs > 200
    assert f1 >= 86
    assert precision >= 98
    by_key, *_ = bench.merging_scores(documents, bench._by_key)
    assert by_key < 30


@pytest.mark.slow
def test_names_in_annotated_news_are_found(bench: ModuleType) -> None:
    ((_, documents),) = bench._sets(NEWS)
    facet, span = bench._scores(documents, bench._ours()([d.text for d in documents]))
    assert facet >= 94
    assert span >= 94
