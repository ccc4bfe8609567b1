"""A small archive, read for real, for the tests of what looks after one."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from click.testing import CliRunner, Result

from searchapp.cli import main
from searchapp.config import Settings
from searchapp.engines import open_engine
from searchapp.engines.base import Engine

PAGE = (
    '<html lang="en"><head><title>{0}</title></head><body><article><h1>{0}</h1>'
    "<p>The council of the harbour town voted on Monday evening about the {0}.</p>"
    "<p>Residents had asked for it again and again, most recently in a petition.</p>"
    "</article></body></html>"
)
# Without the rights that let root write where nobody may.
UNPRIVILEGED = ("setpriv", "--bounding-set=-all", "--inh-caps=-all") if os.geteuid() == 0 else ()


@dataclass
class Archive:
    """A folder of pages and its index below one directory."""

    directory: Path

    @property
    def pages(self) -> Path:
        return self.directory / "pages"

    @property
    def settings(self) -> Settings:
        return Settings(index_dir=self.directory / "index", jobs=1, models={})

    @property
    def engine(self) -> Engine:
        return open_engine(self.settings)

    @property
    def live(self) -> Path:
        whoosh = self.settings.index_dir / "whoosh"
        return whoosh / (whoosh / "CURRENT").read_text().split()[0]

    def write(self, name: str, topic: str) -> Path:
        self.pages.mkdir(exist_ok=True)
        path = self.pages / name
        path.write_text(PAGE.format(topic), encoding="utf-8")
        return path

    def invoke(self, *arguments: str) -> Result:
        """As `run`, in this process: most of a command's time is its start."""
        index = ("--index", str(self.settings.index_dir))
        return CliRunner().invoke(main, [*index, *arguments], env={"SEARCHAPP_MODELS_EN": ""})

    def run(
        self, *arguments: str, before: tuple[str, ...] = ()
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*before, sys.executable, "-m", "searchapp", *arguments],
            cwd=self.directory,
            env=self.environ,
            capture_output=True,
            text=True,
            check=False,
        )

    @property
    def environ(self) -> dict[str, str]:
        kept = {name: text for name, text in os.environ.items() if "SEARCHAPP_" not in name}
        return kept | {"SEARCHAPP_MODELS_EN": "", "SEARCHAPP_JOBS": "1"}
