"""Whoosh's own writer and queries, which tests compare with: imported without their warnings.

As in `searchapp.engines.whoosh_compat`, which needs fewer of Whoosh's files.
"""

from __future__ import annotations

import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    warnings.simplefilter("ignore", SyntaxWarning)
    import whoosh.analysis
    import whoosh.codec.whoosh3
    import whoosh.query  # noqa: F401 - loaded here, used where it is compared with
