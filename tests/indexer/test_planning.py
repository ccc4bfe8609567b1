from __future__ import annotations

import pytest

from searchapp.errors import PageFault
from searchapp.indexer.archive import SourceFile
from searchapp.indexer.outcomes import PASSING, Fingerprint, Known
from searchapp.indexer.planning import make_plan


def known(size: int = 1, mtime: int = 1, fault: str | None = None, versions: str = "v") -> Known:
    state = "failed" if fault else "cleaned"
    return Known(Fingerprint(size, mtime, "hash"), state, versions, fault)


def test_only_new_and_changed_files_are_read() -> None:
    sources = [SourceFile(f"/a/{name}", 1, 1) for name in ("new", "same", "longer", "later")]
    memory = {"/a/same": known(), "/a/longer": known(size=9), "/a/later": known(mtime=9)}
    plan = make_plan(sources, memory, "v", ["/a"])
    assert [source.path for source in plan.read] == ["/a/new", "/a/longer", "/a/later"]
    assert plan.unchanged == 1
    assert plan.gone == ()


def test_another_version_reads_everything_again() -> None:
    plan = make_plan([SourceFile("/a/x", 1, 1)], {"/a/x": known(versions="old")}, "v", ["/a"])
    assert len(plan.read) == 1


@pytest.mark.parametrize("fault", list(PageFault))
def test_failures_of_the_moment_are_tried_again_and_no_others(fault: PageFault) -> None:
    plan = make_plan([SourceFile("/a/x", 1, 1)], {"/a/x": known(fault=fault)}, "v", ["/a"])
    assert bool(plan.read) == (fault in PASSING)


def test_what_is_no_longer_listed_is_gone_inside_the_scope_only() -> None:
    memory = {"/a/x": known(), "/a/b/y": known(), "/ab/z": known(), "/c": known()}
    plan = make_plan([], memory, "v", ["/a", "/c"])
    assert set(plan.gone) == {"/a/x", "/a/b/y", "/c"}


def test_what_lies_below_a_folder_that_could_not_be_listed_stays() -> None:
    memory = {"/a/locked/x": known(), "/a/y": known()}
    plan = make_plan([], memory, "v", ["/a"], unlisted=["/a/locked"])
    assert plan.gone == ("/a/y",)


def test_the_root_folder_is_a_scope_too() -> None:
    assert make_plan([], {"/a": known()}, "v", ["/"]).gone == ("/a",)
