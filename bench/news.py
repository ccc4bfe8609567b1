"""How well questions about the news are answered, as people type them into the box.

    python bench/news.py [--index DIRECTORY] [--each] [--meaning]

The forty questions of `examples/questions.toml`, in five languages, over the example archive,
which `searchapp reindex` reads first (or DIRECTORY, where it has been). Each is sent through
`GET /api/v1/search` as it stands. nDCG@10 as in `relevance.py`, gain 2 for a page that answers and
1 for one that bears on it; beside it the share of questions whose first hit answers, and of
those that find nothing. With `--meaning` the setting is on.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from relevance import ndcg

from searchapp.config import load
from searchapp.engines import open_engine
from searchapp.engines.base import Searcher
from searchapp.web.app import create_app

EXAMPLES = Path(__file__).parents[1] / "examples"
ANSWERS, BEARS = 2.0, 1.0


@dataclass(frozen=True)
class Question:
    """What is typed, and the gain of each page that helps, by its path in the archive."""

    text: str
    gains: Mapping[str, float]


def read_questions(path: Path) -> list[Question]:
    """The questions of a file, in its order."""
    tables = tomllib.loads(path.read_text(encoding="utf-8"))["question"]
    return [
        Question(
            table["q"],
            dict.fromkeys(table["bears"], BEARS) | dict.fromkeys(table["answers"], ANSWERS),
        )
        for table in tables
    ]


def ask(client: Any, question: str) -> list[str]:
    """The ids of the first ten hits."""
    answer = client.get("/api/v1/search", query_string={"q": question, "facets": ""}).get_json()
    return [hit["id"] for hit in answer["results"]]


def read_paths(searcher: Searcher) -> dict[str, str]:
    """Each document's path below the archive, as `questions.toml` writes it, by id."""
    paths = {id_: searcher.document(id_).path for id_ in searcher.iter_ids()}
    return {id_: path.partition("examples/archive/")[2] for id_, path in paths.items()}


def index_archive(directory: Path, *, meaning: bool = False) -> None:
    """Read the example archive as a user does; one of its pages is broken on purpose."""
    command = ["-m", "searchapp", "--index", str(directory), "reindex"]
    command.append(str(EXAMPLES / "archive"))
    environment = {**os.environ, "SEARCHAPP_MEANING": str(meaning).lower()}
    subprocess.run(
        [sys.executable, *command], check=False, stdout=subprocess.DEVNULL, env=environment
    )


def measure(
    directory: Path, questions: list[Question], *, meaning: bool = False
) -> Iterator[tuple[Question, list[str]]]:
    """Each question and what comes first."""
    settings = load({"index_dir": directory, "meaning": meaning}, {}, directory).settings
    engine = open_engine(settings)
    client, paths = create_app(engine, settings).test_client(), read_paths(engine.searcher())
    for question in questions:
        yield question, [paths[id_] for id_ in ask(client, question.text)]
    engine.close()


def main() -> None:
    """Print a line for each question, where asked, and the means."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--index", type=Path)
    parser.add_argument("--each", action="store_true")
    parser.add_argument("--meaning", action="store_true")
    options = parser.parse_args()
    questions = read_questions(EXAMPLES / "questions.toml")
    with tempfile.TemporaryDirectory() as empty:
        directory = options.index or Path(empty)
        if options.index is None:
            index_archive(directory, meaning=options.meaning)
        found = list(measure(directory, questions, meaning=options.meaning))
    values = [ndcg(pages, question.gains) or 0.0 for question, pages in found]
    if options.each:
        for (question, _), value in sorted(zip(found, values, strict=True), key=lambda x: x[1]):
            print(f"{value:.2f}  {question.text}")
    first = [q.gains.get(pages[0]) == ANSWERS if pages else False for q, pages in found]
    nothing = sum(not pages for _, pages in found)
    print(
        f"nDCG@10 {np.mean(values):.3f}; first hit answers {np.mean(first):.0%}; nothing {nothing}"
    )


if __name__ == "__main__":
    main()
