"""Python programs that tests run as processes of their own."""

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

TIMEOUT_SECONDS = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """What a program left behind: its exit code and what it printed."""

    code: int
    out: str
    err: str


@dataclass(frozen=True, slots=True)
class Programs:
    """Programs that are started in `folder`."""

    folder: Path

    def write(self, source: str, name: str = "train.py") -> Path:
        """Write a program into the folder and return where it is."""
        path = self.folder / name
        path.write_text(source, encoding="utf-8")
        return path

    def run(
        self,
        source: str,
        *arguments: str,
        env: Mapping[str, str] | None = None,
        ok: bool = True,
    ) -> Ended:
        """Run source code to its end; `env` is added to the environment."""
        done = subprocess.run(
            [sys.executable, "-c", source, *arguments],
            cwd=self.folder,
            env={**os.environ, **(env or {})},
            capture_output=True,
            text=True,
            timeout=TIMEOUT_SECONDS,
            check=False,
        )
        assert not ok or done.returncode == 0, done.stderr
        return Ended(code=done.returncode, out=done.stdout, err=done.stderr)

    def start(self, source: str, *arguments: str) -> subprocess.Popen[str]:
        """Start source code, wait for its first printed line, and return the process."""
        process = subprocess.Popen(
            [sys.executable, "-c", source, *arguments],
            cwd=self.folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        assert process.stdout.readline(), "the program printed nothing"
        return process
