"""Vectors written, mapped and compared, without the model."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from searchapp.meaning import vector_file
from searchapp.meaning.model import DIMENSIONS, Vector
from searchapp.meaning.vector_file import VectorFile, quantise, write


def unit(seed: int) -> Vector:
    vector = np.random.default_rng(seed).standard_normal(DIMENSIONS).astype(np.float32)
    return vector / np.float32(np.linalg.norm(vector))


def written(path: Path, count: int) -> VectorFile:
    write(path, ((f"{n:016x}", quantise(unit(n))) for n in range(count)), count)
    file = VectorFile.open(path)
    assert file is not None
    return file


@given(arrays.arrays(np.float32, DIMENSIONS, elements=st.floats(-1, 1, width=32)))
def test_a_quantised_vector_keeps_its_direction(vector: Vector) -> None:
    if np.abs(vector).max() < 1e-3:
        return
    steps = np.frombuffer(quantise(vector), np.int8).astype(np.float64)
    cosine = steps @ vector / np.linalg.norm(steps) / np.linalg.norm(vector)
    assert cosine > 0.99


@pytest.mark.parametrize("count", [0, 1, 20_000])
def test_the_nearest_are_those_of_the_cosines(tmp_path: Path, count: int) -> None:
    file, query = written(tmp_path / "v.npy", count), unit(7)
    assert len(file) == count
    cosines = {f"{n:016x}": round(float(unit(n) @ query), 3) for n in range(count)}
    expected = sorted((id_ for id_ in cosines if cosines[id_] > 0.15), key=lambda i: -cosines[i])
    found = file.nearest(query, 0.15, 5)
    assert len(found) == min(5, len(expected))
    assert [score for _, score in found] == pytest.approx(
        [cosines[id_] for id_ in expected[:5]], abs=2e-3
    )
    if count > 7:
        assert found[0][0] == f"{7:016x}"


def test_similarities_stand_in_the_order_asked(tmp_path: Path) -> None:
    file = written(tmp_path / "v.npy", 30)
    found = file.similarities(unit(3), [f"{n:016x}" for n in (29, 3, 99)] + ["none", ""])
    assert found[:2].tolist() == pytest.approx([float(unit(29) @ unit(3)), 1], abs=2e-3)
    assert np.isnan(found[2:]).all()


def test_equal_cosines_come_by_id(tmp_path: Path) -> None:
    path, vector = tmp_path / "v.npy", quantise(unit(1))
    write(path, ((f"{n:03}", vector) for n in range(40)), 40)
    file = VectorFile.open(path)
    assert file is not None
    assert [id_ for id_, _ in file.nearest(unit(1), 0.5, 3)] == ["000", "001", "002"]


def test_what_is_no_such_file_is_none(tmp_path: Path) -> None:
    assert VectorFile.open(tmp_path / "none") is None
    assert VectorFile.open(tmp_path) is None
    (tmp_path / "other").write_bytes(bytes(1_000))
    assert VectorFile.open(tmp_path / "other") is None
    written(tmp_path / "cut", 3)
    (tmp_path / "cut").write_bytes((tmp_path / "cut").read_bytes()[:-1])
    assert VectorFile.open(tmp_path / "cut") is None


def test_over_many_the_nearest_by_sign_are_compared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = written(tmp_path / "v.npy", 2_000)
    near = unit(7) + unit(3_000) / 2
    query = (near / np.linalg.norm(near)).astype(np.float32)
    exact = file.nearest(query, 0.5, 5)
    monkeypatch.setattr(vector_file, "MOST_EXACT", 100)
    monkeypatch.setattr(vector_file, "NEAR_SIGNS", 40)
    assert exact == file.nearest(query, 0.5, 5) != []
    assert len(file.nearest(query, -1, 2_000)) < 100
