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
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from searchapp.cancellation import Cancelled, CancelToken
from searchapp.errors import ModelError, PageError, PageFault
from searchapp.model import Article, RawPage
from searchapp.sources.compression import MIB
from searchapp.workers.messages import Answer, KnownArticle, Limits, Page, PageContent
from searchapp.workers.pool import Pool, read_pages

# No test waits for the time to run out: whoever hangs is given none.
LIMITS = Limits(seconds=90, memory_mb=1500, page_mb=64)
SCANT = Limits(seconds=90, memory_mb=100, page_mb=64)
on_linux = pytest.mark.skipif(
    sys.platform != "linux", reason="address space is bounded, and parents followed, on Linux only"
)
STORY = "<p>The council of the harbour town voted on Monday to reopen the old ferry line.</p>"


def page(directory: Path, name: str, html: str = f"<title>Ferry</title>{STORY}") -> str:
    path = directory / name
    path.write_text(html, encoding="utf-8")
    return str(path)


@pytest.fixture(scope="module")
def running() -> Iterator[Pool]:
    """One fork server for all the tests of this file, but those that are about its memory."""
    with Pool(2, {}, LIMITS) as workers:
        yield workers


@pytest.fixture
def pool(running: Pool) -> Pool:
    """Up to two workers, none of them started yet."""
    running._stop_workers()
    running.jobs = 2
    return running


@pytest.fixture(scope="module")
def scant_pool() -> Iterator[Pool]:
    """One worker without much memory."""
    with Pool(1, {}, SCANT) as workers:
        yield workers


def fault(answer: Answer) -> PageFault:
    assert isinstance(answer, PageError), answer
    return answer.fault


def test_every_page_is_answered_once_by_some_worker(pool: Pool, tmp_path: Path) -> None:
    paths = [page(tmp_path, f"{n}.html") for n in range(5)]
    answers = list(pool.read(paths))
    assert sorted(path for path, _ in answers) == paths
    assert all(isinstance(answer, PageContent) for _, answer in answers)


def test_a_page_from_a_container_is_read_whatever_its_size(pool: Pool, tmp_path: Path) -> None:
    # Larger than a pipe holds, handed over before the worker is there to take it.
    body = f"<title>Ferry</title>{STORY * 2_000}".encode()
    pages: list[Page] = [RawPage("c#1", body, "https://a.example/"), page(tmp_path, "a.html")]
    answers = dict(pool.read(pages))
    found = answers["c#1"]
    assert isinstance(found, PageContent)
    assert (found.article.title, found.article.url) == ("Ferry", "https://a.example/")
    assert isinstance(answers[str(tmp_path / "a.html")], PageContent)


def pass_time(pool: Pool) -> None:
    """As if it took too long to go on: every answer is there, and every deadline has passed."""
    for worker in pool._workers:
        if worker.page is not None:
            assert worker.process.connection.poll(LIMITS.seconds)
            worker.clock.seconds = -1.0


def test_while_the_parent_looks_for_the_next_page_no_time_runs_out(
    pool: Pool, tmp_path: Path
) -> None:
    def slow() -> Iterator[str]:
        for number in range(6):
            pass_time(pool)
            yield page(tmp_path, f"{number}.html")

    answers = {}
    for path, answer in pool.read(slow()):
        answers[path] = answer
        pass_time(pool)
    assert len(answers) == 6
    assert all(isinstance(answer, PageContent) for answer in answers.values())


def test_an_answer_that_comes_while_another_is_taken_is_in_time(pool: Pool, tmp_path: Path) -> None:
    quick, slow = page(tmp_path, "quick.html"), tmp_path / "slow.html"
    os.mkfifo(slow)
    answers = {}
    for path, answer in pool.read([quick, str(slow)]):
        answers[path] = answer
        if path == quick:
            slow.write_text(f"<title>Ferry</title>{STORY}")
            (tmp_path / "empty.html").touch()
            (tmp_path / "empty.html").replace(slow)  # what a second try would find
            pass_time(pool)
    assert isinstance(answers[str(slow)], PageContent)


def test_no_page_starts_no_worker(pool: Pool) -> None:
    assert list(pool.read([])) == []
    assert pool._workers == []


def test_a_page_that_fails_leaves_the_others_alone(pool: Pool, tmp_path: Path) -> None:
    good, empty = page(tmp_path, "good.html"), page(tmp_path, "empty.html", "")
    answers = dict(pool.read([empty, good]))
    assert fault(answers[empty]) is PageFault.EMPTY
    assert isinstance(answers[good], PageContent)


