"""A cursor: the place of a hit and the search it belongs to, as text for an address.

Opaque to the user, who takes it whole from `links.next`. It is no secret and no proof:
what it says is checked like any other parameter.
"""

import hashlib
import json
import math
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from zlib import crc32

from searchapp.engines.base import Hit, IndexInfo, SearchAfter, SearchRequest
from searchapp.model import Confidence

_SUM_BYTES = 4
_DAMAGED = "is not one of this server's, or is damaged; take it whole from links.next"


@dataclass(frozen=True)
class Cursor:
    """Go on after `place`, with page number `page` of the search `search` stands for."""

    search: str
    page: int
    place: SearchAfter


def fingerprint(pairs: Iterable[tuple[str, str]]) -> str:
    """What tells a search from another, given what decides its hits and their order."""
    return hashlib.sha256(repr(sorted(pairs)).encode("utf-8", "backslashreplace")).hexdigest()[:12]


def place_of(hit: Hit, request: SearchRequest, index: IndexInfo) -> SearchAfter:
    """Where a hit stands in the order of its request."""
    published = hit.document.article.published
    counts = published and (request.uncertain or published.confidence == Confidence.HIGH)
    day = published.day if published and counts else None
    return SearchAfter(hit.score, day, hit.document.id, index.id)


def write(cursor: Cursor) -> str:
    """The cursor as text of letters, digits, `-` and `_`."""
    place = cursor.place
    day = place.day.isoformat() if place.day else None
    fields = [cursor.search, cursor.page, place.score, day, place.id, place.index]
    content = json.dumps(fields, separators=(",", ":")).encode("ascii")
    summed = crc32(content).to_bytes(_SUM_BYTES, "big") + content
    return urlsafe_b64encode(summed).decode().rstrip("=")


def read(text: str) -> Cursor:
    """The cursor `write` wrote. Raises ValueError for any other text.

    It is written again and compared: a checksum that does not hold gives another text.
    """
    try:
        summed = urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
        search, page, score, day, id_, index = json.loads(summed[_SUM_BYTES:])
        place = SearchAfter(float(score), date.fromisoformat(day) if day else None, id_, index)
        cursor = Cursor(search, page, place)
        again = write(cursor)
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        raise ValueError(_DAMAGED) from error
    sound = isinstance(id_, str) and isinstance(page, int) and math.isfinite(place.score)
    if not sound or page < 2 or again != text.rstrip("="):  # noqa: PLR2004 - no cursor leads to the first page
        raise ValueError(_DAMAGED)
    return cursor
