"""Any state file damaged in any way: the right answer or a reason, and a way out."""

import itertools
import json
import random
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from searchapp.engines.whoosh.reader import snapshots
from searchapp.indexer.events import Reporter
from searchapp.indexer.options import ReindexOptions
from searchapp.indexer.run import run
from searchapp.maintenance import state_files
from searchapp.maintenance.doctor import Level, examine
from searchapp.workers.pool import Pool
from tests.maintenance.archive import Archive
from tests.maintenance.damage import API, MISPLACED, Answer, Faces, Harm, harms_of, make_archive

# As they are called in every archive; the live build's files are known by how they end.
FILES = (
    *("ledger.sqlite", "ledger.sqlite-wal", "ledger.sqlite-shm", "entities.toml", "watchlist.csv"),
    *("reindex.lock", "background.json", "background.lock", "whoosh/CURRENT", "whoosh/WRITELOCK"),
    *(".arrays", ".toc", ".json", "PUBLISHED"),
)
CHANGES = {"ledger.sqlite": 120, ".arrays": 60, ".toc": 60, ".json": 50, "whoosh/CURRENT": 50}
OTHERS = 24
LOCKS = (
    *("reindex.lock", "whoosh/WRITELOCK", "background.lock", "background.json"),
    "ledger.sqlite-shm",
)
EDITED = ("entities.toml", "watchlist.csv")
STATES = ("/status", "/api/v1/status", "/api/v1/reindex", "status --json", "doctor")


@dataclass
class Undamaged:
    archive: Archive
    faces: Faces
    answers: Mapping[str, Answer]


class Notices(Reporter):
    def __init__(self) -> None:
        self.heard: list[str] = []

    def notice(self, message: str) -> None:
        self.heard.append(message)


