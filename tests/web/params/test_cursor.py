"""Cursors: read as they were written, and refused for the least damage."""

from __future__ import annotations

import json
import string
from base64 import urlsafe_b64encode
from zlib import crc32

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchapp.engines.base import SearchAfter
from searchapp.web.params.cursor import Cursor, read, write
from tests.engines.documents import LAW

PLACES = st.builds(
    SearchAfter,
    st.floats(allow_nan=False, allow_infinity=False, width=32),
    st.dates() | st.none(),
    st.text("0123456789abcdef", min_size=1, max_size=16),
    st.text(max_size=20),
)
CURSORS = st.builds(Cursor, st.text("0123456789abcdef", max_size=12), st.integers(2), PLACES)
ALPHABET = st.sampled_from(f"{string.ascii_letters}{string.digits}-_=+/ \n~é")


@given(CURSORS)
@LAW
def test_a_cursor_is_read_as_it_was_written(cursor: Cursor) -> None:
    assert read(write(cursor)) == cursor
    assert set(write(cursor)) <= set(f"{string.ascii_letters}{string.digits}-_")


@given(CURSORS, st.data(), ALPHABET)
@LAW
def test_one_other_character_is_noticed(cursor: Cursor, data: st.DataObject, other: str) -> None:
    text = write(cursor)
    place = data.draw(st.integers(0, len(text) - 1))
    damaged = f"{text[:place]}{other}{text[place + 1 :]}"
    if damaged != text:
        with pytest.raises(ValueError, match="is damaged"):
            read(damaged)
    with pytest.raises(ValueError, match="is damaged"):
        read(f"{text[:place]}{text[place + 1 :]}")


def test_each_character_that_looks_alike_in_base64_is_noticed() -> None:
    text = write(Cursor("5eac4", 2, SearchAfter(1.5, None, "0123456789abcdef", "7")))
    for place in range(len(text)):
        for other in f"{string.ascii_letters}{string.digits}-_":
            if other != text[place]:
                with pytest.raises(ValueError, match="is damaged"):
                    read(f"{text[:place]}{other}{text[place + 1 :]}")


@pytest.mark.parametrize(
    "content",
    [
        "{}",
        "[]",
        "[" * 100_000,
        '["s",2,NaN,null,"id","1"]',
        f'["s",2,1{"0" * 400},null,"id","1"]',
        '["s",1,1.5,null,"id","1"]',
        '["s",2.0,1.5,null,"id","1"]',
        '["s",true,1.5,null,"id","1"]',
        '["s",2,1.5,null,7,"1"]',
        '["s",2,1.5,"2020-02-30","id","1"]',
        '["s",2,1.5,20200230,"id","1"]',
        '["s", 2, 1.5, null, "id", "1"]',
    ],
    ids=lambda content: content[:30],
)
def test_a_cursor_somebody_made_up_is_refused(content: str) -> None:
    """The checksum is no secret: what follows it is checked all the same."""
    with pytest.raises(ValueError, match="is damaged"):
        read(forged(content))


def test_what_is_made_up_is_refused_for_its_content_alone() -> None:
    content = json.dumps(["s", 2, 1.5, None, "id", "1"], separators=(",", ":"))
    assert read(forged(content)) == Cursor("s", 2, SearchAfter(1.5, None, "id", "1"))


def forged(content: str) -> str:
    """Any content as `write` would pack it."""
    packed = content.encode()
    return urlsafe_b64encode(crc32(packed).to_bytes(4, "big") + packed).decode().rstrip("=")
