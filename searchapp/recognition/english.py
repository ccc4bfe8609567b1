"""English words that the rules for names know, by kind: a leaf under `rules` and `name_forms`."""

import tomllib
from collections.abc import Mapping
from importlib.resources import files

_FILE = files(__package__).joinpath("english.toml")
WORDS: Mapping[str, frozenset[str]] = {
    kind: frozenset(words)
    for kind, words in tomllib.loads(_FILE.read_text(encoding="utf-8")).items()
}
