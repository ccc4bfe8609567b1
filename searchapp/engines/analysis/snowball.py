"""Snowball's stemmers of the package `snowballstemmer`, made to read terms without diacritics.

Its modules are generated: classes with tables of endings (`Among`, sorted, each with the longest
other that it ends or begins with) and sets of letters. Here they are loaded once more, apart
from the package's own, and folded: `-ów` becomes `-ow`, as terms have it.
"""

from collections.abc import Callable
from importlib import metadata
from importlib.util import find_spec, module_from_spec
from itertools import chain
from typing import Any

from searchapp.engines.analysis.spelling import fold

# Stems differ between releases, and an index is read with those it was built with.
VERSION = metadata.version("snowballstemmer")
_Stem = Callable[[str], str]


# By code, the English name and whether the tables must be folded.
_NAMES = {
    "ca": ("catalan", True),
    "cs": ("czech", True),
    "el": ("greek", False),
    "hi": ("hindi", True),
    "lt": ("lithuanian", False),
    "nl": ("dutch", True),
    "pl": ("polish", True),
}


def find_stemmer(code: str) -> _Stem | None:
    """The stemmer of a language by ISO 639-1 code, for folded words; None for one without."""
    if code not in _NAMES:
        return None
    name, is_marked = _NAMES[code]
    cls = _load_class(name)
    if is_marked:
        _fold_tables(cls)
    stem_word = cls().stemWord
    return lambda term: fold(stem_word(term))


def _fold_tables(cls: Any) -> None:
    for attribute, value in list(vars(cls).items()):
        if isinstance(value, set):
            setattr(cls, attribute, set(chain.from_iterable(map(fold, value))))
        elif isinstance(value, list) and hasattr(value[0], "substring_i"):
            setattr(cls, attribute, _folded(value))


def _load_class(name: str) -> Any:
    spec = find_spec(f"snowballstemmer.{name}_stemmer")
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return getattr(module, f"{name.title().replace('_', '')}Stemmer")


def _folded(table: list[Any]) -> list[Any]:
    """A table of endings, or of beginnings, in the spelling of terms and in order again."""
    texts = [among.s for among in table]
    turn = 1 if texts == sorted(texts) and max(map(len, texts)) > 1 else -1
    by_text: dict[str, Any] = {}
    for among in table:
        by_text.setdefault(fold(among.s)[::turn], among)
    order = sorted(by_text)
    folded = []
    for n, text in enumerate(order):
        shorter = [i for i in range(n) if text.startswith(order[i])]
        among = by_text[text]
        link = shorter[-1] if shorter else -1
        folded.append(type(among)(text[::turn], link, among.result, among.method))
    return folded
