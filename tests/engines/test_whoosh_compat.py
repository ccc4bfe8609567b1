"""Whoosh 2.7.4 on a Python of today: no warnings, and the stemmers of all its languages."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchapp.engines.analysis.stemming import stemmer
from searchapp.engines.base import SearchRequest
from searchapp.engines.query import parse
from searchapp.engines.whoosh import WhooshEngine
from searchapp.engines.whoosh_compat import find_stemmer
from tests.engines.analysis.inflections import PAIRS
from tests.engines.documents import LAW, commit, document

LANGUAGES = [
    "ar",
    "da",
    "de",
    "en",
    "es",
    "fi",
    "fr",
    "hu",
    "it",
    "nl",
    "no",
    "pt",
    "ro",
    "ru",
    "sv",
]


def import_with_warnings_as_errors(module: str, cache: Path) -> subprocess.CompletedProcess[str]:
    """A new process that finds no compiled files, as after an installation without them."""
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", f"import {module}"],
        env={**os.environ, "PYTHONPYCACHEPREFIX": str(cache)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_engine_is_imported_without_a_warning(tmp_path: Path) -> None:
    done = import_with_warnings_as_errors("searchapp.engines.whoosh", tmp_path)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("word", "stem"),
    [  # as the later distributions stem them, which have the replacement mended
        ("الكتاب", "كتب"),
        ("والكتب", "كتب"),
        ("أخبار", "خبر"),
        ("الأخبار", "خبر"),
        ("مدينة", "دين"),
        ("آخر", "اخر"),
    ],
)
def test_arabic_words_have_stems(word: str, stem: str) -> None:
    find = find_stemmer("ar")
    assert find
    assert find(word) == stem


def test_an_arabic_page_is_found_by_another_form_of_its_words(tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path / "index")
    commit(engine, [document("book", "قرأ الناس الكتاب في المدينة", language="ar")])
    found = engine.searcher().search(SearchRequest(parse("الكتب").node))
    assert [hit.document.id for hit in found.hits] == ["book"]


@pytest.mark.parametrize("language", sorted({*LANGUAGES, *PAIRS}))
def test_every_language_stems_any_word(language: str) -> None:
    @given(st.text(st.characters(categories=["L"]), min_size=1, max_size=12))
    @LAW
    def stems(word: str) -> None:
        assert stemmer(language)(word).startswith(f"{language}:")

    stems()


def test_a_language_without_a_stemmer_keeps_its_words() -> None:
    assert find_stemmer("sw") is None
    assert stemmer("sw")("nyumba") == "nyumba"
