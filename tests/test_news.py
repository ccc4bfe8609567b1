"""The questions of `bench/news.py`: what they name is there."""

from __future__ import annotations

import pytest

from tests.benches import CHECKOUT, load_bench

EXAMPLES = CHECKOUT / "examples"


def test_every_question_names_pages_of_the_archive(monkeypatch: pytest.MonkeyPatch) -> None:
    questions = load_bench("news", monkeypatch).read_questions(EXAMPLES / "questions.toml")
    assert len({question.text for question in questions}) == 40
    for question in questions:
        assert 2.0 in question.gains.values(), question.text
        for page in question.gains:
            assert (EXAMPLES / "archive" / page.partition("#")[0]).is_file(), page
