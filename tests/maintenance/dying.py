"""A restore killed when the backup's index is live and its ledger is not yet in its place.

python dying.py INDEX_DIR BACKUP
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from searchapp.config import Settings
from searchapp.engines.base import IndexInfo
from searchapp.engines.whoosh import WhooshEngine
from searchapp.engines.whoosh.admin.storage import WhooshFiles
from searchapp.maintenance.restore import restore


class Files(WhooshFiles):
    def adopt(self, directory: Path) -> IndexInfo:
        super().adopt(directory)
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError


class Engine(WhooshEngine):
    def local_files(self) -> WhooshFiles:
        return Files(self.directory)


if __name__ == "__main__":
    index_dir, backup = map(Path, sys.argv[1:])
    settings = Settings(index_dir=index_dir, models={})
    restore(settings, Engine(index_dir / "whoosh"), backup, replace=True)
