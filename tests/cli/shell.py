"""The command in a working directory of its own: real processes, real files."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from click.testing import CliRunner

from searchapp.cli import main

FERRY = """<html lang="en"><head><title>Ferry line to reopen - Harbour News</title>
<meta property="article:published_time" content="2021-03-14T10:00:00Z">
<link rel="canonical" href="https://news.example/2021/ferry"></head><body><article>
<h1>Ferry line to reopen</h1><p>The council of the harbour town voted on Monday evening to
reopen the old ferry line after nine years.</p><p>Residents of the eastern islands had asked
for the crossing again and again, most recently in a petition.</p></article></body></html>"""


@dataclass
class Shell:
    """A working directory in which the command is run."""

    directory: Path
    environ: dict[str, str] = field(default_factory=dict)

    def run(
        self, *arguments: str, stdin: bytes | None = None, environ: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, "-m", "searchapp", *arguments],
            check=False,
            cwd=self.directory,
            env={**os.environ, **self.environ, **(environ or {})},
            input=stdin,
            capture_output=True,
        )
        return subprocess.CompletedProcess(
            done.args, done.returncode, done.stdout.decode(), done.stderr.decode()
        )

    def here(
        self, *arguments: str, stdin: bytes | None = None, environ: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """The same in this process, which has long loaded what a command needs."""
        with contextlib.chdir(self.directory):
            variables = {**self.environ, **(environ or {})}
            done = CliRunner().invoke(main, arguments, input=stdin, env=variables)
        assert done.exception is None or isinstance(done.exception, SystemExit)
        return subprocess.CompletedProcess(arguments, done.exit_code, done.stdout, done.stderr)