@contextmanager
def without_time(pool: Pool, *paths: str) -> Iterator[None]:
    """Pages whose readers hang, and whose time has run out as soon as they are read."""
    over = threading.Event()
    for path in paths:
        os.mkfifo(path)  # without a writer: reading it never ends

    def expire() -> None:
        while not over.wait(0.01):
            for worker in list(pool._workers):
                if worker.page in paths:
                    worker.clock.seconds = -1.0

    thread = threading.Thread(target=expire)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def test_a_page_that_takes_too_long_costs_itself_only(pool: Pool, tmp_path: Path) -> None:
    endless, good = str(tmp_path / "endless.html"), page(tmp_path, "good.html")
    pool.jobs = 1
    with without_time(pool, endless):
        answers = dict(pool.read([endless, good]))
    assert fault(answers[endless]) is PageFault.TIMEOUT
    assert "(setting page_seconds) of CPU time; tried twice" in str(answers[endless])
    assert isinstance(answers[good], PageContent)


def test_many_pages_that_hang_are_all_named(pool: Pool, tmp_path: Path) -> None:
    endless = [str(tmp_path / f"{n}.html") for n in range(10)]
    good = page(tmp_path, "good.html")
    pool.jobs = 5
    with without_time(pool, *endless):
        answers = dict(pool.read([*endless, good]))
    assert [fault(answers[path]) for path in endless] == [PageFault.TIMEOUT] * 10
    assert isinstance(answers[good], PageContent)


@contextmanager
def page_on_second_try(pool: Pool, path: Path, interfere: Callable[[Any], None]) -> Iterator[None]:
    """A page on which its first reader hangs, to be interfered with; the second can read it."""
    os.mkfifo(path)
    pipes = []

    def hold() -> None:
        pipes.append(os.open(path, os.O_WRONLY))  # once the first reader has opened it
        (worker,) = [worker for worker in pool._workers if worker.page == str(path)]
        Path(page(path.parent, "second try")).replace(path)
        interfere(worker)

    holder = threading.Thread(target=hold, daemon=True)
    holder.start()
    yield
    holder.join()
    os.close(*pipes)


def test_a_worker_that_dies_costs_nothing_when_its_page_can_be_read_alone(
    pool: Pool, tmp_path: Path
) -> None:
    bad = tmp_path / "bad.html"
    good = [page(tmp_path, f"{n}.html") for n in range(3)]
    with page_on_second_try(pool, bad, lambda worker: os.kill(worker.process.pid, signal.SIGKILL)):
        answers = list(pool.read([str(bad), *good]))
    assert len(pool._workers) == 1
    assert [path for path, _ in answers][-1] == str(bad)  # alone: when all others were done
    assert all(isinstance(answer, PageContent) for _, answer in answers)


def test_a_page_that_was_too_slow_in_company_is_read_alone(pool: Pool, tmp_path: Path) -> None:
    bad, good = tmp_path / "bad.html", page(tmp_path, "good.html")
    with page_on_second_try(pool, bad, lambda worker: setattr(worker.clock, "seconds", -1.0)):
        answers = dict(pool.read([str(bad), good]))
    assert len(answers) == 2
    assert all(isinstance(answer, PageContent) for answer in answers.values())


def test_names_are_looked_for_in_a_text_that_was_cleaned_before(pool: Pool) -> None:
    article = Article("Ferry", "The ferry to Elsin leaves in April.", language="en")
    (answer,) = pool.read([KnownArticle("/a", article)])
    assert answer == ("/a", PageContent(article, ()))


def test_workers_are_kept_from_one_read_to_the_next(pool: Pool, tmp_path: Path) -> None:
    pool.jobs = 1
    pids = []
    for _ in range(2):
        assert dict(pool.read([page(tmp_path, "a.html")]))
        pids.append(pool._workers[0].process.pid)
    assert pids[0] == pids[1]


def test_a_fork_server_that_was_killed_is_started_again(pool: Pool, tmp_path: Path) -> None:
    pool.jobs = 1
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
    # Not heard, it would be answered for when its time is over.
    assert list(pool.read([endless], cancel_token)) == []


