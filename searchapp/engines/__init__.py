"""The seam between searchapp and whatever keeps the index; `base` is the contract."""

from __future__ import annotations

from searchapp.config import Settings
from searchapp.engines.base import Engine


def open_engine(settings: Settings) -> Engine:
    """The engine the settings ask for; fails only when it is used."""
    from searchapp.engines.whoosh import WhooshEngine  # noqa: PLC0415 - an engine not used costs nothing

    return WhooshEngine(settings.index_dir / "whoosh", settings.query_seconds)
