from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchapp.engines.base import Snippet
from searchapp.model import Article, IndexedDocument
from searchapp.web.pages.hits import Span, headline, passage, spans

RANGES = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=6)


@given(st.text(max_size=30), RANGES)
def test_spans_keep_the_text_and_mark_exactly_the_ranges(
    text: str, ranges: list[tuple[int, int]]
) -> None:
    inside = [(start, min(end, len(text))) for start, end in ranges if start < end]
    cut = spans(Snippet("text", text, tuple(inside)))
    assert "".join(span.text for span in cut) == text
    marked = "".join("x" * len(span.text) if span.marked else "." * len(span.text) for span in cut)
    covered = {at for start, end in inside for at in range(start, end)}
    assert marked == "".join("x" if at in covered else "." for at in range(len(text)))


def test_offsets_count_code_points() -> None:
    cut = spans(Snippet("text", "𝕏 café 🌊 wave", ((9, 13),)))
    assert cut == (Span("𝕏 café 🌊 ", marked=False), Span("wave", marked=True))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("He spoke. She", "He spoke. She …"),
        ("spoke again.", "… spoke again."),
        ("He said: “No.”", "He said: “No.”"),
        ("完了。", "完了。"),
    ],
)
def test_a_passage_shows_where_it_breaks_off(text: str, shown: str) -> None:
    assert "".join(span.text for span in passage(Snippet("text", text, ()))) == shown


def test_a_page_without_a_title_goes_by_its_file() -> None:
    nameless = IndexedDocument("1", "/archive/a b.html", Article(title=" ", text="x"))
    assert headline(nameless) == "a b.html"
