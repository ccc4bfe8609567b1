from __future__ import annotations

import gzip
import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from searchapp.cancellation import CancelToken
from searchapp.errors import ModelError, PageError, PageFault
from searchapp.model import Article, RawPage
from searchapp.sources.compression import MIB
from searchapp.workers.messages import Answer, KnownArticle, Limits, Page, PageContent
from searchapp.workers.pool import Pool, read_pages

LIMITS = Limits(seconds=20, memory_mb=1500, page_mb=64)
SCANT = Limits(seconds=60, memory_mb=100, page_mb=64)
on_linux = pytest.mark.skipif(
    sys.platform != "linux", reason="address space is bounded, and parents followed, on Linux only"
)
STORY = "<p>The council of the harbour town voted on Monday to reopen the old ferry line.</p>"


def page(directory: Path, name: str, html: str = f"<title>Ferry</title>{STORY}") -> str:
    path = directory / name
    path.write_text(html, encoding="utf-8")
    return str(path)


def read(paths: list[str], limits: Limits, jobs: int = 1) -> dict[str, Answer]:
    return dict(read_pages(paths, jobs, {}, limits))


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    """Two workers, for tests that ask nothing of how they come and go."""
    with Pool(2, {}, LIMITS) as workers:
        yield workers


def fault(answer: Answer) -> PageFault:
    assert isinstance(answer, PageError), answer
    return answer.fault


def test_every_page_is_answered_once_by_some_worker(pool: Pool, tmp_path: Path) -> None:
    paths = [page(tmp_path, f"{n}.html") for n in range(5)]
    answers = list(pool.read(paths))
    assert sorted(path for path, _ in answers) == paths
    assert all(isinstance(answer, PageContent) for _, answer in answers)


def test_a_page_from_a_container_is_read_whatever_its_size(tmp_path: Path) -> None:
    # Larger than a pipe holds, handed over before the worker is there to take it.
    body = f"<title>Ferry</title>{STORY * 20_000}".encode()
    pages: list[Page] = [RawPage("c#1", body, "https://a.example/"), page(tmp_path, "a.html")]
    answers = dict(read_pages(pages, 2, {}, LIMITS))
    found = answers["c#1"]
    assert isinstance(found, PageContent)
    assert (found.article.title, found.article.url) == ("Ferry", "https://a.example/")
    assert isinstance(answers[str(tmp_path / "a.html")], PageContent)


def test_while_the_parent_looks_for_the_next_page_no_time_runs_out(tmp_path: Path) -> None:
    def slow() -> Iterator[str]:
        for number in range(4):
            if number == 3:
                time.sleep(4)
            yield page(tmp_path, f"{number}.html")

    answers = dict(read_pages(slow(), 2, {}, Limits(3, 1500, 64)))
    assert all(isinstance(answer, PageContent) for answer in answers.values())


def test_no_page_starts_no_worker() -> None:
    with Pool(1, {}, LIMITS) as pool:
        assert list(pool.read([])) == []
        assert pool._workers == []


def test_a_page_that_fails_leaves_the_others_alone(pool: Pool, tmp_path: Path) -> None:
    good, empty = page(tmp_path, "good.html"), page(tmp_path, "empty.html", "")
    answers = dict(pool.read([empty, good]))
    assert fault(answers[empty]) is PageFault.EMPTY
    assert isinstance(answers[good], PageContent)


def test_a_page_that_takes_too_long_costs_itself_only(tmp_path: Path) -> None:
    # A pipe without a writer: reading it never ends.
    endless, good = str(tmp_path / "endless.html"), page(tmp_path, "good.html")
    os.mkfifo(endless)
    answers = read([endless, good], limits=Limits(1, 1500, 64))
    assert fault(answers[endless]) is PageFault.TIMEOUT
    assert "longer than 1 s (setting page_seconds); tried twice" in str(answers[endless])
    assert isinstance(answers[good], PageContent)


@contextmanager
def page_on_second_try(
    pool: Pool, path: str, interfere: Callable[[int], None] = lambda _: None
) -> Iterator[None]:
    """A page that blocks its first reader, a process id to `interfere` with, not its second."""
    os.mkfifo(path)
    pipe = os.open(path, os.O_RDWR)  # so that readers need not wait for a writer to open it

    def reader(other_than: int = 0) -> int:
        while True:
            for worker in list(pool._workers):
                if worker.page == path and worker.process._pid != other_than:
                    return worker.process._pid
            time.sleep(0.01)

    def write() -> None:
        first = reader()
        interfere(first)
        reader(other_than=first)
        os.write(pipe, f"<title>Ferry</title>{STORY}".encode())
        time.sleep(1)  # until it has opened the pipe
        os.close(pipe)

    writer = threading.Thread(target=write, daemon=True)
    writer.start()
    yield
    writer.join()


def test_a_worker_that_dies_costs_nothing_when_its_page_can_be_read_alone(tmp_path: Path) -> None:
    bad = str(tmp_path / "bad.html")
    good = [page(tmp_path, f"{n}.html") for n in range(3)]
    with Pool(2, {}, LIMITS) as pool:

        def kill(pid: int) -> None:
            os.kill(pid, signal.SIGKILL)

        with page_on_second_try(pool, bad, kill):
            answers = list(pool.read([bad, *good]))
        assert len(pool._workers) == 1
    assert [path for path, _ in answers][-1] == bad  # alone: when all others were done
    assert all(isinstance(answer, PageContent) for _, answer in answers)