@pytest.fixture(scope="module")
def undamaged(tmp_path_factory: pytest.TempPathFactory) -> Undamaged:
    archive = make_archive(tmp_path_factory.mktemp("undamaged"))
    faces = Faces(_copy(archive, tmp_path_factory.mktemp("asked")))
    answers = faces.all(_copy(archive, tmp_path_factory.mktemp("answered")))
    assert {answer.code for answer in answers.values()} == {0, 200, 303, 400, 404}
    return Undamaged(archive, faces, answers)


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is missing here does not come back."""
    monkeypatch.setattr(snapshots, "_PATIENCE_SECONDS", 0.0)


@pytest.fixture(scope="module")
def pool(undamaged: Undamaged) -> Iterator[Pool]:
    archive = undamaged.archive
    with ReindexOptions(archive.settings, archive.engine, Reporter()).pool() as workers:
        yield workers


def _copy(archive: Archive, directory: Path) -> Archive:
    shutil.copytree(archive.settings.index_dir, directory / "index")
    return Archive(directory)


def _state_file(archive: Archive, name: str) -> Path:
    if name.startswith((".", "PUBLISHED")):
        return next(archive.live.glob(f"*{name}"))
    return archive.settings.index_dir / name


def _harmed(undamaged: Undamaged, directory: Path, name: str, harm: Harm, seed: int) -> Archive:
    archive = _copy(undamaged.archive, directory)
    harm(_state_file(archive, name), random.Random(f"{name} {seed}"))  # noqa: S311 - a fixed choice
    return archive


def _plain(text: str) -> str:
    """Without what may differ between two right answers."""
    text = re.sub(r'"took_ms":[\d.]+|in [\d.]+ m?s', "", text)
    return re.sub(r"[^\s\"',<>]*?(\d|empty)\.html", r"\1.html", text)


def _complaint(name: str, before: Answer, now: Answer) -> str:
    """What is wrong with an answer of an archive that is damaged; "" when nothing is."""
    if now.code == 500 or "Traceback" in now.text:
        return f"failed: {now.text[:300]}"
    if now.code == 503:
        return "" if re.search("damaged|index|cannot be read", now.text) else "gives no reason"
    if name in STATES or name.startswith("entities") or "/entities/" in name:
        return "" if now.text or now.code == 0 else "says nothing"
    if now.code == 1 and name.startswith("search"):
        return "" if now.text.startswith("searchapp: ") else "gives no reason"
    return "" if (now.code, _plain(now.text)) == (before.code, _plain(before.text)) else "is wrong"


def test_there_are_at_least_500_changes() -> None:
    assert sum(CHANGES.get(name, OTHERS) for name in FILES) >= 500


PARTS = [(name, first) for name in FILES for first in range(0, CHANGES.get(name, OTHERS), OTHERS)]
# Two of each file, so that every harm is done to one or two of them.
SOME = [(name, (place + more) % 16) for place, name in enumerate(FILES) for more in (0, 8)]


@pytest.mark.parametrize(("name", "seed"), SOME)
def test_some_damaged_files_give_no_wrong_answer(
    undamaged: Undamaged, tmp_path: Path, name: str, seed: int
) -> None:
    (harm,) = itertools.islice(harms_of(16), seed, seed + 1)
    _check_harmed(undamaged, tmp_path, name, harm, seed)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "first"), PARTS)
def test_a_damaged_file_gives_no_wrong_answer(
    undamaged: Undamaged, tmp_path: Path, name: str, first: int
) -> None:
    harms = enumerate(harms_of(CHANGES.get(name, OTHERS)))
    for seed, harm in itertools.islice(harms, first, first + OTHERS):
        _check_harmed(undamaged, tmp_path / str(seed), name, harm, seed)
        shutil.rmtree(tmp_path / str(seed))


def _check_harmed(undamaged: Undamaged, directory: Path, name: str, harm: Harm, seed: int) -> None:
    found = undamaged.faces.all(_harmed(undamaged, directory, name, harm, seed))
    complaints = {
        face: why
        for face, answer in found.items()
        if (why := _complaint(face, undamaged.answers[face], answer))
    }
    assert not complaints, (name, harm.__name__, seed)
    told = json.loads(found["status --json"].text)
    if told["index"] is None or told["documents"] is None:
        assert told["faults"], (name, harm.__name__, seed)
        assert found["doctor"].code == 1, (name, harm.__name__, seed)


HARMS = {harm.__name__.strip("_"): harm for harm in harms_of(18)}


@pytest.mark.slow
@pytest.mark.parametrize("harm", HARMS.values(), ids=HARMS)
@pytest.mark.parametrize("name", ["ledger.sqlite", "whoosh/CURRENT", ".arrays", ".toc", ".json"])
def test_the_next_reindex_heals(
    undamaged: Undamaged, pool: Pool, tmp_path: Path, name: str, harm: Harm
) -> None:
    archive = _harmed(undamaged, tmp_path, name, harm, 1)
    archive.invoke("doctor", "--mend")
    options = ReindexOptions(archive.settings, archive.engine, Reporter())
    run([undamaged.archive.pages], options, pool)
    faults = [f for f in examine(archive.settings, archive.engine) if f.level == Level.FAULT]
    assert faults == []
    ask = partial(undamaged.faces.ask, archive)
    for address in (API[2], API[3]):
        assert _plain(ask(address).text) == _plain(undamaged.answers[address].text)


@pytest.mark.parametrize("harm", MISPLACED)
@pytest.mark.parametrize("mending", [False, True])
def test_what_is_no_file_is_named_and_makes_room(
    undamaged: Undamaged, pool: Pool, tmp_path: Path, harm: Harm, *, mending: bool
) -> None:
    archive = _copy(undamaged.archive, tmp_path)
    for name in LOCKS:
        harm(_state_file(archive, name), random.Random(name))  # noqa: S311 - a fixed choice
    status, doctor = archive.invoke("status").output, archive.invoke("doctor").output
    assert all(f"{name} is a" in status and f"{name} is a" in doctor for name in LOCKS)
    if mending:
        assert archive.invoke("doctor", "--mend").exit_code == 0
    else:
        run(
            [undamaged.archive.pages],
            ReindexOptions(archive.settings, archive.engine, Reporter()),
            pool,
        )
        state_files.remove(archive.settings)  # those of background runs, which this is none of
    assert list(state_files.faults(archive.settings)) == []
    assert not list(archive.settings.index_dir.glob("*.damaged-*"))
    assert all((archive.settings.index_dir / name).is_file() for name in LOCKS[:2])


@pytest.mark.parametrize("name", LOCKS[:2])
def test_a_full_folder_in_the_place_of_a_lock_is_named_with_what_to_do(
    undamaged: Undamaged, tmp_path: Path, name: str
) -> None:
    archive = _copy(undamaged.archive, tmp_path)
    path = _state_file(archive, name)
    path.unlink()
    (path / "of_others").mkdir(parents=True)
    assert f"{path} is a folder, not a file" in archive.invoke("doctor").output
    for command in (("doctor", "--mend"), ("reindex",)):
        (line,) = archive.invoke(*command).stderr.splitlines()[-1:]
        assert str(path) in line
        assert "remove it" in line or "not empty" in line
    assert (path / "of_others").is_dir()


@pytest.mark.parametrize("name", EDITED)
@pytest.mark.parametrize("harm", MISPLACED)
def test_a_run_goes_on_with_the_last_good_decisions(
    undamaged: Undamaged, pool: Pool, tmp_path: Path, name: str, harm: Harm
) -> None:
    archive = _harmed(undamaged, tmp_path, name, harm, 1)
    reporter = Notices()
    if harm.__name__ == "_folder":
        archive.write("new.html", "bridge of Ana Petrova and Bo Lindqvist")
        paths = [undamaged.archive.pages, archive.pages]
    else:
        paths = [undamaged.archive.pages]
    run(paths, ReindexOptions(archive.settings, archive.engine, reporter), pool)
    assert name in reporter.heard[0]
    assert "what it said before holds" in reporter.heard[0]
    assert name in archive.invoke("status").output
    (people,) = undamaged.faces.ask(archive, "/api/v1/search?facets=person").get_json()["facets"]
    assert {value["value"] for value in people["values"]} == {"Ana Petrova", "Bo Berg"}
