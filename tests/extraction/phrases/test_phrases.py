"""Words of languages as data make the patterns that stood in the code before, and add to them.

`today.json` holds those patterns as they were written by hand.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest

from searchapp.extraction import phrases

from .alternatives import alternatives

HERE = Path(__file__).parent
TODAY = json.loads((HERE / "today.json").read_text(encoding="utf-8"))
ADDED = ("ro",)
# By hand, a day right behind the word was taken for a part of it: 수정2020.05.04.
CORRECTED = {"dates.visible:_UPDATED": (r"수정\w*", "수정")}


@pytest.fixture(scope="module")
def before() -> Any:
    """The patterns without the languages added since."""
    found = {}
    with pytest.MonkeyPatch.context() as patch:
        known = {k: v for k, v in phrases.load_languages().items() if k not in ADDED}
        patch.setattr(phrases, "load_languages", lambda: known)
        for key in TODAY:
            module, name = key.split(":")
            found[key] = getattr(_fresh_copy(module, patch), name)
    return found


def _fresh_copy(module: str, patch: pytest.MonkeyPatch) -> Any:
    spec = importlib.util.find_spec(f"searchapp.extraction.{module}")
    assert spec is not None
    assert spec.loader is not None
    copy = importlib.util.module_from_spec(spec)
    patch.setitem(sys.modules, spec.name, copy)  # dataclasses look their module up
    spec.loader.exec_module(copy)
    return copy


def by_hand(key: str) -> str:
    wrong, right = CORRECTED.get(key, ("", ""))
    return str(TODAY[key]["pattern"]).replace(wrong, right)


def current(key: str) -> re.Pattern[str]:
    module, name = key.split(":")
    pattern = getattr(importlib.import_module(f"searchapp.extraction.{module}"), name)
    assert isinstance(pattern, re.Pattern)
    return pattern


@pytest.mark.parametrize("key", TODAY)
def test_the_compiled_alternatives_are_those_written_by_hand(key: str, before: Any) -> None:
    written = alternatives(by_hand(key))
    compiled = alternatives(before[key].pattern)
    assert compiled - written == set()
    assert written - compiled == set()
    assert bool(before[key].flags & re.IGNORECASE) == TODAY[key]["ignore_case"]


@pytest.mark.parametrize("key", TODAY)
def test_a_language_adds_and_takes_nothing_away(key: str) -> None:
    assert alternatives(by_hand(key)) <= alternatives(current(key).pattern)
