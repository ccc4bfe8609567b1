"""Files on disk -> sources -> raw pages."""

from __future__ import annotations

import gzip
import os
import socket
import time
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchapp.errors import PageError, PageFault, SearchappError
from searchapp.sources.listing import Listing, find_sources, printable, read_page

MEBIBYTE = 1 << 20


def names(*paths: Path) -> list[str]:
    return [os.path.basename(source.path) for source in find_sources(paths)]  # noqa: PTH119


def fault_of(path: Path, limit: int = MEBIBYTE) -> PageFault:
    with pytest.raises(PageError) as caught:
        read_page(str(path), limit)
    assert path.name not in str(caught.value)
    return caught.value.fault


def test_pages_of_every_kind_are_found_in_name_order(tmp_path: Path) -> None:
    for name in ("b.HTML", "a.htm", "c.xhtml.gz", "d.Txt", "новости.shtml", "e.TXT.GZ"):
        (tmp_path / name).write_text("x")
    assert names(tmp_path) == [
        "a.htm",
        "b.HTML",
        "c.xhtml.gz",
        "d.Txt",
        "e.TXT.GZ",
        "новости.shtml",
    ]


def test_files_before_folders_and_folders_in_order(tmp_path: Path) -> None:
    for name in ("b/2.html", "b/a/3.html", "a/1.html", "0.html"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    assert names(tmp_path) == ["0.html", "1.html", "2.html", "3.html"]


def test_other_kinds_are_counted_by_suffix(tmp_path: Path) -> None:
    for name in ("a.css", "b.CSS", "c.png", "d.css.gz", "README", "e.html"):
        (tmp_path / name).write_text("x")
    listing = find_sources([tmp_path])
    assert len(list(listing)) == 1
    assert listing.skipped == {".css": 2, ".png": 1, ".gz": 1, "": 1}


def test_the_index_below_the_archive_is_no_part_of_it(tmp_path: Path) -> None:
    for name in ("index/watchlist.csv", "index/entities.toml", "a.html", "deep/index/b.html"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    listing = find_sources([tmp_path], tmp_path / "index")
    assert [Path(source.path).name for source in listing] == ["a.html", "b.html"]
    assert not listing.skipped


def test_a_file_named_explicitly_is_taken_whatever_its_suffix(tmp_path: Path) -> None:
    page = tmp_path / "saved.page"
    page.write_text("x")
    (source,) = find_sources([page])
    assert (source.path, source.size) == (str(page), 1)
    assert source.mtime_ns == page.stat().st_mtime_ns


def test_a_file_met_twice_is_listed_once(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text("x")
    assert names(tmp_path, tmp_path / "a.html", tmp_path) == ["a.html"]


def test_relative_paths_become_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.html").write_text("x")
    monkeypatch.chdir(tmp_path)
    (source,) = find_sources([Path("a.html")])
    assert source.path == str(tmp_path / "a.html")


def test_a_path_that_does_not_exist_is_an_error_naming_it(tmp_path: Path) -> None:
    with pytest.raises(SearchappError, match=r"nothing-here: no such file"):
        find_sources([tmp_path / "nothing-here"])


def test_a_loop_of_links_ends(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text("x")
    (tmp_path / "again").symlink_to(tmp_path)
    assert names(tmp_path) == ["a.html"]


@pytest.fixture
def linked(tmp_path: Path) -> Path:
    """An archive with links inside, and out of it."""
    archive, elsewhere = tmp_path / "archive", tmp_path / "elsewhere"
    for folder in (archive / "sub", elsewhere):
        folder.mkdir(parents=True)
        (folder / "a.html").write_text("x")
    (archive / "index").mkdir()
    (archive / "index" / "watchlist.csv").write_text("x")
    (archive / "in").symlink_to("sub")
    (archive / "in.html").symlink_to(archive / "sub" / "a.html")
    (archive / "out").symlink_to("../elsewhere")
    (archive / "out.html").symlink_to(elsewhere / "a.html")
    (archive / "twice.html").symlink_to("out/a.html")
    (archive / "broken.html").symlink_to("/nowhere/a.html")
    (archive / "decisions").symlink_to("index")
    return archive


def below(folder: Path, listing: Listing) -> list[str]:
    return [os.path.relpath(source.path, folder) for source in listing]


def test_links_are_followed_inside_and_counted_when_they_lead_out(linked: Path) -> None:
    listing = find_sources([linked], linked / "index")
    assert below(linked, listing) == ["in.html", "in/a.html", "sub/a.html"]
    left = ["broken.html", "decisions", "out", "out.html", "twice.html"]
    assert listing.links_out.count == len(left)
    assert sorted(os.path.relpath(path, linked) for path in listing.links_out.paths) == left
    assert listing.problems == []


def test_links_are_followed_anywhere_when_a_setting_says_so(linked: Path) -> None:
    listing = find_sources([linked], linked / "index", follow_links="all")
    assert {"out/a.html", "out.html", "twice.html"} < set(below(linked, listing))
    assert listing.links_out.count == 0


def test_a_path_given_by_hand_may_be_a_link(linked: Path) -> None:
    assert names(linked / "out") == ["a.html"]
    assert names(linked / "out.html") == ["out.html"]
    assert names(linked, linked.parent / "elsewhere").count("a.html") == 4


def test_a_link_that_changed_is_no_path_given_by_hand(linked: Path) -> None:
    changed = [linked / name for name in ("out.html", "out/a.html", "in.html")]
    listing = find_sources(changed, roots=[str(linked)])
    assert below(linked, listing) == ["in.html"]
    assert listing.links_out.count == 2


def test_of_many_links_the_first_are_named(tmp_path: Path) -> None:
    for number in range(150):
        (tmp_path / f"{number}.html").symlink_to("/etc/passwd")
    listing = find_sources([tmp_path])
    assert not list(listing)
    assert (listing.links_out.count, len(listing.links_out.paths)) == (150, 100)


@pytest.mark.parametrize(
    "path", ["/", "/..", "/proc", "/proc/self/root", "/sys/kernel", "/dev", "/dev/null"]
)
def test_what_can_be_no_archive_is_refused(path: str) -> None:
    with pytest.raises(SearchappError, match=r"machine|of the kernel") as caught:
        find_sources([Path(path)])
    assert str(caught.value).startswith(os.path.abspath(path))  # noqa: PTH100 - links stay


def test_pipes_and_sockets_are_refused_by_name(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.html")
    with pytest.raises(SearchappError, match=r"pipe\.html: a named pipe"):
        find_sources([tmp_path / "pipe.html"])
    (tmp_path / "link.html").symlink_to("pipe.html")
    with pytest.raises(SearchappError, match=r"link\.html: a named pipe"):
        find_sources([tmp_path / "link.html"])
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "socket"))
        with pytest.raises(SearchappError, match="a socket"):
            find_sources([tmp_path / "socket"])


def test_a_broken_link_is_reported(tmp_path: Path) -> None:
    (tmp_path / "gone.html").symlink_to(tmp_path / "nowhere")
    listing = find_sources([tmp_path])
    assert not list(listing)
    (problem,) = listing.problems
    assert problem.path.endswith("gone.html")
    assert "broken link" in problem.message


def test_a_pipe_in_a_folder_is_reported_and_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.html")
    listing = find_sources([tmp_path])
    assert not list(listing)
    assert "not a regular file" in listing.problems[0].message


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read everything")
def test_a_folder_that_may_not_be_listed_is_reported(tmp_path: Path) -> None:
    locked = tmp_path / "locked"
    locked.mkdir(mode=0)
    listing = find_sources([tmp_path])
    assert not list(listing)
    assert "make it readable" in listing.problems[0].message


def test_names_that_are_not_utf8_are_kept(tmp_path: Path) -> None:
    raw = os.fsencode(tmp_path) + b"/caf\xe9.html"
    with open(raw, "wb") as file:  # noqa: PTH123 - the name is not text
        file.write(b"page")
    (source,) = find_sources([tmp_path])
    assert os.fsencode(source.path) == raw
    assert read_page(source.path, MEBIBYTE).body == b"page"
    assert printable(source.path).endswith("caf\\udce9.html")


@settings(max_examples=30)
@given(st.binary(min_size=1, max_size=2000), st.integers(1, 3))
def test_gzip_is_read_whatever_the_name(
    tmp_path_factory: pytest.TempPathFactory, body: bytes, members: int
) -> None:
    path = tmp_path_factory.mktemp("gz") / "page.html"
    path.write_bytes(gzip.compress(body) * members)
    assert read_page(str(path), MEBIBYTE).body == body * members


def test_gzip_padded_with_zeros_is_read(tmp_path: Path) -> None:
    path = tmp_path / "page.gz"
    path.write_bytes(gzip.compress(b"page") + b"\0" * 512)
    assert read_page(str(path), MEBIBYTE).body == b"page"


def test_a_gzip_bomb_stops_at_the_limit(tmp_path: Path) -> None:
    path = tmp_path / "bomb.html.gz"
    path.write_bytes(gzip.compress(bytes(64 * MEBIBYTE)))
    tracemalloc.start()
    assert fault_of(path) is PageFault.TOO_LARGE
    assert tracemalloc.get_traced_memory()[1] < 8 * MEBIBYTE
    tracemalloc.stop()


def test_members_without_number_are_read_in_one_pass(tmp_path: Path) -> None:
    path = tmp_path / "members.gz"
    path.write_bytes(gzip.compress(b"") * 300_000 + gzip.compress(b"page"))
    began = time.process_time()
    assert read_page(str(path), 64 * MEBIBYTE).body == b"page"
    assert time.process_time() - began < 10


def test_many_small_members_count_together(tmp_path: Path) -> None:
    path = tmp_path / "members.gz"
    path.write_bytes(gzip.compress(bytes(1000)) * 5)
    assert fault_of(path, 4999) is PageFault.TOO_LARGE
    assert len(read_page(str(path), 5000).body) == 5000


def test_every_fault_has_its_kind(tmp_path: Path) -> None:
    packed = gzip.compress(b"a page that was cut off")
    contents = {
        "cut.gz": (packed[:-9], PageFault.DAMAGED),
        "garbled.gz": (packed[:12] + b"\xff\xff" + packed[14:], PageFault.DAMAGED),
        "empty.html": (b"", PageFault.EMPTY),
        "nothing.gz": (gzip.compress(b""), PageFault.EMPTY),
        "large.html": (b"x" * 101, PageFault.TOO_LARGE),
    }
    for name, (body, fault) in contents.items():
        (tmp_path / name).write_bytes(body)
        assert fault_of(tmp_path / name, 100) is fault, name
    assert fault_of(tmp_path / "missing.html") is PageFault.UNREADABLE
    assert fault_of(tmp_path) is PageFault.UNREADABLE