def huge_page(directory: Path) -> str:
    """A page as large as one may be, whose bytes and text together are more than there is."""
    path = directory / "huge.html"
    path.write_bytes(gzip.compress(STORY.encode() * (60 * MIB // len(STORY)), 1))
    return str(path)


@on_linux
def test_a_page_that_needs_too_much_memory_is_tried_twice_in_fresh_workers(
    scant_pool: Pool, tmp_path: Path
) -> None:
    first, huge, last = page(tmp_path, "a.html"), huge_page(tmp_path), page(tmp_path, "b.html")
    pids, answers = {}, {}
    for path, answer in scant_pool.read([first, huge, last]):
        pids[path] = [worker.process.pid for worker in scant_pool._workers]
        answers[path] = answer
    assert list(answers) == [first, last, huge]  # alone: when all others were done
    assert fault(answers[huge]) is PageFault.MEMORY
    assert "tried twice, the second time alone" in str(answers[huge])
    assert isinstance(answers[last], PageContent)
    assert pids[first] != pids[last]  # the worker that ran out of memory reads nothing more
    assert pids[huge] == []


@on_linux
def test_a_page_that_ran_out_of_memory_is_read_when_it_can_be(
    scant_pool: Pool, tmp_path: Path
) -> None:
    huge, good = huge_page(tmp_path), page(tmp_path, "good.html")
    answers = {}
    for path, answer in scant_pool.read([huge, good]):
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


def container(directory: Path, *rows: str) -> str:
    path = directory / "rows.jsonl"
    path.write_text("".join(f'{{"text": "{row}"}}\n' for row in rows), encoding="utf-8")
    return str(path)


def entries(pool: Pool, path: str, cancel_token: CancelToken | None = None) -> list[Any]:
    return [part.entry for part in pool.walk(path, cancel_token) if part.entry]


def test_a_container_is_walked_by_a_process_of_its_own(pool: Pool, tmp_path: Path) -> None:
    path = container(tmp_path, "one", "two")
    parts = list(pool.walk(path))
    assert [entry.path for entry in entries(pool, path)] == [f"{path}#1", f"{path}#2"]
    assert parts[-1].position == Path(path).stat().st_size
    assert pool._workers == []


def test_a_container_that_cannot_be_read_says_why(pool: Pool, tmp_path: Path) -> None:
    (tmp_path / "a.tar").write_bytes(b"hello" * 1000)
    with pytest.raises(PageError, match="no TAR archive"):
        entries(pool, str(tmp_path / "a.tar"))


def test_a_walk_that_works_for_too_long_is_ended(running: Pool, tmp_path: Path) -> None:
    hasty = replace(running, limits=replace(LIMITS, seconds=0.2))
    (tmp_path / "a.tar.gz").write_bytes(gzip.compress(bytes(300 * MIB), 1))
    with hasty, pytest.raises(PageError, match=r"longer than 0\.2 s .* the rest is not read"):
        entries(hasty, str(tmp_path / "a.tar.gz"))


def test_a_walk_that_is_killed_costs_its_container(pool: Pool, tmp_path: Path) -> None:
    path = container(tmp_path, *["x" * 1_000] * 1_000)  # more than the pipe holds
    walk = pool.walk(path)
    next(walk)
    (pid,) = workers_of(pool)
    os.kill(pid, signal.SIGKILL)
    with pytest.raises(PageError) as caught:
        list(walk)
    assert caught.value.fault is PageFault.CRASHED


def workers_of(pool: Pool) -> list[int]:
    server = pool._forkserver._process.pid
    children = Path(f"/proc/{server}/task/{server}/children").read_text()
    return [int(pid) for pid in children.split()]


@on_linux
def test_a_row_that_takes_more_memory_than_there_is_costs_itself(
    scant_pool: Pool, tmp_path: Path
) -> None:
    path = tmp_path / "rows.jsonl"
    bomb = '{"text": "x", "more": [' + ",".join(["{}"] * 5_000_000) + "]}\n"
    path.write_text('{"text": "one"}\n' + bomb + '{"text": "two"}\n', encoding="utf-8")
    first, lost, last = entries(scant_pool, str(path))
    assert isinstance(first, RawPage)
    assert lost.error.fault is PageFault.DAMAGED
    assert isinstance(last, RawPage)


def test_a_walk_stops_when_it_is_asked_to(pool: Pool, tmp_path: Path) -> None:
    list(pool.walk(container(tmp_path, "one")))  # its server is there, whatever ran before
    cancel_token = CancelToken()
    cancel_token.cancel("Ctrl-C")
    with pytest.raises(Cancelled):
        entries(pool, container(tmp_path, "one"), cancel_token)
    assert workers_of(pool) == []
