"""spaCy pipelines: found without running their code, checked, and loaded for names alone.

Beside the data's path: `recogniser` loads its models here. A package on an index may
carry any code under a trusted-looking name, so none is imported: the directory is
located, a pinned model's files are compared with known hashes, and spaCy reads them
by path. See docs/decisions/0004-entities.md.
"""

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
from searchapp.recognition.pinned_models import PINNED, PinnedModel

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
    pinned: PinnedModel | None = None

    @property
    def stamp(self) -> str:
        """Name and version, such as `en_core_web_md-3.7.1`."""
        return f"{self.name}-{self.version}"


def locate(language: str, source: str) -> LanguageModel:
    """The model a setting names, by package name or by path.

    Raises ModelError when there is none, when it is of another language, or when
    a pinned package has another version.
    """
    setting = f"models.{language}"
    root = Path(source) if _is_path(source) else _package(setting, source)
    directory = _pipeline(setting, root)
    meta = _meta(setting, directory)
    name, pinned = f"{meta['lang']}_{meta['name']}", PINNED.get(source)
    model = LanguageModel(directory, setting, name, meta["version"], pinned)
    if meta["lang"] not in {language, _ANY_LANGUAGE}:
        raise ModelError(
            f"{setting}: {source} is a model for {meta['lang']!r}, not for {language!r}; "
            f"set models.{meta['lang']} to it, or name another model"
        )
    if pinned and model.version != pinned.version:
        raise ModelError(
            f"{setting}: {source} is version {model.version}, but {pinned.version} is expected; "
            f"run: {pinned.reinstall}"
        )
    return model


def load(model: LanguageModel) -> Any:
    """The spaCy `Language` with what `ner` needs and nothing else.

    The files of a pinned model are compared with their hashes first. Raises ModelError.
    """
    if model.pinned:
        _verify(model, model.pinned)
    # Half a second, so not before a model is wanted.
    import spacy  # noqa: PLC0415

    with warnings.catch_warnings():
        # The English model was trained with spaCy 3.7; its scores under 3.8 are measured.
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
        pinned = PINNED.get(name)
        install = pinned.reinstall if pinned else f"pip install {name.replace('_', '-')}"
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


def _verify(model: LanguageModel, pinned: PinnedModel) -> None:
    for name, expected in pinned.files.items():
        path = model.directory / name
        try:
            with path.open("rb") as file:
                actual = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            raise ModelError(
                f"{model.setting}: {path} is missing; run: {pinned.reinstall}"
            ) from error
        if actual != expected:
            raise ModelError(
                f"{model.setting}: {path} is not the file of {pinned.package} {pinned.version} "
                f"(SHA-256 {actual}, expected {expected}); run: {pinned.reinstall}"
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
