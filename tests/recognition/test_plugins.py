"""A recogniser of one's own, from an installed distribution."""

from __future__ import annotations

from pathlib import Path

import pytest

from searchapp.errors import ModelError
from searchapp.model import Article, Entity, EntityType
from searchapp.recognition import registry
from searchapp.recognition.recogniser import load_recogniser

CODE = """
from searchapp.model import Entity, EntityType

class Shouting:
    def recognise(self, article):
        words = article.text.split()
        return tuple(Entity(w, EntityType.ORG, ((0, len(w)),)) for w in words if w.isupper())

def broken():
    raise RuntimeError("no licence")
"""


@pytest.fixture(autouse=True)
def distribution(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What `pip install` leaves of a distribution with three entry points."""
    (tmp_path / "shouting_recogniser.py").write_text(CODE)
    info = tmp_path / "shouting-1.4.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: shouting\nVersion: 1.4\n")
    (info / "entry_points.txt").write_text(
        "[searchapp.recognisers]\nshouting = shouting_recogniser:Shouting\n"
        "broken = shouting_recogniser:broken\nwrong = builtins:dict\n"
    )
    monkeypatch.syspath_prepend(tmp_path)


def test_it_reads_its_language_and_no_other() -> None:
    recogniser = load_recogniser({"fi": "shouting"})
    text = Article(title="", text="NATO kokoontui", language="fi")
    assert recogniser.recognise(text) == (Entity("NATO", EntityType.ORG, ((0, 4),)),)
    assert recogniser.recognise(Article(title="", text="NATO met", language="en")) == ()


def test_its_version_is_the_distributions_and_needs_no_loading() -> None:
    assert registry.version(registry.locate({"fi": "shouting"})).endswith(" fi:shouting-1.4")
    assert registry.version(registry.locate({"fi": "broken"})).endswith(" fi:broken-1.4")


def test_one_that_cannot_be_made_is_a_clear_error() -> None:
    with pytest.raises(ModelError, match=r"models\.fi: .*broken.* RuntimeError: no licence; mend"):
        load_recogniser({"fi": "broken"})
    with pytest.raises(ModelError, match=r"models\.fi: .* no method recognise"):
        load_recogniser({"fi": "wrong"})
