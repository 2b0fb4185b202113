"""The mltrack command, run as a real process."""

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TIMEOUT_SECONDS = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a command left behind: its exit code and what it printed."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        """Return standard output read as one JSON document."""
        return json.loads(self.out)


@dataclass(frozen=True, slots=True)
class Cli:
    """The command, started in `folder` unless a call names another."""

    folder: Path

    def __call__(
        self,
        *arguments: str,
        cwd: Path | None = None,
        stdin: str = "",
        env: Mapping[str, str] | None = None,
    ) -> Result:
        """Run mltrack to its end; `env` replaces the whole environment."""
        done = subprocess.run(
            [sys.executable, "-m", "mltrack", *arguments],
            cwd=cwd or self.folder,
            input=stdin,
            env=env,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=TIMEOUT_SECONDS,
            check=False,
        )
        return Result(code=done.returncode, out=done.stdout, err=done.stderr)
