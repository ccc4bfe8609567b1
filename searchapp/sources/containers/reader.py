"""A container on disk -> its entries, streamed: the pages, what failed, what is no page.

Runs in the parent process, which hands the pages to the workers: everything here is
bounded in memory whatever the container holds. What could take long or crash
(HTML, mail, PDF) is left to the worker.
"""

import os
from collections.abc import Callable

from searchapp.errors import PageError, PageFault
from searchapp.sources.compression import empty_error
from searchapp.sources.containers import tar_archive, zip_archive
from searchapp.sources.containers.members import read_stream
from searchapp.sources.entries import Container, Entries
from searchapp.sources.formats import kind_and_packing
from searchapp.sources.regular_file import open_regular


def read_entries(
    path: str, max_bytes: int, reach: Callable[[int], None] = lambda _: None
) -> Entries:
    """Every entry of a container that `formats.is_container` knows, in its order.

    `max_bytes` is the most one page may have; `reach` hears, before each entry, at which
    byte of the file reading is. Raises PageError when the container cannot be read, or not to
    its end; the entries before that are good.
    """
    kind, _ = kind_and_packing(path)
    try:
        with open_regular(path) as file:
            size = os.fstat(file.fileno()).st_size
            if not size:
                raise empty_error()
            container = Container(path, path, file, size, max_bytes)
            for entry in _entries(kind, container):
                reach(file.tell())
                yield entry
    except OSError as error:
        message = f"cannot be read ({error.strerror or error}); check the file and the disk"
        raise PageError(PageFault.UNREADABLE, message) from error


def _entries(kind: str, container: Container) -> Entries:
    if kind == ".tar":
        return tar_archive.read(container)
    if kind in {".zip", ".wacz"}:
        return zip_archive.read(container)
    return read_stream(container)
