"""Ways into the archive: one module per format, between `archive` and `clean`.

`formats` tells formats apart by name. A container (WARC, ZIP, JSON lines ...) is
streamed by the parent process into `entries`; a document (mail, PDF, Markdown) is
opened by the worker that cleans it, under its limits, in `documents`.
"""

VERSION = "2"
"""Changes whenever the same container would give other pages: it is then read again."""
