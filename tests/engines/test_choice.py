"""The engine that the setting names."""

from __future__ import annotations

from pathlib import Path

import pytest

from searchapp.config import Settings, load
from searchapp.engines import ENGINES, open_engine
from searchapp.engines.whoosh import WhooshEngine
from searchapp.errors import ConfigError


def test_each_known_name_opens_an_engine(tmp_path: Path) -> None:
    for name in ENGINES:
        engine = open_engine(Settings(index_dir=tmp_path, engine=name))
        assert not engine.exists()


def test_the_engine_is_whoosh_unless_said_otherwise(tmp_path: Path) -> None:
    settings = load({}, {"SEARCHAPP_INDEX_DIR": str(tmp_path)}, tmp_path).settings
    assert open_engine(settings) == WhooshEngine(tmp_path / "whoosh")


def test_an_unknown_engine_is_an_error_that_lists_the_known_ones(tmp_path: Path) -> None:
    settings = load({}, {"SEARCHAPP_ENGINE": "lucene"}, tmp_path).settings
    with pytest.raises(ConfigError, match=rf"'lucene'; known: {', '.join(sorted(ENGINES))}"):
        open_engine(settings)
