"""The process that `background_reindex` starts: `python -m searchapp.maintenance.background_main`.

It holds `background.lock`, inherited and already taken, until it ends.
"""

import os
from contextlib import closing
from pathlib import Path

from searchapp.config import load
from searchapp.errors import SearchappError
from searchapp.maintenance.background_reindex import DONE, FAILED


def main() -> None:
    """Leave a child behind that does the work, so that nobody has to wait for it."""
    if not os.fork():
        _reindex()


def _reindex() -> None:
    # What reads pages takes long to import: the starter does not wait for it.
    from searchapp.engines import open_engine  # noqa: PLC0415
    from searchapp.indexer.run import reindex  # noqa: PLC0415
    from searchapp.maintenance.progress_file import ProgressFile  # noqa: PLC0415

    settings = load({}, os.environ, Path.cwd()).settings
    record = ProgressFile(settings.index_dir)
    try:
        with closing(open_engine(settings)) as engine:
            summary = reindex((), settings, engine, record)
    except SearchappError as error:
        record.end(FAILED, message=str(error))
    except BaseException as error:
        record.end(FAILED, message=f"{type(error).__name__}; the server's log says more")
        raise
    else:
        record.end(DONE, documents=summary.documents)


if __name__ == "__main__":
    main()
