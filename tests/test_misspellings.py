"""The misspellings of `bench/misspellings.py`: sixty, by kinds, of names a document can have."""

from __future__ import annotations

import pytest

from tests.benches import CHECKOUT, load_bench
from tests.engines.documents import document


def test_there_are_sixty_and_none_is_spelt_right(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(CHECKOUT / "bench"))
    bench = load_bench("misspellings", monkeypatch)
    kinds = bench.read_misspellings(CHECKOUT / "examples" / "misspellings.toml")
    assert [len(names) for names in kinds.values()] == [10] * 6
    for typed, name in (pair for names in kinds.values() for pair in names.items()):
        assert name not in typed.replace("'", "").split(":")


def test_a_name_is_in_a_text_or_among_the_values(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(CHECKOUT / "bench"))
    has_name = load_bench("misspellings", monkeypatch).has_name
    page = document("1", "Said MAEVE O’BRIEN.", authors=("Rocío Benítez",), site="a.example")
    assert all(has_name(page, name) for name in ("Maeve O'Brien", "Rocio Benitez", "a.example"))
    assert not has_name(page, "Marit Solberg")
