"""What an index must have been built with to be read by this code."""

from collections.abc import Mapping

from searchapp.engines.analysis import stemming
from searchapp.engines.whoosh.segment import schema

VERSIONS: Mapping[str, str] = {
    "engine": "whoosh",
    "analysis": stemming.VERSION,
    "schema": schema.VERSION,
}
