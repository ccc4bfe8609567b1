"""Files of arrays: what goes in comes out, and what the disk changes is noticed."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchapp.engines.whoosh.segment.array_file import ArrayFile, ArrayWriter, Damaged
from searchapp.engines.whoosh.segment.termdict import Dictionary, encode_dictionary
from tests.engines.documents import LAW

KINDS = st.sampled_from(("u1", "u2", "i4", "i8", "?"))
ARRAYS = st.dictionaries(
    st.text("abc", min_size=1, max_size=3),
    st.tuples(KINDS, st.lists(st.integers(0, 200), max_size=30)),
    max_size=5,
)


def write_arrays(path: Path, arrays: dict[str, tuple[str, list[int]]]) -> ArrayFile:
    with ArrayWriter(path, told="fact") as file:
        for name, (kind, values) in arrays.items():
            file.add(name, np.array(values, kind))
    return ArrayFile(path)


@given(ARRAYS)
@LAW
def test_arrays_come_back_as_they_were(arrays: dict[str, tuple[str, list[int]]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = write_arrays(Path(folder, "file"), arrays)
        assert file.facts == {"told": "fact"}
        for name, (kind, values) in arrays.items():
            assert file[name].dtype == np.dtype(kind)
            assert list(file[name]) == list(np.array(values, kind))
            assert list(file.part(name, 1, 3)) == list(np.array(values, kind))[1:3]


def test_a_stream_may_stay_below_its_room(tmp_path: Path) -> None:
    with ArrayWriter(tmp_path / "file") as file:
        stream = file.reserve("a", np.int32, 100_000)
        file.add("b", np.arange(10))
        for start in range(0, 90_000, 7_000):
            stream.append(np.arange(start, min(start + 7_000, 90_000)))
    found = ArrayFile(tmp_path / "file")
    found.verify()
    assert list(found["a"]) == list(range(90_000))
    assert list(found["b"]) == list(range(10))


def test_any_flipped_bit_and_any_cut_is_noticed(tmp_path: Path) -> None:
    arrays = {"a": ("i4", list(range(40))), "b": ("u1", [1, 2, 3]), "c": ("i8", [])}
    path = tmp_path / "index" / "build" / "file"
    path.parent.mkdir(parents=True)
    write_arrays(path, arrays)
    whole = path.read_bytes()
    named = set()
    for place in range(len(whole)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 4]) + whole[place + 1 :])
        with pytest.raises(Damaged) as damaged:
            ArrayFile(path).verify()
        named.add(str(damaged.value).partition(" is damaged (file ")[0])
    assert named == {f"the index in {tmp_path / 'index'}"}
    for size in range(0, len(whole), 7):
        path.write_bytes(whole[:size])
        with pytest.raises(Damaged):
            ArrayFile(path)


def test_a_block_is_compared_before_it_is_used(tmp_path: Path) -> None:
    path = tmp_path / "file"
    write_arrays(path, {"a": ("i4", list(range(50_000)))})
    content = bytearray(path.read_bytes())
    content[64 + 4 * 40_000] ^= 1
    path.write_bytes(content)
    file = ArrayFile(path)
    assert list(file.part("a", 10, 12)) == [10, 11]
    with pytest.raises(Damaged):
        file.part("a", 40_000, 40_001)
    with pytest.raises(Damaged):
        file["a"]


@given(st.sets(st.text("abc\U0001f600", max_size=4)), st.text("abcd", max_size=3))
@LAW
def test_a_dictionary_finds_what_is_there(strings: set[str], wanted: str) -> None:
    listed = sorted(s.encode() for s in strings)
    found = Dictionary(*encode_dictionary(listed))
    assert list(found) == listed
    assert [found[n] for n in range(len(found))] == listed
    assert found.find(wanted.encode()) == (
        listed.index(wanted.encode()) if wanted in strings else -1
    )
    first, last = found.prefix_range(wanted.encode())
    assert listed[first:last] == [s for s in listed if s.startswith(wanted.encode())]
