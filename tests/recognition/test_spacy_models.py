import json
from dataclasses import replace
from pathlib import Path

import pytest

from searchapp.errors import ModelError
from searchapp.recognition import pinned_models, spacy_models
from searchapp.recognition.spacy_models import LanguageModel

PINNED = pinned_models.ENGLISH.package


def package(folder: Path, name: str, lang: str = "en", version: str = "3.7.1") -> Path:
    """A model package whose code must not run."""
    pipeline = folder / name / f"{lang}_core-{version}"
    pipeline.mkdir(parents=True)
    (folder / name / "__init__.py").write_text("raise SystemExit('imported')")
    (pipeline / "config.cfg").write_text(
        '[nlp]\nlang = "en"\npipeline = ["tagger"]\n[components]\n'
    )
    meta = {"lang": lang, "name": "core", "version": version}
    (pipeline / "meta.json").write_text(json.dumps(meta))
    return pipeline


def pinned() -> LanguageModel:
    return spacy_models.locate("en", PINNED)


def linked(folder: Path, *without: str) -> LanguageModel:
    """The pinned model in a folder of its own, by links, some files left out."""
    model = pinned()
    for path in model.directory.rglob("*"):
        name = path.relative_to(model.directory)
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        if path.is_file() and str(name) not in without:
            (folder / name).symlink_to(path)
    return replace(model, directory=folder)


def test_the_pinned_model_is_the_publishers() -> None:
    assert pinned().stamp == "en_core_web_md-3.7.1"
    pipeline = spacy_models.load(pinned())
    assert pipeline.pipe_names == ["ner"]


def test_an_altered_file_is_refused_by_name(tmp_path: Path) -> None:
    model = linked(tmp_path, "ner/moves")
    (tmp_path / "ner/moves").write_bytes(b"altered")
    with pytest.raises(ModelError, match=r"models\.en: .*ner/moves is not the file .*run: pip"):
        spacy_models.load(model)


def test_a_missing_file_is_refused_by_name(tmp_path: Path) -> None:
    model = linked(tmp_path, "vocab/vectors")
    with pytest.raises(ModelError, match=r"vocab/vectors is missing; run: pip install"):
        spacy_models.load(model)


def test_a_package_is_found_without_running_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package(tmp_path, "some_model_fr", lang="fr", version="1.2.3")
    monkeypatch.syspath_prepend(tmp_path)
    assert spacy_models.locate("fr", "some_model_fr").stamp == "fr_core-1.2.3"


def test_another_version_of_the_pinned_package_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package(tmp_path, PINNED, version="999.9.9")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ModelError, match=r"is version 999\.9\.9, but 3\.7\.1 .* run: pip install"):
        spacy_models.locate("en", PINNED)


@pytest.mark.parametrize("source", ["no_such_package", "json", "./nowhere"])
def test_what_is_no_model_is_refused_with_its_setting(source: str) -> None:
    with pytest.raises(ModelError, match=r"models\.de: .*(not installed; run|no spaCy model)"):
        spacy_models.locate("de", source)


def test_a_model_of_another_language_is_refused(tmp_path: Path) -> None:
    path = package(tmp_path, "model", lang="fr")
    with pytest.raises(ModelError, match=r"models\.de: .* for 'fr', not for 'de'"):
        spacy_models.locate("de", str(path))


def test_a_model_of_any_language_serves_all(tmp_path: Path) -> None:
    path = package(tmp_path, "model", lang="xx")
    assert spacy_models.locate("de", str(path)).name == "xx_core"


def test_a_damaged_description_is_refused(tmp_path: Path) -> None:
    path = package(tmp_path, "model")
    (path / "meta.json").write_text("{")
    with pytest.raises(ModelError, match=r"meta\.json cannot be read"):
        spacy_models.locate("en", str(path))


def test_a_model_that_recognises_no_names_is_refused(tmp_path: Path) -> None:
    model = spacy_models.locate("en", str(package(tmp_path, "model")))
    with pytest.raises(ModelError, match=r"no 'ner', only tagger"):
        spacy_models.load(model)


def test_a_damaged_pipeline_is_refused(tmp_path: Path) -> None:
    path = package(tmp_path, "model")
    (path / "config.cfg").write_text("[nlp]\nlang = 'en'\npipeline = ['ner']\n")
    with pytest.raises(ModelError, match=r"models\.en: .* cannot be loaded"):
        spacy_models.load(spacy_models.locate("en", str(path)))
