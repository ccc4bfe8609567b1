"""What elements are called by their class and id."""

from __future__ import annotations

import re

import pytest
from lxml.html import fragment_fromstring

from searchapp.extraction.dom.class_names import attribute_matcher


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<p class='news byline'>", True),
        ("<p id='byline'>", True),
        ("<p class='by' id='line'>", False),
        ("<p title='byline'>", False),
        ("<p>", False),
        (f"<p class='{'x ' * 400}byline'>", True),
    ],
)
def test_an_element_is_named_by_its_class_and_id_however_long(
    markup: str, *, expected: bool
) -> None:
    is_named = attribute_matcher(re.compile(r"\bbyline\b"), "class", "id")
    element = fragment_fromstring(markup)
    assert [is_named(element), is_named(element)] == [expected, expected]


def test_only_the_attributes_asked_for_count() -> None:
    is_named = attribute_matcher(re.compile("lead"), "class")
    assert not is_named(fragment_fromstring("<p id='lead'>"))
