"""Ways into the archive: from files on disk to pages' bytes and text.

In: paths. Out: `model.RawPage` values, and text by `charset`. `formats` tells formats apart
by name, `listing` finds the files, `fingerprint` tells changed ones. The parent process
streams a container (WARC, ZIP, JSON lines ...), opened by `files` and `compression`,
into `entries` in `containers`; the worker opens a document (mail, PDF ...) in `documents`.
"""

VERSION = "6"
"""Changes whenever the same container would give other pages: it is then read again.

A suffix newly known counts: a ZIP may hold such files.
"""
