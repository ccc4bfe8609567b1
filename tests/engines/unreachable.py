"""An engine that does not answer, as a cluster that is down, though it could be written to."""

from __future__ import annotations

from typing import NoReturn

from searchapp.engines.base import Check
from searchapp.engines.memory import MemoryEngine
from searchapp.errors import EngineUnreachable


class Unreachable(MemoryEngine):
    """Whoever builds its index again is told off."""

    def searcher(self) -> NoReturn:
        raise EngineUnreachable("no answer from the engine")

    def rebuild(self, check: Check | None = None) -> NoReturn:
        raise AssertionError(check)
