"""What a new build must answer, and what becomes of one that does not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from searchapp.engines.base import BuildStamp
from searchapp.engines.whoosh import WhooshEngine
from searchapp.errors import BuildRejected
from searchapp.indexer.build_checks import Expectations
from searchapp.model import Confidence, DatePrecision, IndexedDocument, PublicationDate
from tests.engines.documents import BUILT, document

GIVEN = [
    document(
        f"d{n}", f"harbour story number{n} quayside{n}", site=f"s{n % 3}", person=[f"P{n % 4}"]
    )
    for n in range(12)
]


def build(engine: WhooshEngine, told: Sequence[IndexedDocument]) -> None:
    """The engine is given `told`, and expected to hold `GIVEN`."""
    expected = Expectations(len(GIVEN))
    for given in GIVEN:
        expected.see(given)
    with engine.rebuild(expected.faults) as writer:
        for found in told:
            writer.put(found)
        writer.commit(BuildStamp(BUILT, 0))


def altered(**changes: object) -> list[IndexedDocument]:
    article = replace(GIVEN[0].article, **changes)  # type: ignore[arg-type]
    return [replace(GIVEN[0], article=article), *GIVEN[1:]]


GUESS = PublicationDate(date(2020, 1, 1), DatePrecision.DAY, "text", Confidence.LOW)


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (GIVEN[:-1], "11 documents, not 12"),
        ([*GIVEN, document("more")], "13 documents, not 12"),
        ([*GIVEN[:-1], document("other")], "document d11 is missing"),
        (altered(site="s1"), "documents of site 's0'"),
        (altered(language=None), "documents without lang"),
        (altered(published=GUESS), "undated documents"),
        (altered(title="Another"), "document d0 is not as it was given"),
        (altered(text="nothing of that"), "document d0 is not found by its own words"),
        ([replace(GIVEN[0], entities=()), *GIVEN[1:]], "documents of person 'P0'"),
    ],
)
def test_a_build_that_answers_otherwise_does_not_go_live(
    tmp_path: Path, told: Sequence[IndexedDocument], said: str
) -> None:
    engine = WhooshEngine(tmp_path)
    build(engine, GIVEN)
    live = engine.searcher().info().id
    with pytest.raises(BuildRejected) as refused:
        build(engine, told)
    assert said in str(refused.value)
    (aside,) = tmp_path.glob("rejected-*")
    assert str(aside) in str(refused.value)
    assert "the live index stays" in str(refused.value)
    assert engine.searcher().info().id == live
    build(engine, GIVEN)
    assert engine.searcher().info().id != live
    assert not list(tmp_path.glob("rejected-*"))


def test_without_a_live_index_none_is_made_up(tmp_path: Path) -> None:
    with pytest.raises(BuildRejected, match="no live index yet"):
        build(WhooshEngine(tmp_path), GIVEN[:3])
    assert not (tmp_path / "CURRENT").exists()
