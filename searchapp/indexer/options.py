"""What a run is to do, and with what; `cli` makes them, `run` and `watch` follow them."""

import json
import os
from dataclasses import dataclass, field, replace

from searchapp.cancellation import CancelToken
from searchapp.config import Settings
from searchapp.engines.base import Engine
from searchapp.indexer.events import Reporter
from searchapp.indexer.versions import versions_of
from searchapp.ledger.staleness import CurrentVersions
from searchapp.meaning.model import locate
from searchapp.workers.messages import Limits
from searchapp.workers.pool import Pool


@dataclass(frozen=True)
class ReindexOptions:
    """Of one run.

    `full` builds the index anew from the ledger. Without `entities` no model is needed:
    pages that have not changed keep theirs, the others get none until a run with them.
    `retry_failed` reads every page again that failed. `wait` is for how many seconds to
    wait for another run to end.
    """

    settings: Settings
    engine: Engine
    reporter: Reporter
    full: bool = False
    entities: bool = True
    retry_failed: bool = False
    wait: float = 0.0
    cancel_token: CancelToken = field(default_factory=CancelToken)

    def pool(self) -> Pool:
        """The workers the settings ask for; none is started yet."""
        s = self.settings
        models = s.models if self.entities else {}
        limits = Limits(s.page_seconds, s.page_memory_mb, s.page_max_mb)
        return Pool(s.jobs or os.cpu_count() or 1, models, limits)

    def current_versions(self) -> CurrentVersions:
        """What pages are to be read by. Raises ModelError, for vectors of meaning too."""
        if self.settings.meaning:
            locate()
        settings = self.settings if self.entities else replace(self.settings, models={})
        return CurrentVersions(json.dumps(versions_of(settings)), names=self.entities)
