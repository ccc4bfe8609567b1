"""What a run decides to do, from files on disk and a real ledger."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from searchapp.cancellation import Cancelled, CancelToken
from searchapp.errors import PageFault
from searchapp.indexer.plan import Plan, Scope, make_plan
from searchapp.ledger.ledger import Ledger
from searchapp.ledger.rows import Failure, Fingerprint, PageResult
from searchapp.ledger.staleness import CurrentVersions
from searchapp.ledger.worklist import Why
from searchapp.model import Article
from searchapp.sources.fingerprint import hash_file
from searchapp.sources.listing import SourceFile, Unlisted


def versions(cleaner: str = "1", recogniser: str = "rules-1 en:m-1 fr:n-1") -> str:
    return json.dumps({"readers": "1", "cleaner": cleaner, "recogniser": recogniser})


WANTED = CurrentVersions(versions())
# Written out: what a run tries again must not change with the constant that says so.
PASSING = {
    PageFault.UNREADABLE,
    PageFault.TIMEOUT,
    PageFault.MEMORY,
    PageFault.CRASHED,
    PageFault.MISSING_EXTRA,
}


def make_result(  # noqa: PLR0913 - a row has many columns
    path: str,
    fault: PageFault | None = None,
    *,
    size: int = 1,
    mtime: int = 1,
    by: str = WANTED.versions,
    language: str | None = "en",
    digest: str = "hash",
) -> PageResult:
    failure = Failure(path, fault, "why") if fault else None
    article = None if fault else Article("Ferry", "Text.", language=language)
    return PageResult(path, Fingerprint(size, mtime, digest), by, article, failure=failure)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    (tmp_path / "index").mkdir()
    with Ledger(tmp_path / "index") as ledger:
        yield ledger


def make_sources(*paths: str) -> list[SourceFile]:
    return [SourceFile(path, 1, 1) for path in paths]


def reads_of(plan: Plan) -> Mapping[str, Why]:
    return {source.path: why for source, why in plan.to_read()}


def test_only_new_and_changed_files_are_read(ledger: Ledger) -> None:
    ledger.put(
        [make_result("/a/same"), make_result("/a/longer", size=9), make_result("/a/later", mtime=9)]
    )
    listed = make_sources("/a/new", "/a/same", "/a/longer", "/a/later")
    plan = make_plan(listed, ledger, WANTED, Scope(["/a"]))
    expected = {"/a/new": Why.ADDED, "/a/longer": Why.CHANGED, "/a/later": Why.CHANGED}
    assert reads_of(plan) == expected
    assert (plan.unchanged, plan.removed, plan.moved) == (1, 0, 0)
    assert (plan.files, plan.bytes) == (3, 3)


def test_another_cleaner_reads_everything_again(ledger: Ledger) -> None:
    ledger.put(
        [
            make_result("/a/x", by=versions("0")),
            make_result("/a/y", PageFault.EMPTY, by=versions("0")),
        ]
    )
    plan = make_plan(make_sources("/a/x", "/a/y"), ledger, WANTED, Scope(["/a"]))
    assert reads_of(plan) == {"/a/x": Why.OUTDATED, "/a/y": Why.OUTDATED}
    assert plan.recognise == 0


def test_another_recogniser_takes_the_text_from_the_ledger(ledger: Ledger) -> None:
    old = versions(recogniser="rules-0 en:m-1")
    ledger.put([make_result("/a/x", by=old), make_result("/a/y", PageFault.EMPTY, by=old)])
    plan = make_plan(make_sources("/a/x", "/a/y"), ledger, WANTED, Scope(["/a"]))
    assert (reads_of(plan), list(plan.stale_entities())) == ({}, ["/a/x"])


def test_without_names_any_recogniser_will_do(ledger: Ledger) -> None:
    ledger.put([make_result("/a/x", by=versions(recogniser="rules-0 en:m-1"))])
    wanted = CurrentVersions(versions(recogniser="rules-1"), names=False)
    plan = make_plan(make_sources("/a/x"), ledger, wanted, Scope(["/a"]))
    assert (reads_of(plan), plan.recognise) == ({}, 0)


def test_another_model_concerns_texts_in_its_language_only(ledger: Ledger) -> None:
    old = versions(recogniser="rules-1 en:m-1 fr:old-1")
    pages = {"/a/en": "en", "/a/fr": "fr", "/a/de": "de", "/a/none": None}
    ledger.put(make_result(path, by=old, language=language) for path, language in pages.items())
    plan = make_plan(make_sources(*pages), ledger, WANTED, Scope(["/a"]))
    assert list(plan.stale_entities()) == ["/a/fr"]
    plan.worklist.accept_unaffected()
    rows = ledger._db.execute("SELECT path FROM source WHERE versions = ?", [old])
    assert rows.fetchall() == [(b"/a/fr",)]


def test_what_is_read_again_is_not_recognised_besides(ledger: Ledger) -> None:
    old = versions(recogniser="rules-0")
    ledger.put(
        [
            make_result("/a/x", by=old, size=9),
            make_result("/a/gone", by=old),
            make_result("/b", by=old),
        ]
    )
    plan = make_plan(make_sources("/a/x"), ledger, WANTED, Scope(["/a"]))
    assert plan.recognise == 0


@pytest.mark.parametrize("fault", list(PageFault))
def test_failures_of_the_moment_are_tried_again_and_others_on_demand(
    ledger: Ledger, fault: PageFault
) -> None:
    ledger.put([make_result("/a/x", fault)])
    plan = make_plan(make_sources("/a/x"), ledger, WANTED, Scope(["/a"]))
    assert reads_of(plan) == ({"/a/x": Why.RETRIED} if fault in PASSING else {})
    plan = make_plan(make_sources("/a/x"), ledger, WANTED, Scope(["/a"]), retry=True)
    assert reads_of(plan) == {"/a/x": Why.RETRIED}


def test_what_is_no_longer_listed_is_gone_inside_the_scope_only(ledger: Ledger) -> None:
    ledger.put(map(make_result, ("/a/x", "/a/b/y", "/ab/z", "/c")))
    plan = make_plan([], ledger, WANTED, Scope(["/a", "/c"]))
    assert set(plan.gone()) == {"/a/x", "/a/b/y", "/c"}


def test_what_lies_below_a_folder_that_could_not_be_listed_stays(ledger: Ledger) -> None:
    ledger.put(map(make_result, ("/a/locked/x", "/a/y")))
    plan = make_plan([], ledger, WANTED, Scope(["/a"], [Unlisted("/a/locked", "why")]))
    assert list(plan.gone()) == ["/a/y"]


def test_the_root_folder_is_a_scope_too(ledger: Ledger) -> None:
    ledger.put([make_result("/a")])
    assert list(make_plan([], ledger, WANTED, Scope(["/"])).gone()) == ["/a"]


def write_file(path: Path, text: str) -> SourceFile:
    path.write_text(text)
    return SourceFile(str(path), len(text), 7)


def test_a_departed_file_with_the_same_bytes_elsewhere_has_moved(
    ledger: Ledger, tmp_path: Path
) -> None:
    new, other = (
        write_file(tmp_path / "new.html", "ferry"),
        write_file(tmp_path / "b.html", "tunne"),
    )
    old = str(tmp_path / "old.html")
    ledger.put([make_result(old, size=5, digest=hash_file(new.path))])
    plan = make_plan([new, other], ledger, WANTED, Scope([str(tmp_path)]))
    assert [(move.old, move.new) for move in plan.moves()] == [(old, new)]
    assert (reads_of(plan), list(plan.gone())) == ({other.path: Why.ADDED}, [])


def test_of_two_copies_one_is_the_file_that_moved(ledger: Ledger, tmp_path: Path) -> None:
    copies = [write_file(tmp_path / name, "ferry") for name in ("a.html", "b.html")]
    digest = hash_file(copies[0].path)
    ledger.put([make_result(str(tmp_path / "old.html"), size=5, digest=digest)])
    plan = make_plan(copies, ledger, WANTED, Scope([str(tmp_path)]))
    assert (plan.moved, plan.files, plan.removed) == (1, 1, 0)


def test_of_two_departed_files_with_the_bytes_of_a_new_one_the_other_is_gone(
    ledger: Ledger, tmp_path: Path
) -> None:
    new = write_file(tmp_path / "new.html", "ferry")
    olds = [str(tmp_path / name) for name in ("old.html", "older.html")]
    ledger.put(make_result(old, size=5, digest=hash_file(new.path)) for old in olds)
    plan = make_plan([new], ledger, WANTED, Scope([str(tmp_path)]))
    assert sorted([*(move.old for move in plan.moves()), *plan.gone()]) == olds
    assert (plan.moved, plan.removed) == (1, 1)


@pytest.mark.parametrize("fault", list(PageFault))
def test_a_failure_of_the_moment_does_not_move_but_is_tried_again(
    ledger: Ledger, tmp_path: Path, fault: PageFault
) -> None:
    new = write_file(tmp_path / "new.html", "ferry")
    old = str(tmp_path / "old.html")
    ledger.put([make_result(old, fault, size=5, digest=hash_file(new.path))])
    plan = make_plan([new], ledger, WANTED, Scope([str(tmp_path)]))
    assert plan.moved == (fault not in PASSING)
    assert reads_of(plan) == ({new.path: Why.ADDED} if fault in PASSING else {})


def test_a_file_that_was_gone_and_is_back_unchanged_is_read(ledger: Ledger) -> None:
    """Its row may wait for the commit that takes it out of the index."""
    ledger.put([make_result("/a/x")])
    ledger.mark_gone(["/a/x"])
    plan = make_plan(make_sources("/a/x"), ledger, WANTED, Scope(["/a"]))
    assert reads_of(plan) == {"/a/x": Why.ADDED}


def test_a_file_that_would_be_read_otherwise_now_is_read_where_it_is(
    ledger: Ledger, tmp_path: Path
) -> None:
    new = write_file(tmp_path / "new.html", "ferry")
    old = str(tmp_path / "old.html")
    ledger.put([make_result(old, size=5, digest=hash_file(new.path), by=versions("0"))])
    plan = make_plan([new], ledger, WANTED, Scope([str(tmp_path)]))
    assert (plan.moved, reads_of(plan), list(plan.gone())) == (0, {new.path: Why.ADDED}, [old])


def test_a_plan_changes_nothing_that_lasts(ledger: Ledger, tmp_path: Path) -> None:
    ledger.put([make_result("/a/x"), make_result("/a/y", by=versions("0"))])
    before = list(ledger._db.iterdump())
    make_plan(make_sources("/a/new", "/a/y"), ledger, WANTED, Scope(["/a"]))
    assert list(ledger._db.iterdump()) == before
    with Ledger(tmp_path / "index", preview=True) as preview:
        assert make_plan(make_sources("/a/y"), preview, WANTED, Scope(["/a"])).removed == 1


def test_a_listing_is_left_when_asked_to_stop(ledger: Ledger) -> None:
    cancel_token = CancelToken()

    def listed() -> Iterator[SourceFile]:
        yield from make_sources("/a/x")
        cancel_token.cancel("Ctrl-C")
        yield from make_sources("/a/y")
        raise AssertionError

    with pytest.raises(Cancelled, match="Ctrl-C"):
        make_plan(listed(), ledger, WANTED, Scope(["/a"]), cancel_token=cancel_token)


def test_names_that_are_not_valid_in_any_encoding(ledger: Ledger) -> None:
    path = os.fsdecode(b"/a/caf\xe9.html")
    ledger.put([make_result(path)])
    assert list(make_plan([], ledger, WANTED, Scope(["/a"])).gone()) == [path]
    assert make_plan(make_sources(path), ledger, WANTED, Scope(["/a"])).unchanged == 1
