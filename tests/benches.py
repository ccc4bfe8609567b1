"""The benches as modules: their measures are the tests' too."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

CHECKOUT = Path(__file__).parents[1]
_FOLDER = CHECKOUT / "bench"


def load_bench(name: str, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script `bench/NAME.py`, with the modules beside it within its reach."""
    monkeypatch.syspath_prepend(_FOLDER)
    spec = importlib.util.spec_from_file_location(f"bench_{name}", _FOLDER / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, spec.name, module)  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module