def test_a_page_that_was_too_slow_in_company_is_read_alone(tmp_path: Path) -> None:
    bad, good = str(tmp_path / "bad.html"), page(tmp_path, "good.html")
    with Pool(2, {}, Limits(3, 1500, 64)) as pool, page_on_second_try(pool, bad):
        answers = dict(pool.read([bad, good]))
    assert all(isinstance(answer, PageContent) for answer in answers.values())


def test_many_pages_that_hang_are_all_named(tmp_path: Path) -> None:
    endless = [str(tmp_path / f"{n}.html") for n in range(10)]
    for path in endless:
        os.mkfifo(path)
    good = page(tmp_path, "good.html")
    answers = read([*endless, good], jobs=5, limits=Limits(0.3, 1500, 64))
    assert [fault(answers[path]) for path in endless] == [PageFault.TIMEOUT] * 10
    assert isinstance(answers[good], PageContent)


def test_names_are_looked_for_in_a_text_that_was_cleaned_before(pool: Pool) -> None:
    article = Article("Ferry", "The ferry to Elsin leaves in April.", language="en")
    (answer,) = pool.read([KnownArticle("/a", article)])
    assert answer == ("/a", PageContent(article, ()))


def test_workers_are_kept_from_one_read_to_the_next(tmp_path: Path) -> None:
    with Pool(1, {}, LIMITS) as pool:
        pids = []
        for _ in range(2):
            assert dict(pool.read([page(tmp_path, "a.html")]))
            pids.append(pool._workers[0].process._pid)
    assert pids[0] == pids[1]


def test_a_fork_server_that_was_killed_is_started_again(tmp_path: Path) -> None:
    with Pool(1, {}, LIMITS) as pool:
        assert dict(pool.read([page(tmp_path, "a.html")]))
        pool._forkserver._process.kill()
        pool._forkserver._process.join()
        answers = dict(pool.read([page(tmp_path, "b.html"), page(tmp_path, "c.html")]))
    assert all(isinstance(answer, PageContent) for answer in answers.values())


def test_when_asked_to_stop_the_pages_in_flight_are_dropped(pool: Pool, tmp_path: Path) -> None:
    endless = str(tmp_path / "endless.html")
    os.mkfifo(endless)
    cancel_token = CancelToken()
    assert dict(pool.read([page(tmp_path, "a.html")], cancel_token))
    threading.Timer(0.3, cancel_token.cancel, ["Ctrl-C"]).start()
    started = time.monotonic()
    assert list(pool.read([endless], cancel_token)) == []
    assert time.monotonic() - started < LIMITS.seconds / 2


def huge_page(directory: Path) -> str:
    """A page as large as one may be, whose bytes and text together are more than there is."""
    path = directory / "huge.html"
    path.write_bytes(gzip.compress(STORY.encode() * (60 * MIB // len(STORY)), 1))
    return str(path)


@on_linux
def test_a_page_that_needs_too_much_memory_is_tried_twice_in_fresh_workers(tmp_path: Path) -> None:
    first, huge, last = page(tmp_path, "a.html"), huge_page(tmp_path), page(tmp_path, "b.html")
    pids, answers = {}, {}
    with Pool(1, {}, SCANT) as pool:
        for path, answer in pool.read([first, huge, last]):
            pids[path] = [worker.process._pid for worker in pool._workers]
            answers[path] = answer
    assert list(answers) == [first, last, huge]  # alone: when all others were done
    assert fault(answers[huge]) is PageFault.MEMORY
    assert "tried twice, the second time alone" in str(answers[huge])
    assert isinstance(answers[last], PageContent)
    assert pids[first] != pids[last]  # the worker that ran out of memory reads nothing more
    assert pids[huge] == []


@on_linux
def test_a_page_that_ran_out_of_memory_is_read_when_it_can_be(tmp_path: Path) -> None:
    huge, good = huge_page(tmp_path), page(tmp_path, "good.html")
    answers = {}
    with Pool(1, {}, SCANT) as pool:
        for path, answer in pool.read([huge, good]):
            answers[path] = answer
            page(tmp_path, "huge.html")  # what was short is there again
    assert isinstance(answers[huge], PageContent)


def open_once_read(pipe: Path, run: subprocess.Popen[bytes]) -> int:
    """A pipe's end to write to, as soon as a worker of the run has opened the other."""
    while run.poll() is None:
        with suppress(OSError):  # nobody reads yet
            return os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
        time.sleep(0.01)
    raise AssertionError(run.returncode)


@on_linux
def test_a_worker_in_the_midst_of_a_page_dies_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    endless = tmp_path / "endless.html"
    os.mkfifo(endless)
    script = str(Path(__file__).with_name("endless.py"))
    with subprocess.Popen([sys.executable, script, str(endless)]) as parent:
        writer = open_once_read(endless, parent)
        parent.kill()
    try:
        ended = select.poll()
        ended.register(writer, 0)  # an error: nobody reads any more
        assert ended.poll(60_000) == [(writer, select.POLLERR)]
    finally:
        os.close(writer)  # which ends a worker that lives on


def test_paths_are_taken_one_at_a_time(pool: Pool, tmp_path: Path) -> None:
    taken = []

    def paths() -> object:
        for n in range(4):
            taken.append(n)
            yield page(tmp_path, f"{n}.html")

    answers = pool.read(paths())  # type: ignore[arg-type]
    next(answers)
    assert len(taken) <= 3  # one for each worker, and the next
    answers.close()  # type: ignore[attr-defined]


def test_a_model_that_is_not_there_stops_the_run(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no_such_package"):
        list(read_pages([page(tmp_path, "a.html")], 1, {"en": "no_such_package"}, LIMITS))
