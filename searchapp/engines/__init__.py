"""The seam between searchapp and whatever keeps the index; `base` is the contract.

In: the settings. Out: an `Engine`, by `open_engine`.
`query`, `analysis`, `highlight` and `suggest` are every engine's; each engine is a package.
"""

from collections.abc import Callable, Mapping

from searchapp.config import Settings
from searchapp.engines.base import Engine
from searchapp.errors import ConfigError
from searchapp.meaning import vector_file
from searchapp.meaning.nearness import Nearness


def _whoosh(settings: Settings) -> Engine:
    from searchapp.engines.whoosh import WhooshEngine  # noqa: PLC0415 - an engine not used costs nothing

    directory = settings.index_dir / "whoosh"
    return WhooshEngine(directory, settings.query_seconds, _nearness(settings))


def _memory(settings: Settings) -> Engine:
    from searchapp.engines.memory import shared_engine  # noqa: PLC0415 - as above

    engine = shared_engine(settings.index_dir.absolute())
    engine.nearness, engine.query_seconds = _nearness(settings), settings.query_seconds
    return engine


def _nearness(settings: Settings) -> Nearness | None:
    if not settings.meaning:
        return None
    return Nearness(settings.index_dir / vector_file.FILE_NAME)


ENGINES: Mapping[str, Callable[[Settings], Engine]] = {"memory": _memory, "whoosh": _whoosh}


def open_engine(settings: Settings) -> Engine:
    """The engine the settings name; it fails only when it is used. Raises ConfigError."""
    if settings.engine not in ENGINES:
        known = ", ".join(sorted(ENGINES))
        raise ConfigError(f"engine: there is no engine {settings.engine!r}; known: {known}")
    return ENGINES[settings.engine](settings)
